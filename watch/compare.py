"""What is news: pure, from what was known and what a poll brought to what is known now and what to tell.

The first sight of a place is a baseline, never news. A fact that is unknown keeps its old value before anything is
compared, so silence at AWS is never a change. Three polls that fail in a row are news once, and so is their end.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta

from model import Access, Fact, Identity, Known, News, NewsKind, Place, Reading, RegionOff, Snapshot, Unreadable

FAILURES_THAT_ARE_NEWS = 3
EXPECTED_WITHIN = timedelta(days=3)
"""The article's estimate for a new domain or a vague text: one to three business days."""

_ACCESS_NEWS = {
    Access.PRODUCTION: NewsKind.APPROVED,
    Access.IN_REVIEW: NewsKind.IN_REVIEW,
    Access.NOT_GRANTED: NewsKind.NOT_GRANTED,
    Access.FAILED: NewsKind.NEVER_RECEIVED,
}
"""GRANTED is decided and not effective yet: nothing is told until the production flag turns."""


def compare(place: Place, known: Known, reading: Reading, now: datetime) -> tuple[Known, tuple[News, ...]]:
    """What is known after a poll, and the news it makes, in the order in which to tell it."""
    match reading:
        case Unreadable(why=why):
            return _unreadable(place, known, why, now)
        case RegionOff():
            return replace(known, region_off=True, failures=0, trouble=reading.why, unreadable_told=False), ()
        case Snapshot():
            return _read(place, known, reading, now)


def compare_identities(
    place: Place, known: Known, seen: tuple[Identity, ...], now: datetime
) -> tuple[Known, tuple[News, ...]]:
    """What is known after the identities were read. An identity seen for the first time is a baseline."""
    before = {identity.name: identity for identity in known.identities or ()}
    merged = tuple(_filled(before[one.name], one) if one.name in before else one for one in seen)
    items = [item for one in merged if one.name in before for item in _identity_news(place, before[one.name], one, now)]
    return replace(known, identities=merged), tuple(items)


def _unreadable(place: Place, known: Known, why: str, now: datetime) -> tuple[Known, tuple[News, ...]]:
    failures = known.failures + 1
    tell = failures >= FAILURES_THAT_ARE_NEWS and not known.unreadable_told
    after = replace(known, failures=failures, trouble=why, unreadable_told=known.unreadable_told or tell)
    return after, ((News(NewsKind.UNREADABLE, place, now, {"why": why}),) if tell else ())


def _read(place: Place, known: Known, reading: Snapshot, now: datetime) -> tuple[Known, tuple[News, ...]]:
    old = known.snapshot
    new = reading if old is None else _settled(old, reading)
    turned = old is None or old.access is not new.access
    items: list[News] = []
    if known.unreadable_told:
        items.append(News(NewsKind.READABLE, place, now, {}))
    if known.region_off:
        items.append(News(NewsKind.REGION_ENABLED, place, now, {"access": new.access.value}))
    if old is not None:
        items.extend(News(kind, place, now, facts) for kind, facts in _changes(old, new))
    since = now if turned else known.since
    overdue = new.access is Access.IN_REVIEW and since is not None and now - since > EXPECTED_WITHIN
    if overdue and not known.overdue_told:
        items.append(News(NewsKind.OVERDUE, place, now, _case(new)))
    after = replace(
        known,
        snapshot=new,
        since=since,
        failures=0,
        trouble=None,
        unreadable_told=False,
        overdue_told=overdue,
        region_off=False,
    )
    return after, tuple(items)


def _settled(old: Snapshot, new: Snapshot) -> Snapshot:
    """The new snapshot with unknown facts keeping their old values. A case id belongs to its review: with no review on
    record there is no case, and that is known, not unknown."""
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


def _filled(old: Identity, new: Identity) -> Identity:
    """An identity whose unknown facts keep their old values."""
    return replace(
        new,
        **{
            field.name: getattr(old, field.name) for field in fields(Identity) if getattr(new, field.name) in (None, ())
        },
    )


def _changes(old: Snapshot, new: Snapshot) -> Iterator[tuple[NewsKind, dict[str, Fact]]]:
    turned = new.access is not old.access
    if turned and old.access is not Access.UNKNOWN:
        kind = _ACCESS_NEWS.get(new.access)
        if kind is not None:
            yield kind, _standing(new) | _case(new)
        elif new.access is Access.SANDBOX and old.access is Access.PRODUCTION:
            yield NewsKind.BACK_TO_SANDBOX, _standing(new)
    if not turned and new.case_id != old.case_id and new.case_id is not None:
        yield NewsKind.NEW_CASE, _case(new) | {"access": new.access.value}
    if not turned and old.quota is not None and (old.quota, old.rate) != (new.quota, new.rate):
        yield NewsKind.QUOTA_CHANGED, _standing(new) | {"old_quota": old.quota, "old_rate": old.rate}
    if old.enforcement is not None and new.enforcement != old.enforcement:
        yield NewsKind.ENFORCEMENT_CHANGED, _case(new) | {"enforcement": new.enforcement, "was": old.enforcement}
    if old.sending_enabled is not None and new.sending_enabled != old.sending_enabled:
        yield (NewsKind.SENDING_RESUMED if new.sending_enabled else NewsKind.SENDING_PAUSED), {}


def _standing(snapshot: Snapshot) -> dict[str, Fact]:
    return {"quota": snapshot.quota, "rate": snapshot.rate}


def _case(snapshot: Snapshot) -> dict[str, Fact]:
    return {"case_id": snapshot.case_id} if snapshot.case_id else {}


def _identity_news(place: Place, old: Identity, new: Identity, now: datetime) -> Iterator[News]:
    kinds = {
        "dkim_status": (NewsKind.IDENTITY_VERIFIED, NewsKind.IDENTITY_FAILED),
        "mail_from_status": (NewsKind.MAIL_FROM_VERIFIED, NewsKind.MAIL_FROM_FAILED),
    }
    for field, (good, bad) in kinds.items():
        was, status = getattr(old, field), getattr(new, field)
        if was is None or status == was or status not in ("SUCCESS", "FAILED"):
            continue
        about: dict[str, Fact] = {"identity": new.name, "error": new.error_type}
        if field == "mail_from_status":
            about["mail_from"] = new.mail_from
        yield News(good if status == "SUCCESS" else bad, place, now, about)
