"""Finds the questions that need an answer, and what is wrong with an answer, in words for its field.

Only what makes a letter impossible is refused here: a required question without an answer, a URL that no one can open,
a number that is none. Everything else is a remark (`drafts.remarks`).
"""

import contextlib
import ipaddress
import math
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from drafts.letter import MOST_KINDS, MOST_URL
from drafts.request import MOST_CONTACTS
from drafts.wording import clean_text, fold_text, load_table
from model.request import Answers, MailKind, Rhythm, Unconfirmed

MOST_COUNT = 10**9
MOST_PER_EVENT = 1_000
MOST_DAYS = 3_650
MOST_SHORT = 100
"""Characters of a name or a place."""
MOST_SENTENCES = 5_000
"""Characters of an own answer: AWS takes no more for the whole letter."""
REQUIRED = ("name", "business", "website", "domain", "region", "opt_in", "bounces")
REQUIRED_OF_KIND = ("name", "mail_type", "sentence", "rhythm", "count")
_SHORT_FIELDS = ("name", "place", "since", "busiest_when")
_SENTENCE_FIELDS = ("business", "opt_in", "bounces", "example", "anything_else")
_PAGE_FIELDS = ("website", "privacy_policy", "opt_in_page", "unsubscribe_page")
_EMAIL = re.compile(r"[^\s@<>,;\"]{1,64}@(?:[^\s@<>,;\".]{1,63}\.)+[^\s@<>,;\".]{2,63}")
_DOMAIN = re.compile(r"(?:[^\s@<>,;\"./:]{1,63}\.)+[^\s@<>,;\"./:]{2,63}")


def list_missing(answers: Answers) -> tuple[str, ...]:
    """Lists the paths of the required questions that have no answer yet, in the order of the steps."""
    top = [path for path in REQUIRED if not clean_text(getattr(answers, path))]
    of_kinds = [
        f"kinds.{index}.{name}"
        for index, kind in enumerate(answers.kinds or (MailKind(),))
        for name in _required_fields(kind)
        if getattr(kind, name) is None or not clean_text(str(getattr(kind, name)))
    ]
    first = [path for path in top if path not in ("opt_in", "bounces")]
    return (*first, *of_kinds, *(path for path in top if path in ("opt_in", "bounces")))


def find_errors(answers: Answers) -> dict[str, str]:
    """Finds what is wrong with the answers that were given, by path. Empty answers are not wrong, only missing."""
    errors = dict(_text_errors(answers))
    errors |= {path: error for path in _PAGE_FIELDS if (error := page_error(getattr(answers, path)))}
    if clean_text(answers.domain) and not _DOMAIN.fullmatch(clean_text(answers.domain)):
        errors["domain"] = "Enter a domain only, such as acme.com."
    if error := _contacts_error(answers.contacts):
        errors["contacts"] = error
    if answers.busiest is not None and (error := _count_error(answers.busiest)):
        errors["busiest"] = error
    days = answers.unconfirmed_days if answers.unconfirmed is Unconfirmed.DELETED else None
    if days is not None and not 1 <= days <= MOST_DAYS:
        errors["unconfirmed_days"] = f"Enter days from 1 to {MOST_DAYS:,}."
    for index, kind in enumerate(answers.kinds[:MOST_KINDS]):
        errors |= {f"kinds.{index}.{name}": error for name, error in _kind_errors(kind)}
    if len(answers.kinds) > MOST_KINDS:
        errors[f"kinds.{MOST_KINDS}.name"] = f"The letter takes {MOST_KINDS} kinds. Combine the smaller ones."
    return errors


def page_error(text: str) -> str:
    """Returns what is wrong with the address of a page, empty where nothing is."""
    typed = clean_text(text)
    if not typed:
        return ""
    if re.match(r"mailto:|[^/\s:]{1,200}@", typed, re.IGNORECASE):
        return "This is an email address. Enter a web page, such as https://acme.com."
    if any(character.isspace() for character in typed):
        return "Enter one web address, without spaces."
    if len(typed) > MOST_URL:
        return f"Enter an address of at most {MOST_URL} characters."
    host = _parse_host(typed)
    if host is None:
        return "Enter a web address that starts with https://, such as https://acme.com."
    return _host_error(host)


def explain_no_answer(text: str) -> str:
    """Explains why a text is no sentence ("same", "see above", "later"); empty where it may be one."""
    typed = fold_text(clean_text(text)).strip(" .!,;:()[]") or fold_text(clean_text(text))
    words = load_table("questions")["no_answer"]
    if typed in words["same"]:
        return "AWS reads this text alone. Write the sentence here too."
    if typed in words["later"]:
        return "Write a whole sentence, or leave the field empty."
    return ""


def _required_fields(kind: MailKind) -> tuple[str, ...]:
    return (*REQUIRED_OF_KIND, "times_a_week") if kind.rhythm is Rhythm.TIMES_A_WEEK else REQUIRED_OF_KIND


def _text_errors(answers: Answers) -> Iterator[tuple[str, str]]:
    texts = [(path, getattr(answers, path), MOST_SHORT) for path in _SHORT_FIELDS]
    texts += [(path, getattr(answers, path), MOST_SENTENCES) for path in _SENTENCE_FIELDS]
    for index, kind in enumerate(answers.kinds[:MOST_KINDS]):
        texts.append((f"kinds.{index}.name", kind.name, MOST_SHORT))
        texts.append((f"kinds.{index}.sentence", kind.sentence, MOST_SENTENCES))
        texts.append((f"kinds.{index}.leaving_words", kind.leaving_words, MOST_SENTENCES))
    for path, text, most in texts:
        length = len(clean_text(text))
        if length > most:
            yield path, f"Shorten this to {most:,} characters; it has {length:,}."
        elif most == MOST_SENTENCES and (error := explain_no_answer(text)):
            yield path, error


def _kind_errors(kind: MailKind) -> Iterator[tuple[str, str]]:
    if kind.count is not None and (error := _count_error(kind.count)):
        yield "count", error
    per_event = kind.per_event
    if per_event is not None and not (math.isfinite(per_event) and 0 < per_event <= MOST_PER_EVENT):
        yield "per_event", f"Enter a number above 0, up to {MOST_PER_EVENT:,}."
    if kind.rhythm is Rhythm.TIMES_A_WEEK and kind.times_a_week is not None and not 1 <= kind.times_a_week <= 100:
        yield "times_a_week", "Enter a number from 1 to 100."


def _count_error(count: int) -> str:
    if count < 1:
        return "Enter a number of at least 1. An honest estimate is enough."
    return f"Enter a number up to {MOST_COUNT:,}." if count > MOST_COUNT else ""


def _contacts_error(contacts: tuple[str, ...]) -> str:
    addresses = [clean_text(text) for text in contacts if clean_text(text)]
    if len(addresses) > MOST_CONTACTS:
        return f"AWS takes up to {MOST_CONTACTS} contacts; these are {len(addresses)}."
    bad_address = next((text for text in addresses if not 6 <= len(text) <= 254 or not _EMAIL.fullmatch(text)), None)
    return "" if bad_address is None else f"Enter email addresses, one a line. This is none: {bad_address[:60]}"


def _parse_host(typed: str) -> str | None:
    """Parses the host of an http or https address, None for anything else. A missing scheme is forgiven."""
    if re.match(r"[a-z][a-z0-9+-]{0,20}:(?!\d|//)", typed, re.IGNORECASE):
        return None
    url = typed if re.match(r"[a-z][a-z0-9+.-]{0,20}://", typed, re.IGNORECASE) else f"https://{typed}"
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.username is None:
            return parts.hostname
    return None


def _host_error(host: str) -> str:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return "Enter the website’s name instead of an IP address."
    *parents, last = host.rstrip(".").split(".")
    if last in ("localhost", "local", "internal", "invalid"):
        return "Only your own network can open this address. Enter your public website."
    if not parents:
        return "Enter a whole web address, such as https://acme.com."
    return "" if _DOMAIN.fullmatch(host.rstrip(".")) else "Enter a web address such as https://acme.com."
