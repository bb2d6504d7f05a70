"""A Slack of our own on 127.0.0.1, as strict as the real one where a bot can go wrong.

The Web API under `/api/`, Socket Mode over real WebSockets, response URLs: `server.LoopbackSlack` is the front; what it
knows of people, channels, messages and modals is in `state`. What it does not play, it refuses.
"""

from fakes.slack.block_kit import is_number
from fakes.slack.forms import IncompleteForm, options_of
from fakes.slack.markup import Span
from fakes.slack.server import COMMANDS, LoopbackSlack
from fakes.slack.state import (
    Call,
    Channel,
    Content,
    Element,
    Happening,
    Invocation,
    Json,
    SlackMessage,
    Team,
    User,
    View,
)
from fakes.slack.web_api import SlackFault

__all__ = [
    "COMMANDS",
    "Call",
    "Channel",
    "Content",
    "Element",
    "Happening",
    "IncompleteForm",
    "Invocation",
    "Json",
    "LoopbackSlack",
    "SlackFault",
    "SlackMessage",
    "Span",
    "Team",
    "User",
    "View",
    "is_number",
    "options_of",
]
