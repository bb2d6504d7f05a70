"""The reply to a refusal: four points in order, under 500 words, nothing sent twice."""

import re
from dataclasses import replace

from drafts.woven.appeal.confirmation import propose_confirmation
from drafts.woven.appeal.facts import Facts, asked_already
from drafts.woven.appeal.frames import words_for
from drafts.woven.appeal.letter import Letter, fit
from drafts.woven.appeal.points import Points, gather
from drafts.woven.appeal.reading import Refusal, read_refusal
from drafts.woven.appeal.remarks import Case, remarks_on
from drafts.woven.appeal.repeats import Read
from drafts.woven.appeal.signs import Topic
from drafts.woven.appeal.where import where_to_send
from drafts.woven.appeal.words import Words
from drafts.woven.request.fit import write_description
from drafts.woven.request.kinds import kind_of
from drafts.woven.request.voice import Voice, voice_of
from drafts.woven.text.tidy import clean, flat
from model import Answers, Appeal, AppealAnswers, Concern, MailType

_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_QUOTED = re.compile(r"(?<!\w)['‘][^'’\n]{3,120}['’](?!\w)")
_VERIFIES = re.compile(
    r"\b(?:verif\w+|confirm your|activat\w+|sign-?in code|one-time)\b|認証|確認コード", re.IGNORECASE
)


def write_appeal(appeal: AppealAnswers, draft: Answers) -> Appeal:
    """The reply to what AWS wrote, from the appeal's answers and the draft, and where to send it.

    `remarks` name what is missing, what is only proposed, and every question of AWS's that nothing answers.
    """
    refusal = read_refusal(appeal.refusal)
    voice = _voice(appeal, draft)
    words = words_for(voice)
    points = gather(refusal, Facts(appeal, draft, words, voice))
    second = refusal.second or appeal.refused_before
    sent = [*appeal.earlier, *([write_description(draft)] if second else [])]
    read = Read([*sent, *map(asked_already, sent)])
    _only_new(points, read, words, second=second)
    if second and (appeal.earlier or points.changed):
        points.acknowledged.append(words.new_since)
    elif Concern.NO_DETAILS in refusal.concerns and points.concern and points.concern != [words.said_before["concern"]]:
        points.acknowledged.append(words.facts_follow)
    transactional = all(kind_of(s) is MailType.TRANSACTIONAL for s in draft.streams)
    proposal = propose_confirmation(draft)
    proposed = proposal is not None and clean(appeal.confirmation) == clean(proposal.text)
    reply, left_out = fit(points, _letter(appeal, draft, refusal, voice, second=second))
    case = Case(refusal, second, transactional, proposed, read, tuple(left_out), voice.tongue)
    found = remarks_on(appeal, draft, case, points)
    asked = tuple(q.text for q in refusal.questions)
    return Appeal(reply, refusal.concerns, asked, second, where_to_send(appeal), found)


def _voice(appeal: AppealAnswers, draft: Answers) -> Voice:
    """The voice of all that was typed, quoted words of forms apart: an appeal may be written without a draft."""
    typed = "\n".join([draft.opt_in, appeal.opt_in, appeal.unsubscribe, appeal.changed])
    return voice_of(replace(draft, opt_in=_QUOTED.sub("", typed)))


def _letter(appeal: AppealAnswers, draft: Answers, refusal: Refusal, voice: Voice, *, second: bool) -> Letter:
    words = words_for(voice)
    heads = words.heads
    first = heads.questions if refusal.concerns[:1] == (Concern.QUESTIONS,) else heads.concern
    region = flat(draft.region)
    thanks = words.thanks_in.format(region) if _REGION.fullmatch(region) else words.thanks
    return Letter(
        words,
        words.second if second else thanks,
        (
            heads.decision if second else first,
            heads.opt_in_and_lists if Topic.LISTS in refusal.topics else heads.opt_in,
            _sample_head(appeal, draft, words),
            heads.links,
        ),
        words.second_closing if second else words.closing,
        voice.name,
    )


def _sample_head(appeal: AppealAnswers, draft: Answers, words: Words) -> str:
    """What is shown: the confirmation of an opt-in, a verification, or any other mail."""
    shown = clean(appeal.confirmation)
    if shown and any(kind_of(s) is MailType.MARKETING for s in draft.streams):
        return words.heads.confirmation
    return words.heads.verification if _VERIFIES.search(shown) else words.heads.example


def _only_new(points: Points, read: Read, words: Words, *, second: bool) -> None:
    """Take out what AWS has read. A first reply may repeat what AWS asks for; a second one repeats nothing."""
    if not read:
        return
    kept = set() if second else points.asked
    known = words.said_before

    def new(head: list[str], instead: str) -> list[str]:
        fresh = read.unread(head, kept)
        return fresh or ([instead] if head and instead else [])

    points.changed = read.unread(points.changed)
    points.changed_last = points.changed_last and not second
    points.acknowledged = read.unread(points.acknowledged) or [words.still]
    points.concern = new(points.concern, "" if second else known["concern"])
    points.opt_in = new(points.opt_in, known["opt_in"])
    points.links = new(points.links, known["links"])
    points.offer = "" if read.knows(points.offer) else points.offer
    points.example = "" if read.knows_most(points.example) else points.example
    if read.knows_most(points.sample):
        points.sample, points.example = points.example, ""
        if not points.sample:
            points.sample, points.sample_known = known["sample"], True
