"""What is known of a draft's domain from outside: its report, its pages, what SES says of it, the accounts.

Pages are those that the website check found and names in the evidence of its findings. SES is asked for a moment; a
fact that is not known is left out, never taken for absent.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from checks import mx
from checks.answers import Tristate
from checks.names import BadDomain, domain_of
from checks.query import BadWebsite, parse_website
from checks.resolver import Resolver
from handlers.drafts.services import DraftServices
from model import AccountRegion, AccountRegionStatus, Checked, Finding, Identity, Outcome, Report, SesView
from model.drafting import DraftKind, StoredDraft
from model.request import Answers, DraftContext, SeenFacts
from store.changes import load_last_rehearsal

_MOST_HOSTS = 4
_REASONS = frozenset({"BOUNCE", "COMPLAINT"})
_PAGE = re.compile(r"(privacy policy|sign-up form|unsubscribe page): (https?://\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pages:
    """Addresses that the website check found; empty where it found none."""

    website: str = ""
    privacy: str = ""
    sign_up: str = ""
    unsubscribe: str = ""


def pages_of(checked: Checked | None) -> Pages:
    """Returns the pages in the evidence of the last check's findings about the website."""
    if checked is None:
        return Pages()
    findings = [one for one in checked.report.findings if one.check == "website"]
    lines = (line for one in findings for line in one.evidence)
    found = {match[1].lower(): match[2] for line in lines if (match := _PAGE.fullmatch(line))}
    outcomes = {one.outcome for one in findings}
    good = findings and not outcomes & {Outcome.FAIL, Outcome.UNKNOWN}
    website = (checked.website or f"https://{checked.report.domain}") if good else ""
    return Pages(
        website, found.get("privacy policy", ""), found.get("sign-up form", ""), found.get("unsubscribe page", "")
    )


async def last_check(drafts: DraftServices, domain: str, kept: Checked | None = None) -> Checked | None:
    """Returns the last check of a domain, as people write it; the one kept with the draft where there is no newer
    one."""
    name = ascii_of(domain)
    if not name:
        return None
    return await drafts.last_report(name) or (kept if kept and kept.report.domain == name else None)


async def context_of(
    drafts: DraftServices, stored: StoredDraft, account_regions: Sequence[AccountRegionStatus]
) -> tuple[DraftContext, Checked | None]:
    """Returns what remarks need, and the report that it is from."""
    answers = stored.request
    hosts = (ascii_of(one.rpartition("@")[2]) for one in answers.contacts if "@" in one)
    domains = tuple(dict.fromkeys(host for host in hosts if host))[:_MOST_HOSTS]
    asking = drafts.dead_domains(domains)
    dead = await drafts.in_time(asking, frozenset(), drafts.limits.contacts, "the contacts’ domains")
    checked = await last_check(drafts, answers.domain, stored.report)
    today = drafts.now().astimezone(drafts.zone).date()
    verified = verified_regions(ascii_of(answers.domain), account_regions)
    if checked is None:
        return DraftContext(today=today, dead_domains=dead, verified_regions=verified), None
    report = _about_its_website(checked, answers.website)
    return DraftContext(report, checked.registered, today, dead, verified), checked


def failing(stored: StoredDraft) -> tuple[Finding, ...]:
    """Returns what failed in the last check of a draft's domain: a reviewer finds it too, whatever the text says."""
    if stored.report is None:
        return ()
    report = _about_its_website(stored.report, stored.request.website)
    return tuple(one for one in report.findings if one.outcome is Outcome.FAIL)


async def dead_domains(resolver: Resolver, domains: Sequence[str]) -> frozenset[str]:
    """Returns those of some domains that take no mail, for certain."""
    found = await asyncio.gather(*(mx.look_up(domain, resolver) for domain in domains))
    return frozenset(facts.domain for facts in found if mx.receives_mail(facts) is Tristate.NO)


async def seen_of(
    drafts: DraftServices, answers: Answers, checked: Checked | None, account_regions: Sequence[AccountRegionStatus]
) -> SeenFacts:
    """Returns what the bot has seen itself of the domain in the region of the draft."""
    domain = ascii_of(answers.domain)
    aws = SesView()
    if domain:
        aws = await drafts.in_time(drafts.at_aws(domain), aws, drafts.limits.contacts, "the facts of SES")
    identity = _identity(aws, answers, account_regions)
    signed = identity is not None and identity.dkim_status == "SUCCESS" and identity.signing_enabled is not False
    mail_from = identity.mail_from if identity and identity.mail_from_status == "SUCCESS" else None
    return SeenFacts(
        at=drafts.now().astimezone(drafts.zone).date(),
        domain=domain,
        region=answers.region,
        verified=identity is not None and identity.verified is True,
        dkim=signed,
        mail_from=mail_from or "",
        dmarc=checked is not None and _dmarc_applies(checked.report),
        suppression=suppresses(answers, account_regions),
        rehearsed=await _rehearsed(drafts, answers, domain, account_regions),
    )


async def _rehearsed(
    drafts: DraftServices, answers: Answers, domain: str, account_regions: Sequence[AccountRegionStatus]
) -> date | None:
    """Returns the day of the last rehearsal in the draft's account region, in the team's zone."""
    here = account_region_of_answers(answers, account_regions)
    if here is None or not domain:
        return None
    asking = load_last_rehearsal(drafts.db, here.account_region, domain)
    last = await drafts.in_time(asking, None, drafts.limits.contacts, "the last rehearsal")
    return last.astimezone(drafts.zone).date() if last else None


def suppresses(answers: Answers, account_regions: Sequence[AccountRegionStatus]) -> bool:
    """Tells whether the account's suppression list takes bounces and complaints, as the last poll says."""
    here = account_region_of_answers(answers, account_regions)
    snapshot = here.known.snapshot if here else None
    return snapshot is not None and snapshot.suppression is not None and set(snapshot.suppression) >= _REASONS


def ses_note(answers: Answers, account_regions: Sequence[AccountRegionStatus], aws: SesView | None) -> str:
    """Returns what SES says of suppression and events, beside the question about bounces; empty where nothing is
    known."""
    here = account_region_of_answers(answers, account_regions)
    snapshot = here.known.snapshot if here else None
    lines = []
    if snapshot and snapshot.suppression is not None:
        on = " and ".join(
            {"BOUNCE": "bounces", "COMPLAINT": "complaints"}.get(one, one) for one in snapshot.suppression
        )
        lines.append(f"SES puts {on} on the account’s suppression list." if on else "SES’s suppression list is off.")
    events = (
        next(
            (one.events for one in aws.region_views if one.events and one.account_region.region == answers.region),
            None,
        )
        if aws
        else None
    )
    if events and events.kinds:
        kinds = ", ".join(kind.lower().replace("_", " ") for kind in events.kinds)
        lines.append(f"SES reports these events to you: {kinds}.")
    elif events:
        lines.append("SES reports no events to you: the default configuration set has no destination.")
    return "\n".join(lines)


def account_region_of_answers(
    answers: Answers, account_regions: Sequence[AccountRegionStatus]
) -> AccountRegionStatus | None:
    """Returns the watched account region that a request is for; None where it is not watched, or not the only one."""
    meant = [
        one
        for one in account_regions
        if one.account_region.region == answers.region and answers.account in ("", one.account_region.account)
    ]
    return meant[0] if len(meant) == 1 else None


def account_region_of_draft(
    stored: StoredDraft, account_regions: Sequence[AccountRegionStatus]
) -> AccountRegionStatus | None:
    """Returns the watched account region that a request or an answer is for; None where it is not watched, or not the
    only one."""
    if stored.kind is DraftKind.REQUEST:
        return account_region_of_answers(stored.request, account_regions)
    found = [one for one in account_regions if stored.region and same_account_region(one.account_region, stored)]
    return found[0] if len(found) == 1 else None


def verified_regions(domain: str, account_regions: Sequence[AccountRegionStatus]) -> tuple[str, ...]:
    """Returns the regions in which SES has the domain, or a parent of it, verified."""
    labels = domain.split(".")
    names = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    has = (one for one in account_regions if any(i.name in names and i.verified for i in one.known.identities or ()))
    return tuple(dict.fromkeys(one.account_region.region for one in has))


def same_account_region(account_region: AccountRegion, stored: StoredDraft) -> bool:
    return stored.region == account_region.region and (
        stored.account == account_region.account or "" in (stored.account, account_region.account)
    )


def ascii_of(domain: str) -> str:
    """Returns a domain in A-labels; empty where it is none."""
    try:
        return domain_of(domain) if domain else ""
    except BadDomain:
        return ""


def _identity(aws: SesView, answers: Answers, account_regions: Sequence[AccountRegionStatus]) -> Identity | None:
    """Returns what covers the domain in the draft's region: as SES says now, or as the last poll listed it."""
    asked = (one.identity for one in aws.region_views if one.account_region.region == answers.region)
    now = next((one for one in asked if isinstance(one, Identity)), None)
    if now:
        return now
    here = account_region_of_answers(answers, account_regions)
    listed = here.known.identities or () if here else ()
    return next((one for one in listed if one.name == ascii_of(answers.domain)), None)


def _dmarc_applies(report: Report) -> bool:
    """Tells whether the check found a record that applies: nothing failed, nothing is unknown."""
    outcomes = [one.outcome for one in report.findings if one.check == "dmarc"]
    return bool(outcomes) and not {Outcome.FAIL, Outcome.UNKNOWN} & set(outcomes)


def _about_its_website(checked: Checked, website: str) -> Report:
    """Returns the report without findings about another website than this: it need not be on the domain that sends."""
    report = checked.report
    if _host(website) in ("", _host(checked.website or report.domain)):
        return report
    findings = tuple(one for one in report.findings if one.check != "website")
    return Report(report.domain, report.verdict, findings, report.seconds, report.queries)


def _host(website: str) -> str:
    """Returns the host of a website, as people write it; empty where it is none."""
    try:
        return (urlsplit(parse_website(website)).hostname or "").removeprefix("www.")
    except BadWebsite:
        return ""
