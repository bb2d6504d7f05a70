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
from checks.dkim.parse import KeyRecord, MalformedKey, parse
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
    """A selector (`label`), the full `name` of its record, and the TXT answer there."""

    label: str
    name: str
    origin: Origin
    txt: Answer

    @property
    def leads_to_ses(self) -> bool:
        """True for a selector whose CNAME ends in SES's zones: an Easy DKIM token."""
        return any(map(ses_zone_of, lower_aliases(self.txt)))

    @property
    def is_of_ses(self) -> bool:
        """True for a selector with whose key SES signs: the domain's own, given to SES, or a token."""
        return self.origin is Origin.OWN or self.leads_to_ses


@dataclass(frozen=True, slots=True)
class Token:
    """An Easy DKIM token (`label`) with all that was asked at `name`, `<token>._domainkey.<identity>`.

    Asked only where the CNAME is missing: `a`, the address there; `doubled`, the CNAME at that name with a zone
    appended once more; `misplaced`, the CNAME below a parent of the identity, with the keys there (`keys_above`).
    """

    label: str
    name: str
    cname: Answer
    txt: Answer
    a: Answer | None = None
    doubled: tuple[Answer, ...] = ()
    misplaced: tuple[Answer, ...] = ()
    keys_above: tuple[Answer, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets of the CNAME."""
        return tuple(value.lower().rstrip(".") for value in values(self.cname))

    def is_target(self, name: str) -> bool:
        """Returns True for a name that is the token in some zone."""
        return name.lower().startswith(f"{self.label}.")


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
    expectations: Expectations
    node: Answer
    parent: Answer
    sibling_txt: Answer
    parents: tuple[Answer, ...] = ()
    sibling_a: Answer | None = None
    appended: tuple[Answer, ...] = ()
    tokens: tuple[Token, ...] = ()
    selectors: tuple[Selector, ...] = ()

    @property
    def ses_selectors(self) -> tuple[Selector, ...]:
        return tuple(selector for selector in self.selectors if selector.is_of_ses)

    @property
    def absent_selectors(self) -> tuple[Selector, ...]:
        """The selectors that a person named and where no record is."""
        named = (selector for selector in self.selectors if selector.origin is Origin.NAMED)
        return tuple(selector for selector in named if is_absent(selector.txt))

    @property
    def dkim_status(self) -> str:
        """DkimAttributes.Status, empty where it is not known."""
        return (self.expectations.dkim_status or "").upper()

    @property
    def signing_zone(self) -> str | None:
        """SigningHostedZone, None where none is known."""
        return (self.expectations.signing_zone or "").lower().rstrip(".") or None


def ses_zone_of(target: str) -> str | None:
    """Returns the zone of SES that a CNAME target lies in, such as `dkim.amazonses.com`; None for any other target."""
    match = _SES_TARGET.fullmatch(target.lower().rstrip("."))
    return match[1] if match else None


def lower_aliases(answer: Answer) -> tuple[str, ...]:
    """Returns the CNAME targets that were followed, lower case."""
    return tuple(alias.lower().rstrip(".") for alias in aliases_of(answer))


def key_of(answer: Answer) -> KeyRecord | MalformedKey | None:
    """Returns the key record in a TXT answer; None without one. Two records at one name spoil each other (section
    3.6.2.2)."""
    if not isinstance(answer, Records) or not answer.values:
        return None
    if len(answer.values) > 1:
        return MalformedKey(
            answer.values[0],
            f"there are {len(answer.values)} TXT records, and a selector may have only one",
            section="RFC 6376 section 3.6.2.2",
        )
    return parse(answer.values[0])


def is_from_wildcard(facts: DkimFacts, answer: Answer) -> bool:
    """Returns True when any selector would get the same answer: the random sibling has the same records."""
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
    expectations = expectations or Expectations(domain)
    identity = identity_of(domain, expectations)
    base = f"_domainkey.{identity}"
    labels = _normalize_labels(expectations.tokens, _TOKEN)[:_MOST_TOKENS]
    origins = _list_selectors(selectors, expectations, labels)
    parents = () if is_identity_known(expectations) else zones_of(identity)[1:]
    tokens, asked_selectors, (node, parent, sibling_txt), parent_nodes = await asyncio.gather(
        asyncio.gather(*(_look_up_token(label, base, dns) for label in labels)),
        asyncio.gather(*(_look_up_selector(label, origin, base, dns) for label, origin in origins.items())),
        ask_all(dns, [(name, "TXT") for name in (base, identity, _sibling_of(identity))]),
        ask_all(dns, [(f"_domainkey.{name}", "TXT") for name in parents]),
    )
    facts = DkimFacts(
        domain=domain,
        identity=identity,
        expectations=expectations,
        node=node,
        parent=parent,
        sibling_txt=sibling_txt,
        parents=tuple(parent_nodes),
        tokens=tuple(tokens),
        selectors=tuple(asked_selectors),
    )
    return await _look_up_rest(facts, dns)


async def _look_up_rest(facts: DkimFacts, dns: Dns) -> DkimFacts:
    """Asks for the usual causes of what is missing, and for the rarer guesses."""
    identity = facts.identity
    missing = _select_missing(facts)
    is_empty = not facts.tokens and not any(isinstance(selector.txt, Records) for selector in facts.selectors)
    first_labels = ("_domainkey", unpublished_label(identity)) if is_empty else ()
    known = {token.label for token in facts.tokens} | {selector.label for selector in facts.selectors}
    guesses = [label for label in _second_guesses(facts) if label not in known]
    searched, guessed, sibling_a, appended = await asyncio.gather(
        asyncio.gather(*(_search_token(token, identity, dns) for token in missing)),
        asyncio.gather(*(_look_up_selector(label, Origin.COMMON, f"_domainkey.{identity}", dns) for label in guesses)),
        ask_all(dns, [(_sibling_of(identity), "A")] if missing else []),
        ask_all(dns, [(f"{first}.{identity}.{identity}", "TXT") for first in first_labels]),
    )
    return replace(
        facts,
        sibling_a=sibling_a[0] if sibling_a else None,
        appended=() if any(isinstance(selector.txt, Records) for selector in guessed) else tuple(appended),
        tokens=tuple({token.label: token for token in (*facts.tokens, *searched)}.values()),
        selectors=(*facts.selectors, *guessed),
    )


def _sibling_of(identity: str) -> str:
    """Returns the name of a selector that is not published."""
    return f"{unpublished_label(identity)}._domainkey.{identity}"


def _select_missing(facts: DkimFacts) -> list[Token]:
    """Returns the tokens that have no CNAME of their own: none, or the one that a wildcard gives to any selector."""
    wildcard_target = lower_aliases(facts.sibling_txt)[:1]
    return [token for token in facts.tokens if is_absent(token.cname) or token.targets == wildcard_target]


def _second_guesses(facts: DkimFacts) -> tuple[str, ...]:
    """Returns the selectors to try in the second round trip: those that come along with one that is published; all
    where none is, and `_domainkey` may have something below it (RFC 8020)."""
    published = [selector.label for selector in facts.selectors if isinstance(selector.txt, Records)]
    if not published and not any(isinstance(token.txt, Records) for token in facts.tokens):
        return () if isinstance(facts.node, NoName) else OTHER_GUESSES
    return tuple(dict.fromkeys(guess for label in published for guess in _GUESSES["families"].get(label, ())))


def zones_of(identity: str) -> tuple[str, ...]:
    """Returns the names that may be the zone in which the identity is published: itself and its parents, at most
    three."""
    labels = identity.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels) - 1))[:_MOST_ZONES]


def _list_selectors(selectors: Sequence[str], expectations: Expectations, tokens: tuple[str, ...]) -> dict[str, Origin]:
    """Returns each selector once, by the best reason to ask for it."""
    own_selectors = [expectations.selector] if expectations.selector else []
    origins: dict[str, Origin] = {}
    for origin, names in (
        (Origin.OWN, _normalize_labels(own_selectors, _SELECTOR)),
        (Origin.NAMED, _normalize_labels(selectors, _SELECTOR)[:_MOST_NAMED]),
        (Origin.COMMON, FIRST_GUESSES),
    ):
        for name in names:
            if name not in tokens:
                origins.setdefault(name, origin)
    return origins


def _normalize_labels(texts: Iterable[str], shape: re.Pattern[str]) -> tuple[str, ...]:
    """Returns each selector or token once, in lower case, also out of `s1._domainkey.acme.com` or a token's target."""
    labels = (re.split(r"\._domainkey\b|\.dkim\.", text.strip().lower())[0].rstrip(".") for text in texts)
    return tuple(dict.fromkeys(label for label in labels if shape.fullmatch(label)))


async def _look_up_selector(label: str, origin: Origin, base: str, dns: Dns) -> Selector:
    name = f"{label}.{base}"
    return Selector(label, name, origin, await dns.ask(name, "TXT"))


async def _look_up_token(label: str, base: str, dns: Dns) -> Token:
    name = f"{label}.{base}"
    cname, txt = await ask_all(dns, [(name, "CNAME"), (name, "TXT")])
    return Token(label, name, cname, txt)


async def _search_token(token: Token, identity: str, dns: Dns) -> Token:
    """Asks for the usual reasons why a CNAME is missing: an address in its place, the zone appended to its name, the
    identity's own label left out."""
    zones = zones_of(identity)
    parent_names = [f"{token.label}._domainkey.{zone}" for zone in zones[1:]]
    (a,), doubled, misplaced, keys = await asyncio.gather(
        ask_all(dns, [(token.name, "A")]),
        ask_all(dns, [(f"{token.name}.{zone}", "CNAME") for zone in zones]),
        ask_all(dns, [(name, "CNAME") for name in parent_names]),
        ask_all(dns, [(name, "TXT") for name in parent_names]),
    )
    return replace(token, a=a, doubled=tuple(doubled), misplaced=tuple(misplaced), keys_above=tuple(keys))
