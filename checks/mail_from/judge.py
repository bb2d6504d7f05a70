"""What the MAIL FROM domain means for mail from SES, and the records that fix it."""

from collections.abc import Iterable, Iterator, Sequence

from checks.answers import Unanswered
from checks.autocorrect import repairs
from checks.evidence import ask_again, evidence, printable, unanswered
from checks.mail_from.facts import (
    PLAIN,
    MailFromFacts,
    Place,
    aliases_of,
    by_wildcard,
    free_name,
    has_no_record,
    hosts_of_ses,
    is_below,
    is_of_ses,
    meant_as_record,
    merged,
    receives_otherwise,
)
from checks.mx import exchanges
from checks.near_miss import feedback_host
from checks.tristate import Tristate
from model import Finding, Fix, Outcome, Record, worst_first


def mx_host(region: str) -> str:
    """Where SES takes the bounces of a region."""
    return f"feedback-smtp.{region}.amazonses.com"


def mx_fix(facts: MailFromFacts, place: Place) -> Fix:
    """One MX that leads to SES in the right region; every other goes."""
    region = facts.region or _only_region(place)
    if region is None:
        return Fix(step=f"Publish exactly one MX at {place.name}: {_mx_in_words()}. {_console_shows(facts)}")
    if _borrows(facts, place):
        return _both(facts, place, region)
    right = Record("MX", place.name, mx_host(region), 10)
    held = [Record("MX", place.name, each.host or ".", each.preference) for each in exchanges(place.mx)]
    kept = next((record for record in held if record.value == right.value), None)
    others = tuple(record for record in held if record != kept)
    strangers = [each.value for each in others if each.value != "." and not feedback_host(each.value, place.name)]
    step = (
        f"If {printable(strangers[0])} takes real mail for {place.name}, leave it and choose another name for the "
        "MAIL FROM domain."
        if strangers
        else ""
    )
    return Fix((kept or right,), others, step)


def spf_fix(facts: MailFromFacts, place: Place) -> Fix:
    """One SPF record that passes for SES and keeps what was published besides."""
    region = facts.region or _only_region(place)
    if _borrows(facts, place) and region:
        return _both(facts, place, region)
    text = _spf_text(facts, place)
    there = meant_as_record(place.txt)
    old = tuple(Record("TXT", place.name, record) for record in there if record != text)
    return Fix(
        (Record("TXT", place.name, text),), old, repairs(there[0], text) if has_no_record(place.txt) and there else ""
    )


def other_name_fix(facts: MailFromFacts, why: str) -> Fix:
    """Another name for the MAIL FROM domain: a free one, with both of its records."""
    name = free_name(facts)
    if name is None:
        step = f"{why} Choose a name below {facts.identity} that has no records and enter it in {_console(facts)}."
        return Fix(step=f"{step} Then publish the MX and the TXT record that the console shows.".strip())
    set_it = f"{why} Enter {name} in {_console(facts)}.".strip()
    if facts.region is None:
        text = f"At {name} publish the MX {_mx_in_words()} and the TXT {PLAIN}."
        return Fix(step=f"{set_it} {text} {_console_shows(facts)}")
    return Fix(
        (Record("MX", name, mx_host(facts.region), 10), Record("TXT", name, PLAIN)),
        step=f"{set_it} Then publish both records.",
    )


def again_fix(facts: MailFromFacts, place: Place) -> Fix:
    """All that has to be published, and the way to make SES look again."""
    fix = joined([mx_fix(facts, place), spf_fix(facts, place)])
    again = f"When both records are published, save again in {_console(facts)}: SES no longer looks by itself."
    return Fix(fix.records, fix.remove, f"{fix.step} {again}".strip())


def joined(fixes: Iterable[Fix]) -> Fix:
    """Several fixes as one."""
    every = list(fixes)
    return Fix(
        tuple(dict.fromkeys(record for fix in every for record in fix.records)),
        tuple(dict.fromkeys(record for fix in every for record in fix.remove)),
        " ".join(dict.fromkeys(fix.step for fix in every if fix.step)),
    )


def _only_region(place: Place) -> str | None:
    """The region that the published records agree on, where none is known."""
    regions: Sequence[str] = sorted({host.region for host in hosts_of_ses(place.mx) if host.region})
    return regions[0] if len(regions) == 1 else None


def _spf_text(facts: MailFromFacts, place: Place) -> str:
    """The SPF record that should be at the place: the one there where it passes."""
    records = meant_as_record(place.txt)
    if len(records) == 1 and facts.spf and facts.spf.result == "pass":
        return records[0]
    return merged(records) if records else PLAIN


def _borrows(facts: MailFromFacts, place: Place) -> bool:
    """True where the records at the place are not its own: they come through a CNAME, or from a wildcard."""
    return bool(aliases_of(place.mx)) or by_wildcard(place, facts.sibling)


def _both(facts: MailFromFacts, place: Place, region: str) -> Fix:
    """Both records at a place that borrows its own: nothing may be beside a CNAME (RFC 1034 section 3.6.2), so it
    goes, and what came through it comes along. A wildcard is no record of the name, and gives way by itself."""
    records = Record("MX", place.name, mx_host(region), 10), Record("TXT", place.name, _spf_text(facts, place))
    if by_wildcard(place, facts.sibling):
        return Fix(records, step=f"What {place.name} answers today is a wildcard, which gives way to these records.")
    step = f"The CNAME at {place.name} has to go: no other record may be beside it."
    return Fix(records, (Record("CNAME", place.name, aliases_of(place.mx)[0]),), step)


def _console(facts: MailFromFacts) -> str:
    return f"the SES console (identity {facts.identity}, Custom MAIL FROM domain, Edit)"


def _mx_in_words() -> str:
    return "with the priority 10 and the host feedback-smtp.<your region>.amazonses.com"


def _console_shows(facts: MailFromFacts) -> str:
    return f"The SES console shows both records for {facts.identity} with your region in them."


_EFFECTS = {
    True: "meanwhile SES uses its own MAIL FROM, and SPF does not align",
    False: "meanwhile SES rejects the mail",
    None: "SES cannot use it like this",
}
"""What comes of a wrong MX, by BehaviorOnMxFailure: USE_DEFAULT_VALUE, REJECT_MESSAGE, unknown."""


def judge(facts: MailFromFacts) -> tuple[Finding, ...]:
    """The findings about the MAIL FROM domain, worst first."""
    if facts.place is None:
        return (_unknown_name(facts),)
    if facts.guessed:
        findings = [_guessed(facts, facts.place), *_unknown(facts, facts.place)]
    else:
        findings = list(_of_place(facts, facts.place)) or [_ok(facts, facts.place)]
    return worst_first(findings)


def standing(facts: MailFromFacts) -> Tristate:
    """Is a custom MAIL FROM domain in place: its MX right, its SPF passing for SES? A guessed one is UNKNOWN: whose
    account it belongs to cannot be seen. NO where none is set, or none found under the usual names."""
    if facts.place is None:
        return Tristate.UNKNOWN if _probes_unknown(facts) else Tristate.NO
    if facts.guessed:
        return Tristate.UNKNOWN
    codes = {finding.code for finding in judge(facts)} - {"mail_from.used-in-from", "mail_from.ok"}
    if codes - {"mail_from.lookup-failed"}:
        return Tristate.NO
    return Tristate.UNKNOWN if codes else Tristate.YES


def domain_of_mail_from(facts: MailFromFacts) -> str | None:
    """The name of the MAIL FROM domain, as known or as guessed; None where none is known."""
    return facts.place.name if facts.place else None


def _finding(outcome: Outcome, code: str, summary: str, seen: tuple[str, ...], fix: Fix | None = None) -> Finding:
    return Finding("mail_from", outcome, f"mail_from.{code}", summary, seen, fix)


def _of_place(facts: MailFromFacts, place: Place) -> Iterator[Finding]:
    """Judges a MAIL FROM domain that SES names."""
    if not is_below(place.name, facts.identity):
        yield _not_subdomain(facts, place)
        return
    expected = facts.expectations
    if expected and (expected.mail_from_status or "").upper() == "FAILED":
        yield _gave_up(facts, place)
    if expected and expected.feedback_forwarding and place.name == facts.domain.lower().rstrip("."):
        yield _used_in_from(facts, place)
    yield from _mx(facts, place)
    yield from _spf(facts, place)
    yield from _unknown(facts, place)


def _mx(facts: MailFromFacts, place: Place) -> Iterator[Finding]:
    """Exactly one MX, and it leads to SES in the identity's region."""
    if isinstance(place.mx, Unanswered):
        return
    hosts = [exchange.host for exchange in exchanges(place.mx)]
    expected = facts.expectations
    falls_back = expected.mail_from_fallback if expected else None
    outcome = Outcome.WARN if falls_back else Outcome.FAIL
    effect = _EFFECTS[falls_back]
    if not any(hosts) or (receives_otherwise(place.mx) and by_wildcard(place, facts.sibling)):
        summary = f"{place.name} has no MX of its own for the bounces of SES; {effect}."
        yield _finding(outcome, "mx-missing", summary, evidence(place.mx), mx_fix(facts, place))
    elif receives_otherwise(place.mx):
        yield _receives_mail(facts, place)
    elif len(hosts) > 1:
        summary = f"{place.name} has {len(hosts)} MX records where SES wants exactly one; {effect}."
        yield _finding(outcome, "mx-multiple", summary, evidence(place.mx), mx_fix(facts, place))
    elif not _is_right(facts, hosts[0], place):
        yield _finding(
            outcome, "mx-wrong-region", _wrong(facts, hosts[0], effect), evidence(place.mx), mx_fix(facts, place)
        )


def _is_right(facts: MailFromFacts, host: str, place: Place) -> bool:
    """The host of the region that SES names; without one, that of any region."""
    meant = feedback_host(host, place.name)
    return host == mx_host(facts.region) if facts.region else meant is not None and not meant.why


def _wrong(facts: MailFromFacts, host: str, effect: str) -> str:
    meant = feedback_host(host, facts.place.name if facts.place else facts.identity)
    if meant is None:
        return f"The MX {printable(host)} is no host of SES: those are feedback-smtp.<region>.amazonses.com; {effect}."
    if meant.why:
        return f"The MX {printable(host)} is not a host of SES: {printable(meant.why)}; {effect}."
    return f"The MX takes the bounces of {meant.region}, but the identity is in {facts.region}; {effect}."


def _spf(facts: MailFromFacts, place: Place) -> Iterator[Finding]:
    """SPF at the MAIL FROM domain is what receivers check for mail from SES (RFC 7208 section 2.4)."""
    if has_no_record(place.txt):
        summary = f"{place.name} has no SPF record, so mail from SES passes no SPF check."
        yield _finding(Outcome.FAIL, "spf-missing", summary, evidence(place.txt), spf_fix(facts, place))
    elif facts.spf and facts.spf.result not in {"pass", "temperror"}:
        summary = f"The SPF record of {place.name} does not pass for SES: it gives “{facts.spf.result}”."
        yield _finding(Outcome.FAIL, "spf-no-ses", summary, evidence(place.txt), spf_fix(facts, place))


def _unknown(facts: MailFromFacts, place: Place) -> Iterator[Finding]:
    """What was not answered, and could have changed what was found."""
    failed = list(unanswered(place.mx, place.txt))
    if facts.spf and facts.spf.result == "temperror":
        failed += [answer for answer in facts.spf.unanswered if answer not in failed]
    if failed:
        names = ", ".join(dict.fromkeys(f"{answer.name} {answer.type}" for answer in failed[:3]))
        yield _finding(
            Outcome.UNKNOWN,
            "lookup-failed",
            f"Whether {place.name} is a working MAIL FROM domain is unknown: {names} was not answered.",
            evidence(*failed),
            Fix(step=ask_again(*failed)),
        )


def _ok(facts: MailFromFacts, place: Place) -> Finding:
    summary = f"Mail from SES carries {place.name} in its envelope, and SPF passes there for SES."
    if facts.expectations and (facts.expectations.mail_from_status or "").upper() == "PENDING":
        summary += " SES itself has not confirmed it yet; that can take up to 72 hours."
    return _finding(Outcome.PASS, "ok", summary, evidence(place.mx, place.txt))


def _gave_up(facts: MailFromFacts, place: Place) -> Finding:
    return _finding(
        Outcome.FAIL,
        "gave-up",
        f"SES looked for the records of {place.name} for 72 hours, did not find them, and gave up.",
        ("SES: MAIL FROM status is FAILED", *evidence(place.mx, place.txt)),
        again_fix(facts, place),
    )


def _not_subdomain(facts: MailFromFacts, place: Place) -> Finding:
    return _finding(
        Outcome.FAIL,
        "not-subdomain",
        f"The MAIL FROM domain has to be a subdomain of {facts.identity}, and {printable(place.name)} is not.",
        (f"SES: MAIL FROM domain is {printable(place.name)}",),
        other_name_fix(facts, "Use another name."),
    )


def _receives_mail(facts: MailFromFacts, place: Place) -> Finding:
    host = next(exchange.host for exchange in exchanges(place.mx) if exchange.host)
    return _finding(
        Outcome.FAIL,
        "receives-mail",
        f"{place.name} already receives mail at {printable(host)}; a MAIL FROM domain may have no other MX than that "
        "of SES.",
        evidence(place.mx),
        other_name_fix(facts, f"Leave the mail of {place.name} as it is and use another name."),
    )


def _used_in_from(facts: MailFromFacts, place: Place) -> Finding:
    return _finding(
        Outcome.WARN,
        "used-in-from",
        f"{place.name} is both the From domain and the MAIL FROM domain while SES forwards feedback by mail: bounces "
        "sent to it come back to SES and are lost.",
        ("SES: FeedbackForwardingStatus is true", *evidence(place.mx)),
        other_name_fix(facts, "Use a name for the MAIL FROM domain that is in no From address."),
    )


def _probes_unknown(facts: MailFromFacts) -> tuple[Unanswered, ...]:
    """A usual name whose MX was not answered may be the MAIL FROM domain. Not so where SES says that none is set."""
    if facts.expectations and facts.expectations.mail_from_told:
        return ()
    return unanswered(*(probe.mx for probe in facts.probes))


def _unknown_name(facts: MailFromFacts) -> Finding:
    failed = _probes_unknown(facts)
    if failed:
        names = ", ".join(answer.name for answer in failed[:3])
        summary = f"Whether {facts.identity} has a custom MAIL FROM domain is unknown: {names} was not answered."
        return _finding(Outcome.UNKNOWN, "lookup-failed", summary, evidence(*failed), Fix(step=ask_again(*failed)))
    expected = bool(facts.expectations and facts.expectations.mail_from_told)
    known = "is set" if expected else "is known"
    ready = next((probe for probe in facts.probes if is_of_ses(probe.mx)), None)
    if expected and ready:
        step = f"The MX at {ready.name} is already there: set {ready.name} as the MAIL FROM domain in the SES console."
        fix = Fix(step=step)
    else:
        fix = other_name_fix(facts, "")
    return _finding(
        Outcome.WARN,
        "not-set",
        f"No custom MAIL FROM domain {known} for {facts.identity}: SPF then passes for amazonses.com, not for "
        "your domain, so DMARC depends on DKIM alone.",
        (
            "SES: no MAIL FROM domain is set"
            if expected
            else "no MX of SES at " + ", ".join(probe.name for probe in facts.probes),
        ),
        fix,
    )


def _guessed(facts: MailFromFacts, place: Place) -> Finding:
    """Found under a usual name: nothing about it can fail, as SES may use another or none."""
    faults = [*_mx(facts, place), *_spf(facts, place)]
    summary = f"{place.name} looks like the MAIL FROM domain of {facts.identity}. We found it by trying common names"
    if faults:
        summary += ". " + " ".join(fault.summary for fault in faults)
    elif any(True for _ in _unknown(facts, place)):
        summary += "."
    else:
        summary += "; its DNS records are correct."
    sure = Fix(step="Connect the AWS account to be sure of the name and the region.")
    fixes = [fault.fix for fault in faults if fault.fix]
    return _finding(Outcome.WARN, "guessed", summary, evidence(place.mx, place.txt), joined([*fixes, sure]))
