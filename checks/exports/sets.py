"""What a zone must hold after the fixes of a report: sets of records, with what DNS shows beside them.

Two fixes that edit the same record are two ways, so only the first is taken. A value that DNS shows beside those of a
fix is kept: some tools replace all values of a name and type.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from model import Checked, Fix, Record, Seen, worst_first
from model.zone import quoted_strings

TTL = 300
"""Seconds, while things are set up."""
Holds: TypeAlias = Callable[[str], bool]
_HOST = re.compile(r"(?=.{1,253}\Z)(?:\*\.)?(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.|\Z))+(?<!\.)")
_TYPES = frozenset({"TXT", "MX", "CNAME"})
_NOTHING = frozenset({"no data", "no such name"})
_ALIAS, _UNANSWERED = "CNAME ", "unanswered by "


@dataclass(frozen=True, slots=True)
class ExportSet:
    """The records of one name and type: those to publish, and those that are there and stay. `known`: DNS has shown
    what is there; `there`: something is."""

    name: str
    type: str
    publish: tuple[Record, ...]
    kept: tuple[Record, ...] = ()
    known: bool = True
    there: bool = False

    @property
    def records(self) -> tuple[Record, ...]:
        """All that the set holds afterwards."""
        return (*self.kept, *self.publish)


@dataclass(frozen=True, slots=True)
class Plan:
    """The sets to write, and in words what the text cannot say: deletions, and what is left to the person."""

    domain: str
    zone: str
    sets: tuple[ExportSet, ...]
    notes: tuple[str, ...] = ()


def plan_of(checked: Checked, *, whole_sets: bool = False, holds: Holds | None = None) -> Plan:
    """Returns what to write for a report. `whole_sets`: the tool replaces all values of a name and type, so that those
    that stay are written too; `holds` says which TXT values it can hold."""
    domain = checked.report.domain
    zone = checked.zone if _is_zone_of(checked.zone, domain) else domain
    publish, remove, notes = _merged(checked)
    sets: list[ExportSet] = []
    for key in dict.fromkeys((one.name.lower(), one.type) for one in (*publish, *remove)):
        new = [one for one in publish if (one.name.lower(), one.type) == key]
        old = [one for one in remove if (one.name.lower(), one.type) == key and one not in new]
        why = _why_not(*key, zone, new, holds)
        if why:
            notes += [
                f"{'Publish' if one in new else 'Delete'} by hand, because {why}: {in_words(one)}"
                for one in (*old, *new)
            ]
            continue
        one_set, lost = _set(checked.seen, *key, new, old, holds)
        written = bool(new or (whole_sets and one_set.kept))
        sets += [one_set] if written else []
        notes += [
            f"{'Left out, which deletes it' if whole_sets and written else 'Delete'}: {in_words(one)}" for one in old
        ]
        if whole_sets and written:
            notes += _about_whole(one_set, lost)
    return Plan(domain, zone, tuple(sets), tuple(notes))


def _is_zone_of(zone: str, domain: str) -> bool:
    """Tells whether a person keeps this zone, and the domain is in it: what DNS says is from outside."""
    return "." in zone and is_host(zone) and f".{domain}".endswith(f".{zone}")


def _set(  # noqa: PLR0913, PLR0917 - what a set is made of
    seen: Sequence[Seen], name: str, kind: str, new: Sequence[Record], old: Sequence[Record], holds: Holds | None
) -> tuple[ExportSet, list[Record]]:
    """Returns a set with what stays in it, and what should stay and cannot be written."""
    known, values = _shown(seen, name, kind)
    staying = [one for one in values if one not in old and one not in new] if kind != "CNAME" else []
    lost = [one for one in staying if not (is_host(one.value) if kind != "TXT" else holds is None or holds(one.value))]
    kept = tuple(one for one in staying if one not in lost)
    return ExportSet(name, kind, tuple(new), kept, known, bool(values or old)), lost


def _about_whole(one: ExportSet, lost: Sequence[Record]) -> Iterator[str]:
    """Yields what a tool that replaces whole sets would lose."""
    if not one.known:
        yield f"DNS did not answer what {one.name} {one.type} holds now. Add what is there first."
    for record in lost:
        yield f"Add by hand what is there already, or it is replaced: {in_words(record)}"


def _merged(checked: Checked) -> tuple[list[Record], list[Record], list[str]]:
    """Returns what to publish and what to remove, each once, the worst finding first; and what was left out."""
    publish: dict[Record, None] = {}
    remove: dict[Record, None] = {}
    notes: list[str] = []
    for fix in _fixes(checked):
        again = [one for one in fix.remove if one in remove]
        if again and not set(fix.records) <= set(publish):
            notes.append(f"A second fix changes the same record, so check again afterwards: {in_words(again[0])}")
            continue
        publish |= dict.fromkeys(fix.records)
        remove |= dict.fromkeys(fix.remove)
    return list(publish), list(remove), notes


def _fixes(checked: Checked) -> Iterator[Fix]:
    for finding in worst_first(checked.report.findings):
        if finding.fix and (finding.fix.records or finding.fix.remove):
            yield finding.fix


def _why_not(name: str, kind: str, zone: str, new: Sequence[Record], holds: Holds | None) -> str:
    """Returns why a set is left to a person; empty where it can be written."""
    if name != zone and not name.endswith(f".{zone}"):
        return f"it is outside the zone {zone}"
    if kind not in _TYPES:
        return f"{kind} records are not written as code"
    if not is_host(name) or any(kind != "TXT" and not is_host(one.value) for one in new):
        return "code cannot hold its name safely"
    if kind == "TXT" and holds and not all(holds(one.value) for one in new):
        return "the tool cannot hold this value"
    return ""


def is_host(text: str) -> bool:
    """Tells whether this is a name of letters, digits, hyphens and underscores, or the root: every tool reads it
    alike."""
    return text in ("", ".") or _HOST.fullmatch(text) is not None


def _shown(seen: Sequence[Seen], name: str, kind: str) -> tuple[bool, list[Record]]:
    """Tells whether DNS has shown what a name holds, and that. What an alias leads to is at another name."""
    found = next((one for one in seen if one.name.lower() == name and one.type == kind), None)
    if found is None or any(line.startswith(_UNANSWERED) for line in found.answer):
        return False, []
    if any(line.startswith(_ALIAS) for line in found.answer) or set(found.answer) & _NOTHING:
        return True, []
    return True, [_record(name, kind, line) for line in found.answer]


def _record(name: str, kind: str, line: str) -> Record:
    if kind != "MX":
        return Record(kind, name, line)
    priority, _, host = line.partition(" ")
    return Record(kind, name, host, int(priority) if priority.isdigit() else None)


def in_words(record: Record) -> str:
    """Returns a record on one line of printable ASCII, as a zone file has it."""
    name = _ascii(record.name)
    if record.type == "TXT":
        return f"{name} TXT {' '.join(quoted_strings(record.value))}"
    priority = f"{record.priority} " if record.priority is not None else ""
    return f"{name} {_ascii(record.type)} {priority}{_ascii(record.value) or '.'}"


def _ascii(text: str) -> str:
    return "".join(sign if " " < sign < "\x7f" else f"\\u{ord(sign):04x}" for sign in text)


def relative(name: str, zone: str, apex: str = "@") -> str:
    return apex if name == zone else name.removesuffix(f".{zone}")
