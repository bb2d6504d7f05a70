"""A slower start, worked out from the numbers that the person gave; without numbers nothing is offered."""

from drafts.woven.appeal.words import Words
from drafts.woven.arithmetic import busiest_day, figure, list_sizes, rounded, stated, worked_out
from drafts.woven.request.kinds import kind_of
from model import Answers, MailType

_FEWEST = 50
"""Messages a day under which half a day is no offer."""


def slower_start(draft: Answers, words: Words) -> str:
    """The offer as a sentence, one that this sender can keep; empty where the numbers allow none.

    Promotional mail can be spread, so half the busiest day is offered. A receipt cannot wait: whoever sends nothing
    else offers a quota that their busiest day needs, far below the usual grant.
    """
    month, peak = stated(draft.monthly), busiest_day(draft.busiest)
    if peak is not None and month and peak > month:
        return ""
    marketing = [at for at, s in enumerate(draft.streams) if kind_of(s) is MailType.MARKETING]
    if not marketing:
        return words.slower_quota.format(figure(peak)) if peak else ""
    needed = _receipts_a_day(draft)
    if peak and peak / 2 >= max(needed, _FEWEST):
        return words.slower_half.format(figure(rounded(peak / 2, 2)))
    largest = max((size for at in marketing for size in list_sizes(draft.streams[at])), default=0)
    if not peak and largest / 2 >= max(needed, _FEWEST):
        return words.slower.format(figure(rounded(largest / 2, 2)))
    mean = (month or 0) / 30.4
    return words.slower.format(figure(rounded(mean, 2))) if not peak and mean >= max(needed, _FEWEST) else ""


def _receipts_a_day(draft: Answers) -> float:
    """Transactional messages on a day twice as full as the mean one."""
    total = worked_out(draft)
    parts = total.parts if total else ()
    return sum(2 * p.a_month / 30.4 for p in parts if kind_of(draft.streams[p.stream]) is MailType.TRANSACTIONAL)
