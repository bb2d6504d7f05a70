"""What DNS shows for each thing that SES needs: the state of a token's CNAME, and whether a published key is of use."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from checks.answers import Answer, NoData, NoName, Records, Tristate, Unanswered, is_absent, values
from checks.dkim.look_up import (
    DEFAULT_ZONE,
    DkimFacts,
    Origin,
    Token,
    is_from_wildcard,
    key_of,
    lower_aliases,
    ses_zone_of,
)
from checks.dkim.parse import Ed25519Key, KeyRecord, MalformedKey, RsaKey
from checks.findings import select_unanswered
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
    """A key record that is published, its selector, and whether SES signs with that."""

    selector: str
    name: str
    txt: Records
    record: KeyRecord | MalformedKey
    is_of_ses: bool

    @property
    def owner(self) -> str:
        """The name that holds the TXT record, behind all CNAMEs."""
        return lower_aliases(self.txt)[-1] if self.txt.aliases else self.name


def has_ses_key(facts: DkimFacts) -> Tristate:
    """Tells whether a usable key that SES signs with is published. NO only where DNS or SES says so."""
    if facts.expectations.signing_enabled is False or facts.dkim_status == "FAILED":
        return Tristate.NO
    if (parent := find_covering_identity(facts)) is not None:
        return Tristate.YES if any(map(has_usable_key, keys_at_parent(facts, parent))) else Tristate.UNKNOWN
    if facts.tokens:
        return _has_token_key(facts)
    if answers := [selector.txt for selector in facts.ses_selectors]:
        if any(map(has_usable_key, answers)):
            return Tristate.YES
        return Tristate.UNKNOWN if select_unanswered(*answers) else Tristate.NO
    is_none = not find_keys(facts) and proves_none(facts) and not parents_with_keys(facts)
    return Tristate.NO if is_none else Tristate.UNKNOWN


def _has_token_key(facts: DkimFacts) -> Tristate:
    """Tells whether a token has a usable key. SES signs with one token at a time and changes between them: YES takes
    all records and a key, NO takes that no record is right, or that every key there is of no use."""
    states = [state_of(token, facts) for token in facts.tokens]
    is_right = [state in {TokenState.READS, TokenState.EMPTY} for state in states]
    if TokenState.UNKNOWN in states:
        return Tristate.UNKNOWN
    if not all(is_right):
        return Tristate.UNKNOWN if any(is_right) else Tristate.NO
    if any(has_usable_key(token.txt) for token in facts.tokens):
        return Tristate.YES
    return Tristate.UNKNOWN if TokenState.EMPTY in states else Tristate.NO


def proves_none(facts: DkimFacts) -> bool:
    """Returns True when `_domainkey` does not exist below a name that does, and no other answer contradicts that."""
    answers = (facts.node, facts.sibling_txt, *(selector.txt for selector in facts.selectors))
    return isinstance(facts.parent, Records | NoData) and all(map(_is_nonexistent, answers))


def _is_nonexistent(answer: Answer) -> bool:
    return isinstance(answer, NoName) and not answer.aliases


def state_of(token: Token, facts: DkimFacts) -> TokenState:
    """Returns the state of one token; what is not answered is UNKNOWN and never MISSING."""
    if _reaches_ses(token, facts):
        if isinstance(token.txt, Unanswered):
            return TokenState.UNKNOWN
        return TokenState.EMPTY if is_absent(token.txt) else TokenState.READS
    wildcard_target = lower_aliases(facts.sibling_txt)[:1]
    match token.cname:
        case Unanswered():
            return TokenState.UNKNOWN
        case Records() if not wildcard_target or token.targets != wildcard_target:  # else a wildcard has it
            is_unreadable = isinstance(token.txt, Unanswered) and ses_zone_of(token.cname.values[0]) is None
            return TokenState.UNKNOWN if is_unreadable else TokenState.WRONG
        case NoData() if _is_flattened(token, facts):
            return TokenState.FLATTENED
        case _:
            return TokenState.DOUBLED if select_own_cnames(token, token.doubled) else TokenState.MISSING


def _reaches_ses(token: Token, facts: DkimFacts) -> bool:
    """Returns True when the CNAME leads to SES, also in several steps (RFC 1034 section 3.6.2)."""
    targets = (*token.targets, *lower_aliases(token.txt))
    if facts.signing_zone:
        return f"{token.label}.{facts.signing_zone}" in targets
    zones = [zone for target in targets if (zone := ses_zone_of(target)) and token.is_target(target)]
    proven_zone = _find_zone_with_keys(facts)
    return bool(zones) and (not is_absent(token.txt) or proven_zone in (None, *zones))


def _is_flattened(token: Token, facts: DkimFacts) -> bool:
    """Returns True when an address or a TXT is in the place of the CNAME, and it is not a wildcard's."""
    if isinstance(token.txt, Records) and not is_from_wildcard(facts, token.txt):
        return True
    wildcard_addresses = values(facts.sibling_a) if facts.sibling_a is not None else ()
    return isinstance(token.a, Records) and set(token.a.values) != set(wildcard_addresses)


def ses_target(token: Token, facts: DkimFacts) -> str:
    """Returns the right target of the CNAME; in the zone of most regions where that of this one is not known."""
    return f"{token.label}.{find_ses_zone(facts) or DEFAULT_ZONE}"


def find_ses_zone(facts: DkimFacts) -> str | None:
    """Returns the zone of SES in which targets are, by SES itself, or by the CNAME of another token; else None."""
    return facts.signing_zone or _find_zone_with_keys(facts) or _find_target_zone(facts.tokens)


def _find_zone_with_keys(facts: DkimFacts) -> str | None:
    """Returns the zone of SES where keys of the tokens are: those of one identity are all in one zone."""
    return _find_target_zone(token for token in facts.tokens if isinstance(token.txt, Records))


def _find_target_zone(tokens: Iterable[Token]) -> str | None:
    targets = ((token, target) for token in tokens for target in (*token.targets, *lower_aliases(token.txt)))
    zones = (ses_zone_of(target) for token, target in targets if token.is_target(target))
    return next(filter(None, zones), None)


def select_own_cnames(token: Token, answers: tuple[Answer, ...]) -> tuple[Records, ...]:
    """Returns the CNAME answers at other names that lead to the token; a wildcard's answer does not count."""
    cnames = (answer for answer in answers if isinstance(answer, Records))
    return tuple(answer for answer in cnames if token.is_target(answer.values[0]))


def misplaced_cnames(tokens: Iterable[Token]) -> list[Records]:
    """Returns the CNAMEs of tokens below a parent of the identity."""
    return [answer for token in tokens for answer in select_own_cnames(token, token.misplaced)]


def find_covering_identity(facts: DkimFacts) -> str | None:
    """Returns the parent below which SES's CNAME records of all tokens are published, where the account does not say
    that the domain is an identity of its own: then it is the parent's identity that signs. None where there is not."""
    if is_identity_known(facts.expectations) or not facts.tokens:
        return None
    parents = []
    for token in facts.tokens:
        cnames = select_own_cnames(token, token.misplaced)
        names = (answer.name.lower() for answer in cnames if any(map(ses_zone_of, answer.values)))
        parents.append({name.partition("._domainkey.")[2] for name in names})
    shared = set.intersection(*parents)
    return max(shared, key=len) if shared else None


def keys_at_parent(facts: DkimFacts, parent: str) -> tuple[Answer, ...]:
    names = {f"{token.label}._domainkey.{parent}" for token in facts.tokens}
    return tuple(answer for token in facts.tokens for answer in token.keys_above if answer.name.lower() in names)


def parents_with_keys(facts: DkimFacts) -> tuple[str, ...]:
    """Returns the parents at which `_domainkey` exists or was not answered: SES may sign with the identity of one of
    them."""
    return tuple(answer.name.removeprefix("_domainkey.") for answer in facts.parents if not _is_nonexistent(answer))


def is_usable(record: KeyRecord | MalformedKey | None) -> bool:
    """Returns True for a key with which a receiver can verify mail: RFC 6376 section 6.1.2, RFC 8301, RFC 8463."""
    if not isinstance(record, KeyRecord) or not is_for_mail(record) or not accepts_sha256(record):
        return False
    return isinstance(record.key, Ed25519Key) or (isinstance(record.key, RsaKey) and record.key.bits >= 1024)


def has_usable_key(answer: Answer) -> bool:
    """Returns True for a TXT answer that is one usable key record."""
    return is_usable(key_of(answer))


def is_for_mail(record: KeyRecord) -> bool:
    return not {"*", "email"}.isdisjoint(record.services)  # RFC 6376 3.6.1 (s=)


def accepts_sha256(record: KeyRecord) -> bool:
    return not record.hashes or "sha256" in record.hashes  # RFC 6376 3.6.1 (h=), RFC 8301 3.1


def is_ses_key_unknown(facts: DkimFacts) -> bool:
    """Returns True when something that SES signs with is unknown, or SES publishes nothing there at present."""
    open_states = {TokenState.UNKNOWN, TokenState.EMPTY}
    own_answers = (selector.txt for selector in facts.selectors if selector.origin is Origin.OWN)
    return any(state_of(token, facts) in open_states for token in facts.tokens) or bool(select_unanswered(*own_answers))


def absent_named_answers(facts: DkimFacts) -> tuple[Answer, ...]:
    """Returns the answers at selectors that a person named and where no record is."""
    return tuple(selector.txt for selector in facts.absent_selectors)


def describe_absent_named(facts: DkimFacts) -> str:
    """Returns a sentence about the selectors that a person named and where no record is; empty where there are none."""
    names = ", ".join(selector.label for selector in facts.absent_selectors)
    return f" No key is at the selector you named, {names}." if names else ""


def find_keys(facts: DkimFacts) -> tuple[FoundKey, ...]:
    """Returns every key record that is published, SES's first, without common selectors that a wildcard answers."""
    keys: list[FoundKey] = []
    for token in facts.tokens:
        record = key_of(token.txt) if state_of(token, facts) is TokenState.READS else None
        if record and isinstance(token.txt, Records):
            keys.append(FoundKey(token.label, token.name, token.txt, record, is_of_ses=True))
    for selector in facts.selectors:
        record = key_of(selector.txt)
        is_wildcard = selector.origin is Origin.COMMON and is_from_wildcard(facts, selector.txt)
        if record and isinstance(selector.txt, Records) and not is_wildcard:
            keys.append(FoundKey(selector.label, selector.name, selector.txt, record, selector.is_of_ses))
    return tuple(keys)
