"""How people leave, and why there is nothing to leave where they cannot."""

import re

from drafts.request.frames import NOT_APPLICABLE, THEY, head_phrase, joined, per_label, through
from drafts.request.voice import Voice
from drafts.text.finite import tokens
from drafts.text.nouns import be, with_article
from drafts.text.phrase import lower_first, upper_first
from drafts.text.pieces import with_subject
from drafts.text.reading import Unit, closed, says_only_yes
from drafts.text.shape import Shape, shape
from drafts.text.tidy import flat
from drafts.text.verbs import BASES


def leaving(answer: str, voice: Voice) -> list[str]:
    """The paragraph on how people leave."""
    away = NOT_APPLICABLE.fullmatch(flat(answer))
    if away:
        reason = lower_first(away["reason"].strip())
        if re.fullmatch(r"(?:only|all|purely|just)?\s*transactional(?: only| e?-?mails?| messages?)*", reason):
            return ["Unsubscribing does not apply here, because this mail is only transactional."]
        return [f"Unsubscribing does not apply here: {reason}."] if reason else []
    units = () if says_only_yes(answer) else voice.read(_ways_apart(answer))
    if not units:
        return []
    labelled = per_label(units, lambda u: " ".join(_leaves(u)))
    if labelled:
        return labelled
    first, *more = _leaves(units[0])
    units = (units[0], *(_also(u) for u in units[1:]))
    return joined(first, units[1:]) if not more else [first, *more, *closed(units[1:])]


def _also(piece: Unit) -> Unit:
    """A second way to leave that is only a verb: "email us"."""
    said = f"they can also {piece.inside}"
    return Unit(said, Shape.SENTENCE, upper_first(said) + ".") if piece.shape is Shape.VERB else piece


def _leaves(first: Unit) -> list[str]:
    text = first.inside
    match first.shape:
        case Shape.SENTENCE if told := _told_to(text):
            return [told]
        case Shape.SENTENCE:
            return [THEY.sub("To leave, people ", first.closed)]
        case _ if text == "unsubscribe":
            return ["People can unsubscribe."]
        case Shape.NOUN | Shape.NUMBER if text.startswith("no "):
            return [f"There {be(text)} {text}."]
        case Shape.NOUN | Shape.NUMBER if re.fullmatch(r"(?:one|1|a single)[- ]click", text):
            return [f"Unsubscribing takes {re.sub('[- ]click', ' click', text)}."]
        case Shape.NOUN | Shape.NUMBER if re.match(r"(?:one|1|a single) click\b", text):
            return [f"People can leave with {text}."]
        case Shape.NOUN | Shape.NUMBER:
            link = _LINK.search(head_phrase(text)) and " or " not in text
            return through("To leave, people use" if link else "People can leave through", first.text)
        case Shape.VERB:
            return [f"To leave, people {_OR_LINK.sub(_or_use, _TURN_OFF.sub(_it_off, text))}."]
        case Shape.GERUND:
            return [f"People leave by {text}."]
        case Shape.PREPOSITION | Shape.ADVERB | Shape.CLAUSE:
            return [f"People can leave {text}."]
    return [first.closed]


def _ways_apart(answer: str) -> str:
    """Ways that a stroke or a semicolon parts, each as a piece of its own: "unsub link / email us"."""
    if "\n" in answer.strip():
        return answer
    ways = re.split(r"\s+/\s+|\s*;\s+", answer.strip())
    told = all(shape(flat(way).rstrip(".")) is not Shape.OTHER for way in ways)
    return "; ".join(ways) if not told else "\n".join(way[:1].upper() + way[1:] for way in ways)


def _told_to(text: str) -> str:
    """What people are told to do and what follows: "reply or call us and reception takes them off"."""
    for joint in re.finditer(r",? and |, ", text):
        left, right = text[: joint.start()], text[joint.end() :]
        if tokens(left)[0].lower() in BASES and shape(left) is Shape.VERB and shape(right) is Shape.SENTENCE:
            return f"To leave, people {left}, and {with_subject(right, 'the')}."
    return ""


_LINK = re.compile(r"\b(?:links?|buttons?|headers?|forms?|pages?|settings|centre|center|dashboard)$", re.IGNORECASE)
_OR_LINK = re.compile(r"\bor (?P<link>(?:an? |the )?(?:[\w-]+ )?link)\b")

_TURN_OFF = re.compile(r"^(?P<verb>turn|switch) off (?=in|under|via|from|on|at)")


def _or_use(match: re.Match[str]) -> str:
    return f"or use {with_article(match['link'], 'the')}"


def _it_off(match: re.Match[str]) -> str:
    return f"{match['verb']} it off "
