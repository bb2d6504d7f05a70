"""What the resolver makes of a working server, over real sockets: the four answers, whole and in one form."""

import pytest

from checks.answers import Answer, Dns, NoData, NoName, Records, Unanswered
from fakes.dns import DnsFault, LoopbackDns
from fakes.dns_names import Table
from tests.support.dns import open_resolver

TABLE: Table = {
    "acme.com": {
        "TXT": ["v=spf1 include:_spf.acme.com ~all", ("one", "", "two"), '\xe9\x00\xff"\\;'],
        "MX": ["10 Mx.Acme.com", "0 ."],
        "A": ["192.0.2.1"],
        "AAAA": ["2001:DB8:0:0::1", "::ffff:192.0.2.1"],
        "NS": ["ns.acme.com"],
        "SOA": ["ns.acme.com host.acme.com 7 3600 600 86400 60"],
        "CAA": ['0 issue "letsencrypt.org"'],
        "SRV": ["1 2 3 sip.acme.com"],
    },
    "a.b.acme.com": {"A": ["192.0.2.2"]},
    "*.wild.acme.com": {"TXT": ["wild"]},
    "alias.acme.com": {"CNAME": ["Second.Acme.com"]},
    "second.acme.com": {"CNAME": ["there.other.org"]},
    "there.other.org": {"TXT": ["there"]},
    "dangling.acme.com": {"CNAME": ["gone.other.org"]},
    "old.acme.com": {"DNAME": ["acme.com"]},
    r"odd\.label\032\200.acme.com": {"A": ["192.0.2.3"]},
    "to-odd.acme.com": {"CNAME": [r"odd\.label\032\200.acme.com"]},
    "to-root.acme.com": {"CNAME": ["."]},
}


def strip_server(answer: Answer) -> tuple[object, ...]:
    match answer:
        case Records():
            return (Records, answer.values, answer.aliases)
        case NoData() | NoName():
            return (type(answer), answer.zone, answer.aliases)
        case Unanswered():
            return (Unanswered, answer.why)


CASES = [
    ("acme.com", "TXT", (Records, ("v=spf1 include:_spf.acme.com ~all", "onetwo", '\xe9\x00\xff"\\;'), ())),
    ("ACME.com.", "mx", (Records, ("10 Mx.acme.com", "0 ."), ())),
    ("acme.com", "A", (Records, ("192.0.2.1",), ())),
    ("acme.com", "AAAA", (Records, ("2001:db8::1", "::ffff:192.0.2.1"), ())),
    ("acme.com", "NS", (Records, ("ns.acme.com",), ())),
    ("acme.com", "SOA", (Records, ("ns.acme.com host.acme.com 7 3600 600 86400 60",), ())),
    ("acme.com", "CAA", (Records, ('0 issue "letsencrypt.org"',), ())),
    ("acme.com", "SRV", (Records, ("1 2 3 sip.acme.com",), ())),
    ("acme.com", "PTR", (NoData, "acme.com", ())),
    ("b.acme.com", "A", (NoData, "acme.com", ())),
    ("no.acme.com", "A", (NoName, "acme.com", ())),
    ("missing.net", "A", (NoName, ".", ())),
    ("x.y.wild.acme.com", "TXT", (Records, ("wild",), ())),
    ("alias.acme.com", "TXT", (Records, ("there",), ("Second.acme.com", "there.other.org"))),
    ("alias.acme.com", "CNAME", (Records, ("Second.acme.com",), ())),
    ("alias.acme.com", "A", (NoData, "other.org", ("Second.acme.com", "there.other.org"))),
    ("dangling.acme.com", "A", (NoName, "other.org", ("gone.other.org",))),
    ("a.b.old.acme.com", "A", (Records, ("192.0.2.2",), ("a.b.acme.com",))),
    (r"odd\.label\032\200.acme.com", "A", (Records, ("192.0.2.3",), ())),
    ("to-odd.acme.com", "A", (Records, ("192.0.2.3",), (r"odd\.label\032\200.acme.com",))),
    ("x" * 64 + ".acme.com", "A", (NoName, None, ())),
    ("a..acme.com", "A", (NoName, None, ())),
]


async def test_the_four_answers() -> None:
    server = LoopbackDns(TABLE)
    async with open_resolver(server, try_timeout=1) as dns:
        assert isinstance(dns, Dns)
        for name, kind, expected in CASES:
            answer = await dns.ask(name, kind)
            assert strip_server(answer) == expected, (name, kind)
            assert (answer.type, answer.name) == (kind.upper(), name.lower().removesuffix("."))
            is_asked = not name.startswith(("x" * 64, "a.."))
            assert is_asked is (getattr(answer, "server", "") == server.address)


async def test_aliases_are_followed_by_ourselves_where_the_server_stops() -> None:
    server = LoopbackDns(TABLE)
    server.fault("*", "*", DnsFault.ONE_LINK)
    async with open_resolver(server, try_timeout=1) as dns:
        for name, kind, expected in CASES:
            assert strip_server(await dns.ask(name, kind)) == expected, (name, kind)
        root = await dns.ask("to-root.acme.com", "A")
        assert strip_server(root) == (NoName, None, (".",))


@pytest.mark.parametrize("links", [16, 17, 40])
async def test_sixteen_aliases_are_enough(links: int) -> None:
    table: Table = {f"l{i}.acme.com": {"CNAME": [f"l{i + 1}.acme.com"]} for i in range(links)}
    server = LoopbackDns({**table, f"l{links}.acme.com": {"A": ["192.0.2.1"]}})
    server.fault("*", "*", DnsFault.ONE_LINK)
    async with open_resolver(server, try_timeout=1) as dns:
        answer = await dns.ask("l0.acme.com", "A")
    if links <= 16:
        assert isinstance(answer, Records)
        assert len(answer.aliases) == links
    else:
        assert answer == Unanswered("l0.acme.com", "A", server.address, "CNAME loop")
        assert server.count() <= 17


@pytest.mark.parametrize("length", [1, 2, 5])
async def test_alias_loops_end_and_are_called_so(length: int) -> None:
    table: Table = {f"l{i}.acme.com": {"CNAME": [f"L{(i + 1) % length}.acme.com"]} for i in range(length)}
    server = LoopbackDns(table, ttl=0)
    server.fault("*", "*", DnsFault.ONE_LINK)
    async with open_resolver(server, try_timeout=1) as dns:
        assert await dns.ask("l0.acme.com", "A") == Unanswered("l0.acme.com", "A", server.address, "CNAME loop")
        assert server.count() == length
        assert isinstance(await dns.ask("l0.acme.com", "CNAME"), Records)


async def test_a_broken_end_of_aliases_is_named() -> None:
    server = LoopbackDns(TABLE)
    server.fault("alias.acme.com", "*", DnsFault.ONE_LINK)
    server.fault("second.acme.com", "*", DnsFault.REFUSED)
    async with open_resolver(server) as dns:
        answer = await dns.ask("alias.acme.com", "TXT")
    assert answer == Unanswered("alias.acme.com", "TXT", server.address, "REFUSED (at the alias second.acme.com)")


@pytest.mark.parametrize("values", [["x" * 2000], [f"{i:03} " + "y" * 60 for i in range(700)], ["z" * 60_000]])
async def test_what_udp_cannot_carry_comes_whole_by_tcp(values: list[str]) -> None:
    server = LoopbackDns({"acme.com": {"TXT": values}})
    async with open_resolver(server, try_timeout=2) as dns:
        answer = await dns.ask("acme.com", "TXT")
    assert isinstance(answer, Records)
    assert answer.values == tuple(values)
    assert [question.over for question in server.asked] == ["udp", "tcp"]


async def test_1232_octets_are_asked_for_and_come_by_udp() -> None:
    server = LoopbackDns({"acme.com": {"TXT": ["x" * 1000]}})
    async with open_resolver(server, try_timeout=1) as dns:
        assert isinstance(await dns.ask("acme.com", "TXT"), Records)
    assert [(question.over, question.edns, question.rd, question.cd) for question in server.asked] == [
        ("udp", 1232, True, False)
    ]


async def test_a_server_without_edns_is_asked_without_from_then_on() -> None:
    """RFC 6891 section 6.2.2."""
    server = LoopbackDns({"acme.com": {"TXT": ["x" * 1000], "A": ["192.0.2.1"]}})
    server.fault("*", "*", DnsFault.FORMERR)
    async with open_resolver(server, try_timeout=1) as dns:
        assert isinstance(await dns.ask("acme.com", "TXT"), Records)
        assert isinstance(await dns.ask("acme.com", "A"), Records)
    assert [(question.over, question.edns) for question in server.asked] == [
        ("udp", 1232), ("udp", None), ("tcp", None), ("udp", None)
    ]  # fmt: skip


async def test_ipv6_servers() -> None:
    server = LoopbackDns({"acme.com": {"TXT": ["x" * 2000]}}, host="::1")
    try:
        async with open_resolver(server, try_timeout=1) as dns:
            answer = await dns.ask("acme.com", "TXT")
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert isinstance(answer, Records)
    assert answer.server == f"[::1]:{server.port}"
