"""AWS Signature Version 4, from the server's side: what a request claims, and whether its signature says the same.

Pure: from the parts of a request to a claim, or to the refusal that AWS would give. Source: AWS General Reference,
"Create a signed AWS API request".
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from fakes.ses.protocols import AwsRefused

_ALGORITHM = "AWS4-HMAC-SHA256"
_STAMP = "%Y%m%dT%H%M%SZ"
_SKEW = {"ses": timedelta(minutes=5), "bedrock": timedelta(minutes=5), "sts": timedelta(minutes=15)}
"""How far a client's clock may be off; STS is the more patient one."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came over the wire: `path` still encoded, `query` without its question mark, header names in
    lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class SignatureClaim:
    """Who a request says it is from and for, unproven: access key, scope (date, region, service), and its proof."""

    key: str
    date: str
    region: str
    service: str
    signed: tuple[str, ...]
    signature: str


def parse_claim(request: SignedRequest) -> SignatureClaim:
    """Reads the Authorization header; `AwsRefused` where it is missing or not whole."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        raise AwsRefused(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    if scheme != _ALGORITHM:
        raise _incomplete_signature(f"Unsupported algorithm, only {_ALGORITHM} is known here")
    parts = {name.strip(): value.strip() for name, _, value in (part.partition("=") for part in rest.split(","))}
    for part in ("Credential", "SignedHeaders", "Signature"):
        if not parts.get(part):
            raise _incomplete_signature(f"Authorization header requires '{part}' parameter.")
    scope = parts["Credential"].split("/")
    if len(scope) != 5 or scope[4] != "aws4_request":
        raise _incomplete_signature(f"Credential must have exactly 5 parts, not {len(scope)}")
    key, date, region, service, _ = scope
    return SignatureClaim(key, date, region, service, tuple(parts["SignedHeaders"].split(";")), parts["Signature"])


def check_signature(
    request: SignedRequest, claim: SignatureClaim, secret: str, token: str | None, now: datetime
) -> None:
    """Tells whether the claim is true at `now` (aware); `AwsRefused` where it is not. `token` is what a session must
    bring."""
    if token is not None and request.headers.get("x-amz-security-token") != token:
        raise invalid_token()
    timestamp = request.headers.get("x-amz-date", "")
    _check_headers(request, claim, timestamp)
    if not hmac.compare_digest(_compute_signature(request, claim, secret, timestamp), claim.signature):
        raise invalid_signature(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method."
        )
    _check_clock(timestamp, now, _SKEW.get(claim.service, _SKEW["sts"]))


def _check_headers(request: SignedRequest, claim: SignatureClaim, stamp: str) -> None:
    """Refuses a request where a header that says its host, time or token is not signed."""
    named = {name for name in request.headers if name.startswith("x-amz-")} | {"host"}
    for name in sorted(named - set(claim.signed)):
        raise invalid_signature(f"'{name}' must be a 'SignedHeader' in the AWS Authorization.")
    if not stamp:
        raise _incomplete_signature("Authorization header requires existence of 'X-Amz-Date'.")
    if not stamp.startswith(claim.date):
        raise invalid_signature(f"Date in Credential scope does not match {stamp[:8]} of the request's date.")


def _check_clock(stamp: str, now: datetime, skew: timedelta) -> None:
    try:
        signed_at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise _incomplete_signature(f"Date must be in ISO-8601 'basic format', not {stamp}") from None
    minutes = f"{skew.seconds // 60} min."
    earliest, latest = now - skew, now + skew
    if signed_at < earliest:
        words = f"Signature expired: {stamp} is now earlier than {earliest:{_STAMP}} ({now:{_STAMP}} - {minutes})"
        raise invalid_signature(words)
    if signed_at > latest:
        words = f"Signature not yet current: {stamp} is still later than {latest:{_STAMP}} ({now:{_STAMP}} + {minutes})"
        raise invalid_signature(words)


def _compute_signature(request: SignedRequest, claim: SignatureClaim, secret: str, stamp: str) -> str:
    """Returns the signature that the request should bear."""
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in claim.signed)
    path = quote(request.path, safe="/-_.~")
    query = "&".join(sorted(request.query.split("&")))
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join((request.method, path, query, headers, ";".join(claim.signed), payload))
    scope = (claim.date, claim.region, claim.service, "aws4_request")
    to_sign = "\n".join((_ALGORITHM, stamp, "/".join(scope), hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def check_service(claim: SignatureClaim, service: str) -> None:
    """Refuses a request that is signed for another service."""
    if claim.service != service:
        raise invalid_signature(f"Credential should be scoped to correct service: '{service}'.")


def invalid_token() -> AwsRefused:
    """Returns the refusal of a key or token that AWS does not know."""
    return AwsRefused(403, "UnrecognizedClientException", "The security token included in the request is invalid.")


def invalid_signature(words: str) -> AwsRefused:
    return AwsRefused(403, "InvalidSignatureException", words)


def _incomplete_signature(words: str) -> AwsRefused:
    return AwsRefused(403, "IncompleteSignatureException", words)
