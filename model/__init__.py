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
    sort_by_severity,
)
from model.request import ContactLanguage, MailType, Remark, Severity
from model.watching import (
    DOMAIN_WATCH_DAYS,
    AccountRegionStatus,
    AddResult,
    Blocked,
    CheckLease,
    Claim,
    Delivery,
    DomainWatch,
    Ending,
    Events,
    Expectations,
    Fact,
    News,
    NewsKind,
    NoticeLease,
    Pending,
    Published,
    RegionState,
    RetryLater,
    SesRegionView,
    SesView,
    StuckNews,
)

VERSION = "0.2.0"
"""As in pyproject.toml: shown by `--version`, `/healthz`, `/metrics` and the log."""
