"""What every plan of a change needs: the services, the modal that shows it, and the account region that it is for."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws import Sessions
from checks.resolver import Resolver
from handlers.drafts.listeners import DraftListeners
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker, Services
from handlers.payloads import Press
from handlers.reports import NoReport
from handlers.slack_api import open_when_ready
from handlers.views.blocks import View
from handlers.views.changes import (
    MOST_ACCOUNT_REGIONS,
    account_regions_view,
    parse_account_region,
    plan_view,
    words_view,
)
from model import AccountRegion, AccountRegionStatus, SesRegionView
from model.changes import ChangeKind, ChangeStep
from model.drafting import Owner
from store import Database
from store.changes import plan_change


@dataclass(frozen=True, slots=True)
class ChangeServices:
    """`operators` are the Slack users who may confirm (SES_BOT_OPERATORS). `poll_now` has account regions polled,
    `channel_of` gives the channel of an account's news, `resolver` asks DNS. `certain_after`: seconds after which a
    call that AWS shows no trace of was certainly not taken; `give_up_after`: seconds after which no one asks AWS any
    more what became of a call."""

    drafts: DraftServices
    sessions: Sessions
    operators: tuple[str, ...]
    poll_now: Callable[[Sequence[AccountRegion]], Awaitable[None]]
    channel_of: Callable[[AccountRegion], str | None]
    resolver: Resolver
    arrivals_of: Callable[[str], Mapping[str, float]] | None = None
    """What became of mails to the simulator, by their label; None: no queue of events is read."""
    certain_after: float = 30.0
    give_up_after: float = 1_800.0
    reported: set[tuple[str, str]] = field(default_factory=set)
    """Who has read already what came of a change, by its id, while another person could not be reached."""

    @property
    def services(self) -> Services:
        """What listeners that are not about changes need too."""
        return self.drafts.services

    @property
    def db(self) -> Database:
        """The database that drafts and changes are in."""
        return self.drafts.db

    def may_confirm(self, user: str) -> bool:
        """Tells whether this Slack user may have something changed at AWS."""
        return user in self.operators


_NOT_THERE = "This account and region is not watched any more, or has no such domain. Press the button again."
_FAILED = "The plan could not be made. Nothing was sent. Try again in a moment."


async def open_plan(
    changes: ChangeServices, asker: Asker, title: str, plan: Coroutine[Any, Any, View], *, reading: str = "the account"
) -> None:
    """Opens a plan. Where making it takes time, a modal first says what is being read."""
    loading, failed = words_view(title, f"Reading {reading}…"), words_view(title, _FAILED)
    await open_when_ready(changes.services.slack, asker.trigger_id, plan, loading=loading, failed=failed)


async def show_plan(  # noqa: PLR0913 - what a plan is, and what is shown beside it
    changes: ChangeServices,
    owner: Owner,
    kind: ChangeKind,
    steps: Sequence[ChangeStep],
    at: AccountRegion | AccountRegionStatus | SesRegionView,
    *,
    lock: str,
    shown_to: str = "",
    subject: str = "",
    revision: int = 0,
    **shown: Any,
) -> View:
    """Stores a plan of `owner`, and draws it for them or for another Slack user; `shown`: see `plan_view`."""
    account_region, account_id = (at, None) if isinstance(at, AccountRegion) else (at.account_region, at.account_id)
    change = await plan_change(
        changes.db,
        owner,
        kind,
        steps,
        account_region=account_region,
        subject=subject,
        revision=revision,
        lock=lock[:255],
    )
    return plan_view(change, account_id=account_id, may_confirm=changes.may_confirm(shown_to or owner.user), **shown)


@dataclass(frozen=True, slots=True)
class DomainPlan:
    """A plan for the domain of a report, at the only account region that `select` leaves, or at the one that the person
    then chooses. `action` is its button, `none_left` says that `select` leaves none, `explain_unable` why nothing can
    be planned (empty where something can)."""

    action: str
    title: str
    plan: Callable[[ChangeServices, Owner, str, SesRegionView], Awaitable[View]]
    select: Callable[[Sequence[SesRegionView]], Sequence[SesRegionView]]
    none_left: str
    explain_unable: Callable[[ChangeServices], str] = lambda _: ""

    async def view(
        self, changes: ChangeServices, owner: Owner, report_id: str, account_region: AccountRegion | None = None
    ) -> View:
        """Returns the plan; or the question which account region is meant; or why there is none."""
        if why := self.explain_unable(changes):
            return words_view(self.title, why)
        try:
            [shown] = await changes.services.reports.find(report_id)
        except NoReport as missing:
            return words_view(self.title, str(missing))
        domain = shown.checked.report.domain
        aws = await changes.drafts.look_up_at_aws(domain)
        selected = self.select(aws.region_views)
        views = [view for view in selected if account_region in (None, view.account_region)]
        if not views:
            return words_view(self.title, aws.why_not or (_NOT_THERE if selected else self.none_left))
        if len(views) > 1:
            return account_regions_view(self.title, f"{self.action}_at_", views, report_id)
        return await self.plan(changes, owner, domain, views[0])


def listen_to_domain_plan(listeners: DraftListeners, domain_plan: DomainPlan) -> None:
    """Listens to the plan's button under a report, and to those of the account regions to choose from."""

    @listeners.action(domain_plan.action, "the plan")
    async def plan_for_domain(changes: ChangeServices, asker: Asker, press: Press) -> None:
        view = domain_plan.view(changes, asker.owner, press.value)
        await open_plan(changes, asker, domain_plan.title, view, reading="SES")

    async def choose_account_region(changes: ChangeServices, owner: Owner, press: Press) -> View:
        return await domain_plan.view(changes, owner, *parse_account_region(press.value))

    for number in range(MOST_ACCOUNT_REGIONS):
        listeners.form_button(f"{domain_plan.action}_at_{number}")(choose_account_region)
