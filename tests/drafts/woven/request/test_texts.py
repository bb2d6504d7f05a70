"""Requests as a reviewer would read them: `texts/NAME.toml` holds the answers as typed, `texts/NAME.txt` the request.

A text is only renewed when the new one has been read and a careful person at that business would send it unchanged:

    RENEW_TEXTS=1 .venv/bin/pytest tests/drafts/request/test_texts.py
"""

import os
import tomllib
from pathlib import Path

import pytest

from drafts.woven import from_plain, write_request
from model import Draft

TEXTS = Path(__file__).parent / "texts"
NAMES = sorted(p.stem for p in TEXTS.glob("*.toml"))


def draft_of(name: str) -> Draft:
    return write_request(from_plain(tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))))


def as_read(draft: Draft) -> str:
    """The draft as one text: the fields, then the message with the description in it."""
    fields = (
        f"Mail type: {draft.mail_type}. {draft.mail_type_reason}",
        f"Website: {draft.website}",
        f"Additional contacts: {', '.join(draft.contacts) or 'none'}",
        f"Contact language: {draft.language}",
    )
    return "\n".join(fields) + f"\n\n{draft.message}\n"


@pytest.mark.parametrize("name", NAMES)
def test_the_request_reads_as_it_was_approved(name: str) -> None:
    text, approved = as_read(draft_of(name)), TEXTS / f"{name}.txt"
    if os.environ.get("RENEW_TEXTS"):
        approved.write_text(text, encoding="utf-8")
    assert text == approved.read_text(encoding="utf-8")


def test_there_is_a_text_for_each_kind_of_business() -> None:
    assert {
        "agency", "both_kinds", "charity", "clinic", "japanese", "newsletter", "non_latin_name", "one_word_answers",
        "saas_receipts", "school", "shop", "solo_developer", "very_long_answers",
    } <= set(NAMES)  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"japanese", "one_word_answers", "very_long_answers"}))
def test_answers_that_carry_it_make_a_text_of_readable_length(name: str) -> None:
    assert 120 <= len(draft_of(name).description.split()) <= 400


@pytest.mark.parametrize("name", NAMES)
def test_the_description_is_the_heart_of_the_message(name: str) -> None:
    draft = draft_of(name)
    assert draft.description in draft.message
    assert len(draft.description) <= 5_000
