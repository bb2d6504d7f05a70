"""Many domains at once, over real sockets: no busy moment makes a working website look dead."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from cli import check
from cli.settings import CheckSettings
from demo.sites import SITES
from demo.zones import TABLE
from fakes.dns import DnsFault, LoopbackDns
from fakes.dns_names import Table
from fakes.web import LoopbackWeb, Site
from tests.support.terminal import parse_options
from tests.support.web import LOOPBACK, trust_ca

pytestmark = pytest.mark.asyncio(loop_scope="module")
SHOP = SITES["ready.example"]
TEN = [f"shop{number}.example" for number in range(10)]
MANY = [f"shop{number}.example" for number in range(24)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def settings() -> AsyncIterator[CheckSettings]:
    """A world whose answers for HTTPS records come later than the patience of a fetch."""
    sites: dict[str, Site] = {**SITES, **dict.fromkeys(MANY, SHOP)}
    async with LoopbackWeb(sites) as web:
        table = {**TABLE, **{name: {**TABLE.get(name, {}), **web.records()} for name in sites}}
        async with LoopbackDns(table) as dns:
            dns.fault("*", "HTTPS", DnsFault.LATE, seconds=0.6)
            with trust_ca(web.ca_file):
                yield CheckSettings((dns.address,), LOOPBACK)


async def codes(settings: CheckSettings, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, set[str]]:
    await check._open_and_check(parse_options(*words, "--json"), settings)
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {report["domain"]: {finding["code"] for finding in report["findings"]} for report in reports}


async def test_ten_domains_at_once_find_every_website(
    settings: CheckSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    codes_by_domain = await codes(settings, capsys, *TEN, "--only", "website")
    assert list(codes_by_domain) == TEN
    assert {code for domain_codes in codes_by_domain.values() for code in domain_codes} <= {
        "website.ok",
        "website.unsubscribe",
    }


async def test_a_file_of_domains_finds_every_website(
    settings: CheckSettings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "domains.txt"
    file.write_text("\n".join(MANY))
    codes_by_domain = await codes(settings, capsys, "--file", str(file))
    assert list(codes_by_domain) == MANY
    assert not {code for domain_codes in codes_by_domain.values() for code in domain_codes} & {
        "website.no-answer",
        "website.no-address",
    }
    assert all("website.ok" in domain_codes for domain_codes in codes_by_domain.values())


async def test_what_many_domains_have_in_common_is_asked_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Their provider's include with what it includes, the record of Amazon SES, and that a provider has none."""
    zone: Table = {
        "_spf.provider.example": {"TXT": ["v=spf1 include:_netblocks.provider.example -all"]},
        "_netblocks.provider.example": {"TXT": ["v=spf1 ip4:198.51.100.0/24 -all"]},
        "amazonses.com": {"TXT": ["v=spf1 ip4:199.255.192.0/22 -all"]},
    }
    spf = "v=spf1 include:_spf.provider.example include:amazonses.com include:gone.example ~all"
    async with LoopbackDns({**zone, **{name: {"TXT": [spf]} for name in MANY}}) as dns:
        codes_by_domain = await codes(CheckSettings((dns.address,)), capsys, *MANY, "--only", "spf")
        assert set(codes_by_domain) == {*MANY}
        common = (*zone, "gone.example")
        assert {name: dns.count(name, "TXT") for name in common} == dict.fromkeys(common, 1)


async def test_a_domain_that_does_not_exist_is_said_with_only(
    settings: CheckSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await codes(settings, capsys, "nowhere.example", "--only", "spf") == {
        "nowhere.example": {"mx.domain-not-found"}
    }


async def test_the_name_of_a_record_is_checked_as_its_domain(
    settings: CheckSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    codes_by_domain = await codes(settings, capsys, "_dmarc.ready.example", "--only", "spf,dkim,dmarc")
    assert list(codes_by_domain) == ["ready.example"]


async def test_a_long_list_goes_on_where_it_was_left(
    settings: CheckSettings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = tmp_path / "before.jsonl"
    before.write_text("".join(f'{{"domain": "{domain}"}}\n' for domain in TEN[:8]) + '{"domain": "shop8.exam')
    codes_by_domain = await codes(settings, capsys, *TEN, "--only", "mx", "--since", str(before))
    assert list(codes_by_domain) == TEN[8:], "a line that was cut is no domain that was checked"
    before.write_text("".join(f'{{"domain": "{domain}"}}\n' for domain in TEN))
    assert await codes(settings, capsys, *TEN, "--only", "mx", "--since", str(before)) == {}
