"""`!fix`: do at the DNS provider what the report says, and at the web host and the registrar.

The report comes by the public door, `bot.py check DOMAIN --json`, asked of the demo's DNS. Its records are deleted and
published; what no record in a report can fix (a key that only another can make, a website) is then done from
`zones.REPAIRS` and `demo.sites`; then it is checked again, until nothing is left to do.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from demo.bot_process import run_bot
from demo.dns_provider import DnsProvider, normalize_name
from demo.sites import REPAIRED_SITES, renewals
from demo.world import World
from demo.zones import REPAIRS, SAMPLES, Repair

Json: TypeAlias = dict[str, Any]

_MAX_ROUNDS = 5
_BY_URGENCY = ("fail", "unknown", "warn")


class CannotCheck(Exception):
    """`bot.py check` gave no report. The text is what it said."""


@dataclass(slots=True)
class RepairResult:
    """What was done, a line each in the order done, and the verdict after it: ready, fix_first or cannot_tell."""

    domain: str
    verdict: str = ""
    done: list[str] = field(default_factory=list)


async def repair_domain(domain: str, world: World) -> RepairResult:
    """Publishes the repair of a domain; `CannotCheck` where there is no report to go by."""
    options = _check_options(domain)
    report = await _read_report(domain, options, world)
    repaired = RepairResult(str(report["domain"]), str(report["verdict"]))
    for number in range(_MAX_ROUNDS):
        done = _apply_fixes(report, world.provider)
        if number == 0:
            done += _apply_repair(REPAIRS.get(repaired.domain, Repair()), world.provider)
            done += _repair_outside_dns(repaired.domain, report, world)
        if not done:
            break
        repaired.done += done
        report = await _read_report(domain, options, world)
        repaired.verdict = str(report["verdict"])
    return repaired


def _check_options(domain: str) -> list[str]:
    """Returns the options that `check`, which knows no AWS, needs for a sample."""
    tokens = [
        token
        for sample in SAMPLES
        if normalize_name(sample.domain) == normalize_name(domain)
        for token in sample.tokens
    ]
    return [part for token in tokens for part in ("--token", token)]


async def _read_report(domain: str, options: list[str], world: World) -> Json:
    code, output, errors = await run_bot(
        ["check", "--json", *options, "--", domain], world.internet.environment, world.home
    )
    try:
        report = json.loads(output.splitlines()[0])
    except (ValueError, IndexError):
        lines = (errors.strip() or output.strip()).splitlines()
        raise CannotCheck(lines[-1] if lines else f"bot.py check ended with exit code {code}") from None
    return dict(report)


def _apply_fixes(report: Json, provider: DnsProvider) -> list[str]:
    """Applies the fixes of a report, the most urgent first; returns what was done.

    Two findings may each edit the same record; then the second waits for the next report, which has the first.
    """
    done: list[str] = []
    touched: set[tuple[str, str]] = set()
    findings = [finding for finding in report["findings"] if finding["fix"] and finding["outcome"] in _BY_URGENCY]
    for finding in sorted(findings, key=lambda finding: _BY_URGENCY.index(finding["outcome"])):
        fix = finding["fix"]
        record_sets = {(record["name"], record["type"]) for record in (*fix["remove"], *fix["records"])}
        if record_sets & touched:
            continue
        changes = [_remove_record(provider, *_record_fields(record)) for record in fix["remove"]]
        changes += [_publish_record(provider, *_record_fields(record)) for record in fix["records"]]
        applied = list(filter(None, changes))
        done += applied
        if applied:
            touched |= record_sets
    return done


def _apply_repair(repair: Repair, provider: DnsProvider) -> list[str]:
    """Does what no record in a report can fix; returns what was done. What the report replaced stays."""
    done = [f"{name}: the name server answers again" for name, kind in repair.lift if provider.end_fault(name, kind)]
    removed = list(filter(None, [_remove_record(provider, *record) for record in repair.remove]))
    if repair.remove and not removed:
        return done
    published = [_publish_record(provider, *record) for record in repair.publish]
    return [*done, *removed, *filter(None, published)]


def _repair_outside_dns(domain: str, report: Json, world: World) -> list[str]:
    """Repairs a website or a registration where the report finds fault with it; returns what was done."""
    faults = {finding["check"] for finding in report["findings"] if finding["outcome"] in ("fail", "unknown")}
    done = []
    if "website" in faults and domain in REPAIRED_SITES:
        world.internet.web.sites[domain] = REPAIRED_SITES[domain]
        done.append(f"published  the website of {domain}")
    renewed = renewals(datetime.now(UTC))
    if "domain_age" in faults and domain in renewed:
        words, world.internet.rdap.domains[domain] = renewed[domain]
        done.append(words)
    return done


def _remove_record(provider: DnsProvider, name: str, kind: str, value: str) -> str:
    return f"deleted    {name}  {kind}  {value}" if provider.remove(name, kind, value) else ""


def _publish_record(provider: DnsProvider, name: str, kind: str, value: str) -> str:
    try:
        return f"published  {name}  {kind}  {value}" if provider.publish(name, kind, value) else ""
    except ValueError as error:
        return f"refused by the DNS provider: {error}"


def _record_fields(record: Json) -> tuple[str, str, str]:
    """Returns a record of a report as a zone holds it: the preference of an MX record stands before its host."""
    value = record["value"] if record["priority"] is None else f"{record['priority']} {record['value']}"
    return record["name"], record["type"], value
