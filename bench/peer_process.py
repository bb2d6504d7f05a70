"""checkdmarc in a process of its own, where it is installed; see `bench/requirements.txt`."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PROGRAM = Path(__file__).with_name("peer.py")


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Gives a bench the option that names the program to compare with."""
    parser.add_argument("--checkdmarc", metavar="PATH", help="the program; else it is looked for on the PATH")


def program(named: str | None) -> Path | None:
    """Returns the program `checkdmarc`, made absolute; None where it is not installed."""
    beside = Path(sys.executable).with_name("checkdmarc")
    found = named or (str(beside) if beside.exists() else shutil.which("checkdmarc"))
    if found and not Path(found).is_file():
        raise SystemExit(f"--checkdmarc: {found} is no file. Install it by bench/requirements.txt.")
    if found is None:
        print("checkdmarc is not installed (bench/requirements.txt): ours is measured alone", file=sys.stderr)
    return Path(found).absolute() if found else None


@dataclass(slots=True)
class Peer:
    """`memory`: its largest resident set in MB, once it has ended."""

    _stdin: IO[str]
    _stdout: IO[str]
    memory: float = 0.0

    def seconds(self, domains: Sequence[str]) -> float:
        """Has it check the domains, as if for the first time; returns the seconds that it took."""
        self._stdin.write(" ".join(domains) + "\n")
        self._stdin.flush()
        line = self._stdout.readline()
        if not line:
            raise SystemExit("checkdmarc ended early; what it said stands above")
        return float(line)


@contextlib.contextmanager
def peer_process(checkdmarc: Path, address: str) -> Iterator[Peer]:
    """Starts checkdmarc's interpreter, which asks the DNS server at `address`."""
    command = [str(checkdmarc.with_name("python")), str(_PROGRAM), address]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    peer = Peer(process.stdin, process.stdout)
    try:
        yield peer
    finally:
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        peer.memory = megabytes(usage.ru_maxrss)


def megabytes(ru_maxrss: int) -> float:
    """The unit of getrusage(2): octets on macOS, kibibytes elsewhere."""
    return ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
