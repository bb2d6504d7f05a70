"""The Slack on loopback knows the bot as the manifest declares it to the real one."""

import re
from pathlib import Path

from fakes.slack import COMMANDS, LoopbackSlack

MANIFEST = (Path(__file__).parents[3] / "manifest.yaml").read_text()


def test_the_commands_are_those_of_the_manifest() -> None:
    assert tuple(re.findall(r"^ +- command: (\S+)$", MANIFEST, re.MULTILINE)) == COMMANDS


def test_the_scopes_are_those_of_the_manifest() -> None:
    scopes = MANIFEST.partition("    bot:\n")[2].partition("settings:")[0]
    assert tuple(re.findall(r"^ +- (\S+)$", scopes, re.MULTILINE)) == LoopbackSlack().tokens.scopes
