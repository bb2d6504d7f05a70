"""From what the bot sent to what Slack keeps: the content of a message or of a modal, or a refusal.

The three doors for messages (Web API, response URL, acknowledgement) all come through here.
"""

import copy
import itertools
import json
from collections.abc import Mapping
from typing import Any

from fakes.slack.block_kit import (
    INTERACTIVE,
    MESSAGE_SIZE,
    VIEW_SIZE,
    message_complaints,
    message_size,
    view_complaints,
)
from fakes.slack.state import Content, Json, elements_inside

MAX_TEXT = 40_000
"""Characters of `text` that chat.postMessage takes."""
MAX_UPDATE_TEXT = 4_000
"""Characters of `text` that chat.update takes."""


class SlackRefused(Exception):
    """Slack's no. `error` is its word for why, `messages` the complaints with JSON pointers, `extra` further fields of
    the answer; `status` and `retry_after` (seconds) are those of the HTTP response."""

    def __init__(
        self,
        error: str,
        messages: list[str] | None = None,
        *,
        extra: Json | None = None,
        status: int = 200,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.extra = extra or {}
        self.status = status
        self.retry_after = retry_after


class Ids:
    """The ids that Slack gives to what comes without."""

    def __init__(self) -> None:
        self._next = itertools.count(1)

    def new(self, prefix: str = "") -> str:
        """Returns a fresh one."""
        return f"{prefix}{next(self._next):05d}"

    def fill_in(self, blocks: list[Json]) -> list[Json]:
        """Returns the blocks with an id on every block and every interactive element."""
        filled = copy.deepcopy(blocks)
        for block in filled:
            block.setdefault("block_id", self.new("b"))
            for element in elements_inside(block):
                if element.get("type") in INTERACTIVE:
                    element.setdefault("action_id", self.new("a"))
        return filled


def read_message(
    arguments: Mapping[str, Any], ids: Ids, *, max_text: int = MAX_TEXT, max_blocks: int | None = MESSAGE_SIZE
) -> Content:
    """Returns the content of a message; `SlackRefused` with no_text, msg_too_long, invalid_blocks_format,
    invalid_blocks or msg_blocks_too_long. `max_blocks` limits the blocks together (None: no such limit)."""
    text = arguments.get("text")
    text = "" if text is None else text if isinstance(text, str) else str(text)
    blocks = _read_json(arguments.get("blocks"), "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise SlackRefused("invalid_blocks_format")
    if arguments.get("attachments"):
        raise SlackRefused("invalid_attachments", ["attachments are not played here: use blocks"])
    if not text.strip() and not blocks:
        raise SlackRefused("no_text")
    if len(text) > max_text:
        raise SlackRefused("msg_too_long")
    complaints = message_complaints(blocks or [])
    if complaints:
        raise SlackRefused("invalid_blocks", complaints, extra={"errors": complaints})
    if max_blocks is not None and message_size(blocks or []) > max_blocks:
        raise SlackRefused("msg_blocks_too_long")
    return Content(text, ids.fill_in(blocks or []), _read_metadata(arguments.get("metadata")))


def _read_metadata(value: Any) -> Json | None:
    """Reads message metadata: an event's type and its payload, an object."""
    metadata = _read_json(value, "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        raise SlackRefused("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackRefused("invalid_metadata_schema")
    return metadata


def read_view(packed: Any, ids: Ids, kind: str = "modal") -> Json:
    """Returns the content of a modal, or of a home; `SlackRefused` with invalid_arguments or view_too_large."""
    if packed is None:
        raise SlackRefused("invalid_arguments", ["missing required field: view [json-pointer:/view]"])
    view = _read_json(packed, "invalid_arguments")
    complaints = view_complaints(view, kind)
    if complaints:
        raise SlackRefused("invalid_arguments", complaints)
    if len(json.dumps(view).encode()) > VIEW_SIZE:
        raise SlackRefused("view_too_large")
    return {**view, "blocks": ids.fill_in(view["blocks"])}


def _read_json(value: Any, refusal: str) -> Any:
    """Reads a structure, which a form holds as JSON text."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise SlackRefused(refusal) from None
