"""The report of a check, for the person who asked: the verdict first, then what to fix and how, then the rest.

Outside text (evidence, records, names) stands in rich_text and plain_text elements alone, so none of it can become
markup. The same blocks are drawn in Slack and, by `handlers.views.terminal`, in a terminal.
"""

import re
from collections.abc import Iterator, Sequence

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.escape import inert, record_text, visible
from handlers.views.fixes import Shown, fix_elements
from handlers.views.limits import fit_message
from handlers.views.message import Block, Message
from handlers.views.naming import counted, label, listed, short, written
from handlers.views.reasons import reason
from model import Checked, Finding, Outcome, Report, Verdict

_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
_MARKS = {
    Outcome.FAIL: "red_circle",
    Outcome.UNKNOWN: "white_circle",
    Outcome.WARN: "large_yellow_circle",
    Outcome.PASS: "white_check_mark",
}
_HEADINGS = {
    Outcome.FAIL: "Fix first",
    Outcome.UNKNOWN: "Could not be told",
    Outcome.WARN: "Worth improving",
}
_DECIDING = ("spf", "dkim", "dmarc")
"""The checks whose unknowns decide the verdict."""


def report_message(checked: Checked, *, query: str, shared_by: str | None = None) -> Message:
    """The report as one message within Slack's limits.

    `query` (the domain and options as typed text) becomes the value of every button. `shared_by` is the Slack user id
    of the person who shared it with a channel; a shared report has no "Share in channel" button.
    """
    drawn = [*report_blocks(checked, shared_by=shared_by), buttons(query, shared=shared_by is not None)]
    return fit_message(Message(inert(verdict_line(checked.report)), tuple(drawn)))


def report_blocks(checked: Checked, *, shared_by: str | None = None) -> list[Block]:
    """The whole report without buttons and without limits, as a terminal shows it."""
    report = checked.report
    drawn = [kit.header(verdict_line(report, shortened=True)), _figures(report, shared_by)]
    drawn.extend(finding_blocks(checked))
    passed = _passed(report)
    return [*drawn, passed] if passed else drawn


def verdict_line(report: Report, *, shortened: bool = False) -> str:
    """One sentence, such as "acme.com: fix 3 things first"; a long domain is shortened for a heading."""
    name = written(report.domain)
    name = short(name) if shortened else name
    match report.verdict:
        case Verdict.READY:
            provided = ", as far as DNS shows" if _codes(report) & {"dkim.other-only"} else ""
            return f"{name} is ready for a reviewer{provided}"
        case Verdict.FIX_FIRST:
            fails = len(_with(report, Outcome.FAIL))
            return f"{name}: fix {counted(fails, 'thing', 'things')} first"
        case Verdict.CANNOT_TELL:
            return f"{name} could not be judged: {_untold(report)}"


def buttons(query: str, *, shared: bool) -> Block:
    """The row under a report."""
    row = [
        kit.button("check_again", "Check again", query),
        kit.button("check_details", "Details", query),
    ]
    if not shared:
        row.append(kit.button("check_share", "Share in channel", query))
    return kit.actions(row, "check_report")


def finding_blocks(checked: Checked) -> Iterator[Block]:
    """Every finding that is not a pass, one block each under a heading for its kind; records are given once."""
    shown: Shown = {}
    number = 0
    for outcome, heading in _HEADINGS.items():
        group = _with(checked.report, outcome)
        for position, finding in enumerate(group):
            number += 1
            title = [kit.line(kit.bold(heading))] if position == 0 else []
            yield kit.rich([*title, *_finding(finding, checked.zone, number, shown)])
    if any(action == "publish" for action, _ in shown):
        yield kit.context(kit.plain(_how_to_type(checked.zone)))


def _finding(finding: Finding, zone: str, number: int, shown: Shown) -> Iterator[Element]:
    summary = kit.bold(f" {number}. {label(finding.check)}: {visible(finding.summary)}")
    why = reason(finding.code)
    yield kit.line(kit.emoji(_MARKS[finding.outcome]), summary, *([kit.run(f"\n{why}")] if why else ()))
    if finding.evidence:
        yield kit.line(kit.run("Seen:"))
        yield kit.pre("\n".join(record_text(piece) for piece in finding.evidence))
    if finding.fix:
        yield from fix_elements(finding.fix, zone, number, shown)
    elif finding.outcome is Outcome.UNKNOWN:
        yield kit.line(kit.bold("To do: "), kit.run("check again in a minute; DNS servers are often slow only once."))


def _how_to_type(zone: str) -> str:
    return (
        f"Host is what to type at the DNS provider of {visible(zone)}, which adds the rest of the full name by itself "
        "(@ stands for the domain itself). TTL: 300 seconds while you set this up, then the provider’s default."
    )


def _figures(report: Report, shared_by: str | None) -> Block:
    """How the verdict came about, in figures."""
    asked = counted(report.queries, "DNS question", "DNS questions")
    took = f"{report.seconds:.1f} s" if report.seconds >= 0.1 else "under 0.1 s"
    words = {Outcome.FAIL: "to fix", Outcome.UNKNOWN: "not told", Outcome.WARN: "to improve", Outcome.PASS: "passed"}
    counts = [f"{len(found):,} {word}" for outcome, word in words.items() if (found := _with(report, outcome))]
    elements = [kit.plain(" · ".join([f"{asked} in {took}", *counts]))]
    if shared_by is not None:
        user = kit.mrkdwn(f"Shared by <@{shared_by}>") if _USER_ID.fullmatch(shared_by) else kit.plain("Shared")
        elements.append(user)
    return kit.context(*elements)


def _passed(report: Report) -> Block | None:
    """What passed, folded to a line, and the notes that some passes carry."""
    passes = _with(report, Outcome.PASS)
    troubled = {finding.check for finding in report.findings if finding.outcome is not Outcome.PASS}
    clean = list(dict.fromkeys(label(finding.check) for finding in passes if finding.check not in troubled))
    notes = [visible(finding.summary) for finding in passes if not finding.code.endswith("ok")]
    folded = [f"Passed: {', '.join(clean)}"] if clean else []
    if not folded and not notes:
        return None
    return kit.context(*(kit.plain(text) for text in [*folded, *notes]))


def _untold(report: Report) -> str:
    unknown = [finding for finding in _with(report, Outcome.UNKNOWN) if finding.check in _DECIDING]
    if unknown and not all(finding.code.endswith(".lookup-failed") for finding in unknown):
        checks = list(dict.fromkeys(label(finding.check) for finding in unknown))
        return f"{listed(checks)} could not be told"
    return "DNS did not answer"


def _with(report: Report, outcome: Outcome) -> Sequence[Finding]:
    return [finding for finding in report.findings if finding.outcome is outcome]


def _codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}
