"""The terms of the domain's own records: their grammar, and what each lets pass (RFC 7208 sections 4.6, 5 and 6)."""

from collections.abc import Iterator
from dataclasses import replace

from checks.findings import point_at
from checks.names import is_at_or_below
from checks.spf.autocorrect import autocorrect, autocorrect_term
from checks.spf.case import Issue, SpfCase, TermChange, Texts, listed, record_lines, shown, trail
from checks.spf.lookups import revivable
from checks.spf.syntax import (
    IP4,
    IP6,
    MX,
    PTR,
    A,
    Directive,
    Qualifier,
    Redirect,
    SpfRecord,
    Term,
    Unknown,
    authorizes,
    is_all,
    mechanism_of,
)
from checks.spf.tree import NameRecords, TermState, TreeStep, records_at
from model import Outcome

_REGISTERED = frozenset({"ra", "rp", "rr"})
"""Modifiers with a meaning of their own: where to send failure reports (RFC 6652)."""
_MOST_FLAWS = 6


def syntax(at: NameRecords, record: SpfRecord) -> Issue | None:
    """syntax: an error anywhere makes the whole record a permerror."""
    flaws, text = record.flaws, at.texts[0]
    if not flaws:  # RFC 7208 4.6
        return None
    more = f", and {len(flaws) - 1} more" if len(flaws) > 1 else ""
    summary = (
        f"The SPF record of {at.name} has a syntax error at “{shown(flaws[0].text)}” (expected {flaws[0].expected}"
        f"{more}). Receivers reject the whole record (permerror)."
    )
    marked = (point_at(text, flaw.at) for flaw in flaws[:_MOST_FLAWS])
    wrong = "; ".join(f"“{shown(flaw.text)}”: expected {flaw.expected}" for flaw in flaws[:_MOST_FLAWS])
    otherwise = f"Correct the record. {wrong}."
    meant = autocorrect(text)
    amendments: tuple[Texts, ...] = () if meant is None else ({at.name: meant},)
    seen = (*record_lines(at), *marked)
    step = "Replace the record by the corrected one."
    return Issue("syntax", Outcome.FAIL, summary, seen, otherwise, amendments, step)


def unknown_modifier(case: SpfCase) -> Issue | None:
    """unknown-modifier: ignored by receivers (section 6), whatever it was meant to do."""
    found = [
        (at.name, term)
        for at, record in _own_records(case)
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
    as_meant = [TermChange(name, term, tuple((meant[term.text] or "").split())) for name, term in found]
    left_out = [TermChange(name, term) for name, term in found]
    otherwise = f"Delete {listed(term.text for _, term in found)}, or write what was meant."
    amendments = case.as_meant if {name for name, _ in found} == {case.domain} else ()
    amendments += case.amendments(as_meant, left_out)
    seen = case.lines(*(name for name, _ in found))
    return Issue("unknown-modifier", Outcome.WARN, summary, seen, otherwise, amendments)


def plus_all(case: SpfCase) -> Issue | None:
    """plus-all: every host passes."""
    found = [step for step in case.steps if step.is_open]
    if not found:
        return None
    first = found[0]
    summary = (
        f"SPF at {case.domain} lets every host on the internet send as {case.domain} ({trail(first)}), so it protects "
        "nothing, and reviewers read it as a sign of abuse."
    )
    own = all(case.is_editable(step.holder) for step in found)
    amendments = case.amendments(_closed(case, found, last=True), _closed(case, found, last=False)) if own else ()
    otherwise = f"Write “~all” in place of “{shown(first.term.text)}” in the record at {shown(first.holder)}."
    if first.path and not is_at_or_below(first.holder, case.domain):
        otherwise = (
            f"Replace “{shown(first.path[0].term.text)}” by what your provider names today, or ask it to close the "
            f"record at {shown(first.holder)}."
        )
    advice = "Replace the record by the amended one, after making sure that every host that sends for you is listed."
    seen = case.lines(*(step.holder for step in found))
    return Issue("plus-all", Outcome.FAIL, summary, seen, otherwise, amendments, advice)


def _closed(case: SpfCase, found: list[TreeStep], *, last: bool) -> list[TermChange]:
    """`~all` for `+all`, and no network of the whole internet. With `last`, the `~all` comes to stand behind the terms
    that the `+all` kept from counting, so that they count; without, in its place."""
    changes = []
    for at, record in _own_records(case):
        opened = [step.term for step in found if step.holder == at.name]
        if not opened:
            continue
        ending = next((term for term in record.effective if is_all(term)), None)
        changes += [TermChange(at.name, term, _narrow(term)) for term in opened if not is_all(term)]
        if ending is not None and last and (kept := revivable(case, at.name, record)):
            changes += [TermChange(at.name, term) for term in record.unreachable]
            changes.append(TermChange(at.name, ending, (*kept, "~all")))
        elif ending is not None or record.redirect is None:
            changes.append(TermChange(at.name, ending, ("~all",)))
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
    """neutral-all, no-all: what receivers do with hosts that are not listed."""
    end = _end_of(case)
    if end is None:
        return None
    name, term = end
    redirect = case.record.redirect
    attempts = [[TermChange(name, term, ("~all",))]]
    if redirect is not None:  # as an include with `~all` behind it: what passed goes on passing
        instead = TermChange(case.domain, None, (f"include:{redirect.target}", "~all"))
        attempts.append([TermChange(case.domain, redirect), instead])
    amendments = case.amendments(*attempts)
    via = "" if name == case.domain else f", by way of {shown(name)},"
    ask = "" if is_at_or_below(name, case.domain) else f"Ask the owner of {shown(name)}: "
    otherwise = f"{ask}“~all” should end the record at {shown(name)}."
    if term is not None:
        summary = (
            f"SPF at {case.domain}{via} ends in “{shown(term.text)}”, which says nothing about hosts that are not "
            "listed: anyone can send as the domain without failing."
        )
        return Issue("neutral-all", Outcome.WARN, summary, case.lines(name), otherwise, amendments)
    summary = (
        f"SPF at {case.domain}{via} has neither “all” nor a redirect at its end, so hosts that are not listed are "
        "neither allowed nor refused."
    )
    return Issue("no-all", Outcome.WARN, summary, case.lines(name), otherwise, amendments)


def _end_of(case: SpfCase) -> tuple[str, Directive | None] | None:
    """Returns whose record ends the evaluation, and its `?all`, or None for no `all`. None: it ends well, or is
    unknown."""
    name, record = case.domain, case.record
    for _ in range(len(case.steps) + 1):
        terms = record.effective
        last = terms[-1] if terms else None
        if isinstance(last, Redirect):
            hop = next((step for step in case.steps if step.holder == name and step.term == last), None)
            target = None if hop is None or hop.state is not TermState.FINE else hop.target
            following = records_at(case.facts, target).record if target else None
            if target is None or following is None:
                return None
            name, record = target, following
            continue
        if not is_all(last):
            return name, None
        return (name, last) if isinstance(last, Directive) and last.qualifier is Qualifier.NEUTRAL else None
    return None


def ptr(case: SpfCase) -> Issue | None:
    """ptr: "do not use" (section 5.5)."""
    fine = (step for step in case.steps if step.state is TermState.FINE and is_at_or_below(step.holder, case.domain))
    own = [step for step in fine if isinstance(mechanism_of(step.term), PTR)]
    if not own:
        return None
    summary = (
        f"The SPF record of {case.domain} uses {listed(trail(step) for step in own)}: the standard says not to "
        "(RFC 7208 section 5.5), as it is slow and many receivers skip it."
    )
    spared = all(_others_remain(case, step.holder) for step in own)
    amendments = case.amendments([TermChange(step.holder, step.term) for step in own]) if spared else ()
    otherwise = "Put the hosts that rely on it into ip4:, ip6: or a: terms, then delete the ptr term."
    advice = "Replace the record by the amended one, after making sure that its other terms list every host that sends."
    seen = case.lines(*(step.holder for step in own))
    return Issue("ptr", Outcome.WARN, summary, seen, otherwise, amendments, advice)


def _others_remain(case: SpfCase, holder: str) -> bool:
    record = records_at(case.facts, holder).record
    passing = [term for term in record.effective if authorizes(term)] if record is not None else []
    return any(isinstance(mechanism_of(term), A | MX | IP4 | IP6) for term in passing)


def after_all(case: SpfCase) -> Issue | None:
    """after-all: terms that never take part (sections 5.1 and 6.1)."""
    found = [(at.name, term) for at, record in _own_records(case) for term in record.unreachable]
    if not found:
        return None
    summary = (
        f"Receivers never get to {listed(term.text for _, term in found)} in the SPF record of {case.domain}: an "
        "“all” ends the record before them, and a redirect beside an “all” is ignored."
    )
    amendments = case.as_meant + case.amendments(_revived(case), [TermChange(name, term) for name, term in found])
    otherwise = "Put the terms that are needed in front of the “all”, a redirect as an include, and delete the others."
    step = "Replace the record by the amended one. What could let mail pass now counts; delete what no longer sends."
    seen = case.lines(*(name for name, _ in found))
    return Issue("after-all", Outcome.WARN, summary, seen, otherwise, amendments, step)


def _revived(case: SpfCase) -> list[TermChange] | None:
    """Returns what passes behind an `all`, or is included by a redirect beside it, goes in front: it was meant to
    count. All other unreachable terms are left out, and so is what would break the record. None without anything to
    revive."""
    changes: list[TermChange] = []
    revived = False
    for at, record in _own_records(case):
        changes += [TermChange(at.name, term) for term in record.unreachable]
        if kept := revivable(case, at.name, record):
            ending = record.effective[-1]
            changes.append(TermChange(at.name, ending, (*kept, ending.text)))
            revived = True
    return changes if revived else None


def _own_records(case: SpfCase) -> Iterator[tuple[NameRecords, SpfRecord]]:
    """Yields the domain's record and those of its tree below it, each once."""
    for name in dict.fromkeys((case.domain, *(step.holder for step in case.steps))):
        at = records_at(case.facts, name)
        if at.record is not None and (name == case.domain or case.is_editable(name)):
            yield at, at.record
