"""An AWS service on loopback: one address, all paths, one handler.

A new service extends `LoopbackAwsService` and overrides `_answer`: it reads what a `Request` asks for, checks its
signer (`fakes.ses.signature`), and answers (`fakes.ses.protocols`) or raises `AwsRefused`. `_refuse` words a refusal in
the protocol of the service; by default that is JSON.
"""

import asyncio
from collections.abc import Iterable

from aiohttp import web

from fakes.http_server import LoopbackHttpServer
from fakes.ses.protocols import AwsRefused, json_refusal
from fakes.ses.signature import SignedRequest


class LoopbackAwsService(LoopbackHttpServer):
    """Serves while the context is open; `url` is where. Calls that hang end when `_released` is set."""

    def __init__(self) -> None:
        super().__init__()
        self._released = asyncio.Event()

    def _routes(self) -> Iterable[web.RouteDef]:
        return [web.route("*", "/{path:.*}", self._serve)]

    async def __aexit__(self, *_: object) -> None:
        self._released.set()
        await super().__aexit__()

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
