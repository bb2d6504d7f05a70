"""Runs the benches one after the other, and prints what they measured as one table; see `bench/README.md`.

`--compare` reads the table of `bench/README.md` too, says which figure got worse by a third or was not measured, and
exits 1 where there is one.
"""

import argparse
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, got_worse, parse, table
from bench.peer_process import add_argument, program

ROOT = Path(__file__).parents[1]
README = ROOT / "bench" / "README.md"
BESIDE_CHECKDMARC = ("check", "many", "startup")
ALONE = ("acks", "watch", "letter")
BENCHES = (*BESIDE_CHECKDMARC, *ALONE)


def measured(bench: str, checkdmarc: Path | None) -> list[Figure]:
    """Runs one bench; what it says beside its figures goes to standard error."""
    beside = ["--checkdmarc", str(checkdmarc)] if checkdmarc and bench in BESIDE_CHECKDMARC else []
    command = [sys.executable, "-m", f"bench.{bench}", *beside]
    print(f"bench.{bench} …", file=sys.stderr)
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench.{bench} ended with {done.returncode}; what it said stands above")
    return parse(f"{table(())}\n{done.stdout}")


def machine() -> str:
    """The processor and how many of it, the system, and Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = f"{len(models)} × {models[0]}" if models else platform.machine()
    return f"{model}, {platform.system()}, Python {platform.python_version()}"


def main() -> int:
    """Measures and prints; returns the exit status."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Measures, and prints one table.")
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=f"some of {', '.join(BENCHES)}; else all")
    parser.add_argument("--compare", action="store_true", help="say what got worse against bench/README.md")
    add_argument(parser)
    chosen = parser.parse_args()
    benches = chosen.benches or BENCHES
    if unknown := [name for name in benches if name not in BENCHES]:
        parser.error(f"there is no bench {unknown[0]}; there are {', '.join(BENCHES)}")
    before = [figure for figure in parse(README.read_text("utf-8")) if figure.bench in benches]
    checkdmarc = program(chosen.checkdmarc) if {*benches} & {*BESIDE_CHECKDMARC} else None
    found = [figure for bench in benches for figure in measured(bench, checkdmarc)]
    print(f"{machine()}; {datetime.now(UTC):%Y-%m-%d}\n\n{table(found)}")
    for figure in found:
        if not figure.kept:
            print(f"Not kept: {figure.bench}: {figure.name}", file=sys.stderr)
    worse = got_worse(found, before) if chosen.compare else []
    print(*worse, sep="\n", end="\n" if worse else "")
    return int(bool(worse))


if __name__ == "__main__":
    sys.exit(main())
