"""How fast commands are acknowledged that come all at once: quiet; beside AWS calls and websites that hang; and while
fifty people hand in the forms of a letter and have it written.

The bot is a process of its own in front of a Slack, a DNS, an SES and websites on loopback. Acknowledgements are in
milliseconds; Slack gives 3,000. Run: .venv/bin/python -m bench.acks
"""

import argparse
import asyncio
import sys
from itertools import count as numbers
from statistics import median

from bench.figures import Figure
from demo.zones import SAMPLES
from fakes.ses import AwsFault
from fakes.slack import LoopbackSlack, User, View
from fakes.web import Misbehavior, Site, WebPage
from tests.support.draft_app import STEPS
from tests.support.patience import PATIENCE
from tests.support.watching import ACCOUNT, LiveBot, live_bot, until

ROUNDS = 5
REGIONS = ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1")
LETTERS = 50
_TRIES = 20
"""How often a step is handed in: the bot may be too busy to save it, and says so."""
_NUMBERS = numbers()


def person(slack: LoopbackSlack) -> User:
    """Someone new in the channel."""
    one = slack.add_user(f"person{next(_NUMBERS)}")
    slack.channel.members.add(one.id)
    return one


async def burst(slack: LoopbackSlack, count: int) -> list[float]:
    """Sends `count` commands at once, each by a person of their own; returns how many milliseconds each acknowledgement
    took, once every person has an answer."""
    people = [person(slack) for _ in range(count)]
    domains = [SAMPLES[number % len(SAMPLES)].domain for number in range(count)]
    commands = [slack.command("/ses-check", domain, user=one) for domain, one in zip(domains, people, strict=True)]
    done = await asyncio.gather(*commands)
    for one in people:
        await slack.next_message(user=one, within=PATIENCE)
    lost = [invocation.failure for invocation in done if invocation.ack_seconds is None]
    if lost:
        raise SystemExit(f"{len(lost)} commands were not acknowledged: {lost[0]}")
    return [invocation.ack_seconds * 1000 for invocation in done if invocation.ack_seconds is not None]


async def letter(slack: LoopbackSlack) -> None:
    """Fills the form of a letter in, step by step, until the bot has written it."""
    writer = person(slack)
    invocation = await slack.command("/ses-draft", "acme.com", user=writer)

    def form() -> View | None:
        return next((view for view in slack.views(writer) if view in invocation.views and view.inputs), None)

    view = await slack.wait_until(form, PATIENCE, "the form of a letter")
    for values in STEPS:
        for _ in range(_TRIES):
            handed_in = await slack.submit(view, values)
            if not handed_in.failure and not handed_in.errors:
                break
            await asyncio.sleep(1)  # "Try again in a moment", it says
        else:
            raise RuntimeError(f"a step of a letter was not taken: {handed_in.failure or handed_in.errors}")
    await slack.next_message(user=writer, within=PATIENCE)


async def burst_beside_letters(slack: LoopbackSlack, count: int) -> list[float]:
    """A burst while fifty people write a letter, from the form to the text."""
    letters = asyncio.gather(*(letter(slack) for _ in range(LETTERS)))
    await asyncio.sleep(0)
    took = await burst(slack, count)
    await letters
    return took


async def hang(bot: LiveBot) -> None:
    """From now on no website answers, and six calls to AWS hang."""
    bot.aws.faults |= {(ACCOUNT, region): AwsFault.HANG for region in REGIONS}
    await until(lambda: bot.aws.hanging.total() >= len(REGIONS))
    hanging = Site({"*": WebPage(behaviour=Misbehavior.HANG)})
    bot.world.internet.web.sites.update(dict.fromkeys(list(bot.world.internet.web.sites), hanging))


def shown(name: str, rounds: list[list[float]]) -> None:
    """Prints the medians over the rounds of what was usual and of what was worst."""
    usual, worst = median(median(one) for one in rounds), median(max(one) for one in rounds)
    print(Figure("acks", f"{name}: median", usual, "ms", promised=50).row())
    print(Figure("acks", f"{name}: worst", worst, "ms", promised=500).row(), flush=True)
    print(f"{name}: worst of all rounds {max(map(max, rounds)):.0f} ms", file=sys.stderr)


async def measure(bot: LiveBot, count: int) -> None:
    slack = bot.slack
    await burst(slack, 1)
    shown("one command", [await burst(slack, 1) for _ in range(ROUNDS)])
    shown(f"{count} at once", [await burst(slack, count) for _ in range(ROUNDS)])
    await hang(bot)
    name = f"{count} at once, 20 websites and 6 AWS calls hang"
    shown(name, [await burst(slack, count) for _ in range(ROUNDS)])
    beside = [await burst_beside_letters(slack, count) for _ in range(ROUNDS)]
    shown(f"{name}, {LETTERS} letters", beside)


async def main(count: int) -> None:
    async with live_bot(regions=REGIONS) as bot:
        try:
            await measure(bot, count)
        finally:
            await bot.kill()  # in good order it would wait for the calls that hang


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Acknowledgements of commands that come all at once.")
    parser.add_argument("--count", type=int, default=200, help="commands at once (200)")
    asyncio.run(main(parser.parse_args().count))
