"""What DNS says about DMARC for mail From a domain: its tree walk, those of the domains it has to align with, and the
hosts that its reports go to (RFC 9989; RFC 9990 section 4 for the hosts)."""

from dataclasses import dataclass

from checks.answers import Answer, NoData, NoName, Records, Unanswered, absent, values
from checks.dmarc.tree import Walk
from checks.tristate import Tristate
from model import Expectations


@dataclass(frozen=True, slots=True)
class Destination:
    """A host that a `rua` names. `walk` starts at it; `report` answers TXT at
    `<domain holding the record>._report._dmarc.<host>`, by which it agrees to get the reports."""

    host: str
    walk: Walk
    report: Answer
    mx: Answer
    a: Answer
    aaaa: Answer


@dataclass(frozen=True, slots=True)
class DmarcFacts:
    """Everything asked about DMARC for `domain`. `identity` is the SES identity that signs its mail (the domain itself
    where none is known).

    `existence`: answers at the domain itself, from which np or sp follows. `exchangers`: MX answers of the domains
    where a report mailbox could be. `siblings`: TXT at a name below the domain, and below the identity, that is not
    published: only a wildcard answers it. `doubled`: TXT at `_dmarc.<domain>.<zone>`, where a provider that appends the
    zone puts the record; `apex`: TXT at the domain itself, where a person may have put it. `unfollowed`: report hosts
    past the limit.
    """

    domain: str
    walk: Walk
    identity: str
    identity_walk: Walk
    mail_from_walk: Walk | None
    existence: tuple[Answer, ...]
    exchangers: tuple[tuple[str, Answer], ...]
    siblings: tuple[tuple[str, Answer], ...]
    doubled: tuple[Answer, ...]
    apex: Answer
    destinations: tuple[Destination, ...] = ()
    unfollowed: tuple[str, ...] = ()
    expectations: Expectations | None = None

    @property
    def exists(self) -> Tristate:
        """Does the domain exist? NO only for NXDOMAIN (RFC 9989 section 3.2.13); any answer with data says YES, as does
        one that followed an alias, and a record at `_dmarc.` below it (some servers deny such names)."""
        published = bool(values(self.walk.steps[0].answer)) and not self.wildcard(self.domain)
        if published or any(_is_there(answer) for answer in self.existence):
            return Tristate.YES
        return Tristate.NO if any(absent(answer) for answer in self.existence) else Tristate.UNKNOWN

    def wildcard(self, domain: str) -> bool:
        """Does what `_dmarc.<domain>` answers come from a wildcard (RFC 4592), a text or an alias?"""
        step, sibling = self.walk.at(domain), dict(self.siblings).get(domain)
        if step is None or sibling is None:
            return False
        return _content(step.answer) == _content(sibling) not in (None, ((), ()))


def has_exchanger(answer: Answer) -> Tristate:
    """Do these MX records name a mail exchanger? A null MX (RFC 7505) names none."""
    if isinstance(answer, Unanswered):
        return Tristate.UNKNOWN
    hosts = (value.split()[1:] for value in values(answer))
    return Tristate.YES if any(host and host[0] != "." for host in hosts) else Tristate.NO


def receives_mail(destination: Destination) -> Tristate:
    """Can mail to the host arrive? By MX, or by an address where there is no MX (RFC 5321 section 5.1)."""
    if isinstance(destination.mx, Records | Unanswered):
        return has_exchanger(destination.mx)
    addresses = (destination.a, destination.aaaa)
    if any(values(answer) for answer in addresses):
        return Tristate.YES
    return Tristate.NO if all(absent(answer) for answer in addresses) else Tristate.UNKNOWN


def _is_there(answer: Answer) -> bool:
    """False for NXDOMAIN of the very name asked for; a dangling alias is there."""
    match answer:
        case Records() | NoData():
            return True
        case NoName():
            return bool(answer.aliases)
        case Unanswered():
            return False


def _content(answer: Answer) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """(aliases followed, records) of an answer; None where it is unknown."""
    if isinstance(answer, Unanswered):
        return None
    return answer.aliases, tuple(sorted(values(answer)))
