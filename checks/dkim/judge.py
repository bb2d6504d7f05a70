"""Is a key that SES signs with published for the domain? Pure: from facts to findings.

What SES told comes first, then its tokens or the domain's own key, then every key record that was found. Where SES told
nothing, DNS alone is read for what it is worth.
"""

from checks.answers import Unanswered
from checks.dkim.facts import DkimFacts, Origin, key_of
from checks.dkim.published import judge_published
from checks.dkim.search import judge_search, proves_none
from checks.dkim.states import (
    State,
    covering_identity,
    key_above,
    leads_to_ses,
    parents_with_keys,
    seen_keys,
    state_of,
    usable,
)
from checks.dkim.tokens import judge_own, judge_tokens, judge_told
from checks.evidence import ask_again, evidence
from checks.tristate import Tristate
from model import Finding, Fix, Outcome, worst_first


def judge(facts: DkimFacts) -> tuple[Finding, ...]:
    """The findings about the keys of `facts.identity`, worst first."""
    findings = [*judge_told(facts), *judge_tokens(facts), *judge_own(facts), *judge_published(facts)]
    if not _knows_what_ses_signs_with(facts):
        findings.append(judge_search(facts))
    findings += _named_untold(facts)
    return worst_first(findings)


def standing(facts: DkimFacts) -> Tristate:
    """Is a key that SES signs with published and usable, at the identity? NO only where DNS or SES says so."""
    told = facts.expectations
    if told and (told.signing_enabled is False or (told.dkim_status or "").upper() == "FAILED"):
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
    right = [token for token in facts.tokens if states[token.token] in {State.READS, State.EMPTY}]
    good = any(usable(key_of(token.txt)) for token in right)
    if State.UNTOLD in states.values():
        return Tristate.UNKNOWN
    if not right:
        return Tristate.NO
    if len(right) < len(facts.tokens):
        return Tristate.UNKNOWN
    if good:
        return Tristate.YES
    return Tristate.UNKNOWN if State.EMPTY in states.values() else Tristate.NO


def _knows_what_ses_signs_with(facts: DkimFacts) -> bool:
    if facts.tokens:
        return True
    return any(selector.origin is Origin.OWN or leads_to_ses(selector) for selector in facts.selectors)


def _named_untold(facts: DkimFacts) -> list[Finding]:
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
