"""Which DMARC policy applies to mail From a domain, and does what Amazon SES sends pass it? RFC 9989 and RFC 9990.

`look_up` asks DNS (two round trips), `judge` says what it means and what to publish. `parse` reads one record,
`walk_tree` and `organization_of` find the organizational domain of any host.
"""

from checks.dmarc.edit import autocorrect
from checks.dmarc.judge import judge
from checks.dmarc.parse import DmarcRecord, Policy, parse
from checks.dmarc.tree import (
    DmarcFacts,
    PolicySource,
    discover_policy,
    effective_policy,
    find_organization,
    look_up,
    organization_of,
    walk_tree,
)

__all__ = [
    "DmarcFacts",
    "Policy",
    "discover_policy",
    "effective_policy",
    "find_organization",
    "judge",
    "look_up",
    "organization_in",
    "organization_of",
    "parse",
    "registered_domain",
    "report_addresses",
    "walk_tree",
]


def report_addresses(facts: DmarcFacts) -> frozenset[str]:
    """Returns the mailboxes to which the records of the walk ask for reports, or were surely meant to."""
    texts = [str(text) for step in facts.walk.steps if step.labels > 1 for text in step.texts]
    records = (parse(autocorrect(text) or text) for text in texts)
    uris = (uri for record in records if isinstance(record, DmarcRecord) for uri in record.rua)
    return frozenset(uri.address.lower() for uri in uris if uri.address)


def registered_domain(facts: DmarcFacts) -> str:
    """Returns the highest domain that the domain's people can publish at, as far as DNS shows: below a public suffix
    that says so (psd=y), else the last two labels."""
    discovery = discover_policy(facts.walk)
    if discovery.step is not None and discovery.source is PolicySource.SUFFIX and discovery.organization:
        return discovery.organization
    return ".".join(facts.domain.split(".")[-2:])


def organization_in(facts: DmarcFacts) -> str | None:
    """Returns the organizational domain of the domain looked up (RFC 9989 section 4.10.2); None where it is unknown."""
    return find_organization(facts.walk)
