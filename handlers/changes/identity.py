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
from aws.zone_plan import names_of, plan
from checks.answers import is_absent, values
from drafts.request import wants_suppression
from handlers.changes.plans import ChangeServices, DomainPlan, listen_at_domain, show_plan
from handlers.changes.records import FoundZones, sets_of, zones_of
from handlers.drafts.listeners import DraftListeners
from handlers.views.blocks import View
from handlers.views.changes import SET_UP, TITLES, words_view
from model import AccountRegion, Fix, Identity, NotFound, Record, RegionOff, SesRegionView, Unreadable
from model.changes import ChangeKind, ChangeState, ChangeStep, Gate, StepOutcome
from model.drafting import Owner
from model.zone import HostedZone, ZonePlan

PUBLISH = "PublishIdentityRecords"


def arguments_of(part: str, identity: str, found: FoundZones, records: Sequence[Record] = ()) -> dict[str, Any]:
    """Returns a step's arguments, as JSON values. Without records, they are the DKIM records that SES gives."""
    return {
        "part": part,
        "identity": identity,
        "records": [asdict(one) for one in records],
        "account": found.account_region.account,
        "region": found.account_region.region,
        "zones": [{"id": one.id, "name": one.name, "servers": list(one.servers)} for one in found.zones],
    }


async def _to_publish(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> ZonePlan | str:
    """Returns what is still to be published; else why that is not known."""
    records = tuple(Record(**one) for one in step.arguments["records"])
    if not records:
        name = str(step.arguments["identity"])
        identity = await identities.exact_identity(changes.sessions, account_region, name)
        if not isinstance(identity, Identity):
            return f"SES has no identity {name}." if isinstance(identity, NotFound) else f"{identity.why}."
        records = identities.dkim_records(identity, name)
        if not records:
            return "SES has not given the DKIM records yet."
    fixes = [Fix(records)]
    sets = await sets_of(changes, _zones(step), names_of(fixes))
    return sets if isinstance(sets, str) else plan(sets, fixes)


def _zones(step: ChangeStep) -> FoundZones:
    held = step.arguments
    zones = tuple(HostedZone(one["id"], one["name"], tuple(one["servers"])) for one in held["zones"])
    return FoundZones(AccountRegion(held["account"], held["region"]), zones)


async def ready_to_publish(
    changes: ChangeServices, account_region: AccountRegion, step: ChangeStep
) -> StepOutcome | None:
    """DONE where the records are there; REFUSED where another record is in the way, or nothing is known."""
    planned = await _to_publish(changes, account_region, step)
    if isinstance(planned, str):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was published: {planned}")
    if planned.left:
        one = planned.left[0]
        return StepOutcome(ChangeState.REFUSED, f"Nothing was published: {one.name} {one.type}: {one.why}.")
    taken = next((change for zone in planned.zones for change in zone.changes if change.before), None)
    if taken:
        name, kind = taken.named
        return StepOutcome(ChangeState.REFUSED, f"{name} has other {kind} records, which were left as they are.")
    return None if planned.zones else StepOutcome(ChangeState.DONE, "The records are there.")


async def publish_records(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Returns one batch, which only creates."""
    planned = await _to_publish(changes, account_region, step)
    if isinstance(planned, str):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was published: {planned}")
    [one] = planned.zones
    arguments = route53.arguments_of(one.zone, one.changes)
    return await route53.change_sets(changes.sessions, _zones(step).account_region, arguments)


async def read_published(changes: ChangeServices, account_region: AccountRegion, step: ChangeStep) -> StepOutcome:
    """Tells whether the zone holds the records, and every server of Route 53 has them."""
    if step.receipt and not await route53.is_spread(changes.sessions, _zones(step).account_region, step.receipt):
        return StepOutcome(ChangeState.UNKNOWN, "Route 53 has the records and brings them to its servers.")
    planned = await _to_publish(changes, account_region, step)
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


def _identified_first(account_regions: Sequence[SesRegionView]) -> Sequence[SesRegionView]:
    """Returns where SES has the domain; where it has it nowhere, every account region."""
    return [one for one in account_regions if isinstance(one.identity, Identity)] or account_regions


async def planned_view(changes: ChangeServices, owner: Owner, domain: str, here: SesRegionView) -> View:
    """Plans to set a domain up at one account region, and shows that."""
    identity = here.identity
    if identity is None or isinstance(identity, Unreadable | RegionOff):
        return words_view(_TITLE, _NOT_READ.format(identity.why if identity else "AWS has not answered in time"))
    name = domain if isinstance(identity, NotFound) else identity.name
    found = await zones_of(changes, changes.resolver.fresh(), name, [name])
    zones, gates = (found, []) if isinstance(found, FoundZones) else (None, [Gate(False, _NO_ZONE, found, stops=False)])
    steps = [*_identity_steps(name, identity, zones)]
    more, gate = await _mail_from_steps(changes, name, identity, here.account_region.region, zones)
    steps += more
    gates += gate
    if wants_suppression(here.known.snapshot):
        details = ["Bounces and complaints go on the account’s suppression list."]
        steps.append(ChangeStep(PUT_SUPPRESSION, "Suppression list", {"part": "suppression", "details": details}))
    events = await _event_steps(changes, name, identity, here)
    if isinstance(events, str):
        gates.append(Gate(False, "Events are left as they are", events, stops=False))
    else:
        steps += events
    if not steps:
        return words_view(_TITLE, _COMPLETE)
    return await show_plan(
        changes,
        owner,
        ChangeKind.IDENTITY,
        steps,
        here.account_region,
        account_id=here.account_id,
        subject=domain,
        lock=f"identity {here.account_region.account} {here.account_region.region} {name}",
        gates=gates,
    )


listen_at_domain(LISTENERS, DomainPlan(SET_UP, _TITLE, planned_view, _identified_first, _NO_ACCOUNT))


def _identity_steps(name: str, identity: Identity | NotFound, zones: FoundZones | None) -> Iterator[ChangeStep]:
    """Yields the identity, and its DKIM records where they can be published."""
    if isinstance(identity, NotFound):
        details = [f"{name}: a domain identity with Easy DKIM, keys of 2048 bits"]
        arguments = {"part": "identity", "identity": name, "copy": zones is None, "details": details}
        yield ChangeStep(identities.CREATE_IDENTITY, "Identity", arguments)
    if zones and (isinstance(identity, NotFound) or (identity.dkim_status != "SUCCESS" and identity.signing_zone)):
        details = [f"three CNAME records below _domainkey.{name}, as SES gives them; nothing else is changed"]
        arguments = {**arguments_of("identity", name, zones), "details": details}
        yield ChangeStep(PUBLISH, "DKIM records in Route 53", arguments)


async def _mail_from_steps(
    changes: ChangeServices, name: str, identity: Identity | NotFound, region: str, zones: FoundZones | None
) -> tuple[list[ChangeStep], list[Gate]]:
    """Returns the records of MAIL FROM, then MAIL FROM: never before its records are there."""
    if isinstance(identity, Identity) and identity.mail_from:
        return [], []
    host, published = await _mail_from_name(changes, name, region)
    if not host:
        words = f"MAIL FROM is left out: {', '.join(_LABELS)} below {name} are in use, or DNS did not answer"
        return [], [Gate(False, words, "Choose a name in the SES console.", stops=False)]
    records = identities.mail_from_records(host, region)
    if not published and zones is None:
        listed = "; ".join(f"{one.name} {one.type} {_value(one)}" for one in records)
        return [], [Gate(False, "MAIL FROM waits for its records", f"Publish {listed}. Then plan again.", stops=False)]
    details = [f"{host}; if its MX is ever wrong, SES uses its own MAIL FROM, and mail still goes out"]
    arguments = {"part": "mail_from", "identity": name, "mail_from": host, "details": details}
    steps = [ChangeStep(identities.SET_MAIL_FROM, "MAIL FROM", arguments)]
    if not published and zones:
        lines = [f"{one.name} {one.type} {_value(one)}" for one in records]
        publish = {**arguments_of("mail_from", name, zones, records), "details": lines}
        steps.insert(0, ChangeStep(PUBLISH, "MAIL FROM records in Route 53", publish))
    return steps, []


def _value(record: Record) -> str:
    return record.value if record.priority is None else f"{record.priority} {record.value}"


async def _mail_from_name(changes: ChangeServices, name: str, region: str) -> tuple[str, bool]:
    """Returns a name for MAIL FROM, and whether it holds its records already; else one that holds nothing, or empty."""
    dns, free = changes.resolver.fresh(), ""
    for label in _LABELS:
        host = f"{label}.{name}"
        mx, txt = await dns.ask(host, "MX"), await dns.ask(host, "TXT")
        wanted_mx, wanted_txt = identities.mail_from_records(host, region)
        if values(mx) == (_value(wanted_mx),) and wanted_txt.value in values(txt):
            return host, True
        others = [await dns.ask(host, kind) for kind in ("A", "AAAA", "CNAME")]
        if not free and all(is_absent(one) for one in (mx, txt, *others)):
            free = host
    return free, False


async def _event_steps(
    changes: ChangeServices, name: str, identity: Identity | NotFound, here: SesRegionView
) -> Sequence[ChangeStep] | str:
    """Returns a configuration set with events as the default; one that is the default already is kept, and gets the
    events."""
    account_id = here.account_id or await changes.sessions.account_id(here.account_region.account)
    if not account_id:
        return "The number of the account is not known, which the event bus needs. Try again in a minute."
    chosen = identity.configuration_set if isinstance(identity, Identity) else None
    a_set = chosen or _SET_NAME.format(name.replace(".", "-"))[:64]
    kinds = await identities.event_kinds(changes.sessions, here.account_region, a_set)
    if isinstance(kinds, Unreadable | RegionOff):
        return f"The configuration set {a_set} could not be read: {kinds.why}."
    bus = identities.bus_of(changes.sessions, here.account_region, account_id)
    about = {"part": "events", "identity": name, "set": a_set}
    steps = []
    if isinstance(kinds, NotFound):
        steps.append(ChangeStep(identities.CREATE_SET, "Configuration set", {**about, "details": [a_set]}))
    if isinstance(kinds, NotFound) or not set(identities.KINDS) <= set(kinds):
        details = [f"{', '.join(identities.KINDS)} to EventBridge ({bus}); other destinations stay"]
        steps.append(ChangeStep(identities.CREATE_DESTINATION, "Events", {**about, "bus": bus, "details": details}))
    if not chosen:
        details = [f"{a_set} for mail of {name} that names no configuration set"]
        steps.append(ChangeStep(identities.SET_DEFAULT, "Default configuration set", {**about, "details": details}))
    return steps
