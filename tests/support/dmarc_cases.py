"""Reads the two tables of DMARC cases, `rfc9989.txt` and `verdicts.txt`; each opens with how it is written."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks.answers import Tristate
from tests.support.dmarc import Zone, zone_of

TABLES = Path(__file__).parents[1] / "checks" / "dmarc"


@dataclass
class Rule:
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
        return zone_of({**self.records, **faults}, self.exists)


def rules() -> list[Rule]:
    read: list[Rule] = []
    for line in (TABLES / "rfc9989.txt").read_text().splitlines():
        words = line.strip()
        if not words or line.startswith("#"):
            continue
        if not line.startswith(" "):
            read.append(Rule(words))
        elif words.startswith("= "):
            read[-1].domain, _, answer = words.removeprefix("= ").partition(": ")
            decided, _, read[-1].organization = answer.partition("; organization ")
            read[-1].policy, _, read[-1].by = decided.partition(" by ")
        elif words.startswith("exists "):
            read[-1].exists.append(words.removeprefix("exists "))
        else:
            domain, _, text = line.removeprefix("    ").partition("  ")
            read[-1].records.setdefault(domain, []).append(text.replace("\\t", "\t"))
    return read


@dataclass
class Verdict:
    """A zone with its findings, worst first, and the fix of the first one, a record a line."""

    about: str
    records: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    fix: list[str] = field(default_factory=list)

    @property
    def zone(self) -> Zone:
        return {**zone_of({}, ("acme.com", "news.acme.com")), **self.records}

    def read(self, line: str) -> None:
        mark, _, rest = line.partition(" ")
        match mark:
            case "=":
                self.found = rest.split(", ")
            case "+" | "-":
                self.fix.append(line)
            case "check":
                self.asked["domain"], *more = rest.split(", ")
                for word in more:
                    name, value = word.split(" ")
                    self.asked[name] = Tristate(value) if name in ("dkim", "spf") else value
            case name:
                rtype, _, value = rest.partition(" ")
                self.records.setdefault(name, {}).setdefault(rtype, []).append(value)


def verdicts() -> list[Verdict]:
    read: list[Verdict] = []
    for line in (TABLES / "verdicts.txt").read_text().splitlines():
        if line and not line.startswith(("#", " ")):
            read.append(Verdict(line))
        elif line.startswith(" "):
            read[-1].read(line.strip())
    return read
