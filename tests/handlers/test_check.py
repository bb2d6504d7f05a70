"""`/ses-check` and its buttons, as people meet them: typed and pressed in a faithful Slack on loopback."""

import asyncio

import pytest

from fakes.slack import Team
from model import Outcome, Verdict
from tests.support.draft_app import actions
from tests.support.slack_app import SlackApp, slack_app, strict_app, text_of

__all__ = ["strict_app"]

BUTTONS = ["check_again", "check_details", "check_share", "tell_fixed", "records_copy", "draft_start"]


# /ses-check


async def test_a_report_is_for_whoever_asked_alone(app: SlackApp) -> None:
    invocation = await app.slack.command("/ses-check", "acme.com")
    message = await app.message()
    assert invocation.ack_payload == {}
    assert message.only_for == app.slack.user.id
    assert "acme.com: fix 1 thing first" in text_of(message)
    assert "What DNS says of acme.com." in text_of(message)
    assert actions(message) == BUTTONS
    query, *ids = [element.content["value"] for element in message.elements]
    assert query == "acme.com"
    assert len(set(ids)) == 1, "the report's own"
    assert app.asked == [("acme.com", False)]
    await app.quiet()
    assert len(app.slack.messages()) == 1


async def test_the_name_of_a_record_is_answered_with_its_domain(app: SlackApp) -> None:
    await app.slack.command("/ses-check", "_dmarc.acme.com")
    note = await app.message()
    assert "_dmarc.acme.com is the name of a record. Checked: acme.com." in text_of(note)
    report = await app.message()
    assert "acme.com: fix 1 thing first" in text_of(report)
    assert app.asked == [("acme.com", False)]


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
async def test_what_people_paste_is_checked(app: SlackApp, typed: str, query: str) -> None:
    message = await app.report(typed)
    assert app.asked == [(query, False)]
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
async def test_bad_input_is_told_with_an_example_and_to_that_person_alone(app: SlackApp, typed: str, says: str) -> None:
    message = await app.report(typed)
    assert message.only_for == app.slack.user.id
    assert says in text_of(message)
    assert "acme.com" in text_of(message)
    assert {span.kind for span in message.markup} <= {"code"}, "nothing typed becomes markup"
    assert app.asked == []


async def test_help_shows_how_to_use_it(app: SlackApp) -> None:
    message = await app.report("help")
    assert "/ses-check acme.com selector=s1" in text_of(message)
    assert app.asked == []


async def test_several_domains_are_a_line_each_with_details(app: SlackApp) -> None:
    app.verdict = lambda query: Verdict.READY if query.domains == ("b.example",) else Verdict.FIX_FIRST
    message = await app.report("a.example, b.example c.example localhost selector=s1")
    assert app.asked == [(f"{domain}.example selector=s1", False) for domain in "abc"]
    assert "b.example is ready" in text_of(message)
    assert "localhost" in text_of(message)
    assert actions(message) == ["check_details"] * 3 + ["check_again", "check_share"]
    await app.slack.press(message, 1)
    view = await app.slack.next_view()
    assert "What DNS says of b.example selector=s1." in text_of(view)


async def test_domains_that_are_checked_again_together_share_what_they_ask(app: SlackApp) -> None:
    message = await app.report("a.example b.example c.example")
    await app.slack.press(message, "check_again")
    await app.quiet()
    assert [fresh for _, fresh in app.asked] == [False] * 3 + [True] * 3
    [since] = set(app.since[3:])
    assert since is not None


async def test_ten_long_domains_fit_into_slack(app: SlackApp) -> None:
    long = ".".join(["a" * 60] * 3)
    message = await app.report(" ".join(f"{long}.{number}x.example" for number in range(10)))
    assert len(app.asked) == 10
    assert "Details" in text_of(message)


async def test_a_slow_check_is_announced_once() -> None:
    async with slack_app(progress_after_s=0.15) as app:
        app.delay = 0.4
        assert "Checking acme.com…" in text_of(await app.report())
        assert "fix 1 thing first" in text_of(await app.message())
        await app.quiet()
        assert len(app.slack.messages()) == 2


async def test_a_failing_check_is_told_with_an_id_from_the_log(app: SlackApp, caplog: pytest.LogCaptureFixture) -> None:
    app.error = RuntimeError("boom at acme.com")
    message = await app.report()
    assert "The check failed" in text_of(message)
    assert text_of(message).split()[-1] in caplog.text
    assert "boom" not in text_of(message) + caplog.text


async def test_fifty_commands_at_once_are_acknowledged_and_answered_rightly() -> None:
    async with slack_app() as app:
        app.delay = 0.05
        people = [app.slack.add_user(f"p{number}") for number in range(50)]
        app.slack.channel.members |= {person.id for person in people}
        done = await asyncio.gather(
            *(
                app.slack.command("/ses-check", f"d{number}.example", user=person)
                for number, person in enumerate(people)
            )
        )
        assert all(invocation.ack_seconds is not None for invocation in done)
        await app.quiet()
        for number, person in enumerate(people):
            [message] = app.slack.messages(user=person)
            assert f"d{number}.example: fix 1 thing first" in text_of(message)


# Two parts


FOLLOW = "DNS results. The rest follows in a moment, with the final verdict: the website and the age of the domain."


async def test_what_dns_says_comes_first_and_the_final_verdict_in_one_second_message(app: SlackApp) -> None:
    app.beside, app.verdict = 0.6, lambda _: Verdict.READY
    first = await app.report()
    assert "acme.com is ready for a reviewer, as far as DNS shows" in text_of(first)
    assert FOLLOW in text_of(first)
    assert "website" not in first.text
    second = await app.message()
    assert second is not first
    assert second.only_for == app.slack.user.id
    assert "acme.com: fix 1 thing first" in text_of(second)
    assert "What is on the website." in text_of(second)
    assert "What DNS says" not in text_of(second), "that stands in the first"
    assert "Final verdict, including the DNS results above (1 passed)." in text_of(second)
    assert "Not looked at: SES identity and account. No AWS account is connected." in text_of(second)
    assert actions(second) == [one for one in BUTTONS if one != "records_copy"], "what passed has no records"
    await app.quiet()
    assert len(app.slack.messages()) == 2
    assert app.asked == [("acme.com", False)]


async def test_what_is_there_within_a_moment_needs_no_second_message(app: SlackApp) -> None:
    app.beside = 0.05
    message = await app.report()
    assert "fix 2 things first" in text_of(message)
    assert FOLLOW not in text_of(message)
    await app.quiet()
    assert len(app.slack.messages()) == 1


async def test_details_and_sharing_speak_of_the_whole(app: SlackApp) -> None:
    """Also when their buttons are pressed while half of it is there."""
    app.beside = 0.6
    first = await app.report()
    await app.slack.press(first, "check_details")
    view = await app.slack.next_view()
    await app.slack.press(first, "check_share")
    while (shared := await app.message()).ephemeral:  # the second part
        assert app.asked == [("acme.com", False)]
    assert "fix 2 things first" in text_of(shared)
    await app.quiet()
    assert "What is on the website." in text_of(view)
    assert app.asked == [("acme.com", False)]


@pytest.mark.parametrize("shared", [False, True])
async def test_check_again_shows_dns_and_then_the_whole_in_place(app: SlackApp, shared: bool) -> None:
    app.beside = 0.05
    message = await app.report()
    if shared:
        await app.slack.press(message, "check_share")
        message = await app.message()
    app.beside, app.verdict, app.site = 0.6, lambda _: Verdict.READY, Outcome.PASS
    await app.slack.press(message, "check_again")
    assert await app.message() is message
    assert FOLLOW in text_of(message)
    assert await app.message() is message
    assert "acme.com is ready for a reviewer" in text_of(message)
    assert "as far as" not in text_of(message)
    assert FOLLOW not in text_of(message)
    assert message.ephemeral is not shared
    await app.quiet()
    assert len(app.slack.messages()) == 1 + shared


async def test_several_domains_are_one_summary_and_final(app: SlackApp) -> None:
    app.beside = 0.4
    message = await app.report("a.example b.example")
    assert text_of(message).count("fix 2 things first") == 2
    await app.quiet()
    assert len(app.slack.messages()) == 1


async def test_websites_that_hang_do_not_keep_others_from_their_dns() -> None:
    async with slack_app() as app:
        app.beside = 1.5
        domains = [f"d{number}.example" for number in range(40)]
        await asyncio.gather(*(app.slack.command("/ses-check", domain) for domain in domains))
        first = [await app.message() for _ in domains]
        assert all(FOLLOW in text_of(message) for message in first)


# Check again


async def test_check_again_goes_past_the_caches_and_replaces_the_report(app: SlackApp) -> None:
    message = await app.report("acme.com selector=s1")
    app.verdict = lambda _: Verdict.READY
    await app.slack.press(message, "check_again")
    assert await app.message() is message
    assert "acme.com is ready" in text_of(message)
    assert message.ephemeral
    assert app.asked[-1] == ("acme.com selector=s1", True)
    assert len(app.slack.messages()) == 1


async def test_a_report_is_not_lost_when_checking_again_fails(app: SlackApp) -> None:
    message = await app.report()
    app.error = RuntimeError()
    await app.slack.press(message, "check_again")
    assert "The check failed" in text_of(await app.message())
    assert "fix 1 thing first" in text_of(message)


async def test_checking_again_works_any_number_of_times_and_after_hours(app: SlackApp) -> None:
    message = await app.report()
    for _ in range(7):
        await app.slack.press(message, "check_again")
        assert await app.message() is message
    app.slack.clock.advance(3_600)
    await app.slack.press(message, "check_again")
    assert await app.message() is message


async def test_when_the_response_url_has_run_out_a_fresh_message_comes(app: SlackApp) -> None:
    app.delay = 0.1
    message = await app.report()
    await app.slack.press(message, "check_again")
    app.slack.clock.advance(1_801)
    fresh = await app.message()
    assert fresh is not message
    assert fresh.via == "chat.postEphemeral"
    assert "fix 1 thing first" in text_of(fresh)


# Who and what may come in


async def test_a_person_of_another_organization_is_refused(app: SlackApp) -> None:
    stranger = app.slack.add_user("zoe", team=Team("T0OTHER", "other"))
    app.slack.channel.members.add(stranger.id)
    await app.slack.press(await app.report(), "check_share")
    shared = await app.message()
    for button in ("check_again", "check_details"):
        await app.slack.press(shared, button, user=stranger)
        refusal = await app.message()
        assert refusal.only_for == stranger.id
        assert "organization" in text_of(refusal)
    assert len(app.asked) == 1
    assert app.slack.views(stranger) == []


@pytest.mark.parametrize("value", ["", "localhost", "<!channel>", "help", "a=b", "x" * 2_000])
async def test_a_button_value_is_read_like_typed_text(app: SlackApp, value: str) -> None:
    message = await app.report()
    message.blocks[-1]["elements"][0]["value"] = value
    await app.slack.press(message, 0)
    ephemeral = await app.message()
    assert "How to use it" in text_of(ephemeral)
    assert ephemeral.ephemeral
    assert len(app.asked) == 1


async def test_a_button_of_another_version_is_answered(app: SlackApp) -> None:
    message = await app.report()
    message.blocks[-1]["elements"][0]["action_id"] = "retired"
    await app.slack.press(message, "retired")
    assert "another version" in text_of(await app.message())


async def test_a_command_that_this_version_does_not_know_is_answered() -> None:
    async with slack_app(commands=("/ses-check", "/ses-fly")) as app:
        await app.slack.command("/ses-fly", "acme.com")
        assert "does not know /ses-fly" in text_of(await app.message())


# Slack in trouble


async def test_a_rate_limit_delays_the_report_and_loses_nothing(app: SlackApp) -> None:
    app.slack.fail("response_url", error="ratelimited", status=429, retry_after=1)
    message = await app.report()
    assert "fix 1 thing first" in text_of(message)
    await app.quiet()
    assert len(app.slack.messages()) == 1


async def test_a_flood_of_shares_is_posted_at_the_pace_that_slack_allows(app: SlackApp) -> None:
    message = await app.report()
    await asyncio.gather(*(app.slack.press(message, "check_share") for _ in range(6)))
    for _ in range(6):
        assert not (await app.message()).ephemeral


async def test_a_trigger_that_ran_out_is_told(app: SlackApp) -> None:
    message = await app.report()
    app.slack.fail("views.open", error="expired_trigger_id")
    await app.slack.press(message, "check_details")
    ephemeral = await app.message()
    assert "Showing the details failed: Slack answered" in text_of(ephemeral)


async def test_commands_are_answered_again_after_the_connection_dropped(app: SlackApp) -> None:
    await app.report()
    app.slack.sockets.drop()
    await app.slack.wait_until(lambda: app.slack.sockets.opened > 1 or None, 5, "another connection")
    assert "b.example" in text_of(await app.report("b.example"))


async def test_a_frozen_connection_is_noticed_and_replaced(app: SlackApp) -> None:
    app.slack.sockets.freeze()
    await app.slack.wait_until(lambda: app.slack.sockets.opened > 1 or None, 5, "another connection")
    await app.slack.wait_until(lambda: len(app.slack.sockets.connections) == 1 or None, 5, "the old one to go")
    assert "acme.com" in text_of(await app.report())


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_nothing_is_lost_when_slack_changes_the_connection(app: SlackApp, reason: str) -> None:
    app.delay = 0.05
    before = [asyncio.create_task(app.slack.command("/ses-check", f"a{number}.example")) for number in range(5)]
    await asyncio.sleep(0)  # they are sent
    await app.slack.sockets.ask_to_leave(reason)
    await app.slack.wait_until(lambda: app.slack.sockets.opened > 1 or None, 5, "another connection")
    await asyncio.gather(*before, *(app.slack.command("/ses-check", f"b{number}.example") for number in range(5)))
    await app.quiet()
    assert len(app.slack.messages()) == 10
    assert app.slack.notices == []
