"""The Route 53 of the demo: the zones of some sample domains, which the demo's DNS serves.

What is published there by the bot goes to the DNS provider, and what `!fix` publishes at the provider stands here too.
What no record can fix (a key that only another makes, a website) the demo's own people do when they see the records.
"""

from collections.abc import Mapping

from demo.dns_provider import DnsProvider, Table, normalize_name
from demo.sites import REPAIRED_SITES
from demo.zones import REPAIRS
from fakes.ses import LoopbackAccount, Zone, ZoneSet
from fakes.web import LoopbackWeb

DOMAINS = ("broken.example", "nodmarc.example", "twospf.example", "typo.example")
"""The sample domains whose zones are in Route 53."""
_SERVERS = ("ns-1.awsdns-01.org", "ns-2.awsdns-02.net")
_STRING = 255


class DemoZones:
    """The zones of an account, kept equal to what the provider serves."""

    def __init__(self, account: LoopbackAccount, provider: DnsProvider, web: LoopbackWeb, table: Table) -> None:
        self._provider = provider
        self._web = web
        self._serving = False
        self._zones: Mapping[str, Zone] = {
            domain: self._make_zone(domain, table) for domain in DOMAINS if domain in table
        }
        account.zones |= {zone.id: zone for zone in self._zones.values()}
        provider.changed = self._change_zone

    def _make_zone(self, domain: str, table: Table) -> Zone:
        zone = Zone(f"Z{domain.partition('.')[0].upper()}", domain, _SERVERS)
        for server in _SERVERS:
            self._provider.publish(domain, "NS", server)
        for name in table:
            if name == domain or name.endswith(f".{domain}"):
                for kind in {kind for at, kind, _ in self._provider.records if at == name} - {"SOA"}:
                    zone.put(name, kind, *self._values_of(name, kind))
        zone.served = self._change_provider
        return zone

    def _values_of(self, name: str, kind: str) -> list[str]:
        return [
            _to_route53_value(kind, value) for at, other, value in self._provider.records if (at, other) == (name, kind)
        ]

    def _change_zone(self, name: str, kind: str) -> None:
        """Changes in the zone what was changed at the provider."""
        zones = (zone for domain, zone in self._zones.items() if f".{name}".endswith(f".{domain}"))
        zone = next(zones, None)
        if zone is None or self._serving:
            return
        self._serving = True
        try:
            values = self._values_of(name, kind)
            if values:
                zone.put(name, kind, *values)
            elif (f"{name}.", kind, "") in zone.sets:
                zone.drop(name, kind)
        finally:
            self._serving = False

    def _change_provider(self, before: ZoneSet | None, after: ZoneSet | None) -> None:
        """Changes at the provider what was changed in the zone; then does the rest of the repair."""
        changed = after or before
        if changed is None or self._serving:
            return
        name, kind = normalize_name(changed.name), changed.type
        self._serving = True
        try:
            for value in before.values if before else ():
                self._provider.remove(name, kind, _from_route53_value(kind, value))
            for value in after.values if after else ():
                self._provider.publish(name, kind, _from_route53_value(kind, value))
        finally:
            self._serving = False
        self._finish_repair(next(domain for domain in DOMAINS if f".{name}".endswith(f".{domain}")))

    def _finish_repair(self, domain: str) -> None:
        repair = REPAIRS.get(domain)
        for record in repair.publish if repair else ():
            self._provider.publish(*record)
        if domain in REPAIRED_SITES:
            self._web.sites[domain] = REPAIRED_SITES[domain]


def _to_route53_value(kind: str, value: str) -> str:
    """Returns a value as Route 53 writes it."""
    if kind != "TXT":
        return value if kind in ("A", "AAAA") else f"{value.rstrip('.')}."
    pieces = [value[start : start + _STRING] for start in range(0, len(value), _STRING)]
    return " ".join('"' + piece.replace("\\", r"\\").replace('"', r"\"") + '"' for piece in pieces)


def _from_route53_value(kind: str, value: str) -> str:
    """Returns a value of the zone as DNS answers it; the samples' texts hold printable ASCII alone."""
    if kind != "TXT":
        return value.rstrip(".")
    return value[1:-1].replace('" "', "").replace(r"\"", '"').replace(r"\\", "\\")
