"""Records for dnscontrol: a `D_EXTEND` to put below the `D` of the zone in dnsconfig.js.

Its strings are JavaScript's, and it splits long TXT values itself. It holds text, so octets that are no UTF-8 are left
to the person. Source: dnscontrol, "D_EXTEND", "TXT", "MX", "CNAME".
"""

import json

from checks.exports.sets import TTL, Plan, preference, relative, target
from model import Record
from model.zone import octets_of


def write(plan: Plan) -> str:
    """The function call. ECMAScript 5, which dnscontrol runs, takes no comma after the last argument."""
    records = [_record(one, plan.zone) for held in plan.sets for one in held.publish]
    return f"D_EXTEND({json.dumps(plan.zone)},\n  {(',' + chr(10) + '  ').join(records)}\n);\n"


def _record(record: Record, zone: str) -> str:
    name = json.dumps(relative(record.name.lower(), zone))
    match record.type:
        case "TXT":
            value = json.dumps(octets_of(record.value).decode("utf-8"))
        case "MX":
            value = f"{preference(record)}, {json.dumps(target(record))}"
        case _:
            value = json.dumps(target(record))
    return f"{record.type}({name}, {value}, TTL({TTL}))"


def holds(value: str) -> bool:
    """Whether dnscontrol can hold a TXT value: its octets are text."""
    try:
        octets_of(value).decode("utf-8")
    except UnicodeError:
        return False
    return True
