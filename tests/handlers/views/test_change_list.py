"""The list of changes: a line says who had what done, and what came of it; nothing in it becomes markup."""

from datetime import UTC, datetime, timedelta

from handlers.views.changes import MOST_CHANGES, changes_message
from model import AccountRegion
from model.changes import Change, ChangeKind, ChangeState, ChangeStep
from model.drafting import Owner
from tests.support.blockkit import read, refusals

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STEP = ChangeStep("PutAccountDetails", "Request for production access", {}, ChangeState.DONE, "AWS has the request.")
DONE = Change(
    "0" * 16,
    ChangeKind.SUBMIT,
    Owner("T1", "U1"),
    AccountRegion("main", "eu-west-1"),
    "d1",
    1,
    "submit main eu-west-1",
    (STEP,),
    NOW,
    ChangeState.DONE,
    "U0OPERATOR",
    NOW + timedelta(minutes=1),
)


def test_a_change_is_listed_with_who_when_and_what_came_of_it() -> None:
    text = read(changes_message([DONE], UTC).blocks)
    assert "done: Submit to AWS, main in eu-west-1" in text
    assert "Mon 23 Nov 2026, 12:01 UTC · confirmed by <@U0OPERATOR>" in text
    assert "Request for production access: AWS has the request." in text


def test_slack_takes_a_full_list_of_hostile_names() -> None:
    hostile = AccountRegion("<!channel>*`", "eu-west-1")
    step = ChangeStep("PutAccountDetails", "x" * 900, {}, ChangeState.UNKNOWN, "<@U1> & " * 200)
    change = Change("1" * 16, ChangeKind.POST, DONE.owner, hostile, "d", 1, "", (step,) * 12, NOW, ChangeState.UNKNOWN)
    message = changes_message([change] * MOST_CHANGES, UTC)
    assert refusals(message) == []
    assert "<!channel>" not in message.text


def test_an_empty_list_says_so() -> None:
    assert "Nothing was changed yet" in read(changes_message([], UTC).blocks)
