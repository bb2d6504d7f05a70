"""What a message says about a question, case by case: RFC 1034 section 4.3.2, RFC 2308 section 2, RFC 8914."""

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from checks.resolver.messages import Cname, DnsMessage, Negative, Referral, RRset, Unusable, question_of, read_response
from tests.support.cases import cases

SOA = "acme.com. 50 IN SOA ns.acme.com. h.acme.com. 1 3600 600 86400 20"
LAME = "lame: an empty answer, neither authoritative nor recursive"


def build_message(
    answer: tuple[str, ...] = (), authority: tuple[str, ...] = (), rcode: str = "NOERROR", flags: int = 0
) -> DnsMessage:
    """A message as it would come over the wire."""
    question = question_of("www.acme.com", "A")
    assert question is not None
    return DnsMessage(build_response(answer, authority, rcode, flags).to_wire(), question)


def build_response(
    answer: tuple[str, ...] = (), authority: tuple[str, ...] = (), rcode: str = "NOERROR", flags: int = 0
) -> dns.message.Message:
    made = dns.message.make_response(dns.message.make_query("www.acme.com", "A"))
    made.flags |= flags
    made.set_rcode(dns.rcode.from_text(rcode))
    for section, records in ((made.answer, answer), (made.authority, authority)):
        for record in records:
            name, ttl, kls, kind, data = record.split(" ", 4)
            section.append(dns.rrset.from_text(name, int(ttl), kls, kind, data))
    return made


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (build_message(("WWW.acme.com. 9 IN A 192.0.2.1",)), RRset(("192.0.2.1",), 9, ())),
        (  # a chain, in whatever order it stands
            build_message(("B.org. 7 IN A 192.0.2.1", "a.net. 5 IN CNAME B.org.", "www.acme.com. 9 IN CNAME a.net.")),
            RRset(("192.0.2.1",), 5, ("a.net", "B.org")),
        ),
        (build_message(("www.acme.com. 9 IN CNAME a.net.",)), Cname(9, ("a.net",))),
        # what does not belong to the question is not read
        (build_message(("other.com. 9 IN A 192.0.2.1",), (SOA,)), Negative(True, "acme.com", 20, ())),
        (build_message(("www.acme.com. 9 IN CNAME a.net.", "c.net. 9 IN A 192.0.2.1")), Cname(9, ("a.net",))),
        # RFC 2308 section 2.1: no such name, with and without an SOA
        (build_message((), (SOA,), "NXDOMAIN"), Negative(False, "acme.com", 20, ())),
        (build_message((), (), "NXDOMAIN"), Negative(False, None, 0, ())),
        (build_message((), ("acme.com. 9 IN NS ns.acme.com.",), "NXDOMAIN"), Negative(False, None, 0, ())),
        # RFC 2308 section 2.2: no data, types 1 to 3
        (build_message((), (SOA, "acme.com. 9 IN NS ns.acme.com.")), Negative(True, "acme.com", 20, ())),
        (build_message((), (SOA,)), Negative(True, "acme.com", 20, ())),
        (build_message(), Negative(True, None, 0, ())),
        # a referral, and one that leads elsewhere
        (build_message((), ("acme.com. 9 IN NS Ns.acme.com.",)), Referral("acme.com", ("Ns.acme.com",))),
        (build_message((), (". 9 IN NS a.root-servers.net.",)), Referral(".", ("a.root-servers.net",))),
        (build_message((), ("org. 9 IN NS a.org.",)), Unusable("lame: it names the servers of another zone")),
        # the absence of an alias's target is for the target's zone to tell (RFC 6604 section 3)
        (build_message(("www.acme.com. 9 IN CNAME acme.com.",), (SOA,)), Negative(True, "acme.com", 9, ("acme.com",))),
        (build_message(("www.acme.com. 9 IN CNAME x.org.",), (SOA,), "NXDOMAIN"), Cname(9, ("x.org",))),
        (build_message(("www.acme.com. 9 IN CNAME x.org.",), (SOA,)), Cname(9, ("x.org",))),
        # an SOA of another zone speaks for nothing, but it is no lame server's
        (build_message((), (SOA.replace("acme.com. 50", "org. 50"),)), Negative(True, None, 0, ())),
        (build_message((), (SOA.replace("acme.com. 50", "cme.com. 50"),)), Negative(True, None, 0, ())),
        (build_message(("www.acme.com. 9 IN CNAME www.acme.com.",)), Cname(9, ("www.acme.com",))),
        (build_message((), (), "SERVFAIL"), Unusable("SERVFAIL")),
        (build_message(("www.acme.com. 9 IN A 192.0.2.1",), (), "REFUSED"), Unusable("REFUSED")),
    ],
)  # fmt: skip
def test_reads(message: DnsMessage, expected: object) -> None:
    question = question_of("www.acme.com", "A")
    assert question is not None
    assert read_response(message, question) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (build_message(), Unusable(LAME)),
        (build_message(flags=dns.flags.AA), Negative(True, None, 0, ())),
        (build_message(flags=dns.flags.RA), Negative(True, None, 0, ())),
        (build_message((), (SOA,)), Negative(True, "acme.com", 20, ())),
        (build_message(("www.acme.com. 9 IN A 192.0.2.1",)), RRset(("192.0.2.1",), 9, ())),
        (build_message((), (), "NXDOMAIN"), Negative(False, None, 0, ())),
    ],
)
def test_reads_a_server_that_sets_flags_otherwise(message: DnsMessage, expected: object) -> None:
    question = question_of("www.acme.com", "A")
    assert question is not None
    assert read_response(message, question, sets_flags=True) == expected


@cases()
def test_tells_extended_errors_but_not_their_text(code: int, why: str) -> None:
    failed = build_response((), (), "SERVFAIL")
    octets = code.to_bytes(2, "big") + b"<!channel>"
    failed.use_edns(0, options=[dns.edns.GenericOption(dns.edns.OptionType.EDE, octets)])
    question = question_of("www.acme.com", "A")
    assert question is not None
    assert read_response(DnsMessage(failed.to_wire(), question), question) == Unusable(why)
