"""What DNS said about a domain's SPF, and the tree it makes, in the order of evaluation and in the worst case: no
mechanism matches, so every term counts.

The answers are kept by question, so the tree is read from them as often as wanted, also the one that a change would
make (`with_records`): that is how a fix is tried before it is offered. What each term costs and what is wrong with it
(RFC 7208 sections 4.6.4, 5.2, 5.4 and 6.1) is decided once, here; the judge and the "Details" view both read it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby, islice

from checks.answers import Answer, Question, Records, Unanswered, describe_answer, is_absent, values
from checks.findings import make_printable, select_unanswered
from checks.mx import mx_records
from checks.spf.evaluate import MOST_HOSTS, MOST_LOOKUPS
from checks.spf.parse import parse, select_spf_texts
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
    Mechanism,
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
    """The answers of the tree of `domain`, by question. `doubled`: what is at `<domain>.<domain>`, asked for only when
    the domain has no record. `truncated`: the tree is larger than any evaluation may be, and was not followed to the
    end."""

    domain: str
    answers: Mapping[Question, Answer]
    doubled: Answer | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class NameRecords:
    """A name with its SPF records: `texts` are all of them; `record` is the parsed one where there is exactly one;
    `answer` None: it was not asked for."""

    name: str
    answer: Answer | None
    texts: tuple[str, ...] = ()
    record: SpfRecord | None = None


def records_at(facts: SpfFacts, name: str) -> NameRecords:
    return read_records(name, facts.answers.get((name, "TXT")))


def read_records(name: str, answer: Answer | None) -> NameRecords:
    texts = select_spf_texts(values(answer)) if answer is not None else ()
    return NameRecords(name, answer, texts, parse(texts[0]) if len(texts) == 1 else None)


def with_records(facts: SpfFacts, texts: Mapping[str, str]) -> SpfFacts:
    """Returns the facts as they would be with other SPF records at some names that have one."""
    answers = dict(facts.answers)
    for name, text in texts.items():
        old = answers.get((name, "TXT"))
        if isinstance(old, Records):
            other_values = tuple(value for value in old.values if value not in select_spf_texts(old.values))
            answers[name, "TXT"] = replace(old, values=(*other_values, text))
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


def term_questions(term: Directive | Redirect, target: str) -> tuple[Question, ...]:
    """Returns the questions that a term asks of DNS whatever the sender. Those for the addresses of an mx's hosts are
    left out: what is known without a sender is how many hosts there are."""
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


def list_questions(terms: Iterable[Directive | Redirect], holder: str, domain: str) -> list[Question]:
    """Returns the questions that terms of the record at `holder` ask of DNS whatever the sender, each once."""
    targets = ((term, target_of(term, holder, domain)) for term in terms)
    questions = (question for term, target in targets if target for question in term_questions(term, target))
    return list(dict.fromkeys(questions))


_MOST_COUNTED = 99
_MOST_TERMS = 500
_MOST_ASIDE = 20
"""Bounds for hostile trees: look-ups counted, terms read in one record, flawed or unreachable terms of one record."""

_MOST_LINES = 200
_LONGEST_LINE = 120


class TermState(StrEnum):
    """What comes of one term, as far as DNS shows."""

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
    UNREACHABLE = "never evaluated: the record has an “all” before it or beside it"


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
    def mechanism(self) -> Mechanism | None:
        return mechanism_of(self.term)

    @property
    def is_open(self) -> bool:
        """True for a term that lets every host pass: reached through nothing but passing includes, and `+all` or a
        network of the whole internet."""
        all_pass = all(isinstance(hop.term, Redirect) or authorizes(hop.term) for hop in self.path)
        is_reached = self.state not in (TermState.UNREACHABLE, TermState.VOID)
        return is_reached and all_pass and authorizes(self.term) and _covers_all(self.term)

    def is_void_for(self, family: str) -> bool:
        """Returns True when a host of one family ("A" or "AAAA") finds nothing here, also where the other would."""
        by_family = isinstance(self.mechanism, A)
        return self.state is TermState.VOID or (by_family and family in self.absent)


def read_steps(facts: SpfFacts) -> tuple[TreeStep, ...]:
    """Returns the steps of the tree of the domain's own record; empty where it has none, or several. Counting stops at
    99 look-ups."""
    root = records_at(facts, facts.domain)
    return tuple(_TreeReader(facts).read_node(root, ())) if root.record else ()


def count_lookups(tree_steps: Iterable[TreeStep]) -> int:
    """Returns the number of look-ups that an evaluation of the whole tree costs (section 4.6.4)."""
    return max((step.lookups for step in tree_steps), default=0)


def tree_lines(facts: SpfFacts) -> tuple[TreeLine, ...]:
    """Returns the tree as "Details" draws it, a line a term below a line for the domain; at most 200."""
    root = records_at(facts, facts.domain)
    if root.record is None:
        state = _classify_record(root)
        note = describe_answer(root.answer) if isinstance(root.answer, Unanswered) else state.value
        return (TreeLine(0, facts.domain, 0, note),)
    tree_steps = read_steps(facts)
    lines = [TreeLine(0, facts.domain, 0)]
    lines += map(_step_line, tree_steps[:_MOST_LINES])
    if len(tree_steps) > _MOST_LINES:
        lines.append(TreeLine(0, f"and {len(tree_steps) - _MOST_LINES} more", tree_steps[-1].lookups))
    return tuple(lines)


@dataclass(slots=True)
class _TreeReader:
    """Reads the tree once, with a running count of look-ups."""

    facts: SpfFacts
    lookups: int = 0
    open_names: list[str] = field(default_factory=list)

    def read_node(self, node: NameRecords, path: tuple[TreeStep, ...]) -> Iterator[TreeStep]:
        record = node.record
        if record is None:
            return
        self.open_names.append(node.name)
        for flaw in record.flaws[:_MOST_ASIDE]:
            yield TreeStep(path, node.name, flaw, self.lookups, TermState.BROKEN)
        for term, skipped in islice(_fold_addresses(record.effective), _MOST_TERMS):
            step = self._read_step(term, node.name, path, skipped)
            yield step
            if self.lookups > _MOST_COUNTED:
                break
            if step.target is not None and step.state is TermState.FINE and is_hop(term):
                yield from self.read_node(records_at(self.facts, step.target), (*path, step))
        for term in record.unreachable[:_MOST_ASIDE]:
            yield TreeStep(path, node.name, term, self.lookups, TermState.UNREACHABLE)
        self.open_names.pop()

    def _read_step(self, term: Directive | Redirect, holder: str, path: tuple[TreeStep, ...], skipped: int) -> TreeStep:
        if not needs_lookup(term):
            return TreeStep(path, holder, term, self.lookups, skipped=skipped)
        self.lookups += 1  # RFC 7208 4.6.4
        target = target_of(term, holder, self.facts.domain)
        if target is None:
            return TreeStep(path, holder, term, self.lookups, TermState.SENDER)
        answers = [
            self.facts.answers.get(question, Unanswered(*question, by="ses-bot", why=NOT_ASKED))
            for question in term_questions(term, target)
        ]
        state = self._classify_term(term, target, answers)
        failed = select_unanswered(*answers) if state is TermState.UNANSWERED else ()
        missing = tuple(answer.type for answer in answers if is_absent(answer))
        return TreeStep(path, holder, term, self.lookups, state, target, failed, missing)

    def _classify_term(self, term: Directive | Redirect, target: str, answers: list[Answer]) -> TermState:
        if isinstance(mechanism_of(term), PTR):
            return TermState.FINE
        if is_hop(term) and target in self.open_names:
            return TermState.LOOP
        if select_unanswered(*answers):
            return TermState.UNANSWERED
        if is_hop(term):
            return _classify_record(records_at(self.facts, target))
        if all(map(is_absent, answers)):
            return TermState.VOID
        is_mx = isinstance(mechanism_of(term), MX)
        too_many = is_mx and sum(bool(record.host) for record in mx_records(answers[0])) > MOST_HOSTS
        return TermState.TOO_MANY_HOSTS if too_many else TermState.FINE


def needs_lookup(term: Term) -> bool:
    """Returns True for the terms that count against the limit of 10 look-ups (section 4.6.4)."""
    mechanism = mechanism_of(term)
    return isinstance(term, Redirect) or (mechanism is not None and not isinstance(mechanism, All | IP4 | IP6))


def _classify_record(node: NameRecords) -> TermState:
    """Tells whether the record at a name can be evaluated."""
    if node.answer is None or isinstance(node.answer, Unanswered):
        return TermState.UNANSWERED
    if node.record is None:
        return TermState.SEVERAL if node.texts else TermState.ABSENT
    return TermState.FLAWED if node.record.flaws else TermState.FINE


def _fold_addresses(terms: tuple[Directive | Redirect, ...]) -> Iterator[tuple[Directive | Redirect, int]]:
    """Yields the terms, a run of plain addresses as its first one and the number of the others."""
    for is_plain, run in groupby(terms, _is_plain_address):
        if is_plain:
            first, *others = run
            yield first, len(others)
        else:
            yield from ((term, 0) for term in run)


def _is_plain_address(term: Term) -> bool:
    return isinstance(mechanism_of(term), IP4 | IP6) and not _covers_all(term)


def is_hop(term: Term) -> bool:
    """Returns True for an include or a redirect, which lead to another record."""
    return isinstance(term, Redirect) or isinstance(mechanism_of(term), Include)


def _covers_all(term: Term) -> bool:
    match mechanism_of(term):
        case All() | IP4(length=0) | IP6(length=0):
            return True
        case A(ip4_length=ip4, ip6_length=ip6) | MX(ip4_length=ip4, ip6_length=ip6):
            return 0 in (ip4, ip6)
        case _:
            return False


def _step_line(step: TreeStep) -> TreeLine:
    return TreeLine(len(step.path), _format_term(step), step.lookups, _describe_step(step))


def _format_term(step: TreeStep) -> str:
    text = step.term.text
    text = make_printable(text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + "…")
    return f"{text} and {step.skipped} more" if step.skipped else text


def _describe_step(step: TreeStep) -> str:
    notes = []
    if isinstance(step.term, TermFlaw):
        notes.append(f"syntax error: expected {step.term.expected}")
    elif step.failed:
        notes.append(describe_answer(step.failed[0]))
    elif step.state is not TermState.FINE:
        notes.append(step.state.value)
    if step.is_open:
        notes.append("lets everybody pass")
    if needs_lookup(step.term) and step.state is not TermState.UNREACHABLE and step.lookups > MOST_LOOKUPS:
        notes.append(f"over the limit of {MOST_LOOKUPS} look-ups")
    return "; ".join(notes)
