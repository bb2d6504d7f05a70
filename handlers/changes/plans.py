"""What every plan of a change needs: the services, the modal that shows it, and the account region that it is for."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from aws import Sessions
from checks.resolver import Resolver
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker, Services
from handlers.reports import NoReport
from handlers.slack_api import open_when_ready
from handlers.views.blocks import View
from handlers.views.changes import places_view, plan_view, words_view
from model import AccountRegion, SesRegionView
from model.changes import ChangeKind, ChangeStep
from model.drafting import Owner
from store import Database
from store.changes import plan_change


@dataclass(frozen=True, slots=True)
class ChangeServices:
    """`operators` are the Slack users who may confirm (SES_BOT_OPERATORS). `hurry` has account regions polled now,
    `channels` are those of the accounts' news, `resolver` asks DNS. `certain_after`: seconds after which a call that
    AWS shows no trace of was certainly not taken; `give_up_after`: seconds after which no one asks AWS any more what
    became of a call."""

    db: Database
    sessions: Sessions
    operators: tuple[str, ...]
    hurry: Callable[[Sequence[AccountRegion]], Awaitable[None]]
    channels: Callable[[AccountRegion], str | None]
    resolver: Resolver
    zone: tzinfo = UTC
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    arrivals: Callable[[str], Mapping[str, float]] | None = None
    """What became of mails to the simulator, by their label; None: no queue of events is read."""
    certain_after: float = 30.0
    give_up_after: float = 1_800.0
    reported: set[tuple[str, str]] = field(default_factory=set)
    """Who has read already what came of a change, by its id, while another person could not be reached."""

    def may_confirm(self, user: str) -> bool:
        """Whether this Slack user may have something changed at AWS."""
        return user in self.operators


_FAILED = "The plan could not be made. Nothing was sent. Try again in a moment."


async def open_plan(
    services: Services, asker: Asker, title: str, preparing: Coroutine[Any, Any, View], *, reading: str = "the account"
) -> None:
    """Open the plan that `preparing` gives. Where that takes time, a modal first says what is being read."""
    loading, failed = words_view(title, f"Reading {reading}…"), words_view(title, _FAILED)
    await open_when_ready(services.slack, asker.trigger_id, preparing, loading=loading, failed=failed)


async def show_plan(  # noqa: PLR0913, PLR0917 - what a plan is, and what is shown beside it
    changes: ChangeServices,
    shown_to: str,
    owner: Owner,
    kind: ChangeKind,
    steps: Sequence[ChangeStep],
    place: AccountRegion,
    *,
    lock: str,
    account_id: str | None = None,
    subject: str = "",
    revision: int = 0,
    **beside: Any,
) -> View:
    """Store a plan of `owner`, and draw it for a Slack user; `beside`: see `plan_view`."""
    change = await plan_change(
        changes.db, owner, kind, steps, place=place, subject=subject, revision=revision, lock=lock[:255]
    )
    return plan_view(change, account_id=account_id, may_confirm=changes.may_confirm(shown_to), **beside)


@dataclass(frozen=True, slots=True)
class DomainAt:
    """The domain of a report, and the one account region where something is to be done about it."""

    domain: str
    here: SesRegionView


async def domain_at(  # noqa: PLR0913 - the report, the place and the words
    services: Services,
    drafts: DraftServices,
    report_id: str,
    at: AccountRegion | None,
    *,
    title: str,
    action: str,
    choose: Callable[[Sequence[SesRegionView]], Sequence[SesRegionView]],
    none: str,
) -> DomainAt | View:
    """The account region `at`, or the only one that `choose` leaves; else a modal that asks which, by buttons of
    `action`, or that says why there is none."""
    try:
        [shown] = await services.reports.find(report_id)
    except NoReport as missing:
        return words_view(title, str(missing))
    domain = shown.checked.report.domain
    view = await drafts.at_aws(domain)
    meant = [one for one in choose(view.places) if at in (None, one.place)]
    if not meant:
        return words_view(title, view.why_not or none)
    return places_view(title, action, meant, report_id) if len(meant) > 1 else DomainAt(domain, meant[0])
