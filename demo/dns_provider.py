"""The DNS provider of the demo: what stands in its zones, to list, publish and remove.

The DNS server answers questions; it does not list what it holds. So every change goes through here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from fakes.dns import LoopbackDns

ProviderRecord: TypeAlias = tuple[str, str, str]
"""Name, type, value; the value of an MX record begins with its preference."""
Table: TypeAlias = Mapping[str, Mapping[str, Sequence[str] | str]]
"""Name to type to values; a string in place of the list names a fault of its server, for that type or (`*`) any."""


class DnsProvider:
    """The records of a table that a `LoopbackDns` serves. `changed` is called with each name and type that changes."""

    def __init__(self, dns: LoopbackDns, table: Table) -> None:
        self.changed: Callable[[str, str], None] = lambda name, kind: None
        self._dns = dns
        self._records: list[ProviderRecord] = []
        self._faults: dict[tuple[str, str], str] = {}
        for name, types in table.items():
            for kind, values in types.items():
                if isinstance(values, str):
                    self._faults[name, kind] = values
                else:
                    self._records += [(name, kind, value) for value in values]

    def publish(self, name: str, kind: str, value: str) -> bool:
        """Adds a record; False where it exists already. `ValueError` where a provider would refuse it."""
        record = (normalize_name(name), kind, value)
        if record in self._records:
            return False
        self._dns.publish(*record)
        self._records.append(record)
        self.changed(*record[:2])
        return True

    def remove(self, name: str, kind: str, value: str) -> bool:
        """Removes a record; False where it does not exist."""
        record = (normalize_name(name), kind, value)
        if record not in self._records:
            return False
        self._dns.remove(*record)
        self._records.remove(record)
        self.changed(*record[:2])
        return True

    @property
    def records(self) -> tuple[ProviderRecord, ...]:
        """All records."""
        return tuple(self._records)

    def holds(self, name: str, kind: str, value: str) -> bool:
        """Tells whether a record exists."""
        return (normalize_name(name), kind, value) in self._records

    def end_fault(self, name: str, kind: str) -> bool:
        """Ends a fault; False where there is none."""
        if self._faults.pop((normalize_name(name), kind), None) is None:
            return False
        self._dns.fault(normalize_name(name), kind, None)
        return True

    def list_records(self, domain: str) -> list[str]:
        """Returns the records at a domain and below it, a line each: name, type, value; or the fault of its server."""
        domain = normalize_name(domain)
        lines = [(name, f"{kind}  {value}") for name, kind, value in self._records]
        for (name, kind), fault in self._faults.items():
            lines.append((name, f"{'every type' if kind == '*' else kind}  (the name server answers {fault})"))
        lines.sort(key=lambda line: (line[0].count("."), line[0]))
        return [f"{name}  {words}" for name, words in lines if _is_at_or_below(name, domain)]


def normalize_name(name: str) -> str:
    """Returns a name as it stands in DNS: lower case, ASCII, without the last dot."""
    name = name.strip().rstrip(".").lower()
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _is_at_or_below(name: str, domain: str) -> bool:
    return name == domain or name.endswith("." + domain)
