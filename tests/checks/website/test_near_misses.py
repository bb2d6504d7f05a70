"""Pages that use the words of a placeholder, and are none."""

import pytest

from checks.website import judge
from checks.website.details import same_owner
from model import Outcome
from tests.support.cases import cases
from tests.support.websites import FOOT, PROSE, body, facts_of, page_of, visit_of

TEXT = f"<p>{PROSE}</p>"
SHORT = (
    "<p>We build and restore wooden boats in Falmouth, from the first drawing to the last coat of varnish, for owners "
    "who mean to sail them. Come and see the yard on a weekday, or write to us with a photograph and the length of the "
    "boat. We answer within a week, and tell you honestly when a repair costs more than it is worth.</p>"
    "<p>Every winter we take four boats under cover.</p><p>The yard has a slip for boats of up to forty feet.</p>"
)
"""A business in few words: some 90."""


@pytest.mark.parametrize(
    "html",
    [
        body("<h1>New homes</h1>", SHORT, "<h2>Currently under construction</h2><p>Twelve flats.</p>", FOOT),
        body("<h1>Boilers</h1>", SHORT, "<p>Repairs, installation and scheduled maintenance for boilers.</p>", FOOT),
        body("<h1>Boats</h1>", SHORT, "<p>Our winter catalogue is coming soon.</p>", FOOT),
        body("<h1>Boats</h1>", SHORT, "<h2>Coming soon</h2><p>A course for beginners.</p>", FOOT),
        body("<h1>Boats</h1>", SHORT, "<p>Especialistas en mantenimiento de barcos.</p>", FOOT),
        body("<h1>Boats</h1>", SHORT, "<form>Members <input type=password><button>Log in</button></form>", FOOT),
        body("<h1>Boats</h1>", SHORT, '<a href="/login">Log in</a><a href="/register">Register</a>', FOOT),
        body("<h1>What a 404 error costs a shop</h1>", TEXT, FOOT, title="What a 404 error costs | Boats"),
        body("<h1>Welcome to nginx training</h1>", TEXT, TEXT, TEXT, TEXT, TEXT, FOOT, title="Learn nginx"),
        body("<h1>Index of Welsh boats</h1>", SHORT, FOOT, title="Index of Welsh boats"),
        body("<h1>Hello world</h1>", SHORT, FOOT, title="Hello World, a studio"),
        body("<h1>Vous cherchez un domaine viticole à vendre ?</h1>", TEXT, FOOT).replace("lang=en", "lang=fr"),
        body("<h1>Car parks</h1><p>Where cars are parked by people who care.</p>", SHORT, FOOT, title="Parked by us"),
        body("<h1>Boats</h1>", SHORT, "<noscript>Please enable JavaScript to see the map.</noscript>", FOOT),
        body("<h1>Boats</h1>", SHORT, "<p>Errors and omissions excepted.</p>", FOOT, title="Error-free boats"),
        body("<h1>Captcha for boats</h1>", SHORT, "<p>We check that you are human with a captcha.</p>", FOOT),
        body("<h1>Boats</h1>", SHORT, "<p>Il nostro cantiere è in arrivo a Genova: prossimamente.</p>", FOOT),
        body("<h1>Boats</h1>", SHORT, "<p>Our new website is coming in May.</p>", FOOT, "<address>The Yard</address>"),
        body("<h1>Theatre</h1><h2>Demnächst</h2>", SHORT, SHORT, FOOT),
        body("<h1>Guards</h1>", SHORT, "<p>Security checks for events.</p>", FOOT),
        body("<h1>Acme</h1>", SHORT, "<p>Acme.io is now available on iOS and Android.</p>", FOOT),
        body("<div hidden><p>Page not found</p><h2>Coming soon</h2></div>", "<h1>Boats</h1>", SHORT, FOOT),
        body("<template><h1>Under construction</h1></template>", "<h1>Boats</h1>", SHORT, FOOT),
        body("<h1>Boats</h1>", SHORT, "<p>Registered with Lloyd’s. This domain is registered to us.</p>", FOOT),
    ],
    ids=[
        "houses under construction", "maintenance as a trade", "a catalogue coming soon", "a course coming soon",
        "mantenimiento as a trade", "a login beside the text", "a login link", "an article on errors", "nginx training",
        "an index of boats", "a studio called Hello World", "a vineyard for sale", "parked cars",
        "noscript beside text", "error in a sentence", "captcha in a sentence", "prossimamente in a sentence",
        "a new website to come", "a programme", "guards", "an app that is available",
        "hidden error", "template",        "registered with",
    ],
)  # fmt: skip
def test_words_alone_are_no_placeholder(html: str) -> None:
    found = judge(facts_of(html))
    assert [one.code for one in found] == ["website.ok"], found


def test_few_words_with_the_verbs_of_a_registrar() -> None:
    html = body("<h1>St Brigid</h1><p>The charity is registered with the Charity Commission. Cars parked by the church "
                "are removed. The food bank is open on Tuesdays, and on Fridays we cook soup for all who come through "
                "the door, with bread from the bakery opposite.</p>", FOOT)  # fmt: skip
    assert [one.code for one in judge(facts_of(html))] == ["website.thin"]


def test_an_app_that_kept_the_title_of_its_template() -> None:
    html = '<title>Vite + React</title><div id="root"></div><script type="module" src="/assets/index.js"></script>'
    assert [one.code for one in judge(facts_of(html))] == ["website.needs-script"]


@cases()
def test_the_ways_in_which_a_page_shows_policy_and_contact(html: str) -> None:
    assert [one.code for one in judge(facts_of(body("<h1>Boats</h1>", SHORT, html)))] == ["website.ok"]


@cases()
def test_a_website_that_belongs_with_the_domain(domain: str, url: str, html: str) -> None:
    facts = facts_of(visit_of(html, url=url), domain=domain)
    assert same_owner(page_of(html, url), facts.host, domain, None, None)


@cases()
def test_a_website_that_has_nothing_to_do_with_it(domain: str, url: str) -> None:
    html = body(TEXT, FOOT, title="Bicycles")
    found = judge(facts_of(visit_of(html, url=url), domain=domain), organization=domain, host_organization="globex.com")
    assert [(one.code, one.outcome) for one in found] == [("website.other-organisation", Outcome.WARN)]
