"""What was written by the grammar: answers in; text, warnings and advice out.

Pure functions without I/O and without a clock. `write_request` writes the request and the message for its case, `lint`
says what a reviewer would stumble over, `when_to_submit` and `when_answered` speak of time, `write_appeal` answers a
refusal.
"""

from drafts.timing import Occasion, when_answered, when_to_submit
from drafts.woven.answers import fill, from_plain, to_plain, value_at, without_stream
from drafts.woven.appeal import propose_confirmation, read_refusal, where_to_send, write_appeal
from drafts.woven.lint import lint, stops
from drafts.woven.request import write_request

__all__ = [
    "Occasion",
    "fill",
    "from_plain",
    "lint",
    "propose_confirmation",
    "read_refusal",
    "stops",
    "to_plain",
    "value_at",
    "when_answered",
    "when_to_submit",
    "where_to_send",
    "without_stream",
    "write_appeal",
    "write_request",
]
