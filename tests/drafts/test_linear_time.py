"""The drafts cost no more than the length of a text, whatever it repeats: every expression is linear.

A process of its own searches for slow texts, so that a test that finds one cannot hang the others. The bound is ten
times what is promised (`bench/letter.py` prints the real figures) and counts CPU time, so that a busy machine cannot
break it; a quadratic expression exceeds it a hundredfold.
"""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = "100"
PROMISED = 20.0
"""Milliseconds of CPU for any text of 20,000 characters."""
ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_no_long_text_is_slow() -> None:
    program = [sys.executable, "-m", "tests.support.programs.long_texts", EXAMPLES]
    process = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=1_800, check=True)
    milliseconds_of = {
        name: float(milliseconds) for name, milliseconds in (line.split() for line in process.stdout.splitlines())
    }
    assert set(milliseconds_of) == {"write", "review", "errors", "numbers", "read", "reply", "known_answers", "guard"}
    assert all(milliseconds < 10 * PROMISED for milliseconds in milliseconds_of.values()), milliseconds_of
