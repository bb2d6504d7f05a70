"""Records are published from a report: planned, confirmed by an operator, proven in DNS, undone for a day.

Route 53 is our own on loopback (`fakes.ses.zones`), and the world's DNS serves what it holds.
"""

import sqlite3

import pytest

from fakes.ses import AwsFault
from fakes.slack import SlackMessage, User, View
from tests.support.hosted import changed
from tests.support.publishing import DOMAIN, confirmed, plan_of, reported, settings, with_zone
from tests.support.slack_app import text_of
from tests.support.submitting import opened, says, verified
from tests.support.watching import ACCOUNT, LiveBot, live_bot, until

DMARC = "v=DMARC1; p=none; rua=mailto:dmarc@broken.example"


async def pressed(bot: LiveBot, message: SlackMessage, action: str, *words: str, user: User | None = None) -> View:
    """Press a button that opens a modal; the modal, once it says this."""
    invocation = await bot.slack.press(message, action, user=user)

    def look() -> View | None:
        found = [one for one in bot.slack.views(user) if one in invocation.views]
        return next((one for one in found if all(said in text_of(one) for said in words)), None)

    return await bot.slack.wait_until(look, 60, f"a modal that says {words}")


async def test_an_operator_publishes_the_records_and_undoes_it() -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        zone.put(DOMAIN, "TXT", r'"a \"word\" \052"', ttl=77)
        before = dict(zone.sets)
        await bot.start(**settings(bot))
        plan = await plan_of(bot, await reported(bot))
        text = text_of(plan)
        assert f"In the zone \n{DOMAIN}" in text
        assert f'"{DMARC}"' in text
        assert "Left to you" in text
        assert zone.batches == [], "a plan changes nothing"
        await confirmed(bot, plan)
        done = await says(bot, "The records are published, and DNS answers them")
        after = await bot.slack.wait_until(
            lambda: next((m for m in bot.slack.workspace.messages if DOMAIN in m.text and m.ts > done.ts), None),
            60,
            "the report that follows",
        )
        assert "DMARC" not in str([line for line in text_of(after).splitlines() if "Fix first" in line])
        assert zone.sets["_dmarc.broken.example.", "TXT", ""].values == (f'"{DMARC}"',)
        texts = zone.sets[f"{DOMAIN}.", "TXT", ""]
        assert (texts.values[0], texts.ttl) == (r'"a \"word\" \052"', 77)
        back = await opened(bot, lambda: bot.slack.press(done, "change_undo"), fields=False)
        await confirmed(bot, back)
        await says(bot, "The records are as they were before")
        assert changed(before, zone.sets) == set()
        await pressed(bot, done, "change_undo", "undone already")
        assert bot.world.troubles() == []


async def test_what_another_person_changes_meanwhile_is_never_overwritten() -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        await bot.start(**settings(bot))
        report = await reported(bot)
        plan = await plan_of(bot, report)
        zone.put(f"_dmarc.{DOMAIN}", "TXT", '"v=DMARC1; p=reject"')
        found = dict(zone.sets)
        await confirmed(bot, plan)
        refused = await says(bot, "The records were not published")
        assert "Another person changed _dmarc.broken.example TXT since the plan" in text_of(refused)
        assert "v=DMARC1; p=reject" in text_of(refused)
        assert changed(found, zone.sets) == set()
        assert zone.batches == []
        await pressed(bot, refused, "records_fix", "DNS has changed since this report", "Check again")


async def test_a_killed_bot_proves_what_was_published_and_repeats_nothing() -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        zone.pending_reads = 1_000
        await bot.start(**settings(bot))
        await confirmed(bot, await plan_of(bot, await reported(bot)))
        await until(lambda: bot.aws.calls["GetChange", ACCOUNT, "us-east-1"] > 0)
        await bot.kill()
        zone.pending = dict.fromkeys(zone.pending, 0)
        await bot.start(**settings(bot))
        await says(bot, "The records are published, and DNS answers them")
        assert len(zone.batches) == 1


@pytest.mark.long
@pytest.mark.parametrize("changed_since", [False, True])
async def test_a_bot_killed_in_the_call_finds_out_what_is_true(changed_since: bool) -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        await bot.start(**settings(bot))
        plan = await plan_of(bot, await reported(bot))
        bot.aws.operation_faults[ACCOUNT, "ChangeResourceRecordSets"] = AwsFault.HANG
        await confirmed(bot, plan)
        await until(lambda: bot.aws.calls["ChangeResourceRecordSets", ACCOUNT, "us-east-1"] == 1)
        await bot.kill()
        del bot.aws.operation_faults[ACCOUNT, "ChangeResourceRecordSets"]
        if changed_since:
            zone.put(f"_dmarc.{DOMAIN}", "TXT", '"v=DMARC1; p=reject"')
        found = dict(zone.sets)
        await bot.start(**settings(bot))
        if changed_since:
            await says(bot, "Another person changed _dmarc.broken.example TXT")
            assert changed(found, zone.sets) == set()
        else:
            await says(bot, "The records are published, and DNS answers them")
            assert len(zone.batches) == 1


async def test_who_is_no_operator_sees_the_plan_and_asks_one_who_is() -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        operator = bot.slack.add_user("robin")
        bot.ops.members.add(operator.id)
        await bot.start(**settings(bot, SES_BOT_OPERATORS=operator.id))
        plan = await pressed(bot, await reported(bot), "records_fix", "Only operators of ses-bot may confirm", DMARC)
        assert "submit" not in plan.content
        await bot.slack.press(plan, "change_ask")
        asked = await says(bot, "asks an operator to publish the records of a report")
        seen = await pressed(bot, asked, "change_look", DMARC, "In the zone", user=operator)
        assert zone.batches == []
        await confirmed(bot, seen)
        await says(bot, "The records are published, and DNS answers them")

        def outcomes() -> int:
            return sum("DNS answers them" in one.text for one in bot.slack.workspace.messages)

        await until(lambda: outcomes() == 2)  # the one who asked, and the one who confirmed


async def test_a_report_that_is_not_true_any_more_is_refused() -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        await bot.start(**settings(bot))
        report = await reported(bot)
        zone.put(f"_dmarc.{DOMAIN}", "TXT", f'"{DMARC}"')
        await pressed(bot, report, "records_fix", "DNS has changed since this report")


async def test_a_plan_of_a_quarter_of_an_hour_ago_is_refused() -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        await bot.start(**settings(bot))
        plan = await plan_of(bot, await reported(bot))
        [path] = (bot.world.home / "data").glob("*.sqlite3")
        with sqlite3.connect(path) as database:
            earlier = "strftime('%Y-%m-%d %H:%M:%f000', planned_at, '-16 minutes')"
            database.execute(f"UPDATE change SET planned_at = {earlier}")
        await confirmed(bot, plan)
        assert "This plan is over 15 minutes old" in text_of(plan)
        assert zone.batches == []


async def test_a_zone_that_dns_does_not_ask_is_not_touched() -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        for server in zone.servers:
            bot.world.dns.remove(DOMAIN, "NS", server)
        bot.world.dns.publish(DOMAIN, "NS", "ns1.elsewhere.example")
        await bot.start(**settings(bot))
        report = await reported(bot)
        await pressed(bot, report, "records_fix", "No public zone of Route 53", "ns1.elsewhere.example")


async def test_zones_that_cannot_be_read_are_told() -> None:
    async with live_bot(start=False) as bot:
        with_zone(bot)
        bot.aws.accounts[ACCOUNT].forbidden.add("ListHostedZonesByName")
        await bot.start(**settings(bot))
        report = await reported(bot)
        await pressed(bot, report, "records_fix", "Route 53 could not be read", "ListHostedZonesByName")


async def test_nothing_is_planned_on_a_change_that_is_on_its_way() -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        zone.pending_reads = 1_000
        await bot.start(**settings(bot))
        report = await reported(bot)
        await confirmed(bot, await plan_of(bot, report))
        await until(lambda: len(zone.batches) == 1)
        await pressed(bot, report, "records_fix", "an earlier change is on its way")
        zone.pending = dict.fromkeys(zone.pending, 0)
        await says(bot, "The records are published, and DNS answers them")
        assert len(zone.batches) == 1


async def test_two_zones_have_a_batch_each_and_one_may_refuse() -> None:
    """A subdomain in a zone of its own: its SPF goes there, the DMARC record of its identity into the parent's."""
    name = f"news.{DOMAIN}"
    async with live_bot(start=False) as bot:
        verified(bot, DOMAIN)
        parent = with_zone(bot)
        bot.world.dns.publish(name, "A", "203.0.113.10")
        bot.world.dns.publish(name, "MX", f"10 mx.{DOMAIN}")
        child = with_zone(bot, name, {name: {"MX": [f"10 mx.{DOMAIN}"]}})
        parent.sets[f"{name}.", "NS", ""] = child.sets[f"{name}.", "NS", ""]
        before = dict(child.sets)
        parent.protected.add((f"_dmarc.{DOMAIN}.", "TXT"))
        await bot.start(**settings(bot))
        plan = await plan_of(bot, await reported(bot, name))
        assert text_of(plan).count("In the zone") == 2
        await confirmed(bot, plan)
        partly = await says(bot, "Some records were changed, others were not")
        assert "is protected" in text_of(partly)
        assert child.sets[f"{name}.", "TXT", ""].values
        assert parent.batches == []
        await confirmed(bot, await opened(bot, lambda: bot.slack.press(partly, "change_undo"), fields=False))
        await says(bot, "The records are as they were before")
        assert changed(before, child.sets) == set()
