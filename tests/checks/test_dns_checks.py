"""The whole check of a domain, on virtual time: what it costs, and what a fault anywhere makes of it."""

import asyncio
from typing import Any

import pytest

from checks.answers import Answer
from checks.dns_checks import check_dns
from demo.zones import KEY, TABLE
from model import Checked, Expectations, Finding, Outcome, Verdict
from model.checks import DNS_CHECKS
from tests.support import virtual
from tests.support.table import Table, TableResolver

DOMAIN = "ready.example"


def check(table: Table, domain: str = DOMAIN, **options: Any) -> Checked:
    return virtual.run(check_dns(domain, TableResolver(table), **options))[0]


def codes_with_outcome(checked: Checked, outcome: Outcome) -> set[str]:
    return {finding.code for finding in checked.report.findings if finding.outcome is outcome}


def _chain(depth: int) -> dict[str, dict[str, list[str]]]:
    """A healthy domain whose includes are `depth` deep."""
    table: dict[str, dict[str, list[str]]] = {
        "acme.com": {"MX": ["10 mx.acme.com"], "TXT": ["v=spf1 ip4:192.0.2.1 ~all"]},
        "mx.acme.com": {"A": ["192.0.2.25"]},
        "_dmarc.acme.com": {"TXT": ["v=DMARC1; p=none; rua=mailto:dmarc@acme.com"]},
        "s1._domainkey.acme.com": {"TXT": [KEY]},
        "bounce.acme.com": {
            "MX": ["10 feedback-smtp.us-east-1.amazonses.com"],
            "TXT": ["v=spf1 include:amazonses.com ~all"],
        },
        "amazonses.com": {"TXT": ["v=spf1 ip4:199.255.192.0/22 -all"]},
    }
    for level in range(depth):
        above = "acme.com" if level == 0 else f"spf{level}.acme.com"
        table[above] = table.get(above, {}) | {"TXT": [f"v=spf1 include:spf{level + 1}.acme.com ~all"]}
        table[f"spf{level + 1}.acme.com"] = {"TXT": ["v=spf1 ip4:192.0.2.1 ~all"]}
    return table


@pytest.mark.parametrize("depth", range(6))
def test_speed_law(depth: int) -> None:
    """A check costs max(2, 1 + include depth) round trips, whatever else it looks at."""
    checked, ticks = virtual.run(check_dns("acme.com", TableResolver(_chain(depth))))
    assert checked.report.verdict is Verdict.READY
    assert ticks == max(2, 1 + depth)


def test_question_law() -> None:
    """A healthy domain with a provider in its SPF record costs at most 45 questions."""
    checked = check(TABLE, "ready.example")
    assert checked.report.queries <= 45
    deepest = check(_chain(5), "acme.com")
    assert deepest.report.queries <= 45 + 5


@pytest.mark.parametrize("domain", ["ready.example", "xn--bcher-kva.example", "deep.example", "news.ready.example"])
def test_ready(domain: str) -> None:
    checked = check(TABLE, domain)
    assert checked.report.verdict is Verdict.READY, checked.report.findings
    assert not codes_with_outcome(checked, Outcome.FAIL)
    assert {finding.check for finding in checked.report.findings} == {"spf", "dkim", "dmarc", "mail_from", "mx"}


@pytest.mark.parametrize(
    ("domain", "codes"),
    [
        ("broken.example", {"spf.missing", "dkim.none", "dmarc.missing"}),
        ("nodmarc.example", {"dmarc.missing"}),
        ("twospf.example", {"spf.multiple"}),
        ("eleven.example", {"spf.too-many-lookups"}),
        ("typo.example", {"spf.syntax", "dmarc.malformed"}),
        ("revoked.example", {"dkim.revoked"}),
        ("blocks.example", {"dkim.none", "dmarc.blocks-ses"}),
        ("nowhere.example", {"mx.domain-not-found"}),
        ("hostile.example", {"spf.syntax"}),
    ],
)
def test_what_fails(domain: str, codes: set[str]) -> None:
    checked = check(TABLE, domain)
    assert checked.report.verdict is Verdict.FIX_FIRST
    assert codes_with_outcome(checked, Outcome.FAIL) == codes


def test_a_domain_that_does_not_exist_has_one_finding() -> None:
    assert [finding.code for finding in check(TABLE, "nowhere.example").report.findings] == ["mx.domain-not-found"]


def test_a_missing_name_below_an_organization_keeps_its_dmarc_policy() -> None:
    """RFC 9989 section 4.7, `np`: the policy for names that do not exist."""
    codes = {finding.code for finding in check(TABLE, "nowhere.ready.example").report.findings}
    assert "mx.domain-not-found" in codes
    assert any(code.startswith("dmarc.") for code in codes)
    assert not any(code.startswith(("spf.", "dkim.", "mail_from.")) for code in codes)


def test_a_server_that_denies_empty_non_terminals_does_not_make_the_domain_disappear() -> None:
    """Names below answer, so the name exists, whatever its server says of it (RFC 8020 section 3.1)."""
    table = _chain(0)

    class Liar(TableResolver):
        def _answer(self, name: str, rtype: str) -> Answer:
            return super()._answer("nothing.invalid" if name == "acme.com" else name, rtype)

    checked = virtual.run(check_dns("acme.com", Liar(table)))[0]
    assert "mx.domain-not-found" not in {finding.code for finding in checked.report.findings}


def test_only_keeps_the_findings_of_some_checks() -> None:
    checked = check(TABLE, "broken.example", only={"mx"})
    assert {finding.check for finding in checked.report.findings} == {"mx"}
    assert checked.report.verdict is Verdict.READY


def test_only_asks_what_it_needs() -> None:
    every = check(TABLE, "broken.example")
    of_mx = check(TABLE, "broken.example", only={"mx"})
    of_dkim = check(TABLE, "broken.example", only={"dkim"})
    assert {seen.check for seen in of_mx.seen} <= {"mx", "dmarc"}
    assert {seen.check for seen in of_dkim.seen} <= {"mx", "dkim"}
    assert max(of_mx.report.queries, of_dkim.report.queries) < every.report.queries
    assert of_mx.tree == ()


@pytest.mark.parametrize("name", DNS_CHECKS)
def test_a_check_says_the_same_alone_as_among_the_others(name: str) -> None:
    for domain in ("ready.example", "broken.example", "nowhere.example", "none.example"):
        every = check(TABLE, domain).report.findings
        alone = check(TABLE, domain, only={name}).report.findings
        assert alone == tuple(
            finding for finding in every if finding.check == name or finding.code == "mx.domain-not-found"
        )


def test_what_is_unanswered_at_the_deadline_is_unknown() -> None:
    """The whole check has a deadline of its own, whatever DNS does."""

    class Silent(TableResolver):
        async def _after_one_tick(self, name: str, rtype: str) -> Answer:
            await asyncio.sleep(1_000)
            return await super()._after_one_tick(name, rtype)

    checked, ticks = virtual.run(check_dns(DOMAIN, Silent(TABLE), deadline=15))
    assert ticks == 15
    assert checked.report.verdict is Verdict.CANNOT_TELL
    assert {finding.outcome for finding in checked.report.findings} == {Outcome.UNKNOWN}


_HEALTHY = TableResolver(TABLE)
virtual.run(check_dns(DOMAIN, _HEALTHY))
_NAMES = sorted({name for name, _ in _HEALTHY.asked})
_DECISIVE = {
    DOMAIN: {"spf", "mx"},
    "_spf.provider.example": {"spf"},
    f"s1._domainkey.{DOMAIN}": {"dkim"},
    f"_dmarc.{DOMAIN}": {"dmarc"},
}
"""The names without which a healthy domain cannot be called so, and the checks that must say so."""


def _mentions(finding: Finding, name: str) -> bool:
    step = finding.fix.step if finding.fix else ""
    return name in " ".join((finding.summary, step, *finding.evidence)).lower()


@pytest.mark.parametrize("name", _NAMES)
def test_a_fault_at_any_one_name_is_unknown_and_never_missing(name: str) -> None:
    table: Table = {**TABLE, name: {"*": "SERVFAIL"}}
    checked = check(table)
    baseline = {finding.code for finding in check(TABLE).report.findings}
    assert not codes_with_outcome(checked, Outcome.FAIL)
    for finding in checked.report.findings:
        if finding.code not in baseline:
            reported_so = finding.outcome in (Outcome.UNKNOWN, Outcome.PASS) or finding.code == "dmarc.rua-not-told"
            assert reported_so, finding
            assert _mentions(finding, name), finding
    unknown = {
        finding.check
        for finding in checked.report.findings
        if finding.outcome is Outcome.UNKNOWN and _mentions(finding, name)
    }
    assert _DECISIVE.get(name, set()) <= unknown


def test_details_hold_every_question_and_the_spf_tree() -> None:
    checked = check(TABLE, "deep.example")
    assert checked.report.queries == len({(lookup.name, lookup.type) for lookup in checked.seen})
    assert any(lookup.type == "TXT" and lookup.name == "level5.chain.example" for lookup in checked.seen)
    assert max(line.depth for line in checked.tree) == 5
    assert max(line.lookups for line in checked.tree) == 5
    assert checked.zone == "deep.example"


def test_zone_of_a_subdomain_is_its_parents() -> None:
    assert check(TABLE, "news.ready.example").zone == "ready.example"


@pytest.mark.parametrize("domain", ["broken.example", "typo.example", "twospf.example"])
def test_one_record_is_proposed_with_and_without_the_account(domain: str) -> None:
    """The report in Slack, the terminal and the tour all publish the same."""
    reported = Expectations(domain, region="us-east-1", signing_enabled=True, mail_from_known=True)
    with_account = check(TABLE, domain, expectations=reported)
    proposed = [
        [fix.records for fix in (finding.fix for finding in checked.report.findings if finding.check == "spf") if fix]
        for checked in (check(TABLE, domain), with_account)
    ]
    assert any(proposed[0])
    assert proposed[0] == proposed[1]
