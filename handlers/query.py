"""What a person typed after a command, or what a button carries: see `checks.query`, which the terminal uses too."""

from checks.query import BadQuery, Query, Unread, parse

__all__ = ["BadQuery", "Query", "Unread", "parse"]
