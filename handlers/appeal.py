"""`/ses-appeal`: the reply to a refusal, asked for step by step: what AWS wrote, the four points, AWS's own questions.

Saved and walked like a request. "Edit" and "Open" of a draft of either kind are listened to here as well, since they
open both.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from handlers import drafting
from handlers.desk import Desk
from handlers.draft import LIST, request_form
from handlers.forms import Form, appeal_with, place_of
from handlers.payloads import Press
from handlers.replies import Reply
from handlers.results import listed, post_result, request_behind
from handlers.services import Services
from handlers.stepping import (
    GONE,
    Opening,
    Taken,
    on_command,
    on_form,
    on_press,
    on_walk,
    open_form,
    opened_in,
    owner_of,
    remarked,
)
from handlers.subjects import BadSubject, Subject, subject_of
from handlers.views import words
from handlers.views.drafts.appeal import (
    BACK,
    CALLBACK,
    MOST_PARTS,
    POINTS,
    QUESTIONS,
    REFUSAL,
    ROOM,
    points_view,
    questions_view,
    refusal_view,
)
from handlers.views.drafts.notes import first_note
from handlers.views.drafts.request import plain_view
from handlers.views.drafts.result import EDIT, OPEN
from handlers.views.message import View
from model import DONE, Access, AppealAnswers, DraftKind, Owner, Place, PlaceStatus, StoredDraft
from store.drafts import list_drafts, load_draft, place_draft, posted_texts, save_step, start_draft

COMMAND = "/ses-appeal"
START = "appeal_start"
_HELP = frozenset({"help", "--help", "-h", "?"})


def register(app: AsyncApp, services: Services, desk: Desk) -> None:
    """Listen to the command, to the modal of an appeal, and to "Edit" and "Open" of any draft."""
    app.command(COMMAND)(on_command(services, desk, _start))
    app.action(START)(on_press(services, desk, _start, "opening the draft"))
    app.view(CALLBACK)(on_form(services, desk, take, post_result))
    app.action(BACK)(on_walk(services, desk, back))
    app.action(ROOM)(on_walk(services, desk, more_room))
    app.action(EDIT)(on_press(services, desk, _edit, "opening the draft"))
    app.action(OPEN)(on_press(services, desk, _open, "opening the draft"))


async def _start(services: Services, desk: Desk, press: Press, surface: Reply) -> None:
    if press.value.strip().lower() in _HELP:
        return await surface.tell(words.usage(COMMAND))
    if press.value.strip().lower() in LIST:
        return await surface.tell(await listed(desk, owner_of(services, press.user)))
    places = await desk.known_places()
    try:
        subject = subject_of(press.value, places)
    except BadSubject as bad:
        return await surface.tell(words.usage(COMMAND, str(bad)))
    if subject.draft:
        return await _opened(services, desk, replace(press, value=subject.draft), surface, start=False)
    owner = owner_of(services, press.user)
    return await open_form(services, press.trigger_id, _first_view(desk, owner, subject, places, surface))


async def _first_view(
    desk: Desk, owner: Owner, subject: Subject, places: Sequence[PlaceStatus], surface: Reply
) -> View:
    """The appeal about that case, account or region where there is one that is not posted yet; else a new one."""
    place = _place_of(subject, places)
    case = subject.case_id or _case_at(place, places)
    mine = await list_drafts(desk.db, owner, kind=DraftKind.APPEAL, started=False, most=200)
    named = bool(subject.case_id or subject.place)
    found = next((one for one in mine if not one.posted_at and (not named or _about(one, place, case))), None)
    if found is None:
        answers = await _prefilled(desk, owner, place, case, mine)
        found = await start_draft(desk.db, owner, answers, place=place, channel=surface.channel)
    found = _with_subject(found, place, case)
    here = [one for one in places if place and one.place == place]
    return await appeal_form(desk, found, Opening(surface, places, first_note("", None, here, appeal=True), start=True))


def _with_subject(stored: StoredDraft, place: Place | None, case: str) -> StoredDraft:
    """What an appeal begun earlier did not know of its subject yet; the form hands it in."""
    if case and not stored.appeal.case_id:
        stored = replace(stored, answers=replace(stored.appeal, case_id=case))
    if place and not stored.region:
        stored = replace(stored, account=stored.account or place.account, region=place.region)
    return stored


def _about(stored: StoredDraft, place: Place | None, case: str) -> bool:
    if case and stored.appeal.case_id:
        return stored.appeal.case_id == case
    return place is not None and (stored.account, stored.region) == (place.account, place.region)


def _place_of(subject: Subject, places: Sequence[PlaceStatus]) -> Place | None:
    """The one place that was meant: named whole or in part, or the only one whose review ended badly."""
    if subject.place is not None:
        wanted = subject.place
        match = [
            one.place
            for one in places
            if wanted.account in ("", one.place.account) and wanted.region in ("", one.place.region)
        ]
        return match[0] if len(match) == 1 else wanted
    known = [(one.place, one.known.snapshot) for one in places if one.known.snapshot]
    refused = [place for place, snapshot in known if snapshot.access is Access.NOT_GRANTED]
    likely = refused or [place for place, snapshot in known if snapshot.case_id]
    return likely[0] if len(likely) == 1 else None


def _case_at(place: Place | None, places: Sequence[PlaceStatus]) -> str:
    found = (one.known.snapshot for one in places if one.place == place)
    return next((snapshot.case_id or "" for snapshot in found if snapshot), "")


async def _prefilled(
    desk: Desk, owner: Owner, place: Place | None, case: str, mine: Sequence[StoredDraft]
) -> AppealAnswers:
    """From the request that was refused, and from whether this was refused before."""
    requests = await list_drafts(desk.db, owner, kind=DraftKind.REQUEST, most=100)
    region = place.region if place else ""
    behind = next((one for one in requests if one.region == region), requests[0] if requests else None)
    proposed = drafting.proposal(behind)
    before = any(one.posted_at and place is not None and one.region == place.region for one in mine)
    return AppealAnswers(
        opt_in=behind.request.opt_in if behind else "",
        unsubscribe=behind.request.leaving if behind else "",
        confirmation=proposed.text if proposed else "",
        case_id=case,
        refused_before=before,
    )


async def appeal_form(desk: Desk, stored: StoredDraft, opening: Opening) -> View:
    """The modal of an appeal."""
    await opened_in(desk, stored, opening.surface)
    asked = drafting.questions(stored.appeal.refusal)
    if not opening.start and stored.step == POINTS and asked:
        return questions_view(stored, asked)
    if not opening.start and stored.step == REFUSAL:
        return await _points(desk, stored)
    return refusal_view(stored, places=[one.place for one in opening.places], note=opening.note)


async def _edit(services: Services, desk: Desk, press: Press, surface: Reply) -> None:
    return await _opened(services, desk, press, surface, start=True)


async def _open(services: Services, desk: Desk, press: Press, surface: Reply) -> None:
    return await _opened(services, desk, press, surface, start=False)


async def _opened(services: Services, desk: Desk, press: Press, surface: Reply, *, start: bool) -> None:
    owner = owner_of(services, press.user)

    async def view() -> View:
        stored = await load_draft(desk.db, owner, press.value)
        if stored is None:
            return plain_view(GONE)
        form = request_form if stored.kind is DraftKind.REQUEST else appeal_form
        return await form(desk, stored, Opening(surface, await desk.known_places(), start=start))

    return await open_form(services, press.trigger_id, view())


# The steps


async def take(_: Services, desk: Desk, owner: Owner, form: Form) -> Taken:
    """Save the step; then what stands in its way at its fields, or the next step. Nothing comes after the last."""
    before = await load_draft(desk.db, owner, form.draft)
    behind = await request_behind(desk, before) if before else None
    earlier = await posted_texts(desk.db, owner, region=before.region) if before else ()
    errors: dict[str, str] = {}

    def good(answers: AppealAnswers) -> bool:
        if _head(form) != REFUSAL:  # AWS's message is what it is
            errors.update(remarked(drafting.appeal_at_fields(answers, behind, earlier, form.typed)))
        return not errors

    stored = await _saved(desk, owner, form, good)
    if stored is None:
        return Taken(errors={"": GONE})
    if errors:
        return Taken(stored, errors=errors)
    asked = drafting.questions(stored.appeal.refusal)
    if _head(form) == REFUSAL:
        return Taken(stored, await _points(desk, stored))
    if _head(form) == POINTS and asked:
        return Taken(stored, questions_view(stored, asked))
    return Taken(stored)


async def back(_: Services, desk: Desk, owner: Owner, form: Form) -> View | None:
    """Save what is typed as it is, and show the step before."""
    stored = await _saved(desk, owner, form)
    if stored is None:
        return None
    if form.step == QUESTIONS:
        return await _points(desk, stored)
    return refusal_view(stored, places=[one.place for one in await desk.known_places()])


async def more_room(_: Services, desk: Desk, owner: Owner, form: Form) -> View | None:
    """Save what is typed as it is, and show two fields more for AWS's message."""
    stored = await _saved(desk, owner, form)
    if stored is None:
        return None
    shown = form.step.partition(".")[2]
    parts = min(MOST_PARTS, (int(shown) if shown else 2) + 2)
    return refusal_view(stored, places=[one.place for one in await desk.known_places()], parts=parts)


async def _saved(
    desk: Desk, owner: Owner, form: Form, good: Callable[[AppealAnswers], bool] = lambda _: False
) -> StoredDraft | None:
    """The draft with what was typed in it. Where that is `good`, the step is handed in: the last makes it `DONE`."""

    def change(before: StoredDraft) -> tuple[AppealAnswers, str] | None:
        if before.kind is not DraftKind.APPEAL:
            return None
        asked = drafting.questions(before.appeal.refusal)
        answers = appeal_with(before.appeal, form.typed, asked)
        if not good(answers):
            return answers, before.step
        last = _head(form) == QUESTIONS or (_head(form) == POINTS and not asked)
        return answers, DONE if last else _head(form)

    stored = await save_step(desk.db, owner, form.draft, change)
    if stored is None or not {"at", "region", "account"} & set(form.typed):
        return stored
    place = place_of(form.typed["at"]) if "at" in form.typed else None
    place = place or Place(form.typed.get("account", ""), form.typed.get("region", ""))
    await place_draft(desk.db, owner, form.draft, place)
    return replace(stored, account=place.account, region=place.region)


def _head(form: Form) -> str:
    """The step without the number of its fields."""
    return form.step.partition(".")[0]


async def _points(desk: Desk, stored: StoredDraft) -> View:
    """The four points; the confirmation mail is marked as a proposal for as long as it is one."""
    proposed = drafting.proposal(await request_behind(desk, stored))
    ours = proposed is not None and proposed.text == stored.appeal.confirmation
    notice = proposed.notice if proposed and ours else ""
    return points_view(stored, last=not drafting.questions(stored.appeal.refusal), notice=notice)
