"""Names that are almost right, and what they were meant as; and the list of regions beside botocore's."""

import boto3
import pytest

from checks.near_miss import (
    SES_REGIONS,
    feedback_host,
    is_at_or_below,
    mail_host,
    region_meant,
    spf_targets,
    without_zone,
)

D = "shop.example"


def test_the_regions_are_those_of_botocore() -> None:
    session = boto3.session.Session()
    partitions = session.get_available_partitions()
    known = {region for at in partitions for region in session.get_available_regions("ses", partition_name=at)}
    assert set(SES_REGIONS) == known


@pytest.mark.parametrize(
    ("host", "region", "why"),
    [
        ("feedback-smtp.us-east-1.amazonses.com", "us-east-1", ""),
        ("feedback-smtp.us-east-1.amazonaws.com", "us-east-1", "amazonses.com"),
        ("feedback-smtp.us-east-1.amazonses.con", "us-east-1", "amazonses.com"),
        ("feedback-smtp.us-east-1.amazon.com", "us-east-1", "amazonses.com"),
        ("feedback-smtp.us-east-1.amazonses.com.shop.example", "us-east-1", "appended"),
        ("feedback-smtp.us-east-1.amazonses.com.eu.shop.example", "us-east-1", "appended"),
        ("feedback.us-east-1.amazonses.com", "us-east-1", "begins with"),
        ("feedback-stmp.us-east-1.amazonses.com", "us-east-1", "begins with"),
        ("feedback-smtp.us-east-1a.amazonses.com", "us-east-1", "us-east-1a"),
        ("feedback-smtp.useast1.amazonses.com", "us-east-1", "useast1"),
        ("feedback-smtp.eu-wst-1.amazonses.com", "eu-west-1", "eu-wst-1"),
        ("feedback-smtp.us-east-9.amazonses.com", None, "us-east-9"),
        ("feedback-smtp.undefined.amazonses.com", None, "undefined"),
        ("feedback-smtp.amazonses.com", None, "names no region"),
    ],
)
def test_hosts_meant_as_those_of_ses(host: str, region: str | None, why: str) -> None:
    found = feedback_host(host, f"eu.{D}")
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
    assert feedback_host(host, D) is None


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("mx.shop.example.shop.example", "mx.shop.example"),
        ("shop.example.shop.example", "shop.example"),
        ("aspmx.l.google.com.shop.example", "aspmx.l.google.com"),
        ("mx.shop.example", None),
        ("mail.eu.shop.example", None),
        ("mx.other.example", None),
    ],
)
def test_an_appended_zone(host: str, meant: str | None) -> None:
    assert without_zone(host, D) == meant


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("aspmx.l.goggle.com", "aspmx.l.google.com"),
        ("acme-com.mail.protection.outlok.com", "acme-com.mail.protection.outlook.com"),
        ("aspmx.l.google.com", None),
        ("mx.shop.example", None),
    ],
)
def test_a_slip_in_a_mail_providers_name(host: str, meant: str | None) -> None:
    assert mail_host(host, D) == meant


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("_spf.goggle.com", "_spf.google.com"),
        ("spf.google.com", "_spf.google.com"),
        ("_spf.google.com.shop.example", "_spf.google.com"),
        ("spf.protection.outlok.com", "spf.protection.outlook.com"),
        ("amazonaws.com", "amazonses.com"),
        ("sengrid.net", "sendgrid.net"),
    ],
)
def test_a_slip_in_an_include(target: str, meant: str) -> None:
    assert meant in spf_targets(target, D)


def test_an_include_that_is_near_nothing_is_left_alone() -> None:
    assert spf_targets("_spf.google.com", D) == ()
    assert spf_targets("spf.example.net", D) == ()


def test_regions() -> None:
    assert region_meant("eu-west-1") == "eu-west-1"
    assert region_meant("EU_WEST_1") == "eu-west-1"
    assert region_meant("us-east-3") is None  # us-east-1 or us-east-2?
    assert region_meant("") is None


def test_at_or_below() -> None:
    assert is_at_or_below("a.b", "a.b")
    assert is_at_or_below("x.a.b", "a.b")
    assert not is_at_or_below("xa.b", "a.b")
