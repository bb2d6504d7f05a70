"""The world in which the cases of check_host() play, and what one case is.

The record under test stands at `example.com`; `WORLD` is what else exists, for all cases. A fault of DNS is a string
in place of the records, as in `checks.resolver.table`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Types = Mapping[str, Sequence[str] | str]
Zone = Mapping[str, Types]

HOST = "192.0.2.10"
HOST6 = "2001:db8::10"
_POINTERS6 = "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"

WORLD: Zone = {
    "mail.example.net": {"A": [HOST], "AAAA": [HOST6]},
    "two.example.net": {"A": ["192.0.2.20", "192.0.2.21"]},
    "six.example.net": {"AAAA": ["2001:db8::6"]},
    "alias.example.net": {"CNAME": ["mail.example.net"]},
    "empty.example.net": {"TXT": ["nothing but text"]},
    "broken.example.net": {"*": "SERVFAIL"},
    "mx.example.net": {"MX": ["20 two.example.net", "10 mail.example.net"]},
    "nullmx.example.net": {"MX": ["0 ."], "A": [HOST]},
    "nomx.example.net": {"A": [HOST]},
    "deadmx.example.net": {"MX": ["10 gone.example.net", "20 mail.example.net"]},
    "brokenmx.example.net": {"MX": ["10 broken.example.net", "20 mail.example.net"]},
    "pass.example.net": {"TXT": [f"v=spf1 ip4:{HOST} -all"]},
    "fail.example.net": {"TXT": ["v=spf1 -all exp=other.example.net"]},
    "soft.example.net": {"TXT": ["v=spf1 ~all"]},
    "neutral.example.net": {"TXT": ["v=spf1 ?all"]},
    "bad.example.net": {"TXT": [f"v=spf1 ip4:{HOST} foo -all"]},
    "twice.example.net": {"TXT": ["v=spf1 -all", "v=spf1 +all"]},
    "why.example.net": {"TXT": ["%{i} may not send as %{d}"]},
    "other.example.net": {"TXT": ["from the other side"]},
    "10.2.0.192.in-addr.arpa": {"PTR": ["mail.example.net"]},
    f"0.1.0.0.{_POINTERS6}": {"PTR": ["Mail.Example.NET"]},
    "66.2.0.192.in-addr.arpa": {"PTR": ["mail.example.net"]},
    "67.2.0.192.in-addr.arpa": {"PTR": ["broken.example.net", "host.example.com"]},
    "68.2.0.192.in-addr.arpa": {"*": "SERVFAIL"},
    "69.2.0.192.in-addr.arpa": {"PTR": ["notexample.com"]},
    "70.2.0.192.in-addr.arpa": {"PTR": ["host.example.com", "example.com", "mail.example.net"]},
    "host.example.com": {"A": ["192.0.2.67", "192.0.2.70"]},
    "notexample.com": {"A": ["192.0.2.69"]},
}


@dataclass(frozen=True, slots=True)
class Case:
    """`record`: the TXT records at `domain` (one, several, or the types there); `zone`: what exists beside `WORLD`.
    `explanation` None: not looked at."""

    section: str
    what: str
    record: str | Sequence[str] | Types
    result: str
    explanation: str | None = None
    ip: str = HOST
    sender: str = "alice@example.com"
    helo: str = "mail.example.net"
    domain: str = "example.com"
    zone: Zone = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.section} {self.what}"

    def world(self) -> dict[str, Types]:
        """Everything that DNS holds in this case."""
        match self.record:
            case str():
                here: Types = {"TXT": [self.record]}
            case Mapping():
                here = self.record
            case _:
                here = {"TXT": list(self.record)}
        owner = self.domain.lower().rstrip(".")
        return {**WORLD, owner: {**self.zone.get(owner, {}), **here}, **without(self.zone, owner)}


def without(zone: Zone, owner: str) -> dict[str, Types]:
    return {name: types for name, types in zone.items() if name != owner}
