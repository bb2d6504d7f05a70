"""What DNS said about a domain's SPF, and the tree it makes, in the order of evaluation and in the worst case: no
mechanism matches, so every term counts.

The answers are kept by question, so the tree is read from them as often as wanted, also the one that a change would
make (`with_records`): that is how a fix is tried before it is offered. What each term costs and what is wrong with it
(RFC 7208 sections 4.6.4, 5.2, 5.4 and 6.1) is decided once, here; the judge and the "Details" view both read it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from itertools import groupby, islice

from checks.answers import Answer, Question, Records, Unanswered, describe_answer, is_absent, values
from checks.findings import make_printable, select_unanswered
from checks.mx import mx_records
from checks.spf.evaluate import MOST_HOSTS, MOST_LOOKUPS
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
    Redirect,
    SpfRecord,
    Term,
    TermFlaw,
    authorizes,
    expand_name,
    mechanism_of,
)
from model import TreeLine

NOT_ASKED = "not asked: the tree is larger than an evaluation may be"
"""Why a question of a tree that was cut off has no answer."""


@dataclass(frozen=True, slots=True)
class SpfFacts:
    """The answers of the tree of `domain`, by question. `doubled`: what is at `<domain>.<domain>`, asked for only
    when the domain has no record. `cut`: the tree is larger than any evaluation may be, and was not followed to the
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
    record: SpfRecord | None = None


def records_at(facts: SpfFacts, name: str) -> NameRecords:
    return records_of(name, facts.answers.get((name, "TXT")))


def records_of(name: str, answer: Answer | None) -> NameRecords:
    texts = select(values(answer)) if answer is not None else ()
    return NameRecords(name, answer, texts, _parsed(texts[0]) if len(texts) == 1 else None)


_parsed = lru_cache(maxsize=128)(parse)
"""A tree is read many times over while its fixes are tried."""


def with_records(facts: SpfFacts, texts: Mapping[str, str]) -> SpfFacts:
    """Returns the facts as they would be with other SPF records at some names that have one."""
    answers = dict(facts.answers)
    for name, text in texts.items():
        old = answers.get((name, "TXT"))
        if isinstance(old, Records):
            others = tuple(value for value in old.values if value not in select(old.values))
            answers[name, "TXT"] = replace(old, values=(*others, text))
    return replace(facts, answers=answers)


def target_of(term: Directive | Redirect, holder: str, domain: str) -> str | None:
    """Returns the name that a term asks about, in the record at `holder` of the tree of `domain`; None where it depends
    on the sender. %{d} is the holder; %{o}, the sender's domain, is the domain whose mail is judged."""
    match term:
        case Redirect(spec) | Directive(mechanism=Include(spec) | Exists(spec) | A(spec) | MX(spec)) if (
            spec is not None
        ):
            name = expand_name(spec, {"d": holder, "o": domain})
            return None if name is None else name.lower()
        case _:
            return holder


def questions(term: Directive | Redirect, target: str) -> tuple[Question, ...]:
    """Returns what a term asks of DNS whatever the sender. The addresses of an mx's hosts are not part of it: what is
    known without a sender is how many hosts there are."""
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


_MOST_COUNTED = 99
_MOST_TERMS = 500
_MOST_ASIDE = 20
"""Bounds for hostile trees: look-ups counted, terms read in one record, flawed or unreachable terms of one record."""

_MOST_LINES = 200
_LONGEST_LINE = 120


class TermState(StrEnum):
    """What one term is, as far as DNS shows."""

    FINE = ""
    SENDER = "depends on the sender"
    VOID = "void: DNS has nothing there"
    UNANSWERED = "no answer"
    ABSENT = "no SPF record there"
    SEVERAL = "more than one SPF record there"
    FLAWED = "the SPF record there has a syntax error"
    LOOP = "leads back to a record that is being evaluated"
    TOO_MANY_HOSTS = "more than 10 mail exchangers"
    BROKEN = "has a syntax error"
    DEAD = "never evaluated: the record has an “all” before it or beside it"


BROKEN_TARGETS = frozenset({TermState.ABSENT, TermState.SEVERAL, TermState.FLAWED})
"""States of an include or a redirect that end the evaluation with permerror (sections 5.2 and 6.1)."""


@dataclass(frozen=True, slots=True)
class TreeStep:
    """One term of the tree.

    `path`: the includes and redirects that led to the record it is in, at `holder`; `lookups`: the running count
    after it; `target`: the name it asks about, None where it has none or that is unknown; `failed`: its questions that
    were not answered; `absent`: the types that DNS does not have there; `skipped`: how many addresses after it this
    step includes as well.
    """

    path: tuple["TreeStep", ...]
    holder: str
    term: Term
    lookups: int
    state: TermState = TermState.FINE
    target: str | None = None
    failed: tuple[Unanswered, ...] = ()
    absent: tuple[str, ...] = ()
    skipped: int = 0

    @property
    def is_open(self) -> bool:
        """True for a term that lets every host pass: reached through nothing but passing includes, and `+all` or a
        network of the whole internet."""
        hops = [hop.term for hop in self.path]
        passing = all(isinstance(hop, Redirect) or authorizes(hop) for hop in hops)
        return (
            self.state not in (TermState.DEAD, TermState.VOID)
            and passing
            and authorizes(self.term)
            and _covers_all(self.term)
        )

    def is_void_for(self, family: str) -> bool:
        """Returns True when a host of one family ("A", "AAAA") finds nothing here: also where the other family
        would."""
        by_family = isinstance(mechanism_of(self.term), A)
        return self.state is TermState.VOID or (by_family and family in self.absent)


def steps(facts: SpfFacts) -> tuple[TreeStep, ...]:
    """Returns the tree of the domain's own record; empty where it has none, or several. Counting stops at 99
    look-ups."""
    root = records_at(facts, facts.domain)
    return tuple(_Walk(facts).read(root, ())) if root.record else ()


def tree_lines(facts: SpfFacts) -> tuple[TreeLine, ...]:
    """Returns the tree as "Details" draws it, a line a term below a line for the domain; at most 200."""
    root = records_at(facts, facts.domain)
    if root.record is None:
        state = _state_of_record(root)
        note = describe_answer(root.answer) if isinstance(root.answer, Unanswered) else state.value
        return (TreeLine(0, facts.domain, 0, note),)
    found = steps(facts)
    lines = [TreeLine(0, facts.domain, 0)]
    lines += [TreeLine(len(step.path), _text(step), step.lookups, _note(step)) for step in found[:_MOST_LINES]]
    if len(found) > _MOST_LINES:
        lines.append(TreeLine(0, f"and {len(found) - _MOST_LINES} more", found[-1].lookups))
    return tuple(lines)


@dataclass(slots=True)
class _Walk:
    """One reading of the tree, with its running count."""

    facts: SpfFacts
    lookups: int = 0
    open_names: list[str] = field(default_factory=list)

    def read(self, at: NameRecords, path: tuple[TreeStep, ...]) -> Iterator[TreeStep]:
        record = at.record
        if record is None:
            return
        self.open_names.append(at.name)
        for flaw in record.flaws[:_MOST_ASIDE]:
            yield TreeStep(path, at.name, flaw, self.lookups, TermState.BROKEN)
        for term, skipped in islice(_folded(record.effective), _MOST_TERMS):
            step = self._step(term, at.name, path, skipped)
            yield step
            if self.lookups > _MOST_COUNTED:
                break
            if step.target is not None and step.state is TermState.FINE and _is_hop(term):
                yield from self.read(records_at(self.facts, step.target), (*path, step))
        for term in record.unreachable[:_MOST_ASIDE]:
            yield TreeStep(path, at.name, term, self.lookups, TermState.DEAD)
        self.open_names.pop()

    def _step(self, term: Directive | Redirect, holder: str, path: tuple[TreeStep, ...], skipped: int) -> TreeStep:
        if not asks(term):
            return TreeStep(path, holder, term, self.lookups, skipped=skipped)
        self.lookups += 1  # RFC 7208 4.6.4
        target = target_of(term, holder, self.facts.domain)
        if target is None:
            return TreeStep(path, holder, term, self.lookups, TermState.SENDER)
        answers = [
            self.facts.answers.get(question, Unanswered(*question, by="ses-bot", why=NOT_ASKED))
            for question in questions(term, target)
        ]
        state = self._state(term, target, answers)
        failed = select_unanswered(*answers) if state is TermState.UNANSWERED else ()
        missing = tuple(answer.type for answer in answers if is_absent(answer))
        return TreeStep(path, holder, term, self.lookups, state, target, failed, missing)

    def _state(self, term: Directive | Redirect, target: str, answers: list[Answer]) -> TermState:
        if isinstance(mechanism_of(term), PTR):
            return TermState.FINE
        if _is_hop(term) and target in self.open_names:
            return TermState.LOOP
        if select_unanswered(*answers):
            return TermState.UNANSWERED
        if _is_hop(term):
            return _state_of_record(records_at(self.facts, target))
        if all(map(is_absent, answers)):
            return TermState.VOID
        is_mx = isinstance(mechanism_of(term), MX)
        too_many = is_mx and sum(bool(exchange.host) for exchange in mx_records(answers[0])) > MOST_HOSTS
        return TermState.TOO_MANY_HOSTS if too_many else TermState.FINE


def asks(term: Term) -> bool:
    """Returns True for the terms that count against the limit of 10 look-ups (section 4.6.4)."""
    mechanism = mechanism_of(term)
    return isinstance(term, Redirect) or (mechanism is not None and not isinstance(mechanism, All | IP4 | IP6))


def _state_of_record(at: NameRecords) -> TermState:
    """Tells whether the record at a name can be evaluated."""
    if at.answer is None or isinstance(at.answer, Unanswered):
        return TermState.UNANSWERED
    if at.record is None:
        return TermState.SEVERAL if at.texts else TermState.ABSENT
    return TermState.FLAWED if at.record.flaws else TermState.FINE


def _folded(terms: tuple[Directive | Redirect, ...]) -> Iterator[tuple[Directive | Redirect, int]]:
    """Yields the terms, a run of plain addresses as its first one and the number of the others."""
    for is_plain, run in groupby(terms, _is_plain_address):
        if is_plain:
            first, *others = run
            yield first, len(others)
        else:
            yield from ((term, 0) for term in run)


def _is_plain_address(term: Term) -> bool:
    return isinstance(mechanism_of(term), IP4 | IP6) and not _covers_all(term)


def _is_hop(term: Term) -> bool:
    return isinstance(term, Redirect) or isinstance(mechanism_of(term), Include)


def _covers_all(term: Term) -> bool:
    match mechanism_of(term):
        case All() | IP4(length=0) | IP6(length=0):
            return True
        case A(ip4_length=ip4, ip6_length=ip6) | MX(ip4_length=ip4, ip6_length=ip6):
            return 0 in (ip4, ip6)
        case _:
            return False


def _text(step: TreeStep) -> str:
    text = step.term.text
    text = make_printable(text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + "…")
    return f"{text} and {step.skipped} more" if step.skipped else text


def _note(step: TreeStep) -> str:
    notes = []
    if isinstance(step.term, TermFlaw):
        notes.append(f"syntax error: expected {step.term.expected}")
    elif step.failed:
        notes.append(describe_answer(step.failed[0]))
    elif step.state is not TermState.FINE:
        notes.append(step.state.value)
    if step.is_open:
        notes.append("lets everybody pass")
    if asks(step.term) and step.state is not TermState.DEAD and step.lookups > MOST_LOOKUPS:
        notes.append(f"over the limit of {MOST_LOOKUPS} look-ups")
    return "; ".join(notes)
