"""`/ses-check` and its buttons, as people meet them: typed and pressed in a faithful Slack on loopback."""

import asyncio

import pytest

from fakes.slack import Team
from model import Outcome, Verdict
from tests.support.draft_app import actions
from tests.support.slack_app import Office, office, strict_room, text_of

__all__ = ["strict_room"]

BUTTONS = ["check_again", "check_details", "check_share", "tell_fixed", "records_copy", "draft_start"]


# /ses-check


async def test_a_report_is_for_whoever_asked_alone(room: Office) -> None:
    invocation = await room.slack.command("/ses-check", "acme.com")
    message = await room.message()
    assert invocation.ack_payload == {}
    assert message.only_for == room.slack.user.id
    assert "acme.com: fix 1 thing first" in text_of(message)
    assert "What DNS says of acme.com." in text_of(message)
    assert actions(message) == BUTTONS
    query, *ids = [element.content["value"] for element in message.elements]
    assert query == "acme.com"
    assert len(set(ids)) == 1, "the report's own"
    assert room.asked == [("acme.com", False)]
    await room.quiet()
    assert len(room.slack.messages()) == 1


async def test_the_name_of_a_record_is_answered_with_its_domain(room: Office) -> None:
    await room.slack.command("/ses-check", "_dmarc.acme.com")
    note = await room.message()
    assert "_dmarc.acme.com is the name of a record. Checked: acme.com." in text_of(note)
    report = await room.message()
    assert "acme.com: fix 1 thing first" in text_of(report)
    assert room.asked == [("acme.com", False)]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("ACME.com.", "acme.com"),
        ("https://acme.com/about", "acme.com"),
        ("bob@acme.com", "acme.com"),
        ("<http://acme.com|acme.com>", "acme.com"),
        ("&lt;http://acme.com|acme.com&gt;", "acme.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("acme.com selector=s1", "acme.com selector=s1"),
        ("acme.com token=abc,def", "acme.com token=abc,def"),
    ],
)
async def test_what_people_paste_is_checked(room: Office, typed: str, query: str) -> None:
    message = await room.report(typed)
    assert room.asked == [(query, False)]
    assert message.elements[0].content["value"] == query


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "No domain was given"),
        ("localhost", "own name"),
        ("192.0.2.1", "IP address"),
        ("-bad-.com", "hyphen"),
        ("a" * 300, "no dot"),
        (" ".join(f"d{number}.example" for number in range(11)), "11 domains; at most 10"),
        (" ".join(f"d{number}.example" for number in range(11)), "d0.example d1.example"),
        ("🎉", "🎉"),
        ("<!channel>", "“<!channel>”"),
        ("&lt;!channel&gt; `code` *bold* :tada:", "“<!channel>”"),
        ("acme.com colour=red", "no option “colour”"),
        ("acme.com selector=-", "not a DKIM selector"),
    ],
)
async def test_bad_input_is_told_with_an_example_and_to_that_person_alone(room: Office, typed: str, says: str) -> None:
    message = await room.report(typed)
    assert message.only_for == room.slack.user.id
    assert says in text_of(message)
    assert "acme.com" in text_of(message)
    assert {span.kind for span in message.markup} <= {"code"}, "nothing typed becomes markup"
    assert room.asked == []


async def test_help_shows_how_to_use_it(room: Office) -> None:
    message = await room.report("help")
    assert "/ses-check acme.com selector=s1" in text_of(message)
    assert room.asked == []


async def test_several_domains_are_a_line_each_with_details(room: Office) -> None:
    room.verdict = lambda query: Verdict.READY if query.domains == ("b.example",) else Verdict.FIX_FIRST
    message = await room.report("a.example, b.example c.example localhost selector=s1")
    assert room.asked == [(f"{domain}.example selector=s1", False) for domain in "abc"]
    assert "b.example is ready" in text_of(message)
    assert "localhost" in text_of(message)
    assert actions(message) == ["check_details"] * 3 + ["check_again", "check_share"]
    await room.slack.press(message, 1)
    view = await room.slack.next_view()
    assert "What DNS says of b.example selector=s1." in text_of(view)


async def test_domains_that_are_checked_again_together_share_what_they_ask(room: Office) -> None:
    message = await room.report("a.example b.example c.example")
    await room.slack.press(message, "check_again")
    await room.quiet()
    assert [fresh for _, fresh in room.asked] == [False] * 3 + [True] * 3
    [since] = set(room.since[3:])
    assert since is not None


async def test_ten_long_domains_fit_into_slack(room: Office) -> None:
    long = ".".join(["a" * 60] * 3)
    message = await room.report(" ".join(f"{long}.{number}x.example" for number in range(10)))
    assert len(room.asked) == 10
    assert "Details" in text_of(message)


async def test_a_slow_check_is_announced_once() -> None:
    async with office(progress_after_s=0.15) as room:
        room.delay = 0.4
        assert "Checking acme.com…" in text_of(await room.report())
        assert "fix 1 thing first" in text_of(await room.message())
        await room.quiet()
        assert len(room.slack.messages()) == 2


async def test_a_failing_check_is_told_with_an_id_from_the_log(room: Office, caplog: pytest.LogCaptureFixture) -> None:
    room.error = RuntimeError("boom at acme.com")
    message = await room.report()
    assert "The check failed" in text_of(message)
    assert text_of(message).split()[-1] in caplog.text
    assert "boom" not in text_of(message) + caplog.text


async def test_fifty_commands_at_once_are_acknowledged_and_answered_rightly() -> None:
    async with office() as room:
        room.delay = 0.05
        people = [room.slack.add_user(f"p{number}") for number in range(50)]
        room.slack.channel.members |= {person.id for person in people}
        done = await asyncio.gather(
            *(
                room.slack.command("/ses-check", f"d{number}.example", user=person)
                for number, person in enumerate(people)
            )
        )
        assert all(invocation.ack_seconds is not None for invocation in done)
        await room.quiet()
        for number, person in enumerate(people):
            [message] = room.slack.messages(user=person)
            assert f"d{number}.example: fix 1 thing first" in text_of(message)


# Two parts


FOLLOW = "DNS results. The rest follows in a moment, with the final verdict: the website and the age of the domain."


async def test_what_dns_says_comes_first_and_the_final_verdict_in_one_second_message(room: Office) -> None:
    room.beside, room.verdict = 0.6, lambda _: Verdict.READY
    first = await room.report()
    assert "acme.com is ready for a reviewer, as far as DNS shows" in text_of(first)
    assert FOLLOW in text_of(first)
    assert "website" not in first.text
    second = await room.message()
    assert second is not first
    assert second.only_for == room.slack.user.id
    assert "acme.com: fix 1 thing first" in text_of(second)
    assert "What is on the website." in text_of(second)
    assert "What DNS says" not in text_of(second), "that stands in the first"
    assert "Final verdict, including the DNS results above (1 passed)." in text_of(second)
    assert "Not looked at: SES identity and account. No AWS account is connected." in text_of(second)
    assert actions(second) == [one for one in BUTTONS if one != "records_copy"], "what passed has no records"
    await room.quiet()
    assert len(room.slack.messages()) == 2
    assert room.asked == [("acme.com", False)]


async def test_what_is_there_within_a_moment_needs_no_second_message(room: Office) -> None:
    room.beside = 0.05
    message = await room.report()
    assert "fix 2 things first" in text_of(message)
    assert FOLLOW not in text_of(message)
    await room.quiet()
    assert len(room.slack.messages()) == 1


async def test_details_and_sharing_speak_of_the_whole(room: Office) -> None:
    """Also when their buttons are pressed while half of it is there."""
    room.beside = 0.6
    first = await room.report()
    await room.slack.press(first, "check_details")
    view = await room.slack.next_view()
    await room.slack.press(first, "check_share")
    while (shared := await room.message()).ephemeral:  # the second part
        assert room.asked == [("acme.com", False)]
    assert "fix 2 things first" in text_of(shared)
    await room.quiet()
    assert "What is on the website." in text_of(view)
    assert room.asked == [("acme.com", False)]


@pytest.mark.parametrize("shared", [False, True])
async def test_check_again_shows_dns_and_then_the_whole_in_place(room: Office, shared: bool) -> None:
    room.beside = 0.05
    message = await room.report()
    if shared:
        await room.slack.press(message, "check_share")
        message = await room.message()
    room.beside, room.verdict, room.site = 0.6, lambda _: Verdict.READY, Outcome.PASS
    await room.slack.press(message, "check_again")
    assert await room.message() is message
    assert FOLLOW in text_of(message)
    assert await room.message() is message
    assert "acme.com is ready for a reviewer" in text_of(message)
    assert "as far as" not in text_of(message)
    assert FOLLOW not in text_of(message)
    assert message.ephemeral is not shared
    await room.quiet()
    assert len(room.slack.messages()) == 1 + shared


async def test_several_domains_are_one_summary_and_final(room: Office) -> None:
    room.beside = 0.4
    message = await room.report("a.example b.example")
    assert text_of(message).count("fix 2 things first") == 2
    await room.quiet()
    assert len(room.slack.messages()) == 1


async def test_websites_that_hang_do_not_keep_others_from_their_dns() -> None:
    async with office() as room:
        room.beside = 1.5
        domains = [f"d{number}.example" for number in range(40)]
        await asyncio.gather(*(room.slack.command("/ses-check", domain) for domain in domains))
        first = [await room.message() for _ in domains]
        assert all(FOLLOW in text_of(message) for message in first)


# Check again


async def test_check_again_goes_past_the_caches_and_replaces_the_report(room: Office) -> None:
    message = await room.report("acme.com selector=s1")
    room.verdict = lambda _: Verdict.READY
    await room.slack.press(message, "check_again")
    assert await room.message() is message
    assert "acme.com is ready" in text_of(message)
    assert message.ephemeral
    assert room.asked[-1] == ("acme.com selector=s1", True)
    assert len(room.slack.messages()) == 1


async def test_a_report_is_not_lost_when_checking_again_fails(room: Office) -> None:
    message = await room.report()
    room.error = RuntimeError()
    await room.slack.press(message, "check_again")
    assert "The check failed" in text_of(await room.message())
    assert "fix 1 thing first" in text_of(message)


async def test_checking_again_works_any_number_of_times_and_after_hours(room: Office) -> None:
    message = await room.report()
    for _ in range(7):
        await room.slack.press(message, "check_again")
        assert await room.message() is message
    room.slack.clock.advance(3_600)
    await room.slack.press(message, "check_again")
    assert await room.message() is message


async def test_when_the_response_url_has_run_out_a_fresh_message_comes(room: Office) -> None:
    room.delay = 0.1
    message = await room.report()
    await room.slack.press(message, "check_again")
    room.slack.clock.advance(1_801)
    fresh = await room.message()
    assert fresh is not message
    assert fresh.via == "chat.postEphemeral"
    assert "fix 1 thing first" in text_of(fresh)


# Who and what may come in


async def test_a_person_of_another_organization_is_refused(room: Office) -> None:
    stranger = room.slack.add_user("zoe", team=Team("T0OTHER", "other"))
    room.slack.channel.members.add(stranger.id)
    await room.slack.press(await room.report(), "check_share")
    shared = await room.message()
    for button in ("check_again", "check_details"):
        await room.slack.press(shared, button, user=stranger)
        refusal = await room.message()
        assert refusal.only_for == stranger.id
        assert "organization" in text_of(refusal)
    assert len(room.asked) == 1
    assert room.slack.views(stranger) == []


@pytest.mark.parametrize("value", ["", "localhost", "<!channel>", "help", "a=b", "x" * 2_000])
async def test_a_button_value_is_read_like_typed_text(room: Office, value: str) -> None:
    message = await room.report()
    message.blocks[-1]["elements"][0]["value"] = value
    await room.slack.press(message, 0)
    ephemeral = await room.message()
    assert "How to use it" in text_of(ephemeral)
    assert ephemeral.ephemeral
    assert len(room.asked) == 1


async def test_a_button_of_another_version_is_answered(room: Office) -> None:
    message = await room.report()
    message.blocks[-1]["elements"][0]["action_id"] = "retired"
    await room.slack.press(message, "retired")
    assert "another version" in text_of(await room.message())


async def test_a_command_that_this_version_does_not_know_is_answered() -> None:
    async with office(commands=("/ses-check", "/ses-fly")) as room:
        await room.slack.command("/ses-fly", "acme.com")
        assert "does not know /ses-fly" in text_of(await room.message())


# Slack in trouble


async def test_a_rate_limit_delays_the_report_and_loses_nothing(room: Office) -> None:
    room.slack.fail("response_url", error="ratelimited", status=429, retry_after=1)
    message = await room.report()
    assert "fix 1 thing first" in text_of(message)
    await room.quiet()
    assert len(room.slack.messages()) == 1


async def test_a_flood_of_shares_is_posted_at_the_pace_that_slack_allows(room: Office) -> None:
    message = await room.report()
    await asyncio.gather(*(room.slack.press(message, "check_share") for _ in range(6)))
    for _ in range(6):
        assert not (await room.message()).ephemeral


async def test_a_trigger_that_ran_out_is_told(room: Office) -> None:
    message = await room.report()
    room.slack.fail("views.open", error="expired_trigger_id")
    await room.slack.press(message, "check_details")
    ephemeral = await room.message()
    assert "Showing the details failed: Slack answered" in text_of(ephemeral)


async def test_commands_are_answered_again_after_the_connection_dropped(room: Office) -> None:
    await room.report()
    room.slack.sockets.drop()
    await room.slack.wait_until(lambda: room.slack.sockets.opened > 1 or None, 5, "another connection")
    assert "b.example" in text_of(await room.report("b.example"))


async def test_a_frozen_connection_is_noticed_and_replaced(room: Office) -> None:
    room.slack.sockets.freeze()
    await room.slack.wait_until(lambda: room.slack.sockets.opened > 1 or None, 5, "another connection")
    await room.slack.wait_until(lambda: len(room.slack.sockets.connections) == 1 or None, 5, "the old one to go")
    assert "acme.com" in text_of(await room.report())


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_nothing_is_lost_when_slack_changes_the_connection(room: Office, reason: str) -> None:
    room.delay = 0.05
    before = [asyncio.create_task(room.slack.command("/ses-check", f"a{number}.example")) for number in range(5)]
    await asyncio.sleep(0)  # they are sent
    await room.slack.sockets.ask_to_leave(reason)
    await room.slack.wait_until(lambda: room.slack.sockets.opened > 1 or None, 5, "another connection")
    await asyncio.gather(*before, *(room.slack.command("/ses-check", f"b{number}.example") for number in range(5)))
    await room.quiet()
    assert len(room.slack.messages()) == 10
    assert room.slack.notices == []
