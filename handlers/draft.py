"""`/ses-draft`: the request for production access, asked for step by step.

Each step is saved before the next is shown, and before Slack hears that it was taken; whatever happens after that, what
was handed in is in the store. A modal opens while its trigger lives, whether SES and DNS answer or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slack_bolt.async_app import AsyncApp

from checks.names import BadDomain, domain_of, unicode_of
from checks.query import BadQuery, parse
from handlers import drafting
from handlers.desk import Desk
from handlers.forms import Form, request_with
from handlers.payloads import Press
from handlers.replies import Reply
from handlers.results import delete, listed, mark, post_result, share, show
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
from handlers.subjects import is_region, split_place
from handlers.views import words
from handlers.views.drafts import steps
from handlers.views.drafts.notes import first_note
from handlers.views.drafts.request import BACK, CALLBACK, request_view
from handlers.views.drafts.result import DELETE, POSTED, SHARE, SHOW
from handlers.views.message import View
from model import DONE, Answers, Checked, DraftKind, MailType, Outcome, Owner, Place, PlaceStatus, StoredDraft
from store.drafts import list_drafts, save_step, start_draft

COMMAND = "/ses-draft"
START = "draft_start"
LIST = ("list", "ls")
_LITTLE_PATIENCE = 0.2
"""Seconds that a step waits for the accounts: Slack waits for the step."""


def register(app: AsyncApp, services: Services, desk: Desk) -> None:
    """Listen to the command, to the modal of a request, and to what any result offers but "Edit" and "Open"."""
    app.command(COMMAND)(on_command(services, desk, _command))
    app.action(START)(on_press(services, desk, _start, "opening the draft"))
    app.view(CALLBACK)(on_form(services, desk, take, post_result))
    app.action(BACK)(on_walk(services, desk, back))
    app.action(SHARE)(on_press(services, desk, share, "sharing the draft"))
    app.action(POSTED)(on_press(services, desk, mark, "ticking it off"))
    app.action(SHOW)(on_press(services, desk, show, "showing the draft"))
    app.action(DELETE)(on_press(services, desk, delete, "deleting the draft"))


async def _command(services: Services, desk: Desk, press: Press, surface: Reply) -> None:
    if press.value.strip().lower() in LIST:
        return await surface.tell(await listed(desk, owner_of(services, press.user)))
    return await _start(services, desk, press, surface)


async def _start(services: Services, desk: Desk, press: Press, surface: Reply) -> None:
    """From typed text, or from what a button carries: the query of a report, or an account and a region."""
    try:
        subject = await _subject(desk, press.value)
    except BadQuery as bad:
        return await surface.tell(words.usage(COMMAND, str(bad)))
    if subject is None:
        return await surface.tell(words.usage(COMMAND))
    owner = owner_of(services, press.user)
    return await open_form(services, press.trigger_id, _first_view(desk, owner, subject, surface))


@dataclass(frozen=True, slots=True)
class _Subject:
    """The domain, the account and region, and the website, as far as they were said."""

    domain: str = ""
    place: Place | None = None
    website: str = ""


async def _subject(desk: Desk, text: str) -> _Subject | None:
    """What the request is about; None where help is asked for."""
    place = None
    if any(is_region(word) for word in text.split()):
        text, place = split_place(text, await desk.known_places())
    if not text.strip():
        return _Subject(place=place)
    query = parse(text)
    if query.help:
        return None
    if len(query.domains) > 1 or query.unread:
        raise BadQuery("A request is about one domain.")
    return _Subject(query.domains[0], place, query.website or "")


async def _first_view(desk: Desk, owner: Owner, subject: _Subject, surface: Reply) -> View:
    """The draft of that domain and region where it was left, or a new one; without either, the latest."""
    mine = await list_drafts(desk.db, owner, kind=DraftKind.REQUEST, started=False, most=200)
    places = await desk.known_places()
    found = next((one for one in mine if _about(one, subject)), None)
    filled_from = ""
    if found is None:
        said = [one for one in mine if one.revision]
        alike = [one for one in said if subject.domain and _same(one.domain, subject.domain)]
        last = next(iter([*alike, *said]), None)
        filled_from = f"your draft for {last.domain or last.request.name}" if last else ""
        answers = prefilled(last.request if last else None, subject.domain, places, subject.place)
        found = await start_draft(desk.db, owner, answers, channel=surface.channel)
    found = replace(found, answers=_with_website(found, subject.website, desk.checked(found.domain)))
    note = first_note(filled_from, desk.checked(found.domain), places)
    return await request_form(desk, found, Opening(surface, places, note))


def _about(stored: StoredDraft, subject: _Subject) -> bool:
    """Whether a draft is about that: each region takes a request of its own."""
    if subject.domain and not _same(stored.domain, subject.domain):
        return False
    place = subject.place
    if place is None:
        return True
    whose = stored.account == place.account or "" in (stored.account, place.account)
    return stored.region == place.region and whose


async def request_form(desk: Desk, stored: StoredDraft, opening: Opening) -> View:
    """The modal of a request."""
    await opened_in(desk, stored, opening.surface)
    step = steps.BUSINESS if opening.start else _left_at(stored)
    return request_view(stored, step, places=[one.place for one in opening.places], note=opening.note)


def _same(stored: str, domain: str) -> bool:
    try:
        return bool(stored) and domain_of(stored) == domain
    except BadDomain:
        return False


def prefilled(last: Answers | None, domain: str, places: Sequence[PlaceStatus], place: Place | None = None) -> Answers:
    """What is known before the first question: what was said of the same domain for another region, or the business as
    it was described for another domain; and the account. `place` is what was said of account and region.

    Mail, consent and volume differ from domain to domain: they are not carried over, so that nothing is claimed that
    nobody said of this one.
    """
    old = last or Answers()
    answers = replace(old, account="", region="")
    if not domain or not _same(old.domain, domain):
        answers = Answers(
            name=old.name,
            business=old.business,
            place=old.place,
            since=old.since,
            bounces=old.bounces,
            complaints=old.complaints,
            contacts=old.contacts,
            language=old.language,
            domain=unicode_of(domain) if domain else "",
        )
    here = _place_of(domain, places, place)
    if here is None:
        return replace(answers, account=place.account, region=place.region) if place else answers
    answers = replace(answers, account=here.place.account, region=here.place.region)
    snapshot = here.known.snapshot
    if snapshot and snapshot.website and not answers.website:
        answers = replace(answers, website=snapshot.website)
    if snapshot and snapshot.mail_type in list(MailType) and not answers.streams:
        answers = replace(answers, mail_type=MailType(snapshot.mail_type))
    return answers


def _with_website(stored: StoredDraft, said: str, checked: Checked | None) -> Answers:
    """Where no website was typed yet: the one that was said, or looked at, or the domain's own; the last two where the
    last check found nothing wrong there. The form hands it in."""
    answers = stored.request
    if said and not (stored.revision and answers.website):
        return replace(answers, website=said)
    if answers.website:
        return answers
    seen = [one.outcome for one in checked.report.findings if one.check == "website"] if checked else []
    if not checked or not seen or Outcome.FAIL in seen or Outcome.UNKNOWN in seen:
        return answers
    return replace(answers, website=checked.website or f"https://{answers.domain}")


def _place_of(domain: str, places: Sequence[PlaceStatus], place: Place | None) -> PlaceStatus | None:
    """What was said; else where the domain is an identity; else the only place there is."""
    if place is not None:
        meant = [p for p in places if p.place.region == place.region and place.account in ("", p.place.account)]
        return meant[0] if len(meant) == 1 else None
    there = [one for one in places if any(domain and i.name == domain for i in one.known.identities or ())]
    if len(there) == 1:
        return there[0]
    return places[0] if len(places) == 1 else None


def _left_at(stored: StoredDraft) -> str:
    """The first step that was not handed in yet; the first of all when all were."""
    every = steps.steps_of(stored.request)
    if stored.step not in every:
        return every[0]
    return every[min(every.index(stored.step) + 1, len(every) - 1)]


async def take(_: Services, desk: Desk, owner: Owner, form: Form) -> Taken:
    """Save the step; then what stands in its way at its fields, or the next step. Nothing comes after the last."""
    errors: dict[str, str] = {}

    def change(before: StoredDraft) -> tuple[Answers, str] | None:
        if before.kind is not DraftKind.REQUEST:
            return None
        answers, wrong = _with_domain(request_with(before.request, form.typed))
        errors.update(_in_the_way(desk, answers, form) | wrong)
        return answers, before.step if errors else _after(answers, form)

    stored = await save_step(desk.db, owner, form.draft, change)
    if stored is None:
        return Taken(errors={"": GONE})
    if errors:
        return Taken(stored, errors=errors)
    following = next_step(stored.request, form)
    if following is None:
        return Taken(stored)
    return Taken(stored, await _view(desk, stored, following))


def _with_domain(answers: Answers) -> tuple[Answers, dict[str, str]]:
    """The domain as people write it, out of whatever it was pasted in."""
    if not answers.domain:
        return answers, {}
    try:
        return replace(answers, domain=unicode_of(domain_of(answers.domain))), {}
    except BadDomain as bad:
        return answers, {"domain": str(bad)}


def _in_the_way(desk: Desk, answers: Answers, form: Form) -> dict[str, str]:
    known = desk.known(answers)
    return remarked(drafting.at_fields(answers, known, [path for path in form.typed if path != steps.MORE]))


def _after(answers: Answers, form: Form) -> str:
    """What is remembered as handed in."""
    return form.step if next_step(answers, form) else DONE


def next_step(answers: Answers, form: Form) -> str | None:
    """What comes after the form's step: one kind of mail more where that was asked for; None after the last."""
    every = steps.steps_of(answers)
    number = steps.stream_number(form.step) if form.step.startswith(steps.MAIL) else -1
    if number >= 0 and form.typed.get(steps.MORE) == steps.YES:
        return f"{steps.MAIL}{number + 1}"
    if form.step not in every:
        return every[0]
    at = every.index(form.step) + 1
    return every[at] if at < len(every) else None


async def back(_: Services, desk: Desk, owner: Owner, form: Form) -> View | None:
    """Save what is typed as it is, and show the step before."""

    def change(before: StoredDraft) -> tuple[Answers, str] | None:
        if before.kind is not DraftKind.REQUEST:
            return None
        typed = {path: value for path, value in form.typed.items() if path != steps.MORE}
        return request_with(before.request, typed), before.step

    stored = await save_step(desk.db, owner, form.draft, change)
    if stored is None:
        return None
    every = steps.steps_of(stored.request)
    at = every.index(form.step) if form.step in every else 1
    return await _view(desk, stored, every[max(0, at - 1)])


async def _view(desk: Desk, stored: StoredDraft, step: str) -> View:
    places: Sequence[Place] = ()
    if step == steps.FORM:
        places = [one.place for one in await desk.known_places(_LITTLE_PATIENCE)]
    return request_view(stored, step, places=places)
