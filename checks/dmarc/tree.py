"""The DNS tree walk: which DMARC record applies to a domain, what its organization is; and all else that DMARC asks.

RFC 9989 section 4.10 (the walk), 4.10.1 (policy discovery) and 4.10.2 (organizational domain): the answers of all names
of the walk are there already, and are read in order, so what lies beyond a stop is as if it was never asked.

`look_up` takes two round trips. First the walks of the domain, of its SES identity and of its MAIL FROM domain, with
every name that may explain a missing record. Then, from the record that applies, the hosts its reports go to: their own
walks, whether they agreed (RFC 9990 section 4), and whether they receive mail.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from checks.answers import (
    Answer,
    Dns,
    NoData,
    Question,
    Records,
    Tristate,
    Unanswered,
    aliases_of,
    ask_all,
    is_absent,
    values,
)
from checks.dmarc.edit import autocorrect
from checks.dmarc.parse import DmarcRecord, NotDmarc, Policy, Psd, parse
from checks.mx import find_receiving_hosts, has_address
from checks.names import is_at_or_below, unpublished_label
from model import Expectations

_MOST_LABELS = 7
"""After the start, the walk goes on at the name of this many labels at most (section 4.10, step 4)."""


@dataclass(frozen=True, slots=True)
class WalkStep:
    """One name of a walk: the answer to TXT at `_dmarc.<domain>`, and each of its texts read."""

    domain: str
    answer: Answer
    texts: tuple[DmarcRecord | NotDmarc, ...] = ()

    @property
    def records(self) -> tuple[DmarcRecord, ...]:
        """The DMARC records at the name, also when they are several and so all discarded."""
        return tuple(text for text in self.texts if isinstance(text, DmarcRecord))

    @property
    def record(self) -> DmarcRecord | None:
        """The record that counts: the only one (section 4.10, steps 2 and 6)."""
        return self.records[0] if len(self.records) == 1 else None

    @property
    def psd(self) -> Psd:
        return self.record.psd if self.record else Psd.UNSAID

    @property
    def near_misses(self) -> tuple[NotDmarc, ...]:
        """Texts that were meant as DMARC records and are none."""
        return tuple(text for text in self.texts if isinstance(text, NotDmarc) and text.resembles)

    @property
    def name(self) -> str:
        """The name of the TXT records."""
        return f"_dmarc.{self.domain}"

    @property
    def labels(self) -> int:
        return self.domain.count(".") + 1


@dataclass(frozen=True, slots=True)
class Walk:
    """A tree walk that began at `domain`: one to eight steps, from the longest name to the top-level domain."""

    domain: str
    steps: tuple[WalkStep, ...]

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(step.answer for step in self.steps)

    def step_at(self, domain: str) -> WalkStep | None:
        """Returns the step at a domain; None where the walk did not ask there."""
        return next((step for step in self.steps if step.domain == domain), None)

    def walk_from(self, domain: str) -> "Walk | None":
        """Returns the walk that begins at a name of this one, which asks the rest of the same names; else None."""
        steps = tuple(step for step in self.steps if is_at_or_below(domain, step.domain))
        return Walk(domain, steps) if steps and steps[0].domain == domain else None

    def with_text(self, domain: str, text: str) -> "Walk":
        """Returns the walk as it would be with another text at a domain."""
        new = read_step(domain, Records(f"_dmarc.{domain}", "TXT", (text,)))
        return replace(self, steps=tuple(new if old.domain == domain else old for old in self.steps))


class PolicySource(StrEnum):
    """Whose record applies (section 4.10.1, from highest preference to lowest)."""

    OWN = "own"
    ORGANIZATION = "organization"
    SUFFIX = "public suffix"


@dataclass(frozen=True, slots=True)
class Discovery:
    """The outcome of policy discovery. `step` holds the record that applies, None where there is none or it is unknown;
    `organization` is None where it is unknown. `unanswered` are the answers without which the policy is unknown.
    `assumed`: the top-level name was not answered, and is taken to hold no record."""

    step: WalkStep | None
    source: PolicySource
    organization: str | None
    unanswered: tuple[Unanswered, ...] = ()
    assumed: Unanswered | None = None

    @property
    def record(self) -> DmarcRecord | None:
        return self.step.record if self.step else None


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """The policy that receivers apply to the domain. `tag` is where it comes from (p, sp or np; empty for p=none in
    place of an unusable policy), `published` the value before `t=y` lowers it by one (section 4.7, the `t` tag)."""

    policy: Policy
    tag: str
    published: Policy


def walk_domains(domain: str) -> tuple[str, ...]:
    """Returns the domains that a walk asks, in order: at most eight (section 4.10, steps 3 to 7)."""
    labels = domain.lower().rstrip(".").split(".")
    beyond = min(len(labels) - 1, _MOST_LABELS)  # RFC 9989 4.10
    return (".".join(labels), *(".".join(labels[-count:]) for count in range(beyond, 0, -1)))


def read_step(domain: str, answer: Answer) -> WalkStep:
    """Reads the answer to TXT at `_dmarc.<domain>`. A text that came twice is one record (RFC 2181 section 5)."""
    return WalkStep(domain, answer, tuple(_read_text(text) for text in dict.fromkeys(values(answer))))


def _read_text(text: str) -> DmarcRecord | NotDmarc:
    """Reads a text as receivers do, and marks one that is no record for them but can be corrected to one."""
    record = parse(text)
    if isinstance(record, NotDmarc) and not record.resembles and autocorrect(text):
        return replace(record, resembles=True, why="a DMARC record begins with v=DMARC1, exactly so")
    return record


def find_organization(walk: Walk) -> str | None:
    """Returns the organizational domain of the walk's domain (section 4.10.2); None where it is unknown.

    A top-level name that is not answered is taken to hold no record, where a record is below it.
    """
    return _select_organization(walk)[0]


def discover_policy(walk: Walk) -> Discovery:
    """Discovers the policy (section 4.10.1): of the domain itself, else its organization, else its public suffix."""
    own_step = walk.steps[0]
    organization, suffix, failed = _select_organization(walk)
    if isinstance(own_step.answer, Unanswered):
        return Discovery(None, PolicySource.OWN, None, (own_step.answer,))
    assumed = failed if organization is not None else None
    if own_step.record:
        return Discovery(own_step, PolicySource.OWN, organization, assumed=assumed)
    if organization is None:
        return Discovery(None, PolicySource.ORGANIZATION, None, (failed,) if failed else ())
    organization_step = walk.step_at(organization)
    if organization_step and organization_step.record:
        return Discovery(organization_step, PolicySource.ORGANIZATION, organization, assumed=assumed)
    return Discovery(suffix, PolicySource.SUFFIX, organization, assumed=assumed)


def effective_policy(record: DmarcRecord, role: PolicySource, exists: Tristate) -> EffectivePolicy | None:
    """Returns the policy of `record` for a domain: `p` for its own record; below it `sp`, or `np` where the domain does
    not exist, else `p`. A domain that may or may not exist counts as existing: see `np_matters`.

    None where receivers apply no DMARC at all: the policy is unusable and no valid report address is beside it
    (section 4.10.1).
    """
    if record.p is None or record.discards("sp", "np"):  # RFC 9989 4.10.1
        asks_for_reports = any(uri.is_uri for uri in record.rua)
        return EffectivePolicy(Policy.NONE, "", Policy.NONE) if asks_for_reports else None
    published, tag = record.p, "p"
    if role is not PolicySource.OWN:
        if record.sp is not None:
            published, tag = record.sp, "sp"
        if exists is Tristate.NO and record.np is not None:
            published, tag = record.np, "np"
    return EffectivePolicy(_lower_policy(published) if record.testing else published, tag, published)


def np_matters(record: DmarcRecord, role: PolicySource) -> bool:
    """Returns True where the policy differs by whether the domain exists."""
    existing, missing = (effective_policy(record, role, exists) for exists in (Tristate.YES, Tristate.NO))
    return existing is not None and missing is not None and existing.policy is not missing.policy


def _lower_policy(policy: Policy) -> Policy:
    """Lowers a policy by one level, as `t=y` asks for."""
    return Policy.QUARANTINE if policy is Policy.REJECT else Policy.NONE


def _select_organization(walk: Walk) -> tuple[str | None, WalkStep | None, Unanswered | None]:
    """Returns the organizational domain, the step that says psd=y, and the answer that is missing (section 4.10.2,
    rules 1 to 3)."""
    shortest: WalkStep | None = None
    failed: Unanswered | None = None
    for step in walk.steps:
        if isinstance(step.answer, Unanswered):
            failed = step.answer
            if step.labels == 1 and shortest:
                break
            return None, None, failed
        if step.record is None:
            continue
        if step.record.psd is Psd.NO:  # RFC 9989 4.10.2
            return step.domain, None, None
        if step.record.psd is Psd.YES:
            if step is walk.steps[0]:
                return step.domain, None, None
            one_below = ".".join(walk.domain.split(".")[-(step.labels + 1) :])
            return one_below, step, None
        shortest = step
    return (shortest.domain if shortest else walk.domain), None, failed


_MOST_HOSTS = 5
"""Report hosts followed: each costs up to twelve questions, and a check may ask a hundred."""


@dataclass(frozen=True, slots=True)
class ReportHost:
    """A host that a `rua` names. `walk` starts at it; `report` answers TXT at
    `<domain holding the record>._report._dmarc.<host>`, by which it agrees to get the reports."""

    name: str
    walk: Walk
    report: Answer
    mx: Answer
    a: Answer
    aaaa: Answer

    @property
    def mail_answers(self) -> tuple[Answer, ...]:
        return self.mx, self.a, self.aaaa

    @property
    def answers(self) -> tuple[Answer, ...]:
        return (self.report, *self.walk.answers, *self.mail_answers)


@dataclass(frozen=True, slots=True)
class DmarcFacts:
    """Everything asked about DMARC for `domain`. `walks` begin at the domain, at the SES identity that signs its mail
    (the domain itself where none is known), and at its MAIL FROM domain where one is known.

    `existence`: answers at the domain itself, from which np or sp follows. `exchangers`: MX answers of the domains
    where a report mailbox could be. `siblings`: TXT at a name below the domain, and below the identity, that is not
    published: only a wildcard answers it. `misplaced`: TXT at `_dmarc.<domain>.<zone>`, where a provider that appends
    the zone puts the record, and, where there is none, at `dmarc.<domain>`; `apex`: TXT at the domain itself, where a
    person may have put it. `unfollowed`: report hosts past the limit.
    """

    domain: str
    expectations: Expectations
    walks: tuple[Walk, ...]
    existence: tuple[Answer, ...]
    exchangers: Mapping[str, Answer]
    siblings: Mapping[str, Answer]
    misplaced: tuple[Answer, ...]
    apex: Answer
    report_hosts: tuple[ReportHost, ...] = ()
    unfollowed: tuple[str, ...] = ()

    @property
    def walk(self) -> Walk:
        return self.walks[0]

    @property
    def identity_walk(self) -> Walk:
        return self.walks[1]

    @property
    def exists(self) -> Tristate:
        """Whether the domain exists. NO only for NXDOMAIN (RFC 9989 section 3.2.13); any answer with data says YES, as
        does one that followed an alias, and a record at `_dmarc.` below it (some servers deny such names)."""
        published = bool(values(self.walk.steps[0].answer)) and not self.is_from_wildcard(self.domain)
        if published or any(isinstance(answer, Records | NoData) or aliases_of(answer) for answer in self.existence):
            return Tristate.YES
        return Tristate.NO if any(is_absent(answer) for answer in self.existence) else Tristate.UNKNOWN

    def is_from_wildcard(self, domain: str) -> bool:
        """Returns True where the text or the alias at `_dmarc.<domain>` comes from a wildcard (RFC 4592)."""
        step, sibling = self.walk.step_at(domain), self.siblings.get(domain)
        if step is None or sibling is None or isinstance(step.answer, Unanswered) or isinstance(sibling, Unanswered):
            return False
        own, of_any = ((aliases_of(answer), sorted(values(answer))) for answer in (step.answer, sibling))
        return own == of_any != ((), [])


def receives_reports(host: ReportHost) -> Tristate:
    """Tells whether mail to a host arrives: by MX, or by an address where there is no MX (RFC 5321 section 5.1)."""
    if isinstance(host.mx, Unanswered):
        return Tristate.UNKNOWN
    if isinstance(host.mx, Records):  # a null MX (RFC 7505) names no exchanger
        return Tristate.YES if find_receiving_hosts(host.mx) else Tristate.NO
    return has_address(host.a, host.aaaa)


async def look_up(domain: str, dns: Dns, *, expectations: Expectations | None = None) -> DmarcFacts:
    """Asks about DMARC for mail From `domain`. `expectations` names the SES identity and the MAIL FROM domain, as far
    as they are known. Never raises for what DNS says."""
    domain = _lowercase(domain)
    expectations = expectations or Expectations(domain)
    identity, mail_from = _lowercase(expectations.identity or domain), _lowercase(expectations.mail_from or "")
    questions = _first_questions(domain, identity)
    walks, first = await asyncio.gather(
        asyncio.gather(*(walk_tree(name, dns) for name in (domain, identity, mail_from) if name)),
        ask_all(dns, questions),
    )
    discovery = discover_policy(walks[0])
    hosts = tuple(dict.fromkeys(uri.host for uri in discovery.record.rua if uri.host)) if discovery.record else ()
    # Where a fix may put a record, a report mailbox could be: the organization, and the domains that hold a text.
    holders = {step.domain for step in walks[0].steps if step.texts and step.labels > 1}
    holders |= {discovery.organization} if discovery.organization else set()
    other_domains = sorted(holders - {domain, identity})
    is_missing = discovery.step is None and not discovery.unanswered and not walks[0].steps[0].texts
    report_hosts, other_mx, without_underscore = await asyncio.gather(
        asyncio.gather(*(_look_up_report_host(host, discovery, dns) for host in hosts[:_MOST_HOSTS])),
        ask_all(dns, [(name, "MX") for name in other_domains]),
        ask_all(dns, [(f"dmarc.{domain}", "TXT")] if is_missing else []),
    )
    answers = dict(zip(questions, first, strict=True))
    return DmarcFacts(
        domain,
        expectations,
        tuple(walks),
        existence=tuple(answers[domain, rtype] for rtype in ("A", "MX", "TXT")),
        exchangers={name: answers[name, "MX"] for name in (domain, identity)}
        | dict(zip(other_domains, other_mx, strict=True)),
        siblings={name: answers[f"{unpublished_label(name)}.{name}", "TXT"] for name in (domain, identity)},
        misplaced=(*(answers[name, "TXT"] for name in _doubled_names(domain)), *without_underscore),
        apex=answers[domain, "TXT"],
        report_hosts=tuple(report_hosts),
        unfollowed=hosts[_MOST_HOSTS:],
    )


def _first_questions(domain: str, identity: str) -> tuple[Question, ...]:
    return (
        (domain, "A"),
        (domain, "MX"),
        (domain, "TXT"),
        (f"{unpublished_label(domain)}.{domain}", "TXT"),
        *((name, "TXT") for name in _doubled_names(domain)),
        *(((identity, "MX"), (f"{unpublished_label(identity)}.{identity}", "TXT")) if identity != domain else ()),
    )


def _doubled_names(domain: str) -> tuple[str, ...]:
    """Returns what a provider makes of the whole name in its host field, for the zones that the domain may be in:
    `_dmarc.news.acme.com.news.acme.com` and `_dmarc.news.acme.com.acme.com`."""
    zones = [zone for zone in walk_domains(domain) if "." in zone]
    return tuple(f"_dmarc.{domain}.{zone}" for zone in zones[:1] + zones[1:][-2:])


async def _look_up_report_host(host: str, discovery: Discovery, dns: Dns) -> ReportHost:
    holder = discovery.step.domain if discovery.step else host
    questions = ((f"{holder}._report._dmarc.{host}", "TXT"), (host, "MX"), (host, "A"), (host, "AAAA"))
    walk, answers = await asyncio.gather(walk_tree(host, dns), ask_all(dns, questions))
    return ReportHost(host, walk, *answers)


def _lowercase(name: str) -> str:
    return name.lower().rstrip(".")


async def walk_tree(domain: str, dns: Dns) -> Walk:
    """Asks for TXT at `_dmarc.` of every domain that the walk from `domain` may come to, at most eight."""
    domains = walk_domains(domain)
    answers = await ask_all(dns, [(f"_dmarc.{name}", "TXT") for name in domains])
    return Walk(domains[0], tuple(read_step(name, answer) for name, answer in zip(domains, answers, strict=True)))


async def organization_of(host: str, dns: Dns) -> str | None:
    """Returns the organizational domain of any host, in one round trip (RFC 9989 section 4.10.2); None where it is
    unknown. A host without any DMARC record above it is its own organization."""
    return find_organization(await walk_tree(host, dns))
