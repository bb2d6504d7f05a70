"""Values that travel between the rooms: frozen, with no behavior beyond their own shape.

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
from model.drafting import DONE, AnswerWhen, DraftKind, DueReminder, Owner, StoredDraft, SubmitWhen
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
from model.ses_view import Events, Expectations, SesRegionView, SesView
from model.watching import (
    AccountRegionStatus,
    Blocked,
    Claim,
    Delivery,
    Fact,
    News,
    NewsKind,
    Pending,
    Published,
    RegionState,
    RetryLater,
    StuckNews,
)
