"""What a page that is a website says: what the business does, how it can be reached, what it does with people's data,
and where they ask for its mail."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from checks.website.facts import host_of
from checks.website.page import Page
from checks.website.rules.signs import Sign, shown
from checks.website.vocabulary import Role, roles_in
from checks.website.words import count, pattern, plain

FEW_WORDS = 80
"""A page with fewer words leaves a reviewer to guess (verdict `thin`)."""
_SENTENCE = 8
_LINES = 300
_LONGEST = 600
_DESCRIPTION = 4
_BOILERPLATE = re.compile(
    r"cookie|©|\(c\) ?\d{4}|copyright|all rights reserved|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos|skip to (?:main )?content|javascript|powered by|recaptcha|your browser"
)
_FILLER = re.compile(
    r"lorem ipsum|dolor sit amet|consectetur adipisc|sed do eiusmod|ut labore et dolore|quis nostrud|duis aute irure|"
    r"excepteur sint|just another wordpress site|your content goes here|this is a sample page|"
    r"add a short description|insert your text|write something about"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}(?:@| ?[\[(](?:at|@)[\])] ?)[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)\d[\d ()./\-]{6,18}\d|\(\d{2,5}\) ?\d[\d \-]{4,12}\d|"
    r"(?<![\w.,/-])\d{3}[-. ]\d{3}[-. ]\d{4}(?!\d)|"
    r"(?:tel|phone|fon|mobile|mob|call|telefon|téléphone|teléfono|телефон|тел|電話|电话|전화|טלפון|هاتف)[.:\s]{0,4}"
    r"(?:us )?(?:on |at )?\+?[\d(][\d ()./\-]{5,18}\d"
)
_STREET = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:[\w'.-]+ ){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|square|sq|"
    r"court|way|place|row|terrace|quay|parade|highway|hwy)\b\.?|"
    r"\b[\w-]{0,30}(?:straße|strasse|str\.|gasse|weg|platz|allee|gatan|vägen|gade|vej|veien|gata|katu|tie|straat|laan|"
    r"plein) \d{1,4}\b|"
    r"\b(?:rue|avenue|boulevard|via|viale|piazza|calle|c/|avenida|av\.|rua|ul\.|ulica|ул\.|улица|вул\.|οδός|"
    r"náměstí|cad\.|caddesi|sokak|sk\.) ?[^\d\n]{2,40}\d{1,4}\b|"
    r"\b\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|quai|chemin|allée)\b|"
    r"〒 ?\d{3}-?\d{4}|(?:都|道|府|県).{1,10}(?:市|区|町|村).{0,20}\d|(?:省|市).{1,20}(?:路|街|号)|"
    r"\b(?:p\.? ?o\.? box|postfach|postbus|bp) \d+"
)
_REACHED_BY = ("mailto:", "tel:", "sms:", "whatsapp:", "callto:", "skype:")
_MESSENGERS = frozenset({"wa.me", "api.whatsapp.com", "t.me", "m.me", "line.me"})
_LIST_HOSTS = """
list-manage.com mailchimp.com chimpstatic.com klaviyo.com convertkit.com kit.com mailerlite.com hsforms.net
hsforms.com sendinblue.com brevo.com sibforms.com getresponse.com activehosted.com substack.com beehiiv.com
campaign-archive.com createsend.com aweber.com drip.com constantcontact.com ctctcdn.com omnisend.com
cleverreach.com rapidmail.de mailjet.com emailoctopus.com buttondown.com buttondown.email sender.net
"""
_LISTS = frozenset(_LIST_HOSTS.split())
"""Where the sign-up forms of mailing lists come from."""
_JOIN = pattern("subscribe", "sign up", "newsletter", "join", "register", "create", "get updates", "notify me")


def business(page: Page) -> Sign | None:
    """Where the page says what the business does: a description, or a sentence that is no boilerplate."""
    if count(page.description) >= _DESCRIPTION and not _FILLER.search(plain(page.description)):
        return Sign("description", shown(page.description))
    for line in page.lines:
        if count(line) >= _SENTENCE and not _BOILERPLATE.search(folded := plain(line)) and not _FILLER.search(folded):
            return Sign("text", shown(line))
    return None


def filler(page: Page) -> Sign | None:
    """Text that a template brought along, where it is most of what there is to read."""
    lines = [line for line in page.lines if _FILLER.search(plain(line))]
    words = sum(count(line) for line in lines)
    return Sign("text", shown(lines[0])) if lines and words * 3 >= page.words else None


def reachable(page: Page) -> Sign | None:
    """How the page itself says that its owner can be reached."""
    if page.addresses:
        return Sign("address", page.addresses[0])
    if page.organisation.contacts:
        return Sign("JSON-LD", page.organisation.contacts[0])
    for link in page.links:
        if link.target.lower().startswith(_REACHED_BY) or host_of(link.url) in _MESSENGERS:
            return Sign("link", link.target)
    for place, found in (("email address", _EMAIL), ("telephone", _PHONE), ("address", _STREET)):
        for line in _where_contacts_stand(page):
            if match := found.search(plain(line)):
                return Sign(place, shown(line, match.start()))
    form = next((form for form in page.forms if form.has_message and form.fields), None)
    return Sign("form", shown(form.words)) if form else None


def _where_contacts_stand(page: Page) -> Iterable[str]:
    """The head and the foot of a page, each line cut: searching a book would hold up everybody else."""
    lines = page.lines if len(page.lines) <= 2 * _LINES else page.lines[:_LINES] + page.lines[-_LINES:]
    return (line[:_LONGEST] for line in lines)


def in_page(page: Page, role: Role) -> Sign | None:
    """A part of the page itself under a heading that names the role."""
    for heading in page.headings:
        if count(heading) <= _SENTENCE and role in roles_in(plain(heading)):
            return Sign("heading", heading)
    return None


def sign_up(page: Page) -> Sign | None:
    """A form by which people ask for mail or open an account, or the script of a mailing list."""
    for form in page.forms:
        said = plain(f"{form.words} {' '.join(field.words for field in form.fields)}")
        if form.has_email and not form.has_message and (not form.has_password or _JOIN.search(said)):
            return Sign("form", shown(form.words) or "a field for an email address")
    for address in (*page.sources, *page.frames, *(form.action for form in page.forms)):
        host = host_of(address)
        if any(host == known or host.endswith(f".{known}") for known in _LISTS):
            return Sign("form of a mailing list", urlsplit(address)._replace(query="", fragment="").geturl())
    return None
