"""The terms that ask DNS: how many (RFC 7208 section 4.6.4), what they find, where they lead (5.2 and 6.1)."""

from collections.abc import Iterable, Iterator

from checks.answers import NoData, is_absent, values
from checks.autocorrect import guess_spf_targets
from checks.findings import evidence_of, retry_step
from checks.names import is_at_or_below
from checks.spf.autocorrect import autocorrect, autocorrect_term
from checks.spf.case import SES, SES_ZONE, Issue, SpfCase, TermChange, Texts, listed, record_lines, shown, trail
from checks.spf.evaluate import MOST_HOSTS, MOST_LOOKUPS, MOST_VOIDS
from checks.spf.parse import parse
from checks.spf.syntax import (
    MX,
    A,
    Directive,
    Include,
    Qualifier,
    Redirect,
    SpfRecord,
    authorizes,
    is_all,
    mechanism_of,
)
from checks.spf.tree import BROKEN_TARGETS, NOT_ASKED, TermState, TreeStep, asks, questions, records_at, target_of
from model import Outcome

_NEAR = 9
_COUNTED = 99
_LONGEST = 450
"""A record over this many octets makes an answer over 512 likely, which does not fit in plain UDP."""

_PITFALLS = BROKEN_TARGETS | {TermState.LOOP}


def lookups(case: SpfCase) -> Issue | None:
    """too-many-lookups, lookups-near-limit."""
    count = max((step.lookups for step in case.steps), default=0)
    loop = next((step for step in case.steps if step.state is TermState.LOOP), None)
    if loop is None and count < _NEAR:
        return None
    amendments = case.amendments(_without_dead_weight(case))
    costs = _costs(case)
    seen = case.lines() + tuple(f"{shown(text)}: {cost} of {count}" for text, cost in costs[:5])
    advice = (
        f"The costliest terms are {listed((f'{text} ({cost})' for text, cost in costs), 3)}. Delete those of senders "
        f"that no longer send as {case.domain}, or move a sender to a subdomain with a record of its own. Do not copy "
        "a provider’s addresses into the record: they change without notice."
    )
    if any(step.target == SES_ZONE for step in case.steps if not step.path):
        advice += f" {SES} is not needed for mail from SES, which receivers check at its MAIL FROM domain."
    step = "The amended record leaves out only terms that never match or are there twice. " + advice
    if loop is not None or count > MOST_LOOKUPS:
        return Issue("too-many-lookups", Outcome.FAIL, _too_many(case, count, loop), seen, advice, amendments, step)
    summary = (
        f"SPF at {case.domain} needs {count} of the {MOST_LOOKUPS} DNS look-ups allowed: when another sender is added, "
        "or a provider’s record grows, checks end in an error."
    )
    return Issue("lookups-near-limit", Outcome.WARN, summary, seen, advice, amendments, step)


def _too_many(case: SpfCase, count: int, loop: TreeStep | None) -> str:
    if loop is not None:
        return (
            f"The SPF record of {case.domain} goes in a circle ({trail(loop)}), so receivers end the check with a "
            "permanent error."
        )
    many = f"more than {_COUNTED}" if count > _COUNTED else str(count)
    return (
        f"SPF at {case.domain} needs {many} DNS look-ups; receivers stop after {MOST_LOOKUPS} with a permanent error "
        "(RFC 7208 section 4.6.4), so mail that should pass does not."
    )


def _costs(case: SpfCase) -> list[tuple[str, int]]:
    """Returns the terms of the domain's own record with the look-ups that each causes, costliest first."""
    spent: dict[tuple[str, int], int] = {}
    before = 0
    for step in case.steps:
        first = step.path[0] if step.path else step
        key = first.term.text, first.term.position
        spent[key] = spent.get(key, 0) + step.lookups - before
        before = step.lookups
    costs = [(text, cost) for (text, _), cost in spent.items() if cost]
    return sorted(costs, key=lambda item: -item[1])


def _without_dead_weight(case: SpfCase) -> list[TermChange]:
    """Leaves out what cannot match: terms that find nothing, and what an earlier term or an include says already."""
    changes: list[TermChange] = []
    for step in case.steps:
        if step.state is TermState.VOID:
            changes += _without_void(case, step)
        elif step.state in _PITFALLS:
            changes += removal(case, step) or ()
    gone = {change.term.position for change in changes if change.term and change.holder == case.domain}
    changes += [TermChange(case.domain, term) for term in _repeated(case, gone)]
    return list(dict.fromkeys(changes))


def _repeated(case: SpfCase, gone: set[int]) -> Iterator[Directive]:
    """Terms of the domain's own record that repeat an earlier one, or that a passing include before them holds. Those
    at the positions `gone` are left out of the record."""
    meanings: set[object] = set()
    for term in case.record.effective:
        if not isinstance(term, Directive) or not asks(term) or term.position in gone:
            continue
        meaning = _meaning(term, case)
        if meaning is not None and meaning in meanings:
            yield term
            continue
        meanings.add(meaning)
        if isinstance(term.mechanism, Include) and authorizes(term):
            meanings |= _passed_by(case, target_of(term, case.domain, case.domain), {case.domain})


def _meaning(term: Directive, case: SpfCase, holder: str = "") -> object:
    """Returns what makes two terms match the same hosts; None where that is unknown."""
    target = target_of(term, holder or case.domain, case.domain)
    if target is None:
        return str(term.mechanism).lower() if not holder else None
    mechanism = term.mechanism
    lengths = (mechanism.ip4_length, mechanism.ip6_length) if isinstance(mechanism, A | MX) else ()
    return type(mechanism), target, lengths


def _passed_by(case: SpfCase, name: str | None, seen: set[str]) -> set[object]:
    """Returns what passes wherever an include of `name` is reached: its terms up to the first that does not say
    pass."""
    record = None if name is None or name in seen else records_at(case.facts, name).record
    if name is None or record is None or record.flaws:
        return set()
    seen.add(name)
    passed: set[object] = set()
    for term in record.effective:
        if isinstance(term, Redirect) or term.qualifier is not Qualifier.PASS:
            break
        if asks(term):
            passed.add(_meaning(term, case, name))
        if isinstance(term.mechanism, Include):
            passed |= _passed_by(case, target_of(term, name, case.domain), seen)
    return passed - {None}


def voids(case: SpfCase) -> Issue | None:
    """too-many-voids, void."""
    found = [step for step in case.steps if step.state is TermState.VOID]
    if not found:
        return None
    answers = [
        case.facts.answers[question]
        for step in found
        if isinstance(step.term, Directive | Redirect) and step.target is not None
        for question in questions(step.term, step.target)
    ]
    seen = case.lines() + evidence_of(*answers[:12])
    amendments = case.amendments([change for step in found for change in _without_void(case, step)])
    terms = listed(map(trail, found))
    otherwise = f"Delete what leads nowhere from the records that hold it: {terms}."
    if foreign := [step.holder for step in found if not case.is_editable(step.holder)]:
        otherwise += f" Tell the owner of {listed(foreign)}."
    if len(found) > MOST_VOIDS:
        summary = (
            f"{len(found)} terms in the SPF record of {case.domain} find nothing in DNS ({terms}); over {MOST_VOIDS} "
            "of them, receivers end the check with a permanent error (RFC 7208 section 4.6.4)."
        )
        return Issue("too-many-voids", Outcome.FAIL, summary, seen, otherwise, amendments)
    summary = (
        f"The SPF record of {case.domain} names what DNS does not have ({terms}): it authorizes no host, and over "
        f"{MOST_VOIDS} such terms are an error."
    )
    return Issue("void", Outcome.WARN, summary, seen, otherwise, amendments)


def _without_void(case: SpfCase, step: TreeStep) -> list[TermChange]:
    if not case.is_editable(step.holder):
        return []
    meant = autocorrect_term(step.term.text)
    return [TermChange(step.holder, step.term, tuple(meant.split()) if meant else ())]


def too_many_hosts(case: SpfCase) -> Issue | None:
    """mx-over-10: 10 mail exchangers a name, and 10 addresses an exchanger."""  # RFC 7208 4.6.4
    found = next((step for step in case.steps if step.state is TermState.TOO_MANY_HOSTS), None)
    if found is None or found.target is None:
        return _many_addresses(case)
    summary = (
        f"“{trail(found)}” in the SPF record of {case.domain} means more than 10 mail exchangers of "
        f"{shown(found.target)}: receivers look at 10 and then end the check with a permanent error."
    )
    step = (
        f"Name the hosts that send with ip4: or ip6: in place of “{shown(found.term.text)}”, or leave it out if the "
        "mail exchangers only receive."
    )
    answer = case.facts.answers[found.target, "MX"]
    return Issue("mx-over-10", Outcome.FAIL, summary, case.lines() + evidence_of(answer), step)


def _many_addresses(case: SpfCase) -> Issue | None:
    """Returns a mail exchanger of the domain with more than 10 addresses: an error by the letter, which few verifiers
    count."""
    own = (s for s in case.steps if s.target == case.domain and s.state is TermState.FINE)
    term = next((step for step in own if isinstance(mechanism_of(step.term), MX)), None)
    exchangers = case.mx.hosts if case.mx else ()
    answers = [*((host, host.a) for host in exchangers), *((host, host.aaaa) for host in exchangers)]
    hosts = [host for host, answer in answers if answer is not None and len(values(answer)) > MOST_HOSTS]
    if term is None or not hosts:
        return None
    summary = (
        f"“{trail(term)}” in the SPF record of {case.domain} means {shown(hosts[0].name)}, which has more than 10 "
        "addresses: by the letter of RFC 7208 section 4.6.4 that is a permanent error, though few receivers count."
    )
    step = f"Name the hosts that send with ip4: or ip6: in place of “{shown(term.term.text)}”."
    seen = case.lines() + evidence_of(*(answer for host in hosts for answer in (host.a, host.aaaa)))
    return Issue("mx-over-10", Outcome.WARN, summary, seen, step)


def too_long(case: SpfCase) -> Issue | None:
    """too-long: counted in octets, which is what a text of DNS has a character for."""
    size = len(case.written.texts[0])
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
    return Issue("too-long", Outcome.WARN, summary, case.lines(), step)


_WHAT = {
    TermState.ABSENT: "has no SPF record",
    TermState.SEVERAL: "has more than one SPF record",
    TermState.FLAWED: "has an SPF record with a syntax error",
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
    seen = [line for at in targets for line in record_lines(at) or evidence_of(at.answer)]
    otherwise = (
        f"Ask your provider what to include in place of {listed(step.term.text for step in found)}, or delete the term "
        "of your own record that leads there if nothing of yours is sent that way."
    )
    amendment = _amendment(case, found)
    step = "Replace the record by the amended one. If a provider gave you that name, ask it for the right one."
    text = (amendment or {}).get(case.domain)
    if text is not None and not any(map(authorizes, parse(text).effective)):
        likely = f", such as {listed(case.proposed.terms)}" if case.proposed is not None and case.proposed.terms else ""
        step += f" Nothing that sends is listed any more: add what does{likely}."
    amendments = () if amendment is None else (amendment,)
    return Issue("include-none", Outcome.FAIL, summary, (*case.lines(), *seen), otherwise, amendments, step)


def _amendment(case: SpfCase, found: list[TreeStep]) -> Texts | None:
    """Returns the records after all the broken targets are corrected or left out; None where it is not ours, or not
    safe."""
    changes: list[TermChange] = []
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
    after = case.texts_after(_softened(case, dict.fromkeys(changes)))
    return None if after is None else {**after, **texts}


def _target_as_meant(case: SpfCase, step: TreeStep) -> str | None:
    """Returns the record at a target of ours that breaks the grammar, as it was surely meant."""
    at = records_at(case.facts, step.target or "")
    is_ours = step.state is TermState.FLAWED and bool(at.texts) and is_at_or_below(at.name, case.domain)
    return autocorrect(at.texts[0]) if is_ours else None


def _near_target(case: SpfCase, step: TreeStep) -> TermChange | None:
    """Returns the term with the name that it was surely meant to name: one slip away, or without an appended zone, and
    with a valid record."""
    target = step.target or ""
    if step.state is not TermState.ABSENT or not case.is_editable(step.holder) or target not in step.term.text.lower():
        return None
    for name in guess_spf_targets(target, case.domain):
        record = records_at(case.facts, name).record
        if record is not None and not record.flaws:
            at = step.term.text.lower().index(target)
            right = f"{step.term.text[:at]}{name}"
            others = {term.text.lower() for term in case.record.effective}
            return TermChange(step.holder, step.term, () if right.lower() in others else (right,))
    return None


def removal(case: SpfCase, step: TreeStep) -> list[TermChange] | None:
    """Returns the changes that keep the evaluation from getting to a term that breaks it, or never matches.

    Where the term is in another owner's record, that is the include of ours that leads there; it can go only if
    nothing in between could match first, or mail that passes today would stop passing. None where there is no way.
    """
    chain = (*step.path, step)
    for index in range(len(chain) - 1, -1, -1):
        link = chain[index]
        if case.is_editable(link.holder):
            return _without(link) if all(_comes_first(case, below) for below in chain[index + 1 :]) else None
    return None


def _comes_first(case: SpfCase, step: TreeStep) -> bool:
    record = records_at(case.facts, step.holder).record
    return record is not None and record.effective[0].position == step.term.position


def _without(step: TreeStep) -> list[TermChange]:
    meant = autocorrect_term(step.term.text)
    if meant is not None:
        return [TermChange(step.holder, step.term, tuple(meant.split()))]
    ending = [TermChange(step.holder, None, ("~all",))] if isinstance(step.term, Redirect) else []
    return [TermChange(step.holder, step.term), *ending]


def _softened(case: SpfCase, changes: Iterable[TermChange]) -> list[TermChange]:
    """Returns the changes, and `~all` for the `-all` of a record that they leave without anything it authorizes:
    leaving out what is broken must not turn an error that receivers bear with into a plain refusal of all mail."""
    wanted = list(changes)
    for name in dict.fromkeys(change.holder for change in wanted):
        record = records_at(case.facts, name).record
        gone = {change.term.position for change in wanted if change.holder == name and change.term and not change.words}
        terms = record.effective if record is not None else ()
        left = [term for term in terms if term.position not in gone]
        refusal = left[-1] if left else None
        refuses_all = is_all(refusal) and isinstance(refusal, Directive) and refusal.qualifier is Qualifier.FAIL
        if refuses_all and not any(map(authorizes, left)):
            wanted.append(TermChange(name, refusal, ("~all",)))
    return wanted


def lookup_failed(case: SpfCase) -> Issue | None:
    """lookup-failed: never the same as missing."""
    failed = list(dict.fromkeys(answer for step in case.steps for answer in step.failed))
    if any(step.lookups > MOST_LOOKUPS for step in case.steps):
        failed = [answer for answer in failed if answer.why != NOT_ASKED]
    if not failed:
        return None
    names = listed(f"{answer.name} {answer.type}" for answer in failed)
    summary = f"The SPF record of {case.domain} could not be judged to its end: {names} was not answered."
    seen = case.lines() + evidence_of(*failed)
    return Issue("lookup-failed", Outcome.UNKNOWN, summary, seen, retry_step(*failed))


def revivable(case: SpfCase, holder: str, record: SpfRecord) -> tuple[str, ...]:
    """Returns the terms that an `all` keeps from counting and that can let mail pass, as words to put in front of it: a
    redirect as the include that it was meant to be."""
    counted = {str(term) for term in record.effective}
    words = []
    for term in record.unreachable:
        word = f"include:{term.target}" if isinstance(term, Redirect) else term.text
        if isinstance(term, Redirect) or (authorizes(term) and not is_all(term) and str(term) not in counted):
            target = target_of(term, holder, case.domain)
            if target is None or not _breaks(case, term, target):
                words.append(word)
    return tuple(dict.fromkeys(words))


def _breaks(case: SpfCase, term: Directive | Redirect, target: str) -> bool:
    """Returns True for a term that finds nothing, or leads to no valid record."""
    asked = questions(term, target)
    if asked and asked[0][1] == "TXT":
        there = records_at(case.facts, target).record
        return there is None or bool(there.flaws)
    return bool(asked) and all(is_absent(case.facts.answers.get(question, NoData(*question))) for question in asked)
