"""The text of a DMARC record, tag by tag: RFC 9989 sections 4.7 and 4.8. No text raises, and every text comes back."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks import dmarc
from checks.dmarc.edit import autocorrect, complete_record, read_mailboxes
from checks.dmarc.parse import KNOWN, DmarcRecord, NotDmarc
from checks.findings import point_at
from tests.support.cases import cases


def record_of(text: str) -> DmarcRecord:
    record = dmarc.parse(text)
    assert isinstance(record, DmarcRecord)
    return record


@cases()
def test_a_tag_has_this_value(text: str, name: str, value: str | None) -> None:
    tag_value = getattr(record_of(text), name)
    if isinstance(tag_value, tuple):
        tag_value = ":".join(tag_value)
    assert (None if tag_value is None else str(tag_value)) == value


@pytest.mark.parametrize(
    ("value", "hosts", "why"),
    [
        ("mailto:a@x.net , mailto:b@y.net", ["x.net", "y.net"], ""),
        ("mailto:a@x.net,,", ["x.net", None, None], "missing"),
        ("", [], ""),
    ],
)
def test_a_list_of_report_addresses(value: str, hosts: list[str | None], why: str) -> None:
    """RFC 9989 section 4.8: commas, with white space."""
    uris = record_of(f"v=DMARC1; p=none; rua={value}").rua
    assert [uri.address and uri.address.partition("@")[2] for uri in uris] == [uri.host for uri in uris] == hosts
    assert all((why in uri.why) if uri.host is None else not uri.why for uri in uris)


@cases()
def test_a_report_address(value: str, address: str | None, host: str | None, size: str, why: str) -> None:
    for name in ("rua", "ruf"):
        [uri] = getattr(record_of(f"v=DMARC1; p=none; {name}={value}"), name)
        assert (uri.address, uri.host, uri.size) == (address, host, size)
        assert why in uri.why
        assert bool(why) == bool(uri.why)


@cases()
def test_a_flaw_points_at_its_character(section: str, marked: str, tag: str, discards: bool) -> None:
    text = marked.replace("➞", "")
    (flaw,) = record_of(text).flaws
    assert (point_at(text, flaw.position), flaw.tag, flaw.discards) == (marked, tag, discards)
    assert flaw.why


@cases()
def test_what_receivers_ignore_is_no_flaw(text: str) -> None:
    assert record_of(text).flaws == ()


@cases()
def test_a_text_meant_as_a_record_points_at_its_fault(section: str, marked: str) -> None:
    text = marked.replace("➞", "")
    record = dmarc.parse(text)
    assert isinstance(record, NotDmarc)
    assert record.resembles
    assert point_at(text, record.position) == marked
    assert "v=DMARC1" in record.why


@cases()
def test_other_text_was_not_meant_as_a_record(text: str) -> None:
    record = dmarc.parse(text)
    assert isinstance(record, NotDmarc)
    assert not record.resembles


FRAGMENTS = ("v=DMARC1", "none", "reject", "mailto:", "@x.net", "!10m", ";", ",", "=", ":", " ")
fragments = st.sampled_from((*(f"{name}=" for name in KNOWN), *FRAGMENTS))
texts = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(max_codepoint=255)),
    st.lists(st.one_of(fragments, st.text(max_size=3)), max_size=25).map("".join),
    st.lists(st.one_of(fragments, st.text(max_size=3)), max_size=25).map(lambda parts: "v=DMARC1;" + "".join(parts)),
)


@given(texts)
@example(" " * 70_000)
@example("v=DMARC1" + " ;" * 30_000)
@example("v=" + " " * 3_000 + "DMARC")
@example("v=DMARC1; rua=" + "mailto:a@x.net," * 4_000)
def test_no_text_raises_and_every_text_comes_back(text: str) -> None:
    record = dmarc.parse(text)
    assert str(record) == text
    assert dmarc.parse(str(record)) == record
    if isinstance(record, DmarcRecord):
        assert all(0 <= flaw.position <= len(text) for flaw in record.flaws)
        assert all(0 <= uri.position <= len(text) for uri in (*record.rua, *record.ruf))
        assert all(text[tag.start :].lower().startswith(tag.name) for tag in record.tags)
    else:
        assert 0 <= record.position <= len(text)


@given(texts)
@example("v=DMARC1 p=none " + "rua=mailto:a@x.net " * 100)
@example('"' * 1_900 + "v=dmarc1")
@example("v" * 1_999)
@example("p=" * 900)
@example("a" * 900 + "@" + "b" * 900)
def test_no_correction_raises_and_each_is_a_record(text: str) -> None:
    guess = autocorrect(text)
    if guess is not None:
        assert isinstance(dmarc.parse(guess), DmarcRecord)
        full_record = record_of(complete_record(guess, "dmarc@acme.com"))
        assert full_record.flaws == ()
        assert full_record.p is not None
        assert any(uri.host for uri in full_record.rua)
    for mailbox in read_mailboxes(text):
        assert record_of(f"v=DMARC1; rua=mailto:{mailbox}").rua[0].host


@given(texts)
def test_a_completed_record_needs_no_completing(text: str) -> None:
    if isinstance(dmarc.parse(text), DmarcRecord):
        full_record = complete_record(text, "dmarc@acme.com")
        assert complete_record(full_record, "dmarc@acme.com") == full_record
        record = record_of(full_record)
        assert record.flaws == ()
        assert all(not uri.why and not uri.size for uri in record.rua)
