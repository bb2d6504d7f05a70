"""Changes at AWS, drawn: what a plan would do, how far it is, what came of it, and the list of all that was confirmed.

AWS's words and people's are in plain_text and rich_text alone. A plan is drawn whole: every field as AWS gets it.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from handlers.views import blocks as kit
from handlers.views.account_words import (
    account_region_button,
    case_button,
    describe_account_region,
    describe_watched,
    format_moment,
)
from handlers.views.blocks import Block, Element, Message, View
from handlers.views.drafts.pieces import copyable_blocks, split_messages
from handlers.views.escape import escape_mrkdwn, make_lines_visible, make_visible
from handlers.views.limits import HEADER, cut, make_message
from handlers.views.records import zone_blocks
from handlers.views.words import modal
from model import AccountRegion, SesRegionView
from model.changes import Change, ChangeKind, ChangeState, ChangeStep, Gate
from model.drafting import StoredDraft
from model.zone import ZonePlan

SUBMIT, POST, POSTED = "draft_submit", "draft_post", "draft_posted"
SET_UP, PARTS = "identity_set_up", "parts"
REHEARSE = "rehearse"
FIX, UNDO = "records_fix", "change_undo"
CONFIRM, ASK, LOOK = "change_confirm", "change_ask", "change_look"
ACKNOWLEDGED, SUPPRESSION = "acknowledged", "suppression"
_TEXTS: Mapping[str, Mapping[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
TITLES: Mapping[ChangeKind, str] = {kind: _TEXTS[kind]["title"] for kind in ChangeKind}
_FIELDS = {
    "MailType": "Mail type",
    "WebsiteURL": "Website URL",
    "ContactLanguage": "Preferred contact language",
    "UseCaseDescription": "Use case description",
    "AdditionalContactEmailAddresses": "Additional contacts",
}
_MARKS = {
    ChangeState.INTENDED: "white_circle",
    ChangeState.SENT: "hourglass_flowing_sand",
    ChangeState.UNKNOWN: "hourglass_flowing_sand",
    ChangeState.DONE: "white_check_mark",
    ChangeState.REFUSED: "red_circle",
}
_STATUSES = {
    ChangeState.INTENDED: "pending",
    ChangeState.SENT: "in_progress",
    ChangeState.UNKNOWN: "in_progress",
    ChangeState.DONE: "complete",
    ChangeState.REFUSED: "error",
}
"""The status that a task card shows (Slack, "Task card block")."""
_ACKNOWLEDGEMENT = (
    "I send only to people who asked for it. Bounces and complaints are removed. I keep AWS’s Service Terms and "
    "Acceptable Use Policy."
)
_PARTLY = "Some records were changed, others were not"


def plan_view(  # noqa: PLR0913 - what a plan shows, by keyword
    change: Change,
    *,
    account_id: str | None,
    may_confirm: bool,
    gates: Sequence[Gate] = (),
    suppression: bool = False,
    zone: ZonePlan | None = None,
) -> View:
    """Returns the plan as a modal. A person who may not confirm sees it, and can ask one who may; `suppression`: the
    list is off, and switching it on is offered."""
    account_region = kit.bold_text(describe_account_region(change.account_region, account_id))
    blocks: list[Block] = [kit.rich_text([kit.line("For ", account_region)])]
    blocks += gate_blocks(gates)
    blocks += zone_blocks(zone) if zone else []
    for step in change.steps:
        blocks += _step_blocks(step)
    if not may_confirm:
        words = "Only operators of ses-bot may confirm this. Copy the text and do it yourself, or ask one of them."
        ask = kit.button(ASK, "Ask an operator", _change_metadata(change))
        return _change_view(change, [kit.section(words), kit.actions([ask], "change_ask"), *blocks])
    return _change_view(change, [*blocks, *_tick_blocks(change, suppression)], submit=TITLES[change.kind])


def shut_gates_view(account_region: AccountRegion, account_id: str | None, gates: Sequence[Gate]) -> View:
    """Returns what must be right before a request may go out; there is nothing to press."""
    name = kit.bold_text(describe_account_region(account_region, account_id))
    return words_view(
        TITLES[ChangeKind.SUBMIT], "", kit.rich_text([kit.line("Not yet, for ", name)]), *gate_blocks(gates)
    )


def gate_blocks(gates: Sequence[Gate]) -> list[Block]:
    """Returns each gate with a mark, and its fix where it is shut."""
    if not gates:
        return []
    lines = []
    for gate in gates:
        mark = "white_check_mark" if gate.passed else ("red_circle" if gate.stops else "large_yellow_circle")
        fix = [f" {make_visible(gate.fix)}"] if gate.fix and not gate.passed else []
        lines.append(kit.line(kit.emoji(mark), kit.bold_text(f" {make_visible(gate.words)}"), *fix))
    return [kit.rich_text(lines)]


def words_view(title: str, words: str, *more: Block) -> View:
    sections = [kit.section(make_lines_visible(words))] if words else []
    return modal(title, *sections, *more, callback_id="change_words")


def _change_view(change: Change, blocks: Sequence[Block], submit: str = "") -> View:
    return modal(TITLES[change.kind], *blocks, callback_id=CONFIRM, metadata=_change_metadata(change), submit=submit)


def _change_metadata(change: Change) -> str:
    return f"{change.id} {change.kind.value}"


def _step_blocks(step: ChangeStep) -> Iterator[Block]:
    """Yields the fields as AWS gets them, or what the step does in lines of its own (`details`)."""
    if "details" in step.arguments:
        lines = [make_visible(str(detail)) for detail in step.arguments["details"]]
        yield kit.titled(make_visible(step.title), *kit.preformatted_pieces(lines))
    for name, label in _FIELDS.items():
        value = step.arguments.get(name)
        if value:
            yield from copyable_blocks(label, "\n".join(value) if isinstance(value, list) else str(value))
    if "why" in step.arguments:
        why = kit.line(kit.bold_text(make_visible(step.title)), f". {make_visible(str(step.arguments['why']))}")
        yield kit.rich_text([why])
    if "text" in step.arguments:
        case = make_visible(str(step.arguments["case"]))
        yield from copyable_blocks(f"The text for case {case}", str(step.arguments["text"]))


def _tick_blocks(change: Change, suppression: bool) -> Iterator[Block]:
    if change.kind is ChangeKind.IDENTITY:
        parts = dict.fromkeys(str(step.arguments["part"]) for step in change.steps)
        yield _checkboxes(PARTS, "What to set up", {part: PART_WORDS[part] for part in parts}, ticked=True)
    if change.kind is not ChangeKind.SUBMIT:
        return
    if suppression:
        label = "The account’s suppression list: on for bounces and complaints, before the request goes out"
        yield _checkboxes(SUPPRESSION, label, {"yes": "Switch it on"}, ticked=True, optional=True)
    yield _checkboxes(ACKNOWLEDGED, _ACKNOWLEDGEMENT, {"yes": "I promise this to AWS"}, ticked=False)


PART_WORDS = {
    "identity": "The identity with Easy DKIM",
    "mail_from": "A custom MAIL FROM domain",
    "suppression": "The account’s suppression list, on for bounces and complaints",
    "events": "Events of bounces, complaints, deliveries and rejects",
}
"""The parts of setting up a domain, each of one step or more (`part` in their arguments)."""


def _checkboxes(path: str, label: str, choices: Mapping[str, str], *, ticked: bool, optional: bool = False) -> Block:
    """Returns an input with a box for each choice: its value, and what it says."""
    options = [{"text": kit.plain_text(words), "value": value} for value, words in choices.items()]
    element: Element = {"type": "checkboxes", "action_id": path, "options": options}
    element |= {"initial_options": options} if ticked else {}
    block = {"type": "input", "block_id": f"{path}#0", "label": kit.plain_text(label), "element": element}
    return block | {"optional": optional}


def progress_message(change: Change, zone: tzinfo) -> Message:
    """Returns how far a change is: a task card for each step."""
    title = _change_title(change)
    tasks = [_task_card(change, index) for index in range(len(change.steps))]
    digest = hashlib.sha256(repr(tasks).encode()).hexdigest()[:16]  # Slack wants a new block_id for each update
    plan = {"type": "plan", "block_id": f"progress_{digest}", "title": title, "tasks": tasks}
    return make_message(title, (plan, _confirmed_block(change, zone)))


def plain_progress_message(change: Change, zone: tzinfo) -> Message:
    """Returns how far a change is, in blocks that every Slack takes: a mark and a sentence for each step."""
    title = _change_title(change)
    lines = [
        kit.line(
            kit.emoji(_MARKS.get(step.state, "white_circle")),
            kit.bold_text(f" {make_visible(step.title)}"),
            *([f" {words}"] if (words := _describe_step(change, index)) else []),
        )
        for index, step in enumerate(change.steps)
    ]
    return make_message(title, (kit.header(title), kit.rich_text(lines), _confirmed_block(change, zone)))


def _change_title(change: Change) -> str:
    return cut(f"{TITLES[change.kind]}: {describe_account_region(change.account_region)}", HEADER)


def _confirmed_block(change: Change, zone: tzinfo) -> Block:
    moment = f", {format_moment(change.confirmed_at, zone)}" if change.confirmed_at else ""
    return kit.context(kit.mrkdwn(f"Confirmed by <@{escape_mrkdwn(change.confirmed_by)}>{escape_mrkdwn(moment)}"))


def _task_card(change: Change, index: int) -> Element:
    step, words = change.steps[index], _describe_step(change, index)
    has_failed = change.settled_at is not None and step.state is not ChangeState.DONE
    status = "error" if has_failed or _is_left_out(change, index) else _STATUSES.get(step.state, "pending")
    output = {"output": kit.rich_text([kit.line(words)])} if words else {}
    title = cut(make_visible(step.title), HEADER)
    return {"type": "task_card", "task_id": f"step_{index}", "title": title, "status": status, **output}


def _describe_step(change: Change, index: int) -> str:
    step = change.steps[index]
    if _is_left_out(change, index):
        return "Not sent: the step before it failed."
    is_checking = step.state in (ChangeState.SENT, ChangeState.UNKNOWN) and change.settled_at is None
    return " ".join(filter(None, (make_lines_visible(step.words), "Checking the result…" if is_checking else "")))


def _is_left_out(change: Change, index: int) -> bool:
    return any(step.state is ChangeState.REFUSED for step in change.steps[:index])


def outcome_messages(
    change: Change, draft: StoredDraft | None = None, *, owned: bool = True, may_post: bool = False
) -> tuple[Message, ...]:
    """Returns what came of it, what to do now, and after a request the message for the case. Only the owner of `draft`
    (`owned`) gets its buttons; `may_post`: the bot can post on the case."""
    outcome, next_step = _TEXTS[change.kind][change.state]
    outcome = _PARTLY if _is_partly_done(change) else outcome
    title = f"{outcome}: {describe_account_region(change.account_region)}"
    last_words = [step.words for step in change.steps if step.words][-1:]
    is_submitted = (change.kind, change.state) == (ChangeKind.SUBMIT, ChangeState.DONE)
    to_post = draft.written if is_submitted and draft and not draft.text_posted else None
    text = to_post.message if to_post else ""
    todo = [*([_describe_posting(owned=owned, may_post=may_post)] if text else []), next_step]
    lines = [*(kit.line(make_lines_visible(words)) for words in last_words), kit.line(kit.bold_text("What to do now"))]
    lines.append(kit.bullets(todo))
    blocks = [
        kit.header(title),
        kit.rich_text(lines),
        *(copyable_blocks("The message for the case", text) if text else ()),
    ]
    row = _outcome_buttons(change, draft if owned else None, may_post=may_post, to_post=bool(text))
    return split_messages(title, blocks, [kit.actions(row, "change_outcome")])


def _describe_posting(*, owned: bool, may_post: bool) -> str:
    if may_post and owned:
        return "Press “Post on the case” now: AWS reads your description there, not in the form."
    then = " Then press “I posted this on the case”." if owned else ""
    return f"Open the case and post the message below: AWS reads the description there, not in the form.{then}"


def _outcome_buttons(change: Change, draft: StoredDraft | None, *, may_post: bool, to_post: bool) -> list[Element]:
    """Returns the buttons under an outcome. `draft`: whose buttons go with it; `to_post`: its text is not on the case
    yet."""
    row: list[Element] = []
    if change.kind in (ChangeKind.RECORDS, ChangeKind.UNDO):
        row += _record_buttons(change)
    if change.kind in (ChangeKind.IDENTITY, ChangeKind.REHEARSAL):
        row.append(kit.button("check_domain", "Check the domain", change.subject))
    if draft and to_post and may_post:
        row.append(kit.button(POST, "Post on the case", draft.id) | {"style": "primary"})
    if draft and to_post:
        row.append(kit.button(POSTED, "I posted this on the case", draft.id))
    elif draft:
        row.append(kit.button("draft_show", "Show the text", draft.id))
    case = next((step.arguments["case"] for step in change.steps if "case" in step.arguments), None)
    request_case = next((step.receipt for step in change.steps if step.operation == "PutAccountDetails"), None)
    if case or to_post:
        row.append(case_button(case or request_case))
    return row if case else [*row, account_region_button("status_show", "Show status", change.account_region)]


def _is_partly_done(change: Change) -> bool:
    """Tells whether one zone has its records, and another refused them."""
    changes_records = change.kind in (ChangeKind.RECORDS, ChangeKind.UNDO)
    return changes_records and change.state is ChangeState.REFUSED and change.steps[0].state is ChangeState.DONE


def _record_buttons(change: Change) -> Iterator[Element]:
    """Yields the buttons that undo what is published, and plan again what was refused."""
    is_undo = change.kind is ChangeKind.UNDO
    if not is_undo and change.steps[0].state is ChangeState.DONE:
        yield kit.button(UNDO, "Undo", change.id)
    if change.state is ChangeState.REFUSED:
        yield kit.button(UNDO if is_undo else FIX, "Plan it again", change.subject)


def ask_operators_message(change: Change, asked_by: str, operators: Sequence[str]) -> Message:
    """Returns the question to the operators, in the account's channel, to look at a plan."""
    people = " ".join(f"<@{escape_mrkdwn(operator)}>" for operator in operators[:5])
    words = f"<@{escape_mrkdwn(asked_by)}> asks an operator to {_TEXTS[change.kind]['ask']}. {people}"
    title = _change_title(change)
    button = kit.button(LOOK, "Look at it", change.id)
    blocks = (kit.header(title), kit.section(kit.mrkdwn(words)), kit.actions([button], "change_asked"))
    return make_message(title, blocks)


MOST_CHANGES = 20
_STATES = {
    ChangeState.DONE: "done",
    ChangeState.REFUSED: "not done",
    ChangeState.UNKNOWN: "unknown",
    ChangeState.INTENDED: "about to begin",
    ChangeState.SENT: "under way",
}


def changes_message(changes: Sequence[Change], zone: tzinfo) -> Message:
    """Returns what was changed at AWS and in DNS: when, by whom, what, and what came of it; the newest first."""
    title = f"Changes at AWS, newest first: {len(changes)}" if changes else "Nothing was changed yet"
    note = "Each is kept for a year." if changes else "What people confirm is listed here, and kept for a year."
    blocks = [kit.header(title), kit.context(note), *(_change_section(change, zone) for change in changes)]
    return make_message(title, blocks)


def _change_section(change: Change, zone: tzinfo) -> Block:
    when = format_moment(change.confirmed_at, zone) if change.confirmed_at else ""
    state = _STATES.get(change.state, change.state.value)
    head = f"{state}: {TITLES[change.kind]}, {describe_account_region(change.account_region)}"
    steps = (f"{step.title}: {step.words}" if step.words else step.title for step in change.steps)
    by = kit.mrkdwn(
        f"*{escape_mrkdwn(head)}*\n{escape_mrkdwn(when)} · confirmed by <@{escape_mrkdwn(change.confirmed_by)}>"
    )
    return kit.section(by) | {"fields": [kit.plain_text(cut(make_lines_visible(step), 500)) for step in steps][:10]}


MOST_ACCOUNT_REGIONS = 10
"""More are not offered: a modal is not a list."""


def account_regions_view(title: str, action: str, views: Sequence[SesRegionView], subject: str) -> View:
    """Returns a modal that asks for the account region: a button for each, whose value `parse_account_region` reads."""
    buttons = [
        kit.button(
            f"{action}{number}",
            describe_watched(view),
            f"{subject} {view.account_region.region} {view.account_region.account}",
        )
        for number, view in enumerate(views[:MOST_ACCOUNT_REGIONS])
    ]
    return words_view(title, "In which account and region?", kit.actions(buttons, "change_places"))


def parse_account_region(value: str) -> tuple[str, AccountRegion]:
    """Returns the subject and the account region of a button in `account_regions_view`. An account's name may hold
    spaces."""
    subject, _, account_region = value.partition(" ")
    region, _, account = account_region.partition(" ")
    return subject, AccountRegion(account, region)
