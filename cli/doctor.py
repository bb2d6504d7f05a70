"""`bot.py doctor` in a terminal: a line for each thing that was looked at, or JSON; and the exit code."""

import json
import sys
from collections.abc import AsyncIterator

from model.diagnosis import Diagnosis, Health

_CODES = {Health.GOOD: 0, Health.WARNING: 1, Health.BAD: 2}


async def show(lines: AsyncIterator[Diagnosis], *, as_json: bool) -> int:
    """Print each line as it comes; return 0 when all is good, 1 with a warning, 2 where the bot cannot work."""
    worst = 0
    async for one in lines:
        worst = max(worst, _CODES[one.health])
        print(_json(one) if as_json else _text(one), flush=True)  # noqa: T201 - the terminal is what this writes to
    if not as_json:
        words = ("All is well.", "It works; the lines with ! could be better.", "Fix the lines with ✗.")
        print(words[worst], file=sys.stderr)  # noqa: T201 - as above
    return worst


def _text(one: Diagnosis) -> str:
    todo = f" → {one.todo}" if one.todo else ""
    line = f"{one.health.mark} {one.what}: {one.words}{todo}"
    return "".join(c if c.isprintable() else " " for c in line)


def _json(one: Diagnosis) -> str:
    named = {"what": one.what, "health": one.health.value, "words": one.words, "todo": one.todo}
    return json.dumps(named, ensure_ascii=False)
