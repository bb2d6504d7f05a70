"""Asks DNS for the whole SPF tree of a domain: everything that can be asked now is asked now, each question once.

A record is followed the moment it arrives, so a tree of depth d costs 1 + d round trips, and one more where the
deepest records hold a, mx or exists. Hostile trees are followed only as far as an evaluation could be worth it.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from checks.answers import Answer, Dns, Question, Unanswered
from checks.autocorrect import guess_spf_targets
from checks.mx import mail_exchangers
from checks.names import is_at_or_below
from checks.spf.autocorrect import autocorrect
from checks.spf.case import find_provider_names, find_senders, read_intended
from checks.spf.parse import parse
from checks.spf.syntax import Directive, Redirect, SpfRecord
from checks.spf.tree import NameRecords, SpfFacts, is_hop, list_questions, read_records, target_of

_MOST_RECORDS = 40
_MOST_OTHERS = 48
_DEEPEST = 12
_WIDEST = 40
"""Bounds of one tree: names asked for SPF records, other questions, includes within includes, and questions of one
record beyond which it is not followed at all. All beyond what section 4.6.4 lets an evaluation do (10 look-ups), so
whatever is cut off has failed already."""

_MOST_FOR_FIXES = 20
"""Questions about one record that only its fixes need: as many as 10 look-ups can have."""


async def look_up(domain: str, dns: Dns) -> SpfFacts:
    """Returns the facts of the tree below `domain` (ASCII, lower case). Never raises for what DNS says."""
    tree = _TreeLookUp(domain, dns)
    tree.claimed.add((domain, "TXT"))
    root = await tree.follow_name(domain, 0)
    _, doubled = await asyncio.gather(tree.follow_mx_providers(root), tree.ask_doubled_zone(root))
    return SpfFacts(domain, dict(tree.answers), doubled, tree.truncated)


@dataclass(slots=True)
class _TreeLookUp:
    """One look-up under way: the questions asked, with their answers as they come."""

    domain: str
    dns: Dns
    answers: dict[Question, Answer] = field(default_factory=dict)
    claimed: set[Question] = field(default_factory=set)
    truncated: bool = False

    async def follow_name(self, name: str, depth: int) -> NameRecords:
        """Asks for the record at a name, then for all that it leads to at once."""
        answer = await self._ask((name, "TXT"))
        node = read_records(name, answer)
        await self._ask_all(self._questions_of(node), depth)
        if depth == 1 and not node.texts and not isinstance(answer, Unanswered):
            await self._ask_all([(guess, "TXT") for guess in guess_spf_targets(name, self.domain)], depth)
        return node

    async def ask_doubled_zone(self, root: NameRecords) -> Answer | None:
        """Asks for the TXT at the name to which the zone was appended, where the domain has no record."""
        if root.texts or isinstance(root.answer, Unanswered):
            return None
        return await self.dns.ask(f"{root.name}.{root.name}", "TXT")

    async def follow_mx_providers(self, root: NameRecords) -> None:
        """Asks for the records of the mail providers that the MX names, where the domain has no record that authorizes
        any host, and none that was meant so: a fix may name them. The MX itself has been asked for by another check
        already."""
        nodes = [read_records(name, answer) for (name, rtype), answer in self.answers.items() if rtype == "TXT"]
        is_complete = all(node.record or isinstance(node.answer, Unanswered) for node in nodes)
        says_nothing = root.record is not None and (
            not root.record.terms or any(map(self._leads_back, root.record.effective))
        )
        is_meant = is_complete and not says_nothing
        if isinstance(root.answer, Unanswered) or is_meant or find_senders(SpfFacts(self.domain, self.answers)):
            return
        mx = await self.dns.ask(self.domain, "MX")
        await self._ask_all([(name, "TXT") for name in find_provider_names(mail_exchangers(mx))], 0)

    def _leads_back(self, term: Directive | Redirect) -> bool:
        """Returns True for a term of the domain's own record that leads to that record again."""
        return is_hop(term) and target_of(term, self.domain, self.domain) == self.domain

    async def _ask_all(self, questions: Iterable[Question], depth: int) -> None:
        new = [question for question in questions if self._claim(question, depth)]
        tasks = (
            self.follow_name(name, depth + 1) if rtype == "TXT" else self._ask((name, rtype)) for name, rtype in new
        )
        await asyncio.gather(*tasks)

    async def _ask(self, question: Question) -> Answer:
        answer = await self.dns.ask(*question)
        self.answers[question] = answer
        return answer

    def _questions_of(self, node: NameRecords) -> list[Question]:
        """Returns the questions to which the record at a name leads, and those that a fix of it would ask."""
        if node.record is None:
            records = map(parse, read_intended(node).values()) if is_at_or_below(node.name, self.domain) else ()
            terms = [term for record in records for term in record.effective]
            return list_questions(terms, node.name, self.domain)[:_MOST_FOR_FIXES]
        needed = list_questions(node.record.effective, node.name, self.domain)
        if len(needed) > _WIDEST:
            self.truncated = True
            return []
        for_fixes = list_questions(self._terms_of_fixes(node, node.record), node.name, self.domain)
        extra = [question for question in for_fixes if question not in needed]
        return needed if len(extra) > _MOST_FOR_FIXES else [*needed, *extra]

    def _terms_of_fixes(self, node: NameRecords, record: SpfRecord) -> tuple[Directive | Redirect, ...]:
        """Returns the terms that a fix of the record could bring to count, so that it can be tried: those that were
        surely meant, and those that an `all` keeps from counting."""
        if not is_at_or_below(node.name, self.domain):
            return ()
        corrected = autocorrect(node.texts[0])
        readings = (record,) if corrected is None else (record, parse(corrected))
        return tuple(term for reading in readings for term in (*reading.effective, *reading.unreachable))

    def _claim(self, question: Question, depth: int) -> bool:
        """Claims a question; returns False where it is not new, or is out of bounds."""
        if question in self.claimed:
            return False
        records = sum(rtype == "TXT" for _, rtype in self.claimed)
        is_full = records >= _MOST_RECORDS if question[1] == "TXT" else len(self.claimed) - records >= _MOST_OTHERS
        if is_full or (question[1] == "TXT" and depth >= _DEEPEST):
            self.truncated = True
            return False
        self.claimed.add(question)
        return True
