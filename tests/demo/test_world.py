"""The demo's world: the bot, its DNS provider and its Route 53, which hold the same records; `!fix` on every sample."""

import dns.asyncquery
import dns.message
import dns.rcode
import pytest

from demo.dns_provider import DnsProvider, Table
from demo.repair import repair_domain
from demo.world import open_aws_world, open_world
from demo.zones import KEY, SAMPLES
from fakes.dns import LoopbackDns
from fakes.ses import ZoneSet
from tests.support.world import running_bot


async def test_the_bot_answers_and_stops_in_good_order() -> None:
    async with running_bot() as world:
        invocation = await world.slack.command("/ses-check", "ready.example")
        assert invocation.failure is None
        assert invocation.ack_seconds is not None
        message = await world.slack.next_message(user=world.slack.user)
        assert "ready.example" in message.text
        assert world.troubles() == []
        assert world.dns.count("_dmarc.ready.example", "TXT") == 1
    assert world.bot.ended == 0
    assert not world.home.exists()


MENDABLE = [sample.domain for sample in SAMPLES if sample.domain != "nowhere.example"]


@pytest.mark.long
@pytest.mark.parametrize("domain", MENDABLE)
async def test_every_sample_can_be_repaired(domain: str) -> None:
    async with open_world() as world:
        assert (await repair_domain(domain, world)).verdict == "ready"


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
        provider = DnsProvider(server, TABLE)
        assert await rcode(server, "new.acme.example") == "NXDOMAIN"
        assert provider.publish("New.Acme.example.", "TXT", "hello")
        assert not provider.publish("new.acme.example", "TXT", "hello")
        assert provider.holds("New.Acme.example.", "TXT", "hello")
        assert not provider.holds("new.acme.example", "TXT", "bye")
        assert await rcode(server, "new.acme.example") == "NOERROR"
        assert provider.list_records("new.acme.example") == ["new.acme.example  TXT  hello"]
        assert provider.remove("new.acme.example", "TXT", "hello")
        assert not provider.remove("new.acme.example", "TXT", "hello")
        assert await rcode(server, "new.acme.example") == "NXDOMAIN"


async def test_a_fault_can_be_lifted() -> None:
    async with LoopbackDns(TABLE) as server:
        provider = DnsProvider(server, TABLE)
        assert await rcode(server, "_dmarc.acme.example") == "SERVFAIL"
        assert provider.end_fault("_dmarc.acme.example", "*")
        assert await rcode(server, "_dmarc.acme.example") == "NOERROR"
        assert not provider.end_fault("_dmarc.acme.example", "*")


async def test_a_zone_is_listed_with_what_is_wrong_with_its_server() -> None:
    async with LoopbackDns(TABLE) as server:
        assert DnsProvider(server, TABLE).list_records("ACME.example") == [
            "acme.example  MX  10 mx.acme.example",
            "acme.example  TXT  v=spf1 mx ~all",
            "_dmarc.acme.example  every type  (the name server answers SERVFAIL)",
        ]


DMARC = "v=DMARC1; p=none"


async def test_the_zone_and_the_provider_are_one() -> None:
    async with open_aws_world() as world:
        zone = next(one for one in world.ses.accounts["111122223333"].zones.values() if one.name == "broken.example")
        zone.pending_reads = 0
        assert zone.sets["broken.example.", "MX", ""].values == ("10 mx.broken.example.",)
        zone.take_batch([("CREATE", ZoneSet("_dmarc.broken.example.", "TXT", 300, (f'"{DMARC}"',)))])
        assert world.provider.holds("_dmarc.broken.example", "TXT", DMARC)
        assert world.provider.holds("s1._domainkey.broken.example", "TXT", KEY), "the rest is done"
        written = zone.sets["s1._domainkey.broken.example.", "TXT", ""].values[0]
        assert written == f'"{KEY[:255]}" "{KEY[255:]}"'
        world.provider.publish("broken.example", "TXT", "hello")
        assert zone.sets["broken.example.", "TXT", ""].values == ('"hello"',)
        world.provider.remove("broken.example", "TXT", "hello")
        assert ("broken.example.", "TXT", "") not in zone.sets
