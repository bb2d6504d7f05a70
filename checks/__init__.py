"""Is this domain ready for a reviewer at AWS? A domain goes in, a report comes out. See `checks.dns_checks`."""

from checks.dns_checks import CHECKS, check_dns, is_kept

check_domain = check_dns
"""The name by which other rooms call it."""

__all__ = ["CHECKS", "check_dns", "check_domain", "is_kept"]
