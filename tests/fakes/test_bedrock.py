"""The stand-in for Bedrock is as strict as the service where a client can go wrong."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from aws.prose import build_question
from fakes.bedrock import LoopbackBedrock
from model.request import SourcePart

KEY, SECRET, MODEL = "AKIAEXAMPLE000000001", "a-secret-for-tests", "test.letter-v1:0"
GOOD = build_question(MODEL, [SourcePart("p1", "", "We sell tea.")])


@pytest.fixture
async def bedrock() -> AsyncIterator[LoopbackBedrock]:
    async with LoopbackBedrock({KEY: SECRET}) as world:
        yield world


async def converse(bedrock: LoopbackBedrock, *, secret: str = SECRET, **changed: Any) -> dict[str, Any]:
    """One call of boto3, in a thread as always."""
    client = boto3.client(
        "bedrock-runtime", region_name="us-east-1", endpoint_url=bedrock.url, aws_access_key_id=KEY,
        aws_secret_access_key=secret, config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )  # fmt: skip
    return dict(await asyncio.to_thread(client.converse, **{**GOOD, **changed}))


async def test_a_good_request_is_answered_in_the_shape_of_the_service(bedrock: LoopbackBedrock) -> None:
    answer = await converse(bedrock)
    assert answer["stopReason"] == "tool_use"
    assert answer["output"]["message"]["content"][0]["toolUse"]["name"] == "write_letter"
    assert bedrock.refusals == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"messages": []}, "ValidationException"),
        ({"messages": [{"role": "assistant", "content": [{"text": "{}"}]}]}, "ValidationException"),
        ({"messages": [{"role": "user", "content": [{"text": "not json"}]}]}, "ValidationException"),
        ({"toolConfig": {"tools": []}}, "ValidationException"),
        ({"toolConfig": {**GOOD["toolConfig"], "toolChoice": {"tool": {"name": "other"}}}}, "ValidationException"),
        ({"system": [{"text": ""}]}, "ValidationException"),
        ({"modelId": "test.none-v1:0"}, "ResourceNotFoundException"),
        ({"secret": "wrong"}, "InvalidSignatureException"),
    ],
)
async def test_a_wrong_request_is_refused_and_noted(
    bedrock: LoopbackBedrock, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        await converse(bedrock, **changed)
    assert refused.value.response["Error"]["Code"] == code
    assert len(bedrock.refusals) == 1
    assert bedrock.asked == []


async def test_an_unsigned_request_is_refused(bedrock: LoopbackBedrock) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{bedrock.url}/model/{MODEL}/converse") as answer:
        assert answer.status == 403
