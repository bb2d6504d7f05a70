"""An AWS service on loopback: one address, all paths, one handler.

A new service extends `LoopbackAwsService` and overrides `_answer`: it reads what a `Request` asks for, checks its
signer (`fakes.ses.signature`), and answers (`fakes.ses.protocols`) or raises `Refused`. `_refuse` words a refusal in
the protocol of the service; by default that is JSON.
"""

import asyncio
from typing import Self

from aiohttp import web

from fakes.ses.protocols import AwsRefused, json_refusal
from fakes.ses.signature import SignedRequest


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
        path, _, query = incoming.raw_path.partition("?")
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        request = SignedRequest(incoming.method, path, query, headers, await incoming.read())
        try:
            return await self._answer(request)
        except ConnectionAbortedError:  # done, and the answer is lost
            if incoming.transport:
                incoming.transport.close()
            raise
        except AwsRefused as refused:
            return self._refuse(request, refused)

    async def _answer(self, request: SignedRequest) -> web.Response:
        raise AwsRefused(404, "UnknownOperationException", f"{request.method} {request.path}")

    def _refuse(self, request: SignedRequest, refused: AwsRefused) -> web.Response:
        del request
        return json_refusal(refused)
