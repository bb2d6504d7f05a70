"""Gates before a request goes out: each shut gate names its fix, and unknown is never reported as missing."""

from datetime import UTC, datetime

import pytest

from drafts.request import arguments_of, lacks_suppression, list_gates
from model import Access, Identity, IdentityReading, NotFound, RegionState, Snapshot, Trouble, Unreadable
from model.drafting import AnswerWhen, SubmitWhen, WrittenRequest
from model.request import ContactLanguage, MailType, Remark, Request, Severity
from tests.support.cases import cases

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REQUEST = Request(
    MailType.MARKETING, "You chose it.", "https://acme.com", "We sell.", ("ops@acme.com",), ContactLanguage.EN, "Hello."
)
WRITTEN = WrittenRequest(REQUEST, (), SubmitWhen(NOW, True, ""), AnswerWhen(NOW, NOW, NOW, ""))
GOOD = Identity(
    "acme.com", "DOMAIN", verified=True, dkim_status="SUCCESS", mail_from="b.acme.com", mail_from_status="SUCCESS"
)
BOTH = ("BOUNCE", "COMPLAINT")
READY = RegionState(Snapshot(Access.SANDBOX, suppression=BOTH), mail_seen=True)


def shut_gates(
    written: WrittenRequest = WRITTEN, known: RegionState = READY, identity: IdentityReading | None = GOOD
) -> list[str]:
    """The words of the gates that stop, each of which has a fix."""
    gates = [gate for gate in list_gates(written, "acme.com", known, identity) if not gate.passed and gate.stops]
    assert all(gate.fix for gate in gates)
    return [gate.words for gate in gates]


def advised_gates(known: RegionState = READY, identity: IdentityReading | None = GOOD) -> list[str]:
    return [
        gate.words for gate in list_gates(WRITTEN, "acme.com", known, identity) if not gate.passed and not gate.stops
    ]


def test_a_good_request_passes() -> None:
    assert shut_gates() == []
    assert advised_gates() == []


@cases()
def test_a_request_on_record_shuts_the_gate(access: Access, words: str) -> None:
    [gate] = shut_gates(known=RegionState(Snapshot(access, suppression=BOTH), mail_seen=True))
    assert words in gate


def test_a_failed_request_may_be_sent_again() -> None:
    assert shut_gates(known=RegionState(Snapshot(Access.FAILED, suppression=BOTH), mail_seen=True)) == []


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        (NotFound(), "does not know acme.com in this region"),
        (Identity("acme.com", "DOMAIN", verified=False, dkim_status="PENDING"), "not verified in this region yet"),
        (Identity("acme.com", "DOMAIN", verified=True, dkim_status="PENDING"), "DKIM does not sign"),
        (Identity("acme.com"), "has not said"),
        (Unreadable(Trouble.TIMEOUT, "no answer"), "has not said"),
        (None, "has not said"),
    ],
)
def test_the_domain_must_be_verified_with_dkim(identity: IdentityReading | None, words: str) -> None:
    [gate] = shut_gates(identity=identity)
    assert words in gate


def test_a_remark_that_stops_and_a_missing_website_stop() -> None:
    remark = Remark("future-tense", Severity.STOP, "opt_in", "We will.", "Say what is.")
    stopped = WrittenRequest(REQUEST, (remark,), WRITTEN.submit, WRITTEN.answer)
    assert shut_gates(stopped) == ["A remark says to change something first."]
    blank = Request(MailType.MARKETING, "", "", "We sell.", (), ContactLanguage.EN, "Hello.")
    assert shut_gates(WrittenRequest(blank, (), WRITTEN.submit, WRITTEN.answer)) == [
        "The request names no website. AWS requires one."
    ]


def test_what_helps_is_advised_and_does_not_stop() -> None:
    off = RegionState(Snapshot(Access.SANDBOX, suppression=("BOUNCE",)))
    bare = Identity("acme.com", "DOMAIN", verified=True, dkim_status="SUCCESS")
    assert shut_gates(known=off, identity=bare) == []
    assert len(advised_gates(off, bare)) == 3
    assert lacks_suppression(off.snapshot)
    assert not lacks_suppression(Snapshot(Access.SANDBOX)), "unknown is not off"


def test_aws_gets_every_field() -> None:
    assert arguments_of(WRITTEN) == {
        "MailType": "MARKETING",
        "WebsiteURL": "https://acme.com",
        "ContactLanguage": "EN",
        "UseCaseDescription": "We sell.",
        "AdditionalContactEmailAddresses": ["ops@acme.com"],
        "ProductionAccessEnabled": True,
    }
    prose = WrittenRequest(REQUEST, (), WRITTEN.submit, WRITTEN.answer, prose="We do sell.", as_prose=True)
    assert arguments_of(prose)["UseCaseDescription"] == "We do sell."
