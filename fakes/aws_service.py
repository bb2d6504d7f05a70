"""An AWS service on loopback: one address, all paths, one handler. The services' fakes extend it."""

import asyncio
from typing import Self

from aiohttp import web


class LoopbackAwsService:
    """Serves while the context is open; `url` is where. Calls that hang end when `_released` is set."""

    def __init__(self) -> None:
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._released = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._released.set()
        if self._runner:
            await self._runner.cleanup()

    async def _serve(self, incoming: web.Request) -> web.Response:
        raise NotImplementedError
