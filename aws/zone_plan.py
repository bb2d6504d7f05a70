"""Plans what fixes change in the zones of Route 53, set by set: pure.

A set is replaced as a whole: the values that a fix removes go, those that it publishes come, all others stay byte for
byte, and so does the TTL. A fix is published whole or left to a person: sets that are no plain ones, a CNAME beside
other data, names that are delegated to other servers, and what is no longer as the report saw it. Source: Route 53
API, ChangeResourceRecordSets; RFC 1035 section 5.1, RFC 1912 2.4.
"""

import re
from collections import defaultdict
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
        zone: {(unescape_name(record_set.name), record_set.type): record_set for record_set in record_sets}
        for zone, record_sets in sets.items()
    }
    accepted: dict[Key, _SetEdit] = {}
    left_out: dict[Key, LeftOut] = {}
    for fix in fixes:
        edits = _split_by_set(fix)
        reasons = {
            key: _explain_obstacle(sets_by_zone, key, edits) or _explain_clash(key, edit, accepted)
            for key, edit in edits.items()
        }
        obstructed = next((key for key, why in reasons.items() if why), None)
        if obstructed is None:
            accepted |= edits
            continue
        for key, why in reasons.items():
            with_it = f"it goes with {obstructed[0]} {obstructed[1]}, which is left to you"
            left_out.setdefault(key, LeftOut(*key, why or with_it))
    changes: dict[HostedZone, list[SetChange]] = {}
    for key, edit in accepted.items():
        zone = zone_of(sets_by_zone, key[0])
        change = _build_change(key, sets_by_zone[zone].get(key), edit) if zone else None
        if zone and change:
            changes.setdefault(zone, []).append(change)
    planned = tuple(ZoneChanges(zone, tuple(zone_changes)) for zone, zone_changes in changes.items())
    return ZonePlan(planned, tuple(left_out.values()))


def _split_by_set(fix: Fix) -> dict[Key, _SetEdit]:
    edits: defaultdict[Key, _SetEdit] = defaultdict(_SetEdit)
    for record in dict.fromkeys(fix.remove):
        edits[record.name.lower(), record.type].remove.append(record)
    for record in dict.fromkeys(fix.records):
        edits[record.name.lower(), record.type].publish.append(record)
    return edits


def _explain_clash(key: Key, edit: _SetEdit, accepted: Mapping[Key, _SetEdit]) -> str:
    """Returns why a fix cannot be published with those accepted; empty where it can."""
    # Two fixes that edit the same record each replace its old text: published together they would make two.
    if accepted.get(key, edit) != edit:
        return "another fix changes the same record: publish that one, and check again"
    if any(_excludes(key, other) for other in accepted):
        return "another fix puts other records at this name, and a CNAME stands alone"
    return ""


def _excludes(key: Key, other: Key) -> bool:
    """Tells whether two sets cannot both exist: a CNAME stands alone at its name."""
    return key[0] == other[0] and key[1] != other[1] and "CNAME" in (key[1], other[1])  # RFC 1034 3.6.2


def _explain_obstacle(sets_by_zone: Mapping[HostedZone, Sets], key: Key, edits: Mapping[Key, _SetEdit]) -> str:
    """Returns why a set is left to a person; empty where nothing is in the way."""
    name, kind = key
    zone = zone_of(sets_by_zone, name)
    if zone is None:
        return "no zone here is the one that DNS asks for it"
    if kind not in _TYPES:
        return f"ses-bot publishes no {kind} records"
    sets = sets_by_zone[zone]
    delegated = next((at for at in _names_below_apex(name, zone.name) if (at, "NS") in sets), None)
    if delegated:
        return f"{delegated} is delegated to other name servers"
    current, edit = sets.get(key), edits[key]
    if current and current.special:
        return current.special
    if _is_stale(kind, current, edit):
        return "what it replaces is not there any more: check again"
    return _explain_cname_conflict(sets, key, edits)


def _is_stale(kind: str, current: RecordSet | None, edit: _SetEdit) -> bool:
    """Tells whether the record that a fix edits was changed since; not where all that it publishes is there already."""
    existing = _meanings_of(kind, current.values if current else ())
    removed = _meanings_of(kind, map(presentation, edit.remove))
    published = _meanings_of(kind, map(presentation, edit.publish))
    return not removed <= existing and not published <= existing


def _explain_cname_conflict(sets: Sets, key: Key, edits: Mapping[Key, _SetEdit]) -> str:
    """Returns which set at the name excludes this one, as a CNAME stands alone; empty where none does."""
    name, kind = key
    if not edits[key].publish:
        return ""
    for other, record_set in sets.items():
        if not _excludes(key, other):
            continue
        other_kind = other[1]
        removed = edits[other].remove if other in edits else ()
        remaining = _meanings_of(other_kind, record_set.values) - _meanings_of(other_kind, map(presentation, removed))
        if record_set.special or remaining:
            reason = f"{name} has {other_kind} records, and a CNAME stands alone"
            return reason if kind == "CNAME" else f"{name} is a CNAME, and has no other records"
    return ""


def _build_change(key: Key, current: RecordSet | None, edit: _SetEdit) -> SetChange | None:
    """Returns the set before and after; None where it is already as it should be."""
    name, kind = key
    published = {_meaning_of(kind, text): text for text in map(presentation, edit.publish)}
    removed = _meanings_of(kind, map(presentation, edit.remove)) - published.keys()
    existing = current.values if current else ()
    values = [value for value in existing if _meaning_of(kind, value) not in removed]
    if kind == "CNAME" and published:
        values = [value for value in values if _meaning_of(kind, value) in published]  # a name has one CNAME
    remaining = _meanings_of(kind, values)
    values += [text for meaning, text in published.items() if meaning not in remaining]
    if tuple(values) == existing:
        return None
    if not values:
        return SetChange(current, None)
    written_name, ttl = (current.name, current.ttl) if current else (name, DEFAULT_TTL)
    return SetChange(current, RecordSet(written_name, kind, ttl, tuple(values)))


def matches_answer(record_set: RecordSet, answer_values: Iterable[str]) -> bool:
    """Tells whether DNS answers a set as the zone holds it; `answer_values` are as in `checks.answers.Records`."""
    kind = record_set.type
    answered = {normalize_value(kind, value) for value in answer_values}
    return answered == {dns_value(kind, value) for value in record_set.values}


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
    r"""Returns a string without Route 53's escapes (`\ooo` is octal, `\x` is x), except `kept_characters`."""

    def unescape_match(match: re.Match[str]) -> str:
        code = match[1]
        character = chr(int(code, 8) & 0xFF) if len(code) == 3 else code
        return match[0] if character in kept_characters else character

    return _ESCAPE.sub(unescape_match, text.encode().decode("latin-1"))


def _meaning_of(kind: str, value: str) -> object:
    """Returns what a value says: equal for two spellings that DNS answers alike."""
    return txt_octets(value) if kind == "TXT" else normalize_value(kind, value)


def _meanings_of(kind: str, values: Iterable[str]) -> set[object]:
    return {_meaning_of(kind, value) for value in values}


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
    in_zone = (name for name in names if is_in(name, zone))
    return tuple(dict.fromkeys(needed for name in in_zone for needed in (name, *_names_below_apex(name, zone))))


def invert_changes(changes: Iterable[SetChange]) -> tuple[SetChange, ...]:
    """Returns the changes that undo these."""
    return tuple(SetChange(change.after, change.before) for change in changes)
