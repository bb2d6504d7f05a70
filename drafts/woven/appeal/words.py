"""The fixed sentences of an appeal: what they are, whatever the language."""

from collections.abc import Mapping
from dataclasses import dataclass

from drafts.woven.appeal.signs import Topic
from model import Concern


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of the four points. The first depends on what AWS wrote, the second on whether it asked about lists,
    the third on what mail is shown."""

    concern: str
    questions: str
    decision: str
    opt_in: str
    opt_in_and_lists: str
    confirmation: str
    verification: str
    example: str
    links: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language's frames; `{}` takes a value. `asked` and `wanted` are what AWS asked, as parts of the sentence
    `you_asked`; `labels` stand before the person's own answer to a question."""

    hello: str
    thanks: str
    thanks_in: str
    closing: str
    second_closing: str
    heads: Heads
    you_wrote: str
    declined: str
    you_asked: str
    more_asked: str
    asked: Mapping[Topic, str]
    handling: str
    handled: Mapping[Topic, str]
    wanted: Mapping[Topic, str]
    labels: Mapping[Topic, str]
    unconfirmed: str
    both_events: str
    concerns: Mapping[Concern, str]
    negative_impact: str
    undetailed: str
    no_reason: str
    deliverability: str
    facts_follow: str
    point_two: str
    second: str
    still: str
    new_since: str
    slower: str
    slower_half: str
    slower_quota: str
    changed: str
    privacy: str
    unsubscribe_at: str
    both_at: str
    website: str
    domain: str
    also_sent: str
    said_before: Mapping[str, str]
