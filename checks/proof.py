"""Tries every fix before a person sees it: publishes it in the zone as it was seen, and judges the domain again.

One place for all checks. A fix with records is shown only if it ends its finding, raises none, differs from what is
published, keeps every sender and report address that worked or was certainly meant, and is its reader's to publish.
Else the finding keeps a step in words. Questions are asked again only where the fix leads to names not seen before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
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
_PERSISTENT = frozenset({"mail_from.guessed"})
"""Findings that stay, with other words, when all that can be published is right."""
_SEARCH_CODES = frozenset({"dkim.none", "dkim.other-only", "dkim.cannot-tell"})
"""One of these is found wherever SES's tokens are not known: another of them is no new finding."""
_MILDER = {"spf.too-many-lookups": "spf.lookups-near-limit", "spf.too-many-voids": "spf.void"}
"""What may be left of a failure that is there already."""
_NOT_PUBLISHED = "unpublished-"
"""How the label begins that the checks ask for to recognize a wildcard (RFC 4592)."""
_FALLBACK_STEPS = {
    "spf": "Correct the SPF record by hand: begin with “v=spf1”, name all that sends, end with “~all”.",
    "dkim": "Copy the record again from the service that signs, whole and on one line.",
    "dmarc": "Publish one DMARC record in its place: v=DMARC1; p=none; rua=mailto: and the address of a mailbox.",
    "mail_from": "The SES console shows both records to publish (open the identity, Custom MAIL FROM domain).",
    "mx": "Publish the MX records that your mail provider names.",
}


@dataclass(frozen=True, slots=True)
class Judgment:
    """The findings about one zone. `senders`: whom SPF lets pass; `intended_senders`: also those whom the owner surely
    wants; `addresses`: the mailboxes to which DMARC reports go."""

    findings: tuple[Finding, ...]
    senders: frozenset[object] = frozenset()
    intended_senders: frozenset[object] = frozenset()
    addresses: frozenset[str] = frozenset()

    def severity(self, code: str) -> int:
        return max((finding.outcome.severity for finding in self.findings if finding.code == code), default=0)


JudgeAgain: TypeAlias = Callable[[Dns, Finding], Awaitable[Judgment]]
"""Looks up and judges the domain by another zone, in which the fix of a finding is published."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Tries the fixes of one domain. `before`: the judgment of all checks; `zone`: every answer seen; `live` gives each
    check its way to ask; `owner`: the domain up to which the reader publishes."""

    before: Judgment
    zone: Mapping[Question, Answer]
    live: Callable[[str], Dns]
    judge_again: JudgeAgain
    owner: str

    async def prove_fixes(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Returns the findings, each with a fix that is proven or with a step in words."""
        return tuple(await asyncio.gather(*map(self._prove_fix, findings)))

    async def _prove_fix(self, finding: Finding) -> Finding:
        if finding.fix is None or not (finding.fix.records or finding.fix.remove):
            return finding
        fix = await self._compose_fix(finding, finding.fix, self.live(finding.check))
        return replace(finding, fix=fix or Fix(step=_FALLBACK_STEPS[finding.check]))

    async def _compose_fix(self, finding: Finding, fix: Fix, live: Dns) -> Fix | None:
        """Returns the fix, joined with those of what it uncovers; None where it proves wrong."""
        for _ in range(_MOST_COMPOSED):
            if not self._is_publishable(fix):
                return None
            after = await self.judge_again(ZoneWithFix(self.zone, fix, live), finding)
            if not self._keeps_senders(finding, after):
                return None
            raised = [other for other in after.findings if self._is_raised(finding, other, after, fix)]
            if not raised:
                return fix
            next_fix = next((other.fix for other in raised if other.fix and other.fix.records), None)
            if next_fix is None or any(other.code == finding.code for other in raised):
                return None
            fix = join_fixes(fix, next_fix)
        return None

    def _is_raised(self, finding: Finding, other: Finding, after: Judgment, fix: Fix) -> bool:
        """Returns True where the other finding is the one to be fixed itself, or is new or worse."""
        if other.outcome is Outcome.PASS:
            return False
        if other.code == finding.code:
            has_records = bool(other.fix and other.fix.records)
            return other.code not in _PERSISTENT or other.summary == finding.summary or has_records
        if other.check == "dkim" and other.outcome is not Outcome.FAIL and any(map(_is_key_alias, fix.records)):
            return False
        if other.code in _SEARCH_CODES and any(before.code in _SEARCH_CODES for before in self.before.findings):
            return max(map(self.before.severity, _SEARCH_CODES)) < other.outcome.severity
        is_left_open = other.code in _LEFT_OPEN and finding.outcome is Outcome.FAIL
        is_milder = any(milder == other.code and self.before.severity(code) for code, milder in _MILDER.items())
        if is_left_open or is_milder:
            return False
        return after.severity(other.code) > self.before.severity(other.code)

    def _keeps_senders(self, finding: Finding, after: Judgment) -> bool:
        lost = self.before.addresses - after.addresses
        if lost and finding.code not in _GIVES_UP_ADDRESSES:
            return False
        return self.before.senders <= after.senders and self.before.intended_senders <= after.intended_senders

    def _is_publishable(self, fix: Fix) -> bool:
        """Returns True for a fix that changes what is published, at names of its reader alone."""
        if not all(is_at_or_below(record.name, self.owner) for record in (*fix.records, *fix.remove)):
            return False
        if any(record not in fix.records for record in fix.remove):
            return True
        answers = [(record, self.zone.get((record.name, record.type))) for record in fix.records]
        return any(answer is None or _answer_value(record) not in values(answer) for record, answer in answers)


@dataclass(slots=True)
class ZoneWithFix:
    """A `Dns` that answers as the zone would with a fix published; what was not seen before is asked."""

    zone: Mapping[Question, Answer]
    fix: Fix
    live: Dns
    _changed: dict[Question, tuple[str, ...]] = field(init=False)
    _published_names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        removed = [((record.name, record.type), _answer_value(record)) for record in self.fix.remove]
        added = [((record.name, record.type), _answer_value(record)) for record in self.fix.records]
        changed: dict[Question, tuple[str, ...]] = {}
        for question, _ in (*removed, *added):
            new = [value for value in self._own_values(question) if (question, value) not in removed]
            new += [value for at, value in added if at == question]
            changed[question] = tuple(dict.fromkeys(new))
        self._changed = changed
        self._published_names = frozenset(name for (name, _), new in changed.items() if new)

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the protocol's own word
        """See `checks.answers.Dns.ask`."""
        question = name.lower().rstrip("."), type
        own_name, changed = question[0], self._changed.get(question)
        if changed:
            return Records(*question, changed)
        alias = self._changed.get((own_name, "CNAME"))
        if alias and type != "CNAME":
            return _answer_through_alias(own_name, alias[0], await self.ask(alias[0], type))
        if changed is not None or alias == ():
            exists = own_name in self._published_names or self._has_other_records(own_name)
            return NoData(*question) if exists else NoName(*question)
        answer = self.zone.get(question) or await self.live.ask(name, type)
        exists = any(is_at_or_below(published, own_name) for published in self._published_names)
        return NoData(*question) if exists and isinstance(answer, NoName) and not answer.aliases else answer

    def _own_values(self, question: Question) -> tuple[str, ...]:
        """Returns the records of the name itself: not what comes through an alias, nor from a wildcard, which an
        unpublished name beside it shows, and which a record of the name's own takes the place of."""
        answer, parent = self.zone.get(question), question[0].partition(".")[2]
        if not isinstance(answer, Records) or answer.aliases:
            return ()
        for (name, rtype), other in self.zone.items():
            is_sibling = rtype == question[1] and name.partition(".")[2] == parent and name.startswith(_NOT_PUBLISHED)
            if is_sibling and values(other) == answer.values:
                return ()
        return answer.values

    def _has_other_records(self, name: str) -> bool:
        """Returns True for a name with records that the fix leaves as they are."""
        unchanged = (self.zone[question] for question in self.zone.keys() - self._changed if question[0] == name)
        return any(isinstance(answer, Records) and not answer.aliases for answer in unchanged)


def _is_key_alias(record: Record) -> bool:
    """Returns True for a CNAME to a key that another owner publishes: the record is not to blame for the key."""
    return record.type == "CNAME" and "._domainkey." in record.name


def _answer_through_alias(name: str, alias: str, answer: Answer) -> Answer:
    """Returns the answer about an alias as that of the name that leads there."""
    if isinstance(answer, Unanswered):
        return replace(answer, name=name)
    return replace(answer, name=name, aliases=(alias.lower().rstrip("."), *answer.aliases))


def _answer_value(record: Record) -> str:
    """Returns the value of a record as an answer of DNS has it."""
    return record.value if record.priority is None else f"{record.priority} {record.value}"
