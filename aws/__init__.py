"""What AWS says about SES accounts, regions and identities. The only room with boto3.

`Sessions` reads, `parse_accounts` reads the accounts file, `ambient` finds the account of the bot's surroundings, and
`expectations_of` turns an identity into what `checks` needs.
"""

from aws.accounts import Account, BadAccounts, parse_accounts, read_accounts
from aws.ambient import Ambient, BadAwsSettings, ambient, check_settings
from aws.clients import known_regions
from aws.reading import access_of, expectations_of, identity_of, snapshot_of
from aws.sessions import Sessions

__all__ = [
    "Account",
    "Ambient",
    "BadAccounts",
    "BadAwsSettings",
    "Sessions",
    "access_of",
    "ambient",
    "check_settings",
    "expectations_of",
    "identity_of",
    "known_regions",
    "parse_accounts",
    "read_accounts",
    "snapshot_of",
]
