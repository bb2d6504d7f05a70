"""One aiohttp application on a free port of 127.0.0.1, while a context is open."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Self

from aiohttp import web


class LoopbackHttpServer(ABC):
    """Serves `_routes`; `url` is where, without a last slash. `_shutdown_seconds` are given to requests at the end."""

    _shutdown_seconds = 0.1

    def __init__(self) -> None:
        self.url = ""
        self._runner: web.AppRunner | None = None

    @abstractmethod
    def _routes(self) -> Iterable[web.RouteDef]:
        """Returns the paths that are served, and their handlers."""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes(self._routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=self._shutdown_seconds)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()
