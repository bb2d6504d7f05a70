"""Judging the SPF of a test's zone: look up on virtual time, judge, and what the findings say in short."""

import asyncio

from checks import mx
from checks.mx import MxFacts
from checks.resolver.table import Table, TableResolver
from checks.spf import SpfFacts, judge, look_up
from checks.told import SesStanding, Told
from model import Finding
from tests.support.virtual import run

DOMAIN = "acme.com"


async def _facts(domain: str, dns: TableResolver) -> tuple[SpfFacts, MxFacts]:
    return await asyncio.gather(look_up(domain, dns), mx.look_up(domain, dns))


def lint(
    zone: Table,
    domain: str = DOMAIN,
    *,
    identity: str | None = None,
    mail_from: Told = Told.UNKNOWN,
    mail_from_wanted: bool = True,
) -> tuple[Finding, ...]:
    """The findings of the spf check alone."""
    (facts, exchangers), _ = run(_facts(domain, TableResolver(zone)))
    name = f"mail.{domain}" if mail_from is Told.YES else None
    ses = SesStanding(identity or domain, mail_from=mail_from, mail_from_domain=name)
    return judge(facts, mx=exchangers, ses=ses, mail_from_wanted=mail_from_wanted)


def codes(findings: tuple[Finding, ...], *outcomes: str) -> list[str]:
    """The codes without `spf.`, of these outcomes or of all."""
    return [finding.code.removeprefix("spf.") for finding in findings if not outcomes or finding.outcome in outcomes]


def told(findings: tuple[Finding, ...], code: str) -> Finding:
    """The one finding with this code."""
    (finding,) = (finding for finding in findings if finding.code == f"spf.{code}")
    return finding
