"""Writes the request for production access: a fixed letter of the person's own sentences, computed numbers and seen
facts.

The text is the same for the same answers, on any day. `list_gates` says whether it may go to AWS, `arguments_of` what
AWS would get (SES API v2, PutAccountDetails). A gate that is shut names its fix; one that only advises lets the person
go on. What is unknown shuts a gate with other words than what is missing.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from drafts.letter import MOST_CHARACTERS, Letter, format_url
from drafts.wording import one_line
from model import Access, Identity, IdentityReading, NotFound, RegionState, Snapshot
from model.changes import Gate
from model.drafting import WrittenRequest
from model.request import Answers, MailType, Part, Request, SeenFacts

MOST_CONTACTS = 4
_ITEM = re.compile(r"\d\. ")


def write(answers: Answers, seen: SeenFacts | None) -> Request:
    """Writes the request, with the message to post on its case. Never raises, whatever was typed."""
    letter = Letter(answers, seen)
    parts = letter.write_parts()
    if len(render_parts(parts)) > MOST_CHARACTERS:
        parts = _shorten_parts(answers, seen, parts)
    description = render_parts(parts)
    mail_type, reason = select_mail_type(answers)
    return Request(
        mail_type=mail_type,
        mail_type_reason=reason,
        website=format_url(answers.website),
        description=description,
        contacts=tuple(address for text in answers.contacts if (address := one_line(text, 254)))[:MOST_CONTACTS],
        language=answers.language,
        message=_case_message(letter, description),
        parts=parts,
    )


def render_parts(parts: tuple[Part, ...]) -> str:
    """Renders the parts as plain text: a head on its own line, paragraphs set apart, the items of a list together."""
    return "\n\n".join(f"{part.head}\n{_part_body(part)}" if part.head else _part_body(part) for part in parts)


def select_mail_type(answers: Answers) -> tuple[MailType, str]:
    """Selects the mail type to ask for, and says why. The form asks for the kind of most messages; Marketing covers
    both."""
    if answers.mail_type:
        return answers.mail_type, "You chose it."
    types = {kind.mail_type for kind in answers.kinds if kind.mail_type}
    if types == {MailType.TRANSACTIONAL}:
        return MailType.TRANSACTIONAL, "All your mail is transactional."
    if types == {MailType.MARKETING}:
        return MailType.MARKETING, "All your mail is marketing."
    if types:
        reason = "You send both: Marketing covers both. AWS’s form asks for the kind of most messages."
        return MailType.MARKETING, reason
    return MailType.MARKETING, "No kind of mail is named yet. Marketing covers both."


def _case_message(letter: Letter, description: str) -> str:
    """Returns the description below a greeting: an example at its end must not run into a good-bye."""
    if not description:
        return ""
    name = one_line(letter.answers.name)
    sign_off = "\n".join(filter(None, (letter.say("regards"), name))) if name else ""
    return "\n\n".join(filter(None, (letter.say("greeting"), letter.say("intro"), sign_off, description)))


def _shorten_parts(answers: Answers, seen: SeenFacts | None, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Cuts the longest own answers at a sentence, about as little as 5,000 characters allow."""
    lengths = sorted(len(text) for text in Letter(answers, seen).own_texts())
    room = MOST_CHARACTERS - (len(render_parts(parts)) - sum(lengths)) - 2 * len(lengths)
    limit = 0
    for index, length in enumerate(lengths):
        limit = max(room // (len(lengths) - index), 0)
        if length > limit:
            break
        room -= length
    return Letter(answers, seen, most=limit).write_parts()


def _part_body(part: Part) -> str:
    body = part.paragraphs[0]
    for previous, paragraph in pairwise(part.paragraphs):
        is_tight = part.head and (_ITEM.match(paragraph) or not _ITEM.match(previous))
        body += ("\n" if is_tight else "\n\n") + paragraph
    return body


BOTH_REASONS = frozenset({"BOUNCE", "COMPLAINT"})


def list_gates(
    written: WrittenRequest, domain: str, state: RegionState, identity: IdentityReading | None
) -> list[Gate]:
    """Lists the gates before asking, in the order in which people fix them. `state` is the account region as read just
    now, `identity` the one that covers `domain` there."""
    return [
        *_text_gates(written),
        *_access_gates(state.snapshot),
        *_identity_gates(domain, identity),
        *_sending_gates(state),
    ]


def _text_gates(written: WrittenRequest) -> Iterator[Gate]:
    if written.stopped:
        yield Gate(False, "A remark says to change something first.", "Press Edit under the request.")
    if not written.request.website:
        yield Gate(False, "The request names no website. AWS requires one.", "Press Edit and add the website.")


def _access_gates(snapshot: Snapshot | None) -> Iterator[Gate]:
    match snapshot.access if snapshot else Access.UNKNOWN:
        case Access.SANDBOX:
            yield Gate(True, "The account is in the sandbox, and no request is on record.")
        case Access.FAILED:
            yield Gate(True, "AWS never received the last request, so it takes a new one.")
        case Access.IN_REVIEW:
            yield Gate(False, "AWS is reviewing a request already.", "Wait for its answer: ses-bot posts it.")
        case Access.NOT_GRANTED:
            fix = "Draft the answer with /ses-appeal: AWS takes no second request."
            yield Gate(False, "AWS has answered an earlier request and waits for a reply on its case.", fix)
        case Access.PRODUCTION | Access.GRANTED:
            yield Gate(False, "AWS has granted production access here already.", "Nothing is left to ask for.")
        case _:
            yield Gate(False, "SES has not said whether a request is on record.", "Try again in a moment.")


def _identity_gates(domain: str, identity: IdentityReading | None) -> Iterator[Gate]:
    check = f"/ses-check {domain} shows what to publish."
    match identity:
        case Identity(dkim_status="SUCCESS", verified=True) if identity.signing_enabled is not False:
            yield Gate(True, f"{domain} is verified in this region and signed with DKIM.")
            if identity.mail_from_status == "SUCCESS":
                yield Gate(True, f"MAIL FROM is {identity.mail_from}.")
            else:
                yield Gate(False, "No custom MAIL FROM domain is set up. It helps, and is not required.", check, False)
        case Identity(dkim_status=None) | Identity(verified=None):
            yield Gate(False, f"SES has not said whether {domain} is verified here.", "Try again in a moment.")
        case Identity(verified=True):
            yield Gate(False, f"{domain} is verified here, but DKIM does not sign its mail yet.", check)
        case Identity():
            yield Gate(False, f"{domain} is not verified in this region yet.", check)
        case NotFound():
            fix = f"Create the identity there, or choose the region that has it. {check}"
            yield Gate(False, f"SES does not know {domain} in this region.", fix)
        case _:
            yield Gate(False, f"SES has not said whether {domain} is verified here.", "Try again in a moment.")


def _sending_gates(state: RegionState) -> Iterator[Gate]:
    if lacks_suppression(state.snapshot):
        words = "The account’s suppression list does not take both bounces and complaints."
        yield Gate(False, words, "Tick the box below to switch it on with the request.", False)
    if not state.mail_seen:
        fix = "Send one to an address of your own, or to success@simulator.amazonses.com."
        yield Gate(False, "No message was sent from the sandbox yet. AWS likes to see one.", fix, False)


def lacks_suppression(snapshot: Snapshot | None) -> bool:
    """Tells whether the suppression list is known not to take bounces and complaints."""
    return bool(snapshot and snapshot.suppression is not None and not set(snapshot.suppression) >= BOTH_REASONS)


def arguments_of(written: WrittenRequest) -> Mapping[str, Any]:
    """Returns the request as PutAccountDetails takes it; the text as the person chose it, where it fits."""
    request = written.request
    text = written.prose if written.as_prose and 0 < len(written.prose) <= MOST_CHARACTERS else request.description
    contacts = {"AdditionalContactEmailAddresses": list(request.contacts)} if request.contacts else {}
    return {
        "MailType": request.mail_type.value,
        "WebsiteURL": request.website,
        "ContactLanguage": request.language.value,
        "UseCaseDescription": text[:MOST_CHARACTERS],
        "ProductionAccessEnabled": True,
        **contacts,
    }
