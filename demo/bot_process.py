"""The bot as a child process that knows only its environment, with what it writes kept and watched.

The starter stops it: SIGTERM, and SIGKILL when that is not enough.
"""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BOT = Path(__file__).resolve().parent.parent / "bot.py"
_ERROR = re.compile(r"\b(ERROR|CRITICAL)\b|^Traceback ")
_MAX_LINES = 2_000
spawn: Any = asyncio.create_subprocess_exec
"""What starts a process; the tests put in its place one that has imported the bot already."""


class BotProcess:
    """`program run`. `lines` is what it wrote, standard error and output together; `errors` those that it logged as
    errors, and tracebacks."""

    def __init__(self, program: Path = BOT) -> None:
        self._program = program
        self.lines: deque[str] = deque(maxlen=_MAX_LINES)
        self.errors: list[str] = []
        self._grown = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self, environment: Mapping[str, str], home: Path) -> None:
        """Starts it in `home`, so that no `.env` of this directory is read, with this environment and no other."""
        self._process = await _start(self._program, ["run"], environment, home, stderr=asyncio.subprocess.STDOUT)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process
        assert self._process.stdout
        async for raw in self._process.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            self.lines.append(line)
            self._grown.set()
            if _ERROR.search(line):
                self.errors.append(line)

    async def wait_for_line(self, pattern: str, within: float) -> re.Match[str]:
        """Returns the first line that holds `pattern`; `TimeoutError`."""
        async with asyncio.timeout(within):
            while True:
                match_found = next((match for line in self.lines if (match := re.search(pattern, line))), None)
                if match_found:
                    return match_found
                await self._grown.wait()
                self._grown.clear()

    @property
    def started(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.returncode if self._process else None

    async def wait(self) -> int:
        """Returns its exit code, once it has ended and all that it wrote is read."""
        assert self._process
        assert self._reading
        code = await self._process.wait()
        await asyncio.wait({self._reading}, timeout=2)
        return code

    async def stop(self, patience: float = 25.0) -> int:
        """Ends it in good order, within `patience` seconds, or else by force; its exit code (-9 then)."""
        assert self._process
        if self.ended is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
        try:
            return await asyncio.wait_for(self.wait(), patience)
        finally:
            if self.ended is None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self.wait()

    def send(self, number: signal.Signals) -> None:
        """Sends a signal, if the process still runs."""
        assert self._process
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def kill(self) -> None:
        """Ends it as an accident would: without a chance to do anything more."""
        self.send(signal.SIGKILL)


def minimal_environment(home: Path) -> dict[str, str]:
    """Returns what a program needs to run at all, and nothing of the person's own: no credentials, no proxies."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }


async def run_bot(arguments: Sequence[str], environment: Mapping[str, str], home: Path) -> tuple[int, str, str]:
    """Runs another command of `bot.py`, such as `check`; returns its exit code, output and error output."""
    process = await _start(BOT, arguments, environment, home, stderr=asyncio.subprocess.PIPE)
    try:
        output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output.decode("utf-8", "replace"), errors.decode("utf-8", "replace")


async def _start(
    program: Path, arguments: Sequence[str], environment: Mapping[str, str], home: Path, *, stderr: int
) -> asyncio.subprocess.Process:
    process: asyncio.subprocess.Process = await spawn(
        sys.executable,
        str(program),
        *arguments,
        cwd=home,
        env={**minimal_environment(home), **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
        process_group=0,  # Ctrl-C in the terminal is for the demo, which then stops the bot
    )
    return process
