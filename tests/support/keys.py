"""Public keys of any size for DKIM key records, without the cost of making real ones: no modulus here is prime."""

import base64

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"""The key of RFC 8463 appendix A.2."""


def rsa(bits: int = 2048, *, bare: bool = False, salt: int = 0) -> str:
    """base64 of an RSA public key: a SubjectPublicKeyInfo, or the bare RSAPublicKey. `salt` tells keys apart."""
    key = RSAPublicNumbers(65537, (1 << (bits - 1)) | (salt << 1) | 1).public_key()
    form = PublicFormat.PKCS1 if bare else PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_bytes(Encoding.DER, form)).decode()
