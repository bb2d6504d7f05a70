"""The registry of checks: what each is called, where it looks, what it weighs, and why its findings matter.

Everything that lists checks reads it: the runner, the verdict, the views, the terminal. To add a check, add an entry
here (and its sentences to `reasons.toml`), its package in `checks`, and its tests.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path


class Source(StrEnum):
    """Where a check looks."""

    DNS = "dns"
    WEB = "web"
    AWS = "aws"


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """One check. `label` is its name for people, `subject` what it looks at, for the middle of a sentence.

    `decides`: without its answer there is no verdict. `counts` False: its findings are notes, and weigh nothing.
    `run` names the function that does it, as `module:function`, so that its libraries are loaded when it runs; empty
    for the DNS checks that judge each other, see `checks.dns_checks`. Checks with the same `run` are done together.
    """

    name: str
    label: str
    source: Source = Source.DNS
    subject: str = ""
    decides: bool = False
    counts: bool = True
    run: str = ""

    @property
    def is_dns(self) -> bool:
        """True where the check asks DNS alone, so that its findings are in the first report."""
        return self.source is Source.DNS


REGISTRY = (
    CheckInfo("spf", "SPF", decides=True),
    CheckInfo("dkim", "DKIM", decides=True),
    CheckInfo("dmarc", "DMARC", decides=True),
    CheckInfo("mail_from", "MAIL FROM"),
    CheckInfo("mx", "MX"),
    CheckInfo("tls_rpt", "TLS reports", counts=False, run="checks.tls_rpt:check"),
    CheckInfo("website", "Website", Source.WEB, "the website", run="checks.web_checks:check_website"),
    CheckInfo("domain_age", "Domain age", Source.WEB, "the age of the domain", run="checks.web_checks:check_age"),
    CheckInfo("identity", "SES identity", Source.AWS, "the SES identity", run="checks.ses:check_ses"),
    CheckInfo("account", "SES account", Source.AWS, "the SES account", run="checks.ses:check_ses"),
)
"""Every check, in the order in which a report shows them."""

CHECK_INFO = {info.name: info for info in REGISTRY}
EVERY_CHECK = tuple(CHECK_INFO)
DNS_CHECKS = tuple(info.name for info in REGISTRY if info.is_dns)
DECIDING = tuple(info.name for info in REGISTRY if info.decides)


def is_dns(check: str) -> bool:
    """Returns True for a check that asks DNS alone; also for one that is not in the registry, such as that of an old
    report."""
    return check not in CHECK_INFO or CHECK_INFO[check].is_dns


def subject_of(check: str) -> str:
    """Returns what a check looks at, for the middle of a sentence: "the website", "SPF"."""
    info = CHECK_INFO.get(check)
    return (info.subject or info.label) if info else check


def reason_of(code: str) -> str:
    """Returns why a finding matters, in a sentence; empty for a code that needs none, or is not known."""
    check, _, what = code.partition(".")
    return load_reasons().get(check, {}).get(what, "")


@cache
def load_reasons() -> dict[str, dict[str, str]]:
    """Reads the sentences: check to code to sentence."""
    return tomllib.loads(Path(__file__).with_name("reasons.toml").read_text("utf-8"))
