"""Finds what makes a page no website: it is parked, a server's default page, a list of files, still to come, an error;
or a login, a test whether the visitor is a person, or a program stands before it.

A phrase names the kind of a page that has no substance (`measure_substance`); it never fails one that has. Addresses
and the marks of a file list prove their kind by themselves.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice
from urllib.parse import urlsplit

from checks.website.content import is_boilerplate
from checks.website.facts import Link, Page, host_of, is_host_of
from checks.website.phrases import (
    Sign,
    Spot,
    collapse_spaces,
    count_words,
    find_phrase,
    find_term,
    find_whole_phrase,
    fold_text,
    has_term,
    heading_spots,
    line_spots,
    load_data,
    make_spot,
    split_sentences,
    term_alternatives,
    term_pattern,
)

_LANDER = re.compile(r"/(?:lander|forsale|domain-for-sale|parking\.php|parkingpage)(?:[/?.]|$)", re.IGNORECASE)
_FEW_WORDS = 60
_MOST_WORDS = 450
"""Debian's default page, the longest of its kind, has about 370."""
_NAME_FOR_SALE = re.compile(
    r"(?:the domain(?: name)? )?[\w-]+(?:\.[\w-]+)+ (?:is|may be|might be) (?:now )?"
    r"(?:for sale|available|parked|yours)\b.*"
)
_LISTING = re.compile(r"(?:index of|directory listing (?:for|of)|listing of|directory:) ?[^\s]*/.*|index of /?")
_FILE = re.compile(r"(?:\./)?(?:([^/?#:.]+)/|([^/?#:]+\.\w{1,5}))")
_FEWEST_FILES = 3
_TO_PARENT = re.compile(r"\[to parent directory\]|^\.\./?$|^parent directory")
_NAME_SIZE = re.compile(r"\bname\b.*\b(?:size|last modified|modified|date)\b")
_STATUS_CODE = r"(?:(?:error|http|status|fehler|erreur|ошибка)?:? ?(?:http )?(?:error )?(?:4\d\d|5\d\d)(?: error)?)"
_PROGRAM_TRACES = re.compile(
    r"""
      error\ establishing\ a\ database\ connection
    | traceback\ \(most\ recent\ call\ last\)
    | (?:fatal|parse)\ error:?\ .{0,300}?\ on\ line\ \d+
    | (?:warning|notice|deprecated|uncaught\ \w+):\ .{0,300}?\ in\ /\S+\ on\ line\ \d+
    | uncaught\ (?:pdoexception|exception|error|typeerror)
    | sqlstate\[
    | there\ has\ been\ a\ critical\ error\ on\ this\ website
    | server\ error\ in\ '/.*'\ application
    | (?:could\ not|unable\ to)\ connect\ to\ (?:the\ )?(?:database|mysql)
    | (?:mysqli?_|pg_)connect\(\)
    | a\ (?:client|server)-side\ exception\ has\ occurred
    | whitelabel\ error\ page
    | this\ page\ isn't\ working
    | \w+(?:error|exception)\ (?:at|in)\ /
    | (?:web\ server\ is\ down|origin\ is\ unreachable)\ error\ code
    | no\ input\ file\ specified
    | site\ is\ not\ configured\ at\ this\ address
    """,
    re.VERBOSE,
)
_LONGEST_OFFER = 3_000
_HOST_NAME = re.compile(r"(?<![\w@.-])[a-z0-9-]{2,63}\.(?:[a-z]{2,3}|info|shop|app|online|store|site)(?![\w@.-])")
_ANY_NAME = re.compile(r"(?<![\w@.-])(?:www\.)?[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.[^\W\d_]{2,24}(?![\w@-])")
"""A host name as text."""
_MOST_SENTENCES = 300
_FEWEST_NAMES_LISTED = 3
"""Other names on a page that lists names for sale."""
_FEWEST_TRADE_WORDS = 2
"""Different words of the trade on a page that offers its name."""
_LINES_ANNOUNCED = 60
_FIRST_LINES = 6
_FIRST_HEADS = 3
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|sso|auth|oauth2?|account/login|users/sign_in|wp-login\.php)(?:[/?.]|$)", re.IGNORECASE
)
_MOST_BESIDE_FORM = 45
_MOST_BESIDE_LOGIN = 40
_LOADER_WORDS = 15
"""A loader shows a name and a word or two."""


def page_spots(page: Page) -> tuple[Spot, ...]:
    return (*heading_spots(page), *line_spots(page))


def _spots_with_host(page: Page) -> Iterable[Spot]:
    return (spot for spot in page_spots(page) if _ANY_NAME.search(spot.folded))


def _spots_without_boilerplate(page: Page) -> Iterable[Spot]:
    """Yields every place but cookie notices and the foot that any page has ("Powered by WordPress")."""
    return (spot for spot in page_spots(page) if not is_boilerplate(spot.words))


def _sentences_without_we(page: Page) -> Iterable[Spot]:
    """Yields the sentences without "we": "you are the owner, we do the numbers" is a business's own."""
    sentences = ((spot, sentence) for spot in page_spots(page) for sentence in split_sentences(spot.words))
    for spot, sentence in islice(sentences, _MOST_SENTENCES):
        if not has_term(fold_text(sentence), "filler", "first_person"):
            yield make_spot(spot.place, sentence)


def _phrase_rule(
    spots_of: Callable[[Page], Iterable[Spot]], subject: str, *parts: str, what: str = ""
) -> Callable[[Page], Sign | None]:
    """Makes a rule that finds the first of these places that says one of these phrases."""
    return lambda page: find_term(spots_of(page), subject, *parts, what=what)


find_name_for_sale = _phrase_rule(_spots_with_host, "parked", "sale")
"""Finds a host name beside a word of sale, on a page without substance."""
find_registrar = _phrase_rule(_spots_without_boilerplate, "parked", "keepers")
"""Finds the name of a registrar or host, on a page without substance."""
find_server_software = _phrase_rule(_spots_without_boilerplate, "default_page", "software", what="server software")
"""Finds the name of server software, on a page without substance."""
find_domain_heading = _phrase_rule(heading_spots, "parked", "for_sale", "registered")
"""Finds the words of a registrar or dealer in the title or a heading."""
find_domain_words = _phrase_rule(page_spots, "parked", "domain")
"""Finds words about a domain, on a page with nothing else to judge."""
find_words_to_owner = _phrase_rule(_sentences_without_we, "default_page", "owner", what="the web host")
"""Finds words to the owner of the website, which are not the owner's."""
find_host_closure = _phrase_rule(_sentences_without_we, "error", "suspended")
"""Finds the words of a host about a website, where the owner would say "we"."""
find_suspension = _phrase_rule(page_spots, "error", "suspended")
"""Finds the words by which a host closes a website."""
find_host_words = _phrase_rule(page_spots, "default_page", "hosting", what="a web host")
"""Finds the words by which hosts speak to their customers."""
find_construction_heading = _phrase_rule(lambda page: heading_spots(page)[:2], "under_construction", "site")
"""Finds a title or a first heading that says so of the website itself."""


def find_parking_url(page: Page, urls: Iterable[str], domain: str) -> Sign | None:
    """Finds an address of the trade in domains. `urls` led to the page; `domain` is the one checked."""
    for url in (*urls, page.refresh, page.script_redirect, *page.frames):
        host = host_of(url)
        if host and not is_host_of(host, domain) and _is_parking_host(url):
            return Sign("address", url)
        if _LANDER.search(url) and page.words < _FEW_WORDS:
            return Sign("address", url)
    script = next((source for source in page.sources if _is_parking_host(source)), None)
    return Sign("script", script) if script and find_parking(page) else None


def find_parking(page: Page) -> Sign | None:
    """Finds the words of a registrar or dealer."""
    spots = page_spots(page)
    phrases = term_pattern("parked", "for_sale", "registered")
    sign = find_whole_phrase(_NAME_FOR_SALE, spots) or find_phrase(phrases, spots)
    return sign or find_phrase(phrases, _strip_host_names(spots))


def _strip_host_names(spots: Iterable[Spot]) -> Iterable[Spot]:
    """Yields the places with a host name, without it: "the domain acme.com is parked" says "the domain is parked"."""
    for spot in spots:
        if "." in spot.folded and (stripped := collapse_spaces(_ANY_NAME.sub("", spot.folded))) != spot.folded:
            yield Spot(spot.place, spot.words, stripped)


def find_kept_domain(page: Page) -> Sign | None:
    """Finds the name of a registrar on a page without substance that speaks of a domain."""
    return find_registrar(page) if find_domain_words(page) else None


def names_domain(page: Page, domain: str) -> bool:
    """Tells whether the title or a heading holds the domain's name: a registrar's page is about the name."""
    return any(name and name in spot.folded for spot in heading_spots(page) for name in _own_names(page, domain))


def _own_names(page: Page, domain: str) -> set[str]:
    return {domain.removeprefix("www."), host_of(page.url).removeprefix("www.")}


def offers_domain(page: Page, domain: str) -> bool:
    """Tells whether a page whose title or heading is the domain's name alone speaks of names, and of a price."""
    names = _own_names(page, domain)
    if not any(spot.folded.strip(".!?¿¡ ") in names for spot in heading_spots(page)):
        return False
    folded = fold_text(page.text[:_LONGEST_OFFER])
    others = {name for name in _HOST_NAME.findall(folded) if name not in names}
    names_domain = has_term(folded, "parked", "name") or has_term(folded, "parked", "domain")
    return (
        bool(names_domain or len(others) >= _FEWEST_NAMES_LISTED)
        and len(set(term_pattern("parked", "trade").findall(folded))) >= _FEWEST_TRADE_WORDS
    )


def is_doubtful(page: Page, words: int) -> bool:
    """Tells whether any phrase on the page is one of a placeholder, or the page asks for a password. An announcement
    counts in a heading, or where it is long beside the `words` of the owner's own."""
    if any(form.has_password for form in page.forms):
        return True
    rules = (find_default_page, find_parking, find_suspension, find_host_words, find_words_to_owner, find_domain_words)
    if any(find(page) for find in (*rules, find_error)):
        return True
    if find_term(heading_spots(page), "under_construction", "site", "notify", "words"):
        return True
    announcement = term_pattern("under_construction", "site", "notify")
    sentences = (sentence for line in page.lines[:_LINES_ANNOUNCED] for sentence in split_sentences(line))
    return sum(count_words(sentence) for sentence in sentences if announcement.search(fold_text(sentence))) * 2 >= words


def _names_file(link: Link) -> bool:
    """Tells whether a link shows the name of the file or folder beside the page that it leads to."""
    match = _FILE.fullmatch(link.target)
    return match is not None and (match[1] or match[2]) == link.words.strip().rstrip("/")


def find_directory_listing(page: Page) -> Sign | None:
    """Finds the marks of a list of files (Apache, nginx, lighttpd, IIS, Caddy, Python's http.server)."""
    files = [link for link in page.links if _names_file(link)]
    folders = [link for link in files if link.target.endswith("/")]
    if folders and len(files) >= _FEWEST_FILES and len(files) * 5 >= len(page.links) * 3 and page.words < _MOST_WORDS:
        return Sign("link", files[0].target)
    listing_heads = [spot for spot in heading_spots(page) if _LISTING.fullmatch(spot.folded)]
    sorted_by = any(link.target.startswith("?C=") for link in page.links)
    text_spots = line_spots(page)
    parent_link = find_phrase(_TO_PARENT, text_spots)
    if listing_heads and (sorted_by or parent_link or len(listing_heads) > 1 or page.words < _MOST_WORDS):
        return Sign(listing_heads[0].place, listing_heads[0].words)
    if not parent_link or page.words >= _MOST_WORDS:
        return None
    return parent_link if parent_link.words.startswith("[") or find_phrase(_NAME_SIZE, text_spots) else None


@cache
def _load_default_pages() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    rules = load_data("default_page")["page"]
    ends = {"whole": r"\Z"}
    return tuple(
        (rule["of"], rule["where"], re.compile(rf"\A(?:{rule['says']}){ends.get(rule['where'], '')}")) for rule in rules
    )


def find_default_page(page: Page) -> Sign | None:
    """Finds a page that software or a host put there; `what` of the sign names it."""
    if page.words > _MOST_WORDS:
        return None
    top, text = heading_spots(page), line_spots(page)
    whole = make_spot("text", " ".join(page.lines))
    spots = {"title": top[:1], "heading": top[1:], "text": (*top, *text), "whole": (whole,)}
    signs = (find_phrase(phrases, spots[place], owner) for owner, place, phrases in _load_default_pages())
    return next((sign for sign in signs if sign), None)


def find_construction(page: Page, *, loosely: bool) -> Sign | None:
    """Finds words that announce a website, or excuse its absence. `loosely`: the words need not name the website."""
    parts = ("site", "notify", "words") if loosely else ("site", "notify")
    return find_term(page_spots(page), "under_construction", *parts)


def find_change(page: Page) -> Sign | None:
    """Finds a line on a website and a change to it, or a promise to be back, on a page without substance."""
    spots = tuple(_spots_without_boilerplate(page))
    of_a_website = (spot for spot in spots if has_term(spot.folded, "under_construction", "thing"))
    change = find_term(of_a_website, "under_construction", "change", "progress")
    return change or find_term(spots, "under_construction", "return")


def announces_website(folded: str) -> bool:
    """Tells whether a sentence speaks of the owner's own website and of a change to it."""
    return bool(has_term(folded, "under_construction", "own_site") and has_term(folded, "under_construction", "change"))


def find_error(page: Page) -> Sign | None:
    """Finds a title, heading or first line that says an error and nothing else, or the trace of a program."""
    first = line_spots(page)[:_FIRST_LINES]
    trace = find_phrase(_PROGRAM_TRACES, (*heading_spots(page)[:1], *first))
    error = trace or find_error_heading(page) or find_whole_phrase(_error_pattern(), first)
    return error or find_suspension(page)


def find_error_heading(page: Page) -> Sign | None:
    """Finds a title or heading that says an error and nothing else."""
    return find_whole_phrase(_error_pattern(), heading_spots(page)[:_FIRST_HEADS])


@cache
def _error_pattern() -> re.Pattern[str]:
    phrases = term_alternatives("error", "whole")
    before = rf"(?:{_STATUS_CODE})? ?[:\-–—|]? ?(?:the |sorry,? ?|oops!? ?|404 )?"
    return re.compile(rf"{_STATUS_CODE}|{before}(?:{phrases})(?: ?\(?{_STATUS_CODE}\)?)?")


def is_blank(page: Page) -> bool:
    """Tells whether a browser shows nothing at all: no text, no image, nothing that a script could put there."""
    return not (page.words or page.media or page.scripts or page.frames or page.forms or page.noscript or page.title)


def _is_parking_host(url: str) -> bool:
    return any(is_host_of(host_of(url), parking_host) for parking_host in load_data("parked")["hosts"])


def find_login(page: Page) -> Sign | None:
    """Finds a login on a page that shows nothing of the business."""
    if is_login_host(page.url):
        return Sign("address", page.url)
    headings = heading_spots(page)[:_FIRST_HEADS]
    form = next((form for form in page.forms if form.has_password), None)
    heading_sign = find_whole_phrase(_login_pattern(), headings)
    if form and (heading_sign or page.words - count_words(form.words) <= _MOST_BESIDE_FORM):
        return Sign("form", form.words or "a password field")
    if page.words > _MOST_BESIDE_LOGIN:
        return None
    if heading_sign and any(form.has_email or form.fields for form in page.forms):
        return heading_sign
    return Sign("address", page.url) if _LOGIN_PATH.search(urlsplit(page.url).path) else None


def is_login_host(url: str) -> bool:
    """Tells whether an address belongs to a service that logs people in."""
    return any(is_host_of(host_of(url), login_host) for login_host in load_data("login")["hosts"])


def find_challenge_header(headers: Mapping[str, str]) -> Sign | None:
    """Finds a header by which a firewall says that it tests the visitor."""
    for name, value in load_data("challenge")["header"].items():
        if name in headers and re.search(value, headers[name].lower()):
            return Sign("header", f"{name}: {headers[name]}")
    return None


def find_challenge(page: Page) -> Sign | None:
    """Finds the words of a test whether the visitor is a person."""
    top = heading_spots(page)
    in_title = find_whole_phrase(term_pattern("challenge", "title"), top[:2])
    return in_title or find_term((*top, *line_spots(page)), "challenge", "text")


def find_script_need(page: Page) -> Sign | None:
    """Finds a page that has no text until a browser runs its program."""
    if page.words <= _MOST_BESIDE_LOGIN and (sign := find_term(page_spots(page), "challenge", "script")):
        return sign
    if not page.scripts or page.words > _LOADER_WORDS:
        return None
    if sign := find_term([make_spot("noscript", page.noscript)], "challenge", "script"):
        return sign
    loader = re.compile(rf"(?:{term_alternatives('challenge', 'loading')})(?: \w+){{0,3}}\W*")
    is_loading = any(loader.fullmatch(fold_text(line)) for line in page.lines)
    if is_loading or page.is_app or not (page.words or page.media):
        return Sign("script", next(iter(page.sources), "a script in the page, and no text beside it"))
    return None


@cache
def _login_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:{term_alternatives('login', 'log_in')})(?: (?:to|in|bei|à|en|na) .{{1,60}})?")
