"""How old is the domain? Reviewers distrust new ones; its registry tells by RDAP (RFC 9082, RFC 9083).

`look_up` asks the registry, `judge` says what it means, `registered` gives the day of registration.
"""

from checks.domain_age.judge import judge
from checks.domain_age.look_up import AgeFacts, RdapOutcome, Registration, look_up, parse, registered

__all__ = ["AgeFacts", "RdapOutcome", "Registration", "judge", "look_up", "parse", "registered"]
