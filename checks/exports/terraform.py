"""Records as Terraform: `aws_route53_record`, a set a resource, and `cloudflare_dns_record`, a record a resource.

In a string of HCL, quotes and backslashes are escaped, and `${` and `%{` begin a template unless they are doubled.
Source: HCL native syntax, "Template Expressions"; AWS provider, aws_route53_record; Cloudflare provider 5,
cloudflare_dns_record.
"""

import re
from collections.abc import Iterable

from checks.exports.sets import TTL, ExportSet, Plan, preference, target
from model import Record
from model.zone import OCTAL, quoted_strings


def route53(plan: Plan) -> str:
    """A resource for each set, in the zone that Terraform looks up by its name. Each domain looks it up by itself, so
    that several can be in one file."""
    zone = _label("zone", plan.domain, set())
    drawn = f'data "aws_route53_zone" "{zone}" {{\n  name = {_string(plan.zone)}\n}}\n'
    taken: set[str] = set()
    for one in plan.sets:
        drawn += f"\n{_resource(one, zone, _label(one.type, one.name, taken))}"
    return drawn


def _resource(one: ExportSet, zone: str, label: str) -> str:
    """A set. Terraform does not write over one that it has not made, so that one which exists is imported first."""
    drawn = f"# This set exists: terraform import aws_route53_record.{label} ZONE_ID_{one.name}_{one.type}\n"
    values = "".join(f"    {_string(_aws(record))},\n" for record in one.records)
    return (
        f'{drawn if one.there else ""}resource "aws_route53_record" "{label}" {{\n'
        f"  zone_id = data.aws_route53_zone.{zone}.zone_id\n  name    = {_string(one.name)}\n"
        f"  type    = {_string(one.type)}\n  ttl     = {TTL}\n  records = [\n{values}  ]\n}}\n"
    )


def _aws(record: Record) -> str:
    """A value as the provider takes it: it puts a TXT value into quotes itself, and `""` is between strings."""
    match record.type:
        case "TXT":
            return '""'.join(string[1:-1] for string in quoted_strings(record.value, OCTAL))
        case "MX":
            return f"{preference(record)} {target(record)}"
    return target(record)


def cloudflare(plan: Plan) -> str:
    """A resource for each record to publish, in the zone whose id is a variable. Provider 4 calls the resource
    `cloudflare_record`."""
    zone_id = _label("cloudflare_zone_id", plan.domain, set())
    drawn = f'variable "{zone_id}" {{\n  type = string\n}}\n'
    taken: set[str] = set()
    for one in plan.sets:
        for record in one.publish:
            label = _label(one.type, one.name, taken)
            drawn += f'\nresource "cloudflare_dns_record" "{label}" {{\n{"".join(_fields(record, zone_id))}}}\n'
    return drawn


def _fields(record: Record, zone_id: str) -> Iterable[str]:
    yield f"  zone_id = var.{zone_id}\n"
    yield f"  name    = {_string(record.name.lower())}\n"
    yield f"  type    = {_string(record.type)}\n"
    yield f"  ttl     = {TTL}\n"
    match record.type:
        case "TXT":
            yield f"  content = {_string(' '.join(quoted_strings(record.value)))}\n"
        case "MX":
            yield f"  content = {_string(record.value.rstrip('.') or '.')}\n"
            yield f"  priority = {preference(record)}\n"
        case _:
            yield f"  content = {_string(record.value.rstrip('.'))}\n"
            yield "  proxied = false\n"  # a proxied DKIM record answers with addresses


def _label(kind: str, name: str, taken: set[str]) -> str:
    """A name of a resource, new among those taken: HCL's identifiers hold letters, digits, underscores, hyphens."""
    label = f"{kind.lower()}_{re.sub(r'[^a-z0-9_-]', '_', name.lower())}"
    while label in taken:
        label += "_"
    taken.add(label)
    return label


def _string(text: str) -> str:
    """A quoted string of HCL; the text is printable ASCII."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped.replace("${", "$${").replace("%{", "%%{")}"'
