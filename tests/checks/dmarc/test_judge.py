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
from tests.support.dmarc import NONE, REJECT, TOKENS, dmarc_zone, judge_over, judge_zone
from tests.support.dmarc_cases import VerdictCase, read_verdicts
from tests.support.findings import codes_of, find_finding, find_fix, list_faults
from tests.support.socket import over_socket
from tests.support.table import Table
from tests.support.zones import publish_fix

BOTH = ("acme.com", "news.acme.com")
BELOW = {"domain": "news.acme.com", "identity": "acme.com"}
UNSIGNED: dict[str, Any] = {"dkim": Tristate.NO, "spf": Tristate.NO}
VENDOR = {"vendor.net": {"MX": ["10 mx.vendor.net"]}}
CODES = (
    "missing multiple not-dmarc malformed invalid-tag inert no-p no-rua rua-invalid rua-unauthorised rua-no-mail "
    "blocks-ses aspf-strict adkim-strict org-split obsolete-tag"
)
"""All that a record can fix; lookup-failed and rua-not-told are in `test_unanswered`."""


CASES = read_verdicts()


def test_every_code_has_its_case() -> None:
    """Each is the first finding of some case, so that its fix is under test."""
    first = {case.expected[0].split(" ")[0] for case in CASES}
    assert first == set(CODES.split(" "))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_fix_ends_its_finding_and_breaks_nothing(case: VerdictCase) -> None:
    before = judge_zone(case.zone, **case.setup)
    assert codes_of(before) == case.expected
    for finding in before:
        assert finding.evidence, "every finding shows what was seen"
        assert finding.fix is not None
        assert finding.fix.step
    first = before[0]
    assert first.fix is not None
    removed = [f"- {record.name} {record.type} {record.value}" for record in first.fix.remove]
    assert [*removed, *(f"+ {record.name} {record.type} {record.value}" for record in first.fix.records)] == case.fix
    after = judge_zone(publish_fix(case.zone, first.fix), **case.setup)
    assert list_faults(after) <= list_faults(before) - {first.code}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_fixing_one_after_another_ends_well(case: VerdictCase) -> None:
    zone: Table = case.zone
    for _ in range(4):
        findings = judge_zone(zone, **case.setup)
        if not list_faults(findings):
            break
        assert findings[0].fix is not None
        zone = publish_fix(zone, findings[0].fix)
    assert "ok P" in codes_of(findings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
async def test_a_verdict_and_its_fix_over_a_real_socket(case: VerdictCase) -> None:
    before = await over_socket(case.zone, lambda dns: judge_over(dns, **case.setup))
    assert codes_of(before) == case.expected
    fix = before[0].fix
    assert fix is not None
    after = await over_socket(publish_fix(case.zone, fix), lambda dns: judge_over(dns, **case.setup))
    assert before[0].code not in list_faults(after)


ALL_AT_ONCE = "v=DMARC1; pct=50; sp=x; aspf=s; rua=d@acme.com,mailto:r@vendor.net,mailto:d@gone.acme.com!10m; adkim=s"


def test_many_faults_at_once_end_well_too() -> None:
    zone: Table = {**dmarc_zone({"acme.com": ALL_AT_ONCE}, BOTH), **VENDOR}
    setup: dict[str, Any] = {**BELOW, "dkim": Tristate.YES}
    before = judge_zone(zone, **setup)
    assert codes_of(before) == [
        "adkim-strict F",
        "invalid-tag W",
        "no-p W",
        "rua-invalid W",
        "obsolete-tag W",
        "rua-unauthorised W",
        "rua-no-mail W",
        "aspf-strict W",
    ]
    for finding in before:
        assert finding.fix is not None
        after = judge_zone(publish_fix(zone, finding.fix), **setup)
        assert list_faults(after) <= list_faults(before) - {finding.code}, finding.code
    for _ in before:
        findings = judge_zone(zone, **setup)
        if list_faults(findings):
            assert findings[0].fix is not None
            zone = publish_fix(zone, findings[0].fix)
    assert codes_of(judge_zone(zone, **setup)) == ["ok P"]


@cases()
def test_what_applies_and_why(about: str, records: dict[str, str], setup: dict[str, Any], says: str) -> None:
    consent = {"acme.com._report._dmarc.vendor.net": {"TXT": ["v=DMARC1; rua=mailto:other@vendor.net"]}}
    (finding,) = judge_zone({**dmarc_zone(records, BOTH), **VENDOR, **consent}, **setup)
    assert (finding.outcome, finding.code) == (Outcome.PASS, "dmarc.ok")
    assert says in finding.summary
    assert any("v=DMARC1" in line for line in finding.evidence)


def test_strict_dkim_is_fine_where_ses_signs_as_the_domain_itself() -> None:
    assert codes_of(judge_zone(dmarc_zone({"acme.com": f"{NONE}; adkim=s"}))) == ["ok P", "adkim-strict P"]


@cases(NONE=NONE, REJECT=REJECT)
def test_a_policy_that_refuses_what_ses_sends(
    about: str, text: str, dkim: Tristate, spf: Tristate, mail_from: str | None, blocked: bool
) -> None:
    findings = judge_zone(dmarc_zone({"acme.com": text}), dkim=dkim, spf=spf, mail_from=mail_from)
    assert ("blocks-ses F" in codes_of(findings)) == blocked


def test_a_blocking_policy_asks_for_dkim_first() -> None:
    zone = dmarc_zone({"acme.com": REJECT})
    fix = find_fix(judge_zone(zone, easy=True, **UNSIGNED), "blocks-ses")
    assert [(record.type, record.name, record.value) for record in fix.records] == [
        ("CNAME", f"{token}._domainkey.acme.com", f"{token}.dkim.amazonses.com") for token in TOKENS
    ]
    signed = judge_zone(publish_fix(zone, fix), dkim=Tristate.YES, spf=Tristate.NO)
    assert codes_of(signed) == ["ok P"]
    unknown_tokens = find_fix(judge_zone(zone, **UNSIGNED), "blocks-ses")
    assert not unknown_tokens.records
    assert "three CNAME records" in unknown_tokens.step


@cases()
@pytest.mark.parametrize("apex", [{"A": ["192.0.2.1"]}, {"MX": ["0 ."]}, {"MX": "timeout"}])
def test_no_mailbox_is_invented_where_none_is_known(
    about: str, records: dict[str, str], code: str, apex: dict[str, Sequence[str] | str]
) -> None:
    """A record with a made-up address must not be published by accident: the step asks for one in words."""
    fix = find_fix(judge_zone({**dmarc_zone(records, ()), "acme.com": apex}), code)
    assert not fix.records
    assert "mailto:" in fix.step


def test_a_correction_without_a_known_mailbox_says_what_to_add() -> None:
    fix = find_finding(
        judge_zone({**dmarc_zone({"acme.com": "v=dmarc1; p=none"}, ()), "acme.com": {"A": ["192.0.2.1"]}}), "malformed"
    ).fix
    assert fix is not None
    assert [record.value for record in fix.records] == ["v=DMARC1; p=none"]
    assert "rua=mailto:" in fix.step


def test_a_record_kept_elsewhere_is_named() -> None:
    zone = {
        **dmarc_zone({}),
        "_dmarc.acme.com": {"CNAME": ["d.vendor.net"]},
        "d.vendor.net": {"TXT": ["v=DMARC1; p=none"]},
    }
    fix = find_fix(judge_zone(zone), "no-rua")
    assert "d.vendor.net" in fix.step


def test_the_host_field_is_reported_where_the_provider_appends_the_zone() -> None:
    zone = dmarc_zone({"news.acme.com.acme.com": NONE}, BOTH)
    fix = find_fix(judge_zone(zone, domain="news.acme.com"), "missing")
    assert "the host to type is _dmarc.news." in fix.step


def test_report_hosts_past_the_fifth_are_not_followed() -> None:
    def judge_report_hosts(count: int) -> tuple[Finding, ...]:
        uris = ",".join(f"mailto:d@r{n}.acme.com" for n in range(count))
        records = {"acme.com": f"v=DMARC1; p=none; rua={uris}"}
        return judge_zone(dmarc_zone(records, ("acme.com", *(f"r{n}.acme.com" for n in range(count)))))

    assert codes_of(judge_report_hosts(5)) == ["ok P"]
    findings = judge_report_hosts(8)
    assert codes_of(findings) == ["rua-not-told W"]
    assert "r5.acme.com, r6.acme.com, r7.acme.com" in findings[0].summary


@pytest.mark.parametrize(
    "text", ["v=DMARC1; p=\x1b[31m; rua=mailto:d@acme.com", "v=dmarc1\x00\n<!channel>", "\x07" * 400]
)
def test_nothing_from_dns_moves_the_cursor(text: str) -> None:
    for finding in judge_zone(dmarc_zone({"acme.com": text})):
        lines = [finding.summary, *finding.evidence, finding.fix.step if finding.fix else ""]
        assert all(character.isprintable() for line in lines for character in line)


@cases()
def test_the_text_in_place_of_a_record_is_named(text: str, words: str) -> None:
    assert words in find_finding(judge_zone(dmarc_zone({"acme.com": text})), "not-dmarc").summary


def test_a_record_that_breaks_is_quoted_whole_without_a_sign_that_it_was_cut() -> None:
    finding = find_finding(
        judge_zone(dmarc_zone({"acme.com": "v=DMARC1; p=maybe; rua=mailto:dmarc@acme.com"})), "invalid-tag"
    )
    marked = next(line for line in finding.evidence if "➞" in line)
    assert "➞maybe" in marked
    assert "…" not in marked
