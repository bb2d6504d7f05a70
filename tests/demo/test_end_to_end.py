"""`python -m demo` as people start it: a pipe, nothing at all, a terminal; with the bot itself."""

import asyncio
import contextlib
import os
import pty
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def left_in(directory: Path) -> list[Path]:
    return list(directory.iterdir())


def children_of(pid: int) -> list[int]:
    """The processes that a process has started, where the system tells."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []


async def demo(lines: str, tmp_path: Path) -> tuple[int, str, str]:
    """Run it on these lines: the exit code, the transcript, and what was said of mishaps. Nothing is left behind."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "demo",
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(lines.encode())
    assert left_in(tmp_path) == []
    return process.returncode or 0, output.decode(), errors.decode()


async def test_a_command_through_a_pipe(tmp_path: Path) -> None:
    code, shown, mishaps = await demo("/ses-check broken.example\n", tmp_path)
    assert (code, mishaps) == (0, "")
    assert "#deliverability> /ses-check broken.example" in shown
    assert "broken.example: fix 3 things first" in shown
    assert "\n    v=DMARC1; p=none; rua=mailto:dmarc@broken.example\n" in shown
    assert "[1] Check again   [2] Details   [3] Share in channel" in shown
    assert "\x1b" not in shown


async def test_the_tour(tmp_path: Path) -> None:
    begun = time.monotonic()
    code, shown, mishaps = await demo("", tmp_path)
    assert (code, mishaps) == (0, "")
    story = [
        *("ready.example is ready", "broken.example: fix 3 things first", "!fix broken.example", "published  _dmarc"),
        *("in place of what stood there", "broken.example is ready", "(a modal opens)", "That is the tour."),
    ]
    places = [shown.index(words) for words in story]
    assert places == sorted(places)
    assert time.monotonic() - begun < 30


async def test_records_repairs_and_what_cannot_be_done(tmp_path: Path) -> None:
    lines = [
        "!records typo.example",
        "!fix typo.example",
        "/ses-check typo.example",
        "77",
        "/nope",
    ]
    code, shown, mishaps = await demo("\n".join(lines), tmp_path)
    assert code == 1
    assert "  typo.example  TXT  v=spf1 ipv4:198.51.100.7 include:_spf.provider.example ~all" in shown
    assert "  published  typo.example  TXT  v=spf1 ip4:198.51.100.7 include:_spf.provider.example ~all" in shown
    assert "  published  _dmarc.typo.example  TXT  v=DMARC1; p=none; rua=mailto:dmarc@typo.example" in shown
    assert "typo.example is ready" in shown
    assert "/nope is not a valid command" in shown
    assert [line.strip() for line in mishaps.splitlines() if line] == [
        "Something went wrong:",
        "could not be done: There is no button 77. The number stands before the button, in brackets.",
        "could not be done: /nope: no such command",
    ]


class Terminal:
    """The demo in a terminal of its own."""

    def __init__(self, tmp_path: Path) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.environ |= {"TERM": "xterm", "TMPDIR": str(tmp_path)}
            os.execv(sys.executable, [sys.executable, "-m", "demo"])
        os.set_blocking(self._fd, False)
        self._seen = ""

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    async def until(self, words: str) -> str:
        """What is drawn up to these words."""
        deadline = time.monotonic() + 30
        while words not in self._seen:
            assert time.monotonic() < deadline, f"no {words!r} in {self._seen[-500:]!r}"
            self._read()
            await asyncio.sleep(0.02)
        seen, _, self._seen = self._seen.partition(words)
        return re.sub(r"\x1b\[[0-9;?]*[a-z]", "", seen, flags=re.IGNORECASE)

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._fd, 65_536):
                self._seen += data.decode("utf-8", "replace")

    async def exit_code(self) -> int:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            self._read()
            code = self._ended()
            if code is not None:
                return code
            await asyncio.sleep(0.02)
        raise AssertionError("the demo does not end")

    def _ended(self) -> int | None:
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()
    assert left_in(tmp_path) == []


async def test_a_terminal(terminal: Terminal) -> None:
    """Tab completes, a number presses, Ctrl-D ends."""
    await terminal.until("#deliverability> ")
    terminal.type("/ses-check nod\t\n")
    assert "nodmarc.example: fix 1 thing first" in await terminal.until("[3] Share in channel")
    await terminal.until("#deliverability> ")
    terminal.type("3\n")
    assert "only visible to you" not in await terminal.until("[6] Details")
    await terminal.until("#deliverability> ")
    terminal.type("77\n")
    await terminal.until("There is no button 77")
    await terminal.until("#deliverability> ")
    terminal.type("\x04")
    assert await terminal.exit_code() == 0


async def test_ctrl_c_ends_calmly(terminal: Terminal) -> None:
    await terminal.until("#deliverability> ")
    terminal.type("half a li\x03")
    assert await terminal.exit_code() == 0


@pytest.fixture
async def in_a_pipe(tmp_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The demo, waiting for the next line of a pipe."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "demo",
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"help\n")
    await process.stdout.readuntil(b"nowhere.example")
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_sigterm_stops_the_bot_too(in_a_pipe: asyncio.subprocess.Process, tmp_path: Path) -> None:
    bots = children_of(in_a_pipe.pid)
    in_a_pipe.terminate()
    assert await in_a_pipe.wait() == 128 + signal.SIGTERM
    assert left_in(tmp_path) == []
    for pid in bots:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
