"""What the judges of DMARC share: the facts with what follows from them, and how a fix amends the record where it is.

Four things make a fix less than plain: a CNAME at the name (another owner keeps the record), a wildcard, a policy that
no receiver applied so far and that would now make receivers refuse mail that Amazon SES sends unaligned, and a record
at a subdomain alone, which parts it from the domain that signs for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from checks.answers import Answer, SesSetup, Tristate, Unanswered, aliases_of, describe_answer
from checks.autocorrect import describe_repairs
from checks.dmarc.edit import autocorrect, complete_record, parse_record, with_addresses, with_tag, without_tags
from checks.dmarc.parse import POLICIES, Alignment, DmarcRecord, NotDmarc, Policy, Psd
from checks.dmarc.tree import (
    Discovery,
    DmarcFacts,
    EffectivePolicy,
    PolicySource,
    Walk,
    WalkStep,
    discover_policy,
    effective_policy,
    find_organization,
    np_matters,
)
from checks.findings import evidence_of, join_fixes, make_finding, make_printable
from checks.mx import find_receiving_hosts
from checks.names import is_at_or_below
from model import Finding, Fix, Outcome, Record

MINIMAL_RECORD = "v=DMARC1; p=none"
"""A first record: it changes nothing about delivery (RFC 9989 section 5.1.4)."""
AROUND = 300
"""Characters of a record that are shown before and behind a fault."""
_MOST = 10
"""Records that a fix tells to delete at one name; more than this is no mistake of a person."""


@dataclass(frozen=True, slots=True)
class DmarcCase:
    """A domain to judge. `exchangers` are MX answers by domain; `discovery` follows from the facts."""

    facts: DmarcFacts
    ses: SesSetup
    exchangers: Mapping[str, Answer]
    discovery: Discovery = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "discovery", discover_policy(self.facts.walk))

    @property
    def domain(self) -> str:
        return self.facts.domain

    @property
    def identity(self) -> str:
        """The SES identity that signs the domain's mail, which is the d= of its signatures."""
        return self.ses.identity.lower().rstrip(".") or self.domain

    @property
    def mail_from(self) -> str | None:
        """The MAIL FROM domain; None where none is known."""
        return self.ses.mail_from_domain.lower().rstrip(".") if self.ses.mail_from_domain else None

    @property
    def record(self) -> DmarcRecord | None:
        return self.discovery.record

    @property
    def own_step(self) -> WalkStep:
        """The first step of the walk: what is published for the domain itself."""
        return self.facts.walk.steps[0]

    @property
    def holder(self) -> str:
        """The domain whose record applies; without one, the domain itself."""
        return self.discovery.step.domain if self.discovery.step else self.domain

    @property
    def effective(self) -> EffectivePolicy | None:
        """The policy that receivers apply; None without a record that applies, and for an inert one."""
        return effective_policy(self.record, self.discovery.source, self.facts.exists) if self.record else None

    @property
    def enforced(self) -> bool:
        """True where receivers, for certain, quarantine or reject mail that does not align."""
        return self.effective is not None and self.effective.policy is not Policy.NONE and not self.is_np_uncertain

    @property
    def is_np_uncertain(self) -> bool:
        """True where the policy depends on whether the domain exists, and that is unknown."""
        is_unknown = self.facts.exists is Tristate.UNKNOWN
        return is_unknown and self.record is not None and np_matters(self.record, self.discovery.source)

    def is_governed_by(self, domain: str) -> bool:
        """Returns True where the record at `_dmarc.` of this domain is the one that applies."""
        return self.discovery.step is not None and self.discovery.step.domain == domain

    @property
    def is_ours(self) -> bool:
        """True where the people of the domain can change the record that applies: not at a public suffix."""
        step = self.discovery.step
        if step is None or self.discovery.source is PolicySource.SUFFIX:
            return False
        return step.labels > 1 or step.domain == self.domain

    def organization_of(self, domain: str) -> str | None:
        """Returns the organizational domain of the domain, its identity or its MAIL FROM domain; None if unknown."""
        walks = (*self.facts.walks, self.facts.walk.walk_from(domain))
        return next((find_organization(walk) for walk in walks if walk and walk.domain == domain), None)

    def find_mailbox(self, domain: str) -> str | None:
        """Returns a report address for a record at `domain`: one that a record above it asks for, else one at the
        domain, its organization or the domain checked. None where none of these receives mail: none is invented."""
        domains = [name for name, answer in self.exchangers.items() if find_receiving_hosts(answer)]
        uris = (uri for step in self.facts.walk.steps if step.record for uri in step.record.rua)
        requested_uris = (uri for uri in uris if uri.host in domains and is_at_or_below(domain, uri.host))
        names = (name for name in (domain, self.discovery.organization, self.domain) if name in domains)
        usual = [f"dmarc@{name}" for name in names if is_at_or_below(name, domain) or is_at_or_below(domain, name)]
        return next(iter([*(uri.text.partition(":")[2] for uri in requested_uris), *usual]), None)


def with_text(case: DmarcCase, domain: str, text: str) -> DmarcCase:
    """Returns the case as it is after a text is published at `_dmarc.` of a domain in place of all others."""
    walks = tuple(walk.with_text(domain, text) for walk in case.facts.walks)
    return replace(case, facts=replace(case.facts, walks=walks))


def record_finding(  # noqa: PLR0913, PLR0917 - those of `make_finding`, and the case
    case: DmarcCase,
    code: str,
    outcome: Outcome,
    summary: str,
    fix: Fix | str | None = None,
    evidence: Iterable[str] = (),
) -> Finding:
    """Returns a finding about the record that applies, with the evidence that all of them share before its own."""
    return make_finding(code, outcome, summary, (*_shared_evidence(case), *evidence), fix)


def _shared_evidence(case: DmarcCase) -> tuple[str, ...]:
    """Returns the record that applies, why it applies, and what is unknown."""
    step = case.discovery.step
    lines = evidence_of(step.answer) if step else ()
    if step and case.discovery.source is not PolicySource.OWN:
        lines = (*lines, *evidence_of(case.own_step.answer), describe_source(case))
    return (*lines, *_describe_unknowns(case))


def describe_source(case: DmarcCase) -> str:
    """Describes which record applies to the domain, and why, as a clause."""
    step, domain = case.discovery.step, case.domain
    if step is None:
        return f"no DMARC policy applies to {domain}"
    match case.discovery.source:
        case PolicySource.OWN:
            return f"{domain} has a DMARC policy of its own"
        case PolicySource.ORGANIZATION:
            why = f"{domain} has no record that counts, and {step.domain} is its organizational domain"
            return f"the policy of {step.domain} applies to {domain}: {why}"
        case PolicySource.SUFFIX:
            organization = case.discovery.organization
            reason = f"neither {domain} nor its organizational domain {organization} has a"
            if organization in (domain, None):
                reason = f"{domain} has no"
            return f"the policy of the public suffix {step.domain} applies to {domain}: {reason} record that counts"


def _describe_unknowns(case: DmarcCase) -> tuple[str, ...]:
    """Describes what is unknown although the policy is known, a line each."""
    discovery, step, lines = case.discovery, case.discovery.step, list[str]()
    if discovery.assumed:
        lines.append(f"{describe_failure(discovery.assumed)}; it is taken to hold no record")
    elif step and discovery.organization is None:
        failure = _describe_first_failure(case.facts.walk)
        lines.append(f"{failure}: the organizational domain of {case.domain} is unknown")
    walk = case.facts.identity_walk
    if step and walk.domain != case.domain and find_organization(walk) is None:
        lines.append(f"{_describe_first_failure(walk)}: whether {walk.domain} aligns is unknown")
    if step and case.record and case.is_np_uncertain:
        policy = effective_policy(case.record, discovery.source, Tristate.NO)
        tag = f"{policy.tag}={policy.published}" if policy else ""
        lines.append(f"whether {case.domain} exists is unknown; if not, {tag} of {step.domain} applies to it")
    return tuple(dict.fromkeys(make_printable(line) for line in lines))


def describe_failure(answer: Unanswered) -> str:
    """Describes a failure, such as `_dmarc.acme.com TXT was unanswered by 192.0.2.53: SERVFAIL`."""
    return f"{answer.name} {answer.type} was {describe_answer(answer)}"


def _describe_first_failure(walk: Walk) -> str:
    return next((describe_failure(step.answer) for step in walk.steps if isinstance(step.answer, Unanswered)), "")


def judge_alignment(case: DmarcCase, domain: str, mode: Alignment) -> Tristate:
    """Tells whether an identifier aligns: the same name (strict), or the same organization (relaxed)."""
    if domain == case.domain:
        return Tristate.YES
    if mode is Alignment.STRICT:
        return Tristate.NO
    own_organization, other_organization = case.organization_of(case.domain), case.organization_of(domain)
    if own_organization is not None and not is_at_or_below(domain, own_organization):
        return Tristate.NO
    if own_organization is None or other_organization is None:
        return Tristate.UNKNOWN
    return Tristate.YES if own_organization == other_organization else Tristate.NO


def _dkim_aligns(case: DmarcCase) -> Tristate:
    """Tells whether SES signs the domain's mail with a d= that aligns."""
    mode = case.record.adkim if case.record else Alignment.RELAXED
    return _both_hold(case.ses.dkim, judge_alignment(case, case.identity, mode))


def _mail_from_aligns(case: DmarcCase) -> Tristate:
    """Tells whether SES's envelope sender passes SPF for a domain that aligns."""
    if case.mail_from is None:
        return case.ses.mail_from
    mode = case.record.aspf if case.record else Alignment.RELAXED
    return _both_hold(case.ses.mail_from, judge_alignment(case, case.mail_from, mode))


def blocks_ses(case: DmarcCase) -> bool:
    """Returns True where receivers, for certain, quarantine or reject what SES sends for the domain."""
    return case.enforced and _dkim_aligns(case) is Tristate.NO and _mail_from_aligns(case) is Tristate.NO


def may_block_ses(case: DmarcCase) -> bool:
    """Returns True where `blocks_ses` depends on a parent of the domain, which may have the key that SES signs with."""
    unsigned = case.ses.dkim is Tristate.UNKNOWN and bool(case.ses.parents)
    return case.enforced and unsigned and _mail_from_aligns(case) is Tristate.NO


def _both_hold(is_in_place: Tristate, aligns: Tristate) -> Tristate:
    answers = (is_in_place, aligns)
    return next((answer for answer in (Tristate.NO, Tristate.UNKNOWN) if answer in answers), Tristate.YES)


def amend(case: DmarcCase, text: str, words: str) -> Fix:
    """Publishes `text` in place of the record that applies; `words` is the step for a person."""
    return publish(case, case.discovery.step, text, words) if case.discovery.step else Fix(step=words)


def publish(case: DmarcCase, step: WalkStep, text: str, words: str) -> Fix:
    """Publishes `text` at a name, with a note about a policy that comes into force by it, or is held back for now.
    Where that would separate the domain from its SES identity, the identity gets a record too."""
    safe_text = _with_harmless_policy(case, step, text)
    note = _describe_new_policies(step, text)
    if safe_text != text:
        note = (
            "The policy is none for now: Amazon SES neither signs this mail nor sends it from an aligned MAIL FROM "
            "domain yet, so receivers would refuse it. Publish the policy that you want once they do."
        )
    fix = with_note(_replace_texts(case, step, safe_text), _describe_correction(step, text), words, note)
    after = with_text(case, step.domain, safe_text)
    return join_fixes(fix, join_organizations(after)) if is_split(after) and not is_split(case) else fix


def is_split(case: DmarcCase) -> bool:
    """Returns True where no signature aligns, as the domain and its SES identity are two organizations (4.10.2)."""
    return case.effective is not None and judge_alignment(case, case.identity, Alignment.RELAXED) is Tristate.NO


def join_organizations(case: DmarcCase) -> Fix:
    """Makes the domain and its SES identity one organization: by a record at the identity, without a psd tag below."""
    walk = case.facts.walk
    identity_step = walk.step_at(case.identity)
    if identity_step is None:
        return Fix(step=f"Send from {case.identity} or verify {case.domain} as an identity of its own in Amazon SES.")
    fix = Fix()
    for step in walk.steps:
        separates = step.psd is Psd.YES or (step.psd is Psd.NO and step is not identity_step)
        if separates and step.labels >= identity_step.labels:
            text = without_tags(str(step.record), "psd")
            fix = join_fixes(fix, _replace_texts(case, step, text))
            case = with_text(case, step.domain, text)
    if fix.records:
        fix = with_note(fix, f"Remove the psd tag, so that {case.domain} and {case.identity} are one organization.")
    identity_step = case.facts.walk.step_at(case.identity) or identity_step
    if identity_step.record and _is_usable(identity_step.record) and not is_split(case):
        return fix
    record = correct_record(case, identity_step) or first_record(case, case.identity)
    if record is None:
        return with_note(fix, choose_mailbox_step(f"_dmarc.{case.identity}"))
    if parse_record(record).psd is Psd.YES:
        record = without_tags(record, "psd")
    words = f"Publish a record at _dmarc.{case.identity}: it makes {case.identity} the organization of both."
    last_fix = _replace_texts(case, identity_step, _with_harmless_policy(case, identity_step, record))
    return join_fixes(fix, with_note(last_fix, words))


def correct_record(case: DmarcCase, step: WalkStep) -> str | None:
    """Returns the one record that should be at a name: the best of several, or the correction of a text that was meant
    as one. None where that is not certain, or where no text was."""
    if step.record and _is_usable(step.record):
        return str(step.record)
    if step.records:
        best = max(step.records, key=_rank_record)
        uris = [uri.full_text for record in step.records for uri in record.rua if uri.host]
        own_uris = [uri.full_text for uri in best.rua]
        text = with_addresses(str(best), [*own_uris, *uris]) if uris else str(best)
    else:
        text = next(filter(None, (autocorrect(text.text) for text in step.near_misses)), "")
    return complete_record(text, case.find_mailbox(step.domain)) if text else None


def first_record(case: DmarcCase, domain: str) -> str | None:
    """Returns a first record for a domain, None where no report mailbox is known."""
    mailbox = case.find_mailbox(domain)
    return f"{MINIMAL_RECORD}; rua=mailto:{mailbox}" if mailbox else None


def delete(case: DmarcCase, step: WalkStep) -> Fix:
    """Deletes everything at a name that holds no DMARC record."""
    if case.facts.is_from_wildcard(step.domain):
        return Fix(step=f"A wildcard answers for {step.name}, so nothing at the name itself can be deleted.")
    if aliases := aliases_of(step.answer):
        return Fix(remove=(Record("CNAME", step.name, aliases[0]),))
    return Fix(remove=_text_records(step.name, map(str, step.texts)))


def _text_records(name: str, texts: Iterable[str]) -> tuple[Record, ...]:
    return tuple(Record("TXT", name, text) for text in list(dict.fromkeys(texts))[:_MOST])


def with_note(fix: Fix, *words: str) -> Fix:
    """Returns the fix with sentences before its own."""
    return replace(fix, step=" ".join(sentence for sentence in (*words, fix.step) if sentence))


def choose_mailbox_step(name: str) -> str:
    """Returns the step where no report mailbox is known: what to publish, with the address left to the person."""
    return (
        f"Choose a mailbox that someone reads, at a domain that receives mail. Then publish a TXT record at {name} "
        f"that begins with {MINIMAL_RECORD}; and ends with rua=mailto: and the address of that mailbox."
    )


def _replace_texts(case: DmarcCase, step: WalkStep, text: str) -> Fix:
    """Publishes `text` in place of the DMARC texts at a name."""
    name = step.name
    new = (Record("TXT", name, text),)
    if case.facts.is_from_wildcard(step.domain):
        return Fix(new, step=f"A wildcard answers for {name}; a record at the name itself takes its place.")
    if aliases := aliases_of(step.answer):
        where = f"{name} is a CNAME: its record is kept at {make_printable(aliases[-1])}."
        either = "Change it there, with its owner, or publish the record in place of the CNAME, as shown."
        return Fix(new, (Record("CNAME", name, aliases[0]),), f"{where} {either}")
    is_published = text in map(str, step.texts)
    in_the_way = (str(old) for old in step.texts if _is_in_the_way(old) and str(old) != text)
    return Fix(() if is_published else new, _text_records(name, in_the_way))


def _with_harmless_policy(case: DmarcCase, step: WalkStep, text: str) -> str:
    """Returns `text`, with the policy none where receivers would come to refuse mail that they accept today."""
    after = with_text(case, step.domain, text)
    is_harmless = case.enforced or not after.is_governed_by(step.domain) or not blocks_ses(after)
    if is_harmless or after.effective is None:
        return text
    tag = after.effective.tag
    return with_tag(text, "sp" if tag == "p" and after.discovery.source is not PolicySource.OWN else tag, Policy.NONE)


def _describe_correction(step: WalkStep, text: str) -> str:
    """Describes what was corrected in the one text at a name that was meant as a record; empty for nothing."""
    texts = [str(record) for record in step.texts if isinstance(record, DmarcRecord) or record.resembles]
    corrected = autocorrect(texts[0]) if len(texts) == 1 else None
    return describe_repairs(texts[0], corrected) if corrected and parse_record(text).tags else ""


def _describe_new_policies(step: WalkStep, text: str) -> str:
    """Returns a sentence about the policies over none that `text` puts into force; empty where it does not."""
    old, new = step.record, parse_record(text)
    usable = old is not None and old.p is not None and not old.discards(*POLICIES)
    changes = ((name, getattr(old, name) if usable else None, getattr(new, name)) for name in POLICIES)
    new_policies = [f"{name}={after}" for name, before, after in changes if after not in (None, Policy.NONE, before)]
    if not new_policies:
        return ""
    return (
        f"This puts {' and '.join(new_policies)} into force: be sure first that all mail of the domain is signed by "
        "DKIM and aligns."
    )


def _rank_record(record: DmarcRecord) -> tuple[bool, bool, int, int]:
    """Ranks the records of a name by which to keep: one that has a usable policy, asks for reports, asks for the least
    (no receiver applies the stricter one today), and has the fewest faults."""
    leniency = -tuple(Policy).index(record.p or Policy.NONE)
    return _is_usable(record), any(uri.host for uri in record.rua), leniency, -len(record.flaws)


def _is_usable(record: DmarcRecord) -> bool:
    return effective_policy(record, PolicySource.OWN, Tristate.YES) is not None


def _is_in_the_way(text: DmarcRecord | NotDmarc) -> bool:
    """Returns True for a DMARC record, a text meant as one, or an SPF record that was put at the wrong name."""
    return isinstance(text, DmarcRecord) or text.resembles or text.text.lower().startswith("v=spf1")
