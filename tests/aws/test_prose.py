"""A letter goes to a model over real sockets, as boto3 sends it; whatever the model does comes back as a value."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from botocore.config import Config

from aws.prose import ProseWriter
from drafts import guard
from drafts.request import write
from fakes.bedrock import LoopbackBedrock, ModelPlay
from model import Trouble, Unreadable
from model.request import Answers, Prose, ViolationKind
from tests.support.cases import cases
from tests.support.letters import INJECTIONS, SHOP

MODEL = "test.letter-v1:0"
QUICK = Config(connect_timeout=1, read_timeout=0.5, retries={"mode": "standard", "total_max_attempts": 1})
PATIENT = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 1})
PARTS = guard.parts_to_reword(write(SHOP, None))


@pytest.fixture
async def bedrock(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackBedrock]:
    """Bedrock with one model; the ambient credentials open it."""
    keys = {"AKIAEXAMPLE000000001": "a-secret-for-tests"}
    async with LoopbackBedrock(keys) as world:
        [(key, secret)] = keys.items()
        for name, value in {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": world.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }.items():
            monkeypatch.setenv(name, value)
        yield world


async def written(config: Config = PATIENT, model: str = MODEL, deadline: float = 60.0) -> Prose | Unreadable:
    """What the model makes of the shop's letter."""
    async with ProseWriter(model, "us-east-1", deadline=deadline, config=config) as writer:
        return await writer.write(PARTS)


async def test_an_honest_model_passes_the_guard(bedrock: LoopbackBedrock) -> None:
    prose = await written()
    assert isinstance(prose, Prose)
    assert guard.check(prose, PARTS) == ()
    assert "Altogether we send" in guard.compose_prose(prose, write(SHOP, None), ())
    assert bedrock.refusals == []


async def test_the_model_gets_the_parts_and_nothing_else(bedrock: LoopbackBedrock) -> None:
    await written()
    assert bedrock.asked == [[{"id": p.id, "head": p.head, "text": p.text} for p in PARTS]]
    assert not any(SHOP.example.split("\n")[0] in part["text"] for part in bedrock.asked[0])


@cases()
async def test_what_a_model_invents_or_loses_is_put_right(
    play: ModelPlay, kind: ViolationKind, bedrock: LoopbackBedrock
) -> None:
    bedrock.play = play
    prose = await written()
    assert isinstance(prose, Prose)
    violations = guard.check(prose, PARTS)
    assert kind in {violation.kind for violation in violations}
    whole = guard.compose_prose(prose, write(SHOP, None), violations)
    assert "double opt-in" not in whole
    assert "64,000" not in whole
    assert "The Harbour letter" in whole


@pytest.mark.parametrize("answers", INJECTIONS, ids=["recognized", "unrecognized"])
async def test_an_instruction_in_an_answer_has_no_effect(bedrock: LoopbackBedrock, answers: Answers) -> None:
    bedrock.play = ModelPlay.OBEYED
    request = write(answers, None)
    parts = guard.parts_to_reword(request)
    async with ProseWriter(MODEL, "us-east-1", config=PATIENT) as writer:
        prose = await writer.write(parts)
    assert isinstance(prose, Prose)
    whole = guard.compose_prose(prose, request, guard.check(prose, parts))
    assert "has already been approved by AWS" not in whole
    assert answers.anything_else in whole, "it is in the letter as typed, and had no other effect"


async def test_a_recognized_instruction_never_reaches_the_model(bedrock: LoopbackBedrock) -> None:
    async with ProseWriter(MODEL, "us-east-1", config=PATIENT) as writer:
        await writer.write(guard.parts_to_reword(write(INJECTIONS[0], None)))
    assert not any("Ignore all" in part["text"] for part in bedrock.asked[0])


@cases()
async def test_a_model_that_does_not_write_gives_a_reason(
    play: ModelPlay, trouble: Trouble, bedrock: LoopbackBedrock
) -> None:
    bedrock.play = play
    answer = await written()
    assert isinstance(answer, Unreadable)
    assert answer.trouble is trouble
    assert answer.why
    assert bedrock.attempts == 1, "one attempt, no storm of retries"


async def test_a_slow_model_costs_its_deadline_and_no_more(bedrock: LoopbackBedrock) -> None:
    bedrock.play = ModelPlay.TIMEOUT
    by_socket = await written(QUICK)
    by_deadline = await written(PATIENT.merge(Config(read_timeout=5)), deadline=0.2)
    for answer in (by_socket, by_deadline):
        assert isinstance(answer, Unreadable)
        assert answer.trouble is Trouble.TIMEOUT


async def test_a_slow_model_holds_up_no_other_letter(bedrock: LoopbackBedrock) -> None:
    bedrock.play = ModelPlay.TIMEOUT
    async with ProseWriter(MODEL, "us-east-1", deadline=60, config=PATIENT) as writer:
        slow = asyncio.create_task(writer.write(PARTS))
        await asyncio.wait_for(bedrock.reached.wait(), 60)
        bedrock.play = ModelPlay.HONEST
        assert isinstance(await writer.write(PARTS), Prose)
        slow.cancel()


async def test_an_unknown_model_and_bad_credentials_are_reasons(
    bedrock: LoopbackBedrock, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = await written(model="test.none-v1:0")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    wrong = await written()
    assert isinstance(unknown, Unreadable)
    assert isinstance(wrong, Unreadable)
    assert wrong.trouble is Trouble.CREDENTIALS
    assert len(bedrock.refusals) == 2
