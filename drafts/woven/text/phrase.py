"""Words as they stand inside a sentence or at its start: capitals, and lists with "and".

Every repair only inserts or re-cases; no word that was typed is lost.
"""

import re
from collections.abc import Collection, Sequence

from drafts.woven.text.bag import bag
from drafts.woven.text.common import COMMON
from drafts.woven.text.verbs import BASES, GERUNDS, PASTS, THIRD
from drafts.woven.text.words import (
    ADVERBS,
    CONJUNCTIONS,
    COUNTABLE_PEOPLE,
    DETERMINERS,
    MASS,
    NOUNY_ING,
    PLURAL_WITHOUT_S,
    PREPOSITIONS,
    RELATIVES,
    SUBJECTS,
    SUBORDINATORS,
)

_KNOWN = (
    COMMON | BASES | PREPOSITIONS | DETERMINERS | ADVERBS | CONJUNCTIONS | MASS | COUNTABLE_PEOPLE | SUBORDINATORS
    | RELATIVES | PLURAL_WITHOUT_S | NOUNY_ING | THIRD.keys() | GERUNDS.keys() | PASTS.keys() | SUBJECTS
) - {"i"}  # fmt: skip

WEEKDAYS = bag(
    """monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays
    sundays"""
)


def known(word: str) -> bool:
    """Whether a word is common enough to lose its capital inside a sentence."""
    low = word.lower().replace("’", "'")
    if low in _KNOWN or _singular(low) in _KNOWN:
        return True
    parts = low.split("-")
    return len(parts) > 1 and all(p in _KNOWN or _singular(p) in _KNOWN for p in parts if p)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ses", "xes", "ches", "shes")) else word.removesuffix("s")


def lower_first(text: str, names: Collection[str] = ()) -> str:
    """The text as it stands inside a sentence; names, acronyms and words it cannot place keep their capital."""
    word = re.match(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*", text)
    if word is None or not word[0][0].isupper():
        return text
    first = word[0]
    if first == "I" or first.startswith(("I'", "I’")):
        return text
    if any(text.startswith(name) for name in names if name):
        return text
    if any(c.isupper() for c in first[1:]):
        return text
    if not known(first) and ("-" in first or not _COMMON_ENDING.search(first.lower())):
        return text
    if re.fullmatch(r"(?:every|each|on) \w+days?", text, re.IGNORECASE):
        return first.lower() + text[word.end() :]
    if title_case(text) and text.rsplit(maxsplit=1)[-1].lower() not in MAIL_NOUNS:
        return text
    if title_case(text):
        return " ".join(w.lower() if known(w) and not any(c.isupper() for c in w[1:]) else w for w in text.split(" "))
    following = re.match(r"\s+([^\W\d_]+)", text[word.end() :])
    capital = following and following[1][0].isupper() and following[1].lower() not in WEEKDAYS
    capital = capital and not (following and len(following[1]) > 1 and following[1].isupper() and known(first))
    if following and capital and not known(following[1]) and first.lower() not in _KNOWN_OPENERS:
        return text
    return first.lower() + text[word.end() :]


_KNOWN_OPENERS = DETERMINERS | PREPOSITIONS | SUBORDINATORS | SUBJECTS

_COMMON_ENDING = re.compile(
    r"(?:[bcdfglmnrstv](?:ence|ance|ancy|ency)|ments?|ness|[aiopc]tions?|[tx]ures?|ular|ative|sions?|ities|ity|ships?|hood|ful|less|ible"
    r"|ical|ious|ed|ing|ings)s?$"
)

MAIL_NOUNS = bag(
    """email emails e-mail e-mails mail mails message messages confirmation confirmations notification notifications
    receipt receipts reminder reminders update updates newsletter newsletters alert alerts invoice invoices code codes
    link links notice notices statement statements reset resets"""
)


def title_case(text: str) -> bool:
    """Whether every long word of a short phrase has a capital: "Order Confirmation Emails"."""
    long = [w for w in text.split() if len(w) > 3]
    return len(long) > 1 and len(text.split()) < 7 and all(w[0].isupper() for w in long)


def upper_first(text: str) -> str:
    """The text as it opens a sentence; a web address or a name such as iOS keeps its small letter."""
    if re.match(r"(?:https?://|www\.|[a-z]+[A-Z])", text) or re.match(r"\S+\.\w{2,}(?:/|\b)", text):
        return text
    return text[:1].upper() + text[1:]


def and_list(items: Sequence[str]) -> str:
    """ "a, b and c"; semicolons part items that hold commas themselves."""
    if len(items) < 2:
        return "".join(items)
    comma = "; " if any(re.search(r",(?!\d{3})", item) for item in items) else ", "
    if comma == "; " or (any(" and " in item for item in items[-2:]) and len(items) == 2):
        return f"{comma.join(items[:-1])}{', and ' if comma == ', ' else '; and '}{items[-1]}"
    joint = ", and " if any(" and " in item for item in items) else " and "
    return f"{comma.join(items[:-1])}{joint}{items[-1]}"
