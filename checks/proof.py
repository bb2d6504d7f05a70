"""Tries every fix before a person sees it: publishes it in the zone as it was seen, and judges the domain again.

One place for all checks. A fix with records is shown only if it ends its finding, raises none, differs from what is
published, keeps every sender and report address that worked or was certainly meant, and is its reader's to publish.
Else the finding keeps a step in words. Questions are asked again only where the fix leads to names not seen before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from checks.answers import Answer, Dns, NoData, NoName, Question, Records, Unanswered, values
from checks.findings import join_fixes
from checks.names import is_at_or_below
from model import Finding, Fix, Outcome, Record

_MOST_COMPOSED = 4
"""Fixes put into one, where the first uncovers what the others are for."""
_GIVES_UP_ADDRESSES = frozenset({"dmarc.rua-unauthorised", "dmarc.rua-no-mail", "dmarc.rua-invalid"})
"""Findings about report addresses that get no reports: their fix may leave those out."""
_LEFT_OPEN = frozenset({"spf.neutral-all"})
"""What a fix of a failure may leave: a record that ends in `?all` until its owner has named all senders."""
_STAYS = frozenset({"mail_from.guessed"})
"""Findings that stay, with other words, when all that can be published is right."""
_SEARCH = frozenset({"dkim.none", "dkim.other-only", "dkim.cannot-tell"})
"""One of these is found wherever SES's tokens are not known: another of them is no new finding."""
_MILDER = {"spf.too-many-lookups": "spf.lookups-near-limit", "spf.too-many-voids": "spf.void"}
"""What is left of a failure that a fix cannot end whole."""
_NOT_PUBLISHED = "unpublished-"
"""How the label begins that the checks ask for to recognize a wildcard (RFC 4592)."""
_IN_WORDS = {
    "spf": "Correct the SPF record by hand: begin with “v=spf1”, name all that sends, end with “~all”.",
    "dkim": "Copy the record again from the service that signs, whole and on one line.",
    "dmarc": "Publish one DMARC record in its place: v=DMARC1; p=none; rua=mailto: and the address of a mailbox.",
    "mail_from": "The SES console shows both records to publish (open the identity, Custom MAIL FROM domain).",
    "mx": "Publish the MX records that your mail provider names.",
}


@dataclass(frozen=True, slots=True)
class Judgment:
    """What was judged of one zone. `senders`: whom SPF lets pass; `meant`: also those whom the owner surely wants;
    `addresses`: where DMARC reports are asked to go."""

    findings: tuple[Finding, ...]
    senders: frozenset[object] = frozenset()
    meant: frozenset[object] = frozenset()
    addresses: frozenset[str] = frozenset()

    def severity(self, code: str) -> int:
        return max((found.outcome.severity for found in self.findings if found.code == code), default=0)


JudgeAgain: TypeAlias = Callable[[Dns, Finding], Awaitable[Judgment]]
"""Looks up and judges the domain by another zone, in which the fix of a finding is published."""


async def prove_fixes(  # noqa: PLR0913, PLR0917 - what a proof needs, each once
    findings: tuple[Finding, ...],
    before: Judgment,
    zone: Mapping[Question, Answer],
    live: Callable[[str], Dns],
    again: JudgeAgain,
    owner: str,
) -> tuple[Finding, ...]:
    """Returns the findings, each with a fix that proved itself or with a step in words. `before`: all that was judged;
    `zone`: every answer seen; `live` gives a way to ask for a check; `owner`: the domain up to which its reader
    publishes."""

    async def prove(finding: Finding) -> Finding:
        if finding.fix is None or not (finding.fix.records or finding.fix.remove):
            return finding
        attempt = _Attempt(before, finding, zone, live(finding.check), again, owner)
        fix = await attempt.fix(finding.fix)
        return replace(finding, fix=fix or Fix(step=_IN_WORDS[finding.check]))

    return tuple(await asyncio.gather(*map(prove, findings)))


@dataclass(frozen=True, slots=True)
class _Attempt:
    before: Judgment
    finding: Finding
    zone: Mapping[Question, Answer]
    live: Dns
    again: JudgeAgain
    owner: str

    async def fix(self, fix: Fix) -> Fix | None:
        """Returns the fix, put together with those of what it uncovers; None where it does not hold."""
        for _ in range(_MOST_COMPOSED):
            if not self._is_publishable(fix):
                return None
            after = await self.again(ZoneAfter(self.zone, fix, self.live), self.finding)
            if not self._keeps(after):
                return None
            raised = [found for found in after.findings if self._is_raised(found, after, fix)]
            if not raised:
                return fix
            more = next((found.fix for found in raised if found.fix and found.fix.records), None)
            if more is None or any(found.code == self.finding.code for found in raised):
                return None
            fix = join_fixes(fix, more)
        return None

    def _is_raised(self, found: Finding, after: Judgment, fix: Fix) -> bool:
        """Is it the finding itself, or one that is new or worse?"""
        if found.outcome is Outcome.PASS:
            return False
        if found.code == self.finding.code:
            has_records = bool(found.fix and found.fix.records)
            return found.code not in _STAYS or found.summary == self.finding.summary or has_records
        if found.check == "dkim" and found.outcome is not Outcome.FAIL and any(map(_leads_to_a_key, fix.records)):
            return False
        if found.code in _SEARCH and any(before.code in _SEARCH for before in self.before.findings):
            return max(map(self.before.severity, _SEARCH)) < found.outcome.severity
        is_left_open = found.code in _LEFT_OPEN and self.finding.outcome is Outcome.FAIL
        if is_left_open or found.code == _MILDER.get(self.finding.code):
            return False
        return after.severity(found.code) > self.before.severity(found.code)

    def _keeps(self, after: Judgment) -> bool:
        lost = self.before.addresses - after.addresses
        if lost and self.finding.code not in _GIVES_UP_ADDRESSES:
            return False
        return self.before.senders <= after.senders and self.before.meant <= after.meant

    def _is_publishable(self, fix: Fix) -> bool:
        """Does it differ from what is published, and is every name in it its reader's?"""
        if not all(is_at_or_below(record.name, self.owner) for record in (*fix.records, *fix.remove)):
            return False
        if any(record not in fix.records for record in fix.remove):
            return True
        answers = [(record, self.zone.get((record.name, record.type))) for record in fix.records]
        return any(answer is None or _wire(record) not in values(answer) for record, answer in answers)


@dataclass(slots=True)
class ZoneAfter:
    """A `Dns` that answers as the zone would with a fix published; what was not seen before is asked."""

    zone: Mapping[Question, Answer]
    fix: Fix
    live: Dns
    _values: dict[Question, tuple[str, ...]] = field(init=False)
    _there: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        removed = [((record.name, record.type), _wire(record)) for record in self.fix.remove]
        added = [((record.name, record.type), _wire(record)) for record in self.fix.records]
        changed: dict[Question, tuple[str, ...]] = {}
        for at, _ in (*removed, *added):
            kept = [value for value in self._own_values(at) if (at, value) not in removed]
            changed[at] = tuple(dict.fromkeys((*kept, *(value for name, value in added if name == at))))
        self._values = changed
        self._there = frozenset(name for (name, _), values_ in changed.items() if values_)

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the protocol's own word
        """See `checks.answers.Dns.ask`."""
        at = name.lower().rstrip("."), type
        if self._values.get(at):
            return Records(*at, self._values[at])
        alias = self._values.get((at[0], "CNAME"))
        if alias and type != "CNAME":
            return _behind(at, alias[0], await self.ask(alias[0], type))
        seen = self.zone.get(at)
        if at in self._values or alias == ():
            return NoData(*at) if at[0] in self._there or self._holds_more(at[0]) else NoName(*at)
        if seen is None:
            seen = await self.live.ask(name, type)
        exists = at[0] in self._there or any(there.endswith(f".{at[0]}") for there in self._there)
        return NoData(*at) if exists and isinstance(seen, NoName) and not seen.aliases else seen

    def _own_values(self, at: Question) -> tuple[str, ...]:
        """Returns the records of the name itself: not what comes through an alias, nor from a wildcard, which a name
        beside it that is not published shows, and which a record of the name's own takes the place of."""
        seen, parent = self.zone.get(at), at[0].partition(".")[2]
        if not isinstance(seen, Records) or seen.aliases:
            return ()
        for (name, rtype), answer in self.zone.items():
            beside = rtype == at[1] and name.partition(".")[2] == parent and name.startswith(_NOT_PUBLISHED)
            if beside and values(answer) == seen.values:
                return ()
        return seen.values

    def _holds_more(self, name: str) -> bool:
        """Has the name records that the fix leaves as they are?"""
        rest = (answer for at, answer in self.zone.items() if at[0] == name and at not in self._values)
        return any(isinstance(answer, Records) and not answer.aliases for answer in rest)


def _leads_to_a_key(record: Record) -> bool:
    """Returns True for a CNAME to a key that another owner publishes: the record is not to blame for that key."""
    return record.type == "CNAME" and "._domainkey." in record.name


def _behind(at: Question, alias: str, answer: Answer) -> Answer:
    """Returns an answer of another name as that of a name which is an alias of it."""
    if isinstance(answer, Unanswered):
        return replace(answer, name=at[0])
    return replace(answer, name=at[0], aliases=(alias.lower().rstrip("."), *answer.aliases))


def _wire(record: Record) -> str:
    """Returns a record's value as an answer of DNS holds it."""
    return record.value if record.priority is None else f"{record.priority} {record.value}"
