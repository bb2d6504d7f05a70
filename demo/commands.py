"""Does what is typed in the demo: commands to Slack, presses, forms, and the demo's own commands.

An answer is complete when the bot has said something and then asks for nothing, of Slack or about a domain, for a
while: a short one after an answer that offers a next step, a longer one after plain words, which may announce more.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from demo import reviewer
from demo.aws_reviewer import DEMO_REGIONS
from demo.block_kit import Pressable
from demo.dns_provider import normalize_name
from demo.form_prompt import HELP as FORM_HELP
from demo.form_prompt import FormCallbacks, FormFiller
from demo.repair import CannotCheck, repair_domain
from demo.screen import Screen
from demo.script import Script
from demo.world import AwsWorld
from demo.zones import SAMPLES
from fakes.slack import COMMANDS, Happening, Invocation, Json, SlackMessage, View

_ANSWER_SECONDS = 20.0
"""Seconds without a word from the bot after which there is none to come."""
_QUIET_SECONDS = {True: (0.2, 0.5), False: (0.5, 1.5)}
"""Seconds of quiet that end an answer (interactive or not): after buttons, after plain words."""
_FORM_SECONDS = 0.1
"""The same after a form, which waits for the person who fills it in."""
_NO_NEWS_SECONDS = 5.0
"""Seconds without another word that end an answer too: a bot that looks at a domain every second is never quiet."""
_NOTICE_SECONDS = 30.0
"""Seconds within which the notice about a fixed domain arrives."""
_WATCH_BUTTON, _STOP_BUTTONS = "tell_fixed", ("tell_stop", "tell_stop_here")
"""The buttons that begin and end waiting for a domain."""
_CHECK_AGAIN_BUTTON = "check_again"
_TASK_SECONDS = 60.0
"""Seconds that a message may show tasks under way, before the demo goes on without."""
_OUTCOME_BUTTONS = "change_outcome"
"""The row of buttons under what came of a plan."""
_HELP = (
    ("/ses-check DOMAIN…", "as you would type it in Slack; /ses-check help says more"),
    ("/ses-check watched", "the domains that you wait for, after “Tell me when it's fixed” under a report"),
    ("/ses-draft DOMAIN", "write the request, step by step; /ses-draft list has all that you began"),
    ("/ses-appeal", "answer what AWS wrote"),
    ("/ses-status", "what the bot knows of the two AWS accounts, region by region"),
    ("NUMBER", "press the button with this number"),
    ("close", "close the open modal"),
    ("!confirm", "confirm the plan in the open modal, such as that of “Fix it for me”"),
    ("!fix DOMAIN", "do what its report asks for, so that “Check again” turns green, or a direct message says so"),
    ("!records DOMAIN", "show the records of its zone"),
    ("help", "show this"),
    ("quit", "end (Ctrl-D and Ctrl-C do too)"),
)
_JOURNEY = (
    "The whole journey: /ses-check ses.example, the button “Draft the request” under the report, “Submit to AWS” under "
    "the request, !ask, “Draft the answer” under the news, “Post on the case” under the answer, !approve. Or a "
    "refusal: !deny in place of !ask. Or by hand, as where no one is an operator: !submit."
)


class Commands:
    """`do` takes a line. `failures` are what went wrong; `slips` what was typed and could not be done."""

    def __init__(self, world: AwsWorld, screen: Screen, script: Script) -> None:
        self.failures: list[str] = []
        self.slips: list[str] = []
        self._world = world
        self._slack = world.slack
        self._screen = screen
        self._script = script
        self._shown = len(world.slack.workspace.happenings)
        self._waits_for: set[str] = set()
        self._reviewer = reviewer.Reviewer(world, screen, self.show_news, patient=not script.interactive)
        callbacks = FormCallbacks(
            self._show_answer, self._note_slip, self.failures.append, lambda: self._reviewer.wrote
        )
        self._filling = FormFiller(world.slack, screen, script, callbacks)
        self._own: Mapping[str, Callable[[str], Awaitable[None]]] = {
            "help": self._help,
            "close": self._close,
            "!confirm": self._confirm,
            "!fix": self._fix,
            "!records": self._records,
        }

    @property
    def prompt(self) -> str:
        """What stands before the line: the channel."""
        return f"#{self._slack.channel.name}> "

    async def do(self, line: str) -> bool:
        """Does what a line says; returns False when it says to end."""
        line = line.strip()
        word, _, rest = line.partition(" ")
        if word in ("quit", "exit"):
            return False
        if not line or line.startswith("#"):
            return True
        if line.isdigit():
            await self._press(int(line))
        elif word in self._own:
            await self._own[word](rest.strip())
        elif word in reviewer.WORDS:
            await self._review(word, rest)
        elif line.startswith("/"):
            await self._command(word, rest)
        else:
            self._note_slip(f"Unknown command “{line}”. Type help, or a command such as /ses-check acme.com.")
        return True

    def show_news(self) -> None:
        """Draws what has happened since the last time."""
        happenings = self._slack.workspace.happenings
        while self._shown < len(happenings):
            self._shown += 1
            self._screen.show(happenings[self._shown - 1])

    async def news(self) -> None:
        """Returns when something has happened that was not drawn yet."""
        log = self._slack.workspace.happenings
        await self._slack.wait_until(lambda: len(log) > self._shown or None, float("inf"), "news")

    # In Slack

    async def _command(self, word: str, rest: str) -> None:
        await self._close_modals()
        if word in ("/ses-check", "/ses-status") and not self._script.interactive:
            await self._reviewer.wait_for_first_reads()
        await self._act(lambda: self._slack.command(word, rest), f"{word} {rest}".strip())

    async def _press(self, number: int) -> None:
        button = self._screen.find_button(number)
        place = button.place if button else None
        if button is None or place is None:
            self._note_slip(f"There is no button {number}. The number is before the button, in brackets.")
            return
        if not isinstance(button.on, View):
            await self._close_modals()
        if button.pressable.url:
            self._screen.say(f"(your browser would open {button.pressable.url})", "dim")
        surface, subject = button.on, f"the button “{button.pressable.label}”"
        if not await self._ask_confirmation(surface.elements[place].content.get("confirm")):
            self._screen.say("Nothing was done.")
            return
        await self._act(lambda: self._slack.press(surface, place), subject, may_be_silent=bool(button.pressable.url))
        self._remember(button.pressable, surface)

    async def _ask_confirmation(self, dialog: Json | None) -> bool:
        """Tells whether the person confirms where Slack asks first; a script always does."""
        if dialog is None:
            return True
        yes, no = dialog["confirm"]["text"], dialog["deny"]["text"]
        self._screen.say(f"  {dialog['title']['text']} {dialog['text']['text']}", "bold")
        if not self._script.interactive:
            return True
        typed = await self._script.read_line(f"  1 {yes} / 2 {no} [{yes}]: ", "confirm")
        return typed is None or typed.strip().casefold() in ("", "1", "y", "yes", yes.casefold())

    def _remember(self, pressed: Pressable, where: SlackMessage | View) -> None:
        """Remembers which domains the person watches, for `!fix`: a report names its domain in its "Check again"."""
        if pressed.action_id == _WATCH_BUTTON:
            values = {element.action_id: str(element.content.get("value", "")) for element in where.elements}
            self._waits_for.add(values.get(_CHECK_AGAIN_BUTTON, pressed.value).partition(" ")[0])
        elif pressed.action_id in _STOP_BUTTONS:
            self._waits_for.clear()

    async def _act(
        self, act: Callable[[], Awaitable[Invocation]], subject: str, *, may_be_silent: bool = False
    ) -> Invocation:
        """Acts in Slack, and shows what comes of it; then fills in the form that it may have opened.
        `may_be_silent`: no answer need come."""
        since = len(self._slack.workspace.happenings)
        invocation = await act()
        if invocation.failure == "not_a_command":
            self.slips.append(f"{subject}: no such command")
            self.show_news()
        elif invocation.failure:
            self.failures.append(f"{subject} failed: {invocation.failure}")
            self.show_news()
        else:
            await self._show_answer(since, subject, may_be_silent=may_be_silent)
            await self._filling.fill_in()
            self.show_news()
        return invocation

    async def _show_answer(self, since: int, subject: str, *, may_be_silent: bool = False) -> None:
        """Draws what comes until the answer is complete."""
        log = self._slack.workspace.happenings
        started_at = drawn_at = time.monotonic()
        while self._world.bot.ended is None:
            drawn_at = time.monotonic() if self._shown < len(log) else drawn_at
            self.show_news()
            waited = time.monotonic() - started_at
            idle = min(self._world.idle_seconds(), waited)
            quiet_seconds = _QUIET_SECONDS[self._script.interactive][1]
            if self._expects_more() and waited < _TASK_SECONDS:
                await asyncio.sleep(0.02)
                continue
            answer = next(
                (happening for happening in reversed(log[since:]) if not self._is_unprompted(happening)), None
            )
            if answer:
                if idle >= self._quiet_after(answer) or time.monotonic() - drawn_at >= _NO_NEWS_SECONDS:
                    return
            elif may_be_silent and idle >= quiet_seconds:
                return
            elif waited > _ANSWER_SECONDS:
                self.failures.append(f"{subject}: no answer within {_ANSWER_SECONDS:g} s")
                return
            await asyncio.sleep(0.02)
        self.show_news()

    def _expects_more(self) -> bool:
        """Tells whether a modal asks to wait, or a message shows tasks under way: more comes."""
        messages = self._slack.workspace.messages
        tasks = (task for message in messages for block in message.blocks for task in block.get("tasks", ()))
        is_loading = any(_is_loading(view) for view in self._slack.views()[-1:])
        return is_loading or any(task["status"] in ("pending", "in_progress") for task in tasks)

    def _quiet_after(self, answer: Happening) -> float:
        """Returns how long the bot must have been quiet for this to have been all of its answer."""
        buttons, words = _QUIET_SECONDS[self._script.interactive]
        if answer.view and answer.view.open and answer.view.inputs:
            return _FORM_SECONDS
        return buttons if answer.message and answer.message.elements else words

    def _is_unprompted(self, happening: Happening) -> bool:
        return reviewer.is_news(happening, self._world) or reviewer.is_notice(happening, self._world)

    async def _close_modals(self) -> None:
        """Closes what is open, as a command elsewhere does."""
        open_views = self._slack.views()
        if open_views:
            await self._slack.close(open_views[-1])
            self.show_news()

    async def _close(self, _: str) -> None:
        open_views = self._slack.views()
        if not open_views:
            self._note_slip("No modal is open.")
            return
        await self._slack.close(open_views[-1])
        self.show_news()

    # The demo's own

    async def _help(self, _: str) -> None:
        self._screen.show_rows(_HELP)
        self._screen.say(f"\n{reviewer.ABOUT}:")
        self._screen.show_rows(reviewer.HELP)
        self._screen.say(f"\n{_JOURNEY}")
        self._screen.say("\nIn a form:")
        self._screen.show_rows(FORM_HELP)
        self._screen.say("\nDomains to try:")
        self._screen.show_rows([(sample.domain, sample.about) for sample in SAMPLES])
        self._screen.say("")

    async def _confirm(self, _: str) -> None:
        """Hands in a modal without fields; where no one is at the terminal, wait for what comes of it."""
        views = [view for view in self._slack.views() if view.content.get("submit") and not view.inputs]
        if not views:
            self._note_slip("There is no plan to confirm. “Fix it for me” under a report opens one.")
            return
        since = len(self._slack.workspace.happenings)
        await self._act(lambda: self._slack.submit(views[-1]), "the plan")
        log = self._slack.workspace.happenings
        try:
            await self._slack.wait_until(
                lambda: (
                    any(_OUTCOME_BUTTONS in str(element.message and element.message.blocks) for element in log[since:])
                    or None
                ),
                _NOTICE_SECONDS,
                "what came of the plan",
            )
        except TimeoutError:
            self.failures.append(f"nothing came of the plan within {_NOTICE_SECONDS:g} s")
        await self._show_answer(since, "the plan")

    async def _fix(self, domain: str) -> None:
        if not domain or " " in domain:
            self._note_slip("Which domain? For example: !fix broken.example")
            return
        before = self._count_notices()
        try:
            repaired = await repair_domain(domain, self._world)
        except CannotCheck as wrong:
            self._note_slip(f"There is no report to go by: {wrong}")
            return
        for line in repaired.done:
            self._screen.say(f"  {line}")
        if not repaired.done:
            self._screen.say(f"The report on {repaired.domain} asks for nothing that could be published.")
        elif repaired.verdict == "ready":
            waited_for, aws = repaired.domain in self._waits_for, self._world.aws.waits_for(repaired.domain)
            then = "A direct message follows." if waited_for else "Press “Check again” to see it turn green."
            self._screen.say(f"{repaired.domain} is fixed. {then}")
            if aws:
                self._screen.say(f"AWS has to find its records too: !verify {repaired.domain}")
            elif waited_for:
                await self._wait_for_notice(repaired.domain, before)
        else:
            self._screen.say(
                f"That is all that can be fixed here. The verdict on {repaired.domain}: {repaired.verdict}."
            )
        self._screen.say("")

    async def _wait_for_notice(self, domain: str, before: int) -> None:
        """Waits for the notice, unless a person is at the terminal, who types on and sees it come in."""
        self._waits_for.discard(domain)
        if self._script.interactive:
            return
        try:
            await self._slack.wait_until(
                lambda: self._count_notices() > before or None, _NOTICE_SECONDS, "a message to the person"
            )
        except TimeoutError:
            self.failures.append(f"{domain} is fixed, and no notice came within {_NOTICE_SECONDS:g} s")
        self._screen.say("")
        self.show_news()

    def _count_notices(self) -> int:
        return sum(reviewer.is_notice(happening, self._world) for happening in self._slack.workspace.happenings)

    async def _records(self, domain: str) -> None:
        lines = self._world.provider.list_records(domain) if domain else []
        for line in lines:
            self._screen.say(f"  {line}")
        if not domain:
            self._note_slip("Which domain? For example: !records broken.example")
        elif not lines:
            self._screen.say(f"There is nothing at {normalize_name(domain)} or below it.")

    async def _review(self, word: str, rest: str) -> None:
        turn = await self._reviewer.play(word, rest)
        if turn.slip:
            self._note_slip(turn.slip)
        if turn.failure:
            self.failures.append(turn.failure)

    def _note_slip(self, words: str) -> None:
        self.slips.append(words)
        self._screen.say(words)


def _is_loading(view: View) -> bool:
    """Tells whether a modal says only that its content is on its way."""
    texts = [block.get("text", {}).get("text", "") for block in view.blocks]
    return len(texts) == 1 and texts[0].endswith("…")


WORDS = (
    *(*COMMANDS, *reviewer.WORDS, "!confirm", "!fix", "!records", "watched", "help", "close", "quit"),
    *(sample.domain for sample in SAMPLES),
    *sorted({word for place in DEMO_REGIONS for word in (place.account, place.region)}),
)
"""What Tab completes."""
