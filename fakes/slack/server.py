"""Slack on loopback: `LoopbackSlack` is the whole of it, for the demo and for tests.

The bot reaches it by real sockets, with the tokens and the URL that it is given in its environment; tests and the
workspace act as people, and see what people would see.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Self, TypeVar

from aiohttp import web

from fakes.http_server import LoopbackHttpServer
from fakes.slack.change_signal import PATIENCE
from fakes.slack.clock import Clock
from fakes.slack.forms import fill_in
from fakes.slack.http_requests import SIGNING_SECRET, HttpRequests
from fakes.slack.methods import Methods
from fakes.slack.rates import Rates
from fakes.slack.response_urls import ResponseUrls
from fakes.slack.socket_mode import SocketMode
from fakes.slack.state import Call, Channel, Happening, SlackMessage, User, View
from fakes.slack.tickets import Tickets
from fakes.slack.user_actions import UserActions
from fakes.slack.web_api import Faults, SlackFault, Tokens, WebApi
from fakes.slack.workspace import Workspace

T = TypeVar("T")

COMMANDS = ("/ses-check", "/ses-status", "/ses-draft", "/ses-appeal")
"""The commands that the bot's manifest declares."""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LoopbackSlack(LoopbackHttpServer):
    """`async with LoopbackSlack() as slack:` then start a bot with `slack.environment`.

    `commands` and `scopes` are what the app has; `rate_limits` False lets it call as often as it likes;
    `ping_interval` is how often Slack pings, in seconds; `http`: the bot is reached by signed requests instead, at
    `http.url`. There is one person, `user`, in one channel with the bot,
    `channel`; more come with `add_user` and `add_channel`. People act by `command`, `press`, `submit`, `close` and
    `open_home`: see `UserActions`.
    """

    _shutdown_seconds = 1.0

    def __init__(
        self,
        *,
        commands: tuple[str, ...] = COMMANDS,
        scopes: tuple[str, ...] = ("commands", "chat:write"),
        rate_limits: bool = True,
        ping_interval: float = 10.0,
        http: bool = False,
    ) -> None:
        super().__init__()
        self.http = HttpRequests() if http else None
        self.clock = Clock()
        self.workspace = Workspace(self.clock)
        self.tokens = Tokens("xoxb-0000-loopback-bot", "xapp-1-A0SESBOT01-loopback-app", scopes, set())
        self.rates = Rates(self.clock, enabled=rate_limits)
        self.faults = Faults()
        self.user = self.workspace.add_user("ana")
        self.channel = self.workspace.add_channel("deliverability", self.user)
        self.quiet_since = time.monotonic()
        """When the bot last asked for something; on the monotonic clock."""
        self.busy = 0
        """How many of its requests are being answered."""
        self._tickets = Tickets(self.clock, self.workspace.team.id)
        self.sockets = SocketMode(self.workspace, self._tickets, self.clock, ping_interval)
        self._hooks = ResponseUrls(self.workspace, self._tickets, self.faults)
        methods = Methods(self.workspace, self._tickets, self.rates)
        self._api = WebApi(self.workspace, methods, self.tokens, self.rates, self.faults)
        actions = UserActions(self.workspace, self._tickets, self.http or self.sockets, self._hooks, commands)
        self.command, self.press, self.open_home = actions.command, actions.press, actions.open_home
        self.submit, self.close = actions.submit, actions.close
        self.add_user, self.add_channel = self.workspace.add_user, self.workspace.add_channel
        self.wait_until = self.workspace.signal.wait_until
        self._taken: set[int] = set()

    def _routes(self) -> Iterable[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self._count_requests(self._api.handle)),
            web.post("/{kind:commands|actions}/{team}/{number}/{secret}", self._count_requests(self._hooks.handle)),
            web.get("/link/", self.sockets.handle),
        ]

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.workspace.base = self.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sockets.close()
        await super().__aexit__()

    @property
    def environment(self) -> dict[str, str]:
        """What the bot must know to find this Slack."""
        secret = {"SES_BOT_SIGNING_SECRET": SIGNING_SECRET} if self.http else {"SLACK_APP_TOKEN": self.tokens.app}
        return {"SLACK_BOT_TOKEN": self.tokens.bot, **secret, "SLACK_API_URL": f"{self.url}/api/"}

    # What stands in the workspace

    def messages(self, *, user: User | None = None, channel: Channel | None = None) -> list[SlackMessage]:
        """Returns what a person sees in a channel, oldest first."""
        return self.workspace.visible_messages((user or self.user).id, (channel or self.channel).id)

    def views(self, user: User | None = None) -> list[View]:
        """Returns the modal open in front of a person, if any."""
        view = self.workspace.open_view_of((user or self.user).id)
        return [view] if view else []

    @property
    def notices(self) -> list[str]:
        """Slack's own words to people, such as that a command failed."""
        return [happening.words for happening in self.workspace.happenings if happening.kind == "notice"]

    @property
    def calls(self) -> list[Call]:
        """Every request of the bot, in order."""
        return self.workspace.calls

    @property
    def refusals(self) -> list[Call]:
        """Those that Slack refused."""
        return [call for call in self.workspace.calls if call.refused]

    def type_in(self, view: View, values: Mapping[str, Any]) -> None:
        """Fills in a form without handing it in: a press in it carries what stands there."""
        view.state = fill_in(view, values)

    # Waiting

    async def wait_until_connected(self, within: float = PATIENCE) -> None:
        """Returns when the bot holds a connection."""
        await self.wait_until(lambda: self.sockets.connections or None, within, "a connection of the bot")

    async def next_message(
        self,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        within: float = PATIENCE,
    ) -> SlackMessage:
        """Returns the next message posted or changed that was not taken by this before; of a person or channel, or
        any."""
        happening = await self._next_happening(("posted", "changed"), user, channel, within, "a message")
        assert happening.message
        return happening.message

    async def next_view(self, *, user: User | None = None, within: float = PATIENCE) -> View:
        """Returns the next modal opened or updated that was not taken by this before."""
        happening = await self._next_happening(("opened", "updated"), user, None, within, "a modal")
        assert happening.view
        return happening.view

    async def wait_until_quiet(self, seconds: float) -> None:
        """Returns when the bot has asked for nothing for so long, and has acknowledged everything."""
        while True:
            idle = time.monotonic() - self.quiet_since
            if not self.busy and not self.sockets.waiting and idle >= seconds:
                return
            await asyncio.sleep(max(0.01, seconds - idle))

    async def _next_happening(
        self,
        kinds: tuple[str, ...],
        user: User | None,
        channel: Channel | None,
        within: float,
        what: str,
    ) -> Happening:
        def find_happening() -> Happening | None:
            for number, happening in enumerate(self.workspace.happenings):
                if number in self._taken or happening.kind not in kinds:
                    continue
                if user and happening.user != user.id:
                    continue
                if channel and happening.channel != channel.id:
                    continue
                self._taken.add(number)
                return happening
            return None

        return await self.wait_until(find_happening, within, what)

    # What tests make go wrong

    def fail(self, method: str, **fault: Any) -> None:
        """Makes the next call of a method (`response_url`, or `*` for any) go wrong; see `SlackFault`."""
        self.faults.add(method, SlackFault(**fault))

    def revoke(self) -> None:
        """Revokes both tokens."""
        self.tokens.revoked |= {self.tokens.bot, self.tokens.app}

    # Inside

    def _count_requests(self, handler: _Handler) -> _Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.busy += 1
            try:
                return await handler(request)
            finally:
                self.busy -= 1
                self.quiet_since = time.monotonic()

        return handle
