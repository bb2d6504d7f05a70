"""The websites of the sample domains, and what their registry knows of them: what a reviewer of AWS would see.

`SITES` is what the loopback web serves, `registrations` what the loopback registry answers, `REPAIRED_SITES` and
`renewals` what `!fix` puts in their place where they are at fault. Most samples are shops with nothing amiss. Their
words stand in `sites.toml`.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from fakes.certificates import Certificate
from fakes.rdap import RegisteredDomain
from fakes.web import Site, WebPage, redirect

_WORDS = tomllib.loads((Path(__file__).parent / "sites.toml").read_text("utf-8"))


def _html_page(title: str, body: str, *, language: str = "en") -> str:
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f'<!doctype html><html lang="{language}">{head}{body}</html>'


def _make_shop(domain: str) -> Site:
    """Returns a small shop with all that a reviewer looks for."""
    name, trade, does = (escape(text, quote=False) for text in _WORDS["shops"][domain])
    foot = (
        f'<footer>{name}, {_WORDS["places"].get(domain, _WORDS["place"])}. <a href="mailto:hello@{domain}">'
        f'hello@{domain}</a> <a href="/privacy">Privacy policy</a> <a href="/contact">Contact</a> '
        '<a href="/newsletter">Newsletter</a> <a href="/unsubscribe">Unsubscribe</a></footer>'
    )
    front = f"<body><h1>{name}</h1><p>{does} {_WORDS['more']}</p>{_WORDS['form']}{foot}</body>"
    pages = {
        path: _html_page(f"{title} – {name}", f"<body><h1>{title}</h1>{text}{foot}</body>")
        for path, (title, text) in _WORDS["pages"].items()
    }
    return Site({"/": _html_page(f"{name}: {trade}", front), **pages})


def _make_bookshop() -> Site:
    """Returns the shop in German."""
    name = "Bücherstube Lindenhof"
    pages = {
        f"/{title.lower()}": _html_page(
            f"{title} – {name}", f"<body><h1>{title}</h1>{_WORDS['bookshop']['behind']}</body>"
        )
        for title in ("Impressum", "Datenschutz", "Rundbrief", "Abmelden")
    }
    return Site({"/": _html_page(name, _WORDS["bookshop"]["front"], language="de"), **pages})


_STATUS = {"down.example": 503}
_AT_FAULT: Mapping[str, Site] = {
    **{
        domain: Site({"*": WebPage(_html_page(title, body), _STATUS.get(domain, 200))})
        for domain, (title, body) in _WORDS["at_fault"].items()
    },
    "badcert.example": Site(_make_shop("badcert.example").pages, Certificate.EXPIRED),
}
REPAIRED_SITES: Mapping[str, Site] = {domain: _make_shop(domain) for domain in _AT_FAULT}
"""What `!fix` publishes in place of a website that is at fault."""
SITES: Mapping[str, Site] = {
    **{domain: _make_shop(domain) for domain in _WORDS["shops"]},
    "xn--bcher-kva.example": _make_bookshop(),
    "news.ready.example": Site({"*": redirect("https://ready.example/", 301)}),
    **_AT_FAULT,
}
"""By host, in A-labels."""


def registrations(now: datetime) -> dict[str, RegisteredDomain]:
    """Returns what the registry says of every sample at a time: most are old, one is three days old, one has lapsed."""
    old = RegisteredDomain(now - timedelta(days=3_900), now + timedelta(days=280))
    hosts = {host for host in SITES if host != "news.ready.example"}
    return {
        **dict.fromkeys(sorted(hosts), old),
        "young.example": RegisteredDomain(now - timedelta(days=3), now + timedelta(days=362)),
        "lapsed.example": RegisteredDomain(
            now - timedelta(days=2_200), now - timedelta(days=9), statuses=("auto renew period", "client hold")
        ),
    }


def renewals(now: datetime) -> dict[str, tuple[str, RegisteredDomain]]:
    """Returns what `!fix` does at the registry, in words, and what that then says."""
    return {
        "young.example": (
            "waited     until young.example was 40 days old (in truth that takes 37 days more)",
            RegisteredDomain(now - timedelta(days=40), now + timedelta(days=325)),
        ),
        "lapsed.example": (
            "renewed    lapsed.example at its registrar, for a year",
            RegisteredDomain(now - timedelta(days=2_200), now + timedelta(days=356)),
        ),
    }
