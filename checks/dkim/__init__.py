"""Can mail that SES sends for the domain be verified? DKIM (RFC 6376, 8301, 8463) and SES's way of publishing keys.

`look_up` asks DNS, `judge` says what it means and what to publish, `has_ses_key` answers other checks in one word.
"""

from checks.dkim.judge import judge
from checks.dkim.look_up import DkimFacts, look_up
from checks.dkim.states import find_covering_identity, has_ses_key, parents_with_keys

__all__ = ["DkimFacts", "find_covering_identity", "has_ses_key", "judge", "look_up", "parents_with_keys"]
