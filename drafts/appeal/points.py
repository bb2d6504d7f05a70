"""The four points of an appeal, each as sentences: the concern, the opt-in, the sample, the links."""

import re
from dataclasses import dataclass, field

from drafts.appeal.reading import Question, Refusal, Topic, topics_of
from drafts.appeal.words import Words
from drafts.arithmetic import figure, rounded, stated
from drafts.request.consent import joining, leaving
from drafts.request.opening import opening
from drafts.request.plain import told_plainly
from drafts.request.streams import sentences as stream_sentences
from drafts.request.streams import told
from drafts.request.trouble import trouble
from drafts.request.voice import Voice
from drafts.request.volume import volume
from drafts.text.reading import closed, read
from drafts.text.shape import Shape
from drafts.text.tidy import clean, flat
from drafts.text.tongue import Tongue
from model import Answers, AppealAnswers, Concern

_WEB = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_FEWEST_A_DAY = 50


@dataclass(slots=True)
class Points:
    """The points as sentences; `open` holds questions that nothing answers, `offered` whether a slower start is
    proposed."""

    concern: list[str] = field(default_factory=list)
    opt_in: list[str] = field(default_factory=list)
    sample: str = ""
    links: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    offered: bool = False


def gather(appeal: AppealAnswers, draft: Answers, refusal: Refusal, words: Words, voice: Voice) -> Points:
    """Everything that this refusal asks for, under the head where it belongs, and nothing else."""
    facts = _Facts(appeal, draft, voice)
    points = Points(sample=clean(appeal.confirmation) or clean(draft.sample))
    points.concern = [words.concerns[c] for c in refusal.concerns]
    for concern in refusal.concerns:
        points.concern += _met(concern, facts, words, points)
    points.concern += _changed(appeal.changed, words)
    points.opt_in = facts.opt_in()
    points.links = _links(appeal, facts, words)
    if Concern.NO_DETAILS in refusal.concerns:
        points.links += facts.trouble()
    for question in refusal.questions:
        _answer(question, points, facts, appeal, words)
    return points


def _met(concern: Concern, facts: "_Facts", words: Words, points: Points) -> list[str]:
    """What meets a concern, beside the opt-in that every appeal tells."""
    match concern:
        case Concern.NO_DETAILS:
            points.offered = True
            return [*facts.volume(), _slower(facts.draft, words)]
        case Concern.VOLUME:
            return facts.volume()
        case Concern.WEBSITE:
            return facts.website(words)
        case Concern.BOUNCES:
            return facts.bounces()
        case Concern.COMPLAINTS:
            return facts.complaints()
    return []


def _slower(draft: Answers, words: Words) -> str:
    """An offer: half the mean day of the month that was stated."""
    month = stated(draft.monthly)
    if not month or month <= 0:
        return words.slower_unnumbered
    return words.slower.format(figure(max(rounded(month / 30.4 / 2, 2), _FEWEST_A_DAY)))


def _changed(changed: str, words: Words) -> list[str]:
    units = read(changed)
    if not units:
        return []
    if units[0].shape in {Shape.SENTENCE, Shape.OTHER}:
        return closed(units)
    return [words.changed.format(units[0].inside), *closed(units[1:])]


def _links(appeal: AppealAnswers, facts: "_Facts", words: Words) -> list[str]:
    links = [words.privacy.format(flat(appeal.privacy))] if appeal.privacy.strip() else []
    way = flat(appeal.unsubscribe)
    if _WEB.fullmatch(way):
        return [*links, words.unsubscribe_at.format(way), *facts.leaving(facts.draft.leaving)]
    return [*links, *facts.leaving(appeal.unsubscribe if way else facts.draft.leaving)]


def _answer(question: Question, points: Points, facts: "_Facts", appeal: AppealAnswers, words: Words) -> None:
    """Put the answer to one question under its head; the person's own words for it come first."""
    own = next((flat(a) for q, a in appeal.replies if flat(q).casefold() == question.text.casefold() and flat(a)), "")
    if own:
        sentence = " ".join(closed(read(own)))
        _head_for(question.topics, points).append(f"“{question.text.rstrip('.')}” {sentence}")
        return
    answered = False
    for topic in question.topics:
        said = facts.on(topic, words)
        answered = answered or bool(said) or (topic is Topic.SAMPLE and bool(points.sample))
        head = _head_for((topic,), points)
        head += [s for s in said if s not in points.concern + points.opt_in + points.links]
    if not answered:
        points.open.append(question.text)


def _head_for(topics: tuple[Topic, ...], points: Points) -> list[str]:
    if {Topic.LISTS, Topic.OPT_IN} & set(topics):
        return points.opt_in
    if {Topic.BOUNCES, Topic.COMPLAINTS, Topic.UNSUBSCRIBES, Topic.PRIVACY} & set(topics):
        return points.links
    return points.concern


class _Facts:
    """The draft's answers as sentences, in the frame of their language."""

    def __init__(self, appeal: AppealAnswers, draft: Answers, voice: Voice) -> None:
        self.appeal, self.draft, self.voice = appeal, draft, voice
        self.woven = voice.tongue is Tongue.ENGLISH

    def _plain(self, *fields: str) -> list[str]:
        return told_plainly(self.draft, fields, self.voice.tongue is Tongue.JAPANESE)

    def opt_in(self) -> list[str]:
        own = self.appeal.opt_in.strip()
        if not self.woven:
            return (
                [*closed(read(own, english=False)), *self._plain("unconfirmed")]
                if own
                else self._plain("opt_in", "unconfirmed")
            )
        said = joining(own or self.draft.opt_in, self.draft.unconfirmed, self.voice)
        return list(dict.fromkeys(said))

    def leaving(self, how: str) -> list[str]:
        if self.woven:
            return leaving(how, self.voice)
        return self._plain("leaving") if how == self.draft.leaving else closed(read(how, english=False))

    def trouble(self) -> list[str]:
        return (
            trouble(self.draft.bounces, self.draft.complaints, self.voice)
            if self.woven
            else self._plain("bounces", "complaints")
        )

    def bounces(self) -> list[str]:
        return trouble(self.draft.bounces, "", self.voice) if self.woven else self._plain("bounces")

    def complaints(self) -> list[str]:
        same = not trouble("", self.draft.complaints, self.voice) or "same" in self.draft.complaints.lower()[:14]
        if not self.woven:
            return self._plain("complaints")
        return self.trouble() if same else trouble("", self.draft.complaints, self.voice)

    def volume(self) -> list[str]:
        a = self.draft
        return (
            volume(a.monthly, a.basis, a.busiest, len(a.streams) > 1, self.voice)
            if self.woven
            else self._plain("monthly", "basis", "busiest")
        )

    def website(self, words: Words) -> list[str]:
        return [words.website.format(flat(self.draft.website))] if self.draft.website.strip() else []

    def streams(self) -> list[str]:
        if not self.woven:
            return [
                s
                for stream in self.draft.streams
                for s in told_plainly(stream, ("what", "rhythm", "number"), self.voice.tongue is Tongue.JAPANESE)
            ]
        each = [told(s, self.voice) for s in self.draft.streams]
        return [
            s for at, one in enumerate(each) for s in stream_sentences(one, at, self.voice, alone=False, overview=False)
        ]

    def use_case(self) -> list[str]:
        if not self.woven:
            return self._plain("business")
        return opening(self.draft, tuple(told(s, self.voice) for s in self.draft.streams), self.voice)

    def on(self, topic: Topic, words: Words) -> list[str]:
        """What the draft says on one topic."""
        match topic:
            case Topic.FREQUENCY:
                return self.streams()
            case Topic.VOLUME:
                return self.volume()
            case Topic.LISTS:
                return self.bounces()
            case Topic.OPT_IN:
                return self.opt_in()
            case Topic.BOUNCES:
                return self.bounces()
            case Topic.COMPLAINTS:
                return self.complaints()
            case Topic.UNSUBSCRIBES:
                return self.leaving(
                    self.appeal.unsubscribe if not _WEB.fullmatch(flat(self.appeal.unsubscribe)) else self.draft.leaving
                )
            case Topic.WEBSITE:
                return self.website(words)
            case Topic.USE_CASE:
                return self.use_case()
            case Topic.PRIVACY:
                return [words.privacy.format(flat(self.appeal.privacy))] if self.appeal.privacy.strip() else []
        return []


__all__ = ["Points", "gather", "topics_of"]
