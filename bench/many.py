"""What `check --file` of a thousand domains costs at 20 ms an answer, beside checkdmarc on the same list.

Ours is the command as a person types it, with the checks of DNS and JSON lines: its start counts. checkdmarc is
`check_domains` of the list (see `bench/peer.py`), which has no parallelism of its own; as it takes minutes, it gets the
first tenth, where the kinds of domains are mixed as in the whole, and its time is multiplied by ten; `--whole` gives it
the whole list. The memory is the largest resident set of the process. Run: .venv/bin/python -m bench.many
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.dns_process import dns_process
from bench.figures import Figure, Good
from bench.peer_process import add_argument, megabytes, peer_process, program
from bench.zones import many
from cli.arguments import TERMINAL_CHECKS
from model.checks import is_dns

ROOT = Path(__file__).parents[1]
ROUNDS = 5
DELAY = 0.020
_ONE_IN = 10


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the command cost: seconds on the clock and of CPU, and MB."""

    seconds: float
    cpu: float
    memory: float


def check(file: Path, address: str, count: int) -> Run:
    """Runs the command over the file of domains."""
    of_dns = ",".join(filter(is_dns, TERMINAL_CHECKS))
    command = ["./ses-bot", "check", "--file", str(file), "--only", of_dns, "--nameserver", address]
    with tempfile.TemporaryFile("w+") as written:
        began = time.perf_counter()
        process = subprocess.Popen([*command, "--json", "--unordered"], cwd=ROOT, stdout=written)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - began
        written.seek(0)
        lines = sum(1 for _ in written)
    if process.returncode not in {0, 1} or lines != count:
        raise SystemExit(f"{' '.join(command)} wrote {lines} lines and ended with {process.returncode}")
    return Run(took, usage.ru_utime + usage.ru_stime, megabytes(usage.ru_maxrss))


def measure(count: int, checkdmarc: Path | None, *, whole: bool) -> list[Figure]:
    """Measures ours five times, in turn with checkdmarc on its part of the list."""
    domains, zone = many(count)
    part = domains if whole else domains[: max(1, count // _ONE_IN)]
    theirs: list[float] = []
    with dns_process(zone, DELAY) as dns, tempfile.TemporaryDirectory() as home:
        file = Path(home, "domains.txt")
        file.write_text("\n".join(domains))
        check(file, dns.address, count)  # the first one fills the stand-in's memory
        runs = []
        for _ in range(ROUNDS):
            runs.append(check(file, dns.address, count))
            if checkdmarc and (not theirs or not whole):
                with peer_process(checkdmarc, dns.address) as peer:
                    theirs.append(peer.seconds(part) * len(domains) / len(part))
    took = statistics.median(run.seconds for run in runs)
    print(
        f"{count} domains: {dns.questions:,} questions in all; the stand-in worked {dns.busy:.0%} of the time",
        file=sys.stderr,
    )
    found = [
        Figure("many", f"{count:,} domains", took, "s"),
        Figure("many", f"{count:,} domains: CPU", statistics.median(run.cpu for run in runs), "s"),
        Figure("many", f"{count:,} domains: memory", max(run.memory for run in runs), "MB", promised=150),
    ]
    if theirs:
        how = "the whole list, once" if whole else f"a tenth, times {_ONE_IN}"
        name = f"{count:,} domains: checkdmarc ({how}) over ours"
        found.append(Figure("many", name, statistics.median(theirs) / took, "times", Good.MORE, 20))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="A long list of domains: ours, checkdmarc.")
    add_argument(parser)
    parser.add_argument("--count", type=int, default=1000, help="domains (1,000)")
    parser.add_argument("--whole", action="store_true", help="let checkdmarc check the whole list, once")
    chosen = parser.parse_args()
    for figure in measure(chosen.count, program(chosen.checkdmarc), whole=chosen.whole):
        print(figure.row())


if __name__ == "__main__":
    main()
