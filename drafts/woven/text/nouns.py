"""Noun phrases: what they are about, whether they are one or many, and the article that English wants.

An article is only put in where the phrase is surely one countable thing; no word that was typed is lost.
"""

import re
from collections.abc import Collection

from drafts.woven.text.bag import bag
from drafts.woven.text.common import COMMON
from drafts.woven.text.finite import is_adverb, participle_at, tokens
from drafts.woven.text.phrase import MAIL_NOUNS, WEEKDAYS, and_list, known, lower_first, title_case
from drafts.woven.text.verbs import BASES, GERUNDS, NOUN_TOO, PASTS
from drafts.woven.text.words import (
    ACTORS,
    ADVERBS,
    CONJUNCTIONS,
    DETERMINERS,
    MASS,
    NOUNY_ING,
    PLURAL_WITHOUT_S,
    PREPOSITIONS,
    RELATIVES,
    SINGULAR_WITH_S,
    SUBJECTS,
    SUBORDINATORS,
)

_SAID_AS_VOWEL = re.compile(r"(?:[FHLMNRSX][A-Z0-9]|[FHLMNRSX]\b|SMS|8|11\b|18\b|80)")

_SAID_AS_CONSONANT = re.compile(
    r"(?:uni(?!n|mp)|use|usu|util|euro|one\b|once|ubiq|UK|US\b|UN\b|UX|USB|u\b)", re.IGNORECASE
)

_ACRONYM_WORDS = bag("SAAS NASA NATO FAQ SAP")

_UNARTICLED = (
    DETERMINERS
    | SUBJECTS
    | {"whoever", "whatever", "anyone", "what", "which", "where", "how", "who", "same", "n/a", "double"}
)


def an(text: str) -> str:
    """ "a" or "an", as `text` is spoken."""
    first = re.match(r"[\w&]+", text)
    word = first[0] if first else text
    if word.isupper() and len(word) > 1 and word not in _ACRONYM_WORDS:
        return "an" if word[0] in "AEFHILMNORSX" and not _SAID_AS_CONSONANT.match(word) else "a"
    if _SAID_AS_CONSONANT.match(text):
        return "a"
    if _SAID_AS_VOWEL.match(text) and (text[0].isdigit() or (len(text) > 1 and text[1].isupper())):
        return "an"
    if re.match(r"(?i)(?:hour|honest|honor|honour|heir)", text):
        return "an"
    return "an" if text[:1].lower() in "aeiou" else "a"


def head_of(text: str) -> tuple[str, int]:
    """The noun that a phrase is about (lower case) and its place among the tokens: "online shop | for candles"."""
    words = [t.lower() for t in tokens(text)]
    at = 0
    for at, word in enumerate(words):
        if not at:
            continue
        if word in {"and", "&"}:
            return _shared_head(words, at)
        if word in PREPOSITIONS | RELATIVES | CONJUNCTIONS or not (word[0].isalnum()):
            return words[at - 1], at - 1
        following = words[at + 1] if at + 1 < len(words) else ""
        verbal = word not in NOUNY_ING or following in DETERMINERS
        verbal = verbal or (following in PREPOSITIONS and (word in _DOING or plural_noun(words[at - 1])))
        if word in GERUNDS and verbal and words[at - 1] not in DETERMINERS:
            return words[at - 1], at - 1
        if (
            word in PASTS
            and word not in BASES
            and at
            and words[at - 1] not in DETERMINERS
            and not is_adverb(words[at - 1])
            and (at + 1 == len(words) or words[at + 1] in PREPOSITIONS | ADVERBS)
        ):
            return words[at - 1], at - 1
    return (words[-1] if words else ""), at


_DOING = bag("living working trading training meeting sitting standing receiving following writing running teaching")
"""Forms with -ing that say what somebody does where a place or a person follows: "families living in"."""
_WHO_DO = ACTORS | bag("agency studio charity app platform firm business startup start-up organisation organization")


def is_activity(text: str) -> bool:
    """Whether a phrase names what is done and not who does it: "dog walking in Leeds", "bike sharing"."""
    words = [t.lower() for t in tokens(text)]
    for at, word in enumerate(words[:4]):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in PREPOSITIONS | RELATIVES | DETERMINERS or not word[0].isalpha():
            return False
        ends = not following or not following[0].isalnum() or following in PREPOSITIONS | CONJUNCTIONS
        if at and word in GERUNDS and ends and word not in _THINGS:
            return words[at - 1] not in _WHO_DO and not plural_noun(words[at - 1])
    return False


_THINGS = bag("meeting building booking")


def _shared_head(words: list[str], joint: int) -> tuple[str, int]:
    """The noun of "design and marketing | agency", where what "and" joins only tells its kind; else the one before."""
    rest = words[joint + 1 :]
    if not rest or rest[0] in DETERMINERS or not rest[0][0].isalpha():
        return words[joint - 1], joint - 1
    head, at = head_of(" ".join(rest))
    apart = at and not plural_noun(head) and head not in MASS and words[0] not in {"a", "an", "the"}
    tells_kind = not plural_noun(words[joint - 1]) or (joint == 1 and head in MAIL_NOUNS)
    return (head, joint + 1 + at) if apart and tells_kind else (words[joint - 1], joint - 1)


def is_plural(text: str) -> bool:
    """Whether a noun phrase takes "are": "order confirmations", "a receipt and an invoice"."""
    words = [t.lower() for t in tokens(text)]
    head, at = head_of(text)
    following = words[at + 1 : at + 2]
    if following and following[0] in {"and", "&", "plus"}:
        return True
    if (
        following
        and following[0] == ","
        and " and " in f" {' '.join(words[at + 2 :])} "
        and words[at + 2 : at + 3]
        and words[at + 2] not in RELATIVES | PREPOSITIONS
    ):
        return True
    if words and words[0] in {"a", "an", "one", "each", "every", "this", "that", "anyone", "everyone", "everybody"}:
        return False
    return plural_noun(head)


def plural_noun(word: str) -> bool:
    if word in PLURAL_WITHOUT_S:
        return True
    return (
        word.endswith("s") and len(word) > 2 and word not in SINGULAR_WITH_S and not word.endswith(("ss", "us", "'s"))
    )


def needs_article(text: str) -> bool:
    """Whether a noun phrase is one countable thing without an article: "online shop for candles"."""
    words = [t.lower() for t in tokens(text)]
    if words and re.match(r"\d+-[a-z]", words[0]):
        return not plural_noun(head_of(text)[0])
    if not words or not words[0][0].isalpha() or (words[0] in _UNARTICLED and not _acronym(text)):
        return False
    head, at = head_of(text)
    raw = tokens(text)
    if _coordinated_plural(words, at) or words[0] in WEEKDAYS or head in WEEKDAYS:
        return False
    if raw[0][0].isupper() and not known(raw[0]) and len(raw) > 1 and raw[1][:1].isupper() and not _acronym(text):
        return False
    if plural_noun(head) or (head in MASS and not _one_mail(words, at)) or not head[0].isalpha():
        return False
    if re.match(r"[a-z]+(?:['’]s|s['’]) [a-z]", lower_first(text)):
        return True
    if any(re.search(r"'s?$", w) for w in words[: at + 1]) and words[0] not in COMMON:
        return False
    if raw[at][:1].isupper() and not known(raw[at]) and not _acronym(raw[at]):
        return False
    return not (
        head in GERUNDS
        and (at > 0 or head in NOUNY_ING)
        and head not in {"meeting", "building", "booking", "newsletter"}
    )


def _one_mail(words: list[str], at: int) -> bool:
    """ "confirmation mail" is one message, "mail" alone is a mass."""
    return at > 0 and words[at] == "mail" and words[at - 1][0].isalpha()


def _acronym(text: str) -> bool:
    return bool(re.match(r"[A-Z][A-Z0-9]+\b", text))


def _coordinated_plural(words: list[str], head_at: int) -> bool:
    """ "order and shipping updates": the noun after "and" is plural and belongs to both."""
    if words[head_at + 1 : head_at + 2] not in (["and"], ["or"], ["&"]):
        return False
    rest = words[head_at + 2 :]
    if not rest or rest[0] in DETERMINERS or not rest[0][0].isalpha() or head_at:
        return False
    return plural_noun(head_of(" ".join(rest))[0])


def words_of_kind(text: str) -> bool:
    """Adjectives and names that take no article: "immediate", "Wall News"."""
    if text.lower() in _ADJECTIVES or re.fullmatch(
        r"[\w-]+-(?:run|owned|led|based|funded|made|free|wide)", text.lower()
    ):
        return True
    return (
        bool(text) and text[0].isupper() and title_case(text) and text.rsplit(maxsplit=1)[-1].lower() not in MAIL_NOUNS
    )


_ADJECTIVES = bag("immediate instant automatic seasonal manual optional permanent free same various")

_ORDINAL = re.compile(r"(?:first|second|third|fourth|last|next|1st|2nd|3rd|\d+th)\b", re.IGNORECASE)


def with_article(text: str, article: str = "a", names: Collection[str] = ()) -> str:
    """The phrase as it stands inside a sentence, with "a", "an" or "the" where English wants one."""
    inside = lower_first(text, names)
    if words_of_kind(text) or re.match(r"(?:independent|private|public|free|open)(?:,|$)|non-?profit,", inside):
        return inside
    if _ORDINAL.match(text) and not is_plural(text):
        return f"the {inside}"
    own = re.match(r"own (?P<thing>[a-z-]+)", inside)
    if own:
        its = "their" if plural_noun(own["thing"]) else "its"
        return f"{'' if its == 'their' else an(own['thing']) + ' '}{own['thing']} of {its} own{inside[own.end() :]}"
    if re.match(r"same\s", inside):
        return f"the {inside}"
    if article == "the" and re.match(r"an?\s", inside):
        return "the " + inside.split(" ", 1)[1]
    if not needs_article(text):
        return inside
    inside = _TOO.sub(_also_that, _OTHERWISE.sub(_also_one, inside))
    return f"{an(inside) if article == 'a' else article} {inside}"


_OTHERWISE = re.compile(r" or ([a-z][\w-]*(?: (?!or\b)[a-z][\w-]*)*)$")

_TOO = re.compile(
    r" and (?P<thing>(?:(?!with\b|a\b|an\b|the\b|no\b|every\b|each\b)[a-z-]+ ){0,2}"
    r"(?:link|mail|e-?mail|checkbox|box|form|button|header|page|toggle|switch|code|token|sheet))"
    r"(?=$| (?:in|on|at|under|of)\b)"
)


def _also_that(match: re.Match[str]) -> str:
    return f" and {an(match['thing'])} {match['thing']}"


def _also_one(match: re.Match[str]) -> str:
    thing = match[1]
    return f" or {an(thing)} {thing}" if needs_article(thing) and not _no_thing(thing) else match[0]


def _no_thing(text: str) -> bool:
    """Whether a phrase is no thing but a verb or an adverb: "or later", "or write to us"."""
    first = text.split(maxsplit=1)[0].lower()
    return is_adverb(first) or first in BASES - NOUN_TOO or first in PREPOSITIONS | SUBORDINATORS or first in PASTS


def listed(text: str) -> str:
    """A run of things without "and" as a list: "routes, competitions, opening hours"."""
    parts = text.split(", ")
    if len(parts) < 2 or any(re.search(r"\b(?:and|or|plus|who|which|that|not|no)\b|[:;()=×]", p) for p in parts):
        return text
    if any(len(p.split()) > 4 for p in parts) or re.match(r"(?:an?|the)\b", parts[-1]):
        return text
    return and_list(parts)


def be(text: str) -> str:
    return "are" if is_plural(text) else "is"


def passive(text: str, article: str = "a") -> str:
    """ "order placed" as a clause: "an order is placed"."""
    said = tokens(text)
    at = participle_at([t.lower() for t in said])
    if at is None:
        return text
    if text.startswith("then "):
        return f"then {passive(text[5:], article)}"
    cut = _offset(text, at)
    subject = text[:cut].strip()
    return f"{with_article(subject, article)} {be(subject)} {text[cut:]}"


def _offset(text: str, token: int) -> int:
    """Where the token of that number begins in the text."""
    at = 0
    for number, word in enumerate(tokens(text)):
        at = text.replace("’", "'").index(word, at)
        if number == token:
            return at
        at += len(word)
    return at
