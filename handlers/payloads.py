"""What Slack says happened, as values: a command typed, a button pressed.

Slack's payloads are JSON from outside: whatever is missing or of another type than documented becomes an empty string,
and never an exception. Source: Slack, "Slash commands", "block_actions payload".
"""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

Payload: TypeAlias = dict[str, Any]

_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})>")


@dataclass(frozen=True, slots=True)
class Home:
    """The organization that the bot is installed in, and who the bot is there (auth.test)."""

    team: str
    enterprise: str = ""
    bot_user: str = ""
    bot: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    text: str
    user: str
    channel: str
    response_url: str
    trigger_id: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed. `user_team` is the workspace (or the Enterprise organization) that the person belongs to, and
    `team` the one where they pressed; `enterprise` is that workspace's organization. `message_ts` names the message
    that holds the button, `ephemeral` says that one person alone sees it, and `shared_by` is the person whom it says it
    was shared by."""

    value: str
    user: str
    user_team: str
    team: str
    enterprise: str
    channel: str
    message_ts: str
    ephemeral: bool
    shared_by: str
    response_url: str
    trigger_id: str
    has_url: bool = False


def parse_command(payload: Payload) -> Command:
    return Command(
        name=text_at(payload, "command"),
        text=text_at(payload, "text"),
        user=text_at(payload, "user_id"),
        channel=text_at(payload, "channel_id"),
        response_url=text_at(payload, "response_url"),
        trigger_id=text_at(payload, "trigger_id"),
    )


def parse_press(payload: Payload) -> Press:
    actions = payload.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    return Press(
        value=text_at(action, "value"),
        user=text_at(payload, "user", "id"),
        user_team=text_at(payload, "user", "team_id"),
        team=text_at(payload, "team", "id"),
        enterprise=text_at(payload, "team", "enterprise_id") or text_at(payload, "enterprise", "id"),
        channel=text_at(payload, "channel", "id") or text_at(payload, "container", "channel_id"),
        message_ts=text_at(payload, "container", "message_ts") or text_at(payload, "message", "ts"),
        ephemeral=_is_ephemeral(payload),
        shared_by=_find_mention(payload.get("message")),
        response_url=text_at(payload, "response_url"),
        trigger_id=text_at(payload, "trigger_id"),
        has_url=bool(text_at(action, "url")),
    )


def is_ours(press: Press, home: Home) -> bool:
    """Tells whether the person belongs to the bot's own organization: in a channel shared with others, anybody can
    press. On Enterprise Grid, a person of another workspace of the same organization is ours."""
    team = press.user_team or press.team
    if team in ("", home.team):
        return True
    if not home.enterprise:
        return False
    return team == home.enterprise or (team == press.team and press.enterprise == home.enterprise)


def _is_ephemeral(payload: Payload) -> bool:
    container = payload.get("container")
    return isinstance(container, dict) and container.get("is_ephemeral") is True


def _find_mention(message: Any) -> str:
    """Returns the person mentioned in the context of one of our reports: the one who shared it."""
    blocks = message.get("blocks") if isinstance(message, dict) else None
    for block in blocks if isinstance(blocks, list) else ():
        elements = block.get("elements") if isinstance(block, dict) and block.get("type") == "context" else None
        for element in elements if isinstance(elements, list) else ():
            if isinstance(element, dict) and element.get("type") == "mrkdwn":
                mention = _MENTION.search(text_at(element, "text"))
                if mention:
                    return mention[1]
    return ""


def text_at(node: Any, *path: str) -> str:
    """Returns the text at the end of a path of keys; empty where there is none."""
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, str) else ""


def parse_event(body: Payload) -> tuple[str, str]:
    """Returns the person that an event is about, and the workspace (Events API, `event_callback`); empty: unnamed."""
    return text_at(body, "event", "user"), text_at(body, "team_id")
