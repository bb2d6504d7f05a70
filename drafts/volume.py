"""Computes the month from how often each kind of mail goes out, and the warm-up day by day; finds the numbers of a
text.

Mailbox providers judge a new sender by its first days. A day of the warm-up is only done when bounces stayed under 2 %
and complaints under 0.05 %; else the same number is sent again.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from model.request import Answers, MailKind, MonthlyVolume, Rhythm

_TIMES_A_MONTH = {
    Rhythm.DAILY: "30.4",
    Rhythm.WEEKDAYS: "21.7",
    Rhythm.TIMES_A_WEEK: "4.33",
    Rhythm.WEEKLY: "4.33",
    Rhythm.EVERY_TWO_WEEKS: "2.17",
    Rhythm.TWICE_A_MONTH: "2",
    Rhythm.MONTHLY: "1",
    Rhythm.QUARTERLY: "0.33",
    Rhythm.TWICE_A_YEAR: "0.17",
    Rhythm.YEARLY: "0.083",
}
_DIGITS = 3
"""A product is as exact as its factor: 6,400 × 2.17 = 13,900."""
_MOST_COUNT = 10**15


@dataclass(frozen=True, slots=True)
class KindVolume:
    """One kind's messages a month: `count` times `factor` makes `product`.

    `rounded` where the factor is a mean, as 2.17 fortnights a month are."""

    count: int
    factor: Decimal
    product: int
    rounded: bool

    @property
    def formula(self) -> str:
        """The product as a formula: "6,400 × 2.17"; the count alone where the factor is 1."""
        count = format_number(self.count)
        return count if self.factor == 1 else f"{count} × {self.factor.normalize():f}"


def monthly_volume(answers: Answers) -> MonthlyVolume:
    """Returns the month of all kinds. The total is the sum of the products as they are shown, so that the sum adds
    up."""
    pairs = [(kind.rhythm, volume) for kind in answers.kinds if (volume := volume_of(kind))]
    volumes = [volume for _, volume in pairs]
    total = sum(volume.product for volume in volumes)
    largest = max((volume.count for rhythm, volume in pairs if rhythm is not Rhythm.ON_EVENT), default=None)
    return MonthlyVolume(total, _format_sum(volumes, total), largest)


def volume_of(kind: MailKind) -> KindVolume | None:
    """Returns one kind's month; None while its rhythm or its number is missing or cannot be counted with."""
    factor = _monthly_factor(kind)
    if kind.count is None or kind.count <= 0 or factor is None:
        return None
    count = min(kind.count, _MOST_COUNT)
    exact = count * factor
    rounded = factor % 1 != 0 and kind.rhythm is not Rhythm.ON_EVENT
    product = _round_product(exact) if rounded else int(exact + Decimal("0.5"))
    return KindVolume(count, factor, max(product, 1), rounded)


def format_number(number: float) -> str:
    """Returns a number with its thousands set off: 6,400; 1.5."""
    return f"{int(number):,}" if number == int(number) else f"{number:,.4g}"


def _format_sum(volumes: list[KindVolume], total: int) -> str:
    terms = " + ".join(volume.formula for volume in volumes)
    return terms if terms in ("", format_number(total)) else f"{terms} = {format_number(total)}"


def _monthly_factor(kind: MailKind) -> Decimal | None:
    if kind.rhythm is None:
        return None
    if kind.rhythm is Rhythm.ON_EVENT:
        per_event = 1 if kind.per_event is None else kind.per_event
        return Decimal(f"{per_event:.4g}") if math.isfinite(per_event) and 0 < per_event <= 10_000 else None
    factor = Decimal(_TIMES_A_MONTH[kind.rhythm])
    if kind.rhythm is Rhythm.TIMES_A_WEEK:
        return factor * kind.times_a_week if kind.times_a_week and 0 < kind.times_a_week <= 1_000 else None
    return factor


def _round_product(exact: Decimal) -> int:
    """Rounds to three significant digits, half up."""
    unit = Decimal(10) ** max(exact.adjusted() - _DIGITS + 1, 0)
    return int((exact / unit + Decimal("0.5")) // 1 * unit)


_NUMBER = re.compile(
    r"(?<![\d.,])(?P<whole>\d{1,3}(?:[.,'’ ]\d{3}){1,5}(?!\d)|\d{1,15}(?!\d))(?P<part>[.,]\d{1,2}(?!\d))?"
    r"(?P<unit>[km](?!\w)| ?(?:k|tsd|thousand|mio|million|millionen)(?!\w)|百万|[千万])?",
    re.IGNORECASE,
)
_UNITS = {
    "k": 1_000, "tsd": 1_000, "thousand": 1_000, "千": 1_000, "万": 10_000, "m": 1_000_000, "mio": 1_000_000,
    "million": 1_000_000, "millionen": 1_000_000, "百万": 1_000_000,
}  # fmt: skip


def find_numbers(text: str) -> tuple[int, ...]:
    """Finds the whole numbers of a text, in its order. A fraction counts only where a unit makes it whole
    ("1.5k")."""
    numbers = []
    for match in _NUMBER.finditer(unicodedata.normalize("NFKC", text)):
        whole = int(re.sub(r"\D", "", match["whole"]))
        unit = _UNITS[match["unit"].strip().lower()] if match["unit"] else 1
        part = float(f"0.{match['part'][1:]}") if match["part"] else 0.0
        if unit > 1 or not part:
            numbers.append(whole * unit + round(part * unit))
    return tuple(numbers)


FIRST_DAY = 200
"""What a sandbox may send in a day (SES)."""
_MOST_DAYS = 30


def plan_warm_up(busiest: int | None, quota: float | None) -> tuple[int, ...]:
    """Plans the messages of each day until the busiest day is reached, or the quota; empty where that day is
    unknown."""
    if busiest is None or busiest <= 0:
        return ()
    goal = busiest if quota is None or quota < 0 else min(busiest, int(quota))
    days = [min(FIRST_DAY, goal)]
    while 0 < days[-1] < goal and len(days) < _MOST_DAYS:
        days.append(min(2 * days[-1], goal))
    return tuple(days)
