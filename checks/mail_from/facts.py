"""What DNS shows of the MAIL FROM domain, and how its SPF record judges the addresses of SES.

`look_up` asks in two round trips: the records (or the usual names), then what the SPF record needs.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from checks.answers import Answer, Dns, NoName, Question, Unanswered, aliases_of, ask_all, is_absent, values
from checks.autocorrect import FeedbackHost, guess_spf_targets, read_feedback_host
from checks.mx import mail_exchangers
from checks.names import identity_of, is_at_or_below, normalize_name, unpublished_label
from checks.spf import check_host, parse, select_spf_texts
from checks.spf.autocorrect import autocorrect, autocorrect_term
from checks.spf.syntax import IP4, IP6, All, Directive, Include, Literal, MacroString, Qualifier, Redirect, TermFlaw
from checks.spf.tree import list_questions
from model import Expectations

SES = "amazonses.com"
PLAIN = f"v=spf1 include:{SES} ~all"
"""The record that SES asks for at a MAIL FROM domain."""

_REGION = re.compile(r"[a-z0-9-]{1,40}")
_MOST_QUESTIONS = 24
_MOST_NETWORKS = 32
_LONGEST = 450


@dataclass(frozen=True, slots=True)
class Place:
    """The name of a MAIL FROM domain with its mail records."""

    name: str
    mx: Answer
    txt: Answer


@dataclass(frozen=True, slots=True)
class Probe:
    """A name below the identity that may be the MAIL FROM domain, or may be free for one. `txt` and `a` are asked only
    below a wildcard, where the MX alone does not tell whether the name is used."""

    name: str
    mx: Answer
    txt: Answer | None = None
    a: Answer | None = None


@dataclass(frozen=True, slots=True)
class SpfAtPlace:
    """What check_host() (RFC 7208 section 4) says at the MAIL FROM domain for the addresses that SES publishes: the
    worst `result` of all, and the questions that stayed `unanswered` and could have changed it."""

    result: str
    unanswered: tuple[Unanswered, ...] = ()


@dataclass(frozen=True, slots=True)
class MailFromFacts:
    """The MAIL FROM domain of `identity`. `place` is where SES has it, or (`guessed`) where a usual name has an
    MX of SES; None where none is known. `probes` are the usual names, asked where a guess or a free name is wanted;
    `sibling` is a name that is not published. `ses` is the TXT answer at amazonses.com."""

    domain: str
    identity: str
    ses: Answer
    sibling: Probe
    place: Place | None = None
    guessed: bool = False
    spf: SpfAtPlace | None = None
    probes: tuple[Probe, ...] = ()
    expectations: Expectations | None = None

    @property
    def region(self) -> str | None:
        """The region of SES, where it is known."""
        expected = (self.expectations.region or "").strip().lower() if self.expectations else ""
        return expected if _REGION.fullmatch(expected) else None


def hosts_of_ses(mx: Answer) -> tuple[FeedbackHost, ...]:
    """Returns what the MX records name of SES, also where a host has a slip in it."""
    hosts = (read_feedback_host(host, mx.name) for host in mail_exchangers(mx))
    return tuple(host for host in hosts if host)


def is_below(name: str, identity: str) -> bool:
    """Returns True for a real subdomain of the identity."""
    return name != identity and is_at_or_below(name, identity)


def receives_otherwise(mx: Answer) -> bool:
    """Returns True where mail records exist and none has to do with SES: a real mail server takes mail for that
    name."""
    return bool(mail_exchangers(mx)) and not hosts_of_ses(mx)


def has_wildcard(sibling: Probe) -> bool:
    """Returns True where a name that is not published exists all the same: a wildcard (RFC 4592)."""
    return not isinstance(sibling.mx, NoName | Unanswered) or bool(aliases_of(sibling.mx))


def by_wildcard(place: Place, sibling: Probe) -> bool:
    """Returns True where the name has no records of its own, only those that a wildcard gives to any name."""
    return has_wildcard(sibling) and _says_the_same(place.mx, sibling.mx) and _says_the_same(place.txt, sibling.txt)


def free_name(facts: MailFromFacts) -> str | None:
    """Returns the first usual name that is not used: it has no records, or only those that a wildcard gives to any
    name."""
    sibling = facts.sibling
    for probe in facts.probes:
        pairs = (probe.mx, sibling.mx), (probe.txt, sibling.txt), (probe.a, sibling.a)
        is_of_wildcard = has_wildcard(sibling) and all(_says_the_same(answer, other) for answer, other in pairs)
        if is_of_wildcard or (isinstance(probe.mx, NoName) and not probe.mx.aliases):
            return probe.name
    return None


def _says_the_same(answer: Answer | None, other: Answer | None) -> bool:
    """Returns True for two answers that say the same; what was not answered, or not asked, is like nothing else."""
    if answer is None or other is None or isinstance(answer, Unanswered) or isinstance(other, Unanswered):
        return False
    same = type(answer) is type(other) and aliases_of(answer) == aliases_of(other)
    return same and set(values(answer)) == set(values(other))


class _KnownFirst:
    """A `Dns` that has some answers already and asks on for the rest. `unanswered` are those of both that failed."""

    def __init__(self, dns: Dns, answers: Iterable[Answer]) -> None:
        self._dns = dns
        self._answers = {(answer.name.lower().rstrip("."), answer.type): answer for answer in answers}
        self.unanswered: dict[Unanswered, None] = {}

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the protocol's own word
        """See `checks.answers.Dns.ask`."""
        answer = self._answers.get((name.lower().rstrip("."), type)) or await self._dns.ask(name, type)
        if isinstance(answer, Unanswered):
            self.unanswered[answer] = None
        return answer


def questions(name: str, txt: Answer) -> tuple[Question, ...]:
    """Returns what the SPF record at `name` asks of DNS, as far as that does not depend on the sender; at most 24
    questions."""
    terms = [term for text in select_spf_texts(values(txt)) for term in parse(text).terms]
    acting = [term for term in terms if isinstance(term, Directive | Redirect)]
    return tuple(list_questions(acting, name, name)[:_MOST_QUESTIONS])


def _plain(target: MacroString) -> str | None:
    """Returns the name in a domain-spec without macros."""
    if not all(isinstance(piece, Literal) for piece in target.pieces):
        return None
    return str(target).lower().rstrip(".") or None


def _addresses_of_ses(answers: Iterable[Answer]) -> tuple[str, ...]:
    """Returns one address out of every network that SES names in its SPF records."""
    found: list[str] = []
    texts = [text for answer in answers for text in select_spf_texts(values(answer))]
    for directive in (directive for text in texts for directive in parse(text).directives):
        match directive:
            case Directive(Qualifier.PASS, IP4(address, length) | IP6(address, length)):
                whole = address.max_prefixlen if length is None else length
                network = ip_network(f"{address}/{whole}", strict=False)
                found.append(str(network[1] if network.num_addresses > 1 else network[0]))
    return tuple(dict.fromkeys(found))[:_MOST_NETWORKS]


async def evaluate(name: str, dns: Dns, ses: Sequence[Answer], answers: Sequence[Answer]) -> SpfAtPlace:
    """check_host() at `name` for an address of each of SES's networks, all at once. `ses` are the TXT answers at
    amazonses.com and at what that includes; what the record needs beyond `answers` is asked, however deep it lies."""
    failed = tuple(answer for answer in ses if isinstance(answer, Unanswered))
    addresses = _addresses_of_ses(ses)
    if not addresses and failed:
        return SpfAtPlace("temperror", failed)
    if not addresses:
        records = [text for answer in answers if answer.name == name for text in select_spf_texts(values(answer))]
        return SpfAtPlace("pass" if _names_ses(records) else "neutral")
    follow = _KnownFirst(dns, [*ses, *answers])
    expected = await asyncio.gather(
        *(check_host(address, name, f"bounce@{name}", f"a.smtp-out.{SES}", follow) for address in addresses)
    )
    results = {result for result, _ in expected}
    definite = sorted(results - {"pass", "temperror"})
    if definite:
        return SpfAtPlace(definite[0])
    return SpfAtPlace("temperror", tuple(follow.unanswered)) if "temperror" in results else SpfAtPlace("pass")


def _names_ses(records: Sequence[str]) -> bool:
    """Returns True for one valid record in which SES's own record is reached, whatever the terms before it say: each of
    them can only pass or not match."""
    if len(records) != 1:
        return False
    record = parse(records[0])
    if record.flaws:
        return False
    for term in record.directives:
        if term.qualifier is not Qualifier.PASS or isinstance(term.mechanism, All):
            return False
        if isinstance(term.mechanism, Include) and _plain(term.mechanism.target) == SES:
            return True
    return record.redirect is not None and _plain(record.redirect.target) == SES


def merged(records: Sequence[str]) -> str:
    """Returns the SPF record at a MAIL FROM domain with SES in it, and with what its records had besides. SES comes
    first, so nothing that follows can be in its way; a term that breaks the grammar is corrected or goes."""
    terms: dict[str, None] = {}
    ending = ""
    for record in (parse(autocorrect(text) or text) for text in records):
        for term in record.terms:
            match term:
                case TermFlaw():
                    terms.update(dict.fromkeys((autocorrect_term(term.text) or "").split()))
                case Directive(qualifier, All()):
                    ending = ending or ("~all" if qualifier is Qualifier.PASS else f"{qualifier.value}all")
                case _ if not (isinstance(term, Directive) and _is_meant_for_ses(term)):
                    terms[str(term)] = None
    if ending or len(records) > 1:
        terms = {term: None for term in terms if not term.lower().startswith("redirect=")}
    if not ending and not any(term.lower().startswith("redirect=") for term in terms):
        ending = "~all"
    text = " ".join(word for word in ("v=spf1", f"include:{SES}", *terms, ending) if word)
    return PLAIN if parse(text).flaws or len(text) > _LONGEST else text


def _is_meant_for_ses(term: Directive) -> bool:
    """Returns True for an include of SES, also with a slip in its name."""
    target = _plain(term.mechanism.target) if isinstance(term.mechanism, Include) else None
    return target is not None and (target == SES or SES in guess_spf_targets(target, SES))


def meant_as_record(txt: Answer) -> tuple[str, ...]:
    """Returns the texts at a name that are SPF records, or were surely meant as such."""
    return select_spf_texts(values(txt)) or tuple(text for text in values(txt) if autocorrect(text))


def has_no_record(txt: Answer) -> bool:
    """Returns True where DNS says that there is no SPF record at the name."""
    return is_absent(txt) or (not isinstance(txt, Unanswered) and not select_spf_texts(values(txt)))


USUAL = (
    *("mail", "bounce", "bounces", "ses", "email", "mailfrom"),
    *("mail-from", "em", "send", "mta", "feedback", "return"),
)
"""Labels that people give to a MAIL FROM domain; also those that are proposed, the first free one."""


async def look_up(domain: str, dns: Dns, *, expectations: Expectations | None = None) -> MailFromFacts:
    """Asks for the records of the MAIL FROM domain, and judges its SPF with SES's own addresses. Where its name is not
    known, the usual names below the identity are tried. About 15 questions at once, and at most 60 in two round trips.
    """
    identity = identity_of(domain, expectations)
    expected = normalize_name(expectations.mail_from) if expectations else None
    names = [f"{label}.{identity}" for label in USUAL]
    other = f"{unpublished_label(identity)}.{identity}"
    wants_probes = expected is None or not is_below(expected, identity) or expected == domain.lower()
    ses, (mx, txt), place, probes = await asyncio.gather(
        dns.ask(SES, "TXT"),
        ask_all(dns, [(other, "MX"), (other, "TXT")]),
        _place(expected, dns),
        ask_all(dns, [(name, "MX") for name in names] if wants_probes else []),
    )
    sibling = Probe(other, mx, txt)
    is_known = expected is not None or (expectations is not None and expectations.mail_from_known)
    guess = None if is_known else _guess(probes, expectations)
    too_late = place is not None and not wants_probes and receives_otherwise(place.mx)
    wildcard = [(other, "A")] if has_wildcard(sibling) else []
    (place, spf), whole, addresses = await asyncio.gather(
        _guessed_place(guess, ses, dns) if guess else _with_spf(place, ses, dns),
        _whole_probes(names, sibling, dns, wanted=too_late or wants_probes, known=probes),
        ask_all(dns, wildcard),
    )
    return MailFromFacts(
        domain=domain,
        identity=identity,
        ses=ses,
        sibling=Probe(other, mx, txt, *addresses),
        place=place,
        guessed=guess is not None,
        spf=spf,
        probes=whole,
        expectations=expectations,
    )


async def _place(name: str | None, dns: Dns) -> Place | None:
    if name is None:
        return None
    mx, txt = await ask_all(dns, [(name, "MX"), (name, "TXT")])
    return Place(name, mx, txt)


def _guess(probes: Iterable[Answer], expectations: Expectations | None) -> Answer | None:
    """Returns the MX of the usual name that leads to SES; one in the known region before any other."""
    candidates = [mx for mx in probes if hosts_of_ses(mx)]
    region = expectations.region if expectations else None
    there = (mx for mx in candidates if any(host.region == region for host in hosts_of_ses(mx)))
    return next(there, candidates[0] if candidates else None)


async def _guessed_place(mx: Answer, ses: Answer, dns: Dns) -> tuple[Place | None, SpfAtPlace | None]:
    """Returns the place that was guessed: its SPF record comes in the second round trip."""
    txt, *of_ses = await ask_all(dns, [(mx.name, "TXT"), *_of_ses(ses)])
    place = Place(mx.name, mx, txt)
    spf = None if has_no_record(txt) else await evaluate(place.name, dns, [ses, *of_ses], [mx, txt])
    return place, spf


async def _with_spf(place: Place | None, ses: Answer, dns: Dns) -> tuple[Place | None, SpfAtPlace | None]:
    """Returns the second round trip for a place that is known: what its SPF record asks, and what amazonses.com
    includes."""
    if place is None or has_no_record(place.txt):
        return place, None
    of_ses = _of_ses(ses)
    there = {(SES, "TXT"), (place.name, "TXT"), (place.name, "MX"), *of_ses}
    of_place = [question for question in questions(place.name, place.txt) if question not in there]
    answers = await ask_all(dns, [*of_ses, *of_place])
    known = [place.mx, place.txt, *answers[len(of_ses) :]]
    return place, await evaluate(place.name, dns, [ses, *answers[: len(of_ses)]], known)


def _of_ses(ses: Answer) -> list[Question]:
    """Returns the SPF records that amazonses.com includes."""
    return [question for question in questions(SES, ses) if question[1] == "TXT"]


async def _whole_probes(
    names: Sequence[str], sibling: Probe, dns: Dns, *, wanted: bool, known: Sequence[Answer]
) -> tuple[Probe, ...]:
    """Returns the usual names with all that tells whether they are free. The MX alone does, except below a wildcard."""
    if not wanted:
        return ()
    if not has_wildcard(sibling):
        mxs = known or await ask_all(dns, [(name, "MX") for name in names])
        return tuple(Probe(name, mx) for name, mx in zip(names, mxs, strict=True))
    asked = await asyncio.gather(*(ask_all(dns, [(name, rtype) for name in names]) for rtype in ("MX", "TXT", "A")))
    return tuple(Probe(name, mx, txt, a) for name, mx, txt, a in zip(names, *asked, strict=True))
