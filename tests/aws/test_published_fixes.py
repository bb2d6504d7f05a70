"""The law of "Fix it for me": a fix that is published in Route 53 ends its finding, and changes no other record.

Every zone that the check suites spoil goes into a Route 53 of our own over sockets (see `tests.aws.test_route53` for
why not moto's), each fix with records through plan, batch and read-back; then the zone is judged again.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from aws import Account, Sessions, route53
from aws.zone_plan import plan_changes, record_names_of
from checks.dns_checks import check_dns
from demo.zones import KEY
from fakes.ses import LoopbackSes
from model import AccountRegion, Expectations, Finding, Fix, Outcome
from model.changes import ChangeState
from model.zone import HostedZone
from tests.checks.test_fix_laws import KINDS, PLACES, SES, TOKENS, ZONE, publish_text, spoil_text
from tests.support.dmarc_cases import read_verdicts
from tests.support.hosted import changed, hosted, table_of
from tests.support.ses import MAIN, sessions
from tests.support.table import Table, TableResolver
from tests.support.virtual import run

D = "acme.com"
HERE = AccountRegion("main", "us-east-1")
_STAYS = frozenset({"mail_from.guessed", "mail_from.not-set"})
"""These stay once their records are right: then what is left is to do in SES, or only an account says more."""


@dataclass(frozen=True, slots=True)
class Case:
    """A zone that something is wrong with. `only`: the checks that judge it."""

    zone: Table
    only: frozenset[str]
    domain: str = D
    expected: Expectations | None = None

    @property
    def apex(self) -> str:
        return ".".join(self.domain.split(".")[-2:])


def spf(*texts: str) -> Case:
    return Case({**ZONE, D: {**ZONE[D], "TXT": list(texts)}}, frozenset({"spf"}))


def ses(check: str, changes: Mapping[str, Mapping[str, list[str]] | None], **known: Any) -> Case:
    """The zone of a whole identity, with names replaced; None takes one out."""
    zone = {name: types for name, types in {**ZONE, **changes}.items() if types is not None}
    return Case(zone, frozenset({check}), expected=replace(SES, **known))


TOKEN = f"{TOKENS[0]}._domainkey.{D}"
HEALTHY_TXT = ["v=spf1 include:amazonses.com ~all"]
HEALTHY_MX = ["10 feedback-smtp.us-east-1.amazonses.com"]
BY_HAND = (
    spf(),
    spf("v=spf1 include:_spf.google.com ~all", "v=spf1 ip4:192.0.2.7 ~all"),
    *(
        spf(f"v=spf1 {terms}")
        for terms in (
            "include:_spf.google.com +all",
            "ip4:0.0.0.0/0 mx -all",
            "include:_spf.google.com ?all",
            "include:_spf.google.com",
            "ptr mx ~all",
            "include:_spf.google.com ~all ip4:192.0.2.7",
            "a:gone.acme.com include:_spf.google.com ~all",
            "a:gone1.acme.com a:gone2.acme.com a:gone3.acme.com mx ~all",
            "include:gone.acme.com mx ~all",
            "include=_spf.google.com mx ~all",
            "ipv4:192.0.2.7 mx ~all",
            "mx " + "include:_spf.google.com " * 10 + "~all",
        )
    ),
    ses("dkim", {TOKEN: None}),
    ses("dkim", {TOKEN: {"CNAME": [f"{TOKENS[0]}.eu.dkim.amazonses.com"]}}),
    ses("dkim", {TOKEN: None, f"{TOKEN}.{D}": ZONE[TOKEN]}),
    ses("dkim", {TOKEN: {"TXT": ["p=abc"]}}),
    ses("mail_from", {f"mail.{D}": {"TXT": HEALTHY_TXT}}),
    ses("mail_from", {f"mail.{D}": {"MX": ["10 feedback-smtp.eu-west-1.amazonses.com"], "TXT": ["v=spf1 ~all"]}}),
    ses(
        "mail_from",
        {f"mail.{D}": {"MX": [*HEALTHY_MX, "20 mx.acme.com"], "TXT": HEALTHY_TXT}},
    ),
    ses("mail_from", {f"mail.{D}": {"MX": HEALTHY_MX}}),
    ses("mail_from", {f"mail.{D}": None}, mail_from=None),
    Case({**ZONE, f"s1._domainkey.{D}": {"TXT": [KEY.replace("p=", "t=y; p=")]}}, frozenset({"dkim"})),
)
WANTED = {
    "spf": "missing multiple syntax unknown-modifier too-many-lookups too-many-voids void include-none plus-all "
    "neutral-all no-all ptr after-all",
    "dkim": "ses-cname-missing ses-cname-wrong ses-cname-doubled testing malformed",
    "dmarc": "missing multiple malformed invalid-tag inert no-p no-rua rua-invalid aspf-strict obsolete-tag org-split",
    "mail_from": "mx-missing mx-multiple mx-wrong-region spf-missing spf-no-ses",
}
"""The codes of the verdicts whose fix has records."""


def cases() -> Iterator[Case]:
    yield from BY_HAND
    for account_region in PLACES:
        for kind in KINDS:
            zone = publish_text(account_region, spoil_text(account_region.text, kind, 37))
            yield Case(zone, frozenset({account_region.check}), expected=SES if account_region.reported else None)
    for verdict in read_verdicts():
        identity = verdict.setup.get("identity")
        expected = Expectations(identity, mail_from=verdict.setup.get("mail_from")) if identity else None
        yield Case(verdict.zone, frozenset({"dmarc"}), verdict.setup.get("domain", D), expected)


def judged(case: Case, zone: Table) -> dict[str, Finding]:
    work = check_dns(case.domain, TableResolver(zone), only=case.only, selectors=["s1"], expectations=case.expected)
    checked, _ = run(work)
    return {found.code: found for found in checked.report.findings if found.outcome is not Outcome.PASS}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[asyncio.Runner, LoopbackSes, Sessions]]:
    monkeypatch.setattr(route53, "_CALL_SPACING", 0.0)
    with asyncio.Runner() as runner:
        server = LoopbackSes()
        runner.run(server.__aenter__())
        [(key, secret)] = server.add(MAIN, HERE.region).keys.items()
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
        monkeypatch.setenv("AWS_ENDPOINT_URL_ROUTE_53", server.url)
        reader = sessions(Account("main", (HERE.region,)))
        runner.run(reader.__aenter__())
        yield runner, server, reader
        runner.run(reader.__aexit__())
        runner.run(server.__aexit__())


def test_every_fix_that_is_published_ends_its_finding_and_changes_nothing_else(
    world: tuple[asyncio.Runner, LoopbackSes, Sessions],
) -> None:
    runner, server, reader = world
    tried: Counter[str] = Counter()
    for case in cases():
        before = table_of(hosted(case.zone, case.apex), case.zone)
        for code, finding in judged(case, before).items():
            fix = finding.fix
            if fix is None or not (fix.records or fix.remove):
                continue
            after = runner.run(_publish(server, reader, case, fix))
            left = judged(case, after)
            again = left[code].fix if code in left else None
            assert code not in left or code in _STAYS, (code, fix, left)
            assert again is None or not (again.records or again.remove), (code, again)
            tried[code] += 1
    wanted = {f"{check}.{code}" for check, codes in WANTED.items() for code in codes.split()}
    assert wanted <= tried.keys(), sorted(wanted - tried.keys())
    assert tried.total() > 200


async def _publish(server: LoopbackSes, reader: Sessions, case: Case, fix: Fix) -> Table:
    """The zone as DNS answers it once the fix is published; what the fix does not name is as it was."""
    zone = hosted(case.zone, case.apex)
    server.accounts[MAIN].zones = {zone.id: zone}
    before, here = dict(zone.sets), HostedZone(zone.id, zone.name, zone.servers)
    sets = await route53.read_record_sets(reader, HERE, here, record_names_of([fix]))
    assert isinstance(sets, tuple)
    planned = plan_changes({here: sets}, [fix])
    assert planned.left == (), (fix, planned.left)
    [batch] = planned.zones
    arguments = route53.to_arguments(here, batch.changes)
    assert await route53.check_before_change(reader, HERE, arguments) is None
    sent = await route53.change_record_sets(reader, HERE, arguments)
    assert sent.state is ChangeState.SENT, (fix, sent)
    named = {(f"{one.name.lower()}.", one.type, "") for one in (*fix.records, *fix.remove)}
    assert changed(before, zone.sets) <= named
    for key in changed(before, zone.sets):
        was, now = before.get(key), zone.sets.get(key)
        if was and now and key[1] != "CNAME":
            touched = len(fix.remove) + len(fix.records)
            assert now.ttl == was.ttl
            assert len(set(was.values) - set(now.values)) <= touched, "only what the fix names goes"
            kept = [value for value in was.values if value in now.values]
            assert list(now.values[: len(kept)]) == kept, "what stays keeps its order"
    return table_of(zone, case.zone)
