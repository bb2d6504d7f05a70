"""Setting up a domain over a real socket: what is there is kept, what cannot be read is not touched."""

from collections.abc import Mapping
from typing import Any

import pytest

from aws import identities
from aws.identities import CREATE_DESTINATION, CREATE_IDENTITY, CREATE_SET, EVENT_KINDS, SET_DEFAULT, SET_MAIL_FROM
from fakes.ses import AwsFault, LoopbackSes, domain_identity, event_destination
from model import AccountRegion
from model.changes import ChangeState
from tests.support.ses import MAIN, aws, sessions

HERE = AccountRegion("main", "us-east-1")
NAME = "acme.com"
BUS = f"arn:aws:events:us-east-1:{MAIN}:event-bus/default"
ARGUMENTS: Mapping[str, Any] = {"identity": NAME, "mail_from": f"bounce.{NAME}", "set": "ses-bot-acme-com", "bus": BUS}
ORDER = (CREATE_IDENTITY, SET_MAIL_FROM, CREATE_SET, CREATE_DESTINATION, SET_DEFAULT)
__all__ = ["aws"]


async def test_each_operation_is_not_done_then_done_then_kept(aws: LoopbackSes) -> None:
    async with sessions() as ours:
        for name in ORDER:
            assert (await identities.read_setup(ours, HERE, name, ARGUMENTS)).state is ChangeState.REFUSED, name
            assert await identities.check_before_setup(ours, HERE, name, ARGUMENTS) is None, name
            assert (await identities.send_setup(ours, HERE, name, ARGUMENTS)).state is ChangeState.SENT, name
            assert (await identities.read_setup(ours, HERE, name, ARGUMENTS)).state is ChangeState.DONE, name
            kept = await identities.check_before_setup(ours, HERE, name, ARGUMENTS)
            assert kept is not None
            assert kept.state is ChangeState.DONE, name
    [destination] = aws.accounts[MAIN].configuration_sets["us-east-1"]["ses-bot-acme-com"]
    assert destination["MatchingEventTypes"] == list(EVENT_KINDS)
    assert aws.accounts[MAIN].identities["us-east-1"][NAME]["MailFromAttributes"]["MailFromDomain"] == f"bounce.{NAME}"
    assert [one for one in aws.refusals if one.code != "NotFoundException"] == []


async def test_another_mail_from_and_another_default_are_kept(aws: LoopbackSes) -> None:
    identity = domain_identity(["t1", "t2", "t3"], mail_from=f"ours.{NAME}") | {"ConfigurationSetName": "ours"}
    aws.accounts[MAIN].identities["us-east-1"] = {NAME: identity}
    async with sessions() as ours:
        mail_from = await identities.check_before_setup(ours, HERE, SET_MAIL_FROM, ARGUMENTS)
        default = await identities.check_before_setup(ours, HERE, SET_DEFAULT, ARGUMENTS)
    assert mail_from is not None
    assert default is not None
    assert (mail_from.state, mail_from.words) == (ChangeState.DONE, f"MAIL FROM is ours.{NAME}, and stays so.")
    assert default.words == "ours is the default configuration set, and stays so."


async def test_what_a_parent_identity_has_is_not_taken_for_the_domains_own(aws: LoopbackSes) -> None:
    aws.accounts[MAIN].identities["us-east-1"] = {NAME: domain_identity(["t1", "t2", "t3"])}
    async with sessions() as ours:
        below = {**ARGUMENTS, "identity": f"news.{NAME}"}
        assert (await identities.read_setup(ours, HERE, CREATE_IDENTITY, below)).state is ChangeState.REFUSED


@pytest.mark.parametrize("name", ORDER)
@pytest.mark.parametrize("fault", [AwsFault.SERVER_ERROR, AwsFault.EMPTY, AwsFault.GARBAGE, AwsFault.DENIED])
async def test_what_cannot_be_read_is_not_touched(aws: LoopbackSes, name: str, fault: AwsFault) -> None:
    for read in ("GetEmailIdentity", "GetConfigurationSetEventDestinations"):
        aws.operation_faults[MAIN, read] = fault
    async with sessions() as ours:
        early = await identities.check_before_setup(ours, HERE, name, ARGUMENTS)
        assert early is not None
        assert early.state is ChangeState.REFUSED
        assert early.words.startswith("Nothing was sent.")
        assert (await identities.read_setup(ours, HERE, name, ARGUMENTS)).state is ChangeState.UNKNOWN


async def test_what_another_person_makes_in_the_same_moment_is_there_all_the_same(aws: LoopbackSes) -> None:
    async with sessions() as ours:
        for name in (CREATE_IDENTITY, CREATE_SET):
            await identities.send_setup(ours, HERE, name, ARGUMENTS)
            assert (await identities.send_setup(ours, HERE, name, ARGUMENTS)).state is ChangeState.SENT


async def test_events_that_go_elsewhere_or_nowhere_do_not_count(aws: LoopbackSes) -> None:
    off = event_destination(EVENT_KINDS, enabled=False) | {"EventBridgeDestination": {"EventBusArn": BUS}}
    aws.accounts[MAIN].configuration_sets["us-east-1"] = {"ses-bot-acme-com": [event_destination(EVENT_KINDS), off]}
    async with sessions() as ours:
        assert (await identities.read_setup(ours, HERE, CREATE_DESTINATION, ARGUMENTS)).state is ChangeState.REFUSED


def test_the_records_are_those_that_ses_gives() -> None:
    mx, txt = identities.mail_from_records("bounce.acme.com", "eu-west-1")
    assert (mx.type, mx.priority, mx.value) == ("MX", 10, "feedback-smtp.eu-west-1.amazonses.com")
    assert (txt.type, txt.value) == ("TXT", "v=spf1 include:amazonses.com ~all")
