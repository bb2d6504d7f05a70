"""The files that put the bot into Slack and into a container agree with the bot."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

import yaml

from handlers import checking, status
from handlers.drafts import reply, request
from handlers.http_port import Doors, serve

ROOT = Path(__file__).parent.parent
MANIFEST = (ROOT / "manifest.yaml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_manifest_declares_the_commands_that_are_listened_to() -> None:
    assert re.findall(r"^\s+- command: (\S+)$", MANIFEST, re.MULTILINE) == [
        checking.COMMAND,
        status.COMMAND,
        request.COMMAND,
        reply.COMMAND,
    ]


def test_every_scope_is_argued_for() -> None:
    scopes = MANIFEST.partition("    bot:\n")[2].partition("settings:")[0]
    lines = [line.strip() for line in scopes.strip().splitlines()]
    asked = [line for line in lines if line.startswith("- ")]
    assert asked == ["- commands", "- chat:write"]
    assert all(lines[lines.index(scope) - 1].startswith("# ") for scope in asked)


def test_the_image_holds_what_the_bot_is_made_of_and_no_secret() -> None:
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()}
    assert all((ROOT / name).exists() for name in copied)
    assert {"bot.py", "settings.py", "model", "checks", "drafts", "handlers", "cli", "aws", "store", "watch"} <= copied
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert allowed == copied


def test_the_image_runs_the_bot_and_takes_other_commands() -> None:
    [entry] = re.findall(r"^ENTRYPOINT (\[.*\])$", DOCKERFILE, re.MULTILINE)
    [default] = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert (json.loads(entry), json.loads(default)) == (["python", "bot.py"], ["run"])
    [line] = re.findall(r"^docker build .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert "-v ses-bot:/data" in line, "what the bot must keep is on a volume"


async def test_the_health_check_of_the_image_follows_the_bot() -> None:
    [command] = re.findall(r"^HEALTHCHECK (?:.*\\\n\s+)?CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    _, *arguments = json.loads(command)

    async def checked(port: int) -> int:
        env = {**os.environ, "SES_BOT_HTTP_PORT": str(port)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=env, stderr=asyncio.subprocess.DEVNULL
        )
        return await process.wait()

    async with serve(0, Doors(connector_unready=lambda: "not ready, but alive")) as port:
        assert await checked(port) == 0
    assert await checked(port) != 0


def test_both_manifests_are_of_one_app() -> None:
    """They differ only in how Slack reaches the bot."""
    by_socket, by_http = (yaml.safe_load((ROOT / name).read_text()) for name in ("manifest.yaml", "manifest-http.yaml"))
    urls = [command.pop("url") for command in by_http["features"]["slash_commands"]]
    urls += [
        by_http["settings"][part].pop("request_url")
        for part in ("interactivity", "event_subscriptions")
        if part in by_http["settings"]
    ]
    assert {url.rpartition("example.com")[2] for url in urls} == {"/slack/events"}
    assert by_socket["settings"].pop("socket_mode_enabled") is True
    assert by_http["settings"].pop("socket_mode_enabled") is False
    assert by_http == by_socket
