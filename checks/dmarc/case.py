"""What the judges of DMARC share: the facts with what follows from them, and the evidence of a finding."""

from dataclasses import dataclass, replace

from checks.answers import Answer, Unanswered, in_words
from checks.dmarc.look_up import DmarcFacts, has_exchanger
from checks.dmarc.parse import Alignment, DmarcRecord, Policy
from checks.dmarc.tree import Effective, Found, PolicySource, Walk, effective, find, np_matters, organization
from checks.evidence import evidence, printable
from checks.near_miss import is_at_or_below
from checks.tristate import SesSetup, Tristate
from model import Finding, Fix, Outcome

_ENFORCED = (Policy.QUARANTINE, Policy.REJECT)


@dataclass(frozen=True, slots=True)
class DmarcCase:
    """One domain to judge. `found` is read from the facts; `exchangers` are MX answers by domain."""

    facts: DmarcFacts
    found: Found
    ses: SesSetup
    exchangers: tuple[tuple[str, Answer], ...]

    @property
    def domain(self) -> str:
        return self.facts.domain

    @property
    def identity(self) -> str:
        """The SES identity that signs the domain's mail, which is the d= of its signatures."""
        return self.ses.identity.lower().rstrip(".") or self.domain

    @property
    def record(self) -> DmarcRecord | None:
        """The record that applies."""
        return self.found.step.record if self.found.step else None

    @property
    def effective(self) -> Effective | None:
        """The policy that receivers apply; None without a record that applies, and for an inert one."""
        return effective(self.record, self.found.role, self.facts.exists) if self.record else None

    @property
    def enforced(self) -> bool:
        """Do receivers, for certain, quarantine or reject mail that does not align?"""
        return self.effective is not None and self.effective.policy in _ENFORCED and not self.unsure_of_np

    @property
    def unsure_of_np(self) -> bool:
        """Does the policy depend on whether the domain exists, and is that unknown?"""
        if self.record is None or self.facts.exists is not Tristate.UNKNOWN:
            return False
        return np_matters(self.record, self.found.role)

    @property
    def ours(self) -> bool:
        """Can the people of the domain change the record that applies? They cannot at a public suffix."""
        step = self.found.step
        if step is None or self.found.role is PolicySource.SUFFIX:
            return False
        return step.labels > 1 or step.domain == self.domain

    def organization_of(self, domain: str) -> str | None:
        """The organizational domain of the domain, its identity or its MAIL FROM domain; None where unknown."""
        walks = (self.facts.walk, self.facts.identity_walk, self.facts.mail_from_walk, self.facts.walk.from_(domain))
        return next((organization(walk) for walk in walks if walk and walk.domain == domain), None)

    def mailbox(self, domain: str) -> str | None:
        """A report address that can be proposed for a record at `domain`: at the domain, its organization or the
        domain checked, whichever has a mail exchanger. None where none is known to: no address is invented."""
        known = dict(self.exchangers)
        related = (name for name in (self.found.organization, self.domain) if name and _same_branch(name, domain))
        names = (name for name in dict.fromkeys((domain, *related)) if name in known)
        return next((f"dmarc@{name}" for name in names if has_exchanger(known[name]) is Tristate.YES), None)


def case_of(facts: DmarcFacts, ses: SesSetup, exchangers: tuple[tuple[str, Answer], ...]) -> DmarcCase:
    """The case of these facts."""
    return DmarcCase(facts, find(facts.walk), ses, exchangers)


def changed(case: DmarcCase, texts: dict[str, tuple[str, ...]]) -> DmarcCase:
    """The case after other texts are published at `_dmarc.` of some domains."""
    facts = case.facts
    after = replace(
        facts,
        walk=facts.walk.holding(texts),
        identity_walk=facts.identity_walk.holding(texts),
        mail_from_walk=facts.mail_from_walk.holding(texts) if facts.mail_from_walk else None,
    )
    return case_of(after, case.ses, case.exchangers)


def finding(code: str, outcome: Outcome, summary: str, lines: tuple[str, ...], fix: Fix | None = None) -> Finding:
    """A finding of this check, printable whatever DNS held, each line of evidence once."""
    return Finding("dmarc", outcome, f"dmarc.{code}", printable(summary), tuple(dict.fromkeys(lines)), fix)


def seen(case: DmarcCase) -> tuple[str, ...]:
    """Returns the evidence that all findings about the applied record share: it, why it applies, what is unknown."""
    step = case.found.step
    lines = evidence(step.answer) if step else ()
    if step and case.found.role is not PolicySource.OWN:
        lines = (*lines, *evidence(case.facts.walk.steps[0].answer), applies(case))
    return (*lines, *notes(case))


def applies(case: DmarcCase) -> str:
    """Which record applies to the domain, and why, as a clause."""
    step, domain = case.found.step, case.domain
    if step is None:
        return f"no DMARC policy applies to {domain}"
    match case.found.role:
        case PolicySource.OWN:
            return f"{domain} has a DMARC policy of its own"
        case PolicySource.ORGANIZATION:
            why = f"{domain} has no record that counts, and {step.domain} is its organizational domain"
            return f"the policy of {step.domain} applies to {domain}: {why}"
        case PolicySource.SUFFIX:
            organizational = case.found.organization
            alone = organizational in (domain, None)
            whose = (
                f"{domain} has no"
                if alone
                else f"neither {domain} nor its organizational domain {organizational} has a"
            )
            why = f"{whose} record that counts"
            return f"the policy of the public suffix {step.domain} applies to {domain}: {why}"


def notes(case: DmarcCase) -> tuple[str, ...]:
    """What is unknown although the policy is known, a line each."""
    found, step, lines = case.found, case.found.step, list[str]()
    if found.assumed:
        lines.append(f"{failure(found.assumed)}; it is taken to hold no record")
    elif step and found.organization is None:
        lines.append(f"{_first_failure(case.facts.walk)}: the organizational domain of {case.domain} is unknown")
    identity_walk = case.facts.identity_walk
    if step and identity_walk.domain != case.domain and organization(identity_walk) is None:
        lines.append(f"{_first_failure(identity_walk)}: whether {identity_walk.domain} aligns is unknown")
    if step and case.record and case.unsure_of_np:
        other = effective(case.record, found.role, Tristate.NO)
        policy = f"{other.tag}={other.published}" if other else ""
        lines.append(f"whether {case.domain} exists is unknown; if not, {policy} of {step.domain} applies to it")
    return tuple(dict.fromkeys(printable(line) for line in lines))


def failure(answer: Unanswered) -> str:
    """A clause such as `_dmarc.acme.com TXT was unanswered by 192.0.2.53: SERVFAIL`."""
    return f"{answer.name} {answer.type} was {in_words(answer)}"


def _first_failure(walk: Walk) -> str:
    return next((failure(step.answer) for step in walk.steps if isinstance(step.answer, Unanswered)), "")


def _same_branch(one: str, other: str) -> bool:
    return is_at_or_below(one, other) or is_at_or_below(other, one)


def aligned(case: DmarcCase, domain: str, mode: Alignment) -> Tristate:
    """Does an identifier align with the domain: the same name (strict), or the same organization (relaxed)?"""
    if domain == case.domain:
        return Tristate.YES
    if mode is Alignment.STRICT:
        return Tristate.NO
    ours, theirs = case.organization_of(case.domain), case.organization_of(domain)
    if ours is not None and not is_at_or_below(domain, ours):
        return Tristate.NO
    if ours is None or theirs is None:
        return Tristate.UNKNOWN
    return Tristate.YES if ours == theirs else Tristate.NO


def dkim_aligns(case: DmarcCase) -> Tristate:
    """Does SES sign the domain's mail with a d= that aligns?"""
    mode = case.record.adkim if case.record else Alignment.RELAXED
    return _all_of(case.ses.dkim, aligned(case, case.identity, mode))


def mail_from_aligns(case: DmarcCase) -> Tristate:
    """Does SES's envelope sender pass SPF for a domain that aligns?"""
    name = mail_from(case)
    mode = case.record.aspf if case.record else Alignment.RELAXED
    return _all_of(case.ses.mail_from, aligned(case, name, mode)) if name else case.ses.mail_from


def mail_from(case: DmarcCase) -> str | None:
    """The custom MAIL FROM domain, None where none is known."""
    return case.ses.mail_from_domain.lower().rstrip(".") if case.ses.mail_from_domain else None


def blocks(case: DmarcCase) -> bool:
    """Do receivers quarantine or reject what SES sends for the domain? True only where that is certain."""
    return case.enforced and dkim_aligns(case) is Tristate.NO and mail_from_aligns(case) is Tristate.NO


def may_block(case: DmarcCase) -> bool:
    """True where that depends on a parent of the domain, which may have the key that SES signs with."""
    unsigned = case.ses.dkim is Tristate.UNKNOWN and bool(case.ses.parents)
    return case.enforced and unsigned and mail_from_aligns(case) is Tristate.NO


def _all_of(there: Tristate, aligns: Tristate) -> Tristate:
    if Tristate.NO in (there, aligns):
        return Tristate.NO
    return Tristate.YES if there is aligns is Tristate.YES else Tristate.UNKNOWN
