"""A small bot made with Slack's own Bolt, to see whether the play Slack behaves as that expects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from fakes.slack import LoopbackSlack


def bolt_app(slack: LoopbackSlack) -> AsyncApp:
    """An app that talks to the play Slack."""
    env = slack.environment
    client = AsyncWebClient(token=env["SLACK_BOT_TOKEN"], base_url=env["SLACK_API_URL"])
    return AsyncApp(client=client)


@asynccontextmanager
async def connected(slack: LoopbackSlack, app: AsyncApp, *, ping_interval: float = 5.0) -> AsyncIterator[Any]:
    """The app, connected by Socket Mode."""
    handler: Any = AsyncSocketModeHandler(app, slack.environment["SLACK_APP_TOKEN"], ping_interval=ping_interval)
    await handler.connect_async()
    try:
        await slack.wait_until_connected()
        yield handler.client
    finally:
        await handler.close_async()
