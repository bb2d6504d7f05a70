"""What AWS says of acme.com, in few words, for the judges."""

from typing import Any

from model import Access, AccountRegion, Events, Identity, IdentityReading, RegionState, SesRegionView, Snapshot

MAIN = AccountRegion("main", "us-east-1")
MAIN_EU = AccountRegion("main", "eu-west-1")
SHOP = AccountRegion("shop", "us-east-1")
EVENTS = Events(("BOUNCE", "COMPLAINT"))


def identity(status: str = "SUCCESS", **more: Any) -> Identity:
    """acme.com as a domain identity that has everything."""
    reported: dict[str, Any] = {
        "kind": "DOMAIN",
        "verified": status == "SUCCESS",
        "verification_status": status,
        "dkim_status": status,
        "signing_origin": "AWS_SES",
        "feedback_forwarding": True,
        "configuration_set": "main-set",
    }
    return Identity("acme.com", **reported | more)


def snapshot(access: Access = Access.SANDBOX, **more: Any) -> Snapshot:
    """An account that nothing is wrong with."""
    reported: dict[str, Any] = {
        "enforcement": "HEALTHY",
        "sending_enabled": True,
        "quota": 200.0,
        "rate": 1.0,
        "sent": 3.0,
        "suppression": ("BOUNCE", "COMPLAINT"),
    }
    return Snapshot(access, **reported | more)


def at(
    reading: IdentityReading | None,
    place: AccountRegion = MAIN,
    *,
    known: RegionState | None = None,
    events: Events | None = EVENTS,
    addresses: tuple[str, ...] | None = (),
) -> SesRegionView:
    """One place, with an account that nothing is wrong with unless `known` says so."""
    return SesRegionView(place, known or RegionState(snapshot()), "111122223333", reading, addresses, events)
