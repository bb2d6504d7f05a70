"""`./ses-bot check`: the checks of `/ses-check` in a terminal, for one domain or for thousands.

Wrong usage is told before anything runs (exit 2). Domains are then checked eight at a time, and each result is written
as it comes: the same report as in Slack, or with `--json` one object a line. Exit: 1 when something is to be fixed,
else 3 when something could not be told, else 0. Nothing of Slack's is imported here.
"""

import argparse
import asyncio
import io
import json
import logging
import os
import re
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from checks import CHECKS
from checks.beside import domain_age_part, website_part
from checks.fetch import Fetcher
from checks.names import EXAMPLE, BadDomain, domain_of
from checks.resolver import Resolver
from checks.websites import BadWebsite, website_of
from checks.whole import check_whole
from handlers.progress import Live, Progress
from handlers.views.details import tree_block
from handlers.views.escape import visible
from handlers.views.naming import label
from handlers.views.report import report_blocks
from handlers.views.terminal import draw
from model import AtAws, Checked, Expectations, Outcome, Report, Verdict

log = logging.getLogger(__name__)

HERE = (*CHECKS, "website", "domain_age")
"""The checks that a terminal can do: no AWS account is asked."""
AT_A_TIME = 8
"""Domains checked at the same time."""
USAGE_ERROR, TO_FIX, NOT_TOLD, ALL_READY = 2, 1, 3, 0
INTERRUPTED, PIPE_CLOSED = 130, 141
"""What shells expect of a program that ended by SIGINT, or by SIGPIPE."""
_EXIT = {Verdict.FIX_FIRST: TO_FIX, Verdict.CANNOT_TELL: NOT_TOLD, Verdict.READY: ALL_READY}
_WORSE = (TO_FIX, NOT_TOLD, ALL_READY)
_SELECTOR = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_TOKEN = re.compile(r"[a-z0-9]{1,63}")
_LONGEST_SELECTOR = 180
_NO_AWS = "A check in the terminal asks no AWS account; /ses-check in Slack does, where ses-bot has credentials."
_DESCRIPTION = (
    "Is this domain ready for the reviewer of an Amazon SES production access request? "
    "Prints each finding with its evidence and the DNS records to publish."
)
_EXITS = "exit status: 0 ready; 1 something is to be fixed; 2 wrong usage, nothing was checked; 3 could not be told"

Check = Callable[[str], Awaitable[Checked]]
"""Checks one domain (A-labels)."""


class Misused(ValueError):
    """What was typed cannot be run. `lines` are sentences for the person."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class Options:
    """What to check: distinct domains as A-labels in the order given; `only` None means every check. `website`: that of
    the one domain, where it is another than the domain itself."""

    domains: tuple[str, ...]
    selectors: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    website: str | None = None
    only: tuple[str, ...] | None = None
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What may be reached beside DNS, as SES_BOT_ALLOW_NETWORKS and SES_BOT_RDAP_URL say."""

    allow_networks: tuple[str, ...] = ()
    rdap_url: str | None = None


_ANYWHERE = Around()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give the `check` command its arguments; wrong ones end with exit status 2 and an example."""
    parser.usage = (
        "%(prog)s DOMAIN... [--file F] [--selector S]... [--token T]... [--website URL] [--only CHECKS] [--json]\n"
        f"example: %(prog)s {EXAMPLE} --selector s1"
    )
    parser.description = _DESCRIPTION
    parser.epilog = _EXITS
    parser.add_argument("domains", nargs="*", metavar="DOMAIN", help="such as acme.com; a URL or an address works too")
    parser.add_argument("--file", metavar="F", help="read domains from a file, one a line (# comments); - is stdin")
    parser.add_argument(
        "--selector", metavar="S", action="append", default=[], help="a DKIM selector to look at as well"
    )
    parser.add_argument("--token", metavar="T", action="append", default=[], help="an Easy DKIM token of the domain")
    parser.add_argument("--website", metavar="URL", help="the domain's website, where it is another")
    parser.add_argument("--only", metavar="CHECKS", help=f"some of {','.join(HERE)}")
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each domain")


def main(args: argparse.Namespace, *, servers: Sequence[str] | None, around: Around = _ANYWHERE) -> int:
    """Run the command; the exit status. `servers` as in SES_BOT_DNS_SERVERS, None for the system's."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name may hold a character that the terminal's encoding lacks
            stream.reconfigure(errors="backslashreplace")
    try:
        return asyncio.run(_looking(options_of(args), servers, around))
    except Misused as error:
        _complain(error.lines)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes stdout once more at exit, which would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def options_of(args: argparse.Namespace) -> Options:
    """The options that the arguments mean; `Misused` with every fault that they have."""
    faults: list[str] = []
    domains = list(_domains(args.domains, "", faults))
    if args.file is not None:
        domains.extend(_from_file(args.file, faults))
    selectors = _selectors(args.selector, faults)
    tokens = _tokens(args.token, faults)
    website = _website(args.website, faults)
    only = _only(args.only, faults)
    distinct = tuple(dict.fromkeys(domains))
    if not distinct and not faults:
        faults.append(f"No domain was given. Example: ./ses-bot check {EXAMPLE}")
    if tokens and len(distinct) > 1:
        faults.append(f"--token belongs to one domain, and {len(distinct)} were given. Check them one by one.")
    if website and len(distinct) > 1:
        faults.append(f"--website belongs to one domain, and {len(distinct)} were given. Check them one by one.")
    if faults:
        raise Misused(faults)
    return Options(distinct, selectors, tokens, website, only, args.json)


async def run_check(options: Options, *, check: Check) -> int:
    """Check every domain, eight at a time, writing each result as it comes; the exit status."""
    waiting = iter(options.domains)
    statuses: set[int] = set()
    write = _write_json if options.as_json else _write_report
    with Progress(len(options.domains)) as progress:

        async def work() -> None:
            for domain in waiting:
                checked = await _check_one(domain, check, progress)
                with progress.aside():
                    write(checked)
                progress.advance()
                statuses.add(_EXIT[checked.report.verdict])

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(AT_A_TIME, len(options.domains))):
                    group.create_task(work())
        except* BrokenPipeError:
            raise BrokenPipeError from None
    return next(status for status in _WORSE if status in statuses)


def as_json(report: Report) -> str:
    """The report as one line of JSON, with the names of `model.report` and nothing else. ASCII, because a record may
    hold signs that end a line or move the cursor."""
    return json.dumps(asdict(report))


async def _looking(options: Options, servers: Sequence[str] | None, around: Around) -> int:
    """With all that a check looks with."""
    trusted = [around.rdap_url] if around.rdap_url else []
    async with (
        Resolver(servers) as resolver,
        Fetcher(resolver, allow_networks=around.allow_networks, trusted=trusted) as fetcher,
    ):
        parts = [
            website_part(fetcher, resolver, website=options.website),
            domain_age_part(fetcher, resolver, base_url=around.rdap_url),
        ]

        async def check(domain: str) -> Checked:
            known = Expectations(identity=domain, tokens=options.tokens) if options.tokens else None
            with Live(_lines(options.only), shown=len(options.domains) == 1) as live:
                return await check_whole(
                    domain,
                    resolver,
                    parts=parts,
                    aws=_no_aws,
                    selectors=options.selectors,
                    expectations=known,
                    only=options.only,
                    heard=live.heard,
                )

        return await run_check(options, check=check)


async def _no_aws() -> AtAws:
    return AtAws(why_not=_NO_AWS)


def _lines(only: Collection[str] | None) -> dict[str, tuple[str, ...]]:
    """The lines that are drawn while one domain is looked at, each with its checks."""
    every = {"DNS": CHECKS, **{label(name): (name,) for name in HERE if name not in CHECKS}}
    return {name: checks for name, checks in every.items() if only is None or not {*only}.isdisjoint(checks)}


async def _check_one(domain: str, check: Check, progress: Progress) -> Checked:
    """One domain. A fault of ours is told and counts as "could not be told", so that the others go on."""
    began = time.monotonic()
    try:
        return await check(domain)
    except Exception as error:
        log.debug("the check of %s failed", domain, exc_info=True)
        with progress.aside():
            _complain(
                [f"{domain}: the check itself failed ({type(error).__name__}: {error}); this is a fault of ses-bot."]
            )
        seconds = round(time.monotonic() - began, 3)
        return Checked(Report(domain, Verdict.CANNOT_TELL, (), seconds, 0), zone=domain)


def _write_json(checked: Checked) -> None:
    sys.stdout.write(as_json(checked.report) + "\n")
    sys.stdout.flush()


def _write_report(checked: Checked) -> None:
    console = Console(file=sys.stdout)
    with console.capture() as drawn:
        blocks = report_blocks(checked)
        if checked.tree and any(
            one.check == "spf" and one.outcome is not Outcome.PASS for one in checked.report.findings
        ):
            blocks.append(tree_block(checked.tree))
        draw(blocks, console)
        console.print()
    sys.stdout.write(drawn.get())
    sys.stdout.flush()


def _complain(lines: Iterable[str]) -> None:
    for text in lines:
        sys.stderr.write(visible(text) + "\n")
    sys.stderr.flush()


def _domains(typed: Iterable[str], where: str, faults: list[str]) -> Iterator[str]:
    for text in typed:
        try:
            yield domain_of(text)
        except BadDomain as error:
            faults.append(f"{where}{error}")


def _from_file(name: str, faults: list[str]) -> list[str]:
    """The domains in a file, one a line. A fault names the file and the line."""
    shown = "stdin" if name == "-" else visible(name)
    try:
        octets = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        faults.append(f"{shown} cannot be read: {reason or error}. Give a file with one domain a line.")
        return []
    before = len(faults)
    domains: list[str] = []
    for number, line in enumerate(octets.decode("utf-8-sig", "replace").split("\n"), 1):
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if text:
            domains.extend(_domains([text], f"{shown}, line {number}: ", faults))
    if not domains and len(faults) == before:
        faults.append(f"{shown} names no domain. Give one a line. Example: {EXAMPLE}")
    return domains


def _separate(typed: Iterable[str]) -> Iterator[str]:
    """Each value of an option that may be repeated, or hold several with commas between them."""
    return (part.strip() for text in typed for part in text.split(","))


def _selectors(typed: Iterable[str], faults: list[str]) -> tuple[str, ...]:
    """Selectors (RFC 6376 section 3.1), alone or within the whole name of their record."""
    selectors = []
    for text in _separate(typed):
        selector = text.lower().partition("._domainkey")[0]
        if len(selector) > _LONGEST_SELECTOR or not _SELECTOR.fullmatch(selector):
            faults.append(
                f"“{visible(text[:60])}” is not a DKIM selector: it is the part before ._domainkey, made of letters, "
                "digits and hyphens. Example: --selector s1"
            )
        selectors.append(selector)
    return tuple(dict.fromkeys(selectors))


def _tokens(typed: Iterable[str], faults: list[str]) -> tuple[str, ...]:
    """Easy DKIM tokens, alone or within the name or the target of their CNAME."""
    tokens = []
    for text in _separate(typed):
        token = text.lower().partition(".")[0]
        if not _TOKEN.fullmatch(token):
            faults.append(
                f"“{visible(text[:60])}” is not an Easy DKIM token: SES shows three of them, each 32 letters and "
                "digits. Example: --token hx4tn2vq7dlm5wzr3kbyc6pjs1fgae0u"
            )
        tokens.append(token)
    return tuple(dict.fromkeys(tokens))


def _website(typed: str | None, faults: list[str]) -> str | None:
    try:
        return website_of(typed) if typed is not None else None
    except BadWebsite as error:
        faults.append(f"--website: {error} Example: --website https://www.{EXAMPLE}/")
        return None


def _only(typed: str | None, faults: list[str]) -> tuple[str, ...] | None:
    if typed is None:
        return None
    names = [name.strip().lower().replace("-", "_") for name in typed.split(",") if name.strip()]
    wrong = [name for name in names if name not in HERE]
    if wrong or not names:
        what = f"there is no check “{visible(wrong[0][:60])}” here" if wrong else "no check is named"
        faults.append(f"--only: {what}; there are {', '.join(HERE)}. Example: --only {HERE[0]},{HERE[1]}")
    return tuple(dict.fromkeys(names))
