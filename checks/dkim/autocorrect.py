"""Reads a text as the DKIM key record that it was surely meant as.

Quotes, backslashes, PEM lines and lost semicolons come from copying zone files and key files; slips in the version and
in the names of algorithms from typing. A correction counts only when the result is a key record that reads.
"""

import base64
import re

from checks.autocorrect import LONGEST, nearest, plain
from checks.dkim.parse import Ed25519Key, KeyRecord, RsaKey, ed25519_inside, parse

_VERSION = "DKIM1"
_PEM = re.compile(r"-----\s?(BEGIN|END)[A-Z ]*PUBLIC KEY\s?-----")
_START = re.compile(r"\bv\s*[=:]?\s*DK[IM]{1,3}1?\b|\bv\s*[=:]\s*[DKIM1]{4,6}\b|\bDKIM1(?=\s*;)", re.IGNORECASE)
_LOST_SEMICOLON = re.compile(r"(?<=[^;\s])[,\s]+(?=[hknpstv]\s*[=:]\s*[^=\s;])", re.IGNORECASE)
_LOST_EQUALS = re.compile(r"(?i:p)\s*:?\s*(?=MI[A-Za-z0-9+/]{20})")
_KINDS = ("rsa", "ed25519")
_HASHES = ("sha256", "sha1")


def autocorrect(text: str) -> str | None:
    """The key record that was surely meant by `text`, in its plain form; None where that is not certain."""
    if len(text) > LONGEST:
        return None
    tags = _tags(_without_wrapping(text))
    if tags is None or "p" not in tags:
        return None
    if "v" in tags:
        other = any(digit in tags["v"] for digit in "23456789")
        version = _VERSION if nearest(tags["v"].upper(), (_VERSION,)) and not other else tags["v"]
        tags = {"v": version} | {name: value for name, value in tags.items() if name != "v"}
    if "h" in tags:
        tags["h"] = ":".join(_hash(word) for word in tags["h"].split(":"))
        if "sha256" not in tags["h"].split(":"):
            tags.pop("h")
    if "k" in tags:
        tags["k"] = nearest(tags["k"].lower().partition("-")[0], _KINDS) or tags["k"]
    tags["p"] = _plain_key(tags["p"], tags.get("k", "rsa"))
    record = parse("; ".join(f"{name}={value}" for name, value in tags.items()))
    return str(record) if isinstance(record, KeyRecord) and isinstance(record.key, RsaKey | Ed25519Key) else None


def _without_wrapping(text: str) -> str:
    """Without quotes, backslashes, markup, PEM lines, and without the start of a zone-file line."""
    bare = _PEM.sub("", plain(text)).strip(" ()*")
    start = _START.search(bare)
    if start and "=" not in bare[: start.start()]:
        bare = f"v={_VERSION}; {bare[start.end() :].lstrip(' ;,.:')}" if ";" in bare or "p=" in bare else bare
    return _LOST_SEMICOLON.sub("; ", bare)


def _tags(text: str) -> dict[str, str] | None:
    """The tags by name; None where a name is there twice with different values, or a tag has no name."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        part = _LOST_EQUALS.sub("p=", part.strip(), count=1) if "=" not in part[:3] else part  # noqa: PLW2901
        name, sign, value = re.match(r"\s*([^=:\s]*)\s*([=:]?)\s*(.*?)\s*\Z", part, re.DOTALL).groups()  # type: ignore[union-attr]
        if not name and not sign:
            continue
        name = name.lower() if len(name) == 1 else name
        if not sign or not name or tags.get(name, value) != value:
            return None
        tags[name] = value.lstrip("=") if name == "p" else value
    return tags


def _hash(word: str) -> str:
    """`sha256` for `rsa-sha256`, which names a signature algorithm (RFC 6376 section 3.6.1, h=)."""
    bare = word.strip().lower().rpartition("rsa-")[2].replace("sha-", "sha")
    return nearest(bare, _HASHES) or bare


def _plain_key(value: str, kind: str) -> str:
    """The base64 without spaces, with the padding that it lacks, and an Ed25519 key without its ASN.1 wrapping."""
    bare = "".join(value.split()).rstrip("=")
    bare += "=" * (-len(bare) % 4)
    try:
        inside = ed25519_inside(base64.b64decode(bare, validate=True)) if kind.lower() == "ed25519" else None
    except ValueError:
        return bare
    return base64.b64encode(inside).decode("ascii") if inside else bare
