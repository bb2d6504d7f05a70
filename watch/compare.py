"""What is news: pure, from what was known and what a poll brought to what is known now and what to tell.

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
from watch.cases import REMINDERS, SOON, PollResult, turn_after, turn_facts

FAILURES_THAT_ARE_NEWS = 3
_ACCESS_NEWS = {
    Access.PRODUCTION: NewsKind.APPROVED,
    Access.IN_REVIEW: NewsKind.IN_REVIEW,
    Access.NOT_GRANTED: NewsKind.NOT_GRANTED,
    Access.FAILED: NewsKind.NEVER_RECEIVED,
}
"""GRANTED is decided and not effective yet: nothing is announced until the production flag turns."""
_ON_ITS_WAY = timedelta(minutes=2)
"""How long polls may not show a request yet that a person confirmed."""
_ABSENT_WHEN_READ = frozenset({"mail_from", "mail_from_status", "mail_from_on_failure", "error_type"})
"""Facts of an identity that are absent where there is nothing to say."""


def compare(
    account_region: AccountRegion, known: RegionState, reading: Reading, now: datetime, zone: tzinfo = UTC
) -> PollResult:
    """Returns what is known after a poll, and the news it makes. Business days are counted in `zone`."""
    match reading:
        case Unreadable():
            return _unreadable(account_region, known, reading, now)
        case RegionOff():
            return replace(known, region_off=True, failures=0, trouble=reading.why, unreadable_posted=False), ()
        case Snapshot():
            return _read(account_region, known, reading, now, zone)


def compare_identities(
    account_region: AccountRegion, known: RegionState, seen: tuple[Identity, ...], now: datetime
) -> PollResult:
    """Returns what is known after the identities were listed and read. The first list is a baseline; an identity that
    turns up in a later one is new, and what has already come of it is news."""
    before = {identity.name: identity for identity in known.identities or ()}
    merged = tuple(_filled(before.get(one.name), one) for one in seen)
    if known.identities is None:
        return replace(known, identities=merged), ()
    items = [item for one in merged for item in _identity_news(account_region, before.get(one.name), one, now)]
    facts = turn_facts(*(known.current_turn or (None, None)))
    return replace(known, identities=merged), tuple(replace(item, facts=item.facts | facts) for item in items)


def _unreadable(account_region: AccountRegion, known: RegionState, reading: Unreadable, now: datetime) -> PollResult:
    failures = known.failures + 1
    tell = failures >= FAILURES_THAT_ARE_NEWS and not known.unreadable_posted
    after = replace(known, failures=failures, trouble=reading.why, unreadable_posted=known.unreadable_posted or tell)
    facts: dict[str, Fact] = {"why": reading.why, "trouble": reading.trouble.value}
    facts |= turn_facts(*(known.current_turn or (None, None)))
    return after, ((News(NewsKind.UNREADABLE, account_region, now, facts),) if tell else ())


def _read(
    account_region: AccountRegion, known: RegionState, reading: Snapshot, now: datetime, zone: tzinfo
) -> PollResult:
    old = known.snapshot
    new = reading if old is None else _settled(old, reading)
    turned = old is None or old.access is not new.access
    items = [*_back_again(account_region, known, new, now)]
    if old is not None:
        items.extend(
            News(kind, account_region, now, facts)
            for kind, facts in _changes(old, new, soon=_came_soon(known, now), asked_by=_asked_by(known))
        )
        items = [_with_cause(item, known, new) for item in items]
    since = now if turned else known.since
    appeal = _is_appeal(known, new, turned=turned)
    turn = turn_after(known, new, now, zone, appeal=appeal)
    if turn.late and not known.overdue_posted:
        items.append(News(NewsKind.OVERDUE, account_region, now, _case(new) | {"days": float(turn.days)}))
    if turn.remind:
        items.append(
            News(NewsKind.ANSWER_DUE, account_region, now, _case(new) | {"last": turn.reminders == len(REMINDERS)})
        )
    facts = turn_facts(turn.turn, turn.since)
    after = replace(
        known,
        snapshot=new,
        since=since,
        failures=0,
        trouble=None,
        unreadable_posted=False,
        overdue_posted=turn.late,
        region_off=False,
        appeal=appeal,
        mail_seen=known.mail_seen or bool(new.sent),
        turn=turn.turn,
        turn_since=turn.since,
        reminders=turn.reminders,
        read_at=known.read_at if reading.access is Access.UNKNOWN else now,
    )
    return after, tuple(replace(item, facts=item.facts | facts) for item in items)


def _back_again(account_region: AccountRegion, known: RegionState, new: Snapshot, now: datetime) -> Iterator[News]:
    """Yields the news that an account region is read again after it could not be, or was off."""
    if known.unreadable_posted:
        yield News(NewsKind.READABLE, account_region, now, {})
    if known.region_off:
        yield News(NewsKind.REGION_ENABLED, account_region, now, {"access": new.access.value})


def _with_cause(item: News, known: RegionState, new: Snapshot) -> News:
    """Returns a quota that was raised in production, with who did it: AWS grants what was asked, or raises it by
    itself. While a request is open, another value may be AWS's answer to it, so nothing is said of who did it."""
    if item.kind is not NewsKind.QUOTA_CHANGED or new.access is not Access.PRODUCTION:
        return item
    a_day = new.quota if _is_raised(item.facts["old_quota"], new.quota) else None
    a_second = new.rate if _is_raised(item.facts["old_rate"], new.rate) else None
    asked = any(one.desired == (a_day if one.a_day else a_second) for one in known.quota_requests)
    if not asked and (a_day is None or known.open_requests):
        return item
    return replace(item, facts=item.facts | {"by_whom": "asked" if asked else "automatic"})


def _is_raised(old: Fact, new: float | None) -> bool:
    """Tells whether a quota became higher; -1 is no limit."""
    return isinstance(old, float) and old >= 0 and new is not None and (new > old or new < 0)


def _asked_by(known: RegionState) -> str | None:
    """Returns the person who confirmed the request that this poll is the first to see; None where it was asked
    elsewhere."""
    if known.asked_at is None or known.read_at is None:
        return known.asked_by
    turned_since = known.since is not None and known.since >= known.asked_at
    return None if turned_since or known.read_at - known.asked_at > _ON_ITS_WAY else known.asked_by


def _came_soon(known: RegionState, now: datetime) -> bool:
    """Tells whether the review began so little ago that "not granted" is nearly always a question."""
    in_review = known.snapshot is not None and known.snapshot.access is Access.IN_REVIEW
    return in_review and known.since is not None and now - known.since <= SOON


def _is_appeal(known: RegionState, new: Snapshot, *, turned: bool) -> bool:
    """Tells whether AWS reviews what it had not granted before: that takes longer than a first request."""
    if new.access is not Access.IN_REVIEW or known.snapshot is None:
        return False
    return known.snapshot.access is Access.NOT_GRANTED if turned else known.appeal


def _settled(old: Snapshot, new: Snapshot) -> Snapshot:
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


def _filled(old: Identity | None, new: Identity) -> Identity:
    """Returns an identity whose unknown facts keep their old values. One that was read tells also that no MAIL FROM is
    set."""
    if old is None:
        return new
    known_absent = _ABSENT_WHEN_READ if _was_read(new) else frozenset()
    filled = {
        field.name: getattr(old, field.name)
        for field in fields(Identity)
        if field.name not in known_absent and getattr(new, field.name) in (None, ())
    }
    return replace(new, **filled)


def _changes(
    old: Snapshot, new: Snapshot, *, soon: bool, asked_by: str | None
) -> Iterator[tuple[NewsKind, dict[str, Fact]]]:
    turned = new.access is not old.access
    if turned and old.access is Access.PRODUCTION:
        yield NewsKind.BACK_TO_SANDBOX, _standing(new) | {"access": new.access.value}
    if turned and old.access is not Access.UNKNOWN and new.access in _ACCESS_NEWS:
        early: dict[str, Fact] = {"soon": True} if soon and new.access is Access.NOT_GRANTED else {}
        by: dict[str, Fact] = {"by": asked_by} if asked_by and new.access is Access.IN_REVIEW else {}
        yield _ACCESS_NEWS[new.access], _standing(new) | _case(new) | {"was": old.access.value} | early | by
    if not turned and new.case_id != old.case_id and new.case_id is not None:
        yield NewsKind.NEW_CASE, _case(new) | {"access": new.access.value, "was": old.case_id}
    if not _tells_quota(old, new) and any(_differ(getattr(old, name), getattr(new, name)) for name in _QUOTA):
        yield NewsKind.QUOTA_CHANGED, _standing(new) | {"old_quota": old.quota, "old_rate": old.rate}
    if _differ(old.enforcement, new.enforcement):
        yield NewsKind.ENFORCEMENT_CHANGED, {"enforcement": new.enforcement, "was": old.enforcement}
    if _differ(old.sending_enabled, new.sending_enabled):
        yield (NewsKind.SENDING_RESUMED if new.sending_enabled else NewsKind.SENDING_PAUSED), {}


_QUOTA = ("quota", "rate")


def _tells_quota(old: Snapshot, new: Snapshot) -> bool:
    """Tells whether the news about the access holds the quota. A quota that is raised before the production flag turns
    is part of the approval, and announced with it."""
    turned = new.access is not old.access
    return new.access is Access.GRANTED or (turned and Access.PRODUCTION in (old.access, new.access))


def _differ(was: Fact, now: Fact) -> bool:
    """Tells whether a fact changed, as far as both are known."""
    return was is not None and now is not None and was != now


def _standing(snapshot: Snapshot) -> dict[str, Fact]:
    return {"quota": snapshot.quota, "rate": snapshot.rate}


def _case(snapshot: Snapshot) -> dict[str, Fact]:
    return {"case_id": snapshot.case_id} if snapshot.case_id else {}


def _identity_news(account_region: AccountRegion, old: Identity | None, new: Identity, now: datetime) -> Iterator[News]:
    about: dict[str, Fact] = {"identity": new.name, "error": new.error_type}
    if _came_out(_dkim_before(old), new.dkim_status):
        good = new.dkim_status == "SUCCESS"
        yield News(NewsKind.IDENTITY_VERIFIED if good else NewsKind.IDENTITY_FAILED, account_region, now, about)
    if _came_out(_mail_from_before(old), new.mail_from_status):
        good = new.mail_from_status == "SUCCESS"
        kind = NewsKind.MAIL_FROM_VERIFIED if good else NewsKind.MAIL_FROM_FAILED
        yield News(kind, account_region, now, about | {"mail_from": new.mail_from})


_NOT_THERE = "NOT_THERE"
"""The status of what did not exist yet."""
_WAITING = ("PENDING", "NOT_STARTED", "TEMPORARY_FAILURE")


def _came_out(was: str | None, status: str | None) -> bool:
    return was is not None and status != was and status in ("SUCCESS", "FAILED")


def _dkim_before(old: Identity | None) -> str | None:
    """DKIM's status as last known. While a domain waits for its verification its DKIM is not verified either, so that
    counts for one that was listed and never read."""
    if old is None:
        return _NOT_THERE
    waited = old.verification_status if old.verification_status in _WAITING else None
    return old.dkim_status or waited


def _mail_from_before(old: Identity | None) -> str | None:
    """MAIL FROM's status as last known; one that was read without any had none."""
    if old is None or (_was_read(old) and old.mail_from is None):
        return _NOT_THERE
    return old.mail_from_status


def _was_read(identity: Identity) -> bool:
    """Tells whether it was read whole, and not only listed."""
    return identity.kind is not None and identity.dkim_status is not None
