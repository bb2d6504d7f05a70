"""What is typed after `./ses-bot check`, as the terminal reads it."""

import argparse

import pytest

from cli.arguments import add_arguments
from cli.check import Options, UsageError, read_options


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./ses-bot check")
    add_arguments(parser)
    return parser.parse_args(words)


def options(*words: str) -> Options:
    return read_options(parsed(*words))


def faults(*words: str) -> tuple[str, ...]:
    """The lines that say what is wrong with the words."""
    with pytest.raises(UsageError) as caught:
        options(*words)
    return caught.value.lines
