"""What the DMARC record that applies means: what it says, where it is found, where reports go, what SES needs.

What Amazon SES sends passes by a signature or an envelope sender that aligns (RFC 9989 sections 4.4 and 4.10.2).
"""

from checks.answers import SesSetup, Tristate
from checks.autocorrect import normalize_text
from checks.dmarc.case import (
    AROUND,
    DmarcCase,
    address_wanted,
    amend,
    applies,
    blocks,
    case_of,
    first_record,
    is_split,
    mail_from,
    may_block,
    one_organization,
    publish,
    seen,
    with_note,
)
from checks.dmarc.discovery import judge_discovery
from checks.dmarc.edit import (
    as_meant,
    complete,
    read,
    with_addresses,
    with_corrected_addresses,
    with_report_address,
    with_tag,
    with_valid_tags,
    without_obsolete,
)
from checks.dmarc.parse import OBSOLETE, POLICIES, Alignment, DmarcRecord, Policy, Psd, TagFlaw
from checks.dmarc.reports import judge_reports
from checks.dmarc.tree import DmarcFacts, Effective
from checks.findings import evidence_of, make_finding, make_printable, point_at
from checks.mx import MxFacts
from model import Finding, Fix, Outcome, Record, worst_first


def judge_ses_alignment(case: DmarcCase) -> tuple[Finding, ...]:
    """Returns the findings about alignment; none where no usable record applies."""
    record = case.record
    if record is None or case.effective is None:
        return ()
    findings = [_blocks_ses(case, record)] if blocks(case) else []
    findings += [_may_block_ses(case)] if may_block(case) else []
    findings += [_org_split(case)] if is_split(case) else []
    findings += [_adkim_strict(case, record)] if record.adkim is Alignment.STRICT else []
    if record.aspf is Alignment.STRICT and mail_from(case) != case.domain:
        findings.append(_aspf_strict(case, record))
    return tuple(findings)


def _blocks_ses(case: DmarcCase, record: DmarcRecord) -> Finding:
    policy = case.effective.policy if case.effective else ""
    fate = "refuse" if policy == "reject" else "treat as spam"
    lowered = ", lowered by t=y" if record.testing else ""
    summary = (
        f"Receivers are asked to {fate} what Amazon SES sends for {case.domain}: the policy is {policy}{lowered}, and "
        "that mail passes neither by DKIM nor by an aligned MAIL FROM."
    )
    return make_finding("dmarc.blocks-ses", Outcome.FAIL, summary, (*seen(case), applies(case)), _unblock(case, record))


def _may_block_ses(case: DmarcCase) -> Finding:
    """Returns the domain has no key, but a parent may have SES's: whether its mail is refused is unknown."""
    policy, parent = case.effective.policy if case.effective else "", case.ses.parents[0]
    summary = (
        f"The policy of {case.domain} is {policy}. Whether mail that Amazon SES sends for it passes is unknown: "
        f"{parent} has DKIM keys, and SES may sign with that identity."
    )
    step = f"Connect the AWS account, or check {parent} with the three tokens that the SES console shows for it."
    return make_finding("dmarc.blocks-ses", Outcome.UNKNOWN, summary, (*seen(case), applies(case)), step)


def _unblock(case: DmarcCase, record: DmarcRecord) -> Fix:
    """DKIM first: the records of Easy DKIM where they are known. Where SES signs already and the signature does not
    align, the alignment."""
    if case.ses.dkim is not Tristate.NO:
        if record.adkim is Alignment.STRICT:
            return _relaxed(case, record, "adkim")
        return one_organization(case)
    expected = case.facts.expectations
    records: tuple[Record, ...] = ()
    if expected and expected.signing_zone:
        zone = expected.signing_zone.lower().rstrip(".")
        records = tuple(
            Record("CNAME", f"{token}._domainkey.{case.identity}".lower(), f"{token}.{zone}".lower())
            for token in expected.tokens
        )
    which = (
        "the CNAME records shown" if records else f"the three CNAME records that Amazon SES shows for {case.identity}"
    )
    words = (
        f"Publish {which}, and wait until Amazon SES says that DKIM is verified. Until then, "
        "send nothing through SES, or set p=none."
    )
    return Fix(records, (), words)


def _org_split(case: DmarcCase) -> Finding:
    top = case.facts.walk.at(case.identity)
    own, theirs = case.organization_of(case.domain), case.organization_of(case.identity)
    parting = [step for step in case.facts.walk.steps if step.record and step.record.psd is not Psd.UNSAID]
    because = (
        f", because _dmarc.{parting[0].domain} says psd={parting[0].record.psd}"
        if parting and parting[0].record
        else ""
    )
    summary = (
        f"Amazon SES signs as {case.identity}, which does not align with {case.domain}: by their DMARC records they "
        f"are two organizations, {theirs} and {own}{because}."
    )
    lines = (*seen(case), *(evidence_of(top.answer) if top else ()))
    return make_finding("dmarc.org-split", Outcome.FAIL, summary, lines, one_organization(case))


def _adkim_strict(case: DmarcCase, record: DmarcRecord) -> Finding:
    if case.identity == case.domain:
        summary = f"DKIM has to align strictly (adkim=s), and it does: Amazon SES signs as {case.domain} itself."
        return make_finding("dmarc.adkim-strict", Outcome.PASS, summary, seen(case))
    summary = (
        f"adkim=s asks for signatures of exactly {case.domain}, and Amazon SES signs as {case.identity}: DKIM can "
        "never align."
    )
    return make_finding("dmarc.adkim-strict", Outcome.FAIL, summary, seen(case), _relaxed(case, record, "adkim"))


def _aspf_strict(case: DmarcCase, record: DmarcRecord) -> Finding:
    name = mail_from(case)
    which = f"{name}, the MAIL FROM domain," if name else "a MAIL FROM domain of Amazon SES"
    summary = (
        f"aspf=s asks for an envelope sender of exactly {case.domain}, and {which} is never that: SPF can never "
        "align, and DMARC depends on DKIM alone."
    )
    return make_finding("dmarc.aspf-strict", Outcome.WARN, summary, seen(case), _relaxed(case, record, "aspf"))


def _relaxed(case: DmarcCase, record: DmarcRecord, tag: str) -> Fix:
    if not case.ours:
        words = f"Publish a record of your own at _dmarc.{case.found.organization}, without {tag}=s."
        return Fix(step=words)
    return amend(case, with_tag(str(record), tag, Alignment.RELAXED), f"Publish the record with {tag}=r.")


_MOST_SHOWN = 5
"""Faults of one kind that the evidence points at."""


def judge_content(case: DmarcCase) -> tuple[Finding, ...]:
    """Returns the findings about the text of the record that applies; none where there is no record."""
    record = case.record
    if record is None:
        return ()
    inert = case.effective is None
    if not case.ours:
        return (_of_others(case, inert),) if inert or not record.rua else ()
    if inert:
        return (_inert(case, record),)
    findings: list[Finding] = []
    if not record.rua:
        findings.append(_no_rua(case, record))
    if record.flaws:
        findings.append(_invalid_tag(case, record))
    if not record.named("p") and not any(flaw.tag == "p" for flaw in record.flaws):
        findings.append(_no_p(case, record))
    if any(uri.why for uri in record.rua):
        findings.append(_rua_invalid(case, record))
    if record.named(*OBSOLETE) or any(uri.size for uri in (*record.rua, *record.ruf)):
        findings.append(_obsolete_tag(case, record))
    return tuple(findings)


def _inert(case: DmarcCase, record: DmarcRecord) -> Finding:
    name = f"_dmarc.{case.holder}"
    faults = [flaw for flaw in record.flaws if flaw.tag in POLICIES]
    what = f"its {faults[0].tag} cannot be read" if faults else "it names no policy (p)"
    summary = (
        f"The record at {name} does nothing: {what}, and no valid report address (rua) is beside it, so receivers "
        f"apply no DMARC to {case.domain}."
    )
    text = complete(str(record), case.mailbox(case.holder))
    fix = amend(case, text, "Publish the corrected record in place of the old one.")
    fix = fix if any(uri.host for uri in read(text).rua) else with_note(fix, f"{address_wanted(name)} Until then:")
    return make_finding("dmarc.inert", Outcome.FAIL, summary, (*seen(case), *_pointed(record, faults)), fix)


def _invalid_tag(case: DmarcCase, record: DmarcRecord) -> Finding:
    first = next((flaw for flaw in record.flaws if flaw.discards), record.flaws[0])
    where = f" at {first.tag}: {first.why}" if first.tag else f": {first.why}"
    summary = f"The record at _dmarc.{case.holder} has a syntax error{where}."
    if record.p is None or record.discards("sp", "np"):
        summary += " Because of it the whole record counts as p=none."
    elif first.discards:
        summary += " They go by the default instead."
    text = with_valid_tags(as_meant(record))
    fix = amend(case, text, _meant(record))
    return make_finding("dmarc.invalid-tag", Outcome.WARN, summary, (*seen(case), *_pointed(record, record.flaws)), fix)


def _meant(record: DmarcRecord) -> str:
    """Returns what to do about an invalid tag: a policy that cannot be read becomes what it counts as today."""
    words = "Publish the corrected record in place of the old one."
    bad = [
        tag
        for tag in record.named(*POLICIES)
        if record.discards(tag.name) and normalize_text(tag.value).lower() not in ("", *Policy)
    ]
    if not bad:
        return words
    tag = bad[0]
    return (
        f"{words} It says {tag.name}=none, which is what it counts as today. Where “{make_printable(tag.value[:40])}” "
        "was meant as quarantine or reject, publish that once the reports show that all your mail passes."
    )


def _no_p(case: DmarcCase, record: DmarcRecord) -> Finding:
    summary = (
        f"The record at _dmarc.{case.holder} names no policy. It counts as p=none, but older receivers and checkers "
        "want to read it."
    )
    text = as_meant(record)
    text = text if read(text).named("p") else with_tag(text, "p", Policy.NONE)
    fix = amend(case, text, f"Publish the record with p={read(text).p or Policy.NONE}.")
    return make_finding("dmarc.no-p", Outcome.WARN, summary, seen(case), fix)


def _no_rua(case: DmarcCase, record: DmarcRecord) -> Finding:
    name, text = f"_dmarc.{case.holder}", as_meant(record)
    summary = f"The record at {name} asks for no reports (rua), so no one learns who sends mail as {case.domain}."
    if any(flaw.tag == "rua" for flaw in read(text).flaws):
        text = with_valid_tags(text)
    text = with_corrected_addresses(text) or with_report_address(text, case.mailbox(case.holder))
    if not read(text).rua:
        words = (
            f"Choose a mailbox that someone reads, at a domain that receives mail. Then end the record at {name} with "
            "; rua=mailto: followed directly by the address of that mailbox."
        )
        return make_finding("dmarc.no-rua", Outcome.FAIL, summary, seen(case), words)
    words = "Publish the record with the report address that it was meant to have."
    if not read(as_meant(record)).rua:
        words = "Publish the record with a report address. You can use any mailbox that someone reads."
    return make_finding("dmarc.no-rua", Outcome.FAIL, summary, seen(case), amend(case, text, words))


def _rua_invalid(case: DmarcCase, record: DmarcRecord) -> Finding:
    bad = [uri for uri in record.rua if uri.why]
    good = sum(1 for uri in record.rua if not uri.why)
    lost = "No reports are sent at all" if not good else "No reports are sent there"
    shown = make_printable(bad[0].text[:80]) or "an empty address"
    summary = f"The report address “{shown}” in rua cannot be used: {bad[0].why}. {lost}."
    lines = (*seen(case), *(point_at(str(record), uri.position, AROUND) for uri in bad[:_MOST_SHOWN]))
    mailbox = case.mailbox(case.holder)
    text = with_corrected_addresses(as_meant(record))
    if text is None and mailbox:
        text = with_addresses(as_meant(record), [f"mailto:{mailbox}"])
    if text is None:
        words = "Put mailto: and the address of a mailbox that receives mail in its place, without spaces."
        return make_finding("dmarc.rua-invalid", Outcome.WARN, summary, lines, words)
    words = "Publish the record with the report address corrected."
    return make_finding("dmarc.rua-invalid", Outcome.WARN, summary, lines, amend(case, text, words))


def _obsolete_tag(case: DmarcCase, record: DmarcRecord) -> Finding:
    names = list(dict.fromkeys(tag.name for tag in record.named(*OBSOLETE)))
    sizes = [uri.size.strip() for uri in (*record.rua, *record.ruf) if uri.size]
    what = ", ".join([*names, *(f"the size limit {size}" for size in sizes[:1])])
    summary = f"The record at _dmarc.{case.holder} has parts that RFC 9989 removed, and that receivers ignore: {what}."
    text = without_obsolete(str(record))
    words = "Publish the record without them."
    if not record.testing and read(text).testing:
        words += " A pct under 100 asked for less than the full policy: t=y says that now, and lowers it by one level."
    return make_finding("dmarc.obsolete-tag", Outcome.WARN, summary, seen(case), amend(case, text, words))


def _of_others(case: DmarcCase, inert: bool) -> Finding:
    """Returns a public suffix's record that does not do: it is not the domain's to change, so the domain gets its
    own."""
    holder = case.holder
    what = "names no usable policy" if inert else "asks for no reports (rua)"
    summary = f"{case.domain} depends on the record of {holder}, which {what}, and which only {holder} can change."
    at = case.found.organization or case.domain
    step, text = case.facts.walk.at(at), first_record(case, at)
    if text is None or step is None:
        fix = Fix(step=address_wanted(f"_dmarc.{at}"))
    else:
        fix = publish(case, step, text, f"Publish your own record at _dmarc.{at}: it comes before that of {holder}.")
    return make_finding("dmarc.inert" if inert else "dmarc.no-rua", Outcome.FAIL, summary, seen(case), fix)


def _pointed(record: DmarcRecord, flaws: list[TagFlaw] | tuple[TagFlaw, ...]) -> tuple[str, ...]:
    text = str(record)
    return tuple(f"{point_at(text, flaw.position, AROUND)} ({flaw.why})" for flaw in flaws[:_MOST_SHOWN])


def judge(facts: DmarcFacts, *, ses: SesSetup, mx: MxFacts) -> tuple[Finding, ...]:
    """Returns the findings about DMARC for mail From the domain, worst first. `ses`: what Amazon SES has in place for
    it; `mx`: where mail to the domain goes, for a report address to propose."""
    case = case_of(facts, ses, {mx.domain: mx.answer} | {**facts.exchangers})
    findings = [*judge_discovery(case), *judge_content(case), *judge_reports(case), *judge_ses_alignment(case)]
    if all(found.outcome is Outcome.PASS for found in findings):
        findings.insert(0, _ok(case))
    return worst_first(findings)


def _ok(case: DmarcCase) -> Finding:
    clause = applies(case)
    hosts = [uri.address for uri in case.record.rua if uri.address] if case.record else []
    reports = f"reports go to {make_printable(', '.join(hosts[:3]))}" if hosts else "no reports are asked for"
    start = "" if clause.startswith(case.domain) else clause[:1].upper()
    summary = f"{start}{clause[len(start) :]}. The policy in force is {_policy(case.effective)}; {reports}."
    return make_finding("dmarc.ok", Outcome.PASS, summary, seen(case))


def _policy(effective: Effective | None) -> str:
    """Returns such as "none", or "quarantine (sp=reject, lowered by t=y)"."""
    if effective is None:
        return "none"
    source = f"{effective.tag}={effective.published}" if effective.tag not in ("", "p") else ""
    if effective.policy is not effective.published:
        source = f"{effective.tag}={effective.published}, lowered by t=y"
    return f"{effective.policy} ({source})" if source else f"{effective.policy}"
