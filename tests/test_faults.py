"""A fault at any one name of a healthy domain is unknown, by its name, and never missing: over real sockets."""

import copy

import pytest

from checks.dns_checks import check_dns
from checks.resolver import Resolver
from demo.zones import TABLE
from fakes.dns import DnsFault, LoopbackDns
from model import Outcome, Verdict
from tests.support.cases import cases

DOMAIN = "ready.example"
NAMES = {
    DOMAIN: "spf",
    "_spf.provider.example": "spf",
    f"s1._domainkey.{DOMAIN}": "dkim",
    f"_dmarc.{DOMAIN}": "dmarc",
}
"""Names that decide about a domain, and the check that must say that it could not tell."""


@cases()
@pytest.mark.parametrize("name", NAMES)
async def test_a_fault_is_unknown_by_name_and_never_missing(fault: DnsFault, name: str) -> None:
    async with (
        LoopbackDns(copy.deepcopy(TABLE)) as dns,
        Resolver([dns.address], try_timeout=0.1, deadline=2) as resolver,
    ):
        dns.fault(name, "*", fault)
        checked = await check_dns(DOMAIN, resolver)
    assert checked.report.verdict is Verdict.CANNOT_TELL
    assert not [f for f in checked.report.findings if f.outcome is Outcome.FAIL]
    [unknown] = [f for f in checked.report.findings if f.outcome is Outcome.UNKNOWN and f.check == NAMES[name]]
    assert name in " ".join((unknown.summary, *unknown.evidence))
    assert unknown.fix is not None
    assert dns.address.partition(":")[0] in " ".join((unknown.fix.step, *unknown.evidence)), "it says which server"


async def test_a_fault_on_one_of_two_servers_is_not_noticed() -> None:
    async with LoopbackDns(copy.deepcopy(TABLE)) as bad, LoopbackDns(copy.deepcopy(TABLE)) as good:
        bad.fault("*", "*", DnsFault.SERVFAIL)
        async with Resolver([bad.address, good.address]) as resolver:
            checked = await check_dns(DOMAIN, resolver)
    assert checked.report.verdict is Verdict.READY


async def test_two_faults_at_once_are_both_named() -> None:
    async with (
        LoopbackDns(copy.deepcopy(TABLE)) as dns,
        Resolver([dns.address], try_timeout=0.1, deadline=2) as resolver,
    ):
        dns.fault(f"_dmarc.{DOMAIN}", "*", DnsFault.TIMEOUT)
        dns.fault("_spf.provider.example", "*", DnsFault.REFUSED)
        checked = await check_dns(DOMAIN, resolver)
    unknown = {f.check: " ".join((f.summary, *f.evidence)) for f in checked.report.findings if f.outcome == "unknown"}
    assert f"_dmarc.{DOMAIN}" in unknown["dmarc"]
    assert "_spf.provider.example" in unknown["spf"]


async def test_a_definite_fault_stands_beside_one_that_was_not_answered() -> None:
    table = copy.deepcopy(TABLE)
    table[DOMAIN] |= {"TXT": ["v=spf1 include:_spf.provider.example include:gone.example ~all"]}
    async with LoopbackDns(table) as dns, Resolver([dns.address], try_timeout=20.0, deadline=120.0) as resolver:
        dns.fault("_spf.provider.example", "*", DnsFault.SERVFAIL)
        checked = await check_dns(DOMAIN, resolver)
    assert checked.report.verdict is Verdict.FIX_FIRST
    outcomes = {f.code: f.outcome for f in checked.report.findings if f.check == "spf"}
    assert outcomes["spf.include-none"] is Outcome.FAIL
    assert outcomes["spf.lookup-failed"] is Outcome.UNKNOWN
