"""What AWS says about SES accounts, regions and identities. The only room with boto3.

`Sessions` reads, `parse_accounts` reads the accounts file, `expectations_of` turns an identity into what `checks`
needs.
"""

from ses.accounts import Account, BadAccounts, parse_accounts
from ses.reading import access_of, expectations_of, identity_of, snapshot_of
from ses.sessions import Sessions

__all__ = [
    "Account",
    "BadAccounts",
    "Sessions",
    "access_of",
    "expectations_of",
    "identity_of",
    "parse_accounts",
    "snapshot_of",
]
