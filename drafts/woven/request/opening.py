"""The first paragraph: who is writing, and in the second sentence at the latest, who receives the mail."""

import re

from drafts.woven.request.overview import summary
from drafts.woven.request.told import Told
from drafts.woven.request.voice import Voice
from drafts.woven.request.whence import Tail
from drafts.woven.text.nouns import head_of, is_activity, is_plural, needs_article, plural_noun, with_article
from drafts.woven.text.phrase import known, lower_first, upper_first
from drafts.woven.text.reading import Unit, closed, unit
from drafts.woven.text.shape import Shape, shape
from drafts.woven.text.words import COUNTABLE_PEOPLE, PERSON_HEADS
from model import Answers

_APART = re.compile(r"^(?:\s*[,:–—-]\s*|\s+is\s+|\s*\(\s*)")
_SPEAKER = re.compile(r"^(?:We are|We're|We’re)\s+(?=(?:a|an|the|two|three|four|five)\b)")
_IT = re.compile(r"^(?:It|This|That)\s+is\s+")
_OUR = re.compile(
    r"^(?P<our>(?:Our|My)\s+(?:small\s+|little\s+|own\s+)?(?:company|business|shop|store|school|clinic|charity"
    r"|agency|team|startup|start-up|studio|app|site|website|club|firm|practice|association|project|platform"
    r"|product|service|newsletter|magazine|restaurant|hotel|farm))\s+(?=[a-z])"
)


def opening(answers: Answers, streams: tuple[Told, ...], voice: Voice) -> list[str]:
    """The sentences of the first paragraph."""
    units = business_units(answers, voice)
    tail = Tail(answers, voice)
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


def business_units(answers: Answers, voice: Voice) -> tuple[Unit, ...]:
    """What was said of the business; notes after a noun are taken into it: "charity. rehomes dogs. run by volunteers"
    is a charity that rehomes dogs, run by volunteers."""
    units = list(voice.read(answers.business))
    while len(units) > 1 and units[0].shape is Shape.NOUN and ":" not in units[0].text:
        joint = _joint(units[0].text, units[1])
        if not joint or len(f"{units[0].text} {units[1].text}".split()) > _ONE_SENTENCE:
            break
        units[:2] = [unit(f"{units[0].text}{joint}{units[1].inside}")]
    return tuple(units)


def _joint(noun: str, note: Unit) -> str:
    if note.shape is Shape.THIRD and not is_plural(noun) and not re.search(r",|\bthat\b|\bwho\b", noun):
        return " who " if head_of(noun)[0] in PERSON_HEADS else " that "
    return ", " if note.shape is Shape.PARTICIPLE else ""


_ONE_SENTENCE = 28
"""Words that one sentence about a business carries."""
_WITH_NUMBER = re.compile(
    r"(?P<what>[^,]+?),? (?=(?:about |around |over |nearly |some )?\d[\d.,]*\+? (?!years?|months?)[a-z])"
)


def overview_ends_opening(answers: Answers, voice: Voice) -> bool:
    """Whether the first paragraph closes with who gets what, so that a stream can go on with "they"."""
    return len(business_units(answers, voice)) == 1


def _mail_first(units: tuple[Unit, ...], streams: tuple[Told, ...], tail: Tail, voice: Voice) -> list[str]:
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
    rest = closed((Unit(first[:-1], Shape.SENTENCE, first), *units[1:]))
    return [*summary(streams, lead), *rest, *tail.sentence()]


_REFERS_BACK = re.compile(r"(?:it|they|he|she|this|these|those|there)\b", re.IGNORECASE)


def _bare(tail: Tail, voice: Voice) -> list[str]:
    """No word about the business: only what else is known of it."""
    if voice.name:
        phrase = tail.phrase()
        return [f"{upper_first(voice.we)} {voice.are} {voice.name}{', ' + phrase if phrase else ''}."]
    return tail.sentence()


def _first(piece: Unit, tail: Tail, voice: Voice, *, named: bool) -> list[str]:
    """The first sentence about the business, with where and since when in it where they fit."""
    sentence, open_end = _about(piece, voice, named=named)
    if not tail.waiting:
        return [sentence]
    if not tail.fits():
        return [sentence] if named else [sentence, *tail.sentence()]
    if open_end and len(sentence.split()) < 18 and sentence.count(",") < 2:
        return [f"{sentence[:-1]}, {tail.phrase()}."]
    if len(sentence.split()) < 26 and sentence.endswith(".") and not set(sentence) & set(":;–"):
        return [f"{sentence[:-1]}; {tail.clause(it=bool(voice.name) and sentence.startswith(f'{voice.name} is '))}."]
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
    kind, _, means = text.partition(": ")
    if means and piece.shape is Shape.SENTENCE and shape(kind) is Shape.NOUN and "http" not in kind:
        return f"{_noun(kind, subject, voice)[0][:-1]}: {means}.", False
    match piece.shape:
        case Shape.NOUN | Shape.NUMBER | Shape.STATE:
            said, open_end = _noun(text, subject, voice)
            return said, open_end and " – " not in said
        case Shape.THIRD:
            return f"{subject or upper_first(voice.our) + ' business'} {lower_first(text)}.", False
        case Shape.VERB:
            return f"{f'At {subject} {voice.we}' if subject else upper_first(voice.we)} {lower_first(text)}.", False
        case Shape.GERUND:
            return (
                f"{_of(subject) if subject else upper_first(voice.our)} business is {lower_first(text)}.",
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
    counted = _WITH_NUMBER.match(text)
    if (
        counted
        and "," in text[: counted.end()]
        and shape(counted["what"]) is Shape.NOUN
        and " with " not in counted["what"]
        and not re.match(r"\d+ of us\b", text[counted.end() :])
    ):
        text = f"{counted['what']} with {text[counted.end() :]}"
    head, _ = head_of(text)
    we = f"{upper_first(voice.we)} {voice.are}"
    if head in PERSON_HEADS or head.rstrip("s") in PERSON_HEADS:
        return f"{we} {_a(text)}.", True
    if is_activity(text) or plural_noun(head) or not (needs_article(text) or _has_article(text) or _is_name(text)):
        if head.endswith("s") and head[:-1] in COUNTABLE_PEOPLE - {"account", "address", "contact", "lead"}:
            return f"{we} {lower_first(text)}.", "," not in text
        owner = f"{_of(subject)} business" if subject else f"{upper_first(voice.our)} business"
        return f"{owner} is {lower_first(text)}.", False
    if subject:
        return f"{subject} is {_a(text)}.", True
    if _is_name(text):
        return f"{we} {_named_apart(text)}.", True
    return (f"{upper_first(voice.we)} run {_a(text)}." if voice.alone else f"{we} {_a(text)}."), True


def _of(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def _has_article(text: str) -> bool:
    return bool(re.match(r"(?:an?|the|one|two|three|four|five|\d)\b", text, re.IGNORECASE))


def _is_name(text: str) -> bool:
    """Whether a phrase opens with a name: "Riverside Physio, a clinic"."""
    apart = re.match(r"(?P<name>[^,–—:(\d]{2,40}?)\s*(?:, |: |\s[–—-]\s)\s*(?P<what>.+)", text)
    return bool(apart) and text[0].isupper() and not known(re.split(r"\s", apart["name"])[-1]) if apart else False


def _named_apart(text: str) -> str:
    apart = re.match(r"(?P<name>[^,–—:(\d]{2,40}?)\s*(?:, |: |\s[–—-]\s)\s*(?P<what>.+)", text)
    return f"{apart['name']}, {_a(apart['what'])}" if apart else text


def _spoken(piece: Unit, subject: str, voice: Voice) -> tuple[str, bool]:
    """A whole sentence: the name is woven in where that changes nothing."""
    text = upper_first(piece.text)
    ending = "" if piece.closed[-1] not in ".?" else piece.closed[-1]
    if not subject or subject.casefold() in text.casefold():
        said = _SPEAKER.match(text)
        return piece.closed, bool(said) and shape(text[said.end() :]) in {Shape.NOUN, Shape.NUMBER} if said else False
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
