"""Judges blocks and modals as Slack does, by its Block Kit reference, which stands in `block_kit.txt`.

Blocks that this project has no use for (video, file and the like) are refused as unsupported.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fakes.slack.schema import Rule, all_of, any_number, complaint, fields, flag, items, number, one_of, string, typed

MESSAGE_BLOCKS = 50
_COMMON_BLOCKS = ("section", "header", "divider", "context", "actions", "input", "image", "rich_text")
MESSAGE_BLOCK_TYPES = (*_COMMON_BLOCKS, "markdown", "plan", "task_card", "table")
"""The blocks that a message may hold."""
MESSAGE_SIZE = 13_200
"""Characters of JSON beyond which chat.* answer `msg_blocks_too_long`. Slack publishes no figure; its users measured
this one (slackapi/bolt-js issues 2509 and 2867), and that a header costs about a hundred more than its text."""
VIEW_SIZE = 250_000
"""Octets of JSON beyond which views.* answer `view_too_large`."""
_TABLE_TEXT = 10_000
_HEADER_COST = 100
INTERACTIVE = frozenset({"button", "static_select", "radio_buttons", "checkboxes", "plain_text_input", "number_input"})
"""What sends an interaction, and so has an action_id."""

_TEXT = re.sub(r"^#.*\n", "", (Path(__file__).parent / "block_kit.txt").read_text("utf-8"), flags=re.MULTILINE)
_PARTS = {head.split()[0]: (head, lines) for head, *lines in (s.splitlines() for s in _TEXT.split("== ")[1:])}


@cache
def part_rule(name: str) -> Rule:
    """Returns the rule for one part of the reference."""
    heading, _ = _PARTS[name]
    required, optional = _read_fields(name)
    checks = [_CHECKS[check] for check in re.findall(r"\[(\w+)\]", heading)]
    return all_of(fields(required, optional), *checks)


def any_of(kinds: Sequence[str], in_context: bool = False) -> Rule:
    """Returns an object of one of several kinds, by its type."""
    parts = {"image": "image_element"} if in_context else {}
    text_rules = {
        "plain_text": _text_rule(3_000, "plain_text", "mrkdwn"),
        "mrkdwn": _text_rule(3_000, "plain_text", "mrkdwn"),
    }
    return typed({kind: text_rules[kind] if kind in text_rules else part_rule(parts.get(kind, kind)) for kind in kinds})


def _read_fields(name: str) -> tuple[dict[str, Rule], dict[str, Rule]]:
    required: dict[str, Rule] = {}
    optional: dict[str, Rule] = {}
    for line in filter(None, _PARTS[name][1]):
        field, words = line.split(maxsplit=1)
        if field == "with":
            included_required, included_optional = _read_fields(words)
            required |= included_required
            optional |= included_optional
        else:
            (optional if field.endswith("?") else required)[field.removesuffix("?")] = _read_rule(words.split())
    return required, optional


def _read_rule(words: Sequence[str]) -> Rule:
    """Returns a field as the reference says it."""
    match words:
        case ["flag"]:
            return flag
        case ["string", most]:
            return string(int(most))
        case ["figure"]:
            return any_number
        case ["number", low, high]:
            return number(int(low), int(high))
        case ["plain", most]:
            return _text_rule(int(most), "plain_text")
        case ["text", most]:
            return _text_rule(int(most), "plain_text", "mrkdwn")
        case ["one", "of", *allowed]:
            return one_of(
                *(int(allowed_value) if allowed_value.isdigit() else allowed_value for allowed_value in allowed)
            )
        case ["list", most, *what]:
            return items(_read_rule(what), max_items=int(most))
        case ["a", what]:
            return part_rule(what)
        case ["any", *kinds]:
            return any_of(kinds, in_context="divider" not in kinds)
    raise ValueError(f"block_kit.txt: {' '.join(words)}")


def _text_rule(most: int, *kinds: str) -> Rule:
    """Returns a text object of one of `kinds`, of 1 to `most` characters."""
    extras = {"plain_text": "emoji", "mrkdwn": "verbatim"}
    return typed({kind: fields({"text": string(most)}, {extras[kind]: flag}) for kind in kinds})


def chosen_is_offered(value: Any, at: str) -> Iterator[str]:
    """Requires what is chosen from the start to be one of the options, exactly."""
    groups = [group.get("options") for group in _as_list(value.get("option_groups")) if isinstance(group, dict)]
    offered = [option for options in (value.get("options"), *groups) for option in _as_list(options)]
    if "initial_option" in value and value["initial_option"] not in offered:
        yield complaint("initial_option must exactly match one of the options", f"{at}/initial_option")
    if any(option not in offered for option in _as_list(value.get("initial_options"))):
        yield complaint("initial_options must exactly match some of the options", f"{at}/initial_options")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def options_or_groups(value: Any, at: str) -> Iterator[str]:
    if ("options" in value) == ("option_groups" in value):
        yield complaint("must have either options or option_groups", at)


def numbers_in_order(value: Any, at: str) -> Iterator[str]:
    """Requires the values of a number field to be numbers, whole ones unless decimals are allowed, in their range."""
    values = {name: value[name] for name in ("min_value", "initial_value", "max_value") if name in value}
    decimals = value.get("is_decimal_allowed") is True
    for name, text in values.items():
        if not isinstance(text, str) or not is_number(text, decimals=decimals):
            yield complaint(f"{name} must be a number", f"{at}/{name}")
            return
    numbers = [float(text) for text in values.values()]
    if numbers != sorted(numbers):
        yield complaint("min_value, initial_value and max_value must be in order", at)


def is_number(text: str, *, decimals: bool) -> bool:
    """Tells whether a number field takes this text: digits, a minus before them, a fraction where decimals are
    allowed."""
    integer, _, fraction = text.removeprefix("-").partition(".")
    digits = integer.isascii() and integer.isdigit()
    return digits and ("." not in text or (decimals and fraction.isascii() and fraction.isdigit()))


def text_or_fields(value: Any, at: str) -> Iterator[str]:
    if not value.get("text") and not value.get("fields"):
        yield complaint("missing required field: text", at)


def one_text(value: Any, at: str) -> Iterator[str]:
    """Requires details and output of a task to be a rich text of a single element."""
    for name in ("details", "output"):
        block = value.get(name)
        if isinstance(block, dict) and len(_as_list(block.get("elements"))) > 1:
            yield complaint(f"{name} must have exactly one element", f"{at}/{name}")


def own_task_ids(value: Any, at: str) -> Iterator[str]:
    """Requires an id of its own for each task of a plan."""
    ids = [task.get("task_id") for task in _as_list(value.get("tasks")) if isinstance(task, dict)]
    if len(set(map(str, ids))) < len(ids):
        yield complaint("task_id must be unique in a plan", f"{at}/tasks")


_RULES = (chosen_is_offered, options_or_groups, numbers_in_order, text_or_fields, one_text, own_task_ids)
_CHECKS: dict[str, Callable[[Any, str], Iterator[str]]] = {check.__name__: check for check in _RULES}


def message_complaints(blocks: Any) -> list[str]:
    """Returns what is wrong with the blocks of a message; empty when Slack takes them."""
    complaints = items(any_of(MESSAGE_BLOCK_TYPES), max_items=MESSAGE_BLOCKS, min_items=0)(blocks, "/blocks")
    return [*complaints, *_repeated_ids(blocks, "/blocks"), *_table_complaints(blocks)]


def _table_complaints(blocks: Any) -> Iterator[str]:
    """Requires one table at most in a message, whose cells hold 10,000 characters together."""
    tables = [table for table in _as_list(blocks) if isinstance(table, dict) and table.get("type") == "table"]
    if len(tables) > 1:
        yield complaint("only one table is allowed", "/blocks")
    for table in tables:
        cells = [cell for row in _as_list(table.get("rows")) for cell in _as_list(row) if isinstance(cell, dict)]
        if sum(len(str(cell.get("text", ""))) for cell in cells) > _TABLE_TEXT:
            yield complaint(f"the cells must be less than {_TABLE_TEXT + 1} characters together", "/blocks")
        if len({len(row) for row in _as_list(table.get("rows")) if isinstance(row, list)}) > 1:
            yield complaint("every row must have as many cells as the first", "/blocks")


def view_complaints(view: Any, kind: str = "modal") -> list[str]:
    """Returns what is wrong with a modal, or with a home; empty when Slack takes it."""
    if not isinstance(view, dict):
        return [complaint("must provide an object", "/view")]
    if view.get("type") != kind:
        return [complaint(f"unsupported type: {view.get('type')}", "/view/type")]
    blocks = view.get("blocks")
    complaints = [
        *part_rule("view" if kind == "modal" else "home")(view, "/view"),
        *_repeated_ids(blocks, "/view/blocks"),
    ]
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    if kind == "modal" and "input" in kinds and not view.get("submit"):
        complaints.append(complaint("missing required field: submit", "/view"))
    return complaints


def update_complaints(before: Any, after: Any) -> list[str]:
    """Returns what is wrong with an update: a plan or a task card that changed needs a new block_id."""
    tasks_before = {block.get("block_id"): block for block in _as_list(before) if _is_task(block)}
    return [
        complaint("block_id must be new when the block is updated", f"/blocks/{index}/block_id")
        for index, block in enumerate(_as_list(after))
        if _is_task(block) and block.get("block_id") in tasks_before and tasks_before[block.get("block_id")] != block
    ]


def _is_task(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") in ("plan", "task_card") and bool(block.get("block_id"))


def message_size(blocks: list[Any]) -> int:
    """Returns what blocks count against `MESSAGE_SIZE`, in characters."""
    headers = sum(1 for block in blocks if block.get("type") == "header")
    return len(json.dumps(blocks)) + _HEADER_COST * headers


def _repeated_ids(blocks: Any, at: str) -> Iterator[str]:
    """Yields a complaint of each block_id that a message holds twice, and each action_id that a block holds twice."""
    yield from _repeated_names(blocks, "block_id", "block", at)
    for index, block in enumerate(_as_list(blocks)):
        if isinstance(block, dict):
            yield from _repeated_names(block.get("elements"), "action_id", "element", f"{at}/{index}/elements")


def _repeated_names(nodes: Any, key: str, noun: str, at: str) -> Iterator[str]:
    earlier: set[str] = set()
    for index, node in enumerate(_as_list(nodes)):
        name = node.get(key) if isinstance(node, dict) else None
        if not isinstance(name, str):
            continue
        if name in earlier:
            yield complaint(f'`{key}` "{name}" already exists for another {noun}', f"{at}/{index}/{key}")
        earlier.add(name)
