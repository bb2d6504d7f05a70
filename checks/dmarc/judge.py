"""What the DMARC record that applies means: what it says, where it is found, where reports go, what SES needs.

What Amazon SES sends passes by a signature or an envelope sender that aligns (RFC 9989 sections 4.4 and 4.10.2).
"""

from checks.answers import SesSetup, Tristate
from checks.autocorrect import normalize_text
from checks.dmarc.case import (
    AROUND,
    DmarcCase,
    amend,
    blocks_ses,
    choose_mailbox_step,
    describe_source,
    first_record,
    is_split,
    join_organizations,
    may_block_ses,
    publish,
    record_finding,
    with_note,
)
from checks.dmarc.discovery import judge_discovery
from checks.dmarc.edit import (
    complete_record,
    correct_slips,
    parse_record,
    with_addresses,
    with_corrected_addresses,
    with_report_address,
    with_tag,
    with_valid_tags,
    without_obsolete_tags,
)
from checks.dmarc.parse import OBSOLETE, POLICIES, Alignment, DmarcRecord, Policy, Psd, TagFlaw
from checks.dmarc.reports import judge_reports
from checks.dmarc.tree import DmarcFacts, EffectivePolicy
from checks.findings import evidence_of, make_printable, point_at
from checks.mx import MxFacts
from model import Finding, Fix, Outcome, Record, sort_by_severity


def judge_ses_alignment(case: DmarcCase) -> tuple[Finding, ...]:
    """Returns the findings about alignment; none where no usable record applies."""
    record = case.record
    if record is None or case.effective is None:
        return ()
    findings = [_blocks_ses_finding(case, record)] if blocks_ses(case) else []
    findings += [_may_block_ses_finding(case)] if may_block_ses(case) else []
    findings += [_org_split_finding(case)] if is_split(case) else []
    findings += [_adkim_strict_finding(case, record)] if record.adkim is Alignment.STRICT else []
    if record.aspf is Alignment.STRICT and case.mail_from != case.domain:
        findings.append(_aspf_strict_finding(case, record))
    return tuple(findings)


def _blocks_ses_finding(case: DmarcCase, record: DmarcRecord) -> Finding:
    policy = case.effective.policy if case.effective else ""
    fate = "refuse" if policy == "reject" else "treat as spam"
    lowered = ", lowered by t=y" if record.testing else ""
    summary = (
        f"Receivers are asked to {fate} what Amazon SES sends for {case.domain}: the policy is {policy}{lowered}, and "
        "that mail passes neither by DKIM nor by an aligned MAIL FROM."
    )
    fix, evidence = _unblock_fix(case, record), [describe_source(case)]
    return record_finding(case, "dmarc.blocks-ses", Outcome.FAIL, summary, fix, evidence)


def _may_block_ses_finding(case: DmarcCase) -> Finding:
    """Returns the finding about a domain without a key below one that may have SES's."""
    policy, parent = case.effective.policy if case.effective else "", case.ses.parents[0]
    summary = (
        f"The policy of {case.domain} is {policy}. Whether mail that Amazon SES sends for it passes is unknown: "
        f"{parent} has DKIM keys, and SES may sign with that identity."
    )
    step = f"Connect the AWS account, or check {parent} with the three tokens that the SES console shows for it."
    return record_finding(case, "dmarc.blocks-ses", Outcome.UNKNOWN, summary, step, [describe_source(case)])


def _unblock_fix(case: DmarcCase, record: DmarcRecord) -> Fix:
    """Publishes the records of Easy DKIM where they are known; where SES signs already, makes its signature align."""
    if case.ses.dkim is not Tristate.NO:
        return _relax_fix(case, record, "adkim") if record.adkim is Alignment.STRICT else join_organizations(case)
    zone = (case.facts.expectations.signing_zone or "").lower().rstrip(".")
    tokens = [token.lower() for token in case.facts.expectations.tokens] if zone else []
    records = tuple(Record("CNAME", f"{token}._domainkey.{case.identity}", f"{token}.{zone}") for token in tokens)
    which = f"three CNAME records that Amazon SES shows for {case.identity}" if not records else "CNAME records shown"
    step = (
        f"Publish the {which}, and wait until Amazon SES says that DKIM is verified. Until then, send nothing through "
        "SES, or set p=none."
    )
    return Fix(records, step=step)


def _org_split_finding(case: DmarcCase) -> Finding:
    identity_step = case.facts.walk.step_at(case.identity)
    steps = (step for step in case.facts.walk.steps if step.psd is not Psd.UNSAID)
    reasons = [f", because {step.name} says psd={step.psd}" for step in steps]
    summary = (
        f"Amazon SES signs as {case.identity}, which does not align with {case.domain}: by their DMARC records they "
        f"are two organizations, {case.organization_of(case.identity)} and "
        f"{case.organization_of(case.domain)}{reasons[0] if reasons else ''}."
    )
    evidence = evidence_of(identity_step.answer) if identity_step else ()
    return record_finding(case, "dmarc.org-split", Outcome.FAIL, summary, join_organizations(case), evidence)


def _adkim_strict_finding(case: DmarcCase, record: DmarcRecord) -> Finding:
    if case.identity == case.domain:
        summary = f"DKIM has to align strictly (adkim=s), and it does: Amazon SES signs as {case.domain} itself."
        return record_finding(case, "dmarc.adkim-strict", Outcome.PASS, summary)
    summary = (
        f"adkim=s asks for signatures of exactly {case.domain}, and Amazon SES signs as {case.identity}: DKIM can "
        "never align."
    )
    return record_finding(case, "dmarc.adkim-strict", Outcome.FAIL, summary, _relax_fix(case, record, "adkim"))


def _aspf_strict_finding(case: DmarcCase, record: DmarcRecord) -> Finding:
    which = f"{case.mail_from}, the MAIL FROM domain," if case.mail_from else "a MAIL FROM domain of Amazon SES"
    summary = (
        f"aspf=s asks for an envelope sender of exactly {case.domain}, and {which} is never that: SPF can never "
        "align, and DMARC depends on DKIM alone."
    )
    return record_finding(case, "dmarc.aspf-strict", Outcome.WARN, summary, _relax_fix(case, record, "aspf"))


def _relax_fix(case: DmarcCase, record: DmarcRecord, tag: str) -> Fix:
    if not case.is_ours:
        return Fix(step=f"Publish a record of your own at _dmarc.{case.discovery.organization}, without {tag}=s.")
    return amend(case, with_tag(str(record), tag, Alignment.RELAXED), f"Publish the record with {tag}=r.")


_MOST_SHOWN = 5
"""Faults of one kind that the evidence points at."""


def judge_content(case: DmarcCase) -> tuple[Finding, ...]:
    """Returns the findings about the text of the record that applies; none where there is no record."""
    record = case.record
    if record is None:
        return ()
    is_inert = case.effective is None
    if not case.is_ours:
        return (_foreign_record_finding(case, is_inert),) if is_inert or not record.rua else ()
    if is_inert:
        return (_inert_finding(case, record),)
    findings: list[Finding] = []
    if not record.rua:
        findings.append(_no_rua_finding(case, record))
    if record.flaws:
        findings.append(_invalid_tag_finding(case, record))
    if not record.tags_named("p") and not any(flaw.tag == "p" for flaw in record.flaws):
        findings.append(_no_p_finding(case, record))
    if any(uri.why for uri in record.rua):
        findings.append(_rua_invalid_finding(case, record))
    if record.tags_named(*OBSOLETE) or any(uri.size for uri in (*record.rua, *record.ruf)):
        findings.append(_obsolete_tag_finding(case, record))
    return tuple(findings)


def _inert_finding(case: DmarcCase, record: DmarcRecord) -> Finding:
    name = f"_dmarc.{case.holder}"
    faults = [flaw for flaw in record.flaws if flaw.tag in POLICIES]
    what = f"its {faults[0].tag} cannot be read" if faults else "it names no policy (p)"
    summary = (
        f"The record at {name} does nothing: {what}, and no valid report address (rua) is beside it, so receivers "
        f"apply no DMARC to {case.domain}."
    )
    text = complete_record(str(record), case.find_mailbox(case.holder))
    fix = amend(case, text, "Publish the corrected record in place of the old one.")
    if not any(uri.host for uri in parse_record(text).rua):
        fix = with_note(fix, f"{choose_mailbox_step(name)} Until then:")
    return record_finding(case, "dmarc.inert", Outcome.FAIL, summary, fix, _point_at_flaws(record, faults))


def _invalid_tag_finding(case: DmarcCase, record: DmarcRecord) -> Finding:
    first = next((flaw for flaw in record.flaws if flaw.discards), record.flaws[0])
    where = f" at {first.tag}: {first.why}" if first.tag else f": {first.why}"
    summary = f"The record at _dmarc.{case.holder} has a syntax error{where}."
    if record.p is None or record.discards("sp", "np"):
        summary += " Because of it the whole record counts as p=none."
    elif first.discards:
        summary += " They go by the default instead."
    text = with_valid_tags(correct_slips(record))
    fix = amend(case, text, _correction_step(record))
    evidence = _point_at_flaws(record, record.flaws)
    return record_finding(case, "dmarc.invalid-tag", Outcome.WARN, summary, fix, evidence)


def _correction_step(record: DmarcRecord) -> str:
    """Returns the step for an invalid tag: a policy that cannot be read becomes what it counts as today."""
    words = "Publish the corrected record in place of the old one."
    discarded = [tag for tag in record.tags_named(*POLICIES) if record.discards(tag.name)]
    unreadable = [tag for tag in discarded if normalize_text(tag.value).lower() not in ("", *Policy)]
    if not unreadable and discarded:
        others = " and ".join(dict.fromkeys(f"{tag.name}={tag.value.lower()}" for tag in discarded))
        return (
            f"{words} Of {others} it keeps the weaker, as the record counts as p=none today. Publish the other once "
            "the reports show that all your mail passes."
        )
    if not unreadable:
        return words
    tag = unreadable[0]
    return (
        f"{words} It says {tag.name}=none, which is what it counts as today. Where “{make_printable(tag.value[:40])}” "
        "was meant as quarantine or reject, publish that once the reports show that all your mail passes."
    )


def _no_p_finding(case: DmarcCase, record: DmarcRecord) -> Finding:
    summary = (
        f"The record at _dmarc.{case.holder} names no policy. It counts as p=none, but older receivers and checkers "
        "want to read it."
    )
    text = correct_slips(record)
    text = text if parse_record(text).tags_named("p") else with_tag(text, "p", Policy.NONE)
    fix = amend(case, text, f"Publish the record with p={parse_record(text).p or Policy.NONE}.")
    return record_finding(case, "dmarc.no-p", Outcome.WARN, summary, fix)


def _no_rua_finding(case: DmarcCase, record: DmarcRecord) -> Finding:
    name, text = f"_dmarc.{case.holder}", correct_slips(record)
    summary = f"The record at {name} asks for no reports (rua), so no one learns who sends mail as {case.domain}."
    if any(flaw.tag == "rua" for flaw in parse_record(text).flaws):
        text = with_valid_tags(text)
    text = with_corrected_addresses(text) or with_report_address(text, case.find_mailbox(case.holder))
    if not parse_record(text).rua:
        words = (
            f"Choose a mailbox that someone reads, at a domain that receives mail. Then end the record at {name} with "
            "; rua=mailto: followed directly by the address of that mailbox."
        )
        return record_finding(case, "dmarc.no-rua", Outcome.FAIL, summary, words)
    words = "Publish the record with the report address that it was meant to have."
    if not parse_record(correct_slips(record)).rua:
        words = "Publish the record with a report address. You can use any mailbox that someone reads."
    return record_finding(case, "dmarc.no-rua", Outcome.FAIL, summary, amend(case, text, words))


def _rua_invalid_finding(case: DmarcCase, record: DmarcRecord) -> Finding:
    bad = [uri for uri in record.rua if uri.why]
    consequence = "No reports are sent at all" if len(bad) == len(record.rua) else "No reports are sent there"
    address = make_printable(bad[0].text[:80]) or "an empty address"
    summary = f"The report address “{address}” in rua cannot be used: {bad[0].why}. {consequence}."
    evidence = [point_at(str(record), uri.position, AROUND) for uri in bad[:_MOST_SHOWN]]
    mailbox = case.find_mailbox(case.holder)
    text = with_corrected_addresses(correct_slips(record))
    if text is None and mailbox:
        text = with_addresses(correct_slips(record), [f"mailto:{mailbox}"])
    fix = Fix(step="Put mailto: and the address of a mailbox that receives mail in its place, without spaces.")
    if text is not None:
        fix = amend(case, text, "Publish the record with the report address corrected.")
    return record_finding(case, "dmarc.rua-invalid", Outcome.WARN, summary, fix, evidence)


def _obsolete_tag_finding(case: DmarcCase, record: DmarcRecord) -> Finding:
    names = list(dict.fromkeys(tag.name for tag in record.tags_named(*OBSOLETE)))
    sizes = [uri.size.strip() for uri in (*record.rua, *record.ruf) if uri.size]
    what = ", ".join([*names, *(f"the size limit {size}" for size in sizes[:1])])
    summary = f"The record at _dmarc.{case.holder} has parts that RFC 9989 removed, and that receivers ignore: {what}."
    text = without_obsolete_tags(str(record))
    words = "Publish the record without them."
    if not record.testing and parse_record(text).testing:
        words += " A pct under 100 asked for less than the full policy: t=y says that now, and lowers it by one level."
    return record_finding(case, "dmarc.obsolete-tag", Outcome.WARN, summary, amend(case, text, words))


def _foreign_record_finding(case: DmarcCase, is_inert: bool) -> Finding:
    """Returns the finding about a public suffix's record: it is not the domain's to change, so the domain gets one."""
    holder = case.holder
    what = "names no usable policy" if is_inert else "asks for no reports (rua)"
    summary = f"{case.domain} depends on the record of {holder}, which {what}, and which only {holder} can change."
    domain = case.discovery.organization or case.domain
    step, text = case.facts.walk.step_at(domain), first_record(case, domain)
    fix = Fix(step=choose_mailbox_step(f"_dmarc.{domain}"))
    if text is not None and step is not None:
        words = f"Publish your own record at _dmarc.{domain}: it comes before that of {holder}."
        fix = publish(case, step, text, words)
    return record_finding(case, "dmarc.inert" if is_inert else "dmarc.no-rua", Outcome.FAIL, summary, fix)


def _point_at_flaws(record: DmarcRecord, flaws: list[TagFlaw] | tuple[TagFlaw, ...]) -> tuple[str, ...]:
    text = str(record)
    return tuple(f"{point_at(text, flaw.position, AROUND)} ({flaw.why})" for flaw in flaws[:_MOST_SHOWN])


def judge(facts: DmarcFacts, *, ses: SesSetup, mx: MxFacts) -> tuple[Finding, ...]:
    """Returns the findings about DMARC for mail From the domain, worst first. `ses`: what Amazon SES has in place for
    it; `mx`: where mail to the domain goes, for a report address to propose."""
    case = DmarcCase(facts, ses, {mx.domain: mx.answer} | {**facts.exchangers})
    findings = [*judge_discovery(case), *judge_content(case), *judge_reports(case), *judge_ses_alignment(case)]
    if all(finding.outcome is Outcome.PASS for finding in findings):
        findings.insert(0, _ok_finding(case))
    return sort_by_severity(findings)


def _ok_finding(case: DmarcCase) -> Finding:
    clause = describe_source(case)
    hosts = [uri.address for uri in case.record.rua if uri.address] if case.record else []
    reports = f"reports go to {make_printable(', '.join(hosts[:3]))}" if hosts else "no reports are asked for"
    start = "" if clause.startswith(case.domain) else clause[:1].upper()
    summary = f"{start}{clause[len(start) :]}. The policy in force is {_describe_policy(case.effective)}; {reports}."
    return record_finding(case, "dmarc.ok", Outcome.PASS, summary)


def _describe_policy(effective: EffectivePolicy | None) -> str:
    """Describes a policy, such as "none", or "quarantine (sp=reject, lowered by t=y)"."""
    if effective is None:
        return "none"
    source = f"{effective.tag}={effective.published}" if effective.tag not in ("", "p") else ""
    if effective.policy is not effective.published:
        source = f"{effective.tag}={effective.published}, lowered by t=y"
    return f"{effective.policy} ({source})" if source else f"{effective.policy}"
