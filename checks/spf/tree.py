"""Reads a domain's SPF tree in the order of evaluation, in the worst case: no mechanism matches, so every term counts.

What each term costs and what is wrong with it (RFC 7208 sections 4.6.4, 5.2, 5.4 and 6.1) is said once, here; the
judge and the "Details" view both read it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from checks.answers import Answer, Unanswered, absent, in_words
from checks.evidence import printable, unanswered
from checks.spf.evaluate import MOST_HOSTS, MOST_LOOKUPS, exchangers
from checks.spf.facts import NOT_ASKED, NameRecords, SpfFacts, effective, questions, records_at, target_of, unreachable
from checks.spf.syntax import IP4, IP6, MX, PTR, A, All, Directive, Flaw, Include, Qualifier, Redirect, Term
from model import TreeLine

_MOST_COUNTED = 99
_MOST_TERMS = 500
_MOST_ASIDE = 20
"""Bounds for hostile trees: look-ups counted, terms read in one record, flawed or unreachable terms of one record."""

_MOST_LINES = 200
_LONGEST_LINE = 120


class State(StrEnum):
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


BROKEN_TARGETS = frozenset({State.ABSENT, State.SEVERAL, State.FLAWED})
"""States of an include or a redirect that end the evaluation with permerror (sections 5.2 and 6.1)."""


@dataclass(frozen=True, slots=True)
class TreeStep:
    """One term of the tree.

    `path`: the includes and redirects that led to the record it is in, at `page`; `lookups`: the running count
    after it; `target`: the name it asks about, None where it has none or that is unknown; `failed`: its questions that
    were not answered; `absent`: the types that DNS does not have there; `skipped`: how many addresses after it this
    step includes as well.
    """

    path: tuple["TreeStep", ...]
    page: str
    term: Term
    lookups: int
    state: State = State.FINE
    target: str | None = None
    failed: tuple[Unanswered, ...] = ()
    absent: tuple[str, ...] = ()
    skipped: int = 0

    @property
    def is_open(self) -> bool:
        """True for a term that lets everybody pass: reached through nothing but passing includes, and `+all` or a
        network of the whole internet."""
        hops = [hop.term for hop in self.path]
        passing = all(isinstance(hop, Redirect) or _passes(hop) for hop in hops)
        return self.state not in (State.DEAD, State.VOID) and passing and _passes(self.term) and _covers_all(self.term)

    def is_void_for(self, family: str) -> bool:
        """True when a host of one family ("A", "AAAA") finds nothing here: also where the other family would."""
        by_family = isinstance(self.term, Directive) and isinstance(self.term.mechanism, A)
        return self.state is State.VOID or (by_family and family in self.absent)


def steps(facts: SpfFacts) -> tuple[TreeStep, ...]:
    """The tree of the domain's own record; empty where it has none, or several. Counting stops at 99 look-ups."""
    root = records_at(facts, facts.domain)
    return tuple(_Walk(facts).read(root, ())) if root.record else ()


def tree_lines(facts: SpfFacts) -> tuple[TreeLine, ...]:
    """The tree as "Details" draws it, a line a term below a line for the domain; at most 200."""
    root = records_at(facts, facts.domain)
    if root.record is None:
        state = _state_of_record(root)
        note = in_words(root.answer) if isinstance(root.answer, Unanswered) else state.value
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
    open_pages: list[str] = field(default_factory=list)

    def read(self, page: NameRecords, path: tuple[TreeStep, ...]) -> Iterator[TreeStep]:
        record = page.record
        if record is None:
            return
        self.open_pages.append(page.name)
        for flaw in record.flaws[:_MOST_ASIDE]:
            yield TreeStep(path, page.name, flaw, self.lookups, State.BROKEN)
        for term, skipped in islice(_folded(effective(record)), _MOST_TERMS):
            step = self._step(term, page.name, path, skipped)
            yield step
            if self.lookups > _MOST_COUNTED:
                break
            if step.target is not None and step.state is State.FINE and _is_hop(term):
                yield from self.read(records_at(self.facts, step.target), (*path, step))
        for term in unreachable(record)[:_MOST_ASIDE]:
            yield TreeStep(path, page.name, term, self.lookups, State.DEAD)
        self.open_pages.pop()

    def _step(self, term: Directive | Redirect, page: str, path: tuple[TreeStep, ...], skipped: int) -> TreeStep:
        if not asks(term):
            return TreeStep(path, page, term, self.lookups, skipped=skipped)
        self.lookups += 1  # RFC 7208 4.6.4
        target = target_of(term, page, self.facts.domain)
        if target is None:
            return TreeStep(path, page, term, self.lookups, State.SENDER)
        answers = [
            self.facts.answers.get(question, Unanswered(*question, by="ses-bot", why=NOT_ASKED))
            for question in questions(term, target)
        ]
        state = self._state(term, target, answers)
        failed = unanswered(*answers) if state is State.UNANSWERED else ()
        missing = tuple(answer.type for answer in answers if absent(answer))
        return TreeStep(path, page, term, self.lookups, state, target, failed, missing)

    def _state(self, term: Directive | Redirect, target: str, answers: list[Answer]) -> State:
        if isinstance(term, Directive) and isinstance(term.mechanism, PTR):
            return State.FINE
        if _is_hop(term) and target in self.open_pages:
            return State.LOOP
        if unanswered(*answers):
            return State.UNANSWERED
        if _is_hop(term):
            return _state_of_record(records_at(self.facts, target))
        if all(map(absent, answers)):
            return State.VOID
        hosts = [host for host in exchangers(answers[0]) if host] if _is_mx(term) else []
        return State.TOO_MANY_HOSTS if len(hosts) > MOST_HOSTS else State.FINE


def asks(term: Term) -> bool:
    """True for the terms that count against the limit of 10 look-ups (section 4.6.4)."""
    match term:
        case Redirect():
            return True
        case Directive(mechanism=mechanism):
            return not isinstance(mechanism, All | IP4 | IP6)
        case _:
            return False


def _state_of_record(page: NameRecords) -> State:
    """Whether the record at a name can be evaluated."""
    if page.answer is None or isinstance(page.answer, Unanswered):
        return State.UNANSWERED
    if page.record is None:
        return State.SEVERAL if page.texts else State.ABSENT
    return State.FLAWED if page.record.flaws else State.FINE


def _folded(terms: tuple[Directive | Redirect, ...]) -> Iterator[tuple[Directive | Redirect, int]]:
    """The terms, a run of plain addresses as its first one and the number of the others."""
    first: Directive | Redirect | None = None
    more = 0
    for term in terms:
        plain = isinstance(term, Directive) and isinstance(term.mechanism, IP4 | IP6) and not _covers_all(term)
        if plain and first is not None:
            more += 1
            continue
        if first is not None:
            yield first, more
        first, more = (term, 0) if plain else (None, 0)
        if not plain:
            yield term, 0
    if first is not None:
        yield first, more


def _is_hop(term: Term) -> bool:
    return isinstance(term, Redirect) or (isinstance(term, Directive) and isinstance(term.mechanism, Include))


def _is_mx(term: Term) -> bool:
    return isinstance(term, Directive) and isinstance(term.mechanism, MX)


def _passes(term: Term) -> bool:
    return isinstance(term, Directive) and term.qualifier is Qualifier.PASS


def _covers_all(term: Term) -> bool:
    match term:
        case Directive(mechanism=All()):
            return True
        case Directive(mechanism=IP4(length=0) | IP6(length=0)):
            return True
        case Directive(mechanism=A() | MX() as mechanism):
            return 0 in (mechanism.ip4_length, mechanism.ip6_length)
        case _:
            return False


def _text(step: TreeStep) -> str:
    text = step.term.text
    text = printable(text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + "…")
    return f"{text} and {step.skipped} more" if step.skipped else text


def _note(step: TreeStep) -> str:
    notes = [in_words(step.failed[0])] if step.failed else [step.state.value] if step.state is not State.FINE else []
    if isinstance(step.term, Flaw):
        notes = [f"syntax error: expected {step.term.expected}"]
    if step.is_open:
        notes.append("lets everybody pass")
    if asks(step.term) and step.state is not State.DEAD and step.lookups > MOST_LOOKUPS:
        notes.append(f"over the limit of {MOST_LOOKUPS} look-ups")
    return "; ".join(notes)
