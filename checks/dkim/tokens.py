"""Judges what SES needs to sign: its three CNAME records, or the domain's own key, and what SES says.

SES DeveloperGuide, "Easy DKIM" and "BYODKIM"; GetEmailIdentity, DkimAttributes.
"""

from collections.abc import Iterable, Iterator, Sequence

from checks.answers import Answer, Records, Unanswered, is_absent, values
from checks.dkim.look_up import DkimFacts, Origin, Selector, Token, ses_zone_of
from checks.dkim.states import (
    TokenState,
    absent_named_answers,
    describe_absent_named,
    find_covering_identity,
    find_ses_zone,
    has_usable_key,
    keys_at_parent,
    misplaced_cnames,
    select_own_cnames,
    ses_target,
    state_of,
)
from checks.findings import evidence_of, make_finding, make_printable, make_unknown_finding, select_unanswered
from checks.names import is_identity_known
from model import Finding, Fix, Outcome, Record

_COMPARE = (
    "The SES console shows the exact value: some regions keep their keys in another zone than dkim.amazonses.com, so "
    "compare before you publish."
)


def judge_ses_settings(facts: DkimFacts) -> Iterator[Finding]:
    """Yields the findings about what SES itself says, whatever DNS shows."""
    identity = facts.identity
    if facts.expectations.signing_enabled is False:
        summary = f"DKIM signing is switched off in SES for {identity}, so its mail goes out unsigned."
        step = f"In the SES console open the identity {identity}, Authentication, DKIM, and enable signing."
        yield make_finding("dkim.signing-off", Outcome.FAIL, summary, ("SES: SigningEnabled is false",), step)
    if facts.dkim_status == "FAILED":
        summary = f"SES looked for the DKIM records of {identity} for 72 hours, did not find them, and gave up."
        evidence = ("SES: DKIM status is FAILED", *evidence_of(*_cname_answers(facts.tokens)))
        step = (
            f"SES no longer looks by itself. When the records are published, open the identity {identity} in the SES "
            "console, Authentication, DKIM, Edit, and save again: that starts the verification anew."
        )
        fix = _publish_cnames(facts, facts.tokens, step, remove=_conflicting_records(facts.tokens, facts))
        yield make_finding("dkim.gave-up", Outcome.FAIL, summary, evidence, fix)


def judge_tokens(facts: DkimFacts) -> Iterator[Finding]:
    """Yields the findings about the CNAME records of SES's tokens: one for each way in which they can be wrong."""
    if (parent := find_covering_identity(facts)) is not None:
        yield _covered_finding(facts, parent)
        return
    by_state: dict[TokenState, list[Token]] = {state: [] for state in TokenState}
    for token in facts.tokens:
        by_state[state_of(token, facts)].append(token)
    for state, make_state_finding in (
        (TokenState.MISSING, _missing_finding),
        (TokenState.WRONG, _wrong_finding),
        (TokenState.DOUBLED, _doubled_finding),
        (TokenState.FLATTENED, _flattened_finding),
        (TokenState.UNKNOWN, _unknown_finding),
    ):
        if by_state[state]:
            yield make_state_finding(facts, by_state[state])
    readable, empty = by_state[TokenState.READS], by_state[TokenState.EMPTY]
    usable = [token for token in readable if has_usable_key(token.txt)]
    if usable and len(readable) + len(empty) == len(facts.tokens):
        yield _ses_ok_finding(facts, usable)
    if empty and (usable or len(empty) == len(facts.tokens)):
        yield _empty_finding(facts, empty, has_key=bool(usable))


def judge_own(facts: DkimFacts) -> Iterator[Finding]:
    """Yields the findings about selectors that SES signs with although no token is known: BYODKIM, and named ones."""
    for selector in facts.ses_selectors:
        if isinstance(selector.txt, Unanswered):
            summary = f"Whether the key for SES is published is unknown: {selector.name} was not answered."
            yield make_unknown_finding("dkim.cannot-tell", summary, selector.txt)
        elif selector.origin is Origin.OWN and is_absent(selector.txt):
            yield _own_missing_finding(facts, selector)
    usable = [selector for selector in facts.ses_selectors if has_usable_key(selector.txt)]
    if usable:
        names = ", ".join(selector.label for selector in usable)
        whose = "The key that you gave to SES" if usable[0].origin is Origin.OWN else "A key of SES"
        summary = f"{whose} is published for {facts.identity} at {names}.{describe_absent_named(facts)}"
        evidence = evidence_of(*(selector.txt for selector in usable), *absent_named_answers(facts))
        yield make_finding("dkim.ses-ok", Outcome.PASS, summary, evidence)


def _own_missing_finding(facts: DkimFacts, selector: Selector) -> Finding:
    summary = (
        f"SES signs for {facts.identity} with your own key at the selector {selector.label}, but no key is "
        "published there."
    )
    step = (
        f"Publish the public half of the key that you gave to SES as a TXT record at {selector.name}: v=DKIM1; k=rsa; "
        "p= and the key in base64, on one line. Check that your DNS provider did not add the domain name twice."
    )
    return make_finding("dkim.none", Outcome.FAIL, summary, evidence_of(selector.txt), step)


def _cname_answers(tokens: Iterable[Token]) -> list[Answer]:
    return [token.cname for token in tokens]


def _publish_cnames(facts: DkimFacts, tokens: Iterable[Token], *steps: str, remove: tuple[Record, ...] = ()) -> Fix:
    """Publishes the CNAME records of the tokens; says so where their zone is only the usual one."""
    is_zone_known = find_ses_zone(facts) or not facts.tokens
    step = " ".join(part for part in (*steps, "" if is_zone_known else _COMPARE) if part)
    return Fix(tuple(Record("CNAME", token.name, ses_target(token, facts)) for token in tokens), remove, step)


def _describe_count(tokens: Sequence[Token], facts: DkimFacts) -> str:
    """Returns "2 of SES's 3 CNAME records", or "SES's CNAME record" where only one token is known."""
    if len(facts.tokens) == 1:
        return "SES’s CNAME record"
    return f"{len(tokens)} of SES’s {len(facts.tokens)} CNAME records"


def _join_names(tokens: Iterable[Token]) -> str:
    return ", ".join(token.name for token in tokens)


def _agree(tokens: Sequence[Token], singular: str, plural: str) -> str:
    return singular if len(tokens) == 1 else plural


def _conflicting_records(tokens: Iterable[Token], facts: DkimFacts) -> tuple[Record, ...]:
    """Returns the CNAME records that lead elsewhere from the names at which SES's own have to be."""
    wrong_tokens = (token for token in tokens if state_of(token, facts) is TokenState.WRONG)
    return tuple(Record("CNAME", token.name, value) for token in wrong_tokens for value in values(token.cname))


def _missing_finding(facts: DkimFacts, tokens: list[Token]) -> Finding:
    misplaced = misplaced_cnames(tokens)
    strays: tuple[Record, ...] = ()
    misplaced_note = wildcard_note = ""
    # Without a known identity, it may serve the identity of the name where it is.
    if misplaced and is_identity_known(facts.expectations):
        strays = tuple(Record("CNAME", answer.name, value) for answer in misplaced for value in answer.values)
        misplaced_note = f"It is at {misplaced[0].name} instead, without the labels of {facts.identity}."
    if any(isinstance(token.cname, Records) for token in tokens):
        wildcard_note = "What answers there today is a wildcard, which gives way to a record of the name’s own."
    missing = f"{_describe_count(tokens, facts)} {_agree(tokens, 'is', 'are')} not published ({_join_names(tokens)})"
    if len(tokens) == len(facts.tokens) > 1:
        missing = f"None of SES’s {len(tokens)} CNAME records is published for {facts.identity}"
    needed = _agree(facts.tokens, "it", "all of them")
    summary = f"{missing}; SES needs {needed} to sign mail from {facts.identity}."
    fix = _publish_cnames(facts, tokens, misplaced_note, wildcard_note, remove=strays)
    return make_finding(
        "dkim.ses-cname-missing", Outcome.FAIL, summary, evidence_of(*_cname_answers(tokens), *misplaced), fix
    )


def _wrong_finding(facts: DkimFacts, tokens: list[Token]) -> Finding:
    verb = _agree(tokens, "does", "do")
    faults = "; ".join(f"{token.name} {_describe_wrong_target(token, facts)}" for token in tokens)
    summary = f"{_describe_count(tokens, facts)} {verb} not lead to the right key of SES: {faults}."
    evidence = evidence_of(*_cname_answers(tokens), *(token.txt for token in tokens))
    fix = _publish_cnames(facts, tokens, remove=_conflicting_records(tokens, facts))
    return make_finding("dkim.ses-cname-wrong", Outcome.FAIL, summary, evidence, fix)


def _describe_wrong_target(token: Token, facts: DkimFacts) -> str:
    target = make_printable(values(token.cname)[0].lower().rstrip("."))
    expected = ses_target(token, facts)
    if len(values(token.cname)) > 1:
        return "has more than one CNAME"
    if target.startswith(f"{expected}."):
        return f"points at {target}: the provider appended its zone to the value"
    if ses_zone_of(target) and not token.is_target(target):
        return f"points at the key of another token, {target}"
    if ses_zone_of(target):
        return f"points at {target}, the zone of another region"
    if "amazonaws" in target:
        return f"points at {target}: SES’s zone ends in amazonses.com, not amazonaws.com"
    if token.is_target(target):
        return f"points at {target}, which is close to {expected} but not the same"
    return f"points at {target}"


def _doubled_finding(facts: DkimFacts, tokens: list[Token]) -> Finding:
    doubled = [(token, answer) for token in tokens for answer in select_own_cnames(token, token.doubled)]
    zone = doubled[0][1].name.lower().rstrip(".").removeprefix(f"{doubled[0][0].name}.")
    hosts = ", ".join(token.name.removesuffix(f".{zone}") for token in tokens)
    summary = (
        f"{_describe_count(tokens, facts)} {_agree(tokens, 'is', 'are')} published at a name that ends in {zone} "
        "twice: the provider appended its zone to the whole name."
    )
    strays = tuple(Record("CNAME", answer.name, value) for _, answer in doubled for value in answer.values)
    step = f"In the host field type only {hosts}; the provider adds .{zone} by itself."
    evidence = evidence_of(*(answer for _, answer in doubled), *_cname_answers(tokens))
    fix = _publish_cnames(facts, tokens, step, remove=strays)
    return make_finding("dkim.ses-cname-doubled", Outcome.FAIL, summary, evidence, fix)


def _flattened_finding(facts: DkimFacts, tokens: list[Token]) -> Finding:
    what = "a TXT record" if any(isinstance(token.txt, Records) for token in tokens) else "an address"
    verb = _agree(tokens, "answers", "answer")
    summary = (
        f"{_join_names(tokens)} {verb} with {what} in place of the CNAME: SES looks for the CNAME itself, and a copy "
        "goes stale when SES changes its keys."
    )
    records = "; ".join(f"{token.name} to {ses_target(token, facts)}" for token in tokens)
    step = (
        "Switch the record to “DNS only” (not proxied, not flattened) at your DNS provider. If it was entered as "
        f"another type, replace it by a CNAME: {records}."
    )
    evidence = evidence_of(*(answer for token in tokens for answer in (token.cname, token.a, token.txt)))
    return make_finding("dkim.ses-cname-flattened", Outcome.FAIL, summary, evidence, step)


def _unknown_finding(facts: DkimFacts, tokens: list[Token]) -> Finding:
    answers = [answer for token in tokens for answer in (token.cname, token.txt)]
    summary = f"Whether {_join_names(tokens)} leads to a key of SES is unknown: the question was not answered."
    return make_unknown_finding(
        "dkim.cannot-tell", summary, *select_unanswered(*answers), evidence=evidence_of(*answers)
    )


def _ses_ok_finding(facts: DkimFacts, usable: list[Token]) -> Finding:
    summary = f"SES’s {len(facts.tokens)} CNAME records of {facts.identity} point at SES, and a key can be read there."
    if len(facts.tokens) == 1:
        summary = f"SES’s CNAME record of {facts.identity} points at SES, and its key can be read there."
    if facts.dkim_status == "PENDING":
        summary += " SES itself has not confirmed them yet; that can take up to 72 hours."
    evidence = evidence_of(*_cname_answers(facts.tokens), usable[0].txt, *absent_named_answers(facts))
    return make_finding("dkim.ses-ok", Outcome.PASS, summary + describe_absent_named(facts), evidence)


def _covered_finding(facts: DkimFacts, parent: str) -> Finding:
    """SES's records are at a parent: its identity covers the subdomain (SES DeveloperGuide, "Verified identities")."""
    keys = keys_at_parent(facts, parent)
    evidence = evidence_of(*misplaced_cnames(facts.tokens), *keys)
    clause = f"SES’s CNAME records are published at {parent}, whose identity covers {facts.domain}"
    if any(map(has_usable_key, keys)):
        return make_finding("dkim.ses-ok", Outcome.PASS, f"{clause}: SES signs its mail as {parent}.", evidence)
    step = f"Check again in a few minutes, or open the identity {parent} in the SES console and look at DKIM."
    return make_finding(
        "dkim.cannot-tell", Outcome.UNKNOWN, f"{clause}, but no key can be read there now.", evidence, step
    )


def _empty_finding(facts: DkimFacts, empty: list[Token], *, has_key: bool) -> Finding:
    """SES publishes a key at one or two of its three names. At none of them, whether it signs at all is unknown."""
    evidence = evidence_of(*_cname_answers(empty), *(token.txt for token in empty))
    if has_key:
        summary = (
            f"{_describe_count(empty, facts)} {_agree(empty, 'leads', 'lead')} to a name where SES publishes "
            "no key at present: it keeps them for changing keys, and nothing is to be done."
        )
        return make_finding("dkim.ses-target-empty", Outcome.PASS, summary, evidence)
    summary = (
        f"The CNAME records of {facts.identity} point at SES, but SES publishes a key at none of them: whether it "
        "signs with these tokens is unknown."
    )
    step = (
        "A new identity gets its keys within the hour. If it stays so, compare the CNAME records with those that the "
        f"SES console shows for {facts.identity}: they may belong to an identity that was deleted, or to another "
        "region."
    )
    return make_finding("dkim.cannot-tell", Outcome.UNKNOWN, summary, evidence, step)
