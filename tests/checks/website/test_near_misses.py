"""Pages that use the words of a placeholder, and are none."""

from checks.website import judge
from checks.website.details import has_same_owner
from model import Outcome
from tests.support.cases import cases
from tests.support.findings import bare_codes
from tests.support.websites import FOOT, PROSE, body, facts_of, page_of, visit_of

TEXT = f"<p>{PROSE}</p>"
SHORT = (
    "<p>We build and restore wooden boats in Falmouth, from the first drawing to the last coat of varnish, for owners "
    "who mean to sail them. Come and see the yard on a weekday, or write to us with a photograph and the length of the "
    "boat. We answer within a week, and tell you honestly when a repair costs more than it is worth.</p>"
    "<p>Every winter we take four boats under cover.</p><p>The yard has a slip for boats of up to forty feet.</p>"
)
"""A business in few words: some 90."""


@cases(SHORT=SHORT, TEXT=TEXT)
def test_words_alone_are_no_placeholder(html: str) -> None:
    findings = judge(facts_of(html))
    assert bare_codes(findings) == ["ok"], findings


def test_few_words_with_the_verbs_of_a_registrar() -> None:
    html = body("<h1>St Brigid</h1><p>The charity is registered with the Charity Commission. Cars parked by the church "
                "are removed. The food bank is open on Tuesdays, and on Fridays we cook soup for all who come through "
                "the door, with bread from the bakery opposite.</p>", FOOT)  # fmt: skip
    assert bare_codes(judge(facts_of(html))) == ["thin"]


def test_an_app_that_kept_the_title_of_its_template() -> None:
    html = '<title>Vite + React</title><div id="root"></div><script type="module" src="/assets/index.js"></script>'
    assert bare_codes(judge(facts_of(html))) == ["needs-script"]


@cases()
def test_the_ways_in_which_a_page_shows_policy_and_contact(html: str) -> None:
    assert bare_codes(judge(facts_of(body("<h1>Boats</h1>", SHORT, html)))) == ["ok"]


@cases()
def test_a_website_that_belongs_with_the_domain(domain: str, url: str, html: str) -> None:
    facts = facts_of(visit_of(html, url=url), domain=domain)
    assert has_same_owner(page_of(html, url), facts.host, domain, None, None)


@cases()
def test_a_website_that_has_nothing_to_do_with_it(domain: str, url: str) -> None:
    html = body(TEXT, FOOT, title="Bicycles")
    findings = judge(
        facts_of(visit_of(html, url=url), domain=domain), organization=domain, host_organization="globex.com"
    )
    assert [(finding.code, finding.outcome) for finding in findings] == [("website.other-organisation", Outcome.WARN)]
