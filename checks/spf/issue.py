"""What can be wrong with a domain's SPF, one value an issue, and what the rules that find them share."""

from collections.abc import Iterable
from dataclasses import dataclass

from checks.evidence import printable
from checks.mx import MxFacts
from checks.spf.edit import Change, Texts, is_editable, texts_after
from checks.spf.facts import Page, SpfFacts, page_at
from checks.spf.fixes import Proposal
from checks.spf.syntax import Record
from checks.spf.tree import Step
from model import Outcome

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong. `mends`: amended records that may mend it, best first; `step`: what to do beside
    publishing one of them; `otherwise`: what to do where none of them does it."""

    code: str
    outcome: Outcome
    summary: str
    evidence: tuple[str, ...]
    otherwise: str
    mends: tuple[Texts, ...] = ()
    step: str = "Replace the record by the amended one."


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules judge: the facts as readable as can be, the domain's own record as DNS has it and as it is read,
    the steps of the tree, and the record that would be proposed to a domain without one (None: could not be told)."""

    facts: SpfFacts
    written: Page
    record: Record
    steps: tuple[Step, ...]
    fresh: Proposal | None
    mx: MxFacts | None = None

    @property
    def domain(self) -> str:
        return self.facts.domain

    def mends(self, *attempts: Iterable[Change] | None) -> tuple[Texts, ...]:
        """The records after each of the attempts, without those that cannot be made."""
        made = (None if changes is None else texts_after(self.facts, changes) for changes in attempts)
        return tuple(texts for texts in made if texts is not None)

    def lines(self, *pages: str) -> tuple[str, ...]:
        """The domain's SPF record, and those at other names of its tree, as evidence."""
        others = (page_at(self.facts, name) for name in dict.fromkeys(pages) if name != self.domain)
        return tuple(line for page in (self.written, *others) for line in record_line(page))

    def is_editable(self, page: str) -> bool:
        return is_editable(self.facts, page_at(self.facts, page))


def shown(text: str) -> str:
    """A term or a name within a sentence."""
    return printable(text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME] + "…")


def listed(texts: Iterable[str], most: int = 4) -> str:
    """A few terms or names within a sentence: "a, b and 3 more"."""
    once = list(dict.fromkeys(texts))
    words = ", ".join(map(shown, once[:most]))
    return words if len(once) <= most else f"{words} and {len(once) - most} more"


def record_line(page: Page) -> tuple[str, ...]:
    """The SPF records at a name, as evidence."""
    return tuple(printable(f"{page.name} TXT {text}") for text in page.texts)


def trail(step: Step) -> str:
    """How the evaluation gets to a term: `include:a.example → include:b.example`."""
    return " → ".join(shown(hop.term.text) for hop in (*step.path, step))
