"""Do the numbers add up: what the streams make a month, against the monthly figure that was stated.

E is the sum over the streams of list × sends a month, or events a month × messages each; the ratio of the stated figure
to E decides what is said.
"""

import re
from dataclasses import dataclass

from drafts.woven.numbers import PER_MONTH, Quantity, per_event, per_month, quantities
from drafts.woven.request.kinds import kind_of
from drafts.woven.text.tidy import flat
from model import Answers, MailType, Stream

SILENT = (0.8, 1.25)
"""Between these ratios of stated to worked out nothing is said."""
TOLERABLE = (0.5, 2.0)
MOST_PER_USER = 60
"""Messages a user a month above which transactional mail looks wrong."""
_NEAR = 0.12
"""How far a ratio may be from a slip and still be taken for one."""
_SLIPS = (
    (1 / 4.33, "Did you mean that number per week?"),
    (1 / 30, "Did you mean that number per day?"),
    (12, "Did you mean that number per year?"),
    (4.33, "Did you mean a stream that goes out every week, and wrote month?"),
    (30, "Did you mean a stream that goes out every day, and wrote month?"),
    (1 / 12, "Did you mean a stream's number per year, and wrote month?"),
    (7, "Did you mean a stream that goes out every day, and wrote week?"),
    (1 / 7, "Did you mean a stream that goes out every week, and wrote day?"),
)
_MESSAGES = re.compile(
    r"^(?:e-?mails?|mails?|messages?|notifications?|receipts?|sends?|letters?|reminders?|codes?|alerts?)\b"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One stream's share: `count` × `each` = `a_month` messages a month. `listed`: the count is of people on a list,
    and not of events."""

    stream: int
    count: float
    each: float
    listed: bool = False

    @property
    def a_month(self) -> float:
        return self.count * self.each

    @property
    def shown(self) -> str:
        """ "6,400 × 2.17", or the count alone where it is sent once."""
        return figure(self.count) if self.each == 1 else f"{figure(self.count)} × {self.each:.4g}"


@dataclass(frozen=True, slots=True)
class Sum:
    """What the streams make. `whole` is False where a stream gave no number that can be counted: then it is a floor."""

    parts: tuple[Part, ...]
    whole: bool

    @property
    def total(self) -> float:
        return sum(p.a_month for p in self.parts)

    @property
    def shown(self) -> str:
        """ "6,400 × 2.17 + 900 = 14,800"."""
        return f"{' + '.join(p.shown for p in self.parts)} = {figure(rounded(self.total))}"


def worked_out(answers: Answers) -> Sum | None:
    """What the streams make a month; None where none of them can be counted."""
    parts = [part_of(s, at) for at, s in enumerate(answers.streams)]
    known = tuple(p for p in parts if p is not None)
    return Sum(known, len(known) == len(parts)) if known else None


def stated(text: str) -> float | None:
    """Messages a month that an answer states, whatever period it names; None where it states no number."""
    amounts = quantities(flat(text))
    if not amounts:
        return None
    first = amounts[0]
    return first.middle * PER_MONTH[first.period or "month"]


def part_of(stream: Stream, at: int = 0) -> Part | None:
    """What one stream makes a month, None where its number or its rhythm cannot be told."""
    amount = _first_amount(stream.number)
    if amount is None:
        return None
    each = per_event(stream.rhythm) or per_event(stream.number)
    if amount.period is not None:
        factor = PER_MONTH[amount.period]
        messages = 1.0 if _MESSAGES.match(amount.noun) or not each else each
        return Part(at, amount.middle, factor * messages)
    sends = per_month(stream.rhythm) or per_month(stream.what) or per_month(stream.trigger)
    if sends is not None:
        return Part(at, amount.middle, sends, listed=True)
    return None


def _first_amount(text: str) -> Quantity | None:
    """The amount that counts: with a period where one has it, else the first."""
    amounts = [q for q in quantities(flat(text)) if q.low > 0]
    return next((q for q in amounts if q.period), amounts[0] if amounts else None)


def busiest_day(text: str) -> float | None:
    """Messages on the busiest day as an answer states them; of a range the upper end."""
    return max((q.high for q in quantities(flat(text)) if q.high > 0), default=None)


def list_sizes(stream: Stream) -> list[float]:
    """The amounts of a stream's number that are counted in no period: the people on its list."""
    return [q.middle for q in quantities(flat(stream.number)) if q.period is None]


def slip(ratio: float) -> str | None:
    """What was probably meant when the ratio of stated to worked out is near 4.33, 7, 12, 30, or one of these turned
    over: the number of another period, or a stream of another rhythm."""
    for near, meant in _SLIPS:
        if abs(ratio / near - 1) < _NEAR:
            return meant
    return None


def only_marketing_counted(answers: Answers, total: Sum) -> bool:
    """Whether both kinds are sent and only promotional streams could be counted."""
    kinds = {kind_of(s) for s in answers.streams}
    counted = {kind_of(answers.streams[p.stream]) for p in total.parts}
    return len(kinds) == 2 and counted == {MailType.MARKETING}


def marketing_share(answers: Answers, total: Sum) -> float | None:
    """The share of promotional mail, where every stream could be counted."""
    if not total.whole or not total.total:
        return None
    marketing = sum(p.a_month for p in total.parts if kind_of(answers.streams[p.stream]) is MailType.MARKETING)
    return marketing / total.total


def rounded(value: float, figures: int = 3) -> float:
    """A worked-out number to so many significant figures, as a person would say it."""
    if value < 10 ** (figures - 1):
        return float(round(value))
    digits = len(str(int(value))) - figures
    return float(round(value / 10**digits) * 10**digits)


def figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"
