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
async def app(tmp_path: Path, bedrock: LoopbackBedrock) -> AsyncIterator[DraftApp]:
    async with (
        drafting(tmp_path) as app,
        ProseWriter(bedrock.models[0], "us-east-1", deadline=120, config=PATIENT) as writer,
    ):
        assert app.draft_services
        app.draft_services.prose = writer
        yield app


async def asked(app: DraftApp) -> tuple[list[SlackMessage], list[SlackMessage]]:
    """Write a request and press "Write as prose"; the messages of the result, and those that follow."""
    messages = await app.written()
    assert actions(messages[-1])[-1] == "draft_prose"
    count = len(app.slack.workspace.messages)
    await app.slack.press(messages[-1], "draft_prose")
    await app.quiet()
    return messages, app.slack.workspace.messages[count:]


async def kept(app: DraftApp) -> WrittenRequest:
    [stored] = await app.drafts()
    assert isinstance(stored.written, WrittenRequest)
    return stored.written


async def test_both_versions_are_shown_and_the_person_picks(app: DraftApp) -> None:
    _, shown = await asked(app)
    written = await kept(app)
    text = read(shown)
    assert "As prose, by a model" in text
    assert "The letter" in text
    assert written.prose
    assert written.prose != written.request.message
    assert written.message == written.request.message, "nothing is chosen yet"
    await app.slack.press(shown[-1], "draft_choose_prose")
    await app.quiet()
    assert (await kept(app)).message == written.prose
    await app.slack.press(shown[-1], "draft_choose_letter")
    await app.quiet()
    assert (await kept(app)).message == written.request.message


async def test_only_what_was_chosen_is_posted(app: DraftApp) -> None:
    _, shown = await asked(app)
    await app.slack.press(shown[-1], "draft_choose_prose")
    await app.quiet()
    result = app.slack.messages()[-1]
    await app.slack.press(result, "draft_posted")
    await app.quiet()
    [stored] = await app.drafts()
    assert isinstance(stored.written, WrittenRequest)
    assert stored.posted_texts == (stored.written.prose,)


@cases()
async def test_a_model_that_fails_costs_nothing(
    play: ModelPlay, why: str, app: DraftApp, bedrock: LoopbackBedrock
) -> None:
    bedrock.play = play
    _, shown = await asked(app)
    assert "The letter stays as it is." in read(shown)
    assert why in read(shown)
    written = await kept(app)
    assert (written.prose, written.message) == ("", written.request.message)


async def test_what_a_model_invents_is_not_in_the_prose(app: DraftApp, bedrock: LoopbackBedrock) -> None:
    bedrock.play = ModelPlay.DOUBLE_OPT_IN
    _, shown = await asked(app)
    assert "double opt-in" not in read(shown).lower()


async def test_without_a_model_nothing_is_offered_and_nothing_is_sent(app: DraftApp, bedrock: LoopbackBedrock) -> None:
    assert app.draft_services
    app.draft_services.prose = None
    messages = await app.written()
    assert "draft_prose" not in actions(messages[-1])
    assert bedrock.attempts == 0
