"""What a person sees before records are published, and what is offered afterwards."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers.views.blocks import Block
from handlers.views.changes import outcome_messages, plan_view
from handlers.views.report import report_message, rest_message
from model import AccountRegion
from model.changes import Change, ChangeKind, ChangeState, ChangeStep
from model.drafting import Owner
from model.zone import HostedZone, LeftOut, RecordSet, SetChange, ZoneChanges, ZonePlan
from tests.support.blockkit import buttons, read, refusals, view_refusals
from tests.support.reports import DMARC, checked, found, shown

ZONE = HostedZone("Z1", "acme.com", ())
KEY = " ".join(f'"{"k" * 255}"' for _ in range(16))
CHANGE = Change(
    "0123456789abcdef",
    ChangeKind.RECORDS,
    Owner("T1", "U1"),
    AccountRegion("main", "us-east-1"),
    "fedcba9876543210",
    0,
    "zone Z1",
    (ChangeStep("ChangeResourceRecordSets", "Records in the zone acme.com"), ChangeStep("AskNameServers", "DNS")),
    datetime(2026, 11, 23, tzinfo=UTC),
)
PLAN = ZonePlan(
    (
        ZoneChanges(
            ZONE,
            (
                SetChange(
                    RecordSet("acme.com", "TXT", 77, (r'"<!channel> \052"', '"v=spf1 ?all"')),
                    RecordSet("acme.com", "TXT", 77, (r'"<!channel> \052"', '"v=spf1 ~all"')),
                ),
                SetChange(None, RecordSet("s1._domainkey.acme.com", "TXT", 300, (KEY,))),
                SetChange(RecordSet("old.acme.com", "CNAME", 60, ("x.acme.com.",)), None),
            ),
        ),
    ),
    (LeftOut("www.acme.com", "CNAME", "it is an alias of Route 53"), LeftOut("Website", "", "Publish <one>.")),
)


def labels(blocks: Iterable[Block]) -> set[str]:
    return {label for label, *_ in buttons(blocks)}


def test_a_plan_shows_every_set_before_and_after_and_what_is_left() -> None:
    view = plan_view(CHANGE, account_id=None, may_confirm=True, zone=PLAN)
    assert view_refusals(view) == []
    text = read(view["blocks"])
    at = 0
    for words in (
        *("In the zone acme.com (Z1)", "acme.com TXT", "Now (TTL 77):", r'"<!channel> \052"', '"v=spf1 ?all"'),
        *("Then (TTL 77):", r'"<!channel> \052"', '"v=spf1 ~all"'),
        *("s1._domainkey.acme.com TXT", "no record", "Then (TTL 300):", KEY[:2_000], KEY[2_000:4_000], KEY[4_000:]),
        *("old.acme.com CNAME", "x.acme.com.", "Then:", "no record"),
        *("Left to you", "www.acme.com CNAME: it is an alias of Route 53", "Website: Publish <one>."),
    ):
        at = text.index(words, at) + len(words)


def test_who_may_not_confirm_can_ask_and_cannot_submit() -> None:
    view = plan_view(CHANGE, account_id=None, may_confirm=False, zone=PLAN)
    assert "submit" not in view
    assert "Ask an operator" in labels(view["blocks"])


DONE, REFUSED, UNKNOWN = ChangeState.DONE, ChangeState.REFUSED, ChangeState.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "states", "title", "offered"),
    [
        (ChangeKind.RECORDS, (DONE, DONE), "The records are published, and DNS answers them", {"Undo"}),
        (ChangeKind.RECORDS, (REFUSED, ChangeState.INTENDED), "The records were not published", {"Plan it again"}),
        (ChangeKind.RECORDS, (DONE, REFUSED), "Some records were changed", {"Undo", "Plan it again"}),
        (ChangeKind.RECORDS, (DONE, UNKNOWN), "The records are not proven yet", {"Undo"}),
        (ChangeKind.UNDO, (DONE, DONE), "The records are as they were before", set()),
        (ChangeKind.UNDO, (REFUSED, ChangeState.INTENDED), "Nothing was undone", {"Plan it again"}),
    ],
)
def test_what_came_of_it_offers_what_can_be_done_now(
    kind: ChangeKind, states: tuple[ChangeState, ...], title: str, offered: set[str]
) -> None:
    steps = tuple(replace(step, state=state) for step, state in zip(CHANGE.steps, states, strict=True))
    state = next((one for one in states if one is not DONE), DONE)
    [message] = outcome_messages(replace(CHANGE, kind=kind, steps=steps, state=state))
    assert refusals(message) == []
    assert message.text.startswith(title)
    assert {"Undo", "Plan it again"} & labels(message.blocks) == offered


def test_a_report_offers_to_publish_what_it_has_records_for() -> None:
    with_records = shown(checked(found("dmarc.missing", records=(DMARC,))))
    without = shown(checked(found("dkim.none", step="Create the domain identity.")))
    assert "Fix it for me" in labels(report_message(with_records, publish=True).blocks)
    assert "Fix it for me" in labels(rest_message(with_records, publish=True).blocks)
    assert "Fix it for me" not in labels(report_message(with_records).blocks), "no account is connected"
    assert "Fix it for me" not in labels(report_message(without, publish=True).blocks)
    shared = report_message(with_records, publish=True, shared_by="U1")
    assert "Fix it for me" not in labels(shared.blocks), "it is for the person who asked"
