"""Small repairs that let a fragment stand inside a sentence: an article, a capital, a plural verb, a list with "and".

Every repair only inserts or re-cases; no word that was typed is lost.
"""

import re
from collections.abc import Collection, Sequence

from drafts.text.bag import bag
from drafts.text.common import COMMON
from drafts.text.finite import is_adverb, participle_at, tokens
from drafts.text.verbs import BASES, GERUNDS, NOUN_TOO, PASTS, THIRD
from drafts.text.words import (
    ADVERBS,
    CONJUNCTIONS,
    COUNTABLE_PEOPLE,
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

_KNOWN = (
    COMMON | BASES | PREPOSITIONS | DETERMINERS | ADVERBS | CONJUNCTIONS | MASS | COUNTABLE_PEOPLE | SUBORDINATORS
    | RELATIVES | PLURAL_WITHOUT_S | NOUNY_ING | THIRD.keys() | GERUNDS.keys() | PASTS.keys() | SUBJECTS
) - {"i"}  # fmt: skip
_SAID_AS_VOWEL = re.compile(r"(?:[FHLMNRSX][A-Z0-9]|[FHLMNRSX]\b|SMS|8|11\b|18\b|80)")
_SAID_AS_CONSONANT = re.compile(
    r"(?:uni(?!n|mp)|use|usu|util|euro|one\b|once|ubiq|UK|US\b|UN\b|UX|USB|u\b)", re.IGNORECASE
)
_ACRONYM_WORDS = bag("SAAS NASA NATO FAQ SAP")
_WEEKDAYS = bag(
    """monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays
    sundays"""
)
_UNARTICLED = (
    DETERMINERS
    | SUBJECTS
    | {"whoever", "whatever", "anyone", "what", "which", "where", "how", "who", "same", "n/a", "double"}
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
    if _title_case(text) and text.rsplit(maxsplit=1)[-1].lower() not in _MAIL_NOUNS:
        return text
    if _title_case(text):
        return " ".join(w.lower() if known(w) and not any(c.isupper() for c in w[1:]) else w for w in text.split(" "))
    following = re.match(r"\s+([^\W\d_]+)", text[word.end() :])
    capital = following and following[1][0].isupper() and following[1].lower() not in _WEEKDAYS
    if following and capital and not known(following[1]) and first.lower() not in _KNOWN_OPENERS:
        return text
    return first.lower() + text[word.end() :]


_KNOWN_OPENERS = DETERMINERS | PREPOSITIONS | SUBORDINATORS | SUBJECTS


_COMMON_ENDING = re.compile(
    r"(?:[bcdfglmnrstv](?:ence|ance|ancy|ency)|ments?|ness|[aiopc]tions?|[tx]ures?|ular|ative|sions?|ities|ity|ships?|hood|ful|less|ible"
    r"|ical|ious|ed|ing|ings)s?$"
)


_MAIL_NOUNS = bag(
    """email emails e-mail e-mails mail mails message messages confirmation confirmations notification notifications
    receipt receipts reminder reminders update updates newsletter newsletters alert alerts invoice invoices code codes
    link links notice notices statement statements reset resets"""
)


def _title_case(text: str) -> bool:
    """Whether every long word of a short phrase has a capital: "Order Confirmation Emails"."""
    long = [w for w in text.split() if len(w) > 3]
    return len(long) > 1 and len(text.split()) < 7 and all(w[0].isupper() for w in long)


def upper_first(text: str) -> str:
    """The text as it opens a sentence; a web address or a name such as iOS keeps its small letter."""
    if re.match(r"(?:https?://|www\.|[a-z]+[A-Z])", text) or re.match(r"\S+\.\w{2,}(?:/|\b)", text):
        return text
    return text[:1].upper() + text[1:]


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
        verbal = word not in NOUNY_ING or following in PREPOSITIONS | DETERMINERS
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


def _shared_head(words: list[str], joint: int) -> tuple[str, int]:
    """The noun of "design and marketing | agency", where what "and" joins only tells its kind; else the one before."""
    rest = words[joint + 1 :]
    if not rest or rest[0] in DETERMINERS or not rest[0][0].isalpha():
        return words[joint - 1], joint - 1
    head, at = head_of(" ".join(rest))
    apart = at and not plural_noun(head) and head not in MASS and words[0] not in {"a", "an", "the"}
    return (
        (head, joint + 1 + at)
        if apart and (joint == 1 or not plural_noun(words[joint - 1]))
        else (words[joint - 1], joint - 1)
    )


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
    if re.match(r"[a-z]+['’]s [a-z]", text) and words[0].split("'")[0] in COUNTABLE_PEOPLE:
        return True
    if _coordinated_plural(words, at) or words[0] in _WEEKDAYS or head in _WEEKDAYS:
        return False
    if raw[0][0].isupper() and not known(raw[0]) and len(raw) > 1 and raw[1][:1].isupper() and not _acronym(text):
        return False
    if plural_noun(head) or (head in MASS and not _one_mail(words, at)) or not head[0].isalpha():
        return False
    if any(re.search(r"'s?$", w) for w in words[: at + 1]) and words[0] not in COMMON:
        return False
    if raw[at][:1].isupper() and not known(raw[at]) and not _acronym(raw[at]):
        return False
    return not (head in GERUNDS and head in NOUNY_ING and head not in {"meeting", "building", "booking", "newsletter"})


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
        bool(text)
        and text[0].isupper()
        and _title_case(text)
        and text.rsplit(maxsplit=1)[-1].lower() not in _MAIL_NOUNS
    )


_ADJECTIVES = bag("immediate instant automatic seasonal manual optional permanent free same various")
_ORDINAL = re.compile(r"(?:first|second|third|fourth|last|next|1st|2nd|3rd|\d+th)\b", re.IGNORECASE)


def with_article(text: str, article: str = "a", names: Collection[str] = ()) -> str:
    """The phrase as it stands inside a sentence, with "a", "an" or "the" where English wants one."""
    inside = lower_first(text, names)
    if words_of_kind(text) or re.match(r"(?:independent|private|public|non-?profit|free|open)(?:,|$)", inside):
        return inside
    if _ORDINAL.match(text) and not is_plural(text):
        return f"the {inside}"
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
    r"(?:link|mail|e-?mail|checkbox|box|form|button|header|page|toggle|code|token|sheet))$"
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


def go(text: str) -> str:
    return "go" if is_plural(text) else "goes"


def and_list(items: Sequence[str]) -> str:
    """ "a, b and c"; semicolons part items that hold commas themselves."""
    if len(items) < 2:
        return "".join(items)
    comma = "; " if any(re.search(r",(?!\d{3})", item) for item in items) else ", "
    if comma == "; " or (any(" and " in item for item in items[-2:]) and len(items) == 2):
        return f"{comma.join(items[:-1])}{', and ' if comma == ', ' else '; and '}{items[-1]}"
    joint = ", and " if any(" and " in item for item in items) else " and "
    return f"{comma.join(items[:-1])}{joint}{items[-1]}"


def passive(text: str, article: str = "a") -> str:
    """ "order placed" as a clause: "an order is placed"."""
    said = tokens(text)
    at = participle_at([t.lower() for t in said])
    if at is None:
        return text
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


_BARE_PLACES = re.compile(
    r"\b(?P<prep>in|on|from|via|through|into|to|by|of|using|at)\s+(?P<place>(?:(?:website|account|email|e-mail"
    r"|mail|page|app|profile|user|login|newsletter|sign-?up|registration|order|booking|contact|subscription|suppression"
    r"|unsubscribe|mailing)\s+)?(?:newsletter|footer|header|screen|website|app|dashboard|profile|form|link|button"
    r"|checkbox|inbox|mailing list|list|signup form|sign-up form|homepage|box))\b(?!['’-])",
)
_BARE_ORDINALS = re.compile(
    r"\b(?P<prep>after|on|from|at|in|until|by|before) (?P<nth>first|second|third|last|next) (?=[a-z])"
)
_BARE_EVENTS = re.compile(r"\b(?P<prep>after|on|upon|per) (?P<event>(?:hard |soft )?(?:bounce|complaint))\b(?!['’-])")
_BARE_SPANS = re.compile(
    r"\b(?P<day>day|\d(?:st|nd|rd|th)|first|last|end|start|beginning) of (?P<span>month|week|year)\b"
)
_BARE_PEOPLE = re.compile(
    r"\b(?P<verb>calls|phones|asks|marks|flags|blocks|notifies|informs|removes|deletes|suppresses|disables|unsubscribes|tells)\s+"
    r"(?P<thing>member|patient|customer|user|client|person|address|subscriber|recipient|donor|buyer|parent|guest|owner)"
    r"\b(?!['’-])"
)
_BARE_OBJECTS = re.compile(
    r"(?P<verb>(?:^|(?<=we )|(?<=they )|(?<=people )|(?<=users )|(?<=and )|(?<=or )|(?<=to )|(?<=, ))(?:remove"
    r"|delete|suppress|block|disable|flag|mark|click|tick|fill in|submit|press))\s+(?P<thing>address|contact"
    r"|subscriber|recipient|customer|user|record|link|button|box|checkbox|form|account)\b(?!['’-])",
    re.IGNORECASE,
)


def with_small_words(text: str) -> str:
    """Note style as prose: "link in footer" to "link in the footer", "remove address" to "remove the address"."""
    text = _BARE_ORDINALS.sub(r"\g<prep> the \g<nth> ", text)
    text = _BARE_EVENTS.sub(r"\g<prep> a \g<event>", text)
    text = _BARE_SPANS.sub(r"\g<day> of the \g<span>", text)
    text = _BARE_PLACES.sub(
        lambda m: f"{m['prep']} the {m['place']}" if not _ends_compound(text, m.end()) else m[0], text
    )
    text = _BARE_PEOPLE.sub(
        lambda m: f"{m['verb']} the {m['thing']}" if m.start() and not _ends_compound(text, m.end()) else m[0], text
    )
    return _BARE_OBJECTS.sub(
        lambda m: f"{m['verb']} the {m['thing']}" if not _ends_compound(text, m.end()) else m[0], text
    )


def _ends_compound(text: str, end: int) -> bool:
    """Whether a further noun follows, so that the place was only the first half of a compound."""
    following = re.match(r"\s+([a-z]+)", text[end:])
    if following is None:
        return False
    word = following[1]
    return not (
        word in PREPOSITIONS | CONJUNCTIONS | RELATIVES | ADVERBS | DETERMINERS | SUBORDINATORS
        or word in PASTS
        or is_adverb(word)
        or word in BASES - NOUN_TOO
        or word in {"is", "are"}
    )
