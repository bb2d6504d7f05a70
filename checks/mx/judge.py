"""Judges where mail for a domain goes: pure, from facts to findings.

A mail server is never invented: where one is missing the fix is a step in words. RFC 5321 section 5.1, RFC 7505.
"""

from dataclasses import dataclass
from enum import StrEnum

from checks.answers import Answer, NoName, Records, Unanswered
from checks.evidence import ask_again, evidence, printable, unanswered
from checks.mx.look_up import Exchange, MxFacts, MxHost, exchanges, hosts_named, is_address
from checks.near_miss import mail_host, without_zone
from checks.tristate import Tristate
from model import Finding, Fix, Outcome, Record


class _State(StrEnum):
    """What a mail exchanger is, as far as DNS shows."""

    GOOD = "has an address"
    UNKNOWN = "is unknown"
    LITERAL = "is an IP address where a host name belongs (RFC 5321 section 5.1)"
    ALIAS = "is a CNAME, and an MX record may not point at one (RFC 2181 section 10.3)"
    NO_NAME = "does not exist"
    NO_ADDRESS = "has no address"
    NULL = "says that no mail is accepted, beside others that say the opposite (RFC 7505 section 3)"


def judge(facts: MxFacts, *, needed_for: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """The findings about mail to the domain, worst first. `needed_for`: uses of an address at the domain, in words such
    as "DMARC reports (rua)", which make a domain without mail fail."""
    named = exchanges(facts.answer)
    if _no_such_domain(facts):
        return (_domain_not_found(facts),)
    if isinstance(facts.answer, Unanswered):
        return (_lookup_failed(facts, facts.answer),)
    if not named:
        return (_without_mx(facts, needed_for),)
    if not hosts_named(facts):
        return (_null(facts, needed_for),)
    return _by_host(facts, named)


def receives(facts: MxFacts) -> Tristate:
    """Does mail to the domain arrive somewhere? NO only where DNS says so; a host behind a CNAME works in practice."""
    if _no_such_domain(facts):
        return Tristate.NO
    if isinstance(facts.answer, Unanswered):
        return Tristate.UNKNOWN
    if exchanges(facts.answer):
        return _any(tuple(_connect_slack(host) for host in facts.hosts))
    return _address(facts.a, facts.aaaa)


def _any(answers: tuple[Tristate, ...]) -> Tristate:
    if Tristate.YES in answers:
        return Tristate.YES
    return Tristate.UNKNOWN if Tristate.UNKNOWN in answers else Tristate.NO


def _address(a: Answer | None, aaaa: Answer | None) -> Tristate:
    if isinstance(a, Records) or isinstance(aaaa, Records):
        return Tristate.YES
    return Tristate.UNKNOWN if unanswered(a, aaaa) else Tristate.NO


def _connect_slack(host: MxHost) -> Tristate:
    return Tristate.NO if is_address(host.name) else _address(host.a, host.aaaa)


def _no_such_domain(facts: MxFacts) -> bool:
    """NXDOMAIN is about the name, whatever the type asked (RFC 8020), unless a sibling answer proves that it exists."""
    said = (facts.answer, facts.a, facts.aaaa)
    missing = any(isinstance(answer, NoName) and not answer.aliases for answer in said)
    return missing and not any(isinstance(answer, Records) for answer in said)


def _state(host: MxHost) -> _State:
    if is_address(host.name):
        return _State.LITERAL
    if isinstance(host.cname, Records) or any(isinstance(a, Records) and a.aliases for a in (host.a, host.aaaa)):
        return _State.ALIAS
    match _address(host.a, host.aaaa):
        case Tristate.YES:
            return _State.GOOD
        case Tristate.UNKNOWN:
            return _State.UNKNOWN
        case Tristate.NO:
            return _State.NO_NAME if isinstance(host.a, NoName) else _State.NO_ADDRESS


@dataclass(frozen=True, slots=True)
class _Target:
    """One MX record with what its host is; `host` is None for the null MX."""

    exchange: Exchange
    state: _State
    host: MxHost | None = None


def _by_host(facts: MxFacts, named: tuple[Exchange, ...]) -> tuple[Finding, ...]:
    targets = [_Target(host.exchange, _state(host), host) for host in facts.hosts]
    targets += [_Target(exchange, _State.NULL) for exchange in named if not exchange.host]
    unknown = [target for target in targets if target.state is _State.UNKNOWN]
    bad = [target for target in targets if target.state not in {_State.GOOD, _State.UNKNOWN}]
    good = any(target.state is _State.GOOD for target in targets)
    findings = []
    if unknown:
        findings.append(_host_unknown(facts, [target.host for target in unknown if target.host]))
    if bad:
        findings.append(_target_bad(facts, bad, good))
    if not findings:
        findings.append(_ok(facts))
    return tuple(findings)


def _ok(facts: MxFacts) -> Finding:
    hosts = hosts_named(facts)
    what = hosts[0] if len(hosts) == 1 else f"{len(hosts)} mail exchangers, {hosts[0]} first"
    return Finding("mx", Outcome.PASS, "mx.ok", f"Mail to {facts.domain} goes to {what}.", evidence(facts.answer))


def _null(facts: MxFacts, needed_for: tuple[str, ...]) -> Finding:
    summary = f"{facts.domain} says that it accepts no mail at all (a null MX, RFC 7505)" + _why(needed_for)
    step = (
        f"If {facts.domain} is meant to receive mail, replace the null MX with the MX records that your mail "
        "provider gives you."
    )
    return _without_mail(facts, "mx.null", summary, step, needed_for)


def _without_mx(facts: MxFacts, needed_for: tuple[str, ...]) -> Finding:
    match _address(facts.a, facts.aaaa):
        case Tristate.UNKNOWN:
            return _lookup_failed(facts, *unanswered(facts.a, facts.aaaa))
        case Tristate.YES:
            return _implicit(facts)
        case Tristate.NO:
            summary = f"{facts.domain} has no MX record and no address, so it cannot receive mail" + _why(needed_for)
            step = f"Set up a mailbox for {facts.domain} and publish the MX records that your mail provider gives you."
            return _without_mail(facts, "mx.missing", summary, step, needed_for)


def _without_mail(facts: MxFacts, code: str, summary: str, step: str, needed_for: tuple[str, ...]) -> Finding:
    if needed_for:
        step += " Or use an address at another domain for " + " and ".join(needed_for) + "."
    outcome = Outcome.FAIL if needed_for else Outcome.WARN
    seen = evidence(facts.answer) if code == "mx.null" else evidence(facts.answer, facts.a, facts.aaaa)
    return Finding("mx", outcome, code, summary, seen, Fix(step=step))


def _why(needed_for: tuple[str, ...]) -> str:
    if needed_for:
        return f", but it is named for {' and '.join(needed_for)}."
    return ": replies and bounces to addresses there have nowhere to go."


def _implicit(facts: MxFacts) -> Finding:
    return Finding(
        "mx",
        Outcome.WARN,
        "mx.implicit",
        f"{facts.domain} has no MX record; senders then try its own address, so mail may still arrive "
        "(RFC 5321 section 5.1), but some will not.",
        evidence(facts.answer, facts.a, facts.aaaa),
        Fix(
            step=f"If {facts.domain} receives mail, publish the MX records that your mail provider gives you. If it "
            "must not, a null MX (priority 0, host “.”) says so plainly."
        ),
    )


def _domain_not_found(facts: MxFacts) -> Finding:
    return Finding(
        "mx",
        Outcome.FAIL,
        "mx.domain-not-found",
        f"{facts.domain} does not exist in DNS, so nothing can be published below it yet.",
        evidence(facts.answer),
        Fix(
            step="Check the spelling of the name. If it is right, register the domain or, if it is new or was "
            "moved, set its name servers at the registrar."
        ),
    )


def _lookup_failed(facts: MxFacts, *failed: Unanswered) -> Finding:
    return Finding(
        "mx",
        Outcome.UNKNOWN,
        "mx.lookup-failed",
        f"Where mail to {facts.domain} goes is unknown: {failed[0].name} {failed[0].type} was not answered.",
        evidence(*failed),
        Fix(step=ask_again(*failed)),
    )


def _host_unknown(facts: MxFacts, hosts: list[MxHost]) -> Finding:
    failed = unanswered(*(answer for host in hosts for answer in (host.a, host.aaaa)))
    names = ", ".join(printable(host.name) for host in hosts[:3])
    return Finding(
        "mx",
        Outcome.UNKNOWN,
        "mx.lookup-failed",
        f"{facts.domain} names {names} for its mail, and whether that has an address is unknown.",
        evidence(facts.answer, *failed),
        Fix(step=ask_again(*failed)),
    )


def _target_bad(facts: MxFacts, bad: list[_Target], good: bool) -> Finding:
    words = "; ".join(f"{printable(target.exchange.host) or 'the null MX'} {target.state}" for target in bad[:3])
    summary = f"Mail to {facts.domain} can get lost: {words}."
    seen = evidence(facts.answer, *(answer for target in bad for answer in _shown(target)))
    return Finding("mx", Outcome.WARN, "mx.target-bad", summary, seen, _amendment(facts.domain, bad, good))


def _shown(target: _Target) -> tuple[Answer | None, ...]:
    host = target.host
    if host is None:
        return ()
    return (host.cname,) if target.state is _State.ALIAS else (host.a, host.aaaa)


def _amendment(domain: str, bad: list[_Target], good: bool) -> Fix:
    """What is certain is in records: the host without a zone that was appended; the deletion of a record that leads
    nowhere while another works."""
    records, remove, steps = [], [], []
    for target in bad:
        preference, host = target.exchange.preference, target.exchange.host
        old = Record("MX", domain, host or ".", preference)
        gone = target.state in (_State.NO_NAME, _State.NO_ADDRESS)
        if gone and target.host and isinstance(target.host.meant, Records) and (meant := mail_host(host, domain)):
            records.append(Record("MX", domain, meant, preference))
            remove.append(old)
            appended = f"The DNS provider appended its zone to {meant}: type the host with a dot at its end."
            slip = f"{host} is not complete or has a slip in its name: {meant} exists."
            steps.append(appended if without_zone(host, domain) else slip)
        elif target.state is _State.ALIAS:
            steps.append(
                f"Give {host} address records of its own in place of its CNAME, or name the CNAME’s target in the MX."
            )
        elif good or target.state is _State.NULL:
            remove.append(old)
        else:
            bare = without_zone(host, domain)
            guess = f" The DNS provider may have appended its zone to {bare}." if bare else ""
            steps.append(f"Replace {host} by the MX host that your mail provider names: it {target.state}.{guess}")
    if good and remove and not records:
        steps.append("Delete what leads nowhere: another mail exchanger works.")
    return Fix(tuple(records), tuple(remove), " ".join(dict.fromkeys(steps)))
