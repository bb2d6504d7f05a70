"""Drafts of requests and replies: each seen by its owner alone, saved step by step, purged in the end.

Each function is one transaction, and none computes a letter: the finished text comes in and is kept. An owner is part
of every query, so that the id of another person's draft finds nothing. The reminder is claimed by lease, so that
replicas remind once.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, RowMapping, String, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from model import AccountRegion, Checked
from model.drafting import DONE, DraftKind, DueReminder, Owner, StoredDraft, Written
from model.request import Answers, ReplyAnswers
from model.watching import Turn
from store.account_regions import update_turn
from store.database import now_of, transactional
from store.leases import RELEASED, is_free, lease_rows
from store.packing import pack, unpack_answers, unpack_report, unpack_written
from store.tables import drafts

_MAX_TEXTS = 20
"""Texts remembered as posted, the latest; an appeal repeats none of them."""
_UNTOUCHED_RETENTION = timedelta(days=1)
"""How long a draft is kept that was opened and never written into."""


@transactional
async def start_draft(  # noqa: PLR0913 - what is known at the start, by keyword
    conn: AsyncConnection,
    owner: Owner,
    answers: Answers | ReplyAnswers,
    *,
    account_region: AccountRegion | None = None,
    channel: str = "",
    report: Checked | None = None,
) -> StoredDraft:
    """Inserts a draft with what is filled in already; a request has its account region in its answers."""
    kind = DraftKind.APPEAL if isinstance(answers, ReplyAnswers) else DraftKind.REQUEST
    now = await now_of(conn)
    row: dict[str, Any] = {
        "id": secrets.token_hex(8),
        "team": owner.team,
        "owner": owner.user,
        "kind": kind.value,
        "domain": "",
        "account": _fit_column(drafts.c.account, account_region.account if account_region else ""),
        "region": _fit_column(drafts.c.region, account_region.region if account_region else ""),
        "channel": _fit_column(drafts.c.channel, channel),
        "answers": pack(answers),
        "step": "",
        "finished": False,
        "revision": 0,
        "earlier": None,
        "report": pack(report) if report else None,
        "written": None,
        "created_at": now,
        "updated_at": now,
    } | _answer_columns(answers)
    await conn.execute(drafts.insert().values(**row))
    return _read_draft({**row, "posted_at": None, "posted_texts": None, "remind_at": None})


@transactional
async def save_step(
    conn: AsyncConnection,
    owner: Owner,
    draft_id: str,
    edit: Callable[[StoredDraft], tuple[Answers | ReplyAnswers, str] | None],
    *,
    kind: DraftKind | None = None,
) -> StoredDraft | None:
    """Edits the answers as they are now. `edit` gives the new answers, and the step that was submitted with them
    (`DONE`: the last one; the draft's own step: none was). `edit` is pure; two windows on one draft edit one after the
    other, each its own fields. None, and nothing written, when the owner has no such draft (of this `kind`) or `edit`
    gives None."""
    row = await _lock_draft(conn, owner, draft_id)
    before = _read_draft(row) if row else None
    edited = edit(before) if before and kind in (None, before.kind) else None
    if row is None or before is None or edited is None:
        return None
    answers, step = edited
    values: dict[str, Any] = {
        "answers": pack(answers),
        "step": _fit_column(drafts.c.step, step),
        "finished": before.finished or step == DONE,
        "revision": before.revision + 1,
        "updated_at": await now_of(conn),
    } | _answer_columns(answers)
    await conn.execute(update(drafts).where(drafts.c.id == draft_id).values(**values))
    return _read_draft({**row, **values})


@transactional
async def save_written(conn: AsyncConnection, draft: StoredDraft, written: Written | None) -> StoredDraft | None:
    """Saves the finished text; None, and nothing written, where the answers changed meanwhile or the draft is gone."""
    row = await _lock_draft(conn, draft.owner, draft.id)
    if row is None or row["revision"] != draft.revision:
        return None
    values = {"written": pack(written) if written else None}
    await conn.execute(update(drafts).where(drafts.c.id == draft.id).values(**values))
    return _read_draft({**row, **values})


@transactional
async def save_draft_report(conn: AsyncConnection, draft: StoredDraft, report: Checked) -> None:
    """Saves the last check of the domain with the draft."""
    await conn.execute(update(drafts).where(_is_owned(draft.owner, draft.id)).values(report=pack(report)))


@transactional
async def set_draft_account_region(
    conn: AsyncConnection, owner: Owner, draft_id: str, account_region: AccountRegion
) -> None:
    """Saves the account and region that the draft is about, where its answers do not say."""
    values = {
        "account": _fit_column(drafts.c.account, account_region.account),
        "region": _fit_column(drafts.c.region, account_region.region),
    }
    await conn.execute(update(drafts).where(_is_owned(owner, draft_id)).values(**values))


@transactional
async def save_channel(conn: AsyncConnection, owner: Owner, draft_id: str, channel: str) -> None:
    """Saves the channel where the owner last opened the draft: its result goes there."""
    await conn.execute(
        update(drafts).where(_is_owned(owner, draft_id)).values(channel=_fit_column(drafts.c.channel, channel))
    )


@transactional
async def load_draft(conn: AsyncConnection, owner: Owner, draft_id: str) -> StoredDraft | None:
    """Returns one draft of this owner."""
    row = (await conn.execute(select(drafts).where(_is_owned(owner, draft_id)))).mappings().one_or_none()
    return _read_draft(row) if row else None


@transactional
async def list_drafts(
    conn: AsyncConnection, owner: Owner, *, kind: DraftKind | None = None, started: bool = True, most: int = 20
) -> tuple[StoredDraft, ...]:
    """Returns the drafts of this owner, the latest first. `started`: only those that hold a word of theirs."""
    query = select(drafts).where(drafts.c.team == owner.team, drafts.c.owner == owner.user)
    if kind:
        query = query.where(drafts.c.kind == kind.value)
    if started:
        query = query.where(drafts.c.revision > 0)
    rows = (await conn.execute(query.order_by(drafts.c.updated_at.desc(), drafts.c.id).limit(most))).mappings().all()
    return tuple(_read_draft(row) for row in rows)


@transactional
async def load_latest_request(conn: AsyncConnection, account_region: AccountRegion) -> Answers | None:
    """Returns the answers of the newest finished request for an account region; a draft without an account is for
    any."""
    covers_region = and_(drafts.c.region == account_region.region, drafts.c.account.in_(("", account_region.account)))
    is_finished_request = and_(drafts.c.kind == DraftKind.REQUEST.value, drafts.c.finished)
    query = select(drafts).where(covers_region, is_finished_request).order_by(drafts.c.updated_at.desc()).limit(1)
    row = (await conn.execute(query)).mappings().one_or_none()
    answers = _read_draft(row).answers if row else None
    return answers if isinstance(answers, Answers) else None


@transactional
async def delete_draft(conn: AsyncConnection, owner: Owner, draft_id: str) -> bool:
    """Deletes it; False when the owner has no such draft."""
    return (await conn.execute(delete(drafts).where(_is_owned(owner, draft_id)))).rowcount == 1


@transactional
async def purge_drafts(conn: AsyncConnection, *, days: float) -> int:
    """Deletes drafts unchanged for `days` without a reminder, and, after a day, those never written into; returns how
    many."""
    now = await now_of(conn)
    is_untouched = and_(drafts.c.revision == 0, drafts.c.updated_at < now - _UNTOUCHED_RETENTION)
    is_old = and_(drafts.c.updated_at < now - timedelta(days=days), drafts.c.remind_at.is_(None))
    return (await conn.execute(delete(drafts).where(or_(is_old, is_untouched)))).rowcount


# Posting on the case


@transactional
async def mark_posted(conn: AsyncConnection, owner: Owner, draft_id: str, texts: Sequence[str]) -> StoredDraft | None:
    """Records that the owner posted `texts` on the case: no reminder is needed, and no reply repeats them. A reply
    makes it AWS's turn; the description of a request does not: it answers nothing that AWS may have asked meanwhile.
    None when the owner has no such draft. The first time keeps its date."""
    row = await _lock_draft(conn, owner, draft_id)
    if row is None:
        return None
    now = await now_of(conn)
    posted = list(dict.fromkeys([*(row["posted_texts"] or ()), *texts]))[-_MAX_TEXTS:]
    values = {"posted_at": row["posted_at"] or now, "posted_texts": posted, "remind_at": None, **RELEASED}
    await conn.execute(update(drafts).where(drafts.c.id == draft_id).values(**values))
    if row["kind"] == DraftKind.APPEAL.value:
        await update_turn(conn, AccountRegion(row["account"], row["region"]), Turn.AWS, now)
    return _read_draft({**row, **values})


@transactional
async def list_posted_texts(conn: AsyncConnection, owner: Owner, *, region: str) -> tuple[str, ...]:
    """Returns what this owner has posted on cases about this region, oldest first."""
    query = select(drafts.c.posted_texts).where(
        drafts.c.team == owner.team,
        drafts.c.owner == owner.user,
        drafts.c.posted_at.is_not(None),
        or_(drafts.c.region == region, drafts.c.region == ""),
    )
    rows = (await conn.execute(query.order_by(drafts.c.posted_at))).scalars().all()
    return tuple(dict.fromkeys(text for texts in rows for text in texts or ()))[-_MAX_TEXTS:]


@transactional
async def schedule_reminder(conn: AsyncConnection, owner: Owner, draft_id: str, due: datetime) -> None:
    """Reminds the owner at `due` (aware), unless they posted it or were reminded before."""
    is_open = and_(_is_owned(owner, draft_id), drafts.c.posted_at.is_(None), drafts.c.reminded_at.is_(None))
    await conn.execute(update(drafts).where(is_open).values(remind_at=due))


@transactional
async def reschedule_reminder(conn: AsyncConnection, owner: Owner, draft_id: str, due: datetime) -> None:
    """Reminds the owner at `due` (aware), as they asked, whatever was before. The draft is kept until then."""
    values = {"remind_at": due, "reminded_at": None}
    await conn.execute(update(drafts).where(_is_owned(owner, draft_id)).values(**values))


@transactional
async def claim_reminders(conn: AsyncConnection, *, most: int, lease: float) -> tuple[DueReminder, ...]:
    """Takes up to `most` reminders that are due and not leased, for `lease` seconds."""
    now = await now_of(conn)
    due = select(drafts).where(drafts.c.remind_at <= now, is_free(drafts, now)).order_by(drafts.c.remind_at).limit(most)
    return tuple(DueReminder(_read_draft(row), token) for row, token in await lease_rows(conn, drafts, due, now, lease))


@transactional
async def mark_reminded(conn: AsyncConnection, reminder: DueReminder) -> None:
    """Records that the owner was reminded: never again for this draft."""
    values = {"reminded_at": await now_of(conn), "remind_at": None, **RELEASED}
    await conn.execute(update(drafts).where(drafts.c.id == reminder.draft.id).values(**values))


@transactional
async def postpone_reminder(conn: AsyncConnection, reminder: DueReminder, *, seconds: float) -> None:
    """Reminds the owner, who could not be reached, again after `seconds`."""
    holds_lease = and_(drafts.c.id == reminder.draft.id, drafts.c.lease_token == reminder.token)
    values = {"remind_at": await now_of(conn) + timedelta(seconds=seconds), **RELEASED}
    await conn.execute(update(drafts).where(holds_lease).values(**values))


async def _lock_draft(conn: AsyncConnection, owner: Owner, draft_id: str) -> RowMapping | None:
    """Returns the row, locked against other replicas until the transaction ends."""
    query = select(drafts).where(_is_owned(owner, draft_id)).with_for_update()
    return (await conn.execute(query)).mappings().one_or_none()


def _is_owned(owner: Owner, draft_id: str) -> ColumnElement[bool]:
    return and_(drafts.c.id == draft_id, drafts.c.team == owner.team, drafts.c.owner == owner.user)


def _answer_columns(answers: Answers | ReplyAnswers) -> dict[str, str]:
    """Returns the columns that repeat answers of a request, so that lists and searches need not read it whole."""
    if not isinstance(answers, Answers):
        return {}
    names = {"domain": drafts.c.domain, "account": drafts.c.account, "region": drafts.c.region}
    return {name: _fit_column(column, getattr(answers, name)) for name, column in names.items()}


def _fit_column(column: Column[str], text: str) -> str:
    """Returns as much of a text as the column takes: PostgreSQL refuses more, and takes no NUL."""
    length = column.type.length if isinstance(column.type, String) else None
    return text.replace("\0", "")[:length]


def _read_draft(row: Any) -> StoredDraft:
    kind = DraftKind(row["kind"])
    return StoredDraft(
        id=row["id"],
        owner=Owner(row["team"], row["owner"]),
        kind=kind,
        answers=unpack_answers(kind, row["answers"]),
        domain=row["domain"],
        account=row["account"],
        region=row["region"],
        channel=row["channel"],
        step=row["step"],
        finished=row["finished"],
        revision=row["revision"],
        earlier=row["earlier"] or {},
        report=unpack_report(row["report"]),
        written=unpack_written(kind, row["written"]),
        updated_at=row["updated_at"],
        posted_at=row["posted_at"],
        posted_texts=tuple(row["posted_texts"] or ()),
        remind_at=row["remind_at"],
    )
