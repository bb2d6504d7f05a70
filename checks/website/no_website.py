"""Which kind of nothing a page is: parked, a server's default page, a list of files, still to come, an error; or what
is before the page: a login, a test whether the visitor is a person, a program to be run first.

A phrase names the kind of a page that has no substance (`substance.measure`); it never fails one that has. Addresses
and the marks of a file list prove their kind by themselves.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice
from urllib.parse import urlsplit

from checks.website.content import is_frame
from checks.website.facts import Link, Page, host_of, is_at
from checks.website.phrases import (
    Sign,
    Spot,
    alone,
    count,
    data,
    finds,
    heads,
    lines,
    plain,
    seen,
    sentences,
    spot,
    tidy,
    whole,
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
_FILES = 3
_TO_PARENT = re.compile(r"\[to parent directory\]|^\.\./?$|^parent directory")
_NAME_SIZE = re.compile(r"\bname\b.*\b(?:size|last modified|modified|date)\b")
_CODE = r"(?:(?:error|http|status|fehler|erreur|ошибка)?:? ?(?:http )?(?:error )?(?:4\d\d|5\d\d)(?: error)?)"
_TRACES = re.compile(
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
_LISTED = 3
"""Other names on a page that lists names for sale."""
_TRADE = 2
"""Different words of the trade on a page that offers its name."""
_LINES_ANNOUNCED = 60
_FIRST_LINES = 6
_FIRST_HEADS = 3
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|sso|auth|oauth2?|account/login|users/sign_in|wp-login\.php)(?:[/?.]|$)", re.IGNORECASE
)
_BESIDE_LOGIN = 45
_FEW_BESIDE = 40
_LOADER_WORDS = 15
"""A loader shows a name and a word or two."""


def everywhere(page: Page) -> tuple[Spot, ...]:
    return (*heads(page), *lines(page))


def _named(page: Page) -> Iterable[Spot]:
    """Yields every place where a host name stands."""
    return (one for one in everywhere(page) if _ANY_NAME.search(one.plain))


def _own_spots(page: Page) -> Iterable[Spot]:
    """Yields every place but cookie notices and the foot that any page has ("Powered by WordPress")."""
    return (one for one in everywhere(page) if not is_frame(one.words))


def _not_of_us(page: Page) -> Iterable[Spot]:
    """Yields the sentences without "we": "you are the owner, we do the numbers" is a business's own."""
    parted = ((one, sentence) for one in everywhere(page) for sentence in sentences(one.words))
    for one, sentence in islice(parted, _MOST_SENTENCES):
        if not finds("filler", "first_person").search(plain(sentence)):
            yield spot(one.place, sentence)


def _says(
    where: Callable[[Page], Iterable[Spot]], subject: str, *parts: str, what: str = ""
) -> Callable[[Page], Sign | None]:
    """Makes a rule: it finds the first of these places that says one of these phrases."""
    return lambda page: seen(finds(subject, *parts), where(page), what)


sells_its_name = _says(_named, "parked", "sale")
"""A host name beside a word of sale, on a page without substance."""
keeper = _says(_own_spots, "parked", "keepers")
"""The name of a registrar or host, on a page without substance."""
software = _says(_own_spots, "default_page", "software", what="server software")
"""The name of server software, on a page without substance."""
heads_a_domain = _says(heads, "parked", "for_sale", "registered")
"""The words of a registrar or dealer in the title or a heading."""
about_a_domain = _says(everywhere, "parked", "domain")
"""The page speaks of a domain, and of nothing else that could be judged."""
addresses_the_owner = _says(_not_of_us, "default_page", "owner", what="the web host")
"""Words to the owner of the website, which are not the owner's."""
closed_by_its_host = _says(_not_of_us, "error", "suspended")
"""Words that a host says of a website, where the owner would say "we"."""
suspended = _says(everywhere, "error", "suspended")
"""The words by which a host closes a website."""
of_a_host = _says(everywhere, "default_page", "hosting", what="a web host")
"""The words by which hosts speak to their customers."""
says_under_construction = _says(lambda page: heads(page)[:2], "under_construction", "site")
"""A title or a first heading that says so of the website itself."""


def parked_address(page: Page, urls: Iterable[str], domain: str) -> Sign | None:
    """Finds an address of the trade in domains. `urls` led to the page; `domain` is the one checked."""
    for url in (*urls, page.refresh, page.jump, *page.frames):
        host = host_of(url)
        if host and not host.endswith(domain) and _is_parking(url):
            return Sign("address", url)
        if _LANDER.search(url) and page.words < _FEW_WORDS:
            return Sign("address", url)
    script = next((source for source in page.sources if _is_parking(source)), None)
    return Sign("script", script) if script and parked(page) else None


def parked(page: Page) -> Sign | None:
    """Finds the words of a registrar or dealer."""
    spots = everywhere(page)
    phrases = finds("parked", "for_sale", "registered")
    return alone(_NAME_FOR_SALE, spots) or seen(phrases, spots) or seen(phrases, _without_names(spots))


def _without_names(spots: Iterable[Spot]) -> Iterable[Spot]:
    """Yields the places with a host name, without it: "the domain acme.com is parked" says "the domain is parked"."""
    for one in spots:
        if "." in one.plain and (said := tidy(_ANY_NAME.sub("", one.plain))) != one.plain:
            yield Spot(one.place, one.words, said)


def kept_domain(page: Page) -> Sign | None:
    """Finds the name of a registrar on a page without substance that speaks of a domain."""
    return keeper(page) if about_a_domain(page) else None


def names_itself(page: Page, domain: str) -> bool:
    """Tells whether the title or a heading is the domain's name: a registrar's page is about the name."""
    names = {domain.removeprefix("www."), host_of(page.url).removeprefix("www.")}
    return any(name and name in one.plain for one in heads(page) for name in names)


def offers_its_name(page: Page, domain: str) -> bool:
    """Tells whether a page whose title or heading is the domain's name alone speaks of names, and of a price."""
    names = {domain.removeprefix("www."), host_of(page.url).removeprefix("www.")}
    if not any(one.plain.strip(".!?¿¡ ") in names for one in heads(page)):
        return False
    said = plain(page.text[:_LONGEST_OFFER])
    others = {name for name in _HOST_NAME.findall(said) if name not in names}
    about = finds("parked", "name").search(said) or finds("parked", "domain").search(said)
    return bool(about or len(others) >= _LISTED) and len(set(finds("parked", "trade").findall(said))) >= _TRADE


def is_doubtful(page: Page, words: int) -> bool:
    """Tells whether any phrase on the page is one of a placeholder, or the page asks for a password. An announcement
    counts in a heading, or where it is long beside the `words` of the owner's own."""
    if any(form.has_password for form in page.forms):
        return True
    kinds = (default_page, parked, suspended, of_a_host, addresses_the_owner, about_a_domain, error_page)
    if any(kind(page) for kind in kinds) or seen(finds("under_construction", "site", "notify", "words"), heads(page)):
        return True
    announcing = finds("under_construction", "site", "notify")
    said = (sentence for line in page.lines[:_LINES_ANNOUNCED] for sentence in sentences(line))
    return sum(count(one) for one in said if announcing.search(plain(one))) * 2 >= words


def _names_its_file(link: Link) -> bool:
    """Tells whether a link shows the name of the file or folder beside the page that it leads to."""
    found = _FILE.fullmatch(link.target)
    return found is not None and (found[1] or found[2]) == link.words.strip().rstrip("/")


def directory(page: Page) -> Sign | None:
    """Finds the marks of a list of files (Apache, nginx, lighttpd, IIS, Caddy, Python's http.server)."""
    files = [link for link in page.links if _names_its_file(link)]
    folders = [link for link in files if link.target.endswith("/")]
    if folders and len(files) >= _FILES and len(files) * 5 >= len(page.links) * 3 and page.words < _MOST_WORDS:
        return Sign("link", files[0].target)
    listed = [one for one in heads(page) if _LISTING.fullmatch(one.plain)]
    sorted_by = any(link.target.startswith("?C=") for link in page.links)
    text = lines(page)
    parent = seen(_TO_PARENT, text)
    if listed and (sorted_by or parent or len(listed) > 1 or page.words < _MOST_WORDS):
        return Sign(listed[0].place, listed[0].words)
    if parent and (parent.words.startswith("[") or seen(_NAME_SIZE, text)) and page.words < _MOST_WORDS:
        return parent
    return None


@cache
def _default_pages() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (
            rule["of"],
            rule["where"],
            re.compile(rf"\A(?:{rule['says']})\Z" if rule["where"] == "whole" else rf"\A(?:{rule['says']})"),
        )
        for rule in data("default_page")["page"]
    )


def default_page(page: Page) -> Sign | None:
    """Finds a page that software or a host put there; `what` of the sign names it."""
    if page.words > _MOST_WORDS:
        return None
    top, text = heads(page), lines(page)
    spots = {
        "title": top[:1],
        "heading": top[1:],
        "text": (*top, *text),
        "whole": (spot("text", " ".join(page.lines)),),
    }
    signs = (seen(says, spots[where], of) for of, where, says in _default_pages())
    return next((sign for sign in signs if sign), None)


def under_construction(page: Page, *, loosely: bool) -> Sign | None:
    """Finds words that announce a website, or excuse its absence. `loosely`: the words need not name the website."""
    parts = ("site", "notify", "words") if loosely else ("site", "notify")
    return seen(finds("under_construction", *parts), everywhere(page))


def changing(page: Page) -> Sign | None:
    """Finds a line on a website and a change to it, or a promise to be back, on a page without substance."""
    of_a_website = (one for one in _own_spots(page) if finds("under_construction", "thing").search(one.plain))
    changes = seen(finds("under_construction", "change", "progress"), of_a_website)
    return changes or seen(finds("under_construction", "return"), _own_spots(page))


def announces_itself(folded: str) -> bool:
    """Tells whether a sentence speaks of the owner's own website and of a change to it."""
    return bool(
        finds("under_construction", "own_site").search(folded) and finds("under_construction", "change").search(folded)
    )


def error_page(page: Page) -> Sign | None:
    """Finds a title, heading or first line that says an error and nothing else, or the trace of a program."""
    first = lines(page)[:_FIRST_LINES]
    return seen(_TRACES, (*heads(page)[:1], *first)) or says_error(page) or alone(_error(), first) or suspended(page)


def says_error(page: Page) -> Sign | None:
    """Finds a title or heading that says an error and nothing else."""
    return alone(_error(), heads(page)[:_FIRST_HEADS])


@cache
def _error() -> re.Pattern[str]:
    said = whole("error", "whole")
    return re.compile(
        rf"{_CODE}|(?:{_CODE})? ?[:\-–—|]? ?(?:the |sorry,? ?|oops!? ?|404 )?(?:{said})(?: ?\(?{_CODE}\)?)?"
    )


def blank(page: Page) -> bool:
    """Tells whether a browser shows nothing at all: no text, no image, nothing that a script could put there."""
    return not (page.words or page.media or page.scripts or page.frames or page.forms or page.noscript or page.title)


def _is_parking(url: str) -> bool:
    return any(is_at(host_of(url), known) for known in data("parked")["hosts"])


def login_only(page: Page) -> Sign | None:
    """Finds a login on a page that shows nothing of the business."""
    if is_login_host(page.url):
        return Sign("address", page.url)
    first = heads(page)[:_FIRST_HEADS]
    form = next((form for form in page.forms if form.has_password), None)
    if form and (page.words - count(form.words) <= _BESIDE_LOGIN or alone(_login(), first)):
        return Sign("form", form.words or "a password field")
    asks = any(form.has_email or form.fields for form in page.forms)
    if asks and page.words <= _FEW_BESIDE and (sign := alone(_login(), first)):
        return sign
    is_login = bool(_LOGIN_PATH.search(urlsplit(page.url).path))
    return Sign("address", page.url) if is_login and page.words <= _FEW_BESIDE else None


def is_login_host(url: str) -> bool:
    """Tells whether an address belongs to a service that logs people in."""
    return any(is_at(host_of(url), known) for known in data("login")["hosts"])


def challenge_header(headers: Mapping[str, str]) -> Sign | None:
    """Finds a header by which a firewall says that it tests the visitor."""
    for name, value in data("challenge")["header"].items():
        if name in headers and re.search(value, headers[name].lower()):
            return Sign("header", f"{name}: {headers[name]}")
    return None


def challenge(page: Page) -> Sign | None:
    """Finds the words of a test whether the visitor is a person."""
    top = heads(page)
    return alone(finds("challenge", "title"), top[:2]) or seen(finds("challenge", "text"), (*top, *lines(page)))


def needs_script(page: Page) -> Sign | None:
    """Finds a page that has no text until a browser runs its program."""
    if page.words <= _FEW_BESIDE and (sign := seen(finds("challenge", "script"), (*heads(page), *lines(page)))):
        return sign
    if not page.scripts or page.words > _LOADER_WORDS:
        return None
    if sign := seen(finds("challenge", "script"), [spot("noscript", page.noscript)]):
        return sign
    program = re.compile(rf"(?:{whole('challenge', 'loading')})(?: \w+){{0,3}}\W*")
    loading = any(program.fullmatch(plain(line)) for line in page.lines)
    if loading or page.is_app or not (page.words or page.media):
        return Sign("script", next(iter(page.sources), "a script in the page, and no text beside it"))
    return None


@cache
def _login() -> re.Pattern[str]:
    return re.compile(rf"(?:{whole('login', 'log_in')})(?: (?:to|in|bei|à|en|na) .{{1,60}})?")
