"""The registry is asked over a real socket: by which name, where, and what becomes of each way to answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from checks.fetch import Fetcher
from checks.rdap import AgeFacts, RdapOutcome, _candidate_names, look_up, registration_date, registry_url
from fakes.rdap import LoopbackRdap, RawRdapAnswer, RegisteredDomain
from tests.support.cases import cases
from tests.support.table import TableResolver

SINCE = datetime(2014, 3, 3, 10, tzinfo=UTC)
GOOD = RegisteredDomain(SINCE, "2030-03-03T10:00:00Z")


class Registry(LoopbackRdap):
    """A registry with someone who asks it."""

    fetcher: Fetcher

    async def look_up(self, domain: str, organization: str | None = None, *, seconds: float = 30.0) -> AgeFacts:
        until = asyncio.get_running_loop().time() + seconds
        return await look_up(domain, organization, self.fetcher, base_url=self.url, until=until)


@asynccontextmanager
async def registry(**domains: RegisteredDomain | RawRdapAnswer) -> AsyncIterator[Registry]:
    """`acme_com=` for acme.com. Only what the operator named may be private, as in the bot."""
    answers = {name.replace("_", "."): domain for name, domain in domains.items()}
    async with Registry(answers) as rdap, Fetcher(TableResolver({}), trusted=[rdap.url]) as fetcher:
        rdap.fetcher = fetcher
        yield rdap


async def test_a_registered_domain() -> None:
    async with registry(acme_com=GOOD) as rdap:
        facts = await rdap.look_up("acme.com")
        assert facts.requests == (f"RDAP {rdap.url}domain/acme.com: 200",)
        assert "application/rdap+json" in rdap.accepts[0]
    assert facts.outcome is RdapOutcome.ANSWERED
    assert facts.registration
    assert facts.registration.registered == SINCE
    assert registration_date(facts) == SINCE.date()


@cases()
async def test_one_label_up_at_a_time(domain: str, organization: str | None, names: list[str]) -> None:
    async with registry(acme_com=GOOD) as rdap:
        facts = await rdap.look_up(domain, organization)
    assert facts.registration
    assert facts.registration.domain == "acme.com"
    assert facts.domain == domain
    assert rdap.asked == names


@cases()
def test_no_suffix_is_asked_about(domain: str, organization: str | None, names: list[str]) -> None:
    assert _candidate_names(domain, organization or domain) == names


@pytest.mark.parametrize(
    ("answer", "outcome", "why"),
    [
        (RawRdapAnswer({"errorCode": 404}, 404), RdapOutcome.NOT_FOUND, ""),
        (RawRdapAnswer({"errorCode": 404, "title": "Not Found"}, 200), RdapOutcome.NOT_FOUND, ""),
        (RawRdapAnswer(b"", 404), RdapOutcome.NOT_FOUND, ""),
        (RawRdapAnswer(b"", 400), RdapOutcome.FAILED, "HTTP status 400"),
        (RawRdapAnswer(b"", 429, {"Retry-After": "120"}), RdapOutcome.RATE_LIMITED, "no more questions"),
        (RawRdapAnswer({"errorCode": 429}, 200), RdapOutcome.RATE_LIMITED, "no more questions"),
        (RawRdapAnswer(b"", 500), RdapOutcome.FAILED, "HTTP status 500"),
        (RawRdapAnswer(b"", 403), RdapOutcome.FAILED, "HTTP status 403"),
        (RawRdapAnswer("<html>maintenance</html>"), RdapOutcome.FAILED, "could not be read"),
        (RawRdapAnswer({"objectClassName": "domain"}), RdapOutcome.FAILED, "could not be read"),
        (
            RawRdapAnswer(b"", 302, {"Location": "http://127.0.0.1:9/"}),
            RdapOutcome.FAILED,
            "127.0.0.1 is not a public address",
        ),
        (RawRdapAnswer(b"", 302, {"Location": "/domain/acme.com"}), RdapOutcome.FAILED, "circle"),
        (RegisteredDomain(SINCE, more={"ldhName": "other.com"}), RdapOutcome.FAILED, "another domain"),
        (RawRdapAnswer(b"", delay=5), RdapOutcome.FAILED, "could not be asked (it did not answer in time)"),
    ],
)
async def test_ways_not_to_answer(answer: RegisteredDomain | RawRdapAnswer, outcome: RdapOutcome, why: str) -> None:
    async with registry(acme_com=answer) as rdap:
        facts = await rdap.look_up(
            "acme.com", seconds=0.3 if isinstance(answer, RawRdapAnswer) and answer.delay else 30
        )
    assert facts.outcome is outcome
    assert why in facts.why
    assert facts.registration is None
    assert len(facts.requests) == 1


async def test_a_limit_of_rate_ends_the_asking() -> None:
    async with registry(acme_com=GOOD) as rdap:
        rdap.limited = 90
        facts = await rdap.look_up("mail.acme.com")
    assert (facts.outcome, facts.retry_after) == (RdapOutcome.RATE_LIMITED, "90")
    assert rdap.asked == ["mail.acme.com"]


async def test_an_answer_about_the_parent_leads_to_it() -> None:
    """Some registries answer for the registered name whatever was asked below it; then that name is asked for."""
    below = RegisteredDomain(SINCE, more={"ldhName": "acme.com"})
    async with registry(mail_acme_com=below, acme_com=GOOD) as rdap:
        facts = await rdap.look_up("mail.acme.com")
    assert facts.registration
    assert facts.registration.domain == "acme.com"
    assert rdap.asked == ["mail.acme.com", "acme.com"]


async def test_a_redirect_is_followed_to_where_one_may_go() -> None:
    async with registry(acme_com=GOOD) as other, registry() as rdap:
        rdap.domains["acme.com"] = RawRdapAnswer(b"", 307, {"Location": f"{other.url}domain/acme.com"})
        assert (await rdap.look_up("acme.com")).outcome is RdapOutcome.FAILED  # a private network that no one named
        async with Fetcher(TableResolver({}), allow_networks=["127.0.0.0/8"]) as rdap.fetcher:
            facts = await rdap.look_up("acme.com")
        assert facts.requests == (f"RDAP {other.url}domain/acme.com: 200",)
    assert registration_date(facts) == SINCE.date()


class TestThinRegistries:
    """What a registry leaves to the registrar is asked there, once, of the same domain."""

    @staticmethod
    def pointing(to: str, **more: Any) -> RegisteredDomain:
        link = {"rel": "related", "href": to, "type": "application/rdap+json"}
        return RegisteredDomain(None, statuses=("client hold",), more={"links": [link], **more})

    async def test_the_date_comes_from_the_registrar(self) -> None:
        async with registry(acme_com=GOOD) as registrar, registry() as rdap:
            rdap.domains["acme.com"] = self.pointing(f"{registrar.url}domain/ACME.COM")
            async with Fetcher(TableResolver({}), trusted=[rdap.url, registrar.url]) as rdap.fetcher:
                facts = await rdap.look_up("acme.com")
        assert registration_date(facts) == SINCE.date()
        assert facts.registration
        assert facts.registration.statuses == ("clientHold",)  # what the registry says is the registry's
        assert len(facts.requests) == 2

    @pytest.mark.parametrize(
        "answer", [RegisteredDomain(SINCE, more={"ldhName": "other.com"}), RawRdapAnswer(b"", 500), RawRdapAnswer(b"x")]
    )
    async def test_what_else_is_there_is_left_alone(self, answer: RegisteredDomain | RawRdapAnswer) -> None:
        async with registry(acme_com=answer) as registrar, registry() as rdap:
            rdap.domains["acme.com"] = self.pointing(f"{registrar.url}domain/acme.com")
            async with Fetcher(TableResolver({}), trusted=[rdap.url, registrar.url]) as rdap.fetcher:
                facts = await rdap.look_up("acme.com")
        assert facts.outcome is RdapOutcome.ANSWERED
        assert registration_date(facts) is None

    async def test_a_link_into_a_private_network_is_not_followed(self) -> None:
        async with registry(acme_com=GOOD) as inside, registry() as rdap:
            rdap.domains["acme.com"] = self.pointing(f"{inside.url}domain/acme.com")
            facts = await rdap.look_up("acme.com")
        assert inside.asked == []
        assert facts.outcome is RdapOutcome.ANSWERED
        assert registration_date(facts) is None


@cases()
def test_the_server_of_a_top_level_domain(domain: str, url: str | None) -> None:
    assert registry_url(domain) == url


async def test_without_a_server_nothing_is_asked() -> None:
    async with Fetcher(TableResolver({})) as fetcher:
        facts = await look_up("acme.example", None, fetcher, until=asyncio.get_running_loop().time() + 30)
    assert facts.outcome is RdapOutcome.NO_SERVER
    assert facts.why == "the registry of .example is not known to answer by RDAP"
    assert facts.requests == ()
