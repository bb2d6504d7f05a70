"""Values that travel between the rooms: frozen, with no behaviour beyond their own shape.

Everyone may import this room; it imports nothing of ours and only the standard library.
"""

from model.account import (
    Access,
    Identity,
    IdentityReading,
    NotFound,
    Place,
    Reading,
    RegionOff,
    Snapshot,
    Trouble,
    Unreadable,
)
from model.at_aws import AtAws, AtPlace, Events
from model.drafting import DONE, DraftKind, DueReminder, Owner, StoredDraft
from model.expectations import Expectations
from model.news import Delivery, Fact, Later, News, NewsKind, Published, Stuck
from model.report import Checked, Finding, Fix, Outcome, Record, Report, Seen, TreeLine, Verdict
from model.request import ContactLanguage, MailType, Remark, Severity
from model.timing import AnswerWhen, SubmitWhen
from model.watching import Claim, Pending, PlaceStatus, RegionState, StuckNews
from model.wishes import WISH_DAYS, Asked, DueLook, DueTelling, Ending, Wish

__all__ = [
    "DONE",
    "WISH_DAYS",
    "Access",
    "AnswerWhen",
    "Asked",
    "AtAws",
    "AtPlace",
    "Checked",
    "Claim",
    "ContactLanguage",
    "Delivery",
    "DraftKind",
    "DueLook",
    "DueReminder",
    "DueTelling",
    "Ending",
    "Events",
    "Expectations",
    "Fact",
    "Finding",
    "Fix",
    "Identity",
    "IdentityReading",
    "Later",
    "MailType",
    "News",
    "NewsKind",
    "NotFound",
    "Outcome",
    "Owner",
    "Pending",
    "Place",
    "PlaceStatus",
    "Published",
    "Reading",
    "Record",
    "RegionOff",
    "RegionState",
    "Remark",
    "Report",
    "Seen",
    "Severity",
    "Snapshot",
    "StoredDraft",
    "Stuck",
    "StuckNews",
    "SubmitWhen",
    "TreeLine",
    "Trouble",
    "Unreadable",
    "Verdict",
    "Wish",
]
