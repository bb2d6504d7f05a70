"""Hosted zones as Route 53 keeps them: record sets, and batches that are taken whole or not at all.

Stricter than moto, which keeps a journal of changes: here DELETE must name the set exactly as it stands, CREATE needs
a free name and type, a change is PENDING before it is INSYNC, and sets can be protected. Source: Route 53 API,
ChangeResourceRecordSets, GetChange, CreateResourceRecordSetProtections.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Key: TypeAlias = tuple[str, str, str]
"""Name as Route 53 writes it (`\\052.acme.com.`), type, and set identifier or nothing."""
Served: TypeAlias = Callable[["ZoneSet | None", "ZoneSet | None"], None]
"""Brings a set that has changed, before and after, to the name servers."""


class BatchRefused(Exception):
    """Nothing of the batch was done. The text is Route 53's."""


@dataclass(frozen=True, slots=True)
class ZoneSet:
    """A record set. `more` holds what else the API says of it: AliasTarget, SetIdentifier, Weight, …"""

    name: str
    type: str
    ttl: int = 300
    values: tuple[str, ...] = ()
    more: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Key:
        return self.name, self.type, dict(self.more).get("SetIdentifier", "")


@dataclass(slots=True)
class Zone:
    """A hosted zone. `protected` are names and types that nothing may change; `busy` refuses batches as an earlier one
    that is not done does; `pending_reads` is how often GetChange says PENDING of a change."""

    id: str
    name: str
    servers: tuple[str, ...]
    private: bool = False
    linked: bool = False
    """Made by another service of AWS, which alone may change it."""
    sets: dict[Key, ZoneSet] = field(default_factory=dict)
    protected: set[tuple[str, str]] = field(default_factory=set)
    busy: bool = False
    pending_reads: int = 1
    served: Served = lambda before, after: None
    batches: list[list[tuple[str, ZoneSet]]] = field(default_factory=list)
    """What was taken: action and set, in order."""
    pending: dict[str, int] = field(default_factory=dict)
    _unserved: dict[str, list[tuple[ZoneSet | None, ZoneSet | None]]] = field(default_factory=dict)

    def put(self, name: str, kind: str, *values: str, ttl: int = 300, **more: str) -> ZoneSet:
        """Returns a set as a person in the console would save it: in place of what is there, and served at once."""
        zone_set = ZoneSet(written_name(name), kind, ttl, values, tuple(more.items()))
        before = self.sets.get(zone_set.key)
        self.sets[zone_set.key] = zone_set
        self.served(before, zone_set)
        return zone_set

    def drop(self, name: str, kind: str) -> None:
        """Deletes a plain set, as a person would."""
        self.served(self.sets.pop((written_name(name), kind, "")), None)

    def take_batch(self, changes: Sequence[tuple[str, ZoneSet]]) -> str:
        """Returns a batch, whole or not at all; the id of the change."""
        sets, problems = dict(self.sets), []
        for action, zone_set in changes:
            current = sets.get(zone_set.key)
            label = f"[name='{zone_set.name}', type='{zone_set.type}']"
            if (zone_set.name, zone_set.type) in self.protected:
                problems.append(f"The resource record set {label} is protected")
            elif not f".{zone_set.name}".endswith(f".{self.name}."):
                problems.append(f"RRSet with DNS name {zone_set.name} is not permitted in zone {self.name}.")
            elif action == "DELETE" and current is None:
                problems.append(f"Tried to delete resource record set {label} but it was not found")
            elif action == "DELETE" and not _is_same_set(current, zone_set):
                problem = "the values provided do not match the current values"
                problems.append(f"Tried to delete resource record set {label} but {problem}")
            elif action == "DELETE":
                del sets[zone_set.key]
            elif action == "CREATE" and current is not None:
                problems.append(f"Tried to create resource record set {label} but it already exists")
            elif self._is_beside_a_cname(sets, zone_set):
                problems.append(
                    f"RRSet of type {zone_set.type} with DNS name {zone_set.name} is not permitted as it conflicts"
                )
            else:
                sets[zone_set.key] = zone_set
        if problems:
            raise BatchRefused(f"[{', '.join(problems)}]")
        return self._apply_batch(sets, changes)

    def _apply_batch(self, sets: dict[Key, ZoneSet], changes: Sequence[tuple[str, ZoneSet]]) -> str:
        change = f"C{secrets.token_hex(7).upper()}"
        self.batches.append(list(changes))
        keys = dict.fromkeys(zone_set.key for _, zone_set in changes)
        self._unserved[change] = [(self.sets.get(key), sets.get(key)) for key in keys]
        self.sets, self.pending[change] = sets, self.pending_reads
        if not self.pending_reads:
            self._serve(change)
        return change

    def read_status(self, change: str) -> str:
        """Returns the status of a change: PENDING until the servers have it."""
        if self.pending[change]:
            self.pending[change] -= 1
            return "PENDING"
        self._serve(change)
        return "INSYNC"

    def _serve(self, change: str) -> None:
        for before, after in self._unserved.pop(change, ()):
            self.served(before, after)

    @staticmethod
    def _is_beside_a_cname(sets: Mapping[Key, ZoneSet], zone_set: ZoneSet) -> bool:
        return any(
            name == zone_set.name and kind != zone_set.type and "CNAME" in (kind, zone_set.type)
            for name, kind, _ in sets
        )


def _is_same_set(current: ZoneSet | None, wanted: ZoneSet) -> bool:
    return current is not None and (current.ttl, sorted(current.values), current.more) == (
        wanted.ttl,
        sorted(wanted.values),
        wanted.more,
    )


def written_name(name: str) -> str:
    """Returns a name as Route 53 writes it: lower case, `*` as an octal escape, with the last dot."""
    return re.sub(r"[^a-z0-9._\\-]", lambda match: f"\\{ord(match[0]):03o}", name.lower().rstrip(".")) + "."
