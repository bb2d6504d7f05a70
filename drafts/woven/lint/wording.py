"""Rules on what is said and how: claims against what was seen, leftovers of a template, empty words, secrets."""

import re

from drafts.woven.lint.base import ALL, Prose, Rules, prose, remark, spots
from drafts.woven.text.tidy import flat
from model import Answers, Finding, Outcome, Severity
from model.draft import Known

_RECORDS = re.compile(r"\b(?:SPF|DKIM|DMARC)\b")
_DOUBLE = re.compile(r"\b(?:double|confirmed)[- ]opt[- ]?in\b", re.IGNORECASE)
_CONFIRMS = re.compile(
    r"\b(?:un)?confirm\w*|\bverif\w*|\bactivat\w*|\bclicks?\b.{0,30}\blink\b|\blink\b.{0,30}\bclick", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"\[[^\]\d\n][^\]\n]{0,60}\]|\{\{?[^}\n]{1,60}\}?\}"
    r"|<(?!/?(?:p|br|b|i|a|u|em|strong|div|span|h\d|ul|ol|li|table|tr|td|img|html|body|head)\b|https?:"
    r"|mailto:)[A-Za-z][\w -]{1,40}>|\blorem ipsum\b|\bTODO\b|\bFIXME\b|\bXX+\b|\bTBD\b|^\s*e\.g\."
    r"|\(e\.g\. [^)]*\)?$|\byour (?:company|business|name) here\b|\binsert (?:your|the|company|name)\b|_{3,}",
    re.IGNORECASE,
)
_COMPLIANCE = re.compile(
    r"\bCAN-?SPAM\b|\bGDPR\b|\bCASL\b|\bCCPA\b|\b(?:industry )?best practices?\b|\bfully compliant\b"
    r"|\bcompliance\b|\bindustry standards?\b|\bwhite-?hat\b|\b100\s?% (?:legit|compliant|opt-?in)\w*\b"
    r"|\bstrictly (?:follow|adhere)\w*\b|\ball applicable laws\b",
    re.IGNORECASE,
)
_FACT = re.compile(
    r"\d|\b(?:tick\w*|click\w*|form|box|link|button|delete[sd]?|remove[sd]?|suppress\w*|confirm\w*)\b", re.IGNORECASE
)
_PRAISE = re.compile(
    r"\b(?:amazon|aws|ses)\b[^.]{0,50}\b(?:best|great|excellent|amazing|world-class|reliable|leading|trusted"
    r"|fantastic|love|perfect|superior)\b|\b(?:love|trust|admire|prefer)\b[^.]{0,30}\b(?:amazon|aws|ses)\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"\b[A-Z]{3,}(?:\s+[A-Z]{2,}){2,}\b")
_SHOUT = re.compile(r"!(?!=)")
_ACCOUNT = re.compile(r"(?<![\d#/-])(?:\d{12}|\d{4}-\d{4}-\d{4})(?![\d-])")
_KEY = re.compile(
    r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:password|passwd|pwd|secret(?: key)?|api[ _-]?key|token)(?:\s*=\s*|\s*:\s*(?=\S*[\d!#$%^&*_+]))"
    r"(?!https?:|\d{4,8}\b)\S+|\bxox[abp]-\S+|\bsk_live_\S+"
    r"|\bghp_\w{20,}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@(?P<host>(?:[\w-]+\.)+[\w-]{2,})")


def claims_check(answers: Answers, known: Known) -> Rules:
    """claims.check: records said to be in place that the last check missed; double opt-in without a confirmation."""
    failed = _failed(known)
    for piece, sentence, _ in spots(prose(answers, *ALL), _RECORDS):
        named = {m[0].lower() for m in _RECORDS.finditer(sentence)}
        finding = next((f for f in failed if f.check in named), None)
        if finding:
            advice = f"The last check says otherwise: {finding.summary} Mend it first, or leave the claim out."
            yield remark("claims.check", Severity.WARN, piece.field, sentence, advice)
    told = f"{answers.opt_in} {answers.unconfirmed}"
    double = next(iter(spots(prose(answers, "opt_in", "unconfirmed"), _DOUBLE)), None)
    if double and not _CONFIRMS.search(_DOUBLE.sub(" ", told)):
        advice = (
            "Double opt-in means a confirmation mail: say what it says, its link, and what happens without the click."
        )
        yield remark("claims.check", Severity.WARN, double[0].field, double[1], advice)


def _failed(known: Known) -> list[Finding]:
    findings = known.report.findings if known.report else ()
    return [f for f in findings if f.outcome is Outcome.FAIL]


def placeholder(answers: Answers, _known: Known) -> Rules:
    """placeholder: what a template or a prompt left behind. Stops; in an example message it warns."""
    for piece in [*prose(answers, *ALL), *prose(answers, "sample")]:
        found = _PLACEHOLDER.search(flat(piece.text) if piece.field != "sample" else piece.text)
        if found is None or (found[0].upper() == "TBD" and piece.field in {"monthly", "busiest"}):
            continue
        sample = piece.field == "sample"
        severity = Severity.WARN if sample else Severity.STOP
        what = "paste a message as somebody got it" if sample else "write what is meant, or take it out"
        yield remark(
            "placeholder",
            severity,
            piece.field,
            found[0],
            f"“{found[0].strip()}” looks left over from a template: {what}.",
        )


def tone(answers: Answers, _known: Known) -> Rules:
    """tone.keywords: compliance words without a fact, praise of AWS, capitals, exclamation marks."""
    for piece in prose(answers, *ALL):
        for sentence in piece.sentences:
            advice = _empty_words(sentence)
            if advice:
                yield remark("tone.keywords", Severity.WARN, piece.field, sentence, advice)
                break


def _empty_words(sentence: str) -> str:
    word = _COMPLIANCE.search(sentence)
    if word and not _FACT.search(_COMPLIANCE.sub(" ", sentence)):
        return (
            f"“{word[0]}” alone tells a reviewer nothing. Say what happens instead: who ticks what, and what follows."
        )
    if _PRAISE.search(sentence):
        return "Praise of AWS does not help. Leave it out and say a fact about your mail."
    if _CAPITALS.search(sentence):
        return "Capitals read as shouting. Write the sentence in plain letters."
    if _SHOUT.search(sentence):
        return "Exclamation marks read as advertising. End the sentence with a full stop."
    return ""


def secret(answers: Answers, _known: Known) -> Rules:
    """secret: an account number, a key, a password, a customer's address. Stops."""
    own = {flat(answers.domain).lower(), _host_of(answers.website)} - {""}
    for piece in [*prose(answers, *ALL), *prose(answers, "sample")]:
        found = _secret_in(piece, own)
        if found:
            word, what = found
            advice = f"This looks like {what} and would be read by strangers. Take it out."
            yield remark("secret", Severity.STOP, piece.field, word, advice)


def _secret_in(piece: Prose, own: set[str]) -> tuple[str, str] | None:
    key = _KEY.search(piece.text)
    if key:
        return key[0][:8] + "…", "a key or a password"
    account = _ACCOUNT.search(piece.text)
    if account and piece.field != "sample":
        return account[0], "an account number"
    for match in _ADDRESS.finditer(piece.text):
        host = match["host"].lower().rstrip(".")
        if not any(host == o or host.endswith("." + o) or o.endswith("." + host) for o in own) and not _harmless(
            match[0]
        ):
            return match[0], "somebody's address"
    return None


def _harmless(address: str) -> bool:
    """Addresses made up for an example, and role addresses."""
    local, _, host = address.lower().partition("@")
    return bool(re.search(r"(?:^|\.)example(?:\.\w+)?$|\.(?:test|invalid)$", host)) or local in {
        "info", "support", "hello", "contact", "noreply", "no-reply", "office", "sales", "help", "team", "billing",
        "news",
    }  # fmt: skip


def _host_of(website: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", flat(website).lower()).split("/")[0]
