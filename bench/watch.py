"""What watching 300 accounts in 20 regions costs one bot: calls for each place, memory, and the lag of its event loop.

The bot is a process of its own between a Slack, a DNS and an SES on loopback. Every place is always due: it polls as
fast as it can. Every account is entered by a role; some have domains to be read as well. The lag is what someone else
sees of it: how long `/healthz` takes to answer, asked a hundred times a second by a third process. Prints the figures
beside what they should be. Run: .venv/bin/python -m bench.watch
"""

import argparse
import asyncio
import contextlib
import http.client
import itertools
import multiprocessing
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles

from demo.world import World, small_world
from fakes.ses import LoopbackSes, domain_identity

OWN = "999999999999"
REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-north-1"),
    *("eu-west-1", "eu-west-2", "eu-west-3", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
    *("ap-southeast-1", "ap-southeast-2", "eu-south-1", "me-south-1", "af-south-1"),
)
HOME = REGIONS[:2]
"""Where an account has its domains."""


def account_id(number: int) -> str:
    return f"{100_000_000_000 + number}"


def fill(ses: LoopbackSes, accounts: int, domains: int) -> str:
    """Put the accounts into SES; the accounts file that names them all."""
    ses.add(OWN, REGIONS[0])
    tables = []
    for number in range(accounts):
        one, role = account_id(number), f"arn:aws:iam::{account_id(number)}:role/ses-bot"
        account = ses.add(one, *REGIONS)
        account.roles[role] = "handshake"
        for region in HOME:
            names = [f"d{item}.a{number}.example" for item in range(domains)]
            account.identities[region] = {
                name: domain_identity(("a" * 32, "b" * 32, "c" * 32), mail_from=f"m.{name}") for name in names
            }
        regions = ", ".join(f'"{region}"' for region in REGIONS)
        tables.append(
            f'[[account]]\nname = "a{number}"\nrole_arn = "{role}"\nexternal_id = "handshake"\nregions = [{regions}]\n'
        )
    return "\n".join(tables)


def settings(ses: LoopbackSes, home: Path) -> dict[str, str]:
    [(key, secret)] = ses.accounts[OWN].keys.items()
    return {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_ENDPOINT_URL_SESV2": ses.url,
        "AWS_ENDPOINT_URL_STS": ses.url,
        "AWS_ENDPOINT_URL_SUPPORT": ses.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SES_BOT_ACCOUNTS": str(home / "accounts.toml"),
        "SES_BOT_CHANNEL": "#email-ops",
        "SES_BOT_POLL_SECONDS": "0.01",
    }


@dataclass(frozen=True, slots=True)
class Lag:
    """`took`: the seconds of each answer of `/healthz`. `noise`: by how many seconds, at the most, a pause between two
    questions was longer than it should be; that is this machine, and not the bot."""

    took: Sequence[float]
    noise: float


def ask_health(port: int, orders: Connection) -> None:
    """In a process of its own: ask until asked to stop, then tell the `Lag`."""
    took: list[float] = []
    noise, pause = 0.0, 0.01
    here = http.client.HTTPConnection("127.0.0.1", port)
    while True:
        began = time.perf_counter()
        here.request("GET", "/healthz")
        here.getresponse().read()
        answered = time.perf_counter()
        took.append(answered - began)
        if orders.poll(pause):
            break
        noise = max(noise, time.perf_counter() - answered - pause)
    orders.send(Lag(took, noise))


class Asking:
    """Asks from the moment it is made, until `lag`."""

    def __init__(self, port: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._here, there = spawn.Pipe()
        self._process = spawn.Process(target=ask_health, args=(port, there), daemon=True)
        self._process.start()

    async def lag(self) -> Lag:
        self._here.send("stop")
        lag: Lag = await asyncio.to_thread(self._here.recv)
        self._process.join()
        return lag


def resident(pid: int) -> float:
    """The memory of a process, in MB."""
    reported = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(reported.stdout) / 1024


async def memory(pid: int, seen: list[float]) -> None:
    """Once a second, until canceled."""
    while True:
        seen.append(await asyncio.to_thread(resident, pid))
        await asyncio.sleep(1)


def print_calls(ses: LoopbackSes, began: float, seconds: float) -> None:
    moments = {place: [at for at in times if at >= began] for place, times in ses.moments.items()}
    gaps = [after - before for times in ses.moments.values() for before, after in itertools.pairwise(times)]
    count = sum(len(times) for times in moments.values())
    print(
        f"GetAccount            {count:,} in {seconds:.0f} s, {count / seconds:.0f} a second, {len(moments):,} places"
    )
    print(f"between two calls     {min(gaps):.2f} s at the least, at one place (never under a second)")
    print(f"refused by SES        {len(ses.refusals)} (none)")


def print_lag(name: str, lag: Lag) -> None:
    cuts = quantiles(lag.took, n=1000)
    usual, rare, most, noise = (seconds * 1000 for seconds in (cuts[499], cuts[989], max(lag.took), lag.noise))
    print(f"{name:<22}{usual:.1f} ms usual, {rare:.0f} ms for 1 in 100, {most:.0f} ms at the most (under 100 ms)")
    print(f"{'':<22}asked {len(lag.took):,} times; this machine alone is late by up to {noise:.0f} ms")


def health_port(world: World) -> int:
    """A bot that is connected to Slack has said it."""
    return next(int(found[1]) for line in world.bot.lines if (found := re.search(r"health on port (\d+)", line)))


async def commands(world: World, times: int) -> None:
    """What a person notices: until `/ses-check` is acknowledged, and until the whole status stands there."""
    slack, acks, status = world.slack, [], []
    for _ in range(times):
        acks.append((await slack.command("/ses-check", "ready.example")).ack_seconds or 9.0)
        await slack.next_message(user=slack.user, within=30)
        began = time.perf_counter()
        await slack.command("/ses-status", "")
        await slack.next_message(user=slack.user, within=30)
        status.append(time.perf_counter() - began)
    print(f"/ses-check            acknowledged in {max(acks) * 1000:.0f} ms at the most (under 300 ms)")
    print(f"/ses-status of all    {max(status):.1f} s at the most, {min(status):.1f} s at the least")


async def measure(accounts: int, domains: int, seconds: float) -> None:
    async with LoopbackSes() as ses, small_world(rate_limits=False) as world:
        (world.home / "accounts.toml").write_text(fill(ses, accounts, domains))
        world.slack.add_channel("email-ops", world.slack.user)
        clock = asyncio.get_running_loop().time
        began = clock()
        await world.start_bot(settings(ses, world.home))
        print(f"{accounts} accounts, {len(REGIONS)} regions each, {domains} domains in each of {len(HOME)} of them")
        port, seen = health_port(world), list[float]()
        watching = asyncio.create_task(memory(world.bot.pid, seen))
        asking = Asking(port)
        while len(ses.moments) < accounts * len(REGIONS):  # noqa: ASYNC110 - SES rings no bell
            await asyncio.sleep(0.1)
        print(f"all of them read      {clock() - began:.0f} s after the start")
        print_lag("lag meanwhile", await asking.lag())
        asking, began = Asking(port), clock()
        await asyncio.sleep(seconds)
        print_calls(ses, began, clock() - began)
        print_lag("lag", await asking.lag())
        await commands(world, 3)
        print(f"memory                {max(seen):.0f} MB at the most (under 300 MB)")
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        for trouble in world.troubles():
            print(f"TROUBLE: {trouble}")


def main() -> None:
    parser = argparse.ArgumentParser(description="What watching very many accounts costs.")
    parser.add_argument("--accounts", type=int, default=300)
    parser.add_argument("--domains", type=int, default=3, help="domains of an account, in each of two regions")
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.accounts, chosen.domains, chosen.seconds))


if __name__ == "__main__":
    main()
