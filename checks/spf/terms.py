"""The terms of the domain's own records: their grammar, and what each lets pass (RFC 7208 sections 4.6, 5 and 6)."""

from collections.abc import Iterator
from dataclasses import replace

from checks.evidence import printable
from checks.near_miss import is_at_or_below
from checks.spf.autocorrect import autocorrect
from checks.spf.case import Change, Issue, SpfCase, Texts, listed, record_line, shown, trail
from checks.spf.facts import NameRecords, effective, is_all, records_at, unreachable
from checks.spf.parse import autocorrect_term
from checks.spf.syntax import (
    IP4,
    IP6,
    MX,
    PTR,
    A,
    Directive,
    Flaw,
    Qualifier,
    Record,
    Redirect,
    Term,
    Unknown,
)
from checks.spf.targets import revivable
from checks.spf.tree import State, TreeStep
from model import Outcome

_REGISTERED = frozenset({"ra", "rp", "rr"})
"""Modifiers with a meaning of their own: where to send failure reports (RFC 6652)."""
_AROUND = 60
_MOST_FLAWS = 6


def syntax(page: NameRecords, record: Record) -> Issue | None:
    """syntax: an error anywhere makes the whole record a permerror (section 4.6)."""
    flaws = record.flaws
    if not flaws:
        return None
    more = f", and {len(flaws) - 1} more" if len(flaws) > 1 else ""
    summary = (
        f"The SPF record of {page.name} has a syntax error at “{shown(flaws[0].text)}” (expected {flaws[0].expected}"
        f"{more}). Receivers reject the whole record (permerror)."
    )
    marked = (_marked(page.texts[0], flaw) for flaw in flaws[:_MOST_FLAWS])
    wrong = "; ".join(f"“{shown(flaw.text)}”: expected {flaw.expected}" for flaw in flaws[:_MOST_FLAWS])
    otherwise = f"Correct the record. {wrong}."
    meant = autocorrect(page.texts[0])
    return Issue(
        "syntax",
        Outcome.FAIL,
        summary,
        (*record_line(page), *marked),
        otherwise,
        () if meant is None else ({page.name: meant},),
        "Replace the record by the corrected one.",
    )


def _marked(text: str, flaw: Flaw) -> str:
    """The record around a flaw, with an arrow at the character where the grammar broke."""
    start, end = max(0, flaw.at - _AROUND), flaw.at + _AROUND
    ahead = "…" if start else ""
    behind = "…" if end < len(text) else ""
    return f"{ahead}{printable(text[start : flaw.at])}➞{printable(text[flaw.at : end])}{behind}"


def unknown_modifier(case: SpfCase) -> Issue | None:
    """unknown-modifier: ignored by receivers (section 6), whatever it was meant to do."""
    found = [
        (page.name, term)
        for page, record in _own_records(case)
        for term in record.terms
        if isinstance(term, Unknown) and term.name.lower() not in _REGISTERED
    ]
    if not found:
        return None
    meant = {term.text: autocorrect_term(term.text) for _, term in found}
    sure = [f"“{shown(text)}” was surely meant as “{shown(better)}”" for text, better in meant.items() if better]
    summary = (
        f"Receivers ignore {listed(term.text for _, term in found)} in the SPF record of {case.domain}: SPF knows no "
        f"such modifier{'; ' + sure[0] if sure else ''}."
    )
    as_meant = [Change(page, term, tuple((meant[term.text] or "").split())) for page, term in found]
    left_out = [Change(page, term) for page, term in found]
    otherwise = f"Delete {listed(term.text for _, term in found)}, or write what was meant."
    whole = autocorrect(case.written.texts[0])
    amendments: tuple[Texts, ...] = ()
    if whole is not None and {page for page, _ in found} == {case.domain}:
        amendments = ({case.domain: whole},)
    amendments += case.amendments(as_meant, left_out)
    seen = case.lines(*(page for page, _ in found))
    return Issue("unknown-modifier", Outcome.WARN, summary, seen, otherwise, amendments)


def plus_all(case: SpfCase) -> Issue | None:
    """plus-all: everybody passes."""
    found = [step for step in case.steps if step.is_open]
    if not found:
        return None
    first = found[0]
    summary = (
        f"SPF at {case.domain} lets every host on the internet send as {case.domain} ({trail(first)}), so it protects "
        "nothing, and reviewers read it as a sign of abuse."
    )
    own = all(case.is_editable(step.page) for step in found)
    amendments = case.amendments(_closed(case, found, last=True), _closed(case, found, last=False)) if own else ()
    otherwise = f"Write “~all” in place of “{shown(first.term.text)}” in the record at {shown(first.page)}."
    if first.path and not is_at_or_below(first.page, case.domain):
        otherwise = (
            f"Replace “{shown(first.path[0].term.text)}” by what your provider names today, or ask it to close the "
            f"record at {shown(first.page)}."
        )
    advice = "Replace the record by the amended one, after making sure that every host that sends for you is listed."
    seen = case.lines(*(step.page for step in found))
    return Issue("plus-all", Outcome.FAIL, summary, seen, otherwise, amendments, advice)


def _closed(case: SpfCase, found: list[TreeStep], *, last: bool) -> list[Change]:
    """`~all` for `+all`, and no network of the whole internet. With `last`, the `~all` comes to stand behind the terms
    that the `+all` kept from counting, so that they count; without, in its place."""
    changes = []
    for page, record in _own_records(case):
        opened = [step.term for step in found if step.page == page.name]
        if not opened:
            continue
        ending = next((term for term in effective(record) if is_all(term)), None)
        changes += [Change(page.name, term, _narrow(term)) for term in opened if not is_all(term)]
        if ending is not None and last and (kept := revivable(case, page.name, record)):
            changes += [Change(page.name, term) for term in unreachable(record)]
            changes.append(Change(page.name, ending, (*kept, "~all")))
        elif ending is not None:
            changes.append(Change(page.name, ending, ("~all",)))
        elif record.redirect is None:
            changes.append(Change(page.name, None, ("~all",)))
    return list(dict.fromkeys(changes))


def _narrow(term: Term) -> tuple[str, ...]:
    """`a` for `a/0`: the hosts that were meant, without the rest of the internet. A network has no such core."""
    match term:
        case Directive(mechanism=A() | MX() as mechanism):
            ip4_length, ip6_length = mechanism.ip4_length or None, mechanism.ip6_length or None
            return (str(replace(mechanism, ip4_length=ip4_length, ip6_length=ip6_length)),)
        case _:
            return ()


def ending(case: SpfCase) -> Issue | None:
    """neutral-all, no-all: what is said of hosts that nothing listed."""
    end = _end_of(case)
    if end is None:
        return None
    page, term = end
    at_fault = [Change(page.name, term, ("~all",))]
    amendments = case.amendments(at_fault, _included_instead(case))
    via = "" if page.name == case.domain else f", by way of {shown(page.name)},"
    ask = "" if is_at_or_below(page.name, case.domain) else f"Ask the owner of {shown(page.name)}: "
    otherwise = f"{ask}“~all” should end the record at {shown(page.name)}."
    if term is not None:
        summary = (
            f"SPF at {case.domain}{via} ends in “{shown(term.text)}”, which says nothing about hosts that are not "
            "listed: anyone can send as the domain without failing."
        )
        return Issue("neutral-all", Outcome.WARN, summary, case.lines(page.name), otherwise, amendments)
    summary = (
        f"SPF at {case.domain}{via} has neither “all” nor a redirect at its end, so hosts that are not listed are "
        "neither allowed nor refused."
    )
    return Issue("no-all", Outcome.WARN, summary, case.lines(page.name), otherwise, amendments)


def _end_of(case: SpfCase) -> tuple[NameRecords, Directive | None] | None:
    """The record in which the evaluation ends, and its `?all`, or None for no `all`. None when it ends well, or where
    that is unknown."""
    page, record = records_at(case.facts, case.domain), case.record
    for _ in range(len(case.steps) + 1):
        terms = effective(record)
        last = terms[-1] if terms else None
        if isinstance(last, Redirect):
            hop = next((step for step in case.steps if step.page == page.name and step.term == last), None)
            target = None if hop is None or hop.state is not State.FINE else hop.target
            following = records_at(case.facts, target) if target else None
            if following is None or following.record is None:
                return None
            page, record = following, following.record
            continue
        if not is_all(last):
            return page, None
        return (page, last) if isinstance(last, Directive) and last.qualifier is Qualifier.NEUTRAL else None
    return None


def _included_instead(case: SpfCase) -> list[Change] | None:
    """The redirect of the domain's own record as an include with `~all` behind it: what passed goes on passing."""
    redirect = case.record.redirect
    if redirect is None:
        return None
    return [Change(case.domain, redirect), Change(case.domain, None, (f"include:{redirect.target}", "~all"))]


def ptr(case: SpfCase) -> Issue | None:
    """ptr: "do not use" (section 5.5)."""
    found = [step for step in case.steps if _is_ptr(step.term) and step.state is State.FINE]
    own = [step for step in found if is_at_or_below(step.page, case.domain)]
    if not own:
        return None
    summary = (
        f"The SPF record of {case.domain} uses {listed(trail(step) for step in own)}: the standard says not to "
        "(RFC 7208 section 5.5), as it is slow and many receivers skip it."
    )
    spared = all(_others_remain(case, step.page) for step in own)
    amendments = case.amendments([Change(step.page, step.term) for step in own]) if spared else ()
    otherwise = "Put the hosts that rely on it into ip4:, ip6: or a: terms, then delete the ptr term."
    advice = "Replace the record by the amended one, after making sure that its other terms list every host that sends."
    seen = case.lines(*(step.page for step in own))
    return Issue("ptr", Outcome.WARN, summary, seen, otherwise, amendments, advice)


def _others_remain(case: SpfCase, page: str) -> bool:
    record = records_at(case.facts, page).record
    return record is not None and any(
        isinstance(term, Directive)
        and isinstance(term.mechanism, A | MX | IP4 | IP6)
        and term.qualifier is Qualifier.PASS
        for term in effective(record)
    )


def after_all(case: SpfCase) -> Issue | None:
    """after-all: terms that never take part (sections 5.1 and 6.1)."""
    found = [(page, term) for page, record in _own_records(case) for term in unreachable(record)]
    if not found:
        return None
    summary = (
        f"Receivers never get to {listed(term.text for _, term in found)} in the SPF record of {case.domain}: an "
        "“all” ends the record before them, and a redirect beside an “all” is ignored."
    )
    whole = autocorrect(case.written.texts[0])
    amendments: tuple[Texts, ...] = () if whole is None else ({case.domain: whole},)
    amendments += case.amendments(_revived(case), [Change(page.name, term) for page, term in found])
    otherwise = "Put the terms that are needed in front of the “all”, a redirect as an include, and delete the others."
    step = "Replace the record by the amended one. What could let mail pass now counts; delete what no longer sends."
    seen = case.lines(*(page.name for page, _ in found))
    return Issue("after-all", Outcome.WARN, summary, seen, otherwise, amendments, step)


def _revived(case: SpfCase) -> list[Change] | None:
    """What passes behind an `all`, or is included by a redirect beside it, goes in front: it was meant to count. All
    other unreachable terms are left out, and so is what would break the record. None without anything to revive."""
    changes: list[Change] = []
    revived = False
    for page, record in _own_records(case):
        gone = unreachable(record)
        changes += [Change(page.name, term) for term in gone]
        kept = revivable(case, page.name, record)
        if kept:
            changes.append(Change(page.name, effective(record)[-1], (*kept, effective(record)[-1].text)))
            revived = True
    return changes if revived else None


def _own_records(case: SpfCase) -> Iterator[tuple[NameRecords, Record]]:
    """The domain's record and those of its tree below it, each once."""
    for name in dict.fromkeys((case.domain, *(step.page for step in case.steps))):
        page = records_at(case.facts, name)
        if page.record is not None and (name == case.domain or case.is_editable(name)):
            yield page, page.record


def _is_ptr(term: Term) -> bool:
    return isinstance(term, Directive) and isinstance(term.mechanism, PTR)
