"""`SES_BOT_DNS_SERVERS` as people write it."""

from pathlib import Path
from unittest.mock import patch

import dns.resolver
import pytest

from checks.resolver import Resolver, parse_servers
from checks.resolver.servers import Server, servers_of


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("127.0.0.1:5353,[::1]:53", ("127.0.0.1:5353", "::1")),
        ("192.0.2.1", ("192.0.2.1",)),
        ("::1", ("::1",)),
        ("[2001:DB8::0:1]", ("2001:db8::1",)),
        ("[2001:db8::1]:5353", ("[2001:db8::1]:5353",)),
        (" 192.0.2.1 , 192.0.2.2:53 ,", ("192.0.2.1", "192.0.2.2")),
        ("192.0.2.1,192.0.2.1:53", ("192.0.2.1",)),
        ("fe80::1%eth0", ("fe80::1%eth0",)),
    ],
)
def test_reads_servers(text: str, servers: tuple[str, ...]) -> None:
    assert parse_servers(text) == servers
    assert parse_servers(",".join(servers)) == servers


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no DNS server"),
        (" , ", "no DNS server"),
        ("dns.example", "“dns.example” is not an IP address"),
        ("192.0.2.1:", "port"),
        ("192.0.2.1:0", "port"),
        ("192.0.2.1:65536", "port"),
        ("192.0.2.1:99999999999999999999", "port"),
        ("192.0.2.1:٣", "port"),
        ("[::1", "not an IP address"),
        ("[::1]53", "not an IP address"),
        ("192.0.2.1,127.0.0.1:5e3", "“127.0.0.1:5e3”"),
        ("a\nb" * 60, "…"),
    ],
)
def test_says_in_one_line_what_is_wrong(text: str, part: str) -> None:
    with pytest.raises(ValueError, match="Example: ") as caught:
        parse_servers(text)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_resolver_takes_strings_and_refuses_bad_ones() -> None:
    Resolver(["127.0.0.1:5353", "::1"])
    for wrong in ([], ["nobody"], ["127.0.0.1", ""]):
        with pytest.raises(ValueError, match="Example: "):
            Resolver(wrong)


@pytest.mark.parametrize(
    ("conf", "servers"),
    [
        ("nameserver 192.0.2.1\nnameserver 2001:db8::1\n", (Server("192.0.2.1"), Server("2001:db8::1"))),
        ("search acme.com\n", (Server("127.0.0.1"),)),  # resolv.conf(5): without a server, the one of this machine
    ],
)
def test_asks_the_system_for_its_own(tmp_path: Path, conf: str, servers: tuple[Server, ...]) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text(conf)
    from_file = dns.resolver.Resolver
    with patch("dns.resolver.Resolver", lambda configure: from_file(str(file), configure)):
        assert servers_of(None) == servers
