"""The accounts file, good and bad: what is wrong is one line that names file, line or key, and the reason."""

import pytest

from aws import Account, BadAccounts
from aws.accounts import parse_accounts
from settings import parse_channel
from tests.support.cases import cases

REGIONS = ("us-east-1", "us-east-2", "eu-west-1", "ap-southeast-2")
ROLE = "arn:aws:iam::123456789012:role/mail/ses-bot"
GOOD = '[[account]]\nname = "main"\nregions = ["us-east-1"]\n'


def parse(text: str) -> tuple[Account, ...]:
    return parse_accounts(text, "accounts.toml", REGIONS, parse_channel)


def test_a_good_file() -> None:
    text = f"""
    # ours
    [[account]]
    name = "main"
    regions = ["us-east-1", "eu-west-1"]

    [[account]]
    name = "shop-eu"
    role_arn = "{ROLE}"
    external_id = "secret-handshake"
    regions = ["eu-west-1"]
    channel = "shop-mail"

    [[account]]
    name = "zones"
    dns_role_arn = "{ROLE}"
    external_id = "secret-handshake"
    regions = ["eu-west-1"]
    """
    main, shop, zones = parse(text)
    assert main == Account("main", ("us-east-1", "eu-west-1"))
    assert main.id is None
    assert shop == Account("shop-eu", ("eu-west-1",), ROLE, "secret-handshake", "#shop-mail")
    assert shop.id == "123456789012"
    assert zones.role_arn is None, "SES is entered with the ambient credentials"
    assert (zones.for_dns().role_arn, zones.for_dns().external_id) == (ROLE, "secret-handshake")
    assert shop.for_dns() == shop


@cases(GOOD=GOOD)
def test_a_bad_file_is_reported_in_one_line(text: str, says: str) -> None:
    with pytest.raises(BadAccounts) as caught:
        parse(text)
    line = str(caught.value)
    assert line.startswith("accounts.toml: ")
    assert says in line
    assert "\n" not in line
