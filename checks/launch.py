"""Judges the day of the approval: events that arrive, suppression, records, mail type, quota. Pure.

The day teams get hurt is the first: a configuration set without events, a subscription that was never confirmed, a
suppression list that lacks one reason. What is unknown is said to be unknown, never missing.
"""

from collections.abc import Iterator

from model import Identity, Outcome, Snapshot
from model.request import MailType
from model.staying import EventRoutes, LaunchFacts, LaunchItem

_NEEDED_EVENTS = ("BOUNCE", "COMPLAINT", "DELIVERY", "REJECT")
_SUPPRESSION_REASONS = ("BOUNCE", "COMPLAINT")
_ADD_EVENTS_STEP = (
    "In the SES console, open the configuration set, Event destinations, and add SNS or EventBridge for bounce, "
    "complaint, delivery and reject."
)


def judge(facts: LaunchFacts) -> tuple[LaunchItem, ...]:
    """Judges the launch, the most harmful first."""
    return (
        _judge_events(facts),
        _judge_suppression(facts.snapshot),
        *_judge_identity(facts.identity),
        _judge_dmarc(facts),
        _judge_mail_type(facts),
        _judge_quota(facts),
    )


def _judge_events(facts: LaunchFacts) -> LaunchItem:
    identity, routes = facts.identity, facts.routes
    if identity is None:
        return LaunchItem(Outcome.UNKNOWN, "Events: unknown. No verified domain was read here.")
    if identity.configuration_set is None:
        words = f"{identity.name} has no default configuration set, so no bounce or complaint is reported."
        fix = "In the SES console, open the identity, Configuration set, and choose one with events."
        return LaunchItem(Outcome.FAIL, words, fix=fix)
    if not isinstance(routes, EventRoutes):
        why = routes.why if routes else "they were not read"
        return LaunchItem(Outcome.UNKNOWN, f"Events of {identity.configuration_set}: unknown, {why}.")
    if not routes.exists:
        words = f"The configuration set {routes.configuration_set} does not exist any more: SES refuses its mail."
        return LaunchItem(Outcome.FAIL, words, fix="Choose another one at the identity.")
    return _judge_routes(routes)


def _judge_routes(routes: EventRoutes) -> LaunchItem:
    evidence = "; ".join(f"{sink.name} ({', '.join(sink.kinds).lower()}): {sink.words}" for sink in routes.sinks)
    alive = {kind for sink in routes.sinks if sink.alive for kind in sink.kinds}
    possible = {kind for sink in routes.sinks if sink.alive is not False for kind in sink.kinds}
    dead = [kind for kind in _NEEDED_EVENTS if kind not in possible]
    if dead:
        words = f"{routes.configuration_set} sends no {_join_kinds(dead)} events to a working destination."
        return LaunchItem(Outcome.FAIL, words, evidence, _ADD_EVENTS_STEP)
    uncertain = [kind for kind in _NEEDED_EVENTS if kind not in alive]
    if uncertain:
        return LaunchItem(Outcome.UNKNOWN, f"Whether {_join_kinds(uncertain)} events arrive is unknown.", evidence)
    words = f"{routes.configuration_set} reports bounce, complaint, delivery and reject."
    return LaunchItem(Outcome.PASS, words, evidence)


def _join_kinds(kinds: list[str]) -> str:
    return ", ".join(kind.lower() for kind in kinds)


def _judge_suppression(snapshot: Snapshot | None) -> LaunchItem:
    if snapshot is None or snapshot.suppression is None:
        return LaunchItem(Outcome.UNKNOWN, "Suppression list: unknown.")
    missing = [reason for reason in _SUPPRESSION_REASONS if reason not in snapshot.suppression]
    if not missing:
        return LaunchItem(Outcome.PASS, "The account’s suppression list takes bounces and complaints.")
    fix = "In the SES console, Suppression list, Account-level settings: switch on both."
    return LaunchItem(Outcome.FAIL, f"The account’s suppression list does not take: {_join_kinds(missing)}.", fix=fix)


def _judge_identity(identity: Identity | None) -> Iterator[LaunchItem]:
    if identity is None:
        yield LaunchItem(Outcome.UNKNOWN, "DKIM and MAIL FROM: unknown. No verified domain was read here.")
        return
    fix = f"/ses-check {identity.name} gives the records."
    if identity.dkim_status == "SUCCESS":
        yield LaunchItem(Outcome.PASS, f"DKIM of {identity.name} is verified.")
    elif identity.dkim_status is None:
        yield LaunchItem(Outcome.UNKNOWN, f"DKIM of {identity.name}: unknown.")
    else:
        words = f"DKIM of {identity.name} is not verified."
        yield LaunchItem(Outcome.FAIL, words, f"SES says {identity.dkim_status}", fix)
    if identity.mail_from_status == "SUCCESS":
        yield LaunchItem(Outcome.PASS, f"MAIL FROM is verified: {identity.mail_from}.")
    elif identity.kind is None:
        yield LaunchItem(Outcome.UNKNOWN, f"MAIL FROM of {identity.name}: unknown.")
    else:
        evidence = f"SES says {identity.mail_from_status}" if identity.mail_from_status else "none is set"
        words = f"{identity.name} has no verified MAIL FROM domain, so SPF does not align."
        yield LaunchItem(Outcome.WARN, words, evidence, fix)


def _judge_dmarc(facts: LaunchFacts) -> LaunchItem:
    if not facts.dmarc:
        return LaunchItem(Outcome.UNKNOWN, "DMARC: unknown. It could not be looked up now.")
    worst = max(facts.dmarc, key=lambda finding: finding.outcome.severity)
    if worst.outcome is Outcome.PASS:
        return LaunchItem(Outcome.PASS, "DMARC has an address for reports.", " ".join(worst.evidence))
    name = facts.identity.name if facts.identity else "the domain"
    return LaunchItem(worst.outcome, worst.summary, " ".join(worst.evidence), f"/ses-check {name} gives the record.")


def _judge_mail_type(facts: LaunchFacts) -> LaunchItem:
    """Compares AWS's record with the request: marketing covers both, transactional does not."""
    recorded = facts.snapshot.mail_type if facts.snapshot else None
    kinds = {kind.mail_type for kind in facts.request.kinds if kind.mail_type} if facts.request else set()
    if recorded is None or not kinds:
        why = "AWS does not say it" if recorded is None else "ses-bot knows of no finished request"
        return LaunchItem(Outcome.UNKNOWN, f"Mail type on record against what you send: unknown, {why}.")
    if MailType.MARKETING in kinds and recorded != MailType.MARKETING.value:
        words = f"AWS has {recorded} on record; the request also names marketing mail."
        fix = "Change it in the SES console, Account dashboard, before the first campaign."
        return LaunchItem(Outcome.WARN, words, fix=fix)
    return LaunchItem(Outcome.PASS, f"The mail type on record ({recorded}) covers what the request names.")


def _judge_quota(facts: LaunchFacts) -> LaunchItem:
    quota, busiest = facts.snapshot.quota if facts.snapshot else None, facts.request.busiest if facts.request else None
    if quota is None or busiest is None:
        why = "ses-bot knows of no finished request" if quota is not None else "AWS does not say the quota"
        return LaunchItem(Outcome.UNKNOWN, f"Quota against the busiest day: unknown, {why}.")
    if quota < 0 or busiest <= 0.8 * quota:
        limit = "no limit" if quota < 0 else f"{quota:,.0f}"
        return LaunchItem(Outcome.PASS, f"The busiest day ({busiest:,}) fits the quota ({limit}).")
    is_over = busiest > quota
    words = f"The busiest day ({busiest:,}) is {'over' if is_over else 'close to'} the quota ({quota:,.0f})."
    return LaunchItem(Outcome.FAIL if is_over else Outcome.WARN, words, fix="Ask for more: the button is below.")
