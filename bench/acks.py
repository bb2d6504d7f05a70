"""How fast commands are acknowledged that come all at once: quiet, and beside AWS calls and websites that hang.

The bot is a process of its own in front of a Slack, a DNS, an SES and websites on loopback. Prints the median and the
worst acknowledgement of each burst in milliseconds, and its ratio to a single command's in the same run; Slack gives
3,000 ms, the bot promises 500. Run: .venv/bin/python -m bench.acks
"""

import argparse
import asyncio
from statistics import median

from demo.world import World
from demo.zones import SAMPLES
from fakes.ses import AwsFault
from fakes.web import Behaviour, Site, WebPage
from tests.support.watching import ACCOUNT, until, watched

REGIONS = ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1")


async def burst(world: World, count: int, label: str) -> list[float]:
    """Send `count` commands at once, each by a person of their own; how long each acknowledgement took, in seconds."""
    slack = world.slack
    people = [slack.add_user(f"{label}{number}") for number in range(count)]
    slack.channel.members |= {person.id for person in people}
    domains = [SAMPLES[number % len(SAMPLES)].domain for number in range(count)]
    done = await asyncio.gather(
        *(slack.command("/ses-check", domain, user=person) for domain, person in zip(domains, people, strict=True))
    )
    for person in people:
        await slack.next_message(user=person)
    return [one.ack_seconds for one in done if one.ack_seconds is not None]


def show(what: str, seconds: list[float], single: float) -> None:
    half, worst = median(seconds) * 1000, max(seconds) * 1000
    print(f"{what:34}  {len(seconds):4}  {half:7.0f}  {worst:7.0f}  {worst / 1000 / single:7.1f}")


async def main(count: int) -> None:
    print("burst                               acks   median    worst  worst / single (ms)")
    async with watched(regions=REGIONS) as here:
        singles = [(await burst(here.world, 1, f"single{number}-"))[0] for number in range(5)]
        single = median(singles)
        show("one command", singles, single)
        show(f"{count} at once", await burst(here.world, count, "quiet"), single)
        here.aws.faults |= {(ACCOUNT, region): AwsFault.HANG for region in REGIONS}
        await until(lambda: here.aws.hanging.total() >= len(REGIONS))
        hang = Site({"*": WebPage(behaviour=Behaviour.HANG)})
        here.world.internet.web.sites.update(dict.fromkeys(list(here.world.internet.web.sites), hang))
        show(f"{count} at once, AWS and websites hang", await burst(here.world, count, "hang"), single)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Acknowledgements of commands that come all at once.")
    parser.add_argument("--count", type=int, default=200, help="commands at once (200)")
    asyncio.run(main(parser.parse_args().count))
