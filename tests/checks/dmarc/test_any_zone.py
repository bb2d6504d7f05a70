"""Whatever stands in DNS: judging never raises, what is unknown is never missing, and a fix fixes what it is for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.answers import Tristate
from model import Finding, Outcome
from tests.support.dmarc import dmarc_zone, judge_zone
from tests.support.findings import codes_of, list_faults
from tests.support.table import Table
from tests.support.zones import publish_fix

NAMES = ("acme.com", "news.acme.com", "a.news.acme.com")
TAGS = (
    *("p=none", "p=reject", "p=quarantine", "p=nonne", "p=", "p:none", "sp=reject", "sp=none", "sp=x", "np=reject"),
    *("psd=n", "psd=y", "psd=u", "t=y", "t=n", "adkim=s", "adkim=r", "aspf=s", "aspf=x", "fo=1", "fo=9", "v=DMARC1"),
    *("pct=50", "pct=100", "ri=60", "rf=afrf", "x=y", "hello", "", "mailto:e@acme.com", "ruf=f@acme.com"),
    *("rua=mailto:d@acme.com", "rua=mailto:d@news.acme.com", "rua=mailto:r@vendor.net", "rua=d@acme.com", "rua="),
    *("rua=mailto:d@gone.acme.com!10m", "rua=https://acme.com/r", "rua=reports,mailto:d@acme.com"),
    "rau=mailto:d@acme.com",
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
fixable = st.dictionaries(st.sampled_from(NAMES), st.lists(texts, min_size=1, max_size=2, unique=True), max_size=3)


@settings(max_examples=150, deadline=None)
@given(zones, domains, domains, standings, standings)
def test_judging_never_raises(
    published: dict[str, str | list[str]], domain: str, identity: str, dkim: Tristate, spf: Tristate
) -> None:
    findings = judge_zone(
        dmarc_zone(published, NAMES), domain, identity=identity, dkim=dkim, spf=spf, mail_from=f"b.{identity}"
    )
    assert findings
    for finding in findings:
        assert finding.summary
        assert finding.evidence
        assert (finding.fix is None) == (finding.outcome is Outcome.PASS)
        assert finding.fix is None or finding.fix.step
    if published.get(domain) == "!SERVFAIL":
        assert codes_of(findings)[0] == "lookup-failed U"
        assert list_faults(findings) <= {"dmarc.lookup-failed", "dmarc.multiple"}


@settings(max_examples=150, deadline=None)
@given(fixable, domains, standings, standings)
def test_every_fix_ends_its_finding(
    published: dict[str, list[str]], domain: str, dkim: Tristate, spf: Tristate
) -> None:
    zone = dmarc_zone(published, NAMES)

    def judge(judged_zone: Table) -> tuple[Finding, ...]:
        return judge_zone(judged_zone, domain, identity="acme.com", dkim=dkim, spf=spf)

    before = judge(zone)
    for finding in before:
        if finding.fix and (finding.fix.records or finding.fix.remove):
            after = judge(publish_fix(zone, finding.fix))
            assert finding.code not in list_faults(after), (finding, codes_of(after))
