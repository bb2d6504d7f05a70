"""Which name servers may be asked: no one can point us at a network of our own."""

import pytest

from checks.addresses import may_be_reached, networks_of
from tests.support.cases import cases


@cases()
def test_only_public_addresses(address: str, may: bool) -> None:
    assert may_be_reached(address, ()) is may


def test_allowed_networks() -> None:
    allowed = networks_of(["127.0.0.0/8", " fd00::/8 "])
    assert may_be_reached("127.0.0.1", allowed)
    assert may_be_reached("::ffff:127.0.0.1", allowed)
    assert may_be_reached("fd00::53", allowed)
    assert not may_be_reached("10.0.0.1", allowed)
    with pytest.raises(ValueError, match="Example: "):
        networks_of(["ten"])
