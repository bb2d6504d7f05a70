"""A check's face of the resolver, and the transcript it writes."""

import asyncio

import pytest

from checks.answers import Answer, Dns, NoData, NoName, Unanswered
from checks.resolver import BudgetedDns, Transcript
from model import Seen
from tests.support.table import Table, TableResolver
from tests.support.virtual import run

TABLE: Table = {
    "acme.com": {"TXT": ["v=spf1 -all", "\xe9\x00"], "MX": ["10 mx.acme.com"]},
    "alias.acme.com": {"CNAME": ["there.other.org"]},
    "there.other.org": {"TXT": ["there"]},
    "bad.acme.com": {"*": "SERVFAIL"},
    "k._domainkey.acme.com": {"TXT": ["p="]},
    # some servers answer NXDOMAIN for a name that has names below it
    "_domainkey.acme.com": {"TXT": NoName("_domainkey.acme.com", "TXT", "acme.com", 60, (), "192.0.2.53")},
}
ASKED = [
    ("acme.com", "TXT"), ("ACME.com.", "MX"), ("acme.com", "A"), ("alias.acme.com", "TXT"), ("alias.acme.com", "A"),
    ("bad.acme.com", "MX"), ("_domainkey.acme.com", "TXT"), ("k._domainkey.acme.com", "TXT"), ("no.acme.com", "TXT"),
]  # fmt: skip


async def ask_all(dns: Dns, questions: list[tuple[str, str]]) -> list[Answer]:
    return list(await asyncio.gather(*(dns.ask(name, kind) for name, kind in questions)))


def test_the_transcript_holds_each_question_once_in_the_order_asked() -> None:
    transcript, resolver = Transcript(), TableResolver(TABLE)

    async def work() -> None:
        spf, mx = BudgetedDns(resolver, "spf", transcript), BudgetedDns(resolver, "mx", transcript)
        await asyncio.gather(ask_all(spf, ASKED), ask_all(mx, [("acme.com", "mx"), ("mx.acme.com", "A")]))
        await ask_all(spf, ASKED)

    _, ticks = run(work())
    assert ticks == 1
    assert transcript.query_count == len(resolver.asked) == len(ASKED) + 1
    assert transcript.list_lookups() == (
        Seen("spf", "acme.com", "TXT", ("v=spf1 -all", "\xe9\x00")),
        Seen("spf", "acme.com", "MX", ("10 mx.acme.com",)),
        Seen("spf", "acme.com", "A", ("no data",)),
        Seen("spf", "alias.acme.com", "TXT", ("CNAME there.other.org", "there")),
        Seen("spf", "alias.acme.com", "A", ("CNAME there.other.org", "no data")),
        Seen("spf", "bad.acme.com", "MX", ("unanswered by table: SERVFAIL",)),
        Seen("spf", "_domainkey.acme.com", "TXT", ("no such name",)),
        Seen("spf", "k._domainkey.acme.com", "TXT", ("p=",)),
        Seen("spf", "no.acme.com", "TXT", ("no such name",)),
        Seen("mx", "mx.acme.com", "A", ("no such name",)),
    )


def test_the_budget_of_one_check_is_not_that_of_another() -> None:
    transcript, resolver = Transcript(), TableResolver({})

    async def work() -> tuple[list[Answer], Answer, Answer]:
        greedy, modest = (BudgetedDns(resolver, check, transcript, budget=100) for check in ("spf", "mx"))
        many = await ask_all(greedy, [(f"n{i}.acme.com", "TXT") for i in range(101)] + [("N0.acme.com", "TXT")])
        return many, await greedy.ask("x.acme.com", "A"), await modest.ask("x.acme.com", "A")

    (many, over, within), _ = run(work())
    why = "more than 100 questions for one check"
    assert all(isinstance(answer, NoName) for answer in (*many[:100], many[101], within))
    assert many[100] == Unanswered("n100.acme.com", "TXT", "ses-bot", why)
    assert over == Unanswered("x.acme.com", "A", "ses-bot", why)
    assert transcript.query_count == len(resolver.asked) == 101


class Slow:
    """Answers after so many seconds; counts the askers that left before."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.left = seconds, 0

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.left += 1
            raise
        return NoData(name, type)


@pytest.mark.parametrize(("seconds", "in_time"), [(4, True), (6, False)])
def test_the_end_of_time(seconds: float, in_time: bool) -> None:
    slow, transcript = Slow(seconds), Transcript()

    async def work() -> Answer:
        return await BudgetedDns(slow, "spf", transcript, until=5).ask("acme.com", "TXT")

    answer, ticks = run(work())
    late = Unanswered("acme.com", "TXT", "ses-bot", "no time left")
    assert answer == (NoData("acme.com", "TXT") if in_time else late)
    assert (ticks, slow.left) == (min(seconds, 5), 0 if in_time else 1)
    assert transcript.list_lookups()[0].answer == ("no data" if in_time else "unanswered by ses-bot: no time left",)


def test_an_answer_takes_the_place_of_none_and_never_the_other_way_round() -> None:
    transcript = Transcript()

    async def work() -> None:
        slow = Slow(6)
        hurried, patient = BudgetedDns(slow, "spf", transcript, until=5), BudgetedDns(slow, "mx", transcript, until=9)
        await asyncio.gather(hurried.ask("acme.com", "A"), patient.ask("acme.com", "A"))

        await BudgetedDns(slow, "mx", transcript, until=9).ask("acme.com", "A")

    run(work())
    assert transcript.list_lookups() == (Seen("spf", "acme.com", "A", ("no data",)),)


def test_what_dns_cannot_hold_is_no_question() -> None:
    transcript = Transcript()
    answer, _ = run(BudgetedDns(TableResolver({}), "spf", transcript).ask("x" * 64 + ".com", "A"))
    assert isinstance(answer, NoName)
    assert (transcript.query_count, transcript.list_lookups()) == (0, ())
