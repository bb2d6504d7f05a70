"""Holds a model's prose to the letter it was made from (design, "As prose, by a model")."""

from drafts.guard.prose import check, compose, parts_of

__all__ = ["check", "compose", "parts_of"]
