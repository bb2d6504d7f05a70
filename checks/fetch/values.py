"""What comes of fetching one web address: the answer, or why there is none. Nothing here is ever raised."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    """Why there is no answer."""

    NO_ADDRESS = "no address"
    """The host does not exist, or has neither A nor AAAA records."""
    ADDRESS_UNKNOWN = "address unknown"
    """DNS was asked and did not answer: never the same as no address."""
    NOT_PUBLIC = "not public"
    """The guard refused the address, the port, the scheme or credentials in the URL; no connection was made."""
    REFUSED = "refused"
    """No program listens there."""
    UNREACHABLE = "unreachable"
    """No route, or the connection broke before an answer began."""
    TIMEOUT = "timeout"
    TLS = "tls"
    """No trusted connection: see `Failed.tls`."""
    PROTOCOL = "protocol"
    """What came is not HTTP, or breaks its rules."""
    REDIRECTS = "redirects"
    """A loop of redirects, or too many."""
    BAD_URL = "bad url"


class Tls(StrEnum):
    """What is wrong with a certificate, or with the talk about it."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    WRONG_NAME = "wrong name"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown issuer"
    """Signed by an authority that the system does not trust; often the intermediate certificate is not sent."""
    HANDSHAKE = "handshake"
    """The server speaks no TLS there, or none that is safe today."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed: `url` answered `status` and led to `location`, a whole address."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whatever its status. `url` is where it came from, after `hops`. `headers` by lower-case name, each one
    line of at most 2,000 characters. `body` is decompressed. `cut`: the body went on past the limit, or ended before
    the server's own count. `seconds` is wall time, redirects included."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool
    hops: tuple[Hop, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer. `url` is where it failed, after `hops`; `why` is a phrase for a person, without markup, such as
    "its certificate expired"; `status` is known where an answer began; `tls` says more about `Failure.TLS`."""

    url: str
    failure: Failure
    why: str
    hops: tuple[Hop, ...] = ()
    status: int | None = None
    tls: Tls | None = None
