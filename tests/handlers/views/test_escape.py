"""Text from outside is shown and never obeyed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.mrkdwn import parse_runs
from handlers.views.escape import escape_entities, escape_mrkdwn, make_lines_visible, make_visible, record_text
from tests.support.cases import cases

TEXT = st.text(st.characters(codec=None), max_size=200)


@cases()
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert make_visible(text) == shown


@given(TEXT)
def test_visible_text_is_one_printable_line_that_any_encoder_takes(text: str) -> None:
    shown = make_visible(text)
    assert shown.isprintable()
    assert make_visible(shown) == shown
    json.dumps(shown).encode()
    shown.encode("utf-8")


def test_line_ends_of_our_own_stay() -> None:
    assert make_lines_visible("one\ntwo\x07") == "one\ntwo\\x07"


@cases()
def test_slack_control_sequences_become_text(text: str, escaped: str) -> None:
    assert escape_entities(text) == escaped


@given(
    TEXT | st.sampled_from(["<!here>", "`x`", "*x*", "_x_", "~x~", "<@U1>", "```x```", "&lt;b&gt;", "_dmarc.acme.com"])
)
def test_inert_text_is_text_alone_to_slack(text: str) -> None:
    drawn = parse_runs(escape_mrkdwn(text))
    assert all(not run.styles and not run.url for run in drawn)
    assert not set(escape_mrkdwn(text)) & set("<>*_~`")


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (b"v=spf1 ~all", "v=spf1 ~all"),
        ("“v=spf1 ~all”".encode(), "“v=spf1 ~all”"),
        ("v=spf1\u202e".encode(), r"v=spf1\u202e"),
        (b"caf\xe9", "café"),
        (b"\xff\x00", r"ÿ\x00"),
    ],
    ids=["ascii", "curly quotes in UTF-8", "a bidirectional sign in UTF-8", "not UTF-8", "octets"],
)
def test_octets_of_a_record_are_read_as_what_they_are(octets: bytes, shown: str) -> None:
    assert record_text(octets.decode("latin-1")) == shown


@given(TEXT)
def test_record_text_never_raises(text: str) -> None:
    assert record_text(text).isprintable()
