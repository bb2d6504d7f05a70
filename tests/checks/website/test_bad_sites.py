"""Sample sites with the findings that each deserves: pages that are no website of a business, and websites that lack
something. Every one that is no website has that one finding, and nothing finer."""

from dataclasses import replace

import pytest

from checks.fetch import Failure, Tls
from checks.website import Role, WebsiteFacts, judge
from checks.website.details import load_findings
from model import Finding, Outcome
from tests.support.cases import cases
from tests.support.codes import CODES
from tests.support.findings import bare_codes
from tests.support.websites import FOOT, PROSE, body, facts_of, failed_visit, visit_of

FAIL, WARN, UNKNOWN = Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN
TEXT = f"<h1>Acme bicycles</h1><p>{PROSE}</p>"
MENU = "<nav>" + "".join(f"<a href=/{n}>{n}</a>" for n in ("bikes", "repairs", "courses", "about")) + "</nav>"
DEBIAN = (
    "<h1>It works!</h1><p>This is the default welcome page used to test the correct operation of the Apache2 server "
    "after installation on Debian systems. If you can read this page, it means that the Apache HTTP server installed "
    "at this site is working properly. You should replace this file before continuing to operate your server.</p>" * 4
)
LISTING = (
    '<h1>Index of /</h1><pre><a href="?C=N;O=D">Name</a> Last modified Size<hr>'
    '<a href="backup.zip">backup.zip</a></pre>'
)


LACKING: list[tuple[tuple[str, ...], str, str]] = [
    (("thin",), "few words", body("<p>" + PROSE[:330] + "</p>", FOOT, title="Acme")),
    (("empty", "no-business-text"), "filler",
     body("<h1>Acme</h1><p>" + "Lorem ipsum dolor sit amet, consectetur adipiscing elit sed do eiusmod tempor. " * 8
          + "</p>", FOOT, title="Acme")),
    (("no-privacy",), "no policy", body(TEXT, "<a href=/contact>Contact</a>", title="Acme")),
    (("no-contact",), "no contact", body(TEXT, "<a href=/privacy>Privacy</a>", title="Acme")),
    (("no-privacy",), "Spanish, no policy",
     "<html lang=es><title>Acme</title><p>Vendemos y reparamos bicicletas junto al río desde hace treinta años. Una "
     "revisión dura dos días y cuesta cuarenta euros con los cables y las zapatas. También enseñamos a los niños a "
     "arreglar un pinchazo, prestamos herramientas y recogemos cuadros viejos para una asociación del barrio que los "
     "envía a otros países. El taller abre de lunes a viernes de nueve a seis, y los sábados hay café para todos los "
     "que vengan a charlar un rato con nosotros.</p><a href=/contacto>Contacto</a></html>"),
]  # fmt: skip


def test_every_code_of_the_catalogue_has_its_outcome_and_a_step() -> None:
    """And none beside it."""
    wanted = {
        code.removeprefix("website."): outcomes for code, outcomes in CODES.items() if code.startswith("website.")
    }
    findings = load_findings()
    assert findings.keys() == wanted.keys()
    assert all(means["outcome"] in wanted[code] for code, means in findings.items())
    for means in findings.values():
        assert means["step"].endswith((".", "?")) is (Outcome(means["outcome"]) is not Outcome.PASS)


def codes(facts: WebsiteFacts, marketing: bool | None = None) -> list[str]:
    return bare_codes(judge(facts, marketing=marketing))


def only_finding(facts: WebsiteFacts) -> Finding:
    (finding,) = judge(facts)
    return finding


@cases(DEBIAN=DEBIAN, FOOT=FOOT, LISTING=LISTING, MENU=MENU)
def test_a_page_that_is_no_website_has_one_finding(code: str, title: str | None, head: str, markup: str) -> None:
    html = markup if title is None else body(markup, title=title, head=head)
    finding = only_finding(facts_of(html))
    assert finding.code == f"website.{code}"
    assert finding.fix
    assert finding.fix.step
    assert finding.evidence[0] == "https://acme.example/ → 200, text/html"
    assert len(finding.evidence) == (1 if html == "" else 2), "the words that led to it"


def test_a_parking_host_is_no_part_of_a_domain_that_only_ends_alike() -> None:
    visit = visit_of(body(TEXT, FOOT), url="https://www.sedo.com/")
    assert codes(facts_of(visit, domain="edo.com")) == ["parked"]
    assert codes(facts_of(visit, domain="sedo.com")) == ["ok"]


@pytest.mark.parametrize(
    ("lacking", "html"), [(codes, html) for codes, _, html in LACKING], ids=[name for _, name, _ in LACKING]
)
def test_what_a_website_lacks(lacking: tuple[str, ...], html: str) -> None:
    assert tuple(codes(facts_of(html))) == lacking


@cases(TEXT=TEXT)
def test_an_error_status(status: int, html: str, code: str) -> None:
    visit = visit_of(html, status=status)
    assert codes(facts_of(visit, second_visit=visit)) == [code]


def test_an_error_that_was_seen_once_is_not_given_as_one() -> None:
    assert codes(facts_of(visit_of("", status=502))) == ["blocked-us"]


@cases()
def test_a_website_that_could_not_be_opened(failure: Failure, code: str, outcome: Outcome) -> None:
    finding = only_finding(facts_of(failed_visit(failure, "it has its reasons")))
    assert (finding.code, finding.outcome) == (f"website.{code}", outcome)
    assert "it has its reasons" in finding.evidence[0]
    assert finding.fix
    assert finding.fix.step.endswith(".")


def test_each_fault_of_a_certificate_has_its_own_step() -> None:
    steps = {only_finding(facts_of(failed_visit(Failure.TLS, tls=kind))).fix for kind in Tls}
    assert len(steps) == len(Tls)


@pytest.mark.parametrize("kind", ["application/pdf", "application/json", "image/png", "text/plain"])
def test_what_is_no_html_is_a_warning(kind: str) -> None:
    finding = only_finding(facts_of(visit_of("%PDF", headers={"content-type": kind})))
    assert (finding.code, finding.outcome) == ("website.not-html", WARN)
    assert kind in finding.summary


def test_a_challenge_in_a_header() -> None:
    visit = visit_of("<title>acme</title>", status=403, headers={"cf-mitigated": "challenge"})
    assert only_finding(facts_of(visit)).evidence[-1] == "header: cf-mitigated: challenge"


def test_a_challenge_in_a_header_of_any_visit_counts() -> None:
    """The page that came in the end says nothing, and on the way to it a firewall said why."""
    challenged = visit_of("", url="https://acme.example/start", headers={"cf-mitigated": "challenge"})
    facts = replace(facts_of(body("<p>Acme</p>")), earlier_visits=(challenged,))
    assert codes(facts) == ["blocked-us"]
    assert codes(replace(facts_of(body(TEXT, FOOT)), earlier_visits=(challenged,))) == ["ok"]
    timed_out = replace(facts_of(failed_visit(Failure.TIMEOUT)), earlier_visits=(challenged,))
    assert only_finding(timed_out).evidence[-1] == "header: cf-mitigated: challenge"


def test_a_page_with_few_words_whose_pages_do_not_answer_is_unknown() -> None:
    facts = facts_of(body("<h1>Acme</h1><p>Bicycles.</p>", FOOT), pages={Role.CONTACT: failed_visit(Failure.TIMEOUT)})
    assert codes(facts) == ["blocked-us"]


@pytest.mark.parametrize("title", ["Our website is under construction", "Page not found"])
def test_a_website_with_substance_is_warned_of_what_its_title_says(title: str) -> None:
    [finding] = judge(facts_of(body(TEXT, FOOT, title=title)))
    assert finding.outcome is WARN
    assert finding.evidence[-1] == f"title: {title}"


def test_a_page_that_was_cut_before_it_said_anything() -> None:
    assert codes(facts_of(visit_of("<script>" + "x" * 5_000, cut=True))) == ["too-big"]


def test_what_may_stand_beyond_the_cut_is_not_missing() -> None:
    assert codes(facts_of(visit_of(body(TEXT), cut=True))) == ["ok"]


def test_a_page_that_was_cut_before_it_said_what_the_business_does_is_not_said_to_do_so() -> None:
    [finding] = judge(facts_of(visit_of(body("<ul>" + "<li>bell" * 40 + "</ul>"), cut=True)))
    assert finding.code == "website.ok"
    assert "too long to be read to its end" in finding.summary


def test_the_foot_of_a_page_with_thousands_of_links_is_read() -> None:
    many = "".join(f"<a href=/{number}>Bicycle {number}</a> " for number in range(2_000))
    assert codes(facts_of(body(TEXT, many, FOOT))) == ["ok"]


def test_a_page_in_a_language_that_no_one_taught_us() -> None:
    html = body(f"<p>{PROSE}</p>").replace("lang=en", "lang=yo")
    assert codes(facts_of(html)) == ["ok"]


def test_without_tls() -> None:
    assert codes(facts_of(visit_of(body(TEXT, FOOT), url="http://acme.example/"))) == ["http-only"]


def test_a_redirect_to_a_dealer() -> None:
    assert codes(facts_of(visit_of(body(TEXT), url="https://www.hugedomains.com/acme"))) == ["parked"]


@pytest.mark.parametrize("role", [Role.PRIVACY, Role.CONTACT])
def test_a_link_that_leads_nowhere(role: Role) -> None:
    dead = visit_of("<h1>Not found</h1>", url="https://acme.example/gone", status=404)
    (finding,) = judge(facts_of(body(TEXT, FOOT), pages={role: dead}))
    assert finding.code == f"website.no-{role.name.lower()}"
    assert "leads nowhere" in finding.summary
    assert "404" in finding.evidence[-1]


def test_a_privacy_page_that_says_not_found_with_a_good_status() -> None:
    soft = visit_of(body("<h1>Page not found</h1>", title="Acme"), url="https://acme.example/privacy")
    assert codes(facts_of(body(TEXT, FOOT), pages={Role.PRIVACY: soft})) == ["no-privacy"]


@pytest.mark.parametrize(
    "visit",
    [
        None,
        failed_visit(Failure.TIMEOUT),
        failed_visit(Failure.REFUSED),
        visit_of("", status=403),
        visit_of("", status=503),
    ],
)
def test_a_linked_page_that_could_not_be_seen_is_not_missing(visit: object) -> None:
    pages = {Role.PRIVACY: visit, Role.CONTACT: visit}
    assert codes(facts_of(body(TEXT, FOOT), pages=pages)) == ["ok"]  # type: ignore[arg-type]  # a table of visits


def test_every_fault_of_a_kind_is_shown_raw_and_bounded() -> None:
    finding = only_finding(
        facts_of(body("<h1>Coming soon</h1>", title="<!channel> \x1b[31m Coming soon " + "x" * 9_000))
    )
    assert finding.code == "website.under-construction"
    assert all(len(line) < 400 and "\x1b" not in line for line in finding.evidence)
    assert "<!channel>" not in finding.summary
