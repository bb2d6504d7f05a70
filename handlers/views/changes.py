"""Changes at AWS, drawn: what a plan would do, how far it is, what came of it.

AWS's words and people's stand in plain_text and rich_text alone. A plan is drawn whole: every field as AWS gets it.
"""

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.drafts.pieces import copyable
from handlers.views.escape import inert, visible, visible_lines
from handlers.views.limits import fit_message, fit_view
from handlers.views.message import Block, Message, View
from handlers.views.standing import case_button, moment, place_words
from model import AccountRegion
from model.changes import Change, ChangeKind, ChangeState, ChangeStep, Gate
from model.zone import ZonePlan

SUBMIT, POST = "draft_submit", "draft_post"
FIX, UNDO = "records_fix", "change_undo"
CONFIRM, ASK, LOOK = "change_confirm", "change_ask", "change_look"
ACKNOWLEDGED, SUPPRESSION = "acknowledged", "suppression"
TITLES = {
    ChangeKind.SUBMIT: "Submit to AWS",
    ChangeKind.POST: "Post on the case",
    ChangeKind.RECORDS: "Fix it for me",
    ChangeKind.UNDO: "Undo",
    ChangeKind.QUOTA: "Ask for more",
}
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
_ACKNOWLEDGEMENT = (
    "I send only to people who asked for it. Bounces and complaints are removed. I keep AWS’s Service Terms and "
    "Acceptable Use Policy."
)
_OUTCOMES = {
    (ChangeKind.SUBMIT, ChangeState.DONE): "AWS has your request",
    (ChangeKind.SUBMIT, ChangeState.REFUSED): "The request was not submitted",
    (ChangeKind.SUBMIT, ChangeState.UNKNOWN): "It is unknown whether AWS has the request",
    (ChangeKind.POST, ChangeState.DONE): "The answer is on the case",
    (ChangeKind.POST, ChangeState.REFUSED): "The answer was not posted",
    (ChangeKind.POST, ChangeState.UNKNOWN): "It is unknown whether the answer is on the case",
    (ChangeKind.RECORDS, ChangeState.DONE): "The records are published, and DNS answers them",
    (ChangeKind.RECORDS, ChangeState.REFUSED): "The records were not published",
    (ChangeKind.RECORDS, ChangeState.UNKNOWN): "The records are not proven yet",
    (ChangeKind.QUOTA, ChangeState.DONE): "AWS has your request for more",
    (ChangeKind.QUOTA, ChangeState.REFUSED): "AWS was not asked for more",
    (ChangeKind.QUOTA, ChangeState.UNKNOWN): "It is unknown whether AWS was asked for more",
    (ChangeKind.UNDO, ChangeState.DONE): "The records are as they were before",
    (ChangeKind.UNDO, ChangeState.REFUSED): "Nothing was undone",
    (ChangeKind.UNDO, ChangeState.UNKNOWN): "The undoing is not proven yet",
}
_NEXT = {
    (ChangeKind.SUBMIT, ChangeState.DONE): (
        "Post the message for the case now: the request shows it to copy. AWS reads it there.",
        "AWS often asks back within the hour. ses-bot will say so.",
    ),
    (ChangeKind.SUBMIT, ChangeState.REFUSED): ("Nothing changed at AWS. Put right what is named, and submit again.",),
    (ChangeKind.SUBMIT, ChangeState.UNKNOWN): (
        "Open the SES console before you submit again: Account dashboard shows whether a request is there.",
    ),
    (ChangeKind.POST, ChangeState.DONE): ("Nothing: it is AWS’s turn. ses-bot says when AWS has written.",),
    (ChangeKind.POST, ChangeState.REFUSED): ("Copy the answer, and post it in the Support Center.",),
    (ChangeKind.POST, ChangeState.UNKNOWN): ("Open the case before you post again: the answer may be there.",),
    (ChangeKind.RECORDS, ChangeState.DONE): ("Check the domain again. “Undo” is there for a day.",),
    (ChangeKind.RECORDS, ChangeState.REFUSED): ("Check the domain again, and plan anew.",),
    (ChangeKind.RECORDS, ChangeState.UNKNOWN): ("Look at the zone in the Route 53 console before you plan again.",),
    (ChangeKind.QUOTA, ChangeState.DONE): ("Nothing: ses-bot follows it, and says what AWS decides.",),
    (ChangeKind.QUOTA, ChangeState.REFUSED): ("Put right what is named, and press “Ask for more” again.",),
    (ChangeKind.QUOTA, ChangeState.UNKNOWN): (
        "Look into the Service Quotas console before you ask again: Quota request history shows it.",
    ),
    (ChangeKind.UNDO, ChangeState.DONE): ("Check the domain again.",),
    (ChangeKind.UNDO, ChangeState.REFUSED): ("Look at the zone in the Route 53 console.",),
    (ChangeKind.UNDO, ChangeState.UNKNOWN): ("Look at the zone in the Route 53 console.",),
}


def plan_view(  # noqa: PLR0913 - what a plan shows, by keyword
    change: Change,
    *,
    account_id: str | None,
    may_confirm: bool,
    gates: Sequence[Gate] = (),
    suppression: bool = False,
    zone: ZonePlan | None = None,
) -> View:
    """The plan as a modal. A person who may not confirm sees it, and can ask one who may; `suppression`: the list is
    off, and switching it on is offered."""
    where = place_words(change.place, account_id)
    drawn: list[Block] = [kit.rich([kit.line(kit.run("For "), kit.bold(where))])]
    drawn += gate_blocks(gates)
    drawn += zone_blocks(zone) if zone else []
    for step in change.steps:
        drawn += _arguments(step)
    if not may_confirm:
        words = "Only operators of ses-bot may confirm this. Copy the text and do it yourself, or ask one of them."
        ask = kit.button(ASK, "Ask an operator", _about(change))
        return _view(change, [kit.section(kit.plain(words)), kit.actions([ask], "change_ask"), *drawn])
    return _view(change, [*drawn, *_ticks(change, suppression)], submit=TITLES[change.kind])


def zone_blocks(planned: ZonePlan) -> list[Block]:
    """Each set, what is there now and what will be; then what is left to the person, and why."""
    zone = planned.zone
    lines: list[Element] = [kit.line(kit.run("In the zone "), kit.bold(visible(zone.name)), kit.run(f" ({zone.id})"))]
    for one in planned.changes:
        name, kind = one.named
        lines.append(kit.line(kit.bold(f"{visible(name)} {kind}")))
        for label, side in (("Now", one.before), ("Then", one.after)):
            lines.append(kit.line(kit.run(f"{label}{f' (TTL {side.ttl})' if side else ''}:")))
            lines += list(kit.pres(map(visible, side.values))) if side else [kit.pre("no record")]
    left = [[kit.bold(f"{visible(one.name)} {one.type}"), kit.run(f": {visible(one.why)}")] for one in planned.left]
    if left:
        lines += [kit.line(kit.bold("Left to you")), kit.bullets(left)]
    return [kit.rich(lines)]


def shut_view(place: AccountRegion, account_id: str | None, gates: Sequence[Gate]) -> View:
    """What must be right before a request may go out; there is nothing to press."""
    lead = kit.rich([kit.line(kit.run("Not yet, for "), kit.bold(place_words(place, account_id)))])
    return words_view(TITLES[ChangeKind.SUBMIT], "", lead, *gate_blocks(gates))


def gate_blocks(gates: Sequence[Gate]) -> list[Block]:
    """Each gate with a mark, and its fix where it is shut."""
    if not gates:
        return []
    lines = []
    for gate in gates:
        mark = "white_check_mark" if gate.passed else ("red_circle" if gate.stops else "large_yellow_circle")
        fix = [kit.run(f" {visible(gate.fix)}")] if gate.fix and not gate.passed else []
        lines.append(kit.line(kit.emoji(mark), kit.bold(f" {visible(gate.words)}"), *fix))
    return [kit.rich(lines)]


def words_view(title: str, words: str, *more: Block) -> View:
    """A modal that only says something."""
    said = [kit.section(kit.plain(visible_lines(words)))] if words else []
    close = {"type": "modal", "callback_id": "change_words", "title": kit.plain(title), "close": kit.plain("Close")}
    return fit_view(close | {"blocks": [*said, *more]})


def _view(change: Change, drawn: Sequence[Block], submit: str = "") -> View:
    view = {
        "type": "modal",
        "callback_id": CONFIRM,
        "title": kit.plain(TITLES[change.kind]),
        "close": kit.plain("Close"),
        "private_metadata": _about(change),
        "blocks": list(drawn),
    }
    return fit_view(view | ({"submit": kit.plain(submit)} if submit else {}))


def _about(change: Change) -> str:
    return f"{change.id} {change.kind.value}"


def _arguments(step: ChangeStep) -> Iterator[Block]:
    """The fields as AWS gets them."""
    for name, label in _FIELDS.items():
        value = step.arguments.get(name)
        if value:
            yield from copyable(label, "\n".join(value) if isinstance(value, list) else str(value))
    if "why" in step.arguments:
        why = kit.line(kit.bold(visible(step.title)), kit.run(f". {visible(str(step.arguments['why']))}"))
        yield kit.rich([why])
    if "text" in step.arguments:
        case = visible(str(step.arguments["case"]))
        yield from copyable(f"The text for case {case}", str(step.arguments["text"]))


def _ticks(change: Change, suppression: bool) -> Iterator[Block]:
    if change.kind is not ChangeKind.SUBMIT:
        return
    if suppression:
        label = "The account’s suppression list: on for bounces and complaints, before the request goes out"
        yield _tick(SUPPRESSION, label, "Switch it on", ticked=True)
    yield _tick(ACKNOWLEDGED, _ACKNOWLEDGEMENT, "I promise this to AWS")


def _tick(path: str, label: str, words: str, *, ticked: bool = False) -> Block:
    option = {"text": kit.plain(words), "value": "yes"}
    element: Element = {"type": "checkboxes", "action_id": path, "options": [option]}
    if ticked:
        element["initial_options"] = [option]
    tick = {"type": "input", "block_id": f"{path}#0", "label": kit.plain(label), "element": element}
    return tick | {"optional": ticked}


def progress_message(change: Change, zone: tzinfo) -> Message:
    """How far it is: a mark and a sentence for each step."""
    title = f"{TITLES[change.kind]}: {place_words(change.place, None)}"
    lines = [
        kit.line(
            kit.emoji(_MARKS.get(step.state, "white_circle")),
            kit.bold(f" {visible(step.title)}"),
            *([kit.run(f" {visible_lines(step.words)}")] if step.words else []),
        )
        for step in change.steps
    ]
    confirmed = f", {moment(change.confirmed_at, zone)}" if change.confirmed_at else ""
    by = kit.context(kit.mrkdwn(f"Confirmed by <@{inert(change.confirmed_by)}>{inert(confirmed)}"))
    return fit_message(Message(inert(title), (kit.header(title), kit.rich(lines), by)))


def outcome_messages(change: Change) -> tuple[Message, ...]:
    """What came of it, and what to do now."""
    key = (change.kind, change.state)
    title = f"{_OUTCOMES.get(key, 'A change ended')}: {place_words(change.place, None)}"
    said = [step.words for step in change.steps if step.words][-1:]
    todo = kit.bullets([kit.run(one)] for one in _NEXT.get(key, ()))
    lines = [*(kit.line(kit.run(visible_lines(words))) for words in said), kit.line(kit.bold("What to do now")), todo]
    if change.kind in (ChangeKind.RECORDS, ChangeKind.UNDO):
        undo = change.kind is ChangeKind.RECORDS and change.state is ChangeState.DONE
        buttons = [kit.button(UNDO, "Undo", change.id)] if undo else []
    elif change.kind is ChangeKind.QUOTA:
        buttons = []
    else:
        buttons = [kit.button("draft_show", "Show the text", change.subject)]
    case = next((step.arguments["case"] for step in change.steps if "case" in step.arguments), None)
    buttons += [case_button(case)] if case else [kit.button("status_show", "Show status", _place(change.place))]
    drawn = (kit.header(title), kit.rich(lines), kit.actions(buttons, "change_outcome"))
    return (fit_message(Message(inert(title), drawn)),)


def ask_message(change: Change, asked_by: str, operators: Sequence[str]) -> Message:
    """Asks the operators, in the account's channel, to look at a plan."""
    what = {
        ChangeKind.SUBMIT: "submit a request for production access",
        ChangeKind.POST: "post an answer on the case",
        ChangeKind.RECORDS: "publish the records of a report",
        ChangeKind.UNDO: "undo a change of records",
        ChangeKind.QUOTA: "ask AWS for a higher quota",
    }
    people = " ".join(f"<@{inert(one)}>" for one in operators[:5])
    words = f"<@{inert(asked_by)}> asks an operator to {what[change.kind]}. {people}"
    title = f"{TITLES[change.kind]}: {place_words(change.place, None)}"
    look = kit.button(LOOK, "Look at it", change.id)
    drawn = (kit.header(title), kit.section(kit.mrkdwn(words)), kit.actions([look], "change_asked"))
    return fit_message(Message(inert(title), drawn))


def _place(place: AccountRegion) -> str:
    return f"{place.account} {place.region}"
