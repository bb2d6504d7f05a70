"""What stands in a Slack workspace: people, channels, messages, modals, and what people did.

Messages and modals are seen here as Slack keeps them, with the ids that it gives out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fakes.slack.block_kit import INTERACTIVE
from fakes.slack.markup import Span, find_message_spans

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Team:
    """One organization. `domain` is what stands before `.slack.com`."""

    id: str
    domain: str


@dataclass(frozen=True, slots=True)
class User:
    """One person, of one organization."""

    id: str
    name: str
    team: Team


@dataclass(slots=True, eq=False)
class Channel:
    """A channel or a direct message (`person` is then who talks with the bot). `shared` with other organizations:
    Slack Connect."""

    id: str
    name: str
    members: set[str]
    private: bool = False
    archived: bool = False
    shared: bool = False
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: the fallback text, and blocks in which every block and element has its id. `metadata` is for
    programs, and no person sees it."""

    text: str
    blocks: list[Json]
    metadata: Json | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """Something in a message or modal that can be pressed or chosen."""

    block_id: str
    action_id: str
    type: str
    content: Json


@dataclass(slots=True, eq=False)
class SlackMessage:
    """A message. `only_for` is the one person who sees an ephemeral one. `via` is the door that it came through: a
    method of the Web API, `response_url`, or `ack`. `versions` holds what stood there before each edit."""

    ts: str
    channel: str
    content: Content
    via: str
    only_for: str | None = None
    invocation: "Invocation | None" = None
    versions: list[Content] = field(default_factory=list)
    thread_ts: str | None = None
    """The message that it replies to."""

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def blocks(self) -> list[Json]:
        return self.content.blocks

    @property
    def ephemeral(self) -> bool:
        """Only one person sees it, it cannot be updated by the Web API, and it is gone at the next reload."""
        return self.only_for is not None

    @property
    def elements(self) -> list[Element]:
        """What can be pressed or chosen, in the order drawn."""
        return elements_of(self.blocks)

    @property
    def markup(self) -> list[Span]:
        """Everything in it that Slack draws as more than characters."""
        return find_message_spans(self.text, self.blocks)

    @property
    def mentions(self) -> list[str]:
        """Whom it notifies: `channel`, `here`, `everyone`, or the id of a person or group."""
        return [span.text for span in self.markup if span.kind in ("broadcast", "user", "usergroup")]


@dataclass(slots=True, eq=False)
class View:
    """A modal in front of one person. `content` is what the bot gave; `hash` changes with it. `errors` are what stands
    at its fields: block_id to words."""

    id: str
    user: User
    content: Json
    hash: str
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    invocation: "Invocation | None" = None

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.content["blocks"]
        return blocks

    @property
    def title(self) -> str:
        return str(self.content["title"]["text"])

    @property
    def elements(self) -> list[Element]:
        """What can be pressed, chosen or typed into, in the order drawn."""
        return elements_of(self.blocks)

    @property
    def inputs(self) -> list[Json]:
        """The input blocks."""
        return [block for block in self.blocks if block["type"] == "input"]

    @property
    def markup(self) -> list[Span]:
        """Everything in it that Slack draws as more than characters."""
        return find_message_spans("", self.blocks)


@dataclass(slots=True, eq=False)
class Invocation:
    """One thing that a person did, and what came of it.

    `kind`: command, press, submit or home. `ack_seconds`: how long the bot took to acknowledge, None while it has not.
    `failure`: what the person saw in place of an answer, such as `operation_timeout`. `messages` and `views`:
    what came by its acknowledgement, response URL or trigger. `errors`: what the bot said of the fields of a form.
    """

    kind: str
    user: User
    channel: str | None
    payload: Json
    ack_seconds: float | None = None
    ack_payload: Json | None = None
    failure: str | None = None
    messages: list[SlackMessage] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def response_url(self) -> str:
        return str(self.payload.get("response_url", ""))

    @property
    def trigger_id(self) -> str:
        return str(self.payload.get("trigger_id", ""))


@dataclass(frozen=True, slots=True)
class Happening:
    """One change that a person could see. `kind`: posted, changed (a message); opened, updated, closed (a modal);
    refused (a form, with errors at its fields); notice (`words` are Slack's own, to `user`)."""

    kind: str
    message: SlackMessage | None = None
    view: View | None = None
    user: str | None = None
    channel: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot: a method of the Web API (or `response_url`), what it gave, and the answer. `refused` is
    Slack's word for what was wrong, or empty."""

    method: str
    arguments: Mapping[str, Any]
    refused: str = ""
    detail: tuple[str, ...] = ()


def elements_inside(block: Json) -> list[Json]:
    """Returns the elements of a block, wherever it holds them."""
    elements = (*block.get("elements", ()), block.get("accessory"), block.get("element"))
    return [element for element in elements if isinstance(element, dict)]


def elements_of(blocks: list[Json]) -> list[Element]:
    """Returns everything interactive, in the order drawn."""
    return [
        Element(block["block_id"], element["action_id"], element["type"], element)
        for block in blocks
        for element in elements_inside(block)
        if element.get("type") in INTERACTIVE
    ]
