"""An answer as the pieces it is made of: each a sentence or a fragment of a known shape.

Bullets become a list inside a sentence, note style gets its small words, and a piece that cannot be placed is left as
it was typed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drafts.woven.text.bag import bag
from drafts.woven.text.finite import tokens
from drafts.woven.text.notes import with_small_words
from drafts.woven.text.nouns import be, passive, with_article
from drafts.woven.text.phrase import and_list, lower_first, upper_first
from drafts.woven.text.pieces import clause, clauses, pieces, with_subject
from drafts.woven.text.shape import Shape, shape
from drafts.woven.text.tidy import arrows_as_words, flat, lines, sentences, unmarked, with_period
from drafts.woven.text.verbs import BASES
from drafts.woven.text.words import PREPOSITIONS
from drafts.woven.text.written import written

_NOTHING = frozenset(
    {"", "-", "--", "—", "n/a", "na", "n.a", "none", ".", "..", "…", "?", "/", "x", "tbd", "no", "not applicable"}
    | {"does not apply", "not relevant", "nothing to say", "no answer", "null"}
)
_ASSENT = bag("yes y yep yeah ok okay sure true correct done") | {"of course", "we do", "i do"}
_LABEL = re.compile(r"(?P<label>[^:.\"“”(]{3,40}):\s+(?P<what>\S.*)", re.DOTALL)
_NUMBERED = re.compile(r"\s+(?=\(?[2-9][).] )")
"""Before the second of several numbered notes on one line."""
_PLUS = re.compile(r"(?<=[^\W\d]|\)) \+ (?=[^\W\d])")


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of an answer: its `text` without the closing mark, its `shape`, and `closed`, the same as a
    sentence."""

    text: str
    shape: Shape
    closed: str

    @property
    def inside(self) -> str:
        """The text as it stands inside a sentence."""
        return lower_first(self.text)


def read(text: str, *, name: str = "", english: bool = True, subjects: bool = True) -> tuple[Unit, ...]:
    """The pieces of an answer in order; empty for "-", "n/a" and the like, which say nothing.

    `name` never gets an article, and without `subjects` no bare subject does; without `english` no piece is given
    English grammar.
    """
    if flat(text).rstrip(".!").lower() in _NOTHING:
        return ()
    text = written(text) if english else text
    text = _NUMBERED.sub("\n", text) if re.match(r"\s*\(?1[).] ", text) else text
    units: list[Unit] = []
    bullets: list[str] = []
    led = False
    for is_bullet, line in lines(_unquoted(text)):
        if is_bullet and len(sentences(line)) == 1 and shape(unmarked(line)) is not Shape.SENTENCE:
            bullets.append(unmarked(arrows_as_words(line)))
            continue
        _close_list(units, bullets, led)
        for sentence in sentences(line):
            units += [
                unit(piece, name=name, english=english, subjects=subjects)
                for part in pieces(sentence)
                for piece in pieces(arrows_as_words(part))
            ]
        led = line.endswith((":", "："))
    _close_list(units, bullets, led)
    return tuple(u for u in units if u.shape is not Shape.EMPTY)


def says_only_yes(text: str) -> bool:
    """Whether an answer to "how" was only "yes"."""
    return flat(text).rstrip(".!").lower() in _ASSENT


def unit(piece: str, *, name: str = "", english: bool = True, subjects: bool = True) -> Unit:
    """One piece with its shape, its note style mended."""
    mark = piece[-1] if piece[-1:] in "?？؟" else ""
    bare = unmarked(piece)
    kind = shape(bare) if english else Shape.NUMBER if shape(bare) is Shape.NUMBER else Shape.OTHER
    if kind is not Shape.OTHER:
        bare = clauses(_PLUS.sub(" and ", with_small_words(bare)))
        bare = _labelled(bare)
        kind = shape(bare)
    if (
        kind in {Shape.SENTENCE, Shape.CLAUSE}
        and subjects
        and not (name and bare.casefold().startswith(name.casefold()))
    ):
        bare = with_subject(bare, "the")
    return Unit(bare, kind, upper_first(with_period(bare + mark)))


_MODAL = bag("would will can could should may might must cannot")


def closed(units: Sequence[Unit]) -> list[str]:
    """All pieces as sentences; a fragment after a sentence is joined to it."""
    result: list[str] = []
    for at, piece in enumerate(units):
        if not at and piece.shape is Shape.STATE:
            result.append(upper_first(passive(piece.text, "the")) + ".")
            continue
        alone = not at or piece.shape in {Shape.SENTENCE, Shape.OTHER} or ":" in piece.text
        if alone or not result[-1].endswith("."):
            result.append(piece.closed)
        elif piece.shape is Shape.THIRD and tokens(piece.text)[0].lower() not in _MODAL:
            result.append(f"It {piece.inside}.")
        elif piece.shape is Shape.STATE:
            result.append(upper_first(passive(piece.text, "the")) + ".")
        elif piece.shape in {Shape.NOUN, Shape.NUMBER}:
            result[-1] = f"{result[-1][:-1]}; {with_article(piece.text)}."
        else:
            result[-1] = f"{result[-1][:-1]}; {piece.inside}."
    return result


def label_of(piece: Unit) -> tuple[str, Unit] | None:
    """ "Newsletter: a form in the footer" as what it speaks of and what it says; None where it has no such label."""
    apart = _LABEL.fullmatch(piece.text)
    if apart is None or shape(apart["label"]) is not Shape.NOUN or "http" in apart["label"]:
        return None
    return apart["label"].strip(), unit(apart["what"])


_HAPPENS = re.compile(r"bounce|complain|address|unconfirmed|signup|sign-up|account", re.IGNORECASE)


def _labelled(text: str) -> str:
    """ "Hard bounces: removed at once" as a person says it; other colons stay."""
    apart = _LABEL.fullmatch(text)
    if apart is None or shape(apart["label"]) is not Shape.NOUN or "http" in apart["label"]:
        return text
    label, what = apart["label"].strip(), lower_first(apart["what"])
    if label.lower() in {"hard", "soft"}:
        label = f"{label} bounces"
    if shape(apart["what"]) is Shape.PARTICIPLE and _HAPPENS.search(label):
        return f"{with_article(label)} {be(label)} {what}"
    if re.fullmatch(r"(?:on (?:an? )?)?(?:hard |soft )?(?:bounces?|(?:spam )?complaints?)", label, re.IGNORECASE):
        kind = shape(what)
        if kind in {Shape.SENTENCE, Shape.STATE}:
            return f"on {with_article(label)}, {clauses(what) if ', ' in what else clause(what)}"
    return text


def _unquoted(text: str) -> str:
    return flat(text) if "\n" not in text.strip() else text


_ALIKE = ({Shape.NOUN, Shape.NUMBER}, {Shape.VERB}, {Shape.GERUND}, {Shape.PREPOSITION, Shape.NUMBER, Shape.NOUN})
"""Shapes of bullets that "and" may join."""


def _close_list(units: list[Unit], bullets: list[str], led: bool) -> None:
    """Put the bullets gathered so far after the line that `led` to them, or make them a piece of their own."""
    if not bullets:
        return
    items = [bullets[0], *(lower_first(item) for item in bullets[1:])]
    if led and units:
        lead = units.pop().text
        joint = " " if lead.split()[-1].lower() in BASES | PREPOSITIONS else ": "
        units.append(unit(f"{lead}{joint}{and_list([lower_first(item) for item in items])}"))
    elif not any(":" in item for item in items) and any(all(shape(i) in like for i in items) for like in _ALIKE):
        units.append(unit(and_list(items)))
    else:
        units += [unit(item) for item in bullets]
    bullets.clear()
