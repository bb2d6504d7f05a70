"""CPU time of the drafts, without caches: a letter with its remarks over the businesses of the tests, and the slowest
long text of each function, as hypothesis finds it.

Run: .venv/bin/python -m bench.letter
"""

import statistics
import subprocess
import sys
import time

from bench.figures import Figure
from drafts import wording
from drafts.remarks import review
from drafts.request import write
from model.request import DraftContext
from tests.support.letters import list_businesses, read_business

ROUNDS = 30
LONG_TEXTS = "150"


def milliseconds(name: str) -> float:
    """The median of some letters of one business, each as if it were the first."""
    answers, seen = read_business(name)
    taken = []
    for _ in range(ROUNDS):
        for cached in (wording.fold_text, wording.clean_text, wording.sentence_ends, wording.finish_sentences):
            cached.cache_clear()
        began = time.process_time()
        review(write(answers, seen), answers, DraftContext())
        taken.append((time.process_time() - began) * 1_000)
    return statistics.median(taken)


def main() -> None:
    found = {name: milliseconds(name) for name in list_businesses()}
    for name, each in found.items():
        print(f"{name:24} {each:5.2f} ms", file=sys.stderr)
    slowest = max(found.values())
    print(Figure("letter", "slowest letter with its remarks", slowest, "ms of CPU", promised=5).row(), flush=True)
    program = [sys.executable, "-m", "tests.support.programs.long_texts", LONG_TEXTS]
    written = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    worst = {name: float(taken) for name, taken in (line.split() for line in written.splitlines())}
    for name, taken in worst.items():
        print(f"{name:24} {taken:5.1f} ms", file=sys.stderr)
    name = "slowest text of 20,000 characters that was found"
    print(Figure("letter", name, max(worst.values()), "ms of CPU", promised=20).row())


if __name__ == "__main__":
    main()
