"""When to submit, and when to expect the answer.

AWS promises a first answer within 24 hours. Everything else here is an estimate from practice (the project's source
article) and is labeled so. Days are business days, Monday to Friday, in the time zone of the team.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from model.drafting import AnswerWhen, DraftKind, SubmitWhen

D = TypeVar("D", bound=date)

PROMISE = timedelta(hours=24)
"""A first answer, by AWS's own words."""
QUICK = (4, 12)
"""Hours to the answer for a well-written request from an established domain."""
SLOW = (1, 3)
"""Business days for a new domain or a vague text."""
APPEAL = (3, 7)
"""Business days for the answer to an appeal."""
FRIDAY_ADDS = (1, 2)
"""Days that submitting on a Friday adds."""
SETTLED = 7
"""Days after its registration from which a domain is worth submitting with."""
YOUNG = 30
"""Days under which a domain counts as new."""
_OPENS = time(9)
_LABEL = "an estimate from practice"


def when_to_submit(now: datetime, zone: ZoneInfo, registered: date | None = None) -> SubmitWhen:
    """Returns the moment to aim for: Monday morning at its best, not a Friday, a domain at least a week old.

    `now` is aware; `registered` is the day on which the sending domain was registered, None where not known.
    """
    here = _local(now, zone)
    settled = registered + timedelta(days=SETTLED) if registered else None
    if settled and settled > here.date():
        at = _morning(_no_friday(_on_business_day(settled)), zone)
        days = max((here.date() - registered).days, 0) if registered else 0
        return SubmitWhen(
            at, False,
            f"The domain was registered {_days_ago(days)}, and very new domains are often refused ({_LABEL}). Try"
            f" from {_day(at)}; use the days to put the website and the records in order.",
        )  # fmt: skip
    weekday = here.weekday()
    if weekday == 4:
        monday = _morning(here.date() + timedelta(days=3), zone)
        return SubmitWhen(
            monday, False,
            f"Submitting on a Friday adds {FRIDAY_ADDS[0]} to {FRIDAY_ADDS[1]} days ({_LABEL}). {_day(monday)} in the"
            " morning is likely to be answered as soon, when someone is there to answer questions.",
        )  # fmt: skip
    if weekday > 4:
        monday = _morning(here.date() + timedelta(days=7 - weekday), zone)
        advice = f"Wait for {_day(monday)} in the morning: that gets the fastest review ({_LABEL})."
        return SubmitWhen(monday, False, advice)
    if weekday == 0 and here.hour < 12:
        return SubmitWhen(here, True, f"Now is the best time: Monday morning gets the fastest review ({_LABEL}).")
    return SubmitWhen(here, True, f"Today is fine. Avoid Friday; Monday morning is the fastest ({_LABEL}).")


def when_answered(
    submitted: datetime,
    zone: ZoneInfo,
    *,
    occasion: DraftKind = DraftKind.REQUEST,
    registered: date | None = None,
    vague: bool = False,
) -> AnswerWhen:
    """Between when and when an answer may be expected to what is submitted at `submitted` (aware).

    `vague` is whether the text still has open remarks; `registered` as in `when_to_submit`.
    """
    here = _local(submitted, zone)
    promised = _after(here, PROMISE)
    start = here if here.weekday() < 5 else _morning(_on_business_day(here.date()), zone)
    new = registered is not None and (here.date() - registered).days < YOUNG
    if occasion is DraftKind.APPEAL:
        low, high, why = *APPEAL, "an appeal takes"
    elif new or vague:
        low, high, why = *SLOW, "a new domain takes" if new else "a text with open questions takes"
    else:
        earliest, latest = (_after(start, timedelta(hours=hours)) for hours in QUICK)
        reason = f"a well-written request from an established domain takes {QUICK[0]} to {QUICK[1]} hours"
        return _answer(here, promised, *_after_friday(here, earliest, latest), reason)
    earliest, latest = (add_business_days(start, days) for days in (low, high))
    return _answer(here, promised, *_after_friday(here, earliest, latest), f"{why} {low} to {high} business days")


def add_business_days(start: datetime, days: int) -> datetime:
    """`start` moved on by so many business days, at the same local time, or the next one that the clock shows."""
    at = start
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return _after(at, timedelta())


def _after(at: datetime, span: timedelta) -> datetime:
    """So much time later in truth, and not by the local clock, which may be put forward or back in between."""
    return (at.astimezone(UTC) + span).astimezone(at.tzinfo)


def _after_friday(submitted: datetime, earliest: datetime, latest: datetime) -> tuple[datetime, datetime]:
    """Returns a Friday adds one to two business days; no answer is expected on a weekend."""
    if submitted.weekday() == 4:
        return add_business_days(earliest, FRIDAY_ADDS[0]), add_business_days(latest, FRIDAY_ADDS[1])
    return _on_business_day(earliest), _on_business_day(latest)


def _on_business_day(at: D) -> D:
    return at if at.weekday() < 5 else at + timedelta(days=7 - at.weekday())


def _answer(here: datetime, promised: datetime, earliest: datetime, latest: datetime, reason: str) -> AnswerWhen:
    friday = f", and a Friday adds {FRIDAY_ADDS[0]} to {FRIDAY_ADDS[1]} days" if here.weekday() == 4 else ""
    weekend = ", counted from Monday" if here.weekday() > 4 else ""
    between = f"between {_moment(earliest)} and {_moment(latest)}"
    words = (
        f"AWS promises a first answer within 24 hours, so by {_moment(promised)}. {_LABEL.capitalize()}:"
        f" {reason}{friday}{weekend}; expect it {between} ({here.tzinfo})."
    )
    return AnswerWhen(promised, earliest, latest, words)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment has to be aware: it has no time zone")
    return moment.astimezone(zone)


def _no_friday(day: date) -> date:
    return day + timedelta(days=3) if day.weekday() == 4 else day


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, _OPENS, zone)


def _days_ago(days: int) -> str:
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"


def _day(at: datetime) -> str:
    return f"{at:%A}, {at.day} {at:%B}"


def _moment(at: datetime) -> str:
    return f"{_day(at)}, {at:%H:%M}"
