"""What to publish so that a MAIL FROM domain works: exactly one MX to SES, and an SPF record that names SES.

SES DeveloperGuide, "Using a custom MAIL FROM domain": one MX, its priority 10, and v=spf1 include:amazonses.com ~all.
"""

from collections.abc import Iterable, Sequence

from checks.autocorrect import repairs
from checks.evidence import printable
from checks.mail_from.facts import MailFromFacts, Place, aliases_of, by_wildcard, free_name, hosts_of_ses
from checks.mail_from.spf_at import PLAIN, has_no_record, meant_as_record, merged
from checks.mx.facts import exchanges
from checks.near_miss import feedback_host
from model import Fix, Record


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
    """The region that the published records agree on, where none was told."""
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
