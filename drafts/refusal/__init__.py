"""What AWS wrote, read as its kind, and the reply that fits it. Pure, and safe on any text."""

from drafts.refusal.reading import read
from drafts.refusal.reply import known_answers, reply, where

__all__ = ["known_answers", "read", "reply", "where"]
