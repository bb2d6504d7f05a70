"""Can the domain receive mail? Replies, bounces and DMARC reports need somewhere to go (RFC 5321 section 5.1).

`look_up` asks DNS, `judge` says what it means and what to do, `receives` answers other checks in one word.
"""

from checks.mx.judge import judge, receives
from checks.mx.look_up import Exchange, MxFacts, MxHost, hosts_named, look_up, parse

__all__ = ["Exchange", "MxFacts", "MxHost", "hosts_named", "judge", "look_up", "parse", "receives"]
