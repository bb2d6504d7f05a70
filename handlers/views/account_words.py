"""The words for an SES account: its name, what it may do, its quota, rates and volume, times, and where to go at AWS.

Shared by the news in a channel and by `/ses-status`, so that both say the same of the same thing.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.escape import make_visible
from handlers.views.naming import format_count
from model import Access, AccountRegion, AccountRegionStatus, Fact, SesRegionView
from model.staying import LINES, RateKind, RateTrack, draw_bars
from model.watching import Turn

ACCESS = {
    Access.PRODUCTION: "production",
    Access.IN_REVIEW: "in review",
    Access.GRANTED: "granted, not effective yet",
    Access.NOT_GRANTED: "not granted",
    Access.FAILED: "request not received by AWS",
    Access.SANDBOX: "sandbox",
    Access.UNKNOWN: "not known",
}
NOT_NOW = "turn_not_now"
MORE_QUOTA = "quota_more"
_CASES = "https://console.aws.amazon.com/support/home#/"
_CASE = re.compile(r"[A-Za-z0-9-]{1,64}")
_OTHER_CONSOLES = ("cn-", "us-gov-", "us-iso", "eusc-")
"""Regions whose consoles have addresses of their own."""
_HOURS_SHOWN = 72
"""A turn is counted in hours below that, in days from then on."""
ESTIMATE = "an estimate from experience, not a promise of AWS"


def describe_account_region(account_region: AccountRegion, account_id: str | None = None) -> str:
    """Returns such as "main (111122223333) in us-east-1"."""
    return f"{describe_account(account_region.account, account_id)} in {make_visible(account_region.region)}"


def describe_watched(watched: AccountRegionStatus | SesRegionView) -> str:
    return describe_account_region(watched.account_region, watched.account_id)


def describe_account(account: str, account_id: str | None) -> str:
    return f"{make_visible(account)} ({make_visible(account_id)})" if account_id else make_visible(account)


def format_number(value: object) -> str:
    """Returns such as "50,000" or "0.5"; "?" for what is no number."""
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value:  # noqa: PLR0124 - NaN
        return "?"
    return f"{value:,.0f}" if abs(value) == float("inf") or value == int(value) else f"{value:,.10g}"


def describe_quota(quota: object, rate: object) -> str | None:
    """Returns such as "50,000 messages in 24 hours, 14 a second"; None where neither is known. A quota of -1 is no
    limit."""
    known = []
    if quota is not None:
        known.append("any number of messages" if quota == -1 else f"{format_number(quota)} messages in 24 hours")
    if rate is not None:
        known.append(f"{format_number(rate)} a second")
    return ", ".join(known) or None


def format_moment(at: datetime, zone: tzinfo) -> str:
    """Returns such as "Mon 23 Nov 2026, 12:05 UTC"."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local.tzname() or ''}".rstrip()


def format_ago(at: datetime, now: datetime) -> str:
    """Returns how long ago, in one unit: "just now", "4 minutes ago", "2 days ago"."""
    return format_span(now - at, "just now", "{} ago")


def format_span(passed: timedelta, short: str = "a moment", form: str = "{}") -> str:
    """Returns a length of time in one unit."""
    for singular, plural, length in (("day", "days", 86_400), ("hour", "hours", 3_600), ("minute", "minutes", 60)):
        count = int(passed.total_seconds() // length)
        if count >= 1:
            return form.format(format_count(count, singular, plural))
    return short


def describe_turn(turn: Turn, since: datetime, now: datetime) -> str:
    """Returns such as "Your turn: AWS asked 26 h ago; no one has answered."."""
    hours = int((now - since).total_seconds() // 3_600)
    passed = f"{hours} h" if hours < _HOURS_SHOWN else format_count(hours // 24, "day", "days")
    if turn is Turn.AWS:
        return f"AWS’s turn, for {passed} now." if hours >= 1 else "AWS’s turn, for less than an hour now."
    if hours < 1:
        return "Your turn: AWS asked less than an hour ago."
    return f"Your turn: AWS asked {passed} ago; no one has answered."


def account_region_button(action: str, label: str, account_region: AccountRegion) -> Element:
    """Returns a button about an account region."""
    return kit.button(action, label, f"{account_region.account} {account_region.region}")


def case_button(case_id: object) -> Element:
    """Returns a link to the support case, or to all of them where its number is not known."""
    if isinstance(case_id, str) and case_id.isascii() and case_id.isalnum():
        return kit.link("open_case", f"Open case {case_id}", f"{_CASES}case/?displayId={case_id}")
    return kit.link("open_case", "Open the Support Center", _CASES)


def describe_case(case_id: object) -> str:
    return f"case {make_visible(case_id)}" if isinstance(case_id, str) and case_id else "the case in the Support Center"


def console_button(region: str) -> Element | None:
    """Returns a link to the account's page in the SES console, where its address is known."""
    if region.startswith(_OTHER_CONSOLES) or not region.replace("-", "").isalnum() or not region.isascii():
        return None
    address = f"https://{region}.console.aws.amazon.com/ses/home?region={region}#/account"
    return kit.link("open_console", "Open the SES console", address)


def appeal_button(account_region: AccountRegion, case_id: object, *, again: bool = False) -> Element:
    """Returns a button that opens the answer to AWS, with its account and case filled in; a case of no known shape is
    left out. `again`: it is AWS's turn, so there is something to answer only once AWS has written again."""
    case = case_id if isinstance(case_id, str) and _CASE.fullmatch(case_id) else ""
    label = "AWS wrote again" if again else "Draft the answer"
    return kit.button("appeal_start", label, f"{account_region.account} {account_region.region} {case}".rstrip())


_NAMES = {RateKind.BOUNCE: "bounces", RateKind.COMPLAINT: "complaints"}
_DID = {RateKind.BOUNCE: "bounced", RateKind.COMPLAINT: "complained"}


def format_percent(value: object, kind: RateKind = RateKind.BOUNCE) -> str:
    """Returns such as "6.1 %" for bounces, "0.052 %" for complaints; "?" for what is no number."""
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value:  # noqa: PLR0124 - NaN
        return "?"
    digits = 1 if kind is RateKind.BOUNCE else 3
    return f"{round(100 * value, digits):.10g} %"


def format_rate(track: RateTrack, kind: RateKind) -> str:
    """Returns a rate with its bars, as short as a cell; "no figure" where CloudWatch has none."""
    days = draw_bars(track.days, LINES[kind].soft) if any(rate is not None for rate in track.days) else ""
    figure = "no figure" if track.rate is None else format_percent(track.rate, kind)
    return f"{figure} {days}".rstrip()


def rate_placeholders(facts: Mapping[str, Fact]) -> Mapping[str, object]:
    """Returns the values of the words in braces in news of a rate."""
    metric = facts.get("metric")
    kind = RateKind(str(metric)) if metric in list(RateKind) else RateKind.BOUNCE
    lines, name = LINES[kind], _NAMES[kind]
    began, ended = _parse_instant(facts.get("began")), _parse_instant(facts.get("ended"))
    look = facts.get("look")
    causes = look.replace("\n", "; ").removesuffix(".") if isinstance(look, str) else ""
    return {
        "Rates": name.capitalize(),
        "rates": name,
        "did": _DID[kind],
        "soft": format_percent(lines.soft, kind),
        "hard": format_percent(lines.hard, kind),
        "pause": format_percent(lines.pause, kind),
        "rate": format_percent(facts.get("rate"), kind),
        "peak": format_percent(facts.get("peak"), kind),
        "lasted": format_span(ended - began, "under a minute") if began and ended else "some time",
        "look": f"Look here first: {causes}." if causes else "",
    }


def format_rate_bars(facts: Mapping[str, Fact]) -> str:
    """Returns the bars of two weeks in a line, with the lowest and the highest day; empty where there are none."""
    days, metric = facts.get("bars"), facts.get("metric")
    if not isinstance(days, str) or not days or metric not in list(RateKind):
        return ""
    kind = RateKind(str(metric))
    lowest, highest = (format_percent(facts.get(name), kind) for name in ("lowest", "highest"))
    return f"{len(days)} days  {days}  {lowest} to {highest}"


def volume_placeholders(facts: Mapping[str, Fact]) -> Mapping[str, object]:
    """Returns the values of the words in braces in news of volume and quota."""
    share, full, desired = facts.get("share"), _parse_instant(facts.get("full_on")), facts.get("desired")
    unit = "messages in 24 hours" if facts.get("a_day", True) else "messages a second"
    return {
        "share": format_percent(share) if isinstance(share, float) else "Much",
        "sent": format_number(facts.get("sent")),
        "day_quota": format_number(facts.get("quota")),
        "full": _describe_full_day(facts.get("growth"), full),
        "desired": f"{format_number(desired)} {unit}" if desired is not None else "more",
        "status": str(facts.get("status") or "unknown"),
    }


def _describe_full_day(growth: Fact, full: datetime | None) -> str:
    if full:
        return f"At the growth seen so far it is full on {format_day(full.date())}."
    return "It does not grow." if growth is not None else "ses-bot has not seen it long enough to say when it is full."


def format_day(day: date) -> str:
    """Returns such as "Mon 23 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def _parse_instant(fact: Fact) -> datetime | None:
    try:
        at = datetime.fromisoformat(fact) if isinstance(fact, str) else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None
