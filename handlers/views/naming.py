"""The words for checks, domains and DNS names: how a domain is written for people, and what to type as a record's host.

A domain of another script is shown as its people write it together with its A-label (RFC 5890), so that a look-alike
is never the only thing seen.
"""

import unicodedata

from handlers.views.escape import visible
from model.checks import CHECK_INFO

_LONGEST_NAME = 80
"""How much of a domain a heading shows, in characters."""
_MIXED_AS_ONE = frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK", "HANGUL", "BOPOMOFO"})
"""Scripts that one language writes together."""
_SIGNS = ("L", "M", "Nd")


def label(check: str) -> str:
    """Returns what people call a check: `mail_from` is "MAIL FROM"."""
    return CHECK_INFO[check].label if check in CHECK_INFO else visible(check)


def written(domain: str) -> str:
    """Returns the domain for a person: `acme.com` as it is, `xn--bcher-kva.example` as
    "bücher.example (xn--bcher-kva.example)". A label that mixes scripts, or that does not decode, stays an A-label."""
    read = ".".join(_label_read(part) for part in domain.split("."))
    shown = visible(domain)
    return shown if read == domain else f"{read} ({shown})"


def short(name: str) -> str:
    """Returns a name for a heading: both its ends when it is long."""
    if len(name) <= _LONGEST_NAME:
        return name
    half = (_LONGEST_NAME - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def listed(words: list[str]) -> str:
    """ "SPF", "SPF and DKIM", "SPF, DKIM and MX"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


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


def _label_read(part: str) -> str:
    if not part.lower().startswith("xn--"):
        return part
    encoded = part.lower()[4:]
    try:
        read = encoded.encode("ascii").decode("punycode")
        sound = read.encode("punycode").decode("ascii") == encoded
    except (UnicodeError, ValueError):
        return part
    sound = sound and not read.isascii() and visible(read) == read
    return read if sound and _one_script(read) else part


def _one_script(read: str) -> bool:
    """Tells whether all signs are letters, marks or digits of one script (by the first word of their Unicode names)."""
    if unicodedata.normalize("NFC", read) != read or read.lower() != read:
        return False
    scripts = set()
    for sign in read:
        category = unicodedata.category(sign)
        if sign == "-" or category == "Nd":
            continue
        if not category.startswith(_SIGNS):
            return False
        if category[0] == "L":
            scripts.add(unicodedata.name(sign, "UNNAMED").split()[0])
    return len(scripts) <= 1 or scripts <= _MIXED_AS_ONE
