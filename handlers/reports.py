"""The reports that people were shown: saved before they are posted, and found again by the buttons under them.

A database that does not answer costs a report nothing but its buttons, which then say what to do.
"""

import asyncio
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.logs import log_error
from model import Checked, ShownReport
from store import Database
from store.reports import load_latest_report, load_reports, save_recheck, save_report

log = logging.getLogger(__name__)

KEPT_DAYS = 30.0
_SAVING, _LOADING = 1.0, 5.0
"""Seconds that a post waits for its report to be saved, and a person for a report to be found."""
_CHECKING = timedelta(seconds=20)
"""Longer than a check may take: what is not whole by then, will never be."""
_PAUSE = 0.3
_LATEST = timedelta(days=1)
"""How long a draft goes by the last report: its questions are answered over hours."""
_IDS = re.compile(r"[0-9a-f]{16}(?: [0-9a-f]{16}){0,9}")
_GONE = (
    "ses-bot does not have this report: it is older than 30 days, or could not be saved. "
    "Press “Check again” under the report."
)
_STOPPED = "ses-bot stopped before this check was finished. Press “Check again” under the report."
_NO_DATABASE = "The database does not answer, so the report cannot be shown now. Try again in a minute (error id {})."


class NoReport(Exception):
    """There is no report to show. The text is for the person: why not, and what to do."""


def is_report(value: str) -> bool:
    """Tells whether a button's value names reports, and no query."""
    return _IDS.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports that were shown in the workspace `team`."""

    db: Database
    team: str

    async def save(self, shown: ShownReport) -> ShownReport:
        """Saves a report that is about to be posted, and returns it, saved or not."""
        try:
            async with asyncio.timeout(_SAVING):
                await save_report(self.db, self.team, shown)
        except TimeoutError:  # the transaction goes on, see `Database.run`
            log.warning("the database is slow: a report is posted before it is saved")
        except Exception as error:  # noqa: BLE001 - in the log; the report is posted all the same
            log_error(error, "saving a report")
        return shown

    async def save_check(self, checked: Checked) -> None:
        """Saves the last check of a watched domain: drafts go by it."""
        try:
            await save_recheck(self.db, self.team, checked)
        except Exception as error:  # noqa: BLE001 - in the log; the person is notified all the same
            log_error(error, "saving the check of a watched domain")

    async def find(self, value: str, *, whole: bool = False) -> tuple[ShownReport, ...]:
        """Returns the reports that a button's value names, each with all its parts once its check has ended. `whole`:
        with nothing missing. `NoReport` where one cannot be had."""
        ids = value.split() if is_report(value) else []
        while True:
            reports = await self._load(ids)
            if not ids or len(reports) < len(ids):
                raise NoReport(_GONE)
            pending = [shown for shown in reports if shown.checked.pending]
            if not pending:
                return reports
            if all(datetime.now(UTC) - shown.shown_at > _CHECKING for shown in pending):
                break
            await asyncio.sleep(_PAUSE)  # the check is under way, here or at another replica
        if whole:
            raise NoReport(_STOPPED)
        return reports

    async def load_latest(self, domain: str) -> Checked | None:
        """Returns the last whole report on a domain (A-labels) that drafts go by."""
        return await load_latest_report(self.db, self.team, domain, within=_LATEST)

    async def _load(self, ids: list[str]) -> tuple[ShownReport, ...]:
        try:
            async with asyncio.timeout(_LOADING):
                return await load_reports(self.db, self.team, ids) if ids else ()
        except Exception as error:
            raise NoReport(_NO_DATABASE.format(log_error(error, "finding a report"))) from error
