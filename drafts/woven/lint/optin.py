"""Rules on where addresses come from: SES is for mail that its recipient asked for."""

import re

from drafts.woven.lint.base import Rules, prose, remark, spots
from drafts.woven.request.kinds import kind_of
from drafts.woven.text.reading import says_only_yes
from model import Answers, MailType, Severity
from model.draft import Known

_MECHANISM = re.compile(
    r"\b(?:forms?|box|boxes|check-?box(?:es)?|ticks?|ticked|checks? a|sign(?:s|ed|ing)?[- ]?(?:up|ups)|signups?"
    r"|regist\w+|accounts?|checkout|orders?|ordering|books?|booking|pages?|buttons?|links?|clicks?|desk|counter"
    r"|paper|phone|app|websites?|sites?|enrol\w*|contracts?|qr|accepts?|invitations?|keyword|profile|settings|switch\w*|toggle|enters?"
    r"|types?|fills?|joins?|subscribes?|widget|pop-?up|purchas\w+|pays?|buys?|replies|writes?|asks?|office"
    r"|reception|shop|till)\b|フォーム|チェック|登録|ボタン|リンク|申込|申し込|口座|注文|購入",
    re.IGNORECASE,
)
_PRETICKED = re.compile(
    r"\bpre-?(?:ticked|checked|selected)\b|\bautomatically (?:added|subscribed|enrolled|opted|signed)\b"
    r"|\bauto-?(?:enrol\w*|subscribed?|added)\b|\bby using (?:the|our|my) (?:site|website|app|service|platform)\b"
    r"|\b(?:added|subscribed|enrolled) (?:automatically|by default)\b",
    re.IGNORECASE,
)
_LIST = r"(?:lists?|addresses|contacts|leads|databases?)"
_THIRD_PARTY = re.compile(
    r"(?<!both )\bpartners?\b|\blead[- ]gen(?:eration)?\b|\bleads\b(?!\s+(?:to|into|people|them|users))"
    r"|\bbusiness cards?\b|\blinked-?in\b"
    r"|\bscrap(?:e|es|ed|ing)\b|\bcrawl(?:ed|ing)\b|\bco-?registration\b|\bthird[- ]part(?:y|ies)\b"
    r"|\bdata brokers?\b|\bharvest(?:ed|ing)\b"
    rf"|\b(?:bought|purchased?|purchasing|buys?|buying|rent(?:s|ed|ing)?)[- ](?:\w+ ){{0,3}}?{_LIST}\b"
    rf"|\b{_LIST}\b.{{0,25}}\b(?:bought|purchased|rented)\b|\b(?:was|were|is|are|been) (?:bought|purchased|rented)\b"
    r"|\b(?:bought|purchased|rented) from (?:an? )?(?:\w+ )?(?:brokers?|vendors?|list|data|provider|compan(?:y"
    r"|ies))\b|^\W*(?:bought|purchased|rented)\W*$",
    re.IGNORECASE,
)
_SOURCE_PARTNER = re.compile(
    r"\b(?:from|via|through|by|of) (?:our |my |other )?partners?\b|\bpartner (?:lists?|sites?|data)\b", re.IGNORECASE
)
_COLD = re.compile(
    r"\b(?<!community )outreach\b|\bprospects\b|\bprospect(?:s|ive) (?:lists?|customers?|clients?)\b"
    r"|\bprospecting\b"
    r"|\bcold[- ](?:e-?mails?|e-?mailing|calls?|contacts?|leads?|lists?|messages?|campaigns?|audience)\b"
    r"|\bunsolicited\b",
    re.IGNORECASE,
)
_IMPORTED = re.compile(
    r"\bexisting (?:customers?|clients?|users?|members?|contacts?|list|subscribers?)\b|\bimport(?:ed|ing)?\b"
    r"|\bmigrat(?:ed|ing|ion)\b|\bprevious (?:provider|list|newsletter)\b|\bold list\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\binvit(?:es?|ed|ing|ations?)\b(?=.{0,30}\b(?:friends?|colleagues?|teammates?|co-?workers?|team|others"
    r"|people they|contacts|guests)\b)|\binvit(?:ation|e)s? (?:from|by|sent by) (?:users?|members?|customers?)\b"
    r"|\b(?:user|team|member) invit(?:ation|e)s?\b|\binvitations? to join\b"
    r"|\b(?:share|forward)\w*[- ](?:\w+[- ])?(?:with|to)[- ]a?[- ]?friends?\b|\brefer[- ]a[- ]friend\b"
    r"|\btell[- ]a[- ]friend\b"
    r"|\b(?:client|customer|user|member|tenant)s?['’]s? (?:own )?(?:clients?|customers?|users?|contacts|guests"
    r"|patients|buyers)\b|\b(?:clients?|customers?) of (?:our|my|the|their) (?:clients?|customers?|users?)\b"
    r"|\btheir own (?:clients?|customers?)\b",
    re.IGNORECASE,
)
_SOURCES = ("opt_in", "unconfirmed", "streams.*.recipients")
_MAIL = ("streams.*.what", "streams.*.trigger", "streams.*.recipients", "opt_in", "business")


def no_mechanism(answers: Answers, _known: Known) -> Rules:
    """optin.no-mechanism: "users opt in", "they agreed", "GDPR compliant"."""
    text = answers.opt_in
    if _MECHANISM.search(text) and not says_only_yes(text):
        return
    marketing = any(kind_of(s) is MailType.MARKETING for s in answers.streams)
    what = "" if not marketing else " For a newsletter, say what becomes of those who do not confirm."
    advice = (
        "Say where people give their address, in which form or box, whether the box is empty at first, how they"
        f" confirm, and what happens to the unconfirmed; add the address of the page.{what}"
    )
    yield remark("optin.no-mechanism", Severity.ASK, "opt_in", text, advice)


def preticked(answers: Answers, _known: Known) -> Rules:
    """optin.preticked: a yes that nobody gave."""
    for piece, sentence, word in spots(prose(answers, *_SOURCES), _PRETICKED):
        advice = f"“{word}” is no consent to a reviewer. Get a real yes first: an empty box, or a form of its own."
        yield remark("optin.preticked", Severity.WARN, piece.field, sentence, advice)


def third_party(answers: Answers, _known: Known) -> Rules:
    """optin.third-party: addresses that came from somebody else. Stops."""
    advice = (
        "SES may not be used for addresses that were bought, rented, collected elsewhere or passed on. Leave them"
        " out of the list, and describe only people who gave their address to you."
    )
    for piece, sentence, _ in spots(prose(answers, "opt_in", "unconfirmed"), _THIRD_PARTY):
        yield remark("optin.third-party", Severity.STOP, piece.field, sentence, advice)
    for piece, sentence, word in spots(prose(answers, "streams.*.recipients", "basis"), _THIRD_PARTY):
        if not re.fullmatch(r"partners?", word, re.IGNORECASE) or _SOURCE_PARTNER.search(sentence):
            yield remark("optin.third-party", Severity.STOP, piece.field, sentence, advice)


def cold(answers: Answers, _known: Known) -> Rules:
    """optin.cold: mail to people who did not ask for it. Stops."""
    for piece, sentence, word in spots(prose(answers, *_MAIL), _COLD):
        advice = (
            f"“{word}” is mail that nobody asked for, and SES is for mail that was asked for. Leave this stream out;"
            " a tool for sales mail is another matter."
        )
        yield remark("optin.cold", Severity.STOP, piece.field, sentence, advice)


def imported(answers: Answers, _known: Known) -> Rules:
    """optin.imported: a list that is older than its consent can show."""
    for piece, sentence, word in spots(prose(answers, *_SOURCES), _IMPORTED):
        advice = (
            f"“{word}” raises the question where the addresses come from. Say the source, the date, the proof of"
            " consent, and who was left behind."
        )
        yield remark("optin.imported", Severity.WARN, piece.field, sentence, advice)


def others_addresses(answers: Answers, _known: Known) -> Rules:
    """optin.others-addresses: users enter addresses of people who never met you."""
    for piece, sentence, word in spots(prose(answers, *_MAIL), _OTHERS):
        advice = (
            f"“{word}”: here your users decide who gets mail. Say how many messages an account may send and that each"
            " one has a link by which its recipient can block further ones."
        )
        yield remark("optin.others-addresses", Severity.WARN, piece.field, sentence, advice)
