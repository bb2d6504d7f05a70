"""One kind of mail as read from its answers: what it is called, who gets it, and what of that is a phrase."""

import re
from dataclasses import dataclass

from drafts.woven.numbers import respelled
from drafts.woven.request.recipients import bare_list, to_whom
from drafts.woven.request.voice import Voice
from drafts.woven.text.nouns import is_plural, listed, with_article
from drafts.woven.text.phrase import and_list, lower_first, upper_first
from drafts.woven.text.reading import Unit, unit
from drafts.woven.text.shape import Shape
from drafts.woven.text.tidy import flat
from drafts.woven.text.words import AUX, DETERMINERS, SUBJECTS
from model import Stream

_SENDING = re.compile(
    r"^(?:(?:We|I)\s+(?:also\s+)?(?:send|mail|email)(?:\s+out)?|Sending(?:\s+out)?|Send(?:\s+out)?)\s+(?=\S)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:transactional|marketing|promotional)(?:\s+(?:e-?mails?|mails?|messages?))?\s*(?::|\s[-–—])\s+", re.IGNORECASE
)
_ITEMS = re.compile(r"(?P<kind>[^:()]{3,40}):\s+(?P<items>[^:()]+)")
_ASKS = re.compile(r"(?:what|how|who|why|where|when)(?:['’]s)?\b(?=.)", re.IGNORECASE)
"""A title such as "What's on", which is no phrase of its own."""
_PHRASES = frozenset({Shape.NOUN, Shape.STATE, Shape.NUMBER, Shape.GERUND})


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
        return _each(self.subject or "", "a", self.name)

    @property
    def the(self) -> str:
        return _each(self.subject, "the", self.name) if self.subject else "these messages"

    @property
    def plural(self) -> bool:
        if self.subject:
            return is_plural(listed(self.subject)) or len(_two(self.subject)) == 2
        told = f"{self.stream.trigger} {self.stream.recipients} {self.stream.rhythm}"
        return not re.search(r"^It\b|\b(?:The (?:message|e-?mail|newsletter|letter)|It) (?:is|goes)\b", told)

    @property
    def they(self) -> str:
        return "they" if self.plural else "it"

    @property
    def go(self) -> str:
        return "go" if self.plural else "goes"


def _two(subject: str) -> list[str]:
    """ "account verification and password reset" as the two things that it names."""
    things = subject.split(" and ")
    pair = len(things) == 2 and all(len(t.split()) == 2 and not is_plural(t) for t in things)
    return things if pair else []


def _each(subject: str, article: str, name: str) -> str:
    """The subject with its article; of a list, each thing with its own."""
    things = _two(subject) or subject.split(", ")
    if (listed(subject) == subject and not _two(subject)) or len(things) < 2:
        return with_article(subject, article, (name,))
    put = [with_article(t, article, (name,)) for t in things]
    bare = any(p == lower_first(t, (name,)) for p, t in zip(put, things, strict=True))
    return and_list([lower_first(t, (name,)) for t in things] if bare and article == "the" else put)


def told(stream: Stream, voice: Voice) -> Told:
    """Read the answers about one stream."""
    what = _title(stream.what) or voice.read(_named(stream.what))
    who = voice.read(stream.recipients)
    to = to_whom(who)
    number = respelled(flat(stream.number))
    counted = bare_list(stream, to, number)
    if counted:
        to = f"{lower_first(number)} {to}"
    elif re.match(r"all (?!the|our|of|my)[a-z]", to) and re.fullmatch(r"\d[\d,]*", number):
        to, counted = f"all {number} {to[4:]}", True
    return Told(stream, _subject(what), what, to, who, counted, voice.name)


def _title(what: str) -> tuple[Unit, ...]:
    name = flat(what)
    if not _ASKS.match(name) or len(name.split()) > 6:
        return ()
    return (Unit(f"“{upper_first(name)}”", Shape.NOUN, f"“{upper_first(name)}”."),)


def _named(what: str) -> str:
    """The name of a stream without its label; a list after a colon stands in brackets."""
    if "\n" in what.strip():
        return what
    name = _LABEL.sub("", flat(what))
    name = re.sub(r"^([^()]+?),? ((?:e\.g\.|i\.e\.|eg|for example),? [^()]+)$", r"\1 (\2)", name)
    items = _ITEMS.fullmatch(name)
    return f"{items['kind']} ({items['items']})" if items and unit(items["items"]).shape in _PHRASES else name


def _subject(what: tuple[Unit, ...]) -> str | None:
    if not what:
        return None
    if len(what) > 1 and all(u.shape in _PHRASES for u in what):
        return and_list([what[0].text, *(u.inside for u in what[1:])])
    bare = _SENDING.sub("", what[0].text)
    return bare if bare.startswith("“") or unit(bare).shape in _PHRASES or _names_mail(bare) else None


def _names_mail(text: str) -> bool:
    """Whether a few words that look like a verb with its object are the name of a mail: "crash alerts"."""
    words = [w.lower() for w in text.split()]
    return len(words) < 5 and not set(words) & (SUBJECTS | AUX | DETERMINERS) and unit(text).shape is not Shape.OTHER
