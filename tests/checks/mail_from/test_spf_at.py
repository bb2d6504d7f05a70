"""SPF at a MAIL FROM domain: the record that is proposed keeps what was published, and always lets SES pass.

RFC 7208.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.mail_from.facts import merge_records
from checks.spf import parse

SPF = "v=spf1 include:amazonses.com ~all"
MERGED = [
    ("nothing else", ["v=spf1 -all"], "v=spf1 include:amazonses.com -all"),
    ("another sender stays", ["v=spf1 include:b.net ~all"], "v=spf1 include:amazonses.com include:b.net ~all"),
    ("a redirect stays", ["v=spf1 redirect=b.net"], "v=spf1 include:amazonses.com redirect=b.net"),
    ("two records become one", ["v=spf1 mx -all", "v=spf1 mx a redirect=b.net"],
     "v=spf1 include:amazonses.com mx a -all"),
    ("two records, one a redirect", ["v=spf1 mx", "v=spf1 redirect=b.net"], "v=spf1 include:amazonses.com mx ~all"),
    ("SES stands once, and first", ["v=spf1 a ?include:amazonses.com ~all"], "v=spf1 include:amazonses.com a ~all"),
    ("a certain correction", ["v=spf1 ipv4:192.0.2.1 -all"], "v=spf1 include:amazonses.com ip4:192.0.2.1 -all"),
    ("what no one can read goes", ["v=spf1 ip4:300.1.1.1 -all"], "v=spf1 include:amazonses.com -all"),
    ("no all", ["v=spf1 mx"], "v=spf1 include:amazonses.com mx ~all"),
    ("far too long", ["v=spf1 " + " ".join(f"ip4:192.0.2.{i}" for i in range(99))], SPF),
]  # fmt: skip


@pytest.mark.parametrize(("records", "text"), [case[1:] for case in MERGED], ids=[case[0] for case in MERGED])
def test_merged(records: list[str], text: str) -> None:
    assert merge_records(records) == text


@given(st.lists(st.text() | st.text(alphabet="v=spf1 +-~?alincude:.%{}/45"), max_size=3))
def test_merged_is_always_a_record_that_reads(records: list[str]) -> None:
    text = merge_records([f"v=spf1 {record}" for record in records])
    assert not parse(text).flaws
    assert text.startswith("v=spf1 include:amazonses.com ")
