"""Where includes and redirects lead: to one valid record, to none, or to a server that does not answer."""

from collections.abc import Iterable

from checks.answers import NoData, absent
from checks.evidence import ask_again, evidence
from checks.near_miss import is_at_or_below, spf_targets
from checks.spf.autocorrect import autocorrect
from checks.spf.case import Change, Issue, SpfCase, Texts, is_editable, listed, record_line, shown, texts_after, trail
from checks.spf.evaluate import MOST_LOOKUPS
from checks.spf.facts import NOT_ASKED, authorizes, effective, is_all, questions, records_at, target_of, unreachable
from checks.spf.parse import autocorrect_term, parse
from checks.spf.syntax import All, Directive, Qualifier, Record, Redirect
from checks.spf.tree import BROKEN_TARGETS, State, TreeStep
from model import Outcome

_WHAT = {
    State.ABSENT: "has no SPF record",
    State.SEVERAL: "has more than one SPF record",
    State.FLAWED: "has an SPF record with a syntax error",
}


def include_none(case: SpfCase) -> Issue | None:
    """include-none: permerror, by the table of section 5.2 and by section 6.1."""
    found = [step for step in case.steps if step.state in BROKEN_TARGETS]
    if not found:
        return None
    first = found[0]
    summary = (
        f"The SPF record of {case.domain} leads to {shown(first.target or '')}, which {_WHAT[first.state]} "
        f"({trail(first)}): receivers that get there end the check with a permanent error."
    )
    targets = [records_at(case.facts, step.target or "") for step in found]
    seen = [line for page in targets for line in record_line(page) or evidence(page.answer)]
    otherwise = (
        f"Ask your provider what to include in place of {listed(step.term.text for step in found)}, or delete the term "
        "of your own record that leads there if nothing of yours is sent that way."
    )
    amendment = _amendment(case, found)
    return Issue(
        "include-none",
        Outcome.FAIL,
        summary,
        tuple(dict.fromkeys((*case.lines(), *seen))),
        otherwise,
        () if amendment is None else (amendment,),
        _advice(case, amendment),
    )


def _advice(case: SpfCase, amendment: Texts | None) -> str:
    step = "Replace the record by the amended one. If a provider gave you that name, ask it for the right one."
    text = (amendment or {}).get(case.domain)
    if text is None or any(map(authorizes, effective(parse(text)))):
        return step
    likely = f", such as {listed(case.proposed.terms)}" if case.proposed is not None and case.proposed.terms else ""
    return f"{step} Nothing that sends is listed any more: add what does{likely}."


def _amendment(case: SpfCase, found: list[TreeStep]) -> Texts | None:
    """The records after all the broken targets are corrected or left out; None where it is not ours, or not safe."""
    changes: list[Change] = []
    texts: dict[str, str] = {}
    for step in found:
        meant = _target_as_meant(case, step)
        if meant is not None and step.target is not None:
            texts[step.target] = meant
            continue
        if (near := _near_target(case, step)) is not None:
            changes.append(near)
            continue
        more = removal(case, step)
        if more is None:
            return None
        changes += more
    if not changes:
        return texts
    after = texts_after(case.facts, softened(case, dict.fromkeys(changes)))
    return None if after is None else {**after, **texts}


def _target_as_meant(case: SpfCase, step: TreeStep) -> str | None:
    """The record at a target of ours that breaks the grammar, as it was surely meant."""
    page = records_at(case.facts, step.target or "")
    if step.state is not State.FLAWED or not page.texts or not is_at_or_below(page.name, case.domain):
        return None
    return autocorrect(page.texts[0])


def _near_target(case: SpfCase, step: TreeStep) -> Change | None:
    """The term with the name that it was surely meant to name: one slip away, or without an appended zone, and with a
    valid record."""
    target = step.target or ""
    if step.state is not State.ABSENT or not case.is_editable(step.page) or target not in step.term.text.lower():
        return None
    for name in spf_targets(target, case.domain):
        record = records_at(case.facts, name).record
        if record is not None and not record.flaws:
            at = step.term.text.lower().index(target)
            said = f"{step.term.text[:at]}{name}"
            others = {term.text.lower() for term in effective(case.record)}
            return Change(step.page, step.term, () if said.lower() in others else (said,))
    return None


def removal(case: SpfCase, step: TreeStep) -> list[Change] | None:
    """The changes that keep the evaluation from getting to a term that breaks it, or never matches.

    Where the term is in another owner's record, that is the include of ours that leads there; it can go only if
    nothing in between could match first, or mail that passes today would stop passing. None where there is no way.
    """
    chain = (*step.path, step)
    for index in range(len(chain) - 1, -1, -1):
        link = chain[index]
        if not is_editable(case.facts, records_at(case.facts, link.page)):
            continue
        if not all(_comes_first(case, below) for below in chain[index + 1 :]):
            return None
        return _without(case, link)
    return None


def _comes_first(case: SpfCase, step: TreeStep) -> bool:
    record = records_at(case.facts, step.page).record
    return record is not None and effective(record)[0].position == step.term.position


def _without(case: SpfCase, step: TreeStep) -> list[Change] | None:
    meant = autocorrect_term(step.term.text)
    if meant is not None:
        return [Change(step.page, step.term, tuple(meant.split()))]
    gone = Change(step.page, step.term)
    if not isinstance(step.term, Redirect):
        return [gone]
    return [gone, Change(step.page, None, ("~all",))]


def softened(case: SpfCase, changes: Iterable[Change]) -> list[Change]:
    """The changes, and `~all` for the `-all` of a record that they leave without anything it authorizes: leaving out
    what is broken must not turn an error that receivers bear with into a plain refusal of all mail."""
    wanted = list(changes)
    for name in dict.fromkeys(change.page for change in wanted):
        record = records_at(case.facts, name).record
        gone = {change.term.position for change in wanted if change.page == name and change.term and not change.words}
        terms = effective(record) if record is not None else ()
        left = [term for term in terms if term.position not in gone]
        refusal = left[-1] if left else None
        if isinstance(refusal, Directive) and _refuses_all(refusal) and not any(map(authorizes, left)):
            wanted.append(Change(name, refusal, ("~all",)))
    return wanted


def _refuses_all(term: Directive) -> bool:
    return isinstance(term.mechanism, All) and term.qualifier is Qualifier.FAIL


def lookup_failed(case: SpfCase) -> Issue | None:
    """lookup-failed: never the same as missing."""
    failed = list(dict.fromkeys(answer for step in case.steps for answer in step.failed))
    if any(step.lookups > MOST_LOOKUPS for step in case.steps):
        failed = [answer for answer in failed if answer.why != NOT_ASKED]
    if not failed:
        return None
    names = listed(f"{answer.name} {answer.type}" for answer in failed)
    summary = f"The SPF record of {case.domain} could not be judged to its end: {names} was not answered."
    seen = case.lines() + evidence(*failed)
    return Issue("lookup-failed", Outcome.UNKNOWN, summary, seen, ask_again(*failed))


def revivable(case: SpfCase, page: str, record: Record) -> tuple[str, ...]:
    """The terms that an `all` keeps from counting and that can let mail pass, as words to put in front of it: a
    redirect as the include that it was meant to be."""
    said = {str(term) for term in effective(record)}
    words = []
    for term in unreachable(record):
        word = f"include:{term.target}" if isinstance(term, Redirect) else term.text
        if isinstance(term, Redirect) or (authorizes(term) and not is_all(term) and str(term) not in said):
            target = target_of(term, page, case.domain)
            if target is None or not _breaks(case, term, target):
                words.append(word)
    return tuple(dict.fromkeys(words))


def _breaks(case: SpfCase, term: Directive | Redirect, target: str) -> bool:
    """True for a term that finds nothing, or leads to no valid record."""
    asked = questions(term, target)
    if asked and asked[0][1] == "TXT":
        there = records_at(case.facts, target).record
        return there is None or bool(there.flaws)
    return bool(asked) and all(absent(case.facts.answers.get(question, NoData(*question))) for question in asked)
