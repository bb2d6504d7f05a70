"""The DNS provider of the demo: what is published is answered, what is removed is gone."""

import dns.asyncquery
import dns.message
import dns.rcode

from demo.dns_provider import Provider, Table
from fakes.dns import LoopbackDns

TABLE: Table = {
    "acme.example": {"MX": ["10 mx.acme.example"], "TXT": ["v=spf1 mx ~all"]},
    "_dmarc.acme.example": {"*": "SERVFAIL"},
    "notacme.example": {"A": ["192.0.2.1"]},
}


async def rcode(server: LoopbackDns, name: str) -> str:
    host, _, port = server.address.rpartition(":")
    answer = await dns.asyncquery.udp(dns.message.make_query(name, "TXT"), host, port=int(port), timeout=2)
    return dns.rcode.to_text(answer.rcode())


async def test_publishing_and_removing() -> None:
    async with LoopbackDns(TABLE) as server:
        provider = Provider(server, TABLE)
        assert await rcode(server, "new.acme.example") == "NXDOMAIN"
        assert provider.publish("New.Acme.example.", "TXT", "hello")
        assert not provider.publish("new.acme.example", "TXT", "hello")
        assert provider.holds("New.Acme.example.", "TXT", "hello")
        assert not provider.holds("new.acme.example", "TXT", "bye")
        assert await rcode(server, "new.acme.example") == "NOERROR"
        assert provider.at("new.acme.example") == ["new.acme.example  TXT  hello"]
        assert provider.remove("new.acme.example", "TXT", "hello")
        assert not provider.remove("new.acme.example", "TXT", "hello")
        assert await rcode(server, "new.acme.example") == "NXDOMAIN"


async def test_a_fault_can_be_lifted() -> None:
    async with LoopbackDns(TABLE) as server:
        provider = Provider(server, TABLE)
        assert await rcode(server, "_dmarc.acme.example") == "SERVFAIL"
        assert provider.lift("_dmarc.acme.example", "*")
        assert await rcode(server, "_dmarc.acme.example") == "NOERROR"
        assert not provider.lift("_dmarc.acme.example", "*")


async def test_a_zone_is_listed_with_what_is_wrong_with_its_server() -> None:
    async with LoopbackDns(TABLE) as server:
        assert Provider(server, TABLE).at("ACME.example") == [
            "acme.example  MX  10 mx.acme.example",
            "acme.example  TXT  v=spf1 mx ~all",
            "_dmarc.acme.example  every type  (the name server answers SERVFAIL)",
        ]
