"""What is typed after `./ses-bot check`, as the terminal reads it."""

import argparse

import pytest

from cli.arguments import add_arguments
from cli.check import Options, UsageError, read_options


def parse_arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./ses-bot check")
    add_arguments(parser)
    return parser.parse_args(words)


def parse_options(*words: str) -> Options:
    return read_options(parse_arguments(*words))


def find_faults(*words: str) -> tuple[str, ...]:
    """The lines that say what is wrong with the words."""
    with pytest.raises(UsageError) as caught:
        parse_options(*words)
    return caught.value.lines
