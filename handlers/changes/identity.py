"""“Set up in SES” under a report: what SES lacks of a domain, as one plan with ticks, in an order that breaks no mail.

First the identity and its DKIM records, then the records of MAIL FROM and only then MAIL FROM, the suppression list,
and a configuration set with events. What is there is kept. Where the zone is not in Route 53, records are left to the
person: MAIL FROM is then set only once DNS answers its records.
"""

from collections.abc import Iterator, Sequence

from aws import identities
from aws.request import PUT_SUPPRESSION
from checks.answers import absent, values
from drafts.request import wants_suppression
from handlers.changes.identity_records import PUBLISH, arguments_of
from handlers.changes.plans import open_plan
from handlers.changes.records import FoundZones, zones_of
from handlers.changes.services import ChangeServices
from handlers.drafts.listeners import DraftListeners
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.reports import NoReport
from handlers.services import Services
from handlers.views.changes import SET_UP, TITLES, plan_view, words_view
from handlers.views.message import View
from handlers.views.places import MOST_PLACES, parse_place, places_view
from model import AccountRegion, Identity, NotFound, Record, RegionOff, SesRegionView, Unreadable
from model.changes import ChangeKind, ChangeStep, Gate
from model.drafting import Owner
from store.changes import plan_change

LISTENERS = DraftListeners()
SET_UP_AT = "identity_set_up_at_"
_TITLE = TITLES[ChangeKind.IDENTITY]
_COMPLETE = "SES has all of this already: the identity, MAIL FROM, the suppression list and events. Check again."
_NOT_READ = "What SES has of this domain could not be read: {}. Nothing was changed. Try again in a minute."
_LABELS = ("bounce", "mail", "ses")
_NO_ZONE = "The zone is not in a connected Route 53, so publishing its records is left to you"
_SET_NAME = "ses-bot-{}"


@LISTENERS.action(SET_UP, "the plan")
async def set_up(
    services: Services, drafts: DraftServices, changes: ChangeServices, asker: Asker, press: Press
) -> None:
    """Show what setting up the report's domain would do."""
    view = _view(services, drafts, changes, asker.owner, press.value)
    await open_plan(services, asker, _TITLE, view, reading="SES")


async def set_up_at(
    services: Services, drafts: DraftServices, changes: ChangeServices, owner: Owner, press: Press
) -> View:
    """Show the plan to set up the domain at the account region that was chosen."""
    report_id, place = parse_place(press.value)
    return await _view(services, drafts, changes, owner, report_id, place)


for _number in range(MOST_PLACES):
    LISTENERS.form_button(f"{SET_UP_AT}{_number}")(set_up_at)


async def _view(  # noqa: PLR0913, PLR0917 - what a plan is made of
    services: Services,
    drafts: DraftServices,
    changes: ChangeServices,
    owner: Owner,
    report_id: str,
    at: AccountRegion | None = None,
) -> View:
    try:
        [shown] = await services.reports.find(report_id)
    except NoReport as missing:
        return words_view(_TITLE, str(missing))
    domain = shown.checked.report.domain
    view = await drafts.at_aws(domain)
    if view.why_not or not view.places:
        return words_view(_TITLE, view.why_not or "No account that is watched could be asked about this domain.")
    having = [one for one in view.places if isinstance(one.identity, Identity)]
    meant = [one for one in having or view.places if at in (None, one.place)]
    if not meant:
        return words_view(_TITLE, "This account and region is not watched any more.")
    if len(meant) > 1:
        return places_view(_TITLE, SET_UP_AT, meant, report_id)
    return await planned_view(changes, owner, domain, meant[0])


async def planned_view(changes: ChangeServices, owner: Owner, domain: str, here: SesRegionView) -> View:
    """Plan to set a domain up at one account region, and show that."""
    identity = here.identity
    if identity is None or isinstance(identity, Unreadable | RegionOff):
        return words_view(_TITLE, _NOT_READ.format(identity.why if identity else "AWS has not answered in time"))
    name = domain if isinstance(identity, NotFound) else identity.name
    found = await zones_of(changes, changes.resolver.fresh(), name, [name])
    zones, gates = (found, []) if isinstance(found, FoundZones) else (None, [Gate(False, _NO_ZONE, found, stops=False)])
    steps = [*_identity_steps(name, identity, zones)]
    more, gate = await _mail_from_steps(changes, name, identity, here.place.region, zones)
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
    change = await plan_change(
        changes.db,
        owner,
        ChangeKind.IDENTITY,
        steps,
        place=here.place,
        subject=domain,
        revision=0,
        lock=f"identity {here.place.account} {here.place.region} {name}"[:255],
    )
    may_confirm = changes.may_confirm(owner.user)
    return plan_view(change, account_id=here.account_id, may_confirm=may_confirm, gates=gates)


def _identity_steps(name: str, identity: Identity | NotFound, zones: FoundZones | None) -> Iterator[ChangeStep]:
    """The identity, and its DKIM records where they can be published."""
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
    """The records of MAIL FROM, then MAIL FROM: never before its records are there."""
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
    """A name for MAIL FROM, and whether it holds its records already, as after "Fix it for me"; else one that holds
    nothing. Empty: there is none."""
    dns, free = changes.resolver.fresh(), ""
    for label in _LABELS:
        host = f"{label}.{name}"
        mx, txt = await dns.ask(host, "MX"), await dns.ask(host, "TXT")
        wanted_mx, wanted_txt = identities.mail_from_records(host, region)
        if values(mx) == (_value(wanted_mx),) and wanted_txt.value in values(txt):
            return host, True
        others = [await dns.ask(host, kind) for kind in ("A", "AAAA", "CNAME")]
        if not free and all(absent(one) for one in (mx, txt, *others)):
            free = host
    return free, False


async def _event_steps(
    changes: ChangeServices, name: str, identity: Identity | NotFound, here: SesRegionView
) -> Sequence[ChangeStep] | str:
    """A configuration set with events as the default; one that is the default already is kept, and gets the events."""
    account_id = here.account_id or await changes.sessions.account_id(here.place.account)
    if not account_id:
        return "The number of the account is not known, which the event bus needs. Try again in a minute."
    chosen = identity.configuration_set if isinstance(identity, Identity) else None
    a_set = chosen or _SET_NAME.format(name.replace(".", "-"))[:64]
    kinds = await identities.event_kinds(changes.sessions, here.place, a_set)
    if isinstance(kinds, Unreadable | RegionOff):
        return f"The configuration set {a_set} could not be read: {kinds.why}."
    bus = identities.bus_of(changes.sessions, here.place, account_id)
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
