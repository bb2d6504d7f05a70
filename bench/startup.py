"""What `check --help` costs in CPU, beside `checkdmarc --help`: the median of five runs each, in turn.

Run: .venv/bin/python -m bench.startup [PATH-TO-checkdmarc]
checkdmarc is looked for beside this interpreter and on the PATH; see bench/requirements.txt. Without it, ours is
measured alone. Exits 1 where ours costs more than half of it.
"""

import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 5
MOST = 0.5
"""Of what checkdmarc costs."""


def seconds(command: list[str]) -> float:
    """Runs a command; returns the user and system time of it and of its children, in seconds."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def checkdmarc(named: str | None) -> str | None:
    """Finds the program to compare with."""
    beside = Path(sys.executable).with_name("checkdmarc")
    return named or (str(beside) if beside.exists() else shutil.which("checkdmarc"))


def main(arguments: list[str]) -> int:
    """Measures and prints; returns the exit status."""
    other = checkdmarc(arguments[0] if arguments else None)
    commands = {"./ses-bot check --help": ["./ses-bot", "check", "--help"]}
    if other:
        commands["checkdmarc --help"] = [other, "--help"]
    for command in commands.values():
        seconds(command)  # the first run compiles
    took: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            took[name].append(seconds(command))
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, median in medians.items():
        print(f"{name:24}  {median:.3f} s CPU (median of {ROUNDS})")
    if not other:
        print("checkdmarc is not installed; see bench/requirements.txt")
        return 0
    ours, theirs = medians.values()
    print(f"ratio                     {ours / theirs:.2f} (at most {MOST})")
    return int(ours > MOST * theirs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
