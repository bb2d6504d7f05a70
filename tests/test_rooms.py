"""The front door obeys the rules of the house too: import-linter sees packages, and these are single modules."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEPT_IN_A_ROOM = {"slack_bolt", "slack_sdk", "boto3", "botocore", "sqlalchemy", "alembic", "apscheduler", "dns", "rich"}


def _imported(path: Path) -> set[str]:
    """The top-level modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def _of_the_bot() -> list[Path]:
    rooms = ("model", "checks", "aws", "store", "watch", "handlers", "cli", "demo", "fakes")
    return [path for room in rooms for path in (ROOT / room).rglob("*.py")]


@pytest.mark.parametrize("name", ["bot.py", "settings.py"])
def test_the_front_door_leaves_libraries_in_their_rooms(name: str) -> None:
    assert not _imported(ROOT / name) & KEPT_IN_A_ROOM


def test_settings_know_one_room() -> None:
    """How DNS servers are written is the resolver's to say; nothing else of ours is needed to read a setting."""
    ours = {path.name for path in ROOT.iterdir() if path.is_dir()} | {"bot"}
    assert _imported(ROOT / "settings.py") & ours <= {"checks"}


def test_no_one_imports_the_front_door() -> None:
    assert [path for path in _of_the_bot() if _imported(path) & {"bot", "settings"}] == []
