"""The JSON that Slack sends: slash commands, presses, forms, and the objects inside them.

Source: Slack's reference, "Slash commands", "block_actions", "view_submission" and "view_closed" payloads. An ephemeral
message is not part of a press in it: only its timestamp is.
"""

from typing import Any

from fakes.slack.state import Channel, Element, Json, SlackMessage, User, View
from fakes.slack.workspace import Workspace

TOKEN = "verificationtoken000000"  # the deprecated verification token, which still travels in every payload


def slash_command(workspace: Workspace, user: User, channel: Channel, command: str, text: str) -> Json:
    """Returns a slash command, without its `response_url` and `trigger_id`."""
    return {
        "token": TOKEN,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": channel.id,
        "channel_name": "privategroup" if channel.private else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
    }


def press_in_message(workspace: Workspace, user: User, message: SlackMessage, element: Element, chosen: Json) -> Json:
    """Returns a press in a message, without its `response_url` and `trigger_id`."""
    channel = workspace.channels[message.channel]
    payload: Json = {
        "type": "block_actions",
        **_actor(workspace, user),
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral,
        },
        "channel": {"id": channel.id, "name": "privategroup" if channel.private else channel.name},
        "state": {"values": {}},
        "actions": [_action_object(workspace, element, chosen)],
    }
    if not message.ephemeral:
        payload["message"] = message_object(workspace, message)
    return payload


def press_in_view(workspace: Workspace, user: User, view: View, element: Element, chosen: Json) -> Json:
    """Returns a press in a modal, without its `trigger_id`."""
    return {
        "type": "block_actions",
        **_actor(workspace, user),
        "container": {"type": "view", "view_id": view.id},
        "view": view_object(workspace, view),
        "actions": [_action_object(workspace, element, chosen)],
    }


def view_submission(workspace: Workspace, user: User, view: View) -> Json:
    """Returns a form handed in, without its `trigger_id`."""
    return {
        "type": "view_submission",
        **_actor(workspace, user),
        "view": view_object(workspace, view),
        "response_urls": [],
    }


def message_object(workspace: Workspace, message: SlackMessage) -> Json:
    """Returns a message as Slack shows it to the bot that wrote it."""
    return {
        "type": "message",
        "subtype": "bot_message",
        "user": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "app_id": workspace.app_id,
        "team": workspace.team.id,
        "ts": message.ts,
        "text": message.text,
        "blocks": message.blocks,
    }


def view_object(workspace: Workspace, view: View) -> Json:
    """Returns a modal as Slack shows it to the bot."""
    content = view.content
    return {
        "id": view.id,
        "team_id": workspace.team.id,
        "type": "modal",
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "title": content["title"],
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": None,
        "root_view_id": view.id,
        "app_id": workspace.app_id,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": workspace.team.id,
        "bot_id": workspace.bot_id,
    }


def _actor(workspace: Workspace, user: User) -> Json:
    """Returns who acts. A person of another organization (Slack Connect) comes with that organization."""
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team.id},
        "api_app_id": workspace.app_id,
        "token": TOKEN,
        "team": {"id": user.team.id, "domain": user.team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _action_object(workspace: Workspace, element: Element, chosen: Json) -> Json:
    action: dict[str, Any] = {"action_id": element.action_id, "block_id": element.block_id, "type": element.type}
    if element.type == "button":
        action["text"] = {"emoji": True, **element.content["text"]}
        if "value" in element.content:
            action["value"] = element.content["value"]
    return {**action, **chosen, "action_ts": workspace.new_ts()}
