"""What a view returns: a message for Slack, or a modal, as plain dictionaries of Block Kit.

Every view of this room returns one of these, already cut to Slack's limits (`handlers.views.limits`), so the sender
it needs to know nothing about its content. Reference: Slack's "Block Kit", blocks and composition objects.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]
"""One Block Kit block."""
View: TypeAlias = dict[str, Any]
"""One modal, as `views.open` takes it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `text` is what notifications and screen readers show (escaped mrkdwn); `blocks` is what people see."""

    text: str
    blocks: tuple[Block, ...]
