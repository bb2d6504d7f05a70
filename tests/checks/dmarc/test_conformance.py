"""RFC 9989 case by case, from the table in `rfc9989.txt`, and the names that a walk asks for.

Each case names its section. Those of appendix B.4 and some others are cases of the suites of mail-auth and mailauth
too; zones and words are our own.
"""

import pytest

from checks import dmarc
from tests.support.cases import cases
from tests.support.dmarc import dmarc_zone, facts_of
from tests.support.dmarc_cases import RuleCase, read_rules
from tests.support.socket import over_socket
from tests.support.table import TableResolver
from tests.support.virtual import run

CASES = read_rules()
DEEP = "a.b.c.d.e.f.g.h.i.j.mail.example.com"
EIGHT = "a.b.c.d.e.f.example.com"


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 100
    assert all(case.domain and case.policy and case.organization for case in CASES)


def decide(facts: dmarc.DmarcFacts) -> tuple[str, str, str]:
    """The policy, the domain whose record decides, and the organization."""
    discovery = dmarc.discover_policy(facts.walk)
    record = discovery.step.record if discovery.step else None
    effective = dmarc.effective_policy(record, discovery.source, facts.exists) if record else None
    policy = "unknown" if discovery.unanswered else str(effective.policy) if effective else "nothing"
    return policy, discovery.step.domain if discovery.step else "", dmarc.organization_in(facts) or "unknown"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.section)
def test_rfc_9989(case: RuleCase) -> None:
    assert decide(facts_of(case.zone, case.domain)) == (case.policy, case.by, case.organization)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.section)
async def test_rfc_9989_over_a_real_socket(case: RuleCase) -> None:
    facts = await over_socket(case.zone, lambda dns: dmarc.look_up(case.domain, dns))
    assert decide(facts) == (case.policy, case.by, case.organization)


@cases(DEEP=DEEP, EIGHT=EIGHT)
def test_a_walk_asks_these_names_at_once(section: str, domain: str, names: list[str]) -> None:
    resolver = TableResolver({})
    walk, ticks = run(dmarc.walk_tree(domain, resolver))
    assert [step.domain for step in walk.steps] == names, section
    assert resolver.asked == [(f"_dmarc.{name}", "TXT") for name in names]
    assert len(names) <= 8
    assert ticks == 1


@cases()
def test_the_organization_of_any_host(
    section: str, records: dict[str, str], host: str, organization: str | None
) -> None:
    found_organization, ticks = run(dmarc.organization_of(host, TableResolver(dmarc_zone(records))))
    assert found_organization == organization, section
    assert ticks == 1


def test_a_name_that_dns_cannot_hold_does_not_exist() -> None:
    """RFC 1035 section 3.1: a label of 64 octets. The walk goes on above it, and np is its policy."""
    domain = f"{'a' * 64}.example.com"
    facts = facts_of(dmarc_zone({"example.com": "v=DMARC1; p=reject; sp=none; np=quarantine"}), domain)
    assert decide(facts) == ("quarantine", "example.com", "example.com")
