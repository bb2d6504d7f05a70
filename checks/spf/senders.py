"""Which senders a domain's SPF lets pass, as comparable values: what a fix has to keep.

A sender is a term that passes, wherever in the tree it stands: a network, or the hosts of a name. What matches nobody
(a name that DNS does not have, an include without a record) is none, and neither is the whole internet.
"""

from dataclasses import replace

from checks.answers import Records, values
from checks.spf.autocorrect import autocorrect
from checks.spf.facts import SpfFacts, authorizes, dead, live, page_at, questions, target_of
from checks.spf.syntax import IP4, IP6, MX, PTR, A, All, Directive, Include, Redirect

Sender = tuple[object, ...]
_DEEPEST = 12
_MOST_TEXTS = 20


def senders(facts: SpfFacts, *, meant: bool = False) -> frozenset[Sender]:
    """The senders of the domain. `meant`: also those of terms that an `all` keeps from counting, as far as their
    owner surely wants them."""
    return frozenset(_of_record(facts, facts.domain, meant, frozenset()))


def senders_meant(facts: SpfFacts) -> frozenset[Sender]:
    """The senders that the texts at the domain are meant to name, whatever receivers make of them: of several records,
    of one with slips, of one that lacks its version."""
    root = page_at(facts, facts.domain)
    texts = root.texts or (values(root.answer)[:_MOST_TEXTS] if root.answer is not None else ())
    found: set[Sender] = set()
    for text in texts:
        reading = autocorrect(text) or (text if root.texts else None)
        if reading is not None:
            found |= senders(_holding(facts, reading), meant=True)
    return frozenset(found)


def _holding(facts: SpfFacts, text: str) -> SpfFacts:
    """The facts with one SPF record at the domain, in place of whatever is there."""
    at = facts.domain, "TXT"
    return replace(facts, answers={**facts.answers, at: Records(*at, (text,))})


def _of_record(facts: SpfFacts, name: str, meant: bool, above: frozenset[str]) -> set[Sender]:
    record = page_at(facts, name).record
    if record is None or record.flaws or name in above or len(above) > _DEEPEST:
        return set()
    terms = live(record)
    if meant:
        terms = (*terms, *dead(record))
    found: set[Sender] = set()
    for term in terms:
        target = target_of(term, name, facts.domain)
        if isinstance(term, Redirect) or (authorizes(term) and isinstance(term.mechanism, Include)):
            if target is not None:
                found |= _of_record(facts, target, False, above | {name})
            elif isinstance(term, Directive):
                found.add((str(term).lower(), name))
        elif authorizes(term):
            found |= _of_term(facts, term, name, target)
    return found


def _of_term(facts: SpfFacts, term: Directive, name: str, target: str | None) -> set[Sender]:
    lengths: tuple[int, ...] = ()
    match term.mechanism:
        case All() | PTR() | IP4(length=0) | IP6(length=0):
            return set()
        case IP4(address, length) | IP6(address, length):
            return {(address, address.max_prefixlen if length is None else length)}
        case A() | MX() as mechanism:
            kind, lengths = type(mechanism).__name__, (mechanism.ip4_length or 32, mechanism.ip6_length or 128)
        case other:
            kind = type(other).__name__
    if target is None:
        return {(str(term).lower(), name)}
    if not any(isinstance(facts.answers.get(question), Records) for question in questions(term, target)):
        return set()
    return {(kind, target, lengths)}
