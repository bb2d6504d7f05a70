"""What a text looks like to its author, and what was repaired, in words for a person."""

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.autocorrect import describe_repairs, find_nearest, is_slip, list_readings, normalize_text
from checks.dkim.parse import autocorrect as of_dkim
from checks.dmarc.edit import autocorrect as of_dmarc
from checks.dmarc.parse import DmarcRecord
from checks.dmarc.parse import parse as parse_dmarc
from checks.spf import is_spf
from checks.spf.autocorrect import autocorrect as of_spf
from tests.support.cases import cases


@cases()
def test_a_text_as_its_author_saw_it(text: str, seen: str) -> None:
    assert normalize_text(text.encode().decode("latin-1")) == seen


def test_a_text_of_windows_is_read_too() -> None:
    assert normalize_text(b"\x93a \x96all\x94".decode("latin-1")) == "a -all"


@cases()
def test_what_was_repaired_is_said(text: str, corrected: str, words: str) -> None:
    assert words in describe_repairs(text.encode().decode("latin-1"), corrected)


def test_nothing_is_said_where_nothing_changed() -> None:
    assert describe_repairs("v=X", "v=X") == ""


def test_many_repairs_are_cut() -> None:
    said = describe_repairs("a1 b1 c1 d1 e1 f1", "a2 b2 c2 d2 e2 f2")
    assert said.endswith("and more.")


@cases()
def test_a_slip_is_one_change(typed: str, slip: bool) -> None:
    assert is_slip(typed, "rua") is slip


def test_the_nearest_word_has_to_be_the_only_one() -> None:
    assert find_nearest("include", ("include",)) == "include"
    assert find_nearest("adkin", ("adkim", "aspf")) == "adkim"
    assert find_nearest("rux", ("rua", "ruf")) is None


texts = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="v=spf1DMARCKIM;,: \u00a0\u200b\"'<>&%@.~-+?/\\apruincldemx0", max_size=80),
)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_no_text_raises_and_each_reading_is_a_record(text: str) -> None:
    assert len(list_readings(text)) <= 2
    for read in (of_spf, of_dmarc, of_dkim):
        meant = read(text)
        if meant is not None:
            assert isinstance(describe_repairs(text, meant), str)
    spf, dmarc = of_spf(text), of_dmarc(text)
    assert spf is None or is_spf(spf)
    assert dmarc is None or isinstance(parse_dmarc(dmarc), DmarcRecord)
