"""What watching 300 accounts in 20 regions costs one bot: calls for each place, memory, and the lag of its event loop.

The bot is a process of its own between a Slack, a DNS and an SES on loopback. Every place is always due: it polls as
fast as it can. Every account is entered by a role; some have domains to be read as well. The lag is what someone else
sees of it: how long `/healthz` takes to answer, asked a hundred times a second by a third process. Lag
and memory are of one run; what a person notices is the median of five. Run: .venv/bin/python -m bench.watch
"""

import argparse
import asyncio
import contextlib
import http.client
import itertools
import multiprocessing
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles

from bench.figures import Figure, Good
from demo.world import World, open_world
from fakes.ses import LoopbackSes, domain_identity

BENCH = "watch"
ROUNDS = 5
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


def calls(ses: LoopbackSes, began: float, seconds: float) -> Iterator[Figure]:
    """What was asked of SES since then, and how soon after each other at one place."""
    moments = {account_region: [at for at in times if at >= began] for account_region, times in ses.moments.items()}
    gaps = [after - before for times in ses.moments.values() for before, after in itertools.pairwise(times)]
    count = sum(len(times) for times in moments.values())
    yield Figure(BENCH, "GetAccount in all", count / seconds, "a second", Good.MORE)
    yield Figure(BENCH, "shortest pause between two at one place", min(gaps), "s", Good.MORE, 1)
    yield Figure(BENCH, "refused by SES", len(ses.refusals), "calls", promised=0)


def lags(name: str, lag: Lag) -> Iterator[Figure]:
    """How long `/healthz` took to answer."""
    cuts = quantiles(lag.took, n=1000)
    yield Figure(BENCH, f"{name}: usual", cuts[499] * 1000, "ms")
    yield Figure(BENCH, f"{name}: 1 in 100", cuts[989] * 1000, "ms", promised=100)
    print(
        f"{name}: asked {len(lag.took):,} times, {max(lag.took) * 1000:.0f} ms at the most; "
        f"this machine alone is late by up to {lag.noise * 1000:.0f} ms",
        file=sys.stderr,
    )


def health_port(world: World) -> int:
    """A bot that is connected to Slack has said it."""
    return next(int(found[1]) for line in world.bot.lines if (found := re.search(r"health on port (\d+)", line)))


async def commands(world: World, times: int) -> Iterator[Figure]:
    """What a person notices: until `/ses-check` is acknowledged, and until the whole status stands there."""
    slack, acks, status = world.slack, [], []
    for _ in range(times):
        acks.append((await slack.command("/ses-check", "ready.example")).ack_seconds or 9.0)
        await slack.next_message(user=slack.user, within=30)
        began = time.perf_counter()
        await slack.command("/ses-status", "")
        await slack.next_message(user=slack.user, within=30)
        status.append(time.perf_counter() - began)
    return iter(
        (
            Figure(BENCH, "/ses-check acknowledged", median(acks) * 1000, "ms", promised=300),
            Figure(BENCH, "/ses-status of all", median(status), "s"),
        )
    )


def show(figures: Iterable[Figure]) -> None:
    for figure in figures:
        print(figure.row(), flush=True)


async def measure(accounts: int, domains: int, seconds: float) -> None:
    async with LoopbackSes() as ses, open_world(rate_limits=False) as world:
        (world.home / "accounts.toml").write_text(fill(ses, accounts, domains))
        world.slack.add_channel("email-ops", world.slack.user)
        clock = asyncio.get_running_loop().time
        began = clock()
        await world.start_bot(settings(ses, world.home))
        print(f"{accounts} accounts, {len(REGIONS)} regions each, {domains} domains in {len(HOME)}", file=sys.stderr)
        port, seen = health_port(world), list[float]()
        watching = asyncio.create_task(memory(world.bot.pid, seen))
        asking = Asking(port)
        while len(ses.moments) < accounts * len(REGIONS):  # noqa: ASYNC110 - SES rings no bell
            await asyncio.sleep(0.1)
        show([Figure(BENCH, "all of them read after the start", clock() - began, "s")])
        show(lags("lag meanwhile", await asking.lag()))
        asking, began = Asking(port), clock()
        await asyncio.sleep(seconds)
        show(calls(ses, began, clock() - began))
        show(lags("lag", await asking.lag()))
        show(await commands(world, ROUNDS))
        show([Figure(BENCH, "memory", max(seen), "MB", promised=300)])
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        for trouble in world.troubles():
            print(f"TROUBLE: {trouble}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description="What watching very many accounts costs.")
    parser.add_argument("--accounts", type=int, default=300)
    parser.add_argument("--domains", type=int, default=3, help="domains of an account, in each of two regions")
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.accounts, chosen.domains, chosen.seconds))


if __name__ == "__main__":
    main()
