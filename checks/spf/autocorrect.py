"""Reads a text as the SPF record that it was surely meant as; a single term likewise. None means "not certain".

Smart quotes and dashes from a word processor, a version with a slip, a space after `include:`, two records in one text.
Several records at one name are merged here, too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, ip_address

from checks.autocorrect import LONGEST, find_nearest, is_slip, list_readings
from checks.spf.parse import ParseFailure, parse, read_term
from checks.spf.syntax import VERSION, Directive, Exp, Qualifier, Redirect, SpfRecord, TermFlaw, Unknown, is_all

_PUNCTUATION = "\"'`,;"
_WORDS_WITH_COLON = ("include", "exists", "a", "mx", "ptr", "ip4", "ip6")
_WORDS_WITH_EQUALS = ("redirect", "exp")
_LONG_WORDS = {word: word for word in ("include", "exists", "redirect")} | {"includes": "include"}
"""Words long enough that one slip of the fingers leaves no doubt, with what they stand for."""

_ALL_AND_MORE = re.compile(r"([+?~-]?all)(?:[.:=/!]+|(?<=[+?~-]all)(?:\.[a-z0-9-]+){2,}\.?)", re.IGNORECASE)
_ALL_LIKE = re.compile(r"([+?~-])\1*([a-z1|]{2,4})", re.IGNORECASE)
_GLUED = re.compile(r"([+?~-]?)(?:(ip[46])[.;,_-]?(?=[0-9a-f]+[.:])|(include)(?=_[a-z0-9-]+\.))(.+)", re.IGNORECASE)
_NAMED = re.compile(r"([+?~-]?)([A-Za-z0-9]+)([:=]+)(.*)")
_ADDRESS_NAMES = frozenset({"ip", "ip4", "ip6", "ipv4", "ipv6", "a", "mx", "include"})
_WEB_ADDRESS = re.compile(r"([+?~-]?(?:include|a|mx|exists):|redirect=)https?://([^/]+)/*", re.IGNORECASE)
_SEAM = re.compile(
    r"(?<=[^+?~-])(?=[+?~-]?(?:include:|exists:|ip4:|ip6:|redirect=))|(?<=[^+?~-])(?=[+?~-]all\Z)", re.IGNORECASE
)
_ENDING_SLASH = re.compile(r"([+?~-]?(?:include|exists):|redirect=)([^/]+)/+", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;|]+|\\[nrt]")
_TYPED_SPACE = re.compile(r"%20|%0[ad]", re.IGNORECASE)
"""A space or the end of a line as a web form writes it: no macro begins so (RFC 7208 section 7.1)."""
_SENDER_ID = re.compile(r"spf2\.0/[a-z,]+(?=\s|\Z)", re.IGNORECASE)
_PREFIX = r"(?:[a-z0-9@_.*-]{1,80}[.:=]?\s+){0,6}?"
"""What is pasted along with a record: `acme.com. 3600 IN TXT`, `SPF:`, `Value =`."""
_START = re.compile(rf"{_PREFIX}(?:spf\s*[:=]\s*)?v\s*=\s*spf1(?P<rest>.*)", re.IGNORECASE)
_START_LIKE = re.compile(
    rf"{_PREFIX}(?P<v>(?:[a-z]{{0,2}}\s?[=:.-]{{1,2}}\s?|v\s?)?)(?P<word>[sfp]+[a-z]?)\s?(?P<one>[12l|]?)(?:[.-]0?)?(?P<rest>[\s,;:].*)",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\s*\bv\s*=\s*spf1(?=\s|\Z)|(?<=all)v\s*=\s*spf1\s", re.IGNORECASE)
_TERM_AT_ONCE = re.compile(
    r"[+?~-]?(?:all\b|include[:=_]|ip[46]:|exists:|(?:a|mx|ptr)(?:[\s:/]|\Z)|redirect=)", re.IGNORECASE
)
_SURE_TERM = re.compile(r"[+?~-]all\b|\binclude:|\bip[46]:|\bredirect=|\s(?:a|mx)\s", re.IGNORECASE)
"""What a text with a spoiled version has to hold, so that it can be nothing else."""
_VERIFICATION = re.compile(
    r"\A[a-z0-9_-]{2,40}[=:][^\s.]{8,200}(?=\s+v=spf1\s)"
    r"|(?:\A|(?<=\s)|(?<=[+?~-]all))(?:MS=ms[0-9]+|[a-z0-9-]{0,40}verif[a-z0-9-]{0,40}[=:]\S+?)(?=\s|\Z|v=spf1\s)",
    re.IGNORECASE,
)
"""What proves the domain to another service, typed into the same text: `google-site-verification=…`, `MS=ms123`."""
_COMMENT = re.compile(r"\s+#.*|[\s;,]v\s?=\s?DMARC1.*", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z]{2,}\.?", re.IGNORECASE)
_WILDCARD = re.compile(r"((?:\d{1,3}\.){1,3})\*(?:\.\*)*")
_PADDED = re.compile(r"\b0+(?=\d)")
_MOST_WORDS = 150
"""Texts with more terms are not corrected: a person did not type them."""
_SIGNS = ("+", "-", "~", "?")
_SPF_LABELS = ("_spf.", "spf.")
_NEED_VALUE = ("include", "exists", "redirect", "ip4", "ip6")
_STRICTNESS = (Qualifier.PASS, Qualifier.NEUTRAL, Qualifier.SOFTFAIL, Qualifier.FAIL)


@lru_cache(maxsize=256)
def autocorrect(text: str) -> str | None:
    """Returns the valid record that `text` was surely meant as; None when it is fine as it is, or that is not
    certain."""
    if len(text) > LONGEST or len(text.split()) > _MOST_WORDS:
        return None
    plain_text = _TYPED_SPACE.sub(" ", text)
    readings = [split_verifications(reading)[0] for reading in list_readings(plain_text)]
    readings += [" ".join(_name_hosts(reading.split())) for reading in readings]
    candidates = map(_correct_record, dict.fromkeys(readings))
    corrected = next((candidate for candidate in candidates if candidate is not None), None)
    return None if corrected is None or parse(corrected) == parse(text) else corrected


def read_sender_id(text: str) -> str | None:
    """Returns the SPF record that says what a Sender ID record (`spf2.0/pra`, RFC 4406) says; None for another text."""
    match = _SENDER_ID.match(text)
    if not match or len(text) > LONGEST:
        return None
    record = f"{VERSION}{text[match.end() :]}"
    return autocorrect(record) if parse(record).flaws else record


def split_verifications(text: str) -> tuple[str, tuple[str, ...]]:
    """Returns the text without what proves the domain to other services, and each of those proofs: where both are in
    one text, they were meant as records of their own."""
    proofs = tuple(match[0] for match in _VERIFICATION.finditer(text))
    return (_VERIFICATION.sub(" ", text).strip(), proofs) if proofs else (text, ())


def _correct_record(text: str) -> str | None:
    """Returns the record in a text, corrected; None where there is none without a flaw."""
    rest = _strip_version(text)
    if rest is None:
        return None
    parts = [part for part in _AGAIN.split(_COMMENT.sub("", rest)) if part.strip(" ,;")]
    texts = [" ".join((VERSION, *_correct_words(_join_torn_words(part.split())))) for part in parts or [""]]
    records = [parse(text) for text in texts]
    if any(record.flaws for record in records):
        return None
    return _merge_records(records).text if len(records) > 1 else texts[0]


def _strip_version(text: str) -> str | None:
    """Returns what follows the version in a plain text; None where the text is not certainly an SPF record."""
    if start := _START.fullmatch(text):
        rest = start["rest"]
        if rest[:1] in (",", ";", ":", "|"):
            rest = " " + rest[1:]
        if not rest or rest[0].isspace() or _TERM_AT_ONCE.match(rest):
            return rest
    words = text.split(" ")
    if len(words) > 1 and _is_understood(text) and _SURE_TERM.search(text) and _ALL_LIKE.fullmatch(words[-1]):
        return text  # the version is missing whole
    match = _START_LIKE.fullmatch(text)
    if not match or not _SURE_TERM.search(f"{match['rest']} "):
        return None
    word, is_v = match["word"].lower(), match["v"].strip(" =:.-").lower() == "v"
    is_exact = word == "spf" and (is_v or bool(match["one"]))
    return match["rest"].lstrip(" ,;:") if is_exact or (is_v and is_slip(word, "spf")) else None


def _join_torn_words(words: list[str]) -> list[str]:
    """Puts together what a space tore apart: `- all`, `include: example.com`, `include :example.com`."""
    joined: list[str] = []
    for word in words:
        previous = joined[-1] if joined else ""
        is_no_term = not _is_term(word)
        is_torn_sign = previous in _SIGNS and word.lower() == "all"
        is_torn_value = previous.endswith((":", "=")) and not _is_term(previous) and is_no_term
        is_torn_value = is_torn_value or (previous.endswith("/") and word.isdigit())
        is_torn_name = word.startswith((":", "=", "/")) and bool(previous) and _is_term(previous + word)
        if previous.lower().lstrip("+-~?") in _NEED_VALUE and is_no_term and ":" not in word and "." in word:
            joined[-1] = f"{previous}:{word}"
        elif is_torn_sign or is_torn_value or is_torn_name:
            joined[-1] = previous + word
        else:
            joined.append(word)
    return joined


def _is_term(word: str) -> bool:
    return not isinstance(read_term(word), ParseFailure)


def _name_hosts(words: list[str]) -> list[str]:
    """Makes an include of a host alone that is called for SPF, or that stands behind an include."""
    named: list[str] = []
    for word in words:
        is_include = word.startswith(_SPF_LABELS) or "".join(named[-1:]).startswith("include:")
        named.append(f"include:{word}" if is_include and _HOST.fullmatch(word) else word)
    return named


def _correct_words(words: list[str]) -> list[str]:
    """Returns each word corrected where that is certain, and the same redirect or exp only once."""
    corrected_words: list[str] = []
    for word in words:
        corrected = autocorrect_term(word)
        for part in (word if corrected is None else corrected).split():
            if not (part.lower().startswith(("redirect=", "exp=")) and part in corrected_words):
                corrected_words.append(part)
    return corrected_words


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """Several records as one, and the terms that could not be taken over because they cannot be read."""

    text: str
    dropped: tuple[str, ...]


def merge_texts(texts: Iterable[str]) -> MergedRecord:
    """Returns one record that says what all of them say: each term once, in order, and the strictest `all` that they
    share.

    A redirect beside an `all` would be ignored, so it becomes an include; an open `+all` is never taken over.
    """
    return _merge_records([parse(autocorrect(text) or text) for text in texts])


def _merge_records(records: list[SpfRecord]) -> MergedRecord:
    terms = [term for record in records for term in record.terms]
    qualifiers = [term.qualifier for term in terms if isinstance(term, Directive) and is_all(term)]
    redirects = {str(term): term for term in terms if isinstance(term, Redirect)}
    kept_terms: dict[str, str] = {}
    for term in terms:
        is_second_exp = isinstance(term, Exp) and any(word.lower().startswith("exp=") for word in kept_terms.values())
        if not isinstance(term, Redirect | TermFlaw) and not is_all(term) and not is_second_exp:
            kept_terms.setdefault(str(term).lower(), term.text)
    if len(redirects) == 1 and all(record.redirect and not record.directives for record in records):
        ending = [term.text for term in redirects.values()]
    else:
        kept_terms |= {f"include:{term.target}": f"include:{term.target}" for term in redirects.values()}
        shared = min(qualifiers, key=_STRICTNESS.index, default=Qualifier.SOFTFAIL)
        ending = ["~all" if shared is Qualifier.PASS else f"{shared}all"]
    modifiers = [word for word in kept_terms.values() if "=" in word.partition(":")[0]]
    words = [word for word in kept_terms.values() if word not in modifiers]
    dropped = tuple(term.text for term in terms if isinstance(term, TermFlaw))
    return MergedRecord(" ".join((VERSION, *words, *ending, *modifiers)), dropped)


def autocorrect_term(text: str) -> str | None:
    """Returns what `text`, one word of a record, was surely meant as: one or more terms with spaces between them, the
    empty text when it was not meant at all, or None when it is fine as it is or that is not certain."""
    bare = text.strip(_PUNCTUATION)
    if not bare.strip("|") or bare.lower() == VERSION:
        return "" if text else None
    attempts = [_strip_scheme, _split_terms]  # a valid term is touched only where it cannot be what its owner wants
    match read_term(text):
        case ParseFailure():
            attempts = [
                _strip_punctuation,
                _correct_all,
                _correct_address,
                _correct_sign,
                _correct_name,
                _strip_scheme,
                _split_terms,
                _insert_colon,
                _name_host,
            ]
        case Unknown():
            attempts = [_correct_address, _correct_sign, _correct_name]
    for attempt in attempts:
        corrected = attempt(bare)
        if corrected is not None and corrected != text and _is_understood(corrected):
            return corrected
    return None


def _is_understood(terms: str) -> bool:
    """Returns True when every word is a term that receivers act on."""
    return not any(isinstance(read_term(word), ParseFailure | Unknown) for word in terms.split())


def _strip_punctuation(bare: str) -> str | None:
    """Takes `bare`, without quotes and commas around it, as the term; None where it may hold two terms."""
    return None if _SEAM.search(bare) or _SEPARATOR.search(bare) else bare


def _correct_all(bare: str) -> str | None:
    """Corrects an `all` with a sign twice, with more behind it, or with one slip of the fingers behind its sign."""
    if match := _ALL_AND_MORE.fullmatch(bare):
        return match[1]
    match = _ALL_LIKE.fullmatch(bare)
    return f"{match[1]}all" if match and find_nearest(match[2].lower(), ("all",)) else None


def _insert_colon(bare: str) -> str | None:
    """Inserts the colon that `ip4192.0.2.1` and `include_spf.example.com` lack."""
    match = _GLUED.fullmatch(bare)
    return f"{match[1]}{(match[2] or match[3]).lower()}:{match[4]}" if match else None


def _correct_address(bare: str) -> str | None:
    """Corrects an address under the wrong name, or under none, and a netmask or leading zeros in its prefix length."""
    sign = bare[:1] if bare.startswith(_SIGNS) else ""
    values = [bare.removeprefix(sign)]
    named = _NAMED.fullmatch(bare)
    if named and (named[2].lower() in _ADDRESS_NAMES or any(is_slip(named[2].lower(), ip) for ip in ("ip4", "ip6"))):
        values += [named[3][1:] + named[4], named[4]]
    return next((f"{sign}{network}" for value in values if (network := _format_network(value))), None)


def _format_network(value: str) -> str | None:
    """Returns the `ip4:` or `ip6:` term for an address with or without a prefix length; None for any other text. Takes
    brackets, asterisks and octets of three digits as people type them."""
    address, slash, length = value.strip("[]<>").rstrip("/").partition("/")
    if wildcard := _WILDCARD.fullmatch(address):
        octets = wildcard[1].count(".")
        address, slash, length = wildcard[1] + ".".join("0" * (4 - octets)), "/", str(8 * octets)
    elif ":" not in address:
        address = _PADDED.sub("", address)
    try:
        version = ip_address(address).version
        if slash and "." in length and version == 4:
            length = str(IPv4Network(value, strict=False).prefixlen)
    except ValueError:
        return None
    if slash and not (length.isascii() and length.isdigit() and len(length) <= 4):
        return None
    return f"ip{version}:{address}" + (f"/{int(length)}" if slash else "")


def _correct_sign(bare: str) -> str | None:
    """Corrects `include=` to `include:` and `redirect:` to `redirect=`."""
    named = _NAMED.fullmatch(bare)
    return _format_named_term(named[1], named[2].lower(), named[4]) if named else None


def _correct_name(bare: str) -> str | None:
    """Corrects one slip of the fingers in a long word."""
    named = _NAMED.fullmatch(bare)
    names = [name for word, name in _LONG_WORDS.items() if is_slip(named[2].lower(), word)] if named else []
    return _format_named_term(named[1], names[0], named[4]) if named and names else None


def _format_named_term(sign: str, word: str, value: str) -> str | None:
    if word in _WORDS_WITH_COLON:
        return f"{sign}{word}:{value}"
    return f"{word}={value}" if word in _WORDS_WITH_EQUALS else None


def _name_host(bare: str) -> str | None:
    """Makes `a:` of the `ip4:` in front of a host name, which then has to have an address; `include:` where the name
    is called for SPF."""
    named = _NAMED.fullmatch(bare)
    is_host = named and named[2].lower().startswith("ip") and named[2].lower() in _ADDRESS_NAMES
    if not named or not is_host or not _HOST.fullmatch(named[4]):
        return None
    return f"{named[1]}{'include' if named[4].startswith(_SPF_LABELS) else 'a'}:{named[4]}"


def _strip_scheme(bare: str) -> str | None:
    match = _WEB_ADDRESS.fullmatch(bare) or _ENDING_SLASH.fullmatch(bare)
    return match[1] + match[2] if match else None


def _split_terms(bare: str) -> str | None:
    """Splits terms that a comma, a semicolon or nothing separates. Leaves alone what has macros: they may hold one."""
    if "%" in bare:
        return None
    words = _name_hosts(_SEAM.sub(" ", _SEPARATOR.sub(" ", bare)).split())
    if len(words) < 2:
        return None
    return " ".join(word if (corrected := autocorrect_term(word)) is None else corrected for word in words)
