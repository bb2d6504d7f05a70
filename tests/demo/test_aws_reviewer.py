"""What can happen at AWS in the demo, what it says of it, and how many news items the bot then owes."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.aws_reviewer import ACME, DEMO_REGIONS, GLOBEX, Act, DemoAws, DemoRegion, NotPossible
from demo.dns_provider import DnsProvider
from demo.zones import TABLE, TOKENS
from fakes.dns import LoopbackDns
from fakes.ses import AwsFault, LoopbackSes
from tests.support.cases import cases

HERE, THERE = DEMO_REGIONS[:2]


@pytest.fixture
def aws() -> DemoAws:
    return DemoAws(LoopbackSes(), DnsProvider(LoopbackDns(TABLE), TABLE))


def test_two_accounts_one_of_them_by_a_role(aws: DemoAws, tmp_path: Path) -> None:
    aws.write_accounts(tmp_path)
    environment = aws.environment(tmp_path)
    acme, globex = tomllib.loads(Path(environment["SES_BOT_ACCOUNTS"]).read_text())["account"]
    assert acme == {"name": "acme", "regions": [place.region for place in ACME]}
    assert (globex["name"], globex["regions"]) == ("globex", [place.region for place in GLOBEX])
    held = aws.ses.accounts[GLOBEX[0].account_id]
    assert held.roles == {globex["role_arn"]: globex["external_id"]}
    keys = aws.ses.accounts[ACME[0].account_id].keys
    assert keys == {environment["AWS_ACCESS_KEY_ID"]: environment["AWS_SECRET_ACCESS_KEY"]}
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert not Path(environment[name]).exists()


def owed(aws: DemoAws, *acts: str, place: DemoRegion = HERE) -> list[int]:
    """How many news items each act makes."""
    done: dict[str, Callable[[DemoRegion], Act]] = {
        "submit": aws.submit,
        "approve": aws.approve,
        "deny": aws.deny,
        "lose": aws.lose,
        "probation": aws.probation,
        "throttle": aws.throttle,
        "lift": aws.lift,
        "calm": aws.calm,
    }
    return [done[act](place).news for act in acts]


@cases()
def test_each_act_is_reported_once(acts: list[str], news: list[int], aws: DemoAws) -> None:
    """What happens while the account cannot be read is reported afterwards, as far as it still holds."""
    assert owed(aws, *acts) == news


@cases()
def test_what_cannot_be(before: list[str], act: str, why: str, aws: DemoAws) -> None:
    owed(aws, *before)
    with pytest.raises(NotPossible, match=why):
        owed(aws, act)


def test_each_place_is_for_itself(aws: DemoAws) -> None:
    owed(aws, "submit", "throttle")
    assert owed(aws, "approve", place=THERE) == [2]
    assert aws.ses.faults == {HERE.key: AwsFault.THROTTLED}
    flags = [aws.ses.accounts[p.account_id].regions[p.region]["ProductionAccessEnabled"] for p in DEMO_REGIONS]
    assert flags == [False, True, False, False]


def test_the_words_say_who_and_whether_anybody_asked(aws: DemoAws) -> None:
    assert aws.approve(THERE).words == ("AWS grants production access to acme in eu-west-1, though no one had asked.")
    aws.submit(HERE)
    assert aws.deny(HERE).words == "AWS does not grant production access to acme in us-east-1."
    aws.throttle(HERE)
    assert aws.approve(HERE).words.endswith("The bot cannot see it until you say !lift.")


def test_an_identity_is_verified_when_its_records_stand(aws: DemoAws) -> None:
    """AWS looks in the same DNS as everybody, for the three names themselves."""
    domain = "doubled.example"
    assert aws.waits_for(domain)
    looked = aws.verify(HERE, domain)
    assert looked.news == 0
    assert f"does not find {TOKENS[0]}._domainkey.{domain} and 2 more" in looked.words
    for token in TOKENS[:2]:
        aws._provider.publish(f"{token}._domainkey.{domain}", "CNAME", f"{token}.dkim.amazonses.com")
    assert f"does not find {TOKENS[2]}._domainkey.{domain}." in aws.verify(HERE, domain).words
    aws._provider.publish(f"{TOKENS[2]}._domainkey.{domain}", "CNAME", f"{TOKENS[2]}.dkim.amazonses.com")
    assert aws.verify(HERE, domain) == Act(
        "AWS finds the records of doubled.example and verifies it, at acme in us-east-1.", 1
    )
    assert not aws.waits_for(domain)
    with pytest.raises(NotPossible, match="verified already"):
        aws.verify(HERE, domain)
    assert not aws.waits_for("broken.example")
