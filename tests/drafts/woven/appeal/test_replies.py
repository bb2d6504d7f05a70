"""Replies whole, as they go out: each is a file that a reader would send unchanged.

After a change for the better, write the files anew and read every difference:

    RENEW_TEXTS=1 .venv/bin/pytest tests/drafts/appeal/test_replies.py
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from drafts.woven import write_appeal
from model import Answers, AppealAnswers
from tests.support import appeals, businesses, refusals

GOLDEN = Path(__file__).parent / "replies"
CASES = [
    ("shop-no-details", refusals.IMPACT, appeals.SHOP, businesses.SHOP),
    ("shop-questions", refusals.MORE, appeals.SHOP, businesses.SHOP),
    ("shop-website", refusals.SITE, replace(appeals.SHOP, changed="On 4 May we put the shop and the imprint online."),
     businesses.SHOP),
    ("shop-volume", refusals.VOLUME, appeals.SHOP, businesses.SHOP),
    ("shop-thread", refusals.THREAD, appeals.SHOP, businesses.SHOP),
    ("clinic-no-details", refusals.IMPACT, appeals.CLINIC, businesses.CLINIC),
    ("clinic-bullets", refusals.BULLETS, appeals.CLINIC, businesses.CLINIC),
    ("agency-source", refusals.SOURCE, appeals.AGENCY, businesses.AGENCY),
    ("agency-bounces", refusals.BOUNCES, appeals.AGENCY, businesses.AGENCY),
    ("agency-second", refusals.SECOND, appeals.AGENCY, businesses.AGENCY),
    ("saas-listed", refusals.LISTED, appeals.SAAS, businesses.SAAS),
    ("saas-kind", refusals.KIND, appeals.SAAS, businesses.SAAS),
    ("solo-complaints", refusals.COMPLAINTS, appeals.SOLO, businesses.SOLO),
    ("books-japanese", refusals.JAPANESE_QUESTIONS, appeals.BOOKS, businesses.BOOKS),
]  # fmt: skip


@pytest.mark.parametrize(("name", "refusal", "answers", "draft"), CASES, ids=[c[0] for c in CASES])
def test_a_reply_is_the_one_that_was_read(name: str, refusal: str, answers: AppealAnswers, draft: Answers) -> None:
    reply = write_appeal(replace(answers, refusal=refusal), draft).reply
    kept = GOLDEN / f"{name}.txt"
    if os.environ.get("RENEW_TEXTS"):
        kept.write_text(reply + "\n", "utf-8")
    assert reply + "\n" == kept.read_text("utf-8")
