"""`/ses-draft`, as people meet it: modals opened, handed in, walked back and closed in a faithful Slack on loopback."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.slack import IncompleteForm, Team, View
from tests.support.cases import cases
from tests.support.draft_app import PATIENT, STEPS, DraftApp, actions, drafting, labels, read, step, watched
from tests.support.slack_app import text_of

# The whole way


async def test_a_request_is_asked_for_step_by_step_and_written(app: DraftApp) -> None:
    messages = await app.written()
    text = read(messages)
    assert all(message.only_for == app.slack.user.id for message in messages)
    assert "Request for acme.com: ready to submit" in text
    assert "Harbor Goods" in text
    for name in ("Mail type", "Website URL", "Use case description", "Additional contacts", "The message for the case"):
        assert name in text
    assert "ops@acme.com" in text
    assert "right after you submit" in text
    assert actions(messages[-1]) == ["draft_edit", "draft_share", "draft_posted"]
    assert [one.finished for one in await app.drafts()] == [True]


async def test_private_metadata_holds_the_draft_and_the_step_alone(app: DraftApp) -> None:
    view = await app.open()
    await app.walk(view, 2)
    [stored] = await app.drafts()
    assert view.content["private_metadata"] == f"{stored.id} opt_in"


async def test_the_first_form_is_acknowledged_with_the_second(app: DraftApp) -> None:
    view = await app.open()
    invocation = await app.hand_in(view, STEPS[0])
    assert invocation.ack_payload is not None
    assert invocation.ack_payload["response_action"] == "update"
    assert step(view) == "mail.0"


# In time


async def test_everything_comes_with_ses_and_dns_hanging(tmp_path: Path) -> None:
    limits = replace(PATIENT, prefill=0.05, step=0.05, contacts=0.05, opening=0.0)
    async with drafting(tmp_path, limits) as app:
        app.hangs = True
        view = await app.open()
        await app.walk(view, 4)
        assert not view.open
        await app.quiet()
        assert "acme.com" in read(app.slack.messages()), "the result comes without what is not known"


async def test_a_modal_whose_content_is_late_says_so_at_once(tmp_path: Path) -> None:
    async with drafting(tmp_path, replace(PATIENT, opening=0.0)) as app:
        await _late(app)


async def _late(app: DraftApp) -> None:
    view = await app.open()
    await app.quiet()
    opened, updated = [call for call in app.slack.calls if call.method.startswith("views.")]
    assert "on its way" in json.dumps(opened.arguments, ensure_ascii=False)
    assert updated.method == "views.update"
    assert step(view) == "business"


async def test_fifty_forms_at_once_are_all_taken(app: DraftApp) -> None:
    people = [app.slack.add_user(f"p{n}") for n in range(50)]
    app.slack.channel.members.update(one.id for one in people)
    views = await asyncio.gather(*(app.open(user=one) for one in people))
    invocations = await asyncio.gather(*(app.slack.submit(view, STEPS[0]) for view in views))
    assert [one.failure for one in invocations] == [None] * 50
    assert {step(view) for view in views} == {"mail.0"}


async def test_fifty_letters_are_written_while_everything_is_acknowledged(app: DraftApp) -> None:
    """No request is left without an acknowledgement, and each person gets their own letter."""
    people = [app.slack.add_user(f"q{n}") for n in range(50)]
    app.slack.channel.members.update(one.id for one in people)
    views = await asyncio.gather(*(app.open(user=one) for one in people))
    for number, values in enumerate(STEPS):
        own = [{**values, "name": f"Business {at}"} if number == 0 else values for at in range(50)]
        forms = [app.slack.submit(*pair) for pair in zip(views, own, strict=True)]
        commands = [app.slack.command("/ses-draft", "list", user=one) for one in people]
        done = await asyncio.gather(*forms, *commands)
        assert [(one.failure, one.errors) for one in done] == [(None, {})] * 100
    await app.quiet()
    for at, person in enumerate(people):
        [stored] = await app.drafts(person)
        assert stored.written
        assert f"Business {at} (Kiel" in stored.written.message


# What is typed is not lost


@cases()
async def test_what_is_wrong_stands_at_its_field_and_stays_typed(
    number: int, wrong: dict[str, Any], field: str, says: str, app: DraftApp
) -> None:
    view = await app.open()
    await app.walk(view, number)
    before = step(view)
    invocation = await app.hand_in(view, {**STEPS[number], **wrong})
    assert [block.partition("#")[0] for block in invocation.errors] == [field]
    assert says in next(iter(invocation.errors.values()))
    assert view.open
    assert step(view) == before
    for path, typed in wrong.items():
        state = view.state[next(block for block in view.state if block.startswith(f"{path}#"))]
        assert typed in json.dumps(state, ensure_ascii=False).replace("\\n", "\n"), "what was typed is still there"
    assert (await app.hand_in(view, STEPS[number])).errors == {}


@pytest.mark.parametrize(
    ("number", "typed", "says"),
    [
        (0, {"business": "x" * 3_001}, "no more than 2000 characters"),
        (2, {"opt_in": "x" * 3_001}, "no more than 3000 characters"),
        (1, {"kinds.0.count": "1.5"}, "a whole number"),
        (1, {"kinds.0.count": "abc"}, "a whole number"),
        (1, {"kinds.0.per_event": "abc"}, "a number"),
        (3, {"busiest": "about 10k"}, "a whole number"),
    ],
)
async def test_what_slack_refuses_stays_typed_too(app: DraftApp, number: int, typed: dict[str, Any], says: str) -> None:
    view = await app.open()
    await app.walk(view, number)
    with pytest.raises(IncompleteForm) as refused:
        await app.slack.submit(view, {**STEPS[number], **typed})
    assert says in str(refused.value)
    assert view.open
    assert (await app.hand_in(view, STEPS[number])).errors == {}


@cases()
async def test_any_script_is_kept_and_printed_as_typed(typed: str, app: DraftApp) -> None:
    await app.written(({**STEPS[0], "business": typed}, *STEPS[1:]))
    [stored] = await app.drafts()
    assert stored.request.business == typed
    assert stored.written
    assert typed in stored.written.message


async def test_a_lone_surrogate_is_left_out_and_nothing_else(app: DraftApp) -> None:
    await app.written(
        ({**STEPS[0], "business": "We sell tea\ud800 to people in Kiel who order it\udfff online."}, *STEPS[1:])
    )
    [stored] = await app.drafts()
    assert stored.request.business == "We sell tea to people in Kiel who order it online."


async def test_a_region_that_is_typed_counts_beside_the_menu(app: DraftApp) -> None:
    app.account_regions = [watched()]
    view = await app.open()
    assert labels(view)["at"] == "eu-west-1 main"
    assert (await app.hand_in(view, {**STEPS[0], "region": "ap-south-1"})).errors == {}
    [stored] = await app.drafts()
    assert (stored.account, stored.region) == ("", "ap-south-1")


async def test_everything_that_is_wrong_in_a_step_is_said_at_once(app: DraftApp) -> None:
    view = await app.open()
    wrong = {**STEPS[0], "domain": "not a domain", "website": "http://localhost"}
    invocation = await app.hand_in(view, wrong)
    assert {block.partition("#")[0] for block in invocation.errors} == {"domain", "website"}


async def test_a_social_profile_is_taken_and_remarked_on(app: DraftApp) -> None:
    steps = ({**STEPS[0], "website": "https://www.facebook.com/harborgoods"}, *STEPS[1:])
    text = read(await app.written(steps))
    assert "Worth a look" in text
    assert "facebook.com" in text


async def test_text_that_is_too_long_is_not_sent_by_slack_and_stays(app: DraftApp) -> None:
    view = await app.open()
    with pytest.raises(IncompleteForm) as refused:
        await app.slack.submit(view, {**STEPS[0], "business": "x" * 6_000})
    assert "business" in str(refused.value)
    assert view.open
    assert (await app.hand_in(view, STEPS[0])).errors == {}


async def test_a_step_that_cannot_be_saved_keeps_the_form_open(app: DraftApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise OSError

    view = await app.open()
    with monkeypatch.context() as patched:
        patched.setattr("handlers.drafts.request.save_step", broken)
        invocation = await app.hand_in(view, STEPS[0])
    assert "could not be saved" in next(iter(invocation.errors.values()))
    assert view.open
    assert (await app.hand_in(view, STEPS[0])).errors == {}


async def test_a_store_that_hangs_is_reported_before_slack_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*_: object) -> None:
        await asyncio.sleep(600)

    async with drafting(tmp_path, replace(PATIENT, saving=0.1)) as app:
        view = await app.open()
        monkeypatch.setattr("handlers.drafts.request.save_step", hangs)
        assert "could not be saved" in next(iter((await app.hand_in(view, STEPS[0])).errors.values()))


async def test_a_walk_back_loses_nothing(app: DraftApp) -> None:
    view = await app.open()
    await app.walk(view, 2)
    app.slack.type_in(view, {**STEPS[2], "opt_in_page": "half a sen"})
    await app.slack.press(view, "draft_back")
    await app.slack.wait_until(lambda: step(view) == "mail.0" or None, 120, "the step before")
    assert {path: value for path, value in labels(view).items() if value} == STEPS[1]
    await app.hand_in(view, STEPS[1])
    held = {path: value for path, value in labels(view).items() if value}
    assert held == {**STEPS[2], "opt_in_page": "half a sen"}


async def test_a_closed_modal_loses_no_step(app: DraftApp) -> None:
    view = await app.open()
    await app.walk(view, 3)
    await app.slack.close(view)
    again = await app.open("")
    assert step(again) == "bounces"
    await app.hand_in(again, STEPS[3])
    assert not again.open


LETTER = {
    "kinds.1.name": "Newsletter",
    "kinds.1.mail_type": "MARKETING",
    "kinds.1.sentence": "Subscribers get it with offers for sailors.",
    "kinds.1.rhythm": "every_two_weeks",
    "kinds.1.count": "6400",
    "kinds.1.leaving": ["link", "one_click"],
}


async def turned(app: DraftApp, view: View, button: str, to: str) -> None:
    """Press a button of the form, and wait for the step that it leads to."""
    before = view.hash
    await app.slack.press(view, button)
    await app.slack.wait_until(lambda: (view.hash != before and step(view) == to) or None, 120, to)


async def test_several_kinds_of_mail_are_shown_one_at_a_time_with_their_sum(app: DraftApp) -> None:
    view = await app.open()
    await app.walk(view, 1)
    assert "a month so far" not in text_of(view)
    app.slack.type_in(view, STEPS[1])
    await turned(app, view, "draft_sum", "mail.0")
    assert "Messages a month so far: 900" in text_of(view)
    await turned(app, view, "draft_another", "mail.1")
    assert "kind 2 of 2" in text_of(view)
    assert {path: value for path, value in labels(view).items() if value} == {}
    app.slack.type_in(view, LETTER)
    await turned(app, view, "draft_back", "mail.0")
    assert {path: value for path, value in labels(view).items() if value} == STEPS[1]
    assert "6,400 × 2.17" in text_of(view)
    await app.hand_in(view, {})
    assert {path: value for path, value in labels(view).items() if value} == LETTER
    await app.hand_in(view, {})
    assert step(view) == "opt_in"
    await turned(app, view, "draft_back", "mail.1")
    await turned(app, view, "draft_remove", "mail.0")
    [stored] = await app.drafts()
    assert [one.name for one in stored.request.kinds] == ["Order confirmation"]


async def test_there_are_up_to_five_kinds(app: DraftApp) -> None:
    view = await app.open()
    await app.walk(view, 1)
    for number in range(1, 5):
        app.slack.type_in(view, {f"kinds.{number - 1}.name": f"Kind {number}"})
        await turned(app, view, "draft_another", f"mail.{number}")
    assert "draft_another" not in [element.action_id for element in view.elements]
    app.slack.type_in(view, {"kinds.4.name": "Kind 5"})
    await turned(app, view, "draft_sum", "mail.4")
    [stored] = await app.drafts()
    assert [one.name for one in stored.request.kinds] == [f"Kind {number}" for number in range(1, 6)]


async def test_a_kind_that_was_left_half_answered_is_asked_for_again(app: DraftApp) -> None:
    view = await app.open()
    await app.walk(view, 1)
    app.slack.type_in(view, {"kinds.0.name": "Receipt"})
    await turned(app, view, "draft_another", "mail.1")
    await app.hand_in(view, LETTER)
    assert step(view) == "mail.0"
    assert "still missing" in text_of(view)
    await app.hand_in(view, {**STEPS[1], "kinds.0.name": ""} | {"kinds.0.name": "Receipt"})
    assert step(view) == "mail.1"
    await app.hand_in(view, {})
    assert step(view) == "opt_in"


# Whose it is


async def test_two_people_drafting_at_once_do_not_mix(app: DraftApp) -> None:
    ben = app.slack.add_user("ben")
    app.slack.channel.members.add(ben.id)
    mine, his = await app.open(), await app.open(user=ben)
    await asyncio.gather(
        app.hand_in(mine, {**STEPS[0], "name": "Ana’s"}), app.hand_in(his, {**STEPS[0], "name": "Ben’s"})
    )
    assert [one.request.name for one in await app.drafts()] == ["Ana’s"]
    assert [one.request.name for one in await app.drafts(ben)] == ["Ben’s"]
    await app.slack.command("/ses-draft", "list", user=ben)
    listed = await app.slack.next_message(user=ben)
    assert len(actions(listed)) == 2, "his own draft, to open or delete"


async def test_an_id_of_someone_elses_draft_opens_nothing(app: DraftApp) -> None:
    await app.written()
    [mine] = await app.drafts()
    ben = app.slack.add_user("ben")
    app.slack.channel.members.add(ben.id)
    his = (await app.written(user=ben))[-1]
    for element in his.blocks[-1]["elements"]:
        element["value"] = mine.id
    view = await app.opened(app.slack.press(his, "draft_edit", user=ben), user=ben)
    assert "This draft is gone" in text_of(view)
    for action in ("draft_share", "draft_posted"):
        await app.slack.press(his, action, user=ben)
        await app.quiet()
    assert "This draft is gone" in text_of(app.slack.workspace.messages[-1])
    [still] = await app.drafts()
    assert still.posted_at is None


async def test_a_form_handed_in_by_another_organization_saves_nothing(app: DraftApp) -> None:
    view = await app.open()
    view.user = app.slack.add_user("eve", team=Team("T0OTHER", "other"))
    refused = await app.hand_in(view, STEPS[0])
    assert "Only the organization" in next(iter(refused.errors.values()))
    assert await app.drafts() == ()
    assert await app.drafts(view.user) == ()


async def test_people_of_another_organization_are_refused(app: DraftApp) -> None:
    stranger = app.slack.add_user("eve", team=Team("T0OTHER", "other"))
    shared = app.slack.add_channel("shared", app.slack.user, stranger)
    await app.slack.command("/ses-check", "acme.com", channel=shared)
    await app.slack.press(await app.message(), "check_share")
    report = await app.message()
    await app.slack.press(report, "draft_start", user=stranger)
    assert "only by the organization" in text_of(await app.message())
    assert app.slack.views(stranger) == []


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
async def test_a_form_of_no_known_shape_harms_nothing(app: DraftApp, view: Mapping[str, Any]) -> None:
    open_view = await app.open()
    await app.hand_in(open_view, STEPS[0])
    open_view.content = {**open_view.content, "private_metadata": view.get("private_metadata", "")}
    open_view.state = json.loads(json.dumps(view.get("state", {}))) if isinstance(view.get("state"), dict) else {}
    await app.slack.press(open_view, "draft_back")
    await app.quiet()
    assert "This draft is gone" in text_of(open_view)
