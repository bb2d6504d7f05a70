"""What is known of a draft's domain from outside: its report, its pages, what SES says of it, the accounts.

Pages are those that the website check found and names in the evidence of its findings. SES is asked for a moment; a
fact that is not known is left out, never taken for absent.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
_REASONS = {"BOUNCE": "bounces", "COMPLAINT": "complaints"}
_PAGE = re.compile(r"(privacy policy|sign-up form|unsubscribe page): (https?://\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pages:
    """Addresses that the website check found; empty where it found none."""

    website: str = ""
    privacy: str = ""
    sign_up: str = ""
    unsubscribe: str = ""


def find_pages(checked: Checked | None) -> Pages:
    """Returns the pages in the evidence of the last check's findings about the website."""
    if checked is None:
        return Pages()
    findings = [finding for finding in checked.report.findings if finding.check == "website"]
    lines = (line for finding in findings for line in finding.evidence)
    pages = {match[1].lower(): match[2] for line in lines if (match := _PAGE.fullmatch(line))}
    outcomes = {finding.outcome for finding in findings}
    opens = findings and not outcomes & {Outcome.FAIL, Outcome.UNKNOWN}
    website = (checked.website or f"https://{checked.report.domain}") if opens else ""
    return Pages(
        website, pages.get("privacy policy", ""), pages.get("sign-up form", ""), pages.get("unsubscribe page", "")
    )


async def load_last_check(drafts: DraftServices, domain: str, saved: Checked | None = None) -> Checked | None:
    """Returns the last check of a domain, as people write it; the one saved with the draft where there is no newer
    one."""
    name = ascii_domain(domain)
    if not name:
        return None
    return await drafts.services.reports.load_latest(name) or (saved if saved and saved.report.domain == name else None)


async def build_context(
    drafts: DraftServices, draft: StoredDraft, account_regions: Sequence[AccountRegionStatus]
) -> tuple[DraftContext, Checked | None]:
    """Returns what remarks need, and the check that it is from."""
    answers = draft.request
    hosts = (ascii_domain(contact.rpartition("@")[2]) for contact in answers.contacts if "@" in contact)
    domains = tuple(dict.fromkeys(host for host in hosts if host))[:_MOST_HOSTS]
    answer = drafts.find_dead_domains(domains)
    dead = await drafts.wait_for(answer, frozenset(), drafts.limits.contacts, "the contacts’ domains")
    checked = await load_last_check(drafts, answers.domain, draft.report)
    today = drafts.now().astimezone(drafts.zone).date()
    verified = find_verified_regions(ascii_domain(answers.domain), account_regions)
    if checked is None:
        return DraftContext(today=today, dead_domains=dead, verified_regions=verified), None
    report = _without_other_websites(checked, answers.website)
    return DraftContext(report, checked.registered, today, dead, verified), checked


def find_failing(draft: StoredDraft) -> tuple[Finding, ...]:
    """Returns what failed in the last check of a draft's domain: a reviewer finds it too, whatever the text says."""
    if draft.report is None:
        return ()
    report = _without_other_websites(draft.report, draft.request.website)
    return tuple(finding for finding in report.findings if finding.outcome is Outcome.FAIL)


async def find_dead_domains(resolver: Resolver, domains: Sequence[str]) -> frozenset[str]:
    """Returns those of some domains that take no mail, for certain."""
    domain_facts = await asyncio.gather(*(mx.look_up(domain, resolver) for domain in domains))
    return frozenset(facts.domain for facts in domain_facts if mx.receives_mail(facts) is Tristate.NO)


async def find_seen_facts(
    drafts: DraftServices, answers: Answers, checked: Checked | None, account_regions: Sequence[AccountRegionStatus]
) -> SeenFacts:
    """Returns what the bot has seen itself of the domain in the region of the draft."""
    domain = ascii_domain(answers.domain)
    aws = SesView()
    if domain:
        aws = await drafts.wait_for(drafts.look_up_at_aws(domain), aws, drafts.limits.contacts, "the facts of SES")
    identity = _find_identity(aws, answers, account_regions)
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
        suppression=uses_suppression(answers, account_regions),
        rehearsed=await _find_rehearsal_day(drafts, answers, domain, account_regions),
    )


async def _find_rehearsal_day(
    drafts: DraftServices, answers: Answers, domain: str, account_regions: Sequence[AccountRegionStatus]
) -> date | None:
    """Returns the day of the last rehearsal in the draft's account region, in the team's zone."""
    watched = find_watched(answers, account_regions)
    if watched is None or not domain:
        return None
    answer = load_last_rehearsal(drafts.db, watched.account_region, domain)
    last = await drafts.wait_for(answer, None, drafts.limits.contacts, "the last rehearsal")
    return last.astimezone(drafts.zone).date() if last else None


def uses_suppression(answers: Answers, account_regions: Sequence[AccountRegionStatus]) -> bool:
    """Tells whether the account's suppression list takes bounces and complaints, as the last poll says."""
    watched = find_watched(answers, account_regions)
    snapshot = watched.state.snapshot if watched else None
    return snapshot is not None and snapshot.suppression is not None and set(snapshot.suppression) >= _REASONS.keys()


def ses_note(answers: Answers, account_regions: Sequence[AccountRegionStatus], aws: SesView | None) -> str:
    """Returns what SES says of suppression and events, beside the question about bounces; empty where nothing is
    known."""
    watched = find_watched(answers, account_regions)
    snapshot = watched.state.snapshot if watched else None
    lines = []
    if snapshot and snapshot.suppression is not None:
        reasons = " and ".join(_REASONS.get(reason, reason) for reason in snapshot.suppression)
        on = f"SES puts {reasons} on the account’s suppression list."
        lines.append(on if reasons else "SES’s suppression list is off.")
    views = aws.region_views if aws else ()
    events = next((view.events for view in views if view.events and view.account_region.region == answers.region), None)
    if events and events.kinds:
        kinds = ", ".join(kind.lower().replace("_", " ") for kind in events.kinds)
        lines.append(f"SES reports these events to you: {kinds}.")
    elif events:
        lines.append("SES reports no events to you: the default configuration set has no destination.")
    return "\n".join(lines)


def find_watched(
    named: Answers | StoredDraft | AccountRegion, account_regions: Sequence[AccountRegionStatus]
) -> AccountRegionStatus | None:
    """Returns the watched account region of that account and region; an empty account fits any. None where there is
    none, or several."""
    matches = [
        watched
        for watched in account_regions
        if watched.account_region.region == named.region and named.account in ("", watched.account_region.account)
    ]
    return matches[0] if len(matches) == 1 else None


def find_draft_region(draft: StoredDraft, account_regions: Sequence[AccountRegionStatus]) -> AccountRegionStatus | None:
    """Returns the watched account region that a request or an answer is for."""
    return find_watched(draft.request if draft.kind is DraftKind.REQUEST else draft, account_regions)


def find_verified_regions(domain: str, account_regions: Sequence[AccountRegionStatus]) -> tuple[str, ...]:
    """Returns the regions in which SES has the domain, or a parent of it, verified."""
    labels = domain.split(".")
    names = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    regions = (
        watched.account_region.region
        for watched in account_regions
        if any(identity.name in names and identity.verified for identity in watched.state.identities or ())
    )
    return tuple(dict.fromkeys(regions))


def is_for_account_region(account_region: AccountRegion, draft: StoredDraft) -> bool:
    return draft.region == account_region.region and (
        draft.account == account_region.account or "" in (draft.account, account_region.account)
    )


def ascii_domain(domain: str) -> str:
    """Returns a domain in A-labels; empty where it is none."""
    try:
        return domain_of(domain) if domain else ""
    except BadDomain:
        return ""


def _find_identity(aws: SesView, answers: Answers, account_regions: Sequence[AccountRegionStatus]) -> Identity | None:
    """Returns what covers the domain in the draft's region: as SES says now, or as the last poll listed it."""
    readings = (view.identity for view in aws.region_views if view.account_region.region == answers.region)
    current = next((reading for reading in readings if isinstance(reading, Identity)), None)
    if current:
        return current
    watched = find_watched(answers, account_regions)
    listed = watched.state.identities or () if watched else ()
    return next((identity for identity in listed if identity.name == ascii_domain(answers.domain)), None)


def _dmarc_applies(report: Report) -> bool:
    """Tells whether the check found a record that applies: nothing failed, nothing is unknown."""
    outcomes = [finding.outcome for finding in report.findings if finding.check == "dmarc"]
    return bool(outcomes) and not {Outcome.FAIL, Outcome.UNKNOWN} & set(outcomes)


def _without_other_websites(checked: Checked, website: str) -> Report:
    """Returns the report without findings about another website than this: it need not be on the domain that sends."""
    report = checked.report
    if _host_of(website) in ("", _host_of(checked.website or report.domain)):
        return report
    return replace(report, findings=tuple(finding for finding in report.findings if finding.check != "website"))


def _host_of(website: str) -> str:
    """Returns the host of a website, as people write it; empty where it is none."""
    try:
        return (urlsplit(parse_website(website)).hostname or "").removeprefix("www.")
    except BadWebsite:
        return ""
