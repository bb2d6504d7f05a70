"""The words for an SES account: its name, what it may do, its quota, times, and where to go at AWS.

Shared by the news in a channel and by `/ses-status`, so that both say the same of the same thing.
"""

import re
from datetime import datetime, timedelta, tzinfo

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.escape import visible
from handlers.views.naming import counted
from model import Access, AccountRegion
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


def place_words(place: AccountRegion, account_id: str | None) -> str:
    """Such as "main (111122223333) in us-east-1"."""
    return f"{account_words(place.account, account_id)} in {visible(place.region)}"


def account_words(account: str, account_id: str | None) -> str:
    return f"{visible(account)} ({visible(account_id)})" if account_id else visible(account)


def number(value: object) -> str:
    """50,000 or 0.5; "?" for what is no number."""
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value:  # noqa: PLR0124 - NaN
        return "?"
    return f"{value:,.0f}" if abs(value) == float("inf") or value == int(value) else f"{value:,.10g}"


def quota_words(quota: object, rate: object) -> str | None:
    """Such as "50,000 messages in 24 hours, 14 a second"; None where neither is known. A quota of -1 is no limit."""
    known = []
    if quota is not None:
        known.append("any number of messages" if quota == -1 else f"{number(quota)} messages in 24 hours")
    if rate is not None:
        known.append(f"{number(rate)} a second")
    return ", ".join(known) or None


def moment(at: datetime, zone: tzinfo) -> str:
    """Such as "Mon 23 Nov 2026, 12:05 UTC"."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local.tzname() or ''}".rstrip()


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in one unit: "just now", "4 minutes ago", "2 days ago"."""
    return span(now - at, "just now", "{} ago")


def span(passed: timedelta, short: str = "a moment", form: str = "{}") -> str:
    """A length of time in one unit."""
    for one, many, length in (("day", "days", 86_400), ("hour", "hours", 3_600), ("minute", "minutes", 60)):
        count = int(passed.total_seconds() // length)
        if count >= 1:
            return form.format(counted(count, one, many))
    return short


def turn_words(turn: Turn, since: datetime, now: datetime) -> str:
    """Such as "Your turn: AWS asked 26 h ago; no one has answered."."""
    hours = int((now - since).total_seconds() // 3_600)
    passed = f"{hours} h" if hours < _HOURS_SHOWN else counted(hours // 24, "day", "days")
    if turn is Turn.AWS:
        return f"AWS’s turn, for {passed} now." if hours >= 1 else "AWS’s turn, for less than an hour now."
    if hours < 1:
        return "Your turn: AWS asked less than an hour ago."
    return f"Your turn: AWS asked {passed} ago; no one has answered."


def case_button(case_id: object) -> Element:
    """A link to the support case, or to all of them where its number is not known."""
    if isinstance(case_id, str) and case_id.isascii() and case_id.isalnum():
        return kit.link("open_case", f"Open case {case_id}", f"{_CASES}case/?displayId={case_id}")
    return kit.link("open_case", "Open the Support Center", _CASES)


def case_words(case_id: object) -> str:
    return f"case {visible(case_id)}" if isinstance(case_id, str) and case_id else "the case in the Support Center"


def console_button(region: str) -> Element | None:
    """A link to the account's page in the SES console, where its address is known."""
    if region.startswith(_OTHER_CONSOLES) or not region.replace("-", "").isalnum() or not region.isascii():
        return None
    address = f"https://{region}.console.aws.amazon.com/ses/home?region={region}#/account"
    return kit.link("open_console", "Open the SES console", address)


def appeal_button(place: AccountRegion, case_id: object, *, again: bool = False) -> Element:
    """Opens the answer to AWS, with its account and case filled in; a case of no known shape is left out. `again`: it
    is AWS's turn, so there is something to answer only once AWS has written again."""
    case = case_id if isinstance(case_id, str) and _CASE.fullmatch(case_id) else ""
    label = "AWS wrote again" if again else "Draft the answer"
    return kit.button("appeal_start", label, f"{place.account} {place.region} {case}".rstrip())


def not_now_button(place: AccountRegion) -> Element:
    """Puts the answer off until the next reminder."""
    return kit.button(NOT_NOW, "Not now", f"{place.account} {place.region}")


def quota_button(place: AccountRegion) -> Element:
    """Plans a higher quota at AWS."""
    return kit.button(MORE_QUOTA, "Ask for more", f"{place.account} {place.region}")


def request_button(place: AccountRegion) -> Element:
    """Begins, or opens, the request for an account and region."""
    return kit.button("draft_start", "Draft the request", f"{place.account} {place.region}")
