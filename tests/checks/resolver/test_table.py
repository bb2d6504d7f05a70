"""The table of the tests answers as the real resolver does with a real server, question by question."""

import asyncio

import pytest

from checks.answers import Answer, NoData, NoName, Records, Unanswered
from fakes.dns import LoopbackDns
from tests.support.dns import open_resolver
from tests.support.table import Table, TableResolver
from tests.support.virtual import run

TABLE: dict[str, dict[str, list[str] | str]] = {
    "acme.com": {"TXT": ["v=spf1 -all", "two"], "MX": ["10 mx.acme.com"]},
    "a.b.acme.com": {"A": ["192.0.2.1"]},
    "*.wild.acme.com": {"TXT": ["wild"]},
    "known.wild.acme.com": {"A": ["192.0.2.2"]},
    "alias.acme.com": {"CNAME": ["second.acme.com"]},
    "second.acme.com": {"CNAME": ["there.other.org"]},
    "there.other.org": {"TXT": ["there"]},
    "dangling.acme.com": {"CNAME": ["gone.other.org"]},
    "bad.acme.com": {"*": "SERVFAIL"},
    "half.acme.com": {"TXT": "REFUSED", "A": ["192.0.2.3"]},
}
NAMES = [
    *TABLE, "b.acme.com", "no.acme.com", "x.wild.acme.com", "y.x.wild.acme.com", "x.known.wild.acme.com",
    "wild.acme.com", "gone.other.org", "missing.net", "com", "ACME.com.", "a..com", "x" * 64 + ".com",
]  # fmt: skip


def essence(answer: Answer) -> tuple[object, ...]:
    match answer:
        case Records():
            return (answer.name, answer.type, answer.values, answer.aliases)
        case Unanswered():
            return (answer.name, answer.type, answer.why)
    return (type(answer), answer.name, answer.type, answer.aliases)


@pytest.mark.parametrize("kind", ["TXT", "A", "CNAME", "MX"])
def test_the_same_answers(kind: str) -> None:
    async def ask_a_server() -> list[Answer]:
        async with open_resolver(LoopbackDns(TABLE), try_timeout=1) as dns:
            return [await dns.ask(name, kind) for name in NAMES]

    for name, real in zip(NAMES, asyncio.run(ask_a_server()), strict=True):
        reported, ticks = run(TableResolver(TABLE).ask(name, kind))
        assert essence(reported) == essence(real)
        assert ticks == (0 if name.startswith(("a..", "x" * 64)) else 1)


def test_answers_may_stand_in_the_table() -> None:
    lie = NoName("b.acme.com", "A", "acme.com", 60, (), "192.0.2.53")
    gone = Unanswered("gone.acme.com", "A", "192.0.2.53", "no answer in 3.0 s")
    table: Table = {
        "a.b.acme.com": {"A": ["192.0.2.1"]}, "b.acme.com": {"A": lie}, "gone.acme.com": {"A": gone},
        "alias.acme.com": {"CNAME": ["b.acme.com"]},
    }  # fmt: skip
    assert run(TableResolver(table).ask("b.acme.com", "A"))[0] == lie
    assert run(TableResolver(table).ask("gone.acme.com", "A"))[0] == gone
    aliased = NoName("alias.acme.com", "A", "acme.com", 60, ("b.acme.com",), "192.0.2.53")
    assert run(TableResolver(table).ask("alias.acme.com", "A"))[0] == aliased
    assert isinstance(run(TableResolver(table).ask("b.acme.com", "MX"))[0], NoData)
