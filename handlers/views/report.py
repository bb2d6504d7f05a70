"""The report of a check, for the person who asked: the verdict first, then what to fix and how, then the rest; and the
modal "Details" with every question asked of DNS and the SPF tree.

Outside text (evidence, records, names) stands in rich_text and plain_text elements alone, so none of it can become
markup.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, Message, View
from handlers.views.changes import FIX, REHEARSE, SET_UP
from handlers.views.escape import record_text, visible
from handlers.views.limits import message
from handlers.views.naming import counted, host_field, label, listed, short, written
from handlers.views.records import Shown, fix_elements
from handlers.views.words import modal
from model import Checked, Finding, Outcome, Report, Seen, ShownReport, TreeLine, Verdict
from model.checks import DECIDING, EVERY_CHECK, is_dns, reason, subject

_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
MARKS = {
    Outcome.FAIL: "red_circle",
    Outcome.UNKNOWN: "white_circle",
    Outcome.WARN: "large_yellow_circle",
    Outcome.PASS: "white_check_mark",
}
HEADINGS = {
    Outcome.FAIL: "Fix first",
    Outcome.UNKNOWN: "Unknown",
    Outcome.WARN: "Worth improving",
}
CHECK_AGAIN, DETAILS, SHARE, TELL = "check_again", "check_details", "check_share", "tell_fixed"
COPY = "records_copy"
_SET_UP_CODES = {
    *("identity.not-found", "identity.email-only", "identity.pending"),
    *("identity.no-default-config-set", "identity.no-events", "account.suppression-off"),
}
"""Findings that say what SES lacks of a domain."""
_COUNTED = {Outcome.FAIL: "to fix", Outcome.UNKNOWN: "unknown", Outcome.WARN: "to improve", Outcome.PASS: "passed"}
TELL_LABEL = "Tell me when it's fixed"
_AS_DNS_SHOWS = ", as far as DNS shows"


def report_message(shown: ShownReport, *, shared_by: str | None = None, publish: bool = False) -> Message:
    """Returns the report as one message within Slack's limits. "Check again" carries the query (domain and options as
    typed text), the other buttons the report's id. `shared_by` is the Slack user id of the person who shared it with a
    channel; a shared report has no "Share in channel" button. `publish`: an account is connected, so "Fix it for me" is
    offered to the person who asked."""
    shared = shared_by is not None
    buttons = _buttons(shown, shared=shared, publish=publish and not shared)
    drawn = [*report_blocks(shown.checked, shared_by=shared_by), buttons]
    return message(headline(shown.checked), drawn)


def rest_message(shown: ShownReport, *, publish: bool = False) -> Message:
    """Returns what is more than DNS, with the final verdict on all of it: for a person who has seen the DNS part."""
    report = shown.checked.report
    beside = replace(report, findings=tuple(one for one in report.findings if not is_dns(one.check)))
    drawn = [
        kit.header(verdict_line(report, shortened=True)),
        figures(report),
        kit.context(_of_the_first(report)),
        *finding_blocks(replace(shown.checked, report=beside)),
        *_closing(beside, shown.checked.notes),
        _buttons(shown, shared=False, publish=publish),
    ]
    return message(verdict_line(report), drawn)


@dataclass(frozen=True, slots=True)
class NotChecked:
    """One of several domains that was not checked: as typed, and why not, in a sentence."""

    typed: str
    why: str


def summary_message(
    results: Sequence[ShownReport | NotChecked], *, query: str, shared_by: str | None = None
) -> Message:
    """Returns several domains: a line each, with a "Details" button. `query` is the whole, for "Check again"."""
    shown = [result for result in results if isinstance(result, ShownReport)]
    verdicts = [one.checked.report.verdict for one in shown]
    words = {
        Verdict.READY: "ready",
        Verdict.FIX_FIRST: "to fix first",
        Verdict.CANNOT_TELL: "without a verdict",
    }
    counts = [f"{number:,} {word}" for verdict, word in words.items() if (number := verdicts.count(verdict))]
    if refused := len(results) - len(verdicts):
        counts.append(f"{refused:,} not checked")
    title = f"{counted(len(results), 'domain', 'domains')}: {', '.join(counts)}"
    by = [kit.context(sharer(shared_by))] if shared_by is not None else []
    row = [kit.button(CHECK_AGAIN, "Check again", query)]
    row += [kit.button(SHARE, "Share in channel", " ".join(one.id for one in shown))] if shared_by is None else []
    drawn = (kit.header(title), *by, *map(_summary_line, results), kit.actions(row, "check_report"))
    return message(title, drawn)


def report_blocks(checked: Checked, *, shared_by: str | None = None) -> list[Block]:
    """Returns the whole report without buttons and without limits, as a terminal shows it."""
    report = checked.report
    drawn = [kit.header(headline(checked, shortened=True)), figures(report, shared_by)]
    if checked.pending:
        drawn.append(kit.context(_to_come(checked.pending)))
    return [*drawn, *finding_blocks(checked), *_closing(report, checked.notes)]


def headline(checked: Checked, *, shortened: bool = False) -> str:
    """Returns the verdict in one sentence, which says so where it is not the final one."""
    line = verdict_line(checked.report, shortened=shortened)
    final = not checked.pending or checked.report.verdict is not Verdict.READY
    return line if final or line.endswith(_AS_DNS_SHOWS) else line + _AS_DNS_SHOWS


def verdict_line(report: Report, *, shortened: bool = False) -> str:
    """Returns one sentence, such as "acme.com: fix 3 things first"; a long domain is shortened for a heading."""
    name = written(report.domain)
    name = short(name) if shortened else name
    match report.verdict:
        case Verdict.READY:
            provided = _AS_DNS_SHOWS if any(one.code == "dkim.other-only" for one in report.findings) else ""
            return f"{name} is ready for a reviewer{provided}"
        case Verdict.FIX_FIRST:
            fails = len(with_outcome(report, Outcome.FAIL))
            return f"{name}: fix {counted(fails, 'thing', 'things')} first"
        case Verdict.CANNOT_TELL:
            return f"{name}: no verdict yet, because {_untold(report)}"


def _fixing(shown: ShownReport) -> Iterator[Element]:
    fixes = [one.fix for one in shown.checked.report.findings if one.fix]
    if any(fix.records or fix.remove for fix in fixes):
        yield kit.button(COPY, "Copy records as…", shown.id)
    codes = {one.code for one in shown.checked.report.findings}
    if codes & _SET_UP_CODES or ("mail_from.not-set" in codes and "identity.ok" in codes):
        yield kit.button(SET_UP, "Set up in SES", shown.id)
    if "identity.ok" in codes:
        yield kit.button(REHEARSE, "Rehearse", shown.id)


def _buttons(shown: ShownReport, *, shared: bool, publish: bool) -> Block:
    """Returns the row under the report of one domain; what is to be written next comes last."""
    report = shown.checked.report
    row = [kit.button(CHECK_AGAIN, "Check again", shown.query), kit.button(DETAILS, "Details", shown.id)]
    if not shared:
        row.append(kit.button(SHARE, "Share in channel", shown.id))
    if publish and any(one.fix and (one.fix.records or one.fix.remove) for one in report.findings):
        row.append(kit.button(FIX, "Fix it for me", shown.id))
    if report.verdict is not Verdict.READY:
        row.append(kit.button(TELL, TELL_LABEL, shown.id))
    return kit.actions([*row, *_fixing(shown), *_draft(report, shown.id)], "check_report")


def finding_blocks(checked: Checked) -> Iterator[Block]:
    """Yields every finding that is not a pass, one block each under a heading for its kind; records are given once."""
    shown: Shown = {}
    number = 0
    for outcome, heading in HEADINGS.items():
        group = with_outcome(checked.report, outcome)
        for position, finding in enumerate(group):
            number += 1
            title = [kit.line(kit.bold(heading))] if position == 0 else []
            yield kit.rich([*title, *_finding(finding, checked.zone, number, shown)])
    if any(action == "publish" and host_field(record.name, checked.zone) for action, record in shown):
        yield kit.context(how_to_type(checked.zone))


def _finding(finding: Finding, zone: str, number: int, shown: Shown) -> Iterator[Element]:
    summary = kit.bold(f" {number}. {label(finding.check)}: {visible(finding.summary)}")
    why = reason(finding.code)
    yield kit.line(kit.emoji(MARKS[finding.outcome]), summary, *([kit.run(f"\n{why}")] if why else ()))
    if finding.evidence:
        yield kit.line(kit.run("Seen:"))
        yield from kit.pres(record_text(piece) for piece in finding.evidence)
    if finding.fix:
        yield from fix_elements(finding.fix, zone, number, shown)
    elif finding.outcome is Outcome.UNKNOWN:
        yield kit.line(kit.bold("To do: "), kit.run("check again in a minute; DNS servers are often slow only once."))


def how_to_type(zone: str) -> str:
    """Returns how a host field is typed at a DNS provider."""
    return (
        f"Type “host” into the form of your DNS provider; it adds {visible(zone)} (@ = the domain itself). "
        "Use a TTL of 300 seconds for now."
    )


def figures(report: Report, shared_by: str | None = None) -> Block:
    """Returns how the verdict came about, in figures, and who shared it."""
    return kit.context(figures_line(report), *([sharer(shared_by)] if shared_by is not None else ()))


def figures_line(report: Report) -> str:
    """Questions, time, and how many findings of each kind."""
    asked = counted(report.queries, "DNS question", "DNS questions")
    took = f"{report.seconds:.1f} s" if report.seconds >= 0.1 else "under 0.1 s"
    more = any(not is_dns(one.check) for one in report.findings)
    return " · ".join([f"{asked}, {took} in all" if more else f"{asked} in {took}", *_counts(report.findings)])


def _counts(findings: Sequence[Finding]) -> list[str]:
    """Returns such as "2 to fix", "3 passed"."""
    counts = Counter(one.outcome for one in findings)
    return [f"{counts[outcome]:,} {word}" for outcome, word in _COUNTED.items() if counts[outcome]]


def sharer(user_id: str) -> Element:
    """Who shared it with the channel; a user id from outside is no mention."""
    known = _USER_ID.fullmatch(user_id)
    return kit.mrkdwn(f"Shared by <@{user_id}>") if known else kit.plain("Shared")


def _draft(report: Report, report_id: str) -> list[Element]:
    """Returns the request, also while records spread; the appeal after a refusal; nothing for a domain no one owns."""
    codes = {one.code for one in report.findings}
    if codes & {"mx.domain-not-found", "domain_age.not-registered"}:
        return []
    if "account.not-granted" in codes:
        return [kit.button("appeal_start", "Draft the answer", "")]
    return [kit.button("draft_start", "Draft the request", report_id)]


def _summary_line(result: ShownReport | NotChecked) -> Block:
    if isinstance(result, NotChecked):
        return kit.section(f"– {short(visible(result.typed))}: {visible(result.why)}")
    report = result.checked.report
    glyph = {Verdict.READY: "✓", Verdict.FIX_FIRST: "✗", Verdict.CANNOT_TELL: "?"}[report.verdict]
    failing = labels(with_outcome(report, Outcome.FAIL))
    named = f" ({', '.join(failing)})" if failing else ""
    text = kit.plain(f"{glyph} {verdict_line(report, shortened=True)}{named}")
    return kit.section(text, kit.button(DETAILS, "Details", result.id))


def _to_come(pending: Sequence[str]) -> str:
    follow = listed([subject(check) for check in pending])
    return f"DNS results. The rest follows in a moment, with the final verdict: {follow}."


def _of_the_first(report: Report) -> str:
    """Returns how the final verdict comes about, where what DNS shows stands in the message before."""
    counts = _counts([one for one in report.findings if is_dns(one.check)])
    in_figures = f" ({', '.join(counts)})" if counts else ""
    return f"Final verdict, including the DNS results above{in_figures}."


def _closing(report: Report, notes: Sequence[str]) -> Iterator[Block]:
    """Yields what passed, and what was not looked at."""
    for lines in (list(passed_lines(report)), [visible(note) for note in notes]):
        if lines:
            yield kit.context("\n".join(lines))


def passed_lines(report: Report) -> Iterator[str]:
    """Yields what passed, folded to a line, and the notes that some passes carry."""
    passes = with_outcome(report, Outcome.PASS)
    troubled = {finding.check for finding in report.findings if finding.outcome is not Outcome.PASS}
    if clean := labels([finding for finding in passes if finding.check not in troubled]):
        yield f"Passed: {', '.join(clean)}"
    yield from (f"Note on {label(one.check)}: {visible(one.summary)}" for one in passes if not one.code.endswith("ok"))


def labels(findings: Sequence[Finding]) -> list[str]:
    """Returns the checks of these findings as people call them, each once."""
    return list(dict.fromkeys(label(finding.check) for finding in findings))


def _untold(report: Report) -> str:
    """Returns why a domain could not be judged: of what there was no answer."""
    if not report.findings:
        return "no check has finished"
    unknown = [finding for finding in with_outcome(report, Outcome.UNKNOWN) if finding.check in DECIDING]
    if not unknown and all(not is_dns(finding.check) for finding in report.findings):
        unknown = list(report.findings)
    checks = list(dict.fromkeys(subject(finding.check) for finding in unknown))
    failed = [finding.code.endswith(".lookup-failed") for finding in unknown]
    if not checks or (len(checks) == len(DECIDING) and any(failed)):
        return "DNS did not answer"
    by_dns = all(failed) and all(is_dns(finding.check) for finding in unknown)
    return f"DNS did not answer about {listed(checks)}" if by_dns else f"{listed(checks)} could not be checked"


def with_outcome(report: Report, outcome: Outcome) -> Sequence[Finding]:
    return [finding for finding in report.findings if finding.outcome is outcome]


_NO_SUCH_NAME = ("no such name",)
MOST_LOOKUPS = 10
"""RFC 7208 section 4.6.4."""


def details_modal(shown: ShownReport) -> View:
    """Returns what the verdict rests on."""
    checked = shown.checked
    drawn: list[Block] = [kit.header(short(written(checked.report.domain))), figures(checked.report)]
    if checked.tree:
        drawn.append(tree_block(checked.tree))
    drawn.extend(_questions(checked.seen))
    drawn.extend(finding_blocks(checked))
    passes = [one for one in checked.report.findings if one.outcome is Outcome.PASS]
    if passes:
        lines = [f"{label(one.check)}: {visible(one.summary)}" for one in passes]
        drawn.append(kit.rich([kit.line(kit.bold("Passed")), kit.bullets([kit.run(words)] for words in lines)]))
    if checked.notes:
        drawn.append(kit.context("\n".join(visible(note) for note in checked.notes)))
    return modal("Details", *drawn)


def tree_block(tree: Sequence[TreeLine]) -> Block:
    title, *lines = tree_lines(tree)
    return kit.rich([kit.line(kit.bold(title)), *kit.pres(lines)])


def tree_lines(tree: Sequence[TreeLine]) -> Iterator[str]:
    """Yields how many look-ups the SPF record needs, and then its terms; before each, how many were used up to it."""
    used = max(one.lookups for one in tree)
    over = f", {used - MOST_LOOKUPS} too many" if used > MOST_LOOKUPS else ""
    yield f"SPF: {counted(used, 'look-up', 'look-ups')} of at most {MOST_LOOKUPS}{over}"
    for one in tree:
        note = f"  ← {visible(one.note)}" if one.note else ""
        yield f"{one.lookups:>3}  {'  ' * min(one.depth, 20)}{record_text(one.text)}{note}"


def _questions(seen: Sequence[Seen]) -> Iterator[Block]:
    """Yields one block a check: each question with what came back."""
    order = list(dict.fromkeys([*EVERY_CHECK, *(one.check for one in seen)]))
    for check in order:
        asked = [one for one in seen if one.check == check]
        if asked:
            title = f"{label(check)}: {counted(len(asked), 'question', 'questions')}"
            lines = [text for one in asked if one.answer != _NO_SUCH_NAME for text in _answer(one)]
            absent = [one for one in asked if one.answer == _NO_SUCH_NAME]
            yield kit.rich([kit.line(kit.bold(title)), *kit.pres([*lines, *_absent(absent)])])


def _absent(asked: Sequence[Seen]) -> Iterator[str]:
    """Yields names that do not exist, each once: most of them are guesses, and they would bury the rest."""
    if asked:
        yield "no such name:"
    for name in dict.fromkeys(one.name for one in asked):
        types = " ".join(visible(one.type) for one in asked if one.name == name)
        yield f"    {visible(name)} {types}"


def _answer(one: Seen) -> Iterator[str]:
    yield f"{visible(one.name)} {visible(one.type)}"
    for text in one.answer:
        yield f"    {record_text(text)}"
