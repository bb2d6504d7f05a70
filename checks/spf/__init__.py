"""SPF (RFC 7208): what a domain's record says, what is wrong with it and what to publish, and check_host() itself."""

from checks.spf.evaluate import check_host
from checks.spf.parse import is_spf, parse, select

__all__ = ["check_host", "is_spf", "parse", "select"]
