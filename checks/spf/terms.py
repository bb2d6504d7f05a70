"""The terms of the domain's own records: their grammar, and what each lets pass (RFC 7208 sections 4.6, 5 and 6)."""

from collections.abc import Iterator
from dataclasses import replace

from checks.findings import point_at
from checks.names import is_at_or_below
from checks.spf.autocorrect import autocorrect, autocorrect_term
from checks.spf.case import Issue, SpfCase, TermChange, Texts, describe_path, excerpt, join_terms, record_lines
from checks.spf.lookups import find_revivable_terms
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
_LONGEST = 450
"""A record over this many octets makes an answer over 512 likely, which does not fit in plain UDP."""


def judge_syntax(node: NameRecords, record: SpfRecord) -> Issue | None:
    """Finds syntax: an error anywhere makes the whole record a permerror."""
    flaws, text = record.flaws, node.texts[0]
    if not flaws:  # RFC 7208 4.6
        return None
    more = f", and {len(flaws) - 1} more" if len(flaws) > 1 else ""
    summary = (
        f"The SPF record of {node.name} has a syntax error at “{excerpt(flaws[0].text)}” (expected "
        f"{flaws[0].expected}{more}). Receivers reject the whole record (permerror)."
    )
    marked = (point_at(text, flaw.fault_position) for flaw in flaws[:_MOST_FLAWS])
    faults = "; ".join(f"“{excerpt(flaw.text)}”: expected {flaw.expected}" for flaw in flaws[:_MOST_FLAWS])
    fallback = f"Correct the record. {faults}."
    corrected = autocorrect(text)
    amendments: tuple[Texts, ...] = () if corrected is None else ({node.name: corrected},)
    evidence = (*record_lines(node), *marked)
    step = "Replace the record by the corrected one."
    return Issue("syntax", Outcome.FAIL, summary, evidence, fallback, amendments, step)


def judge_unknown_modifiers(case: SpfCase) -> Issue | None:
    """Finds unknown-modifier: receivers ignore it (section 6), whatever it was meant to do."""
    modifiers = [
        (node.name, term)
        for node, record in _own_records(case)
        for term in record.terms
        if isinstance(term, Unknown) and term.name.lower() not in _REGISTERED
    ]
    if not modifiers:
        return None
    corrections = {term.text: autocorrect_term(term.text) or "" for _, term in modifiers}
    meanings = [
        f"; “{excerpt(text)}” was surely meant as “{excerpt(term)}”" for text, term in corrections.items() if term
    ]
    summary = (
        f"Receivers ignore {join_terms(term.text for _, term in modifiers)} in the SPF record of {case.domain}: SPF "
        f"knows no such modifier{meanings[0] if meanings else ''}."
    )
    replacements = [TermChange(name, term, tuple(corrections[term.text].split())) for name, term in modifiers]
    removals = [TermChange(name, term) for name, term in modifiers]
    fallback = f"Delete {join_terms(term.text for _, term in modifiers)}, or write what was meant."
    amendments = case.corrections if {name for name, _ in modifiers} == {case.domain} else ()
    amendments += case.build_amendments(replacements, removals)
    evidence = case.record_evidence(*(name for name, _ in modifiers))
    return Issue("unknown-modifier", Outcome.WARN, summary, evidence, fallback, amendments)


def judge_plus_all(case: SpfCase) -> Issue | None:
    """Finds plus-all: every host passes."""
    open_steps = [step for step in case.steps if step.is_open]
    if not open_steps:
        return None
    first = open_steps[0]
    summary = (
        f"SPF at {case.domain} lets every host on the internet send as {case.domain} ({describe_path(first)}), so it "
        "protects nothing, and reviewers read it as a sign of abuse."
    )
    attempts = (_close_open_terms(case, open_steps, revive=revive) for revive in (True, False))
    amendments = case.build_amendments(*attempts)
    fallback = f"Write “~all” in place of “{excerpt(first.term.text)}” in the record at {excerpt(first.holder)}."
    if first.path and not is_at_or_below(first.holder, case.domain):
        fallback = (
            f"Replace “{excerpt(first.path[0].term.text)}” by what your provider names today, or ask it to close "
            f"the record at {excerpt(first.holder)}."
        )
    advice = "Replace the record by the amended one, after making sure that every host that sends for you is listed."
    evidence = case.record_evidence(*(step.holder for step in open_steps))
    return Issue("plus-all", Outcome.FAIL, summary, evidence, fallback, amendments, advice)


def _close_open_terms(case: SpfCase, open_steps: list[TreeStep], *, revive: bool) -> list[TermChange]:
    """Puts `~all` for `+all`, and takes out networks of the whole internet. With `revive`, the `~all` goes behind the
    terms that the `+all` kept from counting, so that they count; without, it takes the place of the `+all`."""
    changes = []
    for node, record in _own_records(case):
        open_terms = [step.term for step in open_steps if step.holder == node.name]
        if not open_terms:
            continue
        closing_all = next((term for term in record.effective if is_all(term)), None)
        changes += [TermChange(node.name, term, _narrow_term(term)) for term in open_terms if not is_all(term)]
        if closing_all is not None and revive and (revived := find_revivable_terms(case, node.name, record)):
            changes += [TermChange(node.name, term) for term in record.unreachable]
            changes.append(TermChange(node.name, closing_all, (*revived, "~all")))
        elif closing_all is not None or record.redirect is None:
            changes.append(TermChange(node.name, closing_all, ("~all",)))
    return list(dict.fromkeys(changes))


def _narrow_term(term: Term) -> tuple[str, ...]:
    """Returns `a` for `a/0`: the hosts that were meant, without the rest of the internet. A network has none."""
    match term:
        case Directive(mechanism=A() | MX() as mechanism):
            ip4_length, ip6_length = mechanism.ip4_length or None, mechanism.ip6_length or None
            return (str(replace(mechanism, ip4_length=ip4_length, ip6_length=ip6_length)),)
        case _:
            return ()


def judge_ending(case: SpfCase) -> Issue | None:
    """Finds neutral-all and no-all: the record says nothing about hosts that are not listed."""
    weak_ending = _find_weak_ending(case)
    if weak_ending is None:
        return None
    name, term = weak_ending
    redirect = case.record.redirect
    attempts = [[TermChange(name, term, ("~all",))]]
    if redirect is not None:  # as an include with `~all` behind it: what passed goes on passing
        replacement = TermChange(case.domain, None, (f"include:{redirect.target}", "~all"))
        attempts.append([TermChange(case.domain, redirect), replacement])
    amendments = case.build_amendments(*attempts)
    via = "" if name == case.domain else f", by way of {excerpt(name)},"
    ask = "" if is_at_or_below(name, case.domain) else f"Ask the owner of {excerpt(name)}: "
    fallback = f"{ask}“~all” should end the record at {excerpt(name)}."
    if term is not None:
        summary = (
            f"SPF at {case.domain}{via} ends in “{excerpt(term.text)}”, which says nothing about hosts that are "
            "not listed: anyone can send as the domain without failing."
        )
        return Issue("neutral-all", Outcome.WARN, summary, case.record_evidence(name), fallback, amendments)
    summary = (
        f"SPF at {case.domain}{via} has neither “all” nor a redirect at its end, so hosts that are not listed are "
        "neither allowed nor refused."
    )
    return Issue("no-all", Outcome.WARN, summary, case.record_evidence(name), fallback, amendments)


def _find_weak_ending(case: SpfCase) -> tuple[str, Directive | None] | None:
    """Returns the holder of the record that ends the evaluation, with its `?all`, or with None where it has no `all`.
    Returns None where it ends well, or where that is unknown."""
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


def judge_ptr(case: SpfCase) -> Issue | None:
    """Finds ptr, which the standard says not to use (section 5.5)."""
    own_steps = [step for step in case.steps if is_at_or_below(step.holder, case.domain)]
    ptr_steps = [step for step in own_steps if isinstance(step.mechanism, PTR) and step.state is TermState.FINE]
    if not ptr_steps:
        return None
    summary = (
        f"The SPF record of {case.domain} uses {join_terms(describe_path(step) for step in ptr_steps)}: the standard "
        "says not to (RFC 7208 section 5.5), as it is slow and many receivers skip it."
    )
    is_safe = all(_has_other_senders(case, step.holder) for step in ptr_steps)
    amendments = case.build_amendments([TermChange(step.holder, step.term) for step in ptr_steps]) if is_safe else ()
    fallback = "Put the hosts that rely on it into ip4:, ip6: or a: terms, then delete the ptr term."
    advice = "Replace the record by the amended one, after making sure that its other terms list every host that sends."
    evidence = case.record_evidence(*(step.holder for step in ptr_steps))
    return Issue("ptr", Outcome.WARN, summary, evidence, fallback, amendments, advice)


def _has_other_senders(case: SpfCase, holder: str) -> bool:
    record = records_at(case.facts, holder).record
    passing = [term for term in record.effective if authorizes(term)] if record is not None else []
    return any(isinstance(mechanism_of(term), A | MX | IP4 | IP6) for term in passing)


def judge_after_all(case: SpfCase) -> Issue | None:
    """Finds after-all: terms that never take part (sections 5.1 and 6.1)."""
    unreachable = [(node.name, term) for node, record in _own_records(case) for term in record.unreachable]
    if not unreachable:
        return None
    summary = (
        f"Receivers never get to {join_terms(term.text for _, term in unreachable)} in the SPF record of "
        f"{case.domain}: an “all” ends the record before them, and a redirect beside an “all” is ignored."
    )
    removals = [TermChange(name, term) for name, term in unreachable]
    amendments = case.corrections + case.build_amendments(_revive_terms(case), removals)
    fallback = "Put the terms that are needed in front of the “all”, a redirect as an include, and delete the others."
    step = "Replace the record by the amended one. What could let mail pass now counts; delete what no longer sends."
    evidence = case.record_evidence(*(name for name, _ in unreachable))
    return Issue("after-all", Outcome.WARN, summary, evidence, fallback, amendments, step)


def _revive_terms(case: SpfCase) -> list[TermChange] | None:
    """Moves what passes behind an `all`, or is included by a redirect beside it, in front of the `all`: it was meant to
    count. All other unreachable terms go, and so does what would break the record. Returns None without anything to
    revive."""
    changes: list[TermChange] = []
    has_revived = False
    for node, record in _own_records(case):
        changes += [TermChange(node.name, term) for term in record.unreachable]
        if revived_words := find_revivable_terms(case, node.name, record):
            ending = record.effective[-1]
            changes.append(TermChange(node.name, ending, (*revived_words, ending.text)))
            has_revived = True
    return changes if has_revived else None


def _own_records(case: SpfCase) -> Iterator[tuple[NameRecords, SpfRecord]]:
    """Yields the domain's record and those of its tree below it, each once."""
    for name in dict.fromkeys((case.domain, *(step.holder for step in case.steps))):
        node = records_at(case.facts, name)
        if node.record is not None and (name == case.domain or case.is_editable(name)):
            yield node, node.record


def judge_length(case: SpfCase) -> Issue | None:
    """Finds too-long, counted in octets."""
    size = len(case.written.texts[0])  # a text of DNS has a character for each octet
    if size <= _LONGEST:
        return None
    summary = (
        f"The SPF record of {case.domain} has {size} octets; an answer over 512 does not fit in plain UDP, and some "
        "receivers and firewalls lose it (RFC 7208 section 3.4)."
    )
    step = (
        f"Join neighboring networks into shorter ones, delete senders that are gone, or move some of the terms to a "
        f"name of your own, such as _spf1.{case.domain}, and include that."
    )
    return Issue("too-long", Outcome.WARN, summary, case.record_evidence(), step)
