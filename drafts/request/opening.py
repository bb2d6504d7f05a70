"""The first paragraph: who is writing, and in the second sentence at the latest, who receives the mail."""

import re

from drafts.request.overview import summary
from drafts.request.streams import Told
from drafts.request.voice import Voice
from drafts.text.phrase import (
    head_of,
    is_plural,
    known,
    lower_first,
    needs_article,
    upper_first,
    with_article,
)
from drafts.text.reading import Unit, closed, unit
from drafts.text.shape import Shape
from drafts.text.tidy import flat
from drafts.text.words import PERSON_HEADS
from model import Answers

_APART = re.compile(r"^(?:\s*[,:–—-]\s*|\s+is\s+|\s*\(\s*)")
_SPEAKER = re.compile(r"^(?:We are|We're|We’re)\s+(?=(?:a|an|the|two|three|four|five)\b)")
_IT = re.compile(r"^(?:It|This|That)\s+is\s+")
_OUR = re.compile(
    r"^(?P<our>(?:Our|My)\s+(?:small\s+|little\s+|own\s+)?(?:company|business|shop|store|school|clinic|charity"
    r"|agency|team|startup|start-up|studio|app|site|website|club|firm|practice|association|project|platform"
    r"|product|service|newsletter|magazine|restaurant|hotel|farm))\s+(?=[a-z])"
)
_SINCE_READY = re.compile(
    r"^(?:since|for|founded|started|opened|established|launched|open|active|running|in|from)\b", re.IGNORECASE
)
_WHERE_READY = re.compile(r"^(?:based|located|in|at|from|registered|working|operating|across)\b", re.IGNORECASE)
_ROVING = re.compile(
    r"(?:online|worldwide|globally|fully remote|remote|remotely|everywhere|internationally|nationwide)\b", re.IGNORECASE
)


def opening(answers: Answers, streams: tuple[Told, ...], voice: Voice) -> list[str]:
    """The sentences of the first paragraph."""
    units = voice.read(answers.business)
    tail = _Tail(answers, voice)
    overview = summary(streams, voice.pick(_use(voice), f"Through Amazon SES {voice.we} want to send "))
    if not units:
        return [*_bare(tail, voice), *overview]
    if len(units) > 1 and overview and units[0].shape is not Shape.OTHER:
        return _mail_first(units, streams, tail, voice)
    first = _first(units[0], tail, voice, named=False)
    if voice.name and not any(voice.name.casefold() in s.casefold() for s in first):
        overview = summary(streams, f"For {voice.name}, {voice.we}{_use(voice)[len(voice.we) :]}")
    return [*first, *overview, *closed(units[1:])]


def _use(voice: Voice) -> str:
    return f"{upper_first(voice.we)} want to use Amazon SES to send "


def overview_ends_opening(answers: Answers, voice: Voice) -> bool:
    """Whether the first paragraph closes with who gets what, so that a stream can go on with "they"."""
    return len(voice.read(answers.business)) == 1


def _mail_first(units: tuple[Unit, ...], streams: tuple[Told, ...], tail: "_Tail", voice: Voice) -> list[str]:
    """A business that takes several sentences to tell comes second; the mail and who gets it is said first."""
    who = voice.name
    asking = (
        f"{upper_first(voice.we)} {voice.are} asking for production access"
        if not who
        else f"{who} is asking for production access"
        if not voice.alone
        else f"I am asking for production access so that {who} can send"
    )
    lead = f"{asking} " if asking.endswith("send") else f"{asking} to send "
    first, open_end = _about(units[0], voice, named=True)
    if voice.name and not voice.alone and first.startswith(f"{voice.name} is "):
        first = f"It is {first.removeprefix(f'{voice.name} is ')}"
    if (
        open_end
        and tail.waiting
        and tail.fits()
        and units[1].shape is Shape.SENTENCE
        and not _REFERS_BACK.match(units[1].text)
    ):
        first = f"{first[:-1]}, {tail.phrase()}."
    fragments = {Shape.NOUN, Shape.STATE, Shape.PARTICIPLE, Shape.GERUND}
    if units[0].shape is Shape.NOUN and units[1].shape in fragments and first.endswith("."):
        first, units = f"{first[:-1]}: {units[1].inside}.", (units[0], *units[2:])
    return [*summary(streams, lead), first, *closed(units[1:]), *tail.sentence()]


_REFERS_BACK = re.compile(r"(?:it|they|he|she|this|these|those|there)\b", re.IGNORECASE)


def _bare(tail: "_Tail", voice: Voice) -> list[str]:
    """No word about the business: only what else is known of it."""
    if voice.name:
        phrase = tail.phrase()
        return [f"{upper_first(voice.we)} {voice.are} {voice.name}{', ' + phrase if phrase else ''}."]
    return tail.sentence()


class _Tail:
    """Where and since when: said once, at the first place that has room for it."""

    def __init__(self, answers: Answers, voice: Voice) -> None:
        self.voice = voice
        business = flat(answers.business).casefold()
        self.place = voice.read(answers.place) if flat(answers.place).casefold() not in business else ()
        self.since = voice.read(answers.since) if flat(answers.since).casefold() not in business else ()
        self.waiting = bool(self.place or self.since)

    def fits(self) -> bool:
        return all(
            len(u) == 1 and u[0].shape is not Shape.SENTENCE and len(u[0].text) < 60
            for u in (self.place, self.since)
            if u
        )

    def phrase(self) -> str:
        """ "based in Leeds, England, and active since 2019"."""
        self.waiting = False
        parts = [where(self.place[0].text)] if self.place else []
        parts += [since(self.since[0].text)] if self.since else []
        if len(parts) == 2 and ("," in parts[0]):
            return f"{parts[0]}, and {parts[1]}"
        return " and ".join(parts)

    def sentence(self) -> list[str]:
        """The same as a sentence of its own: "We are based in Leeds and have been active since 2019."."""
        if not self.waiting:
            return []
        self.waiting = False
        if not self.fits():
            return [*self._own(self.place, where), *self._own(self.since, since)]
        return [upper_first(self.clause()) + "."]

    def clause(self) -> str:
        self.waiting = False
        we, are = self.voice.we, self.voice.are
        parts = [f"{are} {where(self.place[0].text)}"] if self.place else []
        if self.since:
            told = since(self.since[0].text)
            passive = re.match(r"(?:founded|established|formed|created)\b", told)
            was = "was " if self.voice.alone else "were "
            parts.append(f"have been {told}" if told.startswith("active") else f"{was if passive else ''}{told}")
        comma = "," if self.place and "," in self.place[0].text and len(parts) == 2 else ""
        return f"{we} {f'{comma} and '.join(parts)}"

    def _own(self, units: tuple[Unit, ...], phrase: "object") -> list[str]:
        if len(units) == 1 and units[0].shape is not Shape.SENTENCE:
            only = _Tail.__new__(_Tail)
            only.voice, only.place, only.since, only.waiting = self.voice, (), (), True
            if phrase is where:
                only.place = units
            else:
                only.since = units
            return [upper_first(only.clause()) + "."]
        return closed(units)


def where(text: str) -> str:
    """ "Leeds, England" as "based in Leeds, England"."""
    if _ROVING.match(text):
        return f"working {lower_first(text)}"
    if _WHERE_READY.match(text):
        inside = lower_first(text)
        return f"based {inside}" if re.match(r"(?:in|at)\b", inside) else inside
    return f"based in {'the ' if _WITH_THE.match(text) else ''}{text}"


_WITH_THE = re.compile(r"(?:USA?|UK|EU|UAE|U\.S|U\.K|United|Netherlands|Philippines|Czech Republic)\b")
_LATELY = re.compile(r"(?:recently|just|lately|this|last|earlier)\b", re.IGNORECASE)


def since(text: str) -> str:
    """ "2019" as "active since 2019"."""
    if re.match(r"(?:since|for|from|in)\b", text, re.IGNORECASE):
        return f"active {lower_first(text)}"
    if _SINCE_READY.match(text):
        return re.sub(r"^([a-z]+) (?=\d{4}\b)", r"\1 in ", lower_first(text))
    if re.match(
        r"(?:about |around |over |more than |nearly |almost )?(?:\d{1,2}|a|one|two|three|four|five|six|seven|eight"
        r"|nine|ten|twelve|fifteen|twenty)\s+(?:and a half )?(?:years?|months?|weeks?)\s*$",
        text,
        re.IGNORECASE,
    ):
        return f"active for {lower_first(text)}"
    if re.search(r"\bago$", text):
        return f"started {lower_first(text)}"
    if _LATELY.match(text) and not re.search(r"\d", text):
        return f"started {lower_first(text)}"
    return f"active since {lower_first(text)}"


def _first(piece: Unit, tail: _Tail, voice: Voice, *, named: bool) -> list[str]:
    """The first sentence about the business, with where and since when in it where they fit."""
    sentence, open_end = _about(piece, voice, named=named)
    if not tail.waiting:
        return [sentence]
    if not tail.fits():
        return [sentence] if named else [sentence, *tail.sentence()]
    if open_end and len(sentence.split()) < 18 and sentence.count(",") < 2:
        return [f"{sentence[:-1]}, {tail.phrase()}."]
    if len(sentence.split()) < 26 and sentence.endswith("."):
        return [f"{sentence[:-1]}; {tail.clause()}."]
    return [sentence, *tail.sentence()]


def _about(piece: Unit, voice: Voice, *, named: bool) -> tuple[str, bool]:
    """The piece as a sentence about the business, and whether "based in …" can follow it directly."""
    text, name = piece.text, voice.name
    if name and text.casefold().startswith(name.casefold()):
        rest = text[len(name) :]
        apart = _APART.match(rest)
        if apart and apart[0].strip() != "is" and unit(rest[apart.end() :]).shape is Shape.NOUN:
            return f"{name} is {_a(rest[apart.end() :].rstrip(')'))}.", True
        if piece.shape in {Shape.NOUN, Shape.STATE} and rest.strip():
            return piece.closed, False
        return piece.closed, bool(apart) and _is_short_np(rest)
    subject = name if name and not named else ""
    match piece.shape:
        case Shape.NOUN | Shape.NUMBER:
            return _noun(text, subject, voice)
        case Shape.THIRD:
            return f"{subject or upper_first(voice.our) + ' business'} {lower_first(text)}.", False
        case Shape.VERB:
            return f"{f'At {subject} {voice.we}' if subject else upper_first(voice.we)} {lower_first(text)}.", False
        case Shape.GERUND:
            return (
                f"{f'The business of {subject}' if subject else upper_first(voice.our) + ' business'} is"
                f" {lower_first(text)}.",
                False,
            )
        case Shape.SENTENCE:
            return _spoken(piece, subject, voice)
    return piece.closed, False


def _is_short_np(rest: str) -> bool:
    return rest.startswith(" is ") and len(rest.split()) < 14 and "," not in rest


def _a(text: str) -> str:
    return with_article(text.strip(" ,"), "a")


def _noun(text: str, subject: str, voice: Voice) -> tuple[str, bool]:
    head, _ = head_of(text)
    person = head in PERSON_HEADS or head.rstrip("s") in PERSON_HEADS
    thing = is_plural(text) or not (needs_article(text) or _has_article(text) or _is_name(text))
    we = f"{upper_first(voice.we)} {voice.are}"
    if person:
        return f"{we} {_a(text)}.", True
    if thing:
        owner = f"The business of {subject}" if subject else f"{upper_first(voice.our)} business"
        return f"{owner} is {lower_first(text)}.", False
    if subject:
        return f"{subject} is {_a(text)}.", True
    if _is_name(text):
        return f"{we} {_named_apart(text)}.", True
    return (f"{upper_first(voice.we)} run {_a(text)}." if voice.alone else f"{we} {_a(text)}."), True


def _has_article(text: str) -> bool:
    return bool(re.match(r"(?:an?|the|one|two|three|four|five|\d)\b", text, re.IGNORECASE))


def _is_name(text: str) -> bool:
    """Whether a phrase opens with a name: "Riverside Physio, a clinic"."""
    apart = re.match(r"(?P<name>[^,–—:(]{2,40}?)\s*(?:,|:|\s[–—-]\s)\s*(?P<what>.+)", text)
    return bool(apart) and text[0].isupper() and not known(re.split(r"\s", apart["name"])[-1]) if apart else False


def _named_apart(text: str) -> str:
    apart = re.match(r"(?P<name>[^,–—:(]{2,40}?)\s*(?:,|:|\s[–—-]\s)\s*(?P<what>.+)", text)
    return f"{apart['name']}, {_a(apart['what'])}" if apart else text


def _spoken(piece: Unit, subject: str, voice: Voice) -> tuple[str, bool]:
    """A whole sentence: the name is woven in where that changes nothing."""
    text = upper_first(piece.text)
    ending = "" if piece.closed[-1] not in ".?" else piece.closed[-1]
    if not subject or subject.casefold() in text.casefold():
        return piece.closed, False
    speaker = _SPEAKER.match(text)
    if speaker:
        rest = text[speaker.end() :]
        return f"We are {subject}, {rest}{ending}", len(rest.split()) < 8
    it = _IT.match(text)
    if it:
        return f"{subject} is {text[it.end() :]}{ending}", len(text.split()) < 12
    ours = _OUR.match(text)
    if ours:
        return f"{ours['our']}, {subject}, {text[ours.end() :]}{ending}", False
    if re.match(r"We\s+(?!are\b|'re)", text):
        return f"At {subject} we {text[3:]}{ending}", False
    return piece.closed, False
