"""Amazon SES, STS, AWS Support and Route 53 of our own on 127.0.0.1, as strict as the real ones where a client can err.

The protocols as boto3 speaks them, every request signed by Signature Version 4: `server.LoopbackSes` is the front.
Source: SES API v2 (GetAccount, GetEmailIdentity, ListEmailIdentities, GetConfigurationSetEventDestinations), STS
(AssumeRole, GetCallerIdentity), Route 53 (ChangeResourceRecordSets), AWS Signature Version 4.
"""

from fakes.ses.server import LoopbackSes
from fakes.ses.state import AwsFault, AwsRefusal, LoopbackAccount, domain_identity, event_destination, sandbox
from fakes.ses.zones import Zone, ZoneSet

__all__ = [
    "AwsFault",
    "AwsRefusal",
    "LoopbackAccount",
    "LoopbackSes",
    "Zone",
    "ZoneSet",
    "domain_identity",
    "event_destination",
    "sandbox",
]
