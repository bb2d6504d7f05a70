"""SPF records for a domain that has none: built from where its mail goes.

Google, Microsoft 365 and SES publish what to include; a mail exchanger of one's own sends as well as it receives. Of
any other host it is unknown whether it sends, so the record then ends in `?all` and the question is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from checks.answers import Unanswered
from checks.mx import MxFacts, hosts_named
from checks.near_miss import is_at_or_below
from checks.spf.syntax import VERSION

SES_ZONE = "amazonses.com"
SES = f"include:{SES_ZONE}"


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
    hosts = hosts_named(mx)
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
