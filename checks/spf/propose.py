"""SPF records for a domain that has none, or too many: built from where its mail goes, or merged from what it has.

Google, Microsoft 365 and SES publish what to include; a mail exchanger of one's own sends as well as it receives. Of
any other host nobody can know whether it sends, so the record then ends in `?all` and the question is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from checks.answers import Unanswered
from checks.mx import MxFacts, hosts_named
from checks.spf.facts import is_ours
from checks.spf.parse import parse
from checks.spf.repair import corrected
from checks.spf.syntax import VERSION, All, Directive, Exp, Flaw, Qualifier, Record, Redirect, Term, Unknown

SES_ZONE = "amazonses.com"
SES = f"include:{SES_ZONE}"

_STRICTNESS = (Qualifier.PASS, Qualifier.NEUTRAL, Qualifier.SOFTFAIL, Qualifier.FAIL)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A first record for a domain. `unknown`: mail exchangers of which nobody can tell whether they send."""

    terms: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join((VERSION, *self.terms, "?all" if self.unknown else "~all"))


def proposed(mx: MxFacts, identity: str, *, mail_from_wanted: bool) -> Proposal | None:
    """The record to begin with; None when the MX could not be told. `identity`: the SES identity that covers the
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


def _sender_of(host: str, domain: str, identity: str) -> str:
    """The term for the provider that runs a mail exchanger, empty where it is not known."""
    if host.endswith((".google.com", ".googlemail.com")):
        return "include:_spf.google.com"
    if host.endswith((".mail.protection.outlook.com", ".mx.microsoft")):
        return "include:spf.protection.outlook.com"
    if host.startswith("inbound-smtp.") and host.endswith(".amazonaws.com"):
        return SES
    return "mx" if is_ours(host, domain) or is_ours(host, identity) else ""


@dataclass(frozen=True, slots=True)
class Merged:
    """Several records as one, and the terms that could not be taken over because nobody can read them."""

    text: str
    dropped: tuple[str, ...]


def merged(texts: Iterable[str]) -> Merged:
    """One record that says what all of them say: each term once, in order, and the strictest `all` that they share.

    A redirect beside an `all` would be ignored, so it becomes an include; an open `+all` is never taken over.
    """
    records = [parse(meant if (meant := corrected(text)) else text) for text in texts]
    terms = [term for record in records for term in record.terms]
    ends = [term.qualifier for term in terms if isinstance(term, Directive) and isinstance(term.mechanism, All)]
    redirects = {str(term): term for term in terms if isinstance(term, Redirect)}
    kept: dict[str, str] = {}
    for term in terms:
        if word := _merged_term(term, kept):
            kept.setdefault(_meaning(term), word)
    if len(redirects) == 1 and all(_only_redirects(record) for record in records):
        ending = [term.text for term in redirects.values()]
    else:
        kept |= {f"include:{term.target}": f"include:{term.target}" for term in redirects.values()}
        shared = min(ends, key=_STRICTNESS.index, default=Qualifier.SOFTFAIL)
        ending = ["~all" if shared is Qualifier.PASS else f"{shared}all"]
    modifiers = [word for word in kept.values() if "=" in word.partition(":")[0]]
    words = [word for word in kept.values() if word not in modifiers]
    dropped = tuple(term.text for term in terms if isinstance(term, Flaw))
    return Merged(" ".join((VERSION, *words, *ending, *modifiers)), dropped)


def _merged_term(term: Term, kept: dict[str, str]) -> str:
    """The word to take over for a term, empty for none."""
    match term:
        case Directive(mechanism=All()) | Redirect() | Flaw():
            return ""
        case Exp():
            return "" if any(word.lower().startswith("exp=") for word in kept.values()) else term.text
        case Directive() | Unknown():
            return term.text


def _meaning(term: Term) -> str:
    """What makes two terms the same, whoever typed them."""
    return str(term).lower()


def _only_redirects(record: Record) -> bool:
    return not record.directives and record.redirect is not None
