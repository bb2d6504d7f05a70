"""An AWS support case as the Support API shows it, where the support plan allows that.

Source: Support API, DescribeCases, DescribeCommunications, AddCommunicationToCase.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_CHARACTERS = 8_000
"""Characters of one communication (AddCommunicationToCase, communicationBody)."""


class CaseAccess(StrEnum):
    """Whether the bot may read and answer the cases of an account."""

    OPEN = "open"
    NO_PLAN = "no_plan"
    """The support plan has no Support API (SubscriptionRequiredException)."""
    DENIED = "denied"
    """The credentials may not call it."""


@dataclass(frozen=True, slots=True)
class Communication:
    """One message on a case. `by_aws`: Amazon Web Services wrote it; `attachments` are file names."""

    at: datetime
    by_aws: bool
    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SupportCase:
    """A case: `id` is the Support API's, `display_id` the one that people and GetAccount use. `communications` are
    those that were read, newest first."""

    id: str
    display_id: str
    status: str
    communications: tuple[Communication, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether the case takes no answer any more."""
        return self.status == "resolved"
