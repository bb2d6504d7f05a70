"""`!fix`: what of a report is done, and in which order. The report is made up here, from what stands in the zone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import demo.repair
from demo.bot_process import BotProcess
from demo.dns_provider import DnsProvider, Table
from demo.repair import CannotCheck, repair_domain
from demo.world import Internet, World
from demo.zones import REPAIRS, TABLE
from fakes.dns import LoopbackDns
from fakes.rdap import LoopbackRdap
from fakes.slack import LoopbackSlack
from fakes.web import LoopbackWeb

Zone = list[str]


def record(kind: str, name: str, value: str, priority: int | None = None) -> dict[str, Any]:
    return {"type": kind, "name": name, "value": value, "priority": priority}


def finding(outcome: str, *records: dict[str, Any], remove: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"check": "spf", "outcome": outcome, "fix": {"records": list(records), "remove": list(remove), "step": ""}}


def small(table: Table) -> World:
    server = LoopbackDns(table)
    internet = Internet(server, LoopbackWeb(), LoopbackRdap())
    return World(internet, LoopbackSlack(), DnsProvider(server, table), Path(), BotProcess())


def reporting(
    monkeypatch: pytest.MonkeyPatch, world: World, findings: Callable[[Zone], list[dict[str, Any]]]
) -> list[list[str]]:
    """Let `bot.py check` find this in a zone; the arguments that it is called with."""
    called: list[list[str]] = []

    async def run_bot(arguments: list[str], environment: dict[str, str], home: Path) -> tuple[int, str, str]:
        called.append(arguments)
        assert environment == world.internet.environment
        found = findings(world.provider.list_records(arguments[-1]))
        verdict = "fix_first" if any(one["outcome"] == "fail" for one in found) else "ready"
        return 1, json.dumps({"domain": arguments[-1], "verdict": verdict, "findings": found}) + "\n", ""

    monkeypatch.setattr(demo.repair, "run_bot", run_bot)
    return called


async def test_records_are_deleted_and_published(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small({"acme.example": {"TXT": ["v=spf1 -al"]}})
    bad, good = record("TXT", "acme.example", "v=spf1 -al"), record("TXT", "acme.example", "v=spf1 ~all")
    mx = record("MX", "mail.acme.example", "feedback-smtp.us-east-1.amazonses.com", 10)

    def findings(zone: Zone) -> list[dict[str, Any]]:
        wrong = "acme.example  TXT  v=spf1 -al" in zone
        return [finding("fail", good, remove=(bad,)), finding("warn", mx)] if wrong else [finding("pass")]

    reporting(monkeypatch, world, findings)
    repaired = await repair_domain("acme.example", world)
    assert repaired.verdict == "ready"
    assert repaired.done == [
        "deleted    acme.example  TXT  v=spf1 -al",
        "published  acme.example  TXT  v=spf1 ~all",
        "published  mail.acme.example  MX  10 feedback-smtp.us-east-1.amazonses.com",
    ]


async def test_two_findings_about_one_record_are_repaired_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each knows only of the record as it stood: doing both at once would publish two SPF records."""
    world = small({"acme.example": {"TXT": ["v=spf1 ptr ?all"]}})

    def amended(old: str, new: str) -> dict[str, Any]:
        name = "acme.example"
        return finding("warn", record("TXT", name, new), remove=(record("TXT", name, old),))

    def findings(zone: Zone) -> list[dict[str, Any]]:
        (line,) = zone
        old = line.rpartition("  ")[2]
        without_ptr = [amended(old, old.replace("ptr ", ""))] if "ptr" in old else []
        return [*without_ptr, *([amended(old, old.replace("?all", "~all"))] if "?all" in old else [])]

    reporting(monkeypatch, world, findings)
    await repair_domain("acme.example", world)
    assert world.provider.list_records("acme.example") == ["acme.example  TXT  v=spf1 ~all"]


async def test_what_no_record_can_fix_comes_from_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small(TABLE)
    called = reporting(monkeypatch, world, lambda _: [])
    repaired = await repair_domain("broken.example", world)
    ((name, kind, value),) = REPAIRS["broken.example"].publish
    assert repaired.done == [f"published  {name}  {kind}  {value}"]
    assert called == [["check", "--json", "--", "broken.example"]] * 2


async def test_a_repair_is_left_out_where_the_report_has_replaced_the_same_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = small(TABLE)
    ((name, kind, old),) = REPAIRS["eleven.example"].remove
    fix = finding("fail", record(kind, name, "v=spf1 -all"), remove=(record(kind, name, old),))
    reporting(monkeypatch, world, lambda zone: [fix] if any(old in line for line in zone) else [])
    await repair_domain("eleven.example", world)
    spf = [
        line for line in world.provider.list_records("eleven.example") if "v=spf1" in line and line.startswith("eleven")
    ]
    assert spf == ["eleven.example  TXT  v=spf1 -all"]


async def test_the_tokens_of_a_sample_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small(TABLE)
    called = reporting(monkeypatch, world, lambda _: [])
    await repair_domain("ses.example", world)
    assert [word for word in called[0] if word == "--token"] == ["--token"] * 3
    await repair_domain("bücher.example", world)
    assert called[-1] == ["check", "--json", "--", "bücher.example"]


async def test_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run_bot(*_: Any) -> tuple[int, str, str]:
        return 2, "", "usage: …\n“a b” is not a domain.\n"

    monkeypatch.setattr(demo.repair, "run_bot", run_bot)
    with pytest.raises(CannotCheck, match="“a b” is not a domain"):
        await repair_domain("a b", small(TABLE))
