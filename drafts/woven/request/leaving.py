"""How people leave, and why there is nothing to leave where they cannot."""

import re

from drafts.woven.request.frames import NOT_APPLICABLE, THEY, head_phrase, joined, per_label, through
from drafts.woven.request.voice import Voice
from drafts.woven.text.finite import tokens
from drafts.woven.text.nouns import be, with_article
from drafts.woven.text.phrase import lower_first, upper_first
from drafts.woven.text.pieces import with_subject
from drafts.woven.text.reading import Unit, closed, says_only_yes, unit
from drafts.woven.text.shape import Shape, shape
from drafts.woven.text.tidy import flat
from drafts.woven.text.verbs import BASES


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
    if piece.shape is Shape.VERB or piece.inside in BASES:
        return Unit(said, Shape.SENTENCE, upper_first(said) + ".")
    if re.fullmatch(r"immediate(?:ly)?|instant(?:ly)?", piece.inside):
        said = f"it takes effect {piece.inside.removesuffix('ly')}ly"
        return Unit(said, Shape.SENTENCE, upper_first(said) + ".")
    return piece


def _leaves(first: Unit) -> list[str]:
    text = first.inside
    if text == "unsubscribe":
        return ["People can unsubscribe."]
    match first.shape:
        case Shape.SENTENCE if told := _told_to(text) or _people_do(text):
            return [told]
        case Shape.NOUN if (also := _OR_DO.fullmatch(text)) and _is_told(also["do"]):
            return [*_leaves(unit(also["link"])), f"They can also {also['do']}."]
        case Shape.SENTENCE:
            return [THEY.sub("To leave, people ", first.closed)]
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
    """Ways that a stroke parts, or a semicolon after what people are told to do, each as a piece of its own: "unsub
    link / email us"."""
    if "\n" in answer.strip():
        return answer
    first, _, rest = flat(answer).partition("; ")
    ways = re.split(r"\s+/\s+", answer.strip())
    if rest and _told_to(lower_first(first)):
        ways = [first, rest]
    return "\n".join(way[:1].upper() + way[1:] for way in ways) if len(ways) > 1 else answer


def _told_to(text: str) -> str:
    """What people are told to do and what follows: "reply or call us and reception takes them off"."""
    for joint in re.finditer(r",? and |, ", text):
        left, right = text[: joint.start()], text[joint.end() :]
        if tokens(left)[0].lower() in BASES and shape(left) is Shape.VERB and shape(right) is Shape.SENTENCE:
            return f"To leave, people {left}, and {with_subject(right, 'the')}."
    return ""


_PEOPLE_DO = re.compile(
    r"(?:(?:the|our|my) )?(?:people|clients|customers|users|members|patients|parents|tenants|guests|students|donors"
    r"|subscribers|readers|families|visitors|volunteers|owners) (?!can\b|may\b|do not\b|don't\b|cannot\b|can't\b)\w+"
)
_LEAVES = re.compile(
    r"unsubscri|leav|\bopt|stop|cancel|\boff\b|\bout\b|remov|delet|untick|transactional", re.IGNORECASE
)


def _people_do(text: str) -> str:
    """A sentence on what people do that does not say itself that it is about leaving."""
    return f"To leave, {text}." if _PEOPLE_DO.match(text) and not _LEAVES.search(text) else ""


_OR_DO = re.compile(r"(?P<link>[^,]+?),? or (?P<do>[a-z]+ .+)", re.DOTALL)


def _is_told(text: str) -> bool:
    return text.split(maxsplit=1)[0] in BASES and shape(text) is Shape.VERB


_LINK = re.compile(r"\b(?:links?|buttons?|headers?|forms?|pages?|settings|centre|center|dashboard)$", re.IGNORECASE)
_OR_LINK = re.compile(r"\bor (?P<link>(?:an? |the )?(?:[\w-]+ )?link)\b")

_TURN_OFF = re.compile(r"^(?P<verb>turn|switch) off (?=in|under|via|from|on|at)")


def _or_use(match: re.Match[str]) -> str:
    return f"or use {with_article(match['link'], 'the')}"


def _it_off(match: re.Match[str]) -> str:
    return f"{match['verb']} it off "
