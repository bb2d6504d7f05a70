"""Support cases over real sockets. Our own stand-in plays them: moto knows neither communications nor support plans."""

from datetime import UTC, datetime

import pytest

from aws import cases
from aws.sessions import Sessions
from fakes.ses import AwsFault, LoopbackSes, support
from model import AccountRegion, NotFound
from model.account import CaseAccess, SupportCase
from model.changes import ChangeState
from tests.support.ses import MAIN, OTHER, aws, sessions

__all__ = ["aws"]
HERE = AccountRegion("main", "eu-west-1")
CASE = "17012345678"


@pytest.fixture(autouse=True)
def endpoint(aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SUPPORT", aws.url)


async def read(reader: Sessions, display_id: str = CASE) -> cases.CaseReading:
    return await cases.read_case(reader, HERE, display_id)


async def test_a_long_case_is_read_newest_first(aws: LoopbackSes) -> None:
    case = support.open_case(aws.accounts[MAIN], CASE, "We ask for production access.")
    for number in range(130):
        support.write_message(case, f"{number} 拝啓 <b>" * 300, files=("form.pdf",) if number == 129 else ())
    async with sessions() as reader:
        found = await read(reader)
    assert isinstance(found, SupportCase)
    assert len(found.communications) == cases.MOST_COMMUNICATIONS
    newest = found.communications[0]
    assert newest.text.startswith("129 拝啓 <b>")
    assert (newest.by_aws, newest.attachments) == (True, ("form.pdf",))
    assert [one.at for one in found.communications] == sorted((one.at for one in found.communications), reverse=True)


async def test_a_plan_without_the_support_api_is_found_out_by_a_try(aws: LoopbackSes) -> None:
    async with sessions() as reader:
        assert await cases.read_case_access(reader, HERE) is CaseAccess.OPEN
        aws.accounts[MAIN].support_plan = False
        assert await cases.read_case_access(reader, HERE) is CaseAccess.NO_PLAN
        assert await read(reader) is CaseAccess.NO_PLAN
        aws.accounts[MAIN].support_plan = True
        aws.accounts[MAIN].forbidden.add("DescribeCases")
        assert await read(reader) is CaseAccess.DENIED


async def test_a_case_of_another_account_is_not_found(aws: LoopbackSes) -> None:
    support.open_case(aws.accounts[OTHER], CASE)
    async with sessions() as reader:
        assert await read(reader) == NotFound()
        refused = await cases.check_before_posting(reader, HERE, CASE, "Our answer.")
    assert refused is not None
    assert refused.state is ChangeState.REFUSED
    assert "no such case" in refused.words


async def test_a_text_is_posted_once_and_a_closed_case_takes_none(aws: LoopbackSes) -> None:
    case = support.open_case(aws.accounts[MAIN], CASE, "We ask.")
    async with sessions() as reader:
        assert await cases.check_before_posting(reader, HERE, CASE, "Our\nanswer.") is None
        assert (await cases.post_text(reader, HERE, CASE, "Our\nanswer.")).state is ChangeState.SENT
        assert (await cases.read_posted(reader, HERE, CASE, "Our\nanswer.")).state is ChangeState.DONE
        again = await cases.check_before_posting(reader, HERE, CASE, "Our answer. ")
        assert again is not None
        assert again.state is ChangeState.DONE, "it is there already"
        case["status"] = "resolved"
        closed = await cases.check_before_posting(reader, HERE, CASE, "Another answer.")
    assert closed is not None
    assert closed.state is ChangeState.REFUSED
    assert "closed" in closed.words


@pytest.mark.parametrize("text", ["", "x" * 8_001])
async def test_a_text_that_aws_refuses_is_certainly_not_posted(aws: LoopbackSes, text: str) -> None:
    case = support.open_case(aws.accounts[MAIN], CASE)
    async with sessions() as reader:
        outcome = await cases.post_text(reader, HERE, CASE, text)
    assert outcome.state is ChangeState.REFUSED
    assert case["communications"] == []


async def test_a_lost_answer_is_unknown_until_the_case_is_read(aws: LoopbackSes) -> None:
    support.open_case(aws.accounts[MAIN], CASE)
    aws.operation_faults[MAIN, "AddCommunicationToCase"] = AwsFault.LOST_ANSWER
    async with sessions() as reader:
        assert (await cases.post_text(reader, HERE, CASE, "Our answer.")).state is ChangeState.UNKNOWN
        assert (await cases.read_posted(reader, HERE, CASE, "Our answer.")).state is ChangeState.DONE


async def test_a_message_without_a_time_is_left_out(aws: LoopbackSes) -> None:
    case = support.open_case(aws.accounts[MAIN], CASE)
    support.write_message(case, "When?")
    case["communications"][0]["timeCreated"] = "soon"
    support.write_message(case, "Now.")
    async with sessions() as reader:
        found = await read(reader)
    assert isinstance(found, SupportCase)
    assert [one.text for one in found.communications] == ["Now."]
    assert found.communications[0].at <= datetime.now(UTC)


async def test_a_case_that_is_not_as_documented_is_read_to_an_end(
    aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that never end, and a case without its id, cost a few calls and no more."""
    case = support.open_case(aws.accounts[MAIN], CASE)
    support.write_message(case, "Now.")
    endless = {"communications": case["communications"], "nextToken": "more"}
    monkeypatch.setitem(support._OPERATIONS, "DescribeCommunications", lambda *_: endless)
    async with sessions() as reader:
        assert isinstance(await read(reader), SupportCase)
        assert aws.calls["DescribeCommunications", MAIN, "us-east-1"] == 3
        del case["caseId"]
        assert await read(reader) == NotFound()
        refused = await cases.post_text(reader, HERE, CASE, "Our answer.")
    assert refused.state is ChangeState.REFUSED
