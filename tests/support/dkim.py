"""Zones with DKIM keys in them, and what a check of them finds."""

from collections.abc import Sequence

from checks import dkim
from model import Expectations, Finding
from tests.support.keys import rsa
from tests.support.table import Table, TableResolver
from tests.support.virtual import run
from tests.support.zones import without_names

D = "acme.com"
T1, T2, T3 = TOKENS = ("aaaabbbbccccddddeeeeffffgggghhhh", "iiiijjjjkkkkllllmmmmnnnnoooopppp", "qqqqrrrrsssstttt")
ZONE = "dkim.amazonses.com"
KEY = f"p={rsa()}"
SES = Expectations(D, region="us-east-1", tokens=TOKENS, signing_zone=ZONE, signing_enabled=True, dkim_status="SUCCESS")
PASTED = Expectations(D, tokens=TOKENS)
OWN = Expectations(D, selector="mine", signing_enabled=True)

SESSIDE: Table = {f"{token}.{ZONE}": {"TXT": [KEY]} for token in TOKENS}
APEX: Table = {D: {"MX": ["10 mx.acme.com"], "TXT": ["v=spf1 -all"]}}
CNAMES: Table = {f"{token}._domainkey.{D}": {"CNAME": [f"{token}.{ZONE}"]} for token in TOKENS}
HEALTHY: Table = {**APEX, **SESSIDE, **CNAMES}


def key_name(selector: str, domain: str = D) -> str:
    return f"{selector}._domainkey.{domain}"


def facts_of(
    zone: Table, known: Expectations | None = SES, selectors: Sequence[str] = (), domain: str = D
) -> dkim.DkimFacts:
    table = TableResolver(zone)
    facts, ticks = run(dkim.look_up(domain, table, selectors=selectors, expectations=known))
    assert ticks <= 2, "two round trips at most"
    assert len(table.asked) <= 100
    return facts


def judge_zone(zone: Table, known: Expectations | None = SES, selectors: Sequence[str] = ()) -> tuple[Finding, ...]:
    return dkim.judge(facts_of(zone, known, selectors))


def join_zones(*parts: Table) -> Table:
    return {name: types for part in parts for name, types in part.items()}


def txt_zone(selector: str, *records: str) -> Table:
    return {key_name(selector): {"TXT": list(records)}}


def cname_zone(token: str, target: str, domain: str = D) -> Table:
    return {key_name(token, domain): {"CNAME": [target]}}


GOOD = f"v=DKIM1; k=rsa; p={rsa()}"
WITHOUT_T1: Table = without_names(HEALTHY, key_name(T1))
