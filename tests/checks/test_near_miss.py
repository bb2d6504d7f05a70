"""Names that are almost right, and what they were meant as; and the list of regions beside botocore's."""

import boto3
import pytest

from checks.autocorrect import (
    SES_REGIONS,
    correct_mail_host,
    correct_region,
    guess_spf_targets,
    read_feedback_host,
    without_zone,
)
from checks.names import is_at_or_below
from tests.support.cases import cases

D = "shop.example"


def test_the_regions_are_those_of_botocore() -> None:
    session = boto3.session.Session()
    partitions = session.get_available_partitions()
    known = {region for at in partitions for region in session.get_available_regions("ses", partition_name=at)}
    assert set(SES_REGIONS) == known


@cases()
def test_hosts_meant_as_those_of_ses(host: str, region: str | None, why: str) -> None:
    found = read_feedback_host(host, f"eu.{D}")
    assert found is not None
    assert found.region == region
    assert why in found.why
    assert bool(found.why) is bool(why)


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
def test_an_appended_zone(host: str, meant: str | None) -> None:
    assert without_zone(host, D) == meant


@cases()
def test_a_slip_in_a_mail_providers_name(host: str, meant: str | None) -> None:
    assert correct_mail_host(host, D) == meant


@cases()
def test_a_slip_in_an_include(target: str, meant: str) -> None:
    assert meant in guess_spf_targets(target, D)


def test_an_include_that_is_near_nothing_is_left_alone() -> None:
    assert guess_spf_targets("_spf.google.com", D) == ()
    assert guess_spf_targets("spf.example.net", D) == ()


def test_regions() -> None:
    assert correct_region("eu-west-1") == "eu-west-1"
    assert correct_region("EU_WEST_1") == "eu-west-1"
    assert correct_region("us-east-3") is None  # us-east-1 or us-east-2?
    assert correct_region("") is None


def test_at_or_below() -> None:
    assert is_at_or_below("a.b", "a.b")
    assert is_at_or_below("x.a.b", "a.b")
    assert not is_at_or_below("xa.b", "a.b")
