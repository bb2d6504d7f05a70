"""Asks DNS for the DKIM keys of an identity: every key in one round trip, as resolvers follow CNAMEs by themselves.

A second one is spent only where something is missing, on the usual causes of that.
"""

import asyncio
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from checks.answers import Answer, Dns, NoName, Records, aliases_of, ask_all, is_absent, values
from checks.dkim.parse import KeyRecord, Malformed, parse
from checks.names import identity_of, is_identity_known, unpublished_label
from model import Expectations

DEFAULT_ZONE = "dkim.amazonses.com"
"""Where most regions of SES keep the public keys; others have their own: SigningHostedZone of GetEmailIdentity."""
_SES_TARGET = re.compile(r"[a-z0-9-]{1,63}\.((?:[a-z0-9-]{1,63}\.)?dkim(?:\.[a-z0-9-]{1,63})?\.amazonses\.com)")


class Origin(StrEnum):
    """Why a selector was asked for."""

    OWN = "the selector whose key you gave to SES"
    NAMED = "the selector that you named"
    COMMON = "a common selector"


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector, the full `name` of its record, and the TXT answer there."""

    selector: str
    name: str
    origin: Origin
    txt: Answer


@dataclass(frozen=True, slots=True)
class Token:
    """An Easy DKIM token with all that was asked at `name`, `<token>._domainkey.<identity>`.

    Asked only where the CNAME is missing: `a`, the address there; `doubled`, the CNAME at that name with a zone
    appended once more; `misplaced`, the CNAME below a parent of the identity, with the keys there (`keys_above`).
    """

    token: str
    name: str
    cname: Answer
    txt: Answer
    a: Answer | None = None
    doubled: tuple[Answer, ...] = ()
    misplaced: tuple[Answer, ...] = ()
    keys_above: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class DkimFacts:
    """The answers about `identity`, the domain in `d=` of SES's signatures; `domain` is the one being checked.

    `node` is the TXT answer at `_domainkey.<identity>`, `parent` the one at the identity itself; `parents` are those at
    `_domainkey.` of the names above, where the account does not say which identity covers the domain; `sibling_txt` and
    `sibling_a` belong to a random selector that is not published. `sibling_a` is asked where the CNAME of a
    token is missing; `appended` where nothing was found: `_domainkey` below the identity's name written twice, and a
    random name there.
    """

    domain: str
    identity: str
    node: Answer
    parent: Answer
    sibling_txt: Answer
    parents: tuple[Answer, ...] = ()
    sibling_a: Answer | None = None
    appended: tuple[Answer, ...] = ()
    tokens: tuple[Token, ...] = ()
    selectors: tuple[Selector, ...] = ()
    expectations: Expectations | None = None

    @property
    def signing_zone(self) -> str | None:
        """SigningHostedZone, None where none is known."""
        expected = self.expectations.signing_zone if self.expectations else None
        return expected.lower().rstrip(".") or None if expected else None


def ses_zone(target: str) -> str | None:
    """Returns the zone of SES that a CNAME target lies in, such as `dkim.amazonses.com`; None for any other target."""
    found = _SES_TARGET.fullmatch(target.lower().rstrip("."))
    return found[1] if found else None


def lower_aliases(answer: Answer) -> tuple[str, ...]:
    """Returns the CNAME targets that were followed, lower case."""
    return tuple(alias.lower().rstrip(".") for alias in aliases_of(answer))


def key_of(answer: Answer) -> KeyRecord | Malformed | None:
    """Returns the key record in a TXT answer; None without one. Two records at one name spoil each other (section
    3.6.2.2)."""
    if not isinstance(answer, Records) or not answer.values:
        return None
    if len(answer.values) > 1:
        return Malformed(
            answer.values[0],
            f"there are {len(answer.values)} TXT records, and a selector may have only one",
            section="RFC 6376 section 3.6.2.2",
        )
    return parse(answer.values[0])


def by_wildcard(facts: DkimFacts, answer: Answer) -> bool:
    """Returns True when the answer is what any selector would get: the random sibling has the same records."""
    sibling = facts.sibling_txt
    return isinstance(answer, Records) and isinstance(sibling, Records) and set(answer.values) == set(sibling.values)


_GUESSES = tomllib.loads(Path(__file__).with_name("selectors.toml").read_text("utf-8"))
FIRST_GUESSES: tuple[str, ...] = tuple(_GUESSES["first"])
OTHER_GUESSES: tuple[str, ...] = tuple(_GUESSES["other"])
_MOST_TOKENS = 5
_MOST_NAMED = 16
_MOST_ZONES = 3
_TOKEN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SELECTOR = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){0,8}")


async def look_up(
    domain: str, dns: Dns, *, selectors: Sequence[str] = (), expectations: Expectations | None = None
) -> DkimFacts:
    """Asks for every key that may be there. `selectors` are those that a person named; `expectations` gives the
    identity and SES's tokens. At most 100 questions in two round trips; about 20 for a healthy domain: the rarer
    guesses wait for what `_domainkey` and the first guesses say."""
    identity = identity_of(domain, expectations)
    expected = _cleaned(expectations.tokens if expectations else (), _TOKEN)[:_MOST_TOKENS]
    wanted = _wanted(selectors, expectations, expected)
    base = f"_domainkey.{identity}"
    label = unpublished_label(identity)
    sibling = f"{label}.{base}"
    above = () if is_identity_known(expectations) else zones_of(identity)[1:]
    tokens, found, (node, parent, sibling_txt), parents = await asyncio.gather(
        asyncio.gather(*(_token(token, base, dns) for token in expected)),
        asyncio.gather(*(_selector(name, origin, base, dns) for name, origin in wanted.items())),
        ask_all(dns, [(name, "TXT") for name in (base, identity, sibling)]),
        ask_all(dns, [(f"_domainkey.{name}", "TXT") for name in above]),
    )
    missing = _missing(tokens, sibling_txt)
    nothing = not tokens and not any(isinstance(selector.txt, Records) for selector in found)
    more = [name for name in _second_guesses(tokens, found, node) if name not in wanted and name not in expected]
    searched, others, sibling_a, appended = await asyncio.gather(
        asyncio.gather(*(_searched(token, identity, dns) for token in missing)),
        asyncio.gather(*(_selector(name, Origin.COMMON, base, dns) for name in more)),
        ask_all(dns, [(sibling, "A")] if missing else []),
        ask_all(dns, [(f"{at}.{identity}.{identity}", "TXT") for at in ("_domainkey", label)] if nothing else []),
    )
    whole = {token.token: token for token in (*tokens, *searched)}
    return DkimFacts(
        domain=domain,
        identity=identity,
        node=node,
        parent=parent,
        sibling_txt=sibling_txt,
        parents=tuple(parents),
        sibling_a=sibling_a[0] if sibling_a else None,
        appended=() if any(isinstance(each.txt, Records) for each in others) else tuple(appended),
        tokens=tuple(whole.values()),
        selectors=(*found, *others),
        expectations=expectations,
    )


def _missing(tokens: Sequence[Token], sibling_txt: Answer) -> list[Token]:
    """Returns the tokens that have no CNAME of their own: none at all, or the one that a wildcard gives to any
    selector."""
    of_any = lower_aliases(sibling_txt)[:1]
    return [
        one for one in tokens if is_absent(one.cname) or tuple(name.lower() for name in values(one.cname)) == of_any
    ]


def _second_guesses(tokens: Sequence[Token], found: Sequence[Selector], node: Answer) -> tuple[str, ...]:
    """Returns the selectors to try in the second round trip: those that come with one that was found; all where nothing
    was seen and `_domainkey` may have something below it (RFC 8020: below a name that does not exist there is
    nothing)."""
    seen = [each.selector for each in found if isinstance(each.txt, Records)]
    if not seen and not any(isinstance(token.txt, Records) for token in tokens):
        return () if isinstance(node, NoName) else OTHER_GUESSES
    return tuple(dict.fromkeys(name for one in seen for name in _GUESSES["families"].get(one, ())))


def zones_of(identity: str) -> tuple[str, ...]:
    """Returns the names that may be the zone in which the identity is published: itself and its parents, at most
    three."""
    labels = identity.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels) - 1))[:_MOST_ZONES]


def _wanted(selectors: Sequence[str], expectations: Expectations | None, tokens: tuple[str, ...]) -> dict[str, Origin]:
    """Returns each selector once, by the best reason to ask for it."""
    own = [expectations.selector] if expectations and expectations.selector else []
    wanted: dict[str, Origin] = {}
    for origin, names in (
        (Origin.OWN, _cleaned(own, _SELECTOR)),
        (Origin.NAMED, _cleaned(selectors, _SELECTOR)[:_MOST_NAMED]),
        (Origin.COMMON, FIRST_GUESSES),
    ):
        for name in names:
            if name not in tokens:
                wanted.setdefault(name, origin)
    return wanted


def _cleaned(typed: Iterable[str], shape: re.Pattern[str]) -> tuple[str, ...]:
    """Returns each word once, in lower case; a whole name such as `s1._domainkey.acme.com` or a token's target is cut
    down."""
    words = (re.split(r"\._domainkey\b|\.dkim\.", word.strip().lower())[0].rstrip(".") for word in typed)
    return tuple(dict.fromkeys(word for word in words if shape.fullmatch(word)))


async def _selector(selector: str, origin: Origin, base: str, dns: Dns) -> Selector:
    name = f"{selector}.{base}"
    return Selector(selector, name, origin, await dns.ask(name, "TXT"))


async def _token(token: str, base: str, dns: Dns) -> Token:
    name = f"{token}.{base}"
    cname, txt = await asyncio.gather(dns.ask(name, "CNAME"), dns.ask(name, "TXT"))
    return Token(token, name, cname, txt)


async def _searched(token: Token, identity: str, dns: Dns) -> Token:
    """Returns the token with the usual reasons for a missing CNAME: an address in its place, the zone appended to its
    name, the identity's own label left out."""
    zones = zones_of(identity)
    above = [f"{token.token}._domainkey.{zone}" for zone in zones[1:]]
    (a,), doubled, misplaced, keys = await asyncio.gather(
        ask_all(dns, [(token.name, "A")]),
        ask_all(dns, [(f"{token.name}.{zone}", "CNAME") for zone in zones]),
        ask_all(dns, [(name, "CNAME") for name in above]),
        ask_all(dns, [(name, "TXT") for name in above]),
    )
    return replace(token, a=a, doubled=tuple(doubled), misplaced=tuple(misplaced), keys_above=tuple(keys))
