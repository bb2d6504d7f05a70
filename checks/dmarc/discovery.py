"""Judges policy discovery: is there a DMARC record for the domain at all (RFC 9989 sections 4.10 and 4.10.1)?

Codes: lookup-failed, multiple, malformed, not-dmarc, missing. Whatever is unknown is never called missing.
"""

from dataclasses import replace

from checks.answers import Records
from checks.dmarc.case import (
    AROUND,
    MINIMAL_RECORD,
    DmarcCase,
    choose_mailbox_step,
    correct_record,
    delete,
    describe_failure,
    describe_source,
    first_record,
    publish,
    with_note,
    with_text,
)
from checks.dmarc.edit import complete_record, parse_record
from checks.dmarc.parse import DmarcRecord, Psd, parse
from checks.dmarc.tree import PolicySource, Walk, WalkStep
from checks.findings import evidence_of, join_fixes, make_finding, make_printable, make_unknown_finding, point_at
from model import Finding, Fix, Outcome, Record


def judge_discovery(case: DmarcCase) -> tuple[Finding, ...]:
    """Returns the findings about policy discovery; none where it finds one valid record without a hitch."""
    readable = _readable_steps(case.facts.walk)
    findings = [_lookup_failed_finding(case)] if case.discovery.unanswered else []
    if multiple := [step for step in readable if len(step.records) > 1]:
        findings.append(_multiple_finding(case, multiple))
    if malformed := [step for step in readable if _is_malformed(case, step)]:
        findings.append(_malformed_finding(case, malformed[0] if malformed[0].domain == case.domain else malformed[-1]))
    if case.discovery.step is None and not findings:
        other_text = next((step for step in readable if step.texts), None)
        return (_not_dmarc_finding(case, other_text) if other_text else _missing_finding(case),)
    own_step = case.own_step
    is_inherited = case.discovery.step is not None and case.discovery.source is not PolicySource.OWN
    if is_inherited and own_step.texts and not own_step.records and not own_step.near_misses:
        findings.append(_other_text_finding(case, own_step))
    return tuple(findings)


def _readable_steps(walk: Walk) -> tuple[WalkStep, ...]:
    """Returns the steps that a walk reads and whose names the people of the domain can change: from the domain up to
    the one that says psd (RFC 9989 section 4.10, steps 2 and 6), without top-level domains."""
    readable: list[WalkStep] = []
    for step in walk.steps:
        is_start = step.domain == walk.domain
        if not is_start and (step.labels == 1 or step.psd is Psd.YES):
            break
        readable.append(step)
        if step.psd is not Psd.UNSAID:
            break
    return tuple(readable)


def _lookup_failed_finding(case: DmarcCase) -> Finding:
    own_step, failed = case.own_step, case.discovery.unanswered
    why = "" if failed[0] == own_step.answer else f", and {case.domain} has no record of its own that counts"
    summary = f"The DMARC policy of {case.domain} is unknown: {describe_failure(failed[0])}{why}."
    return make_unknown_finding("dmarc.lookup-failed", summary, *failed, evidence=evidence_of(own_step.answer))


def _multiple_finding(case: DmarcCase, steps: list[WalkStep]) -> Finding:
    is_decisive, fixes = False, []
    for step in steps:
        text = correct_record(case, step) or MINIMAL_RECORD
        is_decisive = is_decisive or step.domain == case.domain or _would_apply(case, step, text)
        fixes.append(publish(case, step, text, f"Keep one record at {step.name} and delete the others."))
    others = "".join(f" The same goes for {step.name}." for step in steps[1:])
    summary = (
        f"{steps[0].name} has {len(steps[0].records)} DMARC records where one is allowed. Receivers discard "
        f"them all, so {_describe_consequence(case)}; older ones stop looking there.{others}"
    )
    outcome = Outcome.FAIL if is_decisive else Outcome.WARN
    evidence = evidence_of(*(step.answer for step in steps))
    return make_finding("dmarc.multiple", outcome, summary, evidence, join_fixes(*fixes))


def _is_malformed(case: DmarcCase, step: WalkStep) -> bool:
    """Returns True where a text was meant as the record that would apply, and none at the name counts."""
    is_misread = bool(step.near_misses) and not step.records
    return is_misread and (step.domain == case.domain or _would_apply(case, step, MINIMAL_RECORD))


def _malformed_finding(case: DmarcCase, step: WalkStep) -> Finding:
    name, first = step.name, step.near_misses[0]
    lines = (*evidence_of(step.answer), point_at(first.text, first.position, AROUND))
    summary = f"Receivers ignore the record at {name} ({_describe_consequence(case)}): {first.why}."
    text = correct_record(case, step)
    if text is None:
        words = f"Delete the text at {name} and publish a DMARC record in its place."
        fix = with_note(Fix(step=choose_mailbox_step(name)), words)
    else:
        fix = publish(case, step, text, "Publish the corrected record in place of the old text.")
        fix = fix if parse_record(text).rua else with_note(fix, f"{choose_mailbox_step(name)} Until then:")
    return make_finding("dmarc.malformed", Outcome.FAIL, summary, lines, fix)


def _not_dmarc_finding(case: DmarcCase, step: WalkStep) -> Finding:
    """Returns the finding about other text at a name of the walk, where no policy applies."""
    best_step, what = _step_for_first_record(case), _describe_text(case, step)
    summary = f"No DMARC policy applies to {case.domain}: {step.name} holds {what}, and no DMARC record."
    target = step if best_step.domain == case.domain else best_step
    fix = _first_record_fix(case, target)
    if step is not target and step.domain == case.domain and fix.records:
        fix = join_fixes(fix, delete(case, step))
    return make_finding("dmarc.not-dmarc", Outcome.FAIL, summary, evidence_of(step.answer), fix)


def _other_text_finding(case: DmarcCase, step: WalkStep) -> Finding:
    """Returns the finding about other text at the domain's own name, where another record applies."""
    summary = f"{step.name} holds {_describe_text(case, step)}, and no DMARC record; {describe_source(case)}."
    fix = with_note(delete(case, step), f"Only a DMARC record belongs at {step.name}: delete what is there.")
    return make_finding("dmarc.not-dmarc", Outcome.WARN, summary, evidence_of(step.answer), fix)


def _missing_finding(case: DmarcCase) -> Finding:
    best_step, misplaced = _step_for_first_record(case), _find_misplaced_record(case)
    names = ", ".join(step.name for step in case.facts.walk.steps)
    summary = f"{case.domain} has no DMARC record, and no domain above it has one that applies."
    lines = (*evidence_of(case.own_step.answer), make_printable(f"looked up, nothing found: {names}"))
    if misplaced:
        summary += f" One is at {misplaced.name}, where no receiver looks for it."
        lines = (*lines, make_printable(f"{misplaced.name} {misplaced.type} {misplaced.value}"))
    return make_finding("dmarc.missing", Outcome.FAIL, summary, lines, _first_record_fix(case, best_step, misplaced))


def _first_record_fix(case: DmarcCase, step: WalkStep, misplaced: Record | None = None) -> Fix:
    """Publishes a record where none counts: moves one that is at a wrong name, else writes a first one."""
    name, text = step.name, first_record(case, step.domain)
    if misplaced:
        text = complete_record(misplaced.value, case.find_mailbox(step.domain))
    if text is None or not parse_record(text).rua:
        return Fix(step=choose_mailbox_step(name))
    if not misplaced:
        words = f"Publish this record at {name}: p=none changes nothing about delivery, and the reports show who sends."
        return publish(case, step, text, f"{words} Use any mailbox that someone reads.")
    zone = misplaced.name.removeprefix(f"_dmarc.{case.domain}.")
    field = f"_dmarc.{case.domain}".removesuffix(f".{zone}")
    hint = f" The DNS provider adds the zone by itself: the host to type is {field}." if zone != misplaced.name else ""
    fix = publish(case, step, text, f"Move the record to {name}.{hint if step.domain == case.domain else ''}")
    return replace(fix, remove=(*fix.remove, misplaced))


def _step_for_first_record(case: DmarcCase) -> WalkStep:
    """Returns where a first record belongs: at the SES identity above the domain, so that both are one organization;
    else at the domain, which is its own organization where there is no record (RFC 9989 section 4.10.2)."""
    return case.facts.walk.step_at(case.identity) or case.own_step


def _find_misplaced_record(case: DmarcCase) -> Record | None:
    """Returns a DMARC record where a mistake puts it: below the zone appended twice, at a name without the
    underscore, or at the domain itself."""
    for answer in (*case.facts.misplaced, case.facts.apex):
        if isinstance(answer, Records) and not answer.aliases:
            texts = [text for text in answer.values if isinstance(parse(text), DmarcRecord)]
            if len(texts) == 1:
                return Record("TXT", answer.name, texts[0])
    return None


def _would_apply(case: DmarcCase, step: WalkStep, text: str) -> bool:
    """Returns True where this record, alone at its name, would be the one that applies to the domain."""
    return with_text(case, step.domain, text).is_governed_by(step.domain)


def _describe_consequence(case: DmarcCase) -> str:
    if case.discovery.unanswered:
        return f"what applies to {case.domain} instead is unknown"
    return describe_source(case)


def _describe_text(case: DmarcCase, step: WalkStep) -> str:
    has_spf = any(str(text).lower().startswith("v=spf1") for text in step.texts)
    what = "an SPF record" if has_spf else "other text"
    if case.facts.is_from_wildcard(step.domain):
        return f"{what} (from a wildcard that answers for every name below {step.domain})"
    return what
