"""What DNS shows of the MAIL FROM domain, and how its SPF record judges the addresses of SES.

`look_up` asks in two round trips: the records (or the usual names), then what the SPF record needs.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import starmap

from checks.answers import Answer, Dns, NoName, Question, Unanswered, aliases_of, ask_all, is_absent, values
from checks.autocorrect import FeedbackHost, guess_spf_targets, read_feedback_host
from checks.findings import select_unanswered
from checks.mx import mail_exchangers
from checks.names import identity_of, is_at_or_below, normalize_name, unpublished_label
from checks.spf import check_host, parse, select_spf_texts
from checks.spf.autocorrect import autocorrect, autocorrect_term
from checks.spf.syntax import IP4, IP6, All, Directive, Include, Literal, MacroString, Qualifier, Redirect, TermFlaw
from checks.spf.tree import list_questions
from model import Expectations

SES = "amazonses.com"
SES_RECORD = f"v=spf1 include:{SES} ~all"
"""The record that SES asks for at a MAIL FROM domain."""

_REGION = re.compile(r"[a-z0-9-]{1,40}")
_MOST_QUESTIONS = 24
_MOST_NETWORKS = 32
_LONGEST = 450


@dataclass(frozen=True, slots=True)
class MailFromDomain:
    """A MAIL FROM domain with its mail records."""

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
class SesSpfResult:
    """What check_host() (RFC 7208 section 4) says at the MAIL FROM domain for the addresses that SES publishes: the
    worst `result` of all, and the questions that stayed `unanswered` and could have changed it."""

    result: str
    unanswered: tuple[Unanswered, ...] = ()


@dataclass(frozen=True, slots=True)
class MailFromFacts:
    """The MAIL FROM domain of `identity`. `mail_from` is where SES has it, or (`guessed`) where a usual name has an
    MX of SES; None where none is known. `probes` are the usual names, asked where a guess or a free name is wanted;
    `sibling` is a name that is not published."""

    domain: str
    identity: str
    expectations: Expectations
    sibling: Probe
    mail_from: MailFromDomain | None = None
    guessed: bool = False
    spf: SesSpfResult | None = None
    probes: tuple[Probe, ...] = ()

    @property
    def region(self) -> str | None:
        """The region of SES, where it is known."""
        region = (self.expectations.region or "").strip().lower()
        return region if _REGION.fullmatch(region) else None

    @property
    def status(self) -> str:
        """MailFromDomainStatus, empty where it is not known."""
        return (self.expectations.mail_from_status or "").upper()


def ses_hosts(mx: Answer) -> tuple[FeedbackHost, ...]:
    """Returns the hosts of SES that the MX records name, also where one has a slip in it."""
    hosts = (read_feedback_host(host, mx.name) for host in mail_exchangers(mx))
    return tuple(filter(None, hosts))


def is_below(name: str, identity: str) -> bool:
    """Returns True for a real subdomain of the identity."""
    return name != identity and is_at_or_below(name, identity)


def receives_other_mail(mx: Answer) -> bool:
    """Returns True where MX records exist and none has to do with SES: another mail server takes mail for the name."""
    return bool(mail_exchangers(mx)) and not ses_hosts(mx)


def has_wildcard(sibling: Probe) -> bool:
    """Returns True where a name that is not published exists all the same: a wildcard (RFC 4592)."""
    return not isinstance(sibling.mx, NoName | Unanswered) or bool(aliases_of(sibling.mx))


def is_from_wildcard(mail_from: MailFromDomain, sibling: Probe) -> bool:
    """Returns True where the name has no records of its own, only those that a wildcard gives to any name."""
    pairs = (mail_from.mx, sibling.mx), (mail_from.txt, sibling.txt)
    return has_wildcard(sibling) and all(starmap(_says_the_same, pairs))


def find_free_name(facts: MailFromFacts) -> str | None:
    """Returns the first usual name without records, or with those alone that a wildcard gives to any name."""
    sibling = facts.sibling
    for probe in facts.probes:
        pairs = (probe.mx, sibling.mx), (probe.txt, sibling.txt), (probe.a, sibling.a)
        is_of_wildcard = has_wildcard(sibling) and all(starmap(_says_the_same, pairs))
        if is_of_wildcard or (isinstance(probe.mx, NoName) and not probe.mx.aliases):
            return probe.name
    return None


def _says_the_same(answer: Answer | None, other: Answer | None) -> bool:
    """Returns True for two answers that say the same; what was not answered, or not asked, is like nothing else."""
    if answer is None or other is None or isinstance(answer, Unanswered) or isinstance(other, Unanswered):
        return False
    is_alike = type(answer) is type(other) and aliases_of(answer) == aliases_of(other)
    return is_alike and set(values(answer)) == set(values(other))


class _CachedDns:
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


def _spf_questions(name: str, txt: Answer) -> tuple[Question, ...]:
    """Returns the questions that the SPF record at `name` asks whatever the sender, at most 24."""
    terms = [term for text in select_spf_texts(values(txt)) for term in parse(text).terms]
    acting = [term for term in terms if isinstance(term, Directive | Redirect)]
    return tuple(list_questions(acting, name, name)[:_MOST_QUESTIONS])


def _literal_name(target: MacroString) -> str | None:
    """Returns the name in a domain-spec without macros; None where there are any."""
    if not all(isinstance(piece, Literal) for piece in target.pieces):
        return None
    return str(target).lower().rstrip(".") or None


def _ses_addresses(answers: Iterable[Answer]) -> tuple[str, ...]:
    """Returns an address out of every network that SES names in its SPF records."""
    addresses: list[str] = []
    records = [parse(text) for answer in answers for text in select_spf_texts(values(answer))]
    for directive in (directive for record in records for directive in record.directives):
        match directive:
            case Directive(Qualifier.PASS, IP4(address, length) | IP6(address, length)):
                prefix_length = address.max_prefixlen if length is None else length
                network = ip_network(f"{address}/{prefix_length}", strict=False)
                addresses.append(str(network[1] if network.num_addresses > 1 else network[0]))
    return tuple(dict.fromkeys(addresses))[:_MOST_NETWORKS]


async def _evaluate_for_ses(name: str, dns: Dns, ses: Sequence[Answer], answers: Sequence[Answer]) -> SesSpfResult:
    """Evaluates check_host() at `name` for an address of each of SES's networks, all at once. `ses` are the TXT answers
    at amazonses.com and at what that includes; what the record needs beyond `answers` is asked, however deep it is."""
    failed, addresses = select_unanswered(*ses), _ses_addresses(ses)
    if not addresses and failed:
        return SesSpfResult("temperror", failed)
    if not addresses:
        records = [text for answer in answers if answer.name == name for text in select_spf_texts(values(answer))]
        return SesSpfResult("pass" if _includes_ses(records) else "neutral")
    cached_dns = _CachedDns(dns, [*ses, *answers])
    evaluations = await asyncio.gather(
        *(check_host(address, name, f"bounce@{name}", f"a.smtp-out.{SES}", cached_dns) for address in addresses)
    )
    results = {result for result, _ in evaluations}
    failures = sorted(results - {"pass", "temperror"})
    if failures:
        return SesSpfResult(failures[0])
    return SesSpfResult("temperror", tuple(cached_dns.unanswered)) if "temperror" in results else SesSpfResult("pass")


def _includes_ses(records: Sequence[str]) -> bool:
    """Returns True for one valid record in which no term before the include of SES can do other than pass."""
    if len(records) != 1:
        return False
    record = parse(records[0])
    if record.flaws:
        return False
    for term in record.directives:
        if term.qualifier is not Qualifier.PASS or isinstance(term.mechanism, All):
            return False
        if isinstance(term.mechanism, Include) and _literal_name(term.mechanism.target) == SES:
            return True
    return record.redirect is not None and _literal_name(record.redirect.target) == SES


def merge_records(records: Sequence[str]) -> str:
    """Merges the SPF records of a MAIL FROM domain with the include of SES. That comes first, so that nothing can be in
    its way; a term that breaks the grammar is corrected or goes."""
    terms: dict[str, None] = {}
    ending = ""
    for record in (parse(autocorrect(text) or text) for text in records):
        for term in record.terms:
            match term:
                case TermFlaw():
                    terms.update(dict.fromkeys((autocorrect_term(term.text) or "").split()))
                case Directive(qualifier, All()):
                    ending = ending or ("~all" if qualifier is Qualifier.PASS else f"{qualifier.value}all")
                case _ if not (isinstance(term, Directive) and _is_ses_include(term)):
                    terms[str(term)] = None
    if ending or len(records) > 1:
        terms = {term: None for term in terms if not term.lower().startswith("redirect=")}
    if not ending and not any(term.lower().startswith("redirect=") for term in terms):
        ending = "~all"
    text = " ".join(word for word in ("v=spf1", f"include:{SES}", *terms, ending) if word)
    return SES_RECORD if parse(text).flaws or len(text) > _LONGEST else text


def _is_ses_include(term: Directive) -> bool:
    """Returns True for an include of SES, also with a slip in its name."""
    target = _literal_name(term.mechanism.target) if isinstance(term.mechanism, Include) else None
    return target is not None and (target == SES or SES in guess_spf_targets(target, SES))


def intended_records(txt: Answer) -> tuple[str, ...]:
    """Returns the texts at a name that are SPF records, or were surely meant as such."""
    return select_spf_texts(values(txt)) or tuple(text for text in values(txt) if autocorrect(text))


def lacks_record(txt: Answer) -> bool:
    """Returns True where DNS says that there is no SPF record at the name."""
    return is_absent(txt) or (not isinstance(txt, Unanswered) and not select_spf_texts(values(txt)))


USUAL_LABELS = (
    *("mail", "bounce", "bounces", "ses", "email", "mailfrom"),
    *("mail-from", "em", "send", "mta", "feedback", "return"),
)
"""Labels that people give to a MAIL FROM domain; also those that are proposed, the first free one."""


async def look_up(domain: str, dns: Dns, *, expectations: Expectations | None = None) -> MailFromFacts:
    """Asks for the records of the MAIL FROM domain, and judges its SPF with SES's own addresses. Where its name is not
    known, the usual names below the identity are tried. About 15 questions at once, and at most 60 in two round trips.
    """
    expectations = expectations or Expectations(domain)
    identity = identity_of(domain, expectations)
    expected = normalize_name(expectations.mail_from)
    names = [f"{label}.{identity}" for label in USUAL_LABELS]
    sibling_name = f"{unpublished_label(identity)}.{identity}"
    wants_probes = expected is None or not is_below(expected, identity) or expected == domain.lower()
    ses, (mx, txt), mail_from, probes = await asyncio.gather(
        dns.ask(SES, "TXT"),
        ask_all(dns, [(sibling_name, "MX"), (sibling_name, "TXT")]),
        _look_up_domain(expected, dns),
        ask_all(dns, [(name, "MX") for name in names] if wants_probes else []),
    )
    sibling = Probe(sibling_name, mx, txt)
    is_known = expected is not None or expectations.mail_from_known
    guess = None if is_known else _select_guess(probes, expectations.region)
    is_taken = mail_from is not None and not wants_probes and receives_other_mail(mail_from.mx)
    wildcard = [(sibling_name, "A")] if has_wildcard(sibling) else []
    (mail_from, spf), complete_probes, addresses = await asyncio.gather(
        _look_up_guess(guess, ses, dns) if guess else _look_up_spf(mail_from, ses, dns),
        _complete_probes(names, sibling, dns, needed=is_taken or wants_probes, mx_answers=probes),
        ask_all(dns, wildcard),
    )
    return MailFromFacts(
        domain=domain,
        identity=identity,
        expectations=expectations,
        sibling=Probe(sibling_name, mx, txt, *addresses),
        mail_from=mail_from,
        guessed=guess is not None,
        spf=spf,
        probes=complete_probes,
    )


async def _look_up_domain(name: str | None, dns: Dns) -> MailFromDomain | None:
    if name is None:
        return None
    mx, txt = await ask_all(dns, [(name, "MX"), (name, "TXT")])
    return MailFromDomain(name, mx, txt)


def _select_guess(probes: Iterable[Answer], region: str | None) -> Answer | None:
    """Returns the MX of the usual name that leads to SES; one in the known region before any other."""
    candidates = [mx for mx in probes if ses_hosts(mx)]
    in_region = (mx for mx in candidates if any(host.region == region for host in ses_hosts(mx)))
    return next(in_region, candidates[0] if candidates else None)


async def _look_up_guess(mx: Answer, ses: Answer, dns: Dns) -> tuple[MailFromDomain | None, SesSpfResult | None]:
    """Asks for the SPF record of a domain that was guessed, and what amazonses.com includes; evaluates it."""
    txt, *ses_answers = await ask_all(dns, [(mx.name, "TXT"), *_ses_questions(ses)])
    mail_from = MailFromDomain(mx.name, mx, txt)
    spf = None if lacks_record(txt) else await _evaluate_for_ses(mail_from.name, dns, [ses, *ses_answers], [mx, txt])
    return mail_from, spf


async def _look_up_spf(
    mail_from: MailFromDomain | None, ses: Answer, dns: Dns
) -> tuple[MailFromDomain | None, SesSpfResult | None]:
    """Asks what the SPF record of a known domain needs, and what amazonses.com includes; evaluates it."""
    if mail_from is None or lacks_record(mail_from.txt):
        return mail_from, None
    ses_questions = _ses_questions(ses)
    known_questions = {(SES, "TXT"), (mail_from.name, "TXT"), (mail_from.name, "MX"), *ses_questions}
    own_questions = _spf_questions(mail_from.name, mail_from.txt)
    new_questions = [question for question in own_questions if question not in known_questions]
    answers = await ask_all(dns, [*ses_questions, *new_questions])
    known = [mail_from.mx, mail_from.txt, *answers[len(ses_questions) :]]
    return mail_from, await _evaluate_for_ses(mail_from.name, dns, [ses, *answers[: len(ses_questions)]], known)


def _ses_questions(ses: Answer) -> list[Question]:
    """Returns the questions for the SPF records that amazonses.com includes."""
    return [question for question in _spf_questions(SES, ses) if question[1] == "TXT"]


async def _complete_probes(
    names: Sequence[str], sibling: Probe, dns: Dns, *, needed: bool, mx_answers: Sequence[Answer]
) -> tuple[Probe, ...]:
    """Returns the usual names with all that tells whether they are free. The MX alone does, except below a wildcard."""
    if not needed:
        return ()
    if not has_wildcard(sibling):
        mxs = mx_answers or await ask_all(dns, [(name, "MX") for name in names])
        return tuple(Probe(name, mx) for name, mx in zip(names, mxs, strict=True))
    answers = await asyncio.gather(*(ask_all(dns, [(name, rtype) for name in names]) for rtype in ("MX", "TXT", "A")))
    return tuple(Probe(name, mx, txt, a) for name, mx, txt, a in zip(names, *answers, strict=True))
