"""Values that travel between the rooms: frozen, with no behaviour beyond their own shape.

Everyone may import this room; it imports nothing of ours and only the standard library.
"""

from model.account import (
    Access,
    AccountRegion,
    Identity,
    IdentityReading,
    NotFound,
    Reading,
    RegionOff,
    Snapshot,
    Trouble,
    Unreadable,
)
from model.domain_watch import DOMAIN_WATCH_DAYS, AddResult, CheckLease, DomainWatch, Ending, NoticeLease
from model.drafting import DONE, DraftKind, DueReminder, Owner, StoredDraft
from model.expectations import Expectations
from model.news import Blocked, Delivery, Fact, News, NewsKind, Published, RetryLater
from model.report import (
    Checked,
    Finding,
    Fix,
    Outcome,
    Record,
    Report,
    Seen,
    ShownReport,
    TreeLine,
    Verdict,
    worst_first,
)
from model.request import ContactLanguage, MailType, Remark, Severity
from model.ses_view import Events, SesRegionView, SesView
from model.timing import AnswerWhen, SubmitWhen
from model.watching import AccountRegionStatus, Claim, Pending, RegionState, StuckNews

__all__ = [
    "DOMAIN_WATCH_DAYS",
    "DONE",
    "Access",
    "AccountRegion",
    "AccountRegionStatus",
    "AddResult",
    "AnswerWhen",
    "Blocked",
    "CheckLease",
    "Checked",
    "Claim",
    "ContactLanguage",
    "Delivery",
    "DomainWatch",
    "DraftKind",
    "DueReminder",
    "Ending",
    "Events",
    "Expectations",
    "Fact",
    "Finding",
    "Fix",
    "Identity",
    "IdentityReading",
    "MailType",
    "News",
    "NewsKind",
    "NotFound",
    "NoticeLease",
    "Outcome",
    "Owner",
    "Pending",
    "Published",
    "Reading",
    "Record",
    "RegionOff",
    "RegionState",
    "Remark",
    "Report",
    "RetryLater",
    "Seen",
    "SesRegionView",
    "SesView",
    "Severity",
    "ShownReport",
    "Snapshot",
    "StoredDraft",
    "StuckNews",
    "SubmitWhen",
    "TreeLine",
    "Trouble",
    "Unreadable",
    "Verdict",
    "worst_first",
]
