"""One check's view of DNS, with a budget, and the transcript: what was asked and what came back.

A record can name other names without end (RFC 7208 section 11.1), so no check may ask without end either. The
transcript is for "Details", for evidence, and to replay a person's bug. As JSON it is one object:
`{"format": 1, "questions": [{"check", "name", "type", "answer", …}, …]}` with the fields of the four answers.
"""

import asyncio
import json
from typing import Any, Self

from checks.answers import Answer, Dns, NoData, NoName, Records, Unanswered, in_words
from checks.resolver.questions import Question, question_of
from checks.resolver.table import Table, TableResolver
from model import Seen

_FORMAT = 1
_KINDS: dict[str, type[Records | NoData | NoName | Unanswered]] = {
    "records": Records,
    "no_data": NoData,
    "no_name": NoName,
    "unanswered": Unanswered,
}
_OTHERWISE = "not asked when the transcript was saved"


class Transcript:
    """Distinct questions in the order asked, each with the check that asked first and the answer it got."""

    def __init__(self) -> None:
        self._first: dict[Question, str] = {}
        self._answers: dict[Question, Answer] = {}

    def begin(self, check: str, question: Question) -> None:
        """Note that a check asks, so that the order is the order of asking."""
        self._first.setdefault(question, check)

    def record(self, question: Question, answer: Answer) -> None:
        """Note the answer. The first one stays, but any replaces an `Unanswered`."""
        if isinstance(self._answers.get(question, None), Unanswered | None):
            self._answers[question] = answer

    @property
    def queries(self) -> int:
        """How many distinct questions were asked."""
        return len(self._first)

    def seen(self) -> tuple[Seen, ...]:
        """Each question with its answer, in the order asked: aliases followed first, then a record a line, or one line
        that says why there is none."""
        return tuple(
            Seen(check, question.name, question.type, _lines(self._answers[question]))
            for question, check in self._first.items()
            if question in self._answers
        )

    def shows(self, name: str) -> bool:
        """Did any question at or below the name bring records? Then the name exists, whatever its server says of it."""
        return any(
            isinstance(answer, Records) and (question.name == name or question.name.endswith(f".{name}"))
            for question, answer in self._answers.items()
        )

    def answers(self) -> dict[tuple[str, str], Answer]:
        """Every answer by name and type."""
        return {(question.name, question.type): answer for question, answer in self._answers.items()}

    def table(self) -> Table:
        """The answers as a table for `TableResolver`; `replay` also tells what is missing in it."""
        table: dict[str, dict[str, Answer]] = {}
        for question, answer in self._answers.items():
            table.setdefault(question.name, {})[question.type] = answer
        return table

    def to_json(self) -> str:
        """The whole transcript as JSON text."""
        questions = [
            {"check": check, **_saved(self._answers[question])}
            for question, check in self._first.items()
            if question in self._answers
        ]
        return json.dumps({"format": _FORMAT, "questions": questions}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """A saved transcript; `ValueError` with one line where the text is none."""
        try:
            saved = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"this is not a saved transcript: {error}") from None
        if (
            not isinstance(saved, dict)
            or saved.get("format") != _FORMAT
            or not isinstance(saved.get("questions"), list)
        ):
            raise ValueError(f"this is not a saved transcript of format {_FORMAT}")
        transcript = cls()
        for number, entry in enumerate(saved["questions"], 1):
            try:
                check, question, answer = _loaded(entry)
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"question {number} of the saved transcript cannot be read: {error}") from None
            transcript.begin(check, question)
            transcript.record(question, answer)
        return transcript


def replay(transcript: Transcript) -> TableResolver:
    """A `Dns` that gives the answers of a transcript again, each after one unit of the loop's time. What was not asked
    then is `Unanswered`."""
    return TableResolver(transcript.table(), otherwise=_OTHERWISE)


def _lines(answer: Answer) -> tuple[str, ...]:
    aliases = () if isinstance(answer, Unanswered) else tuple(f"CNAME {alias}" for alias in answer.aliases)
    return (*aliases, *(answer.values if isinstance(answer, Records) else (in_words(answer),)))


def _saved(answer: Answer) -> dict[str, Any]:
    kind = next(word for word, of in _KINDS.items() if isinstance(answer, of))
    return {"answer": kind} | {field: getattr(answer, field) for field in answer.__dataclass_fields__}


def _loaded(entry: dict[str, Any]) -> tuple[str, Question, Answer]:
    """One question of a saved transcript. `ValueError`, `KeyError` or `TypeError` for anything else."""
    question = question_of(_of(str, entry["name"]), _of(str, entry["type"]))
    if question is None:
        raise ValueError("no such name can be asked for")
    kind = _KINDS[entry["answer"]]
    fields = {field: _field(field, entry[field]) for field in kind.__dataclass_fields__}
    return _of(str, entry["check"]), question, kind(**fields | {"name": question.name, "type": question.type})


def _field(field: str, value: Any) -> Any:
    match field:
        case "values" | "aliases":
            return tuple(_of(str, each) for each in _of(list, value))
        case "ttl":
            return _of(int, value)
        case "zone":
            return None if value is None else _of(str, value)
    return _of(str, value)


def _of(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{value!r:.60} is not of the type {kind.__name__}")  # noqa: TRY004 - bad data, not a bad call
    return value


class BudgetedDns:
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
