"""What the MAIL FROM domain means for mail from SES, and the records that fix it."""

from collections.abc import Iterator

from checks.answers import Tristate, Unanswered, aliases_of
from checks.autocorrect import describe_repairs, feedback_host, read_feedback_host
from checks.findings import (
    evidence_of,
    join_fixes,
    make_finding,
    make_printable,
    make_unknown_finding,
    select_unanswered,
)
from checks.mail_from.facts import (
    SES_RECORD,
    MailFromDomain,
    MailFromFacts,
    find_free_name,
    intended_records,
    is_below,
    is_from_wildcard,
    lacks_record,
    merge_records,
    receives_other_mail,
    ses_hosts,
)
from checks.mx import mail_exchangers, mx_records
from model import Finding, Fix, Outcome, Record, sort_by_severity

_MX_IN_WORDS = "with the priority 10 and the host feedback-smtp.<your region>.amazonses.com"
_EFFECTS = {
    True: "meanwhile SES uses its own MAIL FROM, and SPF does not align",
    False: "meanwhile SES rejects the mail",
    None: "SES cannot use it like this",
}
"""What comes of a wrong MX, by BehaviorOnMxFailure: USE_DEFAULT_VALUE, REJECT_MESSAGE, unknown."""


def judge(facts: MailFromFacts) -> tuple[Finding, ...]:
    """Returns the findings about the MAIL FROM domain, worst first."""
    if facts.mail_from is None:
        return (_not_set_finding(facts),)
    if facts.guessed:
        return sort_by_severity([_guessed_finding(facts, facts.mail_from), *_judge_unanswered(facts, facts.mail_from)])
    return sort_by_severity(list(_judge_domain(facts, facts.mail_from)) or [_ok_finding(facts, facts.mail_from)])


def has_mail_from(facts: MailFromFacts) -> Tristate:
    """Tells whether a custom MAIL FROM domain is in place: its MX right, its SPF passing for SES. A guessed one is
    UNKNOWN: whose account it belongs to cannot be seen. NO where none is set, or none has a usual name."""
    if facts.mail_from is None:
        return Tristate.UNKNOWN if _unanswered_probes(facts) else Tristate.NO
    if facts.guessed:
        return Tristate.UNKNOWN
    codes = {finding.code for finding in judge(facts)} - {"mail_from.used-in-from", "mail_from.ok"}
    if codes - {"mail_from.lookup-failed"}:
        return Tristate.NO
    return Tristate.UNKNOWN if codes else Tristate.YES


def domain_of_mail_from(facts: MailFromFacts) -> str | None:
    """Returns the name of the MAIL FROM domain, as known or as guessed; None where none is known."""
    return facts.mail_from.name if facts.mail_from else None


def _judge_domain(facts: MailFromFacts, mail_from: MailFromDomain) -> Iterator[Finding]:
    if not is_below(mail_from.name, facts.identity):
        name = make_printable(mail_from.name)
        summary = f"The MAIL FROM domain has to be a subdomain of {facts.identity}, and {name} is not."
        fix = _other_name_fix(facts, "Use another name.")
        yield make_finding("mail_from.not-subdomain", Outcome.FAIL, summary, (f"SES: MAIL FROM domain is {name}",), fix)
        return
    if facts.status == "FAILED":
        summary = f"SES looked for the records of {mail_from.name} for 72 hours, did not find them, and gave up."
        step = f"When both records are published, save again in {_console_place(facts)}: SES no longer looks by itself."
        fix = join_fixes(_mx_fix(facts, mail_from), _spf_fix(facts, mail_from), Fix(step=step))
        lines = ("SES: MAIL FROM status is FAILED", *evidence_of(mail_from.mx, mail_from.txt))
        yield make_finding("mail_from.gave-up", Outcome.FAIL, summary, lines, fix)
    if facts.expectations.feedback_forwarding and mail_from.name == facts.domain.lower().rstrip("."):
        summary = (
            f"{mail_from.name} is both the From domain and the MAIL FROM domain while SES forwards feedback by mail: "
            "bounces sent to it come back to SES and are lost."
        )
        fix = _other_name_fix(facts, "Use a name for the MAIL FROM domain that is in no From address.")
        lines = ("SES: FeedbackForwardingStatus is true", *evidence_of(mail_from.mx))
        yield make_finding("mail_from.used-in-from", Outcome.WARN, summary, lines, fix)
    yield from _judge_mx(facts, mail_from)
    yield from _judge_spf(facts, mail_from)
    yield from _judge_unanswered(facts, mail_from)


def _judge_mx(facts: MailFromFacts, mail_from: MailFromDomain) -> Iterator[Finding]:
    """Yields a finding unless there is exactly one MX, and it leads to SES in the identity's region."""
    if isinstance(mail_from.mx, Unanswered):
        return
    hosts = [record.host for record in mx_records(mail_from.mx)]
    falls_back = facts.expectations.mail_from_fallback
    outcome = Outcome.WARN if falls_back else Outcome.FAIL
    effect, evidence = _EFFECTS[falls_back], evidence_of(mail_from.mx)
    if not any(hosts) or (receives_other_mail(mail_from.mx) and is_from_wildcard(mail_from, facts.sibling)):
        summary = f"{mail_from.name} has no MX of its own for the bounces of SES; {effect}."
        yield make_finding("mail_from.mx-missing", outcome, summary, evidence, _mx_fix(facts, mail_from))
    elif receives_other_mail(mail_from.mx):
        summary = (
            f"{mail_from.name} already receives mail at {make_printable(mail_exchangers(mail_from.mx)[0])}; a MAIL "
            "FROM domain may have no other MX than that of SES."
        )
        fix = _other_name_fix(facts, f"Leave the mail of {mail_from.name} as it is and use another name.")
        yield make_finding("mail_from.receives-mail", Outcome.FAIL, summary, evidence, fix)
    elif len(hosts) > 1:
        summary = f"{mail_from.name} has {len(hosts)} MX records where SES wants exactly one; {effect}."
        yield make_finding("mail_from.mx-multiple", outcome, summary, evidence, _mx_fix(facts, mail_from))
    elif fault := _explain_wrong_mx(facts, hosts[0], mail_from):
        summary = f"{fault}; {effect}."
        yield make_finding("mail_from.mx-wrong-region", outcome, summary, evidence, _mx_fix(facts, mail_from))


def _explain_wrong_mx(facts: MailFromFacts, host: str, mail_from: MailFromDomain) -> str:
    """Explains why the one MX host is not that of the known region, or of any where none is known; empty if right."""
    ses_host = read_feedback_host(host, mail_from.name)
    if facts.region and host == feedback_host(facts.region):
        return ""
    if ses_host is None:
        return f"The MX {make_printable(host)} is no host of SES: those are feedback-smtp.<region>.amazonses.com"
    if ses_host.why:
        return f"The MX {make_printable(host)} is not a host of SES: {make_printable(ses_host.why)}"
    if not facts.region:
        return ""
    return f"The MX takes the bounces of {ses_host.region}, but the identity is in {facts.region}"


def _judge_spf(facts: MailFromFacts, mail_from: MailFromDomain) -> Iterator[Finding]:
    """Yields a finding unless SPF at the MAIL FROM domain, which receivers check (RFC 7208 2.4), passes for SES."""
    evidence = evidence_of(mail_from.txt)
    if lacks_record(mail_from.txt):
        summary = f"{mail_from.name} has no SPF record, so mail from SES passes no SPF check."
        yield make_finding("mail_from.spf-missing", Outcome.FAIL, summary, evidence, _spf_fix(facts, mail_from))
    elif facts.spf and facts.spf.result not in {"pass", "temperror"}:
        summary = f"The SPF record of {mail_from.name} does not pass for SES: it gives “{facts.spf.result}”."
        yield make_finding("mail_from.spf-no-ses", Outcome.FAIL, summary, evidence, _spf_fix(facts, mail_from))


def _judge_unanswered(facts: MailFromFacts, mail_from: MailFromDomain) -> Iterator[Finding]:
    """Yields a finding about what was not answered, and could have changed the others."""
    failed = list(select_unanswered(mail_from.mx, mail_from.txt))
    if facts.spf and facts.spf.result == "temperror":
        failed += [answer for answer in facts.spf.unanswered if answer not in failed]
    if failed:
        names = ", ".join(dict.fromkeys(f"{answer.name} {answer.type}" for answer in failed[:3]))
        summary = f"Whether {mail_from.name} is a working MAIL FROM domain is unknown: {names} was not answered."
        yield make_unknown_finding("mail_from.lookup-failed", summary, *failed)


def _ok_finding(facts: MailFromFacts, mail_from: MailFromDomain) -> Finding:
    summary = f"Mail from SES carries {mail_from.name} in its envelope, and SPF passes there for SES."
    if facts.status == "PENDING":
        summary += " SES itself has not confirmed it yet; that can take up to 72 hours."
    return make_finding("mail_from.ok", Outcome.PASS, summary, evidence_of(mail_from.mx, mail_from.txt))


def _unanswered_probes(facts: MailFromFacts) -> tuple[Unanswered, ...]:
    """Returns the unanswered MX of usual names, each of which may be the MAIL FROM domain; none where SES says that no
    domain is set."""
    return () if facts.expectations.mail_from_known else select_unanswered(*(probe.mx for probe in facts.probes))


def _not_set_finding(facts: MailFromFacts) -> Finding:
    if failed := _unanswered_probes(facts):
        names = ", ".join(answer.name for answer in failed[:3])
        summary = f"Whether {facts.identity} has a custom MAIL FROM domain is unknown: {names} was not answered."
        return make_unknown_finding("mail_from.lookup-failed", summary, *failed)
    is_known = facts.expectations.mail_from_known
    state, evidence = "is known", "no MX of SES at " + ", ".join(probe.name for probe in facts.probes)
    if is_known:
        state, evidence = "is set", "SES: no MAIL FROM domain is set"
    summary = (
        f"No custom MAIL FROM domain {state} for {facts.identity}: SPF then passes for amazonses.com, not for your "
        "domain, so DMARC depends on DKIM alone."
    )
    ready_name = next((probe.name for probe in facts.probes if ses_hosts(probe.mx)), None)
    fix: Fix | str = _other_name_fix(facts, "")
    if is_known and ready_name:
        fix = f"The MX at {ready_name} is already there: set {ready_name} as the MAIL FROM domain in the SES console."
    return make_finding("mail_from.not-set", Outcome.WARN, summary, (evidence,), fix)


def _guessed_finding(facts: MailFromFacts, mail_from: MailFromDomain) -> Finding:
    """Returns the finding about a domain with a usual name. Nothing about it can fail: SES may use another, or none."""
    faults = [*_judge_mx(facts, mail_from), *_judge_spf(facts, mail_from)]
    name = mail_from.name
    summary = f"{name} looks like the MAIL FROM domain of {facts.identity}. We found it by trying common names"
    if faults:
        summary += ". " + " ".join(fault.summary for fault in faults)
    else:
        summary += "." if list(_judge_unanswered(facts, mail_from)) else "; its DNS records are correct."
    last_step = Fix(step="Connect the AWS account to be sure of the name and the region.")
    fix = join_fixes(*(fault.fix for fault in faults if fault.fix), last_step)
    return make_finding("mail_from.guessed", Outcome.WARN, summary, evidence_of(mail_from.mx, mail_from.txt), fix)


def _ses_mx(name: str, region: str) -> Record:
    return Record("MX", name, feedback_host(region), 10)


def _mx_fix(facts: MailFromFacts, mail_from: MailFromDomain) -> Fix:
    """Publishes the one MX that leads to SES in the right region, and deletes every other."""
    region = facts.region or _only_region(mail_from)
    if region is None:
        return Fix(step=f"Publish exactly one MX at {mail_from.name}: {_MX_IN_WORDS}. {_console_hint(facts)}")
    if _borrows_records(facts, mail_from):
        return _own_records_fix(facts, mail_from, region)
    name, right = mail_from.name, _ses_mx(mail_from.name, region)
    published = [Record("MX", name, record.host or ".", record.preference) for record in mx_records(mail_from.mx)]
    kept = next((record for record in published if record.value == right.value), right)
    other_records = tuple(record for record in published if record != kept)
    foreign = [host.value for host in other_records if host.value != "." and not read_feedback_host(host.value, name)]
    step = ""
    if foreign:
        step = (
            f"If {make_printable(foreign[0])} takes real mail for {name}, leave it and choose another name for the "
            "MAIL FROM domain."
        )
    return Fix((kept,), other_records, step)


def _spf_fix(facts: MailFromFacts, mail_from: MailFromDomain) -> Fix:
    """Publishes one SPF record that passes for SES and keeps what was published besides."""
    region = facts.region or _only_region(mail_from)
    if _borrows_records(facts, mail_from) and region:
        return _own_records_fix(facts, mail_from, region)
    text, published = _spf_text(facts, mail_from), intended_records(mail_from.txt)
    replaced = tuple(Record("TXT", mail_from.name, record) for record in published if record != text)
    step = describe_repairs(published[0], text) if lacks_record(mail_from.txt) and published else ""
    return Fix((Record("TXT", mail_from.name, text),), replaced, step)


def _other_name_fix(facts: MailFromFacts, why: str) -> Fix:
    """Publishes both records of another MAIL FROM domain, at a free name."""
    name, console = find_free_name(facts), _console_place(facts)
    if name is None:
        step = f"{why} Choose a name below {facts.identity} that has no records and enter it in {console}."
        return Fix(step=f"{step} Then publish the MX and the TXT record that the console shows.".strip())
    step = f"{why} Enter {name} in {console}.".strip()
    if facts.region is None:
        text = f"At {name} publish the MX {_MX_IN_WORDS} and the TXT {SES_RECORD}."
        return Fix(step=f"{step} {text} {_console_hint(facts)}")
    records = _ses_mx(name, facts.region), Record("TXT", name, SES_RECORD)
    return Fix(records, step=f"{step} Then publish both records.")


def _only_region(mail_from: MailFromDomain) -> str | None:
    """Returns the region that the published records agree on, where none is known."""
    regions = {host.region for host in ses_hosts(mail_from.mx) if host.region}
    return regions.pop() if len(regions) == 1 else None


def _spf_text(facts: MailFromFacts, mail_from: MailFromDomain) -> str:
    """Returns the SPF record that the domain should have: the one that it has where that passes."""
    records = intended_records(mail_from.txt)
    if len(records) == 1 and facts.spf and facts.spf.result == "pass":
        return records[0]
    return merge_records(records) if records else SES_RECORD


def _borrows_records(facts: MailFromFacts, mail_from: MailFromDomain) -> bool:
    """Returns True where the records of the domain come through a CNAME, or from a wildcard."""
    return bool(aliases_of(mail_from.mx)) or is_from_wildcard(mail_from, facts.sibling)


def _own_records_fix(facts: MailFromFacts, mail_from: MailFromDomain, region: str) -> Fix:
    """Publishes both records for a domain that has none of its own. Nothing may be beside a CNAME (RFC 1034 section
    3.6.2), so it goes, and what came through it comes along; a wildcard gives way by itself."""
    name = mail_from.name
    records = _ses_mx(name, region), Record("TXT", name, _spf_text(facts, mail_from))
    if is_from_wildcard(mail_from, facts.sibling):
        return Fix(records, step=f"What {name} answers today is a wildcard, which gives way to these records.")
    step = f"The CNAME at {name} has to go: no other record may be beside it."
    return Fix(records, (Record("CNAME", name, aliases_of(mail_from.mx)[0]),), step)


def _console_place(facts: MailFromFacts) -> str:
    return f"the SES console (identity {facts.identity}, Custom MAIL FROM domain, Edit)"


def _console_hint(facts: MailFromFacts) -> str:
    return f"The SES console shows both records for {facts.identity} with your region in them."
