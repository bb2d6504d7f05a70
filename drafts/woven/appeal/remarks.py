"""What a person should look at before an appeal goes out."""

from dataclasses import dataclass

from drafts.woven.appeal.points import Points
from drafts.woven.appeal.reading import Refusal
from drafts.woven.appeal.repeats import Read, pieces_of, plain
from drafts.woven.lint import in_order, lint
from drafts.woven.text.tongue import Tongue
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
    mail is transactional, whether the confirmation mail is our own proposal, what AWS has read before, what had to be
    left out, and the language of the reply."""

    refusal: Refusal
    second: bool
    transactional: bool
    proposed: bool
    read: Read
    left_out: tuple[str, ...]
    tongue: Tongue


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
    return in_order([*found, *_offered(draft, case, points), *_ground(appeal, case), *_form(case)])


def _offered(draft: Answers, case: Case, points: Points) -> list[Remark]:
    """The slower start: a number to stand by, or the numbers that it needs."""
    if points.offer:
        advice = "The slower start is a proposal. Change the number to one that you will keep to, or take it out."
        return [Remark("appeal.slower-start", Severity.WARN, "changed", points.offer, advice)]
    if Concern.NO_DETAILS in case.refusal.concerns and not case.second and not draft.busiest.strip():
        advice = "A slower start helps here. Say how many messages a day you could begin with."
        return [Remark("appeal.slower-start", Severity.WARN, "changed", "", advice)]
    return []


def _ground(appeal: AppealAnswers, case: Case) -> list[Remark]:
    """A ground that the four points alone do not meet."""
    if Concern.OTHER not in case.refusal.concerns or appeal.changed.strip():
        return []
    quote = next(iter(case.refusal.quotes), "")
    advice = "AWS gives a ground of its own. Say under “what has changed” what speaks against it, or what you did."
    return [Remark("appeal.ground", Severity.WARN, "changed", quote, advice)]


def _form(case: Case) -> list[Remark]:
    """What was left out for want of room, and a reply in another language than AWS's message."""
    found = []
    if case.left_out:
        advice = (
            f"A reply has room for 500 words; {len(case.left_out)} sentences were left out, this one among them."
            " Shorten the longest answer."
        )
        found.append(Remark("appeal.too-long", Severity.WARN, "opt_in", case.left_out[0][:300], advice))
    if case.tongue is Tongue.OTHER:
        advice = "AWS reads English and Japanese. Write the answers in one of them; names may stay as they are."
        found.append(Remark("appeal.language", Severity.WARN, "opt_in", "", advice))
    elif (case.refusal.tongue is Tongue.JAPANESE) != (case.tongue is Tongue.JAPANESE) and case.refusal.text:
        theirs = "Japanese" if case.refusal.tongue is Tongue.JAPANESE else "English"
        advice = f"AWS wrote in {theirs}, and your answers are in another language. Answer in {theirs} if you can."
        found.append(Remark("appeal.language", Severity.WARN, "opt_in", "", advice))
    return found


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
    own = plain(appeal.opt_in)
    new = [s for s in [*pieces_of(appeal.opt_in), *pieces_of(appeal.changed)] if not case.read.knows(s)]
    if case.second and not new:
        advice = "A second reply needs something new. Say what has changed since, or what the first reply left out."
        return [Remark("appeal.nothing-new", Severity.STOP, "changed", "", advice)]
    if not case.second and (not own or own == plain(draft.opt_in)):
        advice = "The request said this already. Add detail: the form's words, the page, the confirmation, the dates."
        return [Remark("appeal.repeats", Severity.WARN, "opt_in", appeal.opt_in or draft.opt_in, advice)]
    return []
