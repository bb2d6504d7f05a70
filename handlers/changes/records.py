"""Publishing the records of a report in Route 53: planned set by set, confirmed by an operator, proven in DNS, undone
for a day.

The zone must be the one that DNS really asks. What another person changed since the plan is never overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aws import route53
from aws.zone_plan import inverse, plain_name, plan, txt_octets
from checks.answers import Records
from handlers.changes.dns_proof import ASK_SERVERS
from handlers.changes.services import ChangeServices
from handlers.drafts.listeners import DraftListeners
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.reports import NoReport
from handlers.services import Services
from handlers.slack_api import open_when_ready
from handlers.views.changes import FIX, UNDO, plan_view, words_view
from handlers.views.message import View
from model import AccountRegion, Fix, RegionOff, ShownReport, Unreadable
from model.changes import Change, ChangeKind, ChangeState, ChangeStep
from model.drafting import Owner
from model.zone import HostedZone, SetChange, ZonePlan
from store.changes import load_change, plan_change

LISTENERS = DraftListeners()
_TITLE = "Fix it for me"
_NOTHING = "This report has no records to publish."
_NO_ACCOUNT = "No AWS account is connected, so ses-bot can publish nothing. “Copy records as…” gives them as code."
_NO_ZONE = (
    "No public zone of Route 53 in the connected accounts is the one that DNS asks for {domain}. Its name servers are: "
    "{servers}. Copy the records to where they are kept."
)
_UNREAD = "Route 53 could not be read: {why}. Nothing was changed."
_ALREADY = "Route 53 has these records already. Check again in a minute."
_GONE = "This change is gone, or cannot be undone any more."
_MOST_ACCOUNTS = 20


@dataclass(frozen=True, slots=True)
class _Found:
    """A zone that DNS asks, and the account region through which it is changed."""

    place: AccountRegion
    zone: HostedZone


@LISTENERS.action(FIX, "the plan")
async def fix(services: Services, changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Show what publishing the report's records would change."""
    loading, failed = words_view(_TITLE, "Reading the zone…"), words_view(_TITLE, "The plan could not be made.")
    view = _plan_view(services, changes, asker, press.value)
    await open_when_ready(services.slack, asker.trigger_id, view, loading=loading, failed=failed)


async def _plan_view(services: Services, changes: ChangeServices, asker: Asker, report_id: str) -> View:
    try:
        [shown] = await services.reports.find(report_id, whole=True)
    except NoReport as missing:
        return words_view(_TITLE, str(missing))
    fixes = fixes_of(shown)
    if not fixes:
        return words_view(_TITLE, _NOTHING)
    found = await _zone_of(changes, shown.checked.report.domain)
    if isinstance(found, str):
        return words_view(_TITLE, found)
    sets = await route53.read_sets(changes.sessions, found.place, found.zone, fixes)
    if isinstance(sets, Unreadable | RegionOff):
        return words_view(_TITLE, _UNREAD.format(why=sets.why))
    planned = plan(found.zone, sets, fixes)
    if not planned.changes and not planned.left:
        return words_view(_TITLE, _ALREADY)
    change = await _planned(changes, asker.owner, ChangeKind.RECORDS, found.place, planned, shown.id)
    return plan_view(change, account_id=None, may_confirm=changes.may_confirm(asker.owner.user), zone=planned)


def fixes_of(shown: ShownReport) -> tuple[Fix, ...]:
    """The fixes of a report that have records."""
    fixes = (one.fix for one in shown.checked.report.findings if one.fix)
    return tuple(one for one in fixes if one.records or one.remove)


async def _zone_of(changes: ChangeServices, domain: str) -> _Found | str:
    """The zone that DNS asks for the domain, among those of the connected accounts; else why there is none."""
    places = changes.sessions.dns_places()[:_MOST_ACCOUNTS]
    if not places:
        return _NO_ACCOUNT
    why, servers = "", await _servers_over(changes, domain)
    for place in places:
        zones = await route53.zones_over(changes.sessions, place, domain)
        if isinstance(zones, Unreadable | RegionOff):
            why = zones.why
            continue
        zone = route53.delegated(zones, servers)
        if zone:
            return _Found(place, zone)
    if why:
        return _UNREAD.format(why=why)
    nearest = next((one for one in servers.values() if one), ())
    return _NO_ZONE.format(domain=domain, servers=", ".join(nearest) or "unknown")


async def _servers_over(changes: ChangeServices, domain: str) -> dict[str, tuple[str, ...]]:
    """The name servers that DNS gives for the domain and the names above it, nearest first."""
    labels = domain.split(".")
    names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    dns = changes.resolver.fresh()
    answers = {name: await dns.ask(name, "NS") for name in names}
    return {name: one.values if isinstance(one, Records) and not one.aliases else () for name, one in answers.items()}


async def _planned(  # noqa: PLR0913, PLR0917 - what a plan is made of
    changes: ChangeServices,
    owner: Owner,
    kind: ChangeKind,
    place: AccountRegion,
    planned: ZonePlan,
    subject: str,
) -> Change:
    zone = planned.zone
    publish = ChangeStep(
        route53.CHANGE_SETS, f"Records in the zone {zone.name}", route53.arguments_of(zone, planned.changes)
    )
    proof = ChangeStep(ASK_SERVERS, "What DNS answers", {"expected": _expected(planned.changes)})
    return await plan_change(
        changes.db,
        owner,
        kind,
        [publish, proof],
        place=place,
        subject=subject,
        revision=0,
        lock=f"zone {zone.id}",
    )


def _expected(changes: Sequence[SetChange]) -> list[list[object]]:
    """What DNS must answer: name, type, values as DNS shows them."""
    found: list[list[object]] = []
    for one in changes:
        name, kind = one.named
        values = one.after.values if one.after else ()
        shown = [
            txt_octets(value).decode("utf-8", "replace") if kind == "TXT" else value.rstrip(".") for value in values
        ]
        found.append([plain_name(name), kind, shown])
    return found


@LISTENERS.action(UNDO, "the plan")
async def undo(services: Services, changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Show what undoing a change would do."""
    loading, failed = words_view("Undo", "Reading the zone…"), words_view("Undo", "The plan could not be made.")
    view = _undo_view(changes, asker, press.value)
    await open_when_ready(services.slack, asker.trigger_id, view, loading=loading, failed=failed)


async def _undo_view(changes: ChangeServices, asker: Asker, change_id: str) -> View:
    done = await load_change(changes.db, change_id)
    now = changes.now()
    if done is None or done.kind is not ChangeKind.RECORDS or done.settled_at is None or not done.may_undo(now):
        return words_view("Undo", _GONE)
    step = done.steps[0]
    if step.state is not ChangeState.DONE:
        return words_view("Undo", _GONE)
    arguments = step.arguments
    zone = HostedZone(str(arguments["zone"]), str(arguments["zone_name"]), tuple(arguments["servers"]))
    planned = ZonePlan(zone, inverse(route53.changes_of(arguments)))
    change = await _planned(changes, asker.owner, ChangeKind.UNDO, done.place, planned, done.subject)
    return plan_view(change, account_id=None, may_confirm=changes.may_confirm(asker.owner.user), zone=planned)
