"""Binds plain functions to Bolt. A function's parameters say what it needs, by name, as Bolt's own listeners do.

`Listeners` is a module's table: its decorators name what is listened to. Binding acknowledges, parses, checks that the
person is of the bot's organization, and starts background work with a surface that tells the person of a failure.
`Services` is what most functions need.
"""

import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from slack_bolt.async_app import AsyncApp

from handlers.background import Background
from handlers.checker import Checker
from handlers.domain_watch_notify import DomainWatches
from handlers.metrics import COMMANDS
from handlers.payloads import Home, Payload, is_ours, parse_command, parse_event, parse_press
from handlers.reports import Reports
from handlers.slack_api import EphemeralReply, SlackApi
from handlers.views import words
from handlers.watching import Watching
from model import Owner


@dataclass(frozen=True, slots=True)
class Services:
    slack: SlackApi
    background: Background
    checker: Checker
    home: Home
    reports: Reports
    watching: Watching | None = None
    """The accounts that are watched; None: there is no /ses-status."""
    domain_watches: DomainWatches | None = None
    """The domain watches; None: nothing can be watched."""
    can_publish: bool = False
    """Whether an account is connected, so that "Fix it for me" is offered."""
    progress_after_s: float = 1.5
    """Seconds after which a person who waits for a check reads that it goes on."""
    merge_window_s: float = 0.3
    """Seconds that the DNS part of a report waits for the rest, so that both are one message."""


log = logging.getLogger(__name__)
Ack: TypeAlias = Callable[..., Awaitable[Any]]
Work: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]
Values: TypeAlias = Mapping[str, object]
"""What a function may name as its parameters."""
F = TypeVar("F", bound=Work)


@dataclass(frozen=True, slots=True)
class Asker:
    """The person who typed or pressed: whose things they see, where they are answered, the trigger of their modal."""

    owner: Owner
    surface: EphemeralReply
    trigger_id: str = ""


def owner_of(services: Services, user: str) -> Owner:
    """Returns whose things a person sees: their own, in the workspace where the bot is installed."""
    return Owner(services.home.team, user)


def surface_of(services: Services, body: Payload) -> EphemeralReply:
    """Returns where the person of a command or a pressed button is answered."""
    press, command = parse_press(body), parse_command(body)
    channel, user = press.channel or command.channel, press.user or command.user
    return EphemeralReply(services.slack, channel, user, press.response_url)


@dataclass(frozen=True, slots=True)
class Listener:
    """`work` answers what Slack calls `name`; `what` names the work for the log and for a failure."""

    name: str
    work: Work
    what: str

    def call(self, values: Values) -> Coroutine[Any, Any, Any]:
        """Calls the function with what its parameters name."""
        return self.work(**{name: values[name] for name in inspect.signature(self.work).parameters})


Bind: TypeAlias = Callable[[Listener, Services, Values, AsyncApp], None]


@dataclass(slots=True)
class Listeners:
    """The listeners of a module, in the order of its functions, each with what binds it."""

    bindings: list[tuple[Listener, Bind]] = field(default_factory=list)

    def command(self, name: str, what: str) -> Callable[[F], F]:
        """Listens to a slash command. The function may name `typed` and `asker`."""
        return self.add(name, what, _bind_command)

    def action(self, name: str, what: str) -> Callable[[F], F]:
        """Listens to a button in a message. The function may name `press` and `asker`."""
        return self.add(name, what, _bind_action)

    def event(self, name: str, what: str) -> Callable[[F], F]:
        """Listens to an event about a person. The function may name `asker`; there is nowhere to answer but what the
        function itself shows."""
        return self.add(name, what, _bind_event)

    def add(self, name: str, what: str, bind: Bind) -> Callable[[F], F]:
        """Listens to `name` by another way of binding."""

        def decorate(work: F) -> F:
            self.bindings.append((Listener(name, work, what), bind))
            return work

        return decorate

    def register(self, app: AsyncApp, services: Services, **values: object) -> None:
        """Binds every listener of the module; `values` and `services` are what its functions may name beside."""
        for listener, bind in self.bindings:
            bind(listener, services, {"services": services, **values}, app)


def _bind_command(listener: Listener, services: Services, values: Values, app: AsyncApp) -> None:
    async def handle(ack: Ack, body: Payload) -> None:
        await ack()
        command = parse_command(body)
        COMMANDS.labels(listener.name).inc()
        surface = surface_of(services, body)
        asker = Asker(owner_of(services, command.user), surface, command.trigger_id)
        work = listener.call({**values, "typed": command.text, "asker": asker})
        services.background.start(work, surface, what=listener.what)

    app.command(listener.name)(handle)


def _bind_event(listener: Listener, services: Services, values: Values, app: AsyncApp) -> None:
    async def handle(ack: Ack, body: Payload) -> None:
        await ack()
        user, team = parse_event(body)
        if not user or team != services.home.team:
            return
        surface = EphemeralReply(services.slack, "", user, "")
        asker = Asker(owner_of(services, user), surface)
        services.background.start(listener.call({**values, "asker": asker}), what=listener.what)

    app.event(listener.name)(handle)


def _bind_action(listener: Listener, services: Services, values: Values, app: AsyncApp) -> None:
    async def handle(ack: Ack, body: Payload) -> None:
        await ack()
        press = parse_press(body)
        surface = surface_of(services, body)
        if not is_ours(press, services.home):
            log.info("a button pressed by a person of another organization was refused")
            services.background.start(surface.tell(words.other_organization_message()), surface, what="the answer")
            return
        asker = Asker(owner_of(services, press.user), surface, press.trigger_id)
        services.background.start(
            listener.call({**values, "press": press, "asker": asker}), surface, what=listener.what
        )

    app.action(listener.name)(handle)
