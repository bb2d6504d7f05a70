"""Names around an SES identity: which domain it is, and a name below it that is not published."""

import hashlib
import re

from model import Expectations

_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")


def plain_name(text: str | None) -> str | None:
    """`text` as a domain name, lower case and without the trailing dot; None where it is not."""
    name = (text or "").strip().lower().removesuffix(".")
    return name if len(name) <= 253 and _NAME.fullmatch(name) else None


def identity_of(domain: str, expectations: Expectations | None) -> str:
    """The domain that SES signs for: the identity told (its domain, where that is an address), else `domain`."""
    told = expectations.identity.rpartition("@")[2] if expectations else None
    return plain_name(told) or domain.lower().removesuffix(".")


def is_certain(expectations: Expectations | None) -> bool:
    """True where the account says which identity covers the domain; a person who names tokens says only the tokens."""
    return expectations is not None and (
        expectations.signing_zone is not None or expectations.signing_enabled is not None or bool(expectations.selector)
    )


def nobodys_label(identity: str) -> str:
    """A label that is not published below the identity: what answers there answers for every name. The same for
    the same identity, so that a transcript replays."""
    return "nobody-" + hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]
