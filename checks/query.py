"""Reads what people type: domains, selectors, tokens, a website. One parser for Slack, its buttons and the terminal.

`read_query` takes any number of domains; `parse` keeps a query within what one Slack message can answer. `str(query)`
is the canonical text: it parses back to the same query, and is what buttons carry, whose values are never trusted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from checks.fetch.urls import BadUrl, Url
from checks.findings import make_printable
from checks.names import EXAMPLE, BadDomain, mail_domain_of
from model import Expectations

LONGEST_WEBSITE = 1_000
"""Characters: a button has to hold it beside a domain and its options."""
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_HAS_PORT = re.compile(r"[^/?#@\\]*:(?!443(?:[/?#\\]|$))\d")
_CREDENTIALS = re.compile(r"[^/@\s]*@")
"""Not repeated, not even to the person who typed them: others may look on."""


class BadWebsite(ValueError):
    """What was typed is no website. Its text is a sentence or two for the person."""


def parse_website(text: str) -> str:
    """Parses a website into a whole URL, in ASCII and without a fragment; `BadWebsite` where it is none."""
    typed = text.strip()
    redacted = _CREDENTIALS.sub("…@", typed, count=1)
    quoted = make_printable(redacted[:60]) + ("…" if len(redacted) > 60 else "")
    if not typed:
        raise BadWebsite("No website was named.")
    scheme = "http" if _HAS_PORT.match(typed) else "https"
    try:
        address = Url.parse(typed if _HAS_SCHEME.match(typed) else f"{scheme}://{typed}")
    except BadUrl as bad:
        raise BadWebsite(f"“{quoted}” cannot be opened as a website: {bad.why}.") from None
    if "." not in address.host and ":" not in address.host:
        raise BadWebsite(f"“{quoted}” cannot be opened as a website: its host is not a whole name such as acme.com.")
    url = str(address).replace(";", "%3B")
    if len(url) > LONGEST_WEBSITE:
        raise BadWebsite(f"That website is {len(url):,} characters long; at most {LONGEST_WEBSITE:,} can be kept.")
    return url


MOST_DOMAINS = 10
MOST_SELECTORS = 10
MOST_TOKENS = 3
"""Easy DKIM gives a domain three tokens (SES GetEmailIdentity)."""
_LONGEST_TEXT = 8_000
"""Characters looked at; Slack sends at most 4,000 of a command's text, before it escapes `&`, `<` and `>`."""
_LONGEST_VALUE = 2_000
"""What a button's value holds (Block Kit, button element)."""
_LONGEST_QUOTE = 1_000
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Zero-width spaces and direction marks, which pasting brings along."""
_BREAK = r"\s,;，；、"
_WORD = re.compile(
    rf"""
      <[^<>]*>                                          # a link as Slack writes it
    | -{{0,2}}websites?=[^\s<>]*                         # an address may hold whatever else ends a word
    | -{{0,2}}[a-z][a-z_-]*=[^\s;<>]*                   # an option; commas belong to its value
    | [a-z][a-z0-9+.-]*://[^{_BREAK}/?\#<>]*            # an address; commas after the host belong to its path,
      (?:[/?\#](?:(?![,;]+(?:\s|\Z|[a-z]+://))[^\s<>])*)?   # up to one that ends it or begins the next address
    | [^{_BREAK}<>]+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SPACED_OPTION = re.compile(
    r"(?<![^\s,;])(-{0,2}(?:selectors?|tokens?|websites?))"
    r"(?:\s*[:=：＝]\s*(?=[^\s=])|\s+(?=[^\s:=：＝-]))",
    re.IGNORECASE,
)
"""An option whose value follows a colon, a space or several signs: `selector: s1`, `selector = s1`, `--selector s1`."""
_OPTION = re.compile(r"-{0,2}([a-z][a-z_-]*)=(.*)", re.IGNORECASE | re.DOTALL)
_FLAG = re.compile(r"--?[a-z][a-z-]*", re.IGNORECASE)
_BULLETS = frozenset("-–—*•·")
_HELP = frozenset({"help", "--help", "-h", "?"})
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_TOKEN = re.compile(r"[a-z0-9]{1,63}")
_QUOTES = "\"'`“”‘’"
_EXAMPLES = {
    "selector": f"{EXAMPLE} selector=s1",
    "token": f"{EXAMPLE} token=hx4tn2vq7dlm5wzr3kbyc6pjs1fgae0u",
    "website": f"{EXAMPLE} website=https://www.{EXAMPLE}/",
}
_WEBSITE_LINK = re.compile(r"(-{0,2}websites?=)[\"'“”]*<([^<>|]*)(?:\|[^<>]*)?>", re.IGNORECASE)
"""A website that Slack made a link of."""


class BadQuery(ValueError):
    """What was typed cannot be checked. Its text is one or two sentences for the person; it repeats what they typed, so
    it must be escaped where it is shown."""


@dataclass(frozen=True, slots=True)
class UnreadWord:
    """One word that names no domain, among others that do: as typed (bounded), and why not, in a sentence."""

    typed: str
    why: str


@dataclass(frozen=True, slots=True)
class Query:
    """What to check. `domains` are A-labels, distinct, in the order typed; `selectors` are further DKIM selectors;
    `tokens` are Easy DKIM tokens of the one domain, and `website` is its website where that is another than the domain
    itself. `notes` say which domain is checked where a person typed something else. `help` asks for usage, and then all
    else is empty."""

    domains: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    website: str | None = None
    unread: tuple[UnreadWord, ...] = ()
    help: bool = False
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """Returns the canonical text, such as `acme.com selector=s1`; what could not be read is left out."""
        if self.help:
            return "help"
        options = [f"selector={','.join(self.selectors)}"] if self.selectors else []
        options += [f"token={','.join(self.tokens)}"] if self.tokens else []
        options += [f"website={self.website}"] if self.website else []
        return " ".join([*self.domains, *options])

    def split_by_domain(self) -> Iterator["Query"]:
        for domain in self.domains:
            yield replace(self, domains=(domain,), unread=(), notes=())

    @property
    def expectations(self) -> Expectations | None:
        """What SES expects in DNS, where the person gave its tokens."""
        return Expectations(identity=self.domains[0], tokens=self.tokens) if self.tokens else None


def parse(text: str) -> Query:
    """Parses a query, within what Slack can answer at once; else raises `BadQuery` alone."""
    if len(text) > _LONGEST_TEXT:
        raise BadQuery(f"That is {len(text):,} characters. Type up to {MOST_DOMAINS} domains. Example: {EXAMPLE}")
    query = read_query(text)
    count = len(query.domains) + len(query.unread)
    if count > MOST_DOMAINS:
        quote = _cut_text(text, _LONGEST_QUOTE)
        raise BadQuery(f"That is {count} domains; at most {MOST_DOMAINS} are checked at once. You typed: {quote}")
    if not query.domains and not query.help:
        raise BadQuery(query.unread[0].why)
    if any(len(str(single)) > _LONGEST_VALUE for single in query.split_by_domain()):  # each has to fit into a button
        raise BadQuery(f"Those options are too long together. Name fewer of them. Example: {_EXAMPLES['selector']}")
    return query


def read_query(text: str) -> Query:
    """Reads a query, however many domains it names; words that name none are in `unread`. `BadQuery` where an option is
    wrong, or nothing is named.

    Domains may be separated by spaces, commas, semicolons or line ends, and stand in Slack's own links, escaped or not.
    """
    typed = _INVISIBLE.sub("", _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], text))
    typed = _SPACED_OPTION.sub(lambda option: f"{option[1]}=", typed)
    typed = _WEBSITE_LINK.sub(lambda link: link[1] + link[2], typed)
    words = [word for word in _WORD.findall(typed) if word not in _BULLETS]
    if words and words[0].lower() in _HELP:
        return Query(help=True)
    names, values = _split_options(words)
    selectors, tokens = parse_selectors(values["selector"]), parse_tokens(values["token"])
    return add_domains(Query((), selectors, tokens, parse_website_option(values["website"])), names)


def _split_options(words: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    names: list[str] = []
    values: dict[str, list[str]] = {name: [] for name in _EXAMPLES}
    for word in words:
        if option := _OPTION.fullmatch(word):
            typed_name, value = option[1].lower(), option[2]
            name = typed_name if typed_name in values else typed_name.removesuffix("s")
            if name not in values:
                raise BadQuery(_describe_unknown_option(typed_name))
            values[name].append(value.rstrip(",;").strip(_QUOTES) if name == "website" else value)
        elif _FLAG.fullmatch(word):
            raise BadQuery(_describe_unknown_option(word))
        else:
            names.append(word)
    return names, values


def _describe_unknown_option(option: str) -> str:
    name = option.lstrip("-").lower()
    if name in _EXAMPLES:
        return f"“{_cut_text(option, 40)}” needs its value right after an equals sign. Example: {_EXAMPLES[name]}"
    return (
        f"There is no option “{_cut_text(option, 40)}” here; there are selector=, token= and website=. "
        f"Example: {_EXAMPLES['selector']}"
    )


def _split_values(values: Iterable[str]) -> Iterator[str]:
    """Yields each value of an option that may hold several with commas between them."""
    for value in values:
        for piece in re.split("[,，、]", value):
            if text := piece.strip().strip(_QUOTES).lower():
                yield text


def parse_selectors(typed: Iterable[str]) -> tuple[str, ...]:
    """Parses selectors: each is one or more labels (RFC 6376 section 3.1), or the whole name of its record."""
    selectors: dict[str, None] = {}
    for text in _split_values(typed):
        selector = text.partition("._domainkey")[0].removesuffix(".")
        if len(selector) > 180 or not all(_LABEL.fullmatch(label) for label in selector.split(".")):
            raise BadQuery(
                f"“{_cut_text(text, 60)}” is not a DKIM selector: it is the part before ._domainkey, made of letters, "
                f"digits and hyphens. Example: {_EXAMPLES['selector']}"
            )
        selectors[selector] = None
    return _limit_selectors(tuple(selectors))


def _limit_selectors(selectors: tuple[str, ...]) -> tuple[str, ...]:
    if len(selectors) > MOST_SELECTORS:
        raise BadQuery(f"That is {len(selectors)} selectors; at most {MOST_SELECTORS} are looked up at once.")
    return selectors


def parse_tokens(typed: Iterable[str]) -> tuple[str, ...]:
    """Parses Easy DKIM tokens; the CNAME's name or target, pasted whole, gives its token."""
    tokens = []
    for text in _split_values(typed):
        is_record = "._domainkey" in text or text.removesuffix(".").endswith(".amazonses.com")
        token = text.partition(".")[0] if is_record else text
        if not _TOKEN.fullmatch(token):
            raise BadQuery(
                f"“{_cut_text(text, 60)}” is not an Easy DKIM token: SES shows three for a domain, each of 32 letters "
                f"and digits. Example: {_EXAMPLES['token']}"
            )
        tokens.append(token)
    distinct = tuple(dict.fromkeys(tokens))
    if len(distinct) > MOST_TOKENS:
        raise BadQuery(f"That is {len(distinct)} tokens; SES gives a domain {MOST_TOKENS}.")
    return distinct


def parse_website_option(typed: Iterable[str]) -> str | None:
    """Parses the website into a whole URL: `acme.com/shop` is `https://acme.com/shop`. The fetch judges where it may
    lead."""
    addresses = list(dict.fromkeys(typed))
    if len(addresses) > 1:
        raise BadQuery(f"That is {len(addresses)} websites; a request names one. Example: {_EXAMPLES['website']}")
    try:
        return parse_website(addresses[0]) if addresses else None
    except BadWebsite as bad:
        raise BadQuery(f"{bad} Example: {_EXAMPLES['website']}") from None


def add_domains(query: Query, names: Iterable[str]) -> Query:
    """Adds the domains that these words name, and the selectors within the names of key records."""
    domains: dict[str, None] = {}
    selectors = dict.fromkeys(query.selectors)
    unread: dict[str, UnreadWord] = {}
    notes: dict[str, None] = {}
    words = list(names)
    for word in words:
        try:
            mail_domain = mail_domain_of(word)
        except BadDomain as bad:
            unread[word] = UnreadWord(_cut_text(word, 60), str(bad))
            continue
        domains[mail_domain.domain] = None
        if mail_domain.selector:
            selectors[mail_domain.selector] = None
        if mail_domain.note:
            notes[mail_domain.note] = None
    if not words:
        raise BadQuery(f"No domain was given. Example: {EXAMPLE}")
    few_selectors = _limit_selectors(tuple(selectors))
    query = replace(query, domains=tuple(domains), selectors=few_selectors, unread=tuple(unread.values()))
    if len(domains) > 1 and (query.tokens or query.website):
        reason = "Each domain has SES tokens of its own" if query.tokens else "Each domain has a website of its own"
        raise BadQuery(f"{reason}, and {len(domains)} domains were given. Check them one by one.")
    return replace(query, notes=tuple(notes))


def _cut_text(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit] + "…"
