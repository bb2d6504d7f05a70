"""Changes as people read them: plans in full, progress as tasks, outcomes with what to do; nothing of it is markup."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.slack.block_kit import message_complaints, update_complaints, view_complaints
from handlers.views.blocks import Message
from handlers.views.changes import outcome_messages, plain_progress_message, plan_view, progress_message
from model import AccountRegion
from model.changes import Change, ChangeKind, ChangeState, ChangeStep, Gate
from model.drafting import AnswerWhen, DraftKind, Owner, StoredDraft, SubmitWhen, WrittenRequest
from model.request import Answers, ContactLanguage, MailType, Request
from model.zone import HostedZone, RecordSet, SetChange, ZoneChanges, ZonePlan
from tests.support.blockkit import buttons, markup, preformatted, read, refusals

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOSTILE = "<!channel> <b>Hello</b> `x` *y*"
ASK = ChangeStep(
    "PutAccountDetails",
    "Request for production access",
    {
        "MailType": "MARKETING",
        "WebsiteURL": "https://acme.com",
        "ContactLanguage": "JA",
        "UseCaseDescription": HOSTILE,
        "AdditionalContactEmailAddresses": ["a@acme.com", "b@acme.com"],
    },
)
SWITCH = ChangeStep("PutAccountSuppressionAttributes", "Suppression list on")
POST = ChangeStep("AddCommunicationToCase", "Post on case 177", {"case": "177", "text": "拝" * 8_000})
REQUEST = Request(MailType.MARKETING, "", "https://acme.com", "We sell.", (), ContactLanguage.EN, f"Hello. {HOSTILE}")
DRAFT = StoredDraft(
    "0123456789abcdef",
    Owner("T1", "U1"),
    DraftKind.REQUEST,
    Answers(),
    written=WrittenRequest(REQUEST, (), SubmitWhen(NOW, True, ""), AnswerWhen(NOW, NOW, NOW, "")),
)


def change(*steps: ChangeStep, kind: ChangeKind = ChangeKind.SUBMIT, **more: Any) -> Change:
    account_region = AccountRegion("main", "us-east-1")
    given = {"confirmed_by": "U2", "confirmed_at": NOW, **more}
    return Change("fedcba9876543210", kind, Owner("T1", "U1"), account_region, DRAFT.id, 1, "lock", steps, NOW, **given)


def at(state: ChangeState, step: ChangeStep = ASK, words: str = "", receipt: str = "") -> ChangeStep:
    return replace(step, state=state, words=words, receipt=receipt)


def statuses(message: Message) -> list[str]:
    return [task["status"] for block in message.blocks for task in block.get("tasks", ())]


def test_a_plan_shows_every_field_as_aws_gets_it() -> None:
    gates = [Gate(True, "Verified."), Gate(False, "No MAIL FROM.", "Set it up.", stops=False)]
    view = plan_view(change(SWITCH, ASK), account_id="111122223333", may_confirm=True, gates=gates, suppression=True)
    assert view_complaints(view) == []
    shown = read(view["blocks"])
    for words in ("MARKETING", "https://acme.com", "JA", HOSTILE, "a@acme.com\nb@acme.com", "Set it up."):
        assert words in shown
    bold = [run["text"] for run in view["blocks"][0]["elements"][0]["elements"] if run.get("style", {}).get("bold")]
    assert bold == ["main (111122223333) in us-east-1"]
    assert [one["element"]["action_id"] for one in view["blocks"] if one["type"] == "input"] == [
        *("suppression", "acknowledged")
    ]


def test_a_person_who_may_not_confirm_has_nothing_to_send() -> None:
    view = plan_view(change(ASK), account_id=None, may_confirm=False)
    assert "submit" not in view
    assert [action for _, action, _ in buttons(view["blocks"])] == ["change_ask"]
    assert view_complaints(view) == []


def test_a_long_text_is_shown_whole() -> None:
    view = plan_view(change(POST, kind=ChangeKind.POST), account_id=None, may_confirm=True)
    assert view_complaints(view) == []
    assert "".join(preformatted(view["blocks"])) == "拝" * 8_000


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((at(ChangeState.INTENDED),), ["pending"]),
        ((at(ChangeState.SENT),), ["in_progress"]),
        ((at(ChangeState.UNKNOWN),), ["in_progress"]),
        ((at(ChangeState.DONE, SWITCH), at(ChangeState.INTENDED)), ["complete", "pending"]),
        ((at(ChangeState.REFUSED, SWITCH), at(ChangeState.INTENDED)), ["error", "error"]),
    ],
)
def test_progress_is_a_task_for_each_step(steps: tuple[ChangeStep, ...], expected: list[str]) -> None:
    message = progress_message(change(*steps), UTC)
    assert message_complaints(list(message.blocks)) == []
    assert statuses(message) == expected
    assert refusals(plain_progress_message(change(*steps), UTC)) == []


def test_a_change_that_no_one_asks_about_any_more_does_not_go_on_turning() -> None:
    assert statuses(progress_message(change(at(ChangeState.UNKNOWN), settled_at=NOW), UTC)) == ["error"]


def test_each_update_has_a_new_block_id() -> None:
    states = (ChangeState.INTENDED, ChangeState.SENT, ChangeState.UNKNOWN, ChangeState.DONE)
    shown = [list(progress_message(change(at(state, words=HOSTILE)), UTC).blocks) for state in states]
    assert [update_complaints(one, other) for one in shown for other in shown] == [[]] * 16


def outcome(state: ChangeState, draft: StoredDraft | None = DRAFT, **more: Any) -> list[Message]:
    messages = outcome_messages(change(at(state, words=HOSTILE, receipt="177"), state=state), draft, **more)
    assert [refusals(one) for one in messages] == [[]] * len(messages)
    assert not any(HOSTILE in text for one in messages for text in markup(one))
    return list(messages)


def actions(messages: list[Message]) -> list[str]:
    return [action for one in messages for _, action, _ in buttons(one.blocks)]


def test_after_a_request_the_message_for_the_case_is_ready_to_copy() -> None:
    done = outcome(ChangeState.DONE, may_post=True)
    assert preformatted(done[0].blocks) == [REQUEST.message]
    assert actions(done) == ["draft_post", "draft_posted", "open_case", "status_show"]
    assert "displayId=177" in str(done[-1].blocks)
    by_hand = outcome(ChangeState.DONE)
    assert actions(by_hand) == ["draft_posted", "open_case", "status_show"]
    assert "Then press “I posted this on the case”" in read(by_hand[0].blocks)


def test_a_draft_has_buttons_for_its_owner_alone() -> None:
    assert actions(outcome(ChangeState.DONE, owned=False, may_post=True)) == ["open_case", "status_show"]
    assert actions(outcome(ChangeState.REFUSED, owned=False)) == ["status_show"]
    assert actions(outcome(ChangeState.REFUSED)) == ["draft_show", "status_show"]


def test_what_is_on_the_case_already_is_not_asked_for_again() -> None:
    posted = replace(DRAFT, posted_at=NOW, posted_texts=(REQUEST.message,))
    assert actions(outcome(ChangeState.DONE, posted, may_post=True)) == ["draft_show", "status_show"]
    assert preformatted(outcome(ChangeState.DONE, None)[0].blocks) == []


def test_of_a_set_of_400_values_what_changes_is_shown_whole() -> None:
    others = tuple(f'"value {number} {"k" * 250}"' for number in range(399))
    before = RecordSet("acme.com", "TXT", 300, (*others, '"v=spf1 mx ?all"'))
    after = RecordSet("acme.com", "TXT", 300, (*others, '"v=spf1 mx ~all"'))
    zone = HostedZone("Z1", "acme.com", ("ns-1.awsdns-01.org",))
    planned = ZonePlan((ZoneChanges(zone, (SetChange(before, after),)),))
    view = plan_view(change(kind=ChangeKind.RECORDS), account_id=None, may_confirm=True, zone=planned)
    assert view_complaints(view) == []
    assert preformatted(view["blocks"]) == ['"v=spf1 mx ?all"', '"v=spf1 mx ~all"']
    assert "399 other values stay as they are." in read(view["blocks"])
