"""Records for octoDNS: names of its YAML zone file, to be merged into it.

octoDNS holds TXT values without quotes and with escaped semicolons, splits long ones itself, and wants names in natural
order. It holds printable text alone. Source: octoDNS, "YamlProvider", `octodns.record.chunked`.
"""

import json
import re

from checks.exports.sets import TTL, ExportSet, Plan, preference, relative, target
from model import Record
from model.zone import octets_of


def write(plan: Plan) -> str:
    """The names of the zone with their sets: JSON strings, which YAML reads as its own."""
    names: dict[str, list[ExportSet]] = {}
    for one in plan.sets:
        names.setdefault(relative(one.name, plan.zone, ""), []).append(one)
    drawn = "---\n"
    for name in sorted(names, key=_natural):
        drawn += f"{json.dumps(name)}:\n{''.join(_set(one) for one in sorted(names[name], key=lambda one: one.type))}"
    return drawn


def _set(one: ExportSet) -> str:
    head = f"  - ttl: {TTL}\n    type: {one.type}\n"
    if one.type == "CNAME":
        return f"{head}    value: {_value(one.records[0])}\n"
    return f"{head}    values:\n{''.join(f'    - {_value(record)}{chr(10)}' for record in one.records)}"


def _value(record: Record) -> str:
    match record.type:
        case "TXT":
            text = json.dumps(_text(record.value).replace(";", "\\;"))
            return text.replace("\x7f", "\\u007f")  # JSON leaves DEL as it is, and YAML takes none
        case "MX":
            return f'{{"exchange": {json.dumps(target(record))}, "preference": {preference(record)}}}'
    return json.dumps(target(record))


def holds(value: str) -> bool:
    """Whether octoDNS can hold a TXT value: it reads quotes around a value and between two strings as its own."""
    text = _text(value)
    return text.isascii() and bool(text) and not text.startswith('"') and '" "' not in text and "\\;" not in text


def _text(value: str) -> str:
    return octets_of(value).decode("latin-1")


def _natural(name: str) -> list[str | int]:
    """octoDNS sorts names so that 2 comes before 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
