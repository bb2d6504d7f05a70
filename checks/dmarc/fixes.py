"""How a DMARC fix is put together: the record amended where it is.

Four things make that less than plain: a CNAME at the name (the record is kept by another owner), a wildcard (nothing
is at the name itself), a policy that no receiver applied so far and that would now make receivers refuse mail that
Amazon SES sends unaligned, and a record at a subdomain alone, which parts it from the domain that signs for it.
"""

from dataclasses import replace

from checks.answers import Unanswered
from checks.autocorrect import repairs
from checks.dmarc.case import DmarcCase, aligned, blocks, changed
from checks.dmarc.edit import autocorrect, complete, read, with_addresses, with_tag, without_tags
from checks.dmarc.parse import POLICIES, Alignment, DmarcRecord, NotDmarc, Policy, Psd
from checks.dmarc.tree import PolicySource, WalkStep, effective
from checks.evidence import printable
from checks.tristate import Tristate
from model import Fix, Record

MINIMAL_RECORD = "v=DMARC1; p=none"
"""A first record: it changes nothing about delivery (RFC 9989 section 5.1.4)."""
_MOST = 10
"""Records that a fix tells to delete at one name; more than this is no mistake of a person."""


def amend(case: DmarcCase, text: str, words: str) -> Fix:
    """Publish `text` in place of the record that applies; `words` say what changes."""
    return publish(case, case.found.step, text, words) if case.found.step else Fix(step=words)


def publish(case: DmarcCase, step: WalkStep, text: str, words: str) -> Fix:
    """Publish `text` at a name, with a word about a policy that comes into force by it, or is held back for now. Where
    the domain would so be parted from its SES identity, the identity gets a record too."""
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
    after = changed(case, {step.domain: (safe,)})
    return merge(fix, one_organization(after)) if is_split(after) and not is_split(case) else fix


def is_split(case: DmarcCase) -> bool:
    """Are the domain and its SES identity two organizations, so that its signature cannot align (section 4.10.2)?"""
    return case.effective is not None and aligned(case, case.identity, Alignment.RELAXED) is Tristate.NO


def one_organization(case: DmarcCase) -> Fix:
    """Make the domain and its SES identity one organization: a record at the identity, and no psd tag below it."""
    walk = case.facts.walk
    top = walk.at(case.identity)
    if top is None:
        return Fix(step=f"Send from {case.identity} or verify {case.domain} as an identity of its own in Amazon SES.")
    fix = Fix()
    for step in walk.steps:
        if step.labels >= top.labels and step.record and _parts(step, top):
            text = without_tags(str(step.record), "psd")
            fix = merge(fix, _published(case, step, text))
            case = changed(case, {step.domain: (text,)})
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
    return merge(fix, with_note(_published(case, top, _harmless(case, top, new)), words))


def repaired(case: DmarcCase, step: WalkStep) -> str | None:
    """The one record that should be at a name where DMARC was meant: of several the best, of a text meant as a
    record the correction. None where that is not certain, or where there is nothing of the kind."""
    if step.record and _is_usable(step.record):
        return str(step.record)
    if step.valid:
        best = str(max(step.valid, key=_merit))
        uris = [uri.text + uri.size for record in step.valid for uri in record.rua if uri.host]
        kept = list(dict.fromkeys([*(uri.text + uri.size for uri in read(best).rua), *uris]))
        return complete(with_addresses(best, kept) if uris else best, case.mailbox(step.domain))
    guess = next((guess for text in step.resembling if (guess := autocorrect(text.text))), None)
    return complete(guess, case.mailbox(step.domain)) if guess else None


def first_record(case: DmarcCase, domain: str) -> str | None:
    """A first record for a domain, None where no report mailbox is known."""
    mailbox = case.mailbox(domain)
    return f"{MINIMAL_RECORD}; rua=mailto:{mailbox}" if mailbox else None


def delete(case: DmarcCase, step: WalkStep) -> Fix:
    """Delete everything at a name that holds no DMARC record."""
    name = f"_dmarc.{step.domain}"
    if case.facts.wildcard(step.domain):
        return Fix(step=f"A wildcard answers for {name}, so nothing at the name itself can be deleted.")
    if aliases := _aliases(step):
        return Fix(remove=(Record("CNAME", name, aliases[0]),))
    texts = dict.fromkeys(str(text) for text in step.texts)
    return Fix(remove=tuple(Record("TXT", name, text) for text in list(texts)[:_MOST]))


def with_note(fix: Fix, *words: str) -> Fix:
    """The fix with sentences before its own."""
    return replace(fix, step=" ".join(sentence for sentence in (*words, fix.step) if sentence))


def merge(one: Fix, other: Fix) -> Fix:
    """One fix that does one and then the other: what the other deletes again is not published first."""
    records = (*(record for record in one.records if record not in other.remove), *other.records)
    remove = (*one.remove, *(record for record in other.remove if record not in one.records))
    return with_note(Fix(tuple(dict.fromkeys(records)), tuple(dict.fromkeys(remove)), other.step), one.step)


def address_wanted(name: str) -> str:
    """The step where no report mailbox is known: what to publish, with the address left to the person."""
    return (
        f"Choose a mailbox that someone reads, at a domain that receives mail. Then publish a TXT record at {name} "
        f"that begins with {MINIMAL_RECORD}; and ends with rua=mailto: and the address of that mailbox."
    )


def _published(case: DmarcCase, step: WalkStep, text: str) -> Fix:
    """`text` in place of the DMARC texts at a name."""
    name = f"_dmarc.{step.domain}"
    new = Record("TXT", name, text)
    if case.facts.wildcard(step.domain):
        return Fix((new,), (), f"A wildcard answers for {name}; a record at the name itself takes its place.")
    if aliases := _aliases(step):
        kept = f"{name} is a CNAME: its record is kept at {printable(aliases[-1])}."
        either = "Change it there, with its owner, or publish the record in place of the CNAME, as shown."
        return Fix((new,), (Record("CNAME", name, aliases[0]),), f"{kept} {either}")
    old = dict.fromkeys(str(other) for other in step.texts if str(other) != text and _is_in_the_way(other))
    standing = any(str(other) == text for other in step.texts)
    return Fix(() if standing else (new,), tuple(Record("TXT", name, other) for other in list(old)[:_MOST]))


def _harmless(case: DmarcCase, step: WalkStep, text: str) -> str:
    """`text`, with the policy for the domain lowered to none where publishing it would make receivers refuse mail that
    they accept today."""
    after = changed(case, {step.domain: (text,)})
    governs = after.found.step is not None and after.found.step.domain == step.domain
    if case.enforced or not governs or after.effective is None or not blocks(after):
        return text
    tag = after.effective.tag
    return with_tag(text, "sp" if tag == "p" and after.found.role is not PolicySource.OWN else tag, Policy.NONE)


def _repaired_in_words(step: WalkStep, text: str) -> str:
    """What was put right in the one text at a name that was meant as a record; empty where it needed nothing."""
    meant = [str(other) for other in step.texts if isinstance(other, DmarcRecord) or other.resembles]
    reading = autocorrect(meant[0]) if len(meant) == 1 else None
    return repairs(meant[0], reading) if reading and read(text).tags else ""


def _newly_strict(step: WalkStep, text: str) -> str:
    """The policies over none that `text` puts into force, such as "p=reject and sp=quarantine"; empty for none."""
    old, new = step.record, read(text)
    usable = old is not None and old.p is not None and not old.discards(*POLICIES)
    policies = ((name, getattr(new, name), getattr(old, name) if usable else None) for name in POLICIES)
    return " and ".join(f"{name}={now}" for name, now, was in policies if now not in (None, Policy.NONE, was))


def _parts(step: WalkStep, top: WalkStep) -> bool:
    """Does this record's psd tag part the names below `top` from it?"""
    psd = step.record.psd if step.record else Psd.UNSAID
    return psd is Psd.YES or (psd is Psd.NO and step is not top)


def _merit(record: DmarcRecord) -> tuple[bool, bool, int, int]:
    """Which of several records to keep: one that has a usable policy, asks for reports, asks for the least (no one
    applies the stricter one today), and has the fewest faults."""
    asks = -tuple(Policy).index(record.p or Policy.NONE)
    return _is_usable(record), any(uri.host for uri in record.rua), asks, -len(record.flaws)


def _is_usable(record: DmarcRecord) -> bool:
    return effective(record, PolicySource.OWN, Tristate.YES) is not None


def _aliases(step: WalkStep) -> tuple[str, ...]:
    return () if isinstance(step.answer, Unanswered) else step.answer.aliases


def _is_in_the_way(text: DmarcRecord | NotDmarc) -> bool:
    """Is this a DMARC record, a text meant as one, or an SPF record that was put at the wrong name?"""
    return isinstance(text, DmarcRecord) or text.resembles or text.text.lower().startswith("v=spf1")
