"""Judges the hosts that reports go to: did they agree, and do they receive mail? RFC 9990 section 4.

Codes: rua-unauthorised, rua-not-told, rua-no-mail.
"""

from dataclasses import replace

from checks.answers import Tristate, Unanswered, values
from checks.autocorrect import without_zone
from checks.dmarc.case import DmarcCase, amend, describe_failure, record_finding
from checks.dmarc.edit import correct_slips, parse_record, with_addresses
from checks.dmarc.parse import DmarcRecord, parse
from checks.dmarc.tree import PolicySource, ReportHost, find_organization, receives_reports
from checks.findings import evidence_of, retry_step, select_unanswered
from checks.mx import mail_exchangers
from model import Finding, Fix, Outcome

_LONGEST_NAME = 253
"""Octets of a name in text (RFC 1035 section 3.1)."""


def judge_reports(case: DmarcCase) -> tuple[Finding, ...]:
    """Returns the findings about the report hosts of the record that applies."""
    record = case.record
    if not case.is_ours or record is None or case.effective is None:
        return ()
    states = [(host, _is_allowed(case, host), receives_reports(host)) for host in case.facts.report_hosts]
    refused = [host for host, allowed, _ in states if allowed is Tristate.NO]
    uncertain = [host for host, allowed, reachable in states if Tristate.UNKNOWN in (allowed, reachable)]
    unreachable = [host for host, _, reachable in states if reachable is Tristate.NO]
    findings = [_unauthorized_finding(case, record, refused)] if refused else []
    findings += [_unknown_finding(case, uncertain)] if uncertain or case.facts.unfollowed else []
    findings += [_no_mail_finding(case, record, unreachable)] if unreachable else []
    return tuple(findings)


def _is_allowed(case: DmarcCase, host: ReportHost) -> Tristate:
    """Tells whether reports may go to a host: one of the same organization, or one that agreed."""
    is_inside, has_agreed = _is_in_organization(case, host), _read_consent(host)[0]  # RFC 9990 4
    if Tristate.YES in (is_inside, has_agreed):
        return Tristate.YES
    return Tristate.NO if is_inside is has_agreed is Tristate.NO else Tristate.UNKNOWN


def _is_in_organization(case: DmarcCase, host: ReportHost) -> Tristate:
    """Tells whether a host belongs to the organization whose record applies."""
    if host.name == case.holder:
        return Tristate.YES
    own_organization = case.discovery.organization if case.discovery.source is PolicySource.OWN else case.holder
    host_organization = find_organization(host.walk)
    if own_organization is None or host_organization is None:
        return Tristate.UNKNOWN
    return Tristate.YES if own_organization == host_organization else Tristate.NO


def _read_consent(host: ReportHost) -> tuple[Tristate, str]:
    """Tells whether a host agreed: by at least one DMARC record, and none that names another host. Returns that other
    host, too: then neither of them gets any reports."""
    if isinstance(host.report, Unanswered):
        return Tristate.UNKNOWN, ""
    records = [record for record in map(parse, values(host.report)) if isinstance(record, DmarcRecord)]
    names = [uri.host for record in records for uri in record.rua if uri.host]
    other_host = next((name for name in names if name != host.name), "")
    return (Tristate.YES if records and not other_host else Tristate.NO), other_host  # RFC 9990 4, steps 5 to 9


def _join_names(hosts: list[ReportHost]) -> str:
    return ", ".join(host.name for host in hosts)


def _unauthorized_finding(case: DmarcCase, record: DmarcRecord, refused: list[ReportHost]) -> Finding:
    host, other_host = refused[0].name, _read_consent(refused[0])[1]
    why = f"it has not agreed to receive reports about {case.holder}"
    if other_host:
        why = f"its record for {case.holder} sends them on to {other_host}, which is not allowed"
    others = f" The same goes for {_join_names(refused[1:])}." if refused[1:] else ""
    summary = f"Receivers send no reports to {host}: {why}.{others}"
    evidence = evidence_of(*(host.report for host in refused))
    fix = _consent_fix(case, record, refused)
    return record_finding(case, "dmarc.rua-unauthorised", Outcome.WARN, summary, fix, evidence)


def _consent_fix(case: DmarcCase, record: DmarcRecord, refused: list[ReportHost]) -> Fix:
    """Publishes a report address at the own domain, which needs no consent; the step says what the host may publish."""
    hosts, consent = _join_names(refused), ""
    if all(not _read_consent(host)[1] and len(host.report.name) <= _LONGEST_NAME for host in refused):
        names = ", ".join(host.report.name for host in refused)
        consent = (
            f"To keep the address at {hosts}, ask its owner to publish TXT “v=DMARC1” at {names}. Report services do "
            "that when you add the domain in their console."
        )
    fix = _replace_hosts(case, record, {host.name for host in refused}) or Fix()
    step = f"Use a report address at your own domain in place of the one at {hosts}. {consent}".strip()
    return replace(fix, step=step)


def _unknown_finding(case: DmarcCase, uncertain: list[ReportHost]) -> Finding:
    if not uncertain:
        hosts = ", ".join(case.facts.unfollowed[:5])
        summary = f"The record names many report hosts; whether reports reach {hosts} was not looked up."
        step = "Name fewer report addresses: receivers may stop after the first two."
        return record_finding(case, "dmarc.rua-not-told", Outcome.WARN, summary, step)
    failed = select_unanswered(*(answer for host in uncertain for answer in host.answers), *case.facts.walk.answers)
    why = f": {describe_failure(failed[0])}" if failed else ""
    summary = f"Whether reports reach {uncertain[0].name} is unknown{why}."
    step = retry_step(*failed) if failed else "Check again in a few minutes."
    return record_finding(case, "dmarc.rua-not-told", Outcome.WARN, summary, step, evidence_of(*failed))


def _no_mail_finding(case: DmarcCase, record: DmarcRecord, unreachable: list[ReportHost]) -> Finding:
    summary = f"Reports cannot arrive: {_join_names(unreachable)} receives no mail."
    evidence = evidence_of(*(answer for host in unreachable for answer in host.mail_answers))
    names = {host.name for host in unreachable}
    fix = _strip_appended_zones(case, record, names) or _replace_hosts(case, record, names)
    fix = fix or Fix(step="Put the address of a mailbox that receives mail in rua, or an MX record where it should.")
    return record_finding(case, "dmarc.rua-no-mail", Outcome.WARN, summary, fix, evidence)


def _strip_appended_zones(case: DmarcCase, record: DmarcRecord, unreachable: set[str]) -> Fix | None:
    """Corrects the addresses to whose hosts a zone was appended; None where a corrected host receives no mail."""
    uris = list[str]()
    for uri in record.rua:
        if not uri.host or uri.host not in unreachable:
            uris.append(uri.full_text)
            continue
        host = without_zone(uri.host, case.holder)
        if host is None or host not in case.exchangers or not mail_exchangers(case.exchangers[host]):
            return None
        uris.append(uri.text.lower().replace(uri.host, host) + uri.size)
    words = "Publish the record with the address that was meant: the domain name was appended to it."
    return amend(case, with_addresses(str(record), uris), words)


def _replace_hosts(case: DmarcCase, record: DmarcRecord, hosts: set[str]) -> Fix | None:
    """Takes the addresses at these hosts out of the record; where no other is left, puts a mailbox of the domain in."""
    text = correct_slips(record)
    uris = [uri.full_text for uri in parse_record(text).rua if uri.host and uri.host not in hosts]
    mailbox = case.find_mailbox(case.holder)
    if not uris:
        if mailbox is None or mailbox.rpartition("@")[2] in hosts:
            return None
        uris.append(f"mailto:{mailbox}")
    return amend(case, with_addresses(text, uris), "Publish the record with an address that works.")
