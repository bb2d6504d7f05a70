"""What the judges of a record share: the case, an issue, a change; and who sends as the domain.

That is whom its record authorizes, whom its owner means to, and for a domain without a record whom its mail exchangers
suggest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from checks.answers import Records, Unanswered, values
from checks.autocorrect import LONGEST
from checks.findings import make_printable
from checks.mx import MxFacts, mail_exchangers
from checks.names import is_at_or_below
from checks.spf.autocorrect import autocorrect
from checks.spf.parse import parse
from checks.spf.syntax import (
    IP4,
    IP6,
    MX,
    PTR,
    VERSION,
    A,
    All,
    Directive,
    Include,
    Redirect,
    SpfRecord,
    Term,
    authorizes,
)
from checks.spf.tree import NameRecords, SpfFacts, TreeStep, records_at, target_of, term_questions
from model import Outcome

SES_ZONE = "amazonses.com"
SES = f"include:{SES_ZONE}"
_DEEPEST = 12
_MOST_TEXTS = 20

Sender: TypeAlias = tuple[object, ...]


def find_senders(facts: SpfFacts, *, with_unreachable: bool = False) -> frozenset[Sender]:
    """Returns the senders that the domain's record authorizes; `with_unreachable`: also by terms behind an `all`."""
    return frozenset(_find_record_senders(facts, facts.domain, with_unreachable, frozenset()))


def find_intended_senders(facts: SpfFacts) -> frozenset[Sender]:
    """Returns the senders that the texts at the domain are meant to authorize, whatever receivers make of them."""
    question = facts.domain, "TXT"
    senders: set[Sender] = set()
    for text in read_intended(records_at(facts, facts.domain)).values():
        answers = {**facts.answers, question: Records(*question, (text,))}
        senders |= find_senders(replace(facts, answers=answers), with_unreachable=True)
    return frozenset(senders)


def read_intended(node: NameRecords) -> dict[str, str]:
    """Returns the texts at a name that are SPF records, or else were meant as such, each with the record that it was
    meant as: several, one with slips, one that lacks its version."""
    texts = node.texts or (values(node.answer)[:_MOST_TEXTS] if node.answer is not None else ())
    readings = {text: autocorrect(text) or (text if node.texts else "") for text in texts}
    return {text: reading for text, reading in readings.items() if reading}


def _find_record_senders(facts: SpfFacts, name: str, with_unreachable: bool, open_names: frozenset[str]) -> set[Sender]:
    record = records_at(facts, name).record
    if record is None or record.flaws or name in open_names or len(open_names) > _DEEPEST:
        return set()
    terms = (*record.effective, *record.unreachable) if with_unreachable else record.effective
    senders: set[Sender] = set()
    for term in terms:
        target = target_of(term, name, facts.domain)
        if isinstance(term, Redirect) or (authorizes(term) and isinstance(term.mechanism, Include)):
            if target is not None:
                senders |= _find_record_senders(facts, target, False, open_names | {name})
            elif isinstance(term, Directive):
                senders.add((str(term).lower(), name))
        elif authorizes(term):
            senders |= _find_term_senders(facts, term, name, target)
    return senders


def _find_term_senders(facts: SpfFacts, term: Directive, name: str, target: str | None) -> set[Sender]:
    lengths: tuple[int, ...] = ()
    match term.mechanism:
        case All() | PTR() | IP4(length=0) | IP6(length=0):
            return set()
        case IP4(address, length) | IP6(address, length):
            return {(address, address.max_prefixlen if length is None else length)}
        case A() | MX() as mechanism:
            kind, lengths = type(mechanism).__name__, (mechanism.ip4_length or 32, mechanism.ip6_length or 128)
        case other:
            kind = type(other).__name__
    if target is None:
        return {(str(term).lower(), name)}
    if not any(isinstance(facts.answers.get(question), Records) for question in term_questions(term, target)):
        return set()
    return {(kind, target, lengths)}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A first record for a domain. `unknown`: mail exchangers of which it is unknown whether they send."""

    terms: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join((VERSION, *self.terms, "?all" if self.unknown else "~all"))


def propose_record(mx: MxFacts, identity: str) -> Proposal | None:
    """Returns the first record for a domain; None when its MX is unknown. `identity`: the SES identity that covers the
    domain; hosts below it are the owner's own. SES is included only where nothing else sends: receivers check its mail
    at the MAIL FROM domain."""
    if isinstance(mx.answer, Unanswered):
        return None
    hosts = mail_exchangers(mx.answer)
    senders = {host: _find_exchanger_term(host, mx.domain, identity) for host in hosts}
    terms = [term or "mx" for term in senders.values()]
    if not hosts:
        terms.append(SES)
    return Proposal(tuple(dict.fromkeys(terms)), tuple(host for host, term in senders.items() if not term))


def find_provider_names(hosts: Iterable[str]) -> tuple[str, ...]:
    """Returns the names to include for the mail providers that run these mail exchangers, as far as they are known."""
    terms = (_find_exchanger_term(host, "", "") for host in hosts)
    return tuple(dict.fromkeys(term.removeprefix("include:") for term in terms if term.startswith("include:")))


def _find_exchanger_term(host: str, domain: str, identity: str) -> str:
    """Returns the term for the provider that runs a mail exchanger, empty where it is not known."""
    if host.endswith((".google.com", ".googlemail.com")):
        return "include:_spf.google.com"
    if host.endswith((".mail.protection.outlook.com", ".mx.microsoft")):
        return "include:spf.protection.outlook.com"
    if host.startswith("inbound-smtp.") and host.endswith(".amazonaws.com"):
        return SES
    return "mx" if any(is_at_or_below(host, own_domain) for own_domain in (domain, identity) if own_domain) else ""


_LONGEST_SHOWN = 80

Texts: TypeAlias = Mapping[str, str]
"""SPF records by the name at which each is to be published."""


@dataclass(frozen=True, slots=True)
class TermChange:
    """Put `words` in the place of one term (none: leave it out), or at the record's end where `term` is None."""

    holder: str
    term: Term | None
    words: tuple[str, ...] = ()
    position: int | None = field(init=False)
    """Where the term is: the same term at another place is another change."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", None if self.term is None else self.term.position)


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong. `amendments`: amended records that may end it, best first; `step`: what to do beside
    publishing one of them; `fallback`: what to do where none of them does it."""

    code: str
    outcome: Outcome
    summary: str
    evidence: tuple[str, ...]
    fallback: str
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
        """Returns True for a valid record of ours that is at its own name: beside an alias nothing can be published."""
        node = records_at(self.facts, name)
        if node.record is None or node.record.flaws or len(node.texts[0]) > LONGEST:
            return False
        return isinstance(node.answer, Records) and not node.answer.aliases and is_at_or_below(name, self.domain)

    def apply_changes(self, changes: Iterable[TermChange]) -> Texts | None:
        """Returns the records after the changes; None when one cannot be made, or there are none."""
        texts: dict[str, str] = {}
        all_changes = list(changes)
        for name in dict.fromkeys(change.holder for change in all_changes):
            record = records_at(self.facts, name).record
            if record is None or not self.is_editable(name):
                return None
            own_changes = [change for change in all_changes if change.holder == name]
            replacements = {change.term.position: change.words for change in own_changes if change.term is not None}
            words = [word for term in record.terms for word in replacements.get(term.position, (term.text,))]
            words += [word for change in own_changes if change.term is None for word in change.words]
            texts[name] = " ".join((VERSION, *words))
            if parse(texts[name]).flaws:
                return None
        return texts or None

    def build_amendments(self, *attempts: Iterable[TermChange] | None) -> tuple[Texts, ...]:
        """Returns the records after each of the attempts, without those that cannot be made."""
        results = (None if changes is None else self.apply_changes(changes) for changes in attempts)
        return tuple(texts for texts in results if texts is not None)

    @property
    def corrections(self) -> tuple[Texts, ...]:
        """The domain's whole record as it was surely meant, where it is not so already."""
        corrected = autocorrect(self.written.texts[0])
        return () if corrected is None else ({self.domain: corrected},)

    def record_evidence(self, *names: str) -> tuple[str, ...]:
        """Returns the domain's SPF record, and those at other names of its tree, as evidence."""
        others = (records_at(self.facts, name) for name in dict.fromkeys(names) if name != self.domain)
        return tuple(line for node in (self.written, *others) for line in record_lines(node))


def excerpt(text: str) -> str:
    """Returns a term or a name within a sentence."""
    return make_printable(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")


def join_terms(texts: Iterable[str], maximum: int = 4) -> str:
    """Returns a few terms or names within a sentence: "a, b and 3 more"."""
    unique = list(dict.fromkeys(texts))
    words = ", ".join(map(excerpt, unique[:maximum]))
    return words if len(unique) <= maximum else f"{words} and {len(unique) - maximum} more"


def record_lines(node: NameRecords) -> tuple[str, ...]:
    return tuple(make_printable(f"{node.name} TXT {text}") for text in node.texts)


def describe_path(step: TreeStep) -> str:
    """Returns how the evaluation gets to a term: `include:a.example → include:b.example`."""
    return " → ".join(excerpt(hop.term.text) for hop in (*step.path, step))
