"""Judging the SPF of a test's zone: look up on virtual time, judge, and what the findings say in short."""

import asyncio

from checks import mx
from checks.answers import SesSetup, Tristate
from checks.mx import MxFacts
from checks.spf import SpfFacts, judge, look_up, parse
from model import Finding
from tests.support.findings import bare_codes
from tests.support.spf_cases import Types, Zone
from tests.support.table import Table, TableResolver
from tests.support.virtual import run
from tests.support.zones import publish_fix

DOMAIN = "acme.com"

WORLD: Zone = {
    "acme.com": {"MX": ["10 mx.acme.com"], "A": ["192.0.2.1"]},
    "mx.acme.com": {"A": ["192.0.2.2"]},
    "good.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3 -all"]},
    "open.example.net": {"TXT": ["v=spf1 +all"]},
    "none.example.net": {"A": ["192.0.2.4"]},
    "two.example.net": {"TXT": ["v=spf1 -all", "v=spf1 ~all"]},
    "bad.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3 foo -all"]},
    "leads-to-none.example.net": {"TXT": ["v=spf1 include:none.example.net -all"]},
    "partly-broken.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3 include:none.example.net -all"]},
    "void.example.net": {"TXT": ["v=spf1 a:gone1.example.net ip4:192.0.2.3 -all"]},
    "neutral.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3 ?all"]},
    "bare.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3"]},
    "five.example.net": {"TXT": ["v=spf1 a:h1.x.net a:h2.x.net a:h3.x.net a:h4.x.net a:h5.x.net -all"]},
    "group.example.net": {"TXT": ["v=spf1 include:good.example.net ip4:192.0.2.9 -all"]},
    "many.example.net": {"MX": [f"{n} mx.acme.com" for n in range(11)]},
    "_spf.acme.com": {"TXT": ["v=spf1 ip4:192.0.2.5 a:gone1.example.net ?all"]},
    "_typo.acme.com": {"TXT": ["v=spf1 ipv4:192.0.2.5 -all"]},
    "_open.acme.com": {"TXT": ["v=spf1 ip4:0.0.0.0/0 -all"]},
    "_ptr.acme.com": {"TXT": ["v=spf1 ptr ip4:192.0.2.6 -all"]},
    **{f"h{n}.x.net": {"A": [f"198.51.100.{n}"]} for n in range(12)},
}
GOOD = "include:good.example.net"
A9 = " ".join(f"a:h{n}.x.net" for n in range(9))
A11 = " ".join(f"a:h{n}.x.net" for n in range(11))
VOID3 = "a:gone1.example.net mx:gone2.example.net exists:gone3.example.net"


def spf_zone(*records: str, **more: Types) -> dict[str, Types]:
    """The world with these TXT records at acme.com."""
    apex = {**WORLD["acme.com"], "TXT": list(records)} if records else WORLD["acme.com"]
    return {**WORLD, "acme.com": apex, **{name.replace("__", "."): types for name, types in more.items()}}


async def _facts(domain: str, dns: TableResolver) -> tuple[SpfFacts, MxFacts]:
    return await asyncio.gather(look_up(domain, dns), mx.look_up(domain, dns))


def lint(
    zone: Table,
    domain: str = DOMAIN,
    *,
    identity: str | None = None,
    mail_from: Tristate = Tristate.UNKNOWN,
) -> tuple[Finding, ...]:
    """The findings of the spf check alone."""
    (facts, exchangers), _ = run(_facts(domain, TableResolver(zone)))
    name = f"mail.{domain}" if mail_from is Tristate.YES else None
    ses = SesSetup(identity or domain, mail_from=mail_from, mail_from_domain=name)
    return judge(facts, mx=exchangers, ses=ses)


def assert_fixed(zone: Table, findings: tuple[Finding, ...], finding: Finding) -> None:
    """The fix replaces one valid record by another, its finding goes away, and nothing fails that did not."""
    assert finding.fix is not None
    assert all(not parse(record.value).flaws for record in finding.fix.records)
    after = lint(publish_fix(zone, finding.fix))
    assert finding.code.removeprefix("spf.") not in bare_codes(after)
    assert set(bare_codes(after, "fail")) <= set(bare_codes(findings, "fail"))
