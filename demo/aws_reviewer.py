"""The AWS of the demo: two accounts in two regions each, how the bot reaches them, and what happens to them.

The first account is the one of the bot's own credentials, with a support plan that has the Support API: what AWS writes
it writes on the case. The second is entered by a role with an external id, as an agency enters a client's, and has no
such plan. What one can do is what can happen at AWS: submit, approve, deny, lose, throttle, put on
probation, lift, verify. Each act says in a sentence what happened, and how many news items the bot owes for it.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import idna

from demo.dns_provider import DnsProvider
from demo.script import LETTERS
from demo.zones import REGION, SAMPLES, TABLE, TOKENS
from fakes.ses import AwsFault, LoopbackSes, domain_identity, event_destination, staying, support
from fakes.ses.state import Json

CHANNEL = "email-ops"
"""Where news goes."""
_POLL_SECONDS = 0.01
"""SES takes one look a second, so that is how often the bot looks, whatever it knows."""
_SOFT, _HARD, _CALM = 0.02, 0.05, 0.015
"""Where an episode of bounces begins, where AWS reviews, and where it is over."""
_ACCOUNTS_FILE = "accounts.toml"
_EXTERNAL_ID = "globex-7f3a91"
_ZONE = "dkim.amazonses.com"
_EVENTS = "acme-mail"
"""The configuration set that reports bounces and complaints."""


class NotPossible(Exception):
    """AWS would not do that, or cannot. The text says why."""


@dataclass(frozen=True, slots=True)
class DemoRegion:
    """An account, by the name that people gave it, in a region. `account_id` are its twelve digits."""

    account: str
    account_id: str
    region: str

    def __str__(self) -> str:
        return f"{self.account} in {self.region}"

    @property
    def key(self) -> tuple[str, str]:
        """As `LoopbackSes` names it."""
        return (self.account_id, self.region)


@dataclass(frozen=True, slots=True)
class Act:
    """What happened, in a sentence, and how many news items it makes."""

    words: str
    news: int


@dataclass(slots=True)
class _RegionFacts:
    """What the bot can know of an account region: its access, AWS's view of it, the statuses of its identities, and how
    many messages of AWS are on its case."""

    facts: dict[str, str] = field(default_factory=dict)
    readable: bool = True
    messages: int = 0


ACME = tuple(DemoRegion("acme", "111122223333", region) for region in (REGION, "eu-west-1"))
GLOBEX = tuple(DemoRegion("globex", "444455556666", region) for region in ("eu-west-1", "ap-southeast-2"))
DEMO_REGIONS = (*ACME, *GLOBEX)


class DemoAws:
    """The accounts in a `LoopbackSes`."""

    def __init__(self, ses: LoopbackSes, provider: DnsProvider) -> None:
        self.ses = ses
        self._provider = provider
        self._keys = ses.add(ACME[0].account_id, *(demo_region.region for demo_region in ACME)).keys
        self._role = f"arn:aws:iam::{GLOBEX[0].account_id}:role/ses-bot"
        ses.add(GLOBEX[0].account_id, *(demo_region.region for demo_region in GLOBEX)).roles[self._role] = _EXTERNAL_ID
        acme = ses.accounts[ACME[0].account_id]
        acme.regions[REGION]["SendQuota"]["SentLast24Hours"] = 3.0
        events = event_destination()
        acme.configuration_sets[REGION] = {_EVENTS: [events]}
        acme.topics[events["SnsDestination"]["TopicArn"]] = [("https", "https://ses.example/events", True)]
        acme.identities[REGION] = {
            **_managed_identities(),
            "ses.example": _with_events(domain_identity(TOKENS, zone=_ZONE, mail_from="bounce.ses.example")),
            "doubled.example": _with_events(
                domain_identity(TOKENS, zone=_ZONE, mail_from="bounce.doubled.example", verified=False)
            ),
        }
        self._marks: dict[DemoRegion, str] = {}
        self._levels: dict[DemoRegion, str] = {}
        ses.accounts[GLOBEX[0].account_id].support_plan = False
        self._posted = {demo_region: _RegionFacts(self._read_facts(demo_region)) for demo_region in DEMO_REGIONS}

    def environment(self, home: Path) -> dict[str, str]:
        """Returns what the bot must know to find this AWS, once `write_accounts` has written its file into `home`."""
        [(key, secret)] = self._keys.items()
        return {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_ENDPOINT_URL": self.ses.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(home / "no-aws-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(home / "no-aws-credentials"),
            "SES_BOT_ACCOUNTS": str(home / _ACCOUNTS_FILE),
            "SES_BOT_CHANNEL": f"#{CHANNEL}",
            "SES_BOT_POLL_SECONDS": str(_POLL_SECONDS),
        }

    def write_accounts(self, home: Path) -> None:
        """Writes the file that names both accounts, and the role of the second."""

        def regions(demo_regions: tuple[DemoRegion, ...]) -> str:
            return ", ".join(f'"{demo_region.region}"' for demo_region in demo_regions)

        (home / _ACCOUNTS_FILE).write_text(
            f'[[account]]\nname = "acme"\nregions = [{regions(ACME)}]\n\n'
            f'[[account]]\nname = "globex"\nregions = [{regions(GLOBEX)}]\n'
            f'role_arn = "{self._role}"\nexternal_id = "{_EXTERNAL_ID}"\n'
        )

    # Who is where

    def list_identities(self) -> list[tuple[DemoRegion, str]]:
        """Returns every identity, and where it is one."""
        return [(demo_region, name) for demo_region in DEMO_REGIONS for name in self._identities_of(demo_region)]

    def count_reads(self, demo_region: DemoRegion, identity: str = "") -> int:
        """Returns how often the bot has read the account there, or the identity."""
        operation = "GetEmailIdentity" if identity else "GetAccount"
        return self.ses.answered[operation, *demo_region.key, identity]

    def waits_for(self, name: str) -> bool:
        """Tells whether it is an identity whose records AWS has not found yet."""
        identities = [self._identities_of(demo_region).get(name) for demo_region in DEMO_REGIONS]
        return any(identity and identity["DkimAttributes"]["Status"] == "PENDING" for identity in identities)

    def is_readable(self, demo_region: DemoRegion) -> bool:
        """Tells whether AWS answers there."""
        return demo_region.key not in self.ses.faults

    # What happens at AWS

    def submit(self, demo_region: DemoRegion) -> Act:
        """Submits a request for production access, as a person in the console does."""
        access = self._access_of(demo_region)
        if access == "PRODUCTION":
            raise NotPossible(f"{demo_region} has production access already.")
        if access == "PENDING":
            raise NotPossible(f"The request of {demo_region} is in review already. Say !approve or !deny.")
        if access == "DENIED":
            raise NotPossible(
                f"AWS takes no second request from {demo_region}: it wants an answer in the case. Draft the answer."
            )
        self.ses.submit(*demo_region.key, f"1701234567{DEMO_REGIONS.index(demo_region)}")
        return self._make_act(
            demo_region, f"Someone asks AWS for production access for {demo_region}. It is in review now."
        )

    def approve(self, demo_region: DemoRegion) -> Act:
        """Grants production access."""
        if self._access_of(demo_region) == "PRODUCTION":
            raise NotPossible(f"{demo_region} has production access already.")
        unasked = "" if self._access_of(demo_region) in ("PENDING", "DENIED") else ", though no one had asked"
        self.ses.grant(*demo_region.key)
        return self._make_act(demo_region, f"AWS grants production access to {demo_region}{unasked}.")

    def deny(self, demo_region: DemoRegion) -> Act:
        """Refuses the request, or wants details: GetAccount says the same of both."""
        if self._access_of(demo_region) == "PRODUCTION":
            raise NotPossible(f"{demo_region} has production access, which AWS does not deny again. Say !probation.")
        if self._access_of(demo_region) == "DENIED":
            raise NotPossible(
                f"AWS has not granted the request of {demo_region}, and has said so already. Say !approve."
            )
        unasked = "" if self._access_of(demo_region) == "PENDING" else ", though no one had asked"
        self.ses.deny(*demo_region.key)
        self._write_letter(demo_region, LETTERS["!deny"])
        return self._make_act(demo_region, f"AWS does not grant production access to {demo_region}{unasked}.")

    def ask(self, demo_region: DemoRegion) -> Act:
        """Asks for more information: GetAccount says the same as for a refusal."""
        if self._access_of(demo_region) != "PENDING":
            raise NotPossible(f"No request of {demo_region} is in review. Say !submit first.")
        self.ses.deny(*demo_region.key)
        self._write_letter(demo_region, LETTERS["!ask"])
        return self._make_act(demo_region, f"AWS asks for more information before it decides about {demo_region}.")

    def lose(self, demo_region: DemoRegion) -> Act:
        """Loses the request on its way."""
        if self._access_of(demo_region) != "PENDING":
            raise NotPossible(f"No request of {demo_region} is on its way. Say !submit first.")
        self.ses.lose(*demo_region.key)
        return self._make_act(demo_region, f"AWS never receives the request of {demo_region}.")

    def probation(self, demo_region: DemoRegion) -> Act:
        """Puts the account on probation."""
        if self._account_of(demo_region)["EnforcementStatus"] == "PROBATION":
            raise NotPossible(f"{demo_region} is on probation already. Say !lift.")
        self.ses.enforce(*demo_region.key, "PROBATION")
        return self._make_act(demo_region, f"AWS puts {demo_region} on probation.")

    def throttle(self, demo_region: DemoRegion) -> Act:
        """Throttles every call for the account."""
        if not self.is_readable(demo_region):
            raise NotPossible(f"AWS throttles {demo_region} already. Say !lift.")
        self.ses.faults[demo_region.key] = AwsFault.THROTTLED
        self._posted[demo_region].readable = False
        return Act(
            f"AWS throttles every call for {demo_region} from now on. The third look in a row that fails is news.", 1
        )

    def lift(self, demo_region: DemoRegion) -> Act:
        """Ends what `throttle` and `probation` began."""
        ended = []
        if self.ses.faults.pop(demo_region.key, None):
            ended.append("answers for it again")
        if self._account_of(demo_region)["EnforcementStatus"] != "HEALTHY":
            self.ses.enforce(*demo_region.key, "HEALTHY")
            ended.append("takes it off probation")
        if not ended:
            raise NotPossible(f"Nothing is wrong with {demo_region}. Say !throttle or !probation first.")
        return self._make_act(demo_region, f"{demo_region}: AWS {' and '.join(ended)}.")

    def send(self, demo_region: DemoRegion, count: float) -> Act:
        """Sends so many messages in 24 hours."""
        self._check_sends(demo_region)
        quota = self._account_of(demo_region)["SendQuota"]
        if count > quota["Max24HourSend"]:
            raise NotPossible(
                f"The quota of {demo_region} is {quota['Max24HourSend']:,.0f}: SES refuses every message over it."
            )
        quota["SentLast24Hours"] = float(count)
        share = count / quota["Max24HourSend"]
        mark = "95 %" if share >= 0.90 else "80 %" if share >= 0.75 else ""
        self._marks[demo_region] = max(self._marks.get(demo_region, ""), mark)
        return self._make_act(demo_region, f"{demo_region} sends {count:,.0f} messages in 24 hours.")

    def bounce(self, demo_region: DemoRegion, rate: float) -> Act:
        """Counts so many bounces, after few in the two weeks before."""
        self._check_sends(demo_region)
        account, now = self.ses.accounts[demo_region.account_id], datetime.now(UTC)
        for day in range(1, 14):
            earlier = 0.003 + 0.0005 * (day % 3)
            staying.set_rate(account, demo_region.region, staying.BOUNCE, earlier, at=now - timedelta(days=day))
        staying.set_rate(account, demo_region.region, staying.BOUNCE, rate)
        was = self._levels.get(demo_region, "")
        if rate >= _HARD or (was == "hard" and rate >= _CALM):
            self._levels[demo_region] = "hard"
        elif rate >= _SOFT or (was and rate >= _CALM):
            self._levels[demo_region] = "soft"
        else:
            self._levels[demo_region] = ""
        return self._make_act(demo_region, f"AWS counts {rate:.1%} bounces for {demo_region}.")

    def calm(self, demo_region: DemoRegion) -> Act:
        """Makes the bounces few again."""
        return self.bounce(demo_region, 0.004)

    def _check_sends(self, demo_region: DemoRegion) -> None:
        if self._access_of(demo_region) != "PRODUCTION":
            raise NotPossible(f"{demo_region} is not in production. Say !approve first.")
        if not self.is_readable(demo_region):
            raise NotPossible(f"The bot cannot see {demo_region}. Say !lift first.")

    def verify(self, demo_region: DemoRegion, name: str) -> Act:
        """Looks for the records of an identity in DNS."""
        identity = self._identities_of(demo_region)[name]
        dkim = identity["DkimAttributes"]
        if dkim["Status"] == "SUCCESS":
            raise NotPossible(f"{name} is verified already, at {demo_region}.")
        missing = [token for token in dkim["Tokens"] if not self._is_published(name, token, dkim["SigningHostedZone"])]
        if missing:
            names = f"{missing[0]}._domainkey.{name}" + (f" and {len(missing) - 1} more" if missing[1:] else "")
            return Act(f"AWS looks for the records of {name}, and does not find {names}. It stays pending.", 0)
        dkim["Status"] = identity["VerificationStatus"] = "SUCCESS"
        identity["VerifiedForSendingStatus"] = True
        return self._make_act(demo_region, f"AWS finds the records of {name} and verifies it, at {demo_region}.")

    def _is_published(self, name: str, token: str, zone: str) -> bool:
        return self._provider.holds(f"{token}._domainkey.{name}", "CNAME", f"{token}.{zone}")

    def _write_letter(self, demo_region: DemoRegion, letter: str) -> None:
        """Writes on the case, which AWS opens with the request, or else with the letter."""
        case_id = self._account_of(demo_region)["Details"]["ReviewDetails"]["CaseId"]
        account = self.ses.accounts[demo_region.account_id]
        support.write_message(account.cases.get(case_id) or support.open_case(account, case_id), letter)

    # What the bot owes

    def count_due_news(self) -> int:
        """Returns how many news items come of what the bot's own buttons did since the last call."""
        return sum(
            self._make_act(demo_region, "").news for demo_region in DEMO_REGIONS if self.is_readable(demo_region)
        )

    def _make_act(self, demo_region: DemoRegion, words: str) -> Act:
        """Returns the sentence, and the news: one item for each fact that the bot has not posted yet, if it can read
        them."""
        posted = self._posted[demo_region]
        if not self.is_readable(demo_region):
            return Act(f"{words} The bot cannot see it until you say !lift.", 0)
        now = _RegionFacts(self._read_facts(demo_region), messages=self._count_messages(demo_region, posted.messages))
        self._posted[demo_region] = now
        changed = sum(posted.facts.get(name) != fact for name, fact in now.facts.items())
        return Act(words, changed + (not posted.readable) + now.messages - posted.messages)

    def _count_messages(self, demo_region: DemoRegion, known: int) -> int:
        """Returns how many messages of AWS the bot can have read on the case: it reads those of a request that is not
        decided, where the plan allows."""
        account = self.ses.accounts[demo_region.account_id]
        if not account.support_plan or self._access_of(demo_region) not in ("PENDING", "DENIED"):
            return known
        case = account.cases.get(self._account_of(demo_region)["Details"]["ReviewDetails"]["CaseId"])
        return sum(message["submittedBy"] == support.AWS for message in case["communications"]) if case else 0

    def _read_facts(self, demo_region: DemoRegion) -> dict[str, str]:
        identities, access = self._identities_of(demo_region), self._access_of(demo_region)
        return {
            "access": access,
            "launch": "posted" if access == "PRODUCTION" else "",
            "enforcement": self._account_of(demo_region)["EnforcementStatus"],
            "volume": self._marks.get(demo_region, ""),
            "bounces": self._levels.get(demo_region, ""),
            **{name: identity["DkimAttributes"]["Status"] for name, identity in identities.items()},
        }

    def _access_of(self, demo_region: DemoRegion) -> str:
        """Returns PRODUCTION, the status of the review, or SANDBOX."""
        account = self._account_of(demo_region)
        if account["ProductionAccessEnabled"]:
            return "PRODUCTION"
        return str(account.get("Details", {}).get("ReviewDetails", {}).get("Status", "SANDBOX"))

    def _account_of(self, demo_region: DemoRegion) -> Json:
        return self.ses.accounts[demo_region.account_id].regions[demo_region.region]

    def _identities_of(self, demo_region: DemoRegion) -> dict[str, Json]:
        """Returns the identities that the bot watches."""
        identities = self.ses.accounts[demo_region.account_id].identities.get(demo_region.region, {})
        return {name: identity for name, identity in identities.items() if identity["IdentityType"] == "DOMAIN"}


def _managed_identities() -> dict[str, Json]:
    """Returns the other sample domains that are registered, verified, each with the DKIM key that its zone has. To AWS
    they are managed domains: the bot checks them, and spends none of its calls on what never changes."""
    identities: dict[str, Json] = {}
    for sample in SAMPLES:
        domain = idna.encode(sample.domain).decode()
        if domain not in TABLE or sample.tokens or domain.count(".") > 1:
            continue  # not registered, or listed below, or signed by its parent
        mail_from = f"bounce.{domain}" if f"bounce.{domain}" in TABLE else None
        identity = _with_events(domain_identity(("s1",), mail_from=mail_from)) | {"IdentityType": "MANAGED_DOMAIN"}
        identity["DkimAttributes"] |= {"SigningAttributesOrigin": "EXTERNAL"}
        identities[domain] = identity
    return identities


def _with_events(identity: Json) -> Json:
    return identity | {"ConfigurationSetName": _EVENTS}
