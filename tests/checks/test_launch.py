"""The day of the approval: what is not right is named, and what is unknown is never called missing."""

from dataclasses import replace

import pytest

from checks.launch import judge
from drafts.volume import plan_warm_up
from model import Finding, Outcome, Trouble, Unreadable
from model.request import Answers, MailKind, MailType
from model.staying import EventRoutes, EventSink, LaunchFacts
from tests.support.aws import identity, snapshot

ALL = ("BOUNCE", "COMPLAINT", "DELIVERY", "REJECT")
TOPIC = EventSink("SNS topic events", ALL, True, "a confirmed subscription (https) takes them")
GOOD = LaunchFacts(
    snapshot(quota=50_000.0, mail_type="TRANSACTIONAL"),
    identity(mail_from="bounce.acme.com", mail_from_status="SUCCESS"),
    EventRoutes("main-set", (TOPIC,)),
    (Finding("dmarc", Outcome.PASS, "dmarc.ok", "DMARC is right.", ("v=DMARC1; p=none; rua=mailto:d@acme.com",)),),
    Answers(kinds=(MailKind(mail_type=MailType.TRANSACTIONAL),), busiest=20_000),
)


def test_a_good_launch_has_nothing_to_fix() -> None:
    assert {finding.outcome for finding in judge(GOOD)} == {Outcome.PASS}


@pytest.mark.parametrize(
    ("change", "outcome", "words"),
    [
        ({"identity": identity(configuration_set=None)}, Outcome.FAIL, "no default configuration set"),
        ({"routes": EventRoutes("main-set")}, Outcome.FAIL, "sends no bounce, complaint, delivery, reject events"),
        (
            {"routes": EventRoutes("main-set", (replace(TOPIC, alive=False, words="its subscription was never"),))},
            Outcome.FAIL,
            "to a working destination",
        ),
        ({"routes": EventRoutes("main-set", (replace(TOPIC, kinds=ALL[:2]),))}, Outcome.FAIL, "no delivery, reject"),
        ({"routes": EventRoutes("main-set", (replace(TOPIC, alive=None),))}, Outcome.UNKNOWN, "is unknown"),
        ({"routes": EventRoutes("main-set", exists=False)}, Outcome.FAIL, "does not exist any more"),
        ({"routes": Unreadable(Trouble.DENIED, "denied")}, Outcome.UNKNOWN, "unknown, denied"),
        ({"snapshot": snapshot(suppression=("BOUNCE",))}, Outcome.FAIL, "does not take: complaint"),
        ({"identity": identity("PENDING")}, Outcome.FAIL, "DKIM of acme.com is not verified"),
        ({"identity": identity(mail_from=None)}, Outcome.WARN, "no verified MAIL FROM"),
        ({"identity": None}, Outcome.UNKNOWN, "DKIM and MAIL FROM: unknown"),
        ({"dmarc": None}, Outcome.UNKNOWN, "DMARC: unknown"),
        (
            {"dmarc": (Finding("dmarc", Outcome.FAIL, "dmarc.no-rua", "DMARC has no rua.", ()),)},
            Outcome.FAIL,
            "DMARC has no rua",
        ),
        (
            {"request": Answers(kinds=(MailKind(mail_type=MailType.MARKETING),))},
            Outcome.WARN,
            "the request also names marketing mail",
        ),
        ({"request": Answers(busiest=60_000)}, Outcome.FAIL, "is over the quota (50,000)"),
        ({"request": Answers(busiest=45_000)}, Outcome.WARN, "is close to the quota"),
        ({"request": None}, Outcome.UNKNOWN, "busiest day: unknown, ses-bot knows of no finished request"),
    ],
)
def test_what_is_not_right_is_named(change: dict[str, object], outcome: Outcome, words: str) -> None:
    findings = [finding for finding in judge(replace(GOOD, **change)) if words in finding.words]  # type: ignore[arg-type] # a field
    assert [finding.outcome for finding in findings] == [outcome]


@pytest.mark.parametrize(
    ("busiest", "quota", "days"),
    [
        (1_500, 50_000.0, (200, 400, 800, 1_500)),
        (100, 50_000.0, (100,)),
        (60_000, 1_000.0, (200, 400, 800, 1_000)),
        (900, -1.0, (200, 400, 800, 900)),
        (None, 50_000.0, ()),
    ],
)
def test_the_warm_up_doubles_at_most(busiest: int | None, quota: float, days: tuple[int, ...]) -> None:
    assert plan_warm_up(busiest, quota) == days
