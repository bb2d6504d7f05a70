"""What fixes change in the zones of Route 53, set by set: pure.

A set is replaced as a whole: the values that a fix removes go, those that it publishes come, all others stay byte for
byte, and so does the TTL. A fix is published whole or left to a person: sets that are no plain ones, a CNAME beside
other data, names that are delegated to other servers, and what is no longer as the report saw it. Source: Route 53
API, ChangeResourceRecordSets; RFC 1035 section 5.1, RFC 1912 2.4.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from model import Fix, Record
from model.zone import HostedZone, LeftOut, RecordSet, SetChange, ZoneChanges, ZonePlan, presentation

DEFAULT_TTL = 300
_TYPES = frozenset({"TXT", "CNAME", "MX"})
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)', re.DOTALL)
_ESCAPED = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_SYNTAX = {".", "\\"}
"""What stays escaped in a name: a dot within a label is no end of it."""

Key: TypeAlias = tuple[str, str]
"""Name (lower case, unescaped, no trailing dot) and type of a set."""
Sets: TypeAlias = Mapping[Key, RecordSet]


@dataclass(slots=True)
class _Wanted:
    """What a fix does to one set."""

    remove: list[Record] = field(default_factory=list)
    publish: list[Record] = field(default_factory=list)


def plan(sets: Mapping[HostedZone, Sequence[RecordSet]], fixes: Iterable[Fix]) -> ZonePlan:
    """Returns the changes of `fixes`, most urgent first, to the zones, given the sets at the names they are about."""
    there = {zone: {(plain_name(one.name), one.type): one for one in held} for zone, held in sets.items()}
    taken: dict[Key, _Wanted] = {}
    left: dict[Key, LeftOut] = {}
    for fix in fixes:
        wanted = _by_set(fix)
        reasons = {key: _in_the_way(there, key, wanted) or _clash(key, one, taken) for key, one in wanted.items()}
        stopped = next((key for key, why in reasons.items() if why), None)
        if stopped is None:
            taken |= wanted
            continue
        for key, why in reasons.items():
            with_it = f"it goes with {stopped[0]} {stopped[1]}, which is left to you"
            left.setdefault(key, LeftOut(*key, why or with_it))
    changes: dict[HostedZone, list[SetChange]] = {}
    for key, one in taken.items():
        zone = zone_of(there, key[0])
        change = _change(key, there[zone].get(key), one) if zone else None
        if zone and change:
            changes.setdefault(zone, []).append(change)
    planned = tuple(ZoneChanges(zone, tuple(found)) for zone, found in changes.items())
    return ZonePlan(planned, tuple(left.values()))


def _by_set(fix: Fix) -> dict[Key, _Wanted]:
    wanted: dict[Key, _Wanted] = {}
    for record in dict.fromkeys(fix.remove):
        wanted.setdefault((record.name.lower(), record.type), _Wanted()).remove.append(record)
    for record in dict.fromkeys(fix.records):
        wanted.setdefault((record.name.lower(), record.type), _Wanted()).publish.append(record)
    return wanted


def _clash(key: Key, one: _Wanted, taken: Mapping[Key, _Wanted]) -> str:
    """Two fixes that edit the same record each replace its old text: published together they would make two. Nor can
    one put a CNAME where the other puts something else (RFC 1034 section 3.6.2)."""
    if taken.get(key, one) != one:
        return "another fix changes the same record: publish that one, and check again"
    name, kind = key
    beside = any(at == name and other != kind and "CNAME" in (kind, other) for at, other in taken)
    return "another fix puts other records at this name, and a CNAME stands alone" if beside else ""


def _in_the_way(there: Mapping[HostedZone, Sets], key: Key, wanted: Mapping[Key, _Wanted]) -> str:
    """Returns why a set is left to a person; empty where nothing is in the way."""
    name, kind = key
    zone = zone_of(there, name)
    if zone is None:
        return "no zone here is the one that DNS asks for it"
    if kind not in _TYPES:
        return f"ses-bot publishes no {kind} records"
    sets = there[zone]
    cut = next((at for at in _above(name, zone.name) if (at, "NS") in sets), None)
    if cut:
        return f"{cut} is delegated to other name servers"
    now, one = sets.get(key), wanted[key]
    if now and now.special:
        return now.special
    if _is_stale(kind, now, one):
        return "what it replaces is not there any more: check again"
    return _beside(sets, key, wanted)


def _is_stale(kind: str, now: RecordSet | None, one: _Wanted) -> bool:
    """Tells whether the record that a fix edits was changed since; not where all that it publishes is there already."""
    held = {_meaning(kind, value) for value in now.values} if now else set()
    gone = {_meaning(kind, presentation(record)) for record in one.remove}
    come = {_meaning(kind, presentation(record)) for record in one.publish}
    return not gone <= held and not come <= held


def _beside(sets: Sets, key: Key, wanted: Mapping[Key, _Wanted]) -> str:
    """Returns a CNAME stands alone at its name (RFC 1034 section 3.6.2)."""
    name, kind = key
    if not wanted[key].publish:
        return ""
    for (at, other), one in sets.items():
        if at != name or other == kind or "CNAME" not in (kind, other):
            continue
        removed = wanted.get((name, other), _Wanted()).remove
        staying = {_meaning(other, value) for value in one.values} - {_meaning(other, presentation(r)) for r in removed}
        if one.special or staying:
            alone = f"{name} has {other} records, and a CNAME stands alone"
            return alone if kind == "CNAME" else f"{name} is a CNAME, and has no other records"
    return ""


def _change(key: Key, now: RecordSet | None, one: _Wanted) -> SetChange | None:
    """Returns the set before and after; None where it is already as it should be."""
    name, kind = key
    gone = {_meaning(kind, presentation(record)) for record in one.remove}
    come = {_meaning(kind, text := presentation(record)): text for record in one.publish}
    values = [value for value in (now.values if now else ()) if _meaning(kind, value) not in gone - come.keys()]
    if kind == "CNAME" and come:
        values = [value for value in values if _meaning(kind, value) in come]  # a name has one CNAME
    kept = {_meaning(kind, value) for value in values}
    values += [text for meaning, text in come.items() if meaning not in kept]
    if tuple(values) == (now.values if now else ()):
        return None
    if not values:
        return SetChange(now, None)
    written, ttl = (now.name, now.ttl) if now else (name, DEFAULT_TTL)
    return SetChange(now, RecordSet(written, kind, ttl, tuple(values)))


def answers_as(one: RecordSet, answered: Iterable[str]) -> bool:
    """Tells whether DNS answers a set as the zone holds it. `answered`: values as `checks.answers.Records` has them."""
    return {shown_value(one.type, value) for value in one.values} == {
        plain_value(one.type, value) for value in answered
    }


def shown_value(kind: str, value: str) -> str:
    """Returns a value of the zone as `checks.answers.Records` holds it: a TXT value without quotes, one octet a
    character."""
    return plain_value(kind, txt_octets(value).decode("latin-1") if kind == "TXT" else value)


def plain_value(kind: str, value: str) -> str:
    """Returns a value of DNS for comparing: case, spaces and a last dot mean nothing but in a text."""
    return value if kind == "TXT" else " ".join(value.rstrip(".").lower().split())


def txt_octets(value: str) -> bytes:
    """Returns what a TXT value says, its strings joined."""
    return b"".join(_unescaped(quoted or bare).encode("latin-1") for quoted, bare in _QUOTED.findall(value))


def _unescaped(text: str, kept: Iterable[str] = ()) -> str:
    r"""Returns a string without Route 53's escapes (`\ooo` is octal, `\x` is x), but for what is in `kept`."""

    def one(match: re.Match[str]) -> str:
        code = match[1]
        character = chr(int(code, 8) & 0xFF) if len(code) == 3 else code
        return match[0] if character in kept else character

    return _ESCAPED.sub(one, text.encode().decode("latin-1"))


def _meaning(kind: str, value: str) -> object:
    """Returns what a value says, whatever its spelling: the same for two that DNS answers alike."""
    return txt_octets(value) if kind == "TXT" else plain_value(kind, value)


def plain_name(name: str) -> str:
    """Returns a name as people write it: `\\052.acme.com.` is `*.acme.com`."""
    return _unescaped(name, _SYNTAX).rstrip(".").lower()


def is_in(name: str, zone: str) -> bool:
    """Tells whether a name is in a zone, or its apex."""
    return name == zone or name.endswith(f".{zone}")


def zone_of(zones: Iterable[HostedZone], name: str) -> HostedZone | None:
    """Returns the longest zone that holds a name."""
    holding = [zone for zone in zones if is_in(name, zone.name)]
    return max(holding, key=lambda zone: len(zone.name), default=None)


def _above(name: str, zone: str) -> list[str]:
    """Returns the name and those above it, below the apex: where a delegation may be."""
    labels = name.removesuffix(f".{zone}").split(".") if name != zone else []
    return [".".join([*labels[start:], zone]) for start in range(len(labels))]


def names_of(fixes: Iterable[Fix]) -> tuple[str, ...]:
    """Returns every name that fixes are about."""
    return tuple(dict.fromkeys(record.name.lower() for fix in fixes for record in (*fix.remove, *fix.records)))


def names_to_read(names: Iterable[str], zone: str) -> tuple[str, ...]:
    """Returns the names whose sets a plan needs: those of the fixes, and those above them where a delegation may be."""
    return tuple(dict.fromkeys(one for name in names if is_in(name, zone) for one in [name, *_above(name, zone)]))


def inverse(changes: Iterable[SetChange]) -> tuple[SetChange, ...]:
    """Returns the changes that undo these."""
    return tuple(SetChange(one.after, one.before) for one in changes)
