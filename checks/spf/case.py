"""What the judges of a record share: the case, an issue, a change, and how terms are shown in a sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from checks.answers import Records
from checks.autocorrect import LONGEST
from checks.evidence import printable
from checks.mx import MxFacts
from checks.near_miss import is_at_or_below
from checks.spf.autocorrect import autocorrect
from checks.spf.parse import parse
from checks.spf.senders import Proposal
from checks.spf.syntax import VERSION, SpfRecord, Term
from checks.spf.tree import NameRecords, SpfFacts, TreeStep, records_at
from model import Outcome

_LONGEST_SHOWN = 80

Texts: TypeAlias = Mapping[str, str]
"""Name to the SPF record that is to stand there."""


@dataclass(frozen=True, slots=True)
class TermChange:
    """Put `words` in the place of one term (none: leave it out), or at the record's end where `term` is None."""

    holder: str
    term: Term | None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong. `amendments`: amended records that may end it, best first; `step`: what to do beside
    publishing one of them; `otherwise`: what to do where none of them does it."""

    code: str
    outcome: Outcome
    summary: str
    evidence: tuple[str, ...]
    otherwise: str
    amendments: tuple[Texts, ...] = ()
    step: str = "Replace the record by the amended one."


@dataclass(frozen=True, slots=True)
class SpfCase:
    """What the rules judge: the facts as readable as can be, the domain's own record as DNS has it and as it is read,
    the steps of the tree, and the record that would be proposed to a domain without one (None: is unknown)."""

    facts: SpfFacts
    written: NameRecords
    record: SpfRecord
    steps: tuple[TreeStep, ...]
    proposed: Proposal | None
    mx: MxFacts | None = None

    @property
    def domain(self) -> str:
        return self.facts.domain

    def is_editable(self, name: str) -> bool:
        """True for a valid record of ours that is at its own name: beside an alias nothing can be published."""
        at = records_at(self.facts, name)
        if at.record is None or at.record.flaws or len(at.texts[0]) > LONGEST:
            return False
        return isinstance(at.answer, Records) and not at.answer.aliases and is_at_or_below(name, self.domain)

    def texts_after(self, changes: Iterable[TermChange]) -> Texts | None:
        """The records after the changes; None when one cannot be made, or there are none."""
        texts: dict[str, str] = {}
        wanted = list(changes)
        for name in dict.fromkeys(change.holder for change in wanted):
            record = records_at(self.facts, name).record
            if record is None or not self.is_editable(name):
                return None
            here = [change for change in wanted if change.holder == name]
            replaced = {change.term.position: change.words for change in here if change.term is not None}
            words = [word for term in record.terms for word in replaced.get(term.position, (term.text,))]
            words += [word for change in here if change.term is None for word in change.words]
            texts[name] = " ".join((VERSION, *words))
            if parse(texts[name]).flaws:
                return None
        return texts or None

    def amendments(self, *attempts: Iterable[TermChange] | None) -> tuple[Texts, ...]:
        """The records after each of the attempts, without those that cannot be made."""
        made = (None if changes is None else self.texts_after(changes) for changes in attempts)
        return tuple(texts for texts in made if texts is not None)

    @property
    def as_meant(self) -> tuple[Texts, ...]:
        """The domain's whole record as it was surely meant, where it is not so already."""
        whole = autocorrect(self.written.texts[0])
        return () if whole is None else ({self.domain: whole},)

    def lines(self, *names: str) -> tuple[str, ...]:
        """The domain's SPF record, and those at other names of its tree, as evidence."""
        others = (records_at(self.facts, name) for name in dict.fromkeys(names) if name != self.domain)
        return tuple(line for at in (self.written, *others) for line in record_lines(at))


def shown(text: str) -> str:
    """A term or a name within a sentence."""
    return printable(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")


def listed(texts: Iterable[str], most: int = 4) -> str:
    """A few terms or names within a sentence: "a, b and 3 more"."""
    once = list(dict.fromkeys(texts))
    words = ", ".join(map(shown, once[:most]))
    return words if len(once) <= most else f"{words} and {len(once) - most} more"


def record_lines(at: NameRecords) -> tuple[str, ...]:
    """The SPF records at a name, as evidence."""
    return tuple(printable(f"{at.name} TXT {text}") for text in at.texts)


def trail(step: TreeStep) -> str:
    """How the evaluation gets to a term: `include:a.example → include:b.example`."""
    return " → ".join(shown(hop.term.text) for hop in (*step.path, step))
