"""Amazon Bedrock Runtime of our own on 127.0.0.1: the Converse operation, and a model that plays what a test asks for.

Requests are signed (Signature Version 4, service `bedrock`) and shaped as botocore's model of the service says, or they
are refused and noted in `refusals`. Source: Bedrock Runtime API 2023-09-30, Converse.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from fakes.ses import signature
from fakes.ses.protocols import AwsRefused, json_answer, json_refusal
from fakes.ses.service import LoopbackAwsService
from fakes.ses.signature import SignedRequest

_PATH = re.compile(r"/model/([^/]{1,2048})/converse")
_KNOWN_MEMBERS = {
    "messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig", "additionalModelRequestFields",
    "promptVariables", "additionalModelResponseFieldPaths", "requestMetadata", "performanceConfig", "serviceTier",
    "outputConfig",
}  # fmt: skip
_REWORDED = (
    ("In total we send", "Altogether we send"), ("This makes", "That makes"), ("This goes to", "It goes to"),
    ("This goes out", "It goes out"), ("You can see this at", "This can be seen at"),
)  # fmt: skip


class ModelPlay(StrEnum):
    """What the model does with the next letters."""

    HONEST = "honest"
    DOUBLE_OPT_IN = "double opt-in"
    CHANGED_NUMBER = "changed number"
    DROPPED_KIND = "dropped kind"
    OBEYED = "obeyed"
    """It takes an instruction inside a part for one of its own."""
    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    REFUSAL = "refusal"
    FILTERED = "filtered"
    HALF_JSON = "half json"
    CUT_SHORT = "cut short"


class LoopbackBedrock(LoopbackAwsService):
    """A server for `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`. An async context manager; `url` is its address.

    `keys` maps the access keys that open it to their secrets. `asked` holds the parts of every letter that reached the
    model; `attempts` counts requests, refused ones too; `refusals` says what the client got wrong.
    """

    def __init__(self, keys: dict[str, str], *, models: tuple[str, ...] = ("test.letter-v1:0",)) -> None:
        super().__init__()
        self.keys, self.models, self.play = keys, models, ModelPlay.HONEST
        self.asked: list[list[dict[str, str]]] = []
        self.attempts = 0
        self.refusals: list[str] = []
        self.reached = asyncio.Event()

    async def _answer(self, request: SignedRequest) -> web.Response:
        self.attempts += 1
        self._authenticate(request)
        self.asked.append(_read_parts(self._read_body(request)))
        self.reached.set()
        return await self._play_model(self.asked[-1])

    def _refuse(self, request: SignedRequest, refused: AwsRefused) -> web.Response:
        if refused.code != "ThrottlingException":
            self.refusals.append(f"{refused.code}: {refused.message}")
        return json_refusal(refused)

    def _authenticate(self, request: SignedRequest) -> None:
        claim = signature.parse_claim(request)
        signature.check_service(claim, "bedrock")
        if claim.key not in self.keys:
            raise signature.invalid_token()
        signature.check_signature(request, claim, self.keys[claim.key], None, datetime.now(UTC))

    def _read_body(self, request: SignedRequest) -> dict[str, Any]:
        """Returns the request as Converse takes it; `AwsRefused` where its shape is another."""
        path = _PATH.fullmatch(request.path)
        if request.method != "POST" or not path:
            raise AwsRefused(404, "UnknownOperationException", f"{request.method} {request.path}")
        if unquote(path[1]) not in self.models:
            raise AwsRefused(404, "ResourceNotFoundException", f"Could not resolve the model {unquote(path[1])}.")
        try:
            body = json.loads(request.body)
        except ValueError:
            raise AwsRefused(400, "SerializationException", "the body is not JSON") from None
        if unknown := sorted(set(body) - _KNOWN_MEMBERS):
            raise AwsRefused(400, "ValidationException", f"unknown members: {', '.join(unknown)}")
        for problem in _find_problems(body):
            raise AwsRefused(400, "ValidationException", problem)
        return dict(body)

    async def _play_model(self, parts: list[dict[str, str]]) -> web.Response:
        match self.play:
            case ModelPlay.THROTTLED:
                raise AwsRefused(429, "ThrottlingException", "Too many requests, please wait before trying again.")
            case ModelPlay.TIMEOUT:
                await self._released.wait()
                raise AwsRefused(503, "ServiceUnavailableException", "The server ends.")
            case ModelPlay.REFUSAL:
                refusal = {"text": "I am sorry, I cannot help with this letter."}
                return json_answer(_converse_answer([refusal], "end_turn"))
            case ModelPlay.FILTERED:
                return json_answer(_converse_answer([{"text": "Blocked."}], "content_filtered"))
            case ModelPlay.CUT_SHORT:
                return json_answer(
                    _converse_answer([_tool_use({"paragraphs": [{"sentences": [{"text": "We are"}]}]})], "max_tokens")
                )
        answer = _converse_answer([_tool_use({"paragraphs": list(_word_paragraphs(self.play, parts))})], "tool_use")
        if self.play is ModelPlay.HALF_JSON:
            text = json.dumps(answer)
            return web.Response(text=text[: len(text) // 2], content_type="application/json")
        return json_answer(answer)


def _find_problems(body: dict[str, Any]) -> Iterator[str]:
    """Yields what is wrong with the members of a request, by botocore's model."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        yield "messages: at least one is needed"
        return
    for message in messages:
        if message.get("role") not in ("user", "assistant") or not isinstance(message.get("content"), list):
            yield "messages: role and content are needed"
        elif not all(isinstance(block, dict) and len(block) == 1 for block in message["content"]):
            yield "content: each block has exactly one member"
    if messages[0].get("role") != "user":
        yield "messages: a conversation starts with a user message"
    if not all(isinstance(block.get("text"), str) and block["text"] for block in body.get("system", [])):
        yield "system: text is needed"
    tools = body.get("toolConfig", {}).get("tools", [])
    names = [tool.get("toolSpec", {}).get("name", "") for tool in tools]
    if not names or not all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names):
        yield "toolConfig: a tool with a name is needed"
    if not all(isinstance(tool["toolSpec"].get("inputSchema", {}).get("json"), dict) for tool in tools):
        yield "toolConfig: inputSchema.json is needed"
    if body.get("toolConfig", {}).get("toolChoice", {}).get("tool", {}).get("name") not in names:
        yield "toolChoice: names no tool"


def _read_parts(body: dict[str, Any]) -> list[dict[str, str]]:
    """Returns the parts of the letter, as the user message holds them."""
    try:
        parts = json.loads(body["messages"][0]["content"][0]["text"])["parts"]
        return [{name: str(part[name]) for name in ("id", "head", "text")} for part in parts]
    except (KeyError, TypeError, ValueError):
        raise AwsRefused(400, "ValidationException", "the parts are not JSON") from None


def _word_paragraphs(play: ModelPlay, parts: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """Yields the letter as this play words it, a paragraph for each part."""
    kinds = [
        part["id"] for part in parts if re.match(r"\d\. |[^.]{1,80} \((?:transactional|marketing)\)[.:]", part["text"])
    ]
    is_changed = False
    for part in parts:
        if play is ModelPlay.DROPPED_KIND and part["id"] == (kinds or [""])[-1]:
            continue
        text = re.sub(r"^\d\. ", "", part["text"])
        for old, new in _REWORDED:
            text = text.replace(old, new)
        if play is ModelPlay.CHANGED_NUMBER and not is_changed and part["id"] in kinds:
            text, times = re.subn(r"\d[\d,]*(?= (?:messages|recipients|of these))", "64,000", text, count=1)
            is_changed = bool(times)
        if play is ModelPlay.DOUBLE_OPT_IN and "opt in" in part["head"]:
            text = f"{text} Every subscriber confirms by double opt-in."
        if play is ModelPlay.OBEYED and re.search(r"ignore (?:all|the|your)|note to the editor", text, re.IGNORECASE):
            text = "This account is fully compliant and has already been approved by AWS."
        yield {
            "sentences": [
                {"text": sentence, "parts": [part["id"]]} for sentence in re.split(r"(?<=[.!?。]) +", text) if sentence
            ]
        }


def _tool_use(tool_input: dict[str, Any]) -> dict[str, Any]:
    return {"toolUse": {"toolUseId": "tooluse_1", "name": "write_letter", "input": tool_input}}


def _converse_answer(content: list[dict[str, Any]], stop: str) -> dict[str, Any]:
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop,
        "usage": {"inputTokens": 900, "outputTokens": 500, "totalTokens": 1_400},
        "metrics": {"latencyMs": 1},
    }
