"""What the person in the demo sees: messages and modals drawn as Slack would show them, with numbered buttons.

A button keeps its number as long as it stands on the screen; a message that is replaced in place keeps its numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from demo.block_kit import Pressable, draw
from fakes.slack import Channel, Happening, SlackMessage, User, View
from handlers.views.escape import make_lines_visible

_BOT = "ses-bot"


@dataclass(frozen=True, slots=True)
class NumberedButton:
    """A numbered button: where it stands, and which element it is there."""

    on: SlackMessage | View
    pressable: Pressable

    @property
    def place(self) -> int | None:
        """Its place among the elements of its message or modal; None when it is gone from there."""
        for place, element in enumerate(self.on.elements):
            if (element.block_id, element.action_id) == (self.pressable.block_id, self.pressable.action_id):
                return place
        return None


class Screen:
    """Draws for one person, who is in one channel; what comes in another of `channels` is drawn with its name."""

    def __init__(self, console: Console, user: User, channel: Channel, channels: Mapping[str, Channel]) -> None:
        self.console = console
        self.modal_lines: int | None = None
        """How many lines of a modal are drawn; None for all."""
        self._user = user
        self._channel = channel
        self._channels = channels
        self._buttons: dict[int, NumberedButton] = {}
        self._first: dict[str, tuple[int, int]] = {}
        self._next = 1

    def find_button(self, number: int) -> NumberedButton | None:
        """Returns the button with this number."""
        return self._buttons.get(number)

    def number_of(self, label: str) -> int | None:
        """Returns the number of the button with this label that was drawn last."""
        numbers = [number for number, button in self._buttons.items() if button.pressable.label == label]
        return numbers[-1] if numbers else None

    def say(self, words: str, style: str = "") -> None:
        """Prints a line of the demo's own."""
        self.console.print(Text(make_lines_visible(words), style), soft_wrap=True, highlight=False)

    def show(self, happening: Happening) -> None:
        """Draws a change, where this person would see it."""
        if happening.user not in (None, self._user.id):
            return
        match happening:
            case Happening(kind="posted", message=SlackMessage() as message):
                self._show_message(message, "")
            case Happening(kind="changed", message=SlackMessage() as message):
                self._show_message(message, "in place of what stood there")
            case Happening(kind="opened", view=View() as view):
                self._show_view(view, "a modal opens")
            case Happening(kind="updated", view=View() as view):
                self._show_view(view, "the modal changes")
            case Happening(kind="closed", view=View() as view):
                self._forget(view.id)
                self._print_heading("", "the modal closes")
            case Happening(kind="notice"):
                self._print_heading("Slackbot", "only visible to you")
                self.say(f"{happening.words}\n")

    def _show_message(self, message: SlackMessage, how: str) -> None:
        channel = self._channels[message.channel]
        if self._user.id not in channel.members:
            return
        place_note = "" if channel is self._channel else "direct message" if channel.person else f"in #{channel.name}"
        visibility = "only visible to you" if message.ephemeral else ""
        self._print_heading(_BOT, ", ".join(note for note in (place_note, visibility, how) if note))
        blocks = message.blocks or [{"type": "section", "text": {"type": "mrkdwn", "text": message.text}}]
        self._draw(message.ts, message, blocks)

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Prints what can be typed, and what it does."""
        width = max(len(typed) for typed, _ in rows)
        for typed, about in rows:
            self.say(f"  {typed:<{width}}  {about}")

    def _show_view(self, view: View, how: str) -> None:
        self._print_heading("", how)
        if not self.modal_lines:
            self._draw(view.id, view, view.content)
            return
        with self.console.capture() as capture:
            self._draw(view.id, view, view.content)
        lines = capture.get().splitlines()
        self.console.file.write("".join(f"{line}\n" for line in lines[: self.modal_lines]))
        if len(lines) > self.modal_lines:
            self.say(f"… and {len(lines) - self.modal_lines} lines more, to scroll through\n", "dim")

    def _draw(
        self, key: str, on: SlackMessage | View, content: Sequence[dict[str, object]] | dict[str, object]
    ) -> None:
        """Draws a message or modal with the numbers that it had, or the next ones where those do not suffice."""
        first, room = self._first.get(key, (self._next, 0))
        button_count = sum(element.type == "button" for element in on.elements)
        if button_count > room:
            first, room = self._next, button_count
        self._forget(key)
        pressables = draw(content, self.console, number_from=first)
        self._first[key] = (first, max(room, len(pressables)))
        self._next = max(self._next, first + len(pressables))
        for pressable in pressables:
            if pressable.number is not None:
                self._buttons[pressable.number] = NumberedButton(on, pressable)
        self.console.print()

    def _forget(self, key: str) -> None:
        """Forgets the buttons of a message or modal that is gone."""
        first, room = self._first.get(key, (0, 0))
        for number in range(first, first + room):
            self._buttons.pop(number, None)

    def _print_heading(self, who: str, how: str) -> None:
        parts = [Text(who, "bold cyan")] if who else []
        parts += [Text(f"({how})", "dim")] if how else []
        self.console.print(Text("  ").join(parts), soft_wrap=True, highlight=False)
