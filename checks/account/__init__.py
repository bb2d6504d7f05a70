"""May the account send, has it asked, and what would a reviewer find? From the last polls, never from a new question.

`judge` says so from what AWS says (`model.SesView`). Source: SES API v2, GetAccount.
"""

from checks.account.judge import judge

__all__ = ["judge"]
