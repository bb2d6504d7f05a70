"""Judges whether what Amazon SES sends for the domain passes DMARC: by a signature or an envelope sender that aligns.

RFC 9989 sections 4.4 and 4.10.2. Codes: blocks-ses, aspf-strict, adkim-strict, org-split.
"""

from checks.dmarc.case import DmarcCase, amend, applies, blocks, is_split, mail_from, may_block, one_organization, seen
from checks.dmarc.edit import with_tag
from checks.dmarc.parse import Alignment, DmarcRecord, Psd
from checks.evidence import evidence
from checks.findings import finding
from checks.tristate import Tristate
from model import Finding, Fix, Outcome, Record


def judge_ses_alignment(case: DmarcCase) -> tuple[Finding, ...]:
    """The findings about alignment; none where no usable record applies."""
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
    return finding("dmarc.blocks-ses", Outcome.FAIL, summary, (*seen(case), applies(case)), _unblock(case, record))


def _may_block_ses(case: DmarcCase) -> Finding:
    """The domain has no key, but a parent may have SES's: whether its mail is refused is unknown."""
    policy, parent = case.effective.policy if case.effective else "", case.ses.parents[0]
    summary = (
        f"The policy of {case.domain} is {policy}. Whether mail that Amazon SES sends for it passes is unknown: "
        f"{parent} has DKIM keys, and SES may sign with that identity."
    )
    step = f"Connect the AWS account, or check {parent} with the three tokens that the SES console shows for it."
    return finding("dmarc.blocks-ses", Outcome.UNKNOWN, summary, (*seen(case), applies(case)), step)


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
    lines = (*seen(case), *(evidence(top.answer) if top else ()))
    return finding("dmarc.org-split", Outcome.FAIL, summary, lines, one_organization(case))


def _adkim_strict(case: DmarcCase, record: DmarcRecord) -> Finding:
    if case.identity == case.domain:
        summary = f"DKIM has to align strictly (adkim=s), and it does: Amazon SES signs as {case.domain} itself."
        return finding("dmarc.adkim-strict", Outcome.PASS, summary, seen(case))
    summary = (
        f"adkim=s asks for signatures of exactly {case.domain}, and Amazon SES signs as {case.identity}: DKIM can "
        "never align."
    )
    return finding("dmarc.adkim-strict", Outcome.FAIL, summary, seen(case), _relaxed(case, record, "adkim"))


def _aspf_strict(case: DmarcCase, record: DmarcRecord) -> Finding:
    name = mail_from(case)
    which = f"{name}, the MAIL FROM domain," if name else "a MAIL FROM domain of Amazon SES"
    summary = (
        f"aspf=s asks for an envelope sender of exactly {case.domain}, and {which} is never that: SPF can never "
        "align, and DMARC depends on DKIM alone."
    )
    return finding("dmarc.aspf-strict", Outcome.WARN, summary, seen(case), _relaxed(case, record, "aspf"))


def _relaxed(case: DmarcCase, record: DmarcRecord, tag: str) -> Fix:
    if not case.ours:
        words = f"Publish a record of your own at _dmarc.{case.found.organization}, without {tag}=s."
        return Fix(step=words)
    return amend(case, with_tag(str(record), tag, Alignment.RELAXED), f"Publish the record with {tag}=r.")
