"""Side by side with checkdmarc and pyspf on the demo's zones: every difference, and the section that decides it.

The peers are not dependencies of the project. In a virtual environment of its own:

    python -m pip install -r requirements.lock && python -m pip install -r bench/requirements.txt
    python -m bench.peers

Exits 1 when a difference has no section beside it: then someone has to read the standard.
"""

import asyncio
import importlib
import sys
from typing import Any

from checks.dns_checks import check_dns
from checks.names import domain_of
from checks.resolver import Resolver
from checks.spf import check_host
from demo.zones import SAMPLES, TABLE
from fakes.dns import LoopbackDns
from model import Checked, Outcome

SES_ADDRESS, OTHER_ADDRESS, STRANGER = "54.240.8.1", "198.51.100.7", "192.0.2.99"

DECIDED = {
    ("dmarc", "blocks.example"): "no standard: the record is valid, and publishing it would block SES's mail today",
    ("dmarc", "servfail.example"): "RFC 9989 section 4.10.1: a failed query says nothing about the record",
    ("dmarc", "hostile.example"): "RFC 9989 section 4.10.1: an invalid p beside a valid rua counts as p=none",
}
"""(subject, domain) of a known difference to what decides it."""


def peer_spf(domain: str, resolver: Any) -> str:
    result = importlib.import_module("checkdmarc.spf").check_spf(domain, resolver=resolver)
    return "valid" if result["valid"] else f"invalid: {str(result['error'])[:90]}"


def peer_dmarc(domain: str, resolver: Any) -> str:
    result = importlib.import_module("checkdmarc.dmarc").check_dmarc(domain, resolver=resolver)
    return "valid" if result["valid"] else f"invalid: {str(result['error'])[:90]}"


def peer_host(ip: str, domain: str, resolver: Any) -> str:
    """pyspf asks the module's own default resolver: give it ours."""
    vars(importlib.import_module("dns.resolver"))["default_resolver"] = resolver
    return str(importlib.import_module("spf").check2(i=ip, s=f"bob@{domain}", h=domain)[0])


def ours(checked: Checked, check: str) -> str:
    """What the report says of one protocol, in the peers' terms: is there one valid record?"""
    findings = [f for f in checked.report.findings if f.check == check or f.code == "mx.domain-not-found"]
    unknown = [f.code for f in findings if f.outcome is Outcome.UNKNOWN]
    fails = [f.code for f in findings if f.outcome is Outcome.FAIL]
    if fails:
        return f"invalid: {', '.join(fails)}"
    return f"unknown: {', '.join(unknown)}" if unknown else "valid"


def peer_resolver(address: str) -> Any:
    resolver = importlib.import_module("dns.resolver").Resolver(configure=False)
    host, _, port = address.rpartition(":")
    resolver.nameservers, resolver.port = [host], int(port)
    return resolver


async def differences(dns: LoopbackDns) -> int:
    """Print every difference; how many have no section yet."""
    open_questions = 0
    peers = peer_resolver(dns.address)
    async with Resolver([dns.address]) as resolver:
        for sample in SAMPLES:
            domain = domain_of(sample.domain)
            checked = await check_dns(domain, resolver)
            pairs = [
                ("spf", ours(checked, "spf"), await asyncio.to_thread(peer_spf, domain, peers)),
                ("dmarc", ours(checked, "dmarc"), await asyncio.to_thread(peer_dmarc, domain, peers)),
            ]
            for ip in (SES_ADDRESS, OTHER_ADDRESS, STRANGER):
                result, _ = await check_host(ip, domain, f"bob@{domain}", domain, resolver)
                pairs.append((f"check_host {ip}", result, await asyncio.to_thread(peer_host, ip, domain, peers)))
            for subject, mine, theirs in pairs:
                if mine.partition(":")[0] == theirs.partition(":")[0]:
                    continue
                section = DECIDED.get((subject, sample.domain), "")
                open_questions += not section
                print(f"{sample.domain}  {subject}\n    ses-bot: {mine}\n    peer:    {theirs}")
                print(f"    decided by: {section or 'NO ONE YET'}")
    return open_questions


async def main() -> int:
    async with LoopbackDns(TABLE) as dns:
        return 1 if await differences(dns) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
