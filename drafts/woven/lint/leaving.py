"""Rules on unsubscribing, bounces and complaints."""

import re

from drafts.woven.lint.base import Prose, Rules, prose, remark, spots
from drafts.woven.request.kinds import SERVICE, kind_of
from drafts.woven.text.tidy import flat
from model import Answers, MailType, Severity
from model.draft import Known

_LINK = re.compile(
    r"\b(?:links?|buttons?|one[- ]click|1[- ]click|list-unsubscribe|preference|toggle|settings|url|page)\b"
    r"|リンク|ボタン",
    re.IGNORECASE,
)
_ONE_CLICK = re.compile(r"\b(?:one|1|single)[- ]click\b|list-unsubscribe|ワンクリック", re.IGNORECASE)
_REPLY = re.compile(r"\b(?:reply|replies|replying|write to us|writes? us|email us|tell us|contact us)\b", re.IGNORECASE)
_SLOW = re.compile(
    r"\b(?:within|in|up to|takes?|after|at most)\s+(?:about\s+)?(?P<n>\d+|two|three|four|five|seven|ten"
    r"|thirty)\s*(?:to \d+\s*)?(?:-\s*)?(?P<unit>business |working )?(?P<span>days?|weeks?|months?)\b"
    r"|\b(?P<m>\d+|ten|thirty)[ -](?:business |working )?days?\b|\bnext (?:week|month)\b",
    re.IGNORECASE,
)
_OFFERS = re.compile(r"\bunsubscribe\b|\bopt[- ]?out\b", re.IGNORECASE)
_ACTS = re.compile(
    r"\b(?:remov\w+|delet\w+|suppress\w*|stop\w*|block\w*|unsubscrib\w+|mark\w*|flag\w*|disabl\w+|deactivat\w+"
    r"|retr(?:y|ied|ies)|correct\w*|call\w*|phon\w+|purg\w+|drop\w*|tak(?:e|es|en|ing) (?:\w+ ){0,3}off"
    r"|switch\w* off|turn\w* off|exclud\w+|quarantin\w+|added to|adds? to|blacklist\w*|no (?:further|more) mail"
    r"|nothing (?:is|more|further)|erase\w*|clean\w*|opt\w* out|same|ignored?|never mail\w*|paus\w+|bar\w*)\b|停止"
    r"|削除|除外|抑止|サプレッション",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:we|I|they|it|this|there|addresses|people|users|customers)(?:['’]ll| will)\b(?! never| not)|\bwill be\b"
    r"|\bplan(?:s|ned|ning)? to\b|\bsoon\b(?<!as soon)|\bgoing to\b|\bintend(?:s|ing)? to\b"
    r"|\b(?:coming|under construction|in development|not yet)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_DAYS = {"two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "ten": 10, "thirty": 30}


def _sends(answers: Answers, kind: MailType) -> bool:
    return any(kind_of(s) is kind for s in answers.streams)


def unsub_missing(answers: Answers, _known: Known) -> Rules:
    """unsub.missing: marketing without a link and the one-click header. Stops where there is no link at all."""
    if not _sends(answers, MailType.MARKETING):
        return
    text = flat(answers.leaving)
    if not _LINK.search(text):
        how = "A reply alone does not do. " if _REPLY.search(text) else ""
        advice = (
            f"{how}Promotional mail needs an unsubscribe link in every message and the one-click header"
            " (List-Unsubscribe with List-Unsubscribe-Post). Put both in, then say so."
        )
        yield remark("unsub.missing", Severity.STOP, "leaving", answers.leaving, advice)
    elif not _ONE_CLICK.search(text):
        advice = (
            "There is a link; say whether the one-click header is there too (List-Unsubscribe with"
            " List-Unsubscribe-Post, RFC 8058). SES adds it where its subscription management is used."
        )
        yield remark("unsub.missing", Severity.WARN, "leaving", answers.leaving, advice)


def unsub_slow(answers: Answers, _known: Known) -> Rules:
    """unsub.slow: "within 10 days", "30 days"."""
    for piece in prose(answers, "leaving"):
        for sentence in piece.sentences:
            slow = next((m for m in _SLOW.finditer(sentence) if _days(m) > 2), None)
            if slow:
                advice = (
                    f"“{slow[0]}” is too slow: Gmail and Yahoo allow two days. Take people off at once, and say so."
                )
                yield remark("unsub.slow", Severity.WARN, piece.field, sentence, advice)
                return


def _days(match: re.Match[str]) -> float:
    number = (match["n"] or match["m"] or "").lower()
    if not number:
        return 7.0
    count = _DAYS.get(number) or float(number)
    span = (match["span"] or "days").lower()
    return count * (7 if span.startswith("week") else 30 if span.startswith("month") else 1)


def unsub_false(answers: Answers, _known: Known) -> Rules:
    """unsub.false: receipts or codes with an unsubscribe link."""
    if _sends(answers, MailType.MARKETING) or not all(SERVICE.search(s.what) for s in answers.streams):
        return
    for piece, sentence, _ in spots(prose(answers, "leaving"), _OFFERS):
        if re.search(r"not applicable|n/a|cannot be|none is|no need|not needed", sentence, re.IGNORECASE):
            continue
        advice = (
            "Receipts, codes and the like need no unsubscribe, and nobody believes one. Say why none is needed, and"
            " how people stop the mail for good: by closing the account."
        )
        yield remark("unsub.false", Severity.WARN, piece.field, sentence, advice)


def bounce_vague(answers: Answers, _known: Known) -> Rules:
    """bounce.vague: "we monitor", "we handle them properly", or nothing."""
    both = f"{answers.bounces} {answers.complaints}"
    for field, event in (("bounces", "bounce"), ("complaints", "complaint")):
        text = str(getattr(answers, field))
        told_elsewhere = not text.strip() and re.search(
            event if event == "bounce" else "complain|spam", both, re.IGNORECASE
        )
        if _ACTS.search(text) or told_elsewhere:
            continue
        advice = (
            f"Say the event, what happens, and when: “on a hard {event} the address is suppressed at once”."
            if event == "bounce"
            else "Say the event, what happens, and when: “on a complaint the address is taken off every list at once”."
        )
        yield remark("bounce.vague", Severity.ASK, field, text, advice)


def bounce_future(answers: Answers, _known: Known) -> Rules:
    """bounce.future: "will", "plan to", "soon" where AWS wants what is in place."""
    pieces = [
        *prose(answers, "opt_in", "unconfirmed", "leaving", "bounces", "complaints"),
        Prose("website", _ADDRESS.sub(" ", answers.website)),
    ]
    for piece, sentence, word in spots(pieces, _FUTURE, negation=False):
        advice = f"“{word}” speaks of later, and AWS wants what is in place today. Build it first, or leave it out."
        yield remark("bounce.future", Severity.WARN, piece.field, sentence, advice)
