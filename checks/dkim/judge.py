"""What the DKIM keys of an identity mean: those that SES signs with, any other that is published, and what is known
without SES's tokens.

NXDOMAIN at `_domainkey.<domain>` means that nothing is below it (RFC 8020); some servers wrongly answer so for names
that only have names below, which is why a key that was found outweighs it. Anything else only means "maybe".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from checks.answers import NoData, NoName, Records, Unanswered
from checks.autocorrect import describe_repairs
from checks.dkim.look_up import DkimFacts, Origin, is_from_wildcard, lower_aliases, ses_zone_of
from checks.dkim.parse import Ed25519Key, KeyRecord, MalformedKey, RevokedKey, RsaKey, UnknownKind, autocorrect
from checks.dkim.states import (
    FoundKey,
    absent_named_answers,
    accepts_sha256,
    describe_absent_named,
    find_keys,
    has_usable_key,
    is_for_mail,
    is_ses_key_unknown,
    is_usable,
    parents_with_keys,
    proves_none,
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
from model import Finding, Fix, Outcome, Record, sort_by_severity

_LONGER = (
    "In the SES console open the identity, Authentication, DKIM, Edit, and choose RSA_2048_BIT; the CNAME records stay "
    "as they are."
)


def judge(facts: DkimFacts) -> tuple[Finding, ...]:
    """Returns the findings about the keys of `facts.identity`, worst first."""
    findings = [*judge_ses_settings(facts), *judge_tokens(facts), *judge_own(facts), *_judge_published(facts)]
    if not facts.tokens and not facts.ses_selectors:
        return sort_by_severity([*findings, _search_finding(facts)])
    for selector in facts.selectors:
        if selector.origin is Origin.NAMED and isinstance(selector.txt, Unanswered) and not selector.leads_to_ses:
            summary = f"Whether a key is at the selector you named, {selector.label}, is unknown."
            findings.append(make_unknown_finding("dkim.cannot-tell", summary, selector.txt))
    return sort_by_severity(findings)


@dataclass(frozen=True, slots=True)
class _Fault:
    """One fault of one key: `what` completes "The key at <name> ..."."""

    code: str
    outcome: Outcome
    key: FoundKey
    what: str
    fix: Fix
    marked: str = ""


def _judge_published(facts: DkimFacts) -> Iterator[Finding]:
    """Yields one finding for each code and outcome, with every key concerned; then those about all keys together."""
    keys = find_keys(facts)
    usable_keys = [key for key in keys if is_usable(key.record)]
    faults: dict[tuple[str, Outcome], list[_Fault]] = {}
    for key in keys:
        for fault in _find_faults(key, facts, any_usable=bool(usable_keys)):
            faults.setdefault((fault.code, fault.outcome), []).append(fault)
    bits = facts.expectations.key_bits
    weak = faults.get(("key-1024", Outcome.WARN), [])
    if bits is not None and 1024 <= bits < 2048 and not any(fault.key.is_of_ses for fault in weak):
        summary = f"SES signs mail from {facts.identity} with a key of {bits} bits, which is weak today; 2048 is usual."
        lines = (f"SES: CurrentSigningKeyLength is RSA_{bits}_BIT",)
        yield make_finding("dkim.key-1024", Outcome.WARN, summary, lines, _LONGER)
    yield from map(_fault_finding, faults.values())
    kinds = {type(key.record.key) for key in usable_keys if isinstance(key.record, KeyRecord)}
    if kinds == {Ed25519Key} and not is_ses_key_unknown(facts):
        name = usable_keys[0].name
        summary = f"The only kind of key found is Ed25519 ({name}), which many receivers cannot verify (RFC 8463)."
        step = "Sign with an RSA key of 2048 bits as well, at a selector of its own."
        evidence = evidence_of(*(key.txt for key in usable_keys))
        yield make_finding("dkim.ed25519-only", Outcome.WARN, summary, evidence, step)


def _fault_finding(faults: Sequence[_Fault]) -> Finding:
    first = faults[0]
    summary = "; ".join(f"the key at {fault.key.name} {fault.what}" for fault in faults[:3])
    evidence = (*evidence_of(*(fault.key.txt for fault in faults)), *(fault.marked for fault in faults if fault.marked))
    fix = None if first.outcome is Outcome.PASS else join_fixes(*(fault.fix for fault in faults))
    return make_finding(f"dkim.{first.code}", first.outcome, summary[0].upper() + summary[1:] + ".", evidence, fix)


def _find_faults(key: FoundKey, facts: DkimFacts, *, any_usable: bool) -> Iterator[_Fault]:
    match key.record:
        case MalformedKey() as malformed:
            yield _malformed_fault(key, malformed, facts)
        case KeyRecord(key=RevokedKey()):
            if key.is_of_ses or (not any_usable and not is_ses_key_unknown(facts)):
                what = "is revoked: its p= is empty"
                yield _Fault("revoked", Outcome.FAIL, key, what, Fix(step=_new_key_step(key)))
            else:
                what = "is revoked, as the key of a former sender should be"
                yield _Fault("revoked", Outcome.PASS, key, what, Fix())
        case KeyRecord(key=UnknownKind(kind)):
            what = f"is of the kind “{make_printable(kind)}”, which receivers do not know"
            yield _ignored_fault(key, what, facts, key.record)
        case KeyRecord() as record:
            yield from _find_record_faults(key, record, facts)


def _find_record_faults(key: FoundKey, record: KeyRecord, facts: DkimFacts) -> Iterator[_Fault]:
    if not accepts_sha256(record):
        only = ":".join(record.hashes)
        why = "receivers no longer use that (RFC 8301)"
        if "sha1" not in record.hashes:
            why = "that names no hash that receivers know (RFC 6376 section 3.6.1: sha256)"
        yield _ignored_fault(key, f"accepts only h={only}, and {why}", facts, record)
    if not is_for_mail(record):
        what = f"is not meant for mail: s={':'.join(record.services)} names neither “email” nor “*”"
        yield _Fault("not-for-mail", _outcome_for(key), key, what, _amend_key(key, facts, _with_tag(record, "s", "")))
    bits = record.key.bits if isinstance(record.key, RsaKey) else None
    # SES signs with a longer key beside it.
    is_left_behind = key.is_of_ses and (facts.expectations.key_bits or 0) >= 2048
    if bits is not None and bits < 1024:
        what = f"has {bits} bits; receivers ignore RSA keys under 1024 (RFC 8301)"
        yield _Fault("key-short", _outcome_for(key), key, what, Fix(step=_new_key_step(key)))
    elif bits is not None and bits < 2048 and not is_left_behind:
        what = f"has {bits} bits, which is weak today; 2048 is the usual length"
        yield _Fault("key-1024", Outcome.WARN, key, what, Fix(step=_new_key_step(key)))
    if "y" in record.flags:
        what = "is marked as a test (t=y), so receivers treat signed mail as unsigned"
        flags = ":".join(flag for flag in record.flags if flag != "y")
        yield _Fault("testing", Outcome.WARN, key, what, _amend_key(key, facts, _with_tag(record, "t", flags)))


def _outcome_for(key: FoundKey) -> Outcome:
    return Outcome.FAIL if key.is_of_ses else Outcome.WARN


def _malformed_fault(key: FoundKey, malformed: MalformedKey, facts: DkimFacts) -> _Fault:
    outcome = _outcome_for(key)
    if len(key.txt.values) > 1:
        what = f"is not the only record: {malformed.why}"
        return _Fault("malformed", outcome, key, what, _keep_one_record(key, facts))
    corrected = autocorrect(malformed.text)
    fix = _amend_key(key, facts, corrected)
    if corrected and fix.records:
        fix = replace(fix, step=f"{describe_repairs(malformed.text, corrected)} {fix.step}".strip())
    what = f"cannot be read: {malformed.why} ({malformed.section})"
    return _Fault("malformed", outcome, key, what, fix, malformed.point_at_fault())


def _ignored_fault(key: FoundKey, what: str, facts: DkimFacts, record: KeyRecord) -> _Fault:
    """Returns the fault of a record that obeys the grammar and that receivers ignore all the same."""
    return _Fault("malformed", _outcome_for(key), key, what, _amend_key(key, facts, autocorrect(str(record))))


def _keep_one_record(key: FoundKey, facts: DkimFacts) -> Fix:
    """Deletes all records at a selector but one, where exactly one is a usable key."""
    usable_values = [value for value in key.txt.values if has_usable_key(replace(key.txt, values=(value,)))]
    other_records = tuple(Record("TXT", key.owner, value) for value in key.txt.values if value not in usable_values[:1])
    if len(usable_values) != 1 or not _is_ours(key, facts):
        return Fix(step=f"Keep the record with the key that your sender signs with at {key.owner}; delete the others.")
    return Fix(remove=other_records, step="Keep the one that is a key.")


def _amend_key(key: FoundKey, facts: DkimFacts, value: str | None) -> Fix:
    """Publishes another text for a record in the domain's own zone; else, or without a text, says who has to."""
    if value is None or not _is_ours(key, facts):
        return Fix(step=_publish_again_step(key))
    replaced = tuple(Record("TXT", key.owner, text) for text in key.txt.values)
    step = "Publish the value on one line, without quotes or backslashes."
    return Fix((Record("TXT", key.owner, value),), replaced, step)


def _is_ours(key: FoundKey, facts: DkimFacts) -> bool:
    """Returns True for a record that the domain's own people publish at that very name."""
    return is_at_or_below(key.owner, facts.identity) and not is_from_wildcard(facts, key.txt)


def _with_tag(record: KeyRecord, name: str, value: str) -> str:
    """Returns the record with another value for a tag, without the tag where that is empty."""
    tags = (replace(tag, value=value) if tag.name == name else tag for tag in record.tags)
    return "; ".join(str(tag) for tag in tags if tag.name != name or value)


def _new_key_step(key: FoundKey) -> str:
    if ses_zone_of(key.owner):
        return _LONGER
    if key.is_of_ses:
        return (
            "Make a new RSA key of 2048 bits, give it to SES, and publish its public half at a new selector beside "
            f"{key.name}."
        )
    return (
        f"If a service still signs with {key.selector}, make a new RSA key of 2048 bits there; else delete {key.name}."
    )


def _publish_again_step(key: FoundKey) -> str:
    if ses_zone_of(key.owner):
        return (
            "SES publishes this record itself: in the SES console switch Easy DKIM off and on again for the identity."
        )
    if key.txt.aliases:
        return f"{key.owner} is run by the service that signs: ask it for a correct key record."
    return f"Copy the key record of {key.selector} again from the service that signs with it, whole and on one line."


def _search_finding(facts: DkimFacts) -> Finding:
    """Returns the one finding about a domain without known tokens: other-only, none, or cannot-tell."""
    keys, absent_note, identity = find_keys(facts), describe_absent_named(facts), facts.identity
    usable_keys = [key for key in keys if is_usable(key.record)]
    if usable_keys:
        names = ", ".join(dict.fromkeys(key.selector for key in usable_keys))
        summary = (
            f"Found another sender’s DKIM key ({names}). SES’s own key cannot be found without its tokens, so DKIM for "
            f"SES is unknown.{absent_note}"
        )
        lines = evidence_of(*(key.txt for key in usable_keys), *absent_named_answers(facts))
        return make_finding("dkim.other-only", Outcome.WARN, summary, lines, _tokens_step(facts))
    if keys or not proves_none(facts):
        return _cannot_tell_finding(facts, keys)
    if parents := parents_with_keys(facts):
        parent = parents[0]
        summary = (
            f"{identity} has no DKIM key of its own. _domainkey.{parent} exists, so SES may sign with the identity "
            f"{parent}, which covers {identity}: that is unknown without its tokens.{absent_note}"
        )
        step = (
            f"Connect the AWS account, or check {parent} with the three tokens that the SES console shows for it "
            "(Authentication, DKIM)."
        )
        lines = evidence_of(facts.node, *facts.parents)
        return make_finding("dkim.cannot-tell", Outcome.UNKNOWN, summary, lines, step)
    summary = f"{identity} has no DKIM key at all: _domainkey.{identity} does not exist.{absent_note}"
    step = (
        f"{_appended_zone_hint(facts)}In the SES console create the domain identity {identity} with Easy DKIM and "
        "publish the three CNAME records that it shows. Then connect the AWS account or paste the tokens here, and "
        "each record is checked."
    )
    return make_finding("dkim.none", Outcome.FAIL, summary, evidence_of(facts.node, *absent_named_answers(facts)), step)


def _cannot_tell_finding(facts: DkimFacts, keys: tuple[FoundKey, ...]) -> Finding:
    answers = [facts.node, facts.parent, facts.sibling_txt, *(selector.txt for selector in facts.selectors)]
    failed = select_unanswered(*answers)
    evidence, step = evidence_of(*failed, facts.node, *absent_named_answers(facts)), _tokens_step(facts)
    if failed:
        why = f"{failed[0].name} was not answered"
        step = f"{retry_step(*failed)} {step}"
    elif isinstance(facts.sibling_txt, Records) or lower_aliases(facts.sibling_txt):
        why = "a wildcard answers for every selector, even for one that does not exist"
        evidence = (*evidence, *evidence_of(facts.sibling_txt))
    elif keys:
        why = "no usable key was seen, and SES’s own selectors cannot be guessed"
    elif isinstance(facts.node, NoName):
        why = "no key was seen, and the answers about _domainkey contradict each other"
    else:
        why = f"_domainkey.{facts.identity} exists, so there may be keys, but selectors cannot be listed"
    summary = f"Whether SES can sign mail from {facts.identity} is unknown: {why}.{describe_absent_named(facts)}"
    return make_finding("dkim.cannot-tell", Outcome.UNKNOWN, summary, evidence, step)


def _tokens_step(facts: DkimFacts) -> str:
    return _appended_zone_hint(facts) + (
        f"Connect the AWS account, or paste the three tokens that the SES console shows for {facts.identity} "
        "(Authentication, DKIM), and check again."
    )


def _appended_zone_hint(facts: DkimFacts) -> str:
    """Returns a sentence where `_domainkey` exists below the domain's name written twice; else the empty text."""
    match facts.appended:
        case (Records(aliases=()) | NoData(aliases=()), NoName()):
            return (
                f"DKIM records seem to have been published below {facts.identity}.{facts.identity}: the provider "
                "appended its zone. In the host field type names without "
                f".{facts.identity} at the end. "
            )
    return ""
