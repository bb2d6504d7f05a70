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
def amazon() -> DemoAws:
    return DemoAws(LoopbackSes(), DnsProvider(LoopbackDns(TABLE), TABLE))


def test_two_accounts_one_of_them_by_a_role(amazon: DemoAws, tmp_path: Path) -> None:
    amazon.write_accounts(tmp_path)
    environment = amazon.environment(tmp_path)
    acme, globex = tomllib.loads(Path(environment["SES_BOT_ACCOUNTS"]).read_text())["account"]
    assert acme == {"name": "acme", "regions": [place.region for place in ACME]}
    assert (globex["name"], globex["regions"]) == ("globex", [place.region for place in GLOBEX])
    held = amazon.ses.accounts[GLOBEX[0].account_id]
    assert held.roles == {globex["role_arn"]: globex["external_id"]}
    keys = amazon.ses.accounts[ACME[0].account_id].keys
    assert keys == {environment["AWS_ACCESS_KEY_ID"]: environment["AWS_SECRET_ACCESS_KEY"]}
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert not Path(environment[name]).exists()


def owed(amazon: DemoAws, *acts: str, place: DemoRegion = HERE) -> list[int]:
    """How many news items each act makes."""
    done: dict[str, Callable[[DemoRegion], Act]] = {
        "submit": amazon.submit,
        "approve": amazon.approve,
        "deny": amazon.deny,
        "lose": amazon.lose,
        "probation": amazon.probation,
        "throttle": amazon.throttle,
        "lift": amazon.lift,
        "calm": amazon.calm,
    }
    return [done[act](place).news for act in acts]


@cases()
def test_each_act_is_reported_once(acts: list[str], news: list[int], amazon: DemoAws) -> None:
    """What happens while the account cannot be read is reported afterwards, as far as it still holds."""
    assert owed(amazon, *acts) == news


@cases()
def test_what_cannot_be(before: list[str], act: str, why: str, amazon: DemoAws) -> None:
    owed(amazon, *before)
    with pytest.raises(NotPossible, match=why):
        owed(amazon, act)


def test_each_place_is_for_itself(amazon: DemoAws) -> None:
    owed(amazon, "submit", "throttle")
    assert owed(amazon, "approve", place=THERE) == [2]
    assert amazon.ses.faults == {HERE.key: AwsFault.THROTTLED}
    flags = [amazon.ses.accounts[p.account_id].regions[p.region]["ProductionAccessEnabled"] for p in DEMO_REGIONS]
    assert flags == [False, True, False, False]


def test_the_words_say_who_and_whether_anybody_asked(amazon: DemoAws) -> None:
    assert amazon.approve(THERE).words == (
        "AWS grants production access to acme in eu-west-1, though no one had asked."
    )
    amazon.submit(HERE)
    assert amazon.deny(HERE).words == "AWS does not grant production access to acme in us-east-1."
    amazon.throttle(HERE)
    assert amazon.approve(HERE).words.endswith("The bot cannot see it until you say !lift.")


def test_an_identity_is_verified_when_its_records_stand(amazon: DemoAws) -> None:
    """AWS looks in the same DNS as everybody, for the three names themselves."""
    domain = "doubled.example"
    assert amazon.waits_for(domain)
    looked = amazon.verify(HERE, domain)
    assert looked.news == 0
    assert f"does not find {TOKENS[0]}._domainkey.{domain} and 2 more" in looked.words
    for token in TOKENS[:2]:
        amazon._provider.publish(f"{token}._domainkey.{domain}", "CNAME", f"{token}.dkim.amazonses.com")
    assert f"does not find {TOKENS[2]}._domainkey.{domain}." in amazon.verify(HERE, domain).words
    amazon._provider.publish(f"{TOKENS[2]}._domainkey.{domain}", "CNAME", f"{TOKENS[2]}.dkim.amazonses.com")
    assert amazon.verify(HERE, domain) == Act(
        "AWS finds the records of doubled.example and verifies it, at acme in us-east-1.", 1
    )
    assert not amazon.waits_for(domain)
    with pytest.raises(NotPossible, match="verified already"):
        amazon.verify(HERE, domain)
    assert not amazon.waits_for("broken.example")
