"""Judges policy discovery: is there a DMARC record for the domain at all (RFC 9989 sections 4.10 and 4.10.1)?

Codes: lookup-failed, multiple, malformed, not-dmarc, missing. Whatever is unknown is never called missing.
"""

from dataclasses import replace

from checks.answers import Records
from checks.dmarc.case import (
    AROUND,
    MINIMAL_RECORD,
    DmarcCase,
    address_wanted,
    applies,
    changed,
    delete,
    failure,
    first_record,
    publish,
    repaired,
    with_note,
)
from checks.dmarc.edit import complete, read
from checks.dmarc.parse import DmarcRecord, Psd, parse
from checks.dmarc.tree import PolicySource, Walk, WalkStep
from checks.findings import evidence_of, join_fixes, make_finding, make_printable, make_unknown_finding, point_at
from checks.names import is_at_or_below
from model import Finding, Fix, Outcome, Record


def judge_discovery(case: DmarcCase) -> tuple[Finding, ...]:
    """Returns the findings about finding a record; none where one valid record was found without a hitch."""
    readable = _read_steps(case.facts.walk)
    findings = [_lookup_failed(case)] if case.found.unanswered else []
    if several := [step for step in readable if len(step.valid) > 1]:
        findings.append(_multiple(case, several))
    if meant := [step for step in readable if _is_malformed(case, step)]:
        findings.append(_malformed(case, meant[0] if meant[0].domain == case.domain else meant[-1]))
    if case.found.step is None and not findings:
        other = next((step for step in readable if step.texts), None)
        return (_not_dmarc(case, other) if other else _missing(case),)
    own = case.facts.walk.steps[0]
    of_other = case.found.step is not None and case.found.role is not PolicySource.OWN
    if of_other and own.texts and not own.valid and not own.resembling:
        findings.append(_other_text(case, own))
    return tuple(findings)


def _read_steps(walk: Walk) -> tuple[WalkStep, ...]:
    """Returns the steps that a walk reads and whose names the people of the domain can change: from the domain up to
    the one that says psd (RFC 9989 section 4.10, steps 2 and 6), without top-level domains."""
    readable: list[WalkStep] = []
    for step in walk.steps:
        start = step.domain == walk.domain
        psd = step.record.psd if step.record else Psd.UNSAID
        if not start and (step.labels == 1 or psd is Psd.YES):
            break
        readable.append(step)
        if psd is not Psd.UNSAID:
            break
    return tuple(readable)


def _lookup_failed(case: DmarcCase) -> Finding:
    own, failed = case.facts.walk.steps[0], case.found.unanswered
    why = "" if failed[0] == own.answer else f", and {case.domain} has no record of its own that counts"
    summary = f"The DMARC policy of {case.domain} is unknown: {failure(failed[0])}{why}."
    return make_unknown_finding("dmarc.lookup-failed", summary, *failed, seen=evidence_of(own.answer))


def _multiple(case: DmarcCase, steps: list[WalkStep]) -> Finding:
    decides, fix = False, Fix()
    for step in steps:
        keep = repaired(case, step) or MINIMAL_RECORD
        decides = decides or step.domain == case.domain or _would_apply(case, step, keep)
        fix = join_fixes(
            fix, publish(case, step, keep, f"Keep one record at _dmarc.{step.domain} and delete the others.")
        )
    others = "".join(f" The same goes for _dmarc.{step.domain}." for step in steps[1:])
    summary = (
        f"_dmarc.{steps[0].domain} has {len(steps[0].valid)} DMARC records where one is allowed. Receivers discard "
        f"them all, so {_then(case)}; older ones stop looking there.{others}"
    )
    outcome = Outcome.FAIL if decides else Outcome.WARN
    return make_finding("dmarc.multiple", outcome, summary, evidence_of(*(step.answer for step in steps)), fix)


def _is_malformed(case: DmarcCase, step: WalkStep) -> bool:
    """Is a text here meant as the record that would apply, and none counts?"""
    meant = bool(step.resembling) and not step.valid
    return meant and (step.domain == case.domain or _would_apply(case, step, MINIMAL_RECORD))


def _malformed(case: DmarcCase, step: WalkStep) -> Finding:
    name, first = f"_dmarc.{step.domain}", step.resembling[0]
    lines = (*evidence_of(step.answer), point_at(first.text, first.position, AROUND))
    summary = f"Receivers ignore the record at {name} ({_then(case)}): {first.why}."
    text = repaired(case, step)
    if text is None:
        words = f"Delete the text at {name} and publish a DMARC record in its place."
        fix = with_note(Fix(step=address_wanted(name)), words)
    else:
        fix = publish(case, step, text, "Publish the corrected record in place of the old text.")
        fix = fix if read(text).rua else with_note(fix, f"{address_wanted(name)} Until then:")
    return make_finding("dmarc.malformed", Outcome.FAIL, summary, lines, fix)


def _not_dmarc(case: DmarcCase, step: WalkStep) -> Finding:
    """Returns other text at a name of the walk, and no policy from anywhere."""
    name, place = f"_dmarc.{step.domain}", _place(case)
    summary = f"No DMARC policy applies to {case.domain}: {name} holds {_what(case, step)}, and no DMARC record."
    target = step if place.domain == case.domain else place
    fix = _first_record(case, target)
    if step is not target and step.domain == case.domain and fix.records:
        fix = join_fixes(fix, delete(case, step))
    return make_finding("dmarc.not-dmarc", Outcome.FAIL, summary, evidence_of(step.answer), fix)


def _other_text(case: DmarcCase, step: WalkStep) -> Finding:
    """Returns other text at the domain's own name, while another record applies."""
    name = f"_dmarc.{step.domain}"
    summary = f"{name} holds {_what(case, step)}, and no DMARC record; {applies(case)}."
    fix = with_note(delete(case, step), f"Only a DMARC record belongs at {name}: delete what is there.")
    return make_finding("dmarc.not-dmarc", Outcome.WARN, summary, evidence_of(step.answer), fix)


def _missing(case: DmarcCase) -> Finding:
    place, found = _place(case), _misplaced(case)
    asked = ", ".join(f"_dmarc.{step.domain}" for step in case.facts.walk.steps)
    summary = f"{case.domain} has no DMARC record, and no domain above it has one that applies."
    lines = (*evidence_of(case.facts.walk.steps[0].answer), make_printable(f"looked up, nothing found: {asked}"))
    if found:
        summary += f" One is at {found.name}, where no receiver looks for it."
        lines = (*lines, make_printable(f"{found.name} {found.type} {found.value}"))
    return make_finding("dmarc.missing", Outcome.FAIL, summary, lines, _first_record(case, place, found))


def _first_record(case: DmarcCase, step: WalkStep, found: Record | None = None) -> Fix:
    """Publishes a record where none counts: one that is at a wrong name moved, else a first one."""
    name = f"_dmarc.{step.domain}"
    text = complete(found.value, case.mailbox(step.domain)) if found else first_record(case, step.domain)
    if text is None or not read(text).rua:
        return Fix(step=address_wanted(name))
    if not found:
        words = f"Publish this record at {name}: p=none changes nothing about delivery, and the reports show who sends."
        return publish(case, step, text, f"{words} Use any mailbox that someone reads.")
    zone = found.name.removeprefix(f"_dmarc.{case.domain}.")
    field = f"_dmarc.{case.domain}".removesuffix(f".{zone}")
    hint = f" The DNS provider adds the zone by itself: the host to type is {field}." if zone != found.name else ""
    fix = publish(case, step, text, f"Move the record to {name}.{hint if step.domain == case.domain else ''}")
    return replace(fix, remove=(*fix.remove, found))


def _place(case: DmarcCase) -> WalkStep:
    """Returns where a first record belongs: at the SES identity above the domain, so that both are one organization;
    else at the domain, which is its own organization where no record is found (RFC 9989 section 4.10.2)."""
    walk = case.facts.walk
    above = walk.at(case.identity) if is_at_or_below(case.domain, case.identity) else None
    return above or walk.steps[0]


def _misplaced(case: DmarcCase) -> Record | None:
    """Returns a DMARC record where a mistake puts it: below the zone appended twice, or at the domain itself."""
    for answer in (*case.facts.doubled, case.facts.apex):
        if isinstance(answer, Records) and not answer.aliases:
            texts = [text for text in answer.values if isinstance(parse(text), DmarcRecord)]
            if len(texts) == 1:
                return Record("TXT", answer.name, texts[0])
    return None


def _would_apply(case: DmarcCase, step: WalkStep, text: str) -> bool:
    """Would this record, alone at its name, be the one that applies to the domain?"""
    after = changed(case, step.domain, text)
    return after.found.step is not None and after.found.step.domain == step.domain


def _then(case: DmarcCase) -> str:
    if case.found.unanswered:
        return f"what applies to {case.domain} instead is unknown"
    return applies(case)


def _what(case: DmarcCase, step: WalkStep) -> str:
    spf = any(str(text).lower().startswith("v=spf1") for text in step.texts)
    what = "an SPF record" if spf else "other text"
    if case.facts.wildcard(step.domain):
        return f"{what} (from a wildcard that answers for every name below {step.domain})"
    return what
