"""Builds a finding about a website: outcome and step are in `findings.toml`; the evidence is what was asked, what
answered, and the words that led to it."""

import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

from checks.evidence import printable
from checks.fetch import Failed
from checks.website.facts import Visit, WebsiteFacts, content_type
from checks.website.phrases import Sign
from model import Finding, Fix, Outcome

_LONGEST_URL = 100
_MOST_HOPS = 9
_CREDENTIALS = re.compile(r"//[^\s/?#]*@")


@cache
def meanings() -> dict[str, dict[str, str]]:
    """Reads the outcome and the step of each code."""
    return tomllib.loads(Path(__file__).with_name("findings.toml").read_text(encoding="utf-8"))


def finding(code: str, summary: str, facts: WebsiteFacts, *signs: Sign | None, step: str = "") -> Finding:
    """Builds a finding of this check. `signs` that are None give no evidence; `step` replaces the usual one."""
    means = meanings()[code]
    said = tuple(line(sign) for sign in signs if sign)
    step = step or means["step"]
    return Finding(
        "website",
        Outcome(means["outcome"]),
        f"website.{code}",
        summary,
        (*asked(facts), *said),
        Fix(step=step) if step else None,
    )


def warning(code: str, summary: str, facts: WebsiteFacts, *signs: Sign | None) -> Finding:
    """Builds a finding that elsewhere fails as a warning: the website has substance all the same."""
    return replace(finding(code, summary, facts, *signs), outcome=Outcome.WARN)


def line(sign: Sign) -> str:
    """Writes a sign as a line of evidence: `title: Welcome to nginx!`."""
    return printable(f"{sign.place}: {sign.words}")


def asked(facts: WebsiteFacts) -> tuple[str, ...]:
    """Lists what was opened and how it answered, a line each, in order."""
    visits = (*facts.before, facts.visit, *((facts.again,) if facts.again else ()))
    return tuple(dict.fromkeys(line for visit in visits for line in _in_lines(visit)))


def _in_lines(visit: Visit) -> list[str]:
    answer = visit.answer
    lines = [_safe(f"{hop.url} → {hop.status} → {hop.location}") for hop in answer.hops[:_MOST_HOPS]]
    if isinstance(answer, Failed):
        status = f"{answer.status}, " if answer.status else ""
        return [*lines, _safe(f"{answer.url} → {status}{answer.why}")]
    kind = content_type(answer)
    return [*lines, _safe(f"{answer.url} → {answer.status}{f', {kind}' if kind else ''}")]


def short(url: str) -> str:
    """Shortens an address for a sentence."""
    shown = _safe(url)
    return shown if len(shown) <= _LONGEST_URL else shown[:_LONGEST_URL] + "…"


def _safe(text: str) -> str:
    """Makes a text printable, and drops a user name and password in an address: a report may be shared."""
    return printable(_CREDENTIALS.sub("//…@", text))
