"""Asking for production access over real sockets, and what GetAccount then says of it. Our own stand-in plays SES:
moto knows no review."""

from typing import Any

import pytest

from aws.request import check_before_request, explain_request_on_record, judge_details, put_details, read_details
from fakes.ses import AwsFault, LoopbackSes
from model import Access, AccountRegion, Reading, Snapshot, Trouble, Unreadable
from model.changes import ChangeState
from tests.support.cases import cases
from tests.support.ses import MAIN, aws, sessions

__all__ = ["aws"]
HERE = AccountRegion("main", "eu-west-1")
ASK: dict[str, Any] = {
    "MailType": "TRANSACTIONAL",
    "WebsiteURL": "https://acme.com/",
    "ContactLanguage": "EN",
    "UseCaseDescription": "We send receipts.",
    "ProductionAccessEnabled": True,
}


@pytest.fixture(autouse=True)
def unlimited(aws: LoopbackSes) -> None:
    aws._rate_limits = False


def requests(aws: LoopbackSes) -> int:
    return aws.answered["PutAccountDetails", MAIN, "eu-west-1", ""]


async def test_a_request_is_sent_once_and_read_back_with_its_case(aws: LoopbackSes) -> None:
    async with sessions() as here:
        assert await check_before_request(here, HERE, ASK) is None
        assert (await read_details(here, HERE, ASK)).state is ChangeState.REFUSED, "AWS has none yet"
        assert (await put_details(here, HERE, ASK)).state is ChangeState.SENT
        done = await read_details(here, HERE, ASK)
    [case] = aws.accounts[MAIN].cases
    assert (done.state, done.receipt) == (ChangeState.DONE, case)
    assert requests(aws) == 1


@cases()
async def test_an_answer_that_is_certain_is_refused_and_every_other_is_unknown(
    fault: AwsFault, state: ChangeState, words: str, aws: LoopbackSes
) -> None:
    aws.operation_faults[MAIN, "PutAccountDetails"] = fault
    async with sessions() as here:
        outcome = await put_details(here, HERE, ASK)
    assert outcome.state is state
    assert words in outcome.words
    assert aws.calls["PutAccountDetails", MAIN, "eu-west-1"] == 1, "no retry"


async def test_a_blank_website_is_refused(aws: LoopbackSes) -> None:
    async with sessions() as here:
        outcome = await put_details(here, HERE, ASK | {"WebsiteURL": " "})
    assert outcome.state is ChangeState.REFUSED


@cases()
async def test_a_conflict_says_what_is_on_record(status: str, words: str, aws: LoopbackSes) -> None:
    aws.submit(MAIN, "eu-west-1")
    {"DENIED": aws.deny, "GRANTED": aws.grant, "PENDING": lambda *_: None}[status](MAIN, "eu-west-1")
    async with sessions() as here:
        before = await check_before_request(here, HERE, ASK)
        outcome = await put_details(here, HERE, ASK)
    assert before is not None
    for one in (before, outcome):
        assert one.state is ChangeState.REFUSED
        assert words in one.words
        assert "Nothing was sent" in one.words
    assert requests(aws) == 0


async def test_a_request_that_may_have_arrived_before_is_known_again(aws: LoopbackSes) -> None:
    async with sessions() as here:
        await put_details(here, HERE, ASK)
        known = await check_before_request(here, HERE, ASK, sent_before=True)
        assert known is not None
        assert known.state is ChangeState.DONE
        again = await put_details(here, HERE, ASK, sent_before=True)
        assert again.state is ChangeState.UNKNOWN, "a conflict with itself is read back"
        other = await check_before_request(here, HERE, ASK | {"MailType": "MARKETING"}, sent_before=True)
        assert other is not None
        assert other.state is ChangeState.REFUSED
        assert "Another request is on record" in other.words
    assert requests(aws) == 1


@pytest.mark.parametrize(
    "fault", [AwsFault.EMPTY, AwsFault.GARBAGE, AwsFault.EXPIRED, AwsFault.DENIED, AwsFault.SERVER_ERROR]
)
async def test_where_the_account_cannot_be_read_nothing_is_sent(aws: LoopbackSes, fault: AwsFault) -> None:
    aws.operation_faults[MAIN, "GetAccount"] = fault
    async with sessions() as here:
        before = await check_before_request(here, HERE, ASK)
        after = await read_details(here, HERE, ASK)
    assert before is not None
    assert before.state is ChangeState.REFUSED
    assert "Nothing was sent" in before.words
    assert after.state is ChangeState.UNKNOWN, "what cannot be read is not missing"


PENDING = Snapshot(Access.IN_REVIEW, case_id="177", mail_type="TRANSACTIONAL", website="https://acme.com")


@pytest.mark.parametrize(
    ("reading", "state"),
    [
        (PENDING, ChangeState.DONE),
        (Snapshot(Access.NOT_GRANTED, mail_type="TRANSACTIONAL", website="HTTPS://ACME.COM"), ChangeState.DONE),
        (Snapshot(Access.IN_REVIEW, mail_type="MARKETING", website="https://acme.com"), ChangeState.REFUSED),
        (Snapshot(Access.IN_REVIEW, mail_type="TRANSACTIONAL", website="https://shop.example"), ChangeState.REFUSED),
        (Snapshot(Access.SANDBOX), ChangeState.REFUSED),
        (Snapshot(Access.FAILED, mail_type="TRANSACTIONAL", website="https://acme.com"), ChangeState.REFUSED),
        (Snapshot(Access.UNKNOWN), ChangeState.UNKNOWN),
        (Unreadable(Trouble.TIMEOUT, "AWS did not answer in time"), ChangeState.UNKNOWN),
    ],
)
def test_details_as_sent_and_a_review_mean_that_aws_has_it(reading: Reading, state: ChangeState) -> None:
    assert judge_details(reading, ASK).state is state


def test_no_reason_is_made_up() -> None:
    assert "does not say why" in explain_request_on_record(Snapshot(Access.UNKNOWN))
    assert "case 177" in explain_request_on_record(PENDING)
