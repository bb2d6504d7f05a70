"""`/ses-draft`: the request for production access, asked for in four steps.

Each step is saved before the next is shown, and before Slack is acknowledged; whatever happens after that, what was
handed in is in the store. A modal opens while its trigger lives, whether SES and DNS answer or not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from checks.names import BadDomain, domain_of, unicode_of
from checks.query import BadQuery, parse
from drafts.questions import find_errors as field_errors
from drafts.questions import list_missing
from drafts.volume import monthly_volume
from handlers.drafts.context import ascii_of, last_check, pages_of, same_account_region, ses_note
from handlers.drafts.forms import DraftForm, is_region, number_errors, request_with, split_account_region
from handlers.drafts.listeners import GONE, DraftListeners, StepResult, open_form, opened_in
from handlers.drafts.result import listed, write_and_post
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker, Services
from handlers.payloads import Press
from handlers.reports import NoReport, is_report
from handlers.views import words
from handlers.views.blocks import View
from handlers.views.drafts import fields
from handlers.views.drafts.request import ANOTHER, BACK, CALLBACK, REMOVE, SUM, first_note, request_view
from model import AccountRegion, AccountRegionStatus, Checked
from model.drafting import DONE, DraftKind, Owner, StoredDraft
from model.request import Answers, MailKind, MailType
from store.drafts import list_drafts, load_draft, save_draft_report, save_step, start_draft

LISTENERS = DraftListeners()
COMMAND = "/ses-draft"
START = "draft_start"
LIST = ("list", "ls")
_ANSWER = "Please answer this."
_BUSIEST = "One day cannot have {:,} messages: your kinds of mail make {:,} a month. Correct one of the two."
_INCOMPLETE = "Something is still missing here; the rest is saved."


@LISTENERS.command(COMMAND, "opening the draft")
async def command(services: Services, drafts: DraftServices, asker: Asker, typed: str) -> None:
    """Lists the person's drafts, or opens one."""
    if typed.strip().lower() in LIST:
        return await asker.surface.tell(await listed(drafts, asker.owner))
    return await start(services, drafts, asker, typed)


@LISTENERS.action(START, "opening the draft")
async def start_button(services: Services, drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Opens a draft from a report, from a query, or from an account and a region."""
    if not is_report(press.value):
        return await start(services, drafts, asker, press.value)
    try:
        [shown, *_] = await services.reports.find(press.value)
    except NoReport as missing:
        return await asker.surface.say(str(missing))
    query = parse(shown.query)
    subject = _Subject(query.domains[0], website=query.website or "", checked=shown.checked)
    return await open_form(services, drafts, asker, _first_view(drafts, asker, subject))


async def start(services: Services, drafts: DraftServices, asker: Asker, text: str) -> None:
    """Opens the draft that `text` means, or says how to name one."""
    try:
        subject = await _subject(drafts, text)
    except BadQuery as bad:
        return await asker.surface.tell(words.usage_message(COMMAND, str(bad)))
    if subject is None:
        return await asker.surface.tell(words.usage_message(COMMAND))
    return await open_form(services, drafts, asker, _first_view(drafts, asker, subject))


@dataclass(frozen=True, slots=True)
class _Subject:
    """The domain, account region and website as far as they were named, and the report whose button was pressed."""

    domain: str = ""
    account_region: AccountRegion | None = None
    website: str = ""
    checked: Checked | None = None


async def _subject(drafts: DraftServices, text: str) -> _Subject | None:
    """Returns what the request is about; None where help is asked for."""
    account_region = None
    if any(is_region(word) for word in text.split()):
        text, account_region = split_account_region(text, await drafts.known_account_regions())
    if not text.strip():
        return _Subject(account_region=account_region)
    query = parse(text)
    if query.help:
        return None
    if len(query.domains) > 1 or query.unread:
        raise BadQuery("A request is about one domain.")
    return _Subject(query.domains[0], account_region, query.website or "")


async def _first_view(drafts: DraftServices, asker: Asker, subject: _Subject) -> View:
    """Returns the draft of that domain and region where it was left, or a new one; without either, the latest."""
    mine = await list_drafts(drafts.db, asker.owner, kind=DraftKind.REQUEST, started=False, most=200)
    account_regions = await drafts.known_account_regions()
    found = next((one for one in mine if _is_about(one, subject)), None)
    domain, kept = subject.domain or (found.domain if found else ""), found.report if found else None
    checked = subject.checked or await last_check(drafts, domain, kept)
    filled_from = ""
    if found is None:
        alike = next((one for one in mine if one.revision and _same(one.domain, subject.domain)), None)
        filled_from = f"your draft for {alike.domain}" if alike else ""
        answers = prefilled(alike.request if alike else None, subject.domain, account_regions, subject.account_region)
        found = await start_draft(drafts.db, asker.owner, answers, channel=asker.surface.channel, report=checked)
    elif checked and checked != found.report:
        await save_draft_report(drafts.db, found, checked)
        found = replace(found, report=checked)
    found = replace(found, answers=with_pages(found, subject.website, checked))
    note = first_note(filled_from, checked, account_regions)
    await opened_in(drafts, found, asker.surface)
    return request_form(found, account_regions, note=note)


def _is_about(stored: StoredDraft, subject: _Subject) -> bool:
    """Tells whether a draft is about that: each region needs its own request."""
    if subject.domain and not _same(stored.domain, subject.domain):
        return False
    return subject.account_region is None or same_account_region(subject.account_region, stored)


def _same(stored: str, domain: str) -> bool:
    return bool(stored and domain) and ascii_of(stored) == domain


def request_form(
    stored: StoredDraft, account_regions: Sequence[AccountRegionStatus], *, note: str = "", from_start: bool = False
) -> View:
    """Returns the modal of a request: at the first step, or where it was left."""
    step = fields.BUSINESS if from_start else _left_at(stored)
    return _view(stored, step, account_regions, note)


def prefilled(
    last: Answers | None,
    domain: str,
    account_regions: Sequence[AccountRegionStatus],
    account_region: AccountRegion | None = None,
) -> Answers:
    """Returns what is known before the first question: the last draft of the same domain, and the account and region.
    Another business's answers are never carried over, so that nothing is claimed that was not said of this one."""
    answers = replace(last or Answers(domain=unicode_of(domain) if domain else ""), account="", region="")
    here = _account_region_of(domain, account_regions, account_region)
    if here is None:
        return (
            replace(answers, account=account_region.account, region=account_region.region)
            if account_region
            else answers
        )
    answers = replace(answers, account=here.account_region.account, region=here.account_region.region)
    snapshot = here.known.snapshot
    if snapshot and snapshot.website and not answers.website:
        answers = replace(answers, website=snapshot.website)
    if snapshot and snapshot.mail_type in list(MailType) and not answers.kinds:
        answers = replace(answers, mail_type=MailType(snapshot.mail_type))
    return answers


def with_pages(stored: StoredDraft, website: str, checked: Checked | None) -> Answers:
    """Returns the answers, with pages that the last check found in fields that are still empty. `website` was named by
    the person. The form hands them in, so the person sees them first."""
    answers, pages = stored.request, pages_of(checked)
    if website and not (stored.revision and answers.website):
        answers = replace(answers, website=website)
    return replace(
        answers,
        website=answers.website or pages.website,
        privacy_policy=answers.privacy_policy or pages.privacy,
        opt_in_page=answers.opt_in_page or pages.sign_up,
        unsubscribe_page=answers.unsubscribe_page or pages.unsubscribe,
    )


def _account_region_of(
    domain: str, account_regions: Sequence[AccountRegionStatus], account_region: AccountRegion | None
) -> AccountRegionStatus | None:
    """Returns the account region that was named; else where the domain is an identity; else the only account region
    there is."""
    if account_region is not None:
        meant = [
            p
            for p in account_regions
            if p.account_region.region == account_region.region
            and account_region.account in ("", p.account_region.account)
        ]
        return meant[0] if len(meant) == 1 else None
    there = [one for one in account_regions if any(domain and i.name == domain for i in one.known.identities or ())]
    if len(there) == 1:
        return there[0]
    return account_regions[0] if len(account_regions) == 1 else None


def _left_at(stored: StoredDraft) -> str:
    """Returns the first step that was not handed in yet; the first of all when all were."""
    every = fields.steps_of(stored.request)
    if stored.step not in every:
        return every[0]
    return every[min(every.index(stored.step) + 1, len(every) - 1)]


# The steps


@LISTENERS.form(CALLBACK)
async def take_step(services: Services, drafts: DraftServices, form: DraftForm, owner: Owner) -> StepResult:
    """Saves the step; then shows errors at its fields, or the next step. After the last, writes the letter."""
    before = await load_draft(drafts.db, owner, form.draft)
    if before is None or before.kind is not DraftKind.REQUEST:
        return StepResult(errors={"": GONE})
    answers, errors = checked_answers(request_with(before.request, form.typed), form)
    following = None if errors else next_step(answers, form.step)
    reached = before.step if errors else (form.step if following else DONE)
    # into the answers as they are now: another window may have saved meanwhile
    stored = await _save(
        drafts, form, owner, lambda now: (_with_domain(request_with(now.request, form.typed))[0], reached)
    )
    if stored is None:
        return StepResult(errors={"": GONE})
    if errors:
        return StepResult(stored, errors=errors)
    if following is None:
        return StepResult(stored, work=write_and_post(services, drafts, stored))
    return StepResult(stored, await _next_view(drafts, stored, form.step, following))


def checked_answers(answers: Answers, form: DraftForm) -> tuple[Answers, dict[str, str]]:
    """Returns the answers with the domain as people write it, and what is wrong at the fields of the form."""
    answers, errors = _with_domain(answers)
    return answers, _wrong(answers, form) | errors


def _with_domain(answers: Answers) -> tuple[Answers, dict[str, str]]:
    """Returns the domain as people write it, out of whatever it was pasted in."""
    if not answers.domain:
        return answers, {}
    try:
        return replace(answers, domain=unicode_of(domain_of(answers.domain))), {}
    except BadDomain as bad:
        return answers, {"domain": str(bad)}


def _wrong(answers: Answers, form: DraftForm) -> dict[str, str]:
    """Returns what is wrong at the fields of this form; a required question without an answer is."""
    unanswered = dict.fromkeys(list_missing(answers), _ANSWER)
    wrong = unanswered | dict(field_errors(answers))
    here = {path: text for path, text in wrong.items() if path in form.typed}
    if fields.AT in form.typed and "region" in here:
        here[fields.AT] = here.pop("region")
    return here | _too_busy(answers, form) | number_errors(form.typed)


def _too_busy(answers: Answers, form: DraftForm) -> dict[str, str]:
    """Returns the busiest day cannot have more messages than the month; the month is that of the second step."""
    month = monthly_volume(answers).total
    if "busiest" not in form.typed or not month or answers.busiest is None or answers.busiest <= month:
        return {}
    return {"busiest": _BUSIEST.format(answers.busiest, month)}


def next_step(answers: Answers, step: str) -> str | None:
    """Returns what comes after a step; None after the last. A step in which an answer is missing comes first."""
    every = fields.steps_of(answers)
    at = every.index(step) + 1 if step in every else 0
    following = every[at] if at < len(every) else None
    unanswered = [fields.step_of(path) for path in list_missing(answers)]
    if following is None:
        return next((one for one in every if one in unanswered), None)
    if step.startswith(fields.MAIL) and following == fields.OPT_IN:
        return next((one for one in every if one.startswith(fields.MAIL) and one in unanswered), following)
    return following


async def _next_view(drafts: DraftServices, stored: StoredDraft, step: str, following: str) -> View:
    every = fields.steps_of(stored.request)
    goes_back = step in every and following in every and every.index(following) <= every.index(step)
    note = _INCOMPLETE if goes_back else ""
    return await _page(drafts, stored, following, note)


async def _page(drafts: DraftServices, stored: StoredDraft, step: str, note: str = "") -> View:
    """Returns a step with what is known of the accounts beside it; Slack waits, so little time is given to that."""
    account_regions: Sequence[AccountRegionStatus] = ()
    if step in (fields.BUSINESS, fields.BOUNCES):
        account_regions = await drafts.known_account_regions(drafts.limits.step)
    if step == fields.BOUNCES:
        domain = ascii_of(stored.request.domain)
        asking = drafts.at_aws(domain)
        aws = await drafts.in_time(asking, None, drafts.limits.step, "the facts of SES")
        note = "\n".join(line for line in (note, ses_note(stored.request, account_regions, aws)) if line)
    if not _handed_in(stored, step):
        stored = replace(stored, answers=with_pages(stored, "", stored.report))
    return _view(stored, step, account_regions, note)


def _handed_in(stored: StoredDraft, step: str) -> bool:
    """Tells whether the person has answered this step before: what they left empty then stays empty."""
    every = fields.steps_of(stored.request)
    reached = every.index(stored.step) if stored.step in every else -1
    return stored.finished or (step in every and every.index(step) <= reached)


def _view(stored: StoredDraft, step: str, account_regions: Sequence[AccountRegionStatus], note: str = "") -> View:
    answers = stored.request
    number = max(fields.kind_number(step), 0)
    asked = replace(answers, kinds=(*answers.kinds, *[MailKind()] * (number + 1 - len(answers.kinds))))
    return request_view(
        stored,
        step,
        required=required(asked) - ({"region"} if account_regions else set()),
        account_regions=[one.account_region for one in account_regions],
        note=note,
        volume=monthly_volume(answers) if answers.kinds else None,
    )


def required(answers: Answers) -> frozenset[str]:
    """Returns the paths that need an answer, whether they have one or not."""
    return frozenset(list_missing(Answers(kinds=tuple(MailKind() for _ in answers.kinds) or (MailKind(),))))


# Buttons of the form


@LISTENERS.form_button(BACK)
async def back(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and shows the step before."""
    stored = await _saved(drafts, form, owner)
    if stored is None:
        return None
    number = fields.kind_number(form.step)
    if number > 0:
        return await _page(drafts, stored, f"{fields.MAIL}{number - 1}")
    every = fields.steps_of(stored.request)
    at = every.index(form.step) if form.step in every else 1
    return await _page(drafts, stored, every[max(0, at - 1)])


@LISTENERS.form_button(ANOTHER)
async def another_kind(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and ask for one kind of mail more."""
    stored = await _saved(drafts, form, owner)
    if stored is None:
        return None
    return await _page(drafts, stored, f"{fields.MAIL}{min(len(stored.request.kinds), fields.MOST_KINDS - 1)}")


@LISTENERS.form_button(SUM)
async def work_out(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and shows the month that comes of it."""
    stored = await _saved(drafts, form, owner)
    return await _page(drafts, stored, form.step) if stored else None


@LISTENERS.form_button(REMOVE)
async def remove_kind(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Leaves out this kind of mail, and shows the one before."""
    number = fields.kind_number(form.step)

    def change(before: StoredDraft) -> tuple[Answers, str]:
        kinds = before.request.kinds
        return replace(before.request, kinds=(*kinds[:number], *kinds[number + 1 :])), before.step

    stored = await _save(drafts, form, owner, change) if number >= 0 else None
    return await _page(drafts, stored, f"{fields.MAIL}{max(0, number - 1)}") if stored else None


async def _saved(drafts: DraftServices, form: DraftForm, owner: Owner) -> StoredDraft | None:
    """Returns the draft with what is typed. A kind of mail in which nothing was typed is none."""

    def change(before: StoredDraft) -> tuple[Answers, str]:
        answers = request_with(before.request, form.typed)
        kinds = list(answers.kinds)
        while kinds and kinds[-1] == MailKind():
            kinds.pop()
        return replace(answers, kinds=tuple(kinds)), before.step

    return await _save(drafts, form, owner, change)


async def _save(
    drafts: DraftServices, form: DraftForm, owner: Owner, change: Callable[[StoredDraft], tuple[Answers, str]]
) -> StoredDraft | None:
    return await save_step(drafts.db, owner, form.draft, change, kind=DraftKind.REQUEST)
