"""What to publish and to delete: exact, copyable, and never asked for twice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views.report import report_message
from model import Outcome, Record
from model.zone import quoted_strings
from tests.support.blockkit import preformatted, read
from tests.support.cases import cases
from tests.support.reports import DMARC, checked, found, shown

TOKEN = "hx4tn2vq7dlm5wzr3kbyc6pjs1fgae0u"


def drawn(*records: Record, remove: tuple[Record, ...] = (), zone: str = "acme.com") -> str:
    return read(report_message(shown(checked(found("spf.missing", records=records, remove=remove), zone=zone))).blocks)


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (DMARC, "Publish TXT · host _dmarc · full name _dmarc.acme.com"),
        (Record("TXT", "acme.com", "v=spf1 ~all"), "Publish TXT · host @ · full name acme.com"),
        (
            Record("MX", "mail.acme.com", "feedback-smtp.eu-west-1.amazonses.com", 10),
            "Publish MX · host mail · full name mail.acme.com · priority 10",
        ),
        (
            Record("CNAME", f"{TOKEN}._domainkey.acme.com", f"{TOKEN}.dkim.amazonses.com"),
            f"Publish CNAME · host {TOKEN}._domainkey · full name {TOKEN}._domainkey.acme.com",
        ),
        (
            Record("TXT", "acme.com._report._dmarc.vendor.example", "v=DMARC1"),
            "Publish TXT · full name acme.com._report._dmarc.vendor.example · outside the zone acme.com",
        ),
    ],
)
def test_a_record_is_reported_by_type_host_name_and_priority(record: Record, line: str) -> None:
    lines = drawn(record).splitlines()
    assert lines[lines.index(line) + 1] == record.value


def test_the_value_stands_alone_to_be_copied() -> None:
    assert preformatted(report_message(shown(checked(found("dmarc.missing", records=(DMARC,))))).blocks) == [
        DMARC.value
    ]


def test_how_to_type_a_host_is_said_once() -> None:
    text = drawn(DMARC, Record("TXT", "acme.com", "v=spf1 ~all"))
    assert text.count("Type “host” into the form of your DNS provider; it adds acme.com") == 1
    assert "a TTL of 300 seconds" in text


def test_nothing_is_said_of_hosts_when_all_records_are_elsewhere() -> None:
    assert "Host is what to type" not in drawn(Record("TXT", "x.vendor.example", "v=DMARC1"))


def test_an_amended_record_is_deleted_or_edited() -> None:
    old, other = Record("TXT", "acme.com", "v=spf1 a ~all"), Record("TXT", "acme.com", "v=spf1 mx ~all")
    text = drawn(Record("TXT", "acme.com", "v=spf1 a mx ~all"), remove=(old, other))
    assert text.count("Delete TXT · host @ · full name acme.com") == 2
    assert text.count("or edit it into the one below") == 1
    assert text.index("v=spf1 a ~all") < text.index("v=spf1 mx ~all") < text.index("v=spf1 a mx ~all")


def test_a_record_at_a_doubled_name_is_found_where_it_is() -> None:
    wrong = Record("CNAME", f"{TOKEN}._domainkey.acme.com.acme.com", "x.dkim.amazonses.com")
    right = Record("CNAME", f"{TOKEN}._domainkey.acme.com", "x.dkim.amazonses.com")
    text = drawn(right, remove=(wrong,))
    assert f"Delete CNAME · host {TOKEN}._domainkey.acme.com · full name {TOKEN}._domainkey.acme.com.acme.com" in text
    assert f"Publish CNAME · host {TOKEN}._domainkey · full name {TOKEN}._domainkey.acme.com" in text
    assert "edit" not in text


def test_the_same_record_is_given_once() -> None:
    report = checked(found("dmarc.missing", records=(DMARC,)), found("dmarc.no-rua", records=(DMARC,), step="Wait."))
    text = read(report_message(shown(report)).blocks)
    assert text.count(DMARC.value) == 1
    assert "Fixed by what is given under 1." in text
    assert "Then: Wait." in text


def test_two_changes_of_one_record_are_not_both_published() -> None:
    old = Record("TXT", "acme.com", "v=spf1 ptr ?all")
    findings = (
        found("spf.ptr", Outcome.WARN, records=(Record("TXT", "acme.com", "v=spf1 ?all"),), remove=(old,)),
        found("spf.neutral-all", Outcome.WARN, records=(Record("TXT", "acme.com", "v=spf1 ptr ~all"),), remove=(old,)),
    )
    text = read(report_message(shown(checked(*findings))).blocks)
    assert text.count("Delete TXT") == 1
    assert "This changes the same record as 1: publish one change, then check again." in text


def test_a_fix_that_is_partly_given_above_says_so() -> None:
    spf = Record("TXT", "mail.acme.com", "v=spf1 include:amazonses.com ~all")
    findings = (found("dmarc.missing", records=(DMARC,)), found("mail_from.spf-missing", records=(DMARC, spf)))
    text = read(report_message(shown(checked(*findings))).blocks)
    assert "Part of this is given under 1." in text
    assert text.count(DMARC.value) == 1
    assert spf.value in text


def test_a_step_alone_is_something_to_do() -> None:
    text = read(report_message(shown(checked(found("dkim.none", step="Create the domain identity.")))).blocks)
    assert "To do: Create the domain identity." in text


def test_over_255_octets_the_strings_are_given_as_well() -> None:
    value = "v=DKIM1; k=rsa; p=" + "A" * 392
    values = preformatted(
        report_message(
            shown(checked(found("dkim.testing", records=(Record("TXT", "s._domainkey.acme.com", value),))))
        ).blocks
    )
    assert values == [value, f'"{value[:255]}" "{value[255:]}"']


@pytest.mark.parametrize("length", [0, 1, 255])
def test_up_to_255_octets_one_string_is_enough(length: int) -> None:
    assert (
        len(
            preformatted(
                report_message(
                    shown(checked(found("spf.missing", records=(Record("TXT", "acme.com", "x" * length),))))
                ).blocks
            )
        )
        == 1
    )


@cases()
def test_strings_are_quoted_as_in_a_zone_file(value: str, strings: tuple[str, ...]) -> None:
    """RFC 1035 sections 3.3 and 5.1."""
    assert quoted_strings(value) == strings


@given(st.text(st.characters(max_codepoint=255), max_size=1_200))
def test_strings_hold_the_value_exactly(value: str) -> None:
    strings = quoted_strings(value)
    read_back = [re.sub(r"\\(\d{3})|\\(.)", lambda m: chr(int(m[1])) if m[1] else m[2], s[1:-1]) for s in strings]
    assert "".join(read_back) == value
    assert all(len(piece) <= 255 for piece in read_back)
