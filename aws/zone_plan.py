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
_TXT_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)', re.DOTALL)
_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_NAME_SYNTAX = {".", "\\"}
"""What stays escaped in a name: a dot within a label is no end of it."""

Key: TypeAlias = tuple[str, str]
"""Name (lower case, unescaped, no trailing dot) and type of a set."""
Sets: TypeAlias = Mapping[Key, RecordSet]


@dataclass(slots=True)
class _SetEdit:
    """What a fix does to one set."""

    remove: list[Record] = field(default_factory=list)
    publish: list[Record] = field(default_factory=list)


def plan_changes(sets: Mapping[HostedZone, Sequence[RecordSet]], fixes: Iterable[Fix]) -> ZonePlan:
    """Returns the changes of `fixes`, most urgent first, to the zones, given the sets at the names they are about."""
    sets_by_zone = {
        zone: {(unescape_name(one.name), one.type): one for one in record_sets} for zone, record_sets in sets.items()
    }
    accepted: dict[Key, _SetEdit] = {}
    left_out: dict[Key, LeftOut] = {}
    for fix in fixes:
        edits = _split_by_set(fix)
        reasons = {
            key: _explain_obstacle(sets_by_zone, key, edits) or _explain_clash(key, one, accepted)
            for key, one in edits.items()
        }
        obstructed = next((key for key, why in reasons.items() if why), None)
        if obstructed is None:
            accepted |= edits
            continue
        for key, why in reasons.items():
            with_it = f"it goes with {obstructed[0]} {obstructed[1]}, which is left to you"
            left_out.setdefault(key, LeftOut(*key, why or with_it))
    changes: dict[HostedZone, list[SetChange]] = {}
    for key, one in accepted.items():
        zone = zone_of(sets_by_zone, key[0])
        change = _build_change(key, sets_by_zone[zone].get(key), one) if zone else None
        if zone and change:
            changes.setdefault(zone, []).append(change)
    planned = tuple(ZoneChanges(zone, tuple(zone_changes)) for zone, zone_changes in changes.items())
    return ZonePlan(planned, tuple(left_out.values()))


def _split_by_set(fix: Fix) -> dict[Key, _SetEdit]:
    edits: dict[Key, _SetEdit] = {}
    for record in dict.fromkeys(fix.remove):
        edits.setdefault((record.name.lower(), record.type), _SetEdit()).remove.append(record)
    for record in dict.fromkeys(fix.records):
        edits.setdefault((record.name.lower(), record.type), _SetEdit()).publish.append(record)
    return edits


def _explain_clash(key: Key, edit: _SetEdit, accepted: Mapping[Key, _SetEdit]) -> str:
    """Two fixes that edit the same record each replace its old text: published together they would make two. Nor can
    one put a CNAME where the other puts something else (RFC 1034 section 3.6.2)."""
    if accepted.get(key, edit) != edit:
        return "another fix changes the same record: publish that one, and check again"
    name, kind = key
    breaks_cname = any(
        other_name == name and other_kind != kind and "CNAME" in (kind, other_kind)
        for other_name, other_kind in accepted
    )
    return "another fix puts other records at this name, and a CNAME stands alone" if breaks_cname else ""


def _explain_obstacle(sets_by_zone: Mapping[HostedZone, Sets], key: Key, edits: Mapping[Key, _SetEdit]) -> str:
    """Returns why a set is left to a person; empty where nothing is in the way."""
    name, kind = key
    zone = zone_of(sets_by_zone, name)
    if zone is None:
        return "no zone here is the one that DNS asks for it"
    if kind not in _TYPES:
        return f"ses-bot publishes no {kind} records"
    sets = sets_by_zone[zone]
    delegated_name = next(
        (ancestor for ancestor in _names_below_apex(name, zone.name) if (ancestor, "NS") in sets), None
    )
    if delegated_name:
        return f"{delegated_name} is delegated to other name servers"
    current, edit = sets.get(key), edits[key]
    if current and current.special:
        return current.special
    if _is_stale(kind, current, edit):
        return "what it replaces is not there any more: check again"
    return _explain_cname_conflict(sets, key, edits)


def _is_stale(kind: str, current: RecordSet | None, edit: _SetEdit) -> bool:
    """Tells whether the record that a fix edits was changed since; not where all that it publishes is there already."""
    current_values = {_meaning_of(kind, value) for value in current.values} if current else set()
    removed = {_meaning_of(kind, presentation(record)) for record in edit.remove}
    published = {_meaning_of(kind, presentation(record)) for record in edit.publish}
    return not removed <= current_values and not published <= current_values


def _explain_cname_conflict(sets: Sets, key: Key, edits: Mapping[Key, _SetEdit]) -> str:
    """Returns a CNAME stands alone at its name (RFC 1034 section 3.6.2)."""
    name, kind = key
    if not edits[key].publish:
        return ""
    for (other_name, other_kind), record_set in sets.items():
        if other_name != name or other_kind == kind or "CNAME" not in (kind, other_kind):
            continue
        removed = edits.get((name, other_kind), _SetEdit()).remove
        staying = {_meaning_of(other_kind, value) for value in record_set.values} - {
            _meaning_of(other_kind, presentation(r)) for r in removed
        }
        if record_set.special or staying:
            reason = f"{name} has {other_kind} records, and a CNAME stands alone"
            return reason if kind == "CNAME" else f"{name} is a CNAME, and has no other records"
    return ""


def _build_change(key: Key, current: RecordSet | None, edit: _SetEdit) -> SetChange | None:
    """Returns the set before and after; None where it is already as it should be."""
    name, kind = key
    removed = {_meaning_of(kind, presentation(record)) for record in edit.remove}
    published = {_meaning_of(kind, text := presentation(record)): text for record in edit.publish}
    values = [
        value
        for value in (current.values if current else ())
        if _meaning_of(kind, value) not in removed - published.keys()
    ]
    if kind == "CNAME" and published:
        values = [value for value in values if _meaning_of(kind, value) in published]  # a name has one CNAME
    kept_meanings = {_meaning_of(kind, value) for value in values}
    values += [text for meaning, text in published.items() if meaning not in kept_meanings]
    if tuple(values) == (current.values if current else ()):
        return None
    if not values:
        return SetChange(current, None)
    written_name, ttl = (current.name, current.ttl) if current else (name, DEFAULT_TTL)
    return SetChange(current, RecordSet(written_name, kind, ttl, tuple(values)))


def matches_answer(record_set: RecordSet, answer_values: Iterable[str]) -> bool:
    """Tells whether DNS answers a set as the zone holds it. `answered`: values as `checks.answers.Records` has them."""
    return {dns_value(record_set.type, value) for value in record_set.values} == {
        normalize_value(record_set.type, value) for value in answer_values
    }


def dns_value(kind: str, value: str) -> str:
    """Returns a value of the zone as `checks.answers.Records` holds it: a TXT value without quotes, one octet a
    character."""
    return normalize_value(kind, txt_octets(value).decode("latin-1") if kind == "TXT" else value)


def normalize_value(kind: str, value: str) -> str:
    """Returns a value of DNS for comparing: case, spaces and a last dot mean nothing but in a text."""
    return value if kind == "TXT" else " ".join(value.rstrip(".").lower().split())


def txt_octets(value: str) -> bytes:
    """Returns what a TXT value says, its strings joined."""
    return b"".join(_unescape(quoted or bare).encode("latin-1") for quoted, bare in _TXT_STRING.findall(value))


def _unescape(text: str, kept_characters: Iterable[str] = ()) -> str:
    r"""Returns a string without Route 53's escapes (`\ooo` is octal, `\x` is x), but for what is in `kept`."""

    def unescape_match(match: re.Match[str]) -> str:
        code = match[1]
        character = chr(int(code, 8) & 0xFF) if len(code) == 3 else code
        return match[0] if character in kept_characters else character

    return _ESCAPE.sub(unescape_match, text.encode().decode("latin-1"))


def _meaning_of(kind: str, value: str) -> object:
    """Returns what a value says, whatever its spelling: the same for two that DNS answers alike."""
    return txt_octets(value) if kind == "TXT" else normalize_value(kind, value)


def unescape_name(name: str) -> str:
    """Returns a name as people write it: `\\052.acme.com.` is `*.acme.com`."""
    return _unescape(name, _NAME_SYNTAX).rstrip(".").lower()


def is_in(name: str, zone: str) -> bool:
    """Tells whether a name is in a zone, or its apex."""
    return name == zone or name.endswith(f".{zone}")


def zone_of(zones: Iterable[HostedZone], name: str) -> HostedZone | None:
    """Returns the longest zone that holds a name."""
    holding = [zone for zone in zones if is_in(name, zone.name)]
    return max(holding, key=lambda zone: len(zone.name), default=None)


def _names_below_apex(name: str, zone: str) -> list[str]:
    """Returns the name and those above it, below the apex: where a delegation may be."""
    labels = name.removesuffix(f".{zone}").split(".") if name != zone else []
    return [".".join([*labels[start:], zone]) for start in range(len(labels))]


def record_names_of(fixes: Iterable[Fix]) -> tuple[str, ...]:
    """Returns every name that fixes are about."""
    return tuple(dict.fromkeys(record.name.lower() for fix in fixes for record in (*fix.remove, *fix.records)))


def names_to_read(names: Iterable[str], zone: str) -> tuple[str, ...]:
    """Returns the names whose sets a plan needs: those of the fixes, and those above them where a delegation may be."""
    return tuple(
        dict.fromkeys(
            needed for name in names if is_in(name, zone) for needed in [name, *_names_below_apex(name, zone)]
        )
    )


def invert_changes(changes: Iterable[SetChange]) -> tuple[SetChange, ...]:
    """Returns the changes that undo these."""
    return tuple(SetChange(change.after, change.before) for change in changes)
