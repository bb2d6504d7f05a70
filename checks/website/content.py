"""What a page says that is a website: what the business does, how to reach it, where people ask for its mail, and what
its links lead to, by their words and addresses."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from checks.website.facts import Link, Page, Role, host_of, is_at, is_related
from checks.website.phrases import (
    Sign,
    all_terms,
    count,
    data,
    finds,
    is_unspaced,
    pattern,
    plain,
    sentences,
    shown,
    terms,
    within,
)

_LONGEST_LABEL = 12
"""A link of more words than this is a sentence or a headline, and names no page."""
_LONGEST_PATH = 80
_WORD_START = re.compile(r"(?<!\w)\w")
_MOST_CHOICES = 12
"""Links on a page that asks one question."""
_SAME = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "bs": "hr", "be": "ru", "va": "ca"}
"""Languages that are read as another: old codes, and close relatives."""
_NO_PAGE = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|svg|zip|docx?|xlsx?|mp[34]|ics|vcf|css|js|xml)$", re.IGNORECASE)
_Term: TypeAlias = tuple[str, Role]


@cache
def _indexed() -> tuple[dict[str, list[_Term]], list[_Term]]:
    """Sorts terms by their first two signs; those of scripts without spaces can begin anywhere."""
    starting: dict[str, list[_Term]] = {}
    anywhere: list[_Term] = []
    for role in Role:
        for term in {term for found in terms("links", role.name.lower()).values() for term in found}:
            written = plain(term)
            place = anywhere if is_unspaced(written[0]) else starting.setdefault(written[:2], [])
            place.append((written, role))
    return starting, anywhere


def roles_in(text: str) -> frozenset[Role]:
    """Returns the roles that `phrases.plain` text names, in any language. Quick, because a page may have a thousand
    links: only the terms that begin as a word does are compared with it."""
    starting, anywhere = _indexed()
    found = set[Role]()
    for start in _WORD_START.finditer(text):
        at = start.start()
        found |= {role for term, role in starting.get(text[at : at + 2], ()) if _is_at(term, text, at)}
    if is_unspaced(text):
        found |= {role for term, role in anywhere if term in text}
    return frozenset(found)


def _is_at(term: str, text: str, at: int) -> bool:
    if not term.endswith("."):
        return text.startswith(term, at)
    end = at + len(term) - 1
    return text.startswith(term[:-1], at) and not text[end : end + 1].isalnum()


def reads(language: str) -> bool:
    """Tells whether the phrases cover the language of a page (its `lang`, BCP 47; empty where it names none). In
    another language, what was not found may still be there."""
    primary = language.lower().replace("_", "-").partition("-")[0]
    known = terms("links", "privacy").keys() & terms("links", "contact").keys()
    return not primary or _SAME.get(primary, primary) in known


def roles_of(page: Page) -> dict[Role, Link]:
    """Returns the best link for each role: one whose words name it rather than its address alone, then the first."""
    best: dict[Role, tuple[int, Link]] = {}
    for link in page.links:
        for role, rank in _ranks(link).items():
            if role not in best or rank < best[role][0]:
                best[role] = (rank, link)
    return {role: link for role, (_, link) in best.items()}


def _ranks(link: Link) -> dict[Role, int]:
    """Ranks the roles that a link may have: 0 by its words, 1 by its address."""
    found: dict[Role, int] = {}
    words = plain(link.words) if count(link.words) <= _LONGEST_LABEL else ""
    path = _path_words(link.url)
    found |= dict.fromkeys(roles_in(path), 1) | dict.fromkeys(roles_in(words), 0)
    if Role.UNSUBSCRIBE in found:  # "unsubscribe from the newsletter" is no sign-up
        found.pop(Role.SIGN_UP, None)
    return found


def _path_words(url: str) -> str:
    """Reads the end of an address as words: `/legal/privacy-policy.html` is "legal privacy policy html". A role may
    come before a number: `/privacy-policy/7654321`."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    last = " ".join(path.rstrip("/").split("/")[-2:])[-_LONGEST_PATH:]
    return plain(last.replace("-", " ").replace("_", " ").replace(".", " "))


def is_own(url: str, page: Page, domain: str) -> bool:
    """Tells whether an address belongs to the website at hand: its host, one above or below it, or the domain's."""
    host = host_of(url)
    return any(is_related(host, other) for other in (host_of(page.url), domain))


def own_pages(page: Page, domain: str) -> tuple[Link, ...]:
    here = page.url.partition("#")[0].rstrip("/")
    found: dict[str, Link] = {}
    for link in page.links:
        url = link.url.rstrip("/")
        if url and url != here and is_own(url, page, domain) and not _NO_PAGE.search(url.partition("?")[0]):
            found.setdefault(url, link)
    return tuple(found.values())


def gate(page: Page, domain: str) -> Link | None:
    """Returns the link that leads through a gate of one click: a choice of language, a question about age, a notice to
    accept. The page itself holds next to nothing else."""
    own = own_pages(page, domain)
    if not own or len(page.links) > _MOST_CHOICES:
        return None
    languages = [link for link in own if _names_a_language(link)]
    if len(languages) > 1:
        return next((link for link in languages if _is_english(link)), languages[0])
    if finds("gates", "question").search(plain(page.text)) or len(own) == 1:
        return next((link for link in own if finds("gates", "yes").match(plain(link.words))), None)
    return None


def _names_a_language(link: Link) -> bool:
    return (
        bool(link.language) or plain(link.words) in _languages() or _last_part(link.url) in data("gates")["languages"]
    )


def _is_english(link: Link) -> bool:
    return link.language.lower().startswith("en") or plain(link.words) == "english" or _last_part(link.url) == "en"


def _last_part(url: str) -> str:
    return urlsplit(url).path.strip("/").rpartition("/")[2].lower()


@cache
def _languages() -> frozenset[str]:
    return frozenset(plain(name) for names in terms("gates", "languages").values() for name in names)


FEW_WORDS = 80
"""A page with fewer words leaves a reviewer to guess (verdict `thin`)."""
_SENTENCE = 8
_POLITE = re.compile(r"^(?:please|bitte|veuillez|merci de|por favor,?|per favore|proszę|пожалуйста,?|gelieve) ")
LABEL = 4
"""Words of a sentence that is more than a label."""
_LATIN = 3
_SHORTEST_NUMBER = 7
_BLANKS = re.compile(r"[○〇◯]{2}|[x×_]{3}")
_IN_ORDER = re.compile(r"12345678|5551234567")
_BRACKETS = re.compile(
    r"\[(?!(?:at|dot|ät|punkt|edit|more|video|audio)\])[^\W\d][^\[\]\n@]{1,40}\]|"
    r"\{\{[^{}\n]{1,40}\}\}|<[a-z][a-z ]{2,30}>"
)
"""A blank to be filled in: [Business Name], {{city}}."""
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_LINES = 300
_MOST_SIGNS = 8_000
"""Characters of the head, and of the foot, in which a contact is looked for."""
_REMEMBERED = 1_000
"""Sentences whose answer is kept: a page is measured while it is looked up, and again when it is judged."""
_LONGEST = 600
_DESCRIPTION = 4
_CONTACTS = Path(__file__).with_name("contact.toml")
_REACHED_BY = ("mailto:", "tel:", "sms:", "whatsapp:", "callto:", "skype:")
_MESSENGERS = frozenset({"wa.me", "api.whatsapp.com", "t.me", "m.me", "line.me"})
_OF_SOFTWARE = re.compile(r"(?:@|\.)(?:example\.(?:com|org|net)|mysite\.com|domain\.com|email\.com)$|^webmaster@")
"""Addresses that software writes on its default pages."""


def business(page: Page) -> Sign | None:
    """Finds where the page says what the business does: a description, or a sentence that is no boilerplate."""
    if count(page.description) >= _DESCRIPTION and not is_sample(page.description):
        return Sign("description", shown(page.description))
    for line in within(page.lines[:_LINES], 2 * _MOST_SIGNS, _LONGEST):
        for part in dict.fromkeys((line, *sentences(line))):
            if count(part) >= _SENTENCE and not is_frame(part) and not is_sample(part):
                return Sign("text", shown(part))
    return None


@lru_cache(maxsize=_REMEMBERED)
def is_sample(text: str) -> bool:
    """Tells whether a text is a template's own: sample text, or advice to the user of a site builder."""
    folded = plain(text[:_LONGEST])
    if finds("filler", "sample").search(folded) or _BRACKETS.search(folded) or _is_pseudo_latin(folded):
        return True
    if not finds("filler", "advice_objects", "advice_subjects").search(folded):
        return False
    if finds("filler", "first_person").search(folded):  # a business says to its customers: "tell us about your team"
        return False
    if any(thing.search(folded) and verb.search(folded) for verb, thing in _advice("verbs", "objects")):
        return True
    folded = _POLITE.sub("", folded)
    return any(opening.match(folded) and about.search(folded) for opening, about in _advice("openings", "subjects"))


def may_be_sample(text: str) -> bool:
    """Tells whether a sentence may be a template's, if the page is known to hold sample text: a label, an instruction,
    or a word to the template's user."""
    folded = _POLITE.sub("", plain(text[:_LONGEST]))
    return (
        count(folded) < LABEL
        or is_instruction(text)
        or bool(finds("filler", "advice_objects", "advice_subjects").search(folded))
    )


def is_instruction(text: str) -> bool:
    """Tells whether a sentence begins as an instruction to the user of a site builder does."""
    folded = _POLITE.sub("", plain(text[:_LONGEST]))
    return bool(finds("filler", "advice_openings", "advice_verbs").match(folded)) and not finds(
        "filler", "first_person"
    ).search(folded)


def names_a_template(title: str) -> bool:
    """Tells whether a title is a template's: "Nova – Website Template"."""
    folded = plain(title)
    return bool(finds("filler", "sample").search(folded) and not finds("filler", "first_person").search(folded))


def has_placeholder(line: str) -> bool:
    """Tells whether a line holds a placeholder where a contact should be."""
    folded = plain(line[:_LONGEST])
    if finds("filler", "placeholder").search(folded):
        return True
    return any(_is_made_up(match[0]) for match in _contacts("telephone").finditer(folded))


def _is_pseudo_latin(folded: str) -> bool:
    """Tells whether a good part of the words are those of printers' filler text, whichever of its passages it is."""
    words = [word.strip(".,;:!?") for word in folded.split()]
    found = sum(word in _latin() for word in words)
    return found >= _LATIN and found * 3 >= len(words)


@cache
def _latin() -> frozenset[str]:
    return frozenset(all_terms("filler", "latin"))


def is_frame(text: str) -> bool:
    """Tells whether a text is part of any page's frame: its foot, or a cookie notice."""
    folded = plain(text[:_LONGEST])
    if finds("filler", "frame").search(folded):
        return True
    return bool(finds("filler", "cookie").search(folded) and finds("filler", "consent").search(folded))


@cache
def _advice(first: str, second: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Compiles two lists that belong together, language by language."""
    one, other = data("filler")[f"advice_{first}"], data("filler")[f"advice_{second}"]
    return tuple((pattern(one[language]), pattern(other[language])) for language in one)


def reachable(page: Page, *, by_form: bool = True) -> Sign | None:
    """Finds how the page says that its owner can be reached; `by_form`: a form is one way (not a template's)."""
    if page.addresses:
        return Sign("address", page.addresses[0])
    if page.organization.contacts:
        return Sign("JSON-LD", page.organization.contacts[0])
    for link in page.links:
        if link.target.lower().startswith(_REACHED_BY) or host_of(link.url) in _MESSENGERS:
            return Sign("link", link.target)
    for place in ("email address", "telephone", "address"):
        for line in _likely_lines(page):
            match = _contacts(place).search(_with_digits(plain(line)))
            match = match or (_backwards(line) if place == "email address" else None)
            if match and not _is_made_up(match[0]) and not finds("filler", "sample").search(plain(line)):
                return Sign(place, shown(line, match.start()))
    form = next((form for form in page.forms if by_form and form.has_message and form.fields), None)
    return Sign("form", shown(form.words)) if form else None


def _backwards(line: str) -> re.Match[str] | None:
    """Finds an address that is written from right to left, as style sheets turn it round for people."""
    return _contacts("email address").search(plain(line)[::-1]) if "@" in line else None


@cache
def _contacts(place: str) -> re.Pattern[str]:
    return re.compile("|".join(tomllib.loads(_CONTACTS.read_text("utf-8"))[place]))


def _with_digits(text: str) -> str:
    """Writes the digits of every script as ASCII: a telephone number may be in Persian or Bengali ones."""
    return text if text.isascii() else _OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)


def _is_made_up(contact: str) -> bool:
    """Tells whether a contact is a placeholder: `you@yourdomain.com`, 123-456-7890, 000 000 000."""
    digits = "".join(sign for sign in contact if sign.isdigit())
    if len(digits) >= _SHORTEST_NUMBER:
        same = max(digits.count(digit) for digit in set(digits))
        if same * 5 >= len(digits) * 4 or _IN_ORDER.search(digits):
            return True
    if _BLANKS.search(contact):
        return True
    return bool(_OF_SOFTWARE.search(contact) or finds("filler", "placeholder").search(contact))


def _likely_lines(page: Page) -> Iterable[str]:
    """Yields the head and the foot of a page, each line cut: a search through a book would delay every other check."""
    middle = max(len(page.lines) - _LINES, (len(page.lines) + 1) // 2)
    yield from within(page.lines[: min(middle, _LINES)], _MOST_SIGNS, _LONGEST)
    yield from within(reversed(page.lines[middle:]), _MOST_SIGNS, _LONGEST)


def in_page(page: Page, role: Role) -> Sign | None:
    """Finds a part of the page itself under a heading that names the role."""
    for heading in page.headings:
        if count(heading) <= _SENTENCE and role in roles_in(plain(heading)):
            return Sign("heading", heading)
    return None


def sign_up(page: Page) -> Sign | None:
    """Finds a form by which people ask for mail or open an account, or the script of a mailing list."""
    for form in page.forms:
        said = plain(f"{form.words} {' '.join(field.words for field in form.fields)}")
        if (
            form.has_email
            and not form.has_message
            and (not form.has_password or finds("links", "sign_up").search(said))
        ):
            return Sign("form", shown(form.words) or "a field for an email address")
    for address in (*page.sources, *page.frames, *(form.action for form in page.forms)):
        if any(is_at(host_of(address), known) for known in data("mailing_list")["hosts"]):
            return Sign("form of a mailing list", urlsplit(address)._replace(query="", fragment="").geturl())
    return None
