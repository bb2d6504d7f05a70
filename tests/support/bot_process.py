"""The bot as a process of its own, known by its environment, its sockets, its log and its exit code."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.support import forking
from tests.support.patience import PATIENCE

BOT = Path(__file__).parents[2] / "bot.py"
_KEPT = ("PATH", "HOME", "LANG", "SYSTEMROOT", "COVERAGE_PROCESS_START")


class SpawnedBot:
    """One run of bot.py. `log` is what it has written to stderr so far."""

    def __init__(self, process: forking.Process) -> None:
        self.process = process
        self.log = ""
        self._grown = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def wait_for_line(self, pattern: str, within: float = PATIENCE) -> re.Match[str]:
        """Wait until the log holds `pattern`."""
        async with asyncio.timeout(within):
            while not (found := re.search(pattern, self.log)):
                if self._reading.done():
                    raise AssertionError(f"ended without saying {pattern}: {self.log}")
                self._grown.clear()
                await self._grown.wait()
        return found

    async def get(self, path: str) -> tuple[int, str]:
        """A page of its health server."""
        port = (await self.wait_for_line(r"health on port (\d+)"))[1]
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status, await answer.text()

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def end(self, within: float = PATIENCE) -> int:
        """Its exit code."""
        async with asyncio.timeout(within):
            await self._reading
            return await self.process.wait()

    async def _read(self) -> None:
        assert self.process.stderr is not None
        while octets := await self.process.stderr.read(4_096):
            self.log += octets.decode()
            self._grown.set()
        self._grown.set()


@asynccontextmanager
async def spawn_bot(
    directory: Path, *arguments: str, env: Mapping[str, str] | None = None, anew: bool = False
) -> AsyncIterator[SpawnedBot]:
    """`python bot.py …` in `directory`, with nothing of this process's settings; killed when the context ends. `anew`:
    not forked."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    start: Any = asyncio.create_subprocess_exec if anew else forking.spawn
    process: forking.Process = await start(
        *(sys.executable, str(BOT), *arguments),
        env={**kept, **(env or {})},
        cwd=directory,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    bot = SpawnedBot(process)
    try:
        yield bot
    finally:
        if process.returncode is None:
            process.kill()
        await bot.end()
