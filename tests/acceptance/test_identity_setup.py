"""What SES lacks of a domain is set up from a report: one plan with ticks, in an order that breaks no mail.

SES and Route 53 are our own on loopback (`fakes.ses.setup`, `fakes.ses.zones`); the world's DNS serves the zone.
"""

from collections.abc import Sequence

from fakes.ses import AwsFault, domain_identity
from fakes.slack import SlackMessage, View
from tests.support.hosted import changed
from tests.support.publishing import settings, with_zone
from tests.support.slack_app import text_of
from tests.support.submitting import TOKENS, opened, says
from tests.support.watching import ACCOUNT, HERE, LiveBot, live_bot

DOMAIN = "broken.example"
SET = "ses-bot-broken-example"
BUS = f"arn:aws:events:{HERE}:{ACCOUNT}:event-bus/default"
KINDS = ["BOUNCE", "COMPLAINT", "DELIVERY", "REJECT"]
EVERY = ("identity", "mail_from", "suppression", "events")


async def planned(bot: LiveBot) -> View:
    """Check the domain, and press "Set up in SES"."""
    await bot.slack.command("/ses-check", DOMAIN)
    report = await bot.slack.wait_until(lambda: _report(bot), 60, "a report with “Set up in SES”")
    return await opened(bot, lambda: bot.slack.press(report, "identity_set_up"))


def _report(bot: LiveBot) -> SlackMessage | None:
    return next((one for one in bot.slack.workspace.messages if "identity_set_up" in str(one.blocks)), None)


async def confirmed(bot: LiveBot, plan: View, parts: Sequence[str] = EVERY) -> None:
    assert (await bot.slack.submit(plan, {"parts": tuple(parts)})).errors == {}


def calls(bot: LiveBot) -> list[str]:
    """What was changed in SES, in the order of the first call."""
    return [name for (name, _, _), _ in bot.aws.calls.items() if name.startswith(("Create", "Put", "Change"))]


async def test_a_domain_is_set_up_in_an_order_that_breaks_no_mail() -> None:
    async with live_bot(start=False) as bot:
        zone = with_zone(bot)
        before = dict(zone.sets)
        account = bot.aws.accounts[ACCOUNT]
        account.regions[HERE]["SuppressionAttributes"] = {"SuppressedReasons": []}
        await bot.start(**settings(bot))
        await bot.polled(2)
        plan = await planned(bot)
        text = text_of(plan)
        assert "a domain identity with Easy DKIM, keys of 2048 bits" in text
        assert f"bounce.{DOMAIN} MX 10 feedback-smtp.{HERE}.amazonses.com" in text
        assert BUS in text
        assert calls(bot) == [], "a plan changes nothing"
        await confirmed(bot, plan)
        await says(bot, "The domain is set up in SES")
        identity = account.identities[HERE][DOMAIN]
        assert identity["DkimAttributes"]["NextSigningKeyLength"] == "RSA_2048_BIT"
        assert identity["MailFromAttributes"]["MailFromDomain"] == f"bounce.{DOMAIN}"
        assert identity["MailFromAttributes"]["BehaviorOnMxFailure"] == "USE_DEFAULT_VALUE"
        assert identity["ConfigurationSetName"] == SET
        assert account.regions[HERE]["SuppressionAttributes"]["SuppressedReasons"] == ["BOUNCE", "COMPLAINT"]
        [destination] = account.configuration_sets[HERE][SET]
        assert (destination["MatchingEventTypes"], destination["EventBridgeDestination"]) == (
            KINDS,
            {"EventBusArn": BUS},
        )
        tokens = identity["DkimAttributes"]["Tokens"]
        new = {(f"{one}._domainkey.{DOMAIN}.", "CNAME", "") for one in tokens}
        new |= {(f"bounce.{DOMAIN}.", kind, "") for kind in ("MX", "TXT")}
        assert changed(before, zone.sets) == new, "no other record of the zone has changed"
        assert zone.sets[f"bounce.{DOMAIN}.", "TXT", ""].values == ('"v=spf1 include:amazonses.com ~all"',)
        order = calls(bot)
        assert order.index("ChangeResourceRecordSets") < order.index("PutEmailIdentityMailFromAttributes")
        assert order.index("CreateConfigurationSetEventDestination") < order.index(
            "PutEmailIdentityConfigurationSetAttributes"
        )
        assert bot.world.troubles() == []


async def test_what_is_there_is_kept_and_what_is_not_ticked_is_left_out() -> None:
    async with live_bot(start=False) as bot:
        account = bot.aws.accounts[ACCOUNT]
        identity = domain_identity(TOKENS, mail_from=f"ours.{DOMAIN}") | {"ConfigurationSetName": "ours"}
        account.identities[HERE] = {DOMAIN: identity}
        account.regions[HERE]["SuppressionAttributes"] = {"SuppressedReasons": []}
        own = {
            "Name": "own",
            "Enabled": True,
            "MatchingEventTypes": ["OPEN"],
            "SnsDestination": {"TopicArn": f"arn:aws:sns:{HERE}:{ACCOUNT}:own"},
        }
        account.configuration_sets[HERE] = {"ours": [own]}
        await bot.start(**settings(bot))
        await bot.polled(2)
        plan = await planned(bot)
        assert "other destinations stay" in text_of(plan)
        await confirmed(bot, plan, ["events"])
        await says(bot, "The domain is set up in SES")
        assert calls(bot) == ["CreateConfigurationSetEventDestination"]
        assert account.configuration_sets[HERE]["ours"][0] == own
        assert identity["ConfigurationSetName"] == "ours"
        assert account.regions[HERE]["SuppressionAttributes"] == {"SuppressedReasons": []}


async def test_without_its_zone_the_records_are_given_to_copy_and_mail_from_waits_for_them() -> None:
    async with live_bot(start=False) as bot:
        await bot.start(**settings(bot))
        await bot.polled(2)
        plan = await planned(bot)
        assert f"Publish bounce.{DOMAIN} MX 10 feedback-smtp.{HERE}.amazonses.com" in text_of(plan)
        await confirmed(bot, plan, ["identity"])
        await says(bot, "The domain is set up in SES")
        tokens = bot.aws.accounts[ACCOUNT].identities[HERE][DOMAIN]["DkimAttributes"]["Tokens"]
        for token in tokens:
            await says(bot, f"{token}._domainkey.{DOMAIN} CNAME {token}.dkim.amazonses.com")
        assert calls(bot) == ["CreateEmailIdentity"]


async def test_a_lost_answer_is_read_back_and_the_call_made_once() -> None:
    async with live_bot(start=False) as bot:
        with_zone(bot)
        for name in ("CreateEmailIdentity", "CreateConfigurationSet", "PutEmailIdentityMailFromAttributes"):
            bot.aws.operation_faults[ACCOUNT, name] = AwsFault.LOST_ANSWER
        await bot.start(**settings(bot))
        await bot.polled(2)
        await confirmed(bot, await planned(bot), ["identity", "mail_from", "events"])
        await says(bot, "The domain is set up in SES")
        assert bot.aws.calls["CreateEmailIdentity", ACCOUNT, HERE] == 1
        assert bot.aws.calls["CreateConfigurationSet", ACCOUNT, HERE] == 1
        assert bot.aws.calls["PutEmailIdentityMailFromAttributes", ACCOUNT, HERE] == 1


async def test_a_refusal_stops_what_follows_and_names_what_is_missing() -> None:
    async with live_bot(start=False) as bot:
        with_zone(bot)
        bot.aws.accounts[ACCOUNT].forbidden.add("CreateEmailIdentity")
        await bot.start(**settings(bot))
        await bot.polled(2)
        await confirmed(bot, await planned(bot), ["identity", "events"])
        await says(bot, "may not call CreateEmailIdentity")
        await says(bot, "The domain is set up in part")
        assert calls(bot) == ["CreateEmailIdentity"]


async def test_the_mail_from_whose_records_were_published_before_is_set() -> None:
    async with live_bot(start=False) as bot:
        with_zone(bot)
        host = f"mail.{DOMAIN}"
        bot.world.dns.publish(host, "MX", f"10 feedback-smtp.{HERE}.amazonses.com")
        bot.world.dns.publish(host, "TXT", "v=spf1 include:amazonses.com ~all")
        await bot.start(**settings(bot))
        await bot.polled(2)
        text = text_of(await planned(bot))
        assert f"{host}; if its MX is ever wrong" in text
        assert f"bounce.{DOMAIN}" not in text
