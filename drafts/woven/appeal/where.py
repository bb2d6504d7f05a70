"""Where an appeal goes: into the case of the refusal, in the Support Center."""

import re

from drafts.woven.text.tidy import flat
from model import AppealAnswers

_CONSOLE = "https://console.aws.amazon.com/support/home"


def where_to_send(appeal: AppealAnswers) -> str:
    """In the case of the refusal; a new case only where that one is closed or gone, and then one that names it."""
    case = flat(appeal.case_id)
    link = f"{_CONSOLE}#/case/?displayId={case}" if re.fullmatch(r"[\w-]{1,64}", case) else _CONSOLE
    named = f"case {case}" if case else "the case that holds the refusal"
    if appeal.case_closed:
        return (
            f"{named[0].upper()}{named[1:]} is closed. Reopen it in the AWS Support Center if it lets you; otherwise"
            f" open a new case there and name the old one in its first line: {link}"
        )
    return (
        f"Reply in {named} in the AWS Support Center: {link}. The mail comes from an address that takes no answers."
        " Do not open a new case, unless this one is closed or gone; a new one then has to name it."
    )
