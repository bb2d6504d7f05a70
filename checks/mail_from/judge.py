"""What the MAIL FROM domain means for mail from SES, and the records that fix it."""

from collections.abc import Iterator

from checks.answers import Tristate, Unanswered, aliases_of
from checks.autocorrect import describe_repairs, read_feedback_host
from checks.findings import (
    evidence_of,
    join_fixes,
    make_finding,
    make_printable,
    make_unknown_finding,
    select_unanswered,
)
from checks.mail_from.facts import (
    PLAIN,
    MailFromFacts,
    Place,
    by_wildcard,
    free_name,
    has_no_record,
    hosts_of_ses,
    is_below,
    meant_as_record,
    merged,
    receives_otherwise,
)
from checks.mx import mail_exchangers, mx_records
from model import Finding, Fix, Outcome, Record, worst_first

_MX_IN_WORDS = "with the priority 10 and the host feedback-smtp.<your region>.amazonses.com"
_EFFECTS = {
    True: "meanwhile SES uses its own MAIL FROM, and SPF does not align",
    False: "meanwhile SES rejects the mail",
    None: "SES cannot use it like this",
}
"""What comes of a wrong MX, by BehaviorOnMxFailure: USE_DEFAULT_VALUE, REJECT_MESSAGE, unknown."""


def judge(facts: MailFromFacts) -> tuple[Finding, ...]:
    """Returns the findings about the MAIL FROM domain, worst first."""
    if facts.place is None:
        return (_not_set(facts),)
    if facts.guessed:
        return worst_first([_guessed(facts, facts.place), *_unknown(facts, facts.place)])
    return worst_first(list(_of_place(facts, facts.place)) or [_ok(facts, facts.place)])


def has_mail_from(facts: MailFromFacts) -> Tristate:
    """Is a custom MAIL FROM domain in place: its MX right, its SPF passing for SES? A guessed one is UNKNOWN: whose
    account it belongs to cannot be seen. NO where none is set, or none found under the usual names."""
    if facts.place is None:
        return Tristate.UNKNOWN if _probes_unknown(facts) else Tristate.NO
    if facts.guessed:
        return Tristate.UNKNOWN
    codes = {found.code for found in judge(facts)} - {"mail_from.used-in-from", "mail_from.ok"}
    if codes - {"mail_from.lookup-failed"}:
        return Tristate.NO
    return Tristate.UNKNOWN if codes else Tristate.YES


def domain_of_mail_from(facts: MailFromFacts) -> str | None:
    """Returns the name of the MAIL FROM domain, as known or as guessed; None where none is known."""
    return facts.place.name if facts.place else None


def _of_place(facts: MailFromFacts, place: Place) -> Iterator[Finding]:
    expected, seen = facts.expectations, evidence_of(place.mx, place.txt)
    if not is_below(place.name, facts.identity):
        name = make_printable(place.name)
        summary = f"The MAIL FROM domain has to be a subdomain of {facts.identity}, and {name} is not."
        fix = _other_name(facts, "Use another name.")
        yield make_finding("mail_from.not-subdomain", Outcome.FAIL, summary, (f"SES: MAIL FROM domain is {name}",), fix)
        return
    if expected and (expected.mail_from_status or "").upper() == "FAILED":
        summary = f"SES looked for the records of {place.name} for 72 hours, did not find them, and gave up."
        again = f"When both records are published, save again in {_console(facts)}: SES no longer looks by itself."
        fix = join_fixes(_mx_fix(facts, place), _spf_fix(facts, place), Fix(step=again))
        yield make_finding("mail_from.gave-up", Outcome.FAIL, summary, ("SES: MAIL FROM status is FAILED", *seen), fix)
    if expected and expected.feedback_forwarding and place.name == facts.domain.lower().rstrip("."):
        summary = (
            f"{place.name} is both the From domain and the MAIL FROM domain while SES forwards feedback by mail: "
            "bounces sent to it come back to SES and are lost."
        )
        fix = _other_name(facts, "Use a name for the MAIL FROM domain that is in no From address.")
        lines = ("SES: FeedbackForwardingStatus is true", *evidence_of(place.mx))
        yield make_finding("mail_from.used-in-from", Outcome.WARN, summary, lines, fix)
    yield from _mx(facts, place)
    yield from _spf(facts, place)
    yield from _unknown(facts, place)


def _mx(facts: MailFromFacts, place: Place) -> Iterator[Finding]:
    """Exactly one MX, and it leads to SES in the identity's region."""
    if isinstance(place.mx, Unanswered):
        return
    hosts = [exchange.host for exchange in mx_records(place.mx)]
    falls_back = facts.expectations.mail_from_fallback if facts.expectations else None
    outcome = Outcome.WARN if falls_back else Outcome.FAIL
    effect, seen = _EFFECTS[falls_back], evidence_of(place.mx)
    if not any(hosts) or (receives_otherwise(place.mx) and by_wildcard(place, facts.sibling)):
        summary = f"{place.name} has no MX of its own for the bounces of SES; {effect}."
        yield make_finding("mail_from.mx-missing", outcome, summary, seen, _mx_fix(facts, place))
    elif receives_otherwise(place.mx):
        summary = (
            f"{place.name} already receives mail at {make_printable(mail_exchangers(place.mx)[0])}; a MAIL FROM domain "
            "may have no other MX than that of SES."
        )
        fix = _other_name(facts, f"Leave the mail of {place.name} as it is and use another name.")
        yield make_finding("mail_from.receives-mail", Outcome.FAIL, summary, seen, fix)
    elif len(hosts) > 1:
        summary = f"{place.name} has {len(hosts)} MX records where SES wants exactly one; {effect}."
        yield make_finding("mail_from.mx-multiple", outcome, summary, seen, _mx_fix(facts, place))
    elif wrong := _how_wrong(facts, hosts[0], place):
        yield make_finding("mail_from.mx-wrong-region", outcome, f"{wrong}; {effect}.", seen, _mx_fix(facts, place))


def _how_wrong(facts: MailFromFacts, host: str, place: Place) -> str:
    """Returns why the one MX host is not that of the region that SES names, or of any where it names none; empty if
    right."""
    meant = read_feedback_host(host, place.name)
    if facts.region and host == _mx_host(facts.region):
        return ""
    if meant is None:
        return f"The MX {make_printable(host)} is no host of SES: those are feedback-smtp.<region>.amazonses.com"
    if meant.why:
        return f"The MX {make_printable(host)} is not a host of SES: {make_printable(meant.why)}"
    if not facts.region:
        return ""
    return f"The MX takes the bounces of {meant.region}, but the identity is in {facts.region}"


def _spf(facts: MailFromFacts, place: Place) -> Iterator[Finding]:
    """SPF at the MAIL FROM domain is what receivers check for mail from SES (RFC 7208 section 2.4)."""
    seen = evidence_of(place.txt)
    if has_no_record(place.txt):
        summary = f"{place.name} has no SPF record, so mail from SES passes no SPF check."
        yield make_finding("mail_from.spf-missing", Outcome.FAIL, summary, seen, _spf_fix(facts, place))
    elif facts.spf and facts.spf.result not in {"pass", "temperror"}:
        summary = f"The SPF record of {place.name} does not pass for SES: it gives “{facts.spf.result}”."
        yield make_finding("mail_from.spf-no-ses", Outcome.FAIL, summary, seen, _spf_fix(facts, place))


def _unknown(facts: MailFromFacts, place: Place) -> Iterator[Finding]:
    """Yields what was not answered, and could have changed what was found."""
    failed = list(select_unanswered(place.mx, place.txt))
    if facts.spf and facts.spf.result == "temperror":
        failed += [answer for answer in facts.spf.unanswered if answer not in failed]
    if failed:
        names = ", ".join(dict.fromkeys(f"{answer.name} {answer.type}" for answer in failed[:3]))
        summary = f"Whether {place.name} is a working MAIL FROM domain is unknown: {names} was not answered."
        yield make_unknown_finding("mail_from.lookup-failed", summary, *failed)


def _ok(facts: MailFromFacts, place: Place) -> Finding:
    summary = f"Mail from SES carries {place.name} in its envelope, and SPF passes there for SES."
    if facts.expectations and (facts.expectations.mail_from_status or "").upper() == "PENDING":
        summary += " SES itself has not confirmed it yet; that can take up to 72 hours."
    return make_finding("mail_from.ok", Outcome.PASS, summary, evidence_of(place.mx, place.txt))


def _probes_unknown(facts: MailFromFacts) -> tuple[Unanswered, ...]:
    """Returns a usual name whose MX was not answered may be the MAIL FROM domain. Not so where SES says that none is
    set."""
    if facts.expectations and facts.expectations.mail_from_known:
        return ()
    return select_unanswered(*(probe.mx for probe in facts.probes))


def _not_set(facts: MailFromFacts) -> Finding:
    if failed := _probes_unknown(facts):
        names = ", ".join(answer.name for answer in failed[:3])
        summary = f"Whether {facts.identity} has a custom MAIL FROM domain is unknown: {names} was not answered."
        return make_unknown_finding("mail_from.lookup-failed", summary, *failed)
    expected = bool(facts.expectations and facts.expectations.mail_from_known)
    known, seen = "is known", "no MX of SES at " + ", ".join(probe.name for probe in facts.probes)
    if expected:
        known, seen = "is set", "SES: no MAIL FROM domain is set"
    summary = (
        f"No custom MAIL FROM domain {known} for {facts.identity}: SPF then passes for amazonses.com, not for your "
        "domain, so DMARC depends on DKIM alone."
    )
    ready = next((probe.name for probe in facts.probes if hosts_of_ses(probe.mx)), None)
    fix: Fix | str = _other_name(facts, "")
    if expected and ready:
        fix = f"The MX at {ready} is already there: set {ready} as the MAIL FROM domain in the SES console."
    return make_finding("mail_from.not-set", Outcome.WARN, summary, (seen,), fix)


def _guessed(facts: MailFromFacts, place: Place) -> Finding:
    """Found under a usual name: nothing about it can fail, as SES may use another or none."""
    faults = [*_mx(facts, place), *_spf(facts, place)]
    summary = f"{place.name} looks like the MAIL FROM domain of {facts.identity}. We found it by trying common names"
    if faults:
        summary += ". " + " ".join(fault.summary for fault in faults)
    else:
        summary += "." if list(_unknown(facts, place)) else "; its DNS records are correct."
    sure = Fix(step="Connect the AWS account to be sure of the name and the region.")
    fix = join_fixes(*(fault.fix for fault in faults if fault.fix), sure)
    return make_finding("mail_from.guessed", Outcome.WARN, summary, evidence_of(place.mx, place.txt), fix)


def _mx_host(region: str) -> str:
    return f"feedback-smtp.{region}.amazonses.com"


def _mx_fix(facts: MailFromFacts, place: Place) -> Fix:
    """Returns one MX that leads to SES in the right region; every other goes."""
    region = facts.region or _only_region(place)
    if region is None:
        return Fix(step=f"Publish exactly one MX at {place.name}: {_MX_IN_WORDS}. {_console_shows(facts)}")
    if _borrows(facts, place):
        return _both(facts, place, region)
    right = Record("MX", place.name, _mx_host(region), 10)
    held = [Record("MX", place.name, each.host or ".", each.preference) for each in mx_records(place.mx)]
    kept = next((record for record in held if record.value == right.value), None)
    others = tuple(record for record in held if record != kept)
    strangers = [each.value for each in others if each.value != "." and not read_feedback_host(each.value, place.name)]
    step = ""
    if strangers:
        step = (
            f"If {make_printable(strangers[0])} takes real mail for {place.name}, leave it and choose another name for "
            "the MAIL FROM domain."
        )
    return Fix((kept or right,), others, step)


def _spf_fix(facts: MailFromFacts, place: Place) -> Fix:
    """Returns one SPF record that passes for SES and keeps what was published besides."""
    region = facts.region or _only_region(place)
    if _borrows(facts, place) and region:
        return _both(facts, place, region)
    text, there = _spf_text(facts, place), meant_as_record(place.txt)
    old = tuple(Record("TXT", place.name, record) for record in there if record != text)
    step = describe_repairs(there[0], text) if has_no_record(place.txt) and there else ""
    return Fix((Record("TXT", place.name, text),), old, step)


def _other_name(facts: MailFromFacts, why: str) -> Fix:
    """Another name for the MAIL FROM domain: a free one, with both of its records."""
    name = free_name(facts)
    if name is None:
        step = f"{why} Choose a name below {facts.identity} that has no records and enter it in {_console(facts)}."
        return Fix(step=f"{step} Then publish the MX and the TXT record that the console shows.".strip())
    step = f"{why} Enter {name} in {_console(facts)}.".strip()
    if facts.region is None:
        text = f"At {name} publish the MX {_MX_IN_WORDS} and the TXT {PLAIN}."
        return Fix(step=f"{step} {text} {_console_shows(facts)}")
    records = Record("MX", name, _mx_host(facts.region), 10), Record("TXT", name, PLAIN)
    return Fix(records, step=f"{step} Then publish both records.")


def _only_region(place: Place) -> str | None:
    """Returns the region that the published records agree on, where none is known."""
    regions = {host.region for host in hosts_of_ses(place.mx) if host.region}
    return regions.pop() if len(regions) == 1 else None


def _spf_text(facts: MailFromFacts, place: Place) -> str:
    """Returns the SPF record that should be at the place: the one there where it passes."""
    records = meant_as_record(place.txt)
    if len(records) == 1 and facts.spf and facts.spf.result == "pass":
        return records[0]
    return merged(records) if records else PLAIN


def _borrows(facts: MailFromFacts, place: Place) -> bool:
    """Returns True where the records at the place are not its own: they come through a CNAME, or from a wildcard."""
    return bool(aliases_of(place.mx)) or by_wildcard(place, facts.sibling)


def _both(facts: MailFromFacts, place: Place, region: str) -> Fix:
    """Returns both records at a place that borrows its own: nothing may be beside a CNAME (RFC 1034 section 3.6.2), so
    it goes, and what came through it comes along. A wildcard is no record of the name, and gives way by itself."""
    records = Record("MX", place.name, _mx_host(region), 10), Record("TXT", place.name, _spf_text(facts, place))
    if by_wildcard(place, facts.sibling):
        return Fix(records, step=f"What {place.name} answers today is a wildcard, which gives way to these records.")
    step = f"The CNAME at {place.name} has to go: no other record may be beside it."
    return Fix(records, (Record("CNAME", place.name, aliases_of(place.mx)[0]),), step)


def _console(facts: MailFromFacts) -> str:
    return f"the SES console (identity {facts.identity}, Custom MAIL FROM domain, Edit)"


def _console_shows(facts: MailFromFacts) -> str:
    return f"The SES console shows both records for {facts.identity} with your region in them."
