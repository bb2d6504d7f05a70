"""The words for checks, domains and DNS names: how a domain is written for people, and what to type as a record's host.

A domain of another script is shown as its people write it together with its A-label (RFC 5890), so that a look-alike
is never the only thing seen.
"""

import unicodedata

from handlers.views.escape import make_visible
from model.checks import CHECK_INFO

_LONGEST_NAME = 80
"""How much of a domain a heading shows, in characters."""
_MIXED_AS_ONE = frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK", "HANGUL", "BOPOMOFO"})
"""Scripts that one language writes together."""
_SIGNS = ("L", "M", "Nd")


def check_label(check: str) -> str:
    """Returns what people call a check: `mail_from` is "MAIL FROM"."""
    return CHECK_INFO[check].label if check in CHECK_INFO else make_visible(check)


def format_domain(domain: str) -> str:
    """Returns the domain for a person: `acme.com` as it is, `xn--bcher-kva.example` as
    "bücher.example (xn--bcher-kva.example)". A label that mixes scripts, or that does not decode, stays an A-label."""
    decoded = ".".join(map(_decode_label, domain.split(".")))
    ascii_name = make_visible(domain)
    return ascii_name if decoded == domain else f"{decoded} ({ascii_name})"


def shorten(name: str) -> str:
    """Returns a name for a heading: both its ends when it is long."""
    if len(name) <= _LONGEST_NAME:
        return name
    half = (_LONGEST_NAME - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def join_words(words: list[str]) -> str:
    """Returns such as "SPF", "SPF and DKIM", "SPF, DKIM and MX"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def format_count(number: int, singular: str, plural: str) -> str:
    return f"{number:,} {singular if number == 1 else plural}"


def host_field(name: str, zone: str) -> str | None:
    """Returns what to type in the "host" field at the DNS provider of `zone`, which appends the zone by itself. `@` at
    the apex, `_dmarc` for `_dmarc.acme.com` in `acme.com`; None when the name is not in the zone (or when the zone is
    not one that a person keeps, such as `com`), so that only its full name can be given."""
    name, zone = name.lower().rstrip("."), zone.lower().rstrip(".")
    if "." not in zone:
        return None
    if name == zone:
        return "@"
    return name.removesuffix(f".{zone}") if name.endswith(f".{zone}") else None


def _decode_label(label: str) -> str:
    if not label.lower().startswith("xn--"):
        return label
    encoded = label.lower()[4:]
    try:
        decoded = encoded.encode("ascii").decode("punycode")
        round_trips = decoded.encode("punycode").decode("ascii") == encoded
    except (UnicodeError, ValueError):
        return label
    is_sound = round_trips and not decoded.isascii() and make_visible(decoded) == decoded
    return decoded if is_sound and _is_one_script(decoded) else label


def _is_one_script(label: str) -> bool:
    """Tells whether all signs are letters, marks or digits of one script (by the first word of their Unicode names)."""
    if unicodedata.normalize("NFC", label) != label or label.lower() != label:
        return False
    scripts = set()
    for sign in label:
        category = unicodedata.category(sign)
        if sign == "-" or category == "Nd":
            continue
        if not category.startswith(_SIGNS):
            return False
        if category[0] == "L":
            scripts.add(unicodedata.name(sign, "UNNAMED").split()[0])
    return len(scripts) <= 1 or scripts <= _MIXED_AS_ONE
