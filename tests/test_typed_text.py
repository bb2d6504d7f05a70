"""Nothing that a person types may cost the event loop more than 20 ms: hypothesis looks for a text that does.

It looks in a process of its own, so that a text that is slow without end ends that process alone. What costs more than
an event loop can spare (the letter, its remarks, AWS's message) runs in a thread: `DraftServices.run_in_thread`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

PROMISE = 20.0
SLACK = 10
"""A machine that is busy, or slow, may take so many times the promise."""
ROOT = Path(__file__).parents[1]


def slowest(examples: int) -> dict[str, float]:
    """CPU milliseconds of the slowest call, by name."""
    program = [sys.executable, "-m", "tests.support.programs.typed_texts", str(examples)]
    found = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=600, check=True)
    return {name: float(taken) for name, taken in (line.split("\t") for line in found.stdout.splitlines())}


@pytest.mark.parametrize("examples", [10, pytest.param(150, marks=pytest.mark.long)])
def test_no_typed_text_holds_the_event_loop(examples: int) -> None:
    found = slowest(examples)
    assert len(found) >= 15, "every way in was tried"
    assert {name: taken for name, taken in found.items() if taken > SLACK * PROMISE} == {}
