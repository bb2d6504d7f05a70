"""What the DKIM keys of an identity mean: those that SES signs with, and any other that is published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from checks.answers import Unanswered
from checks.autocorrect import repairs
from checks.dkim.autocorrect import autocorrect
from checks.dkim.look_up import DkimFacts, Origin, by_wildcard, key_of, ses_zone
from checks.dkim.parse import Ed25519Key, KeyRecord, Malformed, Revoked, RsaKey, UnknownKind
from checks.dkim.search import judge_search, proves_none
from checks.dkim.states import (
    FoundKey,
    TokenState,
    covering_identity,
    for_mail,
    key_above,
    leads_to_ses,
    parents_with_keys,
    seen_keys,
    ses_unknown,
    state_of,
    takes_sha256,
    usable,
)
from checks.dkim.tokens import judge_own, judge_tokens, judge_told
from checks.evidence import ask_again, evidence, printable
from checks.near_miss import is_at_or_below
from checks.tristate import Tristate
from model import Expectations, Finding, Fix, Outcome, Record, worst_first

_LONGER = (
    "In the SES console open the identity, Authentication, DKIM, Edit, and choose RSA_2048_BIT; the CNAME records stay "
    "as they are."
)


@dataclass(frozen=True, slots=True)
class _Fault:
    """One fault of one key: `what` completes "The key at <name> ..."."""

    code: str
    outcome: Outcome
    seen: FoundKey
    what: str
    fix: Fix
    marked: str = ""


def judge_published(facts: DkimFacts) -> Iterator[Finding]:
    """One finding for each code and outcome, naming every key concerned; then what the keys are like as a whole."""
    seen = seen_keys(facts)
    good = [key for key in seen if usable(key.record)]
    faults: dict[tuple[str, Outcome], list[_Fault]] = {}
    for key in seen:
        for fault in _faults(key, facts, alone=not good):
            faults.setdefault((fault.code, fault.outcome), []).append(fault)
    if _has_weak_bits(facts.expectations) and not any(
        f.seen.of_ses for f in faults.get(("key-1024", Outcome.WARN), [])
    ):
        yield _told_1024(facts)
    for same in faults.values():
        yield _finding(same)
    kinds = {type(key.record.key) for key in good if isinstance(key.record, KeyRecord)}
    if kinds == {Ed25519Key} and not ses_unknown(facts):
        yield _ed25519_only(good)


def _faults(key: FoundKey, facts: DkimFacts, *, alone: bool) -> Iterator[_Fault]:
    match key.record:
        case Malformed():
            yield _malformed(key, facts)
        case KeyRecord(key=Revoked()):
            yield _revoked(key, alone=alone and not ses_unknown(facts))
        case KeyRecord(key=UnknownKind(kind)):
            yield _unread(key, f"is of the kind “{printable(kind)}”, which receivers do not know", facts, key.record)
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
        yield _Fault("not-for-mail", serious, key, what, _amend(key, facts, _without(record, "s")))
    bits = record.key.bits if isinstance(record.key, RsaKey) else None
    if bits is not None and bits < 1024:
        what = f"has {bits} bits; receivers ignore RSA keys under 1024 (RFC 8301)"
        yield _Fault("key-short", serious, key, what, Fix(step=_new_key(key)))
    elif bits is not None and bits < 2048 and not _longer_is_told(key, facts):
        what = f"has {bits} bits, which is weak today; 2048 is the usual length"
        yield _Fault("key-1024", Outcome.WARN, key, what, Fix(step=_new_key(key)))
    if "y" in record.flags:
        what = "is marked as a test (t=y), so receivers treat signed mail as unsigned"
        yield _Fault("testing", Outcome.WARN, key, what, _amend(key, facts, _without_test(record)))


def _longer_is_told(key: FoundKey, facts: DkimFacts) -> bool:
    """SES says that it signs with 2048 bits: a shorter key beside it is the one being left behind."""
    expected = facts.expectations.key_bits if facts.expectations else None
    return key.of_ses and expected is not None and expected >= 2048


def _malformed(key: FoundKey, facts: DkimFacts) -> _Fault:
    assert isinstance(key.record, Malformed)
    bad = key.record
    outcome = Outcome.FAIL if key.of_ses else Outcome.WARN
    if len(key.txt.values) > 1:
        return _Fault("malformed", outcome, key, f"is not the only record: {bad.why}", _keep_one(key, facts))
    corrected = autocorrect(bad.text)
    fix = _amend(key, facts, corrected) if corrected else Fix(step=_publish_again(key))
    fix = replace(fix, step=f"{repairs(bad.text, corrected)} {fix.step}".strip()) if corrected and fix.records else fix
    return _Fault("malformed", outcome, key, f"cannot be read: {bad.why} ({bad.section})", fix, printable(bad.marked()))


def _unread(key: FoundKey, what: str, facts: DkimFacts, record: KeyRecord) -> _Fault:
    """A record that obeys the grammar and that receivers ignore all the same."""
    better = autocorrect(str(record))
    fix = _amend(key, facts, better) if better else Fix(step=_publish_again(key))
    return _Fault("malformed", Outcome.FAIL if key.of_ses else Outcome.WARN, key, what, fix)


def _revoked(key: FoundKey, *, alone: bool) -> _Fault:
    if key.of_ses or alone:
        return _Fault("revoked", Outcome.FAIL, key, "is revoked: its p= is empty", Fix(step=_new_key(key)))
    return _Fault("revoked", Outcome.PASS, key, "is revoked, as the key of a former sender should be", Fix())


def _keep_one(key: FoundKey, facts: DkimFacts) -> Fix:
    """Two records at a selector: where exactly one is a usable key, the others go."""
    good = [value for value in key.txt.values if usable(key_of(replace(key.txt, values=(value,))))]
    others = tuple(Record("TXT", key.owner, value) for value in key.txt.values if value not in good[:1])
    if len(good) != 1 or not _is_ours(key, facts):
        return Fix(step=f"Keep the record with the key that your sender signs with at {key.owner}; delete the others.")
    return Fix(remove=others, step="Keep the one that is a key.")


def _amend(key: FoundKey, facts: DkimFacts, value: str) -> Fix:
    """The same record with a better text, where it is in the domain's own zone."""
    if not _is_ours(key, facts):
        return Fix(step=_publish_again(key))
    old = tuple(Record("TXT", key.owner, text) for text in key.txt.values)
    return Fix((Record("TXT", key.owner, value),), old, "Publish the value on one line, without quotes or backslashes.")


def _is_ours(key: FoundKey, facts: DkimFacts) -> bool:
    """True for a record that the domain's own people publish at that very name."""
    return is_at_or_below(key.owner, facts.identity) and not by_wildcard(facts, key.txt)


def _without(record: KeyRecord, name: str) -> str:
    return "; ".join(str(tag) for tag in record.tags if tag.name != name)


def _without_test(record: KeyRecord) -> str:
    """The record without t=y; other flags stay."""
    flags = ":".join(flag for flag in record.flags if flag != "y")
    tags = (replace(tag, value=flags) if tag.name == "t" else tag for tag in record.tags)
    return "; ".join(str(tag) for tag in tags if tag.name != "t" or flags)


def _at_ses(key: FoundKey) -> bool:
    return ses_zone(key.owner) is not None


def _new_key(key: FoundKey) -> str:
    if _at_ses(key):
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
    if _at_ses(key):
        return (
            "SES publishes this record itself: in the SES console switch Easy DKIM off and on again for the identity."
        )
    if key.txt.aliases:
        return f"{key.owner} is run by the service that signs: ask it for a correct key record."
    return f"Copy the key record of {key.selector} again from the service that signs with it, whole and on one line."


def _finding(same: Sequence[_Fault]) -> Finding:
    first = same[0]
    summary = "; ".join(f"the key at {fault.seen.name} {fault.what}" for fault in same[:3])
    seen = evidence(*(fault.seen.txt for fault in same))
    marks = tuple(fault.marked for fault in same if fault.marked)
    return Finding(
        "dkim",
        first.outcome,
        f"dkim.{first.code}",
        summary[0].upper() + summary[1:] + ".",
        (*seen, *marks),
        None if first.outcome is Outcome.PASS else _joined([fault.fix for fault in same]),
    )


def _joined(fixes: Sequence[Fix]) -> Fix:
    return Fix(
        tuple(dict.fromkeys(record for fix in fixes for record in fix.records)),
        tuple(dict.fromkeys(record for fix in fixes for record in fix.remove)),
        " ".join(dict.fromkeys(fix.step for fix in fixes if fix.step)),
    )


def _has_weak_bits(expected: Expectations | None) -> bool:
    return bool(expected and expected.key_bits is not None and 1024 <= expected.key_bits < 2048)


def _told_1024(facts: DkimFacts) -> Finding:
    bits = facts.expectations.key_bits if facts.expectations else None
    return Finding(
        "dkim",
        Outcome.WARN,
        "dkim.key-1024",
        f"SES signs mail from {facts.identity} with a key of {bits} bits, which is weak today; 2048 is usual.",
        (f"SES: CurrentSigningKeyLength is RSA_{bits}_BIT",),
        Fix(step=_LONGER),
    )


def _ed25519_only(good: Sequence[FoundKey]) -> Finding:
    return Finding(
        "dkim",
        Outcome.WARN,
        "dkim.ed25519-only",
        f"The only kind of key found is Ed25519 ({good[0].name}), which many receivers cannot verify (RFC 8463).",
        evidence(*(key.txt for key in good)),
        Fix(step="Sign with an RSA key of 2048 bits as well, at a selector of its own."),
    )


def judge(facts: DkimFacts) -> tuple[Finding, ...]:
    """The findings about the keys of `facts.identity`, worst first."""
    findings = [*judge_told(facts), *judge_tokens(facts), *judge_own(facts), *judge_published(facts)]
    if not _knows_what_ses_signs_with(facts):
        findings.append(judge_search(facts))
    findings += _named_unknown(facts)
    return worst_first(findings)


def standing(facts: DkimFacts) -> Tristate:
    """Is a key that SES signs with published and usable, at the identity? NO only where DNS or SES says so."""
    expected = facts.expectations
    if expected and (expected.signing_enabled is False or (expected.dkim_status or "").upper() == "FAILED"):
        return Tristate.NO
    if (parent := covering_identity(facts)) is not None:
        return Tristate.YES if any(usable(key_of(answer)) for answer in key_above(facts, parent)) else Tristate.UNKNOWN
    if facts.tokens:
        return _of_tokens(facts)
    own = [selector for selector in facts.selectors if selector.origin is Origin.OWN or leads_to_ses(selector)]
    if own:
        if any(usable(key_of(selector.txt)) for selector in own):
            return Tristate.YES
        return Tristate.UNKNOWN if any(isinstance(selector.txt, Unanswered) for selector in own) else Tristate.NO
    none = not seen_keys(facts) and proves_none(facts) and not parents_with_keys(facts)
    return Tristate.NO if none else Tristate.UNKNOWN


def _of_tokens(facts: DkimFacts) -> Tristate:
    """SES signs with one token at a time and changes between them: YES takes all records and a key, NO takes that no
    record is right, or that every key there is of no use."""
    states = {token.token: state_of(token, facts) for token in facts.tokens}
    right = [token for token in facts.tokens if states[token.token] in {TokenState.READS, TokenState.EMPTY}]
    good = any(usable(key_of(token.txt)) for token in right)
    if TokenState.UNKNOWN in states.values():
        return Tristate.UNKNOWN
    if not right:
        return Tristate.NO
    if len(right) < len(facts.tokens):
        return Tristate.UNKNOWN
    if good:
        return Tristate.YES
    return Tristate.UNKNOWN if TokenState.EMPTY in states.values() else Tristate.NO


def _knows_what_ses_signs_with(facts: DkimFacts) -> bool:
    if facts.tokens:
        return True
    return any(selector.origin is Origin.OWN or leads_to_ses(selector) for selector in facts.selectors)


def _named_unknown(facts: DkimFacts) -> list[Finding]:
    """A selector that a person asked about and that was not answered; without known tokens the search says so."""
    if not _knows_what_ses_signs_with(facts):
        return []
    return [
        Finding(
            "dkim",
            Outcome.UNKNOWN,
            "dkim.cannot-tell",
            f"Whether a key is at the selector you named, {selector.selector}, is unknown.",
            evidence(selector.txt),
            Fix(step=ask_again(selector.txt)),
        )
        for selector in facts.selectors
        if selector.origin is Origin.NAMED and isinstance(selector.txt, Unanswered) and not leads_to_ses(selector)
    ]
