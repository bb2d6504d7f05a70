"""Compares what was known with what a poll read: pure, to what is known now and the news of it.

The first sight of an account region is a baseline, never news. A fact that is unknown keeps its old value before
anything is compared, so silence at AWS is never a change. Three polls that fail in a row are news once, and so is their
end."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, tzinfo

from model import (
    Access,
    AccountRegion,
    Fact,
    Identity,
    News,
    NewsKind,
    Reading,
    RegionOff,
    RegionState,
    Snapshot,
    Unreadable,
)
from watch.cases import REMINDERS, SOON, PollResult, judge_turn, turn_facts

FAILURES_THAT_ARE_NEWS = 3
_ACCESS_NEWS = {
    Access.PRODUCTION: NewsKind.APPROVED,
    Access.IN_REVIEW: NewsKind.IN_REVIEW,
    Access.NOT_GRANTED: NewsKind.NOT_GRANTED,
    Access.FAILED: NewsKind.NEVER_RECEIVED,
}
"""GRANTED is decided and not effective yet: nothing is announced until the production flag turns."""
_REQUEST_DELAY = timedelta(minutes=2)
"""How long polls may not show a request yet that a person confirmed."""
_ABSENT_WHEN_READ = frozenset({"mail_from", "mail_from_status", "mail_from_on_failure", "error_type"})
"""Facts of an identity that are absent where there is nothing to say."""


def compare(
    account_region: AccountRegion, state: RegionState, reading: Reading, now: datetime, zone: tzinfo = UTC
) -> PollResult:
    """Returns what is known after a poll, and the news it makes. Business days are counted in `zone`."""
    match reading:
        case Unreadable():
            return _compare_unreadable(account_region, state, reading, now)
        case RegionOff():
            return replace(state, region_off=True, failures=0, trouble=reading.why, unreadable_posted=False), ()
        case Snapshot():
            return _compare_snapshot(account_region, state, reading, now, zone)


def compare_identities(
    account_region: AccountRegion, state: RegionState, identities: tuple[Identity, ...], now: datetime
) -> PollResult:
    """Returns what is known after the identities were listed and read. The first list is a baseline; an identity that
    turns up in a later one is new, and what has already come of it is news."""
    before = {identity.name: identity for identity in state.identities or ()}
    merged = tuple(_fill_identity(before.get(identity.name), identity) for identity in identities)
    if state.identities is None:
        return replace(state, identities=merged), ()
    pairs = [(before.get(identity.name), identity) for identity in merged]
    news = [item for old, new in pairs for item in _identity_news(account_region, old, new, now)]
    facts = turn_facts(*(state.current_turn or (None, None)))
    return replace(state, identities=merged), tuple(replace(item, facts=item.facts | facts) for item in news)


def _compare_unreadable(
    account_region: AccountRegion, state: RegionState, reading: Unreadable, now: datetime
) -> PollResult:
    failures = state.failures + 1
    is_news = failures >= FAILURES_THAT_ARE_NEWS and not state.unreadable_posted
    after = replace(state, failures=failures, trouble=reading.why, unreadable_posted=state.unreadable_posted or is_news)
    facts: dict[str, Fact] = {"why": reading.why, "trouble": reading.trouble.value}
    facts |= turn_facts(*(state.current_turn or (None, None)))
    return after, ((News(NewsKind.UNREADABLE, account_region, now, facts),) if is_news else ())


def _compare_snapshot(
    account_region: AccountRegion, state: RegionState, reading: Snapshot, now: datetime, zone: tzinfo
) -> PollResult:
    old = state.snapshot
    new = reading if old is None else _fill_snapshot(old, reading)
    is_turned = old is None or old.access is not new.access
    items = [*_readable_news(account_region, state, new, now)]
    if old is not None:
        is_soon, requester = _is_soon_after_request(state, now), _requester_of(state)
        for kind, facts in _compare_facts(old, new, is_soon=is_soon, requester=requester):
            items.append(_with_cause(News(kind, account_region, now, facts), state, new))
    appeal = _is_appeal(state, new, is_turned=is_turned)
    turn = judge_turn(state, new, now, zone, appeal=appeal)
    if turn.late and not state.overdue_posted:
        items.append(News(NewsKind.OVERDUE, account_region, now, _case_facts(new) | {"days": float(turn.days)}))
    if turn.remind:
        is_last = turn.reminders == len(REMINDERS)
        items.append(News(NewsKind.ANSWER_DUE, account_region, now, _case_facts(new) | {"last": is_last}))
    facts = turn_facts(turn.turn, turn.since)
    after = replace(
        state,
        snapshot=new,
        since=now if is_turned else state.since,
        failures=0,
        trouble=None,
        unreadable_posted=False,
        overdue_posted=turn.late,
        region_off=False,
        appeal=appeal,
        mail_seen=state.mail_seen or bool(new.sent),
        turn=turn.turn,
        turn_since=turn.since,
        reminders=turn.reminders,
        read_at=state.read_at if reading.access is Access.UNKNOWN else now,
    )
    return after, tuple(replace(item, facts=item.facts | facts) for item in items)


def _readable_news(account_region: AccountRegion, state: RegionState, new: Snapshot, now: datetime) -> Iterator[News]:
    """Yields the news that an account region is read again after it could not be, or was off."""
    if state.unreadable_posted:
        yield News(NewsKind.READABLE, account_region, now, {})
    if state.region_off:
        yield News(NewsKind.REGION_ENABLED, account_region, now, {"access": new.access.value})


def _with_cause(item: News, state: RegionState, new: Snapshot) -> News:
    """Returns news of a quota with the cause of a raise in production: AWS grants what was asked, or raises it by
    itself. While a request is open, another value may be AWS's answer to it, so nothing is said of who did it."""
    if item.kind is not NewsKind.QUOTA_CHANGED or new.access is not Access.PRODUCTION:
        return item
    a_day = new.quota if _is_raised(item.facts["old_quota"], new.quota) else None
    a_second = new.rate if _is_raised(item.facts["old_rate"], new.rate) else None
    is_asked = any(request.desired == (a_day if request.a_day else a_second) for request in state.quota_requests)
    if not is_asked and (a_day is None or state.open_requests):
        return item
    return replace(item, facts=item.facts | {"by_whom": "asked" if is_asked else "automatic"})


def _is_raised(old: Fact, new: float | None) -> bool:
    """Tells whether a quota became higher; -1 is no limit."""
    return isinstance(old, float) and old >= 0 and new is not None and (new > old or new < 0)


def _requester_of(state: RegionState) -> str | None:
    """Returns the person who confirmed the request that this poll is the first to see; None where it was asked
    elsewhere."""
    if state.asked_at is None or state.read_at is None:
        return state.asked_by
    turned_since = state.since is not None and state.since >= state.asked_at
    return None if turned_since or state.read_at - state.asked_at > _REQUEST_DELAY else state.asked_by


def _is_soon_after_request(state: RegionState, now: datetime) -> bool:
    """Tells whether the review began so little ago that "not granted" is nearly always a question."""
    in_review = state.snapshot is not None and state.snapshot.access is Access.IN_REVIEW
    return in_review and state.since is not None and now - state.since <= SOON


def _is_appeal(state: RegionState, new: Snapshot, *, is_turned: bool) -> bool:
    """Tells whether AWS reviews what it had not granted before: that takes longer than a first request."""
    if new.access is not Access.IN_REVIEW or state.snapshot is None:
        return False
    return state.snapshot.access is Access.NOT_GRANTED if is_turned else state.appeal


def _fill_snapshot(old: Snapshot, new: Snapshot) -> Snapshot:
    """Returns the new snapshot with unknown facts keeping their old values. A case id belongs to its review: with no
    review on record there is no case, and that is known, not unknown."""
    filled = {
        field.name: getattr(old, field.name)
        for field in fields(Snapshot)
        if getattr(new, field.name) is None and field.name not in {"review_status", "case_id"}
    }
    if new.access is Access.UNKNOWN:
        filled |= {"access": old.access, "review_status": old.review_status, "case_id": old.case_id}
    elif new.case_id is None and new.review_status == old.review_status:
        filled["case_id"] = old.case_id
    return replace(new, **filled)


def _fill_identity(old: Identity | None, new: Identity) -> Identity:
    """Returns an identity whose unknown facts keep their old values. One that was read shows also that no MAIL FROM is
    set."""
    if old is None:
        return new
    absent_facts = _ABSENT_WHEN_READ if _was_read(new) else frozenset()
    filled = {
        field.name: getattr(old, field.name)
        for field in fields(Identity)
        if field.name not in absent_facts and getattr(new, field.name) in (None, ())
    }
    return replace(new, **filled)


def _compare_facts(
    old: Snapshot, new: Snapshot, *, is_soon: bool, requester: str | None
) -> Iterator[tuple[NewsKind, dict[str, Fact]]]:
    is_turned = new.access is not old.access
    if is_turned and old.access is Access.PRODUCTION:
        yield NewsKind.BACK_TO_SANDBOX, _quota_facts(new) | {"access": new.access.value}
    if is_turned and old.access is not Access.UNKNOWN and new.access in _ACCESS_NEWS:
        early: dict[str, Fact] = {"soon": True} if is_soon and new.access is Access.NOT_GRANTED else {}
        by: dict[str, Fact] = {"by": requester} if requester and new.access is Access.IN_REVIEW else {}
        yield _ACCESS_NEWS[new.access], _quota_facts(new) | _case_facts(new) | {"was": old.access.value} | early | by
    if not is_turned and new.case_id != old.case_id and new.case_id is not None:
        yield NewsKind.NEW_CASE, _case_facts(new) | {"access": new.access.value, "was": old.case_id}
    if not _is_quota_in_access_news(old, new) and any(
        _is_changed(getattr(old, name), getattr(new, name)) for name in _QUOTA_FIELDS
    ):
        yield NewsKind.QUOTA_CHANGED, _quota_facts(new) | {"old_quota": old.quota, "old_rate": old.rate}
    if _is_changed(old.enforcement, new.enforcement):
        yield NewsKind.ENFORCEMENT_CHANGED, {"enforcement": new.enforcement, "was": old.enforcement}
    if _is_changed(old.sending_enabled, new.sending_enabled):
        yield (NewsKind.SENDING_RESUMED if new.sending_enabled else NewsKind.SENDING_PAUSED), {}


_QUOTA_FIELDS = ("quota", "rate")


def _is_quota_in_access_news(old: Snapshot, new: Snapshot) -> bool:
    """Tells whether the news about the access holds the quota. A quota that is raised before the production flag turns
    is part of the approval, and announced with it."""
    is_turned = new.access is not old.access
    return new.access is Access.GRANTED or (is_turned and Access.PRODUCTION in (old.access, new.access))


def _is_changed(old: Fact, new: Fact) -> bool:
    """Tells whether a fact changed, as far as both are known."""
    return old is not None and new is not None and old != new


def _quota_facts(snapshot: Snapshot) -> dict[str, Fact]:
    return {"quota": snapshot.quota, "rate": snapshot.rate}


def _case_facts(snapshot: Snapshot) -> dict[str, Fact]:
    return {"case_id": snapshot.case_id} if snapshot.case_id else {}


def _identity_news(account_region: AccountRegion, old: Identity | None, new: Identity, now: datetime) -> Iterator[News]:
    facts: dict[str, Fact] = {"identity": new.name, "error": new.error_type}
    if _is_decided(_old_dkim_status(old), new.dkim_status):
        is_verified = new.dkim_status == "SUCCESS"
        yield News(NewsKind.IDENTITY_VERIFIED if is_verified else NewsKind.IDENTITY_FAILED, account_region, now, facts)
    if _is_decided(_old_mail_from_status(old), new.mail_from_status):
        is_verified = new.mail_from_status == "SUCCESS"
        kind = NewsKind.MAIL_FROM_VERIFIED if is_verified else NewsKind.MAIL_FROM_FAILED
        yield News(kind, account_region, now, facts | {"mail_from": new.mail_from})


_ABSENT = "NOT_THERE"
"""The status of what did not exist yet."""
_WAITING = ("PENDING", "NOT_STARTED", "TEMPORARY_FAILURE")


def _is_decided(old_status: str | None, status: str | None) -> bool:
    return old_status is not None and status != old_status and status in ("SUCCESS", "FAILED")


def _old_dkim_status(old: Identity | None) -> str | None:
    """Returns DKIM's status as last known. While a domain waits for its verification its DKIM is not verified either,
    so that counts for one that was listed and never read."""
    if old is None:
        return _ABSENT
    waiting_status = old.verification_status if old.verification_status in _WAITING else None
    return old.dkim_status or waiting_status


def _old_mail_from_status(old: Identity | None) -> str | None:
    """Returns MAIL FROM's status as last known; one that was read without any had none."""
    if old is None or (_was_read(old) and old.mail_from is None):
        return _ABSENT
    return old.mail_from_status


def _was_read(identity: Identity) -> bool:
    """Tells whether it was read whole, and not only listed."""
    return identity.kind is not None and identity.dkim_status is not None
