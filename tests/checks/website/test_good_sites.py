"""Websites of businesses that a reviewer would not stumble over: no false alarm, whatever their kind and language."""

import pytest

from checks.website import judge
from model import Outcome
from tests.support.findings import bare_codes
from tests.support.websites import GOOD, facts_of, read_good_site, visit_of

OF = {
    "shop": "fernclay.example",
    "app": "rosterly.example",
    "german": "lindenhof-buecher.example",
    "japanese": "konoha-pan.example",
    "arabic": "nakheel.example",
    "church": "stbrigids.example",
    "clinic": "dental-robles.example",
    "restaurant": "amalfi.example",
    "developer": "okafor.example",
    "newspaper": "harbourtimes.example",
    "saas": "tallyport.example",
    "blog": "namewise.example",
}


def test_every_good_site_is_tried() -> None:
    assert {path.stem for path in GOOD.glob("*.html")} == set(OF)


@pytest.mark.parametrize("name", sorted(OF))
@pytest.mark.parametrize("marketing", [None, False], ids=["not given", "transactional"])
def test_a_good_site_only_passes(name: str, marketing: bool | None) -> None:
    facts = facts_of(visit_of(read_good_site(name), url=f"https://www.{OF[name]}/"), domain=OF[name])
    findings = judge(facts, organization=OF[name], host_organization=OF[name], marketing=marketing)
    assert [finding.code for finding in findings if finding.outcome is not Outcome.PASS] == [], findings
    assert findings[0].code == "website.ok"


@pytest.mark.parametrize(
    "name", ["shop", "app", "german", "japanese", "arabic", "developer", "newspaper", "saas", "blog"]
)
def test_a_site_with_a_form_to_sign_up_passes_for_marketing(name: str) -> None:
    facts = facts_of(visit_of(read_good_site(name), url=f"https://{OF[name]}/"), domain=OF[name])
    assert {finding.outcome for finding in judge(facts, marketing=True)} == {Outcome.PASS}


@pytest.mark.parametrize("name", ["church", "clinic"])
def test_a_site_without_one_does_not(name: str) -> None:
    facts = facts_of(visit_of(read_good_site(name), url=f"https://{OF[name]}/"), domain=OF[name])
    assert bare_codes(judge(facts, marketing=True)) == ["no-signup"]


@pytest.mark.parametrize("name", ["shop", "german", "newspaper", "blog"])
def test_a_page_to_unsubscribe_is_reported(name: str) -> None:
    facts = facts_of(visit_of(read_good_site(name), url=f"https://{OF[name]}/"), domain=OF[name])
    assert "website.unsubscribe" in [finding.code for finding in judge(facts)]
