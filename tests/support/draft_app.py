"""The bot with drafts: people write them in a faithful Slack, and a real database keeps them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakes.slack import Invocation, LoopbackSlack, SlackMessage, User, View
from handlers.drafts.services import DraftServices, Limits
from handlers.listeners import Services
from model import Access, AccountRegion, AccountRegionStatus, Identity, RegionState, SesView, Snapshot
from model.drafting import Owner, StoredDraft
from store import Database, open_database
from store.drafts import list_drafts
from tests.support.databases import new_file
from tests.support.patience import PATIENCE
from tests.support.slack_app import SlackApp, slack_app, text_of

MONDAY = datetime(2099, 11, 23, 8, 0, tzinfo=UTC)
"""Far away, so that no reminder is due by the real clock."""
STEPS: tuple[Mapping[str, Any], ...] = (
    {
        "name": "Harbor Goods",
        "place": "Kiel, Germany",
        "since": "2014",
        "business": "We sell sailing clothes, online and in one shop in the harbor of Kiel, for small boats.",
        "website": "https://acme.com",
        "privacy_policy": "https://acme.com/privacy",
        "domain": "acme.com",
        "region": "eu-west-1",
    },
    {
        "kinds.0.name": "Order confirmation",
        "kinds.0.mail_type": "TRANSACTIONAL",
        "kinds.0.sentence": "The customer gets it when an order is paid.",
        "kinds.0.rhythm": "on_event",
        "kinds.0.count": "900",
        "kinds.0.per_event": "1",
        "kinds.0.leaving": ["action"],
    },
    {
        "opt_in": "Customers type their address into the order form at acme.com/checkout. No one else gets mail.",
        "opt_in_page": "https://acme.com/checkout",
        "confirmed": "no",
        "unconfirmed": "not_applicable",
    },
    {
        "bounces": "SES notifies our shop by SNS, and a hard bounce or a complaint blocks the address within a minute.",
        "busiest": "90",
        "busiest_when": "the Saturday before the season",
        "example": "Subject: Your order 1042\n\nThank you. Your jacket leaves Kiel tomorrow.",
        "contacts": "ops@acme.com",
        "language": "EN",
        "mail_type": "-",
    },
)
"""A request that no remark stops, step by step."""
PATIENT = Limits(prefill=120, step=120, contacts=120, saving=120, opening=120)
"""Tests measure no time: nothing is given up because a machine is busy."""


class DraftApp(SlackApp):
    """An app whose people draft. `database` keeps what they write; `places` are the accounts watched,
    `after_poll` what they are once they are read anew; `hangs` says that neither SES nor DNS answers."""

    database: Database
    account_regions: Sequence[AccountRegionStatus] = ()
    after_poll: Sequence[AccountRegionStatus] = ()
    hangs = False
    now = MONDAY

    def __init__(self, slack: LoopbackSlack) -> None:
        super().__init__(slack)
        self.polled: list[AccountRegion] = []

    async def load_account_regions(self) -> Sequence[AccountRegionStatus]:
        await asyncio.sleep(600 if self.hangs else 0)
        return self.account_regions

    async def dead_domains(self, _: Sequence[str]) -> frozenset[str]:
        await asyncio.sleep(600 if self.hangs else 0)
        return frozenset()

    async def at_aws(self) -> SesView:
        await asyncio.sleep(600 if self.hangs else 0)
        return SesView()

    async def drafts(self, user: User | None = None) -> tuple[StoredDraft, ...]:
        """What the store has of a person."""
        return await list_drafts(self.database, self.owner(user))

    def owner(self, user: User | None = None) -> Owner:
        return Owner(self.slack.workspace.team.id, (user or self.slack.user).id)

    async def open(self, typed: str = "acme.com", *, user: User | None = None, command: str = "/ses-draft") -> View:
        """Type the command, and wait for the modal."""
        return await self.opened(self.slack.command(command, typed, user=user), user=user)

    async def opened(self, act: Awaitable[Invocation], *, user: User | None = None) -> View:
        """Do something, and wait for the modal that it opens, with its form in it."""
        invocation = await act
        assert invocation.failure is None

        def look() -> View | None:
            return next(
                (v for v in self.slack.views(user) if v in invocation.views and "on its way" not in text_of(v)), None
            )

        return await self.slack.wait_until(look, 120, "a modal")

    async def hand_in(self, view: View, values: Mapping[str, Any]) -> Invocation:
        """Send a form that Slack and the bot take."""
        invocation = await self.slack.submit(view, values)
        assert invocation.failure is None
        return invocation

    async def walk(self, view: View, count: int) -> None:
        """Hand in the first steps."""
        for values in STEPS[:count]:
            invocation = await self.hand_in(view, values)
            assert invocation.errors == {}

    async def written(
        self, steps: Sequence[Mapping[str, Any]] = STEPS, *, user: User | None = None, typed: str = "acme.com"
    ) -> list[SlackMessage]:
        """Walk through all steps; the messages of the result."""
        before = len(self.slack.workspace.messages)
        view = await self.open(typed, user=user)
        for values in steps:
            invocation = await self.hand_in(view, values)
            assert invocation.errors == {}
        assert not view.open
        await self.quiet()
        return self.slack.workspace.messages[before:]


@asynccontextmanager
async def draft_app(url: str, limits: Limits = PATIENT) -> AsyncIterator[DraftApp]:
    """People and the bot, connected, over a database."""
    async with open_database(url) as database:

        async def dead(domains: Sequence[str]) -> frozenset[str]:
            return await app[0].dead_domains(domains)

        async def account_regions() -> Sequence[AccountRegionStatus]:
            return await app[0].load_account_regions()

        async def at_aws(_: str) -> SesView:
            return await app[0].at_aws()

        async def poll(asked: Sequence[AccountRegion]) -> None:
            app[0].polled.extend(asked)
            app[0].account_regions = app[0].after_poll or app[0].account_regions

        def drafts(services: Services) -> DraftServices:
            return DraftServices(
                services,
                database,
                now=lambda: app[0].now,
                account_regions=account_regions,
                find_dead_domains=dead,
                look_up_at_aws=at_aws,
                poll=poll,
                limits=limits,
            )

        app: list[DraftApp] = []
        async with slack_app(drafts=drafts, kind=DraftApp, db=database, progress_after_s=PATIENCE) as found:
            assert isinstance(found, DraftApp)
            found.database = database
            app.append(found)
            yield found


@asynccontextmanager
async def drafting(directory: Path, limits: Limits = PATIENT) -> AsyncIterator[DraftApp]:
    """The same over SQLite. Slack refused nothing but what tests provoke, and no request is left without an answer."""
    async with draft_app(new_file(directory / "drafts.sqlite3"), limits) as app:
        yield app
        assert [call for call in app.slack.refusals if call.refused not in _PROVOKED] == []
        assert app.slack.sockets.trouble.unanswered == []


_PROVOKED = ("user_is_bot", "not_in_channel", "channel_not_found", "not_found", "used_url")


def watched(
    access: Access = Access.SANDBOX, *, region: str = "eu-west-1", account: str = "main", case: str | None = None
) -> AccountRegionStatus:
    """A place as the store tells it, with acme.com as an identity."""
    snapshot = Snapshot(access, case_id=case)
    known = RegionState(snapshot, identities=(Identity("acme.com"),))
    return AccountRegionStatus(AccountRegion(account, region), "123456789012", None, known, MONDAY, MONDAY)


def labels(view: View) -> dict[str, Any]:
    """What each field holds, by path: text, the value of a choice, or a list of ticks."""
    return {block["element"]["action_id"]: _held(block["element"]) for block in view.inputs}


def _held(element: Mapping[str, Any]) -> Any:
    if element["type"] == "checkboxes":
        return [option["value"] for option in element.get("initial_options", ())]
    chosen = element.get("initial_option") or {}
    return element.get("initial_value") or chosen.get("value", "")


def read(messages: Sequence[SlackMessage]) -> str:
    """All that can be read in some messages."""
    return "\n".join(text_of(message) for message in messages)


def actions(message: SlackMessage) -> list[str]:
    """What can be pressed in a message, by action_id."""
    return [element.action_id for element in message.elements]


def step(view: View) -> str:
    """The step that a modal is at."""
    return str(view.content["private_metadata"]).split()[1]
