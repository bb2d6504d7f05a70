"""CPU time of writing a letter with its remarks, over the businesses of the tests; no cache helps the second time.

Run: .venv/bin/python -m bench.letter
"""

import statistics
import time

from drafts import phrases, wording
from drafts.remarks import review
from drafts.request import write
from model.request import DraftContext
from tests.support.letters import business, names

ROUNDS = 30


def milliseconds(name: str) -> float:
    """The median of some letters of one business, each as if it were the first."""
    answers, seen = business(name)
    taken = []
    for _ in range(ROUNDS):
        for cached in (phrases.fold, wording.clean, wording.ends, wording.finish):
            cached.cache_clear()
        began = time.process_time()
        review(write(answers, seen), answers, DraftContext())
        taken.append((time.process_time() - began) * 1_000)
    return statistics.median(taken)


def main() -> None:
    found = {name: milliseconds(name) for name in names()}
    for name, taken in found.items():
        print(f"{name:24} {taken:5.2f} ms")
    print(f"{'slowest':24} {max(found.values()):5.2f} ms of CPU for a letter with its remarks (limit: 5 ms)")


if __name__ == "__main__":
    main()
