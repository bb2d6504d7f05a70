"""What DNS said about a domain's SPF: every answer of its tree, and how to read a record's part of it.

The answers are kept by question, so the tree is read from them as often as wanted, also the tree that would stand
there after a change (`amended`): that is how a fix is tried before it is offered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from checks.answers import Answer, Records, values
from checks.spf.autocorrect import autocorrect
from checks.spf.parse import parse, select
from checks.spf.syntax import (
    IP4,
    IP6,
    MX,
    PTR,
    A,
    All,
    Directive,
    Exists,
    Include,
    MacroString,
    Qualifier,
    Record,
    Redirect,
    Term,
    expand_name,
)

NOT_ASKED = "not asked: the tree is larger than an evaluation may be"
"""Why a question of a tree that was cut off has no answer."""

Question: TypeAlias = tuple[str, str]
"""Name (lower case, no trailing dot) and type."""


@dataclass(frozen=True, slots=True)
class SpfFacts:
    """The answers of the tree of `domain`, by question. `doubled`: what is at `<domain>.<domain>`, asked for only
    when the domain has no record. `cut`: the tree is larger than any evaluation may be, and was not followed to its
    end."""

    domain: str
    answers: Mapping[Question, Answer]
    doubled: Answer | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class NameRecords:
    """What is at one name. `texts` are its SPF records; `record` is the parsed one where there is exactly one;
    `answer` None: it was not asked for."""

    name: str
    answer: Answer | None
    texts: tuple[str, ...] = ()
    record: Record | None = None


def records_at(facts: SpfFacts, name: str) -> NameRecords:
    """The page at a name, read from the answers."""
    return records_of(name, facts.answers.get((name, "TXT")))


def records_of(name: str, answer: Answer | None) -> NameRecords:
    texts = select(values(answer)) if answer is not None else ()
    return NameRecords(name, answer, texts, _parsed(texts[0]) if len(texts) == 1 else None)


_parsed = lru_cache(maxsize=128)(parse)
"""A tree is read many times over while its fixes are tried."""


def with_records(facts: SpfFacts, texts: Mapping[str, str]) -> SpfFacts:
    """The facts as they would be with other SPF records at some names that have one."""
    answers = dict(facts.answers)
    for name, text in texts.items():
        old = answers.get((name, "TXT"))
        if isinstance(old, Records):
            others = tuple(value for value in old.values if value not in select(old.values))
            answers[name, "TXT"] = replace(old, values=(*others, text))
    return replace(facts, answers=answers)


def effective(record: Record) -> tuple[Directive | Redirect, ...]:
    """The terms that take part when nothing before them matched: up to `all`; redirect only without an `all`
    (sections 5.1 and 6.1)."""
    directives = record.directives  # RFC 7208 5.1, 6.1
    for index, directive in enumerate(directives):
        if isinstance(directive.mechanism, All):
            return directives[: index + 1]
    return directives if record.redirect is None else (*directives, record.redirect)


def unreachable(record: Record) -> tuple[Directive | Redirect, ...]:
    """The directives and the redirect that can never take part."""
    terms = effective(record)
    last = terms[-1] if terms else None
    if not (isinstance(last, Directive) and isinstance(last.mechanism, All)):
        return ()
    after = record.directives[len(terms) :]
    return after if record.redirect is None else (*after, record.redirect)


def authorizes(term: Term) -> bool:
    """True for a directive under which a host can pass."""
    return isinstance(term, Directive) and term.qualifier is Qualifier.PASS


def is_all(term: Term | None) -> bool:
    """True for `all` with any qualifier."""
    return isinstance(term, Directive) and isinstance(term.mechanism, All)


def target_of(term: Directive | Redirect, holder: str, domain: str) -> str | None:
    """The name that a term asks about, in the record at `holder` of the tree of `domain`; None where it depends on the
    sender. %{d} is the holder; %{o}, the sender's domain, is the domain whose mail is judged."""
    spec: MacroString | None = None
    match term:
        case Redirect(target):
            spec = target
        case Directive(mechanism=Include(target) | Exists(target)):
            spec = target
        case Directive(mechanism=A() | MX() as mechanism):
            spec = mechanism.target
    if spec is None:
        return holder
    name = expand_name(spec, {"d": holder, "o": domain})
    return None if name is None else name.lower()


def questions(term: Directive | Redirect, target: str) -> tuple[Question, ...]:
    """What a term asks of DNS whatever the sender. The addresses of an mx's hosts are not part of it: what can be said
    without a sender is how many hosts there are."""
    match term:
        case Redirect() | Directive(mechanism=Include()):
            return ((target, "TXT"),)
        case Directive(mechanism=A()):
            return (target, "A"), (target, "AAAA")
        case Directive(mechanism=MX()):
            return ((target, "MX"),)
        case Directive(mechanism=Exists()):
            return ((target, "A"),)
        case _:
            return ()


Sender = tuple[object, ...]
_DEEPEST = 12
_MOST_TEXTS = 20


def senders(facts: SpfFacts, *, meant: bool = False) -> frozenset[Sender]:
    """The senders of the domain. `meant`: also those of terms that an `all` keeps from counting, as far as their
    owner surely wants them."""
    return frozenset(_of_record(facts, facts.domain, meant, frozenset()))


def senders_meant(facts: SpfFacts) -> frozenset[Sender]:
    """The senders that the texts at the domain are meant to name, whatever receivers make of them: of several records,
    of one with slips, of one that lacks its version."""
    root = records_at(facts, facts.domain)
    texts = root.texts or (values(root.answer)[:_MOST_TEXTS] if root.answer is not None else ())
    found: set[Sender] = set()
    for text in texts:
        reading = autocorrect(text) or (text if root.texts else None)
        if reading is not None:
            found |= senders(_holding(facts, reading), meant=True)
    return frozenset(found)


def _holding(facts: SpfFacts, text: str) -> SpfFacts:
    """The facts with one SPF record at the domain, in place of whatever is there."""
    at = facts.domain, "TXT"
    return replace(facts, answers={**facts.answers, at: Records(*at, (text,))})


def _of_record(facts: SpfFacts, name: str, meant: bool, above: frozenset[str]) -> set[Sender]:
    record = records_at(facts, name).record
    if record is None or record.flaws or name in above or len(above) > _DEEPEST:
        return set()
    terms = effective(record)
    if meant:
        terms = (*terms, *unreachable(record))
    found: set[Sender] = set()
    for term in terms:
        target = target_of(term, name, facts.domain)
        if isinstance(term, Redirect) or (authorizes(term) and isinstance(term.mechanism, Include)):
            if target is not None:
                found |= _of_record(facts, target, False, above | {name})
            elif isinstance(term, Directive):
                found.add((str(term).lower(), name))
        elif authorizes(term):
            found |= _of_term(facts, term, name, target)
    return found


def _of_term(facts: SpfFacts, term: Directive, name: str, target: str | None) -> set[Sender]:
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
    if not any(isinstance(facts.answers.get(question), Records) for question in questions(term, target)):
        return set()
    return {(kind, target, lengths)}
