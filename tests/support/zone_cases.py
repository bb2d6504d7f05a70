"""Cases of a zone, a question and an answer, as text.

A case opens with what it shows. Then what DNS holds, in place of what the usual zone has at that name, a record a line:
a name, two spaces, a type and a value. A value that begins with "!" is a fault, and "none" takes the name out. Keys are
{rsa} (2048 bits), {rsa 1024}, {rsa other} and {ed25519}. Last come the findings after an equals sign and, where the
case says so, whether it works: yes, no or unknown.
"""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from checks.answers import Tristate
from tests.support.keys import ED25519, rsa
from tests.support.table import Table

Test = Callable[..., Any]
ZoneCase: TypeAlias = tuple[str, Table, list[str], Tristate]
"""What it shows, the zone, the findings, and whether it works."""
_KEYS = re.compile(r"\{rsa(?: (\d+))?\}|\{(rsa other|ed25519)\}")


def zone_cases(file: str | Path, section: str, usual: Table) -> list[ZoneCase]:
    """The cases of one section of a text."""
    zone_cases_read: list[ZoneCase] = []
    title, own = "", dict[str, dict[str, Any] | None]()
    text = Path(file).with_suffix(".txt").read_text("utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    for line in text.splitlines():
        words = line.strip()
        if words.startswith("= "):
            expected, _, standing = words.removeprefix("= ").partition("; ")
            zone = {name: types for name, types in {**usual, **own}.items() if types is not None}
            zone_cases_read.append((title, zone, expected.split(", "), Tristate(standing or "unknown")))
        elif line.startswith(" "):
            name, _, rest = words.partition("  ")
            rtype, _, value = rest.partition(" ")
            types = own.get(name)
            if rtype == "none":
                own[name] = None
            elif value.startswith("!"):
                own[name] = {**(types or {}), rtype: value[1:]}
            else:
                values = (types or {}).get(rtype, [])
                added = [_KEYS.sub(_key, value)] if value else []
                own[name] = {**(types or {}), rtype: [*values, *added]} if rtype else {}
        elif words and not words.startswith("#"):
            title, own = words, {}
    assert zone_cases_read, f"no section {section}"
    return zone_cases_read


def run_with_zones(zone_cases: list[ZoneCase]) -> Callable[[Test], Test]:
    """Runs a test with each case: the zone, the findings and, where it has a third parameter, whether it works."""

    def decorate(test: Test) -> Test:
        parameters = list(inspect.signature(test).parameters)
        values = [pytest.param(*case[1 : 1 + len(parameters)], id=case[0]) for case in zone_cases]
        return pytest.mark.parametrize(parameters, values)(test)

    return decorate


def _key(match: re.Match[str]) -> str:
    if match[2] == "ed25519":
        return ED25519
    return rsa(salt=1) if match[2] else rsa(int(match[1] or 2048))
