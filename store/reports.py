"""The reports that people were shown, so that every replica answers their buttons with the same report.

Each function is one transaction. `team` is part of every query: a database may serve bots of several workspaces. The
last check of a watched domain is stored with them, for drafts to read.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from model import Checked, ShownReport
from store.database import insert_or_update, now_of, transactional
from store.packing import pack, unpack_report
from store.tables import shown_reports


@transactional
async def save_report(conn: AsyncConnection, team: str, report: ShownReport) -> None:
    """Saves a report, in place of its first part where that is saved. A first part that comes late replaces nothing."""
    values = {"checked": pack(report.checked), "pending": bool(report.checked.pending)}
    row = {"id": report.id, "team": team, "domain": report.checked.report.domain, "query": report.query}
    new = insert_or_update(conn, shown_reports).values(**row, **values, shown_at=report.shown_at)
    if report.checked.pending:
        await conn.execute(new.on_conflict_do_nothing(index_elements=["id"]))
    else:
        await conn.execute(new.on_conflict_do_update(index_elements=["id"], set_=values))


@transactional
async def save_recheck(conn: AsyncConnection, team: str, checked: Checked) -> None:
    """Saves the last check of a watched domain, in place of the one before."""
    domain = checked.report.domain
    earlier = (shown_reports.c.team == team, shown_reports.c.domain == domain, shown_reports.c.query.is_(None))
    await conn.execute(delete(shown_reports).where(*earlier))
    row = {"id": secrets.token_hex(8), "team": team, "domain": domain, "checked": pack(checked), "pending": False}
    await conn.execute(shown_reports.insert().values(**row, shown_at=await now_of(conn)))


@transactional
async def load_reports(conn: AsyncConnection, team: str, ids: Sequence[str]) -> tuple[ShownReport, ...]:
    """Returns the reports of these ids, in their order; those that are deleted or of a newer revision are left out."""
    conditions = (shown_reports.c.team == team, shown_reports.c.id.in_(ids), shown_reports.c.query.is_not(None))
    rows = {row["id"]: row for row in (await conn.execute(select(shown_reports).where(*conditions))).mappings()}
    reports = (
        (row, unpack_report(row["checked"])) for row in (rows[report_id] for report_id in ids if report_id in rows)
    )
    return tuple(ShownReport(row["id"], row["query"], checked, row["shown_at"]) for row, checked in reports if checked)


@transactional
async def load_latest_report(conn: AsyncConnection, team: str, domain: str, *, within: timedelta) -> Checked | None:
    """Returns the last whole report on a domain (A-labels), with whatever options; None where none is that young."""
    recent = shown_reports.c.shown_at > await now_of(conn) - within
    conditions = (
        shown_reports.c.team == team,
        shown_reports.c.domain == domain,
        shown_reports.c.pending.is_(False),
        recent,
    )
    query = select(shown_reports.c.checked).where(*conditions).order_by(shown_reports.c.shown_at.desc()).limit(1)
    return unpack_report(await conn.scalar(query))


@transactional
async def purge_reports(conn: AsyncConnection, *, days: float) -> int:
    """Deletes reports that were shown more than `days` ago; returns how many."""
    is_old = shown_reports.c.shown_at < await now_of(conn) - timedelta(days=days)
    return (await conn.execute(delete(shown_reports).where(is_old))).rowcount
