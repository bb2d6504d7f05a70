"""Rules on the form itself: mail type, website, contacts, language."""

import re
from urllib.parse import urlsplit

from drafts.woven.lint.base import Rules, prose, remark, spots
from drafts.woven.request.form import web_address
from drafts.woven.request.kinds import PROMOTION, SERVICE, mail_type
from drafts.woven.request.voice import said, voice_of
from drafts.woven.text.tidy import flat
from drafts.woven.text.tongue import Tongue
from model import Answers, ContactLanguage, MailType, Outcome, Severity
from model.draft import Known

MOST_CONTACTS = 4
"""Additional contacts that AWS takes (PutAccountDetails, AdditionalContactEmailAddresses)."""
_MAILBOX = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*")
_IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|\[?[0-9a-f]*:[0-9a-f:.]+\]?", re.IGNORECASE)
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|fb|instagram|twitter|x|linkedin|tiktok|youtube|pinterest|threads|linktr|linktree|t"
    r"|telegram|wa|discord|reddit|medium|etsy)\.(?:com|me|ee|net|gg)$"
)
_STORES = re.compile(r"^(?:apps|itunes)\.apple\.com$|^play\.google\.com$|^apps\.microsoft\.com$")
_SHORT = re.compile(
    r"^(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|buff\.ly|rebrand\.ly|cutt\.ly|lnkd\.in|rb\.gy|shorturl\.at)$"
)
_LOGIN = re.compile(
    r"/(?:log-?in|sign-?in|wp-login\.php|auth|account/login|users/sign_in)(?=[/?#]|$)|^(?:login|signin|auth|accounts)\.",
    re.IGNORECASE,
)
_TRACKING = re.compile(r"[?&](?:utm_\w+|fbclid|gclid|mc_cid|mc_eid)=", re.IGNORECASE)
_LIVE = "Give the public page, live and with https, that shows what the business does."


def type_conflict(answers: Answers, _known: Known) -> Rules:
    """type.conflict: Transactional with a newsletter, Marketing with nothing but codes and receipts."""
    pieces = prose(answers, "streams.*.what")
    for piece, sentence, word in spots(pieces, PROMOTION):
        stream = answers.streams[int(piece.field.split(".")[1])]
        if stream.kind is MailType.TRANSACTIONAL or answers.mail_type is MailType.TRANSACTIONAL:
            advice = (
                f"“{word}” is promotional, and the type says Transactional. Choose Marketing, or leave this stream out."
            )
            yield remark("type.conflict", Severity.WARN, piece.field, sentence, advice)
    if answers.streams and mail_type(answers)[0] is MailType.MARKETING:
        names = [flat(s.what) for s in answers.streams]
        if all(SERVICE.search(n) and not PROMOTION.search(n) for n in names):
            but = f"The type says Marketing, but “{names[0]}” is transactional."
            advice = f"{but} Choose Transactional, or name the promotional mail."
            yield remark("type.conflict", Severity.WARN, "mail_type", names[0], advice)


def site_bad(answers: Answers, known: Known) -> Rules:
    """site.bad: an address that no reviewer can open, or that shows no business; and what the last check saw there."""
    typed = flat(answers.website).strip("<>")
    fault = _fault(typed)
    if fault:
        severity, advice = fault
        yield remark("site.bad", severity, "website", typed, advice)
        return
    for finding in known.report.findings if known.report else ():
        if finding.check == "website" and finding.outcome is Outcome.FAIL:
            step = f" {finding.fix.step}" if finding.fix and finding.fix.step else ""
            yield remark("site.bad", Severity.WARN, "website", typed, f"{finding.summary}{step}")


def _fault(typed: str) -> tuple[Severity, str] | None:
    if not typed:
        return Severity.ASK, f"AWS's reviewers open the website. {_LIVE}"
    if typed.lower().startswith("mailto:") or _MAILBOX.fullmatch(typed):
        return Severity.ASK, f"This is a mail address, not a website. {_LIVE}"
    host = _host(web_address(typed))
    if host is None:
        return Severity.ASK, f"This is no web address. {_LIVE}"
    if (
        host == "localhost"
        or host.endswith((".localhost", ".local", ".internal", ".test"))
        or _IP.fullmatch(host)
        or "." not in host
    ):
        return Severity.ASK, f"“{host}” cannot be opened from outside. {_LIVE}"
    if host.removeprefix("www.") in {
        "example.com",
        "example.org",
        "example.net",
        "domain.com",
        "yourdomain.com",
        "mysite.com",
    }:
        return Severity.ASK, f"“{host}” stands for an example. {_LIVE}"
    return _weak(typed, host)


def _weak(typed: str, host: str) -> tuple[Severity, str] | None:
    if _SOCIAL.search(host):
        return (
            Severity.WARN,
            f"A profile on {host} is not the business's own site. A small page on your own domain does better.",
        )
    if _STORES.search(host):
        return Severity.WARN, "An app store shows the app and not the business. Give the app's own website."
    if _SHORT.search(host.removeprefix("www.")) or _TRACKING.search(typed):
        return Severity.WARN, "Give the plain address: shortened and tracking links look like hiding."
    if _LOGIN.search(typed.partition("://")[2] or typed):
        return Severity.WARN, "A reviewer cannot log in. Give the public page that says what the business does."
    return None


def _host(site: str) -> str | None:
    try:
        parts = urlsplit(site)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s,@]", host):
        return None
    return host.lower().rstrip(".")


def site_mismatch(answers: Answers, _known: Known) -> Rules:
    """site.mismatch: website, sending domain and name have nothing in common."""
    host, domain = _host(web_address(answers.website)), flat(answers.domain).lower().rstrip(".")
    if not host or not domain or _related(host, domain):
        return
    tokens = [
        t
        for t in re.findall(r"[^\W_]{3,}", flat(answers.name).lower())
        if t not in {"the", "and", "ltd", "gmbh", "inc", "llc"}
    ]
    if any(t in host for t in tokens) and any(t in domain for t in tokens):
        return
    advice = f"{host} and {domain} look unrelated. Say how they belong together, on the website or in the description."
    yield remark("site.mismatch", Severity.WARN, "website", answers.website, advice)


def _related(host: str, domain: str) -> bool:
    """Whether one is under the other, or their names share their main label."""
    if host == domain or host.endswith("." + domain) or domain.endswith("." + host.removeprefix("www.")):
        return True
    mine, theirs = (
        {label for label in name.split(".")[:-1] if len(label) > 3 and label != "mail"} for name in (host, domain)
    )
    return any(a in b or b in a for a in mine for b in theirs)


def contacts(answers: Answers, known: Known) -> Rules:
    """contact.too-many, contact.malformed (the form refuses both) and contact.dead."""
    given = [c for c in map(flat, answers.contacts) if c]
    if len(given) > MOST_CONTACTS:
        advice = f"AWS takes at most {MOST_CONTACTS} contacts; these are {len(given)}. Keep the ones who can answer."
        yield remark("contact.too-many", Severity.STOP, "contacts", given[MOST_CONTACTS], advice)
    for contact in given:
        if not 6 <= len(contact) <= 254 or not _MAILBOX.fullmatch(contact):
            advice = "This is no mail address. One address a line, such as ops@acme.com, of 6 to 254 characters."
            yield remark("contact.malformed", Severity.STOP, "contacts", contact, advice)
        elif contact.rpartition("@")[2].lower() in known.dead_domains:
            advice = "This domain takes no mail, so AWS's answer would be lost. Give an address that receives."
            yield remark("contact.dead", Severity.WARN, "contacts", contact, advice)


def language(answers: Answers, _known: Known) -> Rules:
    """language: Japanese chosen and the text in English, or the reverse, or neither."""
    if not any(text.strip() for text in said(answers)):
        return
    tongue = voice_of(answers).tongue
    sample = next((t for t in (answers.business, answers.opt_in) if t.strip()), "")
    if tongue is Tongue.OTHER:
        advice = "AWS reads English and Japanese. Write the answers in one of them; names may stay as they are."
        yield remark("language", Severity.WARN, "language", sample, advice)
    elif (tongue is Tongue.JAPANESE) != (answers.language is ContactLanguage.JA):
        chosen, written = ("Japanese", "English") if tongue is Tongue.ENGLISH else ("English", "Japanese")
        advice = f"{chosen} is chosen as contact language and the answers are in {written}. Make them the same."
        yield remark("language", Severity.WARN, "language", sample, advice)
