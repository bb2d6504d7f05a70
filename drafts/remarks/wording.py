"""Remarks on how the finished text is worded: what its sentences say, and what they leave open."""

import re
from collections.abc import Iterator

from drafts.letter import MOST_CHARACTERS
from drafts.questions import no_answer
from drafts.remarks.base import DraftText, remark, rule
from drafts.wording import CUT, affirmed, clean, fold, key, mentions, present, slot, wide
from model.request import ContactLanguage, Remark

SAYING = (
    "optin.preticked", "optin.third-party", "optin.cold", "optin.imported", "optin.others-addresses", "bounce.vague",
    "bounce.future", "frequency.ambiguous",
)  # fmt: skip
"""Rules that one phrase of one sentence breaks."""
_PATTERNS = re.compile(r"\[[^\]\n…]{1,40}\]|<[a-z][a-z _-]{1,30}>|\{\{?[a-z][a-z _.]{0,30}\}?\}|_{4,}", re.IGNORECASE)
_SLOW = re.compile(
    r"\b(?:within|in|after|up to|takes?)\s(?:about |up to |a |the next |max\.? ?)?"
    r"(\d{1,3}|few|two|three|four|five|seven|ten|fourteen|thirty)\s?(?:business |working |calendar )?"
    r"(days?|weeks?|months?)",
)
_ACCOUNT = re.compile(r"(?<![\d-])(?:\d{12}|\d{4}-\d{4}-\d{4})(?![\d-])")
_KEY = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bxox[abpr]-[\w-]{10,}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY|\bsk_live_\w{8,}"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})")
_SHOUT = re.compile(r"\b[A-Z]{4,}(?:\s+[A-Z]{2,}){2,}")


def saying(subject: DraftText) -> Iterator[Remark]:
    """Sentences that affirm what a rule is about, once for each rule and answer."""
    for name in SAYING:
        data, seen = rule(name), set()
        phrases = present(subject.request.description, data["phrases"])
        for path, sentence in subject.within(data.get("fields")):
            if path in seen or not _says(name, phrases, sentence):
                continue
            around = subject.request.description if data.get("whole") else subject.around(path) if path else sentence
            if mentions(around, data.get("unless", ())):
                continue
            seen.add(path)
            yield remark(name, path, sentence)


def business(subject: DraftText) -> Iterator[Remark]:
    """`business.vague`: under eight words beside the name, or nothing but general ones."""
    text = subject.answers.business
    if not clean(text):
        return
    left = _words(fold(text).replace(fold(slot(subject.answers.name)) or "\0", " "))[:100]
    if wide(text):
        if len(key(text)) < 15:
            yield remark("business.vague", "business", text)
    elif len(left) < 8 or len([w for w in left if w not in rule("business.vague")["generic"]]) < 3:
        yield remark("business.vague", "business", text)


def kinds(subject: DraftText) -> Iterator[Remark]:
    """`mail.vague`: a kind of mail whose name and sentence say nothing of its own."""
    generic = rule("mail.vague")["generic"]
    for at, kind in enumerate(subject.answers.kinds):
        words = _words(fold(f"{kind.name} {kind.sentence}"))[:100]
        named = _words(fold(kind.name))
        nothing_said = named and all(w in generic for w in named) and len(_words(fold(kind.sentence))) < 4
        if words and (nothing_said or all(w in generic for w in words)):
            yield remark("mail.vague", f"kinds.{at}.name", kind.sentence or kind.name)


def opting_in(subject: DraftText) -> Iterator[Remark]:
    """`optin.no-mechanism`: consent is claimed, and how it was given is not said."""
    data, text = rule("optin.no-mechanism"), subject.answers.opt_in
    if clean(text) and mentions(text, data["phrases"]) and not mentions(text, data["unless"]):
        yield remark("optin.no-mechanism", "opt_in", text)


def slow_leaving(subject: DraftText) -> Iterator[Remark]:
    """`unsub.slow`: people who leave wait longer than two days."""
    for path, sentence in subject.sentences:
        folded = fold(sentence)
        about = path.endswith("leaving_words") or mentions(sentence, ("unsubscrib*", "opt out", "opt-out", "opts out"))
        found = _SLOW.search(folded) if about else None
        if found and not (found[2].startswith("day") and found[1] in ("1", "2", "two")):
            yield remark("unsub.slow", path, sentence)


def placeholders(subject: DraftText) -> Iterator[Remark]:
    """`placeholder`: text that was left from a form or a template, and answers that are none."""
    phrases = present(f"{subject.request.description}\n{subject.answers.example}", rule("placeholder")["phrases"])
    for path, sentence in [*subject.sentences, *_example(subject)]:
        found = _PATTERNS.search(sentence)
        left = found and CUT not in sentence and not (path == "example" and found[0][0] in "{<")
        if left or mentions(sentence, phrases) or fold(sentence).startswith(("e.g.", "for example:")):
            yield remark("placeholder", path, sentence)
    for path, text in [*subject.own, *_example(subject)]:
        asked = path in ("business", "opt_in", "bounces", "example") or path.endswith((".sentence", ".leaving_words"))
        if asked and no_answer(text):
            yield remark("placeholder", path, text)


def fragments(subject: DraftText) -> Iterator[Remark]:
    """`fragment`: a note where a sentence was asked; all answers without a capital and a full stop are one remark."""
    data, notes = rule("fragment"), []
    for path, text in subject.own:
        if path not in ("business", "opt_in", "bounces") and not path.endswith((".sentence", ".leaving_words")):
            continue
        short = len(text) < 8 if wide(text) else len(text.split()) < 4
        if short or any(mark in text for mark in data["marks"]):
            yield remark("fragment", path, text)
        elif text[:1].islower() and text[-1:] not in ".!?。":
            notes.append((path, text))
    if notes:
        fields = ", ".join(dict.fromkeys(_field_name(path) for path, _ in notes))
        yield remark("fragment", *notes[0], advice=data["notes"].format(fields=fields))


def tone(subject: DraftText) -> Iterator[Remark]:
    """`tone.keywords`: compliance words beside no fact, praise of AWS, capitals, exclamation marks."""
    data = rule("tone.keywords")
    keywords = present(subject.request.description, data["keywords"])
    praise = present(subject.request.description, data["praise"])
    for path, sentence in subject.sentences:
        words = [word for word in keywords if affirmed(sentence, [word])]
        bare = len(words) > 1 or (words and len(sentence.split()) < 14 and not any(c.isdigit() for c in sentence))
        if bare or mentions(sentence, praise):
            yield remark("tone.keywords", path, sentence)
        elif "!" in sentence or _SHOUT.search(sentence):
            yield remark("tone.keywords", path, sentence, advice=data["loud"])


def secrets(subject: DraftText) -> Iterator[Remark]:
    """`secret`: account numbers, keys, passwords, and addresses of people."""
    data = rule("secret")
    own_domains = {
        slot(subject.answers.domain).lower(),
        *(c.rpartition("@")[2].lower() for c in subject.answers.contacts),
    }
    for path, sentence in [*subject.sentences, *_example(subject)]:
        named = path != "example" or mentions(sentence, ("aws", "arn*"))  # an example shows order numbers
        if named and _ACCOUNT.search(sentence):
            yield remark("secret", path, "", advice=data["account"])
        if _KEY.search(sentence) or mentions(sentence, data["words"]):
            yield remark("secret", path, "", advice=data["key"])
        for match in _EMAIL.finditer(sentence):
            if not _allowed(match[1].lower().rstrip("."), own_domains):
                yield remark("secret", path, sentence, advice=data["address"])
                break


def language(subject: DraftText) -> Iterator[Remark]:
    """`language`: AWS is to write in one language, and the own answers are in another script."""
    text = " ".join(text for path, text in subject.own if path.endswith(("business", "sentence", "opt_in", "bounces")))[
        :2_000
    ]
    letters = sum(c.isalpha() for c in text)
    other = sum(c.isalpha() and c > "\u024f" for c in text)
    if letters < 20:
        return
    if subject.answers.language is ContactLanguage.JA and other < letters / 4:
        yield remark("language", "language", advice=rule("language")["ja"])
    if subject.answers.language is ContactLanguage.EN and other > letters / 2:
        yield remark("language", "language", advice=rule("language")["en"])


def example(subject: DraftText) -> Iterator[Remark]:
    """`sample.missing`, and `cut` for every answer that the letter holds in part."""
    if not clean(subject.answers.example):
        yield remark("sample.missing", "example")
    if len(subject.request.description) > MOST_CHARACTERS or CUT in subject.request.description:
        whole = key(subject.request.description)
        for path, text in [*subject.own, *_example(subject)]:
            if key(text) not in whole and len(text) > len(CUT):
                yield remark("cut", path)


def _says(name: str, phrases: list[str], sentence: str) -> bool:
    if not phrases:
        return False
    folded = fold(sentence)
    for words in rule(name).get("ignore", ()):
        folded = folded.replace(words, " ")
    return bool(affirmed(folded, phrases))


def _example(subject: DraftText) -> list[tuple[str, str]]:
    text = clean(subject.answers.example)
    return [("example", text)] if text else []


def _allowed(domain: str, own: set[str]) -> bool:
    reserved = re.search(r"(?:^|\.)example(?:\.(?:com|org|net))?$|\.(?:test|invalid)$", domain)
    return bool(reserved) or any(
        one and (domain == one or domain.endswith(f".{one}") or one.endswith(f".{domain}")) for one in own
    )


def _field_name(path: str) -> str:
    """Returns a field as a person knows it: "opting in", "mail 2"."""
    first, _, rest = path.partition(".")
    return f"mail {int(rest.partition('.')[0]) + 1}" if rest else str(rule("fragment")[first])


def _words(folded: str) -> list[str]:
    return re.findall(r"[\w'-]+", folded)
