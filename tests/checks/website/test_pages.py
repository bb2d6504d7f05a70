"""Whole pages, looked up and judged: those that are no website never pass or warn only, small businesses never fail.

Half of both was written before the rules were read. `pages/` holds them, a file a group.
"""

import asyncio
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from checks.fetch import Failed, Failure, Fetched
from checks.website import Browser, judge, look_up
from model import Finding, Outcome
from tests.support.findings import bare_codes
from tests.support.websites import HTML

FOLDER = Path(__file__).parent / "pages"


def _read_pages(*files: str) -> list[Any]:
    pages_by_file = [tomllib.loads((FOLDER / f"{file}.toml").read_text(encoding="utf-8"))["page"] for file in files]
    return [pytest.param(page, id=page["name"]) for pages in pages_by_file for page in pages]


NO_WEBSITE = _read_pages("no_website_blind", "no_website_unseen", "no_website")
BUSINESSES = _read_pages("businesses_blind", "businesses_unseen", "businesses")
REPORTED = _read_pages("reported")


class _Site:
    """One host that answers with these pages, and 404 elsewhere."""

    def __init__(self, page: Mapping[str, Any]) -> None:
        self.domain: str = page.get("domain", "acme.example")
        self._at = {"/": page["html"], **page.get("at", {})}

    async def fetch(self, url: str, *, until: float, limit: int = 2_000_000) -> Fetched | Failed:
        parts = urlsplit(url)
        if parts.hostname != self.domain:
            return Failed(url, Failure.NO_ADDRESS, "no such name")
        html = self._at.get(parts.path or "/")
        body = (html or "<title>404 Not Found</title><h1>Not Found</h1>").encode()
        return Fetched(url, 200 if html else 404, {"content-type": HTML}, body[:limit], False, (), 0.01)


async def judge_site(page: Mapping[str, Any]) -> tuple[Finding, ...]:
    site = _Site(page)
    facts = await look_up(site.domain, Browser(site, asyncio.get_running_loop().time() + 60))
    return judge(facts, organization=site.domain, host_organization=site.domain)


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    assert len(NO_WEBSITE) >= 60
    assert len(BUSINESSES) >= 60
    names = [page.id for page in (*NO_WEBSITE, *BUSINESSES, *REPORTED)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("page", NO_WEBSITE)
async def test_what_is_no_website_fails_or_is_unknown(page: Mapping[str, Any]) -> None:
    findings = await judge_site(page)
    assert {finding.outcome for finding in findings} & {Outcome.FAIL, Outcome.UNKNOWN}, findings


@pytest.mark.parametrize("page", BUSINESSES)
async def test_a_small_business_does_not_fail(page: Mapping[str, Any]) -> None:
    findings = await judge_site(page)
    assert {finding.outcome for finding in findings} <= {Outcome.PASS, Outcome.WARN}, findings


@pytest.mark.parametrize("page", [*REPORTED, *(page for page in NO_WEBSITE if "expect" in page.values[0])])
async def test_the_kind_of_a_page_is_named(page: Mapping[str, Any]) -> None:
    codes = set(bare_codes(await judge_site(page)))
    assert codes & set(page["expect"]), codes
