"""`./ses-bot check`: the checks of `/ses-check` in a terminal, for one domain or for thousands.

Wrong usage ends before anything runs (exit 2). Domains are then checked eight at a time, and results are written in the
order given, or as they come with `--unordered`. A line of a `--file` that names no domain is reported, the rest is
checked, and the exit status is 2. Otherwise it is 1 when something is to fix, else 3 when something is unknown, else 0.
"""

import argparse
import asyncio
import contextlib
import gc
import io
import json
import logging
import os
import re
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from checks.names import BadDomain, mail_domain_of
from checks.query import BadQuery, Query, add_domains, parse_selectors, parse_tokens, parse_website_option, read_query
from checks.resolver import parse_servers
from checks.run import open_runner
from cli.arguments import EXAMPLE, HERE, RECORD_FORMATS
from cli.progress import Live, Progress
from cli.settings import BadSetting, CheckSettings
from cli.settings import load as load_settings
from handlers.views.escape import make_visible
from handlers.views.naming import check_label
from model import Checked, Report, SesView, Verdict
from model.checks import DNS_CHECKS

log = logging.getLogger(__name__)

AT_A_TIME = 8
"""Domains checked at the same time."""
USAGE_ERROR, TO_FIX, UNKNOWN, ALL_READY = 2, 1, 3, 0
INTERRUPTED, PIPE_CLOSED = 130, 141
"""What shells expect of a program that ended by SIGINT, or by SIGPIPE."""
_EXIT = {Verdict.FIX_FIRST: TO_FIX, Verdict.CANNOT_TELL: UNKNOWN, Verdict.READY: ALL_READY}
_WORSE = (USAGE_ERROR, TO_FIX, UNKNOWN, ALL_READY)
_NO_AWS = "The terminal check does not use AWS; run /ses-check in Slack for that."
Check = Callable[[str], Awaitable[Checked]]
"""Checks one domain (A-labels)."""


class Misused(ValueError):
    """What was typed cannot be run. `lines` are sentences for the person."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class Options:
    """What to check, and how to write it. `query` holds distinct domains in the order given; `only` None means every
    check; `unread` says, a sentence a line, what could not be read in files; `form` is text, json, csv, or the name of
    a form of records."""

    query: Query
    only: tuple[str, ...] | None = None
    form: str = "text"
    unordered: bool = False
    nameservers: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def main(args: argparse.Namespace, settings: CheckSettings | None = None) -> int:
    """Runs the command; returns the exit status. `settings` None: those of the environment and `.env`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name may hold a sign that the terminal's encoding lacks
            stream.reconfigure(errors="backslashreplace")
    try:
        options = options_of(args)
        return asyncio.run(_run(options, settings or load_settings()))
    except (Misused, BadSetting) as error:
        _complain(error.lines)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes stdout once more at exit, which would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def options_of(args: argparse.Namespace) -> Options:
    """Returns the options that the arguments mean; `Misused` with every fault that they have."""
    faults: list[str] = []
    unread: list[str] = []
    typed = _typed(args.domains, faults)
    names = [*typed.domains, *(name for file in args.file for name in _from_file(file, faults, unread))]
    query = replace(typed, domains=())
    with _noted(faults):
        query = replace(query, selectors=(*query.selectors, *parse_selectors(args.selector)))
    with _noted(faults):
        query = replace(query, tokens=(*query.tokens, *parse_tokens(args.token)))
    with _noted(faults, "--website: "):
        given = [args.website] if args.website is not None else []
        query = replace(query, website=parse_website_option(given) or query.website)
    only = _only(args.only, faults)
    servers = _servers(args.nameserver, faults)
    form = args.form if args.records is None else _records(args.records, faults)
    if not names and not faults:
        faults.append(f"No domain was given. Example: ./ses-bot check {EXAMPLE}")
    with _noted(faults):
        query = add_domains(query, names) if names else query
    if faults:
        raise Misused(list(dict.fromkeys((*faults, *unread))))
    query = replace(query, notes=tuple(dict.fromkeys((*typed.notes, *query.notes))))
    done = _checked_before(args.since) if args.since is not None else frozenset[str]()
    query = replace(query, domains=tuple(one for one in query.domains if one not in done))
    return Options(query, only, form, args.unordered, servers, tuple(unread))


def _checked_before(path: str) -> frozenset[str]:
    """Returns the domains in a JSON lines file of an earlier run (`--json`); `Misused` where it cannot be read. A last
    line that was cut when that run ended is left out."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Misused([f"--since: {path} cannot be read: {why}"]) from None
    found = set()
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            found.add(str(json.loads(line)["domain"]))
    return frozenset(found)


async def run_check(options: Options, *, check: Check) -> int:
    """Checks every domain, eight at a time, and writes the results; returns the exit status."""
    statuses = {USAGE_ERROR} if options.unread else set[int]()
    reports: list[Report] = []
    domains = options.query.domains
    with Progress(len(domains)) as progress:
        if options.form == "csv":
            from cli.render import COLUMNS, csv_line  # noqa: PLC0415 - drawing is loaded when something is drawn

            _write(csv_line(COLUMNS))
        results = _results(domains, check, progress, ordered=not options.unordered)
        async with contextlib.aclosing(results):
            async for checked in results:
                with progress.aside():
                    _write(_drawn(checked, options))
                reports.append(checked.report)
                statuses.add(_EXIT[checked.report.verdict])
    if options.form == "text" and len(reports) + len(options.unread) > 1:
        _write(_summary(reports, options.unread))
    return next((status for status in _WORSE if status in statuses), ALL_READY)  # nothing is left after --since


async def _results(
    domains: Sequence[str], check: Check, progress: Progress, *, ordered: bool
) -> AsyncGenerator[Checked]:
    """Yields what came of each domain, in the order given or as they come. At most eight are under way."""
    waiting = iter(enumerate(domains))
    done: asyncio.Queue[tuple[int, Checked | OSError]] = asyncio.Queue()

    async def work() -> None:
        for account_region, domain in waiting:
            try:
                result: Checked | OSError = await _check_one(domain, check, progress)
            except OSError as error:  # stderr is closed
                result = error
            await done.put((account_region, result))

    workers = [asyncio.create_task(work()) for _ in range(min(AT_A_TIME, len(domains)))]
    held: dict[int, Checked] = {}
    following = 0
    try:
        for _ in domains:
            account_region, checked = await done.get()
            if isinstance(checked, OSError):
                raise checked
            progress.advance()
            held[account_region if ordered else following] = checked
            while following in held:
                yield held.pop(following)
                following += 1
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _run(options: Options, settings: CheckSettings) -> int:
    """Opens what a check looks with, and runs it. Only what the chosen checks need is loaded."""
    _complain((*options.unread, *options.query.notes))
    runner = open_runner(
        options.nameservers or settings.dns_servers,
        allow_networks=settings.allow_networks,
        rdap_url=settings.rdap_url,
        aws=_no_aws,
        only=options.only,
    )
    async with runner as running:
        gc.freeze()  # what is loaded now stays, and is not looked through for garbage again and again

        async def check(domain: str) -> Checked:
            query = replace(options.query, domains=(domain,))
            with Live(_lines(options.only), shown=len(options.query.domains) == 1) as live:
                async for checked in running.run(query, only=options.only):
                    live.update(checked)
                return checked

        return await run_check(options, check=check)


async def _no_aws(_domain: str, _fresh: bool) -> SesView:
    return SesView(why_not=_NO_AWS)


def _lines(only: Collection[str] | None) -> dict[str, tuple[str, ...]]:
    """Returns the lines that are drawn while one domain is looked at, each with its checks."""
    every = {"DNS": DNS_CHECKS, **{check_label(name): (name,) for name in HERE if name not in DNS_CHECKS}}
    return {name: checks for name, checks in every.items() if only is None or not {*only}.isdisjoint(checks)}


async def _check_one(domain: str, check: Check, progress: Progress) -> Checked:
    """Checks one domain. A fault of ours is reported and counts as unknown, so that the others go on."""
    began = time.monotonic()
    try:
        return await check(domain)
    except Exception as error:
        log.debug("the check of %s failed", domain, exc_info=True)
        with progress.aside():
            _complain([f"{domain}: the check failed ({type(error).__name__}: {error}); this is a fault of ses-bot."])
        seconds = round(time.monotonic() - began, 3)
        return Checked(Report(domain, Verdict.CANNOT_TELL, (), seconds, 0), zone=domain)


def _drawn(checked: Checked, options: Options) -> str:
    from cli.render import as_csv, as_json, draw_report  # noqa: PLC0415 - drawing is loaded when something is drawn

    if options.form == "json":
        return as_json(checked.report, options.only) + "\n"
    if options.form == "csv":
        return as_csv(checked.report)
    if options.form in RECORD_FORMATS:
        return _exported(checked, options.form)
    return _on_console(lambda console: draw_report(checked, console, options.only))


def _exported(checked: Checked, form: str) -> str:
    """Returns the records to publish, as code; what the code cannot say goes to standard error."""
    from checks.exports import export_records  # noqa: PLC0415 - as above

    domain, exported = checked.report.domain, export_records(checked, form)
    _complain(f"{domain}: {note}" for note in exported.notes)
    if not exported.text:
        _complain([f"{domain}: there are no records to publish."])
    return exported.text


def _summary(reports: Sequence[Report], unread: Sequence[str]) -> str:
    from cli.render import draw_summary  # noqa: PLC0415 - as above

    return _on_console(lambda console: draw_summary(reports, unread, console))


def _on_console(draw: Callable[..., None]) -> str:
    from rich.console import Console  # noqa: PLC0415 - as above

    console = Console(file=sys.stdout)
    with console.capture() as drawn:
        draw(console)
    return drawn.get()


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _complain(lines: Iterable[str]) -> None:
    for text in lines:
        sys.stderr.write(make_visible(text) + "\n")
    sys.stderr.flush()


@contextlib.contextmanager
def _noted(faults: list[str], where: str = "") -> Iterator[None]:
    """Notes what cannot be read, so that every fault is said at once."""
    try:
        yield
    except BadQuery as bad:
        faults.append(f"{where}{bad}")


def _typed(words: Sequence[str], faults: list[str]) -> Query:
    """Reads the words on the command line as Slack's are read: `acme.com`, `selector=s1`, `website: acme.com/shop`."""
    try:
        query = read_query("\n".join(words)) if words else Query()
    except BadQuery as bad:
        faults.append(str(bad))
        return Query()
    faults += [word.why for word in query.unread]
    return replace(query, unread=())


def _from_file(name: str, faults: list[str], unread: list[str]) -> list[str]:
    """Returns the domains in a file, one a line. Lines that name none go to `unread`, each with file and line."""
    shown = "stdin" if name == "-" else make_visible(name)
    try:
        octets = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        faults.append(f"{shown} cannot be read: {why or error}. Give a file with one domain a line.")
        return []
    names: list[str] = []
    for number, line in enumerate(octets.decode("utf-8-sig", "replace").split("\n"), 1):
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if not text:
            continue
        try:
            names.append(mail_domain_of(text).domain)
        except BadDomain as bad:
            unread.append(f"{shown}, line {number}: {bad}")
    if not names:
        faults.append(f"{shown} names no domain. Give one a line. Example: {EXAMPLE}")
    return names


def _only(typed: str | None, faults: list[str]) -> tuple[str, ...] | None:
    if typed is None:
        return None
    names = [name.strip().lower().replace("-", "_") for name in typed.split(",") if name.strip()]
    wrong = [name for name in names if name not in HERE]
    if wrong or not names:
        what = f"there is no check “{make_visible(wrong[0][:60])}” here" if wrong else "no check is named"
        faults.append(f"--only: {what}; there are {', '.join(HERE)}. Example: --only {HERE[0]},{HERE[1]}")
    return tuple(check for check in HERE if check in names)


def _records(typed: str, faults: list[str]) -> str:
    name = typed.strip().lower()
    if name not in RECORD_FORMATS:
        given, first = make_visible(name[:60]), RECORD_FORMATS[0]
        faults.append(f"--records: unknown form “{given}”; there are {', '.join(RECORD_FORMATS)}. Example: {first}")
    return name


def _servers(typed: Sequence[str], faults: list[str]) -> tuple[str, ...]:
    try:
        return parse_servers(",".join(typed)) if typed else ()
    except ValueError as error:
        faults.append(f"--nameserver: {error}")
        return ()
