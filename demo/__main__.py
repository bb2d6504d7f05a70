"""`python -m demo`: the bot in a Slack, an AWS and a small internet of its own. See `demo.workspace`."""

import argparse
import asyncio
import os
import signal
import sys

from demo.workspace import run_demo

_ABOUT = (
    "The bot, and a Slack, an AWS and a small internet of its own, on this machine only. On a terminal: type "
    "/ses-check broken.example, or help. Otherwise it reads commands from standard input, a line each; "
    "when that is empty it plays a short tour. It exits 0 when done, and other than 0 when something went wrong."
)


def main() -> int:
    """Runs the demo; returns the exit code."""
    parser = argparse.ArgumentParser(prog="script/demo", description=_ABOUT)
    parser.add_argument("--tour", action="store_true", help="play the short tour, also on a terminal")
    arguments = parser.parse_args()
    stopped_by: list[int] = []

    async def interruptible() -> int:
        loop = asyncio.get_running_loop()
        playing = asyncio.current_task()
        assert playing

        def stop(number: int) -> None:
            stopped_by.append(number)
            playing.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, stop, number)
        return await run_demo(tour=arguments.tour)

    try:
        return asyncio.run(interruptible())
    except asyncio.CancelledError:
        return 128 + stopped_by[0] if stopped_by else 1
    except BrokenPipeError:  # the reader of the transcript has left
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the interpreter's own last flush
        return 1


if __name__ == "__main__":
    sys.exit(main())
