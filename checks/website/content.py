"""Finds what the page of a business says: what it does, how to reach it, where people ask for its mail, and what its
links lead to, by their words and addresses."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from checks.website.facts import Link, Page, Role, WebsiteFacts, host_of, is_host_of, is_related
from checks.website.phrases import (
    Sign,
    compile_terms,
    count_words,
    cut_lines,
    fold_text,
    has_term,
    has_unspaced_script,
    list_terms,
    load_data,
    load_terms,
    make_excerpt,
    split_sentences,
    term_pattern,
)

_LONGEST_LABEL = 12
"""A link of more words than this is a sentence or a headline, and names no page."""
_LONGEST_PATH = 80
_WORD_START = re.compile(r"(?<!\w)\w")
_MOST_CHOICES = 12
"""Links on a page that asks one question."""
_READ_AS = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "bs": "hr", "be": "ru", "va": "ca"}
"""Languages that are read as another: old codes, and close relatives."""
_FILE_URL = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|svg|zip|docx?|xlsx?|mp[34]|ics|vcf|css|js|xml)$", re.IGNORECASE)
_Term: TypeAlias = tuple[str, Role]


@cache
def _index_terms() -> tuple[dict[str, list[_Term]], list[_Term]]:
    """Sorts terms by their first two characters; those of scripts without spaces can begin anywhere."""
    starting: dict[str, list[_Term]] = {}
    anywhere: list[_Term] = []
    for role in Role:
        for term in set(list_terms("links", role.name.lower())):
            folded = fold_text(term)
            index = anywhere if has_unspaced_script(folded[0]) else starting.setdefault(folded[:2], [])
            index.append((folded, role))
    return starting, anywhere


def find_roles(text: str) -> frozenset[Role]:
    """Returns the roles that folded text names, in any language. Quick, because a page may have a thousand
    links: only the terms that begin as a word does are compared with it."""
    starting, anywhere = _index_terms()
    roles = set[Role]()
    for word in _WORD_START.finditer(text):
        start = word.start()
        roles |= {role for term, role in starting.get(text[start : start + 2], ()) if _matches_at(term, text, start)}
    if has_unspaced_script(text):
        roles |= {role for term, role in anywhere if term in text}
    return frozenset(roles)


def _matches_at(term: str, text: str, position: int) -> bool:
    if not term.endswith("."):
        return text.startswith(term, position)
    end = position + len(term) - 1
    return text.startswith(term[:-1], position) and not text[end : end + 1].isalnum()


def covers_language(language: str) -> bool:
    """Tells whether the phrases cover the language of a page (its `lang`, BCP 47; empty where it names none). In
    another language, what was not found may still be there."""
    primary = language.lower().replace("_", "-").partition("-")[0]
    covered = load_terms("links", "privacy").keys() & load_terms("links", "contact").keys()
    return not primary or _READ_AS.get(primary, primary) in covered


def find_role_links(page: Page) -> dict[Role, Link]:
    """Returns the best link for each role: one whose words name it rather than its address alone, then the first."""
    best: dict[Role, tuple[int, Link]] = {}
    for link in page.links:
        for role, rank in _rank_roles(link).items():
            if role not in best or rank < best[role][0]:
                best[role] = (rank, link)
    return {role: link for role, (_, link) in best.items()}


def _rank_roles(link: Link) -> dict[Role, int]:
    """Ranks the roles that a link may have: 0 by its words, 1 by its address."""
    words = fold_text(link.words) if count_words(link.words) <= _LONGEST_LABEL else ""
    ranks = dict.fromkeys(find_roles(_path_words(link.url)), 1) | dict.fromkeys(find_roles(words), 0)
    if Role.UNSUBSCRIBE in ranks:  # "unsubscribe from the newsletter" is no sign-up
        ranks.pop(Role.SIGN_UP, None)
    return ranks


def _path_words(url: str) -> str:
    """Reads the end of an address as words: `/legal/privacy-policy.html` is "legal privacy policy html". A role may
    come before a number: `/privacy-policy/7654321`."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    last = " ".join(path.rstrip("/").split("/")[-2:])[-_LONGEST_PATH:]
    return fold_text(last.replace("-", " ").replace("_", " ").replace(".", " "))


def is_own_url(url: str, page: Page, domain: str) -> bool:
    """Tells whether an address belongs to the website at hand: its host, one above or below it, or the domain's."""
    host = host_of(url)
    return any(is_related(host, other) for other in (host_of(page.url), domain))


def own_links(page: Page, domain: str) -> tuple[Link, ...]:
    """Returns the links to other pages of the website, one for each address."""
    own_url = page.url.partition("#")[0].rstrip("/")
    links: dict[str, Link] = {}
    for link in page.links:
        url = link.url.rstrip("/")
        if url and url != own_url and is_own_url(url, page, domain) and not _FILE_URL.search(url.partition("?")[0]):
            links.setdefault(url, link)
    return tuple(links.values())


def links_without_role(facts: WebsiteFacts, page: Page) -> list[Link]:
    """Returns the links to the website's own pages that have no role."""
    with_role = {linked.link.url for linked in facts.linked_pages}
    return [link for link in own_links(page, facts.domain) if link.url not in with_role]


def find_gate(page: Page, domain: str) -> Link | None:
    """Finds the link that leads through a gate of one click: a choice of language, a question about age, a notice to
    accept. The page itself holds next to nothing else."""
    own = own_links(page, domain)
    if not own or len(page.links) > _MOST_CHOICES:
        return None
    languages = [link for link in own if _names_language(link)]
    if len(languages) > 1:
        return next((link for link in languages if _is_english(link)), languages[0])
    if has_term(fold_text(page.text), "gates", "question") or len(own) == 1:
        return next((link for link in own if term_pattern("gates", "yes").match(fold_text(link.words))), None)
    return None


def _names_language(link: Link) -> bool:
    if link.language or fold_text(link.words) in _language_names():
        return True
    return _last_path_segment(link.url) in load_data("gates")["languages"]


def _is_english(link: Link) -> bool:
    is_named = link.language.lower().startswith("en") or fold_text(link.words) == "english"
    return is_named or _last_path_segment(link.url) == "en"


def _last_path_segment(url: str) -> str:
    return urlsplit(url).path.strip("/").rpartition("/")[2].lower()


@cache
def _language_names() -> frozenset[str]:
    return frozenset(fold_text(name) for names in load_terms("gates", "languages").values() for name in names)


FEW_WORDS = 80
"""A page with fewer words leaves a reviewer to guess (verdict `thin`)."""
_SENTENCE_WORDS = 8
_POLITE = re.compile(r"^(?:please|bitte|veuillez|merci de|por favor,?|per favore|proszę|пожалуйста,?|gelieve) ")
LABEL_WORDS = 4
"""Words of a sentence that is more than a label."""
_FEWEST_LATIN_WORDS = 3
_SHORTEST_NUMBER = 7
_BLANK_MARKS = re.compile(r"[○〇◯]{2}|[x×_]{3}")
_COUNTING_DIGITS = re.compile(r"12345678|5551234567")
_FILL_IN_BLANK = re.compile(
    r"\[(?!(?:at|dot|ät|punkt|edit|more|video|audio)\])[^\W\d][^\[\]\n@]{1,40}\]|"
    r"\{\{[^{}\n]{1,40}\}\}|<[a-z][a-z ]{2,30}>"
)
"""A blank to be filled in: [Business Name], {{city}}."""
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_MOST_LINES = 300
_MOST_CHARACTERS = 8_000
"""Characters of the head, and of the foot, in which a contact is looked for."""
_CACHED_SENTENCES = 1_000
"""Sentences whose answer is kept: a page is measured while it is looked up, and again when it is judged."""
_LONGEST_LINE = 600
_DESCRIPTION_WORDS = 4
_CONTACTS = Path(__file__).with_name("contact.toml")
_CONTACT_SCHEMES = ("mailto:", "tel:", "sms:", "whatsapp:", "callto:", "skype:")
_MESSENGERS = frozenset({"wa.me", "api.whatsapp.com", "t.me", "m.me", "line.me"})
_DEFAULT_ADDRESS = re.compile(r"(?:@|\.)(?:example\.(?:com|org|net)|mysite\.com|domain\.com|email\.com)$|^webmaster@")
"""Addresses that software writes on its default pages."""


def find_business_text(page: Page) -> Sign | None:
    """Finds where the page says what the business does: a description, or a sentence that is no boilerplate."""
    if count_words(page.description) >= _DESCRIPTION_WORDS and not is_sample(page.description):
        return Sign("description", make_excerpt(page.description))
    for line in cut_lines(page.lines[:_MOST_LINES], 2 * _MOST_CHARACTERS, _LONGEST_LINE):
        for part in dict.fromkeys((line, *split_sentences(line))):
            if count_words(part) >= _SENTENCE_WORDS and not is_boilerplate(part) and not is_sample(part):
                return Sign("text", make_excerpt(part))
    return None


@lru_cache(maxsize=_CACHED_SENTENCES)
def is_sample(text: str) -> bool:
    """Tells whether a text is a template's own: sample text, or advice to the user of a site builder."""
    folded = fold_text(text[:_LONGEST_LINE])
    if has_term(folded, "filler", "sample") or _FILL_IN_BLANK.search(folded) or _is_pseudo_latin(folded):
        return True
    if not has_term(folded, "filler", "advice_objects", "advice_subjects"):
        return False
    # A business says to its customers: "tell us about your team".
    if has_term(folded, "filler", "first_person"):
        return False
    if any(thing.search(folded) and verb.search(folded) for verb, thing in _advice_patterns("verbs", "objects")):
        return True
    folded = _POLITE.sub("", folded)
    patterns = _advice_patterns("openings", "subjects")
    return any(opening.match(folded) and subject.search(folded) for opening, subject in patterns)


def may_be_sample(text: str) -> bool:
    """Tells whether a sentence may be a template's, if the page is known to hold sample text: a label, an instruction,
    or a word to the template's user."""
    folded = _POLITE.sub("", fold_text(text[:_LONGEST_LINE]))
    if count_words(folded) < LABEL_WORDS or is_instruction(text):
        return True
    return has_term(folded, "filler", "advice_objects", "advice_subjects")


def is_instruction(text: str) -> bool:
    """Tells whether a sentence begins as an instruction to the user of a site builder does."""
    folded = _POLITE.sub("", fold_text(text[:_LONGEST_LINE]))
    begins = term_pattern("filler", "advice_openings", "advice_verbs").match(folded)
    return bool(begins) and not has_term(folded, "filler", "first_person")


def names_template(title: str) -> bool:
    """Tells whether a title is a template's: "Nova – Website Template"."""
    folded = fold_text(title)
    return bool(has_term(folded, "filler", "sample") and not has_term(folded, "filler", "first_person"))


def has_placeholder(line: str) -> bool:
    """Tells whether a line holds a placeholder where a contact should be."""
    folded = fold_text(line[:_LONGEST_LINE])
    if has_term(folded, "filler", "placeholder"):
        return True
    return any(_is_placeholder_contact(match[0]) for match in _contact_pattern("telephone").finditer(folded))


def _is_pseudo_latin(folded: str) -> bool:
    """Tells whether a good part of the words are those of printers' filler text, whichever of its passages it is."""
    words = [word.strip(".,;:!?") for word in folded.split()]
    latin_words = sum(word in _load_latin_words() for word in words)
    return latin_words >= _FEWEST_LATIN_WORDS and latin_words * 3 >= len(words)


@cache
def _load_latin_words() -> frozenset[str]:
    return frozenset(list_terms("filler", "latin"))


def is_boilerplate(text: str) -> bool:
    """Tells whether a text is part of any page's frame: its foot, or a cookie notice."""
    folded = fold_text(text[:_LONGEST_LINE])
    if has_term(folded, "filler", "frame"):
        return True
    return bool(has_term(folded, "filler", "cookie") and has_term(folded, "filler", "consent"))


@cache
def _advice_patterns(first: str, second: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Compiles two lists that belong together, language by language."""
    one, other = load_data("filler")[f"advice_{first}"], load_data("filler")[f"advice_{second}"]
    return tuple((compile_terms(one[language]), compile_terms(other[language])) for language in one)


def find_contact(page: Page, *, by_form: bool = True) -> Sign | None:
    """Finds how the page says that its owner can be reached; `by_form`: a form is one way (not a template's)."""
    if page.addresses:
        return Sign("address", page.addresses[0])
    if page.organization.contacts:
        return Sign("JSON-LD", page.organization.contacts[0])
    for link in page.links:
        if link.target.lower().startswith(_CONTACT_SCHEMES) or host_of(link.url) in _MESSENGERS:
            return Sign("link", link.target)
    for kind in ("email address", "telephone", "address"):
        for line in _contact_lines(page):
            match = _contact_pattern(kind).search(_to_ascii_digits(fold_text(line)))
            match = match or (_find_reversed_address(line) if kind == "email address" else None)
            if match and not _is_placeholder_contact(match[0]) and not has_term(fold_text(line), "filler", "sample"):
                return Sign(kind, make_excerpt(line, match.start()))
    form = next((form for form in page.forms if by_form and form.has_message and form.fields), None)
    return Sign("form", make_excerpt(form.words)) if form else None


def _find_reversed_address(line: str) -> re.Match[str] | None:
    """Finds an address that is written from right to left, as style sheets turn it round for people."""
    return _contact_pattern("email address").search(fold_text(line)[::-1]) if "@" in line else None


@cache
def _contact_pattern(place: str) -> re.Pattern[str]:
    return re.compile("|".join(tomllib.loads(_CONTACTS.read_text("utf-8"))[place]))


def _to_ascii_digits(text: str) -> str:
    """Writes the digits of every script as ASCII: a telephone number may be in Persian or Bengali ones."""
    return text if text.isascii() else _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)


def _is_placeholder_contact(contact: str) -> bool:
    """Tells whether a contact is a placeholder: `you@yourdomain.com`, 123-456-7890, 000 000 000."""
    digits = "".join(character for character in contact if character.isdigit())
    if len(digits) >= _SHORTEST_NUMBER:
        most_frequent = max(digits.count(digit) for digit in set(digits))
        if most_frequent * 5 >= len(digits) * 4 or _COUNTING_DIGITS.search(digits):
            return True
    if _BLANK_MARKS.search(contact):
        return True
    return bool(_DEFAULT_ADDRESS.search(contact) or has_term(contact, "filler", "placeholder"))


def _contact_lines(page: Page) -> Iterable[str]:
    """Yields the head and the foot of a page, each line cut: a search through a book would delay every other check."""
    middle = max(len(page.lines) - _MOST_LINES, (len(page.lines) + 1) // 2)
    yield from cut_lines(page.lines[: min(middle, _MOST_LINES)], _MOST_CHARACTERS, _LONGEST_LINE)
    yield from cut_lines(reversed(page.lines[middle:]), _MOST_CHARACTERS, _LONGEST_LINE)


def find_section(page: Page, role: Role) -> Sign | None:
    """Finds a section of the page itself whose heading names the role."""
    for heading in page.headings:
        if count_words(heading) <= _SENTENCE_WORDS and role in find_roles(fold_text(heading)):
            return Sign("heading", heading)
    return None


def find_sign_up(page: Page) -> Sign | None:
    """Finds a form by which people ask for mail or open an account, or the script of a mailing list."""
    for form in page.forms:
        folded = fold_text(f"{form.words} {' '.join(field.words for field in form.fields)}")
        if form.has_email and not form.has_message and (not form.has_password or has_term(folded, "links", "sign_up")):
            return Sign("form", make_excerpt(form.words) or "a field for an email address")
    for url in (*page.sources, *page.frames, *(form.action for form in page.forms)):
        if any(is_host_of(host_of(url), mailing_host) for mailing_host in load_data("mailing_list")["hosts"]):
            return Sign("form of a mailing list", urlsplit(url)._replace(query="", fragment="").geturl())
    return None
