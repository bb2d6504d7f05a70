"""What a person reads of a record: which kind of text stands there, where it breaks, and what was not followed."""

from tests.support.cases import cases
from tests.support.dmarc import NONE, judged, zone_of
from tests.support.findings import one


@cases()
def test_the_text_in_place_of_a_record_is_named(text: str, words: str) -> None:
    assert words in one(judged(zone_of({"acme.com": text})), "not-dmarc").summary


def test_a_record_that_breaks_is_quoted_whole_without_a_sign_that_it_was_cut() -> None:
    finding = one(judged(zone_of({"acme.com": "v=DMARC1; p=maybe; rua=mailto:dmarc@acme.com"})), "invalid-tag")
    marked = next(line for line in finding.evidence if "➞" in line)
    assert "➞maybe" in marked
    assert "…" not in marked


def test_five_hosts_for_reports_are_followed_and_a_sixth_is_said_not_to_be() -> None:
    hosts = [f"v{number}.example" for number in range(6)]
    records = {f"acme.com._report.{host}": "v=DMARC1" for host in hosts}
    for count, reported in ((5, True), (6, False)):
        rua = ",".join(f"mailto:dmarc@{host}" for host in hosts[:count])
        zone = {
            **zone_of({"acme.com": NONE.partition("rua=")[0] + f"rua={rua}"}, ["acme.com", *hosts]),
            **{name.replace("._report.", "._report._dmarc."): {"TXT": [text]} for name, text in records.items()},
        }
        codes = {finding.code for finding in judged(zone)}
        assert ("dmarc.rua-not-told" not in codes) is reported
