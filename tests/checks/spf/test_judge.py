"""Every spf code: what brings it about, what it says, and that publishing its fix makes it go away."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.resolver.table import Table, TableResolver
from checks.spf import check_host, parse, select
from checks.told import Told
from model import Finding, Outcome
from tests.support.codes import CODES
from tests.support.spf_lint import codes, lint, told
from tests.support.spf_world import Types, Zone
from tests.support.spf_zones import HOSTS, calm_zones, sound_zones, zones
from tests.support.virtual import run
from tests.support.zones import applied, broken

WORLD: Zone = {
    "acme.com": {"MX": ["10 mx.acme.com"], "A": ["192.0.2.1"]},
    "mx.acme.com": {"A": ["192.0.2.2"]},
    "good.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3 -all"]},
    "open.example.net": {"TXT": ["v=spf1 +all"]},
    "none.example.net": {"A": ["192.0.2.4"]},
    "two.example.net": {"TXT": ["v=spf1 -all", "v=spf1 ~all"]},
    "bad.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3 foo -all"]},
    "leads-to-none.example.net": {"TXT": ["v=spf1 include:none.example.net -all"]},
    "partly-broken.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3 include:none.example.net -all"]},
    "void.example.net": {"TXT": ["v=spf1 a:gone1.example.net ip4:192.0.2.3 -all"]},
    "neutral.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3 ?all"]},
    "bare.example.net": {"TXT": ["v=spf1 ip4:192.0.2.3"]},
    "five.example.net": {"TXT": ["v=spf1 a:h1.x.net a:h2.x.net a:h3.x.net a:h4.x.net a:h5.x.net -all"]},
    "group.example.net": {"TXT": ["v=spf1 include:good.example.net ip4:192.0.2.9 -all"]},
    "many.example.net": {"MX": [f"{n} mx.acme.com" for n in range(11)]},
    "_spf.acme.com": {"TXT": ["v=spf1 ip4:192.0.2.5 a:gone1.example.net ?all"]},
    "_typo.acme.com": {"TXT": ["v=spf1 ipv4:192.0.2.5 -all"]},
    "_open.acme.com": {"TXT": ["v=spf1 ip4:0.0.0.0/0 -all"]},
    "_ptr.acme.com": {"TXT": ["v=spf1 ptr ip4:192.0.2.6 -all"]},
    **{f"h{n}.x.net": {"A": [f"198.51.100.{n}"]} for n in range(12)},
}
GOOD = "include:good.example.net"
A9 = " ".join(f"a:h{n}.x.net" for n in range(9))
A11 = " ".join(f"a:h{n}.x.net" for n in range(11))
VOID3 = "a:gone1.example.net mx:gone2.example.net exists:gone3.example.net"


def zone_with(*records: str, **more: Types) -> dict[str, Types]:
    """The world with these TXT records at acme.com."""
    here = {**WORLD["acme.com"], "TXT": list(records)} if records else WORLD["acme.com"]
    return {**WORLD, "acme.com": here, **{name.replace("__", "."): types for name, types in more.items()}}


@dataclass(frozen=True, slots=True)
class Lint:
    """`mended` None: the fix is words alone. `at`: where the amended record stands."""

    code: str
    outcome: str
    record: str
    mended: str | None
    at: str = "acme.com"
    also: tuple[str, ...] = field(default=())
    """Other codes beside it."""

    def __str__(self) -> str:
        return f"{self.code}: {self.record[:60]}"


LINTS = (
    Lint("syntax", "fail", "v=spf1 ipv4:192.0.2.1 mx -all", "v=spf1 ip4:192.0.2.1 mx -all"),
    Lint("syntax", "fail", "v=spf1 mx foo.example -all", None),
    Lint("syntax", "fail", "v=spf1 MX ipv4:192.0.2.1 foo.example -all", None),
    Lint("syntax", "fail", "v=spf1 mx -all a ip:", None, also=("after-all",)),
    Lint("unknown-modifier", "warn", f"v=spf1 {GOOD} include=good.example.net -all", f"v=spf1 {GOOD} {GOOD} -all"),
    Lint("unknown-modifier", "warn", "v=spf1 mx include=good.example.net -all", f"v=spf1 mx {GOOD} -all"),
    Lint("unknown-modifier", "warn", "v=spf1 mx include=none.example.net -all", "v=spf1 mx -all"),
    Lint("unknown-modifier", "warn", "v=spf1 mx foo=bar -all", "v=spf1 mx -all"),
    Lint("unknown-modifier", "warn", "v=spf1 v=spf1 mx -all", "v=spf1 mx -all"),
    Lint("too-many-lookups", "fail", f"v=spf1 {A11} -all", None),
    Lint("too-many-lookups", "fail", f"v=spf1 {A9} a:h1.x.net mx:acme.com mx -all", f"v=spf1 {A9} mx:acme.com -all"),
    Lint(
        "too-many-lookups",
        "fail",
        "v=spf1 include:five.example.net include:five.example.net -all",
        "v=spf1 include:five.example.net -all",
    ),
    Lint("too-many-lookups", "fail", f"v=spf1 {A9} include:group.example.net {GOOD} -all", None),
    Lint("too-many-lookups", "fail", "v=spf1 mx include:acme.com -all", "v=spf1 mx -all"),
    Lint("too-many-lookups", "fail", "v=spf1 redirect=acme.com", "v=spf1 ~all"),
    Lint("lookups-near-limit", "warn", f"v=spf1 {A9} -all", None),
    Lint("lookups-near-limit", "warn", f"v=spf1 {A9} mx -all", None),
    Lint(
        "lookups-near-limit",
        "warn",
        f"v=spf1 include:five.example.net include:group.example.net {GOOD} -all",
        "v=spf1 include:five.example.net include:group.example.net -all",
    ),
    Lint("too-many-voids", "fail", f"v=spf1 mx {VOID3} -all", "v=spf1 mx -all"),
    Lint(
        "too-many-voids",
        "fail",
        "v=spf1 a:gone2.example.net a:gone3.example.net include:void.example.net -all",
        "v=spf1 include:void.example.net -all",
    ),
    Lint("void", "warn", "v=spf1 mx a:gone1.example.net -all", "v=spf1 mx -all"),
    Lint("void", "warn", "v=spf1 mx include:void.example.net -all", None),
    Lint("void", "warn", "v=spf1 mx include:_spf.acme.com -all", "v=spf1 ip4:192.0.2.5 ?all", at="_spf.acme.com"),
    Lint("include-none", "fail", "v=spf1 mx include:none.example.net -all", "v=spf1 mx -all"),
    Lint("include-none", "fail", "v=spf1 mx include:gone.example.net -all", "v=spf1 mx -all"),
    Lint("include-none", "fail", "v=spf1 mx include:two.example.net -all", "v=spf1 mx -all"),
    Lint("include-none", "fail", "v=spf1 mx include:bad.example.net -all", "v=spf1 mx -all"),
    Lint("include-none", "fail", "v=spf1 mx include:leads-to-none.example.net -all", "v=spf1 mx -all"),
    Lint("include-none", "fail", "v=spf1 mx include:partly-broken.example.net -all", None),
    Lint("include-none", "fail", "v=spf1 mx redirect=none.example.net", "v=spf1 mx ~all"),
    Lint("include-none", "fail", "v=spf1 redirect=none.example.net", "v=spf1 ~all"),
    Lint("include-none", "fail", "v=spf1 include:none.example.net -all", "v=spf1 ~all"),
    Lint("include-none", "fail", f"v=spf1 {GOOD},{GOOD} -all", f"v=spf1 {GOOD} {GOOD} -all"),
    Lint(
        "include-none",
        "fail",
        "v=spf1 mx include:_typo.acme.com -all",
        "v=spf1 ip4:192.0.2.5 -all",
        at="_typo.acme.com",
    ),
    Lint("mx-over-10", "fail", "v=spf1 mx:many.example.net -all", None),
    Lint("plus-all", "fail", "v=spf1 mx +all", "v=spf1 mx ~all"),
    Lint("plus-all", "fail", "v=spf1 mx all", "v=spf1 mx ~all"),
    Lint("plus-all", "fail", "v=spf1 mx ip4:0.0.0.0/0 -all", "v=spf1 mx ~all"),
    Lint("plus-all", "fail", "v=spf1 mx ip6:::/0 -all", "v=spf1 mx ~all"),
    Lint("plus-all", "fail", "v=spf1 a/0//0 -all", "v=spf1 a ~all"),
    Lint("plus-all", "fail", "v=spf1 +all a mx", "v=spf1 a mx ~all", also=("after-all",)),
    Lint("plus-all", "fail", "v=spf1 mx include:open.example.net -all", None),
    Lint("plus-all", "fail", "v=spf1 redirect=open.example.net", None),
    Lint("plus-all", "fail", "v=spf1 mx include:_open.acme.com -all", "v=spf1 ~all", at="_open.acme.com"),
    Lint("neutral-all", "warn", "v=spf1 mx ?all", "v=spf1 mx ~all"),
    Lint("neutral-all", "warn", "v=spf1 redirect=neutral.example.net", "v=spf1 include:neutral.example.net ~all"),
    Lint(
        "neutral-all",
        "warn",
        "v=spf1 redirect=_spf.acme.com",
        "v=spf1 ip4:192.0.2.5 a:gone1.example.net ~all",
        at="_spf.acme.com",
        also=("void",),
    ),
    Lint("no-all", "warn", "v=spf1 mx", "v=spf1 mx ~all"),
    Lint("no-all", "warn", "v=spf1", "v=spf1 ~all"),
    Lint("no-all", "warn", "v=spf1 mx exp=why.example.net", "v=spf1 mx exp=why.example.net ~all"),
    Lint("no-all", "warn", "v=spf1 redirect=bare.example.net", "v=spf1 include:bare.example.net ~all"),
    Lint("ptr", "warn", "v=spf1 mx ptr -all", "v=spf1 mx -all"),
    Lint("ptr", "warn", "v=spf1 ptr:acme.com ip4:192.0.2.1 ~all", "v=spf1 ip4:192.0.2.1 ~all"),
    Lint("ptr", "warn", "v=spf1 ptr -all", None),
    Lint("ptr", "warn", f"v=spf1 {GOOD} ptr -all", None),
    Lint("ptr", "warn", "v=spf1 mx include:_ptr.acme.com -all", "v=spf1 ip4:192.0.2.6 -all", at="_ptr.acme.com"),
    Lint("after-all", "warn", f"v=spf1 mx -all {GOOD} a", "v=spf1 mx -all"),
    Lint("after-all", "warn", "v=spf1 mx ~all redirect=good.example.net", "v=spf1 mx ~all"),
    Lint("after-all", "warn", "v=spf1 mx ~all exp=why.x.net ~all", "v=spf1 mx ~all exp=why.x.net"),
    Lint("after-all", "warn", f"v=spf1 mx +all {GOOD}", f"v=spf1 mx {GOOD} +all", also=("plus-all",)),
    Lint("too-long", "warn", "v=spf1 " + " ".join(f"ip4:192.0.2.{n}" for n in range(40)) + " -all", None),
)


@pytest.mark.parametrize("case", LINTS, ids=str)
def test_a_record_and_its_fix(case: Lint) -> None:
    zone = zone_with(case.record)
    findings = lint(zone)
    finding = told(findings, case.code)
    assert finding.outcome == case.outcome
    assert finding.fix is not None
    assert finding.fix.step
    assert f"acme.com TXT {case.record}" in finding.evidence
    assert set(case.also) <= set(codes(findings))
    if case.mended is None:
        assert finding.fix.records == finding.fix.remove == ()
        return
    assert [(record.type, record.name, record.value) for record in finding.fix.records] == [
        ("TXT", case.at, case.mended)
    ]
    mends(zone, findings, finding)


def mends(zone: Table, findings: tuple[Finding, ...], finding: Finding) -> None:
    """The fix replaces one valid record by another, its finding goes away, and nothing fails that did not."""
    assert finding.fix is not None
    assert all(not parse(record.value).flaws for record in finding.fix.records)
    after = lint(applied(zone, finding.fix))
    assert finding.code.removeprefix("spf.") not in codes(after)
    assert set(codes(after, "fail")) <= set(codes(findings, "fail"))


def test_every_code_is_brought_about_here() -> None:
    elsewhere = {"ok", "missing", "multiple", "ses-not-needed", "lookup-failed"}
    assert {case.code for case in LINTS} | elsewhere == {
        code.removeprefix("spf.") for code in CODES if code.startswith("spf.")
    }


@pytest.mark.parametrize("record", ["v=spf1 mx -all", f"v=spf1 {GOOD} ~all", "v=spf1 redirect=good.example.net"])
def test_a_good_record_is_ok(record: str) -> None:
    findings = lint(zone_with(record))
    assert codes(findings) == ["ok", "ses-not-needed"]
    assert all(finding.outcome == "pass" and finding.fix is None for finding in findings)


def test_ses_in_the_tree_is_no_reason_to_say_that_it_is_not_needed() -> None:
    zone = zone_with("v=spf1 include:amazonses.com ~all", amazonses__com={"TXT": ["v=spf1 ip4:199.255.192.0/22 -all"]})
    assert codes(lint(zone)) == ["ok"]


def test_where_ses_mail_is_checked_is_said() -> None:
    assert "mail.acme.com" in told(lint(zone_with("v=spf1 mx -all"), mail_from=Told.YES), "ses-not-needed").summary


MANY_FAULTS = (
    "v=spf1 ipv4:192.0.2.1 mx ptr include:none.example.net a:gone1.example.net foo=bar ?all include:x.example.net"
)


@pytest.mark.parametrize("first", range(7))
def test_fixes_may_be_applied_in_any_order(first: int) -> None:
    """Each carries its own amendment only; checking in between, any sequence of them ends in a clean record."""
    zone: Table = zone_with(MANY_FAULTS)
    for _ in range(12):
        fixable = [finding for finding in lint(zone) if finding.fix and finding.fix.records]
        if not fixable:
            break
        chosen = fixable[first % len(fixable)]
        mends(zone, lint(zone), chosen)
        assert chosen.fix is not None
        zone = applied(zone, chosen.fix)
    assert codes(lint(zone)) == ["ok", "ses-not-needed"]
    assert select(zone["acme.com"]["TXT"]) == ("v=spf1 ip4:192.0.2.1 mx ~all",)


def test_a_flaw_is_marked_where_the_grammar_broke() -> None:
    finding = told(lint(zone_with("v=spf1 mx a:example.123 -all")), "syntax")
    assert "v=spf1 mx a:example.➞123 -all" in finding.evidence


def test_all_flaws_are_told() -> None:
    finding = told(lint(zone_with("v=spf1 foo a: mx -all")), "syntax")
    assert [line for line in finding.evidence if "➞" in line] == ["v=spf1 ➞foo a: mx -all", "v=spf1 foo a:➞ mx -all"]


MX_OF = {
    "google": ["1 aspmx.l.google.com", "5 alt1.aspmx.l.google.com"],
    "google, new": ["1 smtp.google.com"],
    "microsoft": ["0 acme-com.mail.protection.outlook.com"],
    "own": ["10 mx.acme.com"],
    "unknown": ["10 mx.hoster.example"],
    "google and own": ["1 aspmx.l.google.com", "20 mx.acme.com"],
    "google and unknown": ["1 aspmx.l.google.com", "20 mx.hoster.example"],
    "ses": ["10 inbound-smtp.eu-west-1.amazonaws.com"],
    "null": ["0 ."],
    "none": [],
}


@pytest.mark.parametrize(
    ("mx", "mail_from_wanted", "record"),
    [
        ("google", True, "v=spf1 include:_spf.google.com ~all"),
        ("google, new", True, "v=spf1 include:_spf.google.com ~all"),
        ("google", False, "v=spf1 include:_spf.google.com include:amazonses.com ~all"),
        ("microsoft", True, "v=spf1 include:spf.protection.outlook.com ~all"),
        ("own", True, "v=spf1 mx ~all"),
        ("own", False, "v=spf1 mx include:amazonses.com ~all"),
        ("unknown", True, "v=spf1 mx ?all"),
        ("google and own", True, "v=spf1 include:_spf.google.com mx ~all"),
        ("google and unknown", True, "v=spf1 include:_spf.google.com mx ?all"),
        ("ses", True, "v=spf1 include:amazonses.com ~all"),
        ("null", True, "v=spf1 include:amazonses.com ~all"),
        ("none", True, "v=spf1 include:amazonses.com ~all"),
        ("none", False, "v=spf1 include:amazonses.com ~all"),
    ],
)
def test_a_missing_record_is_built_from_the_mail_exchangers(mx: str, mail_from_wanted: bool, record: str) -> None:
    zone: Zone = {
        "acme.com": {"MX": MX_OF[mx], "TXT": ["google-site-verification=x"]},
        **{f"{name}": {"TXT": ["v=spf1 ip4:192.0.2.9 ~all"]} for name in ("_spf.google.com", "amazonses.com")},
        "spf.protection.outlook.com": {"TXT": ["v=spf1 ip4:192.0.2.9 ~all"]},
    }
    finding = told(lint(zone, mail_from_wanted=mail_from_wanted), "missing")
    assert finding.outcome == "fail"
    assert finding.fix is not None
    assert [found.value for found in finding.fix.records] == [record]
    assert ("what else sends" in finding.fix.step.lower()) is record.endswith("?all")
    after = lint(applied(zone, finding.fix), mail_from_wanted=mail_from_wanted)
    assert codes(after, "fail") == []
    assert "missing" not in codes(after)


def test_a_missing_record_only_warns_where_the_mail_from_domain_has_its_own() -> None:
    finding = told(lint(zone_with(), mail_from=Told.YES), "missing")
    assert finding.outcome == "warn"
    assert "mail.acme.com" in finding.summary


def test_a_host_below_the_identity_is_one_of_our_own() -> None:
    zone: Zone = {"eu.acme.com": {"MX": ["10 mx.acme.com"]}, "mx.acme.com": {"A": ["192.0.2.1"]}}
    fix = told(lint(zone, "eu.acme.com", identity="acme.com"), "missing").fix
    assert fix is not None
    assert fix.records[0].value == "v=spf1 mx ~all"


def test_nothing_is_proposed_while_the_mail_exchangers_are_not_known() -> None:
    fix = told(lint({"acme.com": {"MX": "SERVFAIL", "A": ["192.0.2.1"]}}), "missing").fix
    assert fix is not None
    assert fix.records == ()
    assert "again" in fix.step


@pytest.mark.parametrize(
    ("almost", "record"),
    [
        (f"v=spf1{GOOD} -all", f"v=spf1 {GOOD} -all"),
        ('"v=spf1 mx -all"', "v=spf1 mx -all"),
        (" v=spf1 mx -all", "v=spf1 mx -all"),
        ("v=spf1; mx; -all", "v=spf1 mx -all"),
    ],
)
def test_a_text_that_is_almost_spf_is_replaced(almost: str, record: str) -> None:
    zone = zone_with(almost)
    findings = lint(zone)
    finding = told(findings, "missing")
    assert finding.fix is not None
    assert [(old.value, new.value) for old, new in zip(finding.fix.remove, finding.fix.records, strict=True)] == [
        (almost, record)
    ]
    mends(zone, findings, finding)


def test_a_record_below_its_own_zone_is_found() -> None:
    """The provider appended the zone to a name that had it already."""
    zone: Table = {**WORLD, "acme.com.acme.com": {"TXT": ["v=spf1 mx -all"]}}
    findings = lint(zone)
    finding = told(findings, "missing")
    assert finding.fix is not None
    assert "acme.com.acme.com" in finding.fix.step
    mends(zone, findings, finding)


def test_beside_an_alias_nothing_is_published() -> None:
    """RFC 1034 section 3.6.2."""
    zone: Table = {"acme.com": {"CNAME": ["shop.example.net"]}, "shop.example.net": {"A": ["192.0.2.1"]}}
    fix = told(lint(zone), "missing").fix
    assert fix is not None
    assert fix.records == ()
    assert "shop.example.net" in fix.step


@pytest.mark.parametrize(
    ("records", "one"),
    [
        (["v=spf1 mx -all", f"v=spf1 {GOOD} ~all"], f"v=spf1 mx {GOOD} ~all"),
        (["v=spf1 mx -all", "v=spf1 a -all"], "v=spf1 mx a -all"),
        (["v=spf1 mx -all", "v=spf1 MX a ?all"], "v=spf1 mx a ?all"),
        (["v=spf1 mx +all", "v=spf1 a -all"], "v=spf1 mx a ~all"),
        (["v=spf1 mx", "v=spf1 a"], "v=spf1 mx a ~all"),
        (["v=spf1 mx -all", "v=spf1 redirect=good.example.net"], f"v=spf1 mx {GOOD} -all"),
        (["v=spf1 redirect=good.example.net", "V=SPF1 redirect=good.example.net"], "v=spf1 redirect=good.example.net"),
        (["v=spf1 ipv4:192.0.2.1 -all", "v=spf1 foo mx -all"], "v=spf1 ip4:192.0.2.1 mx -all"),
        (["v=spf1 a exp=x.example.net -all", "v=spf1 mx exp=y.example.net -all"], "v=spf1 a mx -all exp=x.example.net"),
        (["v=spf1 a -all", "v=spf1 mx -all", "v=spf1 a:h1.x.net -all"], "v=spf1 a mx a:h1.x.net -all"),
    ],
)
def test_several_records_become_one(records: list[str], one: str) -> None:
    """Section 4.5: each term once, one `all`, the strictest that all share."""
    zone = zone_with(*records, "other text")
    findings = lint(zone)
    finding = told(findings, "multiple")
    assert (finding.outcome, codes(findings)) == ("fail", ["multiple"])
    assert finding.fix is not None
    assert [record.value for record in finding.fix.records] == [one]
    assert [record.value for record in finding.fix.remove] == records
    mends(zone, findings, finding)


def test_a_term_that_nobody_can_read_is_named_and_not_merged() -> None:
    fix = told(lint(zone_with("v=spf1 foo -all", "v=spf1 mx -all")), "multiple").fix
    assert fix is not None
    assert "foo" in fix.step


HEALTHY = zone_with(
    f"v=spf1 a mx:acme.com {GOOD} include:_ok.acme.com exists:h1.x.net redirect=end.example.net",
    _ok__acme__com={"TXT": ["v=spf1 include:deep.example.net -all"]},
    deep__example__net={"TXT": ["v=spf1 a:h2.x.net -all"]},
    end__example__net={"TXT": ["v=spf1 -all"]},
)


def asked_of(zone: Table) -> list[str]:
    return [
        "acme.com",
        "good.example.net",
        "_ok.acme.com",
        "deep.example.net",
        "end.example.net",
        "h1.x.net",
        "h2.x.net",
    ]


@pytest.mark.parametrize("name", asked_of(HEALTHY))
def test_a_name_that_is_not_answered_is_unknown_by_its_name_and_never_missing(name: str) -> None:
    assert codes(lint(HEALTHY)) == ["ok", "ses-not-needed"]
    findings = lint(broken(HEALTHY, name))
    finding = told(findings, "lookup-failed")
    assert codes(findings) == ["lookup-failed"]
    assert finding.outcome == Outcome.UNKNOWN
    assert name in finding.summary
    assert finding.fix is not None
    assert name in finding.fix.step
    assert finding.fix.records == finding.fix.remove == ()


def test_a_failure_that_is_certain_stands_beside_what_is_unknown() -> None:
    zone = broken(zone_with(f"v=spf1 include:x.example.net {A11} -all"), "x.example.net")
    assert codes(lint(zone)) == ["too-many-lookups", "lookup-failed"]
    zone = broken(zone_with("v=spf1 include:x.example.net include:none.example.net +all"), "x.example.net")
    assert codes(lint(zone)) == ["include-none", "plus-all", "lookup-failed"]


def test_a_domain_whose_own_record_is_not_answered_is_only_unknown() -> None:
    assert codes(lint(broken(WORLD, "acme.com", "TXT"))) == ["lookup-failed"]


def test_a_target_that_depends_on_the_sender_is_never_missing() -> None:
    assert codes(lint(zone_with("v=spf1 exists:%{i}._spf.%{d} include:%{l}.gone.example.net -all"))) == [
        "ok",
        "ses-not-needed",
    ]


def test_terms_after_all_do_not_count() -> None:
    """Sections 4.6.4, 5.1 and 6.1."""
    findings = lint(zone_with(f"v=spf1 mx -all {A11} {VOID3} include:none.example.net redirect=none.example.net"))
    assert codes(findings) == ["after-all", "ses-not-needed"]


def test_findings_stand_by_severity() -> None:
    findings = lint(
        broken(zone_with("v=spf1 ptr include:x.example.net include:none.example.net ?all"), "x.example.net")
    )
    order = [Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN, Outcome.PASS]
    assert [finding.outcome for finding in findings] == sorted((f.outcome for f in findings), key=order.index)
    assert {finding.check for finding in findings} == {"spf"}


def test_a_record_that_nobody_can_read_is_amended_by_words_alone() -> None:
    for finding in lint(zone_with("v=spf1 foo.example ptr mx include:none.example.net ?all")):
        assert finding.fix is None or finding.fix.records == ()


@settings(max_examples=150, deadline=None)
@given(zones, st.booleans())
def test_every_finding_of_every_zone_keeps_the_contract(zone: Zone, wanted: bool) -> None:
    findings = lint(zone, "example.com", mail_from_wanted=wanted)
    for finding in findings:
        assert finding.outcome in CODES[finding.code]
        if finding.outcome == "pass":
            continue
        assert finding.evidence
        assert finding.fix is not None
        assert finding.fix.step or finding.fix.records
        if finding.fix.records and finding.code not in ("spf.missing", "spf.multiple"):
            after = lint(applied(zone, finding.fix), "example.com", mail_from_wanted=wanted)
            assert finding.code.removeprefix("spf.") not in codes(after)
            assert set(codes(after, "fail")) <= set(codes(findings, "fail"))


@settings(max_examples=200, deadline=None)
@given(st.one_of(zones, calm_zones, calm_zones))
def test_what_is_ok_is_never_an_error_for_the_evaluator(zone: Zone) -> None:
    if "ok" not in codes(lint(zone, "example.com")) or "%{" in str(zone):
        return
    for ip in HOSTS[:2]:
        assert result_of(zone, ip) in ("pass", "fail", "softfail", "neutral")


@settings(max_examples=150, deadline=None)
@given(st.one_of(sound_zones, calm_zones))
def test_what_is_an_error_on_every_path_is_never_ok(zone: Zone) -> None:
    if {result_of(zone, ip) for ip in (*HOSTS, "198.51.100.99")} == {"permerror"}:
        assert "ok" not in codes(lint(zone, "example.com"))


@settings(max_examples=200, deadline=None)
@given(st.one_of(zones, calm_zones, calm_zones))
def test_no_fix_takes_away_what_passes_today(zone: Zone) -> None:
    """But for the two that say so: an open record is closed, and ptr goes where other terms remain."""
    for finding in lint(zone, "example.com"):
        if finding.fix is None or not finding.fix.records or finding.code in ("spf.plus-all", "spf.ptr"):
            continue
        after = applied(zone, finding.fix)
        for ip in (*HOSTS, "192.0.2.20", "198.51.100.1"):
            if result_of(zone, ip) == "pass":
                assert result_of(after, ip) == "pass", finding.code


def result_of(zone: Table, ip: str) -> str:
    dns = TableResolver(zone)
    return run(check_host(ip, "example.com", "a@example.com", "h.example.net", dns))[0][0]
