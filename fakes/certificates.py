"""Certificates of the play web: an authority made at start, and for every host the certificate that it deserves.

The authority's own certificate is a file for `SSL_CERT_FILE`. Keys are P-256, which are made in no time.
"""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


class Certificate(StrEnum):
    """What a host shows in a TLS handshake."""

    GOOD = "good"
    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    WRONG_NAME = "wrong name"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown issuer"
    """Signed by an authority that no one trusts and that is not shown."""
    NONE = "none"
    """The handshake is refused, as by a server that knows no such host."""


class Authority:
    """Makes and keeps certificates in `directory`. `ca_file` is what a client has to trust."""

    def __init__(self, directory: Path) -> None:
        self.ca_file = directory / "ca.pem"
        self._directory = directory
        self._contexts: dict[tuple[str, Certificate], ssl.SSLContext] = {}
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _x509_name("Loopback Authority")
        self._other_key = ec.generate_private_key(ec.SECP256R1())
        own = self._sign_certificate(self._name, self._key.public_key(), Certificate.GOOD)
        self.ca_file.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def tls_context(self, host: str, kind: Certificate) -> ssl.SSLContext:
        """Returns the server's side of TLS for a host (a name, or an IP address)."""
        if (host, kind) not in self._contexts:
            self._contexts[host, kind] = self._make_context(host, kind)
        return self._contexts[host, kind]

    def _make_context(self, host: str, kind: Certificate) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        certified_host = "elsewhere.invalid" if kind is Certificate.WRONG_NAME else host
        own_key = key if kind is Certificate.SELF_SIGNED else None
        leaf = self._sign_certificate(
            _x509_name(certified_host), key.public_key(), kind, host=certified_host, own_key=own_key
        )
        chain = self._directory / f"{len(self._contexts)}.pem"
        chain.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _sign_certificate(
        self,
        subject: x509.Name,
        public: ec.EllipticCurvePublicKey,
        kind: Certificate,
        host: str = "",
        own_key: ec.EllipticCurvePrivateKey | None = None,
    ) -> x509.Certificate:
        """Returns a certificate for a host, or without one for an authority; `own_key` is the key of a self-signed
        one."""
        now = datetime.now(UTC)
        begins, ends = {
            Certificate.EXPIRED: (now - 30 * _DAY, now - _DAY),
            Certificate.NOT_YET_VALID: (now + _DAY, now + 30 * _DAY),
        }.get(kind, (now - _DAY, now + 30 * _DAY))
        is_unknown_issuer = kind is Certificate.UNKNOWN_ISSUER
        issuer = subject if own_key else _x509_name("Strange Authority") if is_unknown_issuer else self._name
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
        )
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([_alternative_name(host)]), critical=False)
        return builder.sign(own_key or (self._other_key if is_unknown_issuer else self._key), hashes.SHA256())


def _x509_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _alternative_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
