"""Records as lines of a zone file (RFC 1035 section 5.1), with whole names, so that they fit anywhere in it."""

from checks.exports.sets import TTL, Plan, preference, target
from model import Record
from model.zone import quoted_strings


def write(plan: Plan) -> str:
    """The lines to add to the zone file."""
    return "".join(f"{one.name}. {TTL} IN {one.type} {_data(one)}\n" for held in plan.sets for one in held.publish)


def _data(record: Record) -> str:
    match record.type:
        case "TXT":
            return " ".join(quoted_strings(record.value))
        case "MX":
            return f"{preference(record)} {target(record)}"
    return target(record)
