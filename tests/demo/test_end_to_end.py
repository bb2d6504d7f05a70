"""`python -m demo` as people start it: a pipe, nothing at all, a terminal; with the bot itself."""

import asyncio
import contextlib
import os
import pty
import random
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demo.aws_reviewer import DEMO_REGIONS, DemoAws, NotPossible
from demo.dns_provider import DnsProvider
from fakes.dns import LoopbackDns
from fakes.ses import LoopbackSes

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


async def test_records_are_published_from_a_report(tmp_path: Path) -> None:
    code, shown, mishaps = await demo("/ses-check broken.example\n4\n!confirm\n!records broken.example\n", tmp_path)
    assert (code, mishaps) == (0, "")
    assert "#deliverability> /ses-check broken.example" in shown
    assert "broken.example: fix 4 things first" in shown
    assert "\n    v=DMARC1; p=none; rua=mailto:dmarc@broken.example\n" in shown
    assert "[1] Check again   [2] Details   [3] Share in channel" in shown
    assert "\x1b" not in shown
    story = [
        *("[4] Fix it for me", "In the zone broken.example", "Left to you", "!confirm"),
        *("The records are published, and DNS answers them", "broken.example is ready for a reviewer"),
        *("!records broken.example", "broken.example  TXT  v=spf1 mx ~all"),
    ]
    at = 0
    for words in story:
        at = shown.index(words, at)


async def test_the_tour(tmp_path: Path) -> None:
    """From a domain that is not ready to the news that the account may send."""
    code, shown, mishaps = await demo("", tmp_path)
    assert (code, mishaps) == (0, "")
    story = [
        *("ready.example is ready", "broken.example: fix 4 things first", "We’ll check broken.example again"),
        *(
            "!fix broken.example",
            "published  _dmarc",
            "A direct message follows.",
            "(direct message)",
            "broken.example is ready",
        ),
        *("in place of what stood there", "broken.example is ready", "(a modal opens)", "ses.example is ready"),
        *("“Draft the request”", "Step 1 of 4", "6. Privacy policy [https://ses.example/privacy]: "),
        *("7. The domain that sends the mail * [ses.example]: ", "[acme, us-east-1]: ", "Step 4 of 4"),
        *("suppression list", "Request for ses.example: ready to submit", "Use case description", "sailing clothes"),
        *("in us-east-1: sandbox", "The support plan has no Support API"),
        *("For acme (111122223333) in us-east-1", "I promise this to AWS: 1", "✓ Request for production access"),
        *("AWS has your request: acme in us-east-1", "The message for the case"),
        *("Enter presses “Post on the case”", "The message is on the case: acme in us-east-1"),
        *("!ask", "AWS asks for more information (case 1", "How often do you send email?"),
        *("Draft the answer", "1. What AWS wrote * [Hello,", "3. Support case [1"),
        *(
            "3 questions of AWS",
            "1. How often do you send email? * [Order confirmation",
            "Answer to AWS: ready to send",
        ),
        *("Reply in case 1", "1. “How often do you send email?”", "900 of these a month"),
        *("Enter presses “Post on the case”", "✓ Post on case", "The message is on the case"),
        *("/ses-status acme us-east-1", "AWS’s turn, for"),
        *("!approve", "Production access approved: acme (111122223333) in us-east-1", "50,000 messages in 24 hours"),
        *("Launch check: ses.example", "day 1: 90", "!bounce 6%", "Bounces over 5 %, AWS’s review line", "14 days  "),
        *("!calm", "Bounces are calm again", "!send 40000", "80 % of the daily quota is used", "it is full on"),
        *("!submit globex eu-west-1", "!deny", "could have a negative impact", "Draft the answer", "What to tell AWS"),
        *("What should we change so that you can approve", "☑ Posted on the case"),
        *("!approve", "Production access approved: globex (444455556666) in eu-west-1"),
        *("/ses-status globex", "in eu-west-1: production", "Quota: 50,000", "That is the tour."),
    ]
    at = 0
    for words in story:
        at = shown.index(words, at)
    assert "verified in Amazon SES in us-east-1" not in shown[shown.index("!deny") :], "another region’s facts"


@pytest.mark.long
async def test_what_amazon_does_is_reported(tmp_path: Path) -> None:
    """Each line waits for its news: so many messages, and these words in what is drawn. What a line does not name is as
    it was the last time; what happens while an account cannot be read is reported afterwards."""
    story = [
        ("!submit globex", 1, ["In review: globex (444455556666) in eu-west-1"]),
        ("!deny", 1, ["probably with a question: globex (444455556666) in eu-west-1"]),
        ("!throttle", 1, ["Cannot be read: globex (444455556666) in eu-west-1"]),
        ("!approve", 0, ["The bot cannot see it until you say !lift."]),
        ("!lift", 3, ["Readable again: globex", "Production access approved: globex (444455556666) in eu-west-1"]),
        ("/ses-status globex", 0, ["in ap-southeast-2: sandbox", "in eu-west-1: production"]),
        ("!verify doubled.example", 0, ["It stays pending."]),
        ("!fix doubled.example", 0, ["AWS has to find its records too: !verify doubled.example"]),
        ("!verify doubled.example", 1, ["DKIM verified: doubled.example"]),
        ("/ses-check doubled.example", 0, ["doubled.example is ready for a reviewer\n"]),
    ]
    code, shown, mishaps = await demo("\n".join(line for line, *_ in story), tmp_path)
    assert (code, mishaps) == (0, "")
    parts = shown.split("#deliverability> ")[1:]
    for (line, news, reported), part in zip(story, parts, strict=True):
        assert part.startswith(line)
        assert [words for words in reported if words not in part] == []
        assert sorted(reported, key=part.index) == reported
        assert part.count("ses-bot  (in #email-ops)") == news


def at_random(acts: int) -> list[tuple[str, int]]:
    """Lines that make sense one after another, each with the news items that it makes."""
    dice = random.Random(4)
    aws = DemoAws(LoopbackSes(), DnsProvider(LoopbackDns({}), {}))
    done = {"!submit": aws.submit, "!approve": aws.approve, "!deny": aws.deny}
    done |= {"!throttle": aws.throttle, "!lift": aws.lift, "!probation": aws.probation}
    lines: list[tuple[str, int]] = []
    while len(lines) < acts:
        word, place = dice.choice(list(done)), dice.choice(DEMO_REGIONS)
        with contextlib.suppress(NotPossible):
            lines.append((f"{word} {place.account} {place.region}", done[word](place).news))
    return lines


@pytest.mark.long
async def test_whatever_amazon_does_is_reported_exactly_once(tmp_path: Path) -> None:
    story = at_random(40)
    code, shown, mishaps = await demo("\n".join(line for line, _ in story), tmp_path)
    assert (code, mishaps) == (0, "")
    parts = shown.split("#deliverability> ")[1:]
    reported = [(line, part.count("(in #email-ops)")) for (line, _), part in zip(story, parts, strict=True)]
    assert reported == story


async def test_records_repairs_and_what_cannot_be_done(tmp_path: Path) -> None:
    lines = [
        *("/ses-check broken.example", "4", "no", "!close", "!records broken.example"),
        "!records typo.example",
        "!fix typo.example",
        "/ses-check typo.example",
        *("77", "/nope", "!lift", "!submit initech", "!verify acme.com"),
    ]
    code, shown, mishaps = await demo("\n".join(lines), tmp_path)
    assert code == 1
    assert "“no” is no answer here, so nothing was sent." in shown
    assert "broken.example  TXT  v=spf1" not in shown
    assert "The records are published" not in shown
    assert "  typo.example  TXT  v=spf1 ipv4:198.51.100.7 include:_spf.provider.example ~all" in shown
    assert "  published  typo.example  TXT  v=spf1 ip4:198.51.100.7 include:_spf.provider.example ~all" in shown
    assert "  published  _dmarc.typo.example  TXT  v=DMARC1; p=none; rua=mailto:dmarc@typo.example" in shown
    assert "typo.example is ready" in shown
    assert "/nope is not a valid command" in shown
    assert [line.strip() for line in mishaps.splitlines() if line] == [
        "Something went wrong:",
        "could not be done: “no” is no answer here, so nothing was sent.",
        "could not be done: There is no button 77. The number is before the button, in brackets.",
        "could not be done: /nope: no such command",
        "could not be done: Nothing is wrong with acme in us-east-1. Say !throttle or !probation first.",
        "could not be done: No account in a region is “initech”. There is acme (us-east-1, eu-west-1) and globex "
        "(eu-west-1, ap-southeast-2).",
        "could not be done: No account has an identity “acme.com”. There is ses.example, doubled.example.",
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

    async def close(self) -> None:
        """End it, in good order so that the bot ends too, after a test that has failed as well."""
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
            await self.exit_code()
        os.close(self._fd)


@pytest.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    await terminal.close()
    assert left_in(tmp_path) == []


async def test_a_terminal(terminal: Terminal) -> None:
    """Tab completes, a number presses, news comes in while no one types, what is pasted is one answer, Ctrl-D ends."""
    await terminal.until("#deliverability> ")
    terminal.type("/ses-check nod\t\n")
    assert "nodmarc.example: fix 1 thing first" in await terminal.until("[3] Share in channel")
    await terminal.until("#deliverability> ")
    terminal.type("3\n")
    assert "only visible to you" not in await terminal.until("[10] Details")
    await terminal.until("#deliverability> ")
    terminal.type("77\n")
    await terminal.until("There is no button 77")
    await terminal.until("#deliverability> ")
    terminal.type("!sub\t globex\n")
    assert "It is in review now." in await terminal.until("#deliverability> ")
    await terminal.until("(in #email-ops)")
    assert "globex (444455556666) in eu-west-1" in await terminal.until("Show status")
    await terminal.until("#deliverability> ")
    terminal.type("/ses-draft\n")
    await terminal.until("1. Name of the business *: ")
    terminal.type("!what\n")
    await terminal.until("4. What do you do, and for whom? *: ")
    terminal.type("\x1b[200~We sell\rsailing clothes.\x1b[201~\n!what\n")
    await terminal.until("for whom? * [We sell")
    assert "sailing clothes." in await terminal.until("]: ")
    terminal.type("!close\n")
    await terminal.until("(the modal closes)")
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
        process.terminate()
        await process.wait()


async def test_sigterm_stops_the_bot_too(in_a_pipe: asyncio.subprocess.Process, tmp_path: Path) -> None:
    bots = children_of(in_a_pipe.pid)
    in_a_pipe.terminate()
    assert await in_a_pipe.wait() == 128 + signal.SIGTERM
    assert left_in(tmp_path) == []
    for pid in bots:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
