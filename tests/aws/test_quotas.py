"""A quota is asked for once, and followed. moto's Service Quotas takes no requests, so this is our own stand-in's."""

import pytest

from aws.request import read_increase, read_quota_status, request_increase
from fakes.ses import AwsFault, LoopbackSes
from model import AccountRegion
from model.changes import ChangeState
from model.staying import QUOTA_A_DAY, QuotaStatus
from tests.support.ses import MAIN, aws, sessions

__all__ = ["aws"]
HERE = AccountRegion("main", "us-east-1")
ASKED = {"QuotaCode": QUOTA_A_DAY, "DesiredValue": 100_000.0, "why": "It grows."}


@pytest.fixture(autouse=True)
def everywhere(aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)


async def test_it_is_asked_for_and_followed_by_its_id(aws: LoopbackSes) -> None:
    async with sessions() as ses:
        sent = await request_increase(ses, HERE, ASKED)
        assert sent.state is ChangeState.SENT
        assert (await read_increase(ses, HERE, ASKED, sent.receipt)).state is ChangeState.DONE
        assert await read_quota_status(ses, HERE, sent.receipt) == QuotaStatus(sent.receipt, "PENDING")
        again = await request_increase(ses, HERE, ASKED)
        assert again.state is ChangeState.REFUSED
        assert "has an open request for this quota already" in again.words
        aws.accounts[MAIN].quota_requests[0]["Status"] = "DENIED"
        assert (await read_increase(ses, HERE, ASKED, sent.receipt)).state is ChangeState.REFUSED


async def test_after_a_lost_answer_it_is_found_by_what_was_asked(aws: LoopbackSes) -> None:
    async with sessions() as ses:
        assert (await read_increase(ses, HERE, ASKED, "")).state is ChangeState.REFUSED
        aws.operation_faults[MAIN, "RequestServiceQuotaIncrease"] = AwsFault.LOST_ANSWER
        assert (await request_increase(ses, HERE, ASKED)).state is ChangeState.UNKNOWN
        found = await read_increase(ses, HERE, ASKED, "")
        assert found.state is ChangeState.DONE
        assert found.receipt == aws.accounts[MAIN].quota_requests[0]["Id"]
