"""Judges a domain whose SES tokens are not known: what common selectors and `_domainkey` itself let one conclude.

NXDOMAIN at `_domainkey.<domain>` means that nothing is below it (RFC 8020); some servers wrongly answer so for names
that only have names below, which is why a key that was found outweighs it. Anything else only means "maybe".
"""

from checks.answers import NoData, NoName, Records
from checks.dkim.look_up import DkimFacts, aliases_of
from checks.dkim.states import FoundKey, absent_in_words, named_absent, parents_with_keys, seen_keys, usable
from checks.evidence import ask_again, evidence, unanswered
from model import Finding, Fix, Outcome


def judge_search(facts: DkimFacts) -> Finding:
    """The one finding about a domain without known tokens: other-only, none, or cannot-tell."""
    seen = seen_keys(facts)
    good = [key for key in seen if usable(key.record)]
    if good:
        return _other_only(facts, good)
    if not seen and proves_none(facts):
        above = parents_with_keys(facts)
        return _parent_may_sign(facts, above) if above else _none(facts)
    return _cannot_tell(facts, seen)


def proves_none(facts: DkimFacts) -> bool:
    """True when `_domainkey` does not exist below a name that does, and nothing that was asked for contradicts it."""
    node, parent = facts.node, facts.parent
    if not isinstance(node, NoName) or node.aliases or not isinstance(parent, Records | NoData):
        return False
    asked = [facts.sibling_txt, *(selector.txt for selector in facts.selectors)]
    return all(isinstance(answer, NoName) and not answer.aliases for answer in asked)


def _step(facts: DkimFacts) -> str:
    return _appended(facts) + (
        f"Connect the AWS account, or paste the three tokens that the SES console shows for {facts.identity} "
        "(Authentication, DKIM), and check again."
    )


def _finding(outcome: Outcome, code: str, summary: str, seen: tuple[str, ...], step: str) -> Finding:
    return Finding("dkim", outcome, f"dkim.{code}", summary, seen, Fix(step=step))


def _other_only(facts: DkimFacts, good: list[FoundKey]) -> Finding:
    names = ", ".join(dict.fromkeys(key.selector for key in good))
    return _finding(
        Outcome.WARN,
        "other-only",
        f"Found another sender’s DKIM key ({names}). SES’s own key cannot be found without its tokens, so DKIM for SES "
        f"is unknown.{absent_in_words(facts)}",
        evidence(*(key.txt for key in good), *named_absent(facts)),
        _step(facts),
    )


def _none(facts: DkimFacts) -> Finding:
    return _finding(
        Outcome.FAIL,
        "none",
        f"{facts.identity} has no DKIM key at all: _domainkey.{facts.identity} does not exist.{absent_in_words(facts)}",
        evidence(facts.node, *named_absent(facts)),
        f"{_appended(facts)}In the SES console create the domain identity {facts.identity} with Easy DKIM and publish "
        "the three CNAME records that it shows. Then connect the AWS account or paste the tokens here, and each record "
        "is checked.",
    )


def _parent_may_sign(facts: DkimFacts, above: tuple[str, ...]) -> Finding:
    """No key at the domain, but perhaps one at a parent, whose identity would cover it."""
    parent = above[0]
    summary = (
        f"{facts.identity} has no DKIM key of its own. _domainkey.{parent} exists, so SES may sign with the identity "
        f"{parent}, which covers {facts.identity}: that is unknown without its tokens.{absent_in_words(facts)}"
    )
    step = (
        f"Connect the AWS account, or check {parent} with the three tokens that the SES console shows for it "
        "(Authentication, DKIM)."
    )
    return _finding(Outcome.UNKNOWN, "cannot-tell", summary, evidence(facts.node, *facts.parents), step)


def _cannot_tell(facts: DkimFacts, seen: tuple[FoundKey, ...]) -> Finding:
    answers = [facts.node, facts.parent, facts.sibling_txt, *(selector.txt for selector in facts.selectors)]
    failed = unanswered(*answers)
    shown = evidence(*failed, facts.node, *named_absent(facts))
    if failed:
        why = f"{failed[0].name} was not answered"
        return _cannot(facts, why, shown, f"{ask_again(*failed)} {_step(facts)}")
    if isinstance(facts.sibling_txt, Records) or aliases_of(facts.sibling_txt):
        why = "a wildcard answers for every selector, even for one that does not exist"
        return _cannot(facts, why, (*shown, *evidence(facts.sibling_txt)), _step(facts))
    if seen:
        why = "no usable key was seen, and SES’s own selectors cannot be guessed"
        return _cannot(facts, why, shown, _step(facts))
    why = f"_domainkey.{facts.identity} exists, so there may be keys, but selectors cannot be listed"
    if isinstance(facts.node, NoName):
        why = "no key was seen, and the answers about _domainkey contradict each other"
    return _cannot(facts, why, shown, _step(facts))


def _cannot(facts: DkimFacts, why: str, seen: tuple[str, ...], step: str) -> Finding:
    summary = f"Whether SES can sign mail from {facts.identity} is unknown: {why}.{absent_in_words(facts)}"
    return _finding(Outcome.UNKNOWN, "cannot-tell", summary, seen, step)


def _appended(facts: DkimFacts) -> str:
    """The usual mistake, where it shows: `_domainkey` exists below the domain's name written twice."""
    if facts.appended is None:
        return ""
    node, sibling = facts.appended
    if not isinstance(node, Records | NoData) or node.aliases or not isinstance(sibling, NoName):
        return ""
    return (
        f"DKIM records seem to have been published below {facts.identity}.{facts.identity}: the provider appended its "
        f"zone. In the host field type names without .{facts.identity} at the end. "
    )
