"""A zone of a test, changed as a person would: what a fix says to delete goes, what it says to publish comes."""

from typing import Any

from model import Fix, Record
from tests.support.table import Table


def publish_fix(zone: Table, fix: Fix) -> Table:
    """The zone after the fix. Deleting what is not there is an error: the fix would send a person looking for it."""
    after: dict[str, dict[str, Any]] = {name: dict(types) for name, types in zone.items()}
    for record in fix.remove:
        values = list(after[record.name][record.type])
        values.remove(_value(record))
        after[record.name][record.type] = values
        if not values:
            del after[record.name][record.type]
        if not after[record.name]:
            del after[record.name]
    for record in fix.records:
        types = after.setdefault(record.name, {})
        published = list(types.get(record.type, ()))
        types[record.type] = published if _value(record) in published else [*published, _value(record)]
        assert "CNAME" not in types or len(types) == 1, f"a CNAME beside other records at {record.name}"
    return after


def without_names(zone: Table, *names: str) -> Table:
    """The zone without some names."""
    return {name: types for name, types in zone.items() if name not in names}


def with_fault(zone: Table, name: str, rtype: str = "*", why: str = "SERVFAIL") -> Table:
    """The zone with one name (or one type at it) that its server does not answer for."""
    others: dict[str, Any] = {} if rtype == "*" else dict(zone.get(name, {}))
    return {**zone, name: {**others, rtype: why}}


def list_texts(zone: Table, name: str) -> list[str]:
    """The TXT records at a name of the zone."""
    values: Any = zone.get(name, {}).get("TXT", ())
    return list(values)


def _value(record: Record) -> str:
    return record.value if record.priority is None else f"{record.priority} {record.value}"
