"""A zone as its DNS provider keeps it: record sets, the changes that fixes ask for, and what is left to a person.

Values are the provider's own presentation (RFC 1035 section 5.1: a TXT value is quoted strings), kept byte for byte.
Source: Route 53 API, ResourceRecordSet.
"""

from dataclasses import dataclass

from model.report import Record
from model.txt import OCTAL, quoted_strings


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
    """One set before and after: None where there is none."""

    before: RecordSet | None
    after: RecordSet | None

    @property
    def named(self) -> tuple[str, str]:
        """The name and the type of the set."""
        one = self.after or self.before
        if one is None:
            raise ValueError("a change of nothing")
        return one.name, one.type


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


def presentation(record: Record) -> str:
    """A record's value as Route 53 takes it."""
    match record.type:
        case "TXT":
            return " ".join(quoted_strings(record.value, OCTAL))
        case "MX":
            return f"{record.priority if record.priority is not None else 10} {record.value.rstrip('.')}."
        case "CNAME":
            return f"{record.value.rstrip('.')}."
    return record.value
