"""What a person should look at before an appeal goes out."""

import re
from dataclasses import dataclass

from drafts.appeal.points import Points
from drafts.appeal.reading import Refusal
from drafts.lint import in_order, lint
from model import Answers, AppealAnswers, Concern, Remark, Severity

_FIELDS = {"opt_in": "opt_in", "sample": "confirmation", "leaving": "unsubscribe", "basis": "changed"}
"""The field of a draft in whose place an answer of the appeal is linted, and its own name."""
_RULES = frozenset(
    {
        "optin.third-party",
        "optin.cold",
        "optin.preticked",
        "optin.imported",
        "placeholder",
        "secret",
        "tone.keywords",
        "unsub.slow",
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """What an appeal is judged by, beside its answers: the refusal as read, whether it is a second one, whether all
    mail is transactional, whether the confirmation mail is our own proposal, and what AWS has read before."""

    refusal: Refusal
    second: bool
    transactional: bool
    proposed: bool
    earlier: frozenset[str]


def remarks_on(appeal: AppealAnswers, draft: Answers, case: Case, points: Points) -> tuple[Remark, ...]:
    """Everything that is missing, proposed or left open, the gravest first."""
    found = [
        *_linted(appeal),
        *_unanswered(points),
        *_missing(appeal, draft, case),
        *_new(appeal, draft, case),
    ]
    if case.proposed:
        advice = "This mail is a proposal from your draft. Send it only if it is what people really get."
        found.append(Remark("appeal.proposal", Severity.WARN, "confirmation", "", advice))
    if points.offered:
        advice = "The slower start is a proposal. Change the number to one that you will keep to, or take it out."
        found.append(Remark("appeal.slower-start", Severity.WARN, "changed", "", advice))
    return in_order(found)


def _linted(appeal: AppealAnswers) -> list[Remark]:
    answers = Answers(
        opt_in=appeal.opt_in, sample=appeal.confirmation, leaving=appeal.unsubscribe, basis=appeal.changed
    )
    return [
        Remark(r.rule, r.severity, _FIELDS[r.field], r.sentence, r.advice)
        for r in lint(answers)
        if r.rule in _RULES and r.field in _FIELDS
    ]


def _unanswered(points: Points) -> list[Remark]:
    advice = "AWS asked this, and nothing in the draft answers it. Answer it in a sentence or two."
    return [Remark("appeal.question", Severity.ASK, "replies", question, advice) for question in points.open]


def _missing(appeal: AppealAnswers, draft: Answers, case: Case) -> list[Remark]:
    refusal, transactional = case.refusal, case.transactional
    asked = [
        (not appeal.refusal.strip(), "refusal", "Paste AWS's message whole: the reply answers what it says."),
        (
            bool(appeal.refusal.strip()) and Concern.UNCLEAR in refusal.concerns, "refusal",
            "No concern could be found in this message. Paste it whole; if it is whole, say in “what has changed”"
            " what you think they mean.",
        ),
        (
            not (appeal.opt_in.strip() or draft.opt_in.strip()), "opt_in",
            "Say in detail how people opt in: where, which form or box, how they confirm, and what happens to the"
            " unconfirmed.",
        ),
        (
            not (appeal.confirmation.strip() or draft.sample.strip()), "confirmation",
            "Paste the verification mail or a receipt as people get it." if transactional
            else "Paste the confirmation mail as people get it when they sign up.",
        ),
        (
            not appeal.privacy.strip(), "privacy",
            "Give the address of the privacy policy. A reviewer opens it.",
        ),
        (
            not transactional and not (appeal.unsubscribe.strip() or draft.leaving.strip()), "unsubscribe",
            "Say how people unsubscribe, with the address of the page where there is one.",
        ),
        (
            _wants_change(refusal) and not appeal.changed.strip(), "changed",
            "Say what has changed since: this concern is met by what you did about it.",
        ),
    ]  # fmt: skip
    return [
        Remark(f"appeal.{'unclear' if field == 'refusal' else 'missing'}", Severity.ASK, field, "", advice)
        for is_missing, field, advice in asked
        if is_missing
    ]


def _wants_change(refusal: Refusal) -> bool:
    return bool({Concern.WEBSITE, Concern.BOUNCES, Concern.COMPLAINTS} & set(refusal.concerns))


def _new(appeal: AppealAnswers, draft: Answers, case: Case) -> list[Remark]:
    """The same text is never sent twice."""
    own = re.sub(r"\W+", "", appeal.opt_in).casefold()
    if case.second and not appeal.changed.strip() and (not own or own in case.earlier):
        advice = "A second reply needs something new. Say what has changed since, or what the first reply left out."
        return [Remark("appeal.nothing-new", Severity.STOP, "changed", "", advice)]
    if not case.second and (not own or own == re.sub(r"\W+", "", draft.opt_in).casefold()):
        advice = "The request said this already. Add detail: the form's words, the page, the confirmation, the dates."
        return [Remark("appeal.repeats", Severity.WARN, "opt_in", appeal.opt_in or draft.opt_in, advice)]
    return []
