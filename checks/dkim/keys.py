"""Which public key is in the `p=` of a DKIM key record, and how long it is.

RFC 6376 section 3.6.1 as updated by RFC 8301 (key sizes) and RFC 8463 (Ed25519). `cryptography` reads the key.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key whose modulus has `bits` bits."""

    bits: int


@dataclass(frozen=True, slots=True)
class Ed25519Key:
    """An Ed25519 key: always 256 bits (RFC 8463 section 4)."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """An empty `p=`: this key is withdrawn (RFC 6376 section 3.6.1)."""


@dataclass(frozen=True, slots=True)
class UnknownKind:
    """A `k=` that no standard defines; a verifier ignores the whole record (RFC 6376 section 3.6.1)."""

    kind: str


Key: TypeAlias = RsaKey | Ed25519Key | Revoked | UnknownKind

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]|=(?=[^=])|===")


@dataclass(frozen=True, slots=True)
class BadKey:
    """Why no key can be read; `position` counts characters in the base64 text without its white space."""

    why: str
    position: int = 0


def read(kind: str, text: str) -> Key | BadKey:
    """The key in `text`, the value of `p=` without white space, for the `k=` given in lower case. Never raises."""
    if not text:
        return Revoked()
    if kind not in {"rsa", "ed25519"}:
        return UnknownKind(kind)
    octets = _octets(text)
    if isinstance(octets, BadKey):
        return octets
    return _rsa(octets) if kind == "rsa" else _ed25519(octets)


def _octets(text: str) -> bytes | BadKey:
    if not _BASE64.fullmatch(text):
        found = _NOT_BASE64.search(text)
        at = found.start() if found else 0
        return BadKey("this character does not belong into base64", at)
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return BadKey("the base64 is cut off: its length does not come out even", len(text))


def _rsa(octets: bytes) -> RsaKey | BadKey:
    """A SubjectPublicKeyInfo as everybody publishes it, or the bare RSAPublicKey that RFC 6376 names (erratum 3017)."""
    # Imported here: a check that meets no key does not pay for the library.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    try:
        key = load_der_public_key(octets)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if _is_cut_off(octets):
            return BadKey("the key is cut off: it says that it is longer than what is published")
        if len(octets) == 32:
            return BadKey("these 32 octets look like an Ed25519 key, but the record says k=rsa (or nothing)")
        return BadKey("this is base64, but no RSA public key")
    if isinstance(key, RSAPublicKey):
        return RsaKey(key.key_size)
    return BadKey("this is a public key, but not an RSA one as the record says")


def _ed25519(octets: bytes) -> Ed25519Key | BadKey:
    """The 32 octets of RFC 8032 as they are, without any ASN.1 around them (RFC 8463 section 4.2)."""
    if len(octets) == 32:
        return Ed25519Key()
    if ed25519_inside(octets):
        return BadKey("the key is wrapped in ASN.1; an Ed25519 key is published as its bare 32 octets")
    return BadKey(f"an Ed25519 key has 32 octets; this has {len(octets)}")


def ed25519_inside(octets: bytes) -> bytes | None:
    """The bare 32 octets of an Ed25519 key that was published as a SubjectPublicKeyInfo; None for anything else."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    try:
        key = load_der_public_key(octets)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else None


def _is_cut_off(octets: bytes) -> bool:
    """True for a DER SEQUENCE whose length (ITU-T X.690 section 8.1.3) is more than what follows."""
    if len(octets) < 4 or octets[0] != 0x30:
        return False
    size = octets[1]
    if size < 0x80:
        return size > len(octets) - 2
    count = size & 0x7F
    return 1 <= count <= 2 and int.from_bytes(octets[2 : 2 + count], "big") > len(octets) - 2 - count
