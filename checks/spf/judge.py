"""Judges a domain's SPF: from facts to findings, each with its evidence and the exact record to publish.

Pure. An amended record is tried on the facts before it is offered: the tree is read again with it in place, and it is
offered only if its finding is gone and nothing else has broken.
"""

from checks.answers import Answer, Records, Unanswered, absent, values
from checks.autocorrect import repairs
from checks.evidence import ask_again, evidence, printable
from checks.mx import MxFacts, hosts_named
from checks.near_miss import is_at_or_below
from checks.spf import limits, targets, terms
from checks.spf.autocorrect import autocorrect, merged
from checks.spf.case import SES_ZONE, Issue, Proposal, SpfCase, Texts, listed, propose, providers, readable, record_line
from checks.spf.evaluate import MOST_LOOKUPS, MOST_VOIDS
from checks.spf.facts import NOT_ASKED, SpfFacts, effective, records_at, senders, with_records
from checks.spf.parse import select
from checks.spf.syntax import Directive
from checks.spf.tree import State, TreeStep, steps
from checks.tristate import SesSetup, Tristate
from model import Finding, Fix, Outcome, Record, worst_first

_NO_ERRORS = frozenset({"plus-all"})
"""Codes of failures that do not end an evaluation in permerror."""


def judge(facts: SpfFacts, *, mx: MxFacts, ses: SesSetup, mail_from_wanted: bool) -> tuple[Finding, ...]:
    """The findings about the domain's SPF, worst first. `mx`: where its mail goes, from which a first record is built;
    `mail_from_wanted`: whether SES is to use a custom MAIL FROM domain, so that the domain's own record need not
    include SES."""
    root = records_at(facts, facts.domain)
    proposed = propose(mx, ses.identity, mail_from_wanted=mail_from_wanted)
    match root.answer, root.texts:
        case (None, _):
            return ()
        case (Unanswered() as failed, _):
            return (_lookup_failed(facts, failed),)
        case (answer, ()):
            return (_missing(facts, answer, proposed, ses),)
        case (answer, (_, _, *_)):
            return (_multiple(facts, answer, root.texts),)
    found = issues(facts, proposed, mx)
    before = frozenset(issue.code for issue in found if issue.outcome is not Outcome.WARN)
    findings = [
        Finding(
            "spf",
            issue.outcome,
            f"spf.{issue.code}",
            issue.summary,
            issue.evidence,
            _fix(facts, issue, before, mx, proposed),
        )
        for issue in found
    ]
    tree = steps(facts)
    if not findings:
        findings.append(_ok(facts, tree))
    if _without_ses(tree):
        findings.append(_ses_not_needed(facts, ses))
    return worst_first(findings)


def _fix(facts: SpfFacts, issue: Issue, before: frozenset[str], mx: MxFacts, proposed: Proposal | None) -> Fix:
    """The first amendment that proves itself, or words alone."""
    for amendment in issue.amendments:
        texts = _with_providers(facts, amendment, mx)
        if _proves(facts, with_records(facts, texts), issue.code, before, proposed):
            notes = [repairs(old, texts[name]) for name in texts for old in records_at(facts, name).texts]
            reading = autocorrect(records_at(facts, facts.domain).texts[0]) in texts.values()
            return Fix(
                records=tuple(Record("TXT", name, text) for name, text in texts.items()),
                remove=tuple(Record("TXT", name, old) for name in texts for old in records_at(facts, name).texts),
                step=" ".join((*(notes if reading else ()), issue.step)).strip(),
            )
    return Fix(step=issue.otherwise)


def _with_providers(facts: SpfFacts, amendment: Texts, mx: MxFacts) -> Texts:
    """The texts; where they would leave no sender, with the mail providers that the MX proves."""
    if facts.domain not in amendment or senders(with_records(facts, amendment), meant=True):
        return amendment
    words = [f"include:{name}" for name in providers(hosts_named(mx))]
    version, _, rest = amendment[facts.domain].partition(" ")
    return {**amendment, facts.domain: " ".join((version, *words, rest))} if words else amendment


def _proves(facts: SpfFacts, after: SpfFacts, code: str, before: frozenset[str], proposed: Proposal | None) -> bool:
    """True when `after` an amendment the issue is gone, nothing fails or is unknown that was not `before`, and nothing
    was left out of the look-up that now matters."""
    tree = steps(after)
    left = issues(after, proposed)
    if any(answer.why == NOT_ASKED for step in tree for answer in step.failed):
        return False
    if any(issue.code == code or (issue.outcome is not Outcome.WARN and issue.code not in before) for issue in left):
        return False
    if senders(facts) - senders(after) or senders(facts, meant=True) - senders(after, meant=True):
        return False
    root = records_at(facts, facts.domain).record
    works = root is not None and not root.flaws
    return not (works and _count(tree) > _count(steps(facts)) and _may_end_early(tree, left))


def _may_end_early(tree: tuple[TreeStep, ...], left: tuple[Issue, ...]) -> bool:
    """True when the evaluation can end in an error, which a term that comes to count would bring forward to hosts that
    never got there. For a host of one family, an address of the other alone is a void look-up, too."""
    if any(issue.outcome is Outcome.FAIL and issue.code not in _NO_ERRORS for issue in left):
        return True
    return any(sum(step.is_void_for(family) for step in tree) > MOST_VOIDS for family in ("A", "AAAA"))


def _count(tree: tuple[TreeStep, ...]) -> int:
    """The look-ups of a whole tree (section 4.6.4)."""
    return max((step.lookups for step in tree), default=0)


def _lookup_failed(facts: SpfFacts, failed: Unanswered) -> Finding:
    summary = f"The SPF record of {facts.domain} is unknown: {failed.name} {failed.type} was not answered."
    fix = Fix(step=ask_again(failed))
    return Finding("spf", Outcome.UNKNOWN, "spf.lookup-failed", summary, evidence(failed), fix)


def _missing(facts: SpfFacts, answer: Answer, proposed: Proposal | None, ses: SesSetup) -> Finding:
    summary = f"{facts.domain} has no SPF record, so receivers cannot tell which hosts may send as {facts.domain}."
    outcome = Outcome.FAIL
    if ses.mail_from is Tristate.YES:
        outcome = Outcome.WARN
        summary = (
            f"{facts.domain} itself has no SPF record; mail from SES passes all the same, by the record of its MAIL "
            f"FROM domain {ses.mail_from_domain or ''}".rstrip()
            + "."
        )
    seen = evidence(answer, facts.doubled if facts.doubled is not None and select(values(facts.doubled)) else None)
    fix = _first_record(facts, answer, proposed)
    return Finding("spf", outcome, "spf.missing", summary, seen, fix)


def _first_record(facts: SpfFacts, answer: Answer, proposed: Proposal | None) -> Fix:
    """What the domain has elsewhere or almost has, else what its mail exchangers suggest."""
    domain = facts.domain
    if (alias := _alias(answer)) is not None:
        return Fix(
            step=f"{domain} is an alias (CNAME) of {alias}, and no TXT record can be beside an alias. Publish "
            "address records in place of the CNAME and then the SPF record, or send as a domain that is no alias."
        )
    almost = {text: meant for text in values(answer) if (meant := autocorrect(text)) is not None}
    if almost:
        one = next(iter(almost.values())) if len(almost) == 1 else merged(almost.values()).text
        return Fix(
            records=(Record("TXT", domain, one),),
            remove=tuple(Record("TXT", domain, text) for text in almost),
            step=" ".join(
                (
                    *(repairs(text, meant) for text, meant in almost.items()),
                    "Receivers do not take this record for SPF, which begins with “v=spf1” and a space. Replace it.",
                )
            ).strip(),
        )
    elsewhere = select(values(facts.doubled)) if facts.doubled is not None else ()
    if len(elsewhere) == 1:
        return Fix(
            records=(Record("TXT", domain, elsewhere[0]),),
            remove=(Record("TXT", f"{domain}.{domain}", elsewhere[0]),),
            step=f"The provider appended the zone: the record is at {domain}.{domain}. Type “@” as its host.",
        )
    return _proposal(domain, proposed)


def _proposal(domain: str, proposed: Proposal | None) -> Fix:
    if proposed is None:
        return Fix(
            step=f"Check again in a few minutes: the record to publish depends on the mail exchangers of {domain}, "
            "which is unknown."
        )
    record = Record("TXT", domain, proposed.text)
    if proposed.unknown:
        return Fix(
            records=(record,),
            step=f"What else sends as {domain}? We cannot see from outside whether {listed(proposed.unknown)} does. "
            "Add what your mail provider and every other sender name for SPF, then end the record in “~all”.",
        )
    return Fix(records=(record,), step=f"If anything else sends as {domain}, add its include in front of “~all”.")


def _alias(answer: Answer) -> str | None:
    """Where the name is only an alias of another, that other name."""
    if isinstance(answer, Records) or absent(answer):
        return answer.aliases[-1] if not isinstance(answer, Unanswered) and answer.aliases else None
    return None


def _multiple(facts: SpfFacts, answer: Answer, texts: tuple[str, ...]) -> Finding:
    summary = (
        f"{facts.domain} has {len(texts)} SPF records; receivers accept exactly one and end the check with a permanent "
        "error (RFC 7208 section 4.5)."
    )
    lines = record_line(records_at(facts, facts.domain))
    if (alias := _alias(answer)) is not None:
        fix = Fix(step=f"{facts.domain} is an alias of {alias}: merge the records there into one.")
        return Finding("spf", Outcome.FAIL, "spf.multiple", summary, lines, fix)
    one = merged(texts)
    step = "Publish the one merged record and delete the others."
    if one.dropped:
        step += f" Not taken over, because it cannot be read: {listed(one.dropped)}."
    fix = Fix(
        records=(Record("TXT", facts.domain, one.text),),
        remove=tuple(Record("TXT", facts.domain, text) for text in texts),
        step=step,
    )
    return Finding("spf", Outcome.FAIL, "spf.multiple", summary, lines, fix)


def _ok(facts: SpfFacts, tree: tuple[TreeStep, ...]) -> Finding:
    count = _count(tree)
    ends = _last_word(facts)
    summary = f"{facts.domain} has one valid SPF record, with {count} of {MOST_LOOKUPS} DNS look-ups{ends}."
    return Finding("spf", Outcome.PASS, "spf.ok", summary, record_line(records_at(facts, facts.domain)))


def _last_word(facts: SpfFacts) -> str:
    record = records_at(facts, facts.domain).record
    terms = effective(record) if record is not None else ()
    if not terms:
        return ""
    return f", ending in “{printable(terms[-1].text)}”" if isinstance(terms[-1], Directive) else ""


def _without_ses(tree: tuple[TreeStep, ...]) -> bool:
    """True when the whole tree is known and leads nowhere near SES."""
    if any(step.state in (State.UNANSWERED, State.BROKEN) for step in tree):
        return False
    targets = [step.target for step in tree if step.target is not None]
    return not any(is_at_or_below(target, SES_ZONE) for target in targets)


def _ses_not_needed(facts: SpfFacts, ses: SesSetup) -> Finding:
    where = ses.mail_from_domain if ses.mail_from is Tristate.YES and ses.mail_from_domain else None
    checked = (
        f"at its MAIL FROM domain, {where}" if where else f"at its MAIL FROM domain ({SES_ZONE} unless you set one)"
    )
    summary = (
        f"The SPF record of {facts.domain} has no include:{SES_ZONE} and needs none: receivers check SPF of SES mail "
        f"{checked}, not at {facts.domain}."
    )
    lines = record_line(records_at(facts, facts.domain))
    return Finding("spf", Outcome.PASS, "spf.ses-not-needed", summary, lines)


_RULES = (
    limits.lookups,
    limits.voids,
    limits.too_many_hosts,
    targets.include_none,
    terms.plus_all,
    targets.lookup_failed,
    terms.ending,
    terms.unknown_modifier,
    terms.ptr,
    terms.after_all,
    limits.too_long,
)


def issues(facts: SpfFacts, proposed: Proposal | None = None, mx: MxFacts | None = None) -> tuple[Issue, ...]:
    """Everything wrong with a domain that has exactly one SPF record. `proposed`: a first record."""
    written = records_at(facts, facts.domain)
    if written.record is None:
        return ()
    as_meant = readable(facts)
    root = records_at(as_meant, facts.domain)
    assert root.record is not None  # one valid text in the place of another
    case = SpfCase(as_meant, written, root.record, steps(as_meant), proposed, mx)
    found = [terms.syntax(written, written.record), *(rule(case) for rule in _RULES)]
    return tuple(issue for issue in found if issue is not None)
