"""Reads what was meant: a text from DNS without invisible characters, look-alike letters, quotes and markup; and a host
name that is almost right (a zone appended, a name doubled, a slip in a name of SES or a region).

The tolerant readers of SPF, DMARC and DKIM begin here, and `describe_repairs` says what they changed. Receivers know
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
_TYPED_SPACE = re.compile(r"\\[nrt]|(?<=;)(?:%20|%0[ad])+", re.IGNORECASE)
"""A space or the end of a line as a program writes it."""
_WORD = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"\s+")
_STRETCH = re.compile(r"[^\s;,]+")
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
    """Returns a text as its author saw it, in ASCII where that is possible, with single spaces."""
    text = html.unescape(_TYPED_SPACE.sub(" ", _decode(text)))
    text = _LINK.sub(lambda link: next(filter(None, link.groups())), text)
    text = unicodedata.normalize("NFKC", _TAG.sub(" ", text).translate(_SIGNS)).translate(_SIGNS)
    text = "".join(_replace_invisible(character) for character in text)
    text = _WORD.sub(lambda word: _replace_look_alikes(word[0]), text)
    return _SPACES.sub(" ", text).strip(" *")


def list_readings(text: str) -> tuple[str, ...]:
    """Returns the normalized text, and the text without the invisible spaces that may have come into a word."""
    joined = _UNSEEN_SPACES.sub("", _decode(text))
    return tuple(dict.fromkeys((normalize_text(text), normalize_text(joined))))


def describe_repairs(text: str, corrected: str) -> str:
    """Returns what was changed from `text` to `corrected`, as a sentence for a person; empty where nothing can be
    named."""
    old, new = _decode(text), corrected
    old_words, new_words = (re.findall(r"[^\s;]+", version) for version in (old, new))
    if old_words[:1] != new_words[:1] and sorted(old_words) == sorted(new_words):
        return f"Repaired: moved “{shorten(new_words[0])}” to the front."
    start = _common_length(old, new)
    end = _common_length(old[start:][::-1], new[start:][::-1])
    differing = old[start : len(old) - end], new[start : len(new) - end]
    is_cut = max(map(len, differing)) > _LONGEST_COMPARED
    old_part, new_part = (part[:_LONGEST_COMPARED] for part in differing)
    differences = SequenceMatcher(None, old_part, new_part, autojunk=False).get_opcodes()
    spans = [((i + start, j + start), (k + start, m + start)) for kind, i, j, k, m in differences if kind != "equal"]
    changes = (_describe_change(old, new, *span) for span in (spans[:-1] if is_cut else spans))
    unique = list(dict.fromkeys(filter(None, changes)))
    more = "; and more" if len(unique) > _MOST_REPAIRS else ""
    return f"Repaired: {'; '.join(unique[:_MOST_REPAIRS])}{more}." if unique else ""


def _common_length(text: str, other: str) -> int:
    """Counts the characters that two texts have in common at their beginning."""
    pairs = enumerate(zip(text, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(text), len(other)))


def is_slip(typed: str, word: str) -> bool:
    """Returns True for one letter too many, too few, wrong, or two swapped (a Damerau-Levenshtein distance of 1)."""
    if typed == word or abs(len(typed) - len(word)) > 1:
        return False
    start = _common_length(typed, word)
    if len(typed) > len(word):
        return typed[start + 1 :] == word[start:]
    if len(typed) < len(word):
        return typed[start:] == word[start + 1 :]
    is_swapped = typed[start : start + 2] == word[start : start + 2][::-1] and typed[start + 2 :] == word[start + 2 :]
    return typed[start + 1 :] == word[start + 1 :] or is_swapped


def find_nearest(typed: str, words: Collection[str]) -> str | None:
    """Returns the one word that `typed` is, or is a slip of; None where there is none, or several."""
    if typed in words:
        return typed
    slips = [word for word in words if is_slip(typed, word)]
    return slips[0] if len(slips) == 1 else None


def _decode(text: str) -> str:
    """Decodes a text from DNS, which has an octet a character: as UTF-8, else as Windows does. `\\DDD` is an octet."""
    octets = _ESCAPED.sub(lambda match: chr(int(match[1])) if int(match[1]) < 256 else match[0], text)
    for encoding in ("utf-8", "cp1252"):
        try:
            return octets.encode("latin-1").decode(encoding).replace("\u00c2\u00a0", "\u00a0")
        except UnicodeError:
            continue
    return octets


def _replace_invisible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    return "" if category == "Cf" or "\ufe00" <= character <= "\ufe0f" or character == "\u034f" else character


def _replace_look_alikes(word: str) -> str:
    """Replaces look-alike letters by Latin ones; a word that is wholly of another script stays."""
    if word.isascii():
        return word
    latin = word.translate(_LOOK_ALIKES)
    is_mixed = any(character.isascii() for character in word) or len(word) <= 2
    return latin if is_mixed and latin.isascii() else word


def _describe_change(old: str, new: str, before: tuple[int, int], after: tuple[int, int]) -> str:
    """Describes the change of the span `before` in `old` to the span `after` in `new`; empty where it cannot."""
    removed, added = old[slice(*before)], new[slice(*after)]
    place = _describe_place(new, after[1])
    invisible = {sign for sign in removed if not sign.isascii() and not _replace_invisible(sign).strip()}
    if invisible and not removed.strip("".join(invisible) + " ;") and not added.strip():
        what = "space" if " " in map(_replace_invisible, invisible) else "character"
        return f"removed an invisible {what}{place}"
    if not removed.strip() and not added.strip():
        return ""
    if not removed.strip() and added.strip() in (";", "="):
        return f"added the missing “{added.strip()}”{place}"
    if not added.strip() and not removed.strip(_QUOTES + " "):
        return "removed the backslashes" if set(removed.strip()) == {"\\"} else "removed the quotes"
    if added.strip() == ";":
        return f"put “;” in place of “{shorten(removed.strip())}”{place}"
    if not removed.isascii() and added.isascii() and added.strip():
        return f"replaced a look-alike character in “{shorten(_words_around(new, after))}”"
    old_words, new_words = shorten(_words_around(old, before)), shorten(_words_around(new, after))
    if "…" in old_words + new_words:
        return ""
    if not new_words:
        return f"removed “{old_words}”"
    if old_words == new_words:
        return f"removed “{shorten(removed.strip())}”" if removed.strip() else ""
    return f"“{old_words}” is now “{new_words}”" if old_words else f"added “{new_words}”"


def _describe_place(text: str, position: int) -> str:
    """Says before which word a change was made."""
    word = re.match(r"[\s;,]*([A-Za-z0-9+?~_.-]{1,30})", text[position:])
    return f" before {word[1]}" if word else " at the end"


def _words_around(text: str, span: tuple[int, int]) -> str:
    words = [word for word in _STRETCH.finditer(text) if word.start() <= span[1] and word.end() >= span[0]][:3]
    return text[words[0].start() : words[-1].end()] if words else ""


_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SES_REGIONS: frozenset[str] = frozenset(_DATA["ses_regions"])
_SPF_INCLUDES: tuple[str, ...] = tuple(_DATA["spf_includes"])
_MX_SUFFIXES: tuple[str, ...] = tuple(_DATA["mx_suffixes"])

_SES = "amazonses.com"
_FEEDBACK = "feedback-smtp"
_SES_LIKE_NAMES = ("amazonses", "amazonaws", "amazonsses", "amazonsess", "amazon", "awsses", "amazonse")
_INBOUND = re.compile(r"inbound-smtp[.-]([a-z0-9-]+)\.amazon(?:ses|aws)\.com")
"""SES receives mail at `amazonaws.com`, and takes bounces at `amazonses.com`."""
_WITH_PREFERENCE = re.compile(r"[0-9]{1,5}(?:\\032)+([a-z0-9].*)")
"""A host with the preference typed in front of it, as DNS shows the space between the two."""
_FEEDBACK_LIKE = re.compile(r"feedback|bounce|smtp")
_LEAST_RATIO = 0.8
_FEWEST_LABELS = 3
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
            is_doubled = is_at_or_below(rest, zone)
            return rest if is_doubled or rest.count(".") + 1 >= _FEWEST_LABELS else None
        zone = zone.partition(".")[2]
    return None


def correct_region(typed: str) -> str | None:
    """Returns the region of SES that a word is, or was surely meant as (`useast1`, `us-east-1a`); else None."""
    if typed in SES_REGIONS:
        return typed
    bare = re.sub(r"[^a-z0-9]", "", typed.lower())
    for word in (bare, re.sub(r"(?<=\d)[a-f]\Z", "", bare)):
        regions = [region for region in SES_REGIONS if region.replace("-", "") == word]
        if regions:
            return regions[0]
    return find_nearest(typed, SES_REGIONS)


def read_feedback_host(host: str, domain: str) -> FeedbackHost | None:
    """Reads an MX host as SES's `feedback-smtp.<region>.amazonses.com`; None where it has nothing to do with that."""
    bare, why = None if host.endswith(f".{_SES}") else without_zone(host, domain), ""
    if bare:
        why = "the DNS provider appended its zone"
    labels = (bare or host).split(".")
    if len(labels) < _FEWEST_LABELS or not _is_like_feedback(labels):
        return None
    typed = labels[-3] if len(labels) > _FEWEST_LABELS else labels[0].removeprefix(_FEEDBACK).lstrip("-_")
    region = correct_region(typed)
    if not why and ".".join(labels[-2:]) != _SES:
        why = f"hosts of SES end in {_SES}"
    if not why and typed and ".".join(labels[:-3]) != _FEEDBACK:
        why = f"the host begins with {_FEEDBACK}"
    if region != typed:
        why = f"no AWS region with SES is called “{typed}”" if typed else "the host names no region"
    return FeedbackHost(region, why)


def correct_mail_host(host: str, domain: str) -> str | None:
    """Returns the mail exchanger that a host without an address was perhaps meant as: without an appended zone, a
    preference or a scheme, or with a slip or a missing label in the name of a known provider put right, or with the
    domain behind a single label; None where nothing is near."""
    if (bare := without_zone(host, domain)) is not None:
        return bare
    if "://" in host:
        return host.partition("://")[2].strip("/") or None
    if with_preference := _WITH_PREFERENCE.fullmatch(host):
        return with_preference[1]
    if inbound := _INBOUND.fullmatch(host):
        corrected = f"inbound-smtp.{correct_region(inbound[1]) or inbound[1]}.amazonaws.com"
        return corrected if corrected != host else None
    if host and "." not in host:
        return f"{host}.{domain}"
    labels = host.split(".")
    for suffix in _MX_SUFFIXES:
        start, end = host[: 1 - len(suffix)], host[1 - len(suffix) :]
        if start.endswith(".") and is_slip(end, suffix):  # a character is missing, be it a dot
            return start + suffix
        count = suffix.count(".") + 1
        end = ".".join(labels[-count:])
        if len(labels) >= count and end != suffix and _is_near(end, suffix):
            return ".".join((*labels[:-count], suffix))
    if any(is_at_or_below(host, suffix) for suffix in _MX_SUFFIXES):
        return None
    ends = ((suffix, f".{suffix.partition('.')[2]}") for suffix in _MX_SUFFIXES if suffix.count(".") > 1)
    return next((f"{host.removesuffix(end)}.{suffix}" for suffix, end in ends if host.endswith(end)), None)


def guess_spf_targets(target: str, domain: str) -> tuple[str, ...]:
    """Returns names that an SPF include was perhaps meant to name, where nothing is at the name that it has."""
    candidates = [without_zone(target, domain) or "", _SES if "amazonaws" in target else ""]
    candidates += [known for known in _SPF_INCLUDES if target != known and _is_near(target, known)]
    namesakes = [known for known in _SPF_INCLUDES if known.rpartition(".")[0] == target.rpartition(".")[0]]
    candidates += (
        namesakes if len(namesakes) == 1 and target not in namesakes else []
    )  # `sendgrid.com` for `sendgrid.net`
    return tuple(dict.fromkeys(name for name in candidates if name))[:2]


def _is_near(target: str, known: str) -> bool:
    """Returns True for a name that differs by one slip, by one in each label, or by hyphens and underscores."""
    if is_slip(target, known) or target.replace("-", "").replace("_", "") == known.replace("-", "").replace("_", ""):
        return True
    labels, known_labels = target.split("."), known.split(".")
    if len(labels) != len(known_labels):
        return known in (f"_{target}", f"_spf.{target}") or target in (f"spf.{known}", f"_spf.{known}")
    pairs = zip(labels, known_labels, strict=True)
    return all(label == known_label or is_slip(label, known_label) for label, known_label in pairs)


def _is_like_feedback(labels: list[str]) -> bool:
    """Returns True for labels like those of SES's host for bounces. `inbound-smtp.<region>.amazonaws.com` is another
    host of Amazon, for mail that SES receives."""
    first, name = labels[0], labels[-2]
    if first.startswith(("inbound", "email-smtp")):
        return False
    is_like_ses = name in _SES_LIKE_NAMES or SequenceMatcher(None, name, "amazonses").ratio() >= _LEAST_RATIO
    if not is_like_ses:
        return False
    return bool(_FEEDBACK_LIKE.match(first)) or SequenceMatcher(None, first, _FEEDBACK).ratio() >= _LEAST_RATIO
