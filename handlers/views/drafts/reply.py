"""The modals of an appeal, and the reply to the refusal that comes of them.

AWS's message is pasted whole. A field of Slack takes 3,000 characters, so the message goes into as many fields as it
needs, one part after the other, and is put together again; the modal says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.views import blocks as kit
from handlers.views.drafts.fields import INPUT, Choice, Field, input_block
from handlers.views.drafts.pieces import copyable, in_messages, remark_blocks
from handlers.views.drafts.request import metadata, step_view, walk
from handlers.views.drafts.result import closing, day
from handlers.views.drafts.steps import NO, NO_CHOICE, YES, place_fields, place_value
from handlers.views.escape import visible, visible_lines
from handlers.views.limits import cut
from handlers.views.message import Block, Message, View
from handlers.views.naming import counted, listed, short
from handlers.views.report import sharer
from model import AnswerWhen, Appeal, AppealAnswers, Concern, Place, Severity, StoredDraft

CALLBACK = "appeal_step"
BACK = "appeal_back"
ROOM = "appeal_room"
REFUSAL, POINTS, QUESTIONS = "refusal", "points", "questions"
MOST_PARTS = 7
"""Fields for AWS's message: 21,000 characters."""
_FEWEST_PARTS = 2
MOST_QUESTIONS = 12
_PASTE = (
    "Paste what AWS wrote, whole. A field here takes 3,000 characters: what does not fit goes into the next field, "
    "where the one before ended. ses-bot puts the parts together."
)
_CONCERNS = {
    Concern.NO_DETAILS: "AWS fears a negative impact and gives no details",
    Concern.QUESTIONS: "AWS asks questions",
    Concern.LIST_SOURCE: "where the list comes from",
    Concern.WEBSITE: "the website",
    Concern.VOLUME: "the volume",
    Concern.BOUNCES: "bounces",
    Concern.COMPLAINTS: "complaints",
    Concern.OTHER: "a ground of its own, which the reply quotes",
    Concern.UNCLEAR: "no concern could be recognized in the message",
}
_POINTS = (
    Field(
        "opt_in",
        "How people ask for your mail, in detail",
        hint="More than AWS has read: the page, the words beside the box, what is kept of it, the confirmation.",
        multiline=True,
    ),
    Field(
        "confirmation",
        "The mail that people get when they sign up",
        hint="As it is sent, with its subject. Who sends no newsletter shows the verification mail or a receipt.",
        multiline=True,
    ),
    Field("privacy", "Privacy policy", most=500, example="https://acme.com/privacy"),
    Field(
        "unsubscribe",
        "How people leave",
        hint="The link, or where it stands; for receipts and codes, why there is none.",
        multiline=True,
        most=1_000,
    ),
    Field("changed", "What has changed since?", optional=True, multiline=True, most=2_000, hint="Only what is done."),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An appeal, written: the draft that it is from, the text, and when to expect an answer."""

    stored: StoredDraft
    text: Appeal
    answer: AnswerWhen

    @property
    def stopped(self) -> bool:
        """Whether something must be changed before there is a text."""
        return any(one.severity is Severity.STOP for one in self.text.remarks)


def refusal_view(
    draft: StoredDraft, *, places: Sequence[Place] = (), parts: int = 0, last: bool = False, note: str = ""
) -> View:
    """The first step: what AWS wrote, and on which case. `parts`: fields for the message, at least what it needs."""
    answers = draft.appeal
    shown = shown_parts(answers.refusal, parts)
    drawn = [_step(1, "What AWS wrote"), kit.section(kit.plain(_PASTE))]
    drawn += [kit.section(kit.plain(visible_lines(note)))] if note else []
    pieces = in_parts(answers.refusal)
    for number, field in enumerate(part_fields(shown)):
        drawn.append(input_block(field, pieces[number] if number < len(pieces) else "", draft.revision))
    chosen = Place(draft.account, draft.region)
    for field in case_fields(places, chosen):
        drawn.append(input_block(field, case_standing(answers, chosen, field), draft.revision))
    about = metadata(draft.id, f"{REFUSAL}.{shown}")
    more = [kit.button(ROOM, "More room for AWS’s message", about)] if shown < MOST_PARTS else []
    return step_view(CALLBACK, about, [*drawn, *walk(more)], last=last)


def points_view(draft: StoredDraft, *, last: bool, notice: str = "") -> View:
    """The second step: the four points. `notice` says that the confirmation mail is a proposal."""
    drawn = [_step(2, "Four points for the reply")]
    drawn += [kit.section(kit.plain(visible_lines(notice)))] if notice else []
    drawn += [input_block(field, str(getattr(draft.appeal, field.path)), draft.revision) for field in _POINTS]
    about = metadata(draft.id, POINTS)
    return step_view(CALLBACK, about, [*drawn, *walk([kit.button(BACK, "Back", about)])], last=last)


def questions_view(draft: StoredDraft, questions: Sequence[str]) -> View:
    """The third step, where AWS asked: each of its questions with a field for the answer."""
    given = dict(draft.appeal.replies)
    said = kit.plain("Leave out what the other steps answer already.")
    drawn: list[Block] = [_step(3, "AWS’s own questions"), kit.section(said)]
    for number, question in enumerate(questions[:MOST_QUESTIONS]):
        drawn.append(input_block(question_field(number, question), given.get(question, ""), draft.revision))
    about = metadata(draft.id, QUESTIONS)
    return step_view(CALLBACK, about, [*drawn, *walk([kit.button(BACK, "Back", about)])], last=True)


def point_fields() -> tuple[Field, ...]:
    return _POINTS


def question_field(number: int, question: str) -> Field:
    return Field(f"replies.{number}", cut(visible(question), 300), optional=True, multiline=True, most=1_500)


def part_fields(count: int) -> tuple[Field, ...]:
    """The fields for AWS's message."""
    first = Field("refusal.0", "What AWS wrote", multiline=True)
    rest = (Field(f"refusal.{n}", f"… and on, part {n + 1}", multiline=True, optional=True) for n in range(1, count))
    return (first, *rest)


def case_fields(places: Sequence[Place], chosen: Place) -> tuple[Field, ...]:
    """Which case it is, and how it stands."""
    return (
        Field("case_id", "Support case", optional=True, most=64, hint="Its number, from the Support Center."),
        *place_fields(places, chosen),
        Field(
            "refused_before",
            "Has AWS refused this account and region before?",
            choices=(Choice(NO, "No, this is the first refusal"), Choice(YES, "Yes, an appeal was refused already")),
        ),
        Field(
            "case_closed",
            "Is the case still open?",
            hint="A reply belongs in the case itself. Only where that is closed for good does a new one name it.",
            choices=(
                Choice(NO_CHOICE, "I do not know"),
                Choice(NO, "Yes, it is open"),
                Choice(YES, "No, it is closed"),
            ),
        ),
    )


def case_standing(answers: AppealAnswers, chosen: Place, field: Field) -> str:
    """What stands in one of `case_fields`."""
    match field.path:
        case "case_id":
            return answers.case_id
        case "at":
            return place_value(chosen) if chosen.region else ""
        case "region":
            return chosen.region
        case "account":
            return chosen.account
        case "refused_before":
            return YES if answers.refused_before else NO
        case "case_closed":
            return {True: YES, False: NO, None: NO_CHOICE}[answers.case_closed]
    return ""


def in_parts(text: str) -> list[str]:
    """AWS's message as the fields hold it."""
    return [text[start : start + INPUT] for start in range(0, len(text), INPUT)]


def joined(parts: Sequence[str]) -> str:
    """The message put together. A part that fills its field was cut there, in the middle of a line; a shorter one ends
    where a line does."""
    given = [part for part in parts if part]
    ends = ["" if len(part) >= INPUT else "\n" for part in given]
    return "".join(part + end for part, end in zip(given, ends, strict=True)).removesuffix("\n")


def shown_parts(text: str, wanted: int) -> int:
    """How many fields to show for the message."""
    return min(MOST_PARTS, max(_FEWEST_PARTS, wanted, len(in_parts(text))))


def appeal_messages(written: Reply, *, shared_by: str | None = None) -> tuple[Message, ...]:
    """The result: what AWS is concerned about, where the reply goes, and the reply to copy."""
    stored, text = written.stored, written.text
    title = headline(written)
    drawn = [kit.header(title), _about(stored, shared_by), *remark_blocks(text.remarks)]
    drawn += [] if written.stopped else list(_reply(written))
    last = [] if shared_by is not None else closing(stored, stopped=written.stopped)
    return in_messages(title, drawn, last)


def headline(written: Reply) -> str:
    """One sentence, such as "Reply to AWS: ready to send"."""
    stops = sum(one.severity is Severity.STOP for one in written.text.remarks)
    if stops:
        return f"Reply to AWS: change {counted(stops, 'thing', 'things')} first"
    kind = "asks for a secondary review" if written.text.secondary else "ready to send"
    return f"Reply to AWS: {kind}"


def _about(stored: StoredDraft, shared_by: str | None) -> Block:
    saved = f"Saved {day(stored.updated_at)}" if stored.updated_at else "Not saved yet"
    case = f"case {short(visible(stored.appeal.case_id))}" if stored.appeal.case_id else "no case named"
    by = [sharer(shared_by)] if shared_by is not None else []
    return kit.context(kit.plain(" · ".join([saved, case, *([visible(stored.region)] if stored.region else [])])), *by)


def _reply(written: Reply) -> Iterator[Block]:
    text = written.text
    concerns = listed([_CONCERNS[one] for one in text.concerns])
    lines = [kit.line(kit.bold("It answers: "), kit.run(concerns))] if concerns else []
    lines += [
        kit.line(kit.bold("Where it goes: "), kit.run(visible_lines(text.where))),
        kit.line(kit.bold("When to expect an answer: "), kit.run(visible_lines(written.answer.words))),
    ]
    yield kit.rich(lines)
    yield from copyable("The reply", text.reply)


def _step(number: int, title: str) -> Block:
    return kit.context(kit.plain(f"Step {number} · {title}"))
