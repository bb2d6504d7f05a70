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
from handlers.drafts.context import (
    ascii_domain,
    find_pages,
    find_watched,
    is_for_account_region,
    load_last_check,
    ses_note,
)
from handlers.drafts.forms import DraftForm, find_number_errors, is_region, merge_request, split_account_region
from handlers.drafts.listeners import GONE, DraftListeners, StepResult, open_form, remember_opening
from handlers.drafts.result import load_draft_list, write_and_show
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker
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
async def open_or_list(drafts: DraftServices, asker: Asker, typed: str) -> None:
    """Lists the person's drafts, or opens one."""
    if typed.strip().lower() in LIST:
        return await asker.surface.tell(await load_draft_list(drafts, asker.owner))
    return await open_from_text(drafts, asker, typed)


@LISTENERS.action(START, "opening the draft")
async def open_from_button(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Opens a draft from a report, from a query, or from an account and a region."""
    if not is_report(press.value):
        return await open_from_text(drafts, asker, press.value)
    try:
        [shown, *_] = await drafts.services.reports.find(press.value)
    except NoReport as missing:
        return await asker.surface.say(str(missing))
    query = parse(shown.query)
    subject = _Subject(query.domains[0], website=query.website or "", checked=shown.checked)
    return await open_form(drafts, asker, _start_or_resume(drafts, asker, subject))


async def open_from_text(drafts: DraftServices, asker: Asker, text: str) -> None:
    """Opens the draft that typed text or a button's value names, or says how to name one."""
    try:
        subject = await _parse_subject(drafts, text)
    except BadQuery as bad:
        return await asker.surface.tell(words.usage_message(COMMAND, str(bad)))
    if subject is None:
        return await asker.surface.tell(words.usage_message(COMMAND))
    return await open_form(drafts, asker, _start_or_resume(drafts, asker, subject))


@dataclass(frozen=True, slots=True)
class _Subject:
    """The domain, account region and website as far as they were named, and the report whose button was pressed."""

    domain: str = ""
    account_region: AccountRegion | None = None
    website: str = ""
    checked: Checked | None = None


async def _parse_subject(drafts: DraftServices, text: str) -> _Subject | None:
    """Returns what the request is about; None where help is asked for."""
    account_region = None
    if any(is_region(word) for word in text.split()):
        text, account_region = split_account_region(text, await drafts.load_account_regions())
    if not text.strip():
        return _Subject(account_region=account_region)
    query = parse(text)
    if query.help:
        return None
    if len(query.domains) > 1 or query.unread:
        raise BadQuery("A request is about one domain.")
    return _Subject(query.domains[0], account_region, query.website or "")


async def _start_or_resume(drafts: DraftServices, asker: Asker, subject: _Subject) -> View:
    """Returns the draft of that domain and region where it was left, or a new one; without either, the latest."""
    own = await list_drafts(drafts.db, asker.owner, kind=DraftKind.REQUEST, started=False, most=200)
    account_regions = await drafts.load_account_regions()
    draft = next((draft for draft in own if _is_about(draft, subject)), None)
    domain, saved = subject.domain or (draft.domain if draft else ""), draft.report if draft else None
    checked = subject.checked or await load_last_check(drafts, domain, saved)
    filled_from = ""
    if draft is None:
        earlier = (draft for draft in own if draft.revision and _is_same_domain(draft.domain, subject.domain))
        source = next(earlier, None)
        filled_from = f"your draft for {source.domain}" if source else ""
        answers = source.request if source else None
        answers = prefill_answers(answers, subject.domain, account_regions, subject.account_region)
        draft = await start_draft(drafts.db, asker.owner, answers, channel=asker.surface.channel, report=checked)
    elif checked and checked != draft.report:
        await save_draft_report(drafts.db, draft, checked)
        draft = replace(draft, report=checked)
    draft = replace(draft, answers=with_pages(draft, subject.website, checked))
    note = first_note(filled_from, checked, account_regions)
    await remember_opening(drafts, draft, asker.surface)
    return request_form(draft, account_regions, note=note)


def _is_about(draft: StoredDraft, subject: _Subject) -> bool:
    """Tells whether a draft is about that: each region needs its own request."""
    if subject.domain and not _is_same_domain(draft.domain, subject.domain):
        return False
    return subject.account_region is None or is_for_account_region(subject.account_region, draft)


def _is_same_domain(written: str, domain: str) -> bool:
    return bool(written and domain) and ascii_domain(written) == domain


def request_form(
    draft: StoredDraft, account_regions: Sequence[AccountRegionStatus], *, note: str = "", from_start: bool = False
) -> View:
    """Returns the modal of a request: at the first step, or where it was left."""
    step = fields.BUSINESS if from_start else _find_resume_step(draft)
    return _build_view(draft, step, account_regions, note)


def prefill_answers(
    last: Answers | None,
    domain: str,
    account_regions: Sequence[AccountRegionStatus],
    account_region: AccountRegion | None = None,
) -> Answers:
    """Returns what is known before the first question: the last draft of the same domain, and the account and region.
    Another business's answers are never carried over, so that nothing is claimed that was not said of this one."""
    answers = replace(last or Answers(domain=unicode_of(domain) if domain else ""), account="", region="")
    watched = _find_account_region(domain, account_regions, account_region)
    if account_region := watched.account_region if watched else account_region:
        answers = replace(answers, account=account_region.account, region=account_region.region)
    snapshot = watched.state.snapshot if watched else None
    if snapshot and snapshot.website and not answers.website:
        answers = replace(answers, website=snapshot.website)
    if snapshot and snapshot.mail_type in list(MailType) and not answers.kinds:
        answers = replace(answers, mail_type=MailType(snapshot.mail_type))
    return answers


def with_pages(draft: StoredDraft, website: str, checked: Checked | None) -> Answers:
    """Returns the answers, with pages that the last check found in fields that are still empty. `website` was named by
    the person. The form hands them in, so the person sees them first."""
    answers, pages = draft.request, find_pages(checked)
    if website and not (draft.revision and answers.website):
        answers = replace(answers, website=website)
    return replace(
        answers,
        website=answers.website or pages.website,
        privacy_policy=answers.privacy_policy or pages.privacy,
        opt_in_page=answers.opt_in_page or pages.sign_up,
        unsubscribe_page=answers.unsubscribe_page or pages.unsubscribe,
    )


def _find_account_region(
    domain: str, account_regions: Sequence[AccountRegionStatus], account_region: AccountRegion | None
) -> AccountRegionStatus | None:
    """Returns the account region that was named; else where the domain is an identity; else the only account region
    there is."""
    if account_region is not None:
        return find_watched(account_region, account_regions)
    with_identity = [
        watched
        for watched in account_regions
        if any(domain and identity.name == domain for identity in watched.state.identities or ())
    ]
    if len(with_identity) == 1:
        return with_identity[0]
    return account_regions[0] if len(account_regions) == 1 else None


def _find_resume_step(draft: StoredDraft) -> str:
    """Returns the first step that was not handed in yet; the first of all when all were."""
    steps = fields.steps_of(draft.request)
    return steps[min(steps.index(draft.step) + 1, len(steps) - 1)] if draft.step in steps else steps[0]


# The steps


@LISTENERS.form(CALLBACK)
async def submit_step(drafts: DraftServices, form: DraftForm, owner: Owner) -> StepResult:
    """Saves the step; then shows errors at its fields, or the next step. After the last, writes the letter."""
    before = await load_draft(drafts.db, owner, form.draft)
    if before is None or before.kind is not DraftKind.REQUEST:
        return StepResult(errors={"": GONE})
    answers, errors = check_answers(merge_request(before.request, form.typed), form)
    following = None if errors else find_next_step(answers, form.step)
    reached = before.step if errors else (form.step if following else DONE)
    # into the answers as they are now: another window may have saved meanwhile
    draft = await _save_request(
        drafts, form, owner, lambda current: (_correct_domain(merge_request(current.request, form.typed))[0], reached)
    )
    if draft is None:
        return StepResult(errors={"": GONE})
    if errors:
        return StepResult(draft, errors=errors)
    if following is None:
        return StepResult(draft, work=write_and_show(drafts, draft))
    return StepResult(draft, await _next_step_view(drafts, draft, form.step, following))


def check_answers(answers: Answers, form: DraftForm) -> tuple[Answers, dict[str, str]]:
    """Returns the answers with the domain as people write it, and what is wrong at the fields of the form."""
    answers, errors = _correct_domain(answers)
    return answers, _find_errors(answers, form) | errors


def _correct_domain(answers: Answers) -> tuple[Answers, dict[str, str]]:
    """Returns the answers with the domain as people write it, out of whatever it was pasted in; else the error."""
    if not answers.domain:
        return answers, {}
    try:
        return replace(answers, domain=unicode_of(domain_of(answers.domain))), {}
    except BadDomain as bad:
        return answers, {"domain": str(bad)}


def _find_errors(answers: Answers, form: DraftForm) -> dict[str, str]:
    """Returns the errors at the fields of this form; a required question without an answer is one."""
    every = dict.fromkeys(list_missing(answers), _ANSWER) | dict(field_errors(answers))
    errors = {path: text for path, text in every.items() if path in form.typed}
    if fields.AT in form.typed and "region" in errors:
        errors[fields.AT] = errors.pop("region")
    return errors | _find_busiest_error(answers, form) | find_number_errors(form.typed)


def _find_busiest_error(answers: Answers, form: DraftForm) -> dict[str, str]:
    """Returns the error that the busiest day has more messages than the month, which the second step asks for."""
    month = monthly_volume(answers).total
    if "busiest" not in form.typed or not month or answers.busiest is None or answers.busiest <= month:
        return {}
    return {"busiest": _BUSIEST.format(answers.busiest, month)}


def find_next_step(answers: Answers, step: str) -> str | None:
    """Returns what comes after a step; None after the last. A step in which an answer is missing comes first."""
    steps, unanswered = fields.steps_of(answers), [fields.step_of(path) for path in list_missing(answers)]
    index = steps.index(step) + 1 if step in steps else 0
    following = steps[index] if index < len(steps) else None
    incomplete = [step for step in steps if step in unanswered]
    if following is None:
        return next(iter(incomplete), None)
    if step.startswith(fields.MAIL) and following == fields.OPT_IN:
        return next((step for step in incomplete if step.startswith(fields.MAIL)), following)
    return following


async def _next_step_view(drafts: DraftServices, draft: StoredDraft, step: str, following: str) -> View:
    steps = fields.steps_of(draft.request)
    goes_back = step in steps and following in steps and steps.index(following) <= steps.index(step)
    return await _step_view(drafts, draft, following, _INCOMPLETE if goes_back else "")


async def _step_view(drafts: DraftServices, draft: StoredDraft, step: str, note: str = "") -> View:
    """Returns a step with what is known of the accounts; Slack waits, so little time is given to that."""
    account_regions: Sequence[AccountRegionStatus] = ()
    if step in (fields.BUSINESS, fields.BOUNCES):
        account_regions = await drafts.load_account_regions(drafts.limits.step)
    if step == fields.BOUNCES:
        answer = drafts.look_up_at_aws(ascii_domain(draft.request.domain))
        aws = await drafts.wait_for(answer, None, drafts.limits.step, "the facts of SES")
        note = "\n".join(line for line in (note, ses_note(draft.request, account_regions, aws)) if line)
    if not _was_handed_in(draft, step):
        draft = replace(draft, answers=with_pages(draft, "", draft.report))
    return _build_view(draft, step, account_regions, note)


def _was_handed_in(draft: StoredDraft, step: str) -> bool:
    """Tells whether the person has answered this step before: what they left empty then stays empty."""
    steps = fields.steps_of(draft.request)
    reached = steps.index(draft.step) if draft.step in steps else -1
    return draft.finished or (step in steps and steps.index(step) <= reached)


def _build_view(draft: StoredDraft, step: str, account_regions: Sequence[AccountRegionStatus], note: str = "") -> View:
    answers = draft.request
    number = max(fields.kind_number(step), 0)
    with_step = replace(answers, kinds=(*answers.kinds, *[MailKind()] * (number + 1 - len(answers.kinds))))
    return request_view(
        draft,
        step,
        required=required_paths(with_step) - ({"region"} if account_regions else set()),
        account_regions=[watched.account_region for watched in account_regions],
        note=note,
        volume=monthly_volume(answers) if answers.kinds else None,
    )


def required_paths(answers: Answers) -> frozenset[str]:
    """Returns the paths that need an answer, whether they have one or not."""
    return frozenset(list_missing(Answers(kinds=tuple(MailKind() for _ in answers.kinds) or (MailKind(),))))


# Buttons of the form


@LISTENERS.form_button(BACK)
async def go_back(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and shows the step before."""
    draft = await _save_typed(drafts, form, owner)
    if draft is None:
        return None
    number = fields.kind_number(form.step)
    if number > 0:
        return await _step_view(drafts, draft, f"{fields.MAIL}{number - 1}")
    steps = fields.steps_of(draft.request)
    index = steps.index(form.step) if form.step in steps else 1
    return await _step_view(drafts, draft, steps[max(0, index - 1)])


@LISTENERS.form_button(ANOTHER)
async def add_kind(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and asks for one kind of mail more."""
    draft = await _save_typed(drafts, form, owner)
    if draft is None:
        return None
    return await _step_view(drafts, draft, f"{fields.MAIL}{min(len(draft.request.kinds), fields.MOST_KINDS - 1)}")


@LISTENERS.form_button(SUM)
async def work_out_month(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Saves what is typed as it is, and shows the month that comes of it."""
    draft = await _save_typed(drafts, form, owner)
    return await _step_view(drafts, draft, form.step) if draft else None


@LISTENERS.form_button(REMOVE)
async def remove_kind(drafts: DraftServices, form: DraftForm, owner: Owner) -> View | None:
    """Leaves out this kind of mail, and shows the one before."""
    number = fields.kind_number(form.step)

    def merge(current: StoredDraft) -> tuple[Answers, str]:
        kinds = current.request.kinds
        return replace(current.request, kinds=(*kinds[:number], *kinds[number + 1 :])), current.step

    draft = await _save_request(drafts, form, owner, merge) if number >= 0 else None
    return await _step_view(drafts, draft, f"{fields.MAIL}{max(0, number - 1)}") if draft else None


async def _save_typed(drafts: DraftServices, form: DraftForm, owner: Owner) -> StoredDraft | None:
    """Saves what is typed. A kind of mail in which nothing was typed is none."""

    def merge(current: StoredDraft) -> tuple[Answers, str]:
        answers = merge_request(current.request, form.typed)
        kinds = list(answers.kinds)
        while kinds and kinds[-1] == MailKind():
            kinds.pop()
        return replace(answers, kinds=tuple(kinds)), current.step

    return await _save_request(drafts, form, owner, merge)


async def _save_request(
    drafts: DraftServices, form: DraftForm, owner: Owner, merge: Callable[[StoredDraft], tuple[Answers, str]]
) -> StoredDraft | None:
    return await save_step(drafts.db, owner, form.draft, merge, kind=DraftKind.REQUEST)
