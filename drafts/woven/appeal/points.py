"""The four points of an appeal, each as sentences: the concern, the opt-in, the sample, the links."""

import re
from dataclasses import dataclass, field

from drafts.woven.appeal.facts import Facts
from drafts.woven.appeal.offer import slower_start
from drafts.woven.appeal.reading import Question, Refusal
from drafts.woven.appeal.signs import DELIVERABILITY, NEGATIVE_IMPACT, NO_REASON, Topic
from drafts.woven.text.phrase import and_list, lower_first, upper_first
from drafts.woven.text.reading import closed, read
from drafts.woven.text.tidy import clean, flat, with_period
from drafts.woven.text.tongue import Tongue
from model import Concern

_YES_OR_NO = re.compile(r"(?:do|does|did|are|is|have|has|can|could|will|would)\b", re.IGNORECASE)
_SAME = {
    Concern.LIST_SOURCE: Topic.OPT_IN, Concern.WEBSITE: Topic.WEBSITE, Concern.VOLUME: Topic.VOLUME,
    Concern.BOUNCES: Topic.BOUNCES, Concern.COMPLAINTS: Topic.COMPLAINTS,
}  # fmt: skip
"""Topics whose questions a named concern has acknowledged already."""
_NAMED = frozenset({*_SAME, Concern.OTHER})
"""Concerns that a change answers by itself."""
_OWN_START = re.compile(r"\bstart\w*\b[^.]*\d|\d[^.]*\b(?:a|per) day\b", re.IGNORECASE)
_A_WORD = re.compile(r"(?:yes|no|none|never)\W*", re.IGNORECASE)


@dataclass(slots=True)
class Points:
    """The points as sentences. `acknowledged` and `changed` open the first one, `concern` follows, `offer` closes it;
    `asked` are sentences that answer a question of AWS's, `open` the questions that nothing answers."""

    acknowledged: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    changed_last: bool = False
    concern: list[str] = field(default_factory=list)
    offer: str = ""
    opt_in: list[str] = field(default_factory=list)
    sample: str = ""
    """The mail that is shown, or where it stands (`sample_known`)."""
    sample_known: bool = False
    example: str = ""
    links: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    open: list[str] = field(default_factory=list)

    @property
    def first(self) -> tuple[list[str], ...]:
        """The paragraphs of the first point: the acknowledgement, and what meets the concern. What has changed meets
        a concern that was named, and otherwise closes the point."""
        offer = [self.offer] if self.offer else []
        if self.changed_last:
            return self.acknowledged, self.concern, [*self.changed, *offer]
        return self.acknowledged, [*self.changed, *self.concern, *offer]


def gather(refusal: Refusal, facts: Facts) -> Points:
    """Everything that this refusal asks for, under the head where it belongs, and nothing else."""
    points = Points(acknowledged=_acknowledged(refusal, facts), changed=facts.changed())
    points.changed_last = bool(points.changed) and not _NAMED & set(refusal.concerns)
    own, example = clean(facts.appeal.confirmation), clean(facts.draft.sample)
    points.sample = own or example
    if own and example != own and Topic.SAMPLE in refusal.topics:
        points.example = example
    points.opt_in = facts.opt_in()
    points.links = facts.links()
    for concern in refusal.concerns:
        _add(points.concern, _met(concern, facts, refusal), points)
    if {Concern.NO_DETAILS, Concern.VOLUME} & set(refusal.concerns) and not _OWN_START.search(facts.appeal.changed):
        points.offer = slower_start(facts.draft, facts.words)
    if Concern.LIST_SOURCE in refusal.concerns and points.opt_in:
        points.acknowledged.append(facts.words.point_two)
    for question in refusal.questions:
        _answer(question, points, facts, refusal)
    return points


def _acknowledged(refusal: Refusal, facts: Facts) -> list[str]:
    """What AWS wrote, in its own words where it named a ground; and that it is understood."""
    words, concerns = facts.words, refusal.concerns
    japanese = facts.voice.tongue is Tongue.JAPANESE
    said: list[str] = []
    if refusal.quotes:
        quotes = [f"「{q}」" if japanese else f"“{q}”" for q in refusal.quotes]
        wrote = words.declined if concerns == (Concern.NO_DETAILS,) else words.you_wrote
        said.append(wrote.format("".join(quotes) if japanese else " ".join(quotes)))
    if Concern.NO_DETAILS in concerns and NEGATIVE_IMPACT.search(refusal.text):
        said.append(words.no_reason if NO_REASON.search(refusal.text) else words.negative_impact)
    elif Concern.NO_DETAILS in concerns and not refusal.quotes:
        said.append(words.deliverability if DELIVERABILITY.search(refusal.text) else words.undetailed)
    said += [words.concerns[c] for c in concerns if c in words.concerns][:1]
    if Concern.QUESTIONS in concerns:
        said += _you_asked(refusal, facts)
    return said


def _you_asked(refusal: Refusal, facts: Facts) -> list[str]:
    """ "You asked how often we send, how we handle bounces and complaints, and for an example of our mail." """
    words = facts.words
    topics = refusal.topics - {_SAME[c] for c in refusal.concerns if c in _SAME}
    if not refusal.questions:
        return [words.more_asked]
    japanese = facts.voice.tongue is Tongue.JAPANESE
    handled = [name for topic, name in words.handled.items() if topic in topics]
    parts = [name for topic, name in words.asked.items() if topic in topics]
    if handled:
        parts.append(words.handling.format("、".join(handled) if japanese else and_list(handled)))
    parts += [name for topic, name in words.wanted.items() if topic in topics]
    if not parts:
        return []
    return [words.you_asked.format("、".join(parts) if japanese else and_list(parts))]


def _met(concern: Concern, facts: Facts, refusal: Refusal) -> list[str]:
    """What meets a concern, beside the opt-in that every appeal tells."""
    match concern:
        case Concern.NO_DETAILS:
            return [
                *(facts.business() if facts.draft.monthly.strip() else facts.use_case()),
                *facts.volume(),
                *facts.trouble(),
            ]
        case Concern.OTHER | Concern.UNCLEAR:
            return facts.business()
        case Concern.LIST_SOURCE:
            return facts.use_case()
        case Concern.WEBSITE:
            return [*facts.website(), *facts.business()]
        case Concern.VOLUME:
            return [*facts.use_case(), *facts.volume()]
        case Concern.BOUNCES:
            return facts.bounces()
        case Concern.COMPLAINTS:
            return facts.complaints()
        case Concern.QUESTIONS if {Topic.USE_CASE, Topic.FREQUENCY} & _left_to_draft(refusal, facts):
            return facts.use_case()
        case Concern.QUESTIONS if len(refusal.concerns) == 1:
            return facts.business()
    return []


def _left_to_draft(refusal: Refusal, facts: Facts) -> set[Topic]:
    """The topics of AWS's questions that the person did not answer in words of their own."""
    return {t for q in refusal.questions if not _own_answer(q, facts) for t in q.topics}


def _answer(question: Question, points: Points, facts: Facts, refusal: Refusal) -> None:
    """Put the answer to one question under its head; the person's own words for it come first."""
    own = _own_answer(question, facts)
    if own:
        _add(_head(question.topics, points, refusal), [own], points, asked=True)
        return
    answered = False
    both = {Topic.BOUNCES, Topic.COMPLAINTS} <= refusal.topics
    for topic in question.topics:
        said = facts.trouble() if both and topic in {Topic.BOUNCES, Topic.COMPLAINTS} else facts.on(topic)
        answered = answered or bool(said) or (topic is Topic.SAMPLE and bool(points.sample))
        _add(_head((topic,), points, refusal), said, points, asked=True)
    if not answered:
        points.open.append(question.text)


def _own_answer(question: Question, facts: Facts) -> str:
    """ "How often we send: …", or the question itself before a plain yes or no."""
    typed = next((a for q, a in facts.appeal.replies if flat(q).casefold() == question.text.casefold()), "")
    sentences = closed(read(typed, english=facts.woven))
    if not sentences and _A_WORD.fullmatch(flat(typed)):
        sentences = [with_period(upper_first(flat(typed)))]
    if not sentences:
        return ""
    labels = facts.words.labels
    label = next((labels[t] for t in question.topics if t in labels), "")
    if label and not _YES_OR_NO.match(question.text):
        return f"{label}: {lower_first(' '.join(sentences))}"
    return f"“{question.text.rstrip('.')}” {' '.join(sentences)}"


def _head(topics: tuple[Topic, ...], points: Points, refusal: Refusal) -> list[str]:
    """The point where an answer belongs. Bounces are told with the list where AWS asked about lists."""
    asked = set(topics)
    if {Topic.LISTS, Topic.OPT_IN} & asked:
        return points.opt_in
    if {Topic.BOUNCES, Topic.COMPLAINTS} & asked and Topic.LISTS in refusal.topics:
        return points.opt_in
    if {Topic.UNSUBSCRIBES, Topic.PRIVACY} & asked:
        return points.links
    return points.concern


def _add(head: list[str], said: list[str], points: Points, *, asked: bool = False) -> None:
    """Sentences that do not stand in any point yet; `asked` are kept even where AWS has read them."""
    standing = {*points.concern, *points.changed, *points.opt_in, *points.links}
    head += [s for s in said if s not in standing]
    if asked:
        points.asked.update(said)
