"""What is before the page: a login, a test whether the visitor is a person, or a program to be run first."""

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from checks.website.evidence import Sign, alone, heads, lines, seen, spot
from checks.website.facts import Page, host_of
from checks.website.phrases import count, data, finds, plain, whole

_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|sso|auth|oauth2?|account/login|users/sign_in|wp-login\.php)(?:[/?.]|$)", re.IGNORECASE
)
_BESIDE_LOGIN = 45
_FIRST_HEADS = 3
_FEW_WORDS = 40
_LOADER_WORDS = 15
"""A loader shows a name and a word or two."""


def login_only(page: Page) -> Sign | None:
    """Finds a login on a page that shows nothing of the business."""
    if is_login_host(page.url):
        return Sign("address", page.url)
    first = heads(page)[:_FIRST_HEADS]
    form = next((form for form in page.forms if form.has_password), None)
    if form and (page.words - count(form.words) <= _BESIDE_LOGIN or alone(_login(), first)):
        return Sign("form", form.words or "a password field")
    asks = any(form.has_email or form.fields for form in page.forms)
    if asks and page.words <= _FEW_WORDS and (sign := alone(_login(), first)):
        return sign
    is_login = bool(_LOGIN_PATH.search(urlsplit(page.url).path))
    return Sign("address", page.url) if is_login and page.words <= _FEW_WORDS else None


def is_login_host(url: str) -> bool:
    """Tells whether an address belongs to a service that logs people in."""
    host = host_of(url)
    return any(host == known or host.endswith(f".{known}") for known in data("login")["hosts"])


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
    if page.words <= _FEW_WORDS and (sign := seen(finds("challenge", "script"), (*heads(page), *lines(page)))):
        return sign
    if not page.scripts or page.words > _LOADER_WORDS:
        return None
    if sign := seen(finds("challenge", "script"), [spot("noscript", page.noscript)]):
        return sign
    loading = any(_loading().fullmatch(plain(line)) for line in page.lines)
    if loading or page.is_app or not (page.words or page.media):
        return Sign("script", next(iter(page.sources), "a script in the page, and no text beside it"))
    return None


@cache
def _login() -> re.Pattern[str]:
    return re.compile(rf"(?:{whole('login', 'log_in')})(?: (?:to|in|bei|à|en|na) .{{1,60}})?")


@cache
def _loading() -> re.Pattern[str]:
    return re.compile(rf"(?:{whole('challenge', 'loading')})\W*")
