"""What the judges of DMARC share: the facts with what follows from them, and how a fix amends the record where it is.

Four things make a fix less than plain: a CNAME at the name (the record is kept by another owner), a wildcard (nothing
is at the name itself), a policy that no receiver applied so far and that would now make receivers refuse mail that
Amazon SES sends unaligned, and a record at a subdomain alone, which parts it from the domain that signs for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from checks.answers import Answer, SesSetup, Tristate, Unanswered, aliases_of, describe_answer
from checks.autocorrect import describe_repairs
from checks.dmarc.edit import autocorrect, complete, read, with_addresses, with_tag, without_tags
from checks.dmarc.parse import POLICIES, Alignment, DmarcRecord, NotDmarc, Policy, Psd
from checks.dmarc.tree import (
    DmarcFacts,
    Effective,
    Found,
    PolicySource,
    Walk,
    WalkStep,
    effective,
    find,
    np_matters,
    organization,
)
from checks.findings import evidence_of, join_fixes, make_printable
from checks.mx import mail_exchangers
from checks.names import is_at_or_below
from model import Fix, Record

_ENFORCED = (Policy.QUARANTINE, Policy.REJECT)
MINIMAL_RECORD = "v=DMARC1; p=none"
"""A first record: it changes nothing about delivery (RFC 9989 section 5.1.4)."""
AROUND = 300
"""Characters of a record that are shown before and behind a fault."""
_MOST = 10
"""Records that a fix tells to delete at one name; more than this is no mistake of a person."""


@dataclass(frozen=True, slots=True)
class DmarcCase:
    """One domain to judge. `found` is read from the facts; `exchangers` are MX answers by domain."""

    facts: DmarcFacts
    found: Found
    ses: SesSetup
    exchangers: Mapping[str, Answer]

    @property
    def domain(self) -> str:
        return self.facts.domain

    @property
    def identity(self) -> str:
        """The SES identity that signs the domain's mail, which is the d= of its signatures."""
        return self.ses.identity.lower().rstrip(".") or self.domain

    @property
    def record(self) -> DmarcRecord | None:
        return self.found.record

    @property
    def holder(self) -> str:
        """The domain whose record applies; without one, the domain itself."""
        return self.found.step.domain if self.found.step else self.domain

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
        """Returns the organizational domain of the domain, its identity or its MAIL FROM domain; None where unknown."""
        walks = (self.facts.walk, self.facts.identity_walk, self.facts.mail_from_walk, self.facts.walk.from_(domain))
        return next((organization(walk) for walk in walks if walk and walk.domain == domain), None)

    def mailbox(self, domain: str) -> str | None:
        """Returns a report address that can be proposed for a record at `domain`: at the domain, its organization or
        the domain checked, whichever has a mail exchanger. None where none is known to: no address is invented."""
        receiving = [name for name, answer in self.exchangers.items() if mail_exchangers(answer)]
        for name in dict.fromkeys((domain, self.found.organization, self.domain)):
            if name in receiving and (is_at_or_below(name, domain) or is_at_or_below(domain, name)):
                return f"dmarc@{name}"
        return None


def case_of(facts: DmarcFacts, ses: SesSetup, exchangers: Mapping[str, Answer]) -> DmarcCase:
    return DmarcCase(facts, find(facts.walk), ses, exchangers)


def changed(case: DmarcCase, domain: str, text: str) -> DmarcCase:
    """Returns the case after another text is published at `_dmarc.` of a domain."""
    facts = case.facts
    after = replace(
        facts,
        walk=facts.walk.holding(domain, text),
        identity_walk=facts.identity_walk.holding(domain, text),
        mail_from_walk=facts.mail_from_walk.holding(domain, text) if facts.mail_from_walk else None,
    )
    return case_of(after, case.ses, case.exchangers)


def seen(case: DmarcCase) -> tuple[str, ...]:
    """Returns the evidence that all findings about the applied record share: it, why it applies, what is unknown."""
    step = case.found.step
    lines = evidence_of(step.answer) if step else ()
    if step and case.found.role is not PolicySource.OWN:
        lines = (*lines, *evidence_of(case.facts.walk.steps[0].answer), applies(case))
    return (*lines, *notes(case))


def applies(case: DmarcCase) -> str:
    """Returns which record applies to the domain, and why, as a clause."""
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
            whose = f"neither {domain} nor its organizational domain {organizational} has a"
            if organizational in (domain, None):
                whose = f"{domain} has no"
            return f"the policy of the public suffix {step.domain} applies to {domain}: {whose} record that counts"


def notes(case: DmarcCase) -> tuple[str, ...]:
    """Returns what is unknown although the policy is known, a line each."""
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
    return tuple(dict.fromkeys(make_printable(line) for line in lines))


def failure(answer: Unanswered) -> str:
    """Returns a clause such as `_dmarc.acme.com TXT was unanswered by 192.0.2.53: SERVFAIL`."""
    return f"{answer.name} {answer.type} was {describe_answer(answer)}"


def _first_failure(walk: Walk) -> str:
    return next((failure(step.answer) for step in walk.steps if isinstance(step.answer, Unanswered)), "")


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


def _dkim_aligns(case: DmarcCase) -> Tristate:
    """Does SES sign the domain's mail with a d= that aligns?"""
    mode = case.record.adkim if case.record else Alignment.RELAXED
    return _both(case.ses.dkim, aligned(case, case.identity, mode))


def _mail_from_aligns(case: DmarcCase) -> Tristate:
    """Does SES's envelope sender pass SPF for a domain that aligns?"""
    name = mail_from(case)
    mode = case.record.aspf if case.record else Alignment.RELAXED
    return _both(case.ses.mail_from, aligned(case, name, mode)) if name else case.ses.mail_from


def mail_from(case: DmarcCase) -> str | None:
    return case.ses.mail_from_domain.lower().rstrip(".") if case.ses.mail_from_domain else None


def blocks(case: DmarcCase) -> bool:
    """Do receivers quarantine or reject what SES sends for the domain? True only where that is certain."""
    return case.enforced and _dkim_aligns(case) is Tristate.NO and _mail_from_aligns(case) is Tristate.NO


def may_block(case: DmarcCase) -> bool:
    """Returns True where that depends on a parent of the domain, which may have the key that SES signs with."""
    unsigned = case.ses.dkim is Tristate.UNKNOWN and bool(case.ses.parents)
    return case.enforced and unsigned and _mail_from_aligns(case) is Tristate.NO


def _both(there: Tristate, aligns: Tristate) -> Tristate:
    if Tristate.NO in (there, aligns):
        return Tristate.NO
    return Tristate.YES if there is aligns is Tristate.YES else Tristate.UNKNOWN


def amend(case: DmarcCase, text: str, words: str) -> Fix:
    """Publishes `text` in place of the record that applies; `words` say what changes."""
    return publish(case, case.found.step, text, words) if case.found.step else Fix(step=words)


def publish(case: DmarcCase, step: WalkStep, text: str, words: str) -> Fix:
    """Publishes `text` at a name, with a word about a policy that comes into force by it, or is held back for now.
    Where the domain would so be parted from its SES identity, the identity gets a record too."""
    safe = _harmless(case, step, text)
    note = ""
    if safe != text:
        note = (
            "The policy is none for now: Amazon SES neither signs this mail nor sends it from an aligned MAIL FROM "
            "domain yet, so receivers would refuse it. Publish the policy that you want once they do."
        )
    elif strict := _newly_strict(step, text):
        note = f"This puts {strict} into force: be sure first that all mail of the domain is signed by DKIM and aligns."
    fix = with_note(_published(case, step, safe), _repaired_in_words(step, text), words, note)
    after = changed(case, step.domain, safe)
    return join_fixes(fix, one_organization(after)) if is_split(after) and not is_split(case) else fix


def is_split(case: DmarcCase) -> bool:
    """Are the domain and its SES identity two organizations, so that its signature cannot align (section 4.10.2)?"""
    return case.effective is not None and aligned(case, case.identity, Alignment.RELAXED) is Tristate.NO


def one_organization(case: DmarcCase) -> Fix:
    """Makes the domain and its SES identity one organization: a record at the identity, and no psd tag below it."""
    walk = case.facts.walk
    top = walk.at(case.identity)
    if top is None:
        return Fix(step=f"Send from {case.identity} or verify {case.domain} as an identity of its own in Amazon SES.")
    fix = Fix()
    for step in walk.steps:
        if step.labels >= top.labels and step.record and _parts(step, top):
            text = without_tags(str(step.record), "psd")
            fix = join_fixes(fix, _published(case, step, text))
            case = changed(case, step.domain, text)
    if fix.records:
        fix = with_note(fix, f"Remove the psd tag, so that {case.domain} and {case.identity} are one organization.")
    top = case.facts.walk.at(case.identity) or top
    if top.record and _is_usable(top.record) and not is_split(case):
        return fix
    new = repaired(case, top) or first_record(case, case.identity)
    if new is None:
        return with_note(fix, address_wanted(f"_dmarc.{case.identity}"))
    if read(new).psd is Psd.YES:
        new = without_tags(new, "psd")
    words = f"Publish a record at _dmarc.{case.identity}: it makes {case.identity} the organization of both."
    return join_fixes(fix, with_note(_published(case, top, _harmless(case, top, new)), words))


def repaired(case: DmarcCase, step: WalkStep) -> str | None:
    """Returns the one record that should be at a name where DMARC was meant: of several the best, of a text meant as a
    record the correction. None where that is not certain, or where there is nothing of the kind."""
    if step.record and _is_usable(step.record):
        return str(step.record)
    if step.valid:
        best = str(max(step.valid, key=_merit))
        uris = [uri.written for record in step.valid for uri in record.rua if uri.host]
        kept = list(dict.fromkeys([*(uri.written for uri in read(best).rua), *uris]))
        return complete(with_addresses(best, kept) if uris else best, case.mailbox(step.domain))
    guess = next((guess for text in step.resembling if (guess := autocorrect(text.text))), None)
    return complete(guess, case.mailbox(step.domain)) if guess else None


def first_record(case: DmarcCase, domain: str) -> str | None:
    """Returns a first record for a domain, None where no report mailbox is known."""
    mailbox = case.mailbox(domain)
    return f"{MINIMAL_RECORD}; rua=mailto:{mailbox}" if mailbox else None


def delete(case: DmarcCase, step: WalkStep) -> Fix:
    """Deletes everything at a name that holds no DMARC record."""
    name = f"_dmarc.{step.domain}"
    if case.facts.wildcard(step.domain):
        return Fix(step=f"A wildcard answers for {name}, so nothing at the name itself can be deleted.")
    if aliases := aliases_of(step.answer):
        return Fix(remove=(Record("CNAME", name, aliases[0]),))
    texts = dict.fromkeys(str(text) for text in step.texts)
    return Fix(remove=tuple(Record("TXT", name, text) for text in list(texts)[:_MOST]))


def with_note(fix: Fix, *words: str) -> Fix:
    """Returns the fix with sentences before its own."""
    return replace(fix, step=" ".join(sentence for sentence in (*words, fix.step) if sentence))


def address_wanted(name: str) -> str:
    """Returns the step where no report mailbox is known: what to publish, with the address left to the person."""
    return (
        f"Choose a mailbox that someone reads, at a domain that receives mail. Then publish a TXT record at {name} "
        f"that begins with {MINIMAL_RECORD}; and ends with rua=mailto: and the address of that mailbox."
    )


def _published(case: DmarcCase, step: WalkStep, text: str) -> Fix:
    """Returns `text` in place of the DMARC texts at a name."""
    name = f"_dmarc.{step.domain}"
    new = Record("TXT", name, text)
    if case.facts.wildcard(step.domain):
        return Fix((new,), (), f"A wildcard answers for {name}; a record at the name itself takes its place.")
    if aliases := aliases_of(step.answer):
        kept = f"{name} is a CNAME: its record is kept at {make_printable(aliases[-1])}."
        either = "Change it there, with its owner, or publish the record in place of the CNAME, as shown."
        return Fix((new,), (Record("CNAME", name, aliases[0]),), f"{kept} {either}")
    old = dict.fromkeys(str(other) for other in step.texts if str(other) != text and _is_in_the_way(other))
    standing = any(str(other) == text for other in step.texts)
    return Fix(() if standing else (new,), tuple(Record("TXT", name, other) for other in list(old)[:_MOST]))


def _harmless(case: DmarcCase, step: WalkStep, text: str) -> str:
    """Returns `text`, with the policy lowered to none where receivers would come to refuse mail that they accept
    today."""
    after = changed(case, step.domain, text)
    governs = after.found.step is not None and after.found.step.domain == step.domain
    if case.enforced or not governs or after.effective is None or not blocks(after):
        return text
    tag = after.effective.tag
    return with_tag(text, "sp" if tag == "p" and after.found.role is not PolicySource.OWN else tag, Policy.NONE)


def _repaired_in_words(step: WalkStep, text: str) -> str:
    """Returns what was put right in the one text at a name that was meant as a record; empty where it needed
    nothing."""
    meant = [str(other) for other in step.texts if isinstance(other, DmarcRecord) or other.resembles]
    reading = autocorrect(meant[0]) if len(meant) == 1 else None
    return describe_repairs(meant[0], reading) if reading and read(text).tags else ""


def _newly_strict(step: WalkStep, text: str) -> str:
    """Returns the policies over none that `text` puts into force, such as "p=reject and sp=quarantine"; empty for
    none."""
    old, new = step.record, read(text)
    usable = old is not None and old.p is not None and not old.discards(*POLICIES)
    policies = ((name, getattr(new, name), getattr(old, name) if usable else None) for name in POLICIES)
    return " and ".join(f"{name}={now}" for name, now, was in policies if now not in (None, Policy.NONE, was))


def _parts(step: WalkStep, top: WalkStep) -> bool:
    """Does this record's psd tag part the names below `top` from it?"""
    psd = step.record.psd if step.record else Psd.UNSAID
    return psd is Psd.YES or (psd is Psd.NO and step is not top)


def _merit(record: DmarcRecord) -> tuple[bool, bool, int, int]:
    """Returns which of several records to keep: one that has a usable policy, asks for reports, asks for the least (no
    one applies the stricter one today), and has the fewest faults."""
    asks = -tuple(Policy).index(record.p or Policy.NONE)
    return _is_usable(record), any(uri.host for uri in record.rua), asks, -len(record.flaws)


def _is_usable(record: DmarcRecord) -> bool:
    return effective(record, PolicySource.OWN, Tristate.YES) is not None


def _is_in_the_way(text: DmarcRecord | NotDmarc) -> bool:
    """Is this a DMARC record, a text meant as one, or an SPF record that was put at the wrong name?"""
    return isinstance(text, DmarcRecord) or text.resembles or text.text.lower().startswith("v=spf1")
