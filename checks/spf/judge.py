"""Judges a domain's SPF: from facts to findings, each with its evidence and the exact record to publish.

Pure. An amended record is tried on the facts before it is offered: the tree is read again with it in place, and it is
offered only if its finding is gone and nothing else has broken.
"""

from collections.abc import Iterable

from checks.answers import Answer, SesSetup, Tristate, Unanswered, aliases_of, values
from checks.autocorrect import describe_repairs
from checks.findings import evidence_of, make_finding, make_printable, make_unknown_finding
from checks.mx import MxFacts, mail_exchangers
from checks.names import is_at_or_below
from checks.spf import lookups, terms
from checks.spf.autocorrect import autocorrect, merged
from checks.spf.case import (
    SES_ZONE,
    Issue,
    Proposal,
    SpfCase,
    Texts,
    find_senders,
    listed,
    propose,
    providers,
    record_lines,
)
from checks.spf.evaluate import MOST_LOOKUPS, MOST_VOIDS
from checks.spf.parse import select
from checks.spf.syntax import Directive
from checks.spf.tree import NOT_ASKED, SpfFacts, TermState, TreeStep, records_at, steps, with_records
from model import Finding, Fix, Outcome, Record, worst_first

_NO_ERRORS = frozenset({"plus-all"})
"""Codes of failures that do not end an evaluation in permerror."""
_RULES = (
    lookups.lookups,
    lookups.voids,
    lookups.too_many_hosts,
    lookups.include_none,
    terms.plus_all,
    lookups.lookup_failed,
    terms.ending,
    terms.unknown_modifier,
    terms.ptr,
    terms.after_all,
    lookups.too_long,
)


def judge(facts: SpfFacts, *, mx: MxFacts, ses: SesSetup) -> tuple[Finding, ...]:
    """Returns the findings about the domain's SPF, worst first. `mx`: where its mail goes, which suggests a first
    record."""
    root = records_at(facts, facts.domain)
    proposed = propose(mx, ses.identity)
    match root.answer, root.texts:
        case (None, _):
            return ()
        case (Unanswered() as failed, _):
            summary = f"The SPF record of {facts.domain} is unknown: {failed.name} {failed.type} was not answered."
            return (make_unknown_finding("spf.lookup-failed", summary, failed),)
        case (answer, ()):
            return (_missing(facts, answer, proposed, ses),)
        case (answer, (_, _, *_)):
            return (_multiple(facts, answer, root.texts),)
    found = _issues(facts, proposed, mx)
    before = frozenset(issue.code for issue in found if issue.outcome is not Outcome.WARN)
    findings = []
    for issue in found:
        fix = _fix(facts, issue, before, mx, proposed)
        findings.append(make_finding(f"spf.{issue.code}", issue.outcome, issue.summary, issue.evidence, fix))
    tree = steps(facts)
    if not findings:
        findings.append(_ok(facts, tree))
    if _is_without_ses(tree):
        findings.append(_ses_not_needed(facts, ses))
    return worst_first(findings)


def _issues(facts: SpfFacts, proposed: Proposal | None, mx: MxFacts | None = None) -> tuple[Issue, ...]:
    """Returns everything wrong with a domain that has exactly one SPF record. Where that breaks the grammar, it is read
    as it was surely meant: what else is wrong with it is named, and corrected, as well."""
    written = records_at(facts, facts.domain)
    if written.record is None:
        return ()
    meant = autocorrect(written.texts[0]) if written.record.flaws else None
    as_meant = facts if meant is None else with_records(facts, {facts.domain: meant})
    record = records_at(as_meant, facts.domain).record
    assert record is not None  # one valid text in the place of another
    case = SpfCase(as_meant, written, record, steps(as_meant), proposed, mx)
    found = [terms.syntax(written, written.record), *(rule(case) for rule in _RULES)]
    return tuple(issue for issue in found if issue is not None)


def _fix(facts: SpfFacts, issue: Issue, before: frozenset[str], mx: MxFacts, proposed: Proposal | None) -> Fix:
    """Returns the first amendment that proves itself, or words alone."""
    for amendment in issue.amendments:
        texts = _with_providers(facts, amendment, mx)
        if _proves(facts, with_records(facts, texts), issue.code, before, proposed):
            old = [(name, text) for name in texts for text in records_at(facts, name).texts]
            is_reading = autocorrect(records_at(facts, facts.domain).texts[0]) in texts.values()
            notes = [describe_repairs(text, texts[name]) for name, text in old] if is_reading else []
            return Fix(
                records=tuple(Record("TXT", name, text) for name, text in texts.items()),
                remove=tuple(Record("TXT", name, text) for name, text in old),
                step=" ".join((*notes, issue.step)).strip(),
            )
    return Fix(step=issue.otherwise)


def _with_providers(facts: SpfFacts, amendment: Texts, mx: MxFacts) -> Texts:
    """Returns the texts; where they would leave no sender, with the mail providers that the MX proves."""
    if facts.domain not in amendment or find_senders(with_records(facts, amendment), meant=True):
        return amendment
    words = [f"include:{name}" for name in providers(mail_exchangers(mx.answer))]
    version, _, rest = amendment[facts.domain].partition(" ")
    return {**amendment, facts.domain: " ".join((version, *words, rest))} if words else amendment


def _proves(facts: SpfFacts, after: SpfFacts, code: str, before: frozenset[str], proposed: Proposal | None) -> bool:
    """Returns True when `after` an amendment the issue is gone, nothing fails or is unknown that was not `before`, and
    nothing was left out of the look-up that now matters."""
    tree = steps(after)
    left = _issues(after, proposed)
    if any(answer.why == NOT_ASKED for step in tree for answer in step.failed):
        return False
    if any(issue.code == code or (issue.outcome is not Outcome.WARN and issue.code not in before) for issue in left):
        return False
    if find_senders(facts) - find_senders(after) or find_senders(facts, meant=True) - find_senders(after, meant=True):
        return False
    root = records_at(facts, facts.domain).record
    works = root is not None and not root.flaws
    return not (works and _count(tree) > _count(steps(facts)) and _may_end_early(tree, left))


def _may_end_early(tree: tuple[TreeStep, ...], left: tuple[Issue, ...]) -> bool:
    """Returns True when the evaluation can end in an error, which a term that comes to count would bring forward to
    hosts that never got there. For a host of one family, an address of the other alone is a void look-up, too."""
    if any(issue.outcome is Outcome.FAIL and issue.code not in _NO_ERRORS for issue in left):
        return True
    return any(sum(step.is_void_for(family) for step in tree) > MOST_VOIDS for family in ("A", "AAAA"))


def _count(tree: tuple[TreeStep, ...]) -> int:
    return max((step.lookups for step in tree), default=0)  # RFC 7208 4.6.4


def _missing(facts: SpfFacts, answer: Answer, proposed: Proposal | None, ses: SesSetup) -> Finding:
    domain = facts.domain
    elsewhere = select(values(facts.doubled)) if facts.doubled is not None else ()
    seen = evidence_of(answer, facts.doubled if elsewhere else None)
    fix = _first_record(domain, answer, elsewhere, proposed)
    if ses.mail_from is Tristate.YES:
        name = f" {ses.mail_from_domain}" if ses.mail_from_domain else ""
        summary = (
            f"{domain} itself has no SPF record; mail from SES passes all the same, by the record of its MAIL FROM "
            f"domain{name}."
        )
        return make_finding("spf.missing", Outcome.WARN, summary, seen, fix)
    summary = f"{domain} has no SPF record, so receivers cannot tell which hosts may send as {domain}."
    return make_finding("spf.missing", Outcome.FAIL, summary, seen, fix)


def _first_record(domain: str, answer: Answer, elsewhere: tuple[str, ...], proposed: Proposal | None) -> Fix:
    """Returns what the domain almost has, or has elsewhere, else what its mail exchangers suggest."""
    if aliases := aliases_of(answer):
        return Fix(
            step=f"{domain} is an alias (CNAME) of {aliases[-1]}, and no TXT record can be beside an alias. Publish "
            "address records in place of the CNAME and then the SPF record, or send as a domain that is no alias."
        )
    almost = {text: meant for text in values(answer) if (meant := autocorrect(text)) is not None}
    if almost:
        one = next(iter(almost.values())) if len(almost) == 1 else merged(almost.values()).text
        notes = [describe_repairs(text, meant) for text, meant in almost.items()]
        step = "Receivers do not take this record for SPF, which begins with “v=spf1” and a space. Replace it."
        return _replaced(domain, one, almost, " ".join((*notes, step)).strip())
    if len(elsewhere) == 1:
        return Fix(
            records=(Record("TXT", domain, elsewhere[0]),),
            remove=(Record("TXT", f"{domain}.{domain}", elsewhere[0]),),
            step=f"The provider appended the zone: the record is at {domain}.{domain}. Type “@” as its host.",
        )
    if proposed is None:
        return Fix(
            step=f"Check again in a few minutes: the record to publish depends on the mail exchangers of {domain}, "
            "which is unknown."
        )
    step = f"If anything else sends as {domain}, add its include in front of “~all”."
    if proposed.unknown:
        step = (
            f"What else sends as {domain}? We cannot see from outside whether {listed(proposed.unknown)} does. Add "
            "what your mail provider and every other sender name for SPF, then end the record in “~all”."
        )
    return _replaced(domain, proposed.text, (), step)


def _multiple(facts: SpfFacts, answer: Answer, texts: tuple[str, ...]) -> Finding:
    domain = facts.domain
    summary = (
        f"{domain} has {len(texts)} SPF records; receivers accept exactly one and end the check with a permanent "
        "error (RFC 7208 section 4.5)."
    )
    one = merged(texts)
    step = "Publish the one merged record and delete the others."
    if one.dropped:
        step += f" Not taken over, because it cannot be read: {listed(one.dropped)}."
    fix = _replaced(domain, one.text, texts, step)
    if aliases := aliases_of(answer):
        fix = Fix(step=f"{domain} is an alias of {aliases[-1]}: merge the records there into one.")
    return make_finding("spf.multiple", Outcome.FAIL, summary, record_lines(records_at(facts, domain)), fix)


def _replaced(domain: str, text: str, old: Iterable[str], step: str) -> Fix:
    return Fix((Record("TXT", domain, text),), tuple(Record("TXT", domain, other) for other in old), step)


def _ok(facts: SpfFacts, tree: tuple[TreeStep, ...]) -> Finding:
    root = records_at(facts, facts.domain)
    last = root.record.effective[-1:] if root.record is not None else ()
    ends = "".join(f", ending in “{make_printable(term.text)}”" for term in last if isinstance(term, Directive))
    count = f"{_count(tree)} of {MOST_LOOKUPS} DNS look-ups"
    summary = f"{facts.domain} has one valid SPF record, with {count}{ends}."
    return make_finding("spf.ok", Outcome.PASS, summary, record_lines(root))


def _is_without_ses(tree: tuple[TreeStep, ...]) -> bool:
    """Returns True when the whole tree is known and leads nowhere near SES."""
    if any(step.state in (TermState.UNANSWERED, TermState.BROKEN) for step in tree):
        return False
    return not any(step.target is not None and is_at_or_below(step.target, SES_ZONE) for step in tree)


def _ses_not_needed(facts: SpfFacts, ses: SesSetup) -> Finding:
    checked = f"at its MAIL FROM domain ({SES_ZONE} unless you set one)"
    if ses.mail_from is Tristate.YES and ses.mail_from_domain:
        checked = f"at its MAIL FROM domain, {ses.mail_from_domain}"
    summary = (
        f"The SPF record of {facts.domain} has no include:{SES_ZONE} and needs none: receivers check SPF of SES mail "
        f"{checked}, not at {facts.domain}."
    )
    return make_finding("spf.ses-not-needed", Outcome.PASS, summary, record_lines(records_at(facts, facts.domain)))
