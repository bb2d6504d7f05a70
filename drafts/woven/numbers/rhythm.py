"""How often: words such as "every other Tuesday" as sends a month, and "two per order" as messages an event."""

import re

PER_MONTH = {
    "hour": 730.0, "day": 30.4, "weekday": 21.7, "week": 4.33, "fortnight": 2.17, "month": 1.0, "quarter": 0.33,
    "year": 0.083,
}  # fmt: skip
"""Sends a month of something sent once in each period (the arithmetic of the lint rules)."""

_UNIT = (
    r"(?P<unit>hour|weekday|working day|work day|workday|business day|school day|day|fortnight|week|quarter|term"
    r"|month|year|wk|mo|yr)s?\b"
)
_PERIOD = re.compile(rf"(?:\b(?:a|an|per|each|every|in a|by the)\s+|/\s*){_UNIT}", re.IGNORECASE)
_ADVERB_PERIODS = {
    "hourly": "hour", "daily": "day", "nightly": "day", "weekly": "week", "fortnightly": "fortnight",
    "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year", "annual": "year",
    "毎日": "day", "毎週": "week", "毎月": "month",
}  # fmt: skip
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_COUNTS = {
    "once": 1, "one": 1, "a": 1, "twice": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "thrice": 3,
}  # fmt: skip
_COUNT = (
    rf"(?P<n>\d+(?:[.,]\d+)?|{'|'.join(_COUNTS)})(?:\s*(?:-|–|to|or)\s*(?P<m>\d+(?:[.,]\d+)?|{'|'.join(_COUNTS)}))?"
)
_EVERY_N = re.compile(
    rf"\bevery\s+(?:(?P<n>\d+|two|three|four|five|six|ten|other|second|third)\s+)?{_UNIT}", re.IGNORECASE
)
_N_PER = re.compile(
    rf"\b{_COUNT}\s*(?:x|×|times?|mails?|emails?|e-mails?|messages?|newsletters?|issues?|sends?|editions?"
    rf"|campaigns?|letters?)?"
    rf"\s*(?:(?:a|an|per|each|every|in a)\s+|/\s*){_UNIT}",
    re.IGNORECASE,
)
_EVENT = re.compile(
    rf"\b(?P<n>\d+|{'|'.join(_COUNTS)}|a single)\s*(?:x|times?|mails?|emails?|e-mails?|messages?|notifications?"
    rf"|reminders?|receipts?)?\s*"
    r"(?:per|for each|for every|each|with each|with every|/)\s*"
    r"(?!day|week|month|year|quarter|hour|fortnight|weekday)(?P<event>[a-z]\w*)",
    re.IGNORECASE,
)
_AMBIGUOUS = re.compile(r"\bbi-?(?:weekly|monthly)\b", re.IGNORECASE)


def period_of(text: str) -> str | None:
    """The period that an amount is counted in: "month" for "900 orders a month"; None where none is named."""
    match = _PERIOD.search(text)
    if match:
        return _canonical(match["unit"])
    for word, period in _ADVERB_PERIODS.items():
        if re.search(rf"\b{word}\b" if word.isascii() else word, text, re.IGNORECASE):
            return period
    if re.search(r"月間|/月|ヶ月|か月", text):
        return "month"
    return None


def per_month(text: str) -> float | None:
    """Sends a month, None where the text does not say or says it ambiguously ("biweekly")."""
    low = text.lower()
    if _AMBIGUOUS.search(low):
        return None
    counted = _N_PER.search(low)
    if counted:
        return _mean(counted) * PER_MONTH[_canonical(counted["unit"])]
    twice = re.search(
        rf"\b{_COUNT}\s*(?:x|times?)?\s*(?P<adverb>daily|weekly|monthly|quarterly|yearly|annually)\b", low
    )
    if twice:
        return _mean(twice) * PER_MONTH[_ADVERB_PERIODS[twice["adverb"]]]
    every = _EVERY_N.search(low)
    if every:
        unit, step = _canonical(every["unit"]), _step(every["n"])
        return PER_MONTH["fortnight"] if (unit, step) == ("week", 2.0) else PER_MONTH[unit] / step
    if re.search(r"\bfirst and third\b|\b1st and 3rd\b", low):
        return 2.0
    if (
        re.search(rf"\b(?:first|second|third|last|1st|2nd|3rd|\d+th)\b.*\b(?:month|{_WEEKDAY})", low)
        and "every" not in low[:6]
    ):
        return PER_MONTH["quarter"] if "quarter" in low else 1.0
    days = re.findall(rf"\b{_WEEKDAY}s?\b", low)
    if days:
        step = 2 if re.search(rf"\b(?:every )?(?:other|second) {_WEEKDAY}", low) else 1
        if step == 2:
            return PER_MONTH["fortnight"] * len(set(days))
        span = re.search(rf"{_WEEKDAY}s?\s*(?:to|-|–)\s*{_WEEKDAY}", low)
        return PER_MONTH["weekday"] if span else len(set(days)) * PER_MONTH["week"]
    if re.search(r"\bweekdays?\b|\bworking days?\b|\bmon\s*(?:-|–|to)\s*fri\b", low):
        return PER_MONTH["weekday"]
    period = period_of(low)
    return PER_MONTH[period] if period else None


def per_event(text: str) -> float | None:
    """Messages an event: 2 for "two per order"; None where the text does not say."""
    match = _EVENT.search(text.lower())
    return _count(match["n"].removeprefix("a ")) if match else None


def _canonical(unit: str) -> str:
    unit = unit.lower()
    if unit in {"working day", "work day", "workday", "business day", "school day"}:
        return "weekday"
    return {"wk": "week", "mo": "month", "yr": "year", "term": "quarter"}.get(unit, unit)


def _count(written: str) -> float:
    if written in _COUNTS:
        return float(_COUNTS[written])
    return 1.0 if written == "single" else float(written.replace(",", "."))


def _mean(match: re.Match[str]) -> float:
    first = _count(match["n"])
    return (first + _count(match["m"])) / 2 if match["m"] else first


def _step(written: str | None) -> float:
    if not written:
        return 1.0
    return {"other": 2.0, "second": 2.0, "third": 3.0}.get(written) or _count(written)
