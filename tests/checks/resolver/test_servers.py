"""`SES_BOT_DNS_SERVERS` as people write it."""

from pathlib import Path
from unittest.mock import patch

import dns.resolver
import pytest

from checks.resolver import Resolver, parse_servers
from checks.resolver.servers import Server, select_servers
from tests.support.cases import cases


@cases()
def test_reads_servers(text: str, servers: tuple[str, ...]) -> None:
    assert parse_servers(text) == servers
    assert parse_servers(",".join(servers)) == servers


@cases()
def test_says_in_one_line_what_is_wrong(text: str, part: str) -> None:
    with pytest.raises(ValueError, match="Example: ") as caught:
        parse_servers(text)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_resolver_takes_strings_and_refuses_bad_ones() -> None:
    Resolver(["127.0.0.1:5353", "::1"])
    for wrong in ([], ["localhost"], ["127.0.0.1", ""]):
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
        assert select_servers(None) == servers
