"""What the judges of a record share: the case, an issue, a change; and the record for a domain that has none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from checks.answers import Records, Unanswered
from checks.autocorrect import LONGEST
from checks.evidence import printable
from checks.mx import MxFacts, hosts_named
from checks.near_miss import is_at_or_below
from checks.spf.autocorrect import autocorrect
from checks.spf.facts import NameRecords, SpfFacts, records_at, with_records
from checks.spf.parse import parse
from checks.spf.syntax import VERSION, Record, Term
from checks.spf.tree import TreeStep
from model import Outcome

SES_ZONE = "amazonses.com"
SES = f"include:{SES_ZONE}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A first record for a domain. `unknown`: mail exchangers of which it is unknown whether they send."""

    terms: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join((VERSION, *self.terms, "?all" if self.unknown else "~all"))


def propose(mx: MxFacts, identity: str, *, mail_from_wanted: bool) -> Proposal | None:
    """The record to begin with; None when the MX is unknown. `identity`: the SES identity that covers the
    domain; hosts below it are the owner's own. SES is included only where its mail is checked at the domain: without
    a custom MAIL FROM domain, or where nothing else sends."""
    if isinstance(mx.answer, Unanswered):
        return None
    hosts = hosts_named(mx)
    senders = {host: _sender_of(host, mx.domain, identity) for host in hosts}
    terms = [term or "mx" for term in senders.values()]
    if not mail_from_wanted or not hosts:
        terms.append(SES)
    return Proposal(tuple(dict.fromkeys(terms)), tuple(host for host, term in senders.items() if not term))


def providers(hosts: Iterable[str]) -> tuple[str, ...]:
    """The names to include for the mail providers that run these mail exchangers, as far as they are known."""
    terms = (_sender_of(host, "", "") for host in hosts)
    return tuple(dict.fromkeys(term.removeprefix("include:") for term in terms if term.startswith("include:")))


def _sender_of(host: str, domain: str, identity: str) -> str:
    """The term for the provider that runs a mail exchanger, empty where it is not known."""
    if host.endswith((".google.com", ".googlemail.com")):
        return "include:_spf.google.com"
    if host.endswith((".mail.protection.outlook.com", ".mx.microsoft")):
        return "include:spf.protection.outlook.com"
    if host.startswith("inbound-smtp.") and host.endswith(".amazonaws.com"):
        return SES
    return "mx" if any(is_at_or_below(host, own) for own in (domain, identity) if own) else ""


Texts: TypeAlias = Mapping[str, str]
"""Name to the SPF record that is to stand there."""


@dataclass(frozen=True, slots=True)
class Change:
    """Put `words` in the place of one term (none: leave it out), or at the record's end where `term` is None."""

    page: str
    term: Term | None
    words: tuple[str, ...] = ()


def is_editable(facts: SpfFacts, page: NameRecords) -> bool:
    """True for a valid record of ours that is at its own name: beside an alias nothing can be published."""
    if page.record is None or page.record.flaws or len(page.texts[0]) > LONGEST:
        return False
    return isinstance(page.answer, Records) and not page.answer.aliases and is_at_or_below(page.name, facts.domain)


def texts_after(facts: SpfFacts, changes: Iterable[Change]) -> Texts | None:
    """The records after the changes; None when one cannot be made, or there are none."""
    texts: dict[str, str] = {}
    wanted = list(changes)
    for name in dict.fromkeys(change.page for change in wanted):
        page = records_at(facts, name)
        if page.record is None or not is_editable(facts, page):
            return None
        here = [change for change in wanted if change.page == name]
        replaced = {change.term.position: change.words for change in here if change.term is not None}
        words = [word for term in page.record.terms for word in replaced.get(term.position, (term.text,))]
        words += [word for change in here if change.term is None for word in change.words]
        text = " ".join((VERSION, *words))
        if parse(text).flaws:
            return None
        texts[name] = text
    return texts or None


def readable(facts: SpfFacts) -> SpfFacts:
    """The facts with the domain's own record as it was surely meant, where it breaks the grammar: what else is wrong
    with it is named, and corrected, as well."""
    root = records_at(facts, facts.domain)
    if root.record is None or not root.record.flaws:
        return facts
    meant = autocorrect(root.texts[0])
    return facts if meant is None else with_records(facts, {facts.domain: meant})


_LONGEST_NAME = 80


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
    record: Record
    steps: tuple[TreeStep, ...]
    proposed: Proposal | None
    mx: MxFacts | None = None

    @property
    def domain(self) -> str:
        return self.facts.domain

    def amendments(self, *attempts: Iterable[Change] | None) -> tuple[Texts, ...]:
        """The records after each of the attempts, without those that cannot be made."""
        made = (None if changes is None else texts_after(self.facts, changes) for changes in attempts)
        return tuple(texts for texts in made if texts is not None)

    def lines(self, *pages: str) -> tuple[str, ...]:
        """The domain's SPF record, and those at other names of its tree, as evidence."""
        others = (records_at(self.facts, name) for name in dict.fromkeys(pages) if name != self.domain)
        return tuple(line for page in (self.written, *others) for line in record_line(page))

    def is_editable(self, page: str) -> bool:
        return is_editable(self.facts, records_at(self.facts, page))


def shown(text: str) -> str:
    """A term or a name within a sentence."""
    return printable(text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME] + "…")


def listed(texts: Iterable[str], most: int = 4) -> str:
    """A few terms or names within a sentence: "a, b and 3 more"."""
    once = list(dict.fromkeys(texts))
    words = ", ".join(map(shown, once[:most]))
    return words if len(once) <= most else f"{words} and {len(once) - most} more"


def record_line(page: NameRecords) -> tuple[str, ...]:
    """The SPF records at a name, as evidence."""
    return tuple(printable(f"{page.name} TXT {text}") for text in page.texts)


def trail(step: TreeStep) -> str:
    """How the evaluation gets to a term: `include:a.example → include:b.example`."""
    return " → ".join(shown(hop.term.text) for hop in (*step.path, step))
