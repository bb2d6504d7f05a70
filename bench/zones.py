"""The zones that are measured: the demo's healthy domain with includes as deep as wanted, and long lists of domains
that are like those of the demo."""

from collections.abc import Iterable

from demo.zones import TABLE, Types

Zone = dict[str, Types]
REALISTIC = "ready.example"
"""A domain with a provider in its SPF record, a DKIM key, DMARC, and a MAIL FROM domain: what most senders have."""
_LIKE = (*[REALISTIC] * 5, "nodmarc.example", "broken.example", "twospf.example", "eleven.example", "typo.example")
"""The samples that a list repeats: half of them healthy, as lists are that someone has checked for a reason."""
_OTHERS = ("news.ready.example",)


def chain(depth: int) -> Zone:
    """The demo's small internet with `ready.example` given includes `depth` deep."""
    zone = dict(TABLE)
    names = [REALISTIC, *(f"spf{level}.chain.test" for level in range(1, depth + 1))]
    for name, below in zip(names, [*names[1:], ""], strict=True):
        term = f"include:{below}" if below else "ip4:198.51.100.1"
        zone[name] = zone.get(name, {}) | {"TXT": [f"v=spf1 {term} ~all"]}
    return zone


def many(count: int) -> tuple[list[str], Zone]:
    """Returns so many domains, and the zone that holds them beside the demo's small internet."""
    zone, domains = dict(TABLE), []
    for number in range(count):
        sample = _LIKE[number % len(_LIKE)]
        domain = f"d{number:04}.example"
        domains.append(domain)
        zone |= dict(_renamed(sample, domain))
    return domains, zone


def _renamed(sample: str, domain: str) -> Iterable[tuple[str, Types]]:
    """The names of a sample, with what they hold, as those of another domain."""
    for name, types in TABLE.items():
        if (name == sample or name.endswith(f".{sample}")) and not name.endswith(_OTHERS):
            held: Types = {
                kind: values if isinstance(values, str) else [value.replace(sample, domain) for value in values]
                for kind, values in types.items()
            }
            yield name.replace(sample, domain), held
