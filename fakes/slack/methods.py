"""The methods of the Web API that a bot with `commands`, `chat:write` and `channels:history` may call.

Each takes the arguments and returns the fields of the answer beside `ok`, or raises `Refused`. Source: Slack's
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
    "chat.delete": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "views.open": "",
    "views.update": "",
    "views.push": "",
    "views.publish": "",
}
"""The scope that each method played here takes; none for some."""
UNPLAYED_METHOD_SCOPES: Mapping[str, str] = {
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
    "team.info": "team:read",
    "conversations.info": "channels:read,groups:read,mpim:read,im:read",
    "conversations.list": "channels:read,groups:read,mpim:read,im:read",
    "conversations.members": "channels:read,groups:read,mpim:read,im:read",
    "conversations.open": "channels:manage,groups:write,im:write,mpim:write",
    "conversations.join": "channels:join",
    "conversations.invite": "channels:manage,groups:write,im:write,mpim:write",
    "conversations.setTopic": "channels:manage,groups:write,im:write,mpim:write",
    "reactions.add": "reactions:write",
    "pins.add": "pins:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "bookmarks.add": "bookmarks:write",
}
"""Methods that exist, and the scope that they take; the bot does not have it, so they are not played further."""


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
            "chat.update": self._update,
            "chat.delete": self._delete,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "views.open": lambda given: self._open(given, push=False),
            "views.push": lambda given: self._open(given, push=True),
            "views.update": self._update_view,
            "views.publish": self._publish,
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

    def _post_message(self, given: Arguments) -> Json:
        _require(given, "channel")
        if any(given.get(name) for name in ("username", "icon_url", "icon_emoji")):
            raise SlackRefused("missing_scope", extra={"needed": "chat:write.customize"})
        channel = self._workspace.channel_to_write(given["channel"])
        content = read_message(given, self._workspace.ids)
        self._rates.check_channel(channel.id)
        message = self._workspace.post(channel.id, content, "chat.postMessage")
        message.thread_ts = str(given["thread_ts"]) if given.get("thread_ts") else None
        return {"channel": channel.id, "ts": message.ts, "message": message_object(self._workspace, message)}

    def _post_ephemeral(self, given: Arguments) -> Json:
        _require(given, "channel", "user")
        channel = self._workspace.channel_to_write(given["channel"], by_name=False)
        if given["user"] not in channel.members:
            raise SlackRefused("user_not_in_channel")
        content = read_message(given, self._workspace.ids)
        message = self._workspace.post(channel.id, content, "chat.postEphemeral", only_for=str(given["user"]))
        return {"message_ts": message.ts}

    def _update(self, given: Arguments) -> Json:
        message = self._own_message(given)
        content = read_message(given, self._workspace.ids, max_text=MAX_UPDATE_TEXT)
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

    def _delete(self, given: Arguments) -> Json:
        message = self._own_message(given)
        self._workspace.delete(message)
        return {"channel": message.channel, "ts": message.ts}

    def _history(self, given: Arguments) -> Json:
        """Returns the messages of a channel, newest first, without replies; those that one person sees are not part of
        it."""
        return self._read(given, None)

    def _replies(self, given: Arguments) -> Json:
        """Returns the replies to a message."""
        _require(given, "ts")
        return self._read(given, str(given["ts"]))

    def _read(self, given: Arguments, thread: str | None) -> Json:
        _require(given, "channel")
        channel = self._workspace.channel_to_write(given["channel"], by_name=False)
        oldest, limit = float(given.get("oldest") or 0), int(given.get("limit") or 100)
        messages = [
            message
            for message in self._workspace.messages
            if message.channel == channel.id
            and not message.deleted
            and not message.ephemeral
            and float(message.ts) > oldest
            and message.thread_ts == thread
        ]
        with_metadata = str(given.get("include_all_metadata", "")).lower() == "true"
        objects = [
            message_object(self._workspace, message) | ({"metadata": message.content.metadata} if with_metadata else {})
            for message in reversed(messages)
        ]
        return {"messages": objects[:limit], "has_more": len(objects) > limit}

    def _own_message(self, given: Arguments) -> SlackMessage:
        """Returns an ephemeral message is none that these methods know."""
        _require(given, "channel", "ts")
        channel = self._workspace.channel_to_write(given["channel"], by_name=False)
        for message in self._workspace.messages:
            if (message.channel, message.ts) == (channel.id, given["ts"]):
                if message.ephemeral or message.deleted:
                    break
                return message
        raise SlackRefused("message_not_found")

    def _open(self, given: Arguments, *, push: bool) -> Json:
        _require(given, "trigger_id")
        content = read_view(given.get("view"), self._workspace.ids)
        trigger = self._tickets.use_trigger(given["trigger_id"])
        if push and trigger.view is None:
            raise SlackRefused("invalid_trigger_id")
        view = self._workspace.open_view(trigger.invocation.user, content, trigger.invocation, push=push)
        return {"view": view_object(self._workspace, view)}

    def _publish(self, given: Arguments) -> Json:
        """Returns the home of a person."""
        _require(given, "user_id")
        if given["user_id"] not in self._workspace.users:
            raise SlackRefused("not_found")
        content = read_view(given.get("view"), self._workspace.ids, kind="home")
        self._workspace.publish_home(str(given["user_id"]), content)
        return {"view": {"type": "home", "blocks": content["blocks"], "team_id": self._workspace.team.id}}

    def _update_view(self, given: Arguments) -> Json:
        content = read_view(given.get("view"), self._workspace.ids)
        view = self._open_view(given)
        if given.get("hash") and given["hash"] != view.hash:
            raise SlackRefused("hash_conflict")
        self._workspace.update_view(view, content)
        return {"view": view_object(self._workspace, view)}

    def _open_view(self, given: Arguments) -> View:
        if not given.get("view_id") and not given.get("external_id"):
            raise SlackRefused("invalid_arguments", ["missing required field: view_id [json-pointer:/view_id]"])
        for view in self._workspace.views.values():
            is_named = given.get("view_id") == view.id or (
                given.get("external_id") and given["external_id"] == view.content.get("external_id")
            )
            if is_named and view.open:
                return view
        raise SlackRefused("not_found")


def _require(arguments: Arguments, *names: str) -> None:
    missing = [f"missing required field: {name} [json-pointer:/{name}]" for name in names if not arguments.get(name)]
    if missing:
        raise SlackRefused("invalid_arguments", missing)
