"""“Set up in SES” under a report: what SES lacks of a domain, as one plan with ticks, in an order that breaks no mail.

First the identity and its DKIM records, which SES gives only once the identity is there, then the records of MAIL FROM
and only then MAIL FROM, the suppression list, and a configuration set with events. What is there is kept; publishing
only adds. Where the zone is not in Route 53, records are left to the person: MAIL FROM is then set only once DNS
answers its records.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from aws import identities, route53
from aws.request import PUT_SUPPRESSION
from aws.zone_plan import plan_changes, record_names_of
from checks.answers import is_absent, values
from drafts.request import lacks_suppression
from handlers.changes.plans import ChangeServices, DomainPlan, listen_to_domain_plan, show_plan
from handlers.changes.records import FoundZones, find_zones, read_zone_sets
from handlers.drafts.listeners import DraftListeners
from handlers.views.blocks import View
from handlers.views.changes import SET_UP, TITLES, words_view
from model import AccountRegion, Fix, Identity, NotFound, Record, RegionOff, SesRegionView, Unreadable
from model.changes import ChangeKind, ChangeState, ChangeStep, Gate, StepOutcome
from model.drafting import Owner
from model.zone import HostedZone, ZonePlan

PUBLISH = "PublishIdentityRecords"


def publish_arguments(
    part: str, identity: str, found_zones: FoundZones, records: Sequence[Record] = ()
) -> dict[str, Any]:
    """Returns a step's arguments, as JSON values. Without records, they are the DKIM records that SES gives."""
    return {
        "part": part,
        "identity": identity,
        "records": [asdict(record) for record in records],
        "account": found_zones.account_region.account,
        "region": found_zones.account_region.region,
        "zones": [{"id": zone.id, "name": zone.name, "servers": list(zone.servers)} for zone in found_zones.zones],
    }


async def _plan_publishing(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> ZonePlan | str:
    """Returns what is still to be published; else why that is not known."""
    records = tuple(Record(**fields) for fields in step.arguments["records"])
    if not records:
        name = str(step.arguments["identity"])
        identity = await identities.read_exact_identity(changes.sessions, account_region, name)
        if not isinstance(identity, Identity):
            return f"SES has no identity {name}." if isinstance(identity, NotFound) else f"{identity.why}."
        records = identities.dkim_records(identity, name)
        if not records:
            return "SES has not given the DKIM records yet."
    fixes = [Fix(records)]
    sets = await read_zone_sets(changes, _zones_of(step), record_names_of(fixes))
    return sets if isinstance(sets, str) else plan_changes(sets, fixes)


def _zones_of(step: ChangeStep) -> FoundZones:
    arguments = step.arguments
    zones = tuple(HostedZone(zone["id"], zone["name"], tuple(zone["servers"])) for zone in arguments["zones"])
    return FoundZones(AccountRegion(arguments["account"], arguments["region"]), zones)


async def settle_publishing(
    changes: ChangeServices, account_region: AccountRegion, step: ChangeStep
) -> StepOutcome | None:
    """Returns DONE where the records are there; REFUSED where another record is in the way, or nothing is known."""
    planned = await _plan_publishing(changes, account_region, step)
    if isinstance(planned, str):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was published: {planned}")
    if planned.left:
        left = planned.left[0]
        return StepOutcome(ChangeState.REFUSED, f"Nothing was published: {left.name} {left.type}: {left.why}.")
    replacing = next((change for zone in planned.zones for change in zone.changes if change.before), None)
    if replacing:
        name, kind = replacing.key
        return StepOutcome(ChangeState.REFUSED, f"{name} has other {kind} records, which were left as they are.")
    return None if planned.zones else StepOutcome(ChangeState.DONE, "The records are there.")


async def publish_records(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Sends one batch, which only creates records."""
    planned = await _plan_publishing(changes, account_region, step)
    if isinstance(planned, str):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was published: {planned}")
    [batch] = planned.zones
    arguments = route53.to_arguments(batch.zone, batch.changes)
    return await route53.change_record_sets(changes.sessions, _zones_of(step).account_region, arguments)


async def read_published(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Returns DONE once the zone holds the records, and every server of Route 53 has them."""
    if step.receipt and not await route53.is_spread(changes.sessions, _zones_of(step).account_region, step.receipt):
        return StepOutcome(ChangeState.UNKNOWN, "Route 53 has the records and brings them to its servers.")
    planned = await _plan_publishing(changes, account_region, step)
    if isinstance(planned, str):
        return StepOutcome(ChangeState.UNKNOWN, planned)
    if planned.zones or planned.left:
        return StepOutcome(ChangeState.REFUSED, "The zone does not hold the records.")
    return StepOutcome(ChangeState.DONE, "Route 53 has the records.")


LISTENERS = DraftListeners()
_TITLE = TITLES[ChangeKind.IDENTITY]
_COMPLETE = "SES has all of this already: the identity, MAIL FROM, the suppression list and events. Check again."
_NOT_READ = "What SES has of this domain could not be read: {}. Nothing was changed. Try again in a minute."
_LABELS = ("bounce", "mail", "ses")
_NO_ACCOUNT = "No account that is watched could be asked about this domain."
_NO_ZONE = "The zone is not in a connected Route 53, so publishing its records is left to you"
_SET_NAME = "ses-bot-{}"


def _select_with_identity(views: Sequence[SesRegionView]) -> Sequence[SesRegionView]:
    """Returns the account regions in which SES has the domain; all of them where it has it in none."""
    return [view for view in views if isinstance(view.identity, Identity)] or views


async def plan_identity(changes: ChangeServices, owner: Owner, domain: str, view: SesRegionView) -> View:
    """Plans to set a domain up at one account region, and shows that."""
    identity = view.identity
    if identity is None or isinstance(identity, Unreadable | RegionOff):
        return words_view(_TITLE, _NOT_READ.format(identity.why if identity else "AWS has not answered in time"))
    name = domain if isinstance(identity, NotFound) else identity.name
    found_zones = await find_zones(changes, changes.resolver.authoritative_dns(), name, [name])
    zones = found_zones if isinstance(found_zones, FoundZones) else None
    gates = [Gate(False, _NO_ZONE, found_zones, stops=False)] if isinstance(found_zones, str) else []
    steps = [*_identity_steps(name, identity, zones)]
    region = view.account_region.region
    mail_from_steps, mail_from_gates = await _mail_from_steps(changes, name, identity, region, zones)
    steps += mail_from_steps
    gates += mail_from_gates
    if lacks_suppression(view.state.snapshot):
        details = ["Bounces and complaints go on the account’s suppression list."]
        steps.append(ChangeStep(PUT_SUPPRESSION, "Suppression list", {"part": "suppression", "details": details}))
    events = await _event_steps(changes, name, identity, view)
    if isinstance(events, str):
        gates.append(Gate(False, "Events are left as they are", events, stops=False))
    else:
        steps += events
    if not steps:
        return words_view(_TITLE, _COMPLETE)
    lock = f"identity {view.account_region.account} {region} {name}"
    return await show_plan(changes, owner, ChangeKind.IDENTITY, steps, view, subject=domain, lock=lock, gates=gates)


listen_to_domain_plan(LISTENERS, DomainPlan(SET_UP, _TITLE, plan_identity, _select_with_identity, _NO_ACCOUNT))


def _identity_steps(name: str, identity: Identity | NotFound, zones: FoundZones | None) -> Iterator[ChangeStep]:
    """Yields the step that makes the identity, and the one that publishes its DKIM records where that can be done."""
    if isinstance(identity, NotFound):
        details = [f"{name}: a domain identity with Easy DKIM, keys of 2048 bits"]
        arguments = {"part": "identity", "identity": name, "copy": zones is None, "details": details}
        yield ChangeStep(identities.CREATE_IDENTITY, "Identity", arguments)
    if zones and (isinstance(identity, NotFound) or (identity.dkim_status != "SUCCESS" and identity.signing_zone)):
        details = [f"three CNAME records below _domainkey.{name}, as SES gives them; nothing else is changed"]
        arguments = {**publish_arguments("identity", name, zones), "details": details}
        yield ChangeStep(PUBLISH, "DKIM records in Route 53", arguments)


async def _mail_from_steps(
    changes: ChangeServices, name: str, identity: Identity | NotFound, region: str, zones: FoundZones | None
) -> tuple[list[ChangeStep], list[Gate]]:
    """Returns the steps that publish the records of MAIL FROM and then set it: never before its records are there."""
    if isinstance(identity, Identity) and identity.mail_from:
        return [], []
    host, published = await _find_mail_from_host(changes, name, region)
    if not host:
        words = f"MAIL FROM is left out: {', '.join(_LABELS)} below {name} are in use, or DNS did not answer"
        return [], [Gate(False, words, "Choose a name in the SES console.", stops=False)]
    records = identities.mail_from_records(host, region)
    if not published and zones is None:
        step = f"Publish {'; '.join(map(_format_record, records))}. Then plan again."
        return [], [Gate(False, "MAIL FROM waits for its records", step, stops=False)]
    details = [f"{host}; if its MX is ever wrong, SES uses its own MAIL FROM, and mail still goes out"]
    arguments = {"part": "mail_from", "identity": name, "mail_from": host, "details": details}
    steps = [ChangeStep(identities.SET_MAIL_FROM, "MAIL FROM", arguments)]
    if not published and zones:
        details = [_format_record(record) for record in records]
        publish = {**publish_arguments("mail_from", name, zones, records), "details": details}
        steps.insert(0, ChangeStep(PUBLISH, "MAIL FROM records in Route 53", publish))
    return steps, []


def _format_record(record: Record) -> str:
    return f"{record.name} {record.type} {_format_value(record)}"


def _format_value(record: Record) -> str:
    return record.value if record.priority is None else f"{record.priority} {record.value}"


async def _find_mail_from_host(changes: ChangeServices, name: str, region: str) -> tuple[str, bool]:
    """Returns a host for MAIL FROM, and whether it has its records already; else one that has no records, or empty."""
    dns, free = changes.resolver.authoritative_dns(), ""
    for label in _LABELS:
        host = f"{label}.{name}"
        mx, txt = await dns.ask(host, "MX"), await dns.ask(host, "TXT")
        wanted_mx, wanted_txt = identities.mail_from_records(host, region)
        if values(mx) == (_format_value(wanted_mx),) and wanted_txt.value in values(txt):
            return host, True
        others = [await dns.ask(host, kind) for kind in ("A", "AAAA", "CNAME")]
        if not free and all(is_absent(answer) for answer in (mx, txt, *others)):
            free = host
    return free, False


async def _event_steps(
    changes: ChangeServices, name: str, identity: Identity | NotFound, view: SesRegionView
) -> Sequence[ChangeStep] | str:
    """Returns the steps that make a configuration set with events the default (one that is the default already is kept,
    and gets the events); else why events are left as they are."""
    account_id = view.account_id or await changes.sessions.read_account_id(view.account_region.account)
    if not account_id:
        return "The number of the account is not known, which the event bus needs. Try again in a minute."
    default = identity.configuration_set if isinstance(identity, Identity) else None
    set_name = default or _SET_NAME.format(name.replace(".", "-"))[:64]
    kinds = await identities.read_event_kinds(changes.sessions, view.account_region, set_name)
    if isinstance(kinds, Unreadable | RegionOff):
        return f"The configuration set {set_name} could not be read: {kinds.why}."
    bus = identities.event_bus_arn(changes.sessions, view.account_region, account_id)
    common = {"part": "events", "identity": name, "set": set_name}
    steps = []
    if isinstance(kinds, NotFound):
        steps.append(ChangeStep(identities.CREATE_SET, "Configuration set", {**common, "details": [set_name]}))
    if isinstance(kinds, NotFound) or not set(identities.EVENT_KINDS) <= set(kinds):
        details = [f"{', '.join(identities.EVENT_KINDS)} to EventBridge ({bus}); other destinations stay"]
        steps.append(ChangeStep(identities.CREATE_DESTINATION, "Events", {**common, "bus": bus, "details": details}))
    if not default:
        details = [f"{set_name} for mail of {name} that names no configuration set"]
        steps.append(ChangeStep(identities.SET_DEFAULT, "Default configuration set", {**common, "details": details}))
    return steps
