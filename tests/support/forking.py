"""Bots that are forked from a process in which all imports are done: they start in a fraction of the time, and are
processes with an environment, a directory, an output and an exit code as any other."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

PROGRAM = Path(__file__).parent / "programs" / "fork_server.py"
BOT = Path(__file__).parents[2] / "bot.py"


class _Server:
    """The fork server of this process, started when it is first asked."""

    def __init__(self) -> None:
        self._control, far = socket.socketpair()
        with far:
            self._process = subprocess.Popen(
                [sys.executable, str(PROGRAM), str(far.fileno())],
                pass_fds=[far.fileno()],
                cwd=BOT.parent,
                env={name: one for name, one in os.environ.items() if not name.startswith(("AWS_", "SES_", "SLACK_"))},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def fork(self, argv: list[str], env: Mapping[str, str], cwd: Path, fds: list[int]) -> int:
        """The id of the new process. `fds`: its output, its error output, and where its exit code goes."""
        request = json.dumps({"argv": argv, "env": dict(env), "cwd": str(cwd)}).encode() + b"\n"
        try:
            sent = socket.send_fds(self._control, [request], fds)
            self._control.sendall(request[sent:])
            return int(self._control.recv(64))
        except (OSError, ValueError):
            raise AssertionError(
                f"{PROGRAM.name} has ended with {self._process.wait()}; see its error output"
            ) from None

    def close(self) -> None:
        self._control.close()
        self._process.wait()


_running: list[_Server] = []


def close() -> None:
    """End the fork server, if there is one."""
    while _running:
        _running.pop().close()


class Forked:
    """A bot, with what tests ask of an `asyncio.subprocess.Process`."""

    def __init__(self, pid: int, stdout: asyncio.StreamReader | None, stderr: asyncio.StreamReader | None) -> None:
        self.pid = pid
        self.stdout, self.stderr = stdout, stderr
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    async def ends(self, exit_code: asyncio.StreamReader) -> None:
        """Wait for the exit code."""
        self.returncode = int(await exit_code.read())
        self._ended.set()

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it writes until it ends."""
        assert self.stdout
        assert self.stderr
        output, errors = await asyncio.gather(self.stdout.read(), self.stderr.read())
        await self.wait()
        return output, errors

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Process: TypeAlias = Forked | asyncio.subprocess.Process
_tasks: set[asyncio.Task[None]] = set()


async def spawn(
    program: str, *argv: str, env: Mapping[str, str], cwd: Path, stdout: int, stderr: int, **more: Any
) -> Process:
    """As `asyncio.create_subprocess_exec` does, but forked where it is this project's bot."""
    if (program, argv[0]) != (sys.executable, str(BOT)):
        return await asyncio.create_subprocess_exec(
            program, *argv, env=env, cwd=cwd, stdout=stdout, stderr=stderr, **more
        )
    output, out = await _pipe(stdout)
    errors, err = (output, os.dup(out)) if stderr == asyncio.subprocess.STDOUT else await _pipe(stderr)
    exit_code, code = await _pipe(asyncio.subprocess.PIPE)
    assert exit_code
    if not _running:
        _running.append(_Server())
    try:
        pid = _running[0].fork(list(argv), env, cwd, [out, err, code])
    finally:
        for fd in (out, err, code):
            os.close(fd)
    process = Forked(pid, output, errors)
    task = asyncio.create_task(process.ends(exit_code))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return process


async def _pipe(kind: int) -> tuple[asyncio.StreamReader | None, int]:
    """A reader, and the descriptor to write to it; no reader where no one wants to read."""
    if kind == asyncio.subprocess.DEVNULL:
        return None, os.open(os.devnull, os.O_WRONLY)
    read, write = os.pipe()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb", 0)
    )
    return reader, write
