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
from itertools import chain
from typing import Any

from aws import route53
from aws.zone_plan import (
    dns_value,
    invert_changes,
    is_in,
    matches_answer,
    normalize_value,
    plan_changes,
    record_names_of,
    unescape_name,
)
from checks.answers import Dns, Records, Unanswered, describe_answer, values
from checks.query import parse
from checks.resolver import AuthoritativeDns
from handlers.changes.plans import ChangeServices, open_plan, show_plan
from handlers.checking import make_shown_report
from handlers.drafts.listeners import DraftListeners
from handlers.listeners import Asker, Services
from handlers.logs import log_error
from handlers.payloads import Press
from handlers.reports import NoReport
from handlers.views.blocks import Message, View
from handlers.views.changes import FIX, UNDO, words_view
from handlers.views.naming import check_label
from handlers.views.records import zone_blocks
from handlers.views.report import report_message
from model import AccountRegion, Checked, Fix, Outcome, RegionOff, Unreadable, sort_by_severity
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
_EARLIER_CHANGE = (
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

    def count_held(self, names: Iterable[str]) -> int:
        """Returns how many of these names are in the zones."""
        return sum(any(is_in(name, zone.name) for zone in self.zones) for name in names)


@LISTENERS.action(FIX, "the plan")
async def fix_records(changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Shows what publishing the report's records would change."""
    await open_plan(changes, asker, _TITLE, _plan_view(changes, asker.owner, press.value), reading="the zone")


@LISTENERS.action(UNDO, "the plan")
async def undo_change(changes: ChangeServices, asker: Asker, press: Press) -> None:
    """Shows what undoing a change would do."""
    await open_plan(changes, asker, _UNDO, _undo_view(changes, asker.owner, press.value), reading="the zone")


async def plan_again(changes: ChangeServices, change: Change, *, shown_to: str) -> View:
    """Returns the plan that an operator was asked to look at, made anew for the person who asked."""
    view = _undo_view if change.kind is ChangeKind.UNDO else _plan_view
    return await view(changes, change.owner, change.subject, shown_to=shown_to)


async def _plan_view(changes: ChangeServices, owner: Owner, report_id: str, *, shown_to: str = "") -> View:
    try:
        [shown] = await changes.services.reports.find(report_id, whole=True)
    except NoReport as missing:
        return words_view(_TITLE, str(missing))
    fixes = fixes_of(shown.checked)
    if not fixes:
        return words_view(_TITLE, _NOTHING)
    if not await _is_report_current(changes.services, shown.query, shown.checked):
        return words_view(_TITLE, _OTHER_REPORT)
    dns = changes.resolver.authoritative_dns()
    found_zones = await find_zones(changes, dns, shown.checked.report.domain, record_names_of(fixes))
    if isinstance(found_zones, str):
        return words_view(_TITLE, found_zones)
    sets = await read_zone_sets(changes, found_zones, record_names_of(fixes))
    if isinstance(sets, str):
        return words_view(_TITLE, sets)
    if problem := await _explain_earlier_change(dns, sets, fixes):
        return words_view(_TITLE, problem)
    planned = plan_changes(sets, fixes)
    planned = ZonePlan(planned.zones, (*planned.left, *_list_unfixable(shown.checked)))
    if not planned.zones:
        return words_view(_TITLE, _LEFT if planned.left else _ALREADY, *zone_blocks(planned))
    account_region = found_zones.account_region
    return await _show_zone_plan(
        changes, owner, ChangeKind.RECORDS, planned, account_region, subject=shown.id, shown_to=shown_to
    )


def fixes_of(checked: Checked, without: Sequence[str] = ()) -> tuple[Fix, ...]:
    """Returns the fixes of a report that have records, the most urgent first; not those of the checks in `without`."""
    findings = (finding for finding in sort_by_severity(checked.report.findings) if finding.check not in without)
    return tuple(finding.fix for finding in findings if finding.fix and (finding.fix.records or finding.fix.remove))


def _list_unfixable(checked: Checked) -> list[LeftOut]:
    """Returns what no record fixes: a key that only AWS makes, an address that a person chooses, a website."""
    findings = (finding for finding in sort_by_severity(checked.report.findings) if finding.outcome is not Outcome.PASS)
    return [
        LeftOut(check_label(finding.check), "", fix.step)
        for finding in findings
        if (fix := finding.fix) and fix.step and not fix.records and not fix.remove
    ]


async def _is_report_current(services: Services, query: str, shown: Checked) -> bool:
    """Tells whether the domain, checked again past every cache, asks for the same records as the report."""
    async with aclosing(services.checker.reports(parse(query), fresh=True)) as reports:
        current = await anext(reports)
    return _records_of(fixes_of(current, current.pending)) == _records_of(fixes_of(shown, current.pending))


def _records_of(fixes: Iterable[Fix]) -> set[tuple[object, object]]:
    return {(frozenset(fix.remove), frozenset(fix.records)) for fix in fixes}


async def find_zones(
    changes: ChangeServices, dns: AuthoritativeDns, domain: str, names: Sequence[str]
) -> FoundZones | str:
    """Returns the zones that DNS asks for these names, of the account that has most of them; else why there are
    none."""
    account_regions = changes.sessions.dns_account_regions()
    if not account_regions:
        return _NO_ACCOUNT
    listings = await asyncio.gather(
        *(route53.find_zones(changes.sessions, account_region, names) for account_region in account_regions)
    )
    found, why = [], ""
    for account_region, zones in zip(account_regions, listings, strict=True):
        if isinstance(zones, Unreadable | RegionOff):
            why = why or zones.why
            continue
        servers = {zone.name: await dns.delegation(zone.name) for zone in zones}
        found.append(FoundZones(account_region, route53.select_delegated_zones(zones, servers)))
    best = max(found, key=lambda zones: zones.count_held(names), default=None)
    if best and best.zones:
        return best
    if why:
        return _UNREAD.format(why=why)
    return _NO_ZONE.format(domain=domain, servers=", ".join(await _find_nearest_servers(dns, domain)) or "unknown")


async def _find_nearest_servers(dns: Dns, domain: str) -> tuple[str, ...]:
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        if servers := values(await dns.ask(".".join(labels[start:]), "NS")):
            return servers
    return ()


async def read_zone_sets(
    changes: ChangeServices, found_zones: FoundZones, names: Sequence[str]
) -> dict[HostedZone, tuple[RecordSet, ...]] | str:
    """Returns the sets at these names, zone by zone; else why they could not be read."""
    sets = {}
    for zone in found_zones.zones:
        zone_sets = await route53.read_record_sets(changes.sessions, found_zones.account_region, zone, names)
        if isinstance(zone_sets, Unreadable | RegionOff):
            return _UNREAD.format(why=zone_sets.why)
        sets[zone] = zone_sets
    return sets


async def _explain_earlier_change(
    dns: Dns, sets: Mapping[HostedZone, Sequence[RecordSet]], fixes: Sequence[Fix]
) -> str:
    """Returns why a plan would rest on what DNS does not answer yet; empty where DNS and the zone say the same."""
    fixed = {(record.name.lower(), record.type) for fix in fixes for record in (*fix.remove, *fix.records)}
    for record_set in chain.from_iterable(sets.values()):
        name = unescape_name(record_set.name)
        if record_set.special or (name, record_set.type) not in fixed:
            continue
        answer = await dns.ask(name, record_set.type)
        if not isinstance(answer, Unanswered) and not matches_answer(record_set, values(answer)):
            return _EARLIER_CHANGE.format(name=name, kind=record_set.type)
    return ""


async def _show_zone_plan(
    changes: ChangeServices, owner: Owner, kind: ChangeKind, planned: ZonePlan, account_region: AccountRegion, **of: Any
) -> View:
    """Stores the plan, for each zone one batch and its proof, and draws it; `of`: see `show_plan`."""
    steps = []
    for batch in planned.zones:
        arguments = route53.to_arguments(batch.zone, batch.changes)
        steps.append(ChangeStep(route53.CHANGE_SETS, f"Records in the zone {batch.zone.name}", arguments))
        steps.append(proof_step(batch.changes))
    lock = " ".join(["zone", *sorted(batch.zone.id for batch in planned.zones)])
    return await show_plan(changes, owner, kind, steps, account_region, lock=lock, zone=planned, **of)


async def _undo_view(changes: ChangeServices, owner: Owner, change_id: str, *, shown_to: str = "") -> View:
    change = await load_change(changes.db, change_id)
    if change is None or change.kind is not ChangeKind.RECORDS or not change.may_undo(changes.drafts.now()):
        return words_view(_UNDO, _GONE)
    zones, words = [], ""
    for step in reversed(published_steps(change)):
        inverted = invert_changes(route53.changes_of_arguments(step.arguments))
        undoing = ZoneChanges(route53.zone_of_arguments(step.arguments), inverted)
        arguments = route53.to_arguments(undoing.zone, undoing.changes)
        settled = await route53.check_before_change(changes.sessions, change.account_region, arguments)
        if settled is None:
            zones.append(undoing)
        elif settled.state is ChangeState.REFUSED:
            words = settled.words
    if words:
        return words_view(_UNDO, words)
    if not zones:
        return words_view(_UNDO, _UNDONE)
    undo, account_region = ZonePlan(tuple(zones)), change.account_region
    return await _show_zone_plan(
        changes, owner, ChangeKind.UNDO, undo, account_region, subject=change.id, shown_to=shown_to
    )


def published_steps(change: Change) -> list[ChangeStep]:
    """Returns the batches that Route 53 took."""
    return [step for step in change.steps if step.operation == route53.CHANGE_SETS and step.state is ChangeState.DONE]


async def check_records_again(changes: ChangeServices, change: Change) -> tuple[Message, ...]:
    """Returns the report after a change of records: the domain checked past every cache. None where nothing was
    changed."""
    if change.kind not in (ChangeKind.RECORDS, ChangeKind.UNDO) or not published_steps(change):
        return ()
    services = changes.services
    try:
        fixed = await load_change(changes.db, change.subject) if change.kind is ChangeKind.UNDO else change
        [before] = await services.reports.find(fixed.subject) if fixed else ()
        query = parse(before.query)
        shown = make_shown_report(query, await services.checker.check(query, fresh=True))
    except Exception as error:  # noqa: BLE001 - in the log; the outcome of the change is said all the same
        log_error(error, "checking a domain after a change")
        return ()
    return (report_message(await services.reports.save(shown), publish=services.can_publish),)


ASK_SERVERS = "AskNameServers"


def proof_step(changes: Iterable[SetChange]) -> ChangeStep:
    """Returns the step that asks the name servers: name, type, what DNS must answer, and what it must not answer any
    more."""
    asked = []
    for change in changes:
        name, kind = change.key
        wanted, gone = _list_shown_values(change.after), _list_shown_values(change.before)
        asked.append([unescape_name(name), kind, wanted, [value for value in gone if value not in wanted]])
    return ChangeStep(ASK_SERVERS, "What DNS answers", {"asked": asked})


def _list_shown_values(record_set: RecordSet | None) -> list[str]:
    return [dns_value(record_set.type, value) for value in record_set.values] if record_set else []


async def read_proof(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Returns DONE once DNS answers each set as published, and no value of a deleted one (a wildcard may answer in its
    place); UNKNOWN until then."""
    dns = changes.resolver.authoritative_dns()
    for name, kind, wanted, gone in step.arguments["asked"]:
        answer = await dns.ask(name, kind)
        if isinstance(answer, Unanswered):
            return StepOutcome(ChangeState.UNKNOWN, f"{name} {kind} is unanswered ({answer.why}).")
        answered = {normalize_value(kind, value) for value in answer.values} if isinstance(answer, Records) else set()
        if answered != set(wanted) if wanted else answered & set(gone):
            words = " · ".join(sorted(answered)) or describe_answer(answer)
            return StepOutcome(ChangeState.UNKNOWN, f"{name} {kind} still answers: {words[:200]}")
    return StepOutcome(ChangeState.DONE, "The zone’s own name servers answer as planned.")
