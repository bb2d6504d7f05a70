"""No text of 20,000 characters takes the drafts more than 20 ms, whatever it repeats: every expression is linear.

A process of its own searches for slow texts, so that a test that finds one cannot hang the others.
"""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = "150"
LIMIT = 20.0
ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_no_long_text_is_slow() -> None:
    program = [sys.executable, "-m", "tests.support.programs.long_texts", EXAMPLES]
    found = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=600, check=True)
    taken = {name: float(milliseconds) for name, milliseconds in (line.split() for line in found.stdout.splitlines())}
    assert set(taken) == {"write", "review", "errors", "numbers", "read", "reply", "known_answers", "guard"}
    assert all(milliseconds < LIMIT for milliseconds in taken.values()), taken
