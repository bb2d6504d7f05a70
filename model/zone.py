"""A zone as its DNS provider keeps it: record sets, the changes that fixes need, what is left to do; TXT values.

Values of a set are the provider's own presentation (RFC 1035 section 5.1: a TXT value is quoted strings), kept byte for
byte. A TXT value of ours has one character for each octet (Latin-1); what a person typed may hold more, and is UTF-8.
Source: Route 53 API, ResourceRecordSet.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from model.report import Record

LONGEST_STRING = 255
"""Octets of one character-string (RFC 1035 section 3.3)."""
_QUOTE_ESCAPES: Mapping[int, str] = {ord('"'): '\\"', ord("\\"): "\\\\"}
DECIMAL_ESCAPES = {octet: f"\\{octet:03d}" for octet in range(256) if not 0x20 <= octet < 0x7F} | dict(_QUOTE_ESCAPES)


def octets_of(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeError:
        return value.encode("utf-8", "replace")


def strings_of(value: str) -> tuple[bytes, ...]:
    """Returns a TXT value as character-strings, each at most 255 octets; an empty value is one empty string."""
    octets = octets_of(value)
    return tuple(octets[start : start + LONGEST_STRING] for start in range(0, len(octets), LONGEST_STRING)) or (b"",)


def quoted_strings(value: str, escapes: Mapping[int, str] = DECIMAL_ESCAPES) -> tuple[str, ...]:
    r"""Returns a TXT value as character-strings in quotes (RFC 1035 sections 3.3 and 5.1): quotes and backslashes are
    escaped, octets that are not printable ASCII become \DDD, or what `escapes` makes of them."""
    return tuple(f'"{piece.decode("latin-1").translate(escapes)}"' for piece in strings_of(value))


OCTAL_ESCAPES: Mapping[int, str] = {octet: f"\\{octet:03o}" for octet in range(256) if not 0x20 <= octet < 0x7F} | dict(
    _QUOTE_ESCAPES
)
"""The escapes of Route 53, which are octal (Route 53 developer guide, "TXT record type")."""


@dataclass(frozen=True, slots=True)
class RecordSet:
    """All records of one name and type. `special` says why nothing may touch the set (an alias, a weight, …); empty
    for a plain one. `name` has no trailing dot."""

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]
    special: str = ""


@dataclass(frozen=True, slots=True)
class HostedZone:
    """A public zone. `servers` are those of its delegation set, lower case, without a trailing dot."""

    id: str
    name: str
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetChange:
    """A record set before and after a change; None where there is none."""

    before: RecordSet | None
    after: RecordSet | None

    @property
    def key(self) -> tuple[str, str]:
        """Name and type of the set."""
        record_set = self.after or self.before
        if record_set is None:
            raise ValueError("a change of nothing")
        return record_set.name, record_set.type


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that the bot does not publish, and why. `type` is empty where it is no record but a step."""

    name: str
    type: str
    why: str


@dataclass(frozen=True, slots=True)
class ZoneChanges:
    """What publishing fixes changes in one zone: one batch."""

    zone: HostedZone
    changes: tuple[SetChange, ...]


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """What publishing fixes changes, zone by zone, and what is left to the person."""

    zones: tuple[ZoneChanges, ...]
    left: tuple[LeftOut, ...] = ()


def presentation(record: Record, escapes: Mapping[int, str] = OCTAL_ESCAPES) -> str:
    """Returns a record's value as Route 53 takes it, or with other `escapes` as a zone file has it."""
    match record.type:
        case "TXT":
            return " ".join(quoted_strings(record.value, escapes))
        case "MX":
            return f"{mx_preference(record)} {target_host(record)}"
        case "CNAME":
            return target_host(record)
    return record.value


def target_host(record: Record) -> str:
    """Returns the host of an MX or CNAME record, with the dot that ends a whole name."""
    return f"{record.value.rstrip('.')}."


def mx_preference(record: Record) -> int:
    """Returns the preference of an MX record (RFC 5321 section 5.1)."""
    return record.priority if record.priority is not None else 10
