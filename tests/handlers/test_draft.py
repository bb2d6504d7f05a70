"""`/ses-draft`, as people meet it: modals opened, handed in, walked back and closed in a faithful Slack on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fakes.slack import Incomplete, Team
from tests.support.office import text_of
from tests.support.study import STEPS, Study, actions, drafting, labels, read, step


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Study]:
    async with drafting(tmp_path) as room:
        yield room


# The whole way


async def test_a_request_is_asked_for_step_by_step_and_written(room: Study) -> None:
    messages = await room.written()
    text = read(messages)
    assert all(message.only_for == room.slack.user.id for message in messages)
    assert "Request for acme.com: ready to submit" in text
    assert "Harbor Goods" in text
    for name in ("Mail type", "Website URL", "Use case description", "Additional contacts", "The message for the case"):
        assert name in text
    assert "ops@acme.com" in text
    assert "right after submitting" in text
    assert actions(messages[-1]) == ["draft_edit", "draft_share", "draft_posted"]
    assert [one.finished for one in await room.drafts()] == [True]


async def test_private_metadata_holds_the_draft_and_the_step_alone(room: Study) -> None:
    view = await room.open()
    await room.walk(view, 2)
    [stored] = await room.drafts()
    assert view.content["private_metadata"] == f"{stored.id} consent"


async def test_the_first_form_is_acknowledged_with_the_second(room: Study) -> None:
    view = await room.open()
    invocation = await room.hand_in(view, STEPS[0])
    assert invocation.ack_payload is not None
    assert invocation.ack_payload["response_action"] == "update"
    assert invocation.ack_seconds is not None
    assert invocation.ack_seconds < 1
    assert step(view) == "mail.0"


# In time


async def test_the_modal_opens_in_time_with_ses_and_dns_hanging(room: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.desk.HOSTS_PATIENCE", 0.2)
    room.hangs = True
    room.delay = 60
    begun = asyncio.get_running_loop().time()
    await room.slack.command("/ses-draft", "acme.com")
    view = await room.slack.next_view()
    assert asyncio.get_running_loop().time() - begun < 2.5
    await room.slack.until(lambda: view.inputs or None, 5, "the form")
    await room.walk(view, 5)
    assert not view.open
    message = await room.message()
    assert "acme.com" in text_of(message), "the result comes without what nobody told"


async def test_a_modal_whose_content_is_late_says_so_at_once(room: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.stepping.AT_ONCE", 0.0)
    view = await room.open()
    await room.quiet()
    opened, updated = [call for call in room.slack.calls if call.method.startswith("views.")]
    assert "on its way" in json.dumps(opened.arguments, ensure_ascii=False)
    assert updated.method == "views.update"
    assert step(view) == "business"


async def test_fifty_forms_at_once_are_all_taken(room: Study) -> None:
    people = [room.slack.add_user(f"p{n}") for n in range(50)]
    room.slack.channel.members.update(one.id for one in people)
    views = await asyncio.gather(*(room.open(user=one) for one in people))
    invocations = await asyncio.gather(*(room.slack.submit(view, STEPS[0]) for view in views))
    assert [one.failure for one in invocations] == [None] * 50
    assert {step(view) for view in views} == {"mail.0"}


# What is typed is not lost

WRONG: list[tuple[int, dict[str, str], str, str]] = [
    (0, {"website": "http://localhost"}, "website", "localhost"),
    (0, {"website": "mailto:bob@acme.com"}, "website", "mail address"),
    (0, {"domain": "not a domain"}, "domain", ""),
    (3, {"monthly": "-500"}, "monthly", ""),
    (3, {"monthly": "many"}, "monthly", ""),
    (4, {"contacts": "\n".join(f"ops{n}@acme.com" for n in range(5))}, "contacts", "at most 4"),
    (4, {"contacts": "ops@acme.com\nbob at acme"}, "contacts", ""),
]


@pytest.mark.parametrize(("number", "wrong", "field", "says"), WRONG)
async def test_what_is_wrong_stands_at_its_field_and_stays_typed(
    room: Study, number: int, wrong: dict[str, str], field: str, says: str
) -> None:
    view = await room.open()
    await room.walk(view, number)
    before = step(view)
    invocation = await room.hand_in(view, {**STEPS[number], **wrong})
    assert [block.partition("#")[0] for block in invocation.errors] == [field]
    assert says in next(iter(invocation.errors.values()))
    assert view.open
    assert step(view) == before
    [stored] = await room.drafts()
    kept = stored.request.contacts if field == "contacts" else getattr(stored.request, field)
    assert kept
    assert (await room.hand_in(view, STEPS[number])).errors == {}


async def test_everything_that_is_wrong_in_a_step_is_said_at_once(room: Study) -> None:
    view = await room.open()
    wrong = {**STEPS[0], "domain": "not a domain", "website": "http://localhost"}
    invocation = await room.hand_in(view, wrong)
    assert {block.partition("#")[0] for block in invocation.errors} == {"domain", "website"}


async def test_a_social_profile_is_taken_and_remarked_on(room: Study) -> None:
    steps = ({**STEPS[0], "website": "https://www.facebook.com/harborgoods"}, *STEPS[1:])
    text = read(await room.written(steps))
    assert "Worth a look" in text
    assert "facebook.com" in text


async def test_text_that_is_too_long_is_not_sent_by_slack_and_stays(room: Study) -> None:
    view = await room.open()
    with pytest.raises(Incomplete) as refused:
        await room.slack.submit(view, {**STEPS[0], "business": "x" * 6_000})
    assert "business" in str(refused.value)
    assert view.open
    assert (await room.hand_in(view, STEPS[0])).errors == {}


async def test_a_step_that_cannot_be_saved_keeps_the_form_open(room: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise OSError

    view = await room.open()
    with monkeypatch.context() as patched:
        patched.setattr("handlers.draft.save_step", broken)
        invocation = await room.hand_in(view, STEPS[0])
    assert "could not be saved" in next(iter(invocation.errors.values()))
    assert view.open
    assert (await room.hand_in(view, STEPS[0])).errors == {}


async def test_a_store_that_hangs_is_told_before_slack_gives_up(room: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("handlers.stepping.SAVING", 0.1)
    view = await room.open()
    monkeypatch.setattr("handlers.draft.save_step", hangs)
    assert "could not be saved" in next(iter((await room.hand_in(view, STEPS[0])).errors.values()))


async def test_a_walk_back_loses_nothing(room: Study) -> None:
    view = await room.open()
    await room.walk(view, 2)
    room.slack.type_in(view, {**STEPS[2], "unconfirmed": "half a sen"})
    await room.slack.press(view, "draft_back")
    await room.slack.until(lambda: step(view) == "mail.0" or None, 5, "the step before")
    assert labels(view) == STEPS[1]
    await room.hand_in(view, STEPS[1])
    assert labels(view) == {"opt_in": STEPS[2]["opt_in"], "unconfirmed": "half a sen", "leaving": STEPS[2]["leaving"]}


async def test_a_closed_modal_loses_no_step(room: Study) -> None:
    view = await room.open()
    await room.walk(view, 3)
    await room.slack.close(view)
    again = await room.open("")
    assert step(again) == "trouble"
    await room.hand_in(again, STEPS[3])
    await room.hand_in(again, STEPS[4])
    assert not again.open


async def test_several_kinds_of_mail_are_a_step_each(room: Study) -> None:
    letter = {path.replace(".0.", ".1."): value for path, value in STEPS[1].items()}
    steps = (STEPS[0], {**STEPS[1], "more": "yes"}, {**letter, "streams.1.what": "Delivery notices"}, *STEPS[2:])
    text = read(await room.written(steps))
    [stored] = await room.drafts()
    assert [one.what for one in stored.request.streams] == ["Order confirmations", "Delivery notices"]
    assert "elivery notices" in text
    view = await room.open()
    await room.hand_in(view, STEPS[0])
    assert labels(view)["more"] == "yes"
    await room.hand_in(view, {})
    assert (labels(view)["streams.1.what"], labels(view)["more"]) == ("Delivery notices", "no")
    await room.slack.press(view, "draft_back")
    await room.slack.until(lambda: step(view) == "mail.0" or None, 5, "the step before")
    await room.hand_in(view, STEPS[1])  # "No" leaves out the second kind
    assert step(view) == "consent"
    [stored] = await room.drafts()
    assert len(stored.request.streams) == 1


# Whose it is


async def test_two_people_drafting_at_once_do_not_mix(room: Study) -> None:
    ben = room.slack.add_user("ben")
    room.slack.channel.members.add(ben.id)
    mine, his = await room.open(), await room.open(user=ben)
    await asyncio.gather(
        room.hand_in(mine, {**STEPS[0], "name": "Ana’s"}), room.hand_in(his, {**STEPS[0], "name": "Ben’s"})
    )
    assert [one.request.name for one in await room.drafts()] == ["Ana’s"]
    assert [one.request.name for one in await room.drafts(ben)] == ["Ben’s"]
    await room.slack.command("/ses-draft", "list", user=ben)
    listed = await room.slack.next_message(user=ben)
    assert len(actions(listed)) == 2, "his own draft, to open or delete"


async def test_an_id_of_somebody_elses_draft_opens_nothing(room: Study) -> None:
    await room.written()
    [mine] = await room.drafts()
    ben = room.slack.add_user("ben")
    room.slack.channel.members.add(ben.id)
    his = (await room.written(user=ben))[-1]
    for element in his.blocks[-1]["elements"]:
        element["value"] = mine.id
    view = await room.opened(room.slack.press(his, "draft_edit", user=ben), user=ben)
    assert "not there any more" in text_of(view)
    for action in ("draft_share", "draft_posted"):
        await room.slack.press(his, action, user=ben)
        await room.quiet()
    assert "not there any more" in text_of(room.slack.workspace.messages[-1])
    [still] = await room.drafts()
    assert still.posted_at is None


async def test_a_form_handed_in_by_another_organization_saves_nothing(room: Study) -> None:
    view = await room.open()
    view.user = room.slack.add_user("eve", team=Team("T0OTHER", "other"))
    refused = await room.hand_in(view, STEPS[0])
    assert "only by the organization" in next(iter(refused.errors.values()))
    assert await room.drafts() == ()
    assert await room.drafts(view.user) == ()


async def test_people_of_another_organization_are_refused(room: Study) -> None:
    stranger = room.slack.add_user("eve", team=Team("T0OTHER", "other"))
    shared = room.slack.add_channel("shared", room.slack.user, stranger)
    await room.slack.command("/ses-check", "acme.com", channel=shared)
    await room.slack.press(await room.message(), "check_share")
    report = await room.message()
    await room.slack.press(report, "draft_start", user=stranger)
    assert "only by the organization" in text_of(await room.message())
    assert room.slack.views(stranger) == []


# What Slack never sends


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": 5},
        {"state": {"values": {"a": 5}}},
        {"private_metadata": "x y z", "state": {"values": {"name#0": {"name": {"value": 7}}}}},
        {"private_metadata": "0123456789abcdef business", "state": {"values": {"name#0": {"name": {"value": "x"}}}}},
        {"private_metadata": "0123456789abcdef mail.99", "state": {"values": {"name#0": {"name": {"value": "x"}}}}},
    ],
)
async def test_a_form_of_no_known_shape_harms_nothing(room: Study, view: Mapping[str, Any]) -> None:
    open_view = await room.open()
    await room.hand_in(open_view, STEPS[0])
    open_view.content = {**open_view.content, "private_metadata": view.get("private_metadata", "")}
    open_view.state = json.loads(json.dumps(view.get("state", {}))) if isinstance(view.get("state"), dict) else {}
    await room.slack.press(open_view, "draft_back")
    await room.quiet()
    assert "not there any more" in text_of(open_view)
