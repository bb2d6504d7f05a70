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
from checks.spf.autocorrect import autocorrect, merge_texts, read_sender_id, split_verifications
from checks.spf.case import (
    SES_ZONE,
    Issue,
    Proposal,
    SpfCase,
    Texts,
    find_provider_names,
    find_senders,
    join_terms,
    propose_record,
    read_intended,
    record_lines,
)
from checks.spf.evaluate import MOST_LOOKUPS, MOST_VOIDS
from checks.spf.parse import select_spf_texts
from checks.spf.syntax import Directive
from checks.spf.tree import (
    NOT_ASKED,
    SpfFacts,
    TermState,
    TreeStep,
    count_lookups,
    read_steps,
    records_at,
    with_records,
)
from model import Finding, Fix, Outcome, Record, sort_by_severity

_NO_ERRORS = frozenset({"plus-all"})
"""Codes of failures that do not end an evaluation in permerror."""
_RULES = (
    lookups.judge_lookup_count,
    lookups.judge_voids,
    lookups.judge_host_count,
    lookups.judge_targets,
    terms.judge_plus_all,
    lookups.judge_unanswered,
    terms.judge_ending,
    terms.judge_unknown_modifiers,
    terms.judge_ptr,
    terms.judge_after_all,
    terms.judge_length,
)


def judge(facts: SpfFacts, *, mx: MxFacts, ses: SesSetup) -> tuple[Finding, ...]:
    """Returns the findings about the domain's SPF, worst first. `mx`: where its mail goes, which suggests a first
    record."""
    root = records_at(facts, facts.domain)
    proposal = propose_record(mx, ses.identity)
    match root.answer, root.texts:
        case (None, _):
            return ()
        case (Unanswered() as failed, _):
            summary = f"The SPF record of {facts.domain} is unknown: {failed.name} {failed.type} was not answered."
            return (make_unknown_finding("spf.lookup-failed", summary, failed),)
        case (answer, ()):
            return (_missing_finding(facts, answer, proposal, ses),)
        case (answer, (_, _, *_)):
            return (_multiple_finding(facts, answer, root.texts),)
    issues = _find_issues(facts, proposal, mx)
    known_failures = _failure_codes(issues)
    findings = []
    for issue in issues:
        fix = _select_fix(facts, issue, known_failures, mx, proposal)
        findings.append(make_finding(f"spf.{issue.code}", issue.outcome, issue.summary, issue.evidence, fix))
    tree = read_steps(facts)
    if not findings:
        findings.append(_ok_finding(facts, tree))
    if _leads_nowhere_near_ses(tree):
        findings.append(_ses_not_needed_finding(facts, ses))
    return sort_by_severity(findings)


def _find_issues(facts: SpfFacts, proposal: Proposal | None, mx: MxFacts | None = None) -> tuple[Issue, ...]:
    """Returns everything that is wrong with the one SPF record of a domain. Where that breaks the grammar, it is read
    as it was surely meant: what else is wrong with it is named, and corrected, as well."""
    written = records_at(facts, facts.domain)
    if written.record is None:
        return ()
    corrected = autocorrect(written.texts[0]) if written.record.flaws else None
    readable_facts = facts if corrected is None else with_records(facts, {facts.domain: corrected})
    record = records_at(readable_facts, facts.domain).record
    assert record is not None  # one valid text in the place of another
    case = SpfCase(readable_facts, written, record, read_steps(readable_facts), proposal, mx)
    issues = [terms.judge_syntax(written, written.record), *(rule(case) for rule in _RULES)]
    return tuple(issue for issue in issues if issue is not None)


def _select_fix(
    facts: SpfFacts, issue: Issue, known_failures: frozenset[str], mx: MxFacts, proposal: Proposal | None
) -> Fix:
    """Returns the first amendment that is proven, or a step in words."""
    for amendment in issue.amendments:
        texts = _add_providers(facts, amendment, mx)
        if _is_proven(facts, with_records(facts, texts), issue.code, known_failures, proposal):
            replaced = [(name, text) for name in texts for text in read_intended(records_at(facts, name))]
            is_corrected = autocorrect(records_at(facts, facts.domain).texts[0]) in texts.values()
            notes = [describe_repairs(text, texts[name]) for name, text in replaced] if is_corrected else []
            proofs, note = _separate_proofs(replaced)
            notes += [note] if note else []
            return Fix(
                records=(*(Record("TXT", name, text) for name, text in texts.items()), *proofs),
                remove=tuple(Record("TXT", name, text) for name, text in replaced),
                step=" ".join((*notes, issue.step)).strip(),
            )
    return Fix(step=issue.fallback)


def _add_providers(facts: SpfFacts, amendment: Texts, mx: MxFacts) -> Texts:
    """Returns the amended texts; where they would leave no sender, with the mail providers that the MX proves."""
    if facts.domain not in amendment or find_senders(with_records(facts, amendment), with_unreachable=True):
        return amendment
    words = [f"include:{name}" for name in find_provider_names(mail_exchangers(mx.answer))]
    version, _, rest = amendment[facts.domain].partition(" ")
    return {**amendment, facts.domain: " ".join((version, *words, rest))} if words else amendment


def _is_proven(
    facts: SpfFacts, after: SpfFacts, code: str, known_failures: frozenset[str], proposal: Proposal | None
) -> bool:
    """Returns True when `after` an amendment the issue is gone, nothing else comes to fail or to be unknown, no sender
    is lost, and nothing was left out of the look-up that now matters."""
    tree = read_steps(after)
    remaining = _find_issues(after, proposal)
    if any(answer.why == NOT_ASKED for step in tree for answer in step.failed):
        return False
    if any(issue.code == code for issue in remaining) or _failure_codes(remaining) - known_failures:
        return False
    lost = find_senders(facts) - find_senders(after)
    lost |= find_senders(facts, with_unreachable=True) - find_senders(after, with_unreachable=True)
    if lost:
        return False
    root = records_at(facts, facts.domain).record
    works = root is not None and not root.flaws
    return not (works and count_lookups(tree) > count_lookups(read_steps(facts)) and _may_end_early(tree, remaining))


def _failure_codes(issues: tuple[Issue, ...]) -> frozenset[str]:
    """Returns the codes of the issues that fail or are unknown."""
    return frozenset(issue.code for issue in issues if issue.outcome is not Outcome.WARN)


def _may_end_early(tree: tuple[TreeStep, ...], remaining: tuple[Issue, ...]) -> bool:
    """Returns True when the evaluation can end in an error, which a term that comes to count would bring forward to
    hosts that never got there. For a host of one family, an address of the other alone is a void look-up, too."""
    if any(issue.outcome is Outcome.FAIL and issue.code not in _NO_ERRORS for issue in remaining):
        return True
    return any(sum(step.is_void_for(family) for step in tree) > MOST_VOIDS for family in ("A", "AAAA"))


def _missing_finding(facts: SpfFacts, answer: Answer, proposal: Proposal | None, ses: SesSetup) -> Finding:
    domain = facts.domain
    doubled_texts = select_spf_texts(values(facts.doubled)) if facts.doubled is not None else ()
    evidence = evidence_of(answer, facts.doubled if doubled_texts else None)
    fix = _first_record_fix(domain, answer, doubled_texts, proposal)
    if ses.mail_from is Tristate.YES:
        name = f" {ses.mail_from_domain}" if ses.mail_from_domain else ""
        summary = (
            f"{domain} itself has no SPF record; mail from SES passes all the same, by the record of its MAIL FROM "
            f"domain{name}."
        )
        return make_finding("spf.missing", Outcome.WARN, summary, evidence, fix)
    summary = f"{domain} has no SPF record, so receivers cannot tell which hosts may send as {domain}."
    return make_finding("spf.missing", Outcome.FAIL, summary, evidence, fix)


def _first_record_fix(domain: str, answer: Answer, doubled_texts: tuple[str, ...], proposal: Proposal | None) -> Fix:
    """Publishes the record that the domain almost has, or has elsewhere, else the one that its MX suggests."""
    if aliases := aliases_of(answer):
        return Fix(
            step=f"{domain} is an alias (CNAME) of {aliases[-1]}, and no TXT record can be beside an alias. Publish "
            "address records in place of the CNAME and then the SPF record, or send as a domain that is no alias."
        )
    corrections = {text: corrected for text in values(answer) if (corrected := autocorrect(text)) is not None}
    if corrections:
        record = next(iter(corrections.values())) if len(corrections) == 1 else merge_texts(corrections.values()).text
        notes = [describe_repairs(text, corrected) for text, corrected in corrections.items()]
        step = "Receivers do not take this record for SPF, which begins with “v=spf1” and a space. Replace it."
        return _replacement_fix(domain, record, corrections, " ".join((*notes, step)).strip())
    if len(doubled_texts) == 1:
        step = f"The provider appended the zone: the record is at {domain}.{domain}. Type “@” as its host."
        name, text = f"{domain}.{domain}", doubled_texts[0]
        return Fix((Record("TXT", domain, text),), (Record("TXT", name, text),), step)
    if proposal is None:
        return Fix(
            step=f"Check again in a few minutes: the record to publish depends on the mail exchangers of {domain}, "
            "which is unknown."
        )
    step = f"If anything else sends as {domain}, add its include in front of “~all”."
    text, note = proposal.text, ""
    if sender_ids := [spf for text in values(answer) if (spf := read_sender_id(text)) is not None]:
        text = merge_texts((*sender_ids, proposal.text)).text
        note = "It names all that the Sender ID record (spf2.0) does, which receivers no longer read. "
    if proposal.unknown:
        step = (
            f"What else sends as {domain}? We cannot see from outside whether {join_terms(proposal.unknown)} does. Add "
            "what your mail provider and every other sender name for SPF, then end the record in “~all”."
        )
    return _replacement_fix(domain, text, (), note + step)


def _multiple_finding(facts: SpfFacts, answer: Answer, texts: tuple[str, ...]) -> Finding:
    domain = facts.domain
    summary = (
        f"{domain} has {len(texts)} SPF records; receivers accept exactly one and end the check with a permanent "
        "error (RFC 7208 section 4.5)."
    )
    others = (text for text in values(answer) if text not in texts and autocorrect(text) is not None)
    merged_texts = (*texts, *others)
    merged = merge_texts(merged_texts)
    step = "Publish the one merged record and delete the others."
    if merged.dropped:
        step += f" Not taken over, because it cannot be read: {join_terms(merged.dropped)}."
    fix = _replacement_fix(domain, merged.text, merged_texts, step)
    if aliases := aliases_of(answer):
        fix = Fix(step=f"{domain} is an alias of {aliases[-1]}: merge the records there into one.")
    return make_finding("spf.multiple", Outcome.FAIL, summary, record_lines(records_at(facts, domain)), fix)


def _replacement_fix(domain: str, text: str, replaced: Iterable[str], step: str) -> Fix:
    removed = tuple(Record("TXT", domain, old_text) for old_text in replaced)
    proofs, note = _separate_proofs([(domain, record.value) for record in removed])
    return Fix((Record("TXT", domain, text), *proofs), removed, f"{step} {note}".strip())


def _separate_proofs(replaced: Iterable[tuple[str, str]]) -> tuple[tuple[Record, ...], str]:
    """Returns what the replaced texts (name, text) hold for other services, as records of their own, and a sentence
    about them; both empty where they hold nothing else."""
    proofs = tuple(Record("TXT", name, proof) for name, text in replaced for proof in split_verifications(text)[1])
    listed = join_terms(proof.value for proof in proofs)
    return proofs, f"Publish {listed} apart from the SPF record: each is a TXT record of its own." if proofs else ""


def _ok_finding(facts: SpfFacts, tree: tuple[TreeStep, ...]) -> Finding:
    root = records_at(facts, facts.domain)
    last = root.record.effective[-1:] if root.record is not None else ()
    ends = "".join(f", ending in “{make_printable(term.text)}”" for term in last if isinstance(term, Directive))
    count = count_lookups(tree)
    summary = f"{facts.domain} has one valid SPF record, with {count} of {MOST_LOOKUPS} DNS look-ups{ends}."
    return make_finding("spf.ok", Outcome.PASS, summary, record_lines(root))


def _leads_nowhere_near_ses(tree: tuple[TreeStep, ...]) -> bool:
    """Returns True when the whole tree is known and no term of it leads to SES."""
    if any(step.state in (TermState.UNANSWERED, TermState.BROKEN) for step in tree):
        return False
    return not any(step.target is not None and is_at_or_below(step.target, SES_ZONE) for step in tree)


def _ses_not_needed_finding(facts: SpfFacts, ses: SesSetup) -> Finding:
    mail_from = f" ({SES_ZONE} unless you set one)"
    if ses.mail_from is Tristate.YES and ses.mail_from_domain:
        mail_from = f", {ses.mail_from_domain}"
    summary = (
        f"The SPF record of {facts.domain} has no include:{SES_ZONE} and needs none: receivers check SPF of SES mail "
        f"at its MAIL FROM domain{mail_from}, not at {facts.domain}."
    )
    return make_finding("spf.ses-not-needed", Outcome.PASS, summary, record_lines(records_at(facts, facts.domain)))
