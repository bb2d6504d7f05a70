"""What the bot says besides reports: usage, progress, failures. Each says what happened and what to do.

Words of a person (a domain, what was typed) stand in plain_text and rich_text; the fallback text holds them `inert`.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, Message, View
from handlers.views.escape import inert, visible, visible_lines
from handlers.views.limits import fit_message, fit_view, message
from handlers.views.naming import written

_EXAMPLES: Mapping[str, Sequence[tuple[str, str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
"""What may follow each command, and what that does."""


def usage(command: str, error: str | None = None) -> Message:
    """Returns how to type `command` (such as `/ses-check`), after what was wrong with what was typed."""
    examples = _EXAMPLES.get(command, (("help", "show this"),))
    rows: Iterable[list[Element]] = (
        [kit.code(f"{command} {typed}".rstrip()), kit.run(f"  {meaning}")] for typed, meaning in examples
    )
    wrong = [kit.section(visible_lines(error))] if error else []
    first = f"{command} {examples[0][0]}".rstrip()
    text = f"{inert(error)} " if error else ""
    drawn = [*wrong, kit.rich([kit.line(kit.bold("How to use it")), kit.bullets(rows)])]
    return fit_message(Message(f"{text}Usage: {inert(first)}", tuple(drawn)))


def progress(domains: Sequence[str]) -> Message:
    """Said when DNS takes its time."""
    names = ", ".join(written(domain) for domain in domains[:10])
    more = f" and {len(domains) - 10} more" if len(domains) > 10 else ""
    return said(f"Checking {names}{more}…")


def failure(what: str, error_id: str) -> Message:
    """Something broke. `what` is a sentence for the person; `error_id` stands in the log too."""
    sentence = what.rstrip(" .")
    return said(
        f"{sentence}. Please try again. If it happens again, tell the person who runs ses-bot this error id: {error_id}"
    )


def restarting() -> Message:
    return said("ses-bot is restarting, so this was not finished. Please try again in a minute.")


def said(sentence: str) -> Message:
    """Returns a plain sentence of ours."""
    return message(sentence, (kit.section(visible(sentence)),))


def other_organization() -> Message:
    return said("This button can be used only by the organization that runs ses-bot here. Nothing was done.")


def invite() -> Message:
    """Returns a hint for a person who shared a report in a channel that the bot is not in."""
    return said(
        "Shared. ses-bot is not a member of this channel, so it cannot change the report there later; "
        "/invite @ses-bot lets it."
    )


def modal(title: str, *drawn: Block) -> View:
    """Returns a modal to read; nothing is asked in it."""
    about = {"type": "modal", "title": kit.plain(visible(title)), "close": kit.plain("Close")}
    return fit_view({**about, "blocks": list(drawn)})


def modal_saying(title: str, text: str, *more: Block) -> View:
    """Returns a modal that only says something: that its content is on its way, or why it cannot come."""
    return modal(title, kit.section(visible_lines(text)), *more)
