""" "Write as prose": both versions are shown and the person picks; whatever goes wrong, the letter stays."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from botocore.config import Config

from aws.prose import ProseWriter
from fakes.bedrock import LoopbackBedrock, ModelPlay
from fakes.slack import SlackMessage
from model.drafting import WrittenRequest
from tests.support.cases import cases
from tests.support.draft_app import DraftApp, actions, drafting, read

KEY, SECRET = "AKIAEXAMPLE000000001", "a-secret-for-tests"
PATIENT = Config(connect_timeout=60, read_timeout=120, retries={"mode": "standard", "total_max_attempts": 1})


@pytest.fixture
async def bedrock(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackBedrock]:
    async with LoopbackBedrock({KEY: SECRET}) as world:
        for name, value in {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": world.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }.items():
            monkeypatch.setenv(name, value)
        yield world


@pytest.fixture
async def room(tmp_path: Path, bedrock: LoopbackBedrock) -> AsyncIterator[DraftApp]:
    async with (
        drafting(tmp_path) as room,
        ProseWriter(bedrock.models[0], "us-east-1", deadline=120, config=PATIENT) as writer,
    ):
        assert room.draft_services
        room.draft_services.prose = writer
        yield room


async def asked(room: DraftApp) -> tuple[list[SlackMessage], list[SlackMessage]]:
    """Write a request and press "Write as prose"; the messages of the result, and those that follow."""
    messages = await room.written()
    assert actions(messages[-1])[-1] == "draft_prose"
    count = len(room.slack.workspace.messages)
    await room.slack.press(messages[-1], "draft_prose")
    await room.quiet()
    return messages, room.slack.workspace.messages[count:]


async def kept(room: DraftApp) -> WrittenRequest:
    [stored] = await room.drafts()
    assert isinstance(stored.written, WrittenRequest)
    return stored.written


async def test_both_versions_are_shown_and_the_person_picks(room: DraftApp) -> None:
    _, shown = await asked(room)
    written = await kept(room)
    text = read(shown)
    assert "As prose, by a model" in text
    assert "The letter" in text
    assert written.prose
    assert written.prose != written.request.message
    assert written.message == written.request.message, "nothing is chosen yet"
    await room.slack.press(shown[-1], "draft_choose_prose")
    await room.quiet()
    assert (await kept(room)).message == written.prose
    await room.slack.press(shown[-1], "draft_choose_letter")
    await room.quiet()
    assert (await kept(room)).message == written.request.message


async def test_only_what_was_chosen_is_posted(room: DraftApp) -> None:
    _, shown = await asked(room)
    await room.slack.press(shown[-1], "draft_choose_prose")
    await room.quiet()
    result = room.slack.messages()[-1]
    await room.slack.press(result, "draft_posted")
    await room.quiet()
    [stored] = await room.drafts()
    assert isinstance(stored.written, WrittenRequest)
    assert stored.posted_texts == (stored.written.prose,)


@cases()
async def test_a_model_that_fails_costs_nothing(
    play: ModelPlay, why: str, room: DraftApp, bedrock: LoopbackBedrock
) -> None:
    bedrock.play = play
    _, shown = await asked(room)
    assert "The letter stays as it is." in read(shown)
    assert why in read(shown)
    written = await kept(room)
    assert (written.prose, written.message) == ("", written.request.message)


async def test_what_a_model_invents_is_not_in_the_prose(room: DraftApp, bedrock: LoopbackBedrock) -> None:
    bedrock.play = ModelPlay.DOUBLE_OPT_IN
    _, shown = await asked(room)
    assert "double opt-in" not in read(shown).lower()


async def test_without_a_model_nothing_is_offered_and_nothing_is_sent(room: DraftApp, bedrock: LoopbackBedrock) -> None:
    assert room.draft_services
    room.draft_services.prose = None
    messages = await room.written()
    assert "draft_prose" not in actions(messages[-1])
    assert bedrock.attempts == 0
