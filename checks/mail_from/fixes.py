"""What to publish so that a MAIL FROM domain works: exactly one MX to SES, and an SPF record that names SES.

SES DeveloperGuide, "Using a custom MAIL FROM domain": one MX, its priority 10, and v=spf1 include:amazonses.com ~all.
"""

from collections.abc import Iterable, Sequence

from checks.answers import NoData, NoName, Records, values
from checks.mail_from.facts import MailFromFacts, Place, free_name, region_of
from checks.mail_from.spf_at import PLAIN, merged
from checks.spf import select
from model import Fix, Record

_IN_CONSOLE = "In the SES console open the identity {identity}, Custom MAIL FROM domain, Edit"


def mx_host(region: str) -> str:
    """Where SES takes the bounces of a region."""
    return f"feedback-smtp.{region}.amazonses.com"


def mx_fix(facts: MailFromFacts, place: Place) -> Fix:
    """One MX that leads to SES in the right region; every other goes."""
    region = facts.region or _only_region(place)
    if region is None:
        return Fix(step=f"Publish exactly one MX at {place.name}: {_mx_in_words()}. {_console_shows(facts)}")
    right = Record("MX", place.name, mx_host(region), 10)
    held = [Record("MX", place.name, each.host or ".", each.preference) for each in place.exchanges]
    kept = next((record for record in held if record.value == right.value), None)
    others = tuple(record for record in held if record != kept)
    strangers = [record.value for record in others if region_of(record.value) is None and record.value != "."]
    step = (
        f"If {strangers[0]} takes real mail for {place.name}, leave it and choose another name for the MAIL FROM "
        "domain."
        if strangers
        else ""
    )
    return Fix((kept or right,), (*_alias_in_the_way(facts, place), *others), step)


def spf_fix(facts: MailFromFacts, place: Place) -> Fix:
    """One SPF record that passes for SES and keeps what was published besides."""
    records = select(values(place.txt))
    if facts.spf and facts.spf.result == "pass":
        return Fix(tuple(Record("TXT", place.name, text) for text in records))
    text = merged(records) if records else PLAIN
    old = tuple(Record("TXT", place.name, record) for record in records if record != text)
    return Fix((Record("TXT", place.name, text),), (*_alias_in_the_way(facts, place), *old))


def other_name_fix(facts: MailFromFacts, why: str) -> Fix:
    """Another name for the MAIL FROM domain: a free one, with both of its records."""
    name = free_name(facts)
    if name is None:
        step = f"{why} Choose a name below {facts.identity} that has no records, and set it in SES: "
        return Fix(step=f"{step}{_how_to_set(facts)}, then publish the MX and the TXT record that the console shows.")
    set_it = f"{why} {_how_to_set(facts)}, and enter {name}."
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
    again = f"{_how_to_set(facts)}, and save it again: SES no longer looks by itself."
    return Fix(fix.records, fix.remove, f"{fix.step} When the records are published: {again}".strip())


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
    regions: Sequence[str] = sorted({found for each in place.exchanges if (found := region_of(each.host))})
    return regions[0] if len(regions) == 1 else None


def _alias_in_the_way(facts: MailFromFacts, place: Place) -> tuple[Record, ...]:
    """A CNAME at the name itself: nothing may stand beside it (RFC 1034 section 3.6.2). A wildcard's is no record."""
    answer = place.mx
    if not isinstance(answer, Records | NoData | NoName) or not answer.aliases:
        return ()
    sibling = facts.sibling.mx if facts.sibling else None
    if isinstance(sibling, Records | NoData | NoName) and sibling.aliases == answer.aliases:
        return ()
    return (Record("CNAME", place.name, answer.aliases[0]),)


def _how_to_set(facts: MailFromFacts) -> str:
    return _IN_CONSOLE.format(identity=facts.identity)


def _mx_in_words() -> str:
    return "with the priority 10 and the host feedback-smtp.<your region>.amazonses.com"


def _console_shows(facts: MailFromFacts) -> str:
    return f"The SES console shows both records for {facts.identity} with your region in them."
