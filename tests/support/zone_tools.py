"""What each tool reads in the records that it is given: name, type, what the record says, as bytes.

dnspython reads zone files, python-hcl2 Terraform, octoDNS its own YAML, botocore the change batch. Nothing in Python
reads dnscontrol's JavaScript, so a strict grammar of calls and string literals does.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import botocore.session
import dns.rdata
import dns.rdatatype
import dns.zone
import hcl2
from botocore.validate import ParamValidator
from dns.rdtypes.ANY.TXT import TXT
from octodns.provider.yaml import YamlProvider
from octodns.zone import Zone

_BATCH = botocore.session.get_session().get_service_model("route53").shape_for("ChangeBatch")
ZoneRecords: TypeAlias = set[tuple[str, str, bytes]]
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(?:[ ]|(?="|\Z))', re.DOTALL)
_ESCAPE = re.compile(rb'\\([0-9]{3}|["\\])', re.DOTALL)
_STRING = r'"(?:[^"\\\x00-\x1f\u2028\u2029]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*"'
_CALL = re.compile(rf"(TXT|CNAME|MX)\(({_STRING}), (?:(\d+), )?({_STRING}), TTL\(300\)\)(?:,\n  |(?=\n\);\n\Z))")


def parse_strings(text: str, base: int) -> bytes:
    """The octets of character-strings in quotes, joined; each has at most 255. `base` is that of the escapes."""
    parts, at = [], 0
    while at < len(text):
        match = _QUOTED.match(text, at)
        assert match, text[at:]
        octets = _ESCAPE.sub(lambda hit: _octet(hit[1], base), match[1].encode("ascii"))
        assert len(octets) <= 255
        parts.append(octets)
        at = match.end()
    return b"".join(parts)


def _octet(code: bytes, base: int) -> bytes:
    return bytes([int(code, base)]) if len(code) == 3 else code


def _read_value(kind: str, value: str, base: int) -> bytes:
    return parse_strings(value, base) if kind == "TXT" else value.rstrip(".").encode()


def _read_rdata(data: dns.rdata.Rdata) -> bytes:
    return b"".join(data.strings) if isinstance(data, TXT) else data.to_text().rstrip(".").encode()


def read_bind(text: str, zone: str) -> ZoneRecords:
    parsed_zone = dns.zone.from_text(text, origin=f"{zone}.", relativize=False, check_origin=False)
    records = set()
    for name, _, data in parsed_zone.iterate_rdatas():
        records.add((name.to_text().rstrip("."), dns.rdatatype.to_text(data.rdtype), _read_rdata(data)))
    return records


def _list_resources(text: str, kind: str) -> Iterator[dict[str, Any]]:
    for block in hcl2.loads(text).get("resource", []):
        yield from block[f'"{kind}"'].values()


def _unquote_hcl(literal: str) -> str:
    """What a quoted string of HCL says. A template in it would be code."""
    assert literal[0] == literal[-1] == '"'
    inner = re.sub(r"\\(.)", lambda hit: hit[1], literal[1:-1])
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", inner), literal
    return inner.replace("$${", "${").replace("%%{", "%{")


def read_terraform(text: str, zone: str) -> ZoneRecords:
    records = set()
    for record_set in _list_resources(text, "aws_route53_record"):
        kind = _unquote_hcl(record_set["type"])
        for literal in record_set["records"]:
            value = (
                f'"{_unquote_hcl(literal)}"' if kind == "TXT" else _unquote_hcl(literal)
            )  # the provider adds the quotes
            records.add((_unquote_hcl(record_set["name"]), kind, _read_value(kind, value, 8)))
    return records


def read_cloudflare(text: str, zone: str) -> ZoneRecords:
    records = set()
    for record_set in _list_resources(text, "cloudflare_dns_record"):
        kind = _unquote_hcl(record_set["type"])
        before = f"{record_set['priority']} ".encode() if kind == "MX" else b""
        records.add(
            (
                _unquote_hcl(record_set["name"]),
                kind,
                before + _read_value(kind, _unquote_hcl(record_set["content"]), 10),
            )
        )
    return records


def read_octodns(text: str, zone: str) -> ZoneRecords:
    records = set()
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / f"{zone}.yaml").write_text(text)
        parsed_zone = Zone(f"{zone}.", [])
        YamlProvider("test", directory, escaped_semicolons=True).populate(parsed_zone)
    for record in parsed_zone.records:
        name = f"{record.name}.{zone}" if record.name else zone
        values = record.values if hasattr(record, "values") else [record.value]
        for value in values:
            data = dns.rdata.from_text("IN", record._type, value.to_rdata_text())
            records.add((name, record._type, _read_rdata(data)))
    return records


def read_dnscontrol(text: str, zone: str) -> ZoneRecords:
    lines = text.splitlines(keepends=True)
    code = "".join(line for line in lines if not line.startswith("//"))
    head = f'D_EXTEND("{zone}",\n  '
    assert code.startswith(head), code
    records, at = set(), len(head)
    while not code.startswith("\n);\n", at):
        call = _CALL.match(code, at)
        assert call, code[at:]
        name, value = json.loads(call[2]), json.loads(call[4])
        assert (call[1] == "TXT") or value.endswith(".")
        octets = value.encode() if call[1] == "TXT" else value.rstrip(".").encode()
        before = f"{call[3]} ".encode() if call[1] == "MX" else b""
        records.add((zone if name == "@" else f"{name}.{zone}", call[1], before + octets))
        at = call.end()
    assert code[at:] == "\n);\n"
    return records


def read_route53(text: str, zone: str) -> ZoneRecords:
    batch = json.loads(text)
    report = ParamValidator().validate(batch, _BATCH)
    assert not report.has_errors(), report.generate_report()
    records = set()
    for change in batch["Changes"]:
        record_set = change["ResourceRecordSet"]
        for record in record_set["ResourceRecords"]:
            records.add(
                (
                    record_set["Name"].rstrip("."),
                    record_set["Type"],
                    _read_value(record_set["Type"], record["Value"], 8),
                )
            )
    return records


READERS = {
    "bind": read_bind,
    "terraform": read_terraform,
    "cloudflare": read_cloudflare,
    "octodns": read_octodns,
    "dnscontrol": read_dnscontrol,
    "route53": read_route53,
}
