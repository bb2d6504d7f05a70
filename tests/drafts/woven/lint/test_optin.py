"""Where addresses come from: each rule at its examples, and silent at words that only look like them."""

import pytest

from model import Severity
from tests.support.lint import remark

FIRES = [
    ("optin.no-mechanism", "opt_in", "Users opt in."),
    ("optin.no-mechanism", "opt_in", "They agreed to receive our mail"),
    ("optin.no-mechanism", "opt_in", "GDPR compliant"),
    ("optin.no-mechanism", "opt_in", "All our recipients gave consent."),
    ("optin.no-mechanism", "opt_in", "yes"),
    ("optin.no-mechanism", "opt_in", ""),
    ("optin.no-mechanism", "opt_in", "Double opt-in"),
    ("optin.preticked", "opt_in", "The box at checkout is pre-ticked."),
    ("optin.preticked", "opt_in", "Customers are automatically added to the newsletter after an order."),
    ("optin.preticked", "opt_in", "By using the site people agree to the newsletter."),
    ("optin.preticked", "opt_in", "There is a pre-checked box in the form"),
    ("optin.preticked", "unconfirmed", "They are subscribed by default."),
    ("optin.third-party", "opt_in", "We bought the list from a broker."),
    ("optin.third-party", "opt_in", "Addresses come from our partners and from lead generation."),
    ("optin.third-party", "opt_in", "Business cards from trade fairs, typed in by the team."),
    ("optin.third-party", "opt_in", "We find people on LinkedIn."),
    ("optin.third-party", "opt_in", "The addresses were scraped from public websites."),
    ("optin.third-party", "opt_in", "A co-registration form on other sites."),
    ("optin.third-party", "opt_in", "A form on our site, and a rented list of 20,000 addresses."),
    ("optin.third-party", "opt_in", "purchased"),
    ("optin.third-party", "streams.1.recipients", "People from a purchased list"),
    ("optin.third-party", "streams.1.recipients", "Leads from our partners"),
    ("optin.third-party", "basis", "We rented a list of 50,000 addresses"),
    ("optin.third-party", "opt_in", "We don't buy lists from just anyone, but we rent lists from two brokers."),
    ("optin.cold", "streams.1.what", "Cold emails"),
    ("optin.cold", "streams.1.what", "Outreach to shops"),
    ("optin.cold", "streams.1.recipients", "Prospects in retail"),
    ("optin.cold", "business", "We do cold email campaigns for software firms"),
    ("optin.cold", "streams.1.trigger", "Unsolicited offers to new companies"),
    ("optin.imported", "opt_in", "Our existing customers were added, and there is a form on the site."),
    ("optin.imported", "opt_in", "Contacts imported from Mailchimp; a form on the website since."),
    ("optin.imported", "streams.1.recipients", "Subscribers migrated from our previous provider"),
    ("optin.others-addresses", "streams.1.what", "Invitations that users send to their friends"),
    ("optin.others-addresses", "streams.1.trigger", "When somebody uses share-with-a-friend"),
    ("optin.others-addresses", "streams.0.recipients", "Our clients' clients who get an invoice"),
    ("optin.others-addresses", "business", "We send invoices for freelancers to their own customers"),
]
SILENT = [
    ("optin.no-mechanism", "opt_in", "A form in the footer with an empty box; a link confirms it"),
    ("optin.no-mechanism", "opt_in", "At the till people write their address on a card"),
    ("optin.no-mechanism", "opt_in", "They create an account and click the link in the first mail."),
    ("optin.preticked", "opt_in", "Nothing is pre-ticked; the box is empty."),
    ("optin.preticked", "opt_in", "There are no pre-checked boxes, and nobody is added automatically."),
    ("optin.preticked", "opt_in", "The address is never automatically added: people tick a box."),
    ("optin.third-party", "opt_in", "People sign up with a form. We never buy lists."),
    ("optin.third-party", "opt_in", "We do not buy, rent or scrape addresses; the form is the only way."),
    ("optin.third-party", "opt_in", "A form on our site. Bought lists are never used."),
    ("optin.third-party", "opt_in", "No third-party lists, no lead generation, no business cards: only the form."),
    ("optin.third-party", "opt_in", "When somebody buys a lamp, a box in the checkout asks for the newsletter."),
    ("optin.third-party", "opt_in", "The link in the mail leads to a page where they confirm the form."),
    ("optin.third-party", "opt_in", "Couples sign up with a form; both partners have to confirm."),
    ("optin.third-party", "business", "We work with business partners in print"),
    ("optin.third-party", "streams.0.recipients", "The customer who bought a lamp"),
    ("optin.third-party", "streams.0.recipients", "Members and their partners"),
    ("optin.third-party", "business", "We rent bikes and sell used bikes that we bought at auctions"),
    ("optin.cold", "business", "We sell cold drinks and cold cuts from a van"),
    ("optin.cold", "business", "Our clinic looks after patients with colds and flu"),
    ("optin.cold", "streams.1.what", "News of our community outreach, for members"),
    ("optin.cold", "opt_in", "A form on the site. We send no cold emails and no unsolicited mail."),
    ("optin.cold", "business", "We make cold brew coffee and post it"),
    ("optin.imported", "business", "A wine shop with imported wine from Georgia"),
    ("optin.imported", "opt_in", "A form on the site; nothing was imported from elsewhere."),
    ("optin.imported", "streams.0.what", "Notices that imported goods have cleared customs"),
    ("optin.others-addresses", "streams.1.what", "Invitations to our open day"),
    ("optin.others-addresses", "streams.1.recipients", "Friends of the museum who signed up"),
    ("optin.others-addresses", "business", "We host weddings for guests from abroad"),
    ("optin.others-addresses", "streams.1.what", "Invitation to tender, for registered firms"),
]


@pytest.mark.parametrize(("rule", "field", "text"), FIRES, ids=[f"{r}-{t[:30]}" for r, _, t in FIRES])
def test_a_doubtful_source_is_named(rule: str, field: str, text: str) -> None:
    found = remark(rule, field, text)
    assert found is not None
    assert found.sentence in text
    assert found.sentence or not text


@pytest.mark.parametrize(("rule", "field", "text"), SILENT, ids=[f"{r}-{t[:30]}" for r, _, t in SILENT])
def test_a_good_source_and_a_lookalike_pass(rule: str, field: str, text: str) -> None:
    assert remark(rule, field, text) is None


@pytest.mark.parametrize(
    ("rule", "field", "text", "severity"),
    [
        ("optin.no-mechanism", "opt_in", "Users opt in", Severity.ASK),
        ("optin.preticked", "opt_in", "The box is pre-ticked", Severity.WARN),
        ("optin.third-party", "opt_in", "We bought a list", Severity.STOP),
        ("optin.cold", "streams.1.what", "Cold emails", Severity.STOP),
        ("optin.imported", "opt_in", "A form; existing customers were added", Severity.WARN),
        ("optin.others-addresses", "streams.1.what", "User invitations", Severity.WARN),
    ],
)
def test_what_each_rule_asks_of_the_person(rule: str, field: str, text: str, severity: Severity) -> None:
    found = remark(rule, field, text)
    assert found is not None
    assert found.severity is severity


def test_only_the_sentence_at_fault_is_named() -> None:
    text = "A form in the footer has an empty box. We also bought a list of 900 shops. Everybody confirms by a link."
    found = remark("optin.third-party", "opt_in", text)
    assert found is not None
    assert found.sentence == "We also bought a list of 900 shops."
