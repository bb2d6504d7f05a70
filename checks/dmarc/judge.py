"""Judges the DMARC of a domain: pure, from facts to findings, by RFC 9989.

The findings of every topic (discovery, content, reports, passing), worst first; `ok` where nothing is wrong.
"""

from checks.dmarc.case import DmarcCase, applies, case_of, finding, seen
from checks.dmarc.content import judge_content
from checks.dmarc.discovery import judge_discovery
from checks.dmarc.facts import DmarcFacts
from checks.dmarc.reports import judge_reports
from checks.dmarc.ses_alignment import judge_ses_alignment
from checks.dmarc.tree import Effective
from checks.evidence import printable
from checks.mx import MxFacts
from checks.tristate import SesSetup
from model import Finding, Outcome, worst_first


def judge(facts: DmarcFacts, *, ses: SesSetup, mx: MxFacts) -> tuple[Finding, ...]:
    """The findings about DMARC for mail From the domain, worst first. `ses`: what Amazon SES has in place for it; `mx`:
    where mail to the domain goes, for a report address to propose."""
    case = case_of(facts, ses, ((mx.domain, mx.answer), *facts.exchangers))
    findings = [*judge_discovery(case), *judge_content(case), *judge_reports(case), *judge_ses_alignment(case)]
    if all(found.outcome is Outcome.PASS for found in findings):
        findings.insert(0, _ok(case))
    return worst_first(findings)


def _ok(case: DmarcCase) -> Finding:
    clause = applies(case)
    hosts = [uri.address for uri in case.record.rua if uri.address] if case.record else []
    reports = f"reports go to {printable(', '.join(hosts[:3]))}" if hosts else "no reports are asked for"
    start = "" if clause.startswith(case.domain) else clause[:1].upper()
    summary = f"{start}{clause[len(start) :]}. The policy in force is {_policy(case.effective)}; {reports}."
    return finding("ok", Outcome.PASS, summary, seen(case))


def _policy(effective: Effective | None) -> str:
    """Such as "none", or "quarantine (sp=reject, lowered by t=y)"."""
    if effective is None:
        return "none"
    source = f"{effective.tag}={effective.published}" if effective.tag not in ("", "p") else ""
    if effective.policy is not effective.published:
        source = f"{effective.tag}={effective.published}, lowered by t=y"
    return f"{effective.policy} ({source})" if source else f"{effective.policy}"
