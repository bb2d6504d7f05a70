"""When to submit a request, and when to expect an answer."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SubmitWhen:
    """When to submit: `at` is the moment to aim for (aware; equal to now when now is fine) and `advice` says why."""

    at: datetime
    now_is_fine: bool
    advice: str


@dataclass(frozen=True, slots=True)
class AnswerWhen:
    """When an answer may be expected, all aware: `promised` is AWS's own 24 hours for a first answer; `earliest` and
    `latest` are an estimate from practice. `words` says both, labelled."""

    promised: datetime
    earliest: datetime
    latest: datetime
    words: str
