"""From links to an answer: aliases are followed by ourselves where a server gave only part of the way."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from checks.answers import Answer, NoData, NoName, Records, Unanswered
from checks.resolver.questions import Question, question_of, spelled
from checks.resolver.reading import LONGEST_CHAIN, Empty, Held, Link

Ask: TypeAlias = Callable[[Question], Awaitable[Link | Unanswered]]


async def follow(question: Question, ask: Ask, deadline: float) -> Answer:
    """The answer to a question (RFC 1034 section 5.3.3), at most `LONGEST_CHAIN` aliases away, within `deadline`
    seconds. The first link is expected to keep the deadline by itself, and so can say whom it waited for."""
    until = asyncio.get_running_loop().time() + deadline
    name, kind = question.name, question.type
    found = await ask(question)
    aliases: tuple[str, ...] = ()
    ttl = None
    while True:
        if isinstance(found, Unanswered):
            where = f" (at the alias {found.name})" if aliases else ""
            return Unanswered(name, kind, found.by, found.why + where)
        aliases += found.aliases
        ttl = found.ttl if ttl is None else min(ttl, found.ttl)
        if len(aliases) > LONGEST_CHAIN or _closes(name, aliases):
            return Unanswered(name, kind, found.server, "CNAME loop")
        match found:
            case Held(values=values):
                return Records(name, kind, values, ttl, aliases, found.server)
            case Empty(exists=True):
                return NoData(name, kind, found.zone, ttl, aliases, found.server)
            case Empty():
                return NoName(name, kind, found.zone, ttl, aliases, found.server)
        onward = question_of(aliases[-1], kind)
        if onward is None:
            return NoName(name, kind, None, 0, aliases, found.server)
        try:
            async with asyncio.timeout_at(until):
                found = await ask(onward)
        except TimeoutError:
            found = Unanswered(onward.name, kind, "ses-bot", f"no answer in {deadline:.1f} s")


def _closes(name: str, aliases: tuple[str, ...]) -> bool:
    names = [name, *map(spelled, aliases)]
    return len(set(names)) < len(names)
