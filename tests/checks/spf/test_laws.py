"""What holds for every zone, however mangled: the contract of findings, and that linter and evaluator agree."""

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.spf import check_host
from tests.support.codes import CODES
from tests.support.findings import bare_codes
from tests.support.spf_cases import Zone
from tests.support.spf_lint import lint
from tests.support.spf_zones import HOSTS, calm_zones, sound_zones, zones
from tests.support.table import Table, TableResolver
from tests.support.virtual import run
from tests.support.zones import publish_fix


@settings(max_examples=150, deadline=None)
@given(zones)
def test_every_finding_of_every_zone_keeps_the_contract(zone: Zone) -> None:
    findings = lint(zone, "example.com")
    for finding in findings:
        assert finding.outcome in CODES[finding.code]
        if finding.outcome == "pass":
            continue
        assert finding.evidence
        assert finding.fix is not None
        assert finding.fix.step or finding.fix.records
        if finding.fix.records and finding.code not in ("spf.missing", "spf.multiple"):
            after = lint(publish_fix(zone, finding.fix), "example.com")
            assert finding.code.removeprefix("spf.") not in bare_codes(after)
            assert set(bare_codes(after, "fail")) <= set(bare_codes(findings, "fail"))


@settings(max_examples=200, deadline=None)
@given(st.one_of(zones, calm_zones, calm_zones))
def test_what_is_ok_is_never_an_error_for_the_evaluator(zone: Zone) -> None:
    if "ok" not in bare_codes(lint(zone, "example.com")) or "%{" in str(zone):
        return
    for ip in HOSTS[:2]:
        assert result_of(zone, ip) in ("pass", "fail", "softfail", "neutral")


@settings(max_examples=150, deadline=None)
@given(st.one_of(sound_zones, calm_zones))
def test_what_is_an_error_on_every_path_is_never_ok(zone: Zone) -> None:
    if {result_of(zone, ip) for ip in (*HOSTS, "198.51.100.99")} == {"permerror"}:
        assert "ok" not in bare_codes(lint(zone, "example.com"))


@settings(max_examples=200, deadline=None)
@given(st.one_of(zones, calm_zones, calm_zones))
def test_no_fix_takes_away_what_passes_today(zone: Zone) -> None:
    """But for the two that say so: an open record is closed, and ptr goes where other terms remain."""
    for finding in lint(zone, "example.com"):
        if finding.fix is None or not finding.fix.records or finding.code in ("spf.plus-all", "spf.ptr"):
            continue
        after = publish_fix(zone, finding.fix)
        for ip in (*HOSTS, "192.0.2.20", "198.51.100.1"):
            if result_of(zone, ip) == "pass":
                assert result_of(after, ip) == "pass", finding.code


def result_of(zone: Table, ip: str) -> str:
    dns = TableResolver(zone)
    return run(check_host(ip, "example.com", "a@example.com", "h.example.net", dns))[0][0]
