"""A sentence as typed cut where a person would have put a full stop, and run-on clauses joined with "and".

"Form on our site, they get a mail to confirm" holds two things to say; "address flagged, reception asks the patient"
holds one, in note style.
"""

import re

from drafts.woven.text.bag import bag
from drafts.woven.text.finite import finite_at, tokens
from drafts.woven.text.nouns import be, needs_article, passive, with_article
from drafts.woven.text.phrase import and_list, known, lower_first
from drafts.woven.text.shape import Shape, shape
from drafts.woven.text.tidy import unmarked
from drafts.woven.text.verbs import BASES, THIRD
from drafts.woven.text.words import ADVERBS, CONJUNCTIONS, DETERMINERS, PREPOSITIONS, RELATIVES, SUBJECTS, SUBORDINATORS

_SPOKEN = re.compile(
    r"(?:(?:and|so|then|and then|after that|afterwards|but)\s+)?(?:we|they|I|it|he|she|you|there|everybody|everyone"
    r"|nobody|anyone)(?:['’]\w+)?\s+\w",
)
"""A clause with a subject of its own."""
_LONG = 22
"""Words above which two clauses are better said as two sentences."""
_MOST_PARTS = 12
"""Parts between commas that are looked at; more of them are a list."""
_TOLD = frozenset({Shape.STATE, Shape.SENTENCE})
_EVENTS = bag("bounce complaint click")


def pieces(sentence: str) -> list[str]:
    """What one typed sentence says, piece by piece."""
    found = [p for part in _at_semicolons(sentence) for p in _at_splices(part)]
    return [p for p in found if p]


def commas(text: str) -> list[str]:
    """The parts between commas that stand outside brackets and quotations."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, mark in enumerate(text):
        depth += (mark in "([") - (mark in ")]")
        quoted = (mark == "“" or quoted) if mark not in '"”' else not quoted if mark == '"' else False
        if mark == "," and depth <= 0 and not quoted and text[at + 1 : at + 2] == " ":
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]


def clauses(text: str) -> str:
    """Notes such as "address flagged in our system, reception asks the patient" as clauses with "and"."""
    parts = commas(text)
    if len(parts) > _MOST_PARTS:
        return text
    if len(parts) > 1 and re.fullmatch(r"no [\w-]+,? no [\w-]+", parts[-1]):
        return f"{', '.join(parts[:-1])}; {re.sub(',? no ', ', no ', parts[-1])}".replace("; , ", "; ")
    if len(parts) == 2 and parts[1].startswith("then ") and shape(parts[0]) is shape(parts[1][5:]) is Shape.SENTENCE:
        return f"{parts[0]}, and {with_subject(parts[1], 'the')}"
    kinds = [shape(p) for p in parts]
    told = _TOLD
    does = [k is Shape.VERB or tokens(p)[0].lower() in BASES for k, p in zip(kinds, parts, strict=True) if p]
    if len(parts) > 1 and kinds[0] is Shape.VERB and len(does) == len(parts) and all(does):
        return and_list([parts[0], *map(lower_first, parts[1:])])
    if len(parts) < 2 or kinds[0] not in told:
        return text
    if any(THIRD.get(tokens(p)[0].lower()) and re.search(r"\b(?:or|and)\b", p) for p in parts[1:]):
        return text
    if any(tokens(p)[0].lower() in CONJUNCTIONS | SUBORDINATORS | RELATIVES | {"so", "then"} for p in parts[1:]):
        return text
    until = re.split(r" (?:until|unless) ", parts[-1])[0]
    if (
        (kinds[-1] is Shape.NOUN or (until != parts[-1] and shape(until) is Shape.NOUN))
        and parts[-1].startswith("no ")
        and kinds[0] in told
    ):
        there = f"there {be(until)} {parts[-1]}"
        return and_list([*(clause(p if not at else lower_first(p)) for at, p in enumerate(parts[:-1])), there])
    if len(parts) == 2 and kinds[0] is Shape.STATE and kinds[1] is Shape.NOUN and _NOTED.match(parts[1]):
        return f"{clause(parts[0])}, with {with_article(lower_first(parts[1]))}"
    if any(k not in told | {Shape.VERB, Shape.THIRD} for k in kinds):
        return text
    said = [clause(p) if at == 0 else clause(lower_first(p)) for at, p in enumerate(parts)]
    return ", and ".join(said) if len(said) == 2 else and_list(said)


_NOTED = re.compile(
    r"(?:an? )?(?:[a-z]+ )?(?:note|mail|e-?mail|message|alert|notification|ticket|task|warning) (?:to|for|in)\b"
)


def clause(text: str) -> str:
    """One note as a clause: "address flagged" as "the address is flagged", "reception asks" as "the reception asks"."""
    return passive(text, "the") if shape(text) is Shape.STATE else with_subject(text, "the")


def with_subject(text: str, article: str) -> str:
    """A clause with an article before a bare subject: "intake form has a box" to "the intake form has a box"."""
    left, _, right = text.partition(" and ")
    if right and shape(left) in _TOLD and shape(right) in _TOLD:
        return f"{_note(left, article)} and {_note(right, article)}"
    return _subject_of(text, article)


def _note(text: str, article: str) -> str:
    return passive(text, "the") if shape(text) is Shape.STATE else _subject_of(text, article)


def _subject_of(text: str, article: str) -> str:
    opening = re.match(r"(?:when|if|once|after|before|as soon as|whenever|until|then) (?=\w)", text, re.IGNORECASE)
    if opening and shape(text) in {Shape.CLAUSE, Shape.SENTENCE}:
        return opening[0] + _subject_of(text[opening.end() :], article if opening[0].lower() == "then " else "a")
    said = tokens(text)
    low = [t.lower() for t in said]
    at = finite_at(low)
    if not at or at > 4 or not all(t[0].isalpha() for t in said[:at]):
        return text
    subject = " ".join(said[:at])
    if set(low[:at]) & (PREPOSITIONS | CONJUNCTIONS | SUBORDINATORS | RELATIVES | SUBJECTS | DETERMINERS | ADVERBS):
        return text
    acronym = said[0].isupper() and at > 1
    if said[0][0].isupper() and not acronym and (not known(said[0]) or said[0].isupper()):
        return text
    if not needs_article(subject):
        return text
    return with_article(subject, "a" if low[at - 1] in _EVENTS else article) + text[len(subject) :]


def _at_semicolons(sentence: str) -> list[str]:
    parts = [p for p in re.split(r"\s*;\s+", sentence) if p]
    if len(parts) < 2:
        return [sentence]
    if shape(unmarked(parts[0])) in {Shape.SENTENCE, Shape.OTHER, Shape.CLAUSE} and ":" not in sentence:
        return [sentence]
    return parts


def _at_splices(sentence: str) -> list[str]:
    """Cut where a clause with its own subject follows a comma without a joint."""
    mark = sentence[len(unmarked(sentence)) :]
    parts = commas(unmarked(sentence))
    if len(parts) > _MOST_PARTS:
        return [sentence]
    found = [parts[0]]
    for part in parts[1:]:
        if _begins_anew(found[-1], part, len(parts) > 2):
            found.append(re.sub(r"^and (?!then)", "", part) if shape(found[-1]) is not Shape.SENTENCE else part)
        else:
            found[-1] = f"{found[-1]}, {part}"
    found[-1] += mark
    return found


def _begins_anew(before: str, part: str, many: bool) -> bool:
    """Whether `part` is best told apart from the text `before` it. `many`: more than two parts follow each other."""
    left = shape(before)
    if left in {Shape.CLAUSE, Shape.PREPOSITION, Shape.ADVERB, Shape.OTHER, Shape.EMPTY} or ":" in before:
        return False
    spoken = _SPOKEN.match(part) and shape(re.sub(r"^(?:and|so|but)\s+", "", part)) is Shape.SENTENCE
    if left is Shape.SENTENCE:
        joint = tokens(part)[:1] and tokens(part)[0].lower() in CONJUNCTIONS | {"so"}
        crowded = many or len(f"{before} {part}".split()) > _LONG
        done = shape(part) is Shape.STATE and len(part.split()) > 2 and _bare_subject(part)
        return bool(spoken or done) and not joint and crowded
    if spoken or (left is Shape.NOUN and shape(part) is Shape.THIRD and "," not in before):
        return True
    if left is Shape.STATE:
        return False
    return shape(part) in {Shape.SENTENCE, Shape.STATE} and len(part.split()) > 2 and _bare_subject(part)


def _bare_subject(part: str) -> bool:
    first = part.split(maxsplit=1)[0].lower()
    return first not in CONJUNCTIONS | SUBORDINATORS | RELATIVES | PREPOSITIONS and first != "not"
