"""What AWS says about SES accounts, regions and identities. The only room with boto3.

`Sessions` reads, `find_accounts` finds the accounts to watch, and `expectations_of` turns an identity into what
`checks` needs.
"""

from aws.accounts import Account, BadAccounts, BadAwsSettings, FoundAccounts, find_accounts
from aws.reading import access_of, expectations_of, identity_of, snapshot_of
from aws.sessions import Sessions
