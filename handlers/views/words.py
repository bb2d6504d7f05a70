"""What the bot says besides reports: usage, progress, failures. Each says what happened and what to do.

Words of a person (a domain, what was typed) stand in plain_text and rich_text; the fallback text holds them escaped.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Message, Run, View
from handlers.views.escape import escape_mrkdwn, make_lines_visible, make_visible
from handlers.views.limits import fit_message, fit_view, make_message
from handlers.views.naming import format_domain

_EXAMPLES: Mapping[str, Sequence[tuple[str, str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
"""What may follow each command, and what that does."""


def usage_message(command: str, error: str | None = None) -> Message:
    """Returns how to type `command` (such as `/ses-check`), after what was wrong with what was typed."""
    examples = _EXAMPLES.get(command, (("help", "show this"),))
    rows: Iterable[Sequence[Run]] = (
        [kit.code_text(f"{command} {typed}".rstrip()), f"  {meaning}"] for typed, meaning in examples
    )
    error_blocks = [kit.section(make_lines_visible(error))] if error else []
    example = f"{command} {examples[0][0]}".rstrip()
    text = f"{escape_mrkdwn(error)} " if error else ""
    blocks = [*error_blocks, kit.titled("How to use it", kit.bullets(rows))]
    return fit_message(Message(f"{text}Usage: {escape_mrkdwn(example)}", tuple(blocks)))


def checking_message(domains: Sequence[str]) -> Message:
    """Returns what a person reads when DNS takes its time."""
    names = ", ".join(format_domain(domain) for domain in domains[:10])
    more = f" and {len(domains) - 10} more" if len(domains) > 10 else ""
    return sentence_message(f"Checking {names}{more}…")


def failure_message(what: str, error_id: str) -> Message:
    """Returns that something broke. `what` is a sentence for the person; `error_id` stands in the log too."""
    sentence = what.rstrip(" .")
    return sentence_message(
        f"{sentence}. Please try again. If it happens again, tell the person who runs ses-bot this error id: {error_id}"
    )


def restarting_message() -> Message:
    return sentence_message("ses-bot is restarting, so this was not finished. Please try again in a minute.")


def sentence_message(sentence: str) -> Message:
    """Returns a plain sentence of ours."""
    return make_message(sentence, (kit.section(make_visible(sentence)),))


def other_organization_message() -> Message:
    return sentence_message(
        "This button can be used only by the organization that runs ses-bot here. Nothing was done."
    )


def invite_message() -> Message:
    """Returns a hint for a person who shared a report in a channel that the bot is not in."""
    return sentence_message(
        "Shared. ses-bot is not a member of this channel, so it cannot change the report there later; "
        "/invite @ses-bot lets it."
    )


def modal(title: str, *blocks: Block, callback_id: str = "", metadata: str = "", submit: str = "") -> View:
    """Returns a modal; without `submit`, the label of a button, it is only read. `metadata` is its private_metadata."""
    view = {"type": "modal", "title": kit.plain_text(make_visible(title)), "close": kit.plain_text("Close")}
    view |= {"callback_id": callback_id} if callback_id else {}
    view |= {"submit": kit.plain_text(submit)} if submit else {}
    return fit_view({**view, "private_metadata": metadata, "blocks": list(blocks)})


def words_modal(title: str, text: str, *more: Block) -> View:
    """Returns a modal that only says something: that its content is on its way, or why it cannot come."""
    return modal(title, kit.section(make_lines_visible(text)), *more)
