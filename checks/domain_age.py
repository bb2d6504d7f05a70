"""Judges how old a domain is, and whether it is here to stay: pure, from facts to findings.

A reviewer at AWS distrusts a domain that is days old, and one that its registry has taken off. What a registry does not
tell is unknown and never held against a domain.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from checks.answers import Tristate
from checks.findings import make_finding, make_printable
from checks.rdap import AgeFacts, RdapOutcome, Registration
from model import Finding, Outcome, worst_first

_SETTLED = timedelta(days=7)
_YOUNG = timedelta(days=30)
_SOON = timedelta(days=30)
_SKEW = timedelta(days=1)
"""How far a registry's clock, or a date without a zone, may be ahead of ours."""
_ON_HOLD = {
    "clientHold": "its registrar has taken it out of DNS (clientHold)",
    "serverHold": "its registry has taken it out of DNS (serverHold)",
    "redemptionPeriod": "it was deleted and can only be bought back for a while (redemptionPeriod)",
    "pendingDelete": "it is about to be deleted (pendingDelete)",
}
_DELETED = {"redemptionPeriod", "pendingDelete"}
_NOTHING = "Nothing has to be done. If the domain is new, say in the request since when the business exists."


def judge(facts: AgeFacts, *, exists: Tristate, now: datetime) -> tuple[Finding, ...]:
    """Returns the findings about the domain's registration at `now` (aware UTC), worst first. `exists`: is the domain
    in DNS? Only where both the registry and DNS know nothing of it is it not registered."""
    found = facts.registration
    match facts.outcome:
        case RdapOutcome.ANSWERED if found:
            return _registered(facts, found, now)
        case RdapOutcome.NOT_FOUND if exists is Tristate.NO:
            return (_not_registered(facts),)
        case RdapOutcome.NOT_FOUND:
            though = ", although DNS does" if exists is Tristate.YES else ""
            return (_unknown(facts, "no-rdap", f"its registry knows no such domain{though}"),)
        case RdapOutcome.RATE_LIMITED:
            again = f"Check again {_when(facts.retry_after, now)}."
            return (_unknown(facts, "rate-limited", "its registry takes no more questions for now", again),)
    return (_unknown(facts, "no-rdap", facts.why or "its registry gave no answer"),)


def _registered(facts: AgeFacts, found: Registration, now: datetime) -> tuple[Finding, ...]:
    findings = [*_held(facts, found), *_ending(facts, found, now), _age(facts, found, now)]
    return worst_first([finding for finding in findings if finding.outcome is not Outcome.PASS] or findings)


def _held(facts: AgeFacts, found: Registration) -> list[Finding]:
    reasons = [_ON_HOLD[status] for status in found.statuses if status in _ON_HOLD]
    if not reasons:
        return []
    summary = f"{found.domain} is on hold: {'; '.join(reasons)}."
    if _DELETED & set(found.statuses):
        step = "Ask the registrar at once how to get the domain back; once it is deleted, anybody can register it."
    else:
        step = "Ask the registrar why, and have the hold lifted: until then neither mail nor the website works."
    return [_finding(facts, Outcome.FAIL, "on-hold", summary, step)]


def _ending(facts: AgeFacts, found: Registration, now: datetime) -> list[Finding]:
    if found.expires is None or found.expires > now + _SOON:
        return []
    day = _day(found.expires)
    if found.expires <= now:
        summary = f"The registration of {found.domain} expired on {day}."
        return [_finding(facts, Outcome.FAIL, "expired", summary, "Renew the domain at its registrar now.")]
    left = (found.expires - now).days
    summary = f"The registration of {found.domain} ends on {day}, {_days(left, 'in', 'within a day')}."
    step = "Renew the domain at its registrar, or see there that it renews by itself."
    return [_finding(facts, Outcome.WARN, "expires-soon", summary, step)]


def _age(facts: AgeFacts, found: Registration, now: datetime) -> Finding:
    begun = found.registered
    if begun is None or begun > now + _SKEW:
        named = begun or any(line.startswith("registration:") for line in found.events)
        what = "a date of registration that cannot be right" if named else "no date of registration"
        return _unknown(facts, "no-date", f"its registry gives {what}")
    age = now - begun
    since = f"{found.domain} was registered on {_day(begun)}"
    if age < _SETTLED:
        summary = f"{since}, {_days(age.days, '', 'less than a day ago', ' ago')}: reviewers distrust domains this new."
        step = f"Consider waiting until {_day(begun + _SETTLED)} before you ask for production access."
        return _finding(facts, Outcome.FAIL, "under-7-days", summary, step)
    if age < _YOUNG:
        summary = f"{since}, {age.days} days ago. A domain this new is looked at more closely."
        step = (
            "Say in the request since when the business exists, and where the addresses come from; a new domain with "
            "a large list raises questions."
        )
        return _finding(facts, Outcome.WARN, "under-30-days", summary, step)
    return _finding(facts, Outcome.PASS, "ok", f"{since}, {_long_ago(age)}.")


def _not_registered(facts: AgeFacts) -> Finding:
    summary = f"{facts.domain} is not registered: its registry does not know it, and neither does DNS."
    step = "Check the spelling of the name. If it is right, register the domain first."
    return _finding(facts, Outcome.FAIL, "not-registered", summary, step)


def _unknown(facts: AgeFacts, code: str, why: str, step: str = _NOTHING) -> Finding:
    domain = facts.registration.domain if facts.registration else facts.domain
    return _finding(facts, Outcome.UNKNOWN, code, f"The age of {domain} is unknown: {why}.", step)


def _finding(facts: AgeFacts, outcome: Outcome, code: str, summary: str, step: str = "") -> Finding:
    return make_finding(f"domain_age.{code}", outcome, summary, _evidence(facts), step or None)


def _evidence(facts: AgeFacts) -> tuple[str, ...]:
    found = facts.registration
    lines = facts.asked + (found.events if found else ())
    if found and found.statuses:
        lines += (f"status: {', '.join(found.statuses)}",)
    return tuple(make_printable(line) for line in lines) or (f"RDAP: {facts.why}",)


def _when(retry_after: str, now: datetime) -> str:
    """`Retry-After` in words: seconds, or a date (RFC 9110 section 10.2.3)."""
    try:
        seconds = int(retry_after) if retry_after.isdigit() else (_http_date(retry_after) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return "in a few minutes"
    if not 0 < seconds <= 86_400:
        return "in a few minutes" if seconds <= 0 else "tomorrow"
    if seconds <= 90:
        return "in a minute"
    minutes = round(seconds / 60)
    return f"in {minutes} minutes" if minutes < 90 else f"in {round(minutes / 60)} hours"


def _http_date(text: str) -> datetime:
    found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _days(count: int, before: str, none: str, after: str = "") -> str:
    if count == 0:
        return none
    return f"{before} {count} day{'' if count == 1 else 's'}{after}".strip()


def _long_ago(age: timedelta) -> str:
    """Whole years from one on, else months."""
    years, months = age.days * 4 // 1461, age.days // 30
    count, unit = (years, "year") if years else (months, "month")
    return f"{count} {unit}{'' if count == 1 else 's'} ago"
