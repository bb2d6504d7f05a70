"""How answers stand in evidence: as seen, a record a line, and safe to print."""

import pytest

from checks.answers import Answer, NoData, NoName, Records, Unanswered
from checks.findings import evidence_of, make_printable, retry_step, select_unanswered
from tests.support.cases import cases

BROKEN = Unanswered("acme.com", "TXT", by="192.0.2.53", why="SERVFAIL")


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (Records("acme.com", "MX", ("10 a.net", "20 b.net")), ("acme.com MX 10 a.net", "acme.com MX 20 b.net")),
        (Records("a.com", "TXT", ("x",), aliases=("b.com", "c.com")), ("a.com → b.com → c.com TXT x",)),
        (NoData("acme.com", "A"), ("acme.com A: no data",)),
        (NoName("acme.com", "A"), ("acme.com A: no such name",)),
        (BROKEN, ("acme.com TXT: unanswered by 192.0.2.53: SERVFAIL",)),
        (None, ()),
    ],
)
def test_one_line_a_record(answer: Answer | None, lines: tuple[str, ...]) -> None:
    assert evidence_of(answer) == lines


def test_the_same_line_stands_once() -> None:
    assert evidence_of(BROKEN, BROKEN, NoData("a.com", "A")) == (*evidence_of(BROKEN), "a.com A: no data")


def test_a_hundred_records_are_cut_with_a_sign() -> None:
    lines = evidence_of(Records("acme.com", "TXT", tuple(str(i) for i in range(100))))
    assert len(lines) == 13
    assert lines[-1] == "acme.com TXT: and 88 more"


@cases()
def test_nothing_moves_the_cursor_or_floods_the_screen(text: str, printable: str) -> None:
    assert make_printable(text) == printable


def test_what_was_not_answered_is_picked_out() -> None:
    assert select_unanswered(BROKEN, NoData("a.com", "A"), None, BROKEN) == (BROKEN,)


def test_the_step_names_name_server_and_reason() -> None:
    assert all(word in retry_step(BROKEN) for word in ("acme.com TXT", "192.0.2.53", "SERVFAIL"))
    ours = retry_step(Unanswered("acme.com", "TXT", by="ses-bot", why="no time left"))
    assert "name servers" not in ours
    assert "no time left" in ours
