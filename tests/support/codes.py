"""Every code a finding can carry, with its outcomes: the catalog that judges and views are compared with."""

from pathlib import Path

_OUTCOMES = {"P": "pass", "W": "warn", "F": "fail", "U": "unknown"}
_LINES = Path(__file__).with_name("codes.txt").read_text("ascii").splitlines()

CODES: dict[str, frozenset[str]] = {
    code: frozenset(_OUTCOMES[letter] for letter in letters)
    for code, letters in (line.split() for line in _LINES if not line.startswith("#"))
}
"""Code to the outcomes it may have, as `model.Outcome` spells them."""
