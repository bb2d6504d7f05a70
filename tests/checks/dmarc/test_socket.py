"""The same cases over a real socket: the loopback DNS serves the zone, the resolver asks, and nothing else differs."""

import pytest

from checks import dmarc, mx
from checks.answers import SesSetup, Tristate
from checks.resolver import Resolver
from fakes.dns import LoopbackDns
from model import Finding
from tests.support.dmarc import expectations_of
from tests.support.dmarc_cases import RuleCase, VerdictCase, read_rules, read_verdicts
from tests.support.findings import codes_of
from tests.support.socket import over_socket


@pytest.mark.parametrize("case", read_rules(), ids=lambda case: case.section)
async def test_rfc_9989(case: RuleCase) -> None:
    facts = await over_socket(case.zone, lambda dns: dmarc.look_up(case.domain, dns))
    discovery = dmarc.discover_policy(facts.walk)
    record = discovery.step.record if discovery.step else None
    effective = dmarc.effective_policy(record, discovery.source, facts.exists) if record else None
    policy = "unknown" if discovery.unanswered else str(effective.policy) if effective else "nothing"
    assert (policy, discovery.step.domain if discovery.step else "") == (case.policy, case.by)
    assert (dmarc.organization_in(facts) or "unknown") == case.organization


async def judged(case: VerdictCase, address: str) -> tuple[Finding, ...]:
    setup = case.asked
    domain, mail_from = setup.get("domain", "acme.com"), setup.get("mail_from")
    identity = setup.get("identity", domain)
    ses = SesSetup(identity, setup.get("dkim", Tristate.UNKNOWN), setup.get("spf", Tristate.UNKNOWN), mail_from)
    async with Resolver([address], try_timeout=20.0, deadline=120.0) as resolver:
        facts = await dmarc.look_up(domain, resolver, expectations=expectations_of(domain, identity, mail_from))
        return dmarc.judge(facts, ses=ses, mx=await mx.look_up(domain, resolver))


@pytest.mark.parametrize("case", read_verdicts(), ids=lambda case: case.about)
async def test_a_verdict_and_its_fix(case: VerdictCase) -> None:
    async with LoopbackDns(case.zone) as server:
        before = await judged(case, server.address)
        assert codes_of(before) == case.found
        fix = before[0].fix
        assert fix is not None
        for record in fix.remove:
            server.remove(record.name, record.type, record.value)
        for record in fix.records:
            server.publish(record.name, record.type, record.value)
        after = await judged(case, server.address)
    assert before[0].code not in {finding.code for finding in after if finding.fix}
