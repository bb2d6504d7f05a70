"""Judges the hosts that reports go to: did they agree, and do they receive mail? RFC 9990 section 4.

Codes: rua-unauthorised, rua-not-told, rua-no-mail.
"""

from dataclasses import dataclass

from checks.answers import Answer, NoData, NoName, Records, Unanswered
from checks.dmarc.case import Case, failure, finding, seen
from checks.dmarc.facts import Destination, receives_mail
from checks.dmarc.fixes import amend, said
from checks.dmarc.mend import with_addresses
from checks.dmarc.parse import DmarcRecord, parse
from checks.dmarc.tree import Role, organization
from checks.evidence import ask_again, evidence, unanswered
from checks.told import Told
from model import Finding, Fix, Outcome, Record


@dataclass(frozen=True, slots=True)
class _Consent:
    """Did a host agree to get the reports? `elsewhere` is the host that its record sends them to instead, which RFC
    9990 section 4 forbids: then neither host gets any."""

    told: Told
    elsewhere: str = ""


def judge_reports(case: Case) -> tuple[Finding, ...]:
    """The findings about the report hosts of the record that applies."""
    if not case.ours or case.effective is None:
        return ()
    refused: list[tuple[Destination, _Consent]] = []
    untold: list[Destination] = []
    dead: list[Destination] = []
    for destination in case.facts.destinations:
        inside, consent = _is_inside(case, destination), _consent(destination)
        arrives = receives_mail(destination)
        if inside is Told.NO and consent.told is Told.NO:
            refused.append((destination, consent))
        if (inside is not Told.YES and consent.told is not Told.YES and Told.UNKNOWN in (inside, consent.told)) or (
            arrives is Told.UNKNOWN
        ):
            untold.append(destination)
        if arrives is Told.NO:
            dead.append(destination)
    findings = [_unauthorised(case, refused)] if refused else []
    findings += [_not_told(case, untold)] if untold or case.facts.unfollowed else []
    findings += [_no_mail(case, dead)] if dead else []
    return tuple(findings)


def _is_inside(case: Case, destination: Destination) -> Told:
    """Does the host belong to the organization at which the record was found?"""
    holder = case.found.step.domain if case.found.step else case.domain
    if destination.host == holder:
        return Told.YES
    ours = case.found.organization if case.found.role is Role.OWN else holder
    theirs = organization(destination.walk)
    if ours is None or theirs is None:
        return Told.UNKNOWN
    return Told.YES if ours == theirs else Told.NO


def _consent(destination: Destination) -> _Consent:
    """RFC 9990 section 4, steps 5 to 9: at least one DMARC record at the name, and none that points elsewhere."""
    match destination.report:
        case Unanswered():
            return _Consent(Told.UNKNOWN)
        case NoData() | NoName():
            return _Consent(Told.NO)
        case Records() as found:
            records = [record for record in map(parse, found.values) if isinstance(record, DmarcRecord)]
            hosts = [uri.host for record in records for uri in record.rua if uri.host]
            elsewhere = next((host for host in hosts if host != destination.host), "")
            return _Consent(Told.YES if records and not elsewhere else Told.NO, elsewhere)


def _unauthorised(case: Case, refused: list[tuple[Destination, _Consent]]) -> Finding:
    destination, consent = refused[0]
    host, holder = destination.host, case.found.step.domain if case.found.step else case.domain
    if consent.elsewhere:
        why = f"its record for {holder} sends them on to {consent.elsewhere}, which is not allowed"
    else:
        why = f"it does not say that it takes reports about {holder}"
    others = f" The same goes for {', '.join(other.host for other, _ in refused[1:])}." if refused[1:] else ""
    summary = f"No reports are sent to {host}, because {why}.{others}"
    lines = (*seen(case), *evidence(*(each.report for each, _ in refused)))
    return finding("rua-unauthorised", Outcome.WARN, summary, lines, _consent_fix(case, refused))


def _consent_fix(case: Case, refused: list[tuple[Destination, _Consent]]) -> Fix:
    """The record that the host has to publish; where it sends reports elsewhere, or the name would be too long for DNS,
    an address that needs no consent instead."""
    mendable = [each for each, consent in refused if not consent.elsewhere and len(each.report.name) <= 253]
    hosts = ", ".join(each.host for each, _ in refused)
    if len(mendable) == len(refused):
        return Fix(
            tuple(Record("TXT", each.report.name, "v=DMARC1") for each in mendable),
            (),
            f"Ask whoever runs {hosts} to publish the record shown (report services do so when the domain is added in "
            "their console), or use a report address at your own domain.",
        )
    fix = _elsewhere(case, {each.host for each, _ in refused})
    return fix or Fix(step=f"Use a report address at your own domain in place of the one at {hosts}.")


def _not_told(case: Case, untold: list[Destination]) -> Finding:
    answers = [answer for each in untold for answer in _asked(each)]
    failed = unanswered(*answers)
    if failed:
        summary = f"Whether reports reach {untold[0].host} could not be told: {failure(failed[0])}."
        step = ask_again(*failed)
    else:
        hosts = ", ".join(case.facts.unfollowed[:5])
        summary = f"The record names many report hosts; whether reports reach {hosts} was not looked up."
        step = "Name fewer report addresses: receivers may stop after the first two."
    if not failed and untold:
        summary = f"Whether {untold[0].host} belongs to the organization of {case.domain} could not be told."
        step = ask_again(*_failed_of(case))
    return finding("rua-not-told", Outcome.WARN, summary, (*seen(case), *evidence(*failed)), Fix(step=step))


def _failed_of(case: Case) -> tuple[Unanswered, ...]:
    return unanswered(*(step.answer for step in case.facts.walk.steps))


def _asked(destination: Destination) -> tuple[Answer, ...]:
    walked = tuple(step.answer for step in destination.walk.steps)
    return (destination.report, *walked, destination.mx, destination.a, destination.aaaa)


def _no_mail(case: Case, dead: list[Destination]) -> Finding:
    hosts = ", ".join(each.host for each in dead)
    summary = f"Reports cannot arrive: {hosts} receives no mail."
    lines = (*seen(case), *evidence(*(answer for each in dead for answer in (each.mx, each.a, each.aaaa))))
    fix = _elsewhere(case, {each.host for each in dead})
    fix = fix or Fix(step="Put the address of a mailbox that receives mail in rua, or an MX record where it should.")
    return finding("rua-no-mail", Outcome.WARN, summary, lines, fix)


def _elsewhere(case: Case, hosts: set[str]) -> Fix | None:
    """The record without the addresses at these hosts: the others remain, else a mailbox of the domain's own comes."""
    if case.record is None:
        return None
    kept = [uri.text + uri.size for uri in case.record.rua if uri.host not in hosts]
    mailbox = case.mailbox(case.found.step.domain) if case.found.step else None
    if not any(uri.host and uri.host not in hosts for uri in case.record.rua):
        if mailbox is None or mailbox.rpartition("@")[2] in hosts:
            return None
        kept.append(f"mailto:{mailbox}")
    return said(amend(case, with_addresses(str(case.record), kept), "Publish the record with an address that works."))
