"""What AWS's answers mean: GetAccount by its table, first match wins, and nothing in an answer taken on trust."""

from typing import Any

import pytest

from aws import access_of, expectations_of, identity_of, snapshot_of
from fakes.ses import domain_identity, sandbox
from model import Access, Snapshot


def account(flag: object = None, status: object = None, **more: Any) -> dict[str, Any]:
    """GetAccount with this production flag and this status of the review; None leaves it out."""
    review = {} if status is None else {"Details": {"ReviewDetails": {"Status": status, "CaseId": "177"}}}
    return {**({} if flag is None else {"ProductionAccessEnabled": flag}), **review, **more}


@pytest.mark.parametrize(
    ("flag", "status", "access"),
    [
        (True, None, Access.PRODUCTION),
        *((True, status, Access.PRODUCTION) for status in ("PENDING", "GRANTED", "DENIED", "FAILED", "SOMETHING")),
        (False, "PENDING", Access.IN_REVIEW),
        (False, "GRANTED", Access.GRANTED),
        (False, "DENIED", Access.NOT_GRANTED),
        (False, "FAILED", Access.FAILED),
        (False, None, Access.SANDBOX),
        # anything else is not known: no flag, a status that AWS has added since, a value of another type
        (None, None, Access.UNKNOWN),
        (None, "GRANTED", Access.UNKNOWN),
        (False, "ESCALATED", Access.UNKNOWN),
        ("true", None, Access.UNKNOWN),
        (1, None, Access.UNKNOWN),
        (0, None, Access.UNKNOWN),
    ],
)
def test_what_the_account_may_do(flag: object, status: object, access: Access) -> None:
    assert access_of(account(flag, status)) is access


def test_every_fact_of_an_account() -> None:
    said = sandbox() | {
        "EnforcementStatus": "PROBATION",
        "SendingEnabled": False,
        "SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 14, "SentLast24Hours": 12.0},
        "Details": {
            "MailType": "MARKETING",
            "WebsiteURL": "https://acme.com",
            "ReviewDetails": {"Status": "DENIED", "CaseId": "177"},
        },
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]},
    }
    assert snapshot_of(said) == Snapshot(
        Access.NOT_GRANTED,
        "PROBATION",
        sending_enabled=False,
        quota=-1.0,
        rate=14.0,
        sent=12.0,
        review_status="DENIED",
        case_id="177",
        mail_type="MARKETING",
        website="https://acme.com",
        suppression=("BOUNCE",),
        vdm=False,
    )


@pytest.mark.parametrize("odd", [None, 7, "x", [], [7], {}, {"x": 1}, True, float("nan"), float("inf")])
def test_what_is_not_as_documented_is_not_known(odd: Any) -> None:
    names = ("SendQuota", "Details", "EnforcementStatus", "SendingEnabled", "SuppressionAttributes")
    for name in names:
        read = snapshot_of({"ProductionAccessEnabled": False, name: odd})
        assert read.access is Access.SANDBOX
        assert (read.quota, read.rate, read.case_id, read.suppression) == (None,) * 4
    for name in ("Max24HourSend", "MaxSendRate", "SentLast24Hours"):
        read = snapshot_of({"SendQuota": {name: odd}})
        assert {read.quota, read.rate, read.sent} <= {None, 7.0}, "a number that differs from itself is none"
    for name in ("ReviewDetails", "MailType"):
        assert snapshot_of({"ProductionAccessEnabled": False, "Details": {name: odd}}).case_id is None
    for name in ("DkimAttributes", "MailFromAttributes", "VerificationInfo", "IdentityType"):
        read_identity = identity_of("acme.com", {name: odd})
        assert read_identity.tokens == ()
        assert read_identity.mail_from is None


def test_an_empty_list_of_suppressed_reasons_is_off_and_none_is_not_known() -> None:
    assert snapshot_of({"SuppressionAttributes": {"SuppressedReasons": []}}).suppression == ()
    assert snapshot_of({"SuppressionAttributes": {}}).suppression is None


def test_what_ses_expects_of_a_domain() -> None:
    said = domain_identity(("Aa", "b", "c"), zone="dkim.eu-central-2.amazonses.com", mail_from="m.acme.com")
    expected = expectations_of(identity_of("acme.com", said), "eu-central-2")
    assert (expected.identity, expected.region, expected.tokens) == ("acme.com", "eu-central-2", ("aa", "b", "c"))
    assert (expected.signing_zone, expected.key_bits, expected.selector) == (
        "dkim.eu-central-2.amazonses.com",
        2048,
        None,
    )
    assert (expected.mail_from, expected.mail_from_known, expected.mail_from_fallback) == ("m.acme.com", True, True)


def test_with_a_key_of_its_own_the_token_is_the_selector() -> None:
    said = domain_identity(("s1",))
    said["DkimAttributes"] |= {"SigningAttributesOrigin": "EXTERNAL"}
    expected = expectations_of(identity_of("acme.com", said), "us-east-1")
    assert (expected.tokens, expected.selector) == ((), "s1")


def test_an_answer_without_its_kind_does_not_tell_that_there_is_no_mail_from() -> None:
    assert not expectations_of(identity_of("acme.com", {"VerifiedForSendingStatus": True}), "us-east-1").mail_from_known
