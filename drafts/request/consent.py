"""How people come onto a list, what happens to the unconfirmed, and how people leave."""

import re
from collections.abc import Sequence

from drafts.request.voice import Voice
from drafts.text.phrase import and_list, be, is_plural, lower_first, needs_article, passive, upper_first, with_article
from drafts.text.pieces import commas
from drafts.text.reading import Unit, closed, label_of, says_only_yes, unit
from drafts.text.shape import Shape, shape
from drafts.text.tidy import flat

_THEY = re.compile(r"^(?:They|He or she|She or he|He/she|S/he)\s+(?=[a-z])")
_CONSENT = re.compile(r"\b(?:opt-?in|consent|permission|agreement)$", re.IGNORECASE)
_SOURCE = re.compile(
    r"\b(?:list|lists|database|customers|contacts|addresses|clients|members|subscribers)$", re.IGNORECASE
)
_UNCONFIRMED = re.compile(r"confirm|pending|verif|double opt|complete", re.IGNORECASE)
_CONDITION = re.compile(
    r"(?:if|when|where|without|until|unless|there (?:is|are)|nobody|no one|after|those who)\b",
    re.IGNORECASE,
)
_NOT_APPLICABLE = re.compile(
    r"(?P<said>n/?a|not applicable|does not apply|doesn't apply|not needed|none needed|not required|not relevant"
    r"|no need)\b[\s,:;.(–—-]*(?P<reason>.*?)[).\s]*",
    re.IGNORECASE | re.DOTALL,
)
_STATES = re.compile(r"(?:stay|remain|get|expire|receive|lapse|go|never|do not|cannot|can't|don't)\b", re.IGNORECASE)


def joining(opt_in: str, unconfirmed: str, voice: Voice) -> list[str]:
    """The paragraph on how people opt in and what happens to those who do not confirm."""
    return [*_opt_in(opt_in, voice), *_left_over(unconfirmed, voice)]


def joined(lead: str, rest: Sequence[Unit]) -> list[str]:
    """The first sentence and the pieces after it; what is only named is said to be there."""
    told: list[Unit] = [Unit(lead[:-1], Shape.SENTENCE, lead)]
    for piece in rest:
        consent = piece.shape is Shape.NOUN and _CONSENT.search(piece.text) and ":" not in piece.text
        if consent and len(told) == 1 and lead.endswith("."):
            told[0] = Unit(lead[:-1], Shape.SENTENCE, f"{lead[:-1]}, with {piece.inside}.")
        elif piece.shape is not Shape.NOUN or ":" in piece.text or not _is_thing(piece.text):
            told.append(piece)
        else:
            said = f"There {be(piece.text)} {with_article(piece.text)}"
            told.append(Unit(said, Shape.SENTENCE, f"{said}."))
    return closed(told)


def _is_thing(text: str) -> bool:
    return needs_article(text) or is_plural(text) or bool(re.match(r"(?:an?|no)\s", text))


def through(lead: str, text: str) -> list[str]:
    """A thing after `lead`, with the asides that were typed after it: "People opt in through a form, with nothing
    ticked beforehand."."""
    head, *asides = commas(text)
    if asides and not set(head.split()) & {"who", "that", "which"} and all(_is_new_thing(a) for a in asides):
        return [f"{lead} {and_list([with_article(head), *(with_article(a) for a in asides)])}."]
    said, after = f"{lead} {with_article(head)}", []
    if len(asides) > 1 and "(" not in text and not any(_EFFECT.fullmatch(a) for a in asides):
        return [f"{said} ({', '.join(asides)})."]
    for aside in asides:
        effect = _EFFECT.fullmatch(aside)
        if effect:
            after.append(f"It takes effect {effect['when']}.")
        elif re.match(r"(?:no|nothing)\b", aside) or _CONSENT.search(aside):
            said += f", with {aside}" if ", with " not in said else f" and {aside}"
        else:
            said += f", {aside}"
    return [f"{said}.", *after]


_EFFECT = re.compile(
    r"(?:(?:takes |with )?effect(?:ive)? |works )?(?P<when>immediately|instantly|at once|right away|straight away"
    r"|the same day|within .+)",
    re.IGNORECASE,
)


def _is_new_thing(text: str) -> bool:
    joint = re.match(r"(?:or|and|then|not|no)\b", text)
    return not joint and shape(text) is Shape.NOUN and needs_article(text) and not _CONSENT.search(text)


def people_first(sentence: str) -> str:
    """A paragraph cannot open with "They"."""
    return _THEY.sub("People ", sentence)


def also_done(text: str, verb: str) -> str:
    """ "removed at once, deleted after 30 days" as "removed at once and deleted …" after "is" or "are"."""
    first, _, second = text.partition(" and ")
    if second and shape(first) is Shape.PARTICIPLE and shape(second) is Shape.STATE:
        return f"{first} and {passive(second, 'the')}"
    parts = text.split(", ")
    if len(parts) != 2 or shape(parts[1]) is not Shape.PARTICIPLE:
        return text
    plainly = shape(parts[0]) is Shape.PARTICIPLE and not parts[0].startswith(("not ", "never "))
    return f"{parts[0]} and {parts[1]}" if plainly else f"{parts[0]}, and {verb} {parts[1]}"


def _per_label(units: Sequence[Unit], one: "object") -> list[str] | None:
    """Answers such as "Newsletter: a form. Receipts: at checkout" told one kind of mail after the other."""
    if not units or not callable(one):
        return None
    labels = [label_of(u) for u in units]
    if labels[0] is None:
        return None
    told: list[str] = []
    for piece, apart in zip(units, labels, strict=True):
        if apart is None:
            told.append(piece.closed)
            continue
        label, what = apart
        kind = f"{label.lower()} mail" if label.lower() in {"transactional", "marketing", "promotional"} else label
        sentence = what.closed if what.shape is Shape.SENTENCE else one(what)
        told.append(f"For {with_article(kind, 'the')}, {lower_first(sentence)}")
    return told


def _opt_in(answer: str, voice: Voice) -> list[str]:
    units = () if says_only_yes(answer) else voice.read(answer)
    if not units:
        return []
    labelled = _per_label(units, lambda u: " ".join(_opts_in(u, voice)))
    if labelled:
        return labelled
    first, *more = _opts_in(units[0], voice)
    return joined(first, units[1:]) if not more else [first, *more, *closed(units[1:])]


def _opts_in(first: Unit, voice: Voice) -> list[str]:
    text = first.inside
    match first.shape:
        case Shape.SENTENCE:
            return [people_first(first.closed)]
        case _ if re.fullmatch(r"(?:at |during )?(?:the )?check-?out", text):
            return ["People opt in at checkout."]
        case Shape.NOUN | Shape.NUMBER if _CONSENT.search(_head(text)):
            return through(f"{upper_first(voice.we)} use", first.text)
        case Shape.NOUN | Shape.NUMBER if _SOURCE.search(_head(text)):
            return [f"The addresses come from {with_article(first.text)}."]
        case Shape.NOUN | Shape.NUMBER:
            return through("People opt in through", first.text)
        case Shape.VERB:
            return [f"To opt in, people {text}."]
        case Shape.GERUND:
            return [f"People opt in by {text}."]
        case Shape.PREPOSITION | Shape.ADVERB | Shape.CLAUSE:
            return [f"People opt in {_with_consent(text)}."]
        case Shape.PARTICIPLE:
            return [f"Addresses are {text}."]
        case Shape.STATE:
            return [upper_first(passive(text, "the")) + "."]
    return [first.closed]


def _head(text: str) -> str:
    """The phrase up to where it is told apart: "double opt-in | via email"."""
    return re.split(r",|\s(?:via|by|with|through|on|in|at|for|from|of|who|that|\()", text)[0]


def _with_consent(text: str) -> str:
    return re.sub(r", ((?:double|single|confirmed)[- ]opt-?in)\b", r", with \1", text)


def _left_over(answer: str, voice: Voice) -> list[str]:
    """What happens to the unconfirmed."""
    away = _NOT_APPLICABLE.fullmatch(flat(answer))
    if away:
        return [unit(away["reason"]).closed] if away["reason"] and shape(away["reason"]) is Shape.SENTENCE else []
    units = () if says_only_yes(answer) else voice.read(answer)
    if not units:
        return []
    first, *rest = units
    if first.shape is Shape.SENTENCE and (_UNCONFIRMED.search(first.text) or _CONDITION.match(first.text)):
        return closed(units)
    return joined(_unconfirmed(first, voice), rest)


def _unconfirmed(first: Unit, voice: Voice) -> str:
    text = first.inside
    match first.shape:
        case Shape.SENTENCE:
            return _clause_on_unconfirmed(text)
        case Shape.PARTICIPLE:
            return f"Addresses that are not confirmed are {also_done(text, 'are')}."
        case Shape.VERB | Shape.OTHER if _STATES.match(text):
            return f"Addresses that are not confirmed {also_done(text, 'are')}."
        case Shape.VERB:
            return f"When addresses are not confirmed, {voice.we} {text}."
        case Shape.THIRD if _STATES.match(text):
            return f"Anyone who does not confirm {text}."
        case Shape.THIRD:
            return f"An address that is not confirmed {text}."
        case Shape.STATE if _UNCONFIRMED.search(text):
            return upper_first(passive(text, "the")) + "."
        case Shape.STATE:
            return f"When an address is not confirmed, {passive(text, 'the')}."
        case Shape.NOUN | Shape.NUMBER:
            return _thing_for_unconfirmed(first)
        case Shape.OTHER:
            return first.closed
    return f"Addresses that are not confirmed: {text}."


def _clause_on_unconfirmed(text: str) -> str:
    """A sentence that does not say itself that it is about the unconfirmed."""
    if shape(re.split(r",|;| and ", text)[0]) is Shape.PARTICIPLE:
        return f"Addresses that are not confirmed are {text}."
    if re.match(r"(?:they|people|users|customers|subscribers)\b", text):
        return f"When people do not confirm, {text}."
    if re.search(r"\b(?:them|those|addresses)\b", text):
        return f"When people do not confirm, {text}."
    return f"When an address is not confirmed, {text}."


def _thing_for_unconfirmed(first: Unit) -> str:
    text = first.inside
    verb = "are" if is_plural(first.text) else "is"
    if text == "nothing":
        return "When an address is not confirmed, nothing happens."
    if _UNCONFIRMED.search(text) and text.startswith("no "):
        return f"There {verb} {text}."
    if re.match(r"(?:no|only|one|an?|\d)\b", text):
        return f"When an address is not confirmed, there {verb} {text}."
    return f"For addresses that are not confirmed there {verb} {with_article(first.text)}."


def leaving(answer: str, voice: Voice) -> list[str]:
    """The paragraph on how people leave."""
    away = _NOT_APPLICABLE.fullmatch(flat(answer))
    if away:
        reason = lower_first(away["reason"].strip())
        if re.fullmatch(r"(?:only|all|purely|just)?\s*transactional(?: only| e?-?mails?| messages?)*", reason):
            return ["Unsubscribing does not apply here, because this mail is only transactional."]
        return [f"Unsubscribing does not apply here: {reason}."] if reason else []
    units = () if says_only_yes(answer) else voice.read(answer)
    if not units:
        return []
    labelled = _per_label(units, lambda u: " ".join(_leaves(u)))
    if labelled:
        return labelled
    first, *more = _leaves(units[0])
    return joined(first, units[1:]) if not more else [first, *more, *closed(units[1:])]


def _leaves(first: Unit) -> list[str]:
    text = first.inside
    match first.shape:
        case Shape.SENTENCE:
            return [_THEY.sub("To leave, people ", first.closed)]
        case _ if text == "unsubscribe":
            return ["People can unsubscribe."]
        case Shape.NOUN | Shape.NUMBER if text.startswith("no "):
            return [f"There {be(text)} {text}."]
        case Shape.NOUN | Shape.NUMBER if re.fullmatch(r"(?:one|1|a single)[- ]click", text):
            return [f"Unsubscribing takes {re.sub('[- ]click', ' click', text)}."]
        case Shape.NOUN | Shape.NUMBER if re.match(r"(?:one|1|a single) click\b", text):
            return [f"People can leave with {text}."]
        case Shape.NOUN | Shape.NUMBER:
            link = _LINK.search(_head(text)) and " or " not in text
            return through("To leave, people use" if link else "People can leave through", first.text)
        case Shape.VERB:
            return [f"To leave, people {_OR_LINK.sub(_or_use, _TURN_OFF.sub(_it_off, text))}."]
        case Shape.GERUND:
            return [f"People leave by {text}."]
        case Shape.PREPOSITION | Shape.ADVERB | Shape.CLAUSE:
            return [f"People can leave {text}."]
    return [first.closed]


_LINK = re.compile(r"\b(?:links?|buttons?|headers?|forms?|pages?|settings|centre|center|dashboard)$", re.IGNORECASE)
_OR_LINK = re.compile(r"\bor (?P<link>(?:an? |the )?(?:[\w-]+ )?link)\b")
_TURN_OFF = re.compile(r"^(?P<verb>turn|switch) off (?=in|under|via|from|on|at)")


def _or_use(match: re.Match[str]) -> str:
    return f"or use {with_article(match['link'], 'the')}"


def _it_off(match: re.Match[str]) -> str:
    return f"{match['verb']} it off "
