"""Everything that belongs to a domain, on virtual time: what is reported when, and what trouble in one part does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from checks.check import Check, CheckContext, CheckResult, load_checks
from checks.run import run_checks
from demo.zones import TABLE, TOKENS
from model import Checked, Expectations, Finding, Outcome, SesView, Verdict
from model.checks import REGISTRY, Source
from tests.support import virtual
from tests.support.aws import identity, region_view
from tests.support.cases import cases
from tests.support.reports import found
from tests.support.table import TableResolver

READY = "ready.example"


def build_check(
    check: str,
    *findings: Finding,
    seconds: float = 0.0,
    result: CheckResult | None = None,
    error: Exception | None = None,
) -> Check:
    """A part that takes its time, or fails."""

    async def look(_: CheckContext) -> CheckResult:
        await asyncio.sleep(seconds)
        if error:
            raise error
        return result or CheckResult(findings)

    return Check(check, (check,), look)


def website_check(outcome: Outcome = Outcome.PASS, code: str = "website.ok", **more: Any) -> Check:
    return build_check("website", found(code, outcome), **more)


def aws_answer(view: SesView, seconds: float = 0.0) -> Callable[[], Awaitable[SesView]]:
    async def look() -> SesView:
        await asyncio.sleep(seconds)
        return view

    return look


def run_whole(domain: str = READY, *checks: Check, **options: Any) -> tuple[Checked, int, list[tuple[float, Checked]]]:
    """Returns the report, how long it took, and the reports that came before, with the time."""
    before: list[tuple[float, Checked]] = []
    of_ses = load_checks({Source.AWS}) if "aws" in options else ()

    async def run() -> Checked:
        loop = asyncio.get_running_loop()
        reports = run_checks(domain, TableResolver(TABLE), checks=[*checks, *of_ses], **options)
        before.extend([(loop.time(), checked) async for checked in reports])
        return before.pop()[1]

    checked, ticks = virtual.run(run())
    return checked, ticks, before


def report_codes(checked: Checked) -> set[str]:
    return {finding.code for finding in checked.report.findings}


def test_a_website_that_hangs_holds_up_no_one() -> None:
    checked, ticks, reported = run_whole(
        READY, website_check(seconds=30), build_check("domain_age", found("domain_age.ok", Outcome.PASS))
    )
    when, first = reported[-1]
    assert when == 2, "what DNS costs, and no more"
    assert first.pending == ("website",)
    assert {"mx.ok", "dmarc.ok", "domain_age.ok"} <= report_codes(first)
    assert ticks <= 11, "the final verdict"
    assert checked.pending == ()
    assert checked.report.verdict is Verdict.READY
    assert checked.notes == ("Not looked at: website. That took too long.",)
    assert checked.report.seconds == 11.0


def test_everything_begins_at_once() -> None:
    ticks = run_whole(
        READY,
        website_check(seconds=2),
        build_check("domain_age", seconds=2),
        aws=aws_answer(SesView((region_view(identity()),)), 2),
    )[1]
    assert ticks < 6


@cases()
def test_one_verdict_of_all(outcome: Outcome, verdict: Verdict) -> None:
    checked, _, reported = run_whole(READY, website_check(outcome, "website.parked", seconds=5))
    assert reported[-1][1].report.verdict is Verdict.READY, "as far as DNS shows"
    assert checked.report.verdict is verdict
    assert [finding.check for finding in checked.report.findings][-1] == "website"


def test_a_fault_of_ours_in_one_part_leaves_the_others_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    checked, _, _ = run_whole(
        READY, website_check(error=KeyError("<secret>")), build_check("domain_age", found("domain_age.expired"))
    )
    assert "domain_age.expired" in report_codes(checked)
    assert checked.report.verdict is Verdict.FIX_FIRST
    assert checked.notes == ("Not looked at: website. An error in ses-bot, which is in its log.",)
    assert "KeyError at check.py" in caplog.text
    assert "secret" not in caplog.text


def test_what_aws_holds_is_judged_and_expected_in_dns() -> None:
    expected = Expectations("doubled.example", region="us-east-1", tokens=TOKENS, signing_zone="dkim.amazonses.com")
    view = SesView((region_view(identity("PENDING")),), expectations=expected)
    assert {"dkim.ses-cname-doubled", "identity.pending", "account.sandbox-ready"} <= report_codes(
        run_whole("doubled.example", aws=aws_answer(view))[0]
    )
    typed = Expectations(identity="doubled.example", tokens=("abc",))
    own = report_codes(run_whole("doubled.example", aws=aws_answer(view), expectations=typed)[0])
    assert "dkim.ses-cname-doubled" not in own, "what was typed goes before what AWS says"
    assert "identity.pending" in own


def test_without_an_account_one_line_says_so_and_the_verdict_stands() -> None:
    checked, _, _ = run_whole(READY, aws=aws_answer(SesView(why_not="No AWS account is connected: no region is set.")))
    assert checked.notes == ("Not looked at: SES identity and account. No AWS account is connected: no region is set.",)
    assert checked.report.verdict is Verdict.READY
    assert not {finding.check for finding in checked.report.findings} & {"identity", "account"}


def test_an_aws_that_hangs_ends_with_the_rest() -> None:
    checked, ticks, _ = run_whole(READY, aws=aws_answer(SesView(), 60))
    assert ticks <= 13
    assert checked.notes == ("Not looked at: SES identity and account. AWS did not answer in time.",)


def test_a_domain_that_does_not_exist_has_one_finding() -> None:
    no_site = website_check(Outcome.FAIL, "website.no-address")
    unregistered = build_check("domain_age", found("domain_age.not-registered"))
    unanswered = build_check("domain_age", found("domain_age.no-rdap", Outcome.UNKNOWN))
    pending = aws_answer(SesView((region_view(identity("PENDING")),)))
    assert report_codes(run_whole("nowhere.example", no_site, unregistered)[0]) == {"domain_age.not-registered"}
    assert report_codes(run_whole("nowhere.example", no_site, unanswered)[0]) == {
        "mx.domain-not-found",
        "domain_age.no-rdap",
    }
    assert "identity.pending" not in report_codes(run_whole("nowhere.example", aws=pending)[0])


def test_only_looks_at_what_it_must() -> None:
    never = build_check("domain_age", error=AssertionError("not asked for"))
    checked, ticks, _ = run_whole(READY, website_check(), never, only=["website"])
    assert report_codes(checked) == {"website.ok"}
    assert (ticks, checked.report.queries, checked.notes) == (1, 0, ()), "DNS says that the domain exists, no more"
    assert report_codes(run_whole(READY, website_check(), only=["mx"])[0]) == {"mx.ok"}


@pytest.mark.parametrize("only", [["spf"], ["website"], ["dkim", "dmarc"]])
def test_that_a_domain_does_not_exist_is_said_whatever_is_asked(only: list[str]) -> None:
    checked, _, _ = run_whole("nowhere.example", website_check(), only=only)
    assert "mx.domain-not-found" in report_codes(checked)
    assert checked.report.verdict is Verdict.FIX_FIRST


def test_when_the_domain_was_registered_is_kept() -> None:
    day = date(2020, 1, 2)
    assert run_whole(READY, build_check("domain_age", result=CheckResult(registered=day)))[0].registered == day


def test_a_part_learns_the_organizational_domain() -> None:
    organizations: list[str | None] = []

    async def look(context: CheckContext) -> CheckResult:
        organizations.append(await context.organization())
        return CheckResult()

    run_whole("news.ready.example", Check("domain age", ("domain_age",), look))
    assert organizations == [READY]


def test_what_aws_expects_costs_only_the_questions_that_it_adds() -> None:
    """Nothing is looked up twice, although AWS answers after the first round trip."""

    async def run(**options: Any) -> tuple[Checked, list[tuple[str, str]]]:
        dns = TableResolver(TABLE)
        reports = [report async for report in run_checks("doubled.example", dns, **options)]
        return reports[-1], dns.questions

    expected = Expectations("doubled.example", region="us-east-1", tokens=TOKENS, signing_zone="dkim.amazonses.com")
    (alone, asked_alone), _ = virtual.run(run())
    (known, asked_known), _ = virtual.run(run(expectations=expected))
    (checked, asks), ticks = virtual.run(run(aws=aws_answer(SesView(expectations=expected), 1.5)))
    assert report_codes(known) <= report_codes(checked)
    assert report_codes(known) != report_codes(alone)
    assert {*asks} <= {*asked_alone, *asked_known}
    assert asks.count(("doubled.example", "TXT")) < (asked_alone + asked_known).count(("doubled.example", "TXT")), "SPF"
    assert ticks <= 4


def test_of_several_faults_in_dns_checks_none_is_lost(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(kind: type[Exception]) -> Callable[..., Awaitable[None]]:
        async def look_up(*_: object, **__: object) -> None:
            raise kind("<secret>")

        return look_up

    monkeypatch.setattr("checks.mx.look_up", broken(KeyError))
    monkeypatch.setattr("checks.spf.look_up", broken(IndexError))
    with pytest.raises(ExceptionGroup) as caught:
        run_whole(READY)
    assert all(caught.value.subgroup(kind) for kind in (KeyError, IndexError))
    assert all(f"{kind} at test_run.py" in caplog.text for kind in ("KeyError", "IndexError"))
    assert "secret" not in caplog.text


def test_every_check_of_the_registry_can_be_run() -> None:
    checks = load_checks(set(Source))
    assert {name for check in checks for name in check.names} == {info.name for info in REGISTRY if info.run}
    assert [check.title for check in load_checks({Source.WEB}, ["website"])] == ["website"]
