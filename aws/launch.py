"""Where the events of a configuration set go, and whether anything is there to take them.

An SNS topic takes events only to subscriptions that are confirmed, and an SQS queue behind one has to exist;
EventBridge, Firehose and CloudWatch count as there. Source: SES GetConfigurationSetEventDestinations, SNS
ListSubscriptionsByTopic, SQS GetQueueUrl.
"""

from collections.abc import Mapping
from typing import Any

from aws.sessions import Sessions
from model import AccountRegion, RegionOff, Unreadable
from model.staying import EventRoutes, EventSink

_PENDING = "PendingConfirmation"
_MOST_QUEUES = 5
_OTHERS = {
    "EventBridgeDestination": "EventBridge",
    "KinesisFirehoseDestination": "Firehose",
    "CloudWatchDestination": "CloudWatch metrics",
    "PinpointDestination": "Pinpoint",
}


async def read_routes(
    sessions: Sessions, place: AccountRegion, configuration_set: str
) -> EventRoutes | Unreadable | RegionOff:
    """The enabled destinations, each with whether something is there. For people who wait."""

    def read(client: Any) -> list[Mapping[str, Any]] | None:
        try:
            answer = client.get_configuration_set_event_destinations(ConfigurationSetName=configuration_set)
        except client.exceptions.NotFoundException:
            return None
        return [one for one in answer.get("EventDestinations") or () if one.get("Enabled") is True]

    found = await sessions.call(place, read, asking=True)
    if found is None:
        return EventRoutes(configuration_set, exists=False)
    if not isinstance(found, list):
        return found
    return EventRoutes(configuration_set, tuple([await _sink(sessions, place, one) for one in found]))


async def _sink(sessions: Sessions, place: AccountRegion, destination: Mapping[str, Any]) -> EventSink:
    kinds = tuple(str(kind) for kind in destination.get("MatchingEventTypes") or ())
    topic = str((destination.get("SnsDestination") or {}).get("TopicArn") or "")
    if topic:
        alive, words = await _topic(sessions, place, topic)
        return EventSink(f"SNS topic {topic.rpartition(':')[2]}", kinds, alive, words)
    other = next((label for name, label in _OTHERS.items() if destination.get(name)), "another destination")
    return EventSink(other, kinds, True, f"{other} takes them")


async def _topic(sessions: Sessions, place: AccountRegion, topic: str) -> tuple[bool | None, str]:
    """Whether a confirmed subscription of the topic has something at its end."""

    def read(client: Any) -> list[tuple[str, str, bool]] | None:
        try:
            answer = client.list_subscriptions_by_topic(TopicArn=topic)
        except client.exceptions.NotFoundException:
            return None
        return [
            (str(one.get("Protocol")), str(one.get("Endpoint")), one.get("SubscriptionArn") != _PENDING)
            for one in answer.get("Subscriptions") or ()
        ]

    found = await sessions.call(place, read, service="sns", asking=True)
    if found is None:
        return False, "the topic does not exist"
    if not isinstance(found, list):
        return None, f"its subscriptions could not be read: {found.why}"
    confirmed = [(protocol, endpoint) for protocol, endpoint, done in found if done]
    if not confirmed:
        return False, "its subscription was never confirmed" if found else "no one subscribes to it"
    others = [protocol for protocol, _ in confirmed if protocol != "sqs"]
    if others:
        return True, f"a confirmed subscription ({others[0]}) takes them"
    queues = [await _queue(sessions, place, endpoint) for _, endpoint in confirmed[:_MOST_QUEUES]]
    if True in queues:
        return True, "a confirmed subscription takes them to a queue that exists"
    return (None, "its queue could not be read") if None in queues else (False, "its queue does not exist")


async def _queue(sessions: Sessions, place: AccountRegion, arn: str) -> bool | None:
    """Whether the queue of an ARN exists; None where AWS does not say. One in another region is not looked for."""
    parts = arn.split(":")
    if len(parts) != 6 or parts[3] != place.region:
        return None

    def read(client: Any) -> bool:
        try:
            client.get_queue_url(QueueName=parts[5], QueueOwnerAWSAccountId=parts[4])
        except client.exceptions.QueueDoesNotExist:
            return False
        return True

    found = await sessions.call(place, read, service="sqs", asking=True)
    return found if isinstance(found, bool) else None
