"""Which addresses are opened for a website, in which order, and what of it counts. The web is a table here."""

import asyncio
import importlib
from collections.abc import Mapping

import pytest

from checks.fetch import Failed, Failure, Fetched
from checks.website import Browser, Role, WebsiteFacts, judge, look_up
from checks.website.facts import host_of
from tests.support.cases import cases
from tests.support.findings import bare_codes
from tests.support.websites import FOOT, HTML, PROSE, body

MODULE = importlib.import_module("checks.website.look_up")
"""The package has a function of the same name."""
SITE = body("<h1>Acme</h1>", f"<p>{PROSE}</p>", FOOT)
Answer = str | int | Failure | tuple[int, str]


class Table:
    """A web of these addresses: a page of HTML, a status without one, a failure; or a hang, for `TIMEOUT`. A host that
    is not in it does not exist."""

    def __init__(self, answers: Mapping[str, Answer] | Mapping[str, Answer | list[Answer]]) -> None:
        self._answers = {url: answer if isinstance(answer, list) else [answer] for url, answer in answers.items()}
        self.asked: list[str] = []

    async def fetch(self, url: str, *, until: float, limit: int = 2_000_000) -> Fetched | Failed:
        self.asked.append(url)
        known = {host_of(known_url) for known_url in self._answers}
        missing: list[Answer] = [Failure.REFUSED if host_of(url) in known else Failure.NO_ADDRESS]
        answers = self._answers.get(url, missing)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer is Failure.TIMEOUT:
            await asyncio.sleep(max(0.0, until - asyncio.get_running_loop().time()))
        if isinstance(answer, Failure):
            return Failed(url, answer, answer.value)
        status, html = (
            (200, answer) if isinstance(answer, str) else answer if isinstance(answer, tuple) else (answer, "")
        )
        return Fetched(url, status, {"content-type": HTML}, html.encode()[:limit], False, (), 0.01)


async def open_website(
    table: Table, *, seconds: float = 5.0, website: str | None = None, organization: str | None = None
) -> WebsiteFacts:
    until = asyncio.get_running_loop().time() + seconds
    return await look_up("acme.example", Browser(table, until), website=website, organization=organization)


def codes(facts: WebsiteFacts) -> list[str]:
    return bare_codes(judge(facts))


@pytest.mark.parametrize(
    ("answers", "options", "url"),
    [
        ({"https://acme.example/": SITE}, {}, "https://acme.example/"),
        ({"https://www.acme.example/": SITE}, {}, "https://www.acme.example/"),
        ({"http://acme.example/": SITE}, {}, "http://acme.example/"),
        ({"https://acme.example/": Failure.REFUSED, "https://www.acme.example/": SITE}, {}, "https://www.acme.example/"),
        ({"https://acme.com/": SITE}, {"organization": "acme.com"}, "https://acme.com/"),
        ({"https://other.example": SITE}, {"website": "other.example"}, "https://other.example"),
        ({"https://other.example/about": SITE}, {"website": " other.example/about "}, "https://other.example/about"),
        ({"https://other.example/a": SITE}, {"website": "http://other.example/a"}, "https://other.example/a"),
        ({"http://other.example/a": SITE}, {"website": "http://other.example/a"}, "http://other.example/a"),
        ({"http://other.example:8080/": SITE}, {"website": "http://other.example:8080/"}, "http://other.example:8080/"),
        ({"https://bücher.example": SITE}, {"website": "bücher.example"}, "https://bücher.example"),
    ],
    ids=[
        "the domain", "www", "http", "www where the apex is refused", "its organization", "a host", "a path",
        "http typed, https there", "http typed, no https", "a port", "IDN",
    ],
)  # fmt: skip
async def test_which_address_counts(answers: dict[str, Answer], options: dict[str, str], url: str) -> None:
    facts = await open_website(Table(answers), website=options.get("website"), organization=options.get("organization"))
    assert facts.url == url
    assert facts.visit.page
    assert "ok" in codes(facts) or url.startswith("http:") or "other" in url


async def test_https_typed_where_there_is_only_http() -> None:
    facts = await open_website(Table({"http://acme.example/": SITE}), website="https://acme.example/")
    [finding] = judge(facts)
    assert finding.code == "website.http-only"
    assert "https://acme.example/ → refused" in finding.evidence
    assert finding.fix
    assert "http://acme.example/" in finding.fix.step


async def test_no_host_at_all() -> None:
    facts = await open_website(Table({}), organization="acme.example")
    assert codes(facts) == ["no-address"]
    assert facts.url == "https://acme.example/"
    assert len(facts.earlier_visits) == 1


@cases()
async def test_what_is_at_fault_is_not_passed_over(answer: Failure, code: str) -> None:
    table = Table({"https://acme.example/": answer, "http://acme.example/": SITE, "https://www.acme.example/": SITE})
    assert codes(await open_website(table)) == [code]
    assert table.asked == ["https://acme.example/"]


@cases()
async def test_what_became_of_http_counts_where_no_one_listens_for_https(of_http: Failure, code: str) -> None:
    table = Table({"https://acme.example/": Failure.REFUSED, "http://acme.example/": of_http})
    facts = await open_website(table, seconds=0.2)
    assert codes(facts) == [code]
    assert {"https://acme.example/", "http://acme.example/"} <= {
        visit.url for visit in (*facts.earlier_visits, facts.visit)
    }


async def test_a_name_without_www_that_refuses_counts_when_www_is_not_there() -> None:
    facts = await open_website(Table({"https://acme.example/": Failure.REFUSED}))
    assert codes(facts) == ["no-answer"]
    assert facts.url == "https://acme.example/"


async def test_http_is_tried_beside_an_https_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "_HEAD_START", 0.02)
    facts = await open_website(
        Table({"https://acme.example/": Failure.TIMEOUT, "http://acme.example/": SITE}), seconds=0.3
    )
    assert codes(facts) == ["http-only"]


async def test_a_website_that_hangs_ends_by_the_deadline() -> None:
    table = Table({"https://acme.example/": Failure.TIMEOUT, "http://acme.example/": Failure.TIMEOUT})
    facts = await open_website(table, seconds=0.2)
    assert codes(facts) == ["blocked-us"]


async def test_an_error_is_asked_again_before_it_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "_RETRY_PAUSE", 0.0)
    broken = Table({"https://acme.example/": 503})
    assert codes(await open_website(broken)) == ["http-error"]
    assert broken.asked == ["https://acme.example/"] * 2
    restarting = Table({"https://acme.example/": [503, SITE]})
    facts = await open_website(restarting)
    assert codes(facts) == ["ok"]
    assert facts.linked_page(Role.PRIVACY)


async def test_an_error_at_the_very_end_is_not_given_as_one() -> None:
    assert codes(await open_website(Table({"https://acme.example/": 503}), seconds=0.1)) == ["blocked-us"]


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_the_one_who_turns_a_visitor_away_is_asked_once(status: int) -> None:
    table = Table({"https://acme.example/": status})
    await open_website(table)
    assert len(table.asked) == 1


@cases()
async def test_a_page_that_sends_a_browser_on(html: str) -> None:
    facts = await open_website(Table({"https://acme.example/": html, "https://acme.example/en/": SITE}))
    assert facts.url == "https://acme.example/en/"
    assert [visit.url for visit in facts.earlier_visits] == ["https://acme.example/"]
    assert codes(facts) == ["ok"]


@cases()
async def test_a_gate_of_one_click_is_passed(html: str) -> None:
    facts = await open_website(Table({"https://acme.example/": html, "https://acme.example/en": SITE}))
    assert facts.url == "https://acme.example/en"
    assert codes(facts) == ["ok"]


async def test_a_second_gate_is_not_passed() -> None:
    first = body('<h1>Are you over 18?</h1><a href="/in">Yes</a>')
    second = body('<h1>Are you over 21?</h1><a href="/further">Yes</a>')
    answers: dict[str, Answer] = {
        "https://acme.example/": first,
        "https://acme.example/in": second,
        "https://acme.example/further": SITE,
    }
    facts = await open_website(Table(answers))
    assert facts.url == "https://acme.example/in"


async def test_two_more_pages_are_opened_where_the_first_says_little() -> None:
    links = "".join(f'<a href="/{name}">{name}</a>' for name in ("boats", "crew", "yard", "brochure.pdf"))
    text = f"<p>{PROSE[:200]}</p>"
    answers: dict[str, Answer] = {"https://acme.example/": body("<h1>Acme</h1>", links)}
    answers |= {f"https://acme.example/{name}": body(text, f"<p>{name}</p>") for name in ("boats", "crew", "yard")}
    table = Table(answers)
    facts = await open_website(table)
    assert sorted(table.asked[1:]) == ["https://acme.example/boats", "https://acme.example/crew"]
    assert len(facts.further_visits) == 2
    assert "no-contact" in codes(facts)
    front: dict[str, Answer] = {"https://acme.example/": body(f"<h1>Acme</h1><p>{PROSE}</p>", FOOT, links)}
    full = Table(front | answers_of("privacy"))
    await open_website(full)
    assert not {"https://acme.example/boats", "https://acme.example/crew"} & {*full.asked}


def answers_of(*paths: str) -> dict[str, Answer]:
    return {f"https://acme.example/{path}": SITE for path in paths}


async def test_pages_that_send_a_browser_in_circles_end() -> None:
    onward, back = (f'<meta http-equiv="refresh" content="0;url=/{path}">' for path in ("b", ""))
    table = Table({"https://acme.example/": onward, "https://acme.example/b": back})
    facts = await open_website(table)
    assert len(table.asked) == 2
    assert codes(facts)


LINKS = body(
    f"<h1>Acme</h1><p>{PROSE}</p>",
    '<a href="/privacy">Privacy</a><a href="https://www.acme.example/contact">Write</a><a href="/imprint">Imprint</a>',
    '<a href="/join">Sign up</a><a href="/leave">Unsubscribe</a><a href="https://evil.example/privacy">Privacy</a>',
    *(f'<a href="/privacy/{n}">Privacy {n}</a>' for n in range(50)),
)


async def test_the_pages_behind_it_are_opened_once_each_and_few() -> None:
    paths = ("privacy", "join", "leave")
    table = Table(
        {"https://acme.example/": LINKS, "https://www.acme.example/contact": SITE}
        | {f"https://acme.example/{path}": SITE for path in paths}
    )
    facts = await open_website(table)
    assert sorted(table.asked[1:]) == [
        *(f"https://acme.example/{path}" for path in sorted(paths)), "https://www.acme.example/contact",
    ]  # fmt: skip
    assert {linked.role for linked in facts.linked_pages} == set(Role)
    assert codes(facts) == ["ok", "unsubscribe"]


async def test_pages_of_others_are_not_opened() -> None:
    html = body(f"<p>{PROSE}</p>", '<a href="https://policies.example/acme">Privacy</a><a href="#c">Contact</a>')
    table = Table({"https://acme.example/": html})
    facts = await open_website(table)
    assert table.asked == ["https://acme.example/"]
    assert codes(facts) == ["ok"]


async def test_linked_pages_that_hang_are_not_missing() -> None:
    answers: dict[str, Answer | list[Answer]] = {"https://acme.example/": LINKS}
    answers |= {f"https://acme.example/{path}": Failure.TIMEOUT for path in ("privacy", "join", "leave")}
    facts = await open_website(Table(answers), seconds=0.5)
    assert codes(facts) == ["ok", "unsubscribe"]


async def test_text_whose_links_are_all_dead_is_no_substance() -> None:
    answers: dict[str, Answer | list[Answer]] = {"https://acme.example/": SITE}
    answers |= {"https://acme.example/privacy": (200, "<title>Page not found</title><h1>404</h1>")}
    answers |= {"https://acme.example/contact": 404}
    assert codes(await open_website(Table(answers))) == ["empty", "no-privacy", "no-contact"]


async def test_a_policy_that_only_the_imprint_links_to() -> None:
    html = body(f"<p>{PROSE}</p>", '<a href="/impressum">Impressum</a>')
    table = Table({"https://acme.example/": html, "https://acme.example/impressum": SITE})
    assert codes(await open_website(table)) == ["ok"]
