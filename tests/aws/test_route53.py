"""Records are published in a Route 53 over real sockets, and what another person changed is never overwritten.

Our own stand-in plays it (`fakes.ses.zones`): moto takes a DELETE that an earlier state of the set matches and a CREATE
of a set that exists with other values, has no PENDING and no protections. `test_what_moto_takes` holds that against it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from aws import Account, Sessions, route53
from aws.zone_plan import invert_changes, plan_changes, record_names_of
from fakes.ses import AwsFault, LoopbackSes, Zone
from model import AccountRegion, Fix, Record, Unreadable
from model.changes import ChangeState, StepOutcome
from model.zone import HostedZone
from tests.support import boto
from tests.support.hosted import APEX, SERVERS, changed, hosted
from tests.support.ses import MAIN, OTHER, REGIONS, ROLE, aws, sessions

__all__ = ["aws"]
HERE = AccountRegion("main", "eu-west-1")
OLD, NEW = "v=spf1 mx ?all", "v=spf1 mx ~all"
TABLE = {APEX: {"TXT": [OLD], "MX": ["10 mx.acme.com"]}}
FIX = Fix(
    (Record("TXT", APEX, NEW), Record("TXT", f"_dmarc.{APEX}", "v=DMARC1; p=none; rua=mailto:d@acme.com")),
    (Record("TXT", APEX, OLD),),
)


@pytest.fixture(autouse=True)
def endpoint(aws: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_ROUTE_53", aws.url)
    monkeypatch.setattr(route53, "_CALL_SPACING", 0.0)
    monkeypatch.setattr(route53, "_RETRY_PAUSES", (0.0,))


@pytest.fixture
async def reader(aws: LoopbackSes) -> AsyncIterator[Sessions]:
    async with Sessions((Account("main", REGIONS),)) as reader:
        yield reader


def keep(aws: LoopbackSes, zone: Zone, account: str = MAIN) -> HostedZone:
    aws.accounts[account].zones[zone.id] = zone
    return HostedZone(zone.id, zone.name, zone.servers)


async def planned(reader: Sessions, zone: HostedZone, *fixes: Fix) -> dict[str, Any]:
    """The arguments of the batch that the plan of these fixes makes."""
    sets = await route53.read_record_sets(reader, HERE, zone, record_names_of(fixes))
    assert isinstance(sets, tuple)
    found = plan_changes({zone: sets}, fixes)
    assert found.left == ()
    return route53.to_arguments(zone, found.zones[0].changes)


async def published(reader: Sessions, arguments: dict[str, Any]) -> StepOutcome:
    """What comes of a plan, as the executor carries it out."""
    early = await route53.check_before_change(reader, HERE, arguments)
    return early or await route53.change_record_sets(reader, HERE, arguments)


async def test_what_is_published_is_pending_then_in_sync_and_undone(aws: LoopbackSes, reader: Sessions) -> None:
    zone = hosted(TABLE)
    before = dict(zone.sets)
    arguments = await planned(reader, keep(aws, zone), FIX)
    sent = await published(reader, arguments)
    assert sent.state is ChangeState.SENT
    assert (await route53.read_change_back(reader, HERE, arguments, sent.receipt)).state is ChangeState.UNKNOWN
    assert (await route53.read_change_back(reader, HERE, arguments, sent.receipt)).state is ChangeState.DONE
    assert changed(before, zone.sets) == {("acme.com.", "TXT", ""), ("_dmarc.acme.com.", "TXT", "")}
    texts = zone.sets["acme.com.", "TXT", ""]
    assert texts.values == (r'"site-verification=\"3f\\9\" \052\344"', '"b" "a"', f'"{NEW}"')
    assert texts.ttl == before["acme.com.", "TXT", ""].ttl
    again = await route53.check_before_change(reader, HERE, arguments)
    assert again is not None
    assert again.state is ChangeState.DONE, "it is there already"
    back = route53.to_arguments(
        route53.zone_of_arguments(arguments), invert_changes(route53.changes_of_arguments(arguments))
    )
    assert (await published(reader, back)).state is ChangeState.SENT
    assert changed(before, zone.sets) == set()


async def test_a_change_between_reading_and_the_batch_is_told_with_the_difference(
    aws: LoopbackSes, reader: Sessions
) -> None:
    zone = hosted(TABLE)
    arguments = await planned(reader, keep(aws, zone), FIX)
    zone.put(APEX, "TXT", '"of another person"')
    refused = await route53.change_record_sets(reader, HERE, arguments)
    assert (refused.state, refused.code) == (ChangeState.REFUSED, route53.CHANGED)
    assert (
        'Another person changed acme.com TXT since the plan: it is now "of another person" (TTL 300)' in refused.words
    )
    assert zone.batches == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("busy", "still working on an earlier change"),
        ("protected", "Route 53 says: [The resource record set [name='acme.com.', type='TXT'] is protected"),
        ("linked", "another service that made the zone"),
        ("denied", "deploy/iam-operate.json"),
        ("gone", "The zone could not be read"),
        ("throttled", "asks for fewer calls"),
    ],
)
async def test_a_refusal_is_put_in_words(aws: LoopbackSes, reader: Sessions, fault: str, words: str) -> None:
    zone = hosted(TABLE)
    arguments = await planned(reader, keep(aws, zone), FIX)
    match fault:
        case "busy":
            zone.busy = True
        case "protected":
            zone.protected.add(("acme.com.", "TXT"))
        case "linked":
            zone.linked = True
        case "denied":
            aws.accounts[MAIN].forbidden.add("ChangeResourceRecordSets")
        case "gone":
            aws.accounts[MAIN].zones.clear()
        case "throttled":
            aws.operation_faults[MAIN, "ChangeResourceRecordSets"] = AwsFault.THROTTLED
    refused = await published(reader, arguments)
    assert refused.state is ChangeState.REFUSED
    assert refused.words.startswith("Nothing was changed. ")
    assert words in refused.words
    assert zone.batches == []


@pytest.mark.parametrize("fault", [AwsFault.LOST_ANSWER, AwsFault.SERVER_ERROR])
async def test_a_lost_answer_is_read_back(aws: LoopbackSes, reader: Sessions, fault: AwsFault) -> None:
    zone = hosted(TABLE)
    arguments = await planned(reader, keep(aws, zone), FIX)
    aws.operation_faults[MAIN, "ChangeResourceRecordSets"] = fault
    assert (await published(reader, arguments)).state is ChangeState.UNKNOWN
    found = await route53.read_change_back(reader, HERE, arguments)
    done = fault is AwsFault.LOST_ANSWER
    assert found.state is (ChangeState.DONE if done else ChangeState.REFUSED)
    assert len(zone.batches) == done


async def test_only_the_needed_names_of_ten_thousand_are_read(aws: LoopbackSes, reader: Sessions) -> None:
    zone = hosted(TABLE)
    for number in range(10_000):
        zone.put(f"host{number}.{APEX}", "A", "192.0.2.1")
    aws.calls.clear()
    arguments = await planned(reader, keep(aws, zone), FIX)
    assert aws.calls["ListResourceRecordSets", MAIN, "us-east-1"] == 3, "the first page, and two names"
    assert [one.key for one in route53.changes_of_arguments(arguments)] == [(APEX, "TXT"), (f"_dmarc.{APEX}", "TXT")]
    assert (await published(reader, arguments)).state is ChangeState.SENT


async def test_more_sets_at_a_name_than_a_page_holds_are_all_seen(aws: LoopbackSes, reader: Sessions) -> None:
    zone = hosted(TABLE)
    for number in range(400):
        zone.put(f"api.{APEX}", "TXT", '"x"', SetIdentifier=f"{number}", Weight="1")
    sets = await route53.read_record_sets(reader, HERE, keep(aws, zone), (f"api.{APEX}",))
    assert isinstance(sets, tuple)
    assert len(sets) == 402
    assert {one.special for one in sets} == {"it is one of several sets with a routing policy"}


async def test_zones_are_found_by_their_names_and_private_ones_are_not(aws: LoopbackSes, reader: Sessions) -> None:
    keep(aws, hosted())
    news = Zone("ZNEWS", f"news.{APEX}", SERVERS)
    twin = Zone("ZTWIN", APEX, ("ns-9.awsdns-09.com",))
    for zone in (news, twin, Zone("ZPRIVATE", APEX, (), private=True), Zone("ZOTHER", "acme.co", SERVERS)):
        keep(aws, zone)
    for number in range(250):
        keep(aws, Zone(f"Z{number}", f"team{number}.{APEX}", SERVERS))
    found = await route53.find_zones(reader, HERE, (f"_dmarc.news.{APEX}", f"_dmarc.{APEX}"))
    assert isinstance(found, tuple)
    assert [one.name for one in found] == [news.name, APEX, APEX]
    servers = {APEX: ("NS-2.awsdns-02.net.", "ns-1.awsdns-01.org"), news.name: ("ns1.elsewhere.example",)}
    [only] = route53.select_delegated_zones(found, servers)
    assert (only.name, only.servers) == (APEX, SERVERS), "of two zones of one name, the one that is asked"
    assert route53.select_delegated_zones(found, {}) == ()


async def test_an_internationalized_zone_is_found_by_its_a_labels(aws: LoopbackSes, reader: Sessions) -> None:
    zone = keep(aws, hosted(apex="xn--bcher-kva.example"))
    found = await route53.find_zones(reader, HERE, ("_dmarc.xn--bcher-kva.example",))
    assert found == (zone,)


async def test_throttled_reads_are_tried_again_and_then_told(aws: LoopbackSes, reader: Sessions) -> None:
    zone = keep(aws, hosted(TABLE))
    aws.operation_faults[MAIN, "ListResourceRecordSets"] = AwsFault.THROTTLED
    found = await route53.read_record_sets(reader, HERE, zone, (APEX,))
    assert isinstance(found, Unreadable)
    assert "fewer calls" in found.why
    assert aws.calls["ListResourceRecordSets", MAIN, "us-east-1"] == 2


async def test_the_role_for_dns_holds_the_zones(aws: LoopbackSes) -> None:
    zone = keep(aws, hosted(TABLE), OTHER)
    aws.accounts[OTHER].roles[ROLE] = None
    async with sessions(Account("main", ("eu-west-1",), dns_role_arn=ROLE)) as reader:
        assert await route53.find_zones(reader, HERE, (APEX,)) == (zone,)
        assert await reader.read_account_id("main") == MAIN, "SES is read by the account itself"


# What another person does meanwhile

NAMES = (APEX, f"_dmarc.{APEX}", f"mail.{APEX}")
TEXTS = (f'"{OLD}"', f'"{NEW}"', '"of another person"', '"v=DMARC1; p=none; rua=mailto:d@acme.com"')
acts = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(NAMES), st.lists(st.sampled_from(TEXTS), min_size=1, unique=True)),
    st.tuples(st.just("ttl"), st.sampled_from(NAMES), st.sampled_from([1, 77, 300])),
    st.tuples(st.just("drop"), st.sampled_from(NAMES), st.none()),
    st.tuples(st.just("alias"), st.sampled_from(NAMES), st.none()),
)
moments = st.lists(st.tuples(st.sampled_from(["before", "between", "after"]), acts), max_size=5)


def act(zone: Zone, what: str, name: str, given: Any) -> None:
    there = zone.sets.get((f"{name}.", "TXT", ""))
    match what:
        case "put":
            zone.put(name, "TXT", *given, ttl=there.ttl if there else 300)
        case "ttl" if there and not there.more:
            zone.put(name, "TXT", *there.values, ttl=given)
        case "drop" if there:
            zone.drop(name, "TXT")
        case "alias":
            zone.put(name, "TXT", AliasTarget="other.acme.com.")


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def test_no_interleaving_overwrites_another_person(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route53, "_CALL_SPACING", 0.0)
    tried = []

    @settings(max_examples=200)
    @given(moments)
    def hold(meanwhile: list[tuple[str, tuple[str, str, Any]]]) -> None:
        tried.append(runner.run(_interleaved(world, reader, meanwhile)))

    world = LoopbackSes()
    runner.run(world.__aenter__())
    [(key, secret)] = world.add(MAIN, "eu-west-1").keys.items()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.setenv("AWS_ENDPOINT_URL_ROUTE_53", world.url)
    reader = sessions(Account("main", ("eu-west-1",)))
    runner.run(reader.__aenter__())
    try:
        hold()
    finally:
        runner.run(reader.__aexit__())
        runner.run(world.__aexit__())
    assert len(tried) >= 200
    assert {ChangeState.SENT, ChangeState.REFUSED} <= set(tried), "both happened"


async def _interleaved(
    world: LoopbackSes, reader: Sessions, meanwhile: list[tuple[str, tuple[str, str, Any]]]
) -> ChangeState:
    zone = hosted(TABLE)
    arguments = await planned(reader, keep(world, zone), FIX)
    changes = route53.changes_of_arguments(arguments)
    as_read = {key: zone.sets.get(key) for key in ((f"{one.key[0]}.", one.key[1], "") for one in changes)}

    def others(moment: str) -> None:
        for when, what in meanwhile:
            if when == moment:
                act(zone, *what)

    others("before")
    outcome = await route53.check_before_change(reader, HERE, arguments)
    others("between")
    found = dict(zone.sets)
    outcome = outcome or await route53.change_record_sets(reader, HERE, arguments)
    if zone.batches:
        assert {key: found.get(key) for key in as_read} == as_read, "a set that was changed was overwritten"
        assert changed(found, zone.sets) == as_read.keys()
        assert outcome.state is ChangeState.SENT
    else:
        assert changed(found, zone.sets) == set()
        assert outcome.state in (ChangeState.REFUSED, ChangeState.DONE)
    others("after")
    last = dict(zone.sets)
    await route53.read_change_back(reader, HERE, arguments, outcome.receipt)
    assert changed(last, zone.sets) == set(), "reading back changes nothing"
    return outcome.state


# moto


@pytest.fixture
def moto() -> Iterator[Any]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "example"}
    yield boto3.Session(region_name="us-east-1").client("route53", endpoint_url=f"http://{host}:{port}", **keys)
    server.stop()


def batched(client: Any, zone_id: str, *changes: tuple[str, str]) -> None:
    made = [
        {
            "Action": action,
            "ResourceRecordSet": {"Name": "acme.com.", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": value}]},
        }
        for action, value in changes
    ]
    client.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": made})


async def test_what_moto_takes(moto: Any, aws: LoopbackSes) -> None:
    """Moto takes a batch that AWS refuses, and compare-and-swap rests on that refusal: our own refuses as AWS does."""
    zone_id = moto.create_hosted_zone(Name="acme.com", CallerReference="1")["HostedZone"]["Id"]
    batched(moto, zone_id, ("CREATE", '"1"'))
    batched(moto, zone_id, ("UPSERT", '"2"'))
    batched(moto, zone_id, ("DELETE", '"1"'))  # AWS: the values provided do not match the current values
    zone = hosted(noise=False)
    zone.put(APEX, "TXT", '"2"', ttl=60)
    keep(aws, zone)
    client = boto.client(aws, aws.accounts[MAIN], "route53")
    for changes in ([("DELETE", '"1"')], [("CREATE", '"1"')], [("DELETE", '"2"'), ("DELETE", '"2"')]):
        with pytest.raises(ClientError, match="InvalidChangeBatch"):
            await asyncio.to_thread(batched, client, zone.id, *changes)
    await asyncio.to_thread(batched, client, zone.id, ("DELETE", '"2"'), ("CREATE", '"1"'))
