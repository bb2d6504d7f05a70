"""The one place where handlers ask the `drafts` room: answers in; what is shown in Slack out.

Pure like that room: facts and the time come in as arguments.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from drafts.lint import lint
from drafts.request import write_request
from drafts.timing import when_answered, when_to_submit
from handlers.views.drafts.result import Request
from model import Answers, Remark, Severity, StoredDraft
from model.draft import Known

BLOCKING = frozenset({Severity.STOP, Severity.ASK})
"""What keeps a step of the modal from being taken."""


def at_fields(answers: Answers, known: Known, paths: Collection[str]) -> tuple[Remark, ...]:
    """What must be said otherwise before a step is taken: the first remark at each of its fields."""
    found: dict[str, Remark] = {}
    for remark in lint(answers, known, paths):
        if remark.severity in BLOCKING:
            found.setdefault(remark.field, remark)
    return tuple(found.values())


def request(stored: StoredDraft, known: Known, now: datetime, zone: ZoneInfo) -> Request:
    """The request written from a draft, with its remarks and its times; `now` is aware."""
    answers = replace(stored.request, streams=tuple(one for one in stored.request.streams if one.what))
    text = write_request(answers)
    remarks = tuple(dict.fromkeys([*lint(answers, known), *text.remarks]))
    submit = when_to_submit(now, zone, known.registered)
    open_remarks = any(one.severity in BLOCKING for one in remarks)
    answer = when_answered(submit.at, zone, registered=known.registered, vague=open_remarks)
    return Request(stored, text, remarks, submit, answer)
