"""Does what Amazon SES sends for a domain pass DMARC? Identifier alignment, RFC 9989 sections 4.4 and 4.10.2.

One aligned identifier is enough: the d= of a DKIM signature that verifies, or the MAIL FROM domain where SPF passes.
"""

from checks.dmarc.case import Case
from checks.dmarc.parse import Alignment
from checks.told import Told


def aligned(case: Case, domain: str, mode: Alignment) -> Told:
    """Does an identifier align with the domain: the same name (strict), or the same organization (relaxed)?"""
    if domain == case.domain:
        return Told.YES
    if mode is Alignment.STRICT:
        return Told.NO
    ours, theirs = case.organization_of(case.domain), case.organization_of(domain)
    if ours is not None and domain != ours and not domain.endswith(f".{ours}"):
        return Told.NO
    if ours is None or theirs is None:
        return Told.UNKNOWN
    return Told.YES if ours == theirs else Told.NO


def dkim_aligns(case: Case) -> Told:
    """Does SES sign the domain's mail with a d= that aligns?"""
    mode = case.record.adkim if case.record else Alignment.RELAXED
    return _both(case.ses.dkim, aligned(case, case.identity, mode))


def mail_from_aligns(case: Case) -> Told:
    """Does SES's envelope sender pass SPF for a domain that aligns?"""
    name = mail_from(case)
    mode = case.record.aspf if case.record else Alignment.RELAXED
    return _both(case.ses.mail_from, aligned(case, name, mode)) if name else case.ses.mail_from


def mail_from(case: Case) -> str | None:
    """The custom MAIL FROM domain, None where none is known."""
    return case.ses.mail_from_domain.lower().rstrip(".") if case.ses.mail_from_domain else None


def blocks(case: Case) -> bool:
    """Do receivers quarantine or reject what SES sends for the domain? True only where that is certain."""
    return case.enforced and dkim_aligns(case) is Told.NO and mail_from_aligns(case) is Told.NO


def may_block(case: Case) -> bool:
    """True where that depends on a parent of the domain, which may have the key that SES signs with."""
    unsigned = case.ses.dkim is Told.UNKNOWN and bool(case.ses.parents)
    return case.enforced and unsigned and mail_from_aligns(case) is Told.NO


def _both(there: Told, aligns: Told) -> Told:
    if Told.NO in (there, aligns):
        return Told.NO
    return Told.YES if there is aligns is Told.YES else Told.UNKNOWN
