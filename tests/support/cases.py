"""Cases as text: beside `test_parse.py` stands `test_parse.txt`, in it a heading for each test and a case a line.

A heading is "## " and the test's name in words. A case is a cell for each parameter that it fills, with two or more
spaces between them; a long case goes on in indented lines; a first cell that ends in "::" is its title. In a cell,
`\\x20` and the like are characters, `\\(ab*300)` is "ab" 300 times, `{NAME}` a text that the test gives, `""` the empty
text, "yes" and "no" are truth, "-" is None or an empty list where the parameter allows one; a list has commas, or bars
where its parts have commas. A line from "#" on is a
comment, of the case below it.
"""

import inspect
import json
import re
import types
from collections.abc import Callable, Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

Test = Callable[..., Any]


def cases(heading: str | None = None, **names: str) -> Callable[[Test], Test]:
    """Run a test with each case under `heading`, or under the test's own name; `names` are texts for its cells."""

    def decorate(test: Test) -> Test:
        parameters = [
            parameter for parameter in inspect.signature(test).parameters.values() if parameter.name != "self"
        ]
        rows = list(table(test.__code__.co_filename, heading or test.__name__.removeprefix("test_").replace("_", " ")))
        filled = parameters[: len(rows[0][1])]
        parameter_sets = [
            pytest.param(
                *(
                    _parse_cell(cell, parameter.annotation, names)
                    for cell, parameter in zip(cells, filled, strict=True)
                ),
                id=id,
            )
            for id, cells in rows  # noqa: A001 - pytest's own word
        ]
        return pytest.mark.parametrize([parameter.name for parameter in filled], parameter_sets)(test)

    return decorate


def table(file: str, heading: str) -> Iterator[tuple[str | None, list[str]]]:
    """The title, if it has one, and the cells of each case under `heading` in the text beside the module `file`."""
    text = Path(file).with_suffix(".txt").read_text("utf-8")
    _, heading_found, section = f"\n{text}".partition(f"\n## {heading}\n")
    assert heading_found, f"no heading {heading!r}"
    lines = [line for line in section.partition("\n## ")[0].splitlines() if line and not line.startswith("#")]
    for case in re.sub(r"\n {4,}", "  ", "\n".join(lines)).splitlines():
        cells = re.split(r" {2,}", case)
        title = cells.pop(0).removesuffix("::") if cells[0].endswith("::") else None
        yield title, cells


def _parse_cell(cell: str, kind: Any, names: dict[str, str]) -> Any:
    """A cell as the parameter's annotation wants it."""
    if isinstance(kind, types.UnionType):
        inner_kind = next(parameter for parameter in get_args(kind) if parameter is not types.NoneType)
        return None if cell == "-" else _parse_cell(cell, inner_kind, names)
    if get_origin(kind) is dict:
        return json.loads(cell)
    if get_origin(kind) in (list, tuple, set, frozenset):
        parts = cell.removesuffix(" |").split(" | ") if " |" in cell else cell.split(", ")
        return get_origin(kind)(_parse_cell(parameter, get_args(kind)[0], names) for parameter in parts if cell != "-")
    if kind is bool:
        return {"yes": True, "no": False}[cell]
    if issubclass(kind, date):
        return kind.fromisoformat(cell)
    if kind in (int, float) or issubclass(kind, Enum):
        return kind(cell)
    assert kind is str, kind
    for name, text in names.items():
        cell = cell.replace(f"{{{name}}}", text)
    return "" if cell == '""' else ESCAPE.sub(_unescape, cell)


ESCAPE = re.compile(r"\\(?:[nrt\\]|x..|u....|U.{8}|\((?P<text>(?:[^\\*]|\\.)+)\*(?P<times>\d+)\))")


def _unescape(escape: re.Match[str]) -> str:
    if escape["text"]:
        return ESCAPE.sub(_unescape, escape["text"]) * int(escape["times"])
    return escape[0].encode("ascii").decode("unicode_escape")
