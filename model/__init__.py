"""Values that travel between the rooms: frozen, with no behaviour beyond their own shape.

Everyone may import this room; it imports nothing of ours and only the standard library.
"""

from model.draft import (
    Answers,
    AnswerWhen,
    Appeal,
    AppealAnswers,
    Concern,
    ContactLanguage,
    Draft,
    Known,
    MailType,
    Proposal,
    Remark,
    Severity,
    Stream,
    SubmitWhen,
)
from model.expectations import Expectations
from model.report import Checked, Finding, Fix, Outcome, Record, Report, Seen, TreeLine, Verdict

__all__ = [
    "AnswerWhen",
    "Answers",
    "Appeal",
    "AppealAnswers",
    "Checked",
    "Concern",
    "ContactLanguage",
    "Draft",
    "Expectations",
    "Finding",
    "Fix",
    "Known",
    "MailType",
    "Outcome",
    "Proposal",
    "Record",
    "Remark",
    "Report",
    "Seen",
    "Severity",
    "Stream",
    "SubmitWhen",
    "TreeLine",
    "Verdict",
]
