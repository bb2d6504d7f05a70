"""The accounts file, good and bad: what is wrong is one line that names file, line or key, and the reason."""

import pytest

from aws import Account, BadAccounts
from aws.accounts import parse_accounts
from settings import channel_of

REGIONS = ("us-east-1", "us-east-2", "eu-west-1", "ap-southeast-2")
ROLE = "arn:aws:iam::123456789012:role/mail/ses-bot"
GOOD = '[[account]]\nname = "main"\nregions = ["us-east-1"]\n'


def parse(text: str) -> tuple[Account, ...]:
    return parse_accounts(text, "accounts.toml", REGIONS, channel_of)


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
    """
    main, shop = parse(text)
    assert main == Account("main", ("us-east-1", "eu-west-1"))
    assert main.id is None
    assert shop == Account("shop-eu", ("eu-west-1",), ROLE, "secret-handshake", "#shop-mail")
    assert shop.id == "123456789012"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no [[account]] in it"),
        ("[[account]\n", "not valid TOML: "),
        ('[[account]]\nname = "main\n', "line 2"),
        ("a = " + "[" * 5_000, "not valid TOML"),
        ('[account]\nname = "main"\n', "no [[account]] in it"),
        ('accounts = []\n[[account]]\nname = "main"\n', "unknown key “accounts”"),
        (
            GOOD + 'color = "red"\n',
            "account 1: unknown key “color”; known are channel, dns_role_arn, external_id, name, regions",
        ),
        ('[[account]]\nregions = ["us-east-1"]\n', "account 1: name: "),
        (GOOD.replace('"main"', '"two words"'), "account 1: name: one word"),
        (GOOD.replace('"main"', '"<!channel>"'), "account 1: name: "),
        (GOOD.replace('"main"', "7"), "account 1: name: a text in quotes is needed"),
        (GOOD + GOOD.replace("main", "Main"), "name: account 1 and account 2 are both named “Main”"),
        ('[[account]]\nname = "main"\n', "account 1 (“main”): regions: a list is needed"),
        ('[[account]]\nname = "main"\nregions = []\n', "regions: a list is needed"),
        ('[[account]]\nname = "main"\nregions = "us-east-1"\n', "regions: a list is needed"),
        (GOOD.replace("us-east-1", "us-east-9"), "regions: SES has no region “us-east-9”; there is us-east-"),
        (GOOD.replace("us-east-1", "moon"), "there is ap-southeast-2, eu-west-1, us-east-1, us-east-2"),
        (GOOD.replace('["us-east-1"]', '["us-east-1", "us-east-1"]'), "regions: “us-east-1” stands there twice"),
        (GOOD + 'role_arn = "ses-bot"\n', "role_arn: not the ARN of a role"),
        (GOOD + 'role_arn = "arn:aws:iam::123456789012:user/bob"\n', "role_arn: not the ARN of a role"),
        (GOOD + 'external_id = "x1"\n', "external_id: "),
        (GOOD + f'role_arn = "{ROLE}"\nexternal_id = "a b"\n', "external_id: "),
        (GOOD + 'channel = "Mail Ops"\n', "channel: “Mail Ops” is neither the id of a channel"),
    ],
)
def test_a_bad_file_is_told_in_one_line(text: str, says: str) -> None:
    with pytest.raises(BadAccounts) as caught:
        parse(text)
    line = str(caught.value)
    assert line.startswith("accounts.toml: ")
    assert says in line
    assert "\n" not in line
