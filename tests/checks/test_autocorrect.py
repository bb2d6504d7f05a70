"""What a text looks like to its author, what was repaired, in words for a person, and names that are almost right."""

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.autocorrect import (
    SES_REGIONS,
    correct_mail_host,
    correct_region,
    describe_repairs,
    find_nearest,
    guess_spf_targets,
    is_slip,
    list_readings,
    normalize_text,
    read_feedback_host,
    without_zone,
)
from checks.dkim.parse import autocorrect as of_dkim
from checks.dmarc.edit import autocorrect as of_dmarc
from checks.dmarc.parse import DmarcRecord
from checks.dmarc.parse import parse as parse_dmarc
from checks.spf import is_spf
from checks.spf.autocorrect import autocorrect as of_spf
from tests.support.cases import cases


@cases()
def test_a_text_as_its_author_saw_it(text: str, text_seen: str) -> None:
    assert normalize_text(text.encode().decode("latin-1")) == text_seen


def test_a_text_of_windows_is_read_too() -> None:
    assert normalize_text(b"\x93a \x96all\x94".decode("latin-1")) == "a -all"


@cases()
def test_what_was_repaired_is_said(text: str, corrected: str, words: str) -> None:
    assert words in describe_repairs(text.encode().decode("latin-1"), corrected)


def test_nothing_is_said_where_nothing_changed() -> None:
    assert describe_repairs("v=X", "v=X") == ""


def test_many_repairs_are_cut() -> None:
    repairs = describe_repairs("a1 b1 c1 d1 e1 f1", "a2 b2 c2 d2 e2 f2")
    assert repairs.endswith("and more.")


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
    for correct in (of_spf, of_dmarc, of_dkim):
        corrected = correct(text)
        if corrected is not None:
            assert isinstance(describe_repairs(text, corrected), str)
    spf, dmarc = of_spf(text), of_dmarc(text)
    assert spf is None or is_spf(spf)
    assert dmarc is None or isinstance(parse_dmarc(dmarc), DmarcRecord)


D = "shop.example"


def test_the_regions_are_those_of_botocore() -> None:
    session = boto3.session.Session()
    partitions = session.get_available_partitions()
    known = {region for at in partitions for region in session.get_available_regions("ses", partition_name=at)}
    assert set(SES_REGIONS) == known


@cases()
def test_hosts_meant_as_those_of_ses(host: str, region: str | None, why: str) -> None:
    feedback_host = read_feedback_host(host, f"eu.{D}")
    assert feedback_host is not None
    assert feedback_host.region == region
    assert why in feedback_host.why
    assert bool(feedback_host.why) is bool(why)


@pytest.mark.parametrize(
    "host",
    [
        *("inbound-smtp.us-east-1.amazonaws.com", "ec2-192-0-2-1.us-east-1.compute.amazonaws.com", "mx.shop.example"),
        *("aspmx.l.google.com", "email-smtp.us-east-1.amazonaws.com", "feedback.shop.example", "", "amazonses.com"),
    ],
)
def test_other_hosts_are_left_alone(host: str) -> None:
    assert read_feedback_host(host, D) is None


@cases()
def test_an_appended_zone(host: str, host_meant: str | None) -> None:
    assert without_zone(host, D) == host_meant


@cases()
def test_a_slip_in_a_mail_providers_name(host: str, host_meant: str | None) -> None:
    assert correct_mail_host(host, D) == host_meant


@cases()
def test_a_slip_in_an_include(target: str, target_meant: str) -> None:
    assert target_meant in guess_spf_targets(target, D)


def test_an_include_that_is_near_nothing_is_left_alone() -> None:
    assert guess_spf_targets("_spf.google.com", D) == ()
    assert guess_spf_targets("spf.example.net", D) == ()


def test_regions() -> None:
    assert correct_region("eu-west-1") == "eu-west-1"
    assert correct_region("EU_WEST_1") == "eu-west-1"
    assert correct_region("us-east-3") is None  # us-east-1 or us-east-2?
    assert correct_region("") is None
