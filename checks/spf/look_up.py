"""Asks DNS for the whole SPF tree of a domain: everything that can be asked now is asked now, each question once.

A record is followed the moment it arrives, so a tree of depth d costs 1 + d round trips, and one more where the
deepest records hold a, mx or exists. Hostile trees are followed only as far as an evaluation could be worth it.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from checks.answers import Answer, Dns, Question, Unanswered, values
from checks.autocorrect import guess_spf_targets
from checks.mx import mail_exchangers
from checks.names import is_at_or_below
from checks.spf.autocorrect import autocorrect
from checks.spf.case import find_senders, providers
from checks.spf.parse import parse
from checks.spf.syntax import Directive, Redirect, SpfRecord
from checks.spf.tree import NameRecords, SpfFacts, asks, questions, records_of, target_of

_MOST_RECORDS = 40
_MOST_OTHERS = 48
_DEEPEST = 12
_WIDEST = 40
"""Bounds of one tree: names asked for SPF records, other questions, includes within includes, and questions of one
record beyond which it is not followed at all. All beyond what section 4.6.4 lets an evaluation do (10 look-ups), so
whatever is cut off has failed already."""

_MOST_TEXTS = 20
_MOST_FOR_FIXES = 20
"""Questions about one record that only its fixes need: as many as 10 look-ups can have."""


async def look_up(domain: str, dns: Dns) -> SpfFacts:
    """Returns the facts of the tree below `domain` (ASCII, lower case). Never raises for what DNS says."""
    tree = _TreeLookUp(domain, dns)
    tree.asked.add((domain, "TXT"))
    root = await tree.follow(domain, 0)
    _, doubled = await asyncio.gather(tree.follow_what_the_mx_proves(root), tree.doubled(root))
    return SpfFacts(domain, dict(tree.answers), doubled, tree.cut)


@dataclass(slots=True)
class _TreeLookUp:
    """One look-up under way: the questions asked, with their answers as they come."""

    domain: str
    dns: Dns
    answers: dict[Question, Answer] = field(default_factory=dict)
    asked: set[Question] = field(default_factory=set)
    cut: bool = False

    async def follow(self, name: str, depth: int) -> NameRecords:
        """Asks for the record at a name, then for all that it leads to at once."""
        answer = await self._ask((name, "TXT"))
        at = records_of(name, answer)
        await self._ask_all(self._leads_to(at), depth)
        if depth == 1 and not at.texts and not isinstance(answer, Unanswered):
            await self._ask_all([(meant, "TXT") for meant in guess_spf_targets(name, self.domain)], depth)
        return at

    async def doubled(self, root: NameRecords) -> Answer | None:
        """Asks for what is at the name to which the zone was appended, where the domain has no record."""
        if root.texts or isinstance(root.answer, Unanswered):
            return None
        return await self.dns.ask(f"{root.name}.{root.name}", "TXT")

    async def follow_what_the_mx_proves(self, root: NameRecords) -> None:
        """Asks for the records of the mail providers that the MX names, where the domain has no record that authorizes
        any host: a fix may name them. The MX itself has been asked for by another check already."""
        names = [records_of(name, answer) for (name, rtype), answer in self.answers.items() if rtype == "TXT"]
        whole = all(at.record or isinstance(at.answer, Unanswered) for at in names)
        if isinstance(root.answer, Unanswered) or whole or find_senders(SpfFacts(self.domain, self.answers)):
            return
        mx = await self.dns.ask(self.domain, "MX")
        await self._ask_all([(name, "TXT") for name in providers(mail_exchangers(mx))], 0)

    async def _ask_all(self, asked: Iterable[Question], depth: int) -> None:
        new = [question for question in asked if self._takes(question, depth)]
        await asyncio.gather(
            *(self.follow(target, depth + 1) if rtype == "TXT" else self._ask((target, rtype)) for target, rtype in new)
        )

    async def _ask(self, question: Question) -> Answer:
        answer = await self.dns.ask(*question)
        self.answers[question] = answer
        return answer

    def _leads_to(self, at: NameRecords) -> list[Question]:
        if at.record is None:
            return self._almost(at)
        asked = self._questions(at.name, at.record.effective)
        if len(asked) > _WIDEST:
            self.cut = True
            return []
        wanted = self._questions(at.name, self._terms_of_fixes(at, at.record))
        extra = [question for question in wanted if question not in asked]
        return asked if len(extra) > _MOST_FOR_FIXES else [*asked, *extra]

    def _questions(self, holder: str, terms: Iterable[Directive | Redirect]) -> list[Question]:
        targets = ((term, target_of(term, holder, self.domain)) for term in terms if asks(term))
        found = (question for term, target in targets if target is not None for question in questions(term, target))
        return list(dict.fromkeys(found))

    def _terms_of_fixes(self, at: NameRecords, record: SpfRecord) -> tuple[Directive | Redirect, ...]:
        """Returns what a fix of the record could bring to count, so that it can be tried: what was surely meant by it,
        and what an `all` keeps from counting."""
        if not is_at_or_below(at.name, self.domain):
            return ()
        meant = autocorrect(at.texts[0])
        readings = (record,) if meant is None else (record, parse(meant))
        return tuple(term for reading in readings for term in (*reading.effective, *reading.unreachable))

    def _almost(self, at: NameRecords) -> list[Question]:
        """Returns what texts lead to that are no SPF records, but were meant as such, or are one too many."""
        if at.name != self.domain or at.answer is None:
            return []
        texts = at.texts or values(at.answer)[:_MOST_TEXTS]
        meant = [parse(reading) for text in texts if (reading := autocorrect(text) or (text if at.texts else None))]
        return self._questions(at.name, [term for record in meant for term in record.effective])[:_MOST_FOR_FIXES]

    def _takes(self, question: Question, depth: int) -> bool:
        """True, once, for a question that is new and within the bounds."""
        if question in self.asked:
            return False
        records = sum(rtype == "TXT" for _, rtype in self.asked)
        full = records >= _MOST_RECORDS if question[1] == "TXT" else len(self.asked) - records >= _MOST_OTHERS
        if full or (question[1] == "TXT" and depth >= _DEEPEST):
            self.cut = True
            return False
        self.asked.add(question)
        return True
