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
Read: TypeAlias = set[tuple[str, str, bytes]]
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(?:[ ]|(?="|\Z))', re.DOTALL)
_ESCAPE = re.compile(rb'\\([0-9]{3}|["\\])', re.DOTALL)
_STRING = r'"(?:[^"\\\x00-\x1f\u2028\u2029]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*"'
_CALL = re.compile(rf"(TXT|CNAME|MX)\(({_STRING}), (?:(\d+), )?({_STRING}), TTL\(300\)\)(?:,\n  |(?=\n\);\n\Z))")


def strings(text: str, base: int) -> bytes:
    """The octets of character-strings in quotes, joined; each has at most 255. `base` is that of the escapes."""
    found, at = [], 0
    while at < len(text):
        one = _QUOTED.match(text, at)
        assert one, text[at:]
        octets = _ESCAPE.sub(lambda hit: _octet(hit[1], base), one[1].encode("ascii"))
        assert len(octets) <= 255
        found.append(octets)
        at = one.end()
    return b"".join(found)


def _octet(code: bytes, base: int) -> bytes:
    return bytes([int(code, base)]) if len(code) == 3 else code


def _said(kind: str, value: str, base: int) -> bytes:
    return strings(value, base) if kind == "TXT" else value.rstrip(".").encode()


def _data(data: dns.rdata.Rdata) -> bytes:
    return b"".join(data.strings) if isinstance(data, TXT) else data.to_text().rstrip(".").encode()


def bind(text: str, zone: str) -> Read:
    read = dns.zone.from_text(text, origin=f"{zone}.", relativize=False, check_origin=False)
    found = set()
    for name, _, data in read.iterate_rdatas():
        found.add((name.to_text().rstrip("."), dns.rdatatype.to_text(data.rdtype), _data(data)))
    return found


def _resources(text: str, kind: str) -> Iterator[dict[str, Any]]:
    for block in hcl2.loads(text).get("resource", []):
        yield from block[f'"{kind}"'].values()


def _hcl(literal: str) -> str:
    """What a quoted string of HCL says. A template in it would be code."""
    assert literal[0] == literal[-1] == '"'
    inner = re.sub(r"\\(.)", lambda hit: hit[1], literal[1:-1])
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", inner), literal
    return inner.replace("$${", "${").replace("%%{", "%{")


def terraform(text: str, zone: str) -> Read:
    found = set()
    for one in _resources(text, "aws_route53_record"):
        kind = _hcl(one["type"])
        for literal in one["records"]:
            value = f'"{_hcl(literal)}"' if kind == "TXT" else _hcl(literal)  # the provider adds the quotes
            found.add((_hcl(one["name"]), kind, _said(kind, value, 8)))
    return found


def cloudflare(text: str, zone: str) -> Read:
    found = set()
    for one in _resources(text, "cloudflare_dns_record"):
        kind = _hcl(one["type"])
        before = f"{one['priority']} ".encode() if kind == "MX" else b""
        found.add((_hcl(one["name"]), kind, before + _said(kind, _hcl(one["content"]), 10)))
    return found


def octodns(text: str, zone: str) -> Read:
    found = set()
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / f"{zone}.yaml").write_text(text)
        read = Zone(f"{zone}.", [])
        YamlProvider("test", directory, escaped_semicolons=True).populate(read)
    for record in read.records:
        name = f"{record.name}.{zone}" if record.name else zone
        values = record.values if hasattr(record, "values") else [record.value]
        for value in values:
            data = dns.rdata.from_text("IN", record._type, value.to_rdata_text())
            found.add((name, record._type, _data(data)))
    return found


def dnscontrol(text: str, zone: str) -> Read:
    lines = text.splitlines(keepends=True)
    code = "".join(line for line in lines if not line.startswith("//"))
    head = f'D_EXTEND("{zone}",\n  '
    assert code.startswith(head), code
    found, at = set(), len(head)
    while not code.startswith("\n);\n", at):
        call = _CALL.match(code, at)
        assert call, code[at:]
        name, value = json.loads(call[2]), json.loads(call[4])
        assert (call[1] == "TXT") or value.endswith(".")
        said = value.encode() if call[1] == "TXT" else value.rstrip(".").encode()
        before = f"{call[3]} ".encode() if call[1] == "MX" else b""
        found.add((zone if name == "@" else f"{name}.{zone}", call[1], before + said))
        at = call.end()
    assert code[at:] == "\n);\n"
    return found


def route53(text: str, zone: str) -> Read:
    batch = json.loads(text)
    report = ParamValidator().validate(batch, _BATCH)
    assert not report.has_errors(), report.generate_report()
    found = set()
    for change in batch["Changes"]:
        one = change["ResourceRecordSet"]
        for record in one["ResourceRecords"]:
            found.add((one["Name"].rstrip("."), one["Type"], _said(one["Type"], record["Value"], 8)))
    return found


READERS = {
    "bind": bind,
    "terraform": terraform,
    "cloudflare": cloudflare,
    "octodns": octodns,
    "dnscontrol": dnscontrol,
    "route53": route53,
}
