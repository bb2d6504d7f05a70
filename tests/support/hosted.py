"""A zone of a test as Route 53 holds it, beside records that have nothing to do with mail, and back again."""

from typing import Any

from fakes.ses import Zone, ZoneSet
from fakes.ses.zones import Key
from tests.support.table import Table

APEX = "acme.com"
SERVERS = ("ns-1.awsdns-01.org", "ns-2.awsdns-02.net")


def hosted(table: Table | None = None, apex: str = APEX, *, noise: bool = True) -> Zone:
    """The names of a table that are in the zone, with texts in strings of 100: Route 53 takes them so."""
    zone = Zone(f"Z{abs(hash(apex)) % 10**10}", apex, SERVERS)
    zone.put(apex, "NS", *(f"{server}." for server in SERVERS), ttl=172_800)
    if noise:
        _beside(zone)
    for name, types in (table or {}).items():
        if name != apex and not name.endswith(f".{apex}"):
            continue
        for kind, values in types.items():
            if isinstance(values, list) and values:
                held = zone.sets.get((f"{name}.", kind, ""))
                shown = [written_value(kind, value) for value in values]
                zone.put(name, kind, *(held.values if held else ()), *shown, ttl=held.ttl if held else 1_234)
    return zone


def _beside(zone: Zone) -> None:
    apex = zone.name
    zone.put(apex, "TXT", r'"site-verification=\"3f\\9\" \052\344"', '"b" "a"', ttl=77)
    zone.put(f"*.apps.{apex}", "A", "192.0.2.7", "192.0.2.6")
    zone.put(f"www.{apex}", "A", AliasTarget="d111111abcdef8.cloudfront.net.")
    for weight in ("1", "99"):
        zone.put(f"api.{apex}", "A", f"192.0.2.{weight}", SetIdentifier=weight, Weight=weight)
    zone.put(f"long.{apex}", "TXT", " ".join(f'"{"x" * 250}"' for _ in range(16)), ttl=5)


def written_value(kind: str, value: str) -> str:
    """A value as a person would have typed it into Route 53."""
    if kind != "TXT":
        return value if kind in ("A", "AAAA") else f"{value}."
    pieces = [value[start : start + 100] for start in range(0, len(value), 100)] or [""]
    return " ".join(f'"{"".join(map(_escaped, piece))}"' for piece in pieces)


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if " " <= character <= "~" else f"\\{ord(character):03o}"


def table_of(zone: Zone, others: Table) -> Table:
    """What DNS answers once the zone is served; `others`: the names of other owners."""
    found: dict[str, dict[str, Any]] = {
        name: dict(types) for name, types in others.items() if name != zone.name and not name.endswith(f".{zone.name}")
    }
    for one in zone.sets.values():
        if not one.more and one.type != "NS":
            types = found.setdefault(plain(one.name), {})
            types[one.type] = [answered(one.type, value) for value in one.values]
    return found


def plain(name: str) -> str:
    return name.rstrip(".").replace("\\052", "*")


def answered(kind: str, value: str) -> str:
    """A value as DNS answers it: read by hand, a character at a time."""
    if kind != "TXT":
        return value.rstrip(".")
    said, at, quoted = "", 0, False
    while at < len(value):
        if value[at] == '"':
            quoted, at = not quoted, at + 1
        elif value[at] == "\\" and value[at + 1].isdigit():
            said, at = said + chr(int(value[at + 1 : at + 4], 8)), at + 4
        elif value[at] == "\\":
            said, at = said + value[at + 1], at + 2
        else:
            said, at = said + (value[at] if quoted else ""), at + 1
    return said


def changed(before: dict[Key, ZoneSet], after: dict[Key, ZoneSet]) -> set[Key]:
    """The sets that are not byte for byte as they were."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
