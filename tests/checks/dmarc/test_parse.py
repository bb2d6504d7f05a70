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


VALUES = [
    ("4.7 adkim: r by default", "v=DMARC1", "adkim", "r"),
    ("4.7 adkim: s", "v=DMARC1; adkim=s", "adkim", "s"),
    ("4.7 adkim: case aside", "v=DMARC1; ADKIM=S", "adkim", "s"),
    ("4.8 adkim: anything else is the default", "v=DMARC1; adkim=strict", "adkim", "r"),
    ("4.7 aspf: r by default", "v=DMARC1", "aspf", "r"),
    ("4.7 aspf: s", "v=DMARC1;aspf=s", "aspf", "s"),
    ("4.7 fo: 0 by default", "v=DMARC1", "fo", ("0",)),
    ("4.8 fo: a list", "v=DMARC1; fo=1:d:s", "fo", ("1", "d", "s")),
    ("4.8 fo: any order", "v=DMARC1; fo=d:0", "fo", ("d", "0")),
    ("4.7 fo: 0 and 1 exclude each other", "v=DMARC1; fo=0:1", "fo", ("0",)),
    ("4.8 fo: each once", "v=DMARC1; fo=d:d", "fo", ("0",)),
    ("4.8 fo: another letter", "v=DMARC1; fo=1:x", "fo", ("0",)),
    ("4.7 psd: u by default", "v=DMARC1", "psd", "u"),
    ("4.7 psd: y", "v=DMARC1; psd=y", "psd", "y"),
    ("4.8 psd: another letter", "v=DMARC1; psd=z", "psd", "u"),
    ("4.7 t: n by default", "v=DMARC1", "testing", False),
    ("4.7 t: y", "v=DMARC1; t=y", "testing", True),
    ("4.7 p: absent", "v=DMARC1", "p", None),
    ("4.8 p: case aside", "v=DMARC1; p=Quarantine", "p", "quarantine"),
    ("4.8 p: white space around it", "v=DMARC1; p\t= reject \t; t=y", "p", "reject"),
    ("4.8 p: white space inside it", "v=DMARC1; p=re ject", "p", None),
    ("4.8 p: quotes", 'v=DMARC1; p="none"', "p", None),
    ("4.8 p: a colon for the equals sign", "v=DMARC1; p:none", "p", None),
    ("4.8 a name of more than letters", "v=DMARC1; p_=none; -p=none", "p", None),
    ("4.8 empty stretches", "v=DMARC1;;; p=none;;", "p", "none"),
    ("4.8 no white space at all", "v=DMARC1;p=none;sp=reject", "sp", "reject"),
]


@pytest.mark.parametrize(("section", "text", "name", "value"), VALUES, ids=[case[0] for case in VALUES])
def test_a_tag_has_this_value(section: str, text: str, name: str, value: object) -> None:
    assert getattr(record_of(text), name) == value


URIS = [
    ("one", "mailto:a@x.net", [("a@x.net", "x.net", "", "")]),
    (
        "4.8: commas, with white space",
        "mailto:a@x.net , mailto:b@y.net",
        [("a@x.net", "x.net", "", ""), ("b@y.net", "y.net", "", "")],
    ),
    ("4.8: the obsolete size", "mailto:a@x.net!10m", [("a@x.net", "x.net", "!10m", "")]),
    ("4.8: with white space, as some write it", "mailto:a@x.net ! 2G", [("a@x.net", "x.net", " ! 2G", "")]),
    ("4.8: another exclamation point", "mailto:a!b@x.net", [(None, None, "", "this character cannot")]),
    ("RFC 3986 3.1: the scheme in any case", "MAILTO:a@X.Net", [("a@x.net", "x.net", "", "")]),
    ("RFC 6068 2: header fields", "mailto:a@x.net?subject=r", [("a@x.net", "x.net", "", "")]),
    ("RFC 6068 2: percent signs", "mailto:a%40x.net", [("a@x.net", "x.net", "", "")]),
    ("RFC 6068 2: plus and dots", "mailto:a.b+c=d@x.net", [("a.b+c=d@x.net", "x.net", "", "")]),
    ("no scheme", "a@x.net", [(None, None, "", "begins with mailto:")]),
    ("a space", "mailto: a@x.net", [(None, None, "", "a space")]),
    ("reports", "mailto:", [(None, None, "", "nothing follows")]),
    ("no host", "mailto:a@", [(None, None, "", "not a mailbox")]),
    ("no local part", "mailto:@x.net", [(None, None, "", "not a mailbox")]),
    ("two at signs", "mailto:a@b@x.net", [(None, None, "", "not a mailbox")]),
    ("a bad host", "mailto:a@-x.net", [(None, None, "", "not a mailbox")]),
    ("a host with an empty label", "mailto:a@x..net", [(None, None, "", "not a mailbox")]),
    ("4.7: another scheme is ignored", "https://x.net/r", [(None, None, "", "mailto: only")]),
    (
        "an empty address",
        "mailto:a@x.net,,",
        [("a@x.net", "x.net", "", ""), (None, None, "", "missing"), (None, None, "", "missing")],
    ),
    ("not ASCII", "mailto:ä@x.net", [(None, None, "", "this character cannot")]),
    ("a bad percent sign", "mailto:a%4@x.net", [(None, None, "", "this character cannot")]),
    ("none", "", []),
]


@pytest.mark.parametrize(("section", "value", "expected"), URIS, ids=[case[0] for case in URIS])
def test_report_addresses(section: str, value: str, expected: list[tuple[str | None, str | None, str, str]]) -> None:
    for name in ("rua", "ruf"):
        uris = getattr(record_of(f"v=DMARC1; p=none; {name}={value}"), name)
        assert [(uri.address, uri.host, uri.size) for uri in uris] == [case[:3] for case in expected]
        assert all(
            case[3] in uri.why and bool(case[3]) == bool(uri.why) for uri, case in zip(uris, expected, strict=True)
        )


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


fragments = st.sampled_from(
    [
        *(f"{name}=" for name in KNOWN),
        "v=DMARC1",
        "none",
        "reject",
        "mailto:",
        "@x.net",
        "!10m",
        ";",
        ",",
        "=",
        ":",
        " ",
    ]
)
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
