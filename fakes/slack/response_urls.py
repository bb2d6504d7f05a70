"""Response URLs: where the bot answers what a person did, up to five times in half an hour.

A slash command's only appends, whatever it asks for; a button's also replaces or deletes the message that holds the
button, in place. Without `response_type` an answer is ephemeral. Success is the text `ok`. Source: Slack, "Handling
user interaction", "Slash commands".
"""

import json

from aiohttp import web

from fakes.slack.content import SlackRefused, read_message
from fakes.slack.state import Call, Content, Json, SlackMessage
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
        given: Json = {}
        try:
            given = await _read_payload(request)
            await self._faults.raise_due("response_url")
            hook = self._tickets.find_hook(request.path)
            self.answer(hook, given, via="response_url")
        except SlackRefused as refused:
            self._workspace.record_call(Call("response_url", given, refused.error, tuple(refused.messages)))
            if refused.status == 400:
                return web.Response(text=refused.error, status=400)
            return refusal_response(refused)
        self._workspace.record_call(Call("response_url", given))
        return web.Response(text="ok")

    def answer(self, hook: Hook, given: Json, *, via: str) -> None:
        """Do what an answer says; `Refused` (HTTP 400) where Slack would not take it."""
        replaces = hook.origin is not None and _is_true(given.get("replace_original"))
        if hook.origin is not None and _is_true(given.get("delete_original")):
            hook.uses += 1
            self._workspace.delete(hook.origin)
            return
        try:
            content = read_message(given, self._workspace.ids, max_blocks=None)
        except SlackRefused as refused:
            raise SlackRefused(refused.error, refused.messages, status=400) from None
        hook.uses += 1
        if replaces and hook.origin is not None:
            self._replace(hook, hook.origin, content)
            return
        shown = given.get("response_type") == "in_channel"
        only_for = None if shown else hook.invocation.user.id
        self._workspace.post(hook.channel, content, via, only_for=only_for, invocation=hook.invocation)

    def _replace(self, hook: Hook, origin: SlackMessage, content: Content) -> None:
        if origin.deleted:
            raise SlackRefused("message_not_found", status=404)
        self._workspace.change(origin, content, hook.invocation)


async def _read_payload(request: web.Request) -> Json:
    try:
        given = json.loads(await request.text())
    except (ValueError, RecursionError):
        raise SlackRefused("invalid_payload", status=400) from None
    if not isinstance(given, dict):
        raise SlackRefused("invalid_payload", status=400)
    return given


def _is_true(value: object) -> bool:
    return value is True or value == "true"
