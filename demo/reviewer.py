"""`!submit`, `!approve` and the others: play AWS by what is typed, and see the news of it arrive.

In a pipe the next line waits until the bot has posted its news; a person at a terminal types on, and sees the news
come in.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from demo.aws_reviewer import DEMO_REGIONS, Act, DemoAws, DemoRegion, NotPossible
from demo.dns_provider import normalize_name
from demo.screen import Screen
from demo.script import LETTERS
from demo.world import AwsWorld
from fakes.slack import Happening

_FIRST_READ_SECONDS = 15.0
"""Seconds within which the bot has looked at every account for the first time."""
_NEWS_SECONDS = 20.0
"""Seconds within which news has arrived."""
_READS_PER_STEP = 4
"""Looks of the bot at one step of `!send` and `!bounce`."""
_STATUS_SECONDS = 5.0
"""Seconds that `/ses-status` waits for the first looks."""
ABOUT = (
    "Play AWS. Name an account and a region, such as globex eu-west-1; else it is as before, at first "
    f"{DEMO_REGIONS[0]}"
)
HELP = (
    ("!submit", "someone asks for production access"),
    (
        "!ask",
        "AWS asks for more information, on the case; the news comes in #email-ops, and the answer can begin there",
    ),
    ("!approve, !deny", "AWS decides; the news of it comes there too"),
    ("!lose", "the request gets lost on its way, and no one at AWS reads it"),
    ("!probation", "AWS objects to how the account sends"),
    ("!throttle", "AWS answers no more calls for the account"),
    ("!lift", "what !probation and !throttle began ends"),
    ("!send 40000", "a production account sends so many messages in 24 hours; the volume grows to that"),
    ("!bounce 6%, !calm", "AWS counts so many bounces; few again"),
    ("!verify IDENTITY", "AWS looks for the DKIM records of an identity, such as doubled.example"),
)
_ACTS = ("!submit", "!ask", "!approve", "!deny", "!lose", "!probation", "!throttle", "!lift", "!calm")
"""Words that are methods of `DemoAws`, of an account region alone."""
WORDS = (*_ACTS, "!verify", "!send", "!bounce")


@dataclass(frozen=True, slots=True)
class LineResult:
    """What came of a line. `slip`: what was typed and could not be done; `failure`: what the bot did not do."""

    slip: str = ""
    failure: str = ""


class Reviewer:
    """`play` takes a word of `WORDS` and what follows it. `draw` shows what has happened in Slack meanwhile. `wrote` is
    what AWS wrote in a case last."""

    def __init__(self, world: AwsWorld, screen: Screen, draw: Callable[[], None], *, patient: bool) -> None:
        self._world = world
        self._aws = world.aws
        self._screen = screen
        self._draw = draw
        self._patient = patient
        self.wrote = ""
        self._last = DEMO_REGIONS[0]
        self._counted = 0
        self._acts: Mapping[str, Callable[[DemoRegion], Act]] = {
            word: getattr(world.aws, word.removeprefix("!")) for word in _ACTS
        }

    async def play(self, word: str, rest: str) -> LineResult:
        """Does it, says it, and waits for the news where no one is at the terminal."""
        try:
            amount, rest = _parse_amount(word, rest)
            if word == "!verify":
                demo_region, identity = _parse_identity(self._aws, rest)
            else:
                demo_region, identity = self._parse_region(rest.split()), ""
            if not await self._wait_until(lambda: self._was_read(demo_region, identity), _FIRST_READ_SECONDS):
                subject, seconds = identity or demo_region, _FIRST_READ_SECONDS
                return LineResult(failure=f"{word}: the bot has not looked at {subject} within {seconds:g} s")
            due = self._aws.count_due_news()
            if self._patient and due:  # of what a button of the bot did
                await self._wait_until(lambda: self._count_news() - self._counted >= due, _NEWS_SECONDS)
            before = self._count_news()
            if amount is not None:
                act = await self._change_gradually(word, demo_region, amount)
            else:
                act = self._aws.verify(demo_region, identity) if identity else self._acts[word](demo_region)
        except NotPossible as wrong:
            return LineResult(slip=str(wrong))
        self._last = demo_region
        self._screen.say(f"{act.words}\n")
        if word in LETTERS:
            self.wrote = LETTERS[word]
            self._screen.say("In the case it writes:")
            self._screen.say("\n".join(f"  {line}".rstrip() for line in self.wrote.splitlines()) + "\n", "cyan")
        has_arrived = not self._patient or await self._wait_until(
            lambda: self._count_news() - before >= act.news, _NEWS_SECONDS
        )
        self._counted = self._count_news()
        if has_arrived:
            return LineResult()
        came = f"{self._counted - before} of {act.news}"
        return LineResult(failure=f"{word}: of the news that the bot owes, {came} came within {_NEWS_SECONDS:g} s")

    async def _change_gradually(self, word: str, demo_region: DemoRegion, amount: float) -> Act:
        """Raises volume or bounces over some days, which are seconds here; the last step says what that made."""
        act = self._aws.send if word == "!send" else self._aws.bounce
        news = 0
        for part in (0.2, 0.3, 1.0):
            act_done = act(demo_region, amount * part)
            news += act_done.news
            if part < 1.0:
                reads = self._aws.count_reads(demo_region) + _READS_PER_STEP
                await self._wait_until(partial(self._has_read, demo_region, reads), _NEWS_SECONDS)
        return Act(act_done.words, news)

    def _has_read(self, demo_region: DemoRegion, times: int) -> bool:
        return self._aws.count_reads(demo_region) >= times

    async def wait_for_first_reads(self) -> None:
        """Waits until the bot has recorded every account, as its second read shows, or for `_STATUS_SECONDS`."""
        readable = [demo_region for demo_region in DEMO_REGIONS if self._aws.is_readable(demo_region)]
        reads = self._aws.count_reads
        await self._wait_until(lambda: all(reads(demo_region) > 1 for demo_region in readable), _STATUS_SECONDS)

    def _parse_region(self, words: Sequence[str]) -> DemoRegion:
        """Returns the account region that the words name; what they leave open is as the last time, or the first."""
        fitting = list(DEMO_REGIONS)
        for word in words:
            fitting = [
                demo_region for demo_region in fitting if word.lower() in (demo_region.account, demo_region.region)
            ]
        if not fitting:
            raise NotPossible(f"No account in a region is “{' '.join(words)}”. {_list_accounts()}")
        return self._last if self._last in fitting else fitting[0]

    def _was_read(self, demo_region: DemoRegion, identity: str) -> bool:
        """Tells whether the bot has read it: what it reads first is no news, so nothing may happen before."""
        return not self._aws.is_readable(demo_region) or self._aws.count_reads(demo_region, identity) > 0

    def _count_news(self) -> int:
        return sum(is_news(happening, self._world) for happening in self._world.slack.workspace.happenings)

    async def _wait_until(self, look: Callable[[], bool], seconds: float) -> bool:
        """Tells whether `look` becomes true in time, while the bot runs. What happens meanwhile is drawn."""
        deadline = time.monotonic() + seconds
        while not look():
            if time.monotonic() > deadline or self._world.bot.ended is not None:
                return False
            await asyncio.sleep(0.02)
            self._draw()
        self._draw()
        return True


def is_news(happening: Happening, world: AwsWorld) -> bool:
    """Tells whether the bot has written into the channel for news, unasked."""
    return _unprompted_channel(happening) == world.news.id


def is_notice(happening: Happening, world: AwsWorld) -> bool:
    """Tells whether the bot has written to the person, unasked."""
    return _unprompted_channel(happening) in {
        channel.id for channel in world.slack.workspace.channels.values() if channel.person
    }


def _unprompted_channel(happening: Happening) -> str | None:
    """Returns the channel into which the bot has written by itself; None where it has not."""
    message = happening.message
    if happening.kind != "posted" or message is None or message.ephemeral or message.invocation is not None:
        return None
    return message.channel


def _parse_amount(word: str, rest: str) -> tuple[float | None, str]:
    """Returns the number that `!send` and `!bounce` take, and what follows it."""
    if word not in ("!send", "!bounce"):
        return None, rest
    typed, _, rest = rest.strip().partition(" ")
    digits = typed.replace(",", "").removesuffix("%")
    try:
        number = float(digits)
    except ValueError:
        number = -1.0
    number = number / 100 if word == "!bounce" else number
    if not 0 <= number <= (1.0 if word == "!bounce" else 1e9):
        raise NotPossible("How many? For example: !send 40000, or !bounce 6%")
    return number, rest


def _parse_identity(aws: DemoAws, rest: str) -> tuple[DemoRegion, str]:
    identities = aws.list_identities()
    choices = f"There is {', '.join(name for _, name in identities)}."
    if not rest or " " in rest:
        raise NotPossible(f"Which identity? {choices} For example: !verify {identities[-1][1]}")
    for demo_region, name in identities:
        if normalize_name(rest) == name:
            return demo_region, name
    raise NotPossible(f"No account has an identity “{rest}”. {choices}")


def _list_accounts() -> str:
    accounts = list(dict.fromkeys(demo_region.account for demo_region in DEMO_REGIONS))
    regions = {
        name: ", ".join(demo_region.region for demo_region in DEMO_REGIONS if demo_region.account == name)
        for name in accounts
    }
    return f"There is {' and '.join(f'{name} ({regions[name]})' for name in accounts)}."
