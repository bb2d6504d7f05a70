"""Judges what SES needs to sign: its three CNAME records, or the domain's own key, and what SES says.

SES DeveloperGuide, "Easy DKIM" and "BYODKIM"; GetEmailIdentity, DkimAttributes.
"""

from collections.abc import Iterable, Iterator, Sequence

from checks.answers import Answer, Records, Unanswered, is_absent, values
from checks.dkim.look_up import DkimFacts, Origin, Selector, Token, key_of, ses_zone
from checks.dkim.states import (
    TokenState,
    absent_in_words,
    covering_identity,
    key_above,
    known_zone,
    leads_to_ses,
    named_absent,
    own_cnames,
    state_of,
    target_of,
    usable,
)
from checks.findings import evidence_of, make_finding, make_printable, make_unknown_finding, select_unanswered
from checks.names import is_identity_known
from model import Finding, Fix, Outcome, Record

_COMPARE = (
    "The SES console shows the exact value: some regions keep their keys in another zone than dkim.amazonses.com, so "
    "compare before you publish."
)


def judge_ses_settings(facts: DkimFacts) -> Iterator[Finding]:
    """Yields what SES says about itself, whatever DNS shows."""
    expected, identity = facts.expectations, facts.identity
    if expected and expected.signing_enabled is False:
        summary = f"DKIM signing is switched off in SES for {identity}, so its mail goes out unsigned."
        step = f"In the SES console open the identity {identity}, Authentication, DKIM, and enable signing."
        yield make_finding("dkim.signing-off", Outcome.FAIL, summary, ("SES: SigningEnabled is false",), step)
    if expected and (expected.dkim_status or "").upper() == "FAILED":
        summary = f"SES looked for the DKIM records of {identity} for 72 hours, did not find them, and gave up."
        seen = ("SES: DKIM status is FAILED", *evidence_of(*_cnames(facts.tokens)))
        step = (
            f"SES no longer looks by itself. When the records are published, open the identity {identity} in the SES "
            "console, Authentication, DKIM, Edit, and save again: that starts the verification anew."
        )
        fix = _published(facts, facts.tokens, step, remove=_in_the_way(facts.tokens, facts))
        yield make_finding("dkim.gave-up", Outcome.FAIL, summary, seen, fix)


def judge_tokens(facts: DkimFacts) -> Iterator[Finding]:
    """Yields the CNAME records of SES's tokens: one finding for each way in which they can be wrong, naming all
    concerned."""
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
    if empty and (good or len(empty) == len(facts.tokens)):
        yield _empty(facts, empty, some_key=bool(good))


def judge_own(facts: DkimFacts) -> Iterator[Finding]:
    """Yields the selectors whose key SES signs with although no token is known: BYODKIM, and named ones that lead to
    SES."""
    of_ses = [each for each in facts.selectors if each.origin is Origin.OWN or leads_to_ses(each)]
    for selector in of_ses:
        if isinstance(selector.txt, Unanswered):
            summary = f"Whether the key for SES is published is unknown: {selector.name} was not answered."
            yield make_unknown_finding("dkim.cannot-tell", summary, selector.txt)
        elif selector.origin is Origin.OWN and is_absent(selector.txt):
            yield _own_missing(facts, selector)
    good = [selector for selector in of_ses if usable(key_of(selector.txt))]
    if good:
        names = ", ".join(selector.selector for selector in good)
        whose = "The key that you gave to SES" if good[0].origin is Origin.OWN else "A key of SES"
        summary = f"{whose} is published for {facts.identity} at {names}.{absent_in_words(facts)}"
        seen = evidence_of(*(selector.txt for selector in good), *named_absent(facts))
        yield make_finding("dkim.ses-ok", Outcome.PASS, summary, seen)


def _own_missing(facts: DkimFacts, selector: Selector) -> Finding:
    summary = (
        f"SES signs for {facts.identity} with your own key at the selector {selector.selector}, but no key is "
        "published there."
    )
    step = (
        f"Publish the public half of the key that you gave to SES as a TXT record at {selector.name}: v=DKIM1; k=rsa; "
        "p= and the key in base64, on one line. Check that your DNS provider did not add the domain name twice."
    )
    return make_finding("dkim.none", Outcome.FAIL, summary, evidence_of(selector.txt), step)


def _cnames(tokens: Iterable[Token]) -> list[Answer]:
    return [token.cname for token in tokens]


def _published(facts: DkimFacts, tokens: Iterable[Token], *steps: str, remove: tuple[Record, ...] = ()) -> Fix:
    """Returns the CNAME records of the tokens; where their zone is only the usual one, with a word about that."""
    known = known_zone(facts) or not facts.tokens
    step = " ".join(part for part in (*steps, "" if known else _COMPARE) if part)
    return Fix(tuple(Record("CNAME", token.name, target_of(token, facts)) for token in tokens), remove, step)


def _count(some: Sequence[Token], facts: DkimFacts) -> str:
    """ "2 of SES's 3 CNAME records", or "SES's CNAME record" where only one token is known."""
    if len(facts.tokens) == 1:
        return "SES’s CNAME record"
    return f"{len(some)} of SES’s {len(facts.tokens)} CNAME records"


def _names(tokens: Iterable[Token]) -> str:
    return ", ".join(token.name for token in tokens)


def _are(tokens: Sequence[Token]) -> str:
    return "is" if len(tokens) == 1 else "are"


def _in_the_way(tokens: Iterable[Token], facts: DkimFacts) -> tuple[Record, ...]:
    """CNAME records that lead elsewhere from the names at which SES's own have to be."""
    wrong = (token for token in tokens if state_of(token, facts) is TokenState.WRONG)
    return tuple(Record("CNAME", token.name, value) for token in wrong for value in values(token.cname))


def _missing(facts: DkimFacts, tokens: list[Token]) -> Finding:
    elsewhere = [answer for token in tokens for answer in own_cnames(token, token.misplaced)]
    strays: tuple[Record, ...] = ()
    misplaced = wildcard = ""
    if elsewhere and is_identity_known(facts.expectations):  # else it may serve the identity of the name where it is
        strays = tuple(Record("CNAME", answer.name, value) for answer in elsewhere for value in answer.values)
        misplaced = f"It is at {elsewhere[0].name} instead, without the labels of {facts.identity}."
    if any(isinstance(token.cname, Records) for token in tokens):
        wildcard = "What answers there today is a wildcard, which gives way to a record of the name’s own."
    missing = f"{_count(tokens, facts)} {_are(tokens)} not published ({_names(tokens)})"
    if len(tokens) == len(facts.tokens) > 1:
        missing = f"None of SES’s {len(tokens)} CNAME records is published for {facts.identity}"
    needed = "it" if len(facts.tokens) == 1 else "all of them"
    summary = f"{missing}; SES needs {needed} to sign mail from {facts.identity}."
    fix = _published(facts, tokens, misplaced, wildcard, remove=strays)
    return make_finding("dkim.ses-cname-missing", Outcome.FAIL, summary, evidence_of(*_cnames(tokens), *elsewhere), fix)


def _wrong(facts: DkimFacts, tokens: list[Token]) -> Finding:
    do = "does" if len(tokens) == 1 else "do"
    how = "; ".join(f"{token.name} {_how_wrong(token, facts)}" for token in tokens)
    summary = f"{_count(tokens, facts)} {do} not lead to the right key of SES: {how}."
    seen = evidence_of(*_cnames(tokens), *(token.txt for token in tokens))
    fix = _published(facts, tokens, remove=_in_the_way(tokens, facts))
    return make_finding("dkim.ses-cname-wrong", Outcome.FAIL, summary, seen, fix)


def _how_wrong(token: Token, facts: DkimFacts) -> str:
    target = make_printable(values(token.cname)[0].lower().rstrip("."))
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
    found = [(token, answer) for token in tokens for answer in own_cnames(token, token.doubled)]
    zone = found[0][1].name.lower().rstrip(".").removeprefix(f"{found[0][0].name}.")
    hosts = ", ".join(token.name.removesuffix(f".{zone}") for token in tokens)
    summary = (
        f"{_count(tokens, facts)} {_are(tokens)} published at a name that ends in {zone} twice: the provider appended "
        "its zone to the whole name."
    )
    strays = tuple(Record("CNAME", answer.name, value) for _, answer in found for value in answer.values)
    step = f"In the host field type only {hosts}; the provider adds .{zone} by itself."
    seen = evidence_of(*(answer for _, answer in found), *_cnames(tokens))
    fix = _published(facts, tokens, step, remove=strays)
    return make_finding("dkim.ses-cname-doubled", Outcome.FAIL, summary, seen, fix)


def _flattened(facts: DkimFacts, tokens: list[Token]) -> Finding:
    what = "a TXT record" if any(isinstance(token.txt, Records) for token in tokens) else "an address"
    answer = "answers" if len(tokens) == 1 else "answer"
    summary = (
        f"{_names(tokens)} {answer} with {what} in place of the CNAME: SES looks for the CNAME itself, and a copy goes "
        "stale when SES changes its keys."
    )
    records = "; ".join(f"{token.name} to {target_of(token, facts)}" for token in tokens)
    step = (
        "Switch the record to “DNS only” (not proxied, not flattened) at your DNS provider. If it was entered as "
        f"another type, replace it by a CNAME: {records}."
    )
    seen = evidence_of(*(answer for token in tokens for answer in (token.cname, token.a, token.txt)))
    return make_finding("dkim.ses-cname-flattened", Outcome.FAIL, summary, seen, step)


def _unknown(facts: DkimFacts, tokens: list[Token]) -> Finding:
    answers = [answer for token in tokens for answer in (token.cname, token.txt)]
    summary = f"Whether {_names(tokens)} leads to a key of SES is unknown: the question was not answered."
    return make_unknown_finding("dkim.cannot-tell", summary, *select_unanswered(*answers), seen=evidence_of(*answers))


def _ses_ok(facts: DkimFacts, good: list[Token]) -> Finding:
    summary = f"SES’s {len(facts.tokens)} CNAME records of {facts.identity} point at SES, and a key can be read there."
    if len(facts.tokens) == 1:
        summary = f"SES’s CNAME record of {facts.identity} points at SES, and its key can be read there."
    if facts.expectations and (facts.expectations.dkim_status or "").upper() == "PENDING":
        summary += " SES itself has not confirmed them yet; that can take up to 72 hours."
    seen = evidence_of(*_cnames(facts.tokens), good[0].txt, *named_absent(facts))
    return make_finding("dkim.ses-ok", Outcome.PASS, summary + absent_in_words(facts), seen)


def _covered(facts: DkimFacts, parent: str) -> Finding:
    """SES's records are at a parent: its identity covers the subdomain (SES DeveloperGuide, "Verified identities")."""
    keys = key_above(facts, parent)
    seen = evidence_of(*(answer for token in facts.tokens for answer in own_cnames(token, token.misplaced)), *keys)
    covers = f"SES’s CNAME records are published at {parent}, whose identity covers {facts.domain}"
    if any(usable(key_of(answer)) for answer in keys):
        return make_finding("dkim.ses-ok", Outcome.PASS, f"{covers}: SES signs its mail as {parent}.", seen)
    step = f"Check again in a few minutes, or open the identity {parent} in the SES console and look at DKIM."
    return make_finding("dkim.cannot-tell", Outcome.UNKNOWN, f"{covers}, but no key can be read there now.", seen, step)


def _empty(facts: DkimFacts, empty: list[Token], *, some_key: bool) -> Finding:
    """SES publishes a key at one or two of its three names. At none of them, whether it signs at all is unknown."""
    seen = evidence_of(*_cnames(empty), *(token.txt for token in empty))
    if some_key:
        summary = (
            f"{_count(empty, facts)} {'leads' if len(empty) == 1 else 'lead'} to a name where SES publishes no key at "
            "present: it keeps them for changing keys, and nothing is to be done."
        )
        return make_finding("dkim.ses-target-empty", Outcome.PASS, summary, seen)
    summary = (
        f"The CNAME records of {facts.identity} point at SES, but SES publishes a key at none of them: whether it "
        "signs with these tokens is unknown."
    )
    step = (
        "A new identity gets its keys within the hour. If it stays so, compare the CNAME records with those that the "
        f"SES console shows for {facts.identity}: they may belong to an identity that was deleted, or to another "
        "region."
    )
    return make_finding("dkim.cannot-tell", Outcome.UNKNOWN, summary, seen, step)
