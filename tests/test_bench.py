"""The table of `script/bench`: what is printed is read back, and what got worse by a third is said."""

from pathlib import Path

import pytest

from bench.figures import Figure, Good, got_worse, parse, table

FIGURES = (
    Figure("check", "20 ms, depth 1: ours over the limit", 1.21, "times", Good.LESS, 1.3),
    Figure("many", "1,000 domains: checkdmarc over ours", 31.4, "times", Good.MORE, 20),
    Figure("watch", "memory", 1234, "MB"),
    Figure("watch", "refused by SES", 0, "calls", Good.LESS, 0),
)
README = Path(__file__).parents[1] / "bench" / "README.md"


def test_what_is_printed_is_read_back() -> None:
    text = f"# Figures\n\n{table(FIGURES[:2])}\n\n| another | table |\n|---|---|\n| 1 | 2 |\n\n{table(FIGURES[2:])}\n"
    assert parse(text) == list(FIGURES)


def test_the_table_of_the_readme_can_be_read() -> None:
    figures = parse(README.read_text("utf-8"))
    assert {figure.bench for figure in figures} == {"check", "many", "startup", "acks", "watch", "letter"}
    assert len({figure.key for figure in figures}) == len(figures)


@pytest.mark.parametrize("row", ["| many | memory | much | MB | less | |", "| many | memory | 60 |"])
def test_a_row_that_is_none_is_said(row: str) -> None:
    with pytest.raises(ValueError, match="many"):
        parse(f"{table(())}\n{row}")


@pytest.mark.parametrize(
    ("good", "before", "now", "worse"),
    [
        (Good.LESS, 3.0, 3.9, False),
        (Good.LESS, 3.0, 4.1, True),
        (Good.LESS, 3.0, 0.1, False),
        (Good.LESS, 0.0, 1.0, True),
        (Good.MORE, 12.0, 9.1, False),
        (Good.MORE, 12.0, 8.9, True),
        (Good.MORE, 12.0, 99.0, False),
    ],
)
def test_worse_by_a_third(good: Good, before: float, now: float, *, worse: bool) -> None:
    old, new = (Figure("check", "CPU", value, "ms", good) for value in (before, now))
    assert [old.name in said for said in got_worse([new], [old])] == [True] * worse


def test_what_was_not_measured_is_said_and_what_is_new_is_not() -> None:
    [said] = got_worse(FIGURES[1:], FIGURES[:2])
    assert "not measured" in said
    assert FIGURES[0].name in said


@pytest.mark.parametrize(
    ("good", "promised", "kept"),
    [(Good.LESS, 2.0, True), (Good.LESS, 1.9, False), (Good.MORE, 2.0, True), (Good.MORE, 2.1, False)],
)
def test_a_promise(good: Good, promised: float, *, kept: bool) -> None:
    assert Figure("check", "CPU", 2.0, "ms", good, promised).kept is kept
