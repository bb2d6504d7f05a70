"""SPF (RFC 7208): who may send as a domain, what is wrong with its record and what to publish; and check_host() itself.

`look_up` asks DNS for the whole tree, `judge` says what it means, `tree_lines` draws it, `check_host` evaluates it for
one message as a receiver does.
"""

from checks.spf.case import find_intended_senders, find_senders
from checks.spf.evaluate import check_host
from checks.spf.judge import judge
from checks.spf.look_up import look_up
from checks.spf.parse import is_spf, parse, select_spf_texts
from checks.spf.tree import SpfFacts, tree_lines

__all__ = [
    "SpfFacts",
    "check_host",
    "find_intended_senders",
    "find_senders",
    "is_spf",
    "judge",
    "look_up",
    "parse",
    "select_spf_texts",
    "tree_lines",
]
