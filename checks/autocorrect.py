"""Reads what was meant: a text from DNS without invisible characters, look-alike letters, quotes and markup; and a host
name that is almost right (a zone appended, a name doubled, a slip in a name of SES or a region).

The tolerant readers of SPF, DMARC and DKIM begin here, and `repairs` says in words what they changed. Receivers know
none of this: what they do is judged by the strict parsers alone. A near miss of a host is a guess until DNS proves it:
the name as typed leads nowhere, and the name as meant does. Pure; the lists of hosts are in `autocorrect.toml`.
"""

import html
import re
import tomllib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from checks.findings import shorten
from checks.names import is_at_or_below

LONGEST = 4_000
"""Texts longer than this, in characters, are not corrected: a person did not type them."""
_LONGEST_COMPARED = 110
"""Characters of the part that differs, of which the changes are named."""
_MOST_REPAIRS = 4

_ESCAPED = re.compile(r"\\([0-9]{3})")
_TAG = re.compile(
    r"""</?(?:a|b|i|p|br|em|div|pre|code|span|strong|td|tr|li)(?:\s(?:[^<>@"]|"[^<>"]*")*)?/?>""", re.IGNORECASE
)
_LINK = re.compile(
    r"<(mailto:[^<>|\s]+)(?:\|[^<>]*)?>|\[[^\[\]]*\]\((mailto:[^()\s]+)\)"
    r"|<https?://[^<>|\s]*\|([\w.-]+)>|\[([\w.-]+)\]\(https?://[^()\s]*\)",
    re.IGNORECASE,
)
"""A link as Slack or Markdown makes it of an address or a host name."""
_WORD = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"\s+")
_TORN = re.compile(r"[^\s;,]+")
_UNSEEN_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_QUOTES = "\"'`“”„‟‘’‚‛«»‹›\\"
_DASHES = "‐‑‒–—―−"
_TILDES = "˜∼～"
_SIGNS = (
    dict.fromkeys(map(ord, _QUOTES), "") | dict.fromkeys(map(ord, _DASHES), "-") | dict.fromkeys(map(ord, _TILDES), "~")
)
_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝгкмтвнАВЕКМНОРСТХІЈЅαονρτυικΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɑ",
    "aeopcyxijsdhlqwrkmtbhABEKMHOPCTXIJSaovptuikABEZHIKMNOPTYXia",
)
"""Letters of Cyrillic and Greek that a reader takes for Latin ones."""


def normalize_text(text: str) -> str:
    """Returns `text` as its author saw it, in ASCII where that is possible, every run of white space one space."""
    text = html.unescape(_decoded(text))
    text = _LINK.sub(lambda link: next(filter(None, link.groups())), text)
    text = unicodedata.normalize("NFKC", _TAG.sub(" ", text).translate(_SIGNS)).translate(_SIGNS)
    text = "".join(_visible(character) for character in text)
    text = _WORD.sub(lambda word: _latin(word[0]), text)
    return _SPACES.sub(" ", text).strip(" *")


def list_readings(text: str) -> tuple[str, ...]:
    """Returns the plain text; and, where an invisible space may have come into a word, the text without such spaces."""
    joined = _UNSEEN_SPACES.sub("", _decoded(text))
    return tuple(dict.fromkeys((normalize_text(text), normalize_text(joined))))


def describe_repairs(text: str, corrected: str) -> str:
    """Returns what was changed from `text` to `corrected`, as a sentence for a person; empty where nothing can be
    named."""
    old, new = _decoded(text), corrected
    old_words, new_words = (re.findall(r"[^\s;]+", version) for version in (old, new))
    if old_words[:1] != new_words[:1] and sorted(old_words) == sorted(new_words):
        return f"Repaired: moved “{shorten(new_words[0])}” to the front."
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    parts = old[start : len(old) - end], new[start : len(new) - end]
    cut = max(map(len, parts)) > _LONGEST_COMPARED
    one, other = (part[:_LONGEST_COMPARED] for part in parts)
    differences = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    spans = [((i + start, j + start), (k + start, m + start)) for kind, i, j, k, m in differences if kind != "equal"]
    found = [change for before, after in (spans[:-1] if cut else spans) if (change := _change(old, new, before, after))]
    once = list(dict.fromkeys(found))
    if not once:
        return ""
    more = "; and more" if len(once) > _MOST_REPAIRS else ""
    return f"Repaired: {'; '.join(once[:_MOST_REPAIRS])}{more}."


def _alike(one: str, other: str) -> int:
    """Returns how many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def is_slip(typed: str, meant: str) -> bool:
    """Returns True for one letter too many, too few, wrong, or two swapped: a Damerau-Levenshtein distance of exactly
    1."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    same = next((i for i, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other), None)
    at = min(len(typed), len(meant)) if same is None else same
    if len(typed) > len(meant):
        return typed[at + 1 :] == meant[at:]
    if len(typed) < len(meant):
        return typed[at:] == meant[at + 1 :]
    swapped = typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]
    return typed[at + 1 :] == meant[at + 1 :] or swapped


def find_nearest(typed: str, words: Collection[str]) -> str | None:
    """Returns the one word that `typed` is, or is a slip of; None where there is none, or several."""
    if typed in words:
        return typed
    near = [word for word in words if is_slip(typed, word)]
    return near[0] if len(near) == 1 else None


def _decoded(text: str) -> str:
    """Returns a text from DNS holds an octet a character: as UTF-8, else as Windows reads it. `\\DDD` is an octet,
    too."""
    octets = _ESCAPED.sub(lambda found: chr(int(found[1])) if int(found[1]) < 256 else found[0], text)
    for encoding in ("utf-8", "cp1252"):
        try:
            return octets.encode("latin-1").decode(encoding).replace("\u00c2\u00a0", "\u00a0")
        except UnicodeError:
            continue
    return octets


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    return "" if category == "Cf" or "\ufe00" <= character <= "\ufe0f" or character == "\u034f" else character


def _latin(word: str) -> str:
    """Returns a word with look-alike letters in Latin ones; a word that is wholly of another script stays."""
    if word.isascii():
        return word
    latin = word.translate(_LOOK_ALIKES)
    mixed = any(character.isascii() for character in word) or len(word) <= 2
    return latin if mixed and latin.isascii() else word


def _change(old: str, new: str, before: tuple[int, int], after: tuple[int, int]) -> str:
    """Returns one difference in words."""
    gone, come = old[slice(*before)], new[slice(*after)]
    where = _place(new, after[1])
    unseen = [character for character in gone if not character.isascii() and _visible(character) in ("", " ")]
    if unseen and not gone.strip("".join(unseen) + " ;") and not come.strip():
        what = "space" if any(_visible(character) == " " for character in unseen) else "character"
        return f"removed an invisible {what}{where}"
    if not gone.strip() and not come.strip():
        return ""
    if not gone.strip() and come.strip() in (";", "="):
        return f"added the missing “{come.strip()}”{where}"
    if not come.strip() and not gone.strip(_QUOTES + " "):
        return "removed the backslashes" if set(gone.strip()) == {"\\"} else "removed the quotes"
    if come.strip() == ";":
        return f"put “;” in place of “{shorten(gone.strip())}”{where}"
    if not gone.isascii() and come.isascii() and come.strip():
        return f"replaced a look-alike character in “{shorten(_around(new, after))}”"
    one, other = shorten(_around(old, before)), shorten(_around(new, after))
    if "…" in one + other:
        return ""
    if not other:
        return f"removed “{one}”"
    if one == other:
        return f"removed “{shorten(gone.strip())}”" if gone.strip() else ""
    return f"“{one}” is now “{other}”" if one else f"added “{other}”"


def _place(text: str, at: int) -> str:
    """Before what a change was made."""
    word = re.match(r"[\s;,]*([A-Za-z0-9+?~_.-]{1,30})", text[at:])
    return f" before {word[1]}" if word else " at the end"


def _around(text: str, span: tuple[int, int]) -> str:
    words = [found for found in _TORN.finditer(text) if found.start() < span[1] + 1 and found.end() >= span[0]][:3]
    return text[words[0].start() : words[-1].end()] if words else ""


_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SES_REGIONS: frozenset[str] = frozenset(_DATA["ses_regions"])
_SPF_INCLUDES: tuple[str, ...] = tuple(_DATA["spf_includes"])
_MX_SUFFIXES: tuple[str, ...] = tuple(_DATA["mx_suffixes"])

_SES = "amazonses.com"
_FEEDBACK = "feedback-smtp"
_LIKE_SES = ("amazonses", "amazonaws", "amazonsses", "amazonsess", "amazon", "awsses", "amazonse")
_LIKE_FEEDBACK = re.compile(r"feedback|bounce|smtp")
_ALIKE = 0.8
_PROPER = 3
"""Labels that a host of another domain has at least, once an appended zone is taken off."""


@dataclass(frozen=True, slots=True)
class FeedbackHost:
    """A host that is, or was meant as, SES's host for bounces. `region`: the region meant, None where that is not
    clear; `why`: what is wrong with the host, empty for a right one."""

    region: str | None
    why: str = ""


def feedback_host(region: str) -> str:
    """Returns SES's host for bounces in a region."""
    return f"{_FEEDBACK}.{region}.{_SES}"


def without_zone(host: str, domain: str) -> str | None:
    """Returns the host without the zone that a DNS provider appended to it: `mx.acme.com` for `mx.acme.com.acme.com`,
    and `aspmx.l.google.com` for `aspmx.l.google.com.acme.com`. None where no zone can have been appended.

    Every suffix of the domain may be the zone. That the result is meant has to be proven by an answer of DNS.
    """
    zone = domain
    while "." in zone:
        rest = host.removesuffix(f".{zone}")
        if rest != host:
            doubled = is_at_or_below(rest, zone)
            return rest if doubled or rest.count(".") + 1 >= _PROPER else None
        zone = zone.partition(".")[2]
    return None


def correct_region(typed: str) -> str | None:
    """Returns the region of SES that a word is, or is certainly meant as (`useast1`, `us-east-1a`); None for any
    other."""
    if typed in SES_REGIONS:
        return typed
    bare = re.sub(r"[^a-z0-9]", "", typed.lower())
    for word in (bare, re.sub(r"(?<=\d)[a-f]\Z", "", bare)):
        same = [region for region in SES_REGIONS if region.replace("-", "") == word]
        if same:
            return same[0]
    return find_nearest(typed, SES_REGIONS)


def read_feedback_host(host: str, domain: str) -> FeedbackHost | None:
    """Returns what an MX host has to do with SES's `feedback-smtp.<region>.amazonses.com`; None where nothing."""
    bare, why = host, ""
    if not host.endswith(f".{_SES}") and (rest := without_zone(host, domain)):
        bare, why = rest, "the DNS provider appended its zone"
    labels = bare.split(".")
    if len(labels) < _PROPER or not _is_like_feedback(labels):
        return None
    typed = labels[-3] if len(labels) > _PROPER else labels[0].removeprefix(_FEEDBACK).lstrip("-_")
    region = correct_region(typed)
    if not why and ".".join(labels[-2:]) != _SES:
        why = f"hosts of SES end in {_SES}"
    if not why and typed and ".".join(labels[:-3]) != _FEEDBACK:
        why = f"the host begins with {_FEEDBACK}"
    if region != typed:
        why = f"no AWS region with SES is called “{typed}”" if typed else "the host names no region"
    return FeedbackHost(region, why)


def correct_mail_host(host: str, domain: str) -> str | None:
    """Returns the mail exchanger that a host without an address was perhaps meant as: without an appended zone, or with
    a slip in the name of a known provider put right, or with the domain behind a single label; None where nothing is
    near."""
    if (rest := without_zone(host, domain)) is not None:
        return rest
    if host and "." not in host:
        return f"{host}.{domain}"
    labels = host.split(".")
    for suffix in _MX_SUFFIXES:
        count = suffix.count(".") + 1
        end = ".".join(labels[-count:])
        if len(labels) >= count and end != suffix and _is_near(end, suffix):
            return ".".join((*labels[:-count], suffix))
    return None


def guess_spf_targets(target: str, domain: str) -> tuple[str, ...]:
    """Returns names that an SPF include was perhaps meant to name, where nothing is at the name that it has."""
    meant = [without_zone(target, domain) or "", _SES if "amazonaws" in target else ""]
    meant += [known for known in _SPF_INCLUDES if target != known and _is_near(target, known)]
    return tuple(dict.fromkeys(name for name in meant if name))[:2]


def _is_near(target: str, known: str) -> bool:
    """Returns one slip in the whole name, or one in each of two labels, or a hyphen or underscore more or less."""
    if is_slip(target, known) or target.replace("-", "").replace("_", "") == known.replace("-", "").replace("_", ""):
        return True
    ones, others = target.split("."), known.split(".")
    if len(ones) != len(others):
        return known in (f"_{target}", f"_spf.{target}") or target in (f"spf.{known}", f"_spf.{known}")
    return all(one == other or is_slip(one, other) for one, other in zip(ones, others, strict=True))


def _is_like_feedback(labels: list[str]) -> bool:
    """Returns True for labels like those of SES's host for bounces. `inbound-smtp.<region>.amazonaws.com` is another
    host of Amazon, for mail that SES receives."""
    first, name = labels[0], labels[-2]
    if first.startswith(("inbound", "email-smtp")):
        return False
    is_like_ses = name in _LIKE_SES or SequenceMatcher(None, name, "amazonses").ratio() >= _ALIKE
    if not is_like_ses:
        return False
    return bool(_LIKE_FEEDBACK.match(first)) or SequenceMatcher(None, first, _FEEDBACK).ratio() >= _ALIKE
