"""What SES says, in the shapes that boto3's own model of the API describes, and what goes wrong there."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

import fakes.ses.server
from fakes.ses import AwsFault, LoopbackSes, domain_identity, event_destination
from tests.support.boto import client, done, refused
from tests.support.cases import cases

ACME = "111122223333"
HERE = (ACME, "us-east-1")
MODEL = botocore.session.get_session().get_service_model("sesv2")


@pytest.fixture
async def world() -> AsyncIterator[LoopbackSes]:
    async with LoopbackSes() as world:
        world.add(ACME, "us-east-1", "eu-west-1")
        yield world


@pytest.fixture
def sesv2(world: LoopbackSes) -> Any:
    return client(world, world.accounts[ACME])


def strangers(value: Any, shape: Any, where: str = "") -> list[str]:
    """What the model of the API does not know, or knows otherwise."""
    match shape.type_name:
        case "structure":
            wrong = [f"{where}.{name}" for name in value if name not in shape.members]
            known = ((name, child) for name, child in value.items() if name in shape.members)
            return wrong + [one for name, v in known for one in strangers(v, shape.members[name], f"{where}.{name}")]
        case "list":
            return [one for child in value for one in strangers(child, shape.member, where + "[]")]
        case "string":
            return [f"{where} {value}"] if shape.enum and value not in shape.enum else []
        case "boolean":
            return [] if isinstance(value, bool) else [f"{where} {value}"]
        case "double":
            return [] if isinstance(value, float) else [f"{where} {value}"]
    return []


async def test_every_answer_is_as_the_model_says(world: LoopbackSes) -> None:
    account = world.accounts[ACME]
    account.identities["us-east-1"] = {"acme.com": domain_identity(("a", "b", "c"), mail_from="bounce.acme.com")}
    answers = [("GetAccount", account.regions["us-east-1"])]
    for act in (world.submit, world.deny, world.lose, world.grant):
        act(*HERE)
        answers.append(("GetAccount", account.regions["us-east-1"]))
    answers.append(("GetEmailIdentity", account.identities["us-east-1"]["acme.com"]))
    answers.append(("ListEmailIdentities", await done(client(world, account).list_email_identities)))
    account.configuration_sets["us-east-1"] = {"main-set": [event_destination()]}
    sets = client(world, account).get_configuration_set_event_destinations
    answers.append(("GetConfigurationSetEventDestinations", await done(sets, ConfigurationSetName="main-set")))
    for operation, said in answers:
        assert strangers(said, MODEL.operation_model(operation).output_shape) == []


async def test_from_the_sandbox_to_production(world: LoopbackSes, sesv2: Any) -> None:
    said = world.accounts[ACME].regions["us-east-1"]
    assert "Details" not in said
    assert (said["ProductionAccessEnabled"], said["SendQuota"]["Max24HourSend"]) == (False, 200.0)
    world.submit(*HERE, "178")
    assert said["Details"]["ReviewDetails"] == {"Status": "PENDING", "CaseId": "178"}
    world.deny(*HERE)
    assert said["Details"]["ReviewDetails"] == {"Status": "DENIED", "CaseId": "178"}
    world.grant(*HERE, effective=False)
    assert (said["ProductionAccessEnabled"], said["SendQuota"]["Max24HourSend"]) == (False, 200.0)
    world.grant(*HERE, quota=70_000.0)
    world.enforce(*HERE, "PROBATION")
    answer = await done(sesv2.get_account)
    assert (answer["ProductionAccessEnabled"], answer["EnforcementStatus"]) == (True, "PROBATION")
    assert answer["SendQuota"] == {"Max24HourSend": 70_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0}
    assert answer["Details"]["ReviewDetails"]["Status"] == "GRANTED"


async def test_one_look_at_an_account_a_second(world: LoopbackSes, sesv2: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Per account and region; what is asked too fast is the client's mistake, and does not count."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(fakes.ses.server, "time", SimpleNamespace(monotonic=lambda: clock.now))
    assert await done(sesv2.get_account)
    assert (await refused(sesv2.get_account))[:2] == (429, "TooManyRequestsException")
    assert await done(client(world, world.accounts[ACME], region="eu-west-1").get_account)
    assert [refusal.code for refusal in world.refusals] == ["TooManyRequestsException"]
    assert (world.calls["GetAccount", *HERE], world.answered["GetAccount", *HERE, ""]) == (2, 1)
    clock.now += 0.9
    assert (await refused(sesv2.get_account))[:2] == (429, "TooManyRequestsException")
    clock.now += 0.1
    assert await done(sesv2.get_account)
    assert len(world.moments[HERE]) == 4


NAMES = ("acme.com", "bücher.example", "ana+test@acme.com", "a b/c%d@acme.com", "~_.-!*'()@acme.com")


@pytest.mark.parametrize("name", NAMES)
async def test_identities_by_whatever_name(world: LoopbackSes, sesv2: Any, name: str) -> None:
    """Names are encoded in the path, and once more in what is signed."""
    world.accounts[ACME].identities["us-east-1"] = {name: domain_identity(("a", "b", "c"))}
    answer = await done(sesv2.get_email_identity, EmailIdentity=name)
    assert answer["DkimAttributes"]["Tokens"] == ["a", "b", "c"]
    assert world.answered["GetEmailIdentity", *HERE, name] == 1


async def test_domains_are_kept_apart_without_case(world: LoopbackSes, sesv2: Any) -> None:
    world.accounts[ACME].identities["us-east-1"] = {"acme.com": domain_identity(("a", "b", "c"))}
    assert await done(sesv2.get_email_identity, EmailIdentity="ACME.com")


async def test_no_identity(world: LoopbackSes, sesv2: Any) -> None:
    """It is answer, and is no one's mistake."""
    world.accounts[ACME].identities["eu-west-1"] = {"acme.com": domain_identity(("a", "b", "c"))}
    answer = await refused(sesv2.get_email_identity, EmailIdentity="acme.com")
    assert answer == (404, "NotFoundException", "Email identity acme.com does not exist")
    assert world.refusals == []


async def test_pages_of_identities(world: LoopbackSes, sesv2: Any) -> None:
    names = [f"d{number:02}.example" for number in range(25)]
    waiting = domain_identity(("a", "b", "c"), verified=False)
    world.accounts[ACME].identities["us-east-1"] = dict.fromkeys(names, waiting)
    seen: list[str] = []
    page: dict[str, Any] = {}
    sizes: list[int] = []
    while not sizes or "NextToken" in page:
        more = {"NextToken": page["NextToken"]} if page else {}
        page = await done(sesv2.list_email_identities, PageSize=10, **more)
        seen += [listed["IdentityName"] for listed in page["EmailIdentities"]]
        sizes.append(len(page["EmailIdentities"]))
    assert (seen, sizes) == (names, [10, 10, 5])
    assert page["EmailIdentities"][0]["VerificationStatus"] == "PENDING"
    assert page["EmailIdentities"][0]["SendingEnabled"] is False


@pytest.mark.parametrize(
    "asked", [{"PageSize": 1_001}, {"PageSize": 0}, {"NextToken": "10"}, {"NextToken": "bm8gMQ=="}]
)
async def test_pages_that_are_none(world: LoopbackSes, sesv2: Any, asked: dict[str, Any]) -> None:
    assert (await refused(sesv2.list_email_identities, **asked))[:2] == (400, "BadRequestException")


async def test_other_operations_are_not_played(sesv2: Any) -> None:
    assert (await refused(sesv2.get_suppressed_destination, EmailAddress="a@b.c"))[0] == 404


@cases()
async def test_faults_are_reported_in_awss_words(
    fault: AwsFault, status: int, code: str, world: LoopbackSes, sesv2: Any
) -> None:
    """A fault is in one place, as long as it stands, and is not the client's mistake."""
    world.faults[HERE] = fault
    answer = await refused(sesv2.get_account)
    assert answer[:2] == (status, code)
    assert answer[2]
    assert await done(client(world, world.accounts[ACME], region="eu-west-1").get_account)
    del world.faults[HERE]
    assert await done(sesv2.get_account)
    assert world.refusals == []


async def test_a_denial_names_who_and_what(world: LoopbackSes, sesv2: Any) -> None:
    world.faults[HERE] = AwsFault.DENIED
    _, _, message = await refused(sesv2.list_email_identities)
    assert message.endswith(f"arn:aws:iam::{ACME}:user/ses-bot is not authorized to perform: ses:ListEmailIdentities")


async def test_answers_that_say_nothing(world: LoopbackSes, sesv2: Any) -> None:
    world.faults[HERE] = AwsFault.EMPTY
    assert await done(sesv2.get_account) == {}
    world.faults[HERE] = AwsFault.GARBAGE
    with pytest.raises(UnicodeDecodeError):
        await done(sesv2.get_account)
    world.faults[HERE] = AwsFault.HANG
    hasty = client(world, world.accounts[ACME], config=Config(read_timeout=0.3))
    with pytest.raises(ReadTimeoutError):
        await done(hasty.get_account)
    assert world.hanging.total() == 1


async def test_a_configuration_set_that_is_not_there(world: LoopbackSes, sesv2: Any) -> None:
    answer = await refused(sesv2.get_configuration_set_event_destinations, ConfigurationSetName="other")
    assert answer[:2] == (404, "NotFoundException")
    answer = await refused(sesv2.get_configuration_set_event_destinations, ConfigurationSetName="a b")
    assert answer[:2] == (400, "BadRequestException")
    world.accounts[ACME].forbidden.add("GetConfigurationSetEventDestinations")
    answer = await refused(sesv2.get_configuration_set_event_destinations, ConfigurationSetName="other")
    assert answer[:2] == (403, "AccessDeniedException")


async def test_identities_are_filtered_by_name_and_type(world: LoopbackSes, sesv2: Any) -> None:
    address = {"IdentityType": "EMAIL_ADDRESS", "VerificationStatus": "SUCCESS"}
    named = ["acme.com", "ana@acme.com", "bo@other.com"]
    world.accounts[ACME].identities["us-east-1"] = {
        name: address if "@" in name else domain_identity(("a", "b", "c")) for name in named
    }

    async def listed(**only: str) -> list[str]:
        answer = await done(sesv2.list_email_identities, Filter=only)
        return [one["IdentityName"] for one in answer["EmailIdentities"]]

    assert await listed(IDENTITY_NAME_CONTAINS="acme.com") == ["acme.com", "ana@acme.com"]
    assert await listed(IDENTITY_NAME_CONTAINS="@acme.com", IDENTITY_TYPE="EMAIL_ADDRESS") == ["ana@acme.com"]
    answer = await refused(sesv2.list_email_identities, Filter={"COLOUR": "red"})
    assert answer[:2] == (400, "BadRequestException")
