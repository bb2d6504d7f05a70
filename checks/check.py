"""Defines what one check is given and what it returns, and loads and runs the registry's checks."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from checks.answers import Dns
from model import Finding, Outcome, SesView, Verdict
from model.checks import CHECK_INFO, DECIDING, REGISTRY, Source

if TYPE_CHECKING:
    from checks.fetch import Fetcher

log = logging.getLogger(__name__)

LATE_GRACE = 0.5
"""Seconds after which a check that keeps no deadline is left behind."""

AskAws: TypeAlias = Callable[[], Awaitable[SesView]]


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def _answer_none() -> None:
    """Returns None for a question that is not asked."""


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check is given: the domain (A-labels), DNS, and the loop's time by which it must be done.

    `organization` and `aws` wait for the organizational domain and for what AWS says of the domain; None where that is
    not known in time. `fetcher` opens web pages, and `website` is the one that a person named. `rdap_url` is one RDAP
    server for all domains; None: that of each top-level domain. `readers` are the threads in which pages are read and
    judged; None: the loop's own.
    """

    domain: str
    dns: Dns
    until: float
    organization: Callable[[], Awaitable[str | None]] = _answer_none
    aws: Callable[[], Awaitable[SesView | None]] = _answer_none
    fetcher: "Fetcher | None" = None
    website: str | None = None
    rdap_url: str | None = None
    readers: Executor | None = None
    now: Callable[[], datetime] = _utc_now


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check returns: findings; a sentence on what it did not look at; the day the domain was registered."""

    findings: tuple[Finding, ...] = ()
    note: str = ""
    registered: date | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check that needs no other. `title` is its name in a sentence, `names` those of its findings' checks."""

    title: str
    names: tuple[str, ...]
    run: Callable[[CheckContext], Awaitable[CheckResult]]


def load_checks(sources: Collection[Source], only: Collection[str] | None = None) -> tuple[Check, ...]:
    """Loads the registry's checks that use these sources and that `only` asks for, with what they need."""
    names_by_run: dict[str, list[str]] = {}
    for info in REGISTRY:
        if info.run and info.source in sources:
            names_by_run.setdefault(info.run, []).append(info.name)
    wanted = {run: names for run, names in names_by_run.items() if only is None or not {*only}.isdisjoint(names)}
    return tuple(Check(_join_labels(names), tuple(names), _load_function(run)) for run, names in wanted.items())


async def run_check(check: Check, context: CheckContext) -> CheckResult:
    """Runs one check. A fault of ours in it leaves the others alone, and the report says what is missing."""
    try:
        async with asyncio.timeout_at(context.until + LATE_GRACE):
            return await check.run(context)
    except TimeoutError:
        return CheckResult(note=omission_note(check.title, "that took too long"))
    except Exception as error:  # noqa: BLE001 - in the log, and in the report: one check must not end the others
        log.error("the check “%s” failed: %s", check.title, describe_fault(error))  # noqa: TRY400 - no text from outside
        return CheckResult(note=omission_note(check.title, "an error in ses-bot, which is in its log"))


def describe_fault(error: BaseException) -> str:
    """Describes an error by its kind and its place in the code: its text may come from a stranger's page."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]
    return f"{type(error).__name__} at {' > '.join(places)}"


def omission_note(subject: str, why: str) -> str:
    """Says that something was not looked at, and why."""
    why = why.rstrip(".")
    return f"Not looked at: {subject}. {why[:1].upper()}{why[1:]}."


def _load_function(run: str) -> Callable[[CheckContext], Awaitable[CheckResult]]:
    module, _, name = run.partition(":")
    function: Callable[[CheckContext], Awaitable[CheckResult]] = getattr(import_module(module), name)
    return function


def _join_labels(names: Collection[str]) -> str:
    labels = [CHECK_INFO[name].label for name in names]
    return " and ".join(label[:1].lower() + label[1:] if label[1:2].islower() else label for label in labels)


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Judges a report: a fail makes `fix_first`; else an unknown among SPF, DKIM and DMARC, or nothing but unknowns,
    `cannot_tell`; else `ready`. Notes weigh nothing."""
    outcomes = {finding.outcome for finding in findings if CHECK_INFO[finding.check].counts}
    if Outcome.FAIL in outcomes:
        return Verdict.FIX_FIRST
    if outcomes <= {Outcome.UNKNOWN}:
        return Verdict.CANNOT_TELL
    if any(finding.outcome is Outcome.UNKNOWN and finding.check in DECIDING for finding in findings):
        return Verdict.CANNOT_TELL
    return Verdict.READY
