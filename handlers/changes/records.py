"""Publishing the records of a report in Route 53: planned set by set, confirmed by an operator, proven in DNS, undone
for a day.

The zone must be the one that DNS really asks, and the report still true: it is checked again before a plan is shown.
What another person changed since is never overwritten. The proof is what the zone's own name servers answer, past
every cache.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from aws import route53
from aws.zone_plan import answers_as, inverse, is_in, names_of, plain_name, plain_value, plan, shown_value
from checks.answers import Dns, Records, Unanswered, describe_answer, values
from checks.query import parse
from checks.resolver import AuthoritativeDns
from handlers.changes.plans import ChangeServices, open_plan, show_plan
from handlers.checking import shown_now
from handlers.drafts.listeners import DraftListeners
from handlers.listeners import Asker, Services
from handlers.logs import note
from handlers.payloads import Press
from handlers.reports import NoReport
from handlers.views.blocks import Message, View
from handlers.views.changes import FIX, UNDO, words_view
from handlers.views.naming import label
from handlers.views.records import zone_blocks
from handlers.views.report import report_message
from model import AccountRegion, Checked, Fix, Outcome, RegionOff, Unreadable, worst_first
from model.changes import Change, ChangeKind, ChangeState, ChangeStep, StepOutcome
from model.drafting import Owner
from model.zone import HostedZone, LeftOut, RecordSet, SetChange, ZoneChanges, ZonePlan
from store.changes import load_change

LISTENERS = DraftListeners()
_TITLE, _UNDO = "Fix it for me", "Undo"
_NOTHING = "This report has no records to publish."
_NO_ACCOUNT = "No AWS account is connected, so ses-bot can publish nothing. Copy the records of the report instead."
_NO_ZONE = (
    "No public zone of Route 53 in the connected accounts is the one that DNS asks for {domain}. Its name servers are: "
    "{servers}. Copy the records to where they are kept."
)
_UNREAD = "Route 53 could not be read: {why}. Nothing was changed."
_ALREADY = "Route 53 has these records already. Press “Check again” in a minute."
_OTHER_REPORT = (
    "DNS has changed since this report: it now asks for other records. Nothing was changed. Press “Check again” under "
    "the report, then “Fix it for me”."
)
_ON_ITS_WAY = (
    "At {name}, the name servers do not answer what Route 53 holds for {kind}: an earlier change is on its way. Try "
    "again in a minute. Nothing was changed."
)
_LEFT = "There is nothing here that ses-bot may publish."
_GONE = "This change is gone, or cannot be undone any more: “Undo” is there for a day."
_UNDONE = "This was undone already: the records are as they were before."


@dataclass(frozen=True, slots=True)
class FoundZones:
    """The zones that DNS asks, and the account region through which they are changed."""

    account_region: AccountRegion
    zones: tuple[HostedZone, ...]

    def held(self, names: Iterable[str]) -> int:
        """Returns how many of these names are in the zones."""
        return sum(any(is_in(name, zone.name) for zone in self.zones) for name in names)


@LISTENERS.action(FIX, "the plan")
async def fix(services: Services, changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Shows what publishing the report's records would change."""
    view = _plan_view(services, changes, asker.owner, asker.owner.user, press.value)
    await open_plan(services, asker, _TITLE, view, reading="the zone")


@LISTENERS.action(UNDO, "the plan")
async def undo(services: Services, changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Shows what undoing a change would do."""
    view = _undo_view(changes, asker.owner, asker.owner.user, press.value)
    await open_plan(services, asker, _UNDO, view, reading="the zone")


async def plan_again(services: Services, changes: ChangeServices, change: Change, viewer: str) -> View:
    """Returns the plan that an operator was asked to look at, made anew for the person who asked."""
    if change.kind is ChangeKind.UNDO:
        return await _undo_view(changes, change.owner, viewer, change.subject)
    return await _plan_view(services, changes, change.owner, viewer, change.subject)


async def _plan_view(services: Services, changes: ChangeServices, owner: Owner, viewer: str, report_id: str) -> View:
    try:
        [shown] = await services.reports.find(report_id, whole=True)
    except NoReport as missing:
        return words_view(_TITLE, str(missing))
    fixes = fixes_of(shown.checked)
    if not fixes:
        return words_view(_TITLE, _NOTHING)
    if not await _is_true(services, shown.query, shown.checked):
        return words_view(_TITLE, _OTHER_REPORT)
    dns = changes.resolver.fresh()
    found = await zones_of(changes, dns, shown.checked.report.domain, names_of(fixes))
    if isinstance(found, str):
        return words_view(_TITLE, found)
    sets = await sets_of(changes, found, names_of(fixes))
    if isinstance(sets, str):
        return words_view(_TITLE, sets)
    if problem := await _on_its_way(dns, sets, fixes):
        return words_view(_TITLE, problem)
    planned = plan(sets, fixes)
    planned = ZonePlan(planned.zones, (*planned.left, *_steps_left(shown.checked)))
    if not planned.zones:
        return words_view(_TITLE, _LEFT if planned.left else _ALREADY, *zone_blocks(planned))
    return await _shown_plan(changes, viewer, owner, ChangeKind.RECORDS, found.account_region, planned, shown.id)


def fixes_of(checked: Checked, without: Sequence[str] = ()) -> tuple[Fix, ...]:
    """Returns the fixes of a report that have records, the most urgent first; not those of the checks in `without`."""
    found = [one.fix for one in worst_first(checked.report.findings) if one.fix and one.check not in without]
    return tuple(one for one in found if one.records or one.remove)


def _steps_left(checked: Checked) -> list[LeftOut]:
    """Returns what no record fixes: a key that only AWS makes, an address that a person chooses, a website."""
    found = [one for one in worst_first(checked.report.findings) if one.outcome is not Outcome.PASS and one.fix]
    return [
        LeftOut(label(one.check), "", one.fix.step)
        for one in found
        if one.fix and one.fix.step and not one.fix.records and not one.fix.remove
    ]


async def _is_true(services: Services, query: str, shown: Checked) -> bool:
    """Tells whether the domain, checked again past every cache, asks for the same records as the report."""
    async with aclosing(services.checker.reports(parse(query), fresh=True)) as reports:
        now = await anext(reports)
    return _records(fixes_of(now, now.pending)) == _records(fixes_of(shown, now.pending))


def _records(fixes: Iterable[Fix]) -> set[tuple[object, object]]:
    return {(frozenset(one.remove), frozenset(one.records)) for one in fixes}


async def zones_of(
    changes: ChangeServices, dns: AuthoritativeDns, domain: str, names: Sequence[str]
) -> FoundZones | str:
    """Returns the zones that DNS asks for these names, of the account that has most of them; else why there are
    none."""
    account_regions = changes.sessions.dns_account_regions()
    if not account_regions:
        return _NO_ACCOUNT
    listed = await asyncio.gather(
        *(route53.zones_over(changes.sessions, account_region, names) for account_region in account_regions)
    )
    found, why = [], ""
    for account_region, zones in zip(account_regions, listed, strict=True):
        if isinstance(zones, Unreadable | RegionOff):
            why = why or zones.why
            continue
        servers = {zone.name: await dns.delegation(zone.name) for zone in zones}
        found.append(FoundZones(account_region, route53.delegated(zones, servers)))
    best = max(found, key=lambda one: one.held(names), default=None)
    if best and best.zones:
        return best
    if why:
        return _UNREAD.format(why=why)
    return _NO_ZONE.format(domain=domain, servers=", ".join(await _nearest_servers(dns, domain)) or "unknown")


async def _nearest_servers(dns: Dns, domain: str) -> tuple[str, ...]:
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        if found := values(await dns.ask(".".join(labels[start:]), "NS")):
            return found
    return ()


async def sets_of(
    changes: ChangeServices, found: FoundZones, names: Sequence[str]
) -> dict[HostedZone, tuple[RecordSet, ...]] | str:
    """Returns the sets at these names, zone by zone; else why they could not be read."""
    sets = {}
    for zone in found.zones:
        read = await route53.read_sets(changes.sessions, found.account_region, zone, names)
        if isinstance(read, Unreadable | RegionOff):
            return _UNREAD.format(why=read.why)
        sets[zone] = read
    return sets


async def _on_its_way(dns: Dns, sets: Mapping[HostedZone, Sequence[RecordSet]], fixes: Sequence[Fix]) -> str:
    """Returns why a plan would rest on what DNS does not answer yet; empty where DNS and the zone say the same."""
    about = {(one.name.lower(), one.type) for fix in fixes for one in (*fix.remove, *fix.records)}
    for one in (each for held in sets.values() for each in held):
        name = plain_name(one.name)
        if one.special or (name, one.type) not in about:
            continue
        answer = await dns.ask(name, one.type)
        if not isinstance(answer, Unanswered) and not answers_as(one, values(answer)):
            return _ON_ITS_WAY.format(name=name, kind=one.type)
    return ""


async def _shown_plan(  # noqa: PLR0913, PLR0917 - what a plan is made of
    changes: ChangeServices,
    shown_to: str,
    owner: Owner,
    kind: ChangeKind,
    account_region: AccountRegion,
    planned: ZonePlan,
    subject: str,
) -> View:
    """Stores the plan, for each zone one batch and its proof, and draws it."""
    steps = []
    for one in planned.zones:
        arguments = route53.arguments_of(one.zone, one.changes)
        steps.append(ChangeStep(route53.CHANGE_SETS, f"Records in the zone {one.zone.name}", arguments))
        steps.append(proof_of(one.changes))
    lock = " ".join(["zone", *sorted(one.zone.id for one in planned.zones)])
    return await show_plan(
        changes, owner, kind, steps, account_region, shown_to=shown_to, subject=subject, lock=lock, zone=planned
    )


async def _undo_view(changes: ChangeServices, owner: Owner, viewer: str, change_id: str) -> View:
    done = await load_change(changes.db, change_id)
    if done is None or done.kind is not ChangeKind.RECORDS or not done.may_undo(changes.now()):
        return words_view(_UNDO, _GONE)
    zones, words = [], ""
    for step in reversed(published(done)):
        back = ZoneChanges(route53.zone_in(step.arguments), inverse(route53.changes_of(step.arguments)))
        arguments = route53.arguments_of(back.zone, back.changes)
        ready = await route53.ready_to_change(changes.sessions, done.account_region, arguments)
        if ready is None:
            zones.append(back)
        elif ready.state is ChangeState.REFUSED:
            words = ready.words
    if words:
        return words_view(_UNDO, words)
    if not zones:
        return words_view(_UNDO, _UNDONE)
    return await _shown_plan(
        changes, viewer, owner, ChangeKind.UNDO, done.account_region, ZonePlan(tuple(zones)), done.id
    )


def published(change: Change) -> list[ChangeStep]:
    """Returns the batches that Route 53 took."""
    return [one for one in change.steps if one.operation == route53.CHANGE_SETS and one.state is ChangeState.DONE]


async def checked_again(services: Services, changes: ChangeServices, held: Change) -> tuple[Message, ...]:
    """Returns the report after a change of records: the domain checked past every cache. None where nothing was
    changed."""
    if held.kind not in (ChangeKind.RECORDS, ChangeKind.UNDO) or not published(held):
        return ()
    try:
        undone = await load_change(changes.db, held.subject) if held.kind is ChangeKind.UNDO else held
        [before] = await services.reports.find(undone.subject) if undone else ()
        query = parse(before.query)
        shown = shown_now(query, await services.checker.check(query, fresh=True))
    except Exception as error:  # noqa: BLE001 - in the log; the outcome of the change is said all the same
        note(error, "checking a domain after a change")
        return ()
    return (report_message(await services.reports.save(shown), publish=services.can_publish),)


ASK_SERVERS = "AskNameServers"


def proof_of(changes: Iterable[SetChange]) -> ChangeStep:
    """Returns the step that asks the name servers: name, type, what DNS must answer, and what it must not answer any
    more."""
    asked = []
    for one in changes:
        name, kind = one.named
        wanted, gone = _shown_values(one.after), _shown_values(one.before)
        asked.append([plain_name(name), kind, wanted, [value for value in gone if value not in wanted]])
    return ChangeStep(ASK_SERVERS, "What DNS answers", {"asked": asked})


def _shown_values(one: RecordSet | None) -> list[str]:
    return [shown_value(one.type, value) for value in one.values] if one else []


async def read_proof(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Tells whether DNS answers each set as published, and no value of a deleted one (a wildcard may answer in its
    account region)."""
    dns = changes.resolver.fresh()
    for name, kind, wanted, gone in step.arguments["asked"]:
        answer = await dns.ask(name, kind)
        if isinstance(answer, Unanswered):
            return StepOutcome(ChangeState.UNKNOWN, f"{name} {kind} is unanswered ({answer.why}).")
        found = {plain_value(kind, one) for one in answer.values} if isinstance(answer, Records) else set()
        if found != set(wanted) if wanted else found & set(gone):
            words = " · ".join(sorted(found)) or describe_answer(answer)
            return StepOutcome(ChangeState.UNKNOWN, f"{name} {kind} still answers: {words[:200]}")
    return StepOutcome(ChangeState.DONE, "The zone’s own name servers answer as planned.")
