"""Each kind of mail in sentences of its own: what it is, what triggers it, who gets it, how often and how many."""

import re
from dataclasses import dataclass

from drafts.numbers import respelled
from drafts.request.numbers import counts, slashes, times_a_period
from drafts.request.recipients import bare_list, names, to_whom, whole_in_overview
from drafts.request.triggers import adverbial, is_point_in_time
from drafts.request.voice import Voice
from drafts.text.bag import bag
from drafts.text.phrase import and_list, be, is_plural, listed, lower_first, upper_first, with_article
from drafts.text.reading import Unit, closed, unit
from drafts.text.shape import Shape
from drafts.text.tidy import flat
from model import MailType, Stream

_SENDING = re.compile(
    r"^(?:(?:We|I)\s+(?:also\s+)?(?:send|mail|email)(?:\s+out)?|Sending(?:\s+out)?|Send(?:\s+out)?)\s+(?=\S)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:transactional|marketing|promotional)(?:\s+(?:e-?mails?|mails?|messages?))?\s*(?::|\s[-–—])\s+", re.IGNORECASE
)
_INSTANT = re.compile(
    r"(?P<word>instant|immediate|automatic)(?:ly)?(?:\s*[,;]\s*(?P<rest>\S.*))?", re.IGNORECASE | re.DOTALL
)
_NAMES_THEM = re.compile(r"\b(?:they|them|their|he|she|his|her)\b", re.IGNORECASE)
_THESE = re.compile(
    r"^(?:They|These|It|This)\s+(?P<verb>(?:are|is)\s+(?:only\s+)?(?:triggered|sent|generated|created|mailed|emailed)|goes|go)\b"
)
_MANNERS = bag("seasonal manual scheduled irregular occasional event-based recurring automatic")
"""Adjectives that say how a stream is triggered, not by what."""
_SHORT_CLAUSE = re.compile(r"(?:when|as soon as|after|once|whenever)\b(?!.*,)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Told:
    """One stream, read: `subject` is a noun phrase as typed, None where `what` was no phrase; `to` is the phrase after
    "to", empty where a sentence was given or nothing; `counted` when a bare number has been taken into it ("to 800
    subscribers")."""

    stream: Stream
    subject: str | None
    what: tuple[Unit, ...]
    to: str
    recipients: tuple[Unit, ...]
    counted: bool = False
    name: str = ""

    @property
    def a(self) -> str:
        """The stream in a list of what is sent: "a newsletter"."""
        return with_article(listed(self.subject or ""), names=(self.name,))

    @property
    def the(self) -> str:
        return with_article(listed(self.subject), "the", (self.name,)) if self.subject else "these messages"

    @property
    def plural(self) -> bool:
        if self.subject:
            return is_plural(self.subject)
        told = f"{self.stream.trigger} {self.stream.recipients} {self.stream.rhythm}"
        return not re.search(r"^It\b|\b(?:The (?:message|e-?mail|newsletter|letter)|It) (?:is|goes)\b", told)


def told(stream: Stream, voice: Voice) -> Told:
    """Read the answers about one stream."""
    what = voice.read(_LABEL.sub("", flat(stream.what)) if "\n" not in stream.what.strip() else stream.what)
    who = voice.read(stream.recipients)
    to = to_whom(who)
    number = respelled(flat(stream.number))
    counted = bare_list(stream, to, number)
    return Told(
        stream, _subject(what), what, f"{lower_first(number)} {to}" if counted else to, who, counted, voice.name
    )


def _subject(what: tuple[Unit, ...]) -> str | None:
    phrases = {Shape.NOUN, Shape.STATE, Shape.NUMBER}
    if not what:
        return None
    if len(what) > 1 and all(u.shape in phrases for u in what):
        return and_list([what[0].text, *(u.inside for u in what[1:])])
    bare = _SENDING.sub("", what[0].text)
    return bare if unit(bare).shape in phrases else None


def sentences(one: Told, index: int, voice: Voice, *, alone: bool, overview: bool) -> list[str]:
    """Everything about one stream. `alone`: it is the only one, and the overview has just named it with its recipients;
    `overview`: the overview stands before all streams."""
    telling = _Telling(one, index, voice, alone, overview)
    result = telling.main()
    if len(one.what) > 1 and any(u.shape is Shape.SENTENCE for u in one.what):
        result += closed(one.what[1:])
    result += telling.left_of_trigger()
    if not one.to:
        result += closed(one.recipients)
    elif one.subject is None:
        told_whole = one.recipients[0].shape is Shape.SENTENCE
        result += closed(one.recipients) if told_whole else [f"{'They go' if one.plural else 'It goes'} to {one.to}."]
    elif len(one.recipients) > 1:
        result += closed(one.recipients[1:])
    number = () if one.counted else voice.read(slashes(respelled(flat(one.stream.number))))
    return result + counts(telling.rhythm, number, one.plural, voice)


class _Telling:
    """The main sentence of a stream; what it has used of trigger and rhythm is no longer there afterwards."""

    def __init__(self, one: Told, index: int, voice: Voice, alone: bool, overview: bool) -> None:
        self.one, self.index = one, index
        self.subject = ("they" if one.plural else "it") if alone else one.the
        told_already = alone or (overview and whole_in_overview(one.to, one.subject))
        self.to = "" if told_already or not one.to else f" to {one.to}"
        self.trigger = voice.read(one.stream.trigger, subjects=False)
        rhythm = one.stream.rhythm
        instant = _INSTANT.fullmatch(flat(rhythm))
        self.instantly = f"{instant['word'].lower()}ly " if instant and self.trigger else ""
        if self.instantly and instant:
            rhythm = instant["rest"] or ""
        self.rhythm = () if _said_before(rhythm, one.stream.what, one.stream.trigger) else voice.read(slashes(rhythm))

    def main(self) -> list[str]:
        """The sentence with the subject; none where only sentences were given."""
        if self.one.subject is None:
            return closed(self.one.what)
        go, subject = "go" if self.one.plural else "goes", upper_first(self.subject)
        these = self._sentence_about_it()
        if these:
            return these
        when = self._when()
        if when and self.to and _NAMES_THEM.search(when):
            return [f"{subject} {go}{self.to} {when}."]
        fronted = self.index % 2 and not self._joins()
        if when and self.to and fronted and len(when.split()) < 14 and _SHORT_CLAUSE.match(when):
            return [f"{upper_first(when)}, {self.subject} {go}{self.to}."]
        if when:
            often = f", {self._often()}" if self._joins() else ""
            return [f"{subject} {go} out {when}{often}{',' + self.to if self.to else ''}."]
        cause = self._cause()
        if cause:
            verb = "are" if self.one.plural else "is"
            how = "prompted" if self.one.stream.kind is MailType.MARKETING else "triggered"
            return [f"{subject} {verb} {how} by {cause}{f' and {go}{self.to}' if self.to else ''}."]
        often = self._often()
        if often:
            return [f"{subject} {go} out {often}{',' + self.to if self.to else ''}."]
        return [f"{subject} {go}{self.to}."] if self.to else []

    def left_of_trigger(self) -> list[str]:
        return closed(self.trigger)

    def _sentence_about_it(self) -> list[str]:
        """A trigger told as "They are triggered when …" has the stream itself as its subject."""
        if not self.trigger:
            return []
        these = _THESE.match(self.trigger[0].closed)
        if these is None:
            return []
        rest = self.trigger[0].closed[these.end("verb") :]
        verb = re.sub(r"^(?:are|is)\b", be(self.one.subject or "messages"), these["verb"])
        first = f"{upper_first(self.subject)} {verb}{rest}"
        self.trigger = self.trigger[1:]
        return [first] if not self.to else [first, f"{'They go' if self.one.plural else 'It goes'}{self.to}."]

    def _when(self) -> str:
        """The trigger as an adverbial, "" where it is none."""
        if not self.trigger or self.trigger[0].closed.endswith("?"):
            return ""
        used = 1
        while used < len(self.trigger) and self.trigger[used].shape in {Shape.STATE, Shape.CLAUSE}:
            used += 1
        pieces = [unit(p, subjects=False) for u in self.trigger[:used] for p in re.split(r"\s*;\s*", u.text)]
        parts = [adverbial(p) for p in pieces]
        if not all(parts):
            return ""
        self.trigger = self.trigger[used:]
        when = parts[0] + "".join(f", {p}" if p.startswith("the ") else f" and {p}" for p in parts[1:])
        if len(self.rhythm) == 1 and self.rhythm[0].text.lower() == "whenever" and when.startswith("when "):
            self.rhythm, when = (), f"whenever {when[5:]}"
        elif is_point_in_time(when) and len(self.rhythm) == 1 and self._plainly_often():
            often, self.rhythm = self.rhythm[0].inside, ()
            when = f"{often}, {when}"
        return self.instantly + when

    def _cause(self) -> str:
        """The trigger as a thing: "a new order"."""
        if not self.trigger or self.trigger[0].shape not in {Shape.NOUN, Shape.NUMBER, Shape.GERUND, Shape.VERB}:
            return ""
        first = self.trigger[0]
        if first.text.split()[0].rstrip(":").lower() in _MANNERS:
            self.trigger = (
                Unit(first.text, Shape.SENTENCE, f"{'They are' if self.one.plural else 'It is'} {first.inside}."),
            )
            return ""
        self.trigger = self.trigger[1:]
        if first.shape is Shape.GERUND or "," in first.text:
            return listed(first.inside)
        return with_article(first.text)

    def _plainly_often(self) -> bool:
        first = self.rhythm[0]
        return first.shape in {Shape.ADVERB, Shape.PREPOSITION, Shape.CLAUSE} or times_a_period(first)

    def _joins(self) -> bool:
        """Whether the rhythm is short enough to stand beside the trigger: "when I have news, about once a month"."""
        if len(self.rhythm) != 1 or not self._plainly_often() or len(self.rhythm[0].text.split()) > 5:
            return False
        return not re.match(r"(?:as|when|if|on) (?:needed|required|demand|necessary|requested)", self.rhythm[0].inside)

    def _often(self) -> str:
        if len(self.rhythm) != 1 or not self._plainly_often():
            return ""
        often, self.rhythm = self.rhythm[0], ()
        return adverbial(often) if is_point_in_time(often.text) else often.inside


def _said_before(text: str, *earlier: str) -> bool:
    """Whether every word of an answer stands in the answers before it."""
    words = set(re.findall(r"\w+", text.lower()))
    return bool(words) and any(words <= set(re.findall(r"\w+", e.lower())) for e in earlier)


__all__ = ["Told", "names", "sentences", "told"]
