"""The office with a desk in it: people write drafts in a faithful Slack, and a real database keeps them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakes.slack import Invocation, Message, User, View
from handlers.checker import Checker
from handlers.desk import Desk
from model import Access, Identity, Known, Owner, Place, PlaceStatus, Snapshot, StoredDraft
from store import Database, open_database
from store.drafts import list_drafts
from tests.support.office import Office, office, text_of

MONDAY = datetime(2099, 11, 23, 8, 0, tzinfo=UTC)
"""Far away, so that no reminder is due by the real clock."""
STEPS: tuple[Mapping[str, str], ...] = (
    {
        "name": "Harbor Goods",
        "business": "We sell sailing clothes, online and in one shop in the harbor of Kiel, for small boats.",
        "place": "Kiel, Germany",
        "since": "2014",
        "domain": "acme.com",
        "website": "https://acme.com",
    },
    {
        "streams.0.what": "Order confirmations",
        "streams.0.kind": "TRANSACTIONAL",
        "streams.0.trigger": "a customer pays for an order",
        "streams.0.recipients": "the customer who ordered",
        "streams.0.rhythm": "once for each order",
        "streams.0.number": "900 orders a month",
        "more": "no",
    },
    {
        "opt_in": "Customers type their address into the order form at acme.com/checkout. Nobody else gets mail.",
        "leaving": "The mail answers an order, so there is nothing to unsubscribe from.",
    },
    {
        "bounces": "SES notifies our shop by SNS, and a hard bounce blocks the address within a minute.",
        "complaints": "A complaint blocks the address at once, and a person looks at the order.",
        "monthly": "900",
        "basis": "900 orders a month, one mail each",
        "busiest": "90 on the Saturday before the season",
        "sample": "Subject: Your order 1042\n\nThank you. Your jacket leaves Kiel tomorrow.",
    },
    {"contacts": "ops@acme.com", "language": "EN", "mail_type": "-", "region": "eu-west-1"},
)
"""A request that nothing is to be said against, step by step."""


class Study(Office):
    """An office whose people draft. `database` keeps what they write; `places` are the accounts watched, and `hangs`
    says that neither SES nor DNS answers."""

    database: Database
    places: Sequence[PlaceStatus] = ()
    hangs = False
    now = MONDAY

    async def known_places(self) -> Sequence[PlaceStatus]:
        await asyncio.sleep(60 if self.hangs else 0)
        return self.places

    async def dead_domains(self, _: Sequence[str]) -> frozenset[str]:
        await asyncio.sleep(60 if self.hangs else 0)
        return frozenset()

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

        return await self.slack.until(look, 5, "a modal")

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
    ) -> list[Message]:
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
async def study(url: str) -> AsyncIterator[Study]:
    """A study with the bot connected."""
    async with open_database(url) as database:

        async def dead(domains: Sequence[str]) -> frozenset[str]:
            return await room[0].dead_domains(domains)

        async def places() -> Sequence[PlaceStatus]:
            return await room[0].known_places()

        def desk(checker: Checker) -> Desk:
            return Desk(
                database,
                checker.latest,
                now=lambda: room[0].now,
                places=places,
                dead_domains=dead,
            )

        room: list[Study] = []
        async with office(desk=desk, kind=Study) as found:
            assert isinstance(found, Study)
            found.database = database
            room.append(found)
            yield found


@asynccontextmanager
async def drafting(directory: Path) -> AsyncIterator[Study]:
    """A study over SQLite, in which Slack refused nothing but what tests provoke, and waited for nothing in vain."""
    async with study(f"sqlite:///{directory / 'drafts.sqlite3'}") as room:
        yield room
        assert [call for call in room.slack.refusals if call.refused not in _PROVOKED] == []
        assert room.slack.sockets.trouble.unanswered == []


_PROVOKED = ("user_is_bot", "not_in_channel", "channel_not_found", "not_found", "used_url")


def watched(
    access: Access = Access.SANDBOX, *, region: str = "eu-west-1", account: str = "main", case: str | None = None
) -> PlaceStatus:
    """A place as the store tells it, with acme.com as an identity."""
    snapshot = Snapshot(access, case_id=case)
    known = Known(snapshot, identities=(Identity("acme.com"),))
    return PlaceStatus(Place(account, region), "123456789012", None, known, MONDAY, MONDAY)


def labels(view: View) -> dict[str, str]:
    """What stands in each field, by path."""
    found = {}
    for block in view.inputs:
        element = block["element"]
        chosen = element.get("initial_option") or {}
        found[element["action_id"]] = element.get("initial_value") or chosen.get("value", "")
    return found


def read(messages: Sequence[Message]) -> str:
    """All that can be read in some messages."""
    return "\n".join(text_of(message) for message in messages)


def actions(message: Message) -> list[str]:
    """What can be pressed in a message, by action_id."""
    return [element.action_id for element in message.elements]


def step(view: View) -> str:
    """The step that a modal is at."""
    return str(view.content["private_metadata"]).split()[1]
