"""What it costs in CPU to begin: `check --help`, one check of SPF, a whole check; and the bot until it has answered its
first command, in the world of the demo. Medians of five.

A check asks a name server on loopback that answers at once, and `checkdmarc --help` stands beside our own: its CPU over
ours. Run: .venv/bin/python -m bench.startup
"""

import argparse
import asyncio
import os
import statistics
import subprocess
from pathlib import Path

from bench.dns_process import dns_process
from bench.figures import Figure, Good
from bench.peer_process import add_argument, program
from bench.zones import REALISTIC, chain
from demo.world import open_aws_world

ROOT = Path(__file__).parents[1]
ROUNDS = 5
_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(command: list[str]) -> float:
    """Runs a command; returns the CPU seconds of it and of its children."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def commands(checkdmarc: Path | None) -> list[Figure]:
    """Measures the commands of the terminal, in turn."""
    with dns_process(chain(1), 0.0) as dns:
        check = ["./ses-bot", "check"]
        to_run = {
            "check --help": [*check, "--help"],
            "check --only spf": [*check, REALISTIC, "--only", "spf", "--nameserver", dns.address],
            "check": [*check, REALISTIC, "--nameserver", dns.address],
            **({"checkdmarc --help": [str(checkdmarc), "--help"]} if checkdmarc else {}),
        }
        took: dict[str, list[float]] = {name: [] for name in to_run}
        for _ in range(ROUNDS + 1):
            for name, command in to_run.items():
                took[name].append(seconds(command))
    medians = {name: statistics.median(each[1:]) for name, each in took.items()}  # the first round compiles
    promised = {"check --help": 0.15, "check --only spf": 0.35, "check": 0.6}
    found = [Figure("startup", name, medians[name], "s of CPU", Good.LESS, most) for name, most in promised.items()]
    if checkdmarc:
        ratio = medians["checkdmarc --help"] / medians["check --help"]
        found.append(Figure("startup", "checkdmarc --help over ours", ratio, "times", Good.MORE, 2))
    return found


async def ready() -> float:
    """Starts the bot; returns the CPU seconds of its process when its first command is answered."""
    async with open_aws_world() as world:
        await world.start_bot()
        await world.slack.command("/ses-check", "help")
        await world.slack.next_message(user=world.slack.user)
        return cpu_of(world.bot.pid)


def cpu_of(pid: int) -> float:
    """The CPU seconds of a process so far (proc_pid_stat(5), fields 14 and 15), or as ps(1) has them."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    shown = subprocess.run(["ps", "-o", "time=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout
    minutes, _, rest = shown.strip().rpartition(":")
    return 60 * float(minutes.rpartition(":")[2] or 0) + float(rest)


def main() -> None:
    parser = argparse.ArgumentParser(description="What it costs to begin.")
    add_argument(parser)
    for figure in commands(program(parser.parse_args().checkdmarc)):
        print(figure.row(), flush=True)
    bot = statistics.median([asyncio.run(ready()) for _ in range(ROUNDS)])
    print(Figure("startup", "the bot, its first command answered", bot, "s of CPU", promised=3).row())


if __name__ == "__main__":
    main()
