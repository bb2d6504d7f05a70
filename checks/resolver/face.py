"""One check's view of DNS: its own budget of questions, its own end of time, and a transcript of what it saw.

A record can name other names without end (RFC 7208 section 11.1), so no check may ask without end either.
"""

import asyncio

from checks.answers import Answer, Dns, Unanswered
from checks.resolver.questions import Question, question_of
from checks.resolver.transcript import Transcript


class Face:
    """A `Dns` for one check. `budget` counts distinct questions; `until` is loop time in seconds, None for no end. Past
    either, the answer is `Unanswered` by "ses-bot"."""

    def __init__(
        self, dns: Dns, check: str, transcript: Transcript, *, budget: int = 100, until: float | None = None
    ) -> None:
        self._dns = dns
        self._check = check
        self._transcript = transcript
        self._budget = budget
        self._until = until
        self._asked: set[Question] = set()

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        """See `checks.answers.Dns.ask`. A question over the budget is not asked, so it is not in the transcript."""
        question = question_of(name, type)
        if question is None:
            return await self._dns.ask(name, type)
        if question not in self._asked:
            if len(self._asked) >= self._budget:
                why = f"more than {self._budget} questions for one check"
                return Unanswered(question.name, question.type, "ses-bot", why)
            self._asked.add(question)
        self._transcript.begin(self._check, question)
        answer: Answer
        try:
            async with asyncio.timeout_at(self._until):
                answer = await self._dns.ask(question.name, question.type)
        except TimeoutError:
            answer = Unanswered(question.name, question.type, "ses-bot", "no time left")
        self._transcript.record(question, answer)
        return answer
