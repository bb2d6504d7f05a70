"""The bot's listeners in this process, at work in a faithful Slack on loopback; DNS is a function of the test."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from checks.query import Query
from fakes.slack import COMMANDS, Channel, LoopbackSlack, SlackMessage, View
from handlers.app import build_app, envelope_handler
from handlers.background import AckPriority, Background
from handlers.checker import Checker
from handlers.domain_watch_notify import DomainWatches
from handlers.drafts.services import DraftServices
from handlers.listeners import Services
from handlers.reports import Reports
from handlers.slack_api import make_api
from handlers.socket_mode import SocketModeClient
from handlers.start import find_home, request_socket_url
from handlers.watching import Watching
from model import Checked, Finding, Outcome, Record, Report, Seen, Verdict
from model import Fix as Repair
from store import Database, open_database
from tests.support.databases import new_file
from tests.support.patience import PATIENCE


class SlackApp:
    """`slack` is where people are. `asked` is what was checked (query, whether past the caches); `delay` is how long a
    check takes, in seconds; `error` is what it raises; `verdict` decides on a query, `findings` stand beside it, and
    the domain was `registered` on that day."""

    def __init__(self, slack: LoopbackSlack) -> None:
        self.slack = slack
        self.background = Background(deadline=10)
        self.priority = AckPriority()
        self.asked: list[tuple[str, bool]] = []
        self.since: list[float | None] = []
        """From when each check shares what others ask."""
        self.delay = 0.0
        self.error: Exception | None = None
        self.draft_services: DraftServices | None = None
        self.services: Services | None = None
        self.verdict: Callable[[Query], Verdict] = lambda _: Verdict.FIX_FIRST
        self.findings: tuple[Finding, ...] = ()
        self.registered: date | None = None
        self.beside: float | None = None
        """Seconds that what is more than DNS takes; None: DNS is all there is."""
        self.site = Outcome.FAIL
        """What is then found of the website."""

    async def check(self, query: Query, *, fresh: bool, since: float | None = None) -> AsyncGenerator[Checked]:
        self.asked.append((str(query), fresh))
        self.since.append(since)
        await asyncio.sleep(self.delay)
        if self.error:
            raise self.error
        found = checked(query, self.verdict(query), len(self.asked))
        if self.beside is not None:
            yield replace(found, pending=("website", "domain_age"))
            await asyncio.sleep(self.beside)
            found = with_website(found, self.site)
        report = replace(found.report, findings=found.report.findings + self.findings)
        yield replace(found, report=report, registered=self.registered)

    async def message(self) -> SlackMessage:
        """The next message that anybody sees."""
        return await self.slack.next_message()

    async def report(self, text: str = "acme.com", channel: Channel | None = None) -> SlackMessage:
        """Type `/ses-check` and wait for what comes."""
        await self.slack.command("/ses-check", text, channel=channel)
        return await self.message()

    async def quiet(self) -> None:
        """All that was acknowledged has been handed on, and all work is done."""
        async with asyncio.timeout(PATIENCE):
            await self.priority.wait()
            while len(self.background):  # noqa: ASYNC110 - the background has no event for it
                await asyncio.sleep(0.005)


@asynccontextmanager
async def slack_app(
    *,
    progress_after_s: float = 1.5,
    commands: tuple[str, ...] = COMMANDS,
    drafts: Callable[[Services], DraftServices] | None = None,
    db: Database | None = None,
    kind: "type[SlackApp]" = SlackApp,
    watching: Watching | None = None,
    domain_watches: DomainWatches | None = None,
) -> AsyncIterator[SlackApp]:
    """The listeners, connected to a Slack. `drafts` makes what drafts are written with; without `db`, reports are kept
    in a database of their own."""
    async with (
        AsyncExitStack() as stack,
        LoopbackSlack(commands=commands) as slack,
        aiohttp.ClientSession() as session,
    ):
        if db is None:
            directory = stack.enter_context(tempfile.TemporaryDirectory())
            db = await stack.enter_async_context(open_database(new_file(Path(directory) / "reports.sqlite3")))
        app = kind(slack)
        env = slack.environment
        said = make_api(session, env["SLACK_API_URL"], env["SLACK_BOT_TOKEN"])
        home = await find_home(said)
        checker, reports = Checker(app.check, app.priority), Reports(db, home.team)
        services = Services(
            said,
            app.background,
            checker,
            home,
            reports,
            progress_after_s=progress_after_s,
            watching=watching,
            domain_watches=domain_watches,
        )
        app.services = services
        app.draft_services = drafts(services) if drafts else None
        new_url = partial(request_socket_url, make_api(session, env["SLACK_API_URL"], env["SLACK_APP_TOKEN"]))
        bolt_app = build_app(services, app.draft_services)
        for listener in bolt_app._async_listeners:
            vars(listener)["ack_timeout"] = PATIENCE  # Bolt gives a listener three seconds, as Slack does
        socket = SocketModeClient(session, new_url, envelope_handler(bolt_app), app.priority, interval=0.2)
        running = asyncio.create_task(socket.run())
        await slack.wait_until_connected()
        yield app
        await socket.close()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await app.background.drain(0)


@pytest.fixture(name="app")
async def strict_app() -> AsyncIterator[SlackApp]:
    """An app in which no check is slow, and Slack refuses nothing but what tests provoke."""
    async with slack_app(progress_after_s=PATIENCE) as app:
        yield app
        assert [call for call in app.slack.refusals if call.refused not in _PROVOKED] == []
        assert app.slack.sockets.trouble.unanswered == []


_PROVOKED = (
    *("used_url", "expired_url", "not_in_channel", "channel_not_found", "not_found"),
    *("ratelimited", "is_archived", "expired_trigger_id"),
)


def checked(query: Query, verdict: Verdict, queries: int = 9) -> Checked:
    """A report on a query, with one finding that names its options."""
    domain = query.domains[0]
    outcome = {Verdict.READY: Outcome.PASS, Verdict.FIX_FIRST: Outcome.FAIL, Verdict.CANNOT_TELL: Outcome.UNKNOWN}
    code = {Verdict.READY: "dmarc.ok", Verdict.FIX_FIRST: "dmarc.missing", Verdict.CANNOT_TELL: "dmarc.lookup-failed"}
    record = Record("TXT", f"_dmarc.{domain}", "v=DMARC1; p=none; rua=mailto:dmarc@" + domain)
    finding = Finding(
        "dmarc",
        outcome[verdict],
        code[verdict],
        f"What DNS says of {query}.",
        ("<!channel> `x` *y*",),
        Repair((record,)) if verdict is Verdict.FIX_FIRST else None,
    )
    report = Report(domain, verdict, (finding,), 0.2, queries)
    return Checked(report, domain, (Seen("dmarc", f"_dmarc.{domain}", "TXT", ("no such name",)),))


def with_website(dns: Checked, outcome: Outcome) -> Checked:
    """The same report, with a finding about the website and the final verdict."""
    finding = Finding("website", outcome, "website.parked", "What is on the website.", ("a parked page",))
    verdict = Verdict.FIX_FIRST if outcome is Outcome.FAIL else dns.report.verdict
    findings = (*dns.report.findings, finding)
    notes = ("Not looked at: SES identity and account. No AWS account is connected.",)
    return replace(dns, report=replace(dns.report, findings=findings, verdict=verdict), notes=notes)


def text_of(shown: SlackMessage | View) -> str:
    """Everything that can be read in a message or a modal, a piece a line."""
    return "\n".join(_texts(shown.blocks))


def _texts(node: object) -> list[str]:
    if isinstance(node, list):
        return [text for child in node for text in _texts(child)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if isinstance(node.get("text"), str) else []
    own += [str(node["title"])] if node.get("type") in ("plan", "task_card") else []
    return own + [text for key, child in node.items() if key != "text" or not own for text in _texts(child)]
