"""What fixes change in a zone of Route 53, set by set: pure.

A set is replaced as a whole: the values that a fix removes go, those that it publishes come, all others stay byte for
byte, and so does the TTL. Left to a person: sets that are no plain ones, a CNAME beside other data, and names that
are delegated to other servers. Source: Route 53 API, ChangeResourceRecordSets; RFC 1035 section 5.1, RFC 1912 2.4.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from model import Fix, Record
from model.zone import HostedZone, LeftOut, RecordSet, SetChange, ZonePlan

DEFAULT_TTL = 300
_TYPES = frozenset({"TXT", "CNAME", "MX"})
_STRING = 255
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(\d{3}|.)", re.DOTALL)

Sets: TypeAlias = Mapping[tuple[str, str], RecordSet]
"""By name (lower case, unescaped) and type."""


def plan(zone: HostedZone, sets: Sequence[RecordSet], fixes: Iterable[Fix]) -> ZonePlan:
    """The changes of `fixes` to the sets that the zone has now at the names they are about."""
    there: Sets = {(plain_name(one.name), one.type): one for one in sets}
    remove: dict[tuple[str, str], list[Record]] = {}
    publish: dict[tuple[str, str], list[Record]] = {}
    for fix in fixes:
        for records, into in ((fix.remove, remove), (fix.records, publish)):
            for record in records:
                held = into.setdefault((record.name.lower(), record.type), [])
                held += [record] if record not in held else []
    changes, left = [], []
    for key in dict.fromkeys([*remove, *publish]):
        why = _in_the_way(zone, there, key, publish, remove)
        if why:
            left.append(LeftOut(*key, why))
            continue
        change = _change(key, there.get(key), publish.get(key, []), remove.get(key, []))
        if change:
            changes.append(change)
    return ZonePlan(zone, tuple(changes), tuple(left))


def _in_the_way(
    zone: HostedZone,
    there: Sets,
    key: tuple[str, str],
    publish: Mapping[tuple[str, str], list[Record]],
    remove: Mapping[tuple[str, str], list[Record]],
) -> str:
    """Why a set is left to a person; empty where nothing is in the way."""
    name, kind = key
    if not is_in(name, zone.name):
        return f"it is outside the zone {zone.name}"
    if kind not in _TYPES:
        return f"ses-bot publishes no {kind} records"
    cut = next((at for at in _above(name, zone.name) if (at, "NS") in there), None)
    if cut:
        return f"{cut} is delegated to other name servers"
    now = there.get(key)
    if now and now.special:
        return now.special
    others = [one for (at, other), one in there.items() if at == name and other != kind]
    if kind == "CNAME" and key in publish:
        staying = [one for one in others if (name, one.type) not in remove]
        return f"{name} has {staying[0].type} records, and a CNAME stands alone" if staying else ""
    alias = there.get((name, "CNAME"))
    if key in publish and alias and (name, "CNAME") not in remove:
        return f"{name} is a CNAME, and has no other records"
    return ""


def _change(
    key: tuple[str, str], now: RecordSet | None, publish: Sequence[Record], remove: Sequence[Record]
) -> SetChange | None:
    """The set before and after; None where it is already as it should be."""
    name, kind = key
    gone = {_meaning(kind, presentation(one)) for one in remove}
    values = [one for one in (now.values if now else ()) if _meaning(kind, one) not in gone]
    if kind == "CNAME" and publish:
        values = []  # a name has one CNAME
    kept = {_meaning(kind, one) for one in values}
    values += [text for one in publish if _meaning(kind, text := presentation(one)) not in kept]
    if now and (
        tuple(values) == now.values
        or {_meaning(kind, one) for one in now.values} == {_meaning(kind, one) for one in values}
    ):
        return None
    if not values:
        return SetChange(now, None) if now else None
    written = now.name if now else name
    return SetChange(now, RecordSet(written, kind, now.ttl if now else DEFAULT_TTL, tuple(dict.fromkeys(values))))


def presentation(record: Record) -> str:
    """A record's value as Route 53 takes it."""
    match record.type:
        case "TXT":
            return txt_value(record.value)
        case "MX":
            return f"{record.priority if record.priority is not None else 10} {record.value.rstrip('.')}."
        case "CNAME":
            return f"{record.value.rstrip('.')}."
    return record.value


def txt_value(text: str) -> str:
    """A TXT value as quoted strings of at most 255 octets (RFC 1035 section 3.3.14)."""
    octets = text.encode()
    pieces = [octets[start : start + _STRING] for start in range(0, len(octets), _STRING)] or [b""]
    return " ".join(f'"{"".join(map(_octet, piece))}"' for piece in pieces)


def _octet(octet: int) -> str:
    if octet in b'"\\':
        return f"\\{chr(octet)}"
    return chr(octet) if 0x20 <= octet < 0x7F else f"\\{octet:03o}"  # Route 53 writes octal


def txt_octets(value: str) -> bytes:
    """What a TXT value says, its strings joined."""
    return b"".join(_unescaped(quoted or bare) for quoted, bare in _QUOTED.findall(value))


def _unescaped(text: str) -> bytes:
    """Octets of a string with Route 53's escapes: `\\ooo` is octal, `\\x` is x."""
    found, at = b"", 0
    for match in _ESCAPED.finditer(text):
        found += text[at : match.start()].encode()
        code = match[1]
        found += bytes([int(code, 8) & 0xFF]) if len(code) == 3 and not set(code) - set("01234567") else code.encode()
        at = match.end()
    return found + text[at:].encode()


def _meaning(kind: str, value: str) -> object:
    """What a value says, whatever its spelling: the same for two that DNS answers alike."""
    match kind:
        case "TXT":
            return txt_octets(value)
        case "MX":
            priority, _, host = value.strip().partition(" ")
            return priority, host.strip().rstrip(".").lower()
        case "CNAME":
            return value.strip().rstrip(".").lower()
    return value


def plain_name(name: str) -> str:
    """A name as people write it: `\\052.acme.com.` is `*.acme.com`."""
    return _unescaped(name).decode("utf-8", "replace").rstrip(".").lower()


def is_in(name: str, zone: str) -> bool:
    """Whether a name is in a zone, or its apex."""
    return name == zone or name.endswith(f".{zone}")


def _above(name: str, zone: str) -> list[str]:
    """The name and those above it, below the apex: where a delegation may be."""
    labels = name.removesuffix(f".{zone}").split(".") if name != zone else []
    return [".".join([*labels[start:], zone]) for start in range(len(labels))]


def names_of(fixes: Iterable[Fix]) -> tuple[str, ...]:
    """Every name that fixes are about."""
    return tuple(dict.fromkeys(record.name.lower() for fix in fixes for record in (*fix.remove, *fix.records)))


def names_to_read(fixes: Iterable[Fix], zone: str) -> tuple[str, ...]:
    """The names whose sets a plan needs: those of the fixes, and those above them where a delegation may be."""
    names = (name for name in names_of(fixes) if is_in(name, zone))
    return tuple(dict.fromkeys(one for name in names for one in [name, *_above(name, zone)]))


def inverse(changes: Iterable[SetChange]) -> tuple[SetChange, ...]:
    """The changes that undo these."""
    return tuple(SetChange(one.after, one.before) for one in changes)
