"""The websites of the samples: each shows what `help` says of it, and `!fix` leaves one with nothing amiss."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from checks.names import domain_of
from checks.website import judge
from demo.sites import REPAIRED_SITES, SITES, registrations, renewals
from demo.zones import SAMPLES, TABLE
from fakes.web import Site, WebPage
from tests.support.websites import facts_of, visit_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)
AT_FAULT: Mapping[str, str] = {
    "broken.example": "under-construction",
    "parked.example": "parked",
    "portal.example": "login-only",
    "nginx.example": "default-page",
    "down.example": "http-error",
}


def code(domain: str, site: Site) -> str:
    page = site.pages.get("/", site.pages.get("*", ""))
    page = page if isinstance(page, WebPage) else WebPage(page)
    visit = visit_of(page.octets, url=f"https://{domain}/", status=page.status)
    return judge(facts_of(visit, domain=domain, second_visit=visit), marketing=True)[0].code.removeprefix("website.")


def test_every_sample_has_a_website_but_the_one_that_does_not_exist() -> None:
    domains = {domain_of(sample.domain) for sample in SAMPLES}
    assert domains - set(SITES) == {"nowhere.example"}
    assert set(SITES) <= set(TABLE)


@pytest.mark.parametrize("domain", sorted(set(SITES) - {"news.ready.example"}))
def test_a_website_shows_what_it_is_there_for(domain: str) -> None:
    assert code(domain, SITES[domain]) == AT_FAULT.get(domain, "ok")


@pytest.mark.parametrize("domain", sorted(REPAIRED_SITES))
def test_what_is_put_in_its_place_is_in_order(domain: str) -> None:
    assert code(domain, REPAIRED_SITES[domain]) == "ok"


@pytest.mark.parametrize("domain", sorted(set(SITES) - {"news.ready.example"}))
def test_every_page_that_a_website_links_to_is_there(domain: str) -> None:
    site = REPAIRED_SITES.get(domain, SITES[domain])
    page = site.pages["/"]
    found = visit_of(str(page), url=f"https://{domain}/").page
    assert found
    assert {link.target for link in found.links if link.url} <= set(site.pages)


def test_the_registry_knows_them() -> None:
    known = registrations(NOW)
    assert set(SITES) - set(known) == {"news.ready.example"}
    assert set(renewals(NOW)) == {"young.example", "lapsed.example"}
