"""Remarks on how the finished text is worded: what its sentences say, and what they leave open."""

import re
from collections.abc import Iterator

from drafts.letter import MOST_CHARACTERS
from drafts.questions import explain_no_answer
from drafts.remarks.base import DraftText, load_rule, make_remark
from drafts.wording import (
    CUT,
    clean_text,
    find_affirmed,
    find_present,
    fold_text,
    is_wide,
    mentions,
    one_line,
    text_key,
)
from model.request import ContactLanguage, Remark

PHRASE_RULES = (
    "optin.preticked", "optin.third-party", "optin.cold", "optin.imported", "optin.others-addresses", "bounce.vague",
    "bounce.future", "frequency.ambiguous",
)  # fmt: skip
"""Rules that one phrase of one sentence breaks."""
_PLACEHOLDER = re.compile(
    r"\[[^\]\n…]{1,40}\]|<[a-z][a-z _-]{1,30}>|\{\{?[a-z][a-z _.]{0,30}\}?\}|_{4,}", re.IGNORECASE
)
_SLOW = re.compile(
    r"\b(?:within|in|after|up to|takes?)\s(?:about |up to |a |the next |max\.? ?)?"
    r"(\d{1,3}|few|two|three|four|five|seven|ten|fourteen|thirty)\s?(?:business |working |calendar )?"
    r"(days?|weeks?|months?)",
)
_LEAVING_PHRASES = ("unsubscrib*", "opt out", "opt-out", "opts out")
_ACCOUNT = re.compile(r"(?<![\d-])(?:\d{12}|\d{4}-\d{4}-\d{4})(?![\d-])")
_KEY = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bxox[abpr]-[\w-]{10,}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY|\bsk_live_\w{8,}"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})")
_CAPITALS = re.compile(r"\b[A-Z]{4,}(?:\s+[A-Z]{2,}){2,}")


def review_phrases(subject: DraftText) -> Iterator[Remark]:
    """Remarks on sentences that affirm what a rule is about, once for each rule and answer."""
    for name in PHRASE_RULES:
        data, reported = load_rule(name), set()
        phrases = find_present(subject.request.description, data["phrases"])
        for path, sentence in subject.sentences_of(data.get("fields")):
            if path in reported or not _says(name, phrases, sentence):
                continue
            around = subject.surrounding_text(path) if path else sentence
            if not mentions(subject.request.description if data.get("whole") else around, data.get("unless", ())):
                reported.add(path)
                yield make_remark(name, path, sentence)


def review_business(subject: DraftText) -> Iterator[Remark]:
    """Yields `business.vague`: under eight words beside the name, or nothing but general ones."""
    text = subject.answers.business
    if not clean_text(text):
        return
    words = _split_words(fold_text(text).replace(fold_text(one_line(subject.answers.name)) or "\0", " "))[:100]
    if is_wide(text):
        if len(text_key(text)) < 15:
            yield make_remark("business.vague", "business", text)
    elif len(words) < 8 or len([word for word in words if word not in load_rule("business.vague")["generic"]]) < 3:
        yield make_remark("business.vague", "business", text)


def review_kinds(subject: DraftText) -> Iterator[Remark]:
    """Yields `mail.vague`: a kind of mail whose name and sentence say nothing of its own."""
    generic = load_rule("mail.vague")["generic"]
    for index, kind in enumerate(subject.answers.kinds):
        words = _split_words(fold_text(f"{kind.name} {kind.sentence}"))[:100]
        name_words = _split_words(fold_text(kind.name))
        is_generic = name_words and all(word in generic for word in name_words)
        is_silent = is_generic and len(_split_words(fold_text(kind.sentence))) < 4
        if words and (is_silent or all(word in generic for word in words)):
            yield make_remark("mail.vague", f"kinds.{index}.name", kind.sentence or kind.name)


def review_opt_in(subject: DraftText) -> Iterator[Remark]:
    """Yields `optin.no-mechanism`: consent is claimed, and how it was given is not said."""
    data, text = load_rule("optin.no-mechanism"), subject.answers.opt_in
    if clean_text(text) and mentions(text, data["phrases"]) and not mentions(text, data["unless"]):
        yield make_remark("optin.no-mechanism", "opt_in", text)


def review_slow_leaving(subject: DraftText) -> Iterator[Remark]:
    """Yields `unsub.slow`: people who leave wait longer than two days."""
    for path, sentence in subject.sentences:
        folded = fold_text(sentence)
        is_about_leaving = path.endswith("leaving_words") or mentions(sentence, _LEAVING_PHRASES)
        delay = _SLOW.search(folded) if is_about_leaving else None
        if delay and not (delay[2].startswith("day") and delay[1] in ("1", "2", "two")):
            yield make_remark("unsub.slow", path, sentence)


def review_placeholders(subject: DraftText) -> Iterator[Remark]:
    """Yields `placeholder`: text that was left from a form or a template, and answers that are none."""
    whole_text = f"{subject.request.description}\n{subject.answers.example}"
    phrases = find_present(whole_text, load_rule("placeholder")["phrases"])
    for path, sentence in [*subject.sentences, *_example_text(subject)]:
        placeholder = _PLACEHOLDER.search(sentence)
        has_placeholder = placeholder and CUT not in sentence and not (path == "example" and placeholder[0][0] in "{<")
        if has_placeholder or mentions(sentence, phrases) or fold_text(sentence).startswith(("e.g.", "for example:")):
            yield make_remark("placeholder", path, sentence)
    for path, text in [*subject.own_answers, *_example_text(subject)]:
        if (path == "example" or _is_sentence_field(path)) and explain_no_answer(text):
            yield make_remark("placeholder", path, text)


def review_fragments(subject: DraftText) -> Iterator[Remark]:
    """Yields `fragment`: a note where a sentence was asked; all answers without a capital and a full stop are one
    remark."""
    data, notes = load_rule("fragment"), []
    for path, text in subject.own_answers:
        if not _is_sentence_field(path):
            continue
        is_short = len(text) < 8 if is_wide(text) else len(text.split()) < 4
        if is_short or any(mark in text for mark in data["marks"]):
            yield make_remark("fragment", path, text)
        elif text[:1].islower() and text[-1:] not in ".!?。":
            notes.append((path, text))
    if notes:
        fields = ", ".join(dict.fromkeys(_field_name(path) for path, _ in notes))
        yield make_remark("fragment", *notes[0], advice=data["notes"].format(fields=fields))


def _is_sentence_field(path: str) -> bool:
    return path in ("business", "opt_in", "bounces") or path.endswith((".sentence", ".leaving_words"))


def review_tone(subject: DraftText) -> Iterator[Remark]:
    """Yields `tone.keywords`: compliance words beside no fact, praise of AWS, capitals, exclamation marks."""
    data = load_rule("tone.keywords")
    keywords = find_present(subject.request.description, data["keywords"])
    praise = find_present(subject.request.description, data["praise"])
    for path, sentence in subject.sentences:
        words = [word for word in keywords if find_affirmed(sentence, [word])]
        is_short = len(sentence.split()) < 14 and not any(map(str.isdigit, sentence))
        if len(words) > 1 or (words and is_short) or mentions(sentence, praise):
            yield make_remark("tone.keywords", path, sentence)
        elif "!" in sentence or _CAPITALS.search(sentence):
            yield make_remark("tone.keywords", path, sentence, advice=data["loud"])


def review_secrets(subject: DraftText) -> Iterator[Remark]:
    """Yields `secret`: account numbers, keys, passwords, and addresses of people."""
    data = load_rule("secret")
    own_domains = {contact.rpartition("@")[2].lower() for contact in subject.answers.contacts}
    own_domains.add(one_line(subject.answers.domain).lower())
    for path, sentence in [*subject.sentences, *_example_text(subject)]:
        may_be_account = path != "example" or mentions(sentence, ("aws", "arn*"))  # an example shows order numbers
        if may_be_account and _ACCOUNT.search(sentence):
            yield make_remark("secret", path, "", advice=data["account"])
        if _KEY.search(sentence) or mentions(sentence, data["words"]):
            yield make_remark("secret", path, "", advice=data["key"])
        for match in _EMAIL.finditer(sentence):
            if not _is_allowed_domain(match[1].lower().rstrip("."), own_domains):
                yield make_remark("secret", path, sentence, advice=data["address"])
                break


def review_language(subject: DraftText) -> Iterator[Remark]:
    """Yields `language`: AWS is to write in one language, and the own answers are in another script."""
    fields = ("business", "sentence", "opt_in", "bounces")
    text = " ".join(text for path, text in subject.own_answers if path.endswith(fields))[:2_000]
    letters = sum(map(str.isalpha, text))
    other = sum(character.isalpha() and character > "\u024f" for character in text)
    if letters < 20:
        return
    if subject.answers.language is ContactLanguage.JA and other < letters / 4:
        yield make_remark("language", "language", advice=load_rule("language")["ja"])
    if subject.answers.language is ContactLanguage.EN and other > letters / 2:
        yield make_remark("language", "language", advice=load_rule("language")["en"])


def review_example(subject: DraftText) -> Iterator[Remark]:
    """Yields `sample.missing`, and `cut` for every answer that the letter holds in part."""
    if not clean_text(subject.answers.example):
        yield make_remark("sample.missing", "example")
    if len(subject.request.description) > MOST_CHARACTERS or CUT in subject.request.description:
        letter_key = text_key(subject.request.description)
        for path, text in [*subject.own_answers, *_example_text(subject)]:
            if text_key(text) not in letter_key and len(text) > len(CUT):
                yield make_remark("cut", path)


def _says(name: str, phrases: list[str], sentence: str) -> bool:
    if not phrases:
        return False
    folded = fold_text(sentence)
    for words in load_rule(name).get("ignore", ()):
        folded = folded.replace(words, " ")
    return bool(find_affirmed(folded, phrases))


def _example_text(subject: DraftText) -> list[tuple[str, str]]:
    text = clean_text(subject.answers.example)
    return [("example", text)] if text else []


def _is_allowed_domain(domain: str, own: set[str]) -> bool:
    reserved = re.search(r"(?:^|\.)example(?:\.(?:com|org|net))?$|\.(?:test|invalid)$", domain)
    return bool(reserved) or any(
        own_domain and (domain == own_domain or domain.endswith(f".{own_domain}") or own_domain.endswith(f".{domain}"))
        for own_domain in own
    )


def _field_name(path: str) -> str:
    """Returns a field as a person knows it: "opting in", "mail 2"."""
    first, _, rest = path.partition(".")
    return f"mail {int(rest.partition('.')[0]) + 1}" if rest else str(load_rule("fragment")[first])


def _split_words(folded: str) -> list[str]:
    return re.findall(r"[\w'-]+", folded)
