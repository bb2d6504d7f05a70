"""What the DKIM keys of an identity mean: those that SES signs with, any other that is published, and what is known
without SES's tokens.

NXDOMAIN at `_domainkey.<domain>` means that nothing is below it (RFC 8020); some servers wrongly answer so for names
that only have names below, which is why a key that was found outweighs it. Anything else only means "maybe".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from checks.answers import NoData, NoName, Records, Unanswered
from checks.autocorrect import describe_repairs
from checks.dkim.look_up import DkimFacts, Origin, by_wildcard, key_of, lower_aliases, ses_zone
from checks.dkim.parse import Ed25519Key, KeyRecord, Malformed, Revoked, RsaKey, UnknownKind, autocorrect
from checks.dkim.states import (
    FoundKey,
    absent_in_words,
    for_mail,
    leads_to_ses,
    named_absent,
    parents_with_keys,
    proves_none,
    seen_keys,
    ses_unknown,
    takes_sha256,
    usable,
)
from checks.dkim.tokens import judge_own, judge_ses_settings, judge_tokens
from checks.findings import (
    evidence_of,
    join_fixes,
    make_finding,
    make_printable,
    make_unknown_finding,
    retry_step,
    select_unanswered,
)
from checks.names import is_at_or_below
from model import Finding, Fix, Outcome, Record, worst_first

_LONGER = (
    "In the SES console open the identity, Authentication, DKIM, Edit, and choose RSA_2048_BIT; the CNAME records stay "
    "as they are."
)


def judge(facts: DkimFacts) -> tuple[Finding, ...]:
    """Returns the findings about the keys of `facts.identity`, worst first."""
    findings = [*judge_ses_settings(facts), *judge_tokens(facts), *judge_own(facts), *_judge_published(facts)]
    if not facts.tokens and not any(each.origin is Origin.OWN or leads_to_ses(each) for each in facts.selectors):
        return worst_first([*findings, _judge_search(facts)])
    for each in facts.selectors:
        if each.origin is Origin.NAMED and isinstance(each.txt, Unanswered) and not leads_to_ses(each):
            summary = f"Whether a key is at the selector you named, {each.selector}, is unknown."
            findings.append(make_unknown_finding("dkim.cannot-tell", summary, each.txt))
    return worst_first(findings)


@dataclass(frozen=True, slots=True)
class _Fault:
    """One fault of one key: `what` completes "The key at <name> ..."."""

    code: str
    outcome: Outcome
    seen: FoundKey
    what: str
    fix: Fix
    marked: str = ""


def _judge_published(facts: DkimFacts) -> Iterator[Finding]:
    """Yields one finding for each code and outcome, naming every key concerned; then what the keys are like as a
    whole."""
    seen = seen_keys(facts)
    good = [key for key in seen if usable(key.record)]
    faults: dict[tuple[str, Outcome], list[_Fault]] = {}
    for key in seen:
        for fault in _faults(key, facts, alone=not good):
            faults.setdefault((fault.code, fault.outcome), []).append(fault)
    bits = facts.expectations.key_bits if facts.expectations else None
    weak = faults.get(("key-1024", Outcome.WARN), [])
    if bits is not None and 1024 <= bits < 2048 and not any(fault.seen.of_ses for fault in weak):
        summary = f"SES signs mail from {facts.identity} with a key of {bits} bits, which is weak today; 2048 is usual."
        lines = (f"SES: CurrentSigningKeyLength is RSA_{bits}_BIT",)
        yield make_finding("dkim.key-1024", Outcome.WARN, summary, lines, _LONGER)
    for same in faults.values():
        yield _of_faults(same)
    kinds = {type(key.record.key) for key in good if isinstance(key.record, KeyRecord)}
    if kinds == {Ed25519Key} and not ses_unknown(facts):
        summary = (
            f"The only kind of key found is Ed25519 ({good[0].name}), which many receivers cannot verify (RFC 8463)."
        )
        step = "Sign with an RSA key of 2048 bits as well, at a selector of its own."
        yield make_finding("dkim.ed25519-only", Outcome.WARN, summary, evidence_of(*(key.txt for key in good)), step)


def _of_faults(same: Sequence[_Fault]) -> Finding:
    first = same[0]
    summary = "; ".join(f"the key at {fault.seen.name} {fault.what}" for fault in same[:3])
    seen = (*evidence_of(*(fault.seen.txt for fault in same)), *(fault.marked for fault in same if fault.marked))
    fix = None if first.outcome is Outcome.PASS else join_fixes(*(fault.fix for fault in same))
    return make_finding(f"dkim.{first.code}", first.outcome, summary[0].upper() + summary[1:] + ".", seen, fix)


def _faults(key: FoundKey, facts: DkimFacts, *, alone: bool) -> Iterator[_Fault]:
    match key.record:
        case Malformed() as bad:
            yield _malformed(key, bad, facts)
        case KeyRecord(key=Revoked()):
            if key.of_ses or (alone and not ses_unknown(facts)):
                what = "is revoked: its p= is empty"
                yield _Fault("revoked", Outcome.FAIL, key, what, Fix(step=_new_key(key)))
            else:
                what = "is revoked, as the key of a former sender should be"
                yield _Fault("revoked", Outcome.PASS, key, what, Fix())
        case KeyRecord(key=UnknownKind(kind)):
            yield _unread(
                key, f"is of the kind “{make_printable(kind)}”, which receivers do not know", facts, key.record
            )
        case KeyRecord() as record:
            yield from _of_record(key, record, facts)


def _of_record(key: FoundKey, record: KeyRecord, facts: DkimFacts) -> Iterator[_Fault]:
    serious = Outcome.FAIL if key.of_ses else Outcome.WARN
    if not takes_sha256(record):
        only = ":".join(record.hashes)
        why = "receivers no longer use that (RFC 8301)"
        if "sha1" not in record.hashes:
            why = "that names no hash that receivers know (RFC 6376 section 3.6.1: sha256)"
        yield _unread(key, f"accepts only h={only}, and {why}", facts, record)
    if not for_mail(record):
        what = f"is not meant for mail: s={':'.join(record.services)} names neither “email” nor “*”"
        yield _Fault("not-for-mail", serious, key, what, _amend(key, facts, _with(record, "s", "")))
    bits = record.key.bits if isinstance(record.key, RsaKey) else None
    at_ses = facts.expectations.key_bits if facts.expectations else None
    is_left_behind = key.of_ses and at_ses is not None and at_ses >= 2048  # SES signs with a longer one beside it
    if bits is not None and bits < 1024:
        what = f"has {bits} bits; receivers ignore RSA keys under 1024 (RFC 8301)"
        yield _Fault("key-short", serious, key, what, Fix(step=_new_key(key)))
    elif bits is not None and bits < 2048 and not is_left_behind:
        what = f"has {bits} bits, which is weak today; 2048 is the usual length"
        yield _Fault("key-1024", Outcome.WARN, key, what, Fix(step=_new_key(key)))
    if "y" in record.flags:
        what = "is marked as a test (t=y), so receivers treat signed mail as unsigned"
        flags = ":".join(flag for flag in record.flags if flag != "y")
        yield _Fault("testing", Outcome.WARN, key, what, _amend(key, facts, _with(record, "t", flags)))


def _malformed(key: FoundKey, bad: Malformed, facts: DkimFacts) -> _Fault:
    outcome = Outcome.FAIL if key.of_ses else Outcome.WARN
    if len(key.txt.values) > 1:
        return _Fault("malformed", outcome, key, f"is not the only record: {bad.why}", _keep_one(key, facts))
    corrected = autocorrect(bad.text)
    fix = _amend(key, facts, corrected) if corrected else Fix(step=_publish_again(key))
    if corrected and fix.records:
        fix = replace(fix, step=f"{describe_repairs(bad.text, corrected)} {fix.step}".strip())
    what = f"cannot be read: {bad.why} ({bad.section})"
    return _Fault("malformed", outcome, key, what, fix, bad.marked())


def _unread(key: FoundKey, what: str, facts: DkimFacts, record: KeyRecord) -> _Fault:
    """Returns a record that obeys the grammar and that receivers ignore all the same."""
    better = autocorrect(str(record))
    fix = _amend(key, facts, better) if better else Fix(step=_publish_again(key))
    return _Fault("malformed", Outcome.FAIL if key.of_ses else Outcome.WARN, key, what, fix)


def _keep_one(key: FoundKey, facts: DkimFacts) -> Fix:
    """Two records at a selector: where exactly one is a usable key, the others go."""
    good = [value for value in key.txt.values if usable(key_of(replace(key.txt, values=(value,))))]
    others = tuple(Record("TXT", key.owner, value) for value in key.txt.values if value not in good[:1])
    if len(good) != 1 or not _is_ours(key, facts):
        return Fix(step=f"Keep the record with the key that your sender signs with at {key.owner}; delete the others.")
    return Fix(remove=others, step="Keep the one that is a key.")


def _amend(key: FoundKey, facts: DkimFacts, value: str) -> Fix:
    """Returns the same record with a better text, where it is in the domain's own zone."""
    if not _is_ours(key, facts):
        return Fix(step=_publish_again(key))
    old = tuple(Record("TXT", key.owner, text) for text in key.txt.values)
    return Fix((Record("TXT", key.owner, value),), old, "Publish the value on one line, without quotes or backslashes.")


def _is_ours(key: FoundKey, facts: DkimFacts) -> bool:
    """Returns True for a record that the domain's own people publish at that very name."""
    return is_at_or_below(key.owner, facts.identity) and not by_wildcard(facts, key.txt)


def _with(record: KeyRecord, name: str, value: str) -> str:
    """Returns the record with another value for a tag, without the tag where that is empty."""
    tags = (replace(tag, value=value) if tag.name == name else tag for tag in record.tags)
    return "; ".join(str(tag) for tag in tags if tag.name != name or value)


def _new_key(key: FoundKey) -> str:
    if ses_zone(key.owner):
        return _LONGER
    if key.of_ses:
        return (
            "Make a new RSA key of 2048 bits, give it to SES, and publish its public half at a new selector beside "
            f"{key.name}."
        )
    return (
        f"If a service still signs with {key.selector}, make a new RSA key of 2048 bits there; else delete {key.name}."
    )


def _publish_again(key: FoundKey) -> str:
    if ses_zone(key.owner):
        return (
            "SES publishes this record itself: in the SES console switch Easy DKIM off and on again for the identity."
        )
    if key.txt.aliases:
        return f"{key.owner} is run by the service that signs: ask it for a correct key record."
    return f"Copy the key record of {key.selector} again from the service that signs with it, whole and on one line."


def _judge_search(facts: DkimFacts) -> Finding:
    """Returns the one finding about a domain without known tokens: other-only, none, or cannot-tell."""
    seen, gone, identity = seen_keys(facts), absent_in_words(facts), facts.identity
    good = [key for key in seen if usable(key.record)]
    if good:
        names = ", ".join(dict.fromkeys(key.selector for key in good))
        summary = (
            f"Found another sender’s DKIM key ({names}). SES’s own key cannot be found without its tokens, so DKIM for "
            f"SES is unknown.{gone}"
        )
        lines = evidence_of(*(key.txt for key in good), *named_absent(facts))
        return make_finding("dkim.other-only", Outcome.WARN, summary, lines, _ask_tokens(facts))
    if seen or not proves_none(facts):
        return _cannot_tell(facts, seen)
    if above := parents_with_keys(facts):
        parent = above[0]
        summary = (
            f"{identity} has no DKIM key of its own. _domainkey.{parent} exists, so SES may sign with the identity "
            f"{parent}, which covers {identity}: that is unknown without its tokens.{gone}"
        )
        step = (
            f"Connect the AWS account, or check {parent} with the three tokens that the SES console shows for it "
            "(Authentication, DKIM)."
        )
        lines = evidence_of(facts.node, *facts.parents)
        return make_finding("dkim.cannot-tell", Outcome.UNKNOWN, summary, lines, step)
    summary = f"{identity} has no DKIM key at all: _domainkey.{identity} does not exist.{gone}"
    step = (
        f"{_appended(facts)}In the SES console create the domain identity {identity} with Easy DKIM and publish the "
        "three CNAME records that it shows. Then connect the AWS account or paste the tokens here, and each record is "
        "checked."
    )
    return make_finding("dkim.none", Outcome.FAIL, summary, evidence_of(facts.node, *named_absent(facts)), step)


def _cannot_tell(facts: DkimFacts, seen: tuple[FoundKey, ...]) -> Finding:
    answers = [facts.node, facts.parent, facts.sibling_txt, *(selector.txt for selector in facts.selectors)]
    failed = select_unanswered(*answers)
    shown, step = evidence_of(*failed, facts.node, *named_absent(facts)), _ask_tokens(facts)
    if failed:
        why = f"{failed[0].name} was not answered"
        step = f"{retry_step(*failed)} {step}"
    elif isinstance(facts.sibling_txt, Records) or lower_aliases(facts.sibling_txt):
        why = "a wildcard answers for every selector, even for one that does not exist"
        shown = (*shown, *evidence_of(facts.sibling_txt))
    elif seen:
        why = "no usable key was seen, and SES’s own selectors cannot be guessed"
    elif isinstance(facts.node, NoName):
        why = "no key was seen, and the answers about _domainkey contradict each other"
    else:
        why = f"_domainkey.{facts.identity} exists, so there may be keys, but selectors cannot be listed"
    summary = f"Whether SES can sign mail from {facts.identity} is unknown: {why}.{absent_in_words(facts)}"
    return make_finding("dkim.cannot-tell", Outcome.UNKNOWN, summary, shown, step)


def _ask_tokens(facts: DkimFacts) -> str:
    return _appended(facts) + (
        f"Connect the AWS account, or paste the three tokens that the SES console shows for {facts.identity} "
        "(Authentication, DKIM), and check again."
    )


def _appended(facts: DkimFacts) -> str:
    """Returns the usual mistake, where it shows: `_domainkey` exists below the domain's name written twice."""
    match facts.appended:
        case (Records(aliases=()) | NoData(aliases=()), NoName()):
            return (
                f"DKIM records seem to have been published below {facts.identity}.{facts.identity}: the provider "
                "appended its zone. In the host field type names without "
                f".{facts.identity} at the end. "
            )
    return ""
