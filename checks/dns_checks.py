"""Checks what DNS shows of a domain: SPF, DKIM, DMARC, MAIL FROM and MX. A domain goes in, a report comes out.

Every check first looks up (all at once, each with its own budget and one transcript), then judges (pure, and with the
facts of the others). That costs `max(2, 1 + SPF include depth)` round trips. Then `checks.proof` tries every fix.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from checks import dkim, dmarc, mail_from, mx, proof, spf
from checks.answers import Answer, Dns, NoData, NoName, Records, SesSetup, Tristate
from checks.check import CheckContext, load_checks, run_check, verdict_of
from checks.names import is_at_or_below
from checks.resolver import BudgetedDns, Transcript
from model import Checked, Expectations, Finding, Report
from model.checks import Source

_JOINT_CHECKS = ("spf", "dkim", "dmarc", "mail_from", "mx")
"""The checks that judge each other's facts, in the order in which a report shows them."""
_RELIES_ON = {
    "spf": ("mx", "dkim", "mail_from"),
    "dmarc": ("mx", "dkim", "mail_from"),
    "mx": ("dmarc",),
}
"""Whose look-ups the judging of a check needs beside its own."""
_BUDGET = 100
"""Questions for one check."""
DOMAIN_CODES = frozenset({"mx.domain-not-found", "domain_age.not-registered"})
"""Findings about the domain as a whole: no choice of checks hides them."""
_OTHER_MAIL_FROM = ("mail_from.not-set", "mail_from.not-subdomain", "mail_from.receives-mail", "mail_from.used-in-from")


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the look-ups of one domain found."""

    spf: spf.SpfFacts
    dkim: dkim.DkimFacts
    dmarc: dmarc.DmarcFacts
    mail_from: mail_from.MailFromFacts
    mx: mx.MxFacts
    soa: Answer


async def check_dns(  # noqa: PLR0913 - the options of a check, by keyword
    domain: str,
    dns: Dns,
    *,
    selectors: Sequence[str] = (),
    expectations: Expectations | None = None,
    expectations_later: Callable[[], Awaitable[Expectations | None]] | None = None,
    only: Collection[str] | None = None,
    deadline: float = 15.0,
) -> Checked:
    """Judges `domain` (A-labels, as `checks.names.domain_of` gives it).

    `expectations` are what SES expects in DNS; `expectations_later` waits for them beside the first questions. `only`
    keeps the findings of some DNS checks, and asks only what those need. After `deadline` seconds what is unanswered is
    unknown. Never raises for what DNS says; faults of ours come as an `ExceptionGroup`.
    """
    started_at = asyncio.get_running_loop().time()
    until = started_at + deadline
    transcript = Transcript()
    budgets = partial(_make_budgets, dns, transcript, until)
    needed = _JOINT_CHECKS if only is None else checks_needed_for(only)
    dns_for = budgets(needed)
    single_checks = [
        asyncio.create_task(run_check(check, CheckContext(domain, budgets(check.names)(check.names[0]), until)))
        for check in load_checks({Source.DNS}, only)
    ]
    facts, expectations = await _look_up(domain, dns_for, selectors, expectations, expectations_later)
    if isinstance(facts.mx.answer, NoName) and {*needed} != {*_JOINT_CHECKS}:
        # Names below it may prove that it exists.
        needed, dns_for = _JOINT_CHECKS, budgets(_JOINT_CHECKS)
        facts, _ = await _look_up(domain, dns_for, selectors, expectations)
    findings = _judge_facts(domain, facts, transcript, expectations)
    prover = _FixProver(domain, dns_for, transcript, selectors, expectations, needed)
    proven = await prover.prove_fixes(facts, findings, _select_findings(findings, only))
    results = await asyncio.gather(*single_checks)
    kept = (*proven, *(finding for result in results for finding in result.findings))
    seconds = round(asyncio.get_running_loop().time() - started_at, 3)
    report = Report(domain, verdict_of(kept), kept, seconds, transcript.query_count)
    tree = spf.tree_lines(facts.spf) if "spf" in needed else ()
    return Checked(report, zone=_zone_of(domain, facts), seen=transcript.list_lookups(), tree=tree)


def _make_budgets(dns: Dns, transcript: Transcript, until: float, needed: Collection[str]) -> Callable[[str], Dns]:
    """Gives each check its view of DNS. A check that is not needed asks nothing: its findings are not kept."""
    return lambda check: BudgetedDns(dns, check, transcript, until=until, budget=_BUDGET if check in needed else 0)


def checks_needed_for(only: Collection[str]) -> tuple[str, ...]:
    """Returns the checks that have to look something up for the findings of some; MX always, for whether the domain
    exists."""
    needed = {"mx", *only, *(other for check in only for other in _RELIES_ON.get(check, ()))}
    return tuple(check for check in _JOINT_CHECKS if check in needed)


def is_kept(finding: Finding, only: Collection[str] | None) -> bool:
    """Tells whether a finding belongs to the checks that were asked for, or is about the domain as a whole."""
    return only is None or finding.check in only or finding.code in DOMAIN_CODES


def _select_findings(findings: Sequence[Finding], only: Collection[str] | None) -> tuple[Finding, ...]:
    kept = [finding for finding in findings if is_kept(finding, only)]
    return tuple(finding for name in _JOINT_CHECKS for finding in kept if finding.check == name)


@dataclass(frozen=True, slots=True)
class _FixProver:
    """Repeats the check of one domain, as often as its fixes have to be tried."""

    domain: str
    dns_for: Callable[[str], Dns]
    transcript: Transcript
    selectors: Sequence[str]
    expectations: Expectations | None
    needed: Collection[str]

    async def prove_fixes(
        self, facts: _Facts, findings: tuple[Finding, ...], wanted: tuple[Finding, ...]
    ) -> tuple[Finding, ...]:
        """Returns the findings wanted, with fixes that hold once they are published."""
        if not any(finding.fix and (finding.fix.records or finding.fix.remove) for finding in wanted):
            return wanted
        registered = dmarc.registered_domain(facts.dmarc)
        identity = dkim.find_covering_identity(facts.dkim) or (self.expectations or Expectations(self.domain)).identity
        # Who verifies an identity publishes at its name, also where a psd tag below a record calls that a suffix.
        owner = identity if is_at_or_below(registered, identity) else registered
        before = _make_judgment(facts, findings)
        zone = self.transcript.answers_by_question()
        return await proof.Proof(before, zone, self.dns_for, self._judge_again, owner).prove_fixes(wanted)

    async def _judge_again(self, dns: Dns, finding: Finding) -> proof.Judgment:
        expectations = _expectations_after(finding, self.expectations, self.domain)

        # What was not asked before is not asked now: a fix is not judged by what it did not change.
        def dns_for(check: str) -> Dns:
            return dns if check in self.needed else self.dns_for(check)

        facts, _ = await _look_up(self.domain, dns_for, self.selectors, expectations)
        return _make_judgment(facts, _judge_facts(self.domain, facts, self.transcript, expectations))


def _make_judgment(facts: _Facts, findings: tuple[Finding, ...]) -> proof.Judgment:
    return proof.Judgment(
        findings,
        senders=spf.find_senders(facts.spf),
        intended_senders=spf.find_intended_senders(facts.spf),
        addresses=dmarc.report_addresses(facts.dmarc),
    )


def _expectations_after(finding: Finding, expectations: Expectations | None, domain: str) -> Expectations | None:
    """Returns what SES expects once the step beside the records is done: another MAIL FROM domain is entered in the
    console, or SES looks again for what it gave up on."""
    current = expectations or Expectations(domain)
    if finding.code in _OTHER_MAIL_FROM and finding.fix and finding.fix.records:
        return replace(current, mail_from=finding.fix.records[0].name, mail_from_known=True)
    if finding.code == "mail_from.gave-up":
        return replace(current, mail_from_status=None)
    return replace(current, dkim_status=None) if finding.code == "dkim.gave-up" else expectations


async def _look_up(
    domain: str,
    dns_for: Callable[[str], Dns],
    selectors: Sequence[str],
    expectations: Expectations | None,
    later: Callable[[], Awaitable[Expectations | None]] | None = None,
) -> tuple[_Facts, Expectations | None]:
    """Looks up everything at once. What depends on SES is begun without its answer, and begun again when that comes:
    DNS has the answers of the first round, so only what is new is asked."""
    async with asyncio.TaskGroup() as group:
        # The look-ups that need a second round trip come first, so that it is under way while the rest is being read.
        mx_facts = group.create_task(mx.look_up(domain, dns_for("mx")))
        spf_facts = group.create_task(spf.look_up(domain, dns_for("spf")))
        ses_task = group.create_task(_look_up_ses(domain, dns_for, selectors, expectations))
        soa = group.create_task(dns_for("mx").ask(domain, "SOA"))
        if later and (answer := await later()):
            ses_task.cancel()
            expectations = answer
            ses_task = group.create_task(_look_up_ses(domain, dns_for, selectors, expectations))
    dmarc_facts, mail_from_facts, dkim_facts = ses_task.result()
    facts = _Facts(spf_facts.result(), dkim_facts, dmarc_facts, mail_from_facts, mx_facts.result(), soa.result())
    return facts, expectations


async def _look_up_ses(
    domain: str, dns_for: Callable[[str], Dns], selectors: Sequence[str], expectations: Expectations | None
) -> tuple[dmarc.DmarcFacts, mail_from.MailFromFacts, dkim.DkimFacts]:
    """Looks up what depends on the SES identity, its tokens and its MAIL FROM domain."""
    async with asyncio.TaskGroup() as group:
        dmarc_task = group.create_task(dmarc.look_up(domain, dns_for("dmarc"), expectations=expectations))
        mail_from_task = group.create_task(mail_from.look_up(domain, dns_for("mail_from"), expectations=expectations))
        dkim_look_up = dkim.look_up(domain, dns_for("dkim"), selectors=selectors, expectations=expectations)
        dkim_task = group.create_task(dkim_look_up)
    return dmarc_task.result(), mail_from_task.result(), dkim_task.result()


def _judge_facts(
    domain: str, facts: _Facts, transcript: Transcript, expectations: Expectations | None
) -> tuple[Finding, ...]:
    mx_facts = facts.mx
    if isinstance(mx_facts.answer, NoName) and not mx_facts.answer.aliases:
        if not transcript.proves_existence(domain):
            return _judge_missing_domain(domain, facts)
        answer, a, aaaa = map(_as_existing, (mx_facts.answer, mx_facts.a, mx_facts.aaaa))
        mx_facts = replace(mx_facts, answer=answer, a=a, aaaa=aaaa)
    ses = SesSetup(
        identity=dkim.find_covering_identity(facts.dkim) or (expectations.identity if expectations else domain),
        dkim=dkim.has_ses_key(facts.dkim),
        mail_from=mail_from.has_mail_from(facts.mail_from),
        mail_from_domain=mail_from.domain_of_mail_from(facts.mail_from),
        parents=() if dkim.find_covering_identity(facts.dkim) else dkim.parents_with_keys(facts.dkim),
    )
    return (
        *spf.judge(facts.spf, mx=mx_facts, ses=ses),
        *dkim.judge(facts.dkim),
        *dmarc.judge(facts.dmarc, ses=ses, mx=mx_facts),
        *mail_from.judge(facts.mail_from),
        *mx.judge(mx_facts, needed_for=_uses_of_mail(domain, facts)),
    )


def _uses_of_mail(domain: str, facts: _Facts) -> tuple[str, ...]:
    """Lists what fails when the domain receives no mail."""
    reports = any(host.name == domain for host in facts.dmarc.report_hosts)
    return ("DMARC reports (rua)",) if reports else ()


def _as_existing(answer: Answer) -> Answer:
    """Corrects NXDOMAIN to no data for a name that has names below it: some servers deny empty non-terminals (RFC 8020
    section 3.1)."""
    if isinstance(answer, NoName) and not answer.aliases:
        return NoData(answer.name, answer.type, answer.zone, answer.ttl, server=answer.server)
    return answer


def _judge_missing_domain(domain: str, facts: _Facts) -> tuple[Finding, ...]:
    """Judges a domain that does not exist: one finding, and below an existing organization its DMARC policy, which
    still counts (`np`, RFC 9989 section 4.7)."""
    absent = mx.judge(facts.mx)
    if dmarc.organization_in(facts.dmarc) in (None, domain):
        return absent
    unknown = SesSetup(identity=domain, dkim=Tristate.UNKNOWN, mail_from=Tristate.UNKNOWN)
    return (*absent, *dmarc.judge(facts.dmarc, ses=unknown, mx=facts.mx))


def _zone_of(domain: str, facts: _Facts) -> str:
    """Returns the apex of the zone that holds the domain: where its SOA is (RFC 1034 section 4.2.1)."""
    match facts.soa:
        case Records(aliases=()):
            return domain
        case NoData(zone=str(zone), aliases=()) | NoName(zone=str(zone), aliases=()):
            return zone
    return dmarc.organization_in(facts.dmarc) or domain
