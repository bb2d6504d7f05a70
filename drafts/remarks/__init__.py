"""What a reviewer at AWS would stop at in the finished letter, with the sentence and the better kind of sentence.

The rules are those of `data/remarks.toml`. They read the finished text, so that a set sentence or a model's wording is
held to them as well as an answer.
"""

from collections.abc import Callable, Iterator

from drafts.remarks import facts, wording
from drafts.remarks.base import DraftText, bounded
from model.request import Answers, DraftContext, Remark, Request, Severity

RULES: tuple[Callable[[DraftText], Iterator[Remark]], ...] = (
    wording.placeholders, wording.secrets, wording.business, wording.kinds, wording.fragments, wording.saying,
    wording.opting_in, facts.arithmetic, facts.leaving, wording.slow_leaving, facts.types, facts.peaks, facts.site,
    facts.region, facts.claims, facts.contacts, wording.tone, wording.language, wording.example,
)  # fmt: skip
_ORDER = {Severity.STOP: 0, Severity.ASK: 1, Severity.WARN: 2}


def review(request: Request, answers: Answers, context: DraftContext) -> tuple[Remark, ...]:
    """Returns all remarks, stops first; one for each rule, field and advice."""
    subject = DraftText(request, bounded(answers), context)
    found = {(one.rule, one.field, one.advice): one for check in RULES for one in check(subject)}
    return tuple(sorted(found.values(), key=lambda one: _ORDER[one.severity]))
