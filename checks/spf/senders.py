"""Who sends as a domain: whom its SPF record authorizes, whom its owner means to, and the first record for one that has
none, built from its mail exchangers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from checks.answers import Records, Unanswered, values
from checks.mx import MxFacts, exchangers
from checks.near_miss import is_at_or_below
from checks.spf.autocorrect import autocorrect
from checks.spf.syntax import IP4, IP6, MX, PTR, VERSION, A, All, Directive, Include, Redirect, authorizes
from checks.spf.tree import SpfFacts, questions, records_at, target_of

SES_ZONE = "amazonses.com"
SES = f"include:{SES_ZONE}"
_DEEPEST = 12
_MOST_TEXTS = 20

Sender: TypeAlias = tuple[object, ...]


def senders(facts: SpfFacts, *, meant: bool = False) -> frozenset[Sender]:
    """The senders of the domain. `meant`: also those of terms that an `all` keeps from counting, as far as their
    owner surely wants them."""
    return frozenset(_of_record(facts, facts.domain, meant, frozenset()))


def senders_meant(facts: SpfFacts) -> frozenset[Sender]:
    """The senders that the texts at the domain are meant to name, whatever receivers make of them: of several records,
    of one with slips, of one that lacks its version."""
    root, at = records_at(facts, facts.domain), (facts.domain, "TXT")
    texts = root.texts or (values(root.answer)[:_MOST_TEXTS] if root.answer is not None else ())
    found: set[Sender] = set()
    for text in texts:
        reading = autocorrect(text) or (text if root.texts else None)
        if reading is not None:
            found |= senders(replace(facts, answers={**facts.answers, at: Records(*at, (reading,))}), meant=True)
    return frozenset(found)


def _of_record(facts: SpfFacts, name: str, meant: bool, above: frozenset[str]) -> set[Sender]:
    record = records_at(facts, name).record
    if record is None or record.flaws or name in above or len(above) > _DEEPEST:
        return set()
    terms = record.effective
    if meant:
        terms = (*terms, *record.unreachable)
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


@dataclass(frozen=True, slots=True)
class Proposal:
    """A first record for a domain. `unknown`: mail exchangers of which it is unknown whether they send."""

    terms: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join((VERSION, *self.terms, "?all" if self.unknown else "~all"))


def propose(mx: MxFacts, identity: str, *, mail_from_wanted: bool) -> Proposal | None:
    """The record to begin with; None when the MX is unknown. `identity`: the SES identity that covers the
    domain; hosts below it are the owner's own. SES is included only where its mail is checked at the domain: without
    a custom MAIL FROM domain, or where nothing else sends."""
    if isinstance(mx.answer, Unanswered):
        return None
    hosts = exchangers(mx.answer)
    senders = {host: _sender_of(host, mx.domain, identity) for host in hosts}
    terms = [term or "mx" for term in senders.values()]
    if not mail_from_wanted or not hosts:
        terms.append(SES)
    return Proposal(tuple(dict.fromkeys(terms)), tuple(host for host, term in senders.items() if not term))


def providers(hosts: Iterable[str]) -> tuple[str, ...]:
    """The names to include for the mail providers that run these mail exchangers, as far as they are known."""
    terms = (_sender_of(host, "", "") for host in hosts)
    return tuple(dict.fromkeys(term.removeprefix("include:") for term in terms if term.startswith("include:")))


def _sender_of(host: str, domain: str, identity: str) -> str:
    """The term for the provider that runs a mail exchanger, empty where it is not known."""
    if host.endswith((".google.com", ".googlemail.com")):
        return "include:_spf.google.com"
    if host.endswith((".mail.protection.outlook.com", ".mx.microsoft")):
        return "include:spf.protection.outlook.com"
    if host.startswith("inbound-smtp.") and host.endswith(".amazonaws.com"):
        return SES
    return "mx" if any(is_at_or_below(host, own) for own in (domain, identity) if own) else ""
