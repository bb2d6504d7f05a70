"""Frames that several paragraphs share: a thing with its asides, a first sentence with the notes after it, one answer
for each kind of mail.
"""

import re
from collections.abc import Callable, Sequence

from drafts.woven.text.nouns import be, is_plural, needs_article, passive, with_article, words_of_kind
from drafts.woven.text.phrase import and_list, lower_first, upper_first
from drafts.woven.text.pieces import commas
from drafts.woven.text.reading import Unit, closed, label_of
from drafts.woven.text.shape import Shape, shape
from drafts.woven.text.words import ACTORS, COUNTABLE_PEOPLE

THEY = re.compile(r"^(?:They|He or she|She or he|He/she|S/he)\s+(?=[a-z])")
CONSENT = re.compile(r"\b(?:opt-?in|consent|permission|agreement)$", re.IGNORECASE)

NOT_APPLICABLE = re.compile(
    r"(?P<said>n/?a|not applicable|does not apply|doesn't apply|not needed|none needed|not required|not relevant"
    r"|no need)\b[\s,:;.(–—-]*(?P<reason>.*?)[).\s]*",
    re.IGNORECASE | re.DOTALL,
)


def joined(lead: str, rest: Sequence[Unit]) -> list[str]:
    """The first sentence and the pieces after it; what is only named is said to be there."""
    told: list[Unit] = [Unit(lead[:-1], Shape.SENTENCE, lead)]
    for piece in rest:
        consent = piece.shape is Shape.NOUN and CONSENT.search(piece.text) and ":" not in piece.text
        only = _ONLY_TO.fullmatch(piece.inside)
        if only:
            goes = "go" if is_plural(only["mail"]) else "goes"
            said = f"{with_article(only['mail'], 'the')} {goes} only to {only['whom']}"
            told.append(Unit(said, Shape.SENTENCE, upper_first(said) + "."))
        elif consent and len(told) == 1 and lead.endswith("."):
            told[0] = Unit(lead[:-1], Shape.SENTENCE, f"{lead[:-1]}, with {piece.inside}.")
        elif piece.shape is not Shape.NOUN or ":" in piece.text or not _is_thing(piece.text):
            told.append(piece)
        else:
            said = f"There {be(piece.text)} {with_article(piece.text)}"
            told.append(Unit(said, Shape.SENTENCE, f"{said}."))
    return closed(told)


_ONLY_TO = re.compile(
    r"(?P<mail>(?:[a-z-]+ ){0,2}(?:newsletters?|e-?mails?|mails?|messages?|letters?|news)) "
    r"(?:goes |go )?only to (?P<whom>.+)"
)


def _is_thing(text: str) -> bool:
    if words_of_kind(text):
        return False
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
        elif re.match(r"(?:no|nothing)\b", aside) or CONSENT.search(aside):
            said += f", with {aside}" if ", with " not in said else f" and {aside}"
        else:
            said += f", {aside}"
    return [f"{said}.", *after]


_KNOWN_THING = re.compile(
    r"^(?!or |and |then |not |no ).*\b(?:form|link|button|header|box|checkbox|page|mail|e-?mail|sheet|toggle|switch"
    r"|code|token|screen|card|message|popup|pop-up|checkout|newsletter)$"
)
_EFFECT = re.compile(
    r"(?:(?:takes |with )?effect(?:ive)? |works )?(?P<when>immediately|instantly|at once|right away|straight away"
    r"|the same day|within .+)",
    re.IGNORECASE,
)


def _is_new_thing(text: str) -> bool:
    return bool(_KNOWN_THING.search(head_phrase(text))) and shape(text) is Shape.NOUN and needs_article(text)


def also_done(text: str, verb: str) -> str:
    """ "removed at once, deleted after 30 days" as "removed at once and deleted …" after "is" or "are"."""
    first, _, second = text.partition(" and ")
    if second and shape(first) is Shape.PARTICIPLE and shape(second) is Shape.STATE:
        return f"{first} and {passive(second, 'the')}"
    if second and text.startswith(("never ", "not ")) and shape(second) is Shape.PARTICIPLE:
        return f"{first} and {verb} {second}"
    parts = text.split(", ")
    if len(parts) != 2 or shape(parts[1]) is not Shape.PARTICIPLE:
        return text
    plainly = shape(parts[0]) is Shape.PARTICIPLE and not parts[0].startswith(("not ", "never "))
    return f"{parts[0]} and {parts[1]}" if plainly else f"{parts[0]}, and {verb} {parts[1]}"


def per_label(units: Sequence[Unit], one: Callable[[Unit], str]) -> list[str] | None:
    """Answers such as "Newsletter: a form. Receipts: at checkout" told one kind of mail after the other."""
    if not units:
        return None
    labels = [label_of(u) for u in units]
    if labels[0] is None:
        return None
    told: list[str] = []
    for piece, apart in zip(units, labels, strict=True):
        if apart is None and CONSENT.search(piece.text) and len(piece.text.split()) < 4 and told[-1].endswith("."):
            told[-1] = f"{told[-1][:-1]}, with {piece.inside}."
            continue
        if apart is None:
            told.append(piece.closed)
            continue
        label, what = apart
        if what.shape is not Shape.SENTENCE and (by_them := _done_by(label, one(what))):
            told.append(by_them)
            continue
        kind = f"{label.lower()} mail" if label.lower() in {"transactional", "marketing", "promotional"} else label
        sentence = what.closed if what.shape is Shape.SENTENCE else one(what)
        named = with_article(kind, "the")
        if sentence.startswith("To leave, "):
            told.append(f"To leave {named}, {sentence.removeprefix('To leave, ')}")
        else:
            told.append(f"For {named}, {lower_first(sentence)}")
    return told


def _done_by(label: str, sentence: str) -> str:
    """The sentence with those people as its subject whom the label names: "Volunteers opt in through a form."; ""
    where it names none."""
    who = label.lower()
    if not re.fullmatch(r"[a-z]+s", who) or who[:-1] not in COUNTABLE_PEOPLE | ACTORS:
        return ""
    said, changed = re.subn(
        r"^(People(?= (?:opt in|can leave|leave|can unsubscribe)\b)|(?<!.)To (?:opt in|leave), people)",
        lambda m: upper_first(who) if m[0] == "People" else m[0].replace("people", who),
        sentence,
    )
    return said if changed else ""


def head_phrase(text: str) -> str:
    """The phrase up to where it is told apart: "double opt-in | via email"."""
    return re.split(r",|\s(?:via|by|with|through|on|in|at|for|from|of|who|that|\()", text)[0]
