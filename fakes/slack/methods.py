"""The methods of the Web API that a bot with `commands`, `chat:write` and `channels:history` may call.

Each takes the arguments and returns the fields of the answer beside `ok`, or raises `SlackRefused`. Source: Slack's
reference of methods, with its names for errors.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from fakes.slack.block_kit import update_complaints
from fakes.slack.content import MAX_UPDATE_TEXT, SlackRefused, read_message, read_view
from fakes.slack.payloads import message_object, view_object
from fakes.slack.rates import Rates
from fakes.slack.state import Json, SlackMessage, View
from fakes.slack.tickets import Tickets
from fakes.slack.workspace import Workspace

Arguments: TypeAlias = Mapping[str, Any]

OPEN_SOCKET = "apps.connections.open"
METHOD_SCOPES: Mapping[str, str] = {
    OPEN_SOCKET: "",
    "auth.test": "",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "views.open": "",
    "views.update": "",
    "views.publish": "",
}
"""The scope that each method played here takes; none for some."""
UNPLAYED_METHOD_SCOPES: Mapping[str, str] = {
    "users.info": "users:read",
    "conversations.info": "channels:read,groups:read,mpim:read,im:read",
    "conversations.open": "channels:manage,groups:write,im:write,mpim:write",
    "conversations.join": "channels:join",
}
"""Some methods that exist, and the scope that they take, which the bot does not have."""


class Methods:
    """What the methods do to the workspace."""

    def __init__(self, workspace: Workspace, tickets: Tickets, rates: Rates) -> None:
        self._workspace = workspace
        self._tickets = tickets
        self._rates = rates
        self.table: Mapping[str, Callable[[Arguments], Json]] = {
            OPEN_SOCKET: self._open_socket,
            "auth.test": self._auth_test,
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update_message,
            "conversations.history": self._read_history,
            "conversations.replies": self._read_replies,
            "views.open": self._open_modal,
            "views.update": self._update_view,
            "views.publish": self._publish_home,
        }

    def _auth_test(self, _: Arguments) -> Json:
        workspace = self._workspace
        return {
            "url": f"https://{workspace.team.domain}.slack.com/",
            "team": workspace.team.domain,
            "user": workspace.bot.name,
            "team_id": workspace.team.id,
            "user_id": workspace.bot.id,
            "bot_id": workspace.bot_id,
            "is_enterprise_install": False,
        }

    def _open_socket(self, _: Arguments) -> Json:
        workspace = self._workspace
        address = f"ws{workspace.base.removeprefix('http')}/link/"
        return {"url": f"{address}?ticket={self._tickets.new_socket()}&app_id={workspace.app_id}"}

    def _post_message(self, arguments: Arguments) -> Json:
        _require(arguments, "channel")
        if any(arguments.get(name) for name in ("username", "icon_url", "icon_emoji")):
            raise SlackRefused("missing_scope", extra={"needed": "chat:write.customize"})
        channel = self._workspace.channel_to_write(arguments["channel"])
        content = read_message(arguments, self._workspace.ids)
        self._rates.check_channel(channel.id)
        message = self._workspace.post(channel.id, content, "chat.postMessage")
        message.thread_ts = str(arguments["thread_ts"]) if arguments.get("thread_ts") else None
        return {"channel": channel.id, "ts": message.ts, "message": message_object(self._workspace, message)}

    def _post_ephemeral(self, arguments: Arguments) -> Json:
        _require(arguments, "channel", "user")
        channel = self._workspace.channel_to_write(arguments["channel"], by_name=False)
        if arguments["user"] not in channel.members:
            raise SlackRefused("user_not_in_channel")
        content = read_message(arguments, self._workspace.ids)
        message = self._workspace.post(channel.id, content, "chat.postEphemeral", only_for=str(arguments["user"]))
        return {"message_ts": message.ts}

    def _update_message(self, arguments: Arguments) -> Json:
        message = self._find_message(arguments)
        content = read_message(arguments, self._workspace.ids, max_text=MAX_UPDATE_TEXT)
        complaints = update_complaints(message.blocks, content.blocks)
        if complaints:
            raise SlackRefused("invalid_blocks", complaints, extra={"errors": complaints})
        self._workspace.change(message, content)
        return {
            "channel": message.channel,
            "ts": message.ts,
            "text": message.text,
            "message": message_object(self._workspace, message),
        }

    def _read_history(self, arguments: Arguments) -> Json:
        """Returns the messages of a channel, newest first, without replies; those that one person sees are not part of
        it."""
        return self._list_messages(arguments, None)

    def _read_replies(self, arguments: Arguments) -> Json:
        """Returns the replies to a message."""
        _require(arguments, "ts")
        return self._list_messages(arguments, str(arguments["ts"]))

    def _list_messages(self, arguments: Arguments, thread: str | None) -> Json:
        _require(arguments, "channel")
        channel = self._workspace.channel_to_write(arguments["channel"], by_name=False)
        oldest, limit = float(arguments.get("oldest") or 0), int(arguments.get("limit") or 100)
        with_metadata = str(arguments.get("include_all_metadata", "")).lower() == "true"
        objects = [
            message_object(self._workspace, message) | ({"metadata": message.content.metadata} if with_metadata else {})
            for message in reversed(self._workspace.messages)
            if (message.channel, message.thread_ts, message.ephemeral) == (channel.id, thread, False)
            and float(message.ts) > oldest
        ]
        return {"messages": objects[:limit], "has_more": len(objects) > limit}

    def _find_message(self, arguments: Arguments) -> SlackMessage:
        """Returns a message of the bot; an ephemeral one is not found, as in Slack."""
        _require(arguments, "channel", "ts")
        channel = self._workspace.channel_to_write(arguments["channel"], by_name=False)
        for message in self._workspace.messages:
            if (message.channel, message.ts) == (channel.id, arguments["ts"]):
                if message.ephemeral:
                    break
                return message
        raise SlackRefused("message_not_found")

    def _open_modal(self, arguments: Arguments) -> Json:
        _require(arguments, "trigger_id")
        content = read_view(arguments.get("view"), self._workspace.ids)
        trigger = self._tickets.use_trigger(arguments["trigger_id"])
        view = self._workspace.open_view(trigger.invocation.user, content, trigger.invocation)
        return {"view": view_object(self._workspace, view)}

    def _publish_home(self, arguments: Arguments) -> Json:
        """Returns the home of a person."""
        _require(arguments, "user_id")
        if arguments["user_id"] not in self._workspace.users:
            raise SlackRefused("not_found")
        content = read_view(arguments.get("view"), self._workspace.ids, kind="home")
        self._workspace.publish_home(str(arguments["user_id"]), content)
        return {"view": {"type": "home", "blocks": content["blocks"], "team_id": self._workspace.team.id}}

    def _update_view(self, arguments: Arguments) -> Json:
        content = read_view(arguments.get("view"), self._workspace.ids)
        view = self._find_view(arguments)
        if arguments.get("hash") and arguments["hash"] != view.hash:
            raise SlackRefused("hash_conflict")
        self._workspace.update_view(view, content)
        return {"view": view_object(self._workspace, view)}

    def _find_view(self, arguments: Arguments) -> View:
        if not arguments.get("view_id") and not arguments.get("external_id"):
            raise SlackRefused("invalid_arguments", ["missing required field: view_id [json-pointer:/view_id]"])
        for view in self._workspace.views.values():
            is_named = arguments.get("view_id") == view.id or (
                arguments.get("external_id") and arguments["external_id"] == view.content.get("external_id")
            )
            if is_named and view.open:
                return view
        raise SlackRefused("not_found")


def _require(arguments: Arguments, *names: str) -> None:
    missing = [f"missing required field: {name} [json-pointer:/{name}]" for name in names if not arguments.get(name)]
    if missing:
        raise SlackRefused("invalid_arguments", missing)
