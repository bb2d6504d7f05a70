"""Runs every check of a domain: DNS, and beside it the website, the domain's age, and what AWS says.

All begin at once. `run_checks` yields a report as soon as DNS is done, another whenever a further check is, and last
the whole, so that a slow website delays no record. `open_runner` is the one wiring: Slack and the terminal share it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from checks import dmarc
from checks.answers import Dns, NoName
from checks.check import AskAws, Check, CheckContext, CheckResult, describe_fault, load_checks, run_check, verdict_of
from checks.dns_checks import check_dns, is_kept
from checks.query import Query
from checks.resolver import Resolver
from model import Checked, Expectations, Finding, Report, SesView
from model.checks import DNS_CHECKS, EVERY_CHECK, Source

if TYPE_CHECKING:
    from checks.fetch import Fetcher

log = logging.getLogger(__name__)

DEADLINE = 10.5
"""Seconds for what is looked at beside DNS."""
_ORGANIZATION_WAIT = 2.0
"""Seconds to wait for the organizational domain."""
_READER_THREADS = 2
"""Threads that read and judge pages: the loop must not wait for a hostile one."""

AskAwsAbout: TypeAlias = Callable[[str, bool], Awaitable[SesView]]
"""Asks AWS about a domain (A-labels); True bypasses the cache."""


async def run_checks(  # noqa: PLR0913 - the options of a check, by keyword
    domain: str,
    dns: Dns,
    *,
    fetcher: "Fetcher | None" = None,
    readers: Executor | None = None,
    aws: AskAws | None = None,
    website: str | None = None,
    rdap_url: str | None = None,
    selectors: Sequence[str] = (),
    expectations: Expectations | None = None,
    only: Collection[str] | None = None,
    deadline: float = DEADLINE,
    checks: Sequence[Check] | None = None,
) -> AsyncGenerator[Checked]:
    """Judges `domain` (A-labels); yields reports: first when DNS is done, last the whole. Never raises for what the
    world does.

    Nothing of the web is checked without a `fetcher`, nothing of AWS without `aws`. `only` keeps the findings of some
    checks, and looks at nothing else than those need. What is beside DNS has `deadline` seconds; DNS has its own.
    """
    started_at = asyncio.get_running_loop().time()
    until = started_at + deadline
    if checks is None:
        checks = load_checks({*([Source.WEB] if fetcher else ()), *([Source.AWS] if aws else ())}, only)
    selected = [check for check in checks if only is None or not {*only}.isdisjoint(check.names)]
    wanted = _select_names(selected, only)
    organization = asyncio.create_task(_find_organization(domain, dns, needed=bool(selected)))
    aws_view = asyncio.create_task(_ask_aws(aws, until))
    wait_for_organization, wait_for_aws = partial(asyncio.shield, organization), partial(asyncio.shield, aws_view)
    context = CheckContext(domain, dns, until, wait_for_organization, wait_for_aws, fetcher, website, rdap_url, readers)
    expectations_later = None if expectations or aws is None else partial(_wait_for_expectations, aws_view)
    dns_task = asyncio.create_task(_run_dns_checks(domain, dns, selectors, expectations, expectations_later, wanted))
    other_tasks = {asyncio.create_task(run_check(check, context)): check for check in selected}
    try:
        async for report in _report_progress(dns_task, other_tasks, wanted, started_at):
            yield report
    finally:
        await _cancel_tasks(organization, aws_view, dns_task, *other_tasks)


async def _cancel_tasks(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _select_names(selected: Sequence[Check], only: Collection[str] | None) -> tuple[str, ...]:
    """Returns the checks whose findings the report keeps, in its order."""
    available = {*DNS_CHECKS, *(name for check in selected for name in check.names)}
    return tuple(name for name in EVERY_CHECK if name in available and (only is None or name in only))


async def _report_progress(
    dns_task: "asyncio.Task[Checked]",
    other_tasks: "Mapping[asyncio.Task[CheckResult], Check]",
    wanted: Sequence[str],
    started_at: float,
) -> AsyncGenerator[Checked]:
    """Yields a report once DNS is done, and another whenever a further check is; last the whole."""
    results: list[CheckResult] = []
    waiting: set[asyncio.Task[object]] = {dns_task, *other_tasks}
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        results += [task.result() for task in other_tasks if task in done]
        if dns_task.done():
            pending = {name for task, check in other_tasks.items() if task in waiting for name in check.names}
            report = _merge_results(dns_task.result(), results, wanted, asyncio.get_running_loop().time() - started_at)
            yield replace(report, pending=tuple(name for name in wanted if name in pending))


@dataclass(frozen=True, slots=True)
class Runner:
    """What checks look with, for as long as a process runs. `aws` None: no AWS account is asked, and nothing said."""

    resolver: Resolver
    fetcher: "Fetcher | None" = None
    readers: Executor | None = None
    rdap_url: str | None = None
    aws: AskAwsAbout | None = None

    def run(
        self, query: Query, *, fresh: bool = False, since: float | None = None, only: Collection[str] | None = None
    ) -> AsyncGenerator[Checked]:
        """Checks the one domain of `query`, see `run_checks`. `fresh` bypasses every cache; checks that begin together
        share what they ask `since` then (`time.monotonic`)."""
        [domain] = query.domains
        dns = self.resolver.authoritative_dns(since) if fresh else self.resolver
        return run_checks(
            domain,
            dns,
            fetcher=self.fetcher.with_dns(dns) if self.fetcher else None,
            readers=self.readers,
            aws=partial(self.aws, domain, fresh) if self.aws else None,
            website=query.website,
            rdap_url=self.rdap_url,
            selectors=query.selectors,
            expectations=query.expectations,
            only=only,
        )

    async def check_dmarc(self, domain: str) -> tuple[Finding, ...]:
        """Checks a domain's DMARC record alone, past every cache, and returns the findings."""
        async with aclosing(run_checks(domain, self.resolver.authoritative_dns(), only=("dmarc",))) as reports:
            async for checked in reports:
                findings = checked.report.findings
        return tuple(finding for finding in findings if finding.check == "dmarc")


@asynccontextmanager
async def open_runner(
    servers: Sequence[str] | None = None,
    *,
    allow_networks: Sequence[str] = (),
    rdap_url: str | None = None,
    aws: AskAwsAbout | None = None,
    only: Collection[str] | None = None,
) -> AsyncIterator[Runner]:
    """Opens a resolver and, where one of the checks needs them, a fetcher and threads. `servers` None: the system's."""
    async with AsyncExitStack() as stack:
        resolver = await stack.enter_async_context(Resolver(servers, allow_networks=allow_networks))
        fetcher = readers = None
        if load_checks({Source.WEB}, only):
            from checks.fetch import Fetcher  # noqa: PLC0415 - an HTTP library

            trusted = [rdap_url] if rdap_url else []
            fetcher = await stack.enter_async_context(Fetcher(resolver, allow_networks=allow_networks, trusted=trusted))
            readers = ThreadPoolExecutor(_READER_THREADS, thread_name_prefix="website")
            stack.callback(readers.shutdown, wait=False, cancel_futures=True)
        yield Runner(resolver, fetcher, readers, rdap_url, aws)


async def _run_dns_checks(  # noqa: PLR0913, PLR0917 - the options of a check
    domain: str,
    dns: Dns,
    selectors: Sequence[str],
    expectations: Expectations | None,
    expectations_later: Callable[[], Awaitable[Expectations | None]] | None,
    wanted: Collection[str],
) -> Checked:
    """Checks DNS; where no check of it is wanted, only whether the domain exists. Logs every fault of ours and raises
    them, several as a group."""
    only = tuple(name for name in wanted if name in DNS_CHECKS)
    if not only and not isinstance(await dns.ask(domain, "SOA"), NoName):
        return Checked(Report(domain, verdict_of(()), (), 0.0, 0), zone=domain)
    checking = partial(check_dns, domain, dns, selectors=selectors, only=only)
    try:
        return await checking(expectations=expectations, expectations_later=expectations_later)
    except ExceptionGroup as group:
        errors = _flatten_errors(group)
        for error in errors:
            log.error("a check of DNS failed: %s", describe_fault(error))  # noqa: TRY400 - no text from outside
        if len(errors) == 1:
            raise errors[0] from None
        raise


async def _ask_aws(aws: AskAws | None, until: float) -> SesView | None:
    """Returns what AWS says; None where it takes too long, or nothing can be asked."""
    if aws is None:
        return None
    try:
        async with asyncio.timeout_at(until):
            return await aws()
    except TimeoutError:
        return None
    except Exception as error:  # noqa: BLE001 - in the log, and in the report: DNS must be checked all the same
        log.error("asking AWS about a domain failed: %s", describe_fault(error))  # noqa: TRY400 - no text from outside
        return SesView(why_not="An error in ses-bot, which is in its log.")


async def _wait_for_expectations(aws_view: "asyncio.Task[SesView | None]") -> Expectations | None:
    view = await asyncio.shield(aws_view)
    return view.expectations if view else None


async def _find_organization(domain: str, dns: Dns, *, needed: bool) -> str | None:
    """Returns the organizational domain, if it is known soon. The resolver shares its answers with the DMARC check."""
    try:
        async with asyncio.timeout(_ORGANIZATION_WAIT):
            return await dmarc.organization_of(domain, dns) if needed else None
    except TimeoutError:
        return None


def _merge_results(dns: Checked, results: Sequence[CheckResult], wanted: Collection[str], seconds: float) -> Checked:
    other_findings = [finding for result in results for finding in result.findings]
    findings = _drop_unfixable(dns.report.findings, other_findings)
    findings = [finding for finding in findings if is_kept(finding, wanted)]
    kept = tuple(finding for check in EVERY_CHECK for finding in findings if finding.check == check)
    return replace(
        dns,
        report=replace(dns.report, findings=kept, verdict=verdict_of(kept), seconds=round(seconds, 3)),
        notes=tuple(result.note for result in results if result.note),
        registered=next((result.registered for result in results if result.registered), None),
    )


def _drop_unfixable(dns: Sequence[Finding], others: Sequence[Finding]) -> list[Finding]:
    """Leaves a domain that does not exist one finding about it, and none that only publishing could fix."""
    if not any(finding.code == "mx.domain-not-found" for finding in dns):
        return [*dns, *others]
    rest = [finding for finding in others if finding.check != "identity" and finding.code != "website.no-address"]
    if any(finding.code == "domain_age.not-registered" for finding in rest):
        dns = [finding for finding in dns if finding.code != "mx.domain-not-found"]
    return [*dns, *rest]


def _flatten_errors(error: Exception) -> list[Exception]:
    if not isinstance(error, ExceptionGroup):
        return [error]
    return [leaf for member in error.exceptions for leaf in _flatten_errors(member)]
