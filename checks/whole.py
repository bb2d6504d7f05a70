"""Everything that a reviewer sees of a domain: DNS, and beside it the website, the domain's age, and what AWS says.

All parts begin at once and go on side by side. What is ready is told as it comes, so that a slow website holds up
nobody who waits for DNS; the whole ends by its own deadline with one verdict.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import PurePath
from typing import TypeAlias

from checks import CHECKS, account, check_domain, dmarc, identity, is_kept
from checks.answers import Dns, NoName
from checks.verdict import verdict_of
from model import AtAws, Checked, Expectations, Finding, Report

log = logging.getLogger(__name__)

BESIDE = ("website", "domain_age", "identity", "account")
"""The checks that are more than DNS, in the order in which a report shows them."""
EVERY_CHECK = (*CHECKS, *BESIDE)
DEADLINE = 10.5
"""Seconds for what is looked at beside DNS."""
_LATE = 0.5
"""Seconds after which a part that keeps no deadline is left behind."""
_ORGANISATION = 2.0
"""Seconds to wait for the organizational domain."""
_AWS = ("identity", "account")

Heard: TypeAlias = Callable[[Checked], None]
"""Told what is known so far whenever a part is finished, but for the last one: `Checked.pending` names the rest."""
AskAws: TypeAlias = Callable[[], Awaitable[AtAws]]


@dataclass(frozen=True, slots=True)
class Look:
    """What a part is given: the domain (A-labels), ways to its organizational domain and to what AWS says of it (None
    where that could not be told in time), and the loop's time by which it must be done."""

    domain: str
    organisation: Callable[[], Awaitable[str | None]]
    aws: Callable[[], Awaitable[AtAws | None]]
    until: float


@dataclass(frozen=True, slots=True)
class Brought:
    """What a part brings: findings; a note, in a sentence, on what it did not look at; when the domain was
    registered."""

    findings: tuple[Finding, ...] = ()
    note: str = ""
    registered: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a check beside DNS. `name` for people, `checks` whose findings it brings."""

    name: str
    checks: tuple[str, ...]
    look: Callable[[Look], Awaitable[Brought]]


@dataclass(slots=True)
class _SoFar:
    """What is known of a domain while its check goes on."""

    domain: str
    wanted: tuple[str, ...]
    began: float
    heard: Heard | None
    dns: Checked | None = None
    brought: dict[str, Brought] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def finish(self, checks: Collection[str]) -> None:
        """These checks are done; whoever listens is told, unless all are."""
        self.done.update(checks)
        if self.heard and self.pending:
            self.heard(self.checked())

    @property
    def pending(self) -> tuple[str, ...]:
        return tuple(check for check in self.wanted if check not in self.done)

    def checked(self) -> Checked:
        """The report as far as it goes."""
        loop = asyncio.get_running_loop()
        base = self.dns or Checked(Report(self.domain, verdict_of(()), (), 0.0, 0), zone=self.domain)
        beside = [finding for one in self.brought.values() for finding in one.findings]
        found = _without_what_cannot_be_mended(base.report.findings, beside)
        kept = tuple(f for check in EVERY_CHECK for f in found if f.check == check and is_kept(f, self.wanted))
        seconds = round(loop.time() - self.began, 3)
        return replace(
            base,
            report=replace(base.report, findings=kept, verdict=verdict_of(kept), seconds=seconds),
            pending=self.pending,
            notes=tuple(one.note for one in self.brought.values() if one.note),
            registered=next((one.registered for one in self.brought.values() if one.registered), None),
        )


async def check_whole(  # noqa: PLR0913 - the options of a check, by keyword
    domain: str,
    dns: Dns,
    *,
    parts: Sequence[Part] = (),
    aws: AskAws | None = None,
    selectors: Sequence[str] = (),
    expectations: Expectations | None = None,
    only: Collection[str] | None = None,
    deadline: float = DEADLINE,
    heard: Heard | None = None,
) -> Checked:
    """Judge `domain` (A-labels) with everything that belongs to it. Never raises for what the world does.

    `parts` are looked at beside DNS for at most `deadline` seconds; `aws` says what AWS holds of the domain, and so
    what SES expects in DNS unless `expectations` are given. `only` keeps the findings of some checks, and looks at
    nothing else than those need. DNS has its own deadline, see `checks.check_domain`.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + deadline
    chosen = [part for part in parts if only is None or not {*only}.isdisjoint(part.checks)]
    available = {*CHECKS, *(_AWS if aws else ()), *(check for part in chosen for check in part.checks)}
    wanted = tuple(check for check in EVERY_CHECK if check in available and (only is None or check in only))
    so_far = _SoFar(domain, wanted, loop.time(), heard)
    organisation = asyncio.create_task(_organisation(domain, dns, needed=bool(chosen)))
    try:
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(_at_aws(aws, until)) if aws else None
            look = Look(domain, lambda: asyncio.shield(organisation), partial(_told, asked), until)
            # Without a DNS check among them, DNS is still asked whether the domain exists.
            of_dns = tuple(check for check in wanted if check in CHECKS)
            group.create_task(_dns_part(so_far, dns, asked, selectors, expectations, of_dns))
            for part in chosen:
                group.create_task(_beside(so_far, part, look))
            if asked and not {*_AWS}.isdisjoint(wanted):
                group.create_task(_aws_part(so_far, asked))
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    finally:
        organisation.cancel()
    return so_far.checked()


async def _dns_part(  # noqa: PLR0913, PLR0917 - the options of a check
    so_far: _SoFar,
    dns: Dns,
    asked: "asyncio.Task[AtAws | None] | None",
    selectors: Sequence[str],
    expectations: Expectations | None,
    only: Collection[str],
) -> None:
    """What SES expects is asked for beside DNS, which remembers its answers: what was typed goes before it, and without
    it the check goes on as it is. Without `only` it is asked for alone whether the domain exists."""
    domain = so_far.domain
    if not only and not isinstance(await dns.ask(domain, "SOA"), NoName):
        return
    begun = asyncio.create_task(check_domain(domain, dns, selectors=selectors, expectations=expectations, only=only))
    try:
        told = await asked if asked and not expectations else None
        if told and told.expectations:
            so_far.dns = await check_domain(domain, dns, selectors=selectors, expectations=told.expectations, only=only)
        else:
            so_far.dns = await begun
    finally:
        begun.cancel()
    if only:
        so_far.finish(only)


async def _aws_part(so_far: _SoFar, asked: "asyncio.Task[AtAws | None]") -> None:
    aws = await asked
    if aws is None:
        so_far.brought["aws"] = Brought(note=_left_out("SES identity and account", "AWS did not answer in time"))
    elif aws.why_not:
        so_far.brought["aws"] = Brought(note=_left_out("SES identity and account", aws.why_not))
    else:
        so_far.brought["aws"] = Brought((*identity.judge(so_far.domain, aws), *account.judge(aws)))
    so_far.finish(_AWS)


async def _at_aws(aws: AskAws, until: float) -> AtAws | None:
    """None where it takes too long."""
    try:
        async with asyncio.timeout_at(until + _LATE):
            return await aws()
    except TimeoutError:
        return None


async def _told(asked: "asyncio.Task[AtAws | None] | None") -> AtAws | None:
    return await asyncio.shield(asked) if asked else None


async def _beside(so_far: _SoFar, part: Part, look: Look) -> None:
    """One part. A fault of ours in it leaves the others standing, and the report says what is missing."""
    try:
        async with asyncio.timeout_at(look.until + _LATE):
            so_far.brought[part.name] = await part.look(look)
    except TimeoutError:
        so_far.brought[part.name] = Brought(note=_left_out(part.name, "that took too long"))
    except Exception as error:  # noqa: BLE001 - in the log, and in the report: one part must not take the others along
        log.error("the part “%s” of a check failed: %s", part.name, _described(error))  # noqa: TRY400 - no text from outside
        so_far.brought[part.name] = Brought(note=_left_out(part.name, "an error in ses-bot, which is in its log"))
    so_far.finish(part.checks)


async def _organisation(domain: str, dns: Dns, *, needed: bool) -> str | None:
    """The organizational domain, if it is told in a moment. The resolver shares its answers with the DMARC check."""
    try:
        async with asyncio.timeout(_ORGANISATION):
            return await dmarc.organization_of(domain, dns) if needed else None
    except TimeoutError:
        return None


def _without_what_cannot_be_mended(dns: Sequence[Finding], beside: Sequence[Finding]) -> list[Finding]:
    """A domain that does not exist has one finding about it, and nothing that could only be mended by publishing."""
    if not any(finding.code == "mx.domain-not-found" for finding in dns):
        return [*dns, *beside]
    rest = [finding for finding in beside if finding.check != "identity"]
    rest = [finding for finding in rest if finding.code != "website.no-address"]
    if any(finding.code == "domain_age.not-registered" for finding in rest):
        dns = [finding for finding in dns if finding.code != "mx.domain-not-found"]
    return [*dns, *rest]


def _left_out(what: str, why: str) -> str:
    why = why.rstrip(".")
    return f"Not looked at: {what}. {why[:1].upper()}{why[1:]}."


def _described(error: Exception) -> str:
    """Its kind and its place in the code: its text may be of a stranger's page."""
    places = [f"{PurePath(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)[-4:]]
    return f"{type(error).__name__} at {' > '.join(places)}"
