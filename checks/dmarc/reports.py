"""Judges the hosts that reports go to: did they agree, and do they receive mail? RFC 9990 section 4.

Codes: rua-unauthorised, rua-not-told, rua-no-mail.
"""

from dataclasses import replace

from checks.answers import Answer, Tristate, Unanswered, values
from checks.autocorrect import without_zone
from checks.dmarc.case import DmarcCase, amend, failure, seen
from checks.dmarc.edit import as_meant, read, with_addresses
from checks.dmarc.parse import DmarcRecord, parse
from checks.dmarc.tree import Destination, PolicySource, destination_receives_mail, organization
from checks.findings import evidence_of, make_finding, retry_step, select_unanswered
from checks.mx import mail_exchangers
from model import Finding, Fix, Outcome

_LONGEST_NAME = 253
"""Octets of a name in text (RFC 1035 section 3.1)."""


def judge_reports(case: DmarcCase) -> tuple[Finding, ...]:
    """Returns the findings about the report hosts of the record that applies."""
    record = case.record
    if not case.ours or record is None or case.effective is None:
        return ()
    hosts = case.facts.destinations
    allowed = {each.host: _is_allowed(case, each) for each in hosts}
    arrives = {each.host: destination_receives_mail(each) for each in hosts}
    refused = [each for each in hosts if allowed[each.host] is Tristate.NO]
    uncertain = [each for each in hosts if Tristate.UNKNOWN in (allowed[each.host], arrives[each.host])]
    dead = [each for each in hosts if arrives[each.host] is Tristate.NO]
    findings = [_unauthorised(case, record, refused)] if refused else []
    findings += [_unknown(case, uncertain)] if uncertain or case.facts.unfollowed else []
    findings += [_no_mail(case, record, dead)] if dead else []
    return tuple(findings)


def _is_allowed(case: DmarcCase, destination: Destination) -> Tristate:
    """May reports go there: to a host of the same organization, or to one that agreed?"""
    inside, agreed = _is_inside(case, destination), _agreed(destination)[0]  # RFC 9990 4
    if Tristate.YES in (inside, agreed):
        return Tristate.YES
    return Tristate.NO if inside is agreed is Tristate.NO else Tristate.UNKNOWN


def _is_inside(case: DmarcCase, destination: Destination) -> Tristate:
    """Does the host belong to the organization at which the record was found?"""
    if destination.host == case.holder:
        return Tristate.YES
    ours = case.found.organization if case.found.role is PolicySource.OWN else case.holder
    theirs = organization(destination.walk)
    if ours is None or theirs is None:
        return Tristate.UNKNOWN
    return Tristate.YES if ours == theirs else Tristate.NO


def _agreed(destination: Destination) -> tuple[Tristate, str]:
    """Did the host agree: is at least one DMARC record at the name, and none that points elsewhere? And the host that
    one points at instead: then neither host gets any reports."""
    if isinstance(destination.report, Unanswered):
        return Tristate.UNKNOWN, ""
    records = [record for record in map(parse, values(destination.report)) if isinstance(record, DmarcRecord)]
    hosts = [uri.host for record in records for uri in record.rua if uri.host]
    elsewhere = next((host for host in hosts if host != destination.host), "")
    return (Tristate.YES if records and not elsewhere else Tristate.NO), elsewhere  # RFC 9990 4, steps 5 to 9


def _unauthorised(case: DmarcCase, record: DmarcRecord, refused: list[Destination]) -> Finding:
    host, elsewhere = refused[0].host, _agreed(refused[0])[1]
    why = f"it has not agreed to receive reports about {case.holder}"
    if elsewhere:
        why = f"its record for {case.holder} sends them on to {elsewhere}, which is not allowed"
    others = f" The same goes for {', '.join(each.host for each in refused[1:])}." if refused[1:] else ""
    summary = f"Receivers send no reports to {host}: {why}.{others}"
    lines = (*seen(case), *evidence_of(*(each.report for each in refused)))
    return make_finding("dmarc.rua-unauthorised", Outcome.WARN, summary, lines, _consent_fix(case, record, refused))


def _consent_fix(case: DmarcCase, record: DmarcRecord, refused: list[Destination]) -> Fix:
    """Returns a report address at the own domain, which needs no consent; what the host may publish is a step in
    words."""
    hosts = ", ".join(each.host for each in refused)
    ask = ""
    if all(not _agreed(each)[1] and len(each.report.name) <= _LONGEST_NAME for each in refused):
        names = ", ".join(each.report.name for each in refused)
        ask = (
            f"To keep the address at {hosts}, ask its owner to publish TXT “v=DMARC1” at {names}. Report services do "
            "that when you add the domain in their console."
        )
    own = f"Use a report address at your own domain in place of the one at {hosts}."
    fix = _elsewhere(case, record, {each.host for each in refused})
    step = f"{own} {ask}".strip()
    return replace(fix, step=step) if fix else Fix(step=step)


def _unknown(case: DmarcCase, uncertain: list[Destination]) -> Finding:
    if not uncertain:
        hosts = ", ".join(case.facts.unfollowed[:5])
        summary = f"The record names many report hosts; whether reports reach {hosts} was not looked up."
        step = "Name fewer report addresses: receivers may stop after the first two."
        return make_finding("dmarc.rua-not-told", Outcome.WARN, summary, seen(case), step)
    answers: list[Answer] = []
    for each in uncertain:
        answers += [each.report, *(step.answer for step in each.walk.steps), each.mx, each.a, each.aaaa]
    failed = select_unanswered(*answers, *(step.answer for step in case.facts.walk.steps))
    why = f": {failure(failed[0])}" if failed else ""
    summary = f"Whether reports reach {uncertain[0].host} is unknown{why}."
    again = retry_step(*failed) if failed else "Check again in a few minutes."
    return make_finding("dmarc.rua-not-told", Outcome.WARN, summary, (*seen(case), *evidence_of(*failed)), again)


def _no_mail(case: DmarcCase, record: DmarcRecord, dead: list[Destination]) -> Finding:
    hosts = ", ".join(each.host for each in dead)
    summary = f"Reports cannot arrive: {hosts} receives no mail."
    lines = (*seen(case), *evidence_of(*(answer for each in dead for answer in (each.mx, each.a, each.aaaa))))
    gone = {each.host for each in dead}
    fix = _at_meant_hosts(case, record, gone) or _elsewhere(case, record, gone)
    fix = fix or Fix(step="Put the address of a mailbox that receives mail in rua, or an MX record where it should.")
    return make_finding("dmarc.rua-no-mail", Outcome.WARN, summary, lines, fix)


def _at_meant_hosts(case: DmarcCase, record: DmarcRecord, dead: set[str]) -> Fix | None:
    """Returns the addresses at the hosts that were meant, where a zone was appended to each: their hosts receive
    mail."""
    kept = list[str]()
    for uri in record.rua:
        if not uri.host or uri.host not in dead:
            kept.append(uri.written)
            continue
        meant = without_zone(uri.host, case.holder)
        if meant is None or meant not in case.exchangers or not mail_exchangers(case.exchangers[meant]):
            return None
        kept.append(uri.text.lower().replace(uri.host, meant) + uri.size)
    words = "Publish the record with the address that was meant: the domain name was appended to it."
    return amend(case, with_addresses(str(record), kept), words)


def _elsewhere(case: DmarcCase, record: DmarcRecord, hosts: set[str]) -> Fix | None:
    """Returns the record without the addresses at these hosts: the others remain, else a mailbox of the domain's own
    comes."""
    text = as_meant(record)
    kept = [uri.written for uri in read(text).rua if uri.host and uri.host not in hosts]
    mailbox = case.mailbox(case.holder)
    if not kept:
        if mailbox is None or mailbox.rpartition("@")[2] in hosts:
            return None
        kept.append(f"mailto:{mailbox}")
    return amend(case, with_addresses(text, kept), "Publish the record with an address that works.")
