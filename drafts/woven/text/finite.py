"""Finding the verb that makes a piece of English a sentence.

Verbs inside a relative clause ("people who signed up") do not count, and neither does a form that is as likely a noun
("order confirmations"). Words are lower-case tokens throughout.
"""

import re
from collections.abc import Sequence

from drafts.woven.text.bag import bag
from drafts.woven.text.verbs import BASES, GERUNDS, NOUN_TOO, PAST_ONLY, PASTS, THIRD
from drafts.woven.text.words import (
    ACTORS,
    ADVERBS,
    AUX,
    CONJUNCTIONS,
    COUNTABLE_PEOPLE,
    DETERMINERS,
    FINITE_AUX,
    NOT_ADVERBS,
    PLURAL_WITHOUT_S,
    PREPOSITIONS,
    PRONOUN_VERB,
    PRONOUNS,
    RELATIVES,
    SINGULAR_WITH_S,
    SUBJECTS,
    SUBORDINATORS,
    THINGS_DONE,
    TIMES,
)

_TOKEN = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+|\d+(?:[.,]\d+)+|\w+(?:[’'.\-/]\w+)*(?:[’'](?=\s|$))?|[^\w\s]")
_OBJECTS = bag("the our my their his her its them it him us an")
_NEVER_VERBS = DETERMINERS | PREPOSITIONS | CONJUNCTIONS | RELATIVES | SUBORDINATORS | AUX | bag("than both not")
_OPENS_OBJECT = DETERMINERS | bag("them it us me him up online off something everything anything someone anyone")
_AFTER_VERBS = bag(
    "through via on at from with in out after within until when if before immediately automatically by email"
) | frozenset("\"“'")
_HAPPEN = bag("work end stop start last")
_AND_HOW = bag("for in with from at after before when right immediately until")
"""Verbs without an object, and what may follow them: "the course ends with an exam"."""
_PARTICLES = bag("up in out online first off")
_NO_CLAUSE = bag(
    """each every one two three four five six seven ten twelve then soon well purchase checkout payment delivery"""
)
_UI = bag(
    """button box boxes link form page checkbox email emails mail mails option flow list field notice request token
    header
    label message messages code codes"""
)


def tokens(text: str) -> list[str]:
    """Words, numbers, addresses and marks, in order."""
    return _TOKEN.findall(text.replace("’", "'"))


def is_adverb(word: str) -> bool:
    return word in ADVERBS or (word.endswith("ly") and word not in NOT_ADVERBS)


def plural(word: str) -> bool:
    """Whether a noun has a plural form."""
    if word in PLURAL_WITHOUT_S:
        return True
    return (
        word.endswith("s")
        and len(word) > 3
        and word not in SINGULAR_WITH_S
        and not word.endswith(("ss", "'s", "us", "is"))
    )


def is_people(word: str) -> bool:
    """Whether a plural noun names people: "members", "podcasters"."""
    if word == "people" or (word.endswith("s") and word[:-1] in COUNTABLE_PEOPLE | ACTORS):
        return True
    return word.endswith(("ers", "ists", "ees")) and word not in _NO_PEOPLE


_NO_PEOPLE = bag(
    """newsletters letters orders offers headers footers folders vouchers papers computers counters fees numbers flyers
    banners posters reminders parameters servers trailers covers matters chapters quarters levers filters drawers
    containers registers employers centers trees"""
)


def finite_at(words: Sequence[str]) -> int | None:
    """The place of the main finite verb, None where there is none."""
    inside = False
    at = 0
    while at < len(words):
        if at and _opens_clause(words, at):
            inside = True
        elif _is_finite(words, at):
            if not inside or _takes_the_mail(words, at):
                return at
            at = _end_of_group(words, at)
            inside = False
            if at < len(words) and _resumes(words, at):
                return at
            continue
        at += 1
    return None


def _at(words: Sequence[str], at: int) -> str:
    return words[at] if 0 <= at < len(words) else ""


def _opens_clause(words: Sequence[str], at: int) -> bool:
    """Whether a clause of its own opens here; "of that pupil" and "after 14 days" open none."""
    word, following = words[at], _at(words, at + 1)
    if word in PRONOUNS and _reduced(words, at):
        return True
    if word not in RELATIVES or (word == "that" and words[at - 1] in PREPOSITIONS):
        return False
    if word in {"after", "before", "until", "once", "as", "while"}:
        return not (following[:1].isdigit() or following in GERUNDS or following in _NO_CLAUSE)
    return True


def _reduced(words: Sequence[str], at: int) -> bool:
    """Whether a pronoun opens a relative clause without "who": "the teammates | they added"."""
    before, first = words[at - 1], words[0]
    if at < 2:
        return False
    if first in PREPOSITIONS | SUBORDINATORS | {"every", "each"} or is_adverb(first) or is_adverb(before):
        return False
    noun = before[:1].isalpha() and before not in (
        DETERMINERS | PREPOSITIONS | CONJUNCTIONS | RELATIVES | SUBJECTS | AUX | TIMES | {"then", "so", "what", "how"}
    )
    return (
        noun
        and before not in PASTS
        and (before not in THIRD or THIRD[before] in NOUN_TOO)
        and (before not in BASES or before in NOUN_TOO)
    )


def _takes_the_mail(words: Sequence[str], at: int) -> bool:
    """ "… get it" at the end of a piece is its main verb however long the subject was."""
    return words[at] in {"get", "gets", "receive", "receives"} and _at(words, at + 1) in {"it", "them", "this", "these"}


def _resumes(words: Sequence[str], at: int) -> bool:
    """Whether the main verb comes right after a relative clause: "people who sign up | get it"."""
    at += words[at] in _PARTICLES and at + 1 < len(words)
    return (
        words[at] in FINITE_AUX
        or words[at] in BASES - NOUN_TOO
        or (words[at] in THIRD and THIRD[words[at]] not in NOUN_TOO)
    )


def _end_of_group(words: Sequence[str], at: int) -> int:
    """Past a verb with its auxiliaries and whatever is coordinated with it inside the same clause."""
    helped = words[at] in AUX
    at += 1
    done = False
    while at < len(words):
        word = words[at]
        if helped and done and word in FINITE_AUX:
            return at
        done = done or word in PASTS
        if is_adverb(word) or (helped and (word in AUX or word in PASTS or word in GERUNDS or word == "not")):
            at += 1
        elif word in CONJUNCTIONS | {","} and _coordinated(words, at + 1):
            at += 2
        else:
            break
    for later in range(at, len(words) - 1):
        if words[later] in CONJUNCTIONS | {","} and _coordinated(words, later + 1):
            return _end_of_group(words, later + 1)
        if words[later] in RELATIVES or _takes_the_mail(words, later):
            break
    return at


def _coordinated(words: Sequence[str], at: int) -> bool:
    word = _at(words, at)
    if word in ADVERBS and at + 1 < len(words):
        return _coordinated(words, at + 1)
    return (
        word in FINITE_AUX
        or word in PASTS
        or (word in THIRD and THIRD[word] not in NOUN_TOO)
        or (word in BASES and word not in NOUN_TOO)
    )


def _is_finite(words: Sequence[str], at: int) -> bool:  # noqa: C901, PLR0912 - one case of English after the other
    word, before, after = words[at], _at(words, at - 1), _at(words, at + 1)
    verb = word in THIRD or word in BASES or word in PASTS
    if word in THIRD and before[:1].isdigit():
        return False
    if word in PRONOUN_VERB or (at and _takes_the_mail(words, at)):
        return True
    if word == "am" and before != "i":
        return False
    if word in FINITE_AUX:
        return not (word in {"may", "will"} and not after) and not (word == "can" and before in {"a", "the"})
    if before in {"who", "which", "that"} and verb:
        return before != "that" or _at(words, at - 2) not in PREPOSITIONS
    if word in PAST_ONLY and before[:1].isalpha() and before not in RELATIVES:
        return True
    if before in PRONOUNS and (at == 1 or before not in {"it", "you"}) and word[0].isalpha():
        return word not in CONJUNCTIONS | PREPOSITIONS | {"both", "all", "two"}
    if before in SUBJECTS and verb and word not in PREPOSITIONS:
        if before in {"both", "all", "each"} and word in PASTS and after in PREPOSITIONS:
            return False
        return not (word in NOUN_TOO and before in {"this", "that", "these", "those"})
    if before in ADVERBS and _at(words, at - 2) in SUBJECTS and verb:
        return True
    if at and (_has_object(words, at) or _ends_singular(words, at)):
        return True
    if word in THIRD:
        return _third_is_finite(THIRD[word], before, after, at)
    if word in BASES and at:
        return _base_is_finite(word, before, after)
    return word in PASTS and bool(at) and _past_is_finite(before, after)


def _has_object(words: Sequence[str], at: int) -> bool:
    """Whether an unlisted word between a noun and "the", "our", "them" … must be a verb: "the office phones the
    family"."""
    word, before = words[at], words[at - 1]
    if _at(words, at + 1) not in _OBJECTS or not word.isalpha() or not before.isalpha():
        return False
    if word in _NEVER_VERBS or word in PASTS or word in GERUNDS or is_adverb(word) or is_adverb(before):
        return False
    if before in DETERMINERS | PREPOSITIONS | CONJUNCTIONS | RELATIVES | SUBJECTS | AUX:
        return False
    return (word.endswith("s") and not plural(before)) or (not word.endswith("s") and plural(before))


def _ends_singular(words: Sequence[str], at: int) -> bool:
    """Whether "a" or "every" shows that a form with -s is a verb, as no plural agrees with it: "a ride | ends"."""
    following = _at(words, at + 1)
    if at < 2 or words[0] not in {"a", "an", "each", "every"} or words[at] not in THIRD:
        return False
    if set(words[1:at]) & _NEVER_VERBS or not words[at - 1].isalpha() or plural(words[at - 1]):
        return False
    return not following or not following[0].isalnum() or following in PREPOSITIONS or is_adverb(following)


def _third_is_finite(base: str, before: str, after: str, at: int) -> bool:
    if base in _HAPPEN and before not in DETERMINERS | PREPOSITIONS and (after in _AND_HOW or is_adverb(after)):
        return True
    if base == "log" and after in {"in", "out", "on", "into"}:
        return True
    if base not in NOUN_TOO:
        return at == 0 or before not in DETERMINERS | PREPOSITIONS
    if (before in ACTORS or before.endswith("person")) and base not in THINGS_DONE:
        return after not in AUX
    if at == 0:
        return bool(after) and (after in _OPENS_OBJECT or plural(after))
    if not before[:1].isalpha() or before in DETERMINERS | PREPOSITIONS | CONJUNCTIONS or plural(before):
        return False
    return after in _OPENS_OBJECT or plural(after)


def _base_is_finite(word: str, before: str, after: str) -> bool:
    if not plural(before) or word in PREPOSITIONS or (after in _UI and word in NOUN_TOO):
        return False
    if after in {"", ","} and before[:-1] in ACTORS and word not in THINGS_DONE:
        return True
    if not after or (word == "stop" and after in {",", "for", "at", "immediately"}):
        return word in {"stop", "end", "expire", "continue", "change"}
    if before != word and is_people(before) and plural(after):
        return True
    if (before == "people" or before[:-1] in ACTORS) and word not in THINGS_DONE:
        return True
    return word not in NOUN_TOO or after in _OPENS_OBJECT | _AFTER_VERBS


def _past_is_finite(before: str, after: str) -> bool:
    """ "the customer placed an order" against "orders placed by customers"."""
    if not before[:1].isalpha() or is_adverb(before) or before in BASES - NOUN_TOO:
        return False
    if before in DETERMINERS | PREPOSITIONS | CONJUNCTIONS | AUX:
        return False
    return after in (DETERMINERS - {"only", "no", "once"}) | {"up", "out"}


def participle_at(words: Sequence[str]) -> int | None:
    """Where "is" belongs in "order placed" or "hard bounces suppressed at once"; None where nothing was done."""
    for at, word in enumerate(words[:9]):
        before = _at(words, at - 1)
        if word in RELATIVES or not word[0].isalpha():
            return None
        if word in {"off", "gone"} and (plural(before) or before in {"news", "mail", "email"}) and 0 < at < 3:
            return at
        is_past = (word in PASTS or _ends_like_past(word)) and word not in BASES and word not in PAST_ONLY
        if at > 1 and is_past and (before == "not" or is_adverb(before)) and words[at - 2] not in _NO_SUBJECT:
            return at - 1 if ends_participle(word, words[at + 1 : at + 3]) else None
        if (
            at
            and word in _HOW_IT_IS
            and not plural(word)
            and (_at(words, at + 1) in PREPOSITIONS | {""} or words[at + 1][0].isdigit())
        ):
            return at
        if at and is_past and before not in DETERMINERS | ADVERBS | CONJUNCTIONS | PREPOSITIONS:
            return at if ends_participle(word, words[at + 1 : at + 3]) else None
        if word in PREPOSITIONS:
            return None
    return None


_NO_PAST = bag(
    "need feed speed seed breed weed indeed hundred kindred naked wicked sacred rugged allied exceed proceed"
)


def _ends_like_past(word: str) -> bool:
    return word.endswith("ed") and len(word) > 4 and "-" not in word and word not in _NO_PAST


_NO_SUBJECT = DETERMINERS | ADVERBS | CONJUNCTIONS | PREPOSITIONS
_HOW_IT_IS = bag("valid invalid inactive unavailable available due overdue ready missing ill sick absent")
_DONE_TO = bag("bad invalid inactive undeliverable dead unsubscribed blocked straight right as")
_SPAN = bag("day days week weeks month hour hours minute minutes moment time")


def ends_participle(head: str, following: Sequence[str]) -> bool:
    """Whether a past form at the start is "removed at once" or "removed the same day", and not "used cars"."""
    if head in BASES and head in NOUN_TOO:
        return head in PASTS and _at(following, 0) == "by"
    if not following:
        return True
    word = following[0]
    if word in {"the", "same", "one", "two", "three"} or word[0].isdigit():
        return bool(set(following) & _SPAN) or _at(following, 1) == "same" or word[0].isdigit()
    return (
        not word[0].isalnum()
        or word in PREPOSITIONS | CONJUNCTIONS | SUBORDINATORS | _DONE_TO | {"each", "every"}
        or is_adverb(word)
    )


def verb_in_company(base: str, following: Sequence[str]) -> bool:
    """Whether a base at the start of a piece is a verb: always, unless it is a noun as well and stands alone or before
    what could be its compound ("follow button", "order confirmation")."""
    word = _at(following, 0)
    if word in _UI:
        return False
    if base == "unsubscribe" and word in {"in", "via", "from", "by", "at", "with"}:
        return True
    if base in {"stop", "start", "keep", "avoid"} and (word in GERUNDS or word in {"being", "having"}):
        return True
    if (
        word in {"or", "and"}
        and _at(following, 1) in BASES
        and _at(following, 2) in DETERMINERS | {"us", "me", "them", "it"}
    ):
        return True
    if base not in NOUN_TOO or (base == "reply" and word in {"stop", "with", "to", "unsubscribe"}):
        return True
    return word in DETERMINERS - {"only"} | {"them", "it", "us", "me", "up", "out", "off"}
