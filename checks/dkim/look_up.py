"""Asks DNS for the DKIM keys of an identity, everything in one round trip: resolvers follow CNAMEs by themselves."""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Sequence

from checks.answers import Answer, Dns
from checks.dkim.facts import DkimFacts, Origin, Selector, Token
from model import Expectations

COMMON = (
    *("google", "selector1", "selector2"),  # Google Workspace, Microsoft 365
    *("k1", "k2", "k3", "mandrill"),  # Mailchimp
    *("s1", "s2"),  # SendGrid, and many who count
    *("default", "dkim", "mail", "smtp", "mx"),  # cPanel, Brevo, Mailgun, hand-made
    *("mxvault", "fm1", "fm2", "fm3"),  # Fastmail
    *("protonmail", "protonmail2", "protonmail3"),
    *("zendesk1", "zendesk2"),
    *("sig1", "cm", "pm", "zoho", "mailjet", "brevo1", "resend"),  # iCloud, Campaign Monitor, Postmark
)
"""Selectors of well-known senders. Finding one proves a key; finding none proves nothing."""

_MOST_TOKENS = 5
_MOST_NAMED = 16
_MOST_ZONES = 3
_TOKEN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SELECTOR = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){0,8}")


async def look_up(
    domain: str, dns: Dns, *, selectors: Sequence[str] = (), expectations: Expectations | None = None
) -> DkimFacts:
    """Ask for every key that may be there. `selectors` are those that a person named; `expectations` tells the identity
    and SES's tokens. At most about 100 questions, one round trip."""
    identity = identity_of(domain, expectations)
    told = _cleaned(expectations.tokens if expectations else (), _TOKEN)[:_MOST_TOKENS]
    wanted = _wanted(selectors, expectations, told)
    base = f"_domainkey.{identity}"
    sibling = f"{_nobodys(identity)}.{base}"
    everything = await asyncio.gather(
        asyncio.gather(*(_token(token, identity, dns) for token in told)),
        asyncio.gather(*(_selector(name, origin, identity, dns) for name, origin in wanted.items())),
        asyncio.gather(*(dns.ask(name, "TXT") for name in (base, identity, sibling))),
        dns.ask(sibling, "A") if told else _nothing(),
        _appended(identity, dns) if not told else _nothing(),
    )
    tokens, found, (node, parent, sibling_txt), sibling_a, appended = everything
    return DkimFacts(
        domain=domain,
        identity=identity,
        node=node,
        parent=parent,
        sibling_txt=sibling_txt,
        sibling_a=sibling_a,
        appended=appended,
        tokens=tuple(tokens),
        selectors=tuple(found),
        expectations=expectations,
    )


def identity_of(domain: str, expectations: Expectations | None) -> str:
    """The domain that SES signs for: the identity told (its domain, where that is an address), else `domain`."""
    told = expectations.identity if expectations else ""
    return told.rpartition("@")[2].strip().lower().rstrip(".") or domain.lower().rstrip(".")


def zones_of(identity: str) -> tuple[str, ...]:
    """The names that may be the zone in which the identity is published: itself and its parents, at most three."""
    labels = identity.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels) - 1))[:_MOST_ZONES]


def _wanted(selectors: Sequence[str], expectations: Expectations | None, tokens: tuple[str, ...]) -> dict[str, Origin]:
    """Each selector once, by the best reason to ask for it."""
    own = [expectations.selector] if expectations and expectations.selector else []
    wanted: dict[str, Origin] = {}
    for origin, names in (
        (Origin.OWN, _cleaned(own, _SELECTOR)),
        (Origin.NAMED, _cleaned(selectors, _SELECTOR)[:_MOST_NAMED]),
        (Origin.COMMON, COMMON),
    ):
        for name in names:
            if name not in tokens:
                wanted.setdefault(name, origin)
    return wanted


def _cleaned(typed: Iterable[str], shape: re.Pattern[str]) -> tuple[str, ...]:
    """Each word once, in lower case; a whole name such as `s1._domainkey.acme.com` or a token's target is cut down."""
    words = (re.split(r"\._domainkey\b|\.dkim\.", word.strip().lower())[0].rstrip(".") for word in typed)
    return tuple(dict.fromkeys(word for word in words if shape.fullmatch(word)))


def _nobodys(identity: str) -> str:
    """A selector that nobody has published, the same for the same identity so that a transcript replays."""
    return "nobody-" + hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]


async def _nothing() -> None:
    """In place of a question that is not asked."""


async def _appended(identity: str, dns: Dns) -> tuple[Answer, Answer]:
    twice = f"{identity}.{identity}"
    node, sibling = await asyncio.gather(
        dns.ask(f"_domainkey.{twice}", "TXT"), dns.ask(f"{_nobodys(identity)}.{twice}", "TXT")
    )
    return node, sibling


async def _selector(selector: str, origin: Origin, identity: str, dns: Dns) -> Selector:
    name = f"{selector}._domainkey.{identity}"
    return Selector(selector, name, origin, await dns.ask(name, "TXT"))


async def _token(token: str, identity: str, dns: Dns) -> Token:
    name = f"{token}._domainkey.{identity}"
    zones = zones_of(identity)
    (cname, txt, a), doubled, misplaced = await asyncio.gather(
        asyncio.gather(*(dns.ask(name, rtype) for rtype in ("CNAME", "TXT", "A"))),
        asyncio.gather(*(dns.ask(f"{name}.{zone}", "CNAME") for zone in zones)),
        asyncio.gather(*(dns.ask(f"{token}._domainkey.{zone}", "CNAME") for zone in zones[1:])),
    )
    return Token(token, name, cname, txt, a, tuple(doubled), tuple(misplaced))
