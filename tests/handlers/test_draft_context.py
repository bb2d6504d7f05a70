"""What a letter may claim that the bot saw itself: only what is known, and only of the region that is asked for."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from handlers.drafts.context import Pages, find_pages, find_seen_facts, find_verified_regions, ses_note
from handlers.drafts.result import billing_day
from handlers.drafts.services import DraftServices
from model import (
    Access,
    AccountRegion,
    AccountRegionStatus,
    Checked,
    Events,
    Finding,
    Identity,
    Outcome,
    RegionState,
    Report,
    SesRegionView,
    SesView,
    Snapshot,
    Unreadable,
    Verdict,
)
from model.account import Trouble
from model.request import Answers
from store import open_database
from tests.support.cases import cases
from tests.support.databases import new_file
from tests.support.draft_app import MONDAY, PATIENT

ANSWERS = Answers(domain="acme.com", account="main", region="eu-west-1")
HERE, THERE = AccountRegion("main", "eu-west-1"), AccountRegion("main", "us-east-1")
GOOD = Identity(
    "acme.com",
    verified=True,
    dkim_status="SUCCESS",
    signing_enabled=True,
    mail_from="m.acme.com",
    mail_from_status="SUCCESS",
)
ON = Snapshot(Access.SANDBOX, suppression=("BOUNCE", "COMPLAINT"))


def status(account_region: AccountRegion, snapshot: Snapshot | None = ON, *identities: Identity) -> AccountRegionStatus:
    state = RegionState(snapshot, identities=identities)
    return AccountRegionStatus(account_region, None, None, state, MONDAY, MONDAY)


def report(*findings: Finding) -> Checked:
    return Checked(Report("acme.com", Verdict.READY, findings, 0.1, 1), "acme.com")


def dmarc(outcome: Outcome, code: str = "dmarc.ok") -> Checked:
    return report(Finding("dmarc", outcome, code, "words"))


IN_DOUBT = replace(GOOD, verified=None, dkim_status="PENDING", mail_from_status="FAILED")


async def seen(
    tmp_path: Path, aws: SesView, *account_regions: AccountRegionStatus, checked: Checked | None = None
) -> set[str]:
    """The names of the facts that would be claimed."""

    async def at_aws(_: str) -> SesView:
        return aws

    async with open_database(new_file(tmp_path / "x.sqlite3")) as db:
        drafts = DraftServices(cast(Any, None), db, now=lambda: MONDAY, look_up_at_aws=at_aws, limits=PATIENT)
        facts = await find_seen_facts(drafts, ANSWERS, checked, account_regions)
    assert (facts.at, facts.domain, facts.region) == (MONDAY.date(), "acme.com", "eu-west-1")
    names = ("verified", "dkim", "mail_from", "dmarc", "suppression", "rehearsed")
    return {name for name in names if getattr(facts, name)}


async def test_what_ses_says_of_the_region_is_seen(tmp_path: Path) -> None:
    aws = SesView((SesRegionView(HERE, identity=GOOD),))
    found = await seen(tmp_path, aws, status(HERE), checked=dmarc(Outcome.PASS))
    assert found == {"verified", "dkim", "mail_from", "dmarc", "suppression"}


@pytest.mark.parametrize(
    "aws",
    [
        SesView(),
        SesView((SesRegionView(THERE, identity=GOOD),)),
        SesView((SesRegionView(HERE, identity=Unreadable(Trouble.DENIED, "no")),)),
        SesView(
            (
                SesRegionView(
                    HERE, identity=replace(GOOD, verified=None, dkim_status="PENDING", mail_from_status="FAILED")
                ),
            )
        ),
    ],
)
async def test_what_is_unknown_or_of_another_region_is_not(tmp_path: Path, aws: SesView) -> None:
    assert await seen(tmp_path, aws, status(THERE, ON, GOOD)) == set()


async def test_what_the_last_poll_listed_counts_where_ses_is_silent(tmp_path: Path) -> None:
    assert await seen(tmp_path, SesView(), status(HERE, None, GOOD)) == {"verified", "dkim", "mail_from"}


@pytest.mark.parametrize("suppression", [None, (), ("BOUNCE",)])
async def test_a_list_that_lacks_a_reason_is_not_on(tmp_path: Path, suppression: tuple[str, ...] | None) -> None:
    assert await seen(tmp_path, SesView(), status(HERE, replace(ON, suppression=suppression))) == set()


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.UNKNOWN])
async def test_a_dmarc_record_that_was_not_found_is_not_claimed(tmp_path: Path, outcome: Outcome) -> None:
    assert await seen(tmp_path, SesView(), checked=dmarc(outcome, "dmarc.missing")) == set()


def test_the_note_says_what_ses_says_of_suppression_and_events() -> None:
    events = SesView((SesRegionView(HERE, events=Events(("BOUNCE", "COMPLAINT"))),))
    assert ses_note(ANSWERS, (), None) == ""
    assert "bounces and complaints on the account’s suppression list" in ses_note(ANSWERS, (status(HERE),), None)
    assert "suppression list is off" in ses_note(ANSWERS, (status(HERE, replace(ON, suppression=())),), None)
    assert "reports these events to you: bounce, complaint" in ses_note(ANSWERS, (), events)
    assert "reports no events" in ses_note(ANSWERS, (), SesView((SesRegionView(HERE, events=Events()),)))


def test_the_regions_where_the_domain_or_a_parent_is_verified() -> None:
    account_regions = (
        status(HERE, ON, replace(GOOD, name="acme.com")),
        status(THERE, ON, replace(GOOD, verified=False)),
    )
    assert find_verified_regions("mail.acme.com", account_regions) == ("eu-west-1",)
    assert find_verified_regions("acme.org", account_regions) == ()


def test_a_page_is_filled_in_only_where_the_check_names_it() -> None:
    lines = ("privacy policy: https://acme.com/p", "sign-up form: ftp://acme.com", "unsubscribe page: see below")
    good = Finding("website", Outcome.PASS, "website.ok", "fine", lines)
    assert find_pages(report(good)) == Pages("https://acme.com", "https://acme.com/p")
    assert find_pages(report(replace(good, check="spf"))) == Pages()
    assert find_pages(report(replace(good, outcome=Outcome.FAIL, evidence=()))) == Pages()
    assert find_pages(None) == Pages()


@cases()
def test_a_whole_month_is_billed_before_the_day_to_come_back(today: date, back: date) -> None:
    assert billing_day(today) == back
