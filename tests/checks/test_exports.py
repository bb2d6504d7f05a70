"""Records as code: each tool reads what was meant, whatever a value holds, and a person reads the rest in words."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks.exports import FORMATS, export_records
from model import Checked, Record, Seen
from model.zone import octets_of
from tests.support.reports import checked, found
from tests.support.zone_tools import READERS, ZoneRecords

ZONE = "acme.com"
SPF = Record("TXT", ZONE, "v=spf1 include:_spf.acme.net ~all")
OLD_SPF = Record("TXT", ZONE, "v=spf1 ip4:192.0.2.1 ~all")
OTHER = "google-site-verification=abc"
DKIM = Record("CNAME", f"hx4tn2vq7d._domainkey.{ZONE}", "hx4tn2vq7d.dkim.amazonses.com")
MAIL_FROM = Record("MX", f"bounce.{ZONE}", "feedback-smtp.us-east-1.amazonses.com", 10)
LONG = Record("TXT", f"s1._domainkey.{ZONE}", "v=DKIM1; k=rsa; p=" + "A" * 4_000)
HOSTILE = (
    *('"', '" "', '"; }', "\\", "\\\\", '\\"', "\\;", ";", "a;b", "*/", "/*", "//", "#", "%", "%{if true}", "${path}"),
    *("$${x}", "%%{x}", "$", "\n", "\r\n", "\x00", "\x7f", "\x85", "é", "\u2028", "<script>", "'", "`", "\\042"),
    "\\N{0}",
    *('" \n@ IN A 192.0.2.1', '"])\nresource "x" "y" {', "', '", "{0}", "!include x", "\t", " ", "  x  ", "- a", "☃"),
)
EVERY = list(FORMATS)

octet_texts = st.text(st.characters(max_codepoint=255), min_size=1, max_size=600)
values = st.one_of(octet_texts, st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=8).map("".join))


def octets_of_record(record: Record) -> tuple[str, str, bytes]:
    before = f"{record.priority} ".encode() if record.type == "MX" else b""
    text = octets_of(record.value) if record.type == "TXT" else record.value.encode()
    return record.name, record.type, before + text


def read_back(report: Checked, form: str) -> ZoneRecords:
    text = export_records(report, form).text
    assert text.isascii()
    return READERS[form](text, ZONE) if re.search(r"^[^#;/]", text, re.MULTILINE) else set()


def report_with(*records: Record, remove: tuple[Record, ...] = (), seen: tuple[Seen, ...] = ()) -> Checked:
    return checked(found("spf.missing", records=records, remove=remove), seen=seen)


def seen_empty(*records: Record) -> tuple[Seen, ...]:
    """DNS shows nothing at these names."""
    return tuple(Seen("spf", record.name, record.type, ("no data",)) for record in records)


@pytest.mark.parametrize("form", EVERY)
def test_each_tool_reads_the_records_that_were_meant(form: str) -> None:
    records = (SPF, DKIM, MAIL_FROM, LONG)
    report = report_with(*records, seen=seen_empty(*records))
    assert read_back(report, form) == {octets_of_record(record) for record in records}
    assert export_records(report, form).notes == ()


@pytest.mark.parametrize("form", EVERY)
@given(texts=st.lists(values, min_size=1, max_size=4, unique_by=octets_of))
@example(texts=list(HOSTILE))
@example(texts=["x" * 255, "y" * 256, "z" * 510, '"' * 300, "\\" * 600, "é" * 300])
def test_no_value_breaks_out_of_its_string(form: str, texts: list[str]) -> None:
    records = [Record("TXT", f"n{number}.{ZONE}", text) for number, text in enumerate(texts)]
    report = report_with(*records, seen=seen_empty(*records))
    records_read = read_back(report, form)
    expected = {octets_of_record(record) for record in records}
    assert records_read <= expected
    words = export_records(report, form).text + "\n".join(export_records(report, form).notes)
    for record in {record for record in records if octets_of_record(record) not in records_read}:
        assert f"Publish by hand, because the tool cannot hold this value: {record.name} TXT" in words
    if form not in ("octodns", "dnscontrol"):
        assert records_read == expected


@pytest.mark.parametrize("form", ["terraform", "octodns", "route53"])
@given(other=values.filter(lambda text: not re.match(r"CNAME |unanswered by |no data$|no such name$|\Z", text)))
def test_a_tool_that_replaces_sets_keeps_the_other_values(form: str, other: str) -> None:
    report = report_with(SPF, remove=(OLD_SPF,), seen=(Seen("spf", ZONE, "TXT", (other, OLD_SPF.value)),))
    other_record = Record("TXT", ZONE, other)
    exported = export_records(report, form)
    if octets_of_record(other_record) in read_back(report, form):
        assert read_back(report, form) == {octets_of_record(SPF), octets_of_record(other_record)}
    else:
        assert form == "octodns"
        assert f"Add by hand what is there already, or it is replaced: {ZONE} TXT" in exported.text


@pytest.mark.parametrize("form", EVERY)
@given(text=values)
def test_what_to_delete_is_said_and_never_code(form: str, text: str) -> None:
    old = Record("TXT", ZONE, text)
    exported = export_records(report_with(SPF, remove=(old,), seen=(Seen("spf", ZONE, "TXT", (text,)),)), form)
    lines = [*exported.text.splitlines(), *exported.notes]
    assert [line for line in lines if re.search(rf"(Delete|Left out, which deletes it): {ZONE} TXT ", line)]
    assert octets_of_record(old) not in READERS[form](exported.text, ZONE)


@pytest.mark.parametrize("form", ["bind", "cloudflare", "dnscontrol"])
def test_a_tool_of_single_records_gets_the_new_ones_alone(form: str) -> None:
    report = report_with(SPF, remove=(OLD_SPF,), seen=(Seen("spf", ZONE, "TXT", (OTHER, OLD_SPF.value)),))
    assert read_back(report, form) == {octets_of_record(SPF)}


def test_route_53_creates_where_nothing_is_and_replaces_what_was_seen() -> None:
    seen = (Seen("spf", ZONE, "TXT", (OTHER, OLD_SPF.value)), *seen_empty(DKIM))
    text = export_records(report_with(SPF, DKIM, remove=(OLD_SPF,), seen=seen), "route53").text
    assert re.findall(r'"Action": "(\w+)"', text) == ["UPSERT", "CREATE"]


def test_what_dns_did_not_answer_is_said() -> None:
    report = report_with(SPF, seen=(Seen("spf", ZONE, "TXT", ("unanswered by 192.0.2.53: SERVFAIL",)),))
    assert (
        "DNS did not answer what acme.com TXT holds now. Add what is there first."
        in export_records(report, "terraform").text
    )
    assert "did not answer" not in export_records(report, "bind").text


def test_a_set_that_exists_is_imported_into_terraform_first() -> None:
    report = report_with(SPF, remove=(OLD_SPF,), seen=(Seen("spf", ZONE, "TXT", (OLD_SPF.value,)),))
    assert (
        "terraform import aws_route53_record.txt_acme_com ZONE_ID_acme.com_TXT"
        in export_records(report, "terraform").text
    )


@pytest.mark.parametrize("form", EVERY)
@pytest.mark.parametrize(
    "record",
    [
        Record("TXT", "acme.com._report._dmarc.vendor.example", "v=DMARC1"),
        Record("CNAME", f'x"\n.{ZONE}', "a.example"),
        Record("CNAME", f"x.{ZONE}", 'a.example"\n}'),
        Record("MX", f"x.{ZONE}", "a b.example", 10),
        Record("A", ZONE, "192.0.2.1"),
    ],
)
def test_what_cannot_be_written_is_left_to_the_person_in_words(form: str, record: Record) -> None:
    exported = export_records(report_with(SPF, record, seen=seen_empty(SPF)), form)
    assert READERS[form](exported.text, ZONE) == {octets_of_record(SPF)}
    assert any("Publish by hand, because " in line for line in (*exported.text.splitlines(), *exported.notes))


@pytest.mark.parametrize("form", EVERY)
def test_of_two_edits_of_one_record_the_first_is_written(form: str) -> None:
    other = Record("TXT", ZONE, "v=spf1 -all")
    first, second = (found("spf.syntax", records=(record,), remove=(OLD_SPF,)) for record in (SPF, other))
    report = checked(first, second, seen=(Seen("spf", ZONE, "TXT", (OLD_SPF.value,)),))
    assert read_back(report, form) == {octets_of_record(SPF)}
    exported = export_records(report, form)
    assert "A second fix changes the same record" in exported.text + "".join(exported.notes)


@pytest.mark.parametrize("form", ["terraform", "cloudflare"])
def test_several_domains_can_be_in_one_file(form: str) -> None:
    domains = (ZONE, f"news.{ZONE}", "acme.net")
    texts = []
    for name in domains:
        record = Record("TXT", f"_dmarc.{name}", "v=DMARC1; p=none")
        report = checked(found("dmarc.missing", records=(record,)), domain=name, seen=seen_empty(record))
        texts.append(export_records(report, form).text)
    named = re.findall(r"^(?:data|variable|resource) .*(?= \{)", "".join(texts), re.MULTILINE)
    assert len(named) == len(set(named)) == 2 * len(domains)


@pytest.mark.parametrize("form", EVERY)
def test_nothing_to_publish_is_no_text(form: str) -> None:
    assert export_records(checked(found("mx.null", step="Wait.")), form).text == ""


def test_a_zone_from_outside_is_believed_only_where_it_holds_the_domain() -> None:
    report = checked(found("spf.missing", records=(SPF,)), zone='x.example"\n}')
    assert 'name = "acme.com"' in export_records(report, "terraform").text
