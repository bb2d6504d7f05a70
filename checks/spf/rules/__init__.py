"""The rules of SPF: each reads the tree and says what is wrong, with amended records that may mend it."""

from checks.mx import MxFacts
from checks.spf.edit import readable
from checks.spf.facts import SpfFacts, page_at
from checks.spf.fixes import Proposal
from checks.spf.issue import Case, Issue
from checks.spf.rules import limits, targets, terms
from checks.spf.tree import steps

_RULES = (
    limits.lookups,
    limits.voids,
    limits.crowded,
    targets.include_none,
    terms.plus_all,
    targets.lookup_failed,
    terms.ending,
    terms.unknown_modifier,
    terms.ptr,
    terms.after_all,
    limits.too_long,
)


def issues(facts: SpfFacts, fresh: Proposal | None = None, mx: MxFacts | None = None) -> tuple[Issue, ...]:
    """Everything wrong with a domain that has exactly one SPF record. `fresh`: what would be proposed without one."""
    written = page_at(facts, facts.domain)
    if written.record is None:
        return ()
    as_meant = readable(facts)
    root = page_at(as_meant, facts.domain)
    assert root.record is not None  # one valid text in the place of another
    case = Case(as_meant, written, root.record, steps(as_meant), fresh, mx)
    found = [terms.syntax(written, written.record), *(rule(case) for rule in _RULES)]
    return tuple(issue for issue in found if issue is not None)
