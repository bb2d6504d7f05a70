"""For every kind of fix with records: publish it, check again, and that finding is gone and nothing else broke.

Over real sockets: the zone is served by the loopback DNS, and the fix goes in as a person would publish it.
"""

import copy
from dataclasses import replace

import pytest

from checks.dns_checks import check_dns
from checks.resolver import Resolver
from demo.zones import RSA_2048, TABLE, TOKENS, Types
from fakes.dns import LoopbackDns
from model import Checked, Expectations, Finding, Fix, Outcome, Record

D = "ready.example"
"""The healthy domain that each case breaks in one way."""


async def _check(dns: LoopbackDns, domain: str, expectations: Expectations | None) -> Checked:
    async with Resolver([dns.address], try_timeout=20.0, deadline=120.0) as resolver:
        return await check_dns(domain, resolver, expectations=expectations)


def _wire(record: Record) -> str:
    return record.value if record.priority is None else f"{record.priority} {record.value}"


def _publish(dns: LoopbackDns, fix: Fix) -> None:
    for record in fix.remove:
        dns.remove(record.name, record.type, _wire(record))
    for record in fix.records:
        dns.publish(record.name, record.type, _wire(record))


def _troubles(checked: Checked) -> dict[str, Finding]:
    return {f.code: f for f in checked.report.findings if f.outcome is not Outcome.PASS}


def _ses(**reported: object) -> Expectations:
    known: dict[str, object] = {
        "identity": D,
        "region": "us-east-1",
        "tokens": TOKENS,
        "signing_zone": "dkim.amazonses.com",
        "signing_enabled": True,
    }
    return Expectations(**(known | reported))  # type: ignore[arg-type]  # a table of keyword arguments


def _cnames(zone: str = "dkim.amazonses.com", suffix: str = D) -> dict[str, Types]:
    return {f"{token}._domainkey.{suffix}": {"CNAME": [f"{token}.{zone}"]} for token in TOKENS}


def _spf(text: str, **names: Types) -> dict[str, Types]:
    return {D: {"TXT": [text]}, **names}


def _dmarc(*texts: str) -> dict[str, Types]:
    return {f"_dmarc.{D}": {"TXT": list(texts)}}


MF = f"bounce.{D}"
SES_MX = "10 feedback-smtp.us-east-1.amazonses.com"
SES_SPF = "v=spf1 include:amazonses.com ~all"
OK_DMARC = f"rua=mailto:dmarc@{D}"

CASES: list[tuple[str, dict[str, Types], Expectations | None]] = [
    ("spf.missing", {D: {"TXT": ["other text"]}}, None),
    ("spf.missing", {D: {"TXT": [], "MX": ["1 aspmx.l.google.com"]}, "aspmx.l.google.com": {"A": ["192.0.2.9"]},
                     "_spf.google.com": {"TXT": ["v=spf1 ip4:192.0.2.0/24 ~all"]}}, None),
    ("spf.multiple", {D: {"TXT": ["v=spf1 mx ~all", "v=spf1 ip4:192.0.2.7 -all"]}}, None),
    ("spf.syntax", _spf("v=spf1 ipv4:192.0.2.7 mx ~all"), None),
    ("spf.syntax", _spf("v=spf1 “ip4:192.0.2.7” mx ~all".encode().decode("latin-1")), None),
    ("spf.unknown-modifier", _spf("v=spf1 include=_spf.provider.example mx ~all"), None),
    ("spf.include-none", _spf("v=spf1 mx include:gone.example ~all"), None),
    ("spf.too-many-voids", _spf("v=spf1 mx a:n1.example a:n2.example a:n3.example ~all"), None),
    ("spf.void", _spf("v=spf1 mx a:n1.example ~all"), None),
    ("spf.plus-all", _spf("v=spf1 mx +all"), None),
    ("spf.neutral-all", _spf("v=spf1 mx ?all"), None),
    ("spf.no-all", _spf("v=spf1 mx"), None),
    ("spf.ptr", _spf("v=spf1 mx ptr ~all"), None),
    ("spf.after-all", _spf("v=spf1 mx ~all ip4:192.0.2.7"), None),
    ("dkim.ses-cname-missing", dict(list(_cnames().items())[:2]), _ses()),
    ("dkim.ses-cname-wrong", _cnames("dkim.eu-south-1.amazonses.com"), _ses()),
    ("dkim.ses-cname-doubled", _cnames(suffix=f"{D}.{D}"), _ses()),
    ("dkim.gave-up", dict(list(_cnames().items())[:2]), _ses(dkim_status="FAILED")),
    ("dkim.testing", {f"s1._domainkey.{D}": {"TXT": [f"v=DKIM1; k=rsa; t=y; p={RSA_2048}"]}}, None),
    ("dmarc.missing", {f"_dmarc.{D}": {"TXT": []}}, None),
    ("dmarc.multiple", _dmarc(f"v=DMARC1; p=none; {OK_DMARC}", "v=DMARC1; p=reject"), None),
    ("dmarc.not-dmarc", _dmarc("v=spf1 -all"), None),
    ("dmarc.malformed", _dmarc(f"v=DMARC1 p=none; {OK_DMARC}"), None),
    ("dmarc.malformed", _dmarc(f"v=dmarc1; p=none; {OK_DMARC}"), None),
    ("dmarc.invalid-tag", _dmarc(f"v=DMARC1; p=monitor; {OK_DMARC}"), None),
    ("dmarc.inert", _dmarc("v=DMARC1; p=monitor"), None),
    ("dmarc.no-p", _dmarc(f"v=DMARC1; {OK_DMARC}"), None),
    ("dmarc.no-rua", _dmarc("v=DMARC1; p=none"), None),
    ("dmarc.rua-invalid", _dmarc(f"v=DMARC1; p=none; rua=dmarc@{D}"), None),
    ("dmarc.rua-unauthorised", _dmarc("v=DMARC1; p=none; rua=mailto:reports@vendor.example"), None),
    ("dmarc.aspf-strict", _cnames() | _dmarc(f"v=DMARC1; p=none; aspf=s; {OK_DMARC}"), _ses(mail_from=MF)),
    ("dmarc.obsolete-tag", _dmarc(f"v=DMARC1; p=none; pct=50; {OK_DMARC}"), None),
    ("dmarc.obsolete-tag", _dmarc(f"v=DMARC1; p=quarantine; pct=50; {OK_DMARC}"), None),
    ("mail_from.not-set", _cnames() | {MF: {}}, _ses(mail_from_known=True)),
    ("mail_from.mx-missing", _cnames() | {MF: {"TXT": [SES_SPF]}}, _ses(mail_from=MF)),
    ("mail_from.mx-multiple", _cnames() | {MF: {"MX": [SES_MX, f"20 mx.{D}"], "TXT": [SES_SPF]}}, _ses(mail_from=MF)),
    (
        "mail_from.mx-wrong-region",
        _cnames() | {MF: {"MX": ["10 feedback-smtp.eu-west-1.amazonses.com"], "TXT": [SES_SPF]}},
        _ses(mail_from=MF),
    ),
    ("mail_from.spf-missing", _cnames() | {MF: {"MX": [SES_MX]}}, _ses(mail_from=MF)),
    ("mail_from.spf-no-ses", _cnames() | {MF: {"MX": [SES_MX], "TXT": ["v=spf1 mx ~all"]}}, _ses(mail_from=MF)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "change", "expectations"), CASES, ids=[f"{code}-{n}" for n, (code, *_) in enumerate(CASES)]
)
async def test_publishing_the_fix_ends_the_finding(
    code: str, change: dict[str, Types], expectations: Expectations | None
) -> None:
    table = copy.deepcopy(TABLE)
    for name, types in change.items():
        table[name] = (table.get(name, {}) if name == D else {}) | types
    async with LoopbackDns(table) as dns:
        before = _troubles(await _check(dns, D, expectations))
        assert code in before, sorted(before)
        fix = before[code].fix
        assert fix is not None
        assert fix.records or fix.remove, "a fix that fixes by records has some"
        _publish(dns, fix)
        if code == "mail_from.not-set" and expectations:  # the step: name it in the SES console
            expectations = replace(expectations, mail_from=fix.records[0].name)
        after = _troubles(await _check(dns, D, expectations))
    if code == "dkim.gave-up":  # SES itself must look again: the records are right, its status is read anew
        assert "dkim.ses-cname-missing" not in after
        return
    assert code not in after, after[code]
    assert set(after) <= set(before), {c: f for c, f in after.items() if c not in before}


@pytest.mark.parametrize("domain", ["broken.example", "typo.example", "twospf.example", "hostile.example"])
async def test_publishing_fix_after_fix_leaves_nothing_to_publish(domain: str) -> None:
    """The one who follows the report to its end reaches it: no two fixes undo each other."""
    async with LoopbackDns(copy.deepcopy(TABLE)) as dns:
        for _ in range(12):
            checked = await _check(dns, domain, None)
            open_fixes = [f.fix for f in _troubles(checked).values() if f.fix and f.fix.records]
            open_fixes = [fix for fix in open_fixes if not all(r.name.startswith("mail.") for r in fix.records)]
            if not open_fixes:
                break
            _publish(dns, open_fixes[0])
        else:
            pytest.fail(f"still something to publish: {open_fixes}")
        failed = {f.code for f in checked.report.findings if f.outcome is Outcome.FAIL}
        assert failed <= {"dkim.none", "spf.syntax"}, failed
