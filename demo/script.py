"""Where the commands come from: a person at a terminal, a pipe, or the tour.

Each gives a line when asked, and None at the end. What is not typed on this very screen is echoed behind its prompt, so
that a transcript reads like a session.
"""

import asyncio
import contextlib
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TextIO

from demo.sample import ANSWERS
from demo.screen import Screen

try:
    import readline
except ImportError:  # Windows has none: lines are then read without editing
    readline = None  # type: ignore[assignment]  # the name stays, for the two places that ask
try:
    import termios
except ImportError:
    termios = None  # type: ignore[assignment]  # as above


class Script(Protocol):
    """`interactive`: a person is waiting, who sees what happens and may mistype."""

    interactive: bool

    async def line(self, prompt: str, field: str = "") -> str | None:
        """The next line, without its end; None when there is none. `field`: the action_id of the form's field that it
        is for."""

    def aside(self) -> contextlib.AbstractContextManager[None]:
        """Around what is drawn while a line is being typed."""


class Prompt:
    """A person at a terminal, with line editing and history; Tab completes `words`."""

    interactive = True

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._prompt = ""
        self._saved = termios.tcgetattr(sys.stdin) if termios else None
        if readline:
            readline.set_completer_delims(" ")
            readline.set_completer(self._complete)
            readline.parse_and_bind("tab: complete")
            readline.parse_and_bind("set enable-bracketed-paste on")  # what is pasted is one answer, however many lines

    async def line(self, prompt: str, field: str = "") -> str | None:
        self._prompt = prompt
        return await _in_thread(lambda: _typed(prompt))

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Clear the line that is being typed, and bring it back below."""
        print("\r\x1b[K", end="", flush=True)
        yield
        print(self._prompt + (readline.get_line_buffer() if readline else ""), end="", flush=True)

    def close(self) -> None:
        """Leave the terminal as it was found: a line may still be being read."""
        if self._saved:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._saved)

    def _complete(self, text: str, state: int) -> str | None:
        found = [word for word in self._words if word.startswith(text)]
        return found[state] if state < len(found) else None


class Pipe:
    """Lines from standard input, each echoed. `first` were read already, to see whether there are any."""

    interactive = False

    def __init__(self, stream: TextIO, screen: Screen, first: list[str]) -> None:
        self._stream = stream
        self._screen = screen
        self._first = first

    async def line(self, prompt: str, field: str = "") -> str | None:
        text = self._first.pop(0) if self._first else await _in_thread(lambda: read_line(self._stream))
        if text is not None:
            self._screen.say(prompt + text)
        return text

    def aside(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tour: what is said before it, and what is typed; or the label of a button to press."""

    intro: str
    typed: str = ""
    press: str = ""


TOUR = (
    Step("A domain is ready for Amazon's reviewers when its DNS says so. This one is:", "/ses-check ready.example"),
    Step("This one is not. The report says what to publish, record by record:", "/ses-check broken.example"),
    Step("Records take their time. No one has to look again and again:", press="Tell me when it's fixed"),
    Step(
        "Publish exactly that. (Here the demo does it; else that is you, at your DNS provider.)", "!fix broken.example"
    ),
    Step("Fixed, says a direct message. The report is still on the screen; press its button:", press="Check again"),
    Step("Green. What was looked at, name by name, is behind another button:", press="Details"),
    Step(
        "Where the bot watches the AWS account, it knows what SES expects, and judges that too:",
        "/ses-check ses.example",
    ),
    Step(
        "Under each report is “Draft the request”. It takes four short steps, filled in here with the answers of a "
        "shop that does not exist:",
        press="Draft the request",
    ),
    Step(
        "Every field to copy, and when to submit. The accounts themselves: two are watched, in two regions each.",
        "/ses-status",
    ),
    Step(
        "It is time to ask for production access. (Here the demo does it; else that is you, in the console.)", "!submit"
    ),
    Step("Within the hour, AWS asks something. It nearly always does, by a form letter:", "!ask"),
    Step("Whose turn it is is part of the news. Each of AWS’s questions becomes a field:", press="Draft the answer"),
    Step("Post that in the case, and say so:", press="I posted this on the case"),
    Step("Now it is AWS’s turn, and the status says it:", "/ses-status acme us-east-1"),
    Step("A reviewer reads the answer. Then, while no one is looking:", "!approve"),
    Step("The other journey: the same account asks in another region.", "!submit acme eu-west-1"),
    Step("There AWS refuses, without saying why:", "!deny"),
    Step("Then new facts and one pointed question help. Under the news:", press="Draft the answer"),
    Step("That goes into the case, and is ticked off:", press="I posted this on the case"),
    Step("It is read again:", "!approve"),
    Step("Posted once, with the quota that was really granted. The status agrees:", "/ses-status acme"),
    Step("That is the tour. Run script/demo in a terminal to play on.", "quit"),
)


_LINES_OF_A_MODAL = 30


class Tour:
    """A short story that plays by itself."""

    interactive = False

    def __init__(self, screen: Screen, steps: Iterable[Step] = TOUR) -> None:
        self._screen = screen
        screen.modal_lines = _LINES_OF_A_MODAL
        screen.brief = True
        self._steps = iter(steps)
        self._asked: Counter[str] = Counter()

    async def line(self, prompt: str, field: str = "") -> str | None:
        if field:
            typed = self._answer(field)
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

    def _answer(self, field: str) -> str:
        """What the shop types there, this time."""
        given = ANSWERS.get(field, "")
        answers = (given,) if isinstance(given, str) else given
        self._asked[field] += 1
        return answers[min(self._asked[field], len(answers)) - 1]

    def aside(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


def read_line(stream: TextIO) -> str | None:
    """A line without its end, None at the end of the stream."""
    text = stream.readline()
    return text.rstrip("\r\n") if text else None


def first_lines(stream: TextIO | None) -> list[str]:
    """The lines up to the first one that says something; empty when none does."""
    lines: list[str] = []
    while stream is not None and not stream.closed:
        text = read_line(stream)
        if text is None:
            break
        lines.append(text)
        if text.strip():
            return lines
    return []


def _typed(prompt: str) -> str | None:
    try:
        return input(prompt)
    except EOFError:
        print()
        return None


async def _in_thread(read: Callable[[], str | None]) -> str | None:
    """Read in a thread that does not keep the process from ending."""
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
