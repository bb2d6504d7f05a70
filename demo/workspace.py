"""The terminal workspace: a world, a screen and a script put together, from the first word to the exit code."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from demo.bot_process import BOT
from demo.commands import WORDS, Commands
from demo.screen import Screen
from demo.script import PipeScript, Script, TerminalScript, TourScript, read_first_lines
from demo.world import AwsWorld, BotFailed, open_aws_world

FAILED = 1
"""The exit code when something went wrong."""
_PIPE_WIDTH = 100


async def run_demo(*, tour: bool = False, bot: Path = BOT) -> int:
    """Starts everything, do what the script says, stop everything; the exit code. `tour`: also on a terminal."""
    screen_wide = sys.stdout.isatty()
    console = Console(highlight=False) if screen_wide else Console(highlight=False, width=_PIPE_WIDTH)
    failures: list[str] = []
    async with open_aws_world(bot=bot) as world:
        screen = Screen(console, world.slack.user, world.slack.channel, world.slack.workspace.channels)
        screen.say("Starting a Slack, an AWS, a small internet and the bot, all on this machine…", "dim")
        try:
            await world.start_bot()
            with _open_script(screen, tour=tour) as script:
                failures += await _run_session(world, screen, script)
        except BotFailed as failed:
            return _report_failures([str(failed)])
        failures += world.troubles()
        if world.bot.ended is None and (code := await world.bot.stop()):
            failures.append(world.last_words(f"the bot ended with exit code {code} when it was asked to stop"))
    return _report_failures(failures) if failures else 0


async def _run_session(world: AwsWorld, screen: Screen, script: Script) -> list[str]:
    """Does line after line until there is no more; returns what went wrong."""
    commands = Commands(world, screen, script)
    screen.say(
        f"You are {world.slack.user.name} in #{world.slack.channel.name}; news of your two AWS accounts comes in "
        f"#{world.news.name}. Try /ses-check broken.example, or help.\n"
    )
    try:
        while world.bot.ended is None:
            line = await _next_line(world, commands, script)
            if line is None or not await commands.do(line):
                break
    except asyncio.CancelledError:
        playing = asyncio.current_task()
        if not script.interactive or playing is None:
            raise
        playing.uncancel()
        screen.say("")  # Ctrl-C at a terminal is another way to say quit
    slips = [] if script.interactive else [f"could not be done: {slip}" for slip in commands.slips]
    return commands.failures + slips


async def _next_line(world: AwsWorld, commands: Commands, script: Script) -> str | None:
    """Returns the next line; None also when the bot has ended. What happens until it comes is drawn at once."""
    typing = asyncio.create_task(script.read_line(commands.prompt))
    ended = asyncio.create_task(world.bot.wait())
    try:
        while True:
            news = asyncio.create_task(commands.news())
            await asyncio.wait({typing, ended, news}, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            if typing.done():
                return typing.result()
            if ended.done():
                return None
            with script.aside():
                commands.show_news()
    finally:
        typing.cancel()
        ended.cancel()


@contextlib.contextmanager
def _open_script(screen: Screen, *, tour: bool) -> Iterator[Script]:
    """Opens the script that gives this run's commands."""
    if tour:
        yield TourScript(screen)
    elif sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty():
        prompt = TerminalScript(WORDS)
        try:
            yield prompt
        finally:
            prompt.close()
    else:
        first = read_first_lines(sys.stdin)
        yield PipeScript(sys.stdin, screen, first) if first else TourScript(screen)


def _report_failures(failures: list[str]) -> int:
    print("\nSomething went wrong:", file=sys.stderr)
    for failure in failures:
        print(f"  {failure}", file=sys.stderr)
    return FAILED
