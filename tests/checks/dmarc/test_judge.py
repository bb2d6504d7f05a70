"""Every verdict about DMARC by a zone that earns it, and its fix: the finding goes, and nothing else breaks.

The cases stand in `verdicts.txt`; here is how they are read, and what a table cannot say. The sections are those of RFC
9989 unless they say otherwise.
"""

from collections.abc import Sequence
from typing import Any

import pytest

from checks.answers import Tristate
from model import Finding, Outcome
from tests.support.cases import cases
from tests.support.dmarc import NONE, REJECT, TOKENS, coded, codes, judged, zone_of
from tests.support.dmarc_cases import Verdict, verdicts
from tests.support.table import Table
from tests.support.zones import applied

EXTERNAL = "v=DMARC1; p=none; rua=mailto:r@vendor.net"
BOTH = ("acme.com", "news.acme.com")
BELOW = {"domain": "news.acme.com", "identity": "acme.com"}
UNSIGNED: dict[str, Any] = {"dkim": Tristate.NO, "spf": Tristate.NO}
VENDOR = {"vendor.net": {"MX": ["10 mx.vendor.net"]}}
CODES = (
    "missing multiple not-dmarc malformed invalid-tag inert no-p no-rua rua-invalid rua-unauthorised rua-no-mail "
    "blocks-ses aspf-strict adkim-strict org-split obsolete-tag"
)
"""All that a record can fix; lookup-failed and rua-not-told are in `test_unanswered`."""


CASES = verdicts()


def wrong(findings: Sequence[Finding]) -> set[str]:
    return {finding.code for finding in findings if finding.outcome is not Outcome.PASS}


def test_every_code_has_its_case() -> None:
    """Each is the first finding of some case, so that its fix is under test."""
    first = {case.found[0].split(" ")[1] for case in CASES}
    assert first == set(CODES.split(" "))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_a_fix_ends_its_finding_and_breaks_nothing(case: Verdict) -> None:
    before = judged(case.zone, **case.asked)
    assert codes(before) == case.found
    for finding in before:
        assert finding.evidence, "every finding shows what was seen"
        assert finding.fix is not None
        assert finding.fix.step
    first = before[0]
    assert first.fix is not None
    removed = [f"- {record.name} {record.type} {record.value}" for record in first.fix.remove]
    assert [*removed, *(f"+ {record.name} {record.type} {record.value}" for record in first.fix.records)] == case.fix
    after = judged(applied(case.zone, first.fix), **case.asked)
    assert wrong(after) <= wrong(before) - {first.code}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_fixing_one_after_another_ends_well(case: Verdict) -> None:
    zone: Table = case.zone
    for _ in range(4):
        findings = judged(zone, **case.asked)
        if not wrong(findings):
            break
        assert findings[0].fix is not None
        zone = applied(zone, findings[0].fix)
    assert "pass ok" in codes(findings)


ALL_AT_ONCE = "v=DMARC1; pct=50; sp=x; aspf=s; rua=d@acme.com,mailto:r@vendor.net,mailto:d@gone.acme.com!10m; adkim=s"


def test_many_faults_at_once_end_well_too() -> None:
    zone: Table = {**zone_of({"acme.com": ALL_AT_ONCE}, BOTH), **VENDOR}
    asked: dict[str, Any] = {**BELOW, "dkim": Tristate.YES}
    before = judged(zone, **asked)
    assert codes(before) == [
        "fail adkim-strict",
        "warn invalid-tag",
        "warn no-p",
        "warn rua-invalid",
        "warn obsolete-tag",
        "warn rua-unauthorised",
        "warn rua-no-mail",
        "warn aspf-strict",
    ]
    for finding in before:
        assert finding.fix is not None
        after = judged(applied(zone, finding.fix), **asked)
        assert wrong(after) <= wrong(before) - {finding.code}, finding.code
    for _ in before:
        findings = judged(zone, **asked)
        if wrong(findings):
            assert findings[0].fix is not None
            zone = applied(zone, findings[0].fix)
    assert codes(judged(zone, **asked)) == ["pass ok"]


@cases()
def test_what_applies_and_why(about: str, records: dict[str, str], asked: dict[str, Any], says: str) -> None:
    consent = {"acme.com._report._dmarc.vendor.net": {"TXT": ["v=DMARC1; rua=mailto:other@vendor.net"]}}
    (finding,) = judged({**zone_of(records, BOTH), **VENDOR, **consent}, **asked)
    assert (finding.outcome, finding.code) == (Outcome.PASS, "dmarc.ok")
    assert says in finding.summary
    assert any("v=DMARC1" in line for line in finding.evidence)


def test_strict_dkim_is_fine_where_ses_signs_as_the_domain_itself() -> None:
    assert codes(judged(zone_of({"acme.com": f"{NONE}; adkim=s"}))) == ["pass ok", "pass adkim-strict"]


@cases(NONE=NONE, REJECT=REJECT)
def test_a_policy_that_refuses_what_ses_sends(
    about: str, text: str, dkim: Tristate, spf: Tristate, mail_from: str | None, blocked: bool
) -> None:
    findings = judged(zone_of({"acme.com": text}), dkim=dkim, spf=spf, mail_from=mail_from)
    assert ("fail blocks-ses" in codes(findings)) == blocked


def test_a_blocking_policy_asks_for_dkim_first() -> None:
    zone = zone_of({"acme.com": REJECT})
    fix = coded(judged(zone, easy=True, **UNSIGNED), "blocks-ses").fix
    assert fix is not None
    assert [(record.type, record.name, record.value) for record in fix.records] == [
        ("CNAME", f"{token}._domainkey.acme.com", f"{token}.dkim.amazonses.com") for token in TOKENS
    ]
    signed = judged(applied(zone, fix), dkim=Tristate.YES, spf=Tristate.NO)
    assert codes(signed) == ["pass ok"]
    unknown_tokens = coded(judged(zone, **UNSIGNED), "blocks-ses").fix
    assert unknown_tokens is not None
    assert not unknown_tokens.records
    assert "three CNAME records" in unknown_tokens.step


@cases()
@pytest.mark.parametrize("apex", [{"A": ["192.0.2.1"]}, {"MX": ["0 ."]}, {"MX": "timeout"}])
def test_no_mailbox_is_invented_where_none_is_known(
    about: str, records: dict[str, str], code: str, apex: dict[str, Sequence[str] | str]
) -> None:
    """A record with a made-up address must not be published by accident: the step asks for one in words."""
    fix = coded(judged({**zone_of(records, ()), "acme.com": apex}), code).fix
    assert fix is not None
    assert not fix.records
    assert "mailto:" in fix.step


def test_a_correction_without_a_known_mailbox_says_what_to_add() -> None:
    fix = coded(
        judged({**zone_of({"acme.com": "v=dmarc1; p=none"}, ()), "acme.com": {"A": ["192.0.2.1"]}}), "malformed"
    ).fix
    assert fix is not None
    assert [record.value for record in fix.records] == ["v=DMARC1; p=none"]
    assert "rua=mailto:" in fix.step


def test_a_record_kept_elsewhere_is_named() -> None:
    zone = {
        **zone_of({}),
        "_dmarc.acme.com": {"CNAME": ["d.vendor.net"]},
        "d.vendor.net": {"TXT": ["v=DMARC1; p=none"]},
    }
    fix = coded(judged(zone), "no-rua").fix
    assert fix is not None
    assert "d.vendor.net" in fix.step


def test_the_host_field_is_reported_where_the_provider_appends_the_zone() -> None:
    zone = zone_of({"news.acme.com.acme.com": NONE}, BOTH)
    fix = coded(judged(zone, domain="news.acme.com"), "missing").fix
    assert fix is not None
    assert "the host to type is _dmarc.news." in fix.step


def test_report_hosts_past_the_fifth_are_not_followed() -> None:
    uris = ",".join(f"mailto:d@r{n}.acme.com" for n in range(8))
    records = {"acme.com": f"v=DMARC1; p=none; rua={uris}"}
    findings = judged(zone_of(records, ("acme.com", *(f"r{n}.acme.com" for n in range(8)))))
    assert codes(findings) == ["warn rua-not-told"]
    assert "r5.acme.com, r6.acme.com, r7.acme.com" in findings[0].summary


@pytest.mark.parametrize(
    "text", ["v=DMARC1; p=\x1b[31m; rua=mailto:d@acme.com", "v=dmarc1\x00\n<!channel>", "\x07" * 400]
)
def test_nothing_from_dns_moves_the_cursor(text: str) -> None:
    for finding in judged(zone_of({"acme.com": text})):
        shown = [finding.summary, *finding.evidence, finding.fix.step if finding.fix else ""]
        assert all(character.isprintable() for line in shown for character in line)
