"""The request for production access: a fixed letter of the person's own sentences, computed numbers and seen facts.

The text is the same for the same answers, on any day. `gates` says whether it may go to AWS, `arguments_of` what AWS
would get (SES API v2, PutAccountDetails). A gate that is shut names its fix; one that only advises lets the person go
on. What is unknown shuts a gate with other words than what is missing.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from drafts.letter import MOST_CHARACTERS, Letter, url
from drafts.wording import slot
from model import Access, Identity, IdentityReading, NotFound, RegionState, Snapshot
from model.changes import Gate
from model.drafting import WrittenRequest
from model.request import Answers, MailType, Part, Request, SeenFacts

MOST_CONTACTS = 4
_ITEM = re.compile(r"\d\. ")


def write(answers: Answers, seen: SeenFacts | None) -> Request:
    """Returns the request, with the message to post on its case. Never raises, whatever was typed."""
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
    """Returns the parts as one plain text: a head on its own line, paragraphs set apart, the items of a list
    together."""
    return "\n\n".join(f"{part.head}\n{_body(part)}" if part.head else _body(part) for part in parts)


def mail_type_of(answers: Answers) -> tuple[MailType, str]:
    """Returns the mail type to ask for, and why. The form asks for the kind of most messages; Marketing covers both."""
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
    """Returns the description below a greeting: an example at its end must not run into a good-bye."""
    if not description:
        return ""
    name = slot(letter.answers.name)
    sign_off = "\n".join(filter(None, (letter.say("regards"), name))) if name else ""
    return "\n\n".join(filter(None, (letter.say("greeting"), letter.say("intro"), sign_off, description)))


def _shortened(answers: Answers, seen: SeenFacts | None, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Returns the parts with the longest own answers cut at a sentence, about as little as 5,000 characters allow."""
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


BOTH_REASONS = frozenset({"BOUNCE", "COMPLAINT"})


def gates(written: WrittenRequest, domain: str, known: RegionState, identity: IdentityReading | None) -> list[Gate]:
    """Returns what to look at before asking, in the order in which people fix it. `known` is the account region as read
    just now, `identity` what covers `domain` there."""
    return [
        *_text_gates(written),
        *_access_gates(known.snapshot),
        *_identity_gates(domain, identity),
        *_sending_gates(known),
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


def _sending_gates(known: RegionState) -> Iterator[Gate]:
    reasons = known.snapshot.suppression if known.snapshot else None
    if reasons is not None and not set(reasons) >= BOTH_REASONS:
        words = "The account’s suppression list does not take both bounces and complaints."
        yield Gate(False, words, "Tick the box below to switch it on with the request.", False)
    if not known.mail_seen:
        fix = "Send one to an address of your own, or to success@simulator.amazonses.com."
        yield Gate(False, "No message was sent from the sandbox yet. AWS likes to see one.", fix, False)


def wants_suppression(snapshot: Snapshot | None) -> bool:
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
