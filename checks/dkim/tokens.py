"""Judges what SES needs to sign: its three CNAME records, or the domain's own key, and what SES says.

SES DeveloperGuide, "Easy DKIM" and "BYODKIM"; GetEmailIdentity, DkimAttributes.
"""

from collections.abc import Iterable, Iterator, Sequence

from checks.answers import Records, Unanswered, absent, values
from checks.dkim.look_up import DkimFacts, Origin, Selector, Token, key_of, ses_zone
from checks.dkim.states import (
    TokenState,
    absent_in_words,
    covering_identity,
    doubled_at,
    key_above,
    leads_to_ses,
    misplaced_at,
    named_absent,
    state_of,
    target_of,
    usable,
    zone_is_known,
)
from checks.evidence import ask_again, evidence, printable, unanswered
from checks.names import is_certain
from model import Finding, Fix, Outcome, Record

_COMPARE = (
    "The SES console shows the exact value: some regions keep their keys in another zone than dkim.amazonses.com, so "
    "compare before you publish."
)


def judge_told(facts: DkimFacts) -> Iterator[Finding]:
    """What SES says about itself, whatever DNS shows."""
    expected = facts.expectations
    if expected and expected.signing_enabled is False:
        yield _finding(
            Outcome.FAIL,
            "signing-off",
            f"DKIM signing is switched off in SES for {facts.identity}, so its mail goes out unsigned.",
            ("SES: SigningEnabled is false",),
            Fix(
                step=f"In the SES console open the identity {facts.identity}, Authentication, DKIM, and enable signing."
            ),
        )
    if expected and (expected.dkim_status or "").upper() == "FAILED":
        yield _gave_up(facts)


def judge_tokens(facts: DkimFacts) -> Iterator[Finding]:
    """The CNAME records of SES's tokens: one finding for each way in which they can be wrong, naming all concerned."""
    if (parent := covering_identity(facts)) is not None:
        yield _covered(facts, parent)
        return
    by_state: dict[TokenState, list[Token]] = {state: [] for state in TokenState}
    for token in facts.tokens:
        by_state[state_of(token, facts)].append(token)
    for state, judged in (
        (TokenState.MISSING, _missing),
        (TokenState.WRONG, _wrong),
        (TokenState.DOUBLED, _doubled),
        (TokenState.FLATTENED, _flattened),
        (TokenState.UNKNOWN, _unknown),
    ):
        if by_state[state]:
            yield judged(facts, by_state[state])
    reads, empty = by_state[TokenState.READS], by_state[TokenState.EMPTY]
    good = [token for token in reads if usable(key_of(token.txt))]
    if good and len(reads) + len(empty) == len(facts.tokens):
        yield _ses_ok(facts, good)
    if empty and good:
        yield _target_empty(facts, empty)
    if empty and not reads and len(empty) == len(facts.tokens):
        yield _all_empty(facts, empty)


def judge_own(facts: DkimFacts) -> Iterator[Finding]:
    """The selectors whose key SES signs with although no token is known: BYODKIM, and named ones that lead to SES."""
    of_ses = [each for each in facts.selectors if each.origin is Origin.OWN or leads_to_ses(each)]
    for selector in of_ses:
        if isinstance(selector.txt, Unanswered):
            yield _own_unknown(selector)
        elif selector.origin is Origin.OWN and absent(selector.txt):
            yield _own_missing(facts, selector)
    good = [selector for selector in of_ses if usable(key_of(selector.txt))]
    if good:
        names = ", ".join(selector.selector for selector in good)
        whose = "The key that you gave to SES" if good[0].origin is Origin.OWN else "A key of SES"
        summary = f"{whose} is published for {facts.identity} at {names}.{absent_in_words(facts)}"
        seen = evidence(*(selector.txt for selector in good), *named_absent(facts))
        yield _finding(Outcome.PASS, "ses-ok", summary, seen)


def _finding(outcome: Outcome, code: str, summary: str, seen: Sequence[str], fix: Fix | None = None) -> Finding:
    return Finding("dkim", outcome, f"dkim.{code}", summary, tuple(seen), fix)


def _cname(token: Token, facts: DkimFacts) -> Record:
    return Record("CNAME", token.name, target_of(token, facts))


def _records(tokens: Iterable[Token], facts: DkimFacts) -> tuple[Record, ...]:
    return tuple(_cname(token, facts) for token in tokens)


def _count(some: Sequence[Token], facts: DkimFacts) -> str:
    """ "2 of SES's 3 CNAME records", or "SES's CNAME record" where only one token is known."""
    if len(facts.tokens) == 1:
        return "SES’s CNAME record"
    return f"{len(some)} of SES’s {len(facts.tokens)} CNAME records"


def _names(tokens: Iterable[Token]) -> str:
    return ", ".join(token.name for token in tokens)


def _are(tokens: Sequence[Token]) -> str:
    return "is" if len(tokens) == 1 else "are"


def _steps(*parts: str, facts: DkimFacts) -> str:
    return " ".join(part for part in (*parts, "" if zone_is_known(facts) else _COMPARE) if part)


def _gave_up(facts: DkimFacts) -> Finding:
    again = (
        f"SES no longer looks by itself. When the records are published, open the identity {facts.identity} in the SES "
        "console, Authentication, DKIM, Edit, and save again: that starts the verification anew."
    )
    known = not facts.tokens or zone_is_known(facts)
    return _finding(
        Outcome.FAIL,
        "gave-up",
        f"SES looked for the DKIM records of {facts.identity} for 72 hours, did not find them, and gave up.",
        ("SES: DKIM status is FAILED", *evidence(*(token.cname for token in facts.tokens))),
        Fix(_records(facts.tokens, facts), _in_the_way(facts.tokens, facts), again if known else f"{again} {_COMPARE}"),
    )


def _in_the_way(tokens: Iterable[Token], facts: DkimFacts) -> tuple[Record, ...]:
    """CNAME records that lead elsewhere from the names at which SES's own have to be."""
    wrong = (token for token in tokens if state_of(token, facts) is TokenState.WRONG)
    return tuple(Record("CNAME", token.name, value) for token in wrong for value in values(token.cname))


def _missing(facts: DkimFacts, tokens: list[Token]) -> Finding:
    elsewhere = [answer for token in tokens for answer in misplaced_at(token)]
    proven = is_certain(facts.expectations)  # else it may serve the identity of the name where it is
    strays = tuple(Record("CNAME", answer.name, value) for answer in elsewhere for value in answer.values if proven)
    misplaced = (
        f"It is at {elsewhere[0].name} instead, without the labels of {facts.identity}." if elsewhere and proven else ""
    )
    wildcard = (
        "What answers there today is a wildcard, which gives way to a record of the name’s own."
        if any(isinstance(token.cname, Records) for token in tokens)
        else ""
    )
    missing = f"{_count(tokens, facts)} {_are(tokens)} not published ({_names(tokens)})"
    if len(tokens) == len(facts.tokens) > 1:
        missing = f"None of SES’s {len(tokens)} CNAME records is published for {facts.identity}"
    return _finding(
        Outcome.FAIL,
        "ses-cname-missing",
        f"{missing}; SES needs {'it' if len(facts.tokens) == 1 else 'all of them'} to sign mail from {facts.identity}.",
        evidence(*(token.cname for token in tokens), *elsewhere),
        Fix(_records(tokens, facts), strays, _steps(misplaced, wildcard, facts=facts)),
    )


def _wrong(facts: DkimFacts, tokens: list[Token]) -> Finding:
    return _finding(
        Outcome.FAIL,
        "ses-cname-wrong",
        f"{_count(tokens, facts)} {'does' if len(tokens) == 1 else 'do'} not lead to the right key of SES: "
        + "; ".join(f"{token.name} {_how_wrong(token, facts)}" for token in tokens)
        + ".",
        evidence(*(token.cname for token in tokens), *(token.txt for token in tokens)),
        Fix(_records(tokens, facts), _in_the_way(tokens, facts), _steps(facts=facts)),
    )


def _how_wrong(token: Token, facts: DkimFacts) -> str:
    target = printable(values(token.cname)[0].lower().rstrip("."))
    expected = target_of(token, facts)
    if len(values(token.cname)) > 1:
        return "has more than one CNAME"
    if target.startswith(f"{expected}."):
        return f"points at {target}: the provider appended its zone to the value"
    if ses_zone(target) and not target.startswith(f"{token.token}."):
        return f"points at the key of another token, {target}"
    if ses_zone(target):
        return f"points at {target}, the zone of another region"
    if "amazonaws" in target:
        return f"points at {target}: SES’s zone ends in amazonses.com, not amazonaws.com"
    if target.startswith(f"{token.token}."):
        return f"points at {target}, which is close to {expected} but not the same"
    return f"points at {target}"


def _doubled(facts: DkimFacts, tokens: list[Token]) -> Finding:
    found = [(token, answer) for token in tokens for answer in doubled_at(token)]
    zone = found[0][1].name.lower().rstrip(".").removeprefix(f"{found[0][0].name}.")
    hosts = ", ".join(token.name.removesuffix(f".{zone}") for token in tokens)
    return _finding(
        Outcome.FAIL,
        "ses-cname-doubled",
        f"{_count(tokens, facts)} {_are(tokens)} published at a name that ends in {zone} twice: the provider appended "
        "its zone to the whole name.",
        evidence(*(answer for _, answer in found), *(token.cname for token in tokens)),
        Fix(
            _records(tokens, facts),
            tuple(Record("CNAME", answer.name, value) for _, answer in found for value in answer.values),
            _steps(f"In the host field type only {hosts}; the provider adds .{zone} by itself.", facts=facts),
        ),
    )


def _flattened(facts: DkimFacts, tokens: list[Token]) -> Finding:
    text = any(isinstance(token.txt, Records) for token in tokens)
    what = "a TXT record" if text else "an address"
    return _finding(
        Outcome.FAIL,
        "ses-cname-flattened",
        f"{_names(tokens)} {'answers' if len(tokens) == 1 else 'answer'} with {what} in place of the CNAME: SES looks "
        "for the CNAME itself, and a copy goes stale when SES changes its keys.",
        evidence(*(answer for token in tokens for answer in (token.cname, token.a, token.txt))),
        Fix(
            step="Switch the record to “DNS only” (not proxied, not flattened) at your DNS provider. If it was entered "
            "as another type, replace it by a CNAME: "
            + "; ".join(f"{token.name} to {target_of(token, facts)}" for token in tokens)
            + "."
        ),
    )


def _unknown(facts: DkimFacts, tokens: list[Token]) -> Finding:
    failed = unanswered(*(answer for token in tokens for answer in (token.cname, token.txt)))
    return _finding(
        Outcome.UNKNOWN,
        "cannot-tell",
        f"Whether {_names(tokens)} leads to a key of SES is unknown: the question was not answered.",
        evidence(*(answer for token in tokens for answer in (token.cname, token.txt))),
        Fix(step=ask_again(*failed)),
    )


def _ses_ok(facts: DkimFacts, good: list[Token]) -> Finding:
    if len(facts.tokens) == 1:
        summary = f"SES’s CNAME record of {facts.identity} points at SES, and its key can be read there."
    else:
        summary = (
            f"SES’s {len(facts.tokens)} CNAME records of {facts.identity} point at SES, and a key can be read there."
        )
    expected = facts.expectations
    if expected and (expected.dkim_status or "").upper() == "PENDING":
        summary += " SES itself has not confirmed them yet; that can take up to 72 hours."
    seen = evidence(*(token.cname for token in facts.tokens), good[0].txt, *named_absent(facts))
    return _finding(Outcome.PASS, "ses-ok", summary + absent_in_words(facts), seen)


def _covered(facts: DkimFacts, parent: str) -> Finding:
    """SES's records are at a parent: its identity covers the subdomain (SES DeveloperGuide, "Verified identities")."""
    keys = key_above(facts, parent)
    seen = evidence(*(answer for token in facts.tokens for answer in misplaced_at(token)), *keys)
    if any(usable(key_of(answer)) for answer in keys):
        summary = (
            f"SES’s CNAME records are published at {parent}, whose identity covers {facts.domain}: SES signs its mail "
            f"as {parent}."
        )
        return _finding(Outcome.PASS, "ses-ok", summary, seen)
    summary = (
        f"SES’s CNAME records are published at {parent}, whose identity covers {facts.domain}, but no key can be read "
        "there now."
    )
    step = f"Check again in a few minutes, or open the identity {parent} in the SES console and look at DKIM."
    return _finding(Outcome.UNKNOWN, "cannot-tell", summary, seen, Fix(step=step))


def _target_empty(facts: DkimFacts, empty: list[Token]) -> Finding:
    return _finding(
        Outcome.PASS,
        "ses-target-empty",
        f"{_count(empty, facts)} {'leads' if len(empty) == 1 else 'lead'} to a name where SES publishes no key at "
        "present: it keeps them for changing keys, and nothing is to be done.",
        evidence(*(token.cname for token in empty), *(token.txt for token in empty)),
    )


def _all_empty(facts: DkimFacts, empty: list[Token]) -> Finding:
    return _finding(
        Outcome.UNKNOWN,
        "cannot-tell",
        f"The CNAME records of {facts.identity} point at SES, but SES publishes a key at none of them: whether it "
        "signs with these tokens is unknown.",
        evidence(*(token.cname for token in empty), *(token.txt for token in empty)),
        Fix(
            step=f"A new identity gets its keys within the hour. If it stays so, compare the CNAME records with those "
            f"that the SES console shows for {facts.identity}: they may belong to an identity that was deleted, or to "
            "another region."
        ),
    )


def _own_unknown(selector: Selector) -> Finding:
    return _finding(
        Outcome.UNKNOWN,
        "cannot-tell",
        f"Whether the key for SES is published is unknown: {selector.name} was not answered.",
        evidence(selector.txt),
        Fix(step=ask_again(*unanswered(selector.txt))),
    )


def _own_missing(facts: DkimFacts, selector: Selector) -> Finding:
    return _finding(
        Outcome.FAIL,
        "none",
        f"SES signs for {facts.identity} with your own key at the selector {selector.selector}, but no key is "
        "published there.",
        evidence(selector.txt),
        Fix(
            step=f"Publish the public half of the key that you gave to SES as a TXT record at {selector.name}: "
            "v=DKIM1; k=rsa; p= and the key in base64, on one line. Check that your DNS provider did not add the "
            "domain name twice."
        ),
    )
