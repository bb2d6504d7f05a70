"""Judges how old a domain is, and whether it is here to stay: pure, from facts to findings.

A reviewer at AWS distrusts a domain that is days old, and one that its registry has taken off. What a registry does not
tell is unknown and never held against a domain.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from checks.answers import Tristate
from checks.findings import make_finding, make_printable
from checks.rdap import AgeFacts, RdapOutcome, Registration
from model import Finding, Outcome, sort_by_severity

_NEW = timedelta(days=7)
_YOUNG = timedelta(days=30)
_EXPIRES_SOON = timedelta(days=30)
_CLOCK_SKEW = timedelta(days=1)
"""How far a registry's clock, or a date without a zone, may be ahead of ours."""
_ON_HOLD = {
    "clientHold": "its registrar has taken it out of DNS (clientHold)",
    "serverHold": "its registry has taken it out of DNS (serverHold)",
    "redemptionPeriod": "it was deleted and can only be bought back for a while (redemptionPeriod)",
    "pendingDelete": "it is about to be deleted (pendingDelete)",
}
_DELETED = {"redemptionPeriod", "pendingDelete"}
_NOTHING_TO_DO = "Nothing has to be done. If the domain is new, say in the request since when the business exists."


def judge(facts: AgeFacts, *, exists: Tristate, now: datetime) -> tuple[Finding, ...]:
    """Returns the findings about the domain's registration at `now` (aware UTC), worst first. `exists` tells whether
    the domain is in DNS: it is not registered only where neither the registry nor DNS knows it."""
    registration = facts.registration
    match facts.outcome:
        case RdapOutcome.ANSWERED if registration:
            return _judge_registration(facts, registration, now)
        case RdapOutcome.NOT_FOUND if exists is Tristate.NO:
            return (_not_registered_finding(facts),)
        case RdapOutcome.NOT_FOUND:
            dns_note = ", although DNS does" if exists is Tristate.YES else ""
            return (_unknown_finding(facts, "no-rdap", f"its registry knows no such domain{dns_note}"),)
        case RdapOutcome.RATE_LIMITED:
            step = f"Check again {_describe_retry_after(facts.retry_after, now)}."
            return (_unknown_finding(facts, "rate-limited", "its registry takes no more questions for now", step),)
    return (_unknown_finding(facts, "no-rdap", facts.why or "its registry gave no answer"),)


def _judge_registration(facts: AgeFacts, registration: Registration, now: datetime) -> tuple[Finding, ...]:
    findings = [
        *_judge_holds(facts, registration),
        *_judge_expiry(facts, registration, now),
        _judge_age(facts, registration, now),
    ]
    return sort_by_severity([finding for finding in findings if finding.outcome is not Outcome.PASS] or findings)


def _judge_holds(facts: AgeFacts, registration: Registration) -> list[Finding]:
    reasons = [_ON_HOLD[status] for status in registration.statuses if status in _ON_HOLD]
    if not reasons:
        return []
    summary = f"{registration.domain} is on hold: {'; '.join(reasons)}."
    if _DELETED & set(registration.statuses):
        step = "Ask the registrar at once how to get the domain back; once it is deleted, anybody can register it."
    else:
        step = "Ask the registrar why, and have the hold lifted: until then neither mail nor the website works."
    return [_make_age_finding(facts, Outcome.FAIL, "on-hold", summary, step)]


def _judge_expiry(facts: AgeFacts, registration: Registration, now: datetime) -> list[Finding]:
    if registration.expires is None or registration.expires > now + _EXPIRES_SOON:
        return []
    day = _format_day(registration.expires)
    if registration.expires <= now:
        summary = f"The registration of {registration.domain} expired on {day}."
        return [_make_age_finding(facts, Outcome.FAIL, "expired", summary, "Renew the domain at its registrar now.")]
    days_left = (registration.expires - now).days
    time_left = _describe_days(days_left, "in", "within a day")
    summary = f"The registration of {registration.domain} ends on {day}, {time_left}."
    step = "Renew the domain at its registrar, or see there that it renews by itself."
    return [_make_age_finding(facts, Outcome.WARN, "expires-soon", summary, step)]


def _judge_age(facts: AgeFacts, registration: Registration, now: datetime) -> Finding:
    registered = registration.registered
    if registered is None or registered > now + _CLOCK_SKEW:
        has_date = registered or any(line.startswith("registration:") for line in registration.events)
        problem = "a date of registration that cannot be right" if has_date else "no date of registration"
        return _unknown_finding(facts, "no-date", f"its registry gives {problem}")
    age = now - registered
    since = f"{registration.domain} was registered on {_format_day(registered)}"
    if age < _NEW:
        days = _describe_days(age.days, "", "less than a day ago", " ago")
        summary = f"{since}, {days}: reviewers distrust domains this new."
        step = f"Consider waiting until {_format_day(registered + _NEW)} before you ask for production access."
        return _make_age_finding(facts, Outcome.FAIL, "under-7-days", summary, step)
    if age < _YOUNG:
        summary = f"{since}, {age.days} days ago. A domain this new is looked at more closely."
        step = (
            "Say in the request since when the business exists, and where the addresses come from; a new domain with "
            "a large list raises questions."
        )
        return _make_age_finding(facts, Outcome.WARN, "under-30-days", summary, step)
    return _make_age_finding(facts, Outcome.PASS, "ok", f"{since}, {_describe_age(age)}.")


def _not_registered_finding(facts: AgeFacts) -> Finding:
    summary = f"{facts.domain} is not registered: its registry does not know it, and neither does DNS."
    step = "Check the spelling of the name. If it is right, register the domain first."
    return _make_age_finding(facts, Outcome.FAIL, "not-registered", summary, step)


def _unknown_finding(facts: AgeFacts, code: str, why: str, step: str = _NOTHING_TO_DO) -> Finding:
    domain = facts.registration.domain if facts.registration else facts.domain
    return _make_age_finding(facts, Outcome.UNKNOWN, code, f"The age of {domain} is unknown: {why}.", step)


def _make_age_finding(facts: AgeFacts, outcome: Outcome, code: str, summary: str, step: str = "") -> Finding:
    return make_finding(f"domain_age.{code}", outcome, summary, _list_evidence(facts), step or None)


def _list_evidence(facts: AgeFacts) -> tuple[str, ...]:
    registration = facts.registration
    lines = facts.requests + (registration.events if registration else ())
    if registration and registration.statuses:
        lines += (f"status: {', '.join(registration.statuses)}",)
    return tuple(make_printable(line) for line in lines) or (f"RDAP: {facts.why}",)


def _describe_retry_after(retry_after: str, now: datetime) -> str:
    """Describes when to ask again by `Retry-After`: seconds, or a date (RFC 9110 section 10.2.3)."""
    try:
        seconds = int(retry_after) if retry_after.isdigit() else (_parse_http_date(retry_after) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return "in a few minutes"
    if not 0 < seconds <= 86_400:
        return "in a few minutes" if seconds <= 0 else "tomorrow"
    if seconds <= 90:
        return "in a minute"
    minutes = round(seconds / 60)
    return f"in {minutes} minutes" if minutes < 90 else f"in {round(minutes / 60)} hours"


def _parse_http_date(text: str) -> datetime:
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _format_day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _describe_days(count: int, before: str, none: str, after: str = "") -> str:
    if count == 0:
        return none
    return f"{before} {count} day{'' if count == 1 else 's'}{after}".strip()


def _describe_age(age: timedelta) -> str:
    """Describes an age in whole years, or in months below one year."""
    years, months = age.days * 4 // 1461, age.days // 30
    count, unit = (years, "year") if years else (months, "month")
    return f"{count} {unit}{'' if count == 1 else 's'} ago"
