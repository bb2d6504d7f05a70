"""Values that travel between the rooms: frozen, with no behaviour beyond their own shape.

Everyone may import this room; it imports nothing of ours and only the standard library. What a rule of drafts knows is
`model.draft.Known`, which shares its name with what is known of a place.
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
from model.draft import (
    Answers,
    AnswerWhen,
    Appeal,
    AppealAnswers,
    Concern,
    ContactLanguage,
    Draft,
    MailType,
    Proposal,
    Remark,
    Severity,
    Stream,
    SubmitWhen,
)
from model.drafting import DONE, DraftKind, DueReminder, Owner, StoredDraft
from model.expectations import Expectations
from model.news import Delivery, Fact, Later, News, NewsKind, Published, Stuck
from model.report import Checked, Finding, Fix, Outcome, Record, Report, Seen, TreeLine, Verdict, worst_first
from model.ses_view import Events, SesRegionView, SesView
from model.watching import Claim, Known, Pending, PlaceStatus, StuckNews
from model.wishes import WISH_DAYS, Asked, DueLook, DueTelling, Ending, Wish

__all__ = [
    "DONE",
    "WISH_DAYS",
    "Access",
    "AnswerWhen",
    "Answers",
    "Appeal",
    "AppealAnswers",
    "Asked",
    "Checked",
    "Claim",
    "Concern",
    "ContactLanguage",
    "Delivery",
    "Draft",
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
    "Known",
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
    "Proposal",
    "Published",
    "Reading",
    "Record",
    "RegionOff",
    "Remark",
    "Report",
    "Seen",
    "SesRegionView",
    "SesView",
    "Severity",
    "Snapshot",
    "StoredDraft",
    "Stream",
    "Stuck",
    "StuckNews",
    "SubmitWhen",
    "TreeLine",
    "Trouble",
    "Unreadable",
    "Verdict",
    "Wish",
    "worst_first",
]
