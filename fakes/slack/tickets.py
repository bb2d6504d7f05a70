"""What Slack hands out for one use: trigger ids, WebSocket tickets, response URLs.

Source: Slack, "Handling user interaction" (a trigger lives 3 seconds and opens one modal; a response URL takes 5 uses
in 30 minutes), "Using Socket Mode" (a URL connects once).
"""

import secrets
from dataclasses import dataclass

from fakes.slack.clock import Clock
from fakes.slack.content import SlackRefused
from fakes.slack.state import Invocation, SlackMessage

TRIGGER_SECONDS = 3.0
HOOK_SECONDS = 30 * 60.0
HOOK_USES = 5
TICKET_SECONDS = 30.0


@dataclass(slots=True, eq=False)
class Trigger:
    """Leave to open one modal."""

    id: str
    born: float
    invocation: Invocation
    exchanged: bool = False


@dataclass(slots=True, eq=False)
class Hook:
    """A response URL. `origin` is the message whose button was pressed, None for a slash command's."""

    path: str
    born: float
    invocation: Invocation
    channel: str
    origin: SlackMessage | None = None
    uses: int = 0


class Tickets:
    """Hands them out, and takes each as often and as long as Slack does."""

    def __init__(self, clock: Clock, team: str) -> None:
        self._clock = clock
        self._team = team
        self._triggers: dict[str, Trigger] = {}
        self._hooks: dict[str, Hook] = {}
        self._sockets: dict[str, float] = {}

    def new_trigger(self, invocation: Invocation) -> str:
        """Returns a trigger id."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(trigger_id, self._clock.now(), invocation)
        return trigger_id

    def use_trigger(self, trigger_id: object) -> Trigger:
        """Uses a trigger; `SlackRefused` with invalid_trigger_id, exchanged_trigger_id or expired_trigger_id."""
        trigger = self._triggers.get(str(trigger_id))
        if trigger is None:
            raise SlackRefused("invalid_trigger_id")
        if trigger.exchanged:
            raise SlackRefused("exchanged_trigger_id")
        if self._clock.now() - trigger.born > TRIGGER_SECONDS:
            raise SlackRefused("expired_trigger_id")
        trigger.exchanged = True
        return trigger

    def new_hook(self, invocation: Invocation, channel: str, origin: SlackMessage | None = None) -> str:
        """Returns the path of a response URL."""
        kind = "actions" if origin else "commands"
        path = f"/{kind}/{self._team}/{secrets.randbelow(10**13)}/{secrets.token_urlsafe(18)}"
        self._hooks[path] = Hook(path, self._clock.now(), invocation, channel, origin)
        return path

    def find_hook(self, path: str) -> Hook:
        """Returns a response URL that works; `SlackRefused` (HTTP 404) with no_service, used_url or expired_url."""
        hook = self._hooks.get(path)
        if hook is None:
            raise SlackRefused("no_service", status=404)
        if self._clock.now() - hook.born > HOOK_SECONDS:
            raise SlackRefused("expired_url", status=404)
        if hook.uses >= HOOK_USES:
            raise SlackRefused("used_url", status=404)
        return hook

    def new_socket(self) -> str:
        """Returns a ticket for one WebSocket."""
        ticket = secrets.token_urlsafe(24)
        self._sockets[ticket] = self._clock.now()
        return ticket

    def take_socket(self, ticket: str) -> bool:
        """Tells whether the ticket was good; it is not any more."""
        born = self._sockets.pop(ticket, None)
        return born is not None and self._clock.now() - born <= TICKET_SECONDS
