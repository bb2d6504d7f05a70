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
from model.expectations import Expectations
from model.news import Delivery, Fact, Later, News, NewsKind, Published, Stuck
from model.report import Checked, Finding, Fix, Outcome, Record, Report, Seen, TreeLine, Verdict
from model.watching import Claim, Known, Pending, PlaceStatus, StuckNews

__all__ = [
    "Access",
    "Checked",
    "Claim",
    "Delivery",
    "Expectations",
    "Fact",
    "Finding",
    "Fix",
    "Identity",
    "IdentityReading",
    "Known",
    "Later",
    "News",
    "NewsKind",
    "NotFound",
    "Outcome",
    "Pending",
    "Place",
    "PlaceStatus",
    "Published",
    "Reading",
    "Record",
    "RegionOff",
    "Report",
    "Seen",
    "Snapshot",
    "Stuck",
    "StuckNews",
    "TreeLine",
    "Trouble",
    "Unreadable",
    "Verdict",
]
