"""Imports what the bot imports once, and forks a bot for each request: argument 1 is the descriptor of a socket.

A request is a line of JSON with three descriptors beside it: the output, the error output, and where the exit code
goes. The answer is the process id in a line. The server ends when the socket is closed.
"""

import gc
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
ROOMS = ("aws", "checks", "cli", "drafts", "handlers", "model", "store", "watch")
LATE = ("aiosqlite", "psycopg", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.aiosqlite")
"""What the bot's libraries import when they are first used."""

PAUSES = (("aws.rate_limit", "CALL_SPACING"), ("watch.watcher", "SHORTEST"), ("watch.domains", "SHORTEST"))
"""The second that AWS wants between two calls. A bot with `SHORT_PAUSES` in its environment takes a fifth of it, where
a test waits for one reading after the other, and is not about how often AWS is asked."""


def preload() -> None:
    sys.path[0] = str(ROOT)
    for room in ROOMS:
        for found in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if "migrations" not in found.name:  # Alembic runs those itself
                import_module(found.name)
    for name in ("settings", "asyncio.runners", *LATE):
        import_module(name)
    gc.collect()
    gc.freeze()


class Server:
    """Its descriptors, and where the exit code of each bot goes."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._exits: dict[int, int] = {}
        self._wake, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno())

    def serve(self) -> dict[str, Any] | None:
        """In a forked bot, what was asked for; None once no one can ask."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._wake:
                    self._wake.recv(4_096)
                    self._report_ended()
                    continue
                request, fds = self._request()
                if request is None:
                    return None
                pid = os.fork()
                if pid == 0:
                    self._become(request, fds)
                    return request
                self._exits[pid] = fds.pop()
                for fd in fds:
                    os.close(fd)
                self._control.sendall(b"%d\n" % pid)

    def _request(self) -> tuple[dict[str, Any] | None, list[int]]:
        octets, fds, *_ = socket.recv_fds(self._control, 65_536, 3)
        while octets and not octets.endswith(b"\n"):
            octets += self._control.recv(65_536)
        return (json.loads(octets) if octets else None), fds

    def _report_ended(self) -> None:
        while self._exits:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            fd = self._exits.pop(pid)
            os.write(fd, b"%d" % os.waitstatus_to_exitcode(status))
            os.close(fd)

    def _become(self, request: dict[str, Any], fds: list[int]) -> None:
        """Leave nothing of the server, and have what a process that was started has."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for mine in (self._selector, self._control, self._wake, self._waker):
            mine.close()
        null = os.open(os.devnull, os.O_RDONLY)
        for target, fd in enumerate((null, fds[0], fds[1])):
            os.dup2(fd, target)
        for fd in (null, *fds, *self._exits.values()):
            os.close(fd)
        os.setpgid(0, 0)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        sys.argv = request["argv"]
        for module, pause in PAUSES if "SHORT_PAUSES" in os.environ else ():
            assert getattr(sys.modules[module], pause) == 1.0
            setattr(sys.modules[module], pause, 0.2)
        sys.stdout = open(1, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115 - for as long as it runs
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115 - for as long as it runs


preload()
if asked := Server(socket.socket(fileno=int(sys.argv[1]))).serve():
    runpy.run_path(asked["argv"][0], run_name="__main__")
