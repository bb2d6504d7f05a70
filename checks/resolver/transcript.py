"""Gives each check its view of DNS, with a budget, and keeps the transcript: what was asked and what came back.

A record can name other names without end (RFC 7208 section 11.1), so no check may ask without end either.
"""

import asyncio

from checks.answers import Answer, Dns, Records, Unanswered, describe_answer
from checks.resolver.messages import WireQuestion, question_of
from model import Seen


class Transcript:
    """Distinct questions in the order asked, each with the check that asked first and the answer it got."""

    def __init__(self) -> None:
        self._first: dict[WireQuestion, str] = {}
        self._answers: dict[WireQuestion, Answer] = {}

    def record_question(self, check: str, question: WireQuestion) -> None:
        """Notes that a check asks, so that the order is the order of asking."""
        self._first.setdefault(question, check)

    def record_answer(self, question: WireQuestion, answer: Answer) -> None:
        """Notes the answer. The first one stays, but any replaces an `Unanswered`."""
        if isinstance(self._answers.get(question), Unanswered | None):
            self._answers[question] = answer

    @property
    def query_count(self) -> int:
        """The number of distinct questions asked."""
        return len(self._first)

    def list_lookups(self) -> tuple[Seen, ...]:
        """Returns each question with its answer, in the order asked: aliases followed first, then a record a line, or
        one line that says why there is none."""
        return tuple(
            Seen(check, question.name, question.type, _answer_lines(self._answers[question]))
            for question, check in self._first.items()
            if question in self._answers
        )

    def proves_existence(self, name: str) -> bool:
        """Tells whether records were found at or below the name, so that it exists, whatever its server says of it."""
        return any(
            isinstance(answer, Records) and (question.name == name or question.name.endswith(f".{name}"))
            for question, answer in self._answers.items()
        )

    def answers_by_question(self) -> dict[tuple[str, str], Answer]:
        return {(question.name, question.type): answer for question, answer in self._answers.items()}


def _answer_lines(answer: Answer) -> tuple[str, ...]:
    aliases = () if isinstance(answer, Unanswered) else tuple(f"CNAME {alias}" for alias in answer.aliases)
    return (*aliases, *(answer.values if isinstance(answer, Records) else (describe_answer(answer),)))


class BudgetedDns:
    """A `Dns` for one check, which notes each question in the transcript. `budget` counts distinct questions; `until`
    is loop time in seconds, None for no end. Past either, the answer is `Unanswered` by "ses-bot"."""

    def __init__(
        self, dns: Dns, check: str, transcript: Transcript, *, budget: int = 100, until: float | None = None
    ) -> None:
        self._dns = dns
        self._check = check
        self._transcript = transcript
        self._budget = budget
        self._until = until
        self._asked: set[WireQuestion] = set()

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
        self._transcript.record_question(self._check, question)
        answer: Answer
        try:
            async with asyncio.timeout_at(self._until):
                answer = await self._dns.ask(question.name, question.type)
        except TimeoutError:
            answer = Unanswered(question.name, question.type, "ses-bot", "no time left")
        self._transcript.record_answer(question, answer)
        return answer
