"""Who gets a message, as the phrase after "to", in full and in short."""

import re
from collections.abc import Sequence

from drafts.woven.numbers import per_event, per_month
from drafts.woven.text.finite import plural, tokens
from drafts.woven.text.nouns import head_of, is_plural, listed, with_article
from drafts.woven.text.phrase import lower_first
from drafts.woven.text.reading import Unit
from drafts.woven.text.shape import Shape
from drafts.woven.text.verbs import PASTS
from drafts.woven.text.words import ADVERBS, PREPOSITIONS, RELATIVES
from model import MailType, Stream

_BARE = re.compile(
    r"(?:(?:about|around|approximately|approx\.?|roughly|up to|nearly|almost|over|more than|some"
    r"|ca\.?)\s+)?\d[\d.,' ]*\+?",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r"(?:the|our|my|an?|all|every|each|only|any|those|these|no|both|\d)\b", re.IGNORECASE)
_GOES_TO = re.compile(
    r"(?:It|They|This|These|The messages?|The e-?mails?) (?:goes?|(?:is|are) (?:only )?sent) to (?=\w)", re.IGNORECASE
)
_CUTTABLE = re.compile(
    r"(?!(?:no|not|never|any|every|each|only|all|people|those|the one|the person|anyone|everyone|everybody"
    r"|somebody|someone|whoever)\b)",
    re.IGNORECASE,
)


def to_whom(who: Sequence[Unit]) -> str:
    """The phrase after "to"; empty where nothing was said, or a whole sentence."""
    goes = _GOES_TO.match(who[0].text) if who else None
    if goes:
        return with_article(who[0].text[goes.end() :], "the")
    if not who or who[0].shape in {Shape.SENTENCE, Shape.OTHER}:
        return ""
    text = re.sub(r"^(?:to|for)\s+", "", who[0].text, flags=re.IGNORECASE)
    only = re.match(r"(?:only|just)\s+(?:to\s+)?", text, re.IGNORECASE)
    if only:
        return with_article(text[only.end() :], "the") + " only" if len(text.split()) < 5 else lower_first(text)
    return with_article(listed(text), "the" if not re.match(r"an?\s", text) else "a")


def bare_list(stream: Stream, to: str, number: str) -> bool:
    """Whether a bare number can only be the people on a list, so that it belongs before them: promotional mail, or mail
    that goes out by the calendar."""
    by_calendar = per_month(stream.rhythm) is not None and per_event(stream.rhythm) is None
    if not (stream.kind is MailType.MARKETING or by_calendar):
        return False
    return bool(_BARE.fullmatch(number)) and is_plural(to) and not _DETERMINED.match(to)


def short(to: str) -> str:
    """Who gets it in a word or two, cut before what tells them apart; whole where it cannot be cut safely."""
    if re.match(r"(?:that|this|those|these|the same)\b", to, re.IGNORECASE):
        return ""
    words = tokens(to)
    end = 0
    for at, word in enumerate(words):
        place = to.replace("’", "'").index(word, end)
        if at and word == "," and _lists(words, at):
            end = place + 1
            continue
        if at and _tells_apart(words, at):
            head = re.sub(r"[ ,]+(?:and|or)?[ ,]*$", "", to[:place])
            return plainly(head) if _CUTTABLE.match(head) and len(head.split()) < 8 else to
        end = place + len(word)
    return plainly(to)


def _tells_apart(words: Sequence[str], at: int) -> bool:
    low, before = words[at].lower(), words[at - 1].lower()
    if low in RELATIVES:
        return not (low == "that" and before in PREPOSITIONS)
    if low in PASTS:
        return plural(before)
    if low == "of" and words[at + 1 : at + 2] and words[at + 1].lower() in {"that", "this", "these", "those"}:
        return True
    return low in PREPOSITIONS - {"of", "for"} or not low[0].isalnum() or low in ADVERBS


def _lists(words: Sequence[str], comma: int) -> bool:
    """Whether a comma parts people in a list: "students, staff and members"."""
    rest = [w.lower() for w in words[comma + 1 :]]
    if not rest or rest[0] in RELATIVES | PREPOSITIONS | ADVERBS or rest[0] in PASTS:
        return False
    joint = next((at for at, w in enumerate(rest) if w in {"and", "or"}), None)
    return joint is not None and joint < 5 and not set(rest[:joint]) & (RELATIVES | PREPOSITIONS)


def plainly(head: str) -> str:
    """ "the customer" as "customers", in a summary that speaks of all of them."""
    all_of_them = re.fullmatch(r"the ([a-z]+s)", head)
    if all_of_them and is_plural(head):
        return all_of_them[1]
    one = re.fullmatch(r"(?:the|each|every|an?) (?P<kind>(?:[a-z-]+ ){0,2})(?P<who>[a-z]+)", head)
    if one is None or one["who"].endswith(("s", "y", "people", "man", "child", "person", "staff", "team", "public")):
        return head
    if one["who"].endswith("ed") or set(one["kind"].split()) & (PREPOSITIONS | {"and", "or", "other", "same"}):
        return head
    return f"{one['kind']}{one['who']}s"


def names(subject: str | None, to: str) -> bool:
    """Whether the stream's own name says who gets it: "weekly letter to parents"."""
    return bool(subject and to) and bool(
        re.search(rf" (?:to|for) {re.escape(head_of(to)[0])}\b", f" {subject}".lower())
    )


_SAID_AT_LENGTH = 6
"""Words of recipients that are not said twice."""


def whole_in_overview(to: str, subject: str | None) -> bool:
    """Whether an overview of several streams has already said who gets this one, in full and at length."""
    return len(to.split()) > _SAID_AT_LENGTH and short(to) == to and not names(subject, to)
