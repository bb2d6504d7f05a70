"""SPF at a MAIL FROM domain: the record that is proposed keeps what was published, and always lets SES pass.

RFC 7208.
"""

from hypothesis import given
from hypothesis import strategies as st

from checks.mail_from.facts import merge_records
from checks.spf import parse
from tests.support.cases import cases

SPF = "v=spf1 include:amazonses.com ~all"
LONG = "v=spf1 " + " ".join(f"ip4:192.0.2.{i}" for i in range(99))


@cases(LONG=LONG, SPF=SPF)
def test_records_are_merged_into_one(records: list[str], text: str) -> None:
    assert merge_records(records) == text


@given(st.lists(st.text() | st.text(alphabet="v=spf1 +-~?alincude:.%{}/45"), max_size=3))
def test_what_is_merged_is_always_a_record_that_reads(records: list[str]) -> None:
    text = merge_records([f"v=spf1 {record}" for record in records])
    assert not parse(text).flaws
    assert text.startswith("v=spf1 include:amazonses.com ")
