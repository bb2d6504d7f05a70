"""`/ses-draft`, as people meet it: modals opened, handed in, walked back and closed in a faithful Slack on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from demo.loopback.slack import Incomplete, Message, Team, View
from drafts.lint import lint
from handlers.results import housekeeping
from model import Access, Answers, Finding, Known, Outcome, Snapshot, Verdict
from store.draft_tables import draft as table
from tests.support.office import text_of
from tests.support.study import STEPS, Study, labels, read, study, watched


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Study]:
    async with study(f"sqlite:///{tmp_path / 'drafts.sqlite3'}") as room:
        yield room
        assert [call for call in room.slack.refusals if call.refused not in EXPECTED] == []
        assert room.slack.sockets.trouble.unanswered == []


EXPECTED = ("user_is_bot", "not_in_channel", "channel_not_found", "not_found", "used_url")


def actions(message: Message) -> list[str]:
    return [element.action_id for element in message.elements]


def step(view: View) -> str:
    return str(view.content["private_metadata"]).split()[1]


async def walk(room: Study, view: View, count: int) -> None:
    """Hand in the first steps."""
    for values in STEPS[:count]:
        invocation = await room.hand_in(view, values)
        assert invocation.errors == {}


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
    await walk(room, view, 2)
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
    await walk(room, view, 5)
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
    await walk(room, view, number)
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
    await walk(room, view, 2)
    room.slack.type_in(view, {**STEPS[2], "unconfirmed": "half a sen"})
    await room.slack.press(view, "draft_back")
    await room.slack.until(lambda: step(view) == "mail.0" or None, 5, "the step before")
    assert labels(view) == STEPS[1]
    await room.hand_in(view, STEPS[1])
    assert labels(view) == {"opt_in": STEPS[2]["opt_in"], "unconfirmed": "half a sen", "leaving": STEPS[2]["leaving"]}


async def test_a_closed_modal_loses_no_step(room: Study) -> None:
    view = await room.open()
    await walk(room, view, 3)
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


async def test_people_of_another_organization_are_refused(room: Study) -> None:
    stranger = room.slack.add_user("eve", team=Team("T0OTHER", "other"))
    shared = room.slack.add_channel("shared", room.slack.user, stranger)
    await room.slack.command("/ses-check", "acme.com", channel=shared)
    await room.slack.press(await room.message(), "check_share")
    report = await room.message()
    await room.slack.press(report, "draft_start", user=stranger)
    assert "only by the organization" in text_of(await room.message())
    assert room.slack.views(stranger) == []


# Filled in


WEBSITE = Finding("website", Outcome.PASS, "website.live", "https://acme.com answers.")
PARKED = Finding("website", Outcome.FAIL, "website.parked", "https://acme.com shows a parking page.")


async def test_the_button_under_a_report_carries_domain_website_and_findings_over(room: Study) -> None:
    room.findings = (WEBSITE,)
    report = await room.report("acme.com selector=s1")
    view = await room.opened(room.slack.press(report, "draft_start"))
    found = labels(view)
    assert (found["domain"], found["website"]) == ("acme.com", "https://acme.com")
    assert "The last check: acme.com: fix 1 thing first (DMARC)." in text_of(view)


async def test_the_website_that_was_named_for_the_check_is_carried_over(room: Study) -> None:
    room.places = [replace(watched(), known=Known(Snapshot(Access.SANDBOX, website="https://old.example.org")))]
    report = await room.report("acme.com website=shop.acme.org/about")
    view = await room.opened(room.slack.press(report, "draft_start"))
    assert labels(view)["website"] == "https://shop.acme.org/about"
    await room.hand_in(view, {**STEPS[0], "website": "https://typed.acme.org"})
    await room.slack.close(view)
    view = await room.opened(room.slack.press(report, "draft_start"))
    await room.slack.press(view, "draft_back")
    await room.slack.until(lambda: step(view) == "business" or None, 5, "the step before")
    assert labels(view)["website"] == "https://typed.acme.org", "what was typed goes before it"


@pytest.mark.parametrize(
    ("asked", "website", "warned"),
    [
        ("acme.com", "https://acme.com", True),
        ("acme.com", "www.acme.com/about", True),
        ("acme.com", "https://shop.example.org", False),
        ("acme.com website=shop.example.org", "https://shop.example.org/", True),
        ("acme.com website=shop.example.org", "https://acme.com", False),
    ],
)
async def test_a_website_that_was_not_looked_at_is_not_warned_of(
    room: Study, asked: str, website: str, warned: bool
) -> None:
    """The website need not be on the domain that sends, and the last check may have looked at another."""
    room.findings = (PARKED,)
    await room.report(asked)
    assert room.desk
    known = room.desk.known(Answers(domain="acme.com", website=website))
    rules = [one.rule for one in lint(Answers(domain="acme.com", website=website), known)]
    assert ("site.bad" in rules) is warned


async def test_a_very_new_domain_is_told_when_to_try(room: Study) -> None:
    room.registered = room.now.date() - timedelta(days=2)
    await room.report("acme.com")
    assert "registered 2 days ago" in read(await room.written())


@pytest.mark.parametrize("findings", [(), (PARKED,), (WEBSITE, PARKED)])
async def test_a_website_that_was_not_seen_alive_is_asked_for(room: Study, findings: tuple[Finding, ...]) -> None:
    room.findings = findings
    view = await room.opened(room.slack.press(await room.report("acme.com"), "draft_start"))
    assert labels(view)["website"] == ""


async def test_the_text_is_held_against_the_last_report(room: Study) -> None:
    """claims.check and site.bad, whatever options that report was asked for with; the next report is heard instead."""
    business = f"{STEPS[0]['business']} SPF, DKIM and DMARC are set up."
    room.findings = (PARKED,)
    await room.report("acme.com selector=s1")
    text = read(await room.written(({**STEPS[0], "business": business}, *STEPS[1:])))
    assert "The last check says otherwise: What DNS says of acme.com selector=s1" in text
    assert "https://acme.com shows a parking page" in text
    room.findings, room.verdict = (), lambda _: Verdict.READY
    await room.report("acme.com")
    text = read(await room.written([{}] * 5))
    assert "says otherwise" not in text
    assert "parking page" not in text


async def test_the_first_step_says_what_is_known(room: Study) -> None:
    room.places = [watched(Access.IN_REVIEW)]
    await room.report("acme.com")
    view = await room.open()
    assert "acme.com: fix 1 thing first (DMARC)." in text_of(view)
    assert "main, eu-west-1 is in review" in text_of(view)
    await walk(room, view, 4)
    assert labels(view)["at"] == "eu-west-1 main"


async def test_a_second_domain_is_filled_in_from_the_last_draft(room: Study) -> None:
    await room.written()
    view = await room.open("acme.org")
    assert "Filled in from your draft for acme.com" in text_of(view)
    assert labels(view) == {**STEPS[0], "domain": "acme.org", "website": ""}
    await room.hand_in(view, {**STEPS[0], "domain": "acme.org"})
    assert labels(view)["streams.0.what"] == "", "what was said of other mail is not claimed of this"


async def test_another_region_is_another_request_with_the_same_answers(room: Study) -> None:
    await room.written()
    view = await room.open("acme.com us-east-1")
    assert "Filled in from your draft for acme.com" in text_of(view)
    await walk(room, view, 4)
    assert {**labels(view), "contacts": ""} == {**STEPS[4], "contacts": "", "region": "us-east-1", "account": ""}
    await room.hand_in(view, {})
    assert {one.region for one in await room.drafts()} == {"eu-west-1", "us-east-1"}
    assert len(await room.drafts()) == 2
    again = await room.open("us-east-1")
    await walk(room, again, 4)
    assert labels(again)["region"] == "us-east-1"
    assert len(await room.drafts()) == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("help", "/ses-draft acme.com"),
        ("localhost", "How to use it"),
        ("acme.com acme.org", "about one domain"),
        ("acme.com us-east-1 eu-west-1", "How to use it"),
        ("<!channel>", "How to use it"),
    ],
)
async def test_usage(room: Study, typed: str, says: str) -> None:
    await room.slack.command("/ses-draft", typed)
    message = await room.message()
    assert says in text_of(message)
    assert message.mentions == []
    assert room.slack.views() == []


# The result


async def test_stops_come_first_and_there_is_no_text_until_they_are_met(room: Study) -> None:
    view = await room.open()
    await walk(room, view, 2)
    bought = {**STEPS[2], "opt_in": "We bought a list of addresses from a partner."}
    refused = await room.hand_in(view, bought)
    assert refused.errors
    await room.slack.close(view)
    [stored] = await room.drafts()
    assert stored.request.opt_in == bought["opt_in"], "what was refused is not lost either"
    again = await room.open()
    assert step(again) == "consent"
    assert labels(again)["opt_in"] == bought["opt_in"]


async def test_nothing_typed_becomes_markup(room: Study) -> None:
    nasty = "<!channel> *bold* `code` <https://evil.example|here> &lt;!here&gt; "
    steps = [dict(values) for values in STEPS]
    steps[0]["name"] = nasty + "Goods"
    steps[3]["sample"] = nasty * 20
    messages = await room.written(steps)
    spans = [span for message in messages for span in message.markup]
    assert [span for span in spans if (span.kind, span.text) != ("emoji", "large_yellow_circle")] == []


@pytest.mark.parametrize(
    "script", ["靴を売っています。毎週火曜日に手紙を送ります。", "Мы продаём обувь тем, кто бегает. ", "🙂🚣 "]
)
async def test_long_answers_of_any_script_are_shown_whole(room: Study, script: str) -> None:
    steps = [dict(values) for values in STEPS]
    steps[3]["sample"] = (script * 200)[:2_900]
    messages = await room.written(steps)
    assert room.slack.refusals == []
    assert all("cut here" not in text_of(message) for message in messages)
    assert actions(messages[-1])[0] == "draft_edit"


async def test_the_result_can_be_shared_without_its_buttons(room: Study) -> None:
    messages = await room.written()
    await room.slack.press(messages[-1], "draft_share")
    shared = await room.message()
    while shared in messages:
        shared = await room.message()
    await room.quiet()
    assert not shared.ephemeral
    assert shared.elements == []
    assert shared.mentions == [room.slack.user.id]


async def test_where_the_bot_is_no_member_it_is_shared_by_the_response_url(room: Study) -> None:
    private = room.slack.add_channel("away", room.slack.user, bot=False)
    view = await room.opened(room.slack.command("/ses-draft", "acme.com", channel=private))
    await walk(room, view, 5)
    await room.quiet()
    last = room.slack.messages(channel=private)[-1]
    assert last.ephemeral
    await room.slack.press(last, "draft_share")
    await room.quiet()
    assert not room.slack.messages(channel=private)[-1].ephemeral


async def test_editing_begins_at_the_first_step_with_everything_in_it(room: Study) -> None:
    messages = await room.written()
    view = await room.opened(room.slack.press(messages[-1], "draft_edit"))
    for values in STEPS:
        assert {path: value for path, value in labels(view).items() if value} == values
        await room.hand_in(view, {})
    assert not view.open


async def test_posting_on_the_case_is_ticked_off(room: Study) -> None:
    messages = await room.written()
    assert "☐ Posted on the case: not yet" in text_of(messages[-1])
    await room.slack.press(messages[-1], "draft_posted")
    await room.quiet()
    assert "☑ Posted on the case" in text_of(messages[-1])
    assert actions(messages[-1]) == ["draft_edit", "draft_share"]
    [stored] = await room.drafts()
    assert stored.posted_at is not None


# The list


async def test_drafts_are_listed_reopened_and_deleted(room: Study) -> None:
    await room.written()
    view = await room.open("acme.org")
    await room.hand_in(view, {**STEPS[0], "domain": "acme.org"})
    await room.slack.close(view)
    await room.slack.command("/ses-draft", "list")
    listed = await room.slack.until(
        lambda: next((m for m in room.slack.messages() if "Your drafts" in text_of(m)), None), 5, "the list"
    )
    assert "Request for acme.org" in text_of(listed)
    assert "Begun, 1 of 5 steps: The business" in text_of(listed)
    assert actions(listed) == ["draft_open", "draft_delete", "draft_open", "draft_show", "draft_delete"]
    view = await room.opened(room.slack.press(listed, 0))
    assert step(view) == "mail.0"
    await room.slack.close(view)
    await room.slack.press(listed, 1)
    await room.quiet()
    assert "acme.org" not in text_of(listed)
    assert actions(listed) == ["draft_open", "draft_show", "draft_delete"]
    assert [one.domain for one in await room.drafts()] == ["acme.com"]


async def test_what_is_written_can_be_read_again(room: Study) -> None:
    """Also by somebody whose result never came, because the bot ended before it was posted."""
    first = await room.written()
    await room.slack.command("/ses-draft", "list")
    listed = await room.slack.until(
        lambda: next((m for m in room.slack.messages() if "Your drafts" in text_of(m)), None), 5, "the list"
    )
    await room.slack.press(listed, "draft_show")
    await room.quiet()
    again = room.slack.messages()[len(first) + 1 :]
    assert [text_of(one) for one in again] == [text_of(one) for one in first]
    assert all(one.ephemeral for one in again)
    assert room.slack.views() == []
    [stored] = await room.drafts()
    ben = room.slack.add_user("ben")
    room.slack.channel.members.add(ben.id)
    his = [*await room.written(user=ben)][-1]
    his.blocks[-1]["elements"][0] |= {"action_id": "draft_show", "value": stored.id}
    await room.slack.press(his, "draft_show", user=ben)
    await room.quiet()
    assert "not there any more" in text_of(room.slack.messages(user=ben)[-1])


async def test_a_list_of_nothing_says_how_to_begin(room: Study) -> None:
    await room.slack.command("/ses-draft", "list")
    assert "/ses-draft acme.com" in text_of(await room.message())


async def test_a_form_of_a_draft_that_was_deleted_says_so(room: Study) -> None:
    view = await room.open()
    async with room.database.transaction() as conn:
        await conn.execute(table.delete())
    assert "not there any more" in next(iter((await room.hand_in(view, STEPS[0])).errors.values()))


# The reminder


async def keep_house(room: Study, count: int = 1) -> None:
    assert room.services
    assert room.desk
    await asyncio.gather(*(housekeeping(room.services, room.desk) for _ in range(count)))


async def make_due(room: Study) -> None:
    async with room.database.transaction() as conn:
        await conn.execute(update(table).values(remind_at=datetime.now(UTC) - timedelta(minutes=1)))


def reminders(room: Study) -> list[Message]:
    return [m for m in room.slack.workspace.messages if "Is it on the case yet?" in text_of(m)]


async def test_the_owner_is_reminded_once_and_in_person(room: Study) -> None:
    await room.written()
    [stored] = await room.drafts()
    assert stored.remind_at == room.now + timedelta(hours=4)
    await keep_house(room)
    assert reminders(room) == []
    await make_due(room)
    await keep_house(room, 3)
    await keep_house(room)
    [reminder] = reminders(room)
    assert room.slack.workspace.channels[reminder.channel].person == room.slack.user.id
    assert actions(reminder) == ["draft_posted", "draft_open"]
    await room.slack.press(reminder, "draft_posted")
    await room.quiet()
    assert "☑ Posted" in text_of(reminder)


async def test_nobody_is_reminded_of_what_is_posted(room: Study) -> None:
    messages = await room.written()
    await room.slack.press(messages[-1], "draft_posted")
    await room.quiet()
    [stored] = await room.drafts()
    assert stored.remind_at is None


async def test_a_reminder_that_slack_did_not_take_comes_later(room: Study) -> None:
    await room.written()
    await make_due(room)
    room.slack.fail("chat.postMessage", error="user_is_bot")
    await keep_house(room)
    assert reminders(room) == []
    await make_due(room)
    await keep_house(room)
    assert len(reminders(room)) == 1


async def test_old_drafts_are_purged(room: Study) -> None:
    await room.written()
    async with room.database.transaction() as conn:
        await conn.execute(update(table).values(updated_at=datetime.now(UTC) - timedelta(days=91)))
    await keep_house(room)
    assert await room.drafts() == ()


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
