"""Advises when to submit, and estimates when the answer comes.

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


def advise_submission(now: datetime, zone: ZoneInfo, registered: date | None = None) -> SubmitWhen:
    """Advises when to submit: Monday morning at best, not on a Friday, with a domain at least a week old.

    `now` is aware; `registered` is the day on which the sending domain was registered, None where not known.
    """
    local_now = _to_local(now, zone)
    settled = registered + timedelta(days=SETTLED) if registered else None
    if settled and settled > local_now.date():
        moment = _morning_of(_skip_friday(_next_business_day(settled)), zone)
        days = max((local_now.date() - registered).days, 0) if registered else 0
        advice = (
            f"The domain was registered {_describe_days_ago(days)}, and very new domains are often refused ({_LABEL})."
            f" Try from {_format_day(moment)}; use the days to put the website and the records in order."
        )
        return SubmitWhen(moment, False, advice)
    weekday = local_now.weekday()
    if weekday == 4:
        monday = _morning_of(local_now.date() + timedelta(days=3), zone)
        advice = (
            f"Submitting on a Friday adds {FRIDAY_ADDS[0]} to {FRIDAY_ADDS[1]} days ({_LABEL})."
            f" {_format_day(monday)} in the morning is likely to be answered as soon, when someone is there to answer"
            " questions."
        )
        return SubmitWhen(monday, False, advice)
    if weekday > 4:
        monday = _morning_of(local_now.date() + timedelta(days=7 - weekday), zone)
        advice = f"Wait for {_format_day(monday)} in the morning: that gets the fastest review ({_LABEL})."
        return SubmitWhen(monday, False, advice)
    if weekday == 0 and local_now.hour < 12:
        return SubmitWhen(local_now, True, f"Now is the best time: Monday morning gets the fastest review ({_LABEL}).")
    return SubmitWhen(local_now, True, f"Today is fine. Avoid Friday; Monday morning is the fastest ({_LABEL}).")


def estimate_answer(
    submitted: datetime,
    zone: ZoneInfo,
    *,
    occasion: DraftKind = DraftKind.REQUEST,
    registered: date | None = None,
    vague: bool = False,
) -> AnswerWhen:
    """Estimates when the answer comes to what is submitted at `submitted` (aware).

    `vague` is whether the text still has open remarks; `registered` as in `advise_submission`.
    """
    local_start = _to_local(submitted, zone)
    promised = _add_span(local_start, PROMISE)
    start = local_start if local_start.weekday() < 5 else _morning_of(_next_business_day(local_start.date()), zone)
    is_new = registered is not None and (local_start.date() - registered).days < YOUNG
    if occasion is DraftKind.APPEAL:
        low, high, why = *APPEAL, "an appeal takes"
    elif is_new or vague:
        low, high, why = *SLOW, "a new domain takes" if is_new else "a text with open questions takes"
    else:
        earliest, latest = (_add_span(start, timedelta(hours=hours)) for hours in QUICK)
        reason = f"a well-written request from an established domain takes {QUICK[0]} to {QUICK[1]} hours"
        return _make_estimate(local_start, promised, *_add_friday_delay(local_start, earliest, latest), reason)
    earliest, latest = (add_business_days(start, days) for days in (low, high))
    reason = f"{why} {low} to {high} business days"
    return _make_estimate(local_start, promised, *_add_friday_delay(local_start, earliest, latest), reason)


def add_business_days(start: datetime, days: int) -> datetime:
    """Adds business days, at the same local time, or at the next one that the clock shows."""
    moment = start
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return _add_span(moment, timedelta())


def _add_span(moment: datetime, span: timedelta) -> datetime:
    """Adds elapsed time, not time of the local clock, which may be put forward or back in between."""
    return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)


def _add_friday_delay(submitted: datetime, earliest: datetime, latest: datetime) -> tuple[datetime, datetime]:
    """Adds one to two business days after a Friday; no answer is expected on a weekend."""
    if submitted.weekday() == 4:
        return add_business_days(earliest, FRIDAY_ADDS[0]), add_business_days(latest, FRIDAY_ADDS[1])
    return _next_business_day(earliest), _next_business_day(latest)


def _next_business_day(day: D) -> D:
    return day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())


def _make_estimate(
    submitted: datetime, promised: datetime, earliest: datetime, latest: datetime, reason: str
) -> AnswerWhen:
    friday = f", and a Friday adds {FRIDAY_ADDS[0]} to {FRIDAY_ADDS[1]} days" if submitted.weekday() == 4 else ""
    weekend = ", counted from Monday" if submitted.weekday() > 4 else ""
    between = f"between {_format_moment(earliest)} and {_format_moment(latest)}"
    words = (
        f"AWS promises a first answer within 24 hours, so by {_format_moment(promised)}. {_LABEL.capitalize()}:"
        f" {reason}{friday}{weekend}; expect it {between} ({submitted.tzinfo})."
    )
    return AnswerWhen(promised, earliest, latest, words)


def _to_local(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment has to be aware: it has no time zone")
    return moment.astimezone(zone)


def _skip_friday(day: date) -> date:
    return day + timedelta(days=3) if day.weekday() == 4 else day


def _morning_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, _OPENS, zone)


def _describe_days_ago(days: int) -> str:
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"


def _format_day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B}"


def _format_moment(moment: datetime) -> str:
    return f"{_format_day(moment)}, {moment:%H:%M}"
