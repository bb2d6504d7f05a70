"""A mail to AWS's mailbox simulator, from a domain of the account (SES SendEmail).

The simulator works in the sandbox, and counts against no quota and no rate of bounces or complaints. Source: SES
developer guide, "Using the mailbox simulator".
"""

from collections.abc import Mapping
from typing import Any

from aws.sessions import Sessions
from model import AccountRegion
from model.changes import StepOutcome

SEND = "SendEmail"
EVENTS: Mapping[str, str] = {
    "success": "Email Delivered",
    "bounce": "Email Bounced",
    "complaint": "Email Complaint Received",
}
"""The simulator's addresses, and the event that each causes (EventBridge detail-type)."""
_TEXT = "ses-bot rehearses whether events of deliveries, bounces and complaints arrive. No one gets this mail."


def address_of(what: str, label: str) -> str:
    """An address of the simulator with a label, which comes back in the event."""
    return f"{what}+{label}@simulator.amazonses.com"


async def send(sessions: Sessions, place: AccountRegion, arguments: Mapping[str, Any]) -> StepOutcome:
    """Send one mail, once; the receipt is the message's id."""

    def mail(client: Any) -> str:
        answer = client.send_email(
            FromEmailAddress=arguments["from"],
            Destination={"ToAddresses": [arguments["to"]]},
            Content={
                "Simple": {"Subject": {"Data": "ses-bot rehearsal"}, "Body": {"Text": {"Data": _TEXT}}},
            },
        )
        return str(answer.get("MessageId", ""))

    return await sessions.act(place, mail)
