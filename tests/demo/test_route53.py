"""The demo's Route 53 and its DNS provider hold the same records, whichever of them is changed."""

from demo.world import aws_world
from demo.zones import KEY
from fakes.ses import ZoneSet

DMARC = "v=DMARC1; p=none"


async def test_the_zone_and_the_provider_are_one() -> None:
    async with aws_world() as world:
        zone = next(one for one in world.ses.accounts["111122223333"].zones.values() if one.name == "broken.example")
        zone.held = 0
        assert zone.sets["broken.example.", "MX", ""].values == ("10 mx.broken.example.",)
        zone.take([("CREATE", ZoneSet("_dmarc.broken.example.", "TXT", 300, (f'"{DMARC}"',)))])
        assert world.provider.holds("_dmarc.broken.example", "TXT", DMARC)
        assert world.provider.holds("s1._domainkey.broken.example", "TXT", KEY), "the rest is done"
        written = zone.sets["s1._domainkey.broken.example.", "TXT", ""].values[0]
        assert written == f'"{KEY[:255]}" "{KEY[255:]}"'
        world.provider.publish("broken.example", "TXT", "hello")
        assert zone.sets["broken.example.", "TXT", ""].values == ('"hello"',)
        world.provider.remove("broken.example", "TXT", "hello")
        assert ("broken.example.", "TXT", "") not in zone.sets
