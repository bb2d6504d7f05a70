"""Where a business is and since when, as the tail of a sentence or as a sentence of its own."""

import re
from collections.abc import Callable

from drafts.woven.request.voice import Voice
from drafts.woven.text.nouns import with_article
from drafts.woven.text.phrase import known, lower_first, upper_first
from drafts.woven.text.reading import Unit, closed
from drafts.woven.text.shape import Shape
from drafts.woven.text.tidy import flat
from model import Answers

_SINCE_READY = re.compile(
    r"^(?:since|for|founded|started|opened|established|launched|open|active|running|in|from)\b", re.IGNORECASE
)
_WHERE_READY = re.compile(
    r"^(?:based|located|in|at|near|outside|just outside|close to|from|registered|working|operating|across)\b",
    re.IGNORECASE,
)
_ROVING = re.compile(
    r"(?:online|worldwide|globally|fully remote|remote|remotely|everywhere|internationally|nationwide)\b", re.IGNORECASE
)


class Tail:
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
            return [
                s for units, says in ((self.place, self._place), (self.since, self._since)) for s in _own(units, says)
            ]
        return [upper_first(self.clause()) + "."]

    def clause(self, *, it: bool = False) -> str:
        """Both after a semicolon. `it`: the sentence before is about the business by its name, so that one person is
        not what has been active."""
        self.waiting = False
        if it and self.voice.alone and self.since and (begun := since(self.since[0].text)).startswith("active"):
            place = f"{self.voice.we} {self._place(self.place[0])}, and " if self.place else ""
            return f"{place}it has been {begun}"
        parts = [self._place(self.place[0])] if self.place else []
        parts += [self._since(self.since[0])] if self.since else []
        comma = "," if self.place and "," in self.place[0].text and len(parts) == 2 else ""
        return f"{self.voice.we} {f'{comma} and '.join(parts)}"

    def _place(self, place: Unit) -> str:
        return f"{self.voice.are} {where(place.text)}"

    def _since(self, begun: Unit) -> str:
        told = since(begun.text)
        if told.startswith("active"):
            return f"have been {told}"
        was = "was" if self.voice.alone else "were"
        return f"{was} {told}" if re.match(r"(?:founded|established|formed|created)\b", told) else told


def where(text: str) -> str:
    """ "Leeds, England" as "based in Leeds, England"."""
    if _A_TEAM.match(lower_first(text)):
        return with_article(text)
    if _ROVING.match(text):
        return f"working {re.sub('remote$', 'remotely', lower_first(text))}"
    if _WHERE_READY.match(text):
        inside = lower_first(text)
        return f"based {inside}" if re.match(r"(?:in|at|near|outside|just|close)\b", inside) else inside
    return f"based in {'the ' if _WITH_THE.match(text) else ''}{_as_names(text)}"


def _as_names(place: str) -> str:
    """ "bologna, italy" as "Bologna, Italy": a place typed without any capital gets those of its names."""
    bare = re.sub(r"\b[A-Z]{2,}\b", "", place)
    if bare != bare.lower() or re.match(r"(?:an?|the|my|our)\b", place):
        return place
    parts = place.split(", ")
    return ", ".join(
        p.capitalize() if p.isalpha() and p.islower() and p != "home" else re.sub(r"[^\W\d_]+", _as_name, p)
        for p in parts
    )


def _as_name(word: re.Match[str]) -> str:
    return word[0] if known(word[0]) or not word[0].islower() else word[0].capitalize()


_WITH_THE = re.compile(r"(?:USA?|UK|EU|UAE|U\.S|U\.K|United|Netherlands|Philippines|Czech Republic)\b")
_A_TEAM = re.compile(r"(?:an? )?(?:[a-z-]+ ){0,2}(?:team|company|studio|workshop)\b(?! in\b)")
_LATELY = re.compile(r"(?:recently|just|lately|this|last|earlier)\b", re.IGNORECASE)


def since(text: str) -> str:
    """ "2019" as "active since 2019"."""
    if re.match(r"(?:since|for|from|in)\b", text, re.IGNORECASE):
        return f"active {lower_first(text)}"
    if _SINCE_READY.match(text):
        return re.sub(r"^([a-z]+) (?=\d{4}\b)", r"\1 in ", lower_first(text))
    if re.match(
        r"(?:about |around |over |more than |nearly |almost )?(?:\d{1,2}|a|one|two|three|four|five|six|seven|eight"
        r"|nine|ten|twelve|fifteen|twenty)\s+(?:and a half )?(?:years?|months?|weeks?|decades?|generations?)\s*$",
        text,
        re.IGNORECASE,
    ):
        return f"active for {lower_first(text)}"
    if re.search(r"\bago$", text):
        return f"started {lower_first(text)}"
    if _LATELY.match(text) and not re.search(r"\d", text):
        return f"started {lower_first(text)}"
    return f"active since {lower_first(text)}"


def _own(units: tuple[Unit, ...], says: Callable[[Unit], str]) -> list[str]:
    """Place or beginning as sentences, where one of them takes more than a phrase."""
    if not units or units[0].shape is Shape.SENTENCE:
        return closed(units)
    said = says(units[0])
    return [f"{'I' if said.startswith('am') else 'We'} {said}.", *closed(units[1:])]
