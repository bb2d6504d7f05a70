"""Runs checkdmarc, by the interpreter that it is installed for, over the lists of domains that come on stdin.

Started by `bench.peer_process`: PYTHON bench/peer.py ADDRESS. Each line holds the domains of one round, which is run as
if it were the first, by `checkdmarc.check_domains`: SPF, DMARC, MX, NS, SOA, DNSSEC, MTA-STS, TLS reporting and BIMI,
without its TLS probes, which leave the machine. Prints a line with the seconds that the round took.
"""

import importlib
import sys
import time
from typing import Any


def _resolver(address: str) -> tuple[Any, list[Any]]:
    """A resolver of dnspython that asks one server, and that server as the checks of DNSSEC take it."""
    host, _, port = address.rpartition(":")
    resolver = importlib.import_module("dns.resolver").Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], int(port)
    return resolver, [importlib.import_module("dns.nameserver").Do53Nameserver(host, int(port))]


def _forget() -> None:
    """Empties every memory of its modules."""
    kind = importlib.import_module("expiringdict").ExpiringDict
    for name, module in list(sys.modules.items()):
        if name.startswith("checkdmarc"):
            for value in vars(module).values():
                if isinstance(value, kind):
                    value.clear()


def main(address: str) -> None:
    check: Any = importlib.import_module("checkdmarc").check_domains
    resolver, nameservers = _resolver(address)
    for line in sys.stdin:
        _forget()
        began = time.perf_counter()
        check(line.split(), resolver=resolver, nameservers=nameservers)
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
