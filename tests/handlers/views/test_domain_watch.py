"""What a person reads when a domain that they wait for is fixed, or is not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.views.blocks import Message
from handlers.views.domain_watch import (
    already_message,
    ending_message,
    full_message,
    plain_ending_message,
    ready_message,
    stopped_message,
    watch_list_message,
    watching_message,
)
from model import DomainWatch, Ending, Owner
from tests.support.blockkit import buttons, markup, read, refusals
from tests.support.cases import cases

ASKED = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
LATER = ASKED + timedelta(hours=5)
HOSTILE = "acme.com selector=<!channel>*b*`c`"


def wish(
    at_first: tuple[str, ...] = ("spf.missing", "dmarc.missing", "dmarc.no-rua"),
    still: tuple[str, ...] = (),
    query: str = "acme.com",
    looked: bool = True,
) -> DomainWatch:
    last = LATER - timedelta(minutes=7) if looked else None
    ends, following = ASKED + timedelta(days=30), LATER + timedelta(minutes=53)
    return DomainWatch(
        "77", Owner("T1", "U1"), query, at_first, still, ASKED, ends, following, last, 4 if looked else 0
    )


def test_what_was_fixed_and_the_next_step_come_with_the_verdict() -> None:
    message = ending_message(wish(), Ending.READY, ZoneInfo("Europe/Berlin"))
    text = read(message.blocks)
    assert text.splitlines()[0] == "acme.com is ready for a reviewer"
    assert "Fixed since you asked: SPF and DMARC." in text
    assert "Worth improving" not in text
    assert "You asked on Mon 23 Nov 2026, 13:05 CET · 4 checks since" in text
    assert buttons(message.blocks) == [
        ("Draft the request", "draft_start", "acme.com"),
        ("Show the report", "check_domain", "acme.com"),
    ]
    assert message.text == ("acme.com is ready for a reviewer. Fixed since you asked: SPF and DMARC.")


def test_what_is_worth_improving_does_not_hold_anybody_up() -> None:
    text = read(ending_message(wish(still=("mx.null", "dkim.other-only")), Ending.READY).blocks)
    assert text.splitlines()[0] == "acme.com is ready for a reviewer, as far as DNS shows"
    assert "Optional: MX and DKIM (see the report)." in text


def test_when_the_time_is_over_it_says_what_is_open_and_how_to_go_on() -> None:
    message = ending_message(wish(still=("dmarc.no-rua", "mx.missing")), Ending.EXPIRED)
    text = read(message.blocks)
    assert text.splitlines()[0] == "acme.com: 30 days are over, and it is not ready"
    assert "Fixed since you asked: SPF." in text
    assert "Still open when it was last seen: DMARC and MX." in text
    assert buttons(message.blocks) == [
        ("Show the report", "check_domain", "acme.com"),
        ("Watch it again", "tell_fixed", "acme.com"),
    ]


@cases()
def test_without_a_code_it_still_says_something_true(ending: Ending, says: str) -> None:
    assert says in read(ending_message(wish(at_first=()), ending).blocks)


def test_as_text_alone_it_says_the_same() -> None:
    plain = plain_ending_message(wish(still=("mx.missing",)), Ending.EXPIRED)
    assert plain.blocks == ()
    assert "30 days are over" in plain.text
    assert "MX" in plain.text


def test_the_list_says_how_each_stands() -> None:
    listing = watch_list_message(
        [wish(still=("dmarc.missing",)), wish(looked=False, query="b.example selector=s1")], LATER
    )
    text = read(listing.blocks)
    assert "Watched for you: 2 domains" in text
    assert (
        "acme.com\nOpen: DMARC. Last check 7 minutes ago, next in 53 minutes. Until Wed 23 Dec 2026, 12:05 UTC at the "
        "latest." in text
    )
    assert "b.example (selector=s1)\nFirst check in 53 minutes." in text
    assert buttons(listing.blocks) == [("Stop", "tell_stop", "77")] * 2


def test_an_overdue_look_is_due_now() -> None:
    assert "next now." in read(watch_list_message([wish()], LATER + timedelta(days=1)).blocks)


@pytest.mark.parametrize(
    "message",
    [
        ending_message(wish(("<!channel>.x", "*.y"), ("`z`.z",), HOSTILE), Ending.READY),
        ending_message(wish(("<!channel>.x", "*.y"), ("`z`.z",), HOSTILE), Ending.EXPIRED),
        watching_message(wish(query=HOSTILE)),
        already_message(wish(query=HOSTILE), LATER, UTC),
        stopped_message(wish(query=HOSTILE)),
        stopped_message(None),
        ready_message(HOSTILE, "acme.com <!channel> is ready"),
        watch_list_message([wish(query=HOSTILE)] * 20, LATER),
        full_message([wish(query=f"{'a' * 250} selector={'s' * 1_700}")] * 20, LATER, UTC),
        ending_message(wish(query=f"{'a' * 250} selector={'s' * 1_700}"), Ending.EXPIRED),
        watch_list_message([], LATER),
    ],
)
def test_slack_takes_it_and_nothing_from_outside_is_markup(message: Message) -> None:
    assert refusals(message) == []
    assert all("<!" not in text and "*" not in text and "`" not in text for text in markup(message))
