"""What DNS shows for each thing that SES needs: the state of a token's CNAME, and whether a published key is of use."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from checks.answers import Answer, NoData, NoName, Records, Tristate, Unanswered, is_absent, values
from checks.dkim.look_up import (
    DEFAULT_ZONE,
    DkimFacts,
    Origin,
    Selector,
    Token,
    by_wildcard,
    key_of,
    lower_aliases,
    ses_zone,
)
from checks.dkim.parse import Ed25519Key, KeyRecord, Malformed, RsaKey
from checks.names import is_identity_known


class TokenState(StrEnum):
    """Where a token's CNAME leads. The first two are right."""

    READS = "leads to SES, and a record is there"
    EMPTY = "leads to SES, where nothing is published at present"
    MISSING = "is not there"
    WRONG = "leads elsewhere"
    DOUBLED = "was published with the zone appended"
    FLATTENED = "is answered with something else than a CNAME"
    UNKNOWN = "is unknown"


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key record that was found: at which selector, and whether SES signs with that selector."""

    selector: str
    name: str
    txt: Records
    record: KeyRecord | Malformed
    of_ses: bool

    @property
    def owner(self) -> str:
        """The name that holds the TXT record, behind all CNAMEs."""
        return lower_aliases(self.txt)[-1] if self.txt.aliases else self.name


def has_ses_key(facts: DkimFacts) -> Tristate:
    """Is a key that SES signs with published and usable, at the identity? NO only where DNS or SES says so."""
    expected = facts.expectations
    if expected and (expected.signing_enabled is False or (expected.dkim_status or "").upper() == "FAILED"):
        return Tristate.NO
    if (parent := covering_identity(facts)) is not None:
        return Tristate.YES if any(usable(key_of(answer)) for answer in key_above(facts, parent)) else Tristate.UNKNOWN
    if facts.tokens:
        return _standing_of_tokens(facts)
    own = [selector for selector in facts.selectors if selector.origin is Origin.OWN or leads_to_ses(selector)]
    if own:
        if any(usable(key_of(selector.txt)) for selector in own):
            return Tristate.YES
        return Tristate.UNKNOWN if any(isinstance(selector.txt, Unanswered) for selector in own) else Tristate.NO
    none = not seen_keys(facts) and proves_none(facts) and not parents_with_keys(facts)
    return Tristate.NO if none else Tristate.UNKNOWN


def _standing_of_tokens(facts: DkimFacts) -> Tristate:
    """SES signs with one token at a time and changes between them: YES takes all records and a key, NO takes that no
    record is right, or that every key there is of no use."""
    states = [state_of(token, facts) for token in facts.tokens]
    right = [state in {TokenState.READS, TokenState.EMPTY} for state in states]
    if TokenState.UNKNOWN in states:
        return Tristate.UNKNOWN
    if not all(right):
        return Tristate.UNKNOWN if any(right) else Tristate.NO
    if any(usable(key_of(token.txt)) for token in facts.tokens):
        return Tristate.YES
    return Tristate.UNKNOWN if TokenState.EMPTY in states else Tristate.NO


def proves_none(facts: DkimFacts) -> bool:
    """Returns True when `_domainkey` does not exist below a name that does, and nothing that was asked for contradicts
    it."""
    if not _is_nowhere(facts.node) or not isinstance(facts.parent, Records | NoData):
        return False
    return all(_is_nowhere(answer) for answer in (facts.sibling_txt, *(each.txt for each in facts.selectors)))


def _is_nowhere(answer: Answer) -> bool:
    return isinstance(answer, NoName) and not answer.aliases


def state_of(token: Token, facts: DkimFacts) -> TokenState:
    """Returns the state of one token; what is not answered is UNKNOWN and never MISSING."""
    if _reaches_ses(token, facts):
        if isinstance(token.txt, Unanswered):
            return TokenState.UNKNOWN
        return TokenState.EMPTY if is_absent(token.txt) else TokenState.READS
    first = lower_aliases(facts.sibling_txt)[:1]
    match token.cname:
        case Unanswered():
            return TokenState.UNKNOWN
        case Records() if not first or _targets(token) != first:  # else a wildcard has it
            elsewhere = isinstance(token.txt, Unanswered) and ses_zone(token.cname.values[0]) is None
            return TokenState.UNKNOWN if elsewhere else TokenState.WRONG
        case NoData() if _is_flattened(token, facts):
            return TokenState.FLATTENED
        case _:
            return TokenState.DOUBLED if own_cnames(token, token.doubled) else TokenState.MISSING


def _targets(token: Token) -> tuple[str, ...]:
    return tuple(value.lower().rstrip(".") for value in values(token.cname))


def _reaches_ses(token: Token, facts: DkimFacts) -> bool:
    """Returns a CNAME may lead to SES in several steps: receivers follow them all (RFC 1034 section 3.6.2)."""
    followed = (*_targets(token), *lower_aliases(token.txt))
    if facts.signing_zone:
        return f"{token.token}.{facts.signing_zone}" in followed
    return any(ses_zone(alias) and alias.startswith(f"{token.token}.") for alias in followed)


def _is_flattened(token: Token, facts: DkimFacts) -> bool:
    """Returns an address or a TXT is where the CNAME belongs, and it is not a wildcard's."""
    if isinstance(token.txt, Records) and not by_wildcard(facts, token.txt):
        return True
    of_any = values(facts.sibling_a) if facts.sibling_a is not None else ()
    return isinstance(token.a, Records) and set(token.a.values) != set(of_any)


def target_of(token: Token, facts: DkimFacts) -> str:
    """Returns where the CNAME has to point: where the zone is not known, as in most regions."""
    return f"{token.token}.{known_zone(facts) or DEFAULT_ZONE}"


def known_zone(facts: DkimFacts) -> str | None:
    """Returns the zone of SES in which targets are: as SES says, or as another token's CNAME has it. None: compare by
    hand."""
    if facts.signing_zone:
        return facts.signing_zone
    for token in facts.tokens:
        for alias in (*values(token.cname), *lower_aliases(token.txt)):
            zone = ses_zone(alias)
            if zone and alias.lower().startswith(f"{token.token}."):
                return zone
    return None


def own_cnames(token: Token, answers: tuple[Answer, ...]) -> tuple[Records, ...]:
    """Returns the CNAME answers at other names that are the token's own; a wildcard's answer does not count."""
    found = (answer for answer in answers if isinstance(answer, Records))
    return tuple(answer for answer in found if answer.values[0].lower().startswith(f"{token.token}."))


def covering_identity(facts: DkimFacts) -> str | None:
    """Returns the parent below which SES's CNAME records of all tokens are published, where the account does not say
    that the domain is an identity of its own: then it is the parent's identity that signs. None where there is not."""
    if is_identity_known(facts.expectations) or not facts.tokens:
        return None
    places = []
    for token in facts.tokens:
        to_ses = [answer for answer in own_cnames(token, token.misplaced) if any(map(ses_zone, answer.values))]
        places.append({answer.name.lower().partition("._domainkey.")[2] for answer in to_ses})
    shared = set.intersection(*places)
    return max(shared, key=len) if shared else None


def key_above(facts: DkimFacts, parent: str) -> tuple[Answer, ...]:
    names = {f"{token.token}._domainkey.{parent}" for token in facts.tokens}
    return tuple(answer for token in facts.tokens for answer in token.keys_above if answer.name.lower() in names)


def parents_with_keys(facts: DkimFacts) -> tuple[str, ...]:
    """Returns the parents at which `_domainkey` exists or was not answered: SES may sign with the identity of one of
    them."""
    return tuple(answer.name.removeprefix("_domainkey.") for answer in facts.parents if not _is_nowhere(answer))


def leads_to_ses(selector: Selector) -> bool:
    """Returns True for a selector whose CNAME ends in SES's zones: an Easy DKIM token."""
    return any(ses_zone(alias) for alias in lower_aliases(selector.txt))


def usable(record: KeyRecord | Malformed | None) -> bool:
    """Returns True for a key with which a receiver can verify mail: RFC 6376 section 6.1.2, RFC 8301, RFC 8463."""
    if not isinstance(record, KeyRecord) or not for_mail(record) or not takes_sha256(record):
        return False
    return isinstance(record.key, Ed25519Key) or (isinstance(record.key, RsaKey) and record.key.bits >= 1024)


def for_mail(record: KeyRecord) -> bool:
    """RFC 6376 section 3.6.1, s=: `*` or `email`."""
    return not {"*", "email"}.isdisjoint(record.services)


def takes_sha256(record: KeyRecord) -> bool:
    """RFC 6376 section 3.6.1, h=: all algorithms unless it lists some; sha1 is not used any more."""
    return not record.hashes or "sha256" in record.hashes  # RFC 8301 3.1


def ses_unknown(facts: DkimFacts) -> bool:
    """Returns True when something that SES signs with is unknown, or SES publishes nothing there at present."""
    open_states = {TokenState.UNKNOWN, TokenState.EMPTY}
    return any(state_of(token, facts) in open_states for token in facts.tokens) or any(
        isinstance(selector.txt, Unanswered) for selector in facts.selectors if selector.origin is Origin.OWN
    )


def named_absent(facts: DkimFacts) -> tuple[Answer, ...]:
    """Returns the answers at selectors that a person named and where no record is."""
    return tuple(each.txt for each in facts.selectors if each.origin is Origin.NAMED and is_absent(each.txt))


def absent_in_words(facts: DkimFacts) -> str:
    """Returns a sentence about the selectors that a person named and where no record is; empty where there are none."""
    gone = [each.selector for each in facts.selectors if each.origin is Origin.NAMED and is_absent(each.txt)]
    return f" No key is at the selector you named, {', '.join(gone)}." if gone else ""


def seen_keys(facts: DkimFacts) -> tuple[FoundKey, ...]:
    """Returns every key record that was found, SES's first. A common selector that only a wildcard answers is no
    key."""
    return tuple(_seen_keys(facts))


def _seen_keys(facts: DkimFacts) -> Iterator[FoundKey]:
    for token in facts.tokens:
        record = key_of(token.txt) if state_of(token, facts) is TokenState.READS else None
        if record and isinstance(token.txt, Records):
            yield FoundKey(token.token, token.name, token.txt, record, of_ses=True)
    for selector in facts.selectors:
        record = key_of(selector.txt)
        if not record or not isinstance(selector.txt, Records):
            continue
        if selector.origin is Origin.COMMON and by_wildcard(facts, selector.txt):
            continue
        of_ses = selector.origin is Origin.OWN or leads_to_ses(selector)
        yield FoundKey(selector.selector, selector.name, selector.txt, record, of_ses)
