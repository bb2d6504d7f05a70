"""Values that travel between the rooms: frozen, with no behaviour beyond their own shape.

Everyone may import this room; it imports nothing of ours and only the standard library.
"""

from model.expectations import Expectations
from model.report import Checked, Finding, Fix, Outcome, Record, Report, Seen, TreeLine, Verdict

__all__ = [
    "Checked",
    "Expectations",
    "Finding",
    "Fix",
    "Outcome",
    "Record",
    "Report",
    "Seen",
    "TreeLine",
    "Verdict",
]
