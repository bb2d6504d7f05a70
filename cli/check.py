"""Runs `./ses-bot check`: the checks of `/ses-check` in a terminal, for one domain or for thousands.

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
from cli.arguments import EXAMPLE, RECORD_FORMATS, TERMINAL_CHECKS
from cli.progress import LiveChecklist, ProgressBar
from cli.settings import BadSetting, CheckSettings, load_settings
from handlers.views.escape import make_visible
from handlers.views.naming import check_label
from model import Checked, Report, SesView, Verdict
from model.checks import DNS_CHECKS

log = logging.getLogger(__name__)

CONCURRENT_DOMAINS = 8
"""Domains checked at the same time."""
USAGE_ERROR, TO_FIX, UNKNOWN, ALL_READY = 2, 1, 3, 0
INTERRUPTED, PIPE_CLOSED = 130, 141
"""What shells expect of a program that ended by SIGINT, or by SIGPIPE."""
_EXIT = {Verdict.FIX_FIRST: TO_FIX, Verdict.CANNOT_TELL: UNKNOWN, Verdict.READY: ALL_READY}
_WORST_FIRST = (USAGE_ERROR, TO_FIX, UNKNOWN, ALL_READY)
_NO_AWS = "The terminal check does not use AWS; run /ses-check in Slack for that."
Check = Callable[[str], Awaitable[Checked]]
"""Checks one domain (A-labels)."""


class UsageError(ValueError):
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
        if isinstance(stream, io.TextIOWrapper):  # a name may hold a character that the terminal's encoding lacks
            stream.reconfigure(errors="backslashreplace")
    try:
        options = read_options(args)
        return asyncio.run(_open_and_check(options, settings or load_settings()))
    except (UsageError, BadSetting) as error:
        _write_errors(error.lines)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes stdout once more at exit, which would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def read_options(args: argparse.Namespace) -> Options:
    """Reads the options from the arguments; `UsageError` with every fault that they have."""
    faults: list[str] = []
    unread: list[str] = []
    typed = _read_words(args.domains, faults)
    names = [*typed.domains, *(name for file in args.file for name in _read_file(file, faults, unread))]
    query = replace(typed, domains=())
    with _note_faults(faults):
        query = replace(query, selectors=(*query.selectors, *parse_selectors(args.selector)))
    with _note_faults(faults):
        query = replace(query, tokens=(*query.tokens, *parse_tokens(args.token)))
    with _note_faults(faults, "--website: "):
        websites = [args.website] if args.website is not None else []
        query = replace(query, website=parse_website_option(websites) or query.website)
    only = _read_only(args.only, faults)
    servers = _read_servers(args.nameserver, faults)
    form = args.form if args.records is None else _read_format(args.records, faults)
    if not names and not faults:
        faults.append(f"No domain was given. Example: ./ses-bot check {EXAMPLE}")
    with _note_faults(faults):
        query = add_domains(query, names) if names else query
    if faults:
        raise UsageError(list(dict.fromkeys((*faults, *unread))))
    query = replace(query, notes=tuple(dict.fromkeys((*typed.notes, *query.notes))))
    checked_domains = _read_checked_domains(args.since) if args.since is not None else frozenset[str]()
    query = replace(query, domains=tuple(domain for domain in query.domains if domain not in checked_domains))
    return Options(query, only, form, args.unordered, servers, tuple(unread))


def _read_checked_domains(path: str) -> frozenset[str]:
    """Reads the domains in a JSON lines file of an earlier run (`--json`); `UsageError` where it cannot be read. A last
    line that was cut when that run ended is left out."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError([f"--since: {path} cannot be read: {why}"]) from None
    domains = set()
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            domains.add(str(json.loads(line)["domain"]))
    return frozenset(domains)


async def check_domains(options: Options, *, check: Check) -> int:
    """Checks every domain, eight at a time, and writes the results; returns the exit status."""
    statuses = {USAGE_ERROR} if options.unread else set[int]()
    reports: list[Report] = []
    domains = options.query.domains
    with ProgressBar(len(domains)) as progress:
        if options.form == "csv":
            from cli.render import COLUMNS, csv_line  # noqa: PLC0415 - drawing is loaded when something is drawn

            _write_output(csv_line(COLUMNS))
        results = _check_concurrently(domains, check, progress, ordered=not options.unordered)
        async with contextlib.aclosing(results):
            async for checked in results:
                with progress.cleared():
                    _write_output(_format_report(checked, options))
                reports.append(checked.report)
                statuses.add(_EXIT[checked.report.verdict])
    if options.form == "text" and len(reports) + len(options.unread) > 1:
        _write_output(_format_summary(reports, options.unread))
    return next((status for status in _WORST_FIRST if status in statuses), ALL_READY)  # nothing is left after --since


async def _check_concurrently(
    domains: Sequence[str], check: Check, progress: ProgressBar, *, ordered: bool
) -> AsyncGenerator[Checked]:
    """Yields the result of each domain, in the order given or as they come. At most eight are checked at once."""
    waiting = iter(enumerate(domains))
    done: asyncio.Queue[tuple[int, Checked | OSError]] = asyncio.Queue()

    async def check_next() -> None:
        for index, domain in waiting:
            try:
                result: Checked | OSError = await _check_domain(domain, check, progress)
            except OSError as error:  # stderr is closed
                result = error
            await done.put((index, result))

    workers = [asyncio.create_task(check_next()) for _ in range(min(CONCURRENT_DOMAINS, len(domains)))]
    results: dict[int, Checked] = {}
    next_index = 0
    try:
        for _ in domains:
            index, checked = await done.get()
            if isinstance(checked, OSError):
                raise checked
            progress.advance()
            results[index if ordered else next_index] = checked
            while next_index in results:
                yield results.pop(next_index)
                next_index += 1
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _open_and_check(options: Options, settings: CheckSettings) -> int:
    """Opens a runner and checks the domains. Only what the chosen checks need is loaded."""
    _write_errors((*options.unread, *options.query.notes))
    opening = open_runner(
        options.nameservers or settings.dns_servers,
        allow_networks=settings.allow_networks,
        rdap_url=settings.rdap_url,
        aws=_no_aws,
        only=options.only,
    )
    async with opening as runner:
        gc.freeze()  # what is loaded now stays, and is not looked through for garbage again and again

        async def check(domain: str) -> Checked:
            query = replace(options.query, domains=(domain,))
            with LiveChecklist(_progress_lines(options.only), shown=len(options.query.domains) == 1) as live:
                async for checked in runner.run(query, only=options.only):
                    live.update(checked)
                return checked

        return await check_domains(options, check=check)


async def _no_aws(_domain: str, _fresh: bool) -> SesView:
    return SesView(why_not=_NO_AWS)


def _progress_lines(only: Collection[str] | None) -> dict[str, tuple[str, ...]]:
    """Returns the lines that are drawn while one domain is checked, each with its checks."""
    lines = {"DNS": DNS_CHECKS, **{check_label(name): (name,) for name in TERMINAL_CHECKS if name not in DNS_CHECKS}}
    return {name: checks for name, checks in lines.items() if only is None or not {*only}.isdisjoint(checks)}


async def _check_domain(domain: str, check: Check, progress: ProgressBar) -> Checked:
    """Checks one domain. A fault of ours is reported and counts as unknown, so that the others go on."""
    started_at = time.monotonic()
    try:
        return await check(domain)
    except Exception as error:
        log.debug("the check of %s failed", domain, exc_info=True)
        with progress.cleared():
            fault = f"{type(error).__name__}: {error}"
            _write_errors([f"{domain}: the check failed ({fault}); this is a fault of ses-bot."])
        seconds = round(time.monotonic() - started_at, 3)
        return Checked(Report(domain, Verdict.CANNOT_TELL, (), seconds, 0), zone=domain)


def _format_report(checked: Checked, options: Options) -> str:
    from cli import render  # noqa: PLC0415 - drawing is loaded when something is drawn

    if options.form == "json":
        return render.report_to_json(checked.report, options.only) + "\n"
    if options.form == "csv":
        return render.report_to_csv(checked.report)
    if options.form in RECORD_FORMATS:
        return _export_records(checked, options.form)
    return _capture_console(lambda console: render.draw_report(checked, console, options.only))


def _export_records(checked: Checked, form: str) -> str:
    """Exports the records to publish as code; what the code cannot say goes to standard error."""
    from checks.exports import export_records  # noqa: PLC0415 - as above

    export = export_records(checked, form)
    notes = (*export.notes, *(() if export.text else ("there are no records to publish.",)))
    _write_errors(f"{checked.report.domain}: {note}" for note in notes)
    return export.text


def _format_summary(reports: Sequence[Report], unread: Sequence[str]) -> str:
    from cli.render import draw_summary  # noqa: PLC0415 - as above

    return _capture_console(lambda console: draw_summary(reports, unread, console))


def _capture_console(draw: Callable[..., None]) -> str:
    from rich.console import Console  # noqa: PLC0415 - as above

    console = Console(file=sys.stdout)
    with console.capture() as captured:
        draw(console)
    return captured.get()


def _write_output(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _write_errors(lines: Iterable[str]) -> None:
    for text in lines:
        sys.stderr.write(make_visible(text) + "\n")
    sys.stderr.flush()


@contextlib.contextmanager
def _note_faults(faults: list[str], prefix: str = "") -> Iterator[None]:
    """Collects what cannot be read, so that every fault is reported at once."""
    try:
        yield
    except BadQuery as bad:
        faults.append(f"{prefix}{bad}")


def _read_words(words: Sequence[str], faults: list[str]) -> Query:
    """Reads the words on the command line as Slack's are read: `acme.com`, `selector=s1`, `website: acme.com/shop`."""
    try:
        query = read_query("\n".join(words)) if words else Query()
    except BadQuery as bad:
        faults.append(str(bad))
        return Query()
    faults += [word.why for word in query.unread]
    return replace(query, unread=())


def _read_file(name: str, faults: list[str], unread: list[str]) -> list[str]:
    """Reads the domains in a file, one a line. Lines that name none go to `unread`, each with file and line."""
    quoted_name = "stdin" if name == "-" else make_visible(name)
    try:
        octets = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        faults.append(f"{quoted_name} cannot be read: {why or error}. Give a file with one domain a line.")
        return []
    names: list[str] = []
    for number, line in enumerate(octets.decode("utf-8-sig", "replace").split("\n"), 1):
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if not text:
            continue
        try:
            names.append(mail_domain_of(text).domain)
        except BadDomain as bad:
            unread.append(f"{quoted_name}, line {number}: {bad}")
    if not names:
        faults.append(f"{quoted_name} names no domain. Give one a line. Example: {EXAMPLE}")
    return names


def _read_only(typed: str | None, faults: list[str]) -> tuple[str, ...] | None:
    if typed is None:
        return None
    names = [name.strip().lower().replace("-", "_") for name in typed.split(",") if name.strip()]
    unknown = [name for name in names if name not in TERMINAL_CHECKS]
    if unknown or not names:
        problem = f"there is no check “{make_visible(unknown[0][:60])}” here" if unknown else "no check is named"
        example = f"--only {','.join(TERMINAL_CHECKS[:2])}"
        faults.append(f"--only: {problem}; there are {', '.join(TERMINAL_CHECKS)}. Example: {example}")
    return tuple(check for check in TERMINAL_CHECKS if check in names)


def _read_format(typed: str, faults: list[str]) -> str:
    name = typed.strip().lower()
    if name not in RECORD_FORMATS:
        quoted, first = make_visible(name[:60]), RECORD_FORMATS[0]
        faults.append(f"--records: unknown form “{quoted}”; there are {', '.join(RECORD_FORMATS)}. Example: {first}")
    return name


def _read_servers(typed: Sequence[str], faults: list[str]) -> tuple[str, ...]:
    try:
        return parse_servers(",".join(typed)) if typed else ()
    except ValueError as error:
        faults.append(f"--nameserver: {error}")
        return ()
