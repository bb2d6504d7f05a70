"""What DNS says about the DKIM keys of an identity: SES's tokens, selectors that were named, and common guesses.

Selectors cannot be listed (RFC 6376 section 3.1), so what is asked for is what SES told, what a person named, and what
well-known senders use; a random selector beside them shows whether a wildcard answers everything.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from checks.answers import Answer, Records
from checks.dkim.parse import KeyRecord, Malformed, parse
from model import Expectations

DEFAULT_ZONE = "dkim.amazonses.com"
"""Where most regions of SES keep the public keys; others have their own: SigningHostedZone of GetEmailIdentity."""
_SES_TARGET = re.compile(r"[a-z0-9-]{1,63}\.((?:[a-z0-9-]{1,63}\.)?dkim(?:\.[a-z0-9-]{1,63})?\.amazonses\.com)")


class Origin(StrEnum):
    """Why a selector was asked for."""

    OWN = "the selector whose key you gave to SES"
    NAMED = "the selector that you named"
    COMMON = "a common selector"


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector, the full `name` of its record, and the TXT answer there."""

    selector: str
    name: str
    origin: Origin
    txt: Answer


@dataclass(frozen=True, slots=True)
class Token:
    """An Easy DKIM token with all that was asked at `name`, `<token>._domainkey.<identity>`.

    Asked only where the CNAME is missing: `a`, the address there; `doubled`, the CNAME at that name with a zone
    appended once more; `misplaced`, the CNAME below a parent of the identity, with the keys there (`keys_above`).
    """

    token: str
    name: str
    cname: Answer
    txt: Answer
    a: Answer | None = None
    doubled: tuple[Answer, ...] = ()
    misplaced: tuple[Answer, ...] = ()
    keys_above: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class DkimFacts:
    """The answers about `identity`, the domain in `d=` of SES's signatures; `domain` is the one being checked.

    `node` is the TXT answer at `_domainkey.<identity>`, `parent` the one at the identity itself; `parents` are those at
    `_domainkey.` of the names above, where the account does not say which identity covers the domain; `sibling_txt` and
    `sibling_a` belong to a random selector that is not published. `sibling_a` is asked where the CNAME of a
    token is missing; `appended` where nothing was found: `_domainkey` below the identity's name written twice, and a
    random name there.
    """

    domain: str
    identity: str
    node: Answer
    parent: Answer
    sibling_txt: Answer
    parents: tuple[Answer, ...] = ()
    sibling_a: Answer | None = None
    appended: tuple[Answer, Answer] | None = None
    tokens: tuple[Token, ...] = ()
    selectors: tuple[Selector, ...] = ()
    expectations: Expectations | None = None

    @property
    def signing_zone(self) -> str | None:
        """SigningHostedZone, None where none is known."""
        told = self.expectations.signing_zone if self.expectations else None
        return told.lower().rstrip(".") or None if told else None


def ses_zone(target: str) -> str | None:
    """The zone of SES that a CNAME target lies in, such as `dkim.amazonses.com`; None for any other target."""
    found = _SES_TARGET.fullmatch(target.lower().rstrip("."))
    return found[1] if found else None


def aliases_of(answer: Answer) -> tuple[str, ...]:
    """The CNAME targets that were followed, lower case."""
    followed = getattr(answer, "aliases", ())
    return tuple(alias.lower().rstrip(".") for alias in followed)


def key_of(answer: Answer) -> KeyRecord | Malformed | None:
    """The key record in a TXT answer; None without one. Two records at one name spoil each other (section 3.6.2.2)."""
    if not isinstance(answer, Records) or not answer.values:
        return None
    if len(answer.values) > 1:
        return Malformed(
            answer.values[0],
            f"there are {len(answer.values)} TXT records, and a selector may have only one",
            section="RFC 6376 section 3.6.2.2",
        )
    return parse(answer.values[0])


def by_wildcard(facts: DkimFacts, answer: Answer) -> bool:
    """True when the answer is what any selector would get: the random sibling has the same records."""
    sibling = facts.sibling_txt
    return isinstance(answer, Records) and isinstance(sibling, Records) and set(answer.values) == set(sibling.values)
