"""From what the client raised to what went wrong, in words for a person. Nothing of a server's own text goes in."""

import errno
import re
import ssl

from aiohttp import ClientConnectionError, ClientConnectorError, ClientSSLError

from checks.fetch.body import BadEncoding
from checks.fetch.connecting import Attempt, NoRoute
from checks.fetch.values import Failure, Tls

_BY_CODE = {
    9: Tls.NOT_YET_VALID,
    10: Tls.EXPIRED,
    18: Tls.SELF_SIGNED,
    19: Tls.UNKNOWN_ISSUER,
    20: Tls.UNKNOWN_ISSUER,
    21: Tls.UNKNOWN_ISSUER,
    62: Tls.WRONG_NAME,
    64: Tls.WRONG_NAME,
}
"""OpenSSL's X509_V_ERR numbers. 19 is an unknown root at the end of a chain, 21 a leaf without its chain."""
_IN_WORDS = {
    Tls.EXPIRED: "its certificate has expired",
    Tls.NOT_YET_VALID: "its certificate is not valid yet",
    Tls.WRONG_NAME: "its certificate is for another name",
    Tls.SELF_SIGNED: "its certificate is self-signed",
    Tls.UNKNOWN_ISSUER: "its certificate is from an issuer that is not trusted, or its intermediate certificate is "
    "missing",
    Tls.HANDSHAKE: "no safe connection could be agreed on (the TLS handshake failed)",
    Tls.OTHER: "its certificate is not valid",
}
_NUMBERS = re.compile(r"\[Errno (\d+)\]")


def explain(error: Exception, attempt: Attempt) -> tuple[Failure, str, Tls | None]:
    """Returns what an exception of the client means for the hop."""
    if attempt.certificate or isinstance(error, ClientSSLError):
        return _tls(attempt.certificate or getattr(error, "certificate_error", None))
    cause = error.os_error if isinstance(error, ClientConnectorError) else error
    if isinstance(cause, NoRoute):
        return (*_no_route(attempt), None)
    if isinstance(error, BadEncoding):
        return Failure.PROTOCOL, f"its answer is {error}", None
    if isinstance(error, TimeoutError):
        return (*timed_out(attempt), None)
    if isinstance(error, ClientConnectionError | OSError):
        return (*_no_connection(cause, attempt), None)
    return Failure.PROTOCOL, "its answer breaks the rules of HTTP", None


def timed_out(attempt: Attempt) -> tuple[Failure, str]:
    """Tells whose time ran out."""
    if attempt.resolving:
        return Failure.ADDRESS_UNKNOWN, "DNS did not answer in time"
    return Failure.TIMEOUT, "it did not answer in time"


def _tls(error: Exception | None) -> tuple[Failure, str, Tls]:
    kind = Tls.HANDSHAKE
    if isinstance(error, ssl.SSLCertVerificationError):
        kind = _BY_CODE.get(error.verify_code, Tls.OTHER)
    return Failure.TLS, _IN_WORDS[kind], kind


def _no_route(attempt: Attempt) -> tuple[Failure, str]:
    if attempt.routes and (failed := attempt.routes.unanswered):
        return Failure.ADDRESS_UNKNOWN, f"its address is unknown: {failed.by} said {failed.why}"[:300]
    said = attempt.routes.in_words() if attempt.routes else ""
    return Failure.NO_ADDRESS, f"its name has no address ({said})" if said else "its name has no address"


def _no_connection(cause: BaseException, attempt: Attempt) -> tuple[Failure, str]:
    """Picks the best failure of several addresses: one message may name several, and the furthest reached counts."""
    number = getattr(cause, "errno", None)
    numbers = {number} if number else {int(found) for found in _NUMBERS.findall(str(cause))}
    if attempt.refused and numbers <= {errno.EACCES}:
        return Failure.NOT_PUBLIC, attempt.refused[0]
    if errno.ECONNREFUSED in numbers:
        return Failure.REFUSED, "the connection was refused"
    if errno.ETIMEDOUT in numbers:
        return Failure.TIMEOUT, "the connection was not answered"
    if numbers & {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM}:
        return Failure.UNREACHABLE, "there is no way to its address"
    return Failure.UNREACHABLE, "the connection broke before an answer came"
