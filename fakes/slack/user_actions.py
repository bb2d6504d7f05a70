"""What people do in Slack: type commands, press buttons, fill in forms and close them; and what Slack tells them when
the bot does not answer.

Each returns an `Invocation` as soon as the bot has acknowledged, or Slack has given up on it. What the bot says after
that is waited for with `LoopbackSlack.next_message` and `next_view`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fakes.slack import payloads
from fakes.slack.content import SlackRefused, read_view
from fakes.slack.forms import IncompleteForm, fill_in, find_complaints
from fakes.slack.http_requests import HttpRequests
from fakes.slack.response_urls import ResponseUrls
from fakes.slack.socket_mode import NoAck, NoConnection, SocketMode
from fakes.slack.state import Call, Channel, Element, Invocation, Json, SlackMessage, User, View
from fakes.slack.tickets import Tickets
from fakes.slack.workspace import Workspace

TIMEOUT = "operation_timeout"
NOT_CONFIRMED = "not_confirmed"
DISPATCH_FAILED = "dispatch_failed"
BAD_ANSWER = "invalid_command_response"


class UserActions:
    """What people do in the workspace. Where no `user` or `channel` is named, it is the first one."""

    def __init__(
        self,
        workspace: Workspace,
        tickets: Tickets,
        door: SocketMode | HttpRequests,
        hooks: ResponseUrls,
        commands: tuple[str, ...],
    ) -> None:
        self._workspace = workspace
        self._tickets = tickets
        self._door = door
        self._hooks = hooks
        self._commands = commands

    @property
    def _user(self) -> User:
        return next(iter(self._workspace.users.values()))

    @property
    def _channel(self) -> Channel:
        return next(iter(self._workspace.channels.values()))

    async def command(
        self, command: str, text: str = "", *, user: User | None = None, channel: Channel | None = None
    ) -> Invocation:
        """Types `command text` in a channel. People of other organizations do not have the command at all."""
        workspace, user, channel = self._workspace, user or self._user, channel or self._channel
        text = text.strip()
        payload = payloads.slash_command(workspace, user, channel, command, text)
        invocation = Invocation("command", user, channel.id, payload)
        if command not in self._commands or user.team != workspace.team:
            invocation.failure = "not_a_command"
            workspace.notice(
                f"{command} is not a valid command. In Slack, whatever starts with “/” is taken for a command; "
                "put a space in front of it to send it as a message.",
                user.id,
                channel.id,
            )
            return invocation
        path = self._tickets.new_hook(invocation, channel.id)
        payload |= {"response_url": self._workspace.base + path, "trigger_id": self._tickets.new_trigger(invocation)}

        def on_ack(answer: Json) -> None:
            if answer:
                self._hooks.answer(self._tickets.find_hook(path), answer, via="ack")

        if not await self._dispatch("slash_commands", invocation, on_ack):
            workspace.notice(f'{command} failed with the error "{invocation.failure}"', user.id, channel.id)
        return invocation

    async def open_home(self, *, user: User | None = None) -> Invocation:
        """Opens the app's home."""
        user = user or self._user
        event = {"type": "app_home_opened", "user": user.id, "channel": "D0HOME", "tab": "home"}
        ids = {"team_id": self._workspace.team.id, "api_app_id": self._workspace.app_id}
        invocation = Invocation("home", user, None, {"type": "event_callback", "event": event, **ids})
        await self._dispatch("events_api", invocation)
        return invocation

    async def press(
        self,
        on: SlackMessage | View,
        which: str | int,
        *,
        user: User | None = None,
        chosen: Json | None = None,
        confirmed: bool = True,
    ) -> Invocation:
        """Presses a button (or chooses in a menu) by its action_id or its place, the first being 0. `chosen` is what a
        menu adds to the action, such as `selected_option`. Where Slack asks first (`confirm`) and the person does not
        confirm, nothing is sent."""
        user, chosen = user or (on.user if isinstance(on, View) else self._user), chosen or {}
        element = self._find_element(on, which, user)
        if "confirm" in element.content and not confirmed:
            return Invocation("press", user, None, {}, failure=NOT_CONFIRMED)
        workspace = self._workspace
        if isinstance(on, SlackMessage):
            payload = payloads.press_in_message(workspace, user, on, element, chosen)
            invocation = Invocation("press", user, on.channel, payload)
            path = self._tickets.new_hook(invocation, on.channel, on)
            payload |= {
                "response_url": self._workspace.base + path,
                "trigger_id": self._tickets.new_trigger(invocation),
            }
        else:
            payload = payloads.press_in_view(workspace, user, on, element, chosen)
            invocation = Invocation("press", user, None, payload)
            payload["trigger_id"] = self._tickets.new_trigger(invocation)
        if not await self._dispatch("interactive", invocation):
            label = element.content.get("text", {}).get("text", element.action_id)
            workspace.notice(f"“{label}” did not work: {invocation.failure}", user.id, invocation.channel)
        return invocation

    def _find_element(self, on: SlackMessage | View, which: str | int, user: User) -> Element:
        """Returns the element that a person presses; `LookupError` for what they cannot press."""
        if isinstance(on, SlackMessage):
            if on not in self._workspace.visible_messages(user.id, on.channel):
                raise LookupError(f"{user.name} does not see this message")
        elif not on.open or on.user != user:
            raise LookupError(f"{user.name} does not see this modal")
        elements = on.elements
        if isinstance(which, int):
            return elements[which]
        matching = [element for element in elements if element.action_id == which]
        if len(matching) != 1:
            present = ", ".join(element.action_id for element in elements) or "nothing"
            raise LookupError(f"{len(matching)} elements are named {which}; there is {present}")
        return matching[0]

    async def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Invocation:
        """Fills in and sends a form: action_id or block_id to what is typed or chosen. `IncompleteForm` where Slack
        itself would not send it."""
        if not view.open:
            raise LookupError("this modal is closed")
        view.state = fill_in(view, values or {})
        errors = find_complaints(view)
        if errors:
            raise IncompleteForm(errors)
        payload = payloads.view_submission(self._workspace, view.user, view)
        invocation = Invocation("submit", view.user, None, payload)
        payload["trigger_id"] = self._tickets.new_trigger(invocation)
        if not await self._dispatch(
            "interactive", invocation, lambda answer: self._after_submit(view, invocation, answer)
        ):
            self._workspace.notice("We had some trouble connecting. Try again?", view.user.id, None)
        return invocation

    def _after_submit(self, view: View, invocation: Invocation, answer: Json) -> None:
        """Does what the acknowledgement of a form says: nothing or clear (closes it), errors, or update."""
        workspace = self._workspace
        match answer.get("response_action"):
            case None | "clear":
                workspace.close_view(view)
            case "errors":
                errors = answer.get("errors")
                known = {block["block_id"] for block in view.inputs}
                if not isinstance(errors, dict) or not errors or not set(errors) <= known:
                    raise SlackRefused("invalid_errors")
                invocation.errors = {str(block): str(words) for block, words in errors.items()}
                workspace.refuse_form(view, invocation.errors)
            case "update":
                workspace.update_view(view, read_view(answer.get("view"), workspace.ids))
                invocation.views.append(view)
            case _:
                raise SlackRefused("invalid_response_action")

    async def close(self, view: View) -> None:
        """Closes a modal. The bot is not notified: no modal of its says `notify_on_close`."""
        if not view.open:
            raise LookupError("this modal is closed")
        self._workspace.close_view(view)

    async def _dispatch(
        self, kind: str, invocation: Invocation, acknowledged: Callable[[Json], None] = lambda _: None
    ) -> bool:
        """Sends it to the bot; whether the bot acknowledged in time, and with something that Slack can use."""

        def on_ack(answer: Json) -> None:
            try:
                acknowledged(answer)
            except SlackRefused as refused:
                invocation.failure = BAD_ANSWER
                self._workspace.record_call(Call("acknowledgement", answer, refused.error, tuple(refused.messages)))

        try:
            answer, seconds = await self._door.deliver(kind, invocation.payload, on_ack)
        except NoConnection:
            invocation.failure = DISPATCH_FAILED
        except NoAck:
            invocation.failure = TIMEOUT
        else:
            invocation.ack_payload, invocation.ack_seconds = answer, seconds
        return invocation.failure is None
