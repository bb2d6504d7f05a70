"""The words for rates, bars and volumes: shared by the news, `/ses-status` and the weekly line."""

from collections.abc import Mapping
from datetime import date, datetime

from handlers.views.standing import number, span
from model import Fact
from model.staying import LINES, RateKind, RateTrack, bars

_NAMES = {RateKind.BOUNCE: "bounces", RateKind.COMPLAINT: "complaints"}
_DID = {RateKind.BOUNCE: "bounced", RateKind.COMPLAINT: "complained"}


def percent(value: object, kind: RateKind = RateKind.BOUNCE) -> str:
    """6.1 % for bounces, 0.052 % for complaints; "?" for what is no number."""
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value:  # noqa: PLR0124 - NaN
        return "?"
    digits = 1 if kind is RateKind.BOUNCE else 3
    return f"{round(100 * value, digits):.10g} %"


def rate_cell(track: RateTrack, kind: RateKind) -> str:
    """A rate with its bars, as short as a cell; "no figure" where CloudWatch has none."""
    drawn = bars(track.days, LINES[kind].soft) if any(one is not None for one in track.days) else ""
    said = "no figure" if track.rate is None else percent(track.rate, kind)
    return f"{said} {drawn}".rstrip()


def rate_words(facts: Mapping[str, Fact]) -> Mapping[str, object]:
    """The values of the words in braces in news of a rate."""
    metric = facts.get("metric")
    kind = RateKind(str(metric)) if metric in list(RateKind) else RateKind.BOUNCE
    lines, name = LINES[kind], _NAMES[kind]
    began, ended = _instant(facts.get("began")), _instant(facts.get("ended"))
    look = facts.get("look")
    said = look.replace("\n", "; ").removesuffix(".") if isinstance(look, str) else ""
    return {
        "Rates": name.capitalize(),
        "rates": name,
        "did": _DID[kind],
        "soft": percent(lines.soft, kind),
        "hard": percent(lines.hard, kind),
        "pause": percent(lines.pause, kind),
        "rate": percent(facts.get("rate"), kind),
        "peak": percent(facts.get("peak"), kind),
        "lasted": span(ended - began, "under a minute") if began and ended else "some time",
        "look": f"Look here first: {said}." if said else "",
    }


def rate_bars(facts: Mapping[str, Fact]) -> str:
    """The bars of two weeks in a line, with the lowest and the highest day; empty where there are none."""
    drawn, metric = facts.get("bars"), facts.get("metric")
    if not isinstance(drawn, str) or not drawn or metric not in list(RateKind):
        return ""
    kind = RateKind(str(metric))
    lowest, highest = (percent(facts.get(name), kind) for name in ("lowest", "highest"))
    return f"{len(drawn)} days  {drawn}  {lowest} to {highest}"


def volume_words(facts: Mapping[str, Fact]) -> Mapping[str, object]:
    """The values of the words in braces in news of volume and quota."""
    share, full, desired = facts.get("share"), _instant(facts.get("full_on")), facts.get("desired")
    unit = "messages in 24 hours" if facts.get("a_day", True) else "messages a second"
    return {
        "share": percent(share) if isinstance(share, float) else "Much",
        "sent": number(facts.get("sent")),
        "day_quota": number(facts.get("quota")),
        "full": _full(facts.get("growth"), full),
        "desired": f"{number(desired)} {unit}" if desired is not None else "more",
        "status": str(facts.get("status") or "unknown"),
    }


def _full(growth: Fact, full: datetime | None) -> str:
    if full:
        return f"At the growth seen so far it is full on {day_words(full.date())}."
    return "It does not grow." if growth is not None else "ses-bot has not seen it long enough to say when it is full."


def day_words(day: date) -> str:
    """Such as "Mon 23 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def _instant(fact: Fact) -> datetime | None:
    try:
        at = datetime.fromisoformat(fact) if isinstance(fact, str) else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None
