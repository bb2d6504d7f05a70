"""What is watched: account regions, what is known of them, and the news of it; and domains, until they are fixed.

`RegionState` is everything that the next poll is compared with; it is stored whole and replaced whole, together with
the news that the comparison made. `SesView` is what AWS says of one domain there: `aws` reads it, `checks` judge it and
see nothing else of an account. Of a report about a domain that is watched, its codes alone are kept.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from model.account import Access, AccountRegion, CaseAccess, Identity, IdentityReading, Snapshot
from model.drafting import Owner
from model.staying import FINAL_STATUSES, Pushed, QuotaRequest, QuotaStatus, Reputation, VolumeSample

Fact: TypeAlias = str | float | bool | None


NO_REPUTATION = Reputation()


class NewsKind(StrEnum):
    APPROVED = "approved"
    NOT_GRANTED = "not_granted"
    NEVER_RECEIVED = "never_received"
    IN_REVIEW = "in_review"
    NEW_CASE = "new_case"
    BACK_TO_SANDBOX = "back_to_sandbox"
    QUOTA_CHANGED = "quota_changed"
    ENFORCEMENT_CHANGED = "enforcement_changed"
    SENDING_PAUSED = "sending_paused"
    SENDING_RESUMED = "sending_resumed"
    IDENTITY_VERIFIED = "identity_verified"
    IDENTITY_FAILED = "identity_failed"
    MAIL_FROM_VERIFIED = "mail_from_verified"
    MAIL_FROM_FAILED = "mail_from_failed"
    OVERDUE = "overdue"
    ANSWER_DUE = "answer_due"
    """AWS waits for an answer, and no one has given it."""
    CASE_MESSAGE = "case_message"
    """AWS wrote on the support case."""
    RATE_HIGH = "rate_high"
    """A reputation rate crossed a line: an episode begins."""
    RATE_WORSE = "rate_worse"
    """It crossed the line at which AWS reviews."""
    RATE_UPDATED = "rate_updated"
    """The first message of the episode has new figures: changed in place, not posted."""
    RATE_CALM = "rate_calm"
    QUOTA_NEARLY = "quota_nearly"
    """The quota is nearly used."""
    QUOTA_REQUEST = "quota_request"
    """AWS has decided about an increase that was asked for."""
    LAUNCH = "launch"
    """What to look at on the day of the approval."""
    ADVICE = "advice"
    """AWS's own advisor found something."""
    UNREADABLE = "unreadable"
    READABLE = "readable"
    REGION_ENABLED = "region_enabled"


@dataclass(frozen=True, slots=True)
class News:
    """One item. `facts` are what its message needs, by name (`quota`, `rate`, `case_id`, `identity`, `was`, …); numbers
    in the units of `Snapshot`."""

    kind: NewsKind
    account_region: AccountRegion
    at: datetime
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """The channel has it; `ts` is the message's timestamp there, `channel` the channel's id where Slack gave it."""

    ts: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Not now: try again after so many seconds. `limited`: a rate limit, so that it was certainly not taken."""

    seconds: float
    why: str = ""
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """It cannot be delivered until a person fixes something; `why` says what."""

    why: str


Delivery: TypeAlias = Published | RetryLater | Blocked


class Turn(StrEnum):
    """Who has to act next on the case. GetAccount cannot say it: it answers DENIED while AWS waits for an answer, and
    also while AWS reads that answer."""

    OURS = "ours"
    AWS = "aws"


@dataclass(frozen=True, slots=True)
class RegionState:
    """What is known of an account region. `snapshot` None: never read. `since`: when its access was first seen as it
    is.

    `identities`: the domains seen there, None before they were ever listed. `failures`: polls in a row that brought
    nothing, `trouble` the last one's words; `unreadable_posted`, `overdue_posted`: that news is out and not yet taken
    back. `region_off`: the region is not enabled for the account. `appeal`: it is in review once more, after a refusal.
    `mail_seen`: a poll has counted mail that was sent.

    `turn` is whose turn it is by what the polls saw, since `turn_since`; `reminders` of this turn are over, sent or
    silenced. `read_at`: when AWS last answered a poll.

    `said_turn` is what a person did last, at `said_turn_at`: posted on the case (AWS's turn), or received a new message
    of AWS (ours). `said_not_now_at`: when a person last silenced a reminder. `asked_by` is the Slack user who last
    confirmed a request here, at `asked_at`. The polls only read these.

    `case_known` is the case that is read, up to `case_read_to`: what AWS wrote later is news. `case_access` says
    whether the account's cases can be read at all, as found out at `case_access_at`; None: unknown.

    `volume` holds a sample a day, oldest first; `quota_posted` is the share of the quota that was news last.
    `quota_requests` are the increases that people asked for, which polls only read; `quota_statuses` what AWS says of
    them. `pushed` is what SES said by itself, which polls only read; `pushed_posted` names what was dealt with, and
    `advice_at` is when SES's advisor was quoted last."""

    snapshot: Snapshot | None = None
    since: datetime | None = None
    identities: tuple[Identity, ...] | None = None
    failures: int = 0
    trouble: str | None = None
    unreadable_posted: bool = False
    overdue_posted: bool = False
    region_off: bool = False
    appeal: bool = False
    mail_seen: bool = False
    turn: Turn | None = None
    turn_since: datetime | None = None
    reminders: int = 0
    read_at: datetime | None = None
    said_turn: Turn | None = None
    said_turn_at: datetime | None = None
    said_not_now_at: datetime | None = None
    asked_by: str | None = None
    asked_at: datetime | None = None
    case_known: str | None = None
    case_read_to: datetime | None = None
    case_access: CaseAccess | None = None
    case_access_at: datetime | None = None
    reputation: Reputation = NO_REPUTATION
    volume: tuple[VolumeSample, ...] = ()
    quota_posted: float = 0.0
    quota_requests: tuple[QuotaRequest, ...] = ()
    quota_statuses: tuple[QuotaStatus, ...] = ()
    pushed: tuple[Pushed, ...] = ()
    pushed_posted: tuple[str, ...] = ()
    advice_at: datetime | None = None

    @property
    def open_requests(self) -> tuple[QuotaRequest, ...]:
        """The increases that AWS has not decided about, as far as the polls saw."""
        decided = {quota.id for quota in self.quota_statuses if quota.status in FINAL_STATUSES}
        return tuple(request for request in self.quota_requests if request.id not in decided)

    @property
    def in_production(self) -> bool:
        return self.snapshot is not None and self.snapshot.access is Access.PRODUCTION

    @property
    def current_turn(self) -> tuple[Turn, datetime] | None:
        """Whose turn it is and since when: by the polls, or by what a person did after that."""
        if self.turn is None or self.turn_since is None:
            return None
        said_turn, said_at = self.said_turn, self.said_turn_at
        if said_turn and said_at and said_turn is not self.turn and said_at > self.turn_since:
            return said_turn, said_at
        return self.turn, self.turn_since


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to poll an account region until the lease ends: the holder of `token` may record the result."""

    account_region: AccountRegion
    token: str
    state: RegionState
    late: float = 0.0
    """Seconds after its time at which it was claimed."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The oldest news that its channel has not got yet, and the right to publish it until the lease ends.

    `maybe_posted`: an earlier attempt ended without a clear answer (a lost answer, a killed process), so the channel
    may have it already. `thread`: the message under which it belongs, or that it changes, where there is one, and
    `thread_channel` the id of that message's channel, where it is known."""

    id: int
    token: str
    channel: str
    news: News
    account_id: str | None
    attempts: int
    maybe_posted: bool = False
    thread: str | None = None
    thread_channel: str = ""


@dataclass(frozen=True, slots=True)
class StuckNews:
    """News that waits, for a person: how many items, and what was in the way last."""

    count: int
    why: str
    oldest: datetime


@dataclass(frozen=True, slots=True)
class AccountRegionStatus:
    """An account region as `/ses-status` shows it."""

    account_region: AccountRegion
    account_id: str | None
    channel: str | None
    state: RegionState
    last_poll: datetime | None
    next_poll: datetime
    waiting: StuckNews | None = None
    rehearsed_at: datetime | None = None
    """When a rehearsal's events last arrived, of any of its domains."""


@dataclass(frozen=True, slots=True)
class Expectations:
    """What SES expects for `identity` (the checked domain, or its nearest verified parent) in `region`.

    `tokens`: the three Easy DKIM tokens; `signing_zone`: SigningHostedZone, such as `dkim.amazonses.com`, None when not
    known (a token pasted by a person); `selector`: the selector of a domain that brings its own key (BYODKIM);
    `signing_enabled`, `dkim_status`, `key_bits`: SigningEnabled, DkimAttributes.Status and CurrentSigningKeyLength in
    bits. `mail_from`: the custom MAIL FROM domain, with its status and whether SES falls back to its own MAIL FROM when
    the MX is wrong (`mail_from_fallback`: BehaviorOnMxFailure is USE_DEFAULT_VALUE). `feedback_forwarding`:
    FeedbackForwardingStatus.
    Source: SES API v2, GetEmailIdentity.
    """

    identity: str
    region: str | None = None
    tokens: tuple[str, ...] = ()
    signing_zone: str | None = None
    selector: str | None = None
    signing_enabled: bool | None = None
    dkim_status: str | None = None
    key_bits: int | None = None
    mail_from: str | None = None
    mail_from_status: str | None = None
    mail_from_fallback: bool | None = None
    mail_from_known: bool = False
    """True when the MAIL FROM setting is known, so that `mail_from` None means "none is set"."""
    feedback_forwarding: bool | None = None


_NOTHING_KNOWN = RegionState()


@dataclass(frozen=True, slots=True)
class Events:
    """What a configuration set reports about mail. `kinds` are the kinds of events (BOUNCE, COMPLAINT, …) that go to at
    least one enabled destination; `exists` False: there is no such configuration set any more.
    Source: SES API v2, GetConfigurationSetEventDestinations."""

    kinds: tuple[str, ...] = ()
    exists: bool = True


@dataclass(frozen=True, slots=True)
class SesRegionView:
    """One account region. `state` is what the last polls read; `identity` what covers the domain there, None where
    AWS was not asked or has not answered in time.

    `addresses`: verified addresses at the domain, where no domain identity covers it; `events`: those of the identity's
    default configuration set. None: unknown."""

    account_region: AccountRegion
    state: RegionState = _NOTHING_KNOWN
    account_id: str | None = None
    identity: IdentityReading | None = None
    addresses: tuple[str, ...] | None = None
    events: Events | None = None


@dataclass(frozen=True, slots=True)
class SesView:
    """All that AWS says of a domain. `region_views` are what those say that were asked, in the order in which people
    wrote them down; `expectations` are those of the identity that fits best.

    Of many account regions only those that list the domain are asked. Of the others, `regions` names the regions,
    `accounts` counts the accounts, and `unlisted` the account regions whose identities were never listed. `why_not`: a
    sentence where no account could be asked at all."""

    region_views: tuple[SesRegionView, ...] = ()
    expectations: Expectations | None = None
    regions: tuple[str, ...] = ()
    accounts: int = 0
    unlisted: int = 0
    why_not: str = ""


DOMAIN_WATCH_DAYS = 30
"""How long a domain is looked at."""


class Ending(StrEnum):
    """How a domain watch ended."""

    READY = "ready"
    EXPIRED = "over"
    """The time is over, and it is not ready."""


@dataclass(frozen=True, slots=True)
class DomainWatch:
    """One domain that one person has watched. `query`: the domain and options as canonical text.

    `at_first` are the codes that stood in the way when it was asked, `open` those that did at the last look that could
    tell; of a domain that has turned ready, `open` are the codes that are worth improving. Times are aware UTC: the
    last look comes at `ends`. `looks`: how many there have been.
    """

    id: str
    owner: Owner
    query: str
    at_first: tuple[str, ...]
    open: tuple[str, ...]
    asked_at: datetime
    ends: datetime
    next_look: datetime
    last_look: datetime | None = None
    looks: int = 0


@dataclass(frozen=True, slots=True)
class CheckLease:
    """The right to check the domain until the lease ends: the holder of `token` may record the result. `now` is
    when it was taken, by the database's clock."""

    watch: DomainWatch
    token: str
    now: datetime


@dataclass(frozen=True, slots=True)
class NoticeLease:
    """A domain watch that ended, and the right to tell its owner until the lease ends. `attempts`: earlier tries."""

    watch: DomainWatch
    ending: Ending
    token: str
    attempts: int


@dataclass(frozen=True, slots=True)
class AddResult:
    """What came of asking. `watch`: None where the person has as many as they may; `already`: it was there before."""

    watch: DomainWatch | None
    already: bool = False
