"""Remarks on what a reviewer at AWS would stop at in the finished letter, with the sentence and the better kind of
sentence.

The rules are those of `data/remarks.toml`. They read the finished text, so that a set sentence or a model's wording is
held to them as well as an answer.
"""

from collections.abc import Callable, Iterator

from drafts.remarks import facts, wording
from drafts.remarks.base import DraftText, cut_answers
from model.request import Answers, DraftContext, Remark, Request, Severity

RULES: tuple[Callable[[DraftText], Iterator[Remark]], ...] = (
    wording.review_placeholders, wording.review_secrets, wording.review_business, wording.review_kinds,
    wording.review_fragments, wording.review_phrases, wording.review_opt_in, facts.review_arithmetic,
    facts.review_leaving, wording.review_slow_leaving, facts.review_types, facts.review_peaks, facts.review_site,
    facts.review_region, facts.review_claims, facts.review_contacts, wording.review_tone, wording.review_language,
    wording.review_example,
)  # fmt: skip
_ORDER = {Severity.STOP: 0, Severity.ASK: 1, Severity.WARN: 2}


def review(request: Request, answers: Answers, context: DraftContext) -> tuple[Remark, ...]:
    """Returns all remarks, stops first; one for each rule, field and advice."""
    subject = DraftText(request, cut_answers(answers), context)
    remarks = {(remark.rule, remark.field, remark.advice): remark for check in RULES for remark in check(subject)}
    return tuple(sorted(remarks.values(), key=lambda remark: _ORDER[remark.severity]))
