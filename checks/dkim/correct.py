"""Puts right what people do to a key record on its way into a provider's form, where only one reading is possible.

Quotes, backslashes, PEM lines and lost semicolons come from copying zone files and key files. A correction counts only
when the result is a key record that reads; anything less certain stays a step in words.
"""

import base64
import re

from checks.dkim.keys import Ed25519Key, RsaKey, ed25519_inside
from checks.dkim.parse import KeyRecord, parse

_SMART = re.compile("[“”„‘’«»]|\u00e2\u0080[\u0098-\u009f]")
"""Typographic quotes, as characters and as the Latin-1 view of their UTF-8 octets."""
_SPACES = re.compile("\u00c2?\u00a0|[\r\n\t]|\u200b|\u00e2\u0080\u008b")
_PEM = re.compile(r"-----(BEGIN|END)[A-Z ]*PUBLIC KEY-----")
_START = re.compile(r"\bv\s*=\s*DKIM1\b", re.IGNORECASE)
_LOST_SEMICOLON = re.compile(r"(?<=[^;\s])\s+(?=[hknpst]\s*=\s*[^=\s;])")


def corrected(text: str) -> str | None:
    """The key record that was surely meant by `text`, in its plain form; None where that is not certain."""
    tags = _tags(_without_wrapping(text))
    if tags is None or "p" not in tags:
        return None
    if "v" in tags:
        tags = {"v": tags["v"].upper(), **tags}
        tags["v"] = tags["v"].upper()
    if "sha256" not in tags.get("h", "sha256").lower():
        tags.pop("h")
    tags["p"] = _plain_key(tags["p"], tags.get("k", "rsa"))
    candidate = "; ".join(f"{name}={value}" for name, value in tags.items())
    record = parse(candidate)
    return str(record) if isinstance(record, KeyRecord) and isinstance(record.key, RsaKey | Ed25519Key) else None


def _without_wrapping(text: str) -> str:
    """Without quotes, backslashes, PEM lines, and whatever of a zone-file line stands before the record."""
    bare = _PEM.sub("", _SPACES.sub(" ", _SMART.sub("", text)))
    bare = bare.replace('"', "").replace("\\", "").strip(" '`()")
    start = _START.search(bare)
    if start and "=" not in bare[: start.start()]:
        bare = bare[start.start() :]
    return _LOST_SEMICOLON.sub("; ", bare)


def _tags(text: str) -> dict[str, str] | None:
    """The tags by name; None where a name stands twice with different values, or a tag has no name."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not name and not equals:
            continue
        name = name.lower() if len(name) == 1 else name
        if not equals or not name or tags.get(name, value) != value:
            return None
        tags[name] = value
    return tags


def _plain_key(value: str, kind: str) -> str:
    """The base64 without spaces, with the padding that it lacks, and an Ed25519 key without its ASN.1 wrapping."""
    plain = "".join(value.split()).rstrip("=")
    plain += "=" * (-len(plain) % 4)
    try:
        inside = ed25519_inside(base64.b64decode(plain, validate=True)) if kind.lower() == "ed25519" else None
    except ValueError:
        return plain
    return base64.b64encode(inside).decode("ascii") if inside else plain
