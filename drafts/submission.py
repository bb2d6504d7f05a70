"""Whether a finished request may go to AWS, and what AWS would get. Pure.

A gate that is shut names its fix; one that only advises lets the person go on. What is unknown shuts a gate with other
words than what is missing. Source: SES API v2, PutAccountDetails.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from model import Access, Identity, IdentityReading, NotFound, RegionState, Snapshot
from model.changes import Gate
from model.drafting import WrittenRequest

MOST_DESCRIPTION = 5_000
BOTH_REASONS = frozenset({"BOUNCE", "COMPLAINT"})


def gates(written: WrittenRequest, domain: str, known: RegionState, identity: IdentityReading | None) -> list[Gate]:
    """What to look at before asking, in the order in which people fix it. `known` is the account region as read just
    now, `identity` what covers `domain` there."""
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
    """Whether the suppression list is known not to take bounces and complaints."""
    return bool(snapshot and snapshot.suppression is not None and not set(snapshot.suppression) >= BOTH_REASONS)


def arguments_of(written: WrittenRequest) -> Mapping[str, Any]:
    """The request as PutAccountDetails takes it; the text as the person chose it, where it fits."""
    request = written.request
    text = written.prose if written.as_prose and 0 < len(written.prose) <= MOST_DESCRIPTION else request.description
    contacts = {"AdditionalContactEmailAddresses": list(request.contacts)} if request.contacts else {}
    return {
        "MailType": request.mail_type.value,
        "WebsiteURL": request.website,
        "ContactLanguage": request.language.value,
        "UseCaseDescription": text[:MOST_DESCRIPTION],
        "ProductionAccessEnabled": True,
        **contacts,
    }
