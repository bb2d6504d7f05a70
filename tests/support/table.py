"""Answers from a table instead of the network: a test case is three lines.

One answer takes one unit of the event loop's time. On a loop with a virtual clock (`tests/support/virtual.py`) that
makes round trips countable: the law that a check costs `max(2, 1 + include depth)` of them is asserted without a clock.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from checks.answers import Answer, NoData, NoName, Records, Unanswered

Types: TypeAlias = Mapping[str, Sequence[str] | str | Answer]
Table: TypeAlias = Mapping[str, Types]
"""Name to type to records: `{"acme.com": {"TXT": ["v=spf1 -all"], "MX": ["10 mx.acme.com"]}}`.

A string in place of the list is a fault, the `why` of `Unanswered`; the type `*` gives it for every type. An
`Answer` in its place is given as it is. A CNAME is followed. `*.acme.com` is a wildcard (RFC 4592). A name with names
below it exists (an empty non-terminal)."""

_LONGEST_CHAIN = 16


class TableResolver:
    """A `Dns` over a `Table`. Callers that ask the same question share one answer, as with the real resolver."""

    def __init__(self, table: Table) -> None:
        self._table = {name.lower().rstrip("."): types for name, types in table.items()}
        self._above = {above for name in self._table for above in _names_above(name)}
        self._shared: dict[tuple[str, str], asyncio.Future[Answer]] = {}
        self.asked: list[tuple[str, str]] = []
        """Every distinct question, in the order asked."""
        self.questions: list[tuple[str, str]] = []
        """Every question each time that it was asked."""

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        """See `checks.answers.Dns.ask`."""
        question = (name.lower().rstrip("."), type.upper())
        self.questions.append(question)
        if question not in self._shared:
            self.asked.append(question)
            self._shared[question] = asyncio.ensure_future(self._after_one_tick(*question))
        return await asyncio.shield(self._shared[question])

    async def _after_one_tick(self, name: str, rtype: str) -> Answer:
        if not can_be_asked(name):
            return NoName(name, rtype)
        await asyncio.sleep(1)
        return self._answer(name, rtype)

    def _answer(self, name: str, rtype: str) -> Answer:
        aliases: list[str] = []
        owner = name
        while True:
            types = self._at(owner)
            if types is None:
                return NoName(name, rtype, aliases=tuple(aliases), server="table")
            stored = types.get(rtype, types.get("*", ()))
            if isinstance(stored, str):
                return Unanswered(name, rtype, by="table", why=stored)
            if isinstance(stored, Unanswered):
                return replace(stored, name=name)
            if isinstance(stored, Records | NoData | NoName):
                return replace(stored, name=name, aliases=(*aliases, *stored.aliases))
            if stored:
                return Records(name, rtype, tuple(stored), ttl=300, aliases=tuple(aliases), server="table")
            alias = types.get("CNAME")
            if rtype == "CNAME" or not isinstance(alias, Sequence) or isinstance(alias, str) or not alias:
                return NoData(name, rtype, aliases=tuple(aliases), server="table")
            owner = alias[0].lower().rstrip(".")
            aliases.append(owner)
            if len(aliases) > _LONGEST_CHAIN:
                return Unanswered(name, rtype, by="table", why="CNAME loop")

    def _at(self, name: str) -> Types | None:
        """The types at a name, None where it does not exist (RFC 4592 section 3.3.1 for wildcards)."""
        if name in self._table:
            return self._table[name]
        if name in self._above:
            return {}
        encloser = name
        while "." in encloser:
            encloser = encloser.partition(".")[2]
            if f"*.{encloser}" in self._table:
                return self._table[f"*.{encloser}"]
            if encloser in self._table or encloser in self._above:
                return None
        return None


class SameTexts:
    """A `Dns` that answers every question with the same texts, behind an alias where one is given."""

    def __init__(self, *values: str, alias: str | None = None) -> None:
        self._values = values
        self._alias = alias

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        aliases = () if self._alias is None or "missing" in name else (self._alias,)
        return Records(name, type, self._values, aliases=aliases)


def _names_above(name: str) -> list[str]:
    labels = name.split(".")
    return [".".join(labels[i:]) for i in range(1, len(labels))]


def can_be_asked(name: str) -> bool:
    """RFC 1035 section 3.1: labels of 1 to 63 octets, 255 octets with the length octets and the root."""
    labels = name.split(".")
    return bool(name) and len(name) <= 253 and all(1 <= len(label) <= 63 for label in labels)
