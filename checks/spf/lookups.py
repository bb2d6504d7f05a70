"""The terms that ask DNS: how many (RFC 7208 section 4.6.4), what they find, where they lead (5.2 and 6.1)."""

from collections.abc import Iterable, Iterator

from checks.answers import NoData, aliases_of, is_absent, values
from checks.autocorrect import guess_spf_targets
from checks.findings import evidence_of, retry_step
from checks.names import is_at_or_below
from checks.spf.autocorrect import autocorrect_term, merge_texts
from checks.spf.case import (
    SES,
    SES_ZONE,
    Issue,
    SpfCase,
    TermChange,
    Texts,
    describe_path,
    excerpt,
    join_terms,
    read_intended,
    record_lines,
)
from checks.spf.evaluate import MOST_HOSTS, MOST_LOOKUPS, MOST_VOIDS
from checks.spf.parse import parse
from checks.spf.syntax import MX, A, Directive, Include, Qualifier, Redirect, SpfRecord, authorizes, is_all
from checks.spf.tree import (
    BROKEN_TARGETS,
    NOT_ASKED,
    TermState,
    TreeStep,
    count_lookups,
    needs_lookup,
    records_at,
    target_of,
    term_questions,
)
from model import Outcome

_NEAR = 9
_COUNTED = 99

_PITFALLS = BROKEN_TARGETS | {TermState.LOOP}


def judge_lookup_count(case: SpfCase) -> Issue | None:
    """Finds too-many-lookups and lookups-near-limit."""
    count = count_lookups(case.steps)
    loop = next((step for step in case.steps if step.state is TermState.LOOP), None)
    if loop is None and count < _NEAR:
        return None
    amendments = case.build_amendments(_drop_useless_terms(case))
    costs = _count_costs(case)
    evidence = case.record_evidence() + tuple(f"{excerpt(text)}: {cost} of {count}" for text, cost in costs[:5])
    advice = (
        f"The costliest terms are {join_terms((f'{text} ({cost})' for text, cost in costs), 3)}. Delete those of "
        f"senders that no longer send as {case.domain}, or move a sender to a subdomain with a record of its own. Do "
        "not copy a provider’s addresses into the record: they change without notice."
    )
    if any(step.target == SES_ZONE for step in case.steps if not step.path):
        advice += f" {SES} is not needed for mail from SES, which receivers check at its MAIL FROM domain."
    step = "The amended record leaves out only terms that never match or are there twice. " + advice
    if loop is not None and count < _NEAR:
        advice = f"Delete the term that leads back in a circle: {describe_path(loop)}."
        step = "The amended record leaves out the term that leads back in a circle."
    if loop is not None or count > MOST_LOOKUPS:
        summary = _describe_too_many(case, count, loop)
        return Issue("too-many-lookups", Outcome.FAIL, summary, evidence, advice, amendments, step)
    summary = (
        f"SPF at {case.domain} needs {count} of the {MOST_LOOKUPS} DNS look-ups allowed: when another sender is added, "
        "or a provider’s record grows, checks end in an error."
    )
    return Issue("lookups-near-limit", Outcome.WARN, summary, evidence, advice, amendments, step)


def _describe_too_many(case: SpfCase, count: int, loop: TreeStep | None) -> str:
    if loop is not None:
        return (
            f"The SPF record of {case.domain} goes in a circle ({describe_path(loop)}), so receivers end the check "
            "with a permanent error."
        )
    many = f"more than {_COUNTED}" if count > _COUNTED else str(count)
    return (
        f"SPF at {case.domain} needs {many} DNS look-ups; receivers stop after {MOST_LOOKUPS} with a permanent error "
        "(RFC 7208 section 4.6.4), so mail that should pass does not."
    )


def _count_costs(case: SpfCase) -> list[tuple[str, int]]:
    """Returns the terms of the domain's own record with the look-ups that each causes, costliest first."""
    lookups_by_term: dict[tuple[str, int], int] = {}
    before = 0
    for step in case.steps:
        first = step.path[0] if step.path else step
        key = first.term.text, first.term.position
        lookups_by_term[key] = lookups_by_term.get(key, 0) + step.lookups - before
        before = step.lookups
    costs = [(text, cost) for (text, _), cost in lookups_by_term.items() if cost]
    return sorted(costs, key=lambda item: -item[1])


def _drop_useless_terms(case: SpfCase) -> list[TermChange]:
    """Returns the changes that leave out what cannot match: terms that find nothing, or that an earlier term or an
    include says already."""
    changes = _drop_voids(case)
    for step in case.steps:
        if step.state in _PITFALLS:
            changes += _keep_from_evaluation(case, step) or ()
    removed = {change.term.position for change in changes if change.term and change.holder == case.domain}
    changes += [TermChange(case.domain, term) for term in _find_repeated_terms(case, removed)]
    return list(dict.fromkeys(changes))


def _find_repeated_terms(case: SpfCase, removed: set[int]) -> Iterator[Directive]:
    """Yields the terms of the domain's own record that repeat an earlier one, or that a passing include before them
    holds. Terms at the positions `removed` do not count."""
    keys: set[object] = set()
    for term in case.record.effective:
        if not isinstance(term, Directive) or not needs_lookup(term) or term.position in removed:
            continue
        key = _match_key(case, case.domain, term)
        if key is not None and key in keys:
            yield term
            continue
        keys.add(key)
        if isinstance(term.mechanism, Include) and authorizes(term):
            keys |= _find_passing_keys(case, target_of(term, case.domain, case.domain), {case.domain})


def _match_key(case: SpfCase, holder: str, term: Directive) -> object:
    """Returns a value that is equal for terms that match the same hosts; None where that is unknown."""
    target = target_of(term, holder, case.domain)
    if target is None:
        return str(term.mechanism).lower() if holder == case.domain else None
    mechanism = term.mechanism
    lengths = (mechanism.ip4_length, mechanism.ip6_length) if isinstance(mechanism, A | MX) else ()
    return type(mechanism), target, lengths


def _find_passing_keys(case: SpfCase, name: str | None, visited: set[str]) -> set[object]:
    """Returns the match keys of the terms by which an include of `name` passes, up to the first without a pass."""
    record = None if name is None or name in visited else records_at(case.facts, name).record
    if name is None or record is None or record.flaws:
        return set()
    visited.add(name)
    keys: set[object] = set()
    for term in record.effective:
        if isinstance(term, Redirect) or term.qualifier is not Qualifier.PASS:
            break
        if needs_lookup(term):
            keys.add(_match_key(case, name, term))
        if isinstance(term.mechanism, Include):
            keys |= _find_passing_keys(case, target_of(term, name, case.domain), visited)
    return keys - {None}


def judge_voids(case: SpfCase) -> Issue | None:
    """Finds too-many-voids and void."""
    void_steps = [step for step in case.steps if step.state is TermState.VOID]
    if not void_steps:
        return None
    answers = [
        case.facts.answers[question]
        for step in void_steps
        if isinstance(step.term, Directive | Redirect) and step.target is not None
        for question in term_questions(step.term, step.target)
    ]
    evidence = case.record_evidence() + evidence_of(*answers[:12])
    amendments = case.build_amendments(_drop_voids(case))
    terms = join_terms(map(describe_path, void_steps))
    fallback = f"Delete what leads nowhere from the records that hold it: {terms}."
    if foreign_holders := [step.holder for step in void_steps if not case.is_editable(step.holder)]:
        fallback += f" Tell the owner of {join_terms(foreign_holders)}."
    if len(void_steps) > MOST_VOIDS:
        summary = (
            f"{len(void_steps)} terms in the SPF record of {case.domain} find nothing in DNS ({terms}); over "
            f"{MOST_VOIDS} of them, receivers end the check with a permanent error (RFC 7208 section 4.6.4)."
        )
        return Issue("too-many-voids", Outcome.FAIL, summary, evidence, fallback, amendments)
    summary = (
        f"The SPF record of {case.domain} names what DNS does not have ({terms}): it authorizes no host, and over "
        f"{MOST_VOIDS} such terms are an error."
    )
    return Issue("void", Outcome.WARN, summary, evidence, fallback, amendments)


def _drop_voids(case: SpfCase) -> list[TermChange]:
    own_steps = (step for step in case.steps if step.state is TermState.VOID and case.is_editable(step.holder))
    return [change for step in own_steps for change in _drop_term(step)]


def judge_host_count(case: SpfCase) -> Issue | None:
    """Finds mx-over-10: 10 mail exchangers a name, and 10 addresses an exchanger."""  # RFC 7208 4.6.4
    mx_step = next((step for step in case.steps if step.state is TermState.TOO_MANY_HOSTS), None)
    if mx_step is None or mx_step.target is None:
        return _judge_address_count(case)
    summary = (
        f"“{describe_path(mx_step)}” in the SPF record of {case.domain} means more than 10 mail exchangers of "
        f"{excerpt(mx_step.target)}: receivers look at 10 and then end the check with a permanent error."
    )
    step = (
        f"Name the hosts that send with ip4: or ip6: in place of “{excerpt(mx_step.term.text)}”, or leave it out "
        "if the mail exchangers only receive."
    )
    answer = case.facts.answers[mx_step.target, "MX"]
    return Issue("mx-over-10", Outcome.FAIL, summary, case.record_evidence() + evidence_of(answer), step)


def _judge_address_count(case: SpfCase) -> Issue | None:
    """Finds a mail exchanger with more than 10 addresses: an error by the letter, which few verifiers count."""
    own_steps = (step for step in case.steps if step.target == case.domain and step.state is TermState.FINE)
    mx_step = next((step for step in own_steps if isinstance(step.mechanism, MX)), None)
    exchangers = case.mx.hosts if case.mx else ()
    answers = [*((host, host.a) for host in exchangers), *((host, host.aaaa) for host in exchangers)]
    hosts = [host for host, answer in answers if answer is not None and len(values(answer)) > MOST_HOSTS]
    if mx_step is None or not hosts:
        return None
    summary = (
        f"“{describe_path(mx_step)}” in the SPF record of {case.domain} means {excerpt(hosts[0].name)}, which has "
        "more than 10 addresses: by the letter of RFC 7208 section 4.6.4 that is a permanent error, though few "
        "receivers count."
    )
    step = f"Name the hosts that send with ip4: or ip6: in place of “{excerpt(mx_step.term.text)}”."
    evidence = case.record_evidence() + evidence_of(*(answer for host in hosts for answer in (host.a, host.aaaa)))
    return Issue("mx-over-10", Outcome.WARN, summary, evidence, step)


_TARGET_FAULTS = {
    TermState.ABSENT: "has no SPF record",
    TermState.SEVERAL: "has more than one SPF record",
    TermState.FLAWED: "has an SPF record with a syntax error",
}


def judge_targets(case: SpfCase) -> Issue | None:
    """Finds include-none: permerror, by the table of section 5.2 and by section 6.1."""
    broken_steps = [step for step in case.steps if step.state in BROKEN_TARGETS]
    if not broken_steps:
        return None
    first = broken_steps[0]
    summary = (
        f"The SPF record of {case.domain} leads to {excerpt(first.target or '')}, which "
        f"{_TARGET_FAULTS[first.state]} ({describe_path(first)}): receivers that get there end the check with a "
        "permanent error."
    )
    targets = [records_at(case.facts, step.target or "") for step in broken_steps]
    target_lines = (line for node in targets for line in record_lines(node) or evidence_of(node.answer))
    evidence = (*case.record_evidence(), *target_lines)
    fallback = (
        f"Ask your provider what to include in place of {join_terms(step.term.text for step in broken_steps)}, or "
        "delete the term of your own record that leads there if nothing of yours is sent that way."
    )
    amendment = _amend_targets(case, broken_steps)
    step = "Replace the record by the amended one."
    text = (amendment or {}).get(case.domain)
    if text is not None:
        step += " If a provider gave you that name, ask it for the right one."
    if text is not None and not any(map(authorizes, parse(text).effective)):
        likely = f", such as {join_terms(case.proposed.terms)}" if case.proposed and case.proposed.terms else ""
        step += f" Nothing that sends is listed any more: add what does{likely}."
    amendments = () if amendment is None else (amendment,)
    return Issue("include-none", Outcome.FAIL, summary, evidence, fallback, amendments, step)


def _amend_targets(case: SpfCase, broken_steps: list[TreeStep]) -> Texts | None:
    """Returns the records after all broken targets are corrected or left out; None where one is not ours to change, or
    that is not safe."""
    changes: list[TermChange] = []
    texts: dict[str, str] = {}
    for step in broken_steps:
        corrected = _correct_target(case, step)
        if corrected is not None and step.target is not None:
            texts[step.target] = corrected
            continue
        if (correction := _correct_target_name(case, step)) is not None:
            changes.append(correction)
            continue
        removals = _keep_from_evaluation(case, step)
        if removals is None:
            return None
        changes += removals
    if not changes:
        return texts
    amended = case.apply_changes(_soften_refusals(case, dict.fromkeys(changes)))
    return None if amended is None else {**amended, **texts}


def _correct_target(case: SpfCase, step: TreeStep) -> str | None:
    """Corrects what is published at a target of ours: a record with a slip, without its version, or several. Returns
    None where that is not certain."""
    node = records_at(case.facts, step.target or "")
    if not is_at_or_below(node.name, case.domain) or (node.answer is not None and aliases_of(node.answer)):
        return None
    texts = read_intended(node).values()
    corrected = merge_texts(texts).text if len(texts) > 1 else "".join(texts)
    return corrected if corrected and not parse(corrected).flaws else None


def _correct_target_name(case: SpfCase, step: TreeStep) -> TermChange | None:
    """Corrects the target of a term to a near name that has a valid record: one slip away, or without an appended
    zone."""
    target = step.target or ""
    if step.state is not TermState.ABSENT or not case.is_editable(step.holder) or target not in step.term.text.lower():
        return None
    for name in guess_spf_targets(target, case.domain):
        record = records_at(case.facts, name).record
        if record is not None and not record.flaws:
            start = step.term.text.lower().index(target)
            corrected = f"{step.term.text[:start]}{name}"
            effective_texts = {term.text.lower() for term in case.record.effective}
            return TermChange(step.holder, step.term, () if corrected.lower() in effective_texts else (corrected,))
    return None


def _keep_from_evaluation(case: SpfCase, step: TreeStep) -> list[TermChange] | None:
    """Returns the changes that keep the evaluation from getting to a term that breaks it, or never matches.

    Where the term is in another owner's record, the include of ours that leads there goes; but only if nothing in
    between could match first, or mail that passes today would stop passing. Returns None where there is no way. A
    record that only leads back in a circle stays: at its own name it is right.
    """
    record = records_at(case.facts, step.holder).record
    only_leads_back = step.state is TermState.LOOP and bool(step.path) and record and len(record.effective) == 1
    for link in reversed(step.path if only_leads_back else (*step.path, step)):
        if case.is_editable(link.holder):
            return _drop_term(link)
        if not _comes_first(case, link):
            return None
    return None


def _comes_first(case: SpfCase, step: TreeStep) -> bool:
    """Returns True for the first term of the record that holds it."""
    record = records_at(case.facts, step.holder).record
    return record is not None and record.effective[0].position == step.term.position


def _drop_term(step: TreeStep) -> list[TermChange]:
    """Corrects the term where that is certain, else leaves it out; `~all` ends a record that loses its redirect."""
    corrected = autocorrect_term(step.term.text)
    if corrected is not None:
        return [TermChange(step.holder, step.term, tuple(corrected.split()))]
    ending = [TermChange(step.holder, None, ("~all",))] if isinstance(step.term, Redirect) else []
    return [TermChange(step.holder, step.term), *ending]


def _soften_refusals(case: SpfCase, changes: Iterable[TermChange]) -> list[TermChange]:
    """Adds `~all` for the `-all` of each record that the changes leave without anything it authorizes: to leave out
    what is broken must not turn an error that receivers bear with into a plain refusal of all mail."""
    softened = list(changes)
    for name in dict.fromkeys(change.holder for change in softened):
        record = records_at(case.facts, name).record
        removals = (change.term for change in softened if change.holder == name and not change.words)
        removed = {term.position for term in removals if term}
        terms = record.effective if record is not None else ()
        remaining = [term for term in terms if term.position not in removed]
        refusal = remaining[-1] if remaining else None
        refuses_all = is_all(refusal) and isinstance(refusal, Directive) and refusal.qualifier is Qualifier.FAIL
        if refuses_all and not any(map(authorizes, remaining)):
            softened.append(TermChange(name, refusal, ("~all",)))
    return softened


def judge_unanswered(case: SpfCase) -> Issue | None:
    """Finds lookup-failed, which is never the same as missing."""
    failed = list(dict.fromkeys(answer for step in case.steps for answer in step.failed))
    if any(step.lookups > MOST_LOOKUPS for step in case.steps):
        failed = [answer for answer in failed if answer.why != NOT_ASKED]
    if not failed:
        return None
    names = join_terms(f"{answer.name} {answer.type}" for answer in failed)
    summary = f"The SPF record of {case.domain} could not be judged to its end: {names} was not answered."
    evidence = case.record_evidence() + evidence_of(*failed)
    return Issue("lookup-failed", Outcome.UNKNOWN, summary, evidence, retry_step(*failed))


def find_revivable_terms(case: SpfCase, holder: str, record: SpfRecord) -> tuple[str, ...]:
    """Returns the terms that an `all` keeps from counting and that can let mail pass, as words to put in front of the
    `all`: a redirect as the include that it was meant to be."""
    effective = {str(term) for term in record.effective}
    words = []
    for term in record.unreachable:
        word = f"include:{term.target}" if isinstance(term, Redirect) else term.text
        if isinstance(term, Redirect) or (authorizes(term) and not is_all(term) and str(term) not in effective):
            target = target_of(term, holder, case.domain)
            if target is None or not _is_broken(case, term, target):
                words.append(word)
    return tuple(dict.fromkeys(words))


def _is_broken(case: SpfCase, term: Directive | Redirect, target: str) -> bool:
    """Returns True for a term that finds nothing, or leads to no valid record."""
    needed = term_questions(term, target)
    if needed and needed[0][1] == "TXT":
        record = records_at(case.facts, target).record
        return record is None or bool(record.flaws)
    return bool(needed) and all(is_absent(case.facts.answers.get(question, NoData(*question))) for question in needed)
