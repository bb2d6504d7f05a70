"""Whatever stands in DNS: judging never raises, what is unknown is never missing, and a fix fixes what it is for."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.answers import Tristate
from model import Finding, Outcome
from tests.support.dmarc import codes, judged, zone_of
from tests.support.table import Table
from tests.support.zones import applied

NAMES = ("acme.com", "news.acme.com", "a.news.acme.com")
TAGS = (
    *("p=none", "p=reject", "p=quarantine", "p=nonne", "p=", "p:none", "sp=reject", "sp=none", "sp=x", "np=reject"),
    *("psd=n", "psd=y", "psd=u", "t=y", "t=n", "adkim=s", "adkim=r", "aspf=s", "aspf=x", "fo=1", "fo=9", "v=DMARC1"),
    *("pct=50", "pct=100", "ri=60", "rf=afrf", "x=y", "hello", "", "mailto:e@acme.com", "ruf=f@acme.com"),
    *("rua=mailto:d@acme.com", "rua=mailto:d@news.acme.com", "rua=mailto:r@vendor.net", "rua=d@acme.com", "rua="),
    *(
        "rua=mailto:d@gone.acme.com!10m",
        "rua=https://acme.com/r",
        "rua=reports,mailto:d@acme.com",
        "rau=mailto:d@acme.com",
    ),
)
versions = st.sampled_from(
    ["v=DMARC1", "v=DMARC1", "v=DMARC1", "v=dmarc1", "V=DMARC1 ", '"v=DMARC1', "v=DMARC1 p=none"]
)
records = st.builds(lambda head, tags: "; ".join([head, *tags]), versions, st.lists(st.sampled_from(TAGS), max_size=5))
texts = st.one_of(records, records, st.sampled_from(["v=spf1 -all", "hello", "p=none"]), st.text(max_size=20))
contents = st.one_of(st.lists(texts, max_size=2, unique=True), st.just("!SERVFAIL"))
zones = st.dictionaries(st.sampled_from((*NAMES, "com", "vendor.net")), contents, max_size=4)
standings = st.sampled_from(Tristate)
domains = st.sampled_from(NAMES)
mendable = st.dictionaries(st.sampled_from(NAMES), st.lists(texts, min_size=1, max_size=2, unique=True), max_size=3)


def wrong(findings: Sequence[Finding]) -> set[str]:
    return {finding.code for finding in findings if finding.outcome is not Outcome.PASS}


@settings(max_examples=150, deadline=None)
@given(zones, domains, domains, standings, standings)
def test_judging_never_raises(
    held: dict[str, str | list[str]], domain: str, identity: str, dkim: Tristate, spf: Tristate
) -> None:
    findings = judged(zone_of(held, NAMES), domain, identity=identity, dkim=dkim, spf=spf, mail_from=f"b.{identity}")
    assert findings
    for finding in findings:
        assert finding.summary
        assert finding.evidence
        assert (finding.fix is None) == (finding.outcome is Outcome.PASS)
        assert finding.fix is None or finding.fix.step
    if held.get(domain) == "!SERVFAIL":
        assert codes(findings)[0] == "unknown lookup-failed"
        assert wrong(findings) <= {"dmarc.lookup-failed", "dmarc.multiple"}


@settings(max_examples=150, deadline=None)
@given(mendable, domains, standings, standings)
def test_every_fix_ends_its_finding(held: dict[str, list[str]], domain: str, dkim: Tristate, spf: Tristate) -> None:
    zone = zone_of(held, NAMES)

    def judge(at: Table) -> tuple[Finding, ...]:
        return judged(at, domain, identity="acme.com", dkim=dkim, spf=spf)

    before = judge(zone)
    for finding in before:
        if finding.fix and (finding.fix.records or finding.fix.remove):
            after = judge(applied(zone, finding.fix))
            assert finding.code not in wrong(after), (finding, codes(after))
