"""Scripts give the commands: a person at a terminal, a pipe, or the tour.

Each gives a line when asked, and None at the end. What is not typed on this very screen is echoed behind its prompt, so
that a transcript reads like a session.
"""

import asyncio
import contextlib
import sys
import threading
import tomllib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from demo.screen import Screen

STORY = tomllib.loads((Path(__file__).parent / "tour.toml").read_text("utf-8"))
"""The steps of the tour, what a shop that does not exist types in the forms, and what AWS writes."""
LETTERS: Mapping[str, str] = {"!ask": STORY["questions"], "!deny": STORY["refusal"]}
"""What AWS writes in the case, by what was typed."""

try:
    import readline
except ImportError:  # Windows has none: lines are then read without editing
    readline = None  # type: ignore[assignment]  # the name stays, for the two places that ask
try:
    import termios
except ImportError:
    termios = None  # type: ignore[assignment]  # as above


class Script(ABC):
    """`interactive`: a person is waiting, who sees what happens and may mistype."""

    interactive = False

    @abstractmethod
    async def read_line(self, prompt: str, field: str = "") -> str | None:
        """Returns the next line, without its end; None when there is none. `field`: the action_id of the form's field
        that it is for."""

    def aside(self) -> contextlib.AbstractContextManager[None]:
        """Surrounds what is drawn while a line is being typed."""
        return contextlib.nullcontext()


class TerminalScript(Script):
    """A person at a terminal, with line editing and history; Tab completes `words`."""

    interactive = True

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._prompt = ""
        self._saved = termios.tcgetattr(sys.stdin) if termios else None
        if readline:
            readline.set_completer_delims(" ")
            readline.set_completer(self._complete_word)
            readline.parse_and_bind("tab: complete")
            readline.parse_and_bind("set enable-bracketed-paste on")  # what is pasted is one answer, however many lines

    async def read_line(self, prompt: str, field: str = "") -> str | None:
        self._prompt = prompt
        return await _run_in_thread(lambda: _read_typed(prompt))

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Clears the line that is being typed, and brings it back below."""
        print("\r\x1b[K", end="", flush=True)
        yield
        print(self._prompt + (readline.get_line_buffer() if readline else ""), end="", flush=True)

    def close(self) -> None:
        """Leaves the terminal as it was found: a line may still be being read."""
        if self._saved:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._saved)

    def _complete_word(self, text: str, state: int) -> str | None:
        matches = [word for word in self._words if word.startswith(text)]
        return matches[state] if state < len(matches) else None


class PipeScript(Script):
    """Lines from standard input, each echoed. `first` were read already, to see whether there are any."""

    def __init__(self, stream: TextIO, screen: Screen, first: list[str]) -> None:
        self._stream = stream
        self._screen = screen
        self._first = first

    async def read_line(self, prompt: str, field: str = "") -> str | None:
        text = self._first.pop(0) if self._first else await _run_in_thread(lambda: read_stream_line(self._stream))
        if text is not None:
            self._screen.say(prompt + text)
        return text


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step of the tour: what is said before it, and what is typed; or the label of a button to press."""

    intro: str
    typed: str = ""
    press: str = ""


TOUR = tuple(TourStep(**step) for step in STORY["step"])


_MODAL_LINES = 30


class TourScript(Script):
    """A short story that plays by itself."""

    def __init__(self, screen: Screen, steps: Iterable[TourStep] = TOUR) -> None:
        self._screen = screen
        screen.modal_lines = _MODAL_LINES
        self._steps = iter(steps)
        self._asked: Counter[str] = Counter()

    async def read_line(self, prompt: str, field: str = "") -> str | None:
        if field:
            typed = self._answer_field(field)
            self._screen.say(prompt + typed)
            return typed
        step = next(self._steps, None)
        if step is None:
            return None
        typed = step.typed
        if step.press:
            number = self._screen.number_of(step.press)
            typed = step.press if number is None else str(number)
        self._screen.say(f"— {step.intro}", "italic")
        self._screen.say(prompt + typed)
        return typed

    def _answer_field(self, field: str) -> str:
        """Returns what the shop types there, this time."""
        answer = STORY["answers"].get(field, "")
        answers = (answer,) if isinstance(answer, str) else answer
        self._asked[field] += 1
        return answers[min(self._asked[field], len(answers)) - 1]


def read_stream_line(stream: TextIO) -> str | None:
    """Returns a line without its end, None at the end of the stream."""
    text = stream.readline()
    return text.rstrip("\r\n") if text else None


def read_first_lines(stream: TextIO | None) -> list[str]:
    """Returns the lines up to the first one that says something; empty when none does."""
    lines: list[str] = []
    while stream is not None and not stream.closed:
        text = read_stream_line(stream)
        if text is None:
            break
        lines.append(text)
        if text.strip():
            return lines
    return []


def _read_typed(prompt: str) -> str | None:
    try:
        return input(prompt)
    except EOFError:
        print()
        return None


async def _run_in_thread(read: Callable[[], str | None]) -> str | None:
    """Reads in a thread that does not keep the process from ending."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[str | None] = loop.create_future()

    def deliver(text: str | None) -> None:
        if not result.done():
            result.set_result(text)

    def work() -> None:
        text = read()
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(deliver, text)

    threading.Thread(target=work, daemon=True).start()
    return await result
