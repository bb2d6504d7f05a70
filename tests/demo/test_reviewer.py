"""`!submit` and the others as typed: which account is meant, when the next line may come, and what is said otherwise.

The bot is played by the test, which looks at the accounts and writes the news.
"""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from rich.console import Console

import demo.reviewer
from demo.aws_reviewer import DEMO_REGIONS
from demo.reviewer import LineResult, Reviewer
from demo.screen import Screen
from demo.world import AwsWorld, open_aws_world
from fakes.slack import Content
from tests.support.cases import cases

HERE = DEMO_REGIONS[0]


@dataclass
class Stage:
    """A world without a bot, and what is said on its screen."""

    world: AwsWorld
    screen: Screen
    drawn: int = 0

    def reviewer(self, *, patient: bool = True) -> Reviewer:
        def draw() -> None:
            self.drawn = len(self.world.slack.workspace.happenings)

        return Reviewer(self.world, self.screen, draw, patient=patient)

    def count_reads(self, identity: str = "") -> None:
        """The bot reads every account, and an identity."""
        for place in DEMO_REGIONS:
            self.world.ses.answered["GetAccount", *place.key, ""] += 1
        self.world.ses.answered["GetEmailIdentity", *HERE.key, identity] += 1

    def tells(self, only_for: str | None = None) -> None:
        """The bot writes into the channel for news."""
        self.world.slack.workspace.post(self.world.news.id, Content("news", []), "chat.postMessage", only_for=only_for)

    @property
    def said(self) -> str:
        file = self.screen.console.file
        assert isinstance(file, io.StringIO)
        return file.getvalue()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_aws_world(table={}) as world:
        console = Console(file=io.StringIO(), width=200)
        yield Stage(world, Screen(console, world.slack.user, world.slack.channel, world.slack.workspace.channels))


async def test_the_next_line_waits_for_the_news(stage: Stage) -> None:
    stage.count_reads()
    turn = asyncio.create_task(stage.reviewer().play("!submit", ""))
    await asyncio.sleep(0.1)
    assert not turn.done()
    assert "It is in review now." in stage.said
    stage.tells()
    assert await turn == LineResult()
    assert stage.drawn == len(stage.world.slack.workspace.happenings)


async def test_at_a_terminal_nothing_waits(stage: Stage) -> None:
    stage.count_reads()
    assert await stage.reviewer(patient=False).play("!submit", "") == LineResult()


async def test_what_only_one_person_sees_is_no_news(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo.reviewer, "_NEWS_SECONDS", 0.3)
    stage.count_reads()
    turn = asyncio.create_task(stage.reviewer().play("!submit", ""))
    await asyncio.sleep(0.05)
    stage.tells(only_for=stage.world.slack.user.id)
    stage.world.slack.workspace.post(stage.world.slack.channel.id, Content("elsewhere", []), "chat.postMessage")
    assert await turn == LineResult(failure="!submit: of the news that the bot owes, 0 of 1 came within 0.3 s")


async def test_nothing_happens_before_the_bot_has_looked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would be what the bot sees first, and no news."""
    monkeypatch.setattr(demo.reviewer, "_FIRST_READ_SECONDS", 0.3)
    turn = await stage.reviewer().play("!submit", "")
    assert turn == LineResult(failure="!submit: the bot has not looked at acme in us-east-1 within 0.3 s")
    assert "Details" not in stage.world.ses.accounts[HERE.account_id].regions[HERE.region]
    stage.count_reads()
    turn = await stage.reviewer().play("!verify", "doubled.example")
    assert turn == LineResult(failure="!verify: the bot has not looked at doubled.example within 0.3 s")
    stage.count_reads("doubled.example")
    assert await stage.reviewer().play("!verify", "Doubled.Example.") == LineResult()
    assert "It stays pending" in stage.said


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        ([""], ("acme", "us-east-1")),
        (["eu-west-1"], ("acme", "eu-west-1")),
        (["globex"], ("globex", "eu-west-1")),
        (["AP-SOUTHEAST-2 Globex"], ("globex", "ap-southeast-2")),
        (["globex ap-southeast-2", ""], ("globex", "ap-southeast-2")),
        (["globex ap-southeast-2", "globex"], ("globex", "ap-southeast-2")),
        (["globex ap-southeast-2", "acme"], ("acme", "us-east-1")),
    ],
)
async def test_which_account_is_meant(stage: Stage, lines: list[str], meant: tuple[str, str]) -> None:
    """What is left open is as it was the last time."""
    stage.count_reads()
    reviewer = stage.reviewer(patient=False)
    for word, rest in zip(["!submit", "!approve"], lines, strict=False):
        await reviewer.play(word, rest)
    assert f"{meant[0]} in {meant[1]}" in stage.said.splitlines()[-2]


@cases()
async def test_what_cannot_be_done_is_said(word: str, rest: str, slip: str, stage: Stage) -> None:
    stage.count_reads("ses.example")
    turn = await stage.reviewer().play(word, rest)
    assert turn.slip.startswith(slip)
    assert turn.failure == ""
