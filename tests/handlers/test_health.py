"""`/healthz` and `/readyz` over real HTTP."""

import socket

import aiohttp
import pytest

from handlers.http_port import Doors, PortTaken, serve
from model import VERSION


async def get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


async def test_alive_and_ready_are_two_things() -> None:
    reasons: list[str | None] = [None]
    async with serve(0, Doors(connector_unready=lambda: reasons[0])) as port:
        assert port > 0
        assert await get(port, "/healthz") == (200, f"ok {VERSION}\n")
        assert await get(port, "/readyz") == (200, "ok\n")
        reasons[0] = "the connection to Slack dropped"
        assert await get(port, "/readyz") == (503, "the connection to Slack dropped\n")
        assert (await get(port, "/healthz"))[0] == 200
        assert (await get(port, "/"))[0] == 404


async def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken, pytest.raises(PortTaken, match="in use"):
        async with serve(taken.getsockname()[1], Doors()):
            pass
