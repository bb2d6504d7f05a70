"""Is the domain an identity of SES, verified, in the region where production access will be asked for?

`judge` says so from what AWS says (`model.SesView`). Source: SES API v2, GetEmailIdentity.
"""

from checks.identity.judge import judge

__all__ = ["judge"]
