"""A question to DNS has four answers: records, no data, no such name, or unanswered. A check answers another in three:
yes, no, or unknown.

SERVFAIL, a timeout and a refusal are never "absent": they are `Unanswered`, with by whom and why. Every check matches
on these types, so forgetting one is a type error and not a wrong verdict. A check that depends on another's subject
(DMARC on DKIM, SPF on the MX) takes a `Tristate` and never a bare bool, so that "unknown" cannot fall to one side.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable


@dataclass(frozen=True, slots=True)
class Records:
    """The name has records of this type (RFC 1034 section 4.3.2).

    `values` are in presentation form without trailing dots: `10 mx.example.com` for MX, an address, a host name. A TXT
    value is its strings joined without a separator (RFC 7208 section 3.3), each octet one character (Latin-1), so
    nothing is lost. `ttl` in seconds. `aliases` are the CNAME targets followed, in order: the last one holds the
    records. `server` answered.
    """

    name: str
    type: str
    values: tuple[str, ...]
    ttl: int = 0
    aliases: tuple[str, ...] = ()
    server: str = ""


@dataclass(frozen=True, slots=True)
class _Absence:
    """No such record. `zone` owns the SOA that came with the answer, None when none came; `ttl` is how long the absence
    may be remembered, in seconds."""

    name: str
    type: str
    zone: str | None = None
    ttl: int = 0
    aliases: tuple[str, ...] = ()
    server: str = ""


@dataclass(frozen=True, slots=True)
class NoData(_Absence):
    """The name exists (after `aliases`) and has no record of this type (RFC 2308 section 2.2)."""


@dataclass(frozen=True, slots=True)
class NoName(_Absence):
    """The name does not exist (NXDOMAIN, RFC 2308 section 2.1). With `aliases`, the name asked for exists and it is the
    last alias that does not."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer came. `by` names the server (or "ses-bot" for our own deadline and budget); `why` is a phrase
    such as "SERVFAIL", "no answer in 3.0 s", "DNSSEC validation failed"."""

    name: str
    type: str
    by: str
    why: str


Answer: TypeAlias = Records | NoData | NoName | Unanswered
Question: TypeAlias = tuple[str, str]
"""Name (lower case, no trailing dot) and type."""


@runtime_checkable
class Dns(Protocol):
    """Answers questions: the resolver, one check's budgeted view of it, or the table of a test."""

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        """Asks for the records of `type` ("TXT", "MX", "CNAME", …) at `name` (ASCII, with or without a trailing dot).

        Never raises for what DNS says. A name that DNS cannot hold (a label over 63 octets or empty, more than 255
        octets on the wire, RFC 1035 section 3.1) is `NoName` without asking. CNAMEs are followed for every type but
        CNAME.
        """
        ...


def values(answer: Answer) -> tuple[str, ...]:
    """Returns the record values of an answer; empty for the other three answers."""
    return answer.values if isinstance(answer, Records) else ()


def is_absent(answer: Answer) -> bool:
    """Returns True when DNS says that there is no such record (no data, no such name); False also when no answer
    came."""
    return isinstance(answer, NoData | NoName)


def describe_answer(answer: Answer) -> str:
    """Describes an answer in a phrase, such as "no data" or "unanswered by 192.0.2.53: SERVFAIL"."""
    match answer:
        case Records():
            return "; ".join(answer.values)
        case NoData():
            return "no data"
        case NoName():
            return "no such name"
        case Unanswered():
            return f"unanswered by {answer.by}: {answer.why}"


def aliases_of(answer: Answer) -> tuple[str, ...]:
    """Returns the CNAME targets that were followed."""
    return () if isinstance(answer, Unanswered) else answer.aliases


async def ask_all(dns: Dns, questions: Iterable[Question]) -> list[Answer]:
    """Asks several questions at once; returns the answers in their order."""
    return await asyncio.gather(*(dns.ask(name, rtype) for name, rtype in questions))


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
