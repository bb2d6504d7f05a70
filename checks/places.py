"""Findings about places at AWS: one finding for each thing that is so, however many places it is so at.

A domain may be an identity in one region or in many, of accounts that belong to many clients; a report has room for
what is wrong, not for a line a region.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checks.evidence import printable
from checks.findings import finding
from model import AccountRegion, Finding, Outcome, SesRegionView, worst_first

_MOST_NAMED = 4
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class RegionFinding:
    """One thing that is so at one place. `summary` has `{where}` for the place or places, and `step` is what to do; the
    same `code` with the same summary and step at several places makes one finding. `line` is the evidence."""

    place: AccountRegion
    outcome: Outcome
    code: str
    summary: str
    line: str
    step: str = ""


def findings_of(findings: Iterable[RegionFinding]) -> tuple[Finding, ...]:
    """One finding for each distinct thing, worst first."""
    same: dict[tuple[Outcome, str, str, str], list[RegionFinding]] = defaultdict(list)
    for one in findings:
        same[one.outcome, one.code, one.summary, one.step].append(one)
    return worst_first(map(_finding, same.values()))


def where(places: Sequence[AccountRegion]) -> str:
    """Such as "us-east-1 and eu-west-1 (main)", or "us-east-1 (main), us-east-1 (shop) and 7 more places"."""
    named, rest = places[:_MOST_NAMED], len(places) - _MOST_NAMED
    by_account: dict[str, list[str]] = defaultdict(list)
    for place in named:
        by_account[place.account].append(place.region)
    words = [f"{listed(regions)} ({account})" for account, regions in by_account.items()]
    if rest > 0:
        return f"{', '.join(words)} and {rest:,} more {'place' if rest == 1 else 'places'}"
    return listed(words)


def head(one: SesRegionView) -> str:
    """How a line of evidence begins: the account with its number, and the region."""
    number = f" ({one.account_id})" if one.account_id else ""
    return f"{one.place.account}{number} {one.place.region}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def lines(texts: Sequence[str]) -> tuple[str, ...]:
    """Lines of evidence, safe to print, and not too many of them."""
    shown = [printable(text) for text in dict.fromkeys(texts)]
    more = len(shown) - _MOST_LINES
    return (*shown[:_MOST_LINES], *([f"and {more:,} more"] if more > 0 else ()))


def _finding(group: Sequence[RegionFinding]) -> Finding:
    first = group[0]
    summary = first.summary.replace("{where}", where([one.place for one in group]))
    return finding(first.code, first.outcome, summary, lines([one.line for one in group]), first.step or None)
