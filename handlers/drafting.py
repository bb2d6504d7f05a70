"""The one place where handlers ask the `drafts` room: answers in; what is shown in Slack out.

Pure like that room: facts and the time come in as arguments.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from drafts.timing import Occasion, when_answered, when_to_submit
from drafts.woven.appeal import propose_confirmation, read_refusal, write_appeal
from drafts.woven.lint import lint
from drafts.woven.request import write_request
from handlers.views.drafts.appeal import Reply
from handlers.views.drafts.result import Request
from model import Answers, Appeal, AppealAnswers, Proposal, Remark, Severity, StoredDraft
from model.draft import Known

BLOCKING = frozenset({Severity.STOP, Severity.ASK})
"""What keeps a step of the modal from being taken."""


def at_fields(answers: Answers, known: Known, paths: Collection[str]) -> tuple[Remark, ...]:
    """What must be said otherwise before a step is taken: the first remark at each of its fields."""
    return _first_each(remark for remark in lint(answers, known, paths) if remark.severity in BLOCKING)


def request(stored: StoredDraft, known: Known, now: datetime, zone: tzinfo) -> Request:
    """The request written from a draft, with its remarks and its times; `now` is aware."""
    text = write_request(stored.request)
    remarks = tuple(dict.fromkeys([*lint(stored.request, known), *text.remarks]))
    submit = when_to_submit(now, _info(zone), known.registered)
    unclear = any(one.severity in BLOCKING for one in remarks)
    answer = when_answered(submit.at, _info(zone), registered=known.registered, vague=unclear)
    return Request(stored, text, remarks, submit, answer)


def questions(refusal: str) -> tuple[str, ...]:
    """AWS's own questions, in its words and order, each once."""
    return tuple(dict.fromkeys(one.text for one in read_refusal(refusal).questions))


def proposal(behind: StoredDraft | None) -> Proposal | None:
    """The confirmation mail, as far as the request says enough to propose one."""
    return propose_confirmation(behind.request) if behind else None


def appeal_at_fields(
    answers: AppealAnswers, behind: StoredDraft | None, earlier: Sequence[str], paths: Collection[str]
) -> tuple[Remark, ...]:
    """The same for a step of an appeal; the rest as for `appeal`."""
    text = _written(answers, behind, earlier)
    return _first_each(r for r in text.remarks if r.severity in BLOCKING and r.field in paths)


def appeal(
    stored: StoredDraft, behind: StoredDraft | None, earlier: Sequence[str], now: datetime, zone: tzinfo
) -> Reply:
    """The reply to a refusal. `behind` is the request that was refused, `earlier` what AWS has read already."""
    text = _written(stored.appeal, behind, earlier)
    return Reply(stored, text, when_answered(now, _info(zone), occasion=Occasion.APPEAL))


def _written(answers: AppealAnswers, behind: StoredDraft | None, earlier: Sequence[str]) -> Appeal:
    known = replace(answers, earlier=(*answers.earlier, *earlier))
    return write_appeal(known, behind.request if behind else Answers())


def _first_each(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    found: dict[str, Remark] = {}
    for remark in remarks:
        found.setdefault(remark.field, remark)
    return tuple(found.values())


def _info(zone: tzinfo) -> ZoneInfo:
    """A zone with a name, as the texts say it."""
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")
