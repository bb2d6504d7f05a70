"""SES's keys in DNS: every verdict by the zone that produces it, and every fix applied to that zone and judged again.

SES DeveloperGuide (Easy DKIM, BYODKIM), RFC 6376 sections 3.6.2 and 6.1.2, RFC 8020 (NXDOMAIN), RFC 4592 (wildcards).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import dkim
from checks.answers import Answer, NoName, Records
from checks.dkim.facts import ses_zone
from checks.resolver.table import Table, TableResolver
from checks.told import Told
from model import Expectations, Finding, Outcome, Record
from tests.support.keys import ED25519, rsa
from tests.support.virtual import run
from tests.support.zones import applied, broken, without

D = "acme.com"
T1, T2, T3 = TOKENS = ("aaaabbbbccccddddeeeeffffgggghhhh", "iiiijjjjkkkkllllmmmmnnnnoooopppp", "qqqqrrrrsssstttt")
ZONE = "dkim.amazonses.com"
KEY = f"p={rsa()}"
SES = Expectations(D, region="us-east-1", tokens=TOKENS, signing_zone=ZONE, signing_enabled=True, dkim_status="SUCCESS")
PASTED = Expectations(D, tokens=TOKENS)
OWN = Expectations(D, selector="mine", signing_enabled=True)

SESSIDE: Table = {f"{token}.{ZONE}": {"TXT": [KEY]} for token in TOKENS}
APEX: Table = {D: {"MX": ["10 mx.acme.com"], "TXT": ["v=spf1 -all"]}}
CNAMES: Table = {f"{token}._domainkey.{D}": {"CNAME": [f"{token}.{ZONE}"]} for token in TOKENS}
HEALTHY: Table = {**APEX, **SESSIDE, **CNAMES}


def at(selector: str, domain: str = D) -> str:
    return f"{selector}._domainkey.{domain}"


def facts_of(
    zone: Table, told: Expectations | None = SES, selectors: Sequence[str] = (), domain: str = D
) -> dkim.DkimFacts:
    table = TableResolver(zone)
    facts, ticks = run(dkim.look_up(domain, table, selectors=selectors, expectations=told))
    assert ticks == 1, "everything is asked at once"
    assert len(table.asked) <= 100
    return facts


def judged(zone: Table, told: Expectations | None = SES, selectors: Sequence[str] = ()) -> tuple[Finding, ...]:
    return dkim.judge(facts_of(zone, told, selectors))


def codes(findings: Sequence[Finding]) -> list[str]:
    return [f"{finding.code.removeprefix('dkim.')} {finding.outcome[0].upper()}" for finding in findings]


def one(findings: Sequence[Finding], code: str) -> Finding:
    (finding,) = (finding for finding in findings if finding.code == f"dkim.{code}")
    return finding


def zone(*parts: Mapping[str, Mapping[str, Sequence[str] | str]]) -> Table:
    return {name: types for part in parts for name, types in part.items()}


def txt(selector: str, *records: str) -> Table:
    return {at(selector): {"TXT": list(records)}}


def cname(token: str, target: str, domain: str = D) -> Table:
    return {at(token, domain): {"CNAME": [target]}}


GOOD = f"v=DKIM1; k=rsa; p={rsa()}"
WITHOUT_T1 = without(HEALTHY, at(T1))

EASY = [
    ("all three lead to SES", HEALTHY, ["ses-ok P"], Told.YES),
    ("one is not there", WITHOUT_T1, ["ses-cname-missing F"], Told.UNKNOWN),
    ("none is there", zone(APEX, SESSIDE), ["ses-cname-missing F"], Told.NO),
    ("none, below an empty non-terminal", zone(APEX, SESSIDE, txt("x", "x")), ["ses-cname-missing F"], Told.NO),
    ("leads elsewhere", zone(HEALTHY, cname(T1, "host.net")), ["ses-cname-wrong F"], Told.UNKNOWN),
    ("another region's zone", zone(HEALTHY, cname(T1, f"{T1}.dkim.eu-south-1.amazonses.com")), ["ses-cname-wrong F"],
     Told.UNKNOWN),
    ("another token's key", zone(HEALTHY, cname(T1, f"{T2}.{ZONE}")), ["ses-cname-wrong F"], Told.UNKNOWN),
    ("the zone appended to the value", zone(HEALTHY, cname(T1, f"{T1}.{ZONE}.{D}")), ["ses-cname-wrong F"],
     Told.UNKNOWN),
    ("the zone appended to the name", zone(WITHOUT_T1, {f"{at(T1)}.{D}": {"CNAME": [f"{T1}.{ZONE}"]}}),
     ["ses-cname-doubled F"], Told.UNKNOWN),
    ("all three doubled", zone(APEX, SESSIDE, {f"{at(t)}.{D}": {"CNAME": [f"{t}.{ZONE}"]} for t in TOKENS}),
     ["ses-cname-doubled F"], Told.NO),
    ("right and doubled too", zone(HEALTHY, {f"{at(T1)}.{D}": {"CNAME": [f"{T1}.{ZONE}"]}}), ["ses-ok P"], Told.YES),
    ("proxied: an address", zone(WITHOUT_T1, {at(T1): {"A": ["192.0.2.1"]}}), ["ses-cname-flattened F"], Told.UNKNOWN),
    ("flattened: the key itself", zone(WITHOUT_T1, txt(T1, KEY)), ["ses-cname-flattened F"], Told.UNKNOWN),
    ("RFC 1034 3.6.2: a chain of CNAMEs", zone(HEALTHY, cname(T1, "a.acme.com"), {"a.acme.com": {"CNAME": ["b.net"]}},
     {"b.net": {"CNAME": [f"{T1}.{ZONE}"]}}), ["ses-ok P"], Told.YES),
    ("a chain to nowhere", zone(HEALTHY, cname(T1, "a.acme.com"), {"a.acme.com": {"CNAME": ["b.net"]}}),
     ["ses-cname-wrong F"], Told.UNKNOWN),
    ("a CNAME in capitals", zone(HEALTHY, cname(T1, f"{T1}.{ZONE}.".upper())), ["ses-ok P"], Told.YES),
    ("rotation: one key not there", without(HEALTHY, f"{T1}.{ZONE}"), ["ses-ok P", "ses-target-empty P"], Told.YES),
    ("rotation: two keys not there", without(HEALTHY, f"{T1}.{ZONE}", f"{T2}.{ZONE}"),
     ["ses-ok P", "ses-target-empty P"], Told.YES),
    ("rotation: the name is there, no key", zone(HEALTHY, {f"{T1}.{ZONE}": {"A": ["192.0.2.1"]}}),
     ["ses-ok P", "ses-target-empty P"], Told.YES),
    ("no key at any of the three", without(HEALTHY, *SESSIDE), ["cannot-tell U"], Told.UNKNOWN),
    ("RFC 4592: a wildcard of addresses", zone(APEX, SESSIDE, {f"*.{D}": {"A": ["192.0.2.1"]}}),
     ["ses-cname-missing F"], Told.NO),
    ("RFC 4592: a wildcard of texts", zone(APEX, SESSIDE, {f"*.{D}": {"TXT": ["v=spf1 -all"]}}),
     ["ses-cname-missing F"], Told.NO),
    ("RFC 4592: a wildcard CNAME", zone(APEX, SESSIDE, {f"*.{D}": {"CNAME": ["site.net"]}}), ["ses-cname-missing F"],
     Told.NO),
    ("RFC 4592: records outweigh a wildcard", zone(HEALTHY, {f"*._domainkey.{D}": {"TXT": ["v=DKIM1; p="]}}),
     ["ses-ok P"], Told.YES),
    ("another sender beside SES", zone(HEALTHY, txt("google", GOOD)), ["ses-ok P"], Told.YES),
    ("two ways of being wrong", zone(HEALTHY, cname(T1, "host.net"), {at(T2): {"A": ["192.0.2.1"]}}),
     ["ses-cname-wrong F", "ses-cname-flattened F"], Told.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("records", "expected", "told"), [case[1:] for case in EASY], ids=[case[0] for case in EASY])
def test_easy_dkim(records: Table, expected: list[str], told: Told) -> None:
    facts = facts_of(records)
    assert codes(dkim.judge(facts)) == expected
    assert dkim.standing(facts) is told


AT_SES = [
    ("revoked", "p=", ["revoked F"], Told.NO),
    ("RFC 8301 3.2: 768 bits", f"p={rsa(768)}", ["key-short F"], Told.NO),
    ("RFC 8301 3.2: 1024 bits", f"p={rsa(1024)}", ["key-1024 W", "ses-ok P"], Told.YES),
    ("2047 bits", f"p={rsa(2047)}", ["key-1024 W", "ses-ok P"], Told.YES),
    ("4096 bits", f"p={rsa(4096)}", ["ses-ok P"], Told.YES),
    ("no key record", "hello", ["malformed F"], Told.NO),
    ("testing", f"t=y; {KEY}", ["testing W", "ses-ok P"], Told.YES),
]


@pytest.mark.parametrize(("key", "expected", "told"), [case[1:] for case in AT_SES], ids=[case[0] for case in AT_SES])
def test_the_keys_that_ses_publishes(key: str, expected: list[str], told: Told) -> None:
    facts = facts_of(zone(APEX, CNAMES, {f"{token}.{ZONE}": {"TXT": [key]} for token in TOKENS}))
    findings = dkim.judge(facts)
    assert codes(findings) == expected
    assert dkim.standing(facts) is told
    for finding in findings:
        if finding.fix:
            assert not finding.fix.records, "nobody but SES can change SES's own record"
            assert finding.fix.step


BYODKIM = [
    ("good", txt("mine", GOOD), ["ses-ok P"], Told.YES),
    ("behind a CNAME", {at("mine"): {"CNAME": ["keys.acme.com"]}, "keys.acme.com": {"TXT": [GOOD]}}, ["ses-ok P"],
     Told.YES),
    ("not there", {}, ["none F"], Told.NO),
    ("not answered", {at("mine"): {"*": "timeout"}}, ["cannot-tell U"], Told.UNKNOWN),
    ("3.6.1: revoked", txt("mine", "v=DKIM1; p="), ["revoked F"], Told.NO),
    ("RFC 8301: 1023 bits", txt("mine", f"p={rsa(1023)}"), ["key-short F"], Told.NO),
    ("1024 bits", txt("mine", f"p={rsa(1024)}"), ["key-1024 W", "ses-ok P"], Told.YES),
    ("3.6.1: s=tlsrpt", txt("mine", f"s=tlsrpt; p={rsa()}"), ["not-for-mail F"], Told.NO),
    ("3.6.1: s=email:tlsrpt", txt("mine", f"s=email:tlsrpt; p={rsa()}"), ["ses-ok P"], Told.YES),
    ("3.6.1: s=*", txt("mine", f"s=*; p={rsa()}"), ["ses-ok P"], Told.YES),
    ("3.6.1: an unknown kind", txt("mine", f"k=dsa; p={rsa()}"), ["malformed F"], Told.NO),
    ("RFC 8301 3.1: sha1 alone", txt("mine", f"v=DKIM1; h=sha1; p={rsa()}"), ["malformed F"], Told.NO),
    ("3.6.1: sha1 and sha256", txt("mine", f"h=sha1:sha256; p={rsa()}"), ["ses-ok P"], Told.YES),
    ("3.6.1: v= not first", txt("mine", f"k=rsa; v=DKIM1; p={rsa()}"), ["malformed F"], Told.NO),
    ("3.6.2.2: two records", txt("mine", GOOD, f"v=DKIM1; p={rsa(salt=1)}"), ["malformed F"], Told.NO),
    ("3.6.2.2: a key and a text", txt("mine", "site=1", GOOD), ["malformed F"], Told.NO),
    ("3.6.1: t=y", txt("mine", f"v=DKIM1; t=y; p={rsa()}"), ["testing W", "ses-ok P"], Told.YES),
    ("3.6.1: t=s", txt("mine", f"v=DKIM1; t=s; p={rsa()}"), ["ses-ok P"], Told.YES),
    ("3.6.1: t=y:s", txt("mine", f"v=DKIM1; t=y:s; p={rsa()}"), ["testing W", "ses-ok P"], Told.YES),
    ("RFC 8463: Ed25519 alone", txt("mine", f"v=DKIM1; k=ed25519; p={ED25519}"), ["ed25519-only W", "ses-ok P"],
     Told.YES),
    ("RFC 8463: Ed25519, and RSA elsewhere", zone(txt("mine", f"k=ed25519; p={ED25519}"), txt("s1", GOOD)),
     ["ses-ok P"], Told.YES),
    ("quotes in the value", txt("mine", f'"{GOOD}"'), ["malformed F"], Told.NO),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "expected", "told"), [case[1:] for case in BYODKIM], ids=[case[0] for case in BYODKIM]
)
def test_a_key_that_the_domain_brings(records: Table, expected: list[str], told: Told) -> None:
    facts = facts_of(zone(APEX, records), OWN)
    assert codes(dkim.judge(facts)) == expected
    assert dkim.standing(facts) is told


SEARCHED = [
    ("RFC 8020: _domainkey does not exist", APEX, ["none F"], Told.NO),
    ("_domainkey exists", zone(APEX, txt("hidden", GOOD)), ["cannot-tell U"], Told.UNKNOWN),
    ("_domainkey itself has a text", zone(APEX, {f"_domainkey.{D}": {"TXT": ["o=~"]}}), ["cannot-tell U"],
     Told.UNKNOWN),
    ("_domainkey is not answered", broken(APEX, f"_domainkey.{D}"), ["cannot-tell U"], Told.UNKNOWN),
    ("the parent is not answered", broken(APEX, D), ["cannot-tell U"], Told.UNKNOWN),
    ("a common selector is not answered", broken(APEX, at("google")), ["cannot-tell U"], Told.UNKNOWN),
    ("a key of another sender", zone(APEX, txt("google", GOOD)), ["other-only W"], Told.UNKNOWN),
    ("… behind a CNAME", zone(APEX, {at("s1"): {"CNAME": ["s1.host.net"]}, "s1.host.net": {"TXT": [GOOD]}}),
     ["other-only W"], Told.UNKNOWN),
    ("a CNAME to nowhere", zone(APEX, {at("selector1"): {"CNAME": ["gone.net"]}}), ["cannot-tell U"], Told.UNKNOWN),
    ("RFC 4592: a wildcard key", zone(APEX, {f"*._domainkey.{D}": {"TXT": [GOOD]}}), ["cannot-tell U"], Told.UNKNOWN),
    ("RFC 4592: a parked domain's wildcard", zone(APEX, {f"*._domainkey.{D}": {"TXT": ["v=DKIM1; p="]}}),
     ["cannot-tell U"], Told.UNKNOWN),
    ("RFC 4592: a wildcard below the apex", zone(APEX, {f"*.{D}": {"A": ["192.0.2.1"]}}), ["cannot-tell U"],
     Told.UNKNOWN),
    ("a real key beside a wildcard", zone(APEX, {f"*._domainkey.{D}": {"TXT": ["x"]}}, txt("k1", GOOD)),
     ["other-only W"], Told.UNKNOWN),
    ("only a revoked key", zone(APEX, txt("google", "v=DKIM1; p=")), ["revoked F", "cannot-tell U"], Told.UNKNOWN),
    ("a revoked and a good key", zone(APEX, txt("google", "p="), txt("s1", GOOD)), ["other-only W", "revoked P"],
     Told.UNKNOWN),
    ("only a malformed key", zone(APEX, txt("mail", "v=DKIM1; k=rsa; p=!")), ["cannot-tell U", "malformed W"],
     Told.UNKNOWN),
    ("another's short key", zone(APEX, txt("k1", f"p={rsa(512)}"), txt("s1", GOOD)), ["key-short W", "other-only W"],
     Told.UNKNOWN),
    ("another's key of 1024 bits", zone(APEX, txt("k1", f"p={rsa(1024)}")), ["key-1024 W", "other-only W"],
     Told.UNKNOWN),
    ("another's key not for mail", zone(APEX, txt("k1", f"s=x; p={rsa()}"), txt("s1", GOOD)),
     ["not-for-mail W", "other-only W"], Told.UNKNOWN),
    ("only Ed25519", zone(APEX, txt("k1", f"k=ed25519; p={ED25519}")), ["ed25519-only W", "other-only W"],
     Told.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "expected", "told"), [case[1:] for case in SEARCHED], ids=[case[0] for case in SEARCHED]
)
def test_without_tokens(records: Table, expected: list[str], told: Told) -> None:
    facts = facts_of(records, None)
    assert codes(dkim.judge(facts)) == expected
    assert dkim.standing(facts) is told


def test_an_empty_non_terminal_denied_does_not_hide_what_is_below() -> None:
    """Some servers answer NXDOMAIN for a name that only has names below (RFC 8020 calls that an error)."""

    def lying(facts: dkim.DkimFacts) -> dkim.DkimFacts:
        return replace(facts, node=NoName(f"_domainkey.{D}", "TXT"))

    assert codes(dkim.judge(lying(facts_of(HEALTHY)))) == ["ses-ok P"]
    assert codes(dkim.judge(lying(facts_of(zone(APEX, txt("google", GOOD)), None)))) == ["other-only W"]
    dangling = zone(APEX, {at("selector1"): {"CNAME": ["gone.net"]}})
    assert codes(dkim.judge(lying(facts_of(dangling, None)))) == ["cannot-tell U"]


TOLD = [
    ("signing is off", {"signing_enabled": False}, HEALTHY, ["signing-off F", "ses-ok P"], Told.NO),
    ("gave up, records there", {"dkim_status": "FAILED"}, HEALTHY, ["gave-up F", "ses-ok P"], Told.NO),
    ("gave up, records missing", {"dkim_status": "FAILED"}, zone(APEX, SESSIDE), ["gave-up F", "ses-cname-missing F"],
     Told.NO),
    ("1024 bits told", {"key_bits": 1024}, HEALTHY, ["key-1024 W", "ses-ok P"], Told.YES),
    ("2048 bits told, an old key still there", {"key_bits": 2048},
     zone(HEALTHY, {f"{T1}.{ZONE}": {"TXT": [f"p={rsa(1024)}"]}}), ["ses-ok P"], Told.YES),
    ("pending", {"dkim_status": "PENDING"}, HEALTHY, ["ses-ok P"], Told.YES),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "records", "expected", "told"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD]
)
def test_what_ses_tells(changes: dict[str, Any], records: Table, expected: list[str], told: Told) -> None:
    facts = facts_of(records, replace(SES, **changes))
    assert codes(dkim.judge(facts)) == expected
    assert dkim.standing(facts) is told


def test_gave_up_gives_the_records_and_the_way_to_start_again() -> None:
    fix = one(judged(zone(APEX, SESSIDE), replace(SES, dkim_status="FAILED")), "gave-up").fix
    assert fix is not None
    assert len(fix.records) == 3
    assert "again" in fix.step
    after = applied(zone(APEX, SESSIDE), fix)
    assert codes(judged(after, replace(SES, dkim_status="PENDING"))) == ["ses-ok P"]


MENDED = [
    ("ses-cname-missing", WITHOUT_T1, SES),
    ("ses-cname-missing", zone(APEX, SESSIDE), SES),
    ("ses-cname-missing", zone(APEX, SESSIDE, {f"*.{D}": {"CNAME": ["site.net"]}}), SES),
    ("ses-cname-wrong", zone(HEALTHY, cname(T1, "host.net"), cname(T2, f"{T1}.{ZONE}")), SES),
    ("ses-cname-wrong", zone(HEALTHY, cname(T1, f"{T1}.{ZONE}.{D}")), SES),
    ("ses-cname-doubled", zone(WITHOUT_T1, {f"{at(T1)}.{D}": {"CNAME": [f"{T1}.{ZONE}"]}}), SES),
    ("malformed", zone(APEX, txt("mine", f'"{GOOD}"')), OWN),
    ("malformed", zone(APEX, txt("mine", f"v=DKIM1\\; k=rsa\\; p={rsa()}")), OWN),
    ("malformed", zone(APEX, txt("mine", f"v=DKIM1; h=sha1; p={rsa()}")), OWN),
    ("malformed", zone(APEX, txt("mine", "site=1", GOOD, "v=spf1 -all")), OWN),
    ("malformed", zone(HEALTHY, txt("s1", f"k=rsa; v=DKIM1; p={rsa()}")), SES),
    ("not-for-mail", zone(APEX, txt("mine", f"v=DKIM1; s=x; p={rsa()}")), OWN),
    ("testing", zone(APEX, txt("mine", f"v=DKIM1; k=rsa; t=y; p={rsa()}")), OWN),
    ("testing", zone(APEX, txt("mine", f"v=DKIM1; t=s:y; p={rsa()}")), OWN),
]


@pytest.mark.parametrize(("code", "records", "told"), MENDED, ids=[f"{case[0]} {i}" for i, case in enumerate(MENDED)])
def test_the_fix_mends_and_breaks_nothing(code: str, records: Table, told: Expectations) -> None:
    before = judged(records, told)
    fix = one(before, code).fix
    assert fix is not None
    assert codes(judged(applied(records, fix), told)) == ["ses-ok P"]


def test_a_flag_beside_the_test_flag_stays() -> None:
    fix = one(judged(zone(APEX, txt("mine", f"v=DKIM1; t=s:y; p={rsa()}")), OWN), "testing").fix
    assert fix is not None
    assert fix.records == (Record("TXT", at("mine"), f"v=DKIM1; t=s; p={rsa()}"),)


def test_the_host_field_is_named_for_a_doubled_name() -> None:
    doubled = zone(WITHOUT_T1, {f"{at(T1)}.{D}": {"CNAME": [f"{T1}.{ZONE}"]}})
    fix = one(judged(doubled), "ses-cname-doubled").fix
    assert fix is not None
    assert f"type only {T1}._domainkey;" in fix.step
    assert fix.remove == (Record("CNAME", f"{at(T1)}.{D}", f"{T1}.{ZONE}"),)


def test_a_subdomain_doubled_in_its_parents_zone() -> None:
    identity = "mail.acme.com"
    records = zone(SESSIDE, {identity: {"A": ["192.0.2.1"]}, f"{at(T1, identity)}.{D}": {"CNAME": [f"{T1}.{ZONE}"]}})
    told = replace(SES, identity=identity, tokens=(T1,))
    fix = one(dkim.judge(facts_of(records, told, domain=identity)), "ses-cname-doubled").fix
    assert fix is not None
    assert f"type only {T1}._domainkey.mail;" in fix.step
    assert codes(dkim.judge(facts_of(applied(records, fix), told, domain=identity))) == ["ses-ok P"]


def test_a_subdomains_label_left_out() -> None:
    identity = "mail.acme.com"
    records = zone(SESSIDE, {identity: {"A": ["192.0.2.1"]}}, cname(T1, f"{T1}.{ZONE}"))
    told = replace(SES, identity=identity, tokens=(T1,))
    finding = one(dkim.judge(facts_of(records, told, domain=identity)), "ses-cname-missing")
    assert finding.fix is not None
    assert at(T1) in finding.fix.step
    after = applied(records, finding.fix)
    assert at(T1) not in after
    assert codes(dkim.judge(facts_of(after, told, domain=identity))) == ["ses-ok P"]


def test_flattened_is_a_step_and_never_a_record() -> None:
    fix = one(judged(zone(WITHOUT_T1, {at(T1): {"A": ["192.0.2.1"]}})), "ses-cname-flattened").fix
    assert fix is not None
    assert (fix.records, fix.remove) == ((), ())
    assert "DNS only" in fix.step


@pytest.mark.parametrize("name", [at(T1), f"{T1}.{ZONE}", at(T3), f"{T3}.{ZONE}"])
def test_what_is_not_answered_is_told_by_name_and_never_missing(name: str) -> None:
    findings = judged(broken(HEALTHY, name, why="SERVFAIL of the test"))
    assert codes(findings) == ["cannot-tell U"]
    (finding,) = findings
    assert finding.fix is not None
    token = name.partition(".")[0]
    assert any(token in line and "SERVFAIL of the test" in line for line in finding.evidence)
    assert at(token) in finding.summary
    assert "SERVFAIL of the test" in finding.fix.step


@pytest.mark.parametrize("rtype", ["CNAME", "TXT"])
def test_one_type_that_is_not_answered(rtype: str) -> None:
    findings = judged(broken(HEALTHY, at(T1), rtype))
    assert codes(findings) in (["cannot-tell U"], ["ses-ok P"]), "proven by the other type, or unknown"


@pytest.mark.parametrize("name", [D, f"_domainkey.{D}", at("google"), f"{at(T1)}.{D}"])
def test_what_ses_does_not_need_may_stay_unanswered(name: str) -> None:
    assert codes(judged(broken(HEALTHY, name))) == ["ses-ok P"]


def test_an_unanswered_token_does_not_hide_a_missing_one() -> None:
    findings = judged(broken(without(HEALTHY, at(T2)), at(T1)))
    assert codes(findings) == ["ses-cname-missing F", "cannot-tell U"]
    assert at(T1) not in findings[0].summary
    assert at(T2) in findings[0].summary


def test_revoked_is_a_note_while_ses_could_not_be_told() -> None:
    unanswered: Table = {at(token): {"*": "timeout"} for token in TOKENS}
    assert codes(judged(zone(APEX, unanswered, txt("google", "p=")))) == ["cannot-tell U", "revoked P"]


class TestPastedTokens:
    """A person pasted the tokens: which zone of SES they lead to is not told."""

    @pytest.mark.parametrize("target", [ZONE, "dkim.eu-south-1.amazonses.com", "dkim.af-south-1.amazonses.com"])
    def test_any_zone_of_ses_will_do(self, target: str) -> None:
        records = {at(token): {"CNAME": [f"{token}.{target}"]} for token in TOKENS}
        keys = {f"{token}.{target}": {"TXT": [KEY]} for token in TOKENS}
        assert codes(judged(zone(APEX, records, keys), PASTED)) == ["ses-ok P"]

    def test_the_usual_zone_is_proposed_with_a_word(self) -> None:
        fix = one(judged(zone(APEX, SESSIDE), PASTED), "ses-cname-missing").fix
        assert fix is not None
        assert fix.records == tuple(Record("CNAME", at(token), f"{token}.{ZONE}") for token in TOKENS)
        assert "console" in fix.step
        assert codes(judged(applied(zone(APEX, SESSIDE), fix), PASTED)) == ["ses-ok P"]

    def test_the_zone_of_the_other_tokens_is_proposed(self) -> None:
        regional = "dkim.eu-south-1.amazonses.com"
        records = {at(token): {"CNAME": [f"{token}.{regional}"]} for token in (T2, T3)}
        keys = {f"{token}.{regional}": {"TXT": [KEY]} for token in TOKENS}
        fix = one(judged(zone(APEX, records, keys), PASTED), "ses-cname-missing").fix
        assert fix is not None
        assert fix.records == (Record("CNAME", at(T1), f"{T1}.{regional}"),)

    @pytest.mark.parametrize(
        "pasted", [T1.upper(), f" {T1} ", at(T1), f"{at(T1)}.", f"{T1}.{ZONE}"], ids=["capitals", "spaces", "name",
        "name with a dot", "target"],
    )  # fmt: skip
    def test_a_whole_record_pasted_for_a_token(self, pasted: str) -> None:
        assert codes(judged(HEALTHY, replace(PASTED, tokens=(pasted,)))) == ["ses-ok P"]

    def test_what_is_no_token_is_not_judged(self) -> None:
        assert codes(judged(APEX, replace(PASTED, tokens=("not a token!", "", "x" * 64)))) == ["none F"]


class TestNamedSelectors:
    def test_one_that_is_there(self) -> None:
        assert codes(judged(zone(APEX, txt("team", GOOD)), None, ["team"])) == ["other-only W"]

    def test_one_that_leads_to_ses_is_a_token(self) -> None:
        facts = facts_of(HEALTHY, None, [T1])
        assert codes(dkim.judge(facts)) == ["ses-ok P"]
        assert dkim.standing(facts) is Told.YES

    @pytest.mark.parametrize("told", [None, SES])
    def test_one_that_is_not_there_is_said(self, told: Expectations | None) -> None:
        findings = judged(HEALTHY if told else APEX, told, ["team"])
        assert "team" in findings[-1].summary
        assert any(at("team") in line for line in findings[-1].evidence)

    @pytest.mark.parametrize("told", [None, SES])
    def test_one_that_is_not_answered_is_unknown(self, told: Expectations | None) -> None:
        findings = judged(broken(HEALTHY if told else APEX, at("team"), why="REFUSED"), told, ["team"])
        assert codes(findings)[0] == "cannot-tell U"
        assert any(at("team") in line and "REFUSED" in line for line in findings[0].evidence)

    def test_one_below_a_wildcard_is_judged_but_not_amended(self) -> None:
        findings = judged(zone(APEX, {f"*._domainkey.{D}": {"TXT": [f"t=y; p={rsa()}"]}}), None, ["team"])
        assert codes(findings) == ["testing W", "other-only W"]
        assert findings[0].fix is not None
        assert findings[0].fix.remove == ()

    def test_many_are_cut(self) -> None:
        facts = facts_of(APEX, SES, [f"s{i}" for i in range(1_000)])
        assert len(facts.selectors) < 60


def test_the_identity_may_be_a_parent() -> None:
    """A subdomain is signed by its verified parent's identity, with d= the parent."""
    facts = facts_of(HEALTHY, SES, domain="news.acme.com")
    assert (facts.domain, facts.identity) == ("news.acme.com", D)
    assert codes(dkim.judge(facts)) == ["ses-ok P"]


def test_the_usual_mistake_shows_even_without_tokens() -> None:
    records = zone(APEX, {f"{at(T1)}.{D}": {"CNAME": [f"{T1}.{ZONE}"]}})
    finding = one(judged(records, None), "none")
    assert finding.fix is not None
    assert f"{D}.{D}" in finding.fix.step


def test_the_arrow_shows_where_a_key_is_broken() -> None:
    finding = one(judged(zone(APEX, txt("mine", "v=DKIM1; t=y,s; p=")), OWN), "malformed")
    assert "v=DKIM1; t=➞y,s; p=" in finding.evidence


def test_every_finding_that_is_no_pass_has_evidence_and_a_way_out() -> None:
    every = [(case[1], SES) for case in EASY] + [(zone(APEX, case[1]), OWN) for case in BYODKIM]
    seen = set()
    for records, told in [*every, *((case[1], None) for case in SEARCHED)]:
        for finding in judged(records, told):
            seen.add(finding.code)
            assert finding.summary.endswith(".")
            assert finding.evidence, finding.code
            if finding.outcome is not Outcome.PASS:
                assert finding.fix is not None
                assert finding.fix.records or finding.fix.remove or finding.fix.step, finding.code
    assert len(seen) >= 16


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (f"{T1}.dkim.amazonses.com", ZONE),
        (f"{T1}.dkim.us-gov-west-1.amazonses.com.", "dkim.us-gov-west-1.amazonses.com"),
        (f"{T1}.dkim.amazonses.com.evil.net", None),
        (f"{T1}.dkim.amazonses.org", None),
        (f"{T1}.amazonses.com", None),
        ("dkim.amazonses.com", None),
        ("", None),
    ],
)
def test_the_zones_of_ses(target: str, expected: str | None) -> None:
    assert ses_zone(target) == expected


class _Says:
    """Answers every question with the same text, behind an alias."""

    def __init__(self, value: str) -> None:
        self._value = value

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the protocol's own word
        return Records(name, type, (self._value,), aliases=() if "nobody" in name else (self._value,))


@given(st.text(), st.lists(st.text(), max_size=3), st.booleans())
def test_no_text_raises(value: str, typed: list[str], tokens: bool) -> None:
    told = Expectations(value, tokens=tuple(typed), signing_zone=value, selector=value, dkim_status=value)
    facts = asyncio.run(dkim.look_up(D, _Says(value), selectors=typed, expectations=told if tokens else None))
    findings = dkim.judge(facts)
    assert findings
    assert all("\x1b" not in line for finding in findings for line in (*finding.evidence, finding.summary))
