"""What SES expects of a domain, asked over real sockets: at the right places, in time, and never anything false."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from aws import Account, Sessions
from fakes.ses import AwsFault, LoopbackSes, event_destination
from handlers.identities import Identities
from model import (
    Access,
    Events,
    Expectations,
    Identity,
    NotFound,
    RegionState,
    SesRegionView,
    Snapshot,
    Trouble,
    Unreadable,
)
from store import claim_due, ensure_account_regions, open_database, record_poll
from tests.support.databases import new_file
from tests.support.patience import PATIENCE
from tests.support.ses import MAIN, REGIONS, aws, sessions

__all__ = ["aws"]


def identity(token: str, *, verified: bool = True, **more: Any) -> dict[str, Any]:
    """GetEmailIdentity of a domain with one token that tells it from others."""
    return {
        "IdentityType": "DOMAIN",
        "VerifiedForSendingStatus": verified,
        "DkimAttributes": {
            "SigningEnabled": True,
            "Status": "SUCCESS" if verified else "PENDING",
            "Tokens": [token, f"{token}2", f"{token}3"],
            "SigningHostedZone": "dkim.amazonses.com",
            "SigningAttributesOrigin": "AWS_SES",
        },
        "MailFromAttributes": {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"},
        **more,
    }


@asynccontextmanager
async def asked(
    tmp_path: Path, *regions: str, listed: dict[str, list[str]] | None = None, patience: float = 10.0
) -> AsyncIterator[Identities]:
    """Identities over these regions of one account; `listed` is what the last polls listed, by region."""
    account = Account("main", regions or REGIONS)
    async with open_database(new_file(tmp_path / "x.sqlite3")) as db, sessions(account) as reader:
        await ensure_account_regions(db, dict.fromkeys(reader.account_regions(), "#x"))
        for claim in await claim_due(db, most=100, lease=30):
            names = (listed or {}).get(claim.account_region.region, [])
            identities = tuple(Identity(name, "DOMAIN") for name in names)
            known = RegionState(Snapshot(Access.IN_REVIEW), identities=identities)
            await record_poll(db, claim, known, [], again_in=600)
        here = Identities(reader, db, patience=patience)
        yield here
        await here.close()


async def token_of(here: Identities, domain: str = "acme.com", *, fresh: bool = False) -> tuple[str, str | None] | None:
    """The first token, and the region."""
    expected = (await here.look_up(domain, fresh=fresh)).expectations
    return (expected.tokens[0], expected.region) if expected else None


async def test_tokens_zone_and_mail_from_of_the_identity(aws: LoopbackSes, tmp_path: Path) -> None:
    mail_from = {"MailFromDomain": "m.acme.com", "MailFromDomainStatus": "SUCCESS"}
    aws.accounts[MAIN].identities["eu-west-1"] = {"acme.com": identity("a", MailFromAttributes=mail_from)}
    async with asked(tmp_path) as here:
        expected = (await here.look_up("news.acme.com")).expectations
    assert expected == Expectations(
        identity="acme.com",
        region="eu-west-1",
        tokens=("a", "a2", "a3"),
        signing_zone="dkim.amazonses.com",
        signing_enabled=True,
        dkim_status="SUCCESS",
        mail_from="m.acme.com",
        mail_from_status="SUCCESS",
        mail_from_known=True,
    )


@pytest.mark.parametrize(
    ("identities", "best"),
    [
        ({"us-east-1": {"acme.com": identity("a")}, "eu-west-1": {}}, ("a", "us-east-1")),
        ({"us-east-1": {}, "eu-west-1": {"acme.com": identity("b")}}, ("b", "eu-west-1")),
        # the domain's own identity before its parent's, verified before not, then the first in the accounts file
        ({"us-east-1": {"com": identity("x"), "acme.com": identity("a")}}, ("a", "us-east-1")),
        (
            {"us-east-1": {"acme.com": identity("a", verified=False)}, "eu-west-1": {"acme.com": identity("b")}},
            ("b", "eu-west-1"),
        ),
        ({"us-east-1": {"acme.com": identity("a")}, "eu-west-1": {"acme.com": identity("b")}}, ("a", "us-east-1")),
        ({}, None),
    ],
)
async def test_the_account_region_that_fits_best(
    aws: LoopbackSes, tmp_path: Path, identities: dict[str, Any], best: tuple[str, str] | None
) -> None:
    aws.accounts[MAIN].identities |= identities
    async with asked(tmp_path) as here:
        assert await token_of(here) == best


async def test_of_many_account_regions_only_those_that_list_the_domain_are_asked(
    aws: LoopbackSes, tmp_path: Path
) -> None:
    regions = [f"eu-west-{n}" for n in (1, 2, 3)] + [f"us-east-{n}" for n in (1, 2)]
    regions += ["us-west-1", "us-west-2", "ap-south-1", "ca-central-1", "sa-east-1"]
    account = aws.accounts[MAIN]
    account.regions |= dict.fromkeys(regions, account.regions["us-east-1"])
    account.identities["sa-east-1"] = {"acme.com": identity("s")}
    account.identities["us-west-1"] = {"acme.com": identity("w")}
    async with asked(tmp_path, *regions, listed={"sa-east-1": ["acme.com"]}) as here:
        assert await token_of(here, "news.acme.com") == ("s", "sa-east-1")
        assert await token_of(here, "other.com") is None
        nowhere = await here.look_up("other.com")
    assert (nowhere.region_views, nowhere.accounts, nowhere.unlisted) == ((), 1, 0)
    assert set(nowhere.regions) == set(regions), "where it was looked for, in the last lists"
    assert {region for operation, _, region in aws.calls if operation == "GetEmailIdentity"} == {"sa-east-1"}


@pytest.mark.parametrize(
    "fault",
    [AwsFault.THROTTLED, AwsFault.SERVER_ERROR, AwsFault.EMPTY, AwsFault.GARBAGE, AwsFault.DENIED, AwsFault.EXPIRED],
)
async def test_where_aws_does_not_tell_nothing_is_said(aws: LoopbackSes, tmp_path: Path, fault: AwsFault) -> None:
    aws.accounts[MAIN].identities["us-east-1"] = {"acme.com": identity("a")}
    aws.faults |= {(MAIN, region): fault for region in REGIONS}
    async with asked(tmp_path) as here:
        assert (await here.look_up("acme.com")).expectations is None


async def test_a_throttled_answer_gives_way_to_the_last_good_one(aws: LoopbackSes, tmp_path: Path) -> None:
    aws.accounts[MAIN].identities["us-east-1"] = {"acme.com": identity("a")}
    async with asked(tmp_path) as here:
        assert await token_of(here) == ("a", "us-east-1")
        aws.faults |= {(MAIN, region): AwsFault.THROTTLED for region in REGIONS}
        assert await token_of(here, fresh=True) == ("a", "us-east-1")


async def test_an_aws_that_hangs_is_waited_for_once(aws: LoopbackSes, tmp_path: Path) -> None:
    aws.faults[MAIN, "us-east-1"] = AwsFault.HANG
    aws.accounts[MAIN].identities["eu-west-1"] = {"acme.com": identity("b")}
    async with asked(tmp_path, patience=3.0) as here:
        assert await token_of(here) == ("b", "eu-west-1"), "the regions that answer count"
        await asyncio.sleep(0.4)  # the place has then been silent for long enough to be known for it
        assert await token_of(here, "other.com") is None
        assert aws.hanging.total() == 1, "a place that hangs is not asked by people in a hurry"


async def test_fifty_people_who_ask_at_once_are_one_question(
    aws: LoopbackSes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aws.rate_limit._STALLED_AFTER", PATIENCE)  # a busy machine is no region that hangs
    aws.accounts[MAIN].identities["us-east-1"] = {"acme.com": identity("a")}
    async with asked(tmp_path, "us-east-1") as here:
        assert set(await asyncio.gather(*(token_of(here) for _ in range(50)))) == {("a", "us-east-1")}
        aws.accounts[MAIN].identities["us-east-1"] = {"acme.com": identity("new")}
        assert await token_of(here) == ("a", "us-east-1")
        assert await token_of(here, fresh=True) == ("new", "us-east-1"), "“Check again” asks again"
    assert aws.calls["GetEmailIdentity", MAIN, "us-east-1"] == 2


async def test_a_database_that_fails_does_not_fail_the_check(
    aws: LoopbackSes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise OSError("disk on fire")

    monkeypatch.setattr("handlers.identities.find_account_regions", broken)
    async with asked(tmp_path) as here:
        assert (await here.look_up("acme.com")).expectations is None
    assert "looking for a domain among the accounts" in caplog.text


async def test_a_database_that_is_slow_is_left_with_a_warning(
    aws: LoopbackSes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def slow(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("handlers.identities.find_account_regions", slow)
    async with asked(tmp_path, patience=0.05) as here:
        assert (await here.look_up("acme.com")).why_not == "The database did not answer in time."
    [line] = [one for one in caplog.records if one.name == "handlers.identities"]
    assert (line.levelname, line.exc_info) == ("WARNING", None), "slowness is no fault of the program"


async def test_no_accounts_no_expectations(tmp_path: Path) -> None:
    async with open_database(new_file(tmp_path / "x.sqlite3")) as db, Sessions([]) as no_account:
        view = await Identities(no_account, db).look_up("acme.com")
        assert (view.expectations, view.why_not) == (None, "No AWS account is connected.")
        shown = await Identities(no_account, db, missing="No region is set.").look_up("acme.com")
        assert shown.why_not == "No region is set."


async def account_region_of(here: Identities, domain: str = "acme.com", *, fresh: bool = False) -> SesRegionView:
    [account_region] = (await here.look_up(domain, fresh=fresh)).region_views
    return account_region


async def test_the_account_is_known_from_the_last_poll_and_not_asked_for(aws: LoopbackSes, tmp_path: Path) -> None:
    aws.accounts[MAIN].identities["us-east-1"] = {"acme.com": identity("a")}
    async with asked(tmp_path, "us-east-1") as here:
        account_region = await account_region_of(here)
    assert account_region.state.snapshot == Snapshot(Access.IN_REVIEW)
    assert isinstance(account_region.identity, Identity)
    assert aws.calls["GetAccount", MAIN, "us-east-1"] == 0


async def test_who_hears_of_bounces_is_asked_where_a_configuration_set_is_chosen(
    aws: LoopbackSes, tmp_path: Path
) -> None:
    account = aws.accounts[MAIN]
    account.identities["us-east-1"] = {
        "acme.com": identity("a", ConfigurationSetName="main-set"),
        "gone.com": identity("g", ConfigurationSetName="gone"),
        "none.com": identity("n"),
    }
    off = event_destination(["COMPLAINT"], name="off", enabled=False)
    account.configuration_sets["us-east-1"] = {"main-set": [event_destination(["BOUNCE", "SEND"]), off]}
    async with asked(tmp_path, "us-east-1") as here:
        assert (await account_region_of(here)).events == Events(("BOUNCE", "SEND"))
        assert (await account_region_of(here, "gone.com")).events == Events(exists=False)
        assert (await account_region_of(here, "none.com")).events is None
        account.forbidden.add("GetConfigurationSetEventDestinations")
        account.configuration_sets["us-east-1"]["main-set"].append(event_destination(["COMPLAINT"], name="new"))
        assert (await account_region_of(here, fresh=True)).events == Events(("BOUNCE", "SEND")), "what was said last"
    async with asked(tmp_path, "us-east-1") as here:
        assert (await account_region_of(here)).events is None, "a refusal is never “no events”"


async def test_a_domain_of_which_only_addresses_are_verified(aws: LoopbackSes, tmp_path: Path) -> None:
    address = {"IdentityType": "EMAIL_ADDRESS", "VerifiedForSendingStatus": True, "VerificationStatus": "SUCCESS"}
    aws.accounts[MAIN].identities["us-east-1"] = {
        "ana@acme.com": address,
        "bo@acme.com.example": address,
        "cy@acme.com": {**address, "VerifiedForSendingStatus": False, "VerificationStatus": "PENDING"},
    }
    async with asked(tmp_path, "us-east-1") as here:
        account_region = await account_region_of(here)
        assert isinstance(account_region.identity, NotFound)
        assert account_region.addresses == ("ana@acme.com",)
        assert (await account_region_of(here, "other.com")).addresses == ()


async def test_what_is_in_the_way_is_reported(aws: LoopbackSes, tmp_path: Path) -> None:
    aws.accounts[MAIN].forbidden.add("GetEmailIdentity")
    async with asked(tmp_path, "us-east-1") as here:
        reading = (await account_region_of(here)).identity
    assert isinstance(reading, Unreadable)
    assert reading.trouble is Trouble.DENIED
    assert "GetEmailIdentity" in reading.why
