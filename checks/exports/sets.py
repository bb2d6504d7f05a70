"""Plans what a zone must hold after the fixes of a report: sets of records, with what DNS shows beside them.

Two fixes that edit the same record are two ways, so only the first is taken. A value that DNS shows beside those of a
fix is kept: some tools replace all values of a name and type.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from model import Checked, Fix, Record, Seen, sort_by_severity
from model.zone import quoted_strings

TTL = 300
"""Seconds, while things are set up."""
CanHold: TypeAlias = Callable[[str], bool]
_HOST = re.compile(r"(?=.{1,253}\Z)(?:\*\.)?(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.|\Z))+(?<!\.)")
_TYPES = frozenset({"TXT", "MX", "CNAME"})
_NOTHING = frozenset({"no data", "no such name"})
_ALIAS, _UNANSWERED = "CNAME ", "unanswered by "


@dataclass(frozen=True, slots=True)
class ExportSet:
    """The records of one name and type: those to publish, and those that exist and stay. `is_known`: DNS has shown what
    exists; `exists`: something does."""

    name: str
    type: str
    publish: tuple[Record, ...]
    remaining: tuple[Record, ...] = ()
    is_known: bool = True
    exists: bool = False

    @property
    def records(self) -> tuple[Record, ...]:
        """All records that the set holds afterwards."""
        return (*self.remaining, *self.publish)


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """The sets to write, and in words what the text cannot say: deletions, and what is left to the person."""

    domain: str
    zone: str
    sets: tuple[ExportSet, ...]
    notes: tuple[str, ...] = ()


def make_plan(checked: Checked, *, whole_sets: bool = False, holds: CanHold | None = None) -> ExportPlan:
    """Plans what to write for a report. `whole_sets`: the tool replaces all values of a name and type, so that those
    that stay are written too; `holds` says which TXT values it can hold."""
    domain = checked.report.domain
    zone = checked.zone if _is_zone_of(checked.zone, domain) else domain
    publish, remove, notes = _merge_fixes(checked)
    sets: list[ExportSet] = []
    for key in dict.fromkeys(map(_key_of, (*publish, *remove))):
        new = [record for record in publish if _key_of(record) == key]
        old = [record for record in remove if _key_of(record) == key and record not in new]
        if reason := _explain_manual(*key, zone, new, holds):
            notes += [f"Delete by hand, because {reason}: {format_record(record)}" for record in old]
            notes += [f"Publish by hand, because {reason}: {format_record(record)}" for record in new]
            continue
        rrset, lost = _make_set(checked.seen, *key, new, old, holds)
        is_written = bool(new or (whole_sets and rrset.remaining))
        sets += [rrset] if is_written else []
        deletion = "Left out, which deletes it" if whole_sets and is_written else "Delete"
        notes += [f"{deletion}: {format_record(record)}" for record in old]
        if whole_sets and is_written:
            notes += _warn_of_losses(rrset, lost)
    return ExportPlan(domain, zone, tuple(sets), tuple(notes))


def _key_of(record: Record) -> tuple[str, str]:
    return record.name.lower(), record.type


def _is_zone_of(zone: str, domain: str) -> bool:
    """Tells whether a person keeps this zone, and the domain is in it: what DNS says is from outside."""
    return "." in zone and is_host_name(zone) and f".{domain}".endswith(f".{zone}")


def _make_set(  # noqa: PLR0913, PLR0917 - what a set is made of
    seen: Sequence[Seen],
    name: str,
    kind: str,
    publish: Sequence[Record],
    remove: Sequence[Record],
    holds: CanHold | None,
) -> tuple[ExportSet, list[Record]]:
    """Returns a set with what stays in it, and what should stay and cannot be written."""
    is_known, existing = _read_shown_records(seen, name, kind)
    can_hold = is_host_name if kind != "TXT" else holds
    remaining = [record for record in existing if record not in (*remove, *publish)] if kind != "CNAME" else []
    lost = [record for record in remaining if can_hold and not can_hold(record.value)]
    kept = tuple(record for record in remaining if record not in lost)
    return ExportSet(name, kind, tuple(publish), kept, is_known, bool(existing or remove)), lost


def _warn_of_losses(rrset: ExportSet, lost: Sequence[Record]) -> Iterator[str]:
    """Yields what a tool that replaces whole sets would lose."""
    if not rrset.is_known:
        yield f"DNS did not answer what {rrset.name} {rrset.type} holds now. Add what is there first."
    for record in lost:
        yield f"Add by hand what is there already, or it is replaced: {format_record(record)}"


def _merge_fixes(checked: Checked) -> tuple[list[Record], list[Record], list[str]]:
    """Returns what to publish and what to remove, each once, the worst finding first; and what was left out."""
    publish: dict[Record, None] = {}
    remove: dict[Record, None] = {}
    notes: list[str] = []
    for fix in _list_fixes(checked):
        conflict = next((record for record in fix.remove if record in remove), None)
        if conflict and not set(fix.records) <= set(publish):
            notes.append(f"A second fix changes the same record, so check again afterwards: {format_record(conflict)}")
            continue
        publish |= dict.fromkeys(fix.records)
        remove |= dict.fromkeys(fix.remove)
    return list(publish), list(remove), notes


def _list_fixes(checked: Checked) -> Iterator[Fix]:
    for finding in sort_by_severity(checked.report.findings):
        if finding.fix and (finding.fix.records or finding.fix.remove):
            yield finding.fix


def _explain_manual(name: str, kind: str, zone: str, new: Sequence[Record], holds: CanHold | None) -> str:
    """Explains why a set is left to a person; empty where it can be written."""
    if name != zone and not name.endswith(f".{zone}"):
        return f"it is outside the zone {zone}"
    if kind not in _TYPES:
        return f"{kind} records are not written as code"
    if not is_host_name(name) or any(kind != "TXT" and not is_host_name(record.value) for record in new):
        return "code cannot hold its name safely"
    if kind == "TXT" and holds and not all(holds(record.value) for record in new):
        return "the tool cannot hold this value"
    return ""


def is_host_name(text: str) -> bool:
    """Tells whether this is a name of letters, digits, hyphens and underscores, or the root: every tool reads it
    alike."""
    return text in ("", ".") or _HOST.fullmatch(text) is not None


def _read_shown_records(seen: Sequence[Seen], name: str, kind: str) -> tuple[bool, list[Record]]:
    """Tells whether DNS has shown what a name holds, and returns it. The target of an alias is at another name."""
    answer = next((lookup.answer for lookup in seen if lookup.name.lower() == name and lookup.type == kind), None)
    if answer is None or any(line.startswith(_UNANSWERED) for line in answer):
        return False, []
    if any(line.startswith(_ALIAS) for line in answer) or set(answer) & _NOTHING:
        return True, []
    return True, [_parse_record(name, kind, line) for line in answer]


def _parse_record(name: str, kind: str, line: str) -> Record:
    if kind != "MX":
        return Record(kind, name, line)
    priority, _, host = line.partition(" ")
    return Record(kind, name, host, int(priority) if priority.isdigit() else None)


def format_record(record: Record) -> str:
    """Writes a record on one line of printable ASCII, as a zone file has it."""
    name = _escape_non_ascii(record.name)
    if record.type == "TXT":
        return f"{name} TXT {' '.join(quoted_strings(record.value))}"
    priority = f"{record.priority} " if record.priority is not None else ""
    return f"{name} {_escape_non_ascii(record.type)} {priority}{_escape_non_ascii(record.value) or '.'}"


def _escape_non_ascii(text: str) -> str:
    return "".join(character if " " < character < "\x7f" else f"\\u{ord(character):04x}" for character in text)


def relative_name(name: str, zone: str, apex: str = "@") -> str:
    return apex if name == zone else name.removesuffix(f".{zone}")
