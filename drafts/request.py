"""The request for production access: a fixed letter of the person's own sentences, computed numbers and seen facts.

Design, "The letter". The text is the same for the same answers, on any day.
"""

import re
from itertools import pairwise

from drafts.letter import MOST_CHARACTERS, Letter, url
from drafts.wording import slot
from model.request import Answers, MailType, Part, Request, SeenFacts

MOST_CONTACTS = 4
_ITEM = re.compile(r"\d\. ")


def write(answers: Answers, seen: SeenFacts | None) -> Request:
    """The request, with the message to post on its case. Never raises, whatever was typed."""
    letter = Letter(answers, seen)
    parts = letter.parts()
    if len(render(parts)) > MOST_CHARACTERS:
        parts = _shortened(answers, seen, parts)
    description = render(parts)
    mail_type, reason = mail_type_of(answers)
    return Request(
        mail_type=mail_type,
        mail_type_reason=reason,
        website=url(answers.website),
        description=description,
        contacts=tuple(address for text in answers.contacts if (address := slot(text, 254)))[:MOST_CONTACTS],
        language=answers.language,
        message=_message(letter, description),
        parts=parts,
    )


def render(parts: tuple[Part, ...]) -> str:
    """The parts as one plain text: a head on its own line, paragraphs set apart, the items of a list together."""
    return "\n\n".join(f"{part.head}\n{_body(part)}" if part.head else _body(part) for part in parts)


def mail_type_of(answers: Answers) -> tuple[MailType, str]:
    """The mail type to ask for, and why. The form asks for the kind of most messages; Marketing covers both."""
    if answers.mail_type:
        return answers.mail_type, "You chose it."
    types = {kind.mail_type for kind in answers.kinds if kind.mail_type}
    if types == {MailType.TRANSACTIONAL}:
        return MailType.TRANSACTIONAL, "All your mail is transactional."
    if types == {MailType.MARKETING}:
        return MailType.MARKETING, "All your mail is marketing."
    if types:
        return (
            MailType.MARKETING,
            "You send both: Marketing covers both. AWS’s form asks for the kind of most messages.",
        )
    return MailType.MARKETING, "No kind of mail is named yet. Marketing covers both."


def _message(letter: Letter, description: str) -> str:
    """The description below a greeting: an example at its end must not run into a good-bye."""
    if not description:
        return ""
    name = slot(letter.answers.name)
    sign_off = "\n".join(filter(None, (letter.say("regards"), name))) if name else ""
    return "\n\n".join(filter(None, (letter.say("greeting"), letter.say("intro"), sign_off, description)))


def _shortened(answers: Answers, seen: SeenFacts | None, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts with the longest own answers cut at a sentence, about as little as 5,000 characters allow."""
    lengths = sorted(len(text) for text in Letter(answers, seen).own_texts())
    room = MOST_CHARACTERS - (len(render(parts)) - sum(lengths)) - 2 * len(lengths)
    most = 0
    for at, length in enumerate(lengths):
        most = max(room // (len(lengths) - at), 0)
        if length > most:
            break
        room -= length
    return Letter(answers, seen, most=most).parts()


def _body(part: Part) -> str:
    whole = part.paragraphs[0]
    for before, paragraph in pairwise(part.paragraphs):
        close = part.head and (_ITEM.match(paragraph) or not _ITEM.match(before))
        whole += f"{chr(10) if close else chr(10) * 2}{paragraph}"
    return whole
