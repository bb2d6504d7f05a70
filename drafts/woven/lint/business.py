"""Rules on the business and its mail: can a stranger tell what is sold, to whom, and what a message says?"""

import re

from drafts.woven.lint.base import Rules, prose, remark
from drafts.woven.text.bag import bag
from drafts.woven.text.tidy import flat
from drafts.woven.text.tongue import is_dense
from model import Answers, Severity
from model.draft import Known

_GENERIC = bag(
    """we are a an the our company business firm startup start-up organisation organization agency enterprise
    offering offers offer provide provides providing services service products product solutions solution
    various different many quality best leading global international innovative for to of in and with
    customers clients users people everyone online digital website platform provider providers supplier needs
    meet your every high top modern world-class comprehensive range wide businesses companies industry
    customer client user value it is i my that which all kinds things stuff worldwide"""
)
_GENERIC_MAIL = bag(
    """marketing transactional promotional email emails e-mail e-mails mail mails messages message notifications
    notification updates update alerts alert information campaigns campaign bulk various important and our to users
    customers communication communications"""
)
_FEWEST = 8
"""Words, after the name, under which nobody can tell what a business is."""


def business_vague(answers: Answers, _known: Known) -> Rules:
    """business.vague: under 8 words after the name, or only generic nouns."""
    text = flat(answers.business)
    own = re.sub(re.escape(flat(answers.name)), " ", text, flags=re.IGNORECASE) if answers.name.strip() else text
    words = _words(own)
    told = len(words) + len(_words(answers.place)) + len(_words(answers.since))
    enough = len(own) >= 12 if is_dense(own) else told >= _FEWEST and len(words) > 1
    if enough and any(w not in _GENERIC for w in words):
        return
    advice = "Say what is sold or done, for whom, where, and since when. A reviewer has to know the business from this."
    yield remark("business.vague", Severity.ASK, "business", text, advice)


def mail_vague(answers: Answers, _known: Known) -> Rules:
    """mail.vague: "marketing emails" or "notifications" alone."""
    for at, stream in enumerate(answers.streams):
        words = _words(stream.what)
        field = f"streams.{at}.what"
        if not words and any((stream.trigger, stream.recipients, stream.rhythm, stream.number)):
            yield remark("mail.vague", Severity.ASK, field, "", _NAME_TWO)
        elif words and all(w in _GENERIC_MAIL for w in words) and len(_words(stream.trigger)) < 3:
            yield remark("mail.vague", Severity.ASK, field, stream.what, _NAME_TWO)
    if not answers.streams:
        yield remark("mail.vague", Severity.ASK, "streams.0.what", "", _NAME_TWO)


_NAME_TWO = (
    "Name two real messages and what triggers each: “the receipt when a customer pays”, “the letter with new recipes"
    " on the first Sunday of the month”."
)


def sample_missing(answers: Answers, _known: Known) -> Rules:
    """sample.missing: no example of a message."""
    if not any(c.isalnum() for c in answers.sample):
        advice = (
            "Paste one short message as people get it, with its subject. AWS asks for an example when it wants details."
        )
        yield remark("sample.missing", Severity.WARN, "sample", "", advice)


def frequency_ambiguous(answers: Answers, _known: Known) -> Rules:
    """frequency.ambiguous: "biweekly", "bimonthly", "regularly"."""
    for piece in prose(answers, "streams.*.rhythm", "streams.*.what", "monthly", "basis"):
        found = _AMBIGUOUS.search(piece.text)
        if found is None or (piece.field.endswith("what") and not found[0].lower().startswith("bi")):
            continue
        word = found[0].lower()
        twice = "twice a week or every two weeks" if "week" in word else "twice a month or every two months"
        meant = (
            f"“{word}” is read both ways: write “{twice.split(' or ', maxsplit=1)[0]}” or “{twice.split(' or ')[1]}”."
        )
        advice = meant if word.startswith("bi") else f"“{word}” is no rhythm: write how often, such as “every Tuesday”."
        yield remark("frequency.ambiguous", Severity.ASK, piece.field, piece.text, advice)


_AMBIGUOUS = re.compile(
    r"\bbi-?(?:weekly|monthly|annually)\b|\b(?:regularly|from time to time|periodically)\b", re.IGNORECASE
)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", text.lower())
