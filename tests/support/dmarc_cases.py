"""Reads the two tables of DMARC cases, `rfc9989.txt` and `verdicts.txt`; each opens with how it is written."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks.answers import Tristate
from tests.support.dmarc import Zone, dmarc_zone

TABLES = Path(__file__).parents[1] / "checks" / "dmarc"


@dataclass
class RuleCase:
    """A case of RFC 9989: `policy` and `organization` are words, `by` is empty where no record decides."""

    section: str
    records: dict[str, list[str]] = field(default_factory=dict)
    exists: list[str] = field(default_factory=list)
    domain: str = ""
    policy: str = ""
    by: str = ""
    organization: str = ""

    @property
    def zone(self) -> Zone:
        faults = {domain: texts[0] for domain, texts in self.records.items() if texts[0].startswith("!")}
        return dmarc_zone({**self.records, **faults}, self.exists)


def read_rules() -> list[RuleCase]:
    read_cases: list[RuleCase] = []
    for line in (TABLES / "rfc9989.txt").read_text().splitlines():
        words = line.strip()
        if not words or line.startswith("#"):
            continue
        if not line.startswith(" "):
            read_cases.append(RuleCase(words))
        elif words.startswith("= "):
            read_cases[-1].domain, _, answer = words.removeprefix("= ").partition(": ")
            decided, _, read_cases[-1].organization = answer.partition("; organization ")
            read_cases[-1].policy, _, read_cases[-1].by = decided.partition(" by ")
        elif words.startswith("exists "):
            read_cases[-1].exists.append(words.removeprefix("exists "))
        else:
            domain, _, text = line.removeprefix("    ").partition("  ")
            read_cases[-1].records.setdefault(domain, []).append(text.replace("\\t", "\t"))
    return read_cases


@dataclass
class VerdictCase:
    """A zone with its findings, worst first, and the fix of the first one, a record a line."""

    title: str
    records: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    setup: dict[str, Any] = field(default_factory=dict)
    expected: list[str] = field(default_factory=list)
    fix: list[str] = field(default_factory=list)

    @property
    def zone(self) -> Zone:
        return {**dmarc_zone({}, ("acme.com", "news.acme.com")), **self.records}

    def read(self, line: str) -> None:
        mark, _, rest = line.partition(" ")
        match mark:
            case "=":
                self.expected = rest.split(", ")
            case "+" | "-":
                self.fix.append(line)
            case "check":
                self.setup["domain"], *more = rest.split(", ")
                for word in more:
                    name, value = word.split(" ")
                    self.setup[name] = Tristate(value) if name in ("dkim", "spf") else value
            case name:
                rtype, _, value = rest.partition(" ")
                self.records.setdefault(name, {}).setdefault(rtype, []).append(value)


def read_verdicts() -> list[VerdictCase]:
    read_cases: list[VerdictCase] = []
    for line in (TABLES / "verdicts.txt").read_text().splitlines():
        if line and not line.startswith(("#", " ")):
            read_cases.append(VerdictCase(line))
        elif line.startswith(" "):
            read_cases[-1].read(line.strip())
    return read_cases
