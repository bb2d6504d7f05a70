"""What the bot says besides reports: usage, progress, failures. Each says what happened and what to do.

Words of a person (a domain, what was typed) stand in plain_text and rich_text; the fallback text holds them `inert`.
"""

from collections.abc import Iterable, Sequence

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, Message, View
from handlers.views.escape import inert, visible, visible_lines
from handlers.views.limits import fit_message, fit_view, message
from handlers.views.naming import written

_EXAMPLES = {
    "/ses-check": (
        ("acme.com", "check whether acme.com is ready for AWS’s review"),
        ("acme.com acme.org", "the same for up to ten domains"),
        ("acme.com selector=s1", "look at the DKIM selector s1 as well"),
        ("acme.com token=…", "check these Easy DKIM tokens (repeat for all three)"),
        ("acme.com website=https://www.acme.com/", "the website, if not at the domain itself"),
        ("watched", "list watched domains, or stop watching"),
        ("help", "show this"),
    ),
    "/ses-status": (
        ("", "every account and region that is watched"),
        ("main", "one account"),
        ("us-east-1", "one region, in every account"),
        ("main us-east-1", "one account in one region"),
        ("launch main us-east-1", "the launch check: events, records, quota and a warm-up in numbers"),
        ("changes", "what people had ses-bot change at AWS, and what came of it"),
        ("help", "show this"),
    ),
    "/ses-draft": (
        ("acme.com", "write the request for production access for acme.com, or go on with it"),
        ("acme.com us-east-1", "the same in another region: each region needs its own request"),
        ("", "go on with your last draft"),
        ("list", "your drafts, to open, read again or delete"),
        ("help", "show this"),
    ),
    "/ses-appeal": (
        ("", "answer what AWS wrote about your request, or go on with the answer"),
        ("main us-east-1", "about one account in one region"),
        ("1234567890", "about one support case"),
        ("list", "your drafts, to open, read again or delete"),
        ("help", "show this"),
    ),
}


def usage(command: str, error: str | None = None) -> Message:
    """How to type `command` (such as `/ses-check`), after what was wrong with what was typed."""
    examples = _EXAMPLES.get(command, (("help", "show this"),))
    rows: Iterable[list[Element]] = (
        [kit.code(f"{command} {typed}".rstrip()), kit.run(f"  {meaning}")] for typed, meaning in examples
    )
    wrong = [kit.section(kit.plain(visible_lines(error)))] if error else []
    first = f"{command} {examples[0][0]}".rstrip()
    text = f"{inert(error)} " if error else ""
    drawn = [*wrong, kit.rich([kit.line(kit.bold("How to use it")), kit.bullets(rows)])]
    return fit_message(Message(f"{text}Usage: {inert(first)}", tuple(drawn)))


def progress(domains: Sequence[str]) -> Message:
    """Said when DNS takes its time."""
    names = ", ".join(written(domain) for domain in domains[:10])
    more = f" and {len(domains) - 10} more" if len(domains) > 10 else ""
    return _plain(f"Checking {names}{more}…")


def failure(what: str, error_id: str) -> Message:
    """Something broke. `what` is a sentence for the person; `error_id` stands in the log too."""
    sentence = what.rstrip(" .")
    return _plain(
        f"{sentence}. Please try again. If it happens again, tell the person who runs ses-bot this error id: {error_id}"
    )


def restarting() -> Message:
    return _plain("ses-bot is restarting, so this was not finished. Please try again in a minute.")


def said(sentence: str) -> Message:
    """A plain sentence of ours."""
    return _plain(sentence)


def other_organization() -> Message:
    return _plain("This button can be used only by the organization that runs ses-bot here. Nothing was done.")


def invite() -> Message:
    """A hint for a person who shared a report in a channel that the bot is not in."""
    return _plain(
        "Shared. ses-bot is not a member of this channel, so it cannot change the report there later; "
        "/invite @ses-bot lets it."
    )


def modal(title: str, *drawn: Block) -> View:
    """A modal to read; nothing is asked in it."""
    about = {"type": "modal", "title": kit.plain(visible(title)), "close": kit.plain("Close")}
    return fit_view({**about, "blocks": list(drawn)})


def modal_saying(title: str, text: str, *more: Block) -> View:
    """A modal that only says something: that its content is on its way, or why it cannot come."""
    return modal(title, kit.section(kit.plain(visible_lines(text))), *more)


def _plain(text: str) -> Message:
    return message(text, (kit.section(kit.plain(visible(text))),))
