"""Response URLs: where the bot answers what a person did, up to five times in half an hour.

A slash command's only appends, whatever it asks for; a button's also replaces or deletes the message that holds the
button, in place. Without `response_type` an answer is ephemeral. Success is the text `ok`. Source: Slack, "Handling
user interaction", "Slash commands".
"""

import json

from aiohttp import web

from fakes.slack.content import SlackRefused, read_message
from fakes.slack.state import Call, Json
from fakes.slack.tickets import Hook, Tickets
from fakes.slack.web_api import Faults, refusal_response
from fakes.slack.workspace import Workspace


class ResponseUrls:
    """`handle` is the aiohttp handler of `/commands/…` and `/actions/…`."""

    def __init__(self, workspace: Workspace, tickets: Tickets, faults: Faults) -> None:
        self._workspace = workspace
        self._tickets = tickets
        self._faults = faults

    async def handle(self, request: web.Request) -> web.Response:
        """Returns one answer."""
        payload: Json = {}
        try:
            payload = await _read_payload(request)
            await self._faults.raise_due("response_url")
            hook = self._tickets.find_hook(request.path)
            self.answer(hook, payload, via="response_url")
        except SlackRefused as refused:
            self._workspace.record_call(Call("response_url", payload, refused.error, tuple(refused.messages)))
            if refused.status == 400:
                return web.Response(text=refused.error, status=400)
            return refusal_response(refused)
        self._workspace.record_call(Call("response_url", payload))
        return web.Response(text="ok")

    def answer(self, hook: Hook, payload: Json, *, via: str) -> None:
        """Does what an answer says; `SlackRefused` (HTTP 400) where Slack would not take it."""
        if _is_true(payload.get("delete_original")):
            raise SlackRefused("invalid_payload", ["delete_original is not played here"], status=400)
        try:
            content = read_message(payload, self._workspace.ids, max_blocks=None)
        except SlackRefused as refused:
            raise SlackRefused(refused.error, refused.messages, status=400) from None
        hook.uses += 1
        if hook.origin is not None and _is_true(payload.get("replace_original")):
            self._workspace.change(hook.origin, content, hook.invocation)
            return
        only_for = None if payload.get("response_type") == "in_channel" else hook.invocation.user.id
        self._workspace.post(hook.channel, content, via, only_for=only_for, invocation=hook.invocation)


async def _read_payload(request: web.Request) -> Json:
    try:
        payload = json.loads(await request.text())
    except (ValueError, RecursionError):
        raise SlackRefused("invalid_payload", status=400) from None
    if not isinstance(payload, dict):
        raise SlackRefused("invalid_payload", status=400)
    return payload


def _is_true(value: object) -> bool:
    return value is True or value == "true"
