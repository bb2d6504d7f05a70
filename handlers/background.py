"""Owns every piece of work that goes on after a request was acknowledged, and lets it wait while others are.

Slack gives an acknowledgement three seconds, and people see a hang after a fraction of one. A check is a burst of work
on the one event loop: when fifty commands come at once, the first checks would delay the last acknowledgements.
Each piece of work has a deadline, a place in the count, and a surface where a failure is shown; nothing is lost
silently. At the end, work under way gets its time and the rest reads that the bot restarts: Bolt drains nothing.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from handlers.logs import log_error
from handlers.slack_api import Undelivered
from handlers.views import words
from handlers.views.blocks import Message

log = logging.getLogger(__name__)

DEADLINE = 90.0
"""Seconds for one piece of work: a check has 15, the rest is for waiting until Slack takes the answer."""
DRAIN = 20.0
"""Seconds that work under way gets after SIGTERM."""
_TELLING = 30.0
"""Seconds for telling a person that it failed."""
_PARTING = 5.0
"""Seconds for telling a person that the bot restarts."""
_LONGEST = 1.0
"""Seconds that work waits for acknowledgements; a flood without end must not stop it."""


class AckPriority:
    """Lets work wait while events are acknowledged."""

    def __init__(self) -> None:
        self._acknowledging = 0
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def hold_back_work(self) -> Iterator[None]:
        """Holds back work while this is open."""
        self._acknowledging += 1
        self._free.clear()
        try:
            yield
        finally:
            self._acknowledging -= 1
            if not self._acknowledging:
                self._free.set()

    async def wait(self) -> None:
        """Returns when nothing is being acknowledged, or after a second."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST):
                await self._free.wait()


class Surface(Protocol):
    """Where a person reads an answer: an ephemeral message, a modal."""

    async def tell(self, message: Message, /) -> None: ...


class Background:
    """`start` work, `drain` at the end. `deadline` in seconds."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None], surface: Surface | None = None, *, what: str) -> None:
        """Runs `work` in the background. When it fails or takes too long, `surface` tells the person; without one
        the log alone says so. `what` names the work in our own words, such as "the check": the person and the log read
        it."""
        if self._closed:
            work.close()
            running = self._tell_person(surface, words.restarting_message(), what, _PARTING)
        else:
            running = self._run(work, surface, what)
        task = asyncio.create_task(running, name=what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Takes no new work: the person who asks reads that the bot restarts."""
        self._closed = True

    async def drain(self, seconds: float = DRAIN) -> None:
        """Gives work under way `seconds`; ends the rest, and tells those who wait for it."""
        self.close()
        if not self._tasks:
            return
        log.info("stopping: %d under way", len(self._tasks))
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if self._tasks:
            log.info("stopping: %d not done in %.0f s, telling them", len(late), seconds)
            await asyncio.wait(self._tasks, timeout=_PARTING + 1)

    async def _run(self, work: Coroutine[Any, Any, None], surface: Surface | None, what: str) -> None:
        try:
            async with asyncio.timeout(self._deadline):
                await work
        except asyncio.CancelledError:
            if not self._closed:
                raise
            await self._tell_person(surface, words.restarting_message(), what, _PARTING)
        except Exception as error:  # noqa: BLE001 - the place where errors of all work end: the log, and the person
            await self._tell_person(
                surface,
                words.failure_message(self._describe_failure(what, error), log_error(error, what)),
                what,
                _TELLING,
            )

    def _describe_failure(self, what: str, error: Exception) -> str:
        name = what[:1].upper() + what[1:]
        if isinstance(error, TimeoutError):
            return f"{name} was not finished within {self._deadline:.0f} seconds and was stopped"
        if isinstance(error, Undelivered):
            return f"{name} failed: Slack answered “{error.code}”"
        return f"{name} failed because of an error in ses-bot, not in your DNS"

    async def _tell_person(self, surface: Surface | None, message: Message, what: str, seconds: float) -> None:
        """Tells the person, if one waits; when not even that works, the log says so."""
        if surface is None:
            return
        try:
            async with asyncio.timeout(seconds):
                await surface.tell(message)
        except Exception as error:  # noqa: BLE001 - the person cannot be reached: the log is all there is left
            log_error(error, f"telling that {what} did not finish")
