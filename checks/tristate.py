"""Yes, no, or is unknown: the answer of one check to another's question.

A check that depends on another's subject (DMARC on DKIM, SPF on the MX) takes this and never a bare bool, so that
"unknown" cannot fall silently to one side.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tristate(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SesSetup:
    """What Amazon SES has in place for mail From the checked domain, as far as DNS shows.

    `identity` is the SES identity that covers the domain (the domain itself where unknown). `dkim`: a key that SES
    signs with is published; `mail_from`: a custom MAIL FROM domain is in place (its MX right, its SPF passing for SES);
    `mail_from_domain`: its name, None where none is known. `parents`: names above the domain that have DKIM keys, so
    that SES may sign with the identity of one of them.
    """

    identity: str
    dkim: Tristate = Tristate.UNKNOWN
    mail_from: Tristate = Tristate.UNKNOWN
    mail_from_domain: str | None = None
    parents: tuple[str, ...] = ()
