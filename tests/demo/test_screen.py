"""Numbers on buttons: they stay while a message is replaced in place, and never mean two things."""

import io
from typing import Any

from rich.console import Console

from demo.screen import Screen
from fakes.slack import Content, LoopbackSlack


def buttons(slack: LoopbackSlack, *labels: str) -> Content:
    elements = [
        {"type": "button", "action_id": label, "text": {"type": "plain_text", "text": label}} for label in labels
    ]
    blocks: list[dict[str, Any]] = [{"type": "actions", "block_id": "row", "elements": elements}] if labels else []
    return Content("said", slack.workspace.ids.fill_in(blocks))


class Seen:
    """A screen, and what was drawn on it."""

    def __init__(self, slack: LoopbackSlack) -> None:
        self.drawn = io.StringIO()
        self.slack = slack
        self.screen = Screen(Console(file=self.drawn, width=100), slack.user, slack.channel, slack.workspace.channels)

    def show(self) -> str:
        """Draw the newest change; what that drew."""
        before = len(self.drawn.getvalue())
        self.screen.show(self.slack.workspace.happenings[-1])
        return self.drawn.getvalue()[before:]


def test_a_message_keeps_its_numbers_when_it_is_replaced() -> None:
    slack = LoopbackSlack()
    seen = Seen(slack)
    first = slack.workspace.post(slack.channel.id, buttons(slack, "Check again", "Details"), "test")
    assert "[1] Check again   [2] Details" in seen.show()
    slack.workspace.post(slack.channel.id, buttons(slack, "Check again"), "test")
    assert "[3] Check again" in seen.show()
    slack.workspace.change(first, buttons(slack, "Check again", "Share"))
    assert "[1] Check again   [2] Share" in seen.show()
    assert (seen.screen.number_of("Check again"), seen.screen.number_of("Details")) == (1, None)
    slack.workspace.change(first, buttons(slack, "A", "B", "C"))
    assert "[4] A   [5] B   [6] C" in seen.show()
    assert seen.screen.find_button(1) is None


def test_a_button_that_is_gone() -> None:
    slack = LoopbackSlack()
    seen = Seen(slack)
    message = slack.workspace.post(slack.channel.id, buttons(slack, "Check again"), "test")
    seen.show()
    button = seen.screen.find_button(1)
    assert button
    assert button.place == 0
    message.content = buttons(slack)
    assert button.place is None
    slack.workspace.change(message, buttons(slack))
    seen.show()
    assert seen.screen.find_button(1) is None


def test_what_is_only_for_someone_else_is_not_seen() -> None:
    slack = LoopbackSlack()
    seen = Seen(slack)
    slack.workspace.post(slack.channel.id, buttons(slack), "test", only_for=slack.add_user("ben").id)
    assert seen.show() == ""
    slack.workspace.post(slack.channel.id, buttons(slack), "test", only_for=slack.user.id)
    assert seen.show() == "ses-bot  (only visible to you)\nsaid\n\n"


def test_what_comes_elsewhere_is_drawn_with_its_channel() -> None:
    slack = LoopbackSlack()
    seen = Seen(slack)
    ops = slack.add_channel("email-ops", slack.user)
    slack.workspace.post(ops.id, buttons(slack), "test")
    assert seen.show() == "ses-bot  (in #email-ops)\nsaid\n\n"
    slack.workspace.post(slack.workspace.direct_channel(slack.user).id, buttons(slack), "test")
    assert seen.show() == "ses-bot  (direct message)\nsaid\n\n"
    slack.workspace.post(slack.add_channel("finance").id, buttons(slack), "test")
    assert seen.show() == "", "this person is not there"


def test_nothing_from_outside_moves_the_cursor() -> None:
    slack = LoopbackSlack()
    seen = Seen(slack)
    seen.screen.say("a record: \x1b[31mred [bold]x[/bold]")
    assert "\x1b" not in seen.drawn.getvalue()
    assert "[bold]x[/bold]" in seen.drawn.getvalue()
