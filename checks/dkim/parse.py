"""From the text of a TXT record to a DKIM key: tags (RFC 6376 section 3.2) and the key itself (RFC 8301, RFC 8463).

`parse` reads as a verifier does. `autocorrect` reads a text as the key record that it was surely meant as: quotes,
backslashes, PEM lines and lost semicolons come from copying zone files and key files, slips in the version and in the
names of algorithms from typing. A correction counts only when the result is a key record that reads.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TypeAlias

from checks.autocorrect import LONGEST, find_nearest, normalize_text
from checks.findings import point_at


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key whose modulus has `bits` bits."""

    bits: int


@dataclass(frozen=True, slots=True)
class Ed25519Key:
    """An Ed25519 key: always 256 bits (RFC 8463 section 4)."""


@dataclass(frozen=True, slots=True)
class RevokedKey:
    """An empty `p=`: this key is withdrawn (RFC 6376 section 3.6.1)."""


@dataclass(frozen=True, slots=True)
class UnknownKind:
    """A `k=` that no standard defines; a verifier ignores the whole record (RFC 6376 section 3.6.1)."""

    kind: str


Key: TypeAlias = RsaKey | Ed25519Key | RevokedKey | UnknownKind

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]|=(?=[^=])|===")


@dataclass(frozen=True, slots=True)
class BadKey:
    """Why no key can be read; `position` counts characters in the base64 text without its white space."""

    why: str
    position: int = 0


def read_key(kind: str, text: str) -> Key | BadKey:
    """Returns the key in `text`, the value of `p=` without white space, for the `k=` given in lower case. Never
    raises."""
    if not text:
        return RevokedKey()
    if kind not in {"rsa", "ed25519"}:
        return UnknownKind(kind)
    if not _BASE64.fullmatch(text):
        match = _NOT_BASE64.search(text)
        return BadKey("this character does not belong into base64", match.start() if match else 0)
    try:
        octets = base64.b64decode(text, validate=True)
    except binascii.Error:
        return BadKey("the base64 is cut off: its length does not come out even", len(text))
    return _read_rsa(octets) if kind == "rsa" else _read_ed25519(octets)


def _read_rsa(octets: bytes) -> RsaKey | BadKey:
    """Returns a SubjectPublicKeyInfo as published today, or the bare RSAPublicKey that RFC 6376 names (erratum
    3017)."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415 - see `_load_public_key`

    key = _load_public_key(octets)
    if isinstance(key, RSAPublicKey):
        return RsaKey(key.key_size)
    if key is not None:
        return BadKey("this is a public key, but not an RSA one as the record says")
    if _is_cut_off(octets):
        return BadKey("the key is cut off: it says that it is longer than what is published")
    if len(octets) == 32:
        return BadKey("these 32 octets look like an Ed25519 key, but the record says k=rsa (or nothing)")
    return BadKey("this is base64, but no RSA public key")


def _load_public_key(octets: bytes) -> object | None:
    """Returns the key in DER; None for anything else."""
    # Imported here: a check that meets no key does not pay for the library.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    try:
        return load_der_public_key(octets)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _read_ed25519(octets: bytes) -> Ed25519Key | BadKey:
    """Returns the 32 octets of RFC 8032 as they are, without any ASN.1 around them (RFC 8463 section 4.2)."""
    if len(octets) == 32:
        return Ed25519Key()
    if unwrap_ed25519(octets):
        return BadKey("the key is wrapped in ASN.1; an Ed25519 key is published as its bare 32 octets")
    return BadKey(f"an Ed25519 key has 32 octets; this has {len(octets)}")


def unwrap_ed25519(octets: bytes) -> bytes | None:
    """Returns the bare 32 octets of an Ed25519 key that was published as a SubjectPublicKeyInfo; None for anything
    else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - see `_load_public_key`

    key = _load_public_key(octets)
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else None


def _is_cut_off(octets: bytes) -> bool:
    """Returns True for a DER SEQUENCE whose length (ITU-T X.690 section 8.1.3) is more than what follows."""
    if len(octets) < 4 or octets[0] != 0x30:
        return False
    size = octets[1]
    if size < 0x80:
        return size > len(octets) - 2
    count = size & 0x7F
    return 1 <= count <= 2 and int.from_bytes(octets[2 : 2 + count], "big") > len(octets) - 2 - count


#   tag-list  =  tag-spec *( ";" tag-spec ) [ ";" ]
#   tag-spec  =  [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
#   tag-name  =  ALPHA *ALNUMPUNC                  ; ALPHA / DIGIT / "_"
#   tag-value =  [ tval *( 1*(WSP / FWS) tval ) ]
#   tval      =  1*VALCHAR                         ; %x21-3A / %x3C-7E
#   FWS       =  [*WSP CRLF] 1*WSP
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NOT_VALUE = re.compile(r"[^\x21-\x3a\x3c-\x7e \t\r\n]|\r(?!\n)|(?<!\r)\n|\r\n(?![ \t])")
_FWS = " \t\r\n"

#   hyphenated-word = ALPHA [ *(ALPHA / DIGIT / "-") (ALPHA / DIGIT) ]
_WORD = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class KeyTag:
    """One `name=value` of a tag list; white space that means nothing is gone from the value."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key record in which every tag obeys its grammar.

    `tags` in the order published, unknown ones too; `hashes` names the accepted hash algorithms, empty for all;
    `services` the kinds of service, `*` for all; `flags` what `t=` says: `y` testing, `s` no subdomains in `i=`. All
    three in lower case. Whether the key is of any use is judged elsewhere.
    """

    tags: tuple[KeyTag, ...]
    key: Key
    hashes: tuple[str, ...] = ()
    services: tuple[str, ...] = ("*",)
    flags: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "; ".join(map(str, self.tags))


@dataclass(frozen=True, slots=True)
class MalformedKey:
    """A text that a verifier refuses as a key record (RFC 6376 section 6.1.2 step 4): `why` as a clause, the `position`
    of the character in `text` at which it shows, and the `section` that it breaks."""

    text: str
    why: str
    position: int = 0
    section: str = "RFC 6376 section 3.6.1"

    def point_at_fault(self) -> str:
        """Returns the text with ➞ before the wrong character, printable; what is far from that is cut."""
        return point_at(self.text, self.position)


@dataclass(frozen=True, slots=True)
class _RawTag:
    """A tag as it is in the text: where its name and its value begin."""

    name: str
    value: str
    name_at: int
    value_at: int


def parse(text: str) -> KeyRecord | MalformedKey:
    """Reads the joined strings of one TXT record. `str()` of the result is the record in a plain form, and reading that
    again gives an equal result."""
    tags = _split_tags(text)
    return tags if isinstance(tags, MalformedKey) else _read_record(text, tags)


def _split_tags(text: str) -> list[_RawTag] | MalformedKey:
    """Splits a tag list (RFC 6376 section 3.2); a name that comes twice spoils the whole of it."""
    tags: list[_RawTag] = []
    position = 0
    parts = text.split(";")
    if len(parts) > 1 and not parts[-1].strip(_FWS):
        parts.pop()
    for part in parts:
        tag = _read_tag(text, part, position)
        if isinstance(tag, MalformedKey):
            return tag
        if any(tag.name == earlier.name for earlier in tags):
            return MalformedKey(text, f"the tag {tag.name}= is there twice", tag.name_at, "RFC 6376 section 3.2")
        tags.append(tag)
        position += len(part) + 1
    return tags


def _read_tag(text: str, part: str, position: int) -> _RawTag | MalformedKey:
    section = "RFC 6376 section 3.2"
    name, equals, value = part.partition("=")
    name_at = position + len(name) - len(name.lstrip(_FWS))
    if not part.strip(_FWS):
        return MalformedKey(text, "a tag is empty" if text.strip(_FWS) else "it is empty", position, section)
    if not equals:
        return MalformedKey(text, "a tag has no “=”", name_at, section)
    if not _NAME.fullmatch(name.strip(_FWS)):
        return MalformedKey(text, "a tag’s name may hold only letters, digits and “_”", name_at, section)
    value_at = position + len(name) + 1 + len(value) - len(value.lstrip(_FWS))
    match = _NOT_VALUE.search(value.strip(_FWS))
    if match:
        return MalformedKey(text, "this character may not be in a value", value_at + match.start(), section)
    return _RawTag(name.strip(_FWS), value.strip(_FWS), name_at, value_at)


def _read_record(text: str, raw_tags: list[_RawTag]) -> KeyRecord | MalformedKey:
    by_name = {tag.name: tag for tag in raw_tags}
    if version := by_name.get("v"):  # may be left out; else it comes first and says exactly %x44.4B.49.4D.31
        if version is not raw_tags[0]:
            return MalformedKey(text, "v= has to be the first tag", version.name_at)
        if version.value != "DKIM1":
            return MalformedKey(text, "v= has to say exactly DKIM1", version.value_at)
    lists: dict[str, tuple[str, ...]] = {}
    for name in ("h", "k", "s", "t"):
        words = _read_words(text, by_name.get(name))
        if isinstance(words, MalformedKey):
            return words
        lists[name] = words
    if len(lists["k"]) > 1:
        return MalformedKey(text, "k= names one kind of key", by_name["k"].value_at)
    if "p" not in by_name:
        return MalformedKey(text, "p=, the key itself, is not there", len(text))
    kind = lists["k"][0] if lists["k"] else "rsa"
    key = read_key(kind, _unfold(by_name["p"].value))
    if isinstance(key, BadKey):
        return MalformedKey(text, key.why, _folded_position(by_name["p"], key.position))
    tags = tuple(KeyTag(tag.name, _plain_value(tag)) for tag in raw_tags)
    return KeyRecord(tags, key, lists["h"], lists["s"] or ("*",), lists["t"])


def _read_words(text: str, tag: _RawTag | None) -> tuple[str, ...] | MalformedKey:
    """Returns the colon-separated words of h=, k=, s= or t=, in lower case (literals of ABNF have no case, RFC 5234
    2.3).

    key-h-tag = %x68 [FWS] "=" [FWS] key-h-tag-alg *( [FWS] ":" [FWS] key-h-tag-alg ); k, s and t likewise, each word a
    hyphenated-word, and "*" besides in s=.
    """
    if tag is None:
        return ()
    position = tag.value_at
    words = []
    for part in tag.value.split(":"):
        word = part.strip(_FWS)
        if not _WORD.fullmatch(word) and not (tag.name == "s" and word == "*"):
            return MalformedKey(text, f"{tag.name}= holds something that is no word", position + part.find(word))
        words.append(word.lower())
        position += len(part) + 1
    return tuple(words)


def _plain_value(tag: _RawTag) -> str:
    if tag.name == "p":
        return _unfold(tag.value)
    return ":".join(word.strip(_FWS) for word in tag.value.split(":")) if tag.name in {"h", "s", "t"} else tag.value


def _unfold(value: str) -> str:
    """Takes the white space out of a base64string, which means nothing there (RFC 6376 section 2.10)."""
    return "".join(value.split())


def _folded_position(tag: _RawTag, position: int) -> int:
    """Returns the position in the text of the character at `position` of the unfolded value."""
    indexes = [index for index, character in enumerate(tag.value) if character not in _FWS]
    return tag.value_at + (indexes[position] if position < len(indexes) else len(tag.value))


_VERSION = "DKIM1"
_PEM = re.compile(r"-----\s?(BEGIN|END)[A-Z ]*PUBLIC KEY\s?-----")
_START = re.compile(r"\bv\s*[=:]?\s*DK[IM]{1,3}1?\b|\bv\s*[=:]\s*[DKIM1]{4,6}\b|\bDKIM1(?=\s*;)", re.IGNORECASE)
_LOST_SEMICOLON = re.compile(r"(?<=[^;\s])[,\s]+(?=[hknpstv]\s*[=:]\s*[^=\s;])", re.IGNORECASE)
_LOST_EQUALS = re.compile(r"\A(?:[Pp]\s*:?\s*)?(?=MI[A-Za-z0-9+/]{20})")
_KINDS = ("rsa", "ed25519")
_HASHES = ("sha256", "sha1")


def autocorrect(text: str) -> str | None:
    """Returns the key record that was surely meant by `text`, in its plain form; None where that is not certain."""
    if len(text) > LONGEST:
        return None
    tags = _read_loose_tags(_without_wrapping(text))
    if tags is None or "p" not in tags:
        return None
    if "v" in tags:
        is_other_version = any(digit in tags["v"] for digit in "23456789")
        version = _VERSION if find_nearest(tags["v"].upper(), (_VERSION,)) and not is_other_version else tags["v"]
        tags = {"v": version} | {name: value for name, value in tags.items() if name != "v"}
    if "h" in tags:
        tags["h"] = ":".join(_correct_hash(word) for word in tags["h"].split(":"))
        if "sha256" not in tags["h"].split(":"):
            tags.pop("h")
    if "k" in tags:
        tags["k"] = find_nearest(tags["k"].lower().partition("-")[0], _KINDS) or tags["k"]
    tags["p"] = _correct_key(tags["p"], tags.get("k", "rsa"))
    record = parse("; ".join(f"{name}={value}" for name, value in tags.items()))
    return str(record) if isinstance(record, KeyRecord) and isinstance(record.key, RsaKey | Ed25519Key) else None


def _without_wrapping(text: str) -> str:
    """Returns the text without quotes, backslashes, markup, PEM lines, and the start of a zone-file line."""
    bare = _PEM.sub("", normalize_text(text)).strip(" ()*")
    start = _START.search(bare)
    if start and "=" not in bare[: start.start()]:
        bare = f"v={_VERSION}; {bare[start.end() :].lstrip(' ;,.:')}" if ";" in bare or "p=" in bare else bare
    return _LOST_SEMICOLON.sub("; ", bare)


def _read_loose_tags(text: str) -> dict[str, str] | None:
    """Returns the tags by name; None where a name is there twice with different values, or a tag has no name."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        part = _LOST_EQUALS.sub("p=", part.strip()) if "=" not in part[:3] else part  # noqa: PLW2901
        name, sign, value = re.match(r"\s*([^=:\s]*)\s*([=:]?)\s*(.*?)\s*\Z", part, re.DOTALL).groups()  # type: ignore[union-attr]
        if not name and not sign:
            continue
        name = name.lower() if len(name) == 1 else name
        if not sign or not name or tags.get(name, value) != value:
            return None
        tags[name] = value.lstrip("=") if name == "p" else value
    return tags


def _correct_hash(word: str) -> str:
    """Corrects `rsa-sha256`, which names a signature algorithm, to `sha256` (RFC 6376 section 3.6.1, h=)."""
    bare = word.strip().lower().rpartition("rsa-")[2].replace("sha-", "sha")
    return find_nearest(bare, _HASHES) or bare


def _correct_key(value: str, kind: str) -> str:
    """Returns the base64 without spaces and with its padding, and an Ed25519 key without its ASN.1 wrapping."""
    bare = "".join(value.split()).rstrip("=.")
    bare += "=" * (-len(bare) % 4)
    try:
        octets = unwrap_ed25519(base64.b64decode(bare, validate=True)) if kind.lower() == "ed25519" else None
    except ValueError:
        return bare
    return base64.b64encode(octets).decode("ascii") if octets else bare
