"""The same cases over a real socket: the loopback DNS serves the zone, the resolver asks, and nothing else differs."""

import pytest

from checks import dmarc, mx
from checks.answers import SesSetup, Tristate
from checks.resolver import Resolver
from fakes.dns import LoopbackDns
from model import Finding
from tests.support.dmarc import codes, expected
from tests.support.dmarc_cases import Rule, Verdict, rules, verdicts
from tests.support.socket import over_socket


@pytest.mark.parametrize("case", rules(), ids=lambda case: case.section)
async def test_rfc_9989(case: Rule) -> None:
    facts = await over_socket(case.zone, lambda dns: dmarc.look_up(case.domain, dns))
    found = dmarc.discover_policy(facts.walk)
    record = found.step.record if found.step else None
    effective = dmarc.effective_policy(record, found.source, facts.exists) if record else None
    policy = "unknown" if found.unanswered else str(effective.policy) if effective else "nothing"
    assert (policy, found.step.domain if found.step else "") == (case.policy, case.by)
    assert (dmarc.organization_in(facts) or "unknown") == case.organization


async def judged(case: Verdict, address: str) -> tuple[Finding, ...]:
    asked = case.asked
    domain, mail_from = asked.get("domain", "acme.com"), asked.get("mail_from")
    identity = asked.get("identity", domain)
    ses = SesSetup(identity, asked.get("dkim", Tristate.UNKNOWN), asked.get("spf", Tristate.UNKNOWN), mail_from)
    async with Resolver([address], try_timeout=20.0, deadline=120.0) as resolver:
        facts = await dmarc.look_up(domain, resolver, expectations=expected(domain, identity, mail_from))
        return dmarc.judge(facts, ses=ses, mx=await mx.look_up(domain, resolver))


@pytest.mark.parametrize("case", verdicts(), ids=lambda case: case.about)
async def test_a_verdict_and_its_fix(case: Verdict) -> None:
    async with LoopbackDns(case.zone) as server:
        before = await judged(case, server.address)
        assert codes(before) == case.found
        fix = before[0].fix
        assert fix is not None
        for record in fix.remove:
            server.remove(record.name, record.type, record.value)
        for record in fix.records:
            server.publish(record.name, record.type, record.value)
        after = await judged(case, server.address)
    assert before[0].code not in {finding.code for finding in after if finding.fix}
