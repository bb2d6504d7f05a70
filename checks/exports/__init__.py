"""Writes the records of a report as code, for those who keep their DNS as code: "Copy records as…".

`sets` works out what a zone must hold from the fixes of a report; here each tool's form is written. All of it is pure,
and what comes from outside stands inside a string or a comment of one line, whatever it holds.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from checks.exports.sets import TTL, CanHold, ExportPlan, ExportSet, make_plan, relative_name
from model import Checked, Record
from model.zone import (
    DECIMAL_ESCAPES,
    OCTAL_ESCAPES,
    mx_preference,
    octets_of,
    presentation,
    quoted_strings,
    target_host,
)


@dataclass(frozen=True, slots=True)
class Export:
    """Records as text, empty where there are none to write. `notes` is what a person has to know or do beside it; a
    form with comments holds them already."""

    text: str
    notes: tuple[str, ...] = ()


def export_records(checked: Checked, name: str) -> Export:
    """Writes the records to publish in one of `FORMATS`."""
    form = FORMATS[name]
    plan = make_plan(checked, whole_sets=form.whole_sets, holds=form.holds)
    text = form.write(plan) if plan.sets else ""
    if form.comment is None or not (text or plan.notes):
        return Export(text, plan.notes)
    comments = [f"Records for {plan.domain} in the zone {plan.zone}, by ses-bot.", *plan.notes]
    return Export("".join(f"{form.comment} {line}\n" for line in comments) + text)


def _write_bind(plan: ExportPlan) -> str:
    """Writes lines of a zone file (RFC 1035 section 5.1), with whole names, so that they fit anywhere in it."""
    records = [record for rrset in plan.sets for record in rrset.publish]
    return "".join(
        f"{record.name}. {TTL} IN {record.type} {presentation(record, DECIMAL_ESCAPES)}\n" for record in records
    )


def _write_route53(plan: ExportPlan) -> str:
    """Writes a change batch for `aws route53 change-resource-record-sets` (Route 53 API, ChangeResourceRecordSets).

    A set that DNS shows is replaced by one that keeps its other values (UPSERT). Where DNS shows none, CREATE: Route 53
    then refuses to write over what ses-bot has not seen.
    """
    comment = f"Records for {plan.domain}, by ses-bot"[:256]
    return json.dumps({"Comment": comment, "Changes": list(map(_route53_change, plan.sets))}, indent=2) + "\n"


def _route53_change(rrset: ExportSet) -> dict[str, object]:
    values = [{"Value": presentation(record)} for record in rrset.records]
    resource_set = {"Name": f"{rrset.name}.", "Type": rrset.type, "TTL": TTL, "ResourceRecords": values}
    return {"Action": "UPSERT" if rrset.exists else "CREATE", "ResourceRecordSet": resource_set}


def _write_dnscontrol(plan: ExportPlan) -> str:
    """Writes a `D_EXTEND` to put below the `D` of the zone in dnsconfig.js (dnscontrol, "D_EXTEND", "TXT", "MX",
    "CNAME"). Its strings are JavaScript's. ECMAScript 5, which dnscontrol runs, takes no comma after the last
    argument."""
    records = [_dnscontrol_call(record, plan.zone) for rrset in plan.sets for record in rrset.publish]
    return f"D_EXTEND({json.dumps(plan.zone)},\n  {(',' + chr(10) + '  ').join(records)}\n);\n"


def _dnscontrol_call(record: Record, zone: str) -> str:
    name = json.dumps(relative_name(record.name.lower(), zone))
    match record.type:
        case "TXT":
            value = json.dumps(octets_of(record.value).decode("utf-8"))
        case "MX":
            value = f"{mx_preference(record)}, {json.dumps(target_host(record))}"
        case _:
            value = json.dumps(target_host(record))
    return f"{record.type}({name}, {value}, TTL({TTL}))"


def _dnscontrol_can_hold(value: str) -> bool:
    """Tells whether dnscontrol can hold a TXT value: its octets are UTF-8. It splits long ones itself."""
    try:
        octets_of(value).decode("utf-8")
    except UnicodeError:
        return False
    return True


def _write_octodns(plan: ExportPlan) -> str:
    """Writes names of octoDNS's YAML zone file with their sets, to be merged into it, in natural order; JSON strings,
    which YAML reads as its own. octoDNS holds TXT values without quotes and with escaped semicolons, and splits long
    ones itself (octoDNS, "YamlProvider", `octodns.record.chunked`)."""
    names: dict[str, list[ExportSet]] = {}
    for rrset in plan.sets:
        names.setdefault(relative_name(rrset.name, plan.zone, ""), []).append(rrset)
    text = "---\n"
    for name in sorted(names, key=_natural_key):
        rrsets = sorted(names[name], key=lambda rrset: rrset.type)
        text += f"{json.dumps(name)}:\n{''.join(map(_yaml_set, rrsets))}"
    return text


def _yaml_set(rrset: ExportSet) -> str:
    head = f"  - ttl: {TTL}\n    type: {rrset.type}\n"
    if rrset.type == "CNAME":
        return f"{head}    value: {_yaml_value(rrset.records[0])}\n"
    return f"{head}    values:\n{''.join(f'    - {_yaml_value(record)}{chr(10)}' for record in rrset.records)}"


def _yaml_value(record: Record) -> str:
    match record.type:
        case "TXT":
            text = json.dumps(_decode_latin1(record.value).replace(";", "\\;"))
            return text.replace("\x7f", "\\u007f")  # JSON leaves DEL as it is, and YAML takes none
        case "MX":
            return f'{{"exchange": {json.dumps(target_host(record))}, "preference": {mx_preference(record)}}}'
    return json.dumps(target_host(record))


def _octodns_can_hold(value: str) -> bool:
    """Tells whether octoDNS can hold a TXT value: printable text, as quotes around and within a value are its own."""
    text = _decode_latin1(value)
    return text.isascii() and bool(text) and not text.startswith('"') and '" "' not in text and "\\;" not in text


def _decode_latin1(value: str) -> str:
    return octets_of(value).decode("latin-1")


def _natural_key(name: str) -> list[str | int]:
    """Returns a sort key by which 2 comes before 10, as octoDNS sorts names."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _write_terraform(plan: ExportPlan) -> str:
    """Writes an `aws_route53_record` for each set, in the zone that Terraform looks up by its name. Each domain looks
    it up by itself, so that several can be in one file (AWS provider, aws_route53_record)."""
    zone = _make_label("zone", plan.domain, set())
    text = f'data "aws_route53_zone" "{zone}" {{\n  name = {_hcl_string(plan.zone)}\n}}\n'
    taken: set[str] = set()
    for rrset in plan.sets:
        text += f"\n{_terraform_resource(rrset, zone, _make_label(rrset.type, rrset.name, taken))}"
    return text


def _terraform_resource(rrset: ExportSet, zone: str, label: str) -> str:
    """Writes a set. Terraform does not write over one that it has not made, so that one which exists is imported
    first."""
    import_line = f"# This set exists: terraform import aws_route53_record.{label} ZONE_ID_{rrset.name}_{rrset.type}\n"
    values = "".join(f"    {_hcl_string(_terraform_value(record))},\n" for record in rrset.records)
    return (
        f'{import_line if rrset.exists else ""}resource "aws_route53_record" "{label}" {{\n'
        f"  zone_id = data.aws_route53_zone.{zone}.zone_id\n  name    = {_hcl_string(rrset.name)}\n"
        f"  type    = {_hcl_string(rrset.type)}\n  ttl     = {TTL}\n  records = [\n{values}  ]\n}}\n"
    )


def _terraform_value(record: Record) -> str:
    """Returns a value as the provider takes it: it puts a TXT value into quotes itself, and `""` is between strings."""
    if record.type == "TXT":
        return '""'.join(string[1:-1] for string in quoted_strings(record.value, OCTAL_ESCAPES))
    return presentation(record)


def _write_cloudflare(plan: ExportPlan) -> str:
    """Writes a `cloudflare_dns_record` for each record to publish, in the zone whose id is a variable (Cloudflare
    provider 5; provider 4 calls the resource `cloudflare_record`)."""
    zone_id = _make_label("cloudflare_zone_id", plan.domain, set())
    text = f'variable "{zone_id}" {{\n  type = string\n}}\n'
    taken: set[str] = set()
    for rrset in plan.sets:
        for record in rrset.publish:
            label, fields = _make_label(rrset.type, rrset.name, taken), "".join(_cloudflare_fields(record, zone_id))
            text += f'\nresource "cloudflare_dns_record" "{label}" {{\n{fields}}}\n'
    return text


def _cloudflare_fields(record: Record, zone_id: str) -> Iterable[str]:
    yield f"  zone_id = var.{zone_id}\n"
    yield f"  name    = {_hcl_string(record.name.lower())}\n"
    yield f"  type    = {_hcl_string(record.type)}\n"
    yield f"  ttl     = {TTL}\n"
    match record.type:
        case "TXT":
            yield f"  content = {_hcl_string(' '.join(quoted_strings(record.value)))}\n"
        case "MX":
            yield f"  content = {_hcl_string(record.value.rstrip('.') or '.')}\n"
            yield f"  priority = {mx_preference(record)}\n"
        case _:
            yield f"  content = {_hcl_string(record.value.rstrip('.'))}\n"
            yield "  proxied = false\n"  # a proxied DKIM record answers with addresses


def _make_label(kind: str, name: str, taken: set[str]) -> str:
    """Returns a name of a resource, new among those taken: HCL's identifiers hold letters, digits, underscores,
    hyphens."""
    label = f"{kind.lower()}_{re.sub(r'[^a-z0-9_-]', '_', name.lower())}"
    while label in taken:
        label += "_"
    taken.add(label)
    return label


def _hcl_string(text: str) -> str:
    """Returns a quoted string of HCL, whose text is printable ASCII: quotes and backslashes are escaped, and `${` and
    `%{` begin a template unless they are doubled (HCL native syntax, "Template Expressions")."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped.replace("${", "$${").replace("%{", "%%{")}"'


@dataclass(frozen=True, slots=True)
class Format:
    """A form that records can be copied in. `comment` begins a line of words; None: the form has none. `whole_sets`:
    the tool replaces all values of a name and type; `holds`: which TXT values it can hold, None for all."""

    name: str
    label: str
    write: Callable[[ExportPlan], str]
    comment: str | None = "#"
    whole_sets: bool = False
    holds: CanHold | None = None


_ALL = (
    Format("bind", "Zone file (BIND)", _write_bind, ";"),
    Format("terraform", "Terraform: Route 53", _write_terraform, whole_sets=True),
    Format("cloudflare", "Terraform: Cloudflare", _write_cloudflare),
    Format("octodns", "octoDNS (YAML)", _write_octodns, whole_sets=True, holds=_octodns_can_hold),
    Format("dnscontrol", "dnscontrol (JavaScript)", _write_dnscontrol, "//", holds=_dnscontrol_can_hold),
    Format("route53", "Route 53 change batch (JSON)", _write_route53, None, whole_sets=True),
)
FORMATS: Mapping[str, Format] = {form.name: form for form in _ALL}
