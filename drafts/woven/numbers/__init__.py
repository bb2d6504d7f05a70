"""Numbers as people type them: amounts, ranges, periods and rhythms.

"about 10k", "4.200", "1,5 k", "twelve thousand", "half a million", "2 lakh", "5k-500k" and "1万" are all understood; a
number that stands for a time, a share or a year is not taken for an amount.
"""

from drafts.woven.numbers.amounts import Quantity, quantities, respelled
from drafts.woven.numbers.rhythm import PER_MONTH, per_event, per_month, period_of

__all__ = ["PER_MONTH", "Quantity", "per_event", "per_month", "period_of", "quantities", "respelled"]
