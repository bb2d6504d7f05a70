"""Which name servers may be asked: nobody can point us at a network of our own."""

import pytest

from checks.addresses import may_be_reached, networks_of


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("205.251.192.1", True),
        ("2600:9000:5300::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("0.0.0.0", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("ns.acme.com", False),
    ],
)
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
