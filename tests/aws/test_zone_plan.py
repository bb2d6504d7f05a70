"""What fixes change in a zone, set by set: what stays is kept byte for byte, what is no plain set is left."""

import pytest

from aws.zone_plan import invert_changes, matches_answer, names_to_read, plan_changes, txt_octets, unescape_name
from model import Fix, Record
from model.zone import HostedZone, LeftOut, RecordSet, SetChange, presentation

ZONE = HostedZone("Z1", "acme.com", ("ns-1.awsdns-01.org",))
CHILD = HostedZone("Z2", "news.acme.com", ("ns-7.awsdns-01.org",))
OLD, NEW = "v=spf1 mx ?all", "v=spf1 mx ~all"


def txt(value: str, name: str = "acme.com") -> Record:
    return Record("TXT", name, value)


def cname(value: str, name: str) -> Record:
    return Record("CNAME", name, value)


def held(name: str, kind: str, *values: str, ttl: int = 77, special: str = "") -> RecordSet:
    return RecordSet(name, kind, ttl, values, special)


def changes(sets: list[RecordSet], *fixes: Fix) -> list[SetChange]:
    found = plan_changes({ZONE: sets}, fixes)
    assert found.left == ()
    return [change for zone in found.zones for change in zone.changes]


def left(sets: list[RecordSet], *fixes: Fix) -> dict[tuple[str, str], str]:
    return {(one.name, one.type): one.why for one in plan_changes({ZONE: sets}, fixes).left}


def test_one_value_is_replaced_and_the_others_stay_byte_for_byte() -> None:
    odd = (r'"a\"b" "\052\344"', '"v=spf1 mx" " ?all"', "unquoted", '"x" ""')
    [change] = changes([held("acme.com", "TXT", *odd)], Fix((txt(NEW),), (txt(OLD),)))
    assert change.before == held("acme.com", "TXT", *odd)
    assert change.after == held("acme.com", "TXT", odd[0], *odd[2:], f'"{NEW}"')
    assert invert_changes([change]) == (SetChange(change.after, change.before),)


def test_a_name_is_written_as_the_zone_writes_it() -> None:
    sets = [held(r"\052.acme.com", "TXT", '"old"')]
    [change] = changes(sets, Fix((txt("new", "*.acme.com"),), (txt("old", "*.acme.com"),)))
    assert change.after == held(r"\052.acme.com", "TXT", '"new"')
    assert unescape_name(r"a\056b.acme.com.") == r"a\056b.acme.com", "a dot within a label ends none"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('say "hi"\\', r'"say \"hi\"\\"'),
        ("Zo\u00eb", r'"Zo\353"'),
        ("\u20ac", r'"\342\202\254"'),
        ("", '""'),
        ("k" * 300, f'"{"k" * 255}" "{"k" * 45}"'),
    ],
)
def test_a_text_in_strings_of_255_with_octal_escapes(text: str, written: str) -> None:
    assert presentation(Record("TXT", "acme.com", text)) == written
    assert txt_octets(written) == (text.encode("latin-1") if text != "\u20ac" else text.encode())


def test_a_text_of_4000_characters() -> None:
    key = "v=DKIM1; p=" + "A" * 3989
    [change] = changes([], Fix((txt(key, "s1._domainkey.acme.com"),)))
    assert change.after is not None
    [value] = change.after.values
    assert txt_octets(value).decode() == key
    assert matches_answer(change.after, [key])


def test_what_is_there_already_changes_nothing() -> None:
    sets = [held("acme.com", "TXT", '"v=spf1 mx" " ~all"'), held("mail.acme.com", "MX", "10 FEEDBACK.amazonses.com.")]
    mx = Record("MX", "mail.acme.com", "feedback.amazonses.com", 10)
    assert changes(sets, Fix((txt(NEW), mx))) == []


def test_the_last_value_goes_with_its_set() -> None:
    sets = [held("acme.com", "TXT", '"old"')]
    assert changes(sets, Fix((), (txt("old"),))) == [SetChange(sets[0], None)]


@pytest.mark.parametrize(
    ("sets", "why"),
    [
        ([held("x.acme.com", "TXT", special="it is an alias of Route 53")], "it is an alias of Route 53"),
        ([held("x.acme.com", "TXT", '"1"', special="one of several")], "one of several"),
        ([held("x.acme.com", "CNAME", "y.acme.com.")], "x.acme.com is a CNAME, and has no other records"),
        ([held("x.acme.com", "NS", "ns.other.example.")], "x.acme.com is delegated to other name servers"),
    ],
)
def test_what_is_left_to_a_person(sets: list[RecordSet], why: str) -> None:
    assert left(sets, Fix((txt("new", "x.acme.com"),))) == {("x.acme.com", "TXT"): why}


def test_a_cname_stands_alone() -> None:
    beside = [held("t._domainkey.acme.com", "TXT", '"one"', '"two"')]
    record = cname("t.dkim.amazonses.com", "t._domainkey.acme.com")
    one = [txt("one", record.name)]
    assert "has TXT records" in left(beside, Fix((record,), tuple(one)))[record.name, "CNAME"]
    both = changes(beside, Fix((record,), (*one, txt("two", record.name))))
    assert {(change.key[1], change.after is None) for change in both} == {("TXT", True), ("CNAME", False)}


def test_a_fix_is_published_whole_or_left() -> None:
    sets = [held("m.acme.com", "MX", "1 x.", special="it is an alias of Route 53")]
    fix = Fix((Record("MX", "m.acme.com", "f.amazonses.com", 10), txt(NEW, "m.acme.com")))
    assert left(sets, fix)["m.acme.com", "TXT"] == "it goes with m.acme.com MX, which is left to you"


def test_of_two_fixes_of_one_record_the_second_waits() -> None:
    found = plan_changes(
        {ZONE: [held("acme.com", "TXT", f'"{OLD}"')]},
        [Fix((txt(NEW),), (txt(OLD),)), Fix((txt("v=spf1 mx -all"),), (txt(OLD),))],
    )
    [zone] = found.zones
    assert [change.after and change.after.values for change in zone.changes] == [(f'"{NEW}"',)]
    assert found.left == (
        LeftOut("acme.com", "TXT", "another fix changes the same record: publish that one, and check again"),
    )


def test_what_was_changed_since_the_report_is_left() -> None:
    sets = [held("acme.com", "TXT", '"v=spf1 a ?all"')]
    assert "not there any more" in left(sets, Fix((txt(NEW),), (txt(OLD),)))["acme.com", "TXT"]


def test_each_record_goes_into_the_longest_zone_that_holds_it() -> None:
    sets = {ZONE: [held("news.acme.com", "NS", "ns-7.awsdns-01.org.")], CHILD: []}
    found = plan_changes(sets, [Fix((txt(NEW), txt(NEW, "news.acme.com"), txt("x", "_dmarc.news.acme.com")))])
    assert [(one.zone.id, [change.key[0] for change in one.changes]) for one in found.zones] == [
        ("Z1", ["acme.com"]),
        ("Z2", ["news.acme.com", "_dmarc.news.acme.com"]),
    ]
    alone = left([held("news.acme.com", "NS", "ns.other.example.")], Fix((txt("x", "_dmarc.news.acme.com"),)))
    assert alone == {("_dmarc.news.acme.com", "TXT"): "news.acme.com is delegated to other name servers"}
    assert left([], Fix((txt("x", "acme.net"),))) == {
        ("acme.net", "TXT"): "no zone here is the one that DNS asks for it"
    }


def test_only_the_needed_names_are_read() -> None:
    names = ("t._domainkey.acme.com", "acme.com", "acme.net")
    assert names_to_read(names, "acme.com") == ("t._domainkey.acme.com", "_domainkey.acme.com", "acme.com")


def test_two_fixes_put_no_cname_beside_other_records() -> None:
    alias, text = Fix((cname("a.example", "s1.acme.com"),)), Fix((txt("x", "s1.acme.com"),))
    assert left([], alias, text) == {
        ("s1.acme.com", "TXT"): "another fix puts other records at this name, and a CNAME stands alone"
    }


def test_a_time_to_live_of_zero_is_kept() -> None:
    [change] = changes([held("acme.com", "TXT", f'"{OLD}"', ttl=0)], Fix((txt(NEW),), (txt(OLD),)))
    assert change.after == held("acme.com", "TXT", f'"{NEW}"', ttl=0)
