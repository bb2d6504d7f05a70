"""What the bot says besides reports: what happened, and what to do."""

import pytest

from handlers.views import words
from handlers.views.blocks import Message
from tests.support.blockkit import markup, read, refusals

ALL = {
    "usage": words.usage_message("/ses-check"),
    "usage with an error": words.usage_message("/ses-check", "“<!channel>`x`” has no dot.\nExample: acme.com"),
    "usage of a command to come": words.usage_message("/ses-draft"),
    "progress": words.checking_message(["acme.com"]),
    "progress of many": words.checking_message([f"{n}.example" for n in range(40)]),
    "failure": words.failure_message("The check of <!here> could not be finished.", "7f3a"),
    "restarting": words.restarting_message(),
    "other organization": words.other_organization_message(),
    "invite": words.invite_message(),
}


@pytest.mark.parametrize("name", ALL)
def test_slack_takes_it_and_nothing_in_it_is_markup(name: str) -> None:
    message = ALL[name]
    assert refusals(message) == []
    assert all(not set(text) & set("<>`") for text in markup(message))
    assert "!" not in read(message.blocks).replace("<!channel>", "").replace("<!here>", "")


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (ALL["usage"], ["/ses-check acme.com", "up to ten domains", "selector=s1", "token=", "/ses-check help"]),
        (ALL["usage with an error"], ["“<!channel>`x`” has no dot.\nExample: acme.com", "/ses-check acme.com"]),
        (ALL["usage of a command to come"], ["/ses-draft help"]),
        (ALL["progress"], ["Checking acme.com…"]),
        (ALL["progress of many"], ["9.example and 30 more…"]),
        (ALL["failure"], ["The check of <!here> could not be finished. Please try again", "error id", "7f3a"]),
        (ALL["restarting"], ["restarting", "try again in a minute"]),
        (ALL["other organization"], ["Nothing was done"]),
        (ALL["invite"], ["/invite @ses-bot"]),
    ],
)
def test_it_says(message: Message, says: list[str]) -> None:
    for phrase in says:
        assert phrase in read(message.blocks)


def test_the_notification_says_what_is_wrong_first() -> None:
    assert words.usage_message("/ses-check", "“foo” has no dot.").text == "“foo” has no dot. Usage: /ses-check acme.com"
