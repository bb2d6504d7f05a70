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
from handlers.views.escape import make_visible, record_text
from handlers.views.limits import make_message
from handlers.views.naming import check_label, format_count, format_domain, host_field, join_words, shorten
from handlers.views.records import GivenRecords, fix_elements
from handlers.views.words import modal
from model import Checked, Finding, Outcome, Report, Seen, ShownReport, TreeLine, Verdict
from model.checks import DECIDING, EVERY_CHECK, is_dns, reason_of, subject_of

_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
MARKS = {
    Outcome.FAIL: "red_circle",
    Outcome.UNKNOWN: "white_circle",
    Outcome.WARN: "large_yellow_circle",
    Outcome.PASS: "white_check_mark",
}
HEADINGS = {Outcome.FAIL: "Fix first", Outcome.UNKNOWN: "Unknown", Outcome.WARN: "Worth improving"}
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
    buttons = _button_row(shown, shared=shared, publish=publish and not shared)
    blocks = [*report_blocks(shown.checked, shared_by=shared_by), buttons]
    return make_message(headline(shown.checked), blocks)


def rest_message(shown: ShownReport, *, publish: bool = False) -> Message:
    """Returns what is more than DNS, with the final verdict on all of it: for a person who has seen the DNS part."""
    report = shown.checked.report
    rest = replace(report, findings=tuple(finding for finding in report.findings if not is_dns(finding.check)))
    blocks = [
        kit.header(verdict_line(report, shortened=True)),
        figures_block(report),
        kit.context(_describe_dns_part(report)),
        *finding_blocks(replace(shown.checked, report=rest)),
        *_closing_blocks(rest, shown.checked.notes),
        _button_row(shown, shared=False, publish=publish),
    ]
    return make_message(verdict_line(report), blocks)


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
    verdicts = [report.checked.report.verdict for report in shown]
    words = {Verdict.READY: "ready", Verdict.FIX_FIRST: "to fix first", Verdict.CANNOT_TELL: "without a verdict"}
    counts = [f"{number:,} {word}" for verdict, word in words.items() if (number := verdicts.count(verdict))]
    if refused := len(results) - len(verdicts):
        counts.append(f"{refused:,} not checked")
    title = f"{format_count(len(results), 'domain', 'domains')}: {', '.join(counts)}"
    sharer = [kit.context(sharer_element(shared_by))] if shared_by is not None else []
    row = [kit.button(CHECK_AGAIN, "Check again", query)]
    row += [kit.button(SHARE, "Share in channel", " ".join(report.id for report in shown))] if shared_by is None else []
    blocks = (kit.header(title), *sharer, *map(_summary_section, results), kit.actions(row, "check_report"))
    return make_message(title, blocks)


def report_blocks(checked: Checked, *, shared_by: str | None = None) -> list[Block]:
    """Returns the whole report without buttons and without limits, as a terminal shows it."""
    report = checked.report
    blocks = [kit.header(headline(checked, shortened=True)), figures_block(report, shared_by)]
    if checked.pending:
        blocks.append(kit.context(_describe_pending(checked.pending)))
    return [*blocks, *finding_blocks(checked), *_closing_blocks(report, checked.notes)]


def headline(checked: Checked, *, shortened: bool = False) -> str:
    """Returns the verdict in one sentence, which says so where it is not the final one."""
    line = verdict_line(checked.report, shortened=shortened)
    final = not checked.pending or checked.report.verdict is not Verdict.READY
    return line if final or line.endswith(_AS_DNS_SHOWS) else line + _AS_DNS_SHOWS


def verdict_line(report: Report, *, shortened: bool = False) -> str:
    """Returns one sentence, such as "acme.com: fix 3 things first"; a long domain is shortened for a heading."""
    name = format_domain(report.domain)
    name = shorten(name) if shortened else name
    match report.verdict:
        case Verdict.READY:
            provided = _AS_DNS_SHOWS if any(finding.code == "dkim.other-only" for finding in report.findings) else ""
            return f"{name} is ready for a reviewer{provided}"
        case Verdict.FIX_FIRST:
            fails = len(select_by_outcome(report, Outcome.FAIL))
            return f"{name}: fix {format_count(fails, 'thing', 'things')} first"
        case Verdict.CANNOT_TELL:
            return f"{name}: no verdict yet, because {_explain_no_verdict(report)}"


def _has_records(report: Report) -> bool:
    """Tells whether a fix in the report has records to publish or to delete."""
    return any(finding.fix and (finding.fix.records or finding.fix.remove) for finding in report.findings)


def _fix_buttons(shown: ShownReport) -> Iterator[Element]:
    if _has_records(shown.checked.report):
        yield kit.button(COPY, "Copy records as…", shown.id)
    codes = {finding.code for finding in shown.checked.report.findings}
    if codes & _SET_UP_CODES or ("mail_from.not-set" in codes and "identity.ok" in codes):
        yield kit.button(SET_UP, "Set up in SES", shown.id)
    if "identity.ok" in codes:
        yield kit.button(REHEARSE, "Rehearse", shown.id)


def _button_row(shown: ShownReport, *, shared: bool, publish: bool) -> Block:
    """Returns the row under the report of one domain; what is to be written next comes last."""
    report = shown.checked.report
    row = [kit.button(CHECK_AGAIN, "Check again", shown.query), kit.button(DETAILS, "Details", shown.id)]
    if not shared:
        row.append(kit.button(SHARE, "Share in channel", shown.id))
    if publish and _has_records(report):
        row.append(kit.button(FIX, "Fix it for me", shown.id))
    if report.verdict is not Verdict.READY:
        row.append(kit.button(TELL, TELL_LABEL, shown.id))
    return kit.actions([*row, *_fix_buttons(shown), *_draft_buttons(report, shown.id)], "check_report")


def finding_blocks(checked: Checked) -> Iterator[Block]:
    """Yields every finding that is not a pass, one block each under a heading for its kind; records are given once."""
    given: GivenRecords = {}
    number = 0
    for outcome, heading in HEADINGS.items():
        group = select_by_outcome(checked.report, outcome)
        for position, finding in enumerate(group):
            number += 1
            title = [kit.line(kit.bold_text(heading))] if position == 0 else []
            yield kit.rich_text([*title, *_finding_elements(finding, checked.zone, number, given)])
    if any(action == "publish" and host_field(record.name, checked.zone) for action, record in given):
        yield kit.context(describe_host_field(checked.zone))


def _finding_elements(finding: Finding, zone: str, number: int, given: GivenRecords) -> Iterator[Element]:
    summary = kit.bold_text(f" {number}. {check_label(finding.check)}: {make_visible(finding.summary)}")
    why = reason_of(finding.code)
    yield kit.line(kit.emoji(MARKS[finding.outcome]), summary, *([f"\n{why}"] if why else ()))
    if finding.evidence:
        yield kit.line("Seen:")
        yield from kit.preformatted_pieces(record_text(piece) for piece in finding.evidence)
    if finding.fix:
        yield from fix_elements(finding.fix, zone, number, given)
    elif finding.outcome is Outcome.UNKNOWN:
        yield kit.line(kit.bold_text("To do: "), "check again in a minute; DNS servers are often slow only once.")


def describe_host_field(zone: str) -> str:
    """Returns how a host field is typed at a DNS provider."""
    return (
        f"Type “host” into the form of your DNS provider; it adds {make_visible(zone)} (@ = the domain itself). "
        "Use a TTL of 300 seconds for now."
    )


def figures_block(report: Report, shared_by: str | None = None) -> Block:
    """Returns how the verdict came about, in figures, and who shared it."""
    return kit.context(figures_line(report), *([sharer_element(shared_by)] if shared_by is not None else ()))


def figures_line(report: Report) -> str:
    """Returns the number of questions, the time, and how many findings of each kind there are."""
    questions = format_count(report.queries, "DNS question", "DNS questions")
    seconds = f"{report.seconds:.1f} s" if report.seconds >= 0.1 else "under 0.1 s"
    more = any(not is_dns(finding.check) for finding in report.findings)
    head = f"{questions}, {seconds} in all" if more else f"{questions} in {seconds}"
    return " · ".join([head, *_describe_outcomes(report.findings)])


def _describe_outcomes(findings: Sequence[Finding]) -> list[str]:
    """Returns such as "2 to fix", "3 passed"."""
    counts = Counter(finding.outcome for finding in findings)
    return [f"{counts[outcome]:,} {word}" for outcome, word in _COUNTED.items() if counts[outcome]]


def sharer_element(user_id: str) -> Element:
    """Returns who shared it with the channel; a user id from outside is no mention."""
    return kit.mrkdwn(f"Shared by <@{user_id}>") if _USER_ID.fullmatch(user_id) else kit.plain_text("Shared")


def _draft_buttons(report: Report, report_id: str) -> list[Element]:
    """Returns the request, also while records spread; the appeal after a refusal; nothing for a domain no one owns."""
    codes = {finding.code for finding in report.findings}
    if codes & {"mx.domain-not-found", "domain_age.not-registered"}:
        return []
    if "account.not-granted" in codes:
        return [kit.button("appeal_start", "Draft the answer", "")]
    return [kit.button("draft_start", "Draft the request", report_id)]


def _summary_section(result: ShownReport | NotChecked) -> Block:
    if isinstance(result, NotChecked):
        return kit.section(f"– {shorten(make_visible(result.typed))}: {make_visible(result.why)}")
    report = result.checked.report
    glyph = {Verdict.READY: "✓", Verdict.FIX_FIRST: "✗", Verdict.CANNOT_TELL: "?"}[report.verdict]
    failing = list_labels(select_by_outcome(report, Outcome.FAIL))
    named = f" ({', '.join(failing)})" if failing else ""
    text = kit.plain_text(f"{glyph} {verdict_line(report, shortened=True)}{named}")
    return kit.section(text, kit.button(DETAILS, "Details", result.id))


def _describe_pending(pending: Sequence[str]) -> str:
    follow = join_words([subject_of(check) for check in pending])
    return f"DNS results. The rest follows in a moment, with the final verdict: {follow}."


def _describe_dns_part(report: Report) -> str:
    """Returns how the final verdict comes about, where what DNS shows stands in the message before."""
    counts = _describe_outcomes([finding for finding in report.findings if is_dns(finding.check)])
    in_figures = f" ({', '.join(counts)})" if counts else ""
    return f"Final verdict, including the DNS results above{in_figures}."


def _closing_blocks(report: Report, notes: Sequence[str]) -> Iterator[Block]:
    """Yields what passed, and what was not looked at."""
    for lines in (list(passed_lines(report)), [make_visible(note) for note in notes]):
        if lines:
            yield kit.context("\n".join(lines))


def passed_lines(report: Report) -> Iterator[str]:
    """Yields what passed, folded to a line, and the notes that some passes carry."""
    passes = select_by_outcome(report, Outcome.PASS)
    troubled = {finding.check for finding in report.findings if finding.outcome is not Outcome.PASS}
    if clean := list_labels([finding for finding in passes if finding.check not in troubled]):
        yield f"Passed: {', '.join(clean)}"
    for finding in passes:
        if not finding.code.endswith("ok"):
            yield f"Note on {check_label(finding.check)}: {make_visible(finding.summary)}"


def list_labels(findings: Sequence[Finding]) -> list[str]:
    """Returns the checks of these findings as people call them, each once."""
    return list(dict.fromkeys(check_label(finding.check) for finding in findings))


def _explain_no_verdict(report: Report) -> str:
    """Returns why a domain could not be judged: of what there was no answer."""
    if not report.findings:
        return "no check has finished"
    unknown = [finding for finding in select_by_outcome(report, Outcome.UNKNOWN) if finding.check in DECIDING]
    if not unknown and all(not is_dns(finding.check) for finding in report.findings):
        unknown = list(report.findings)
    checks = list(dict.fromkeys(subject_of(finding.check) for finding in unknown))
    failed = [finding.code.endswith(".lookup-failed") for finding in unknown]
    if not checks or (len(checks) == len(DECIDING) and any(failed)):
        return "DNS did not answer"
    by_dns = all(failed) and all(is_dns(finding.check) for finding in unknown)
    return f"DNS did not answer about {join_words(checks)}" if by_dns else f"{join_words(checks)} could not be checked"


def select_by_outcome(report: Report, outcome: Outcome) -> Sequence[Finding]:
    return [finding for finding in report.findings if finding.outcome is outcome]


_NO_SUCH_NAME = ("no such name",)
MOST_LOOKUPS = 10
"""RFC 7208 section 4.6.4."""


def details_modal(shown: ShownReport) -> View:
    """Returns what the verdict rests on."""
    checked = shown.checked
    blocks: list[Block] = [kit.header(shorten(format_domain(checked.report.domain))), figures_block(checked.report)]
    if checked.tree:
        blocks.append(tree_block(checked.tree))
    blocks.extend(_question_blocks(checked.seen))
    blocks.extend(finding_blocks(checked))
    passes = select_by_outcome(checked.report, Outcome.PASS)
    if passes:
        lines = [f"{check_label(finding.check)}: {make_visible(finding.summary)}" for finding in passes]
        blocks.append(kit.titled("Passed", kit.bullets(lines)))
    if checked.notes:
        blocks.append(kit.context("\n".join(make_visible(note) for note in checked.notes)))
    return modal("Details", *blocks)


def tree_block(tree: Sequence[TreeLine]) -> Block:
    title, *lines = tree_lines(tree)
    return kit.titled(title, *kit.preformatted_pieces(lines))


def tree_lines(tree: Sequence[TreeLine]) -> Iterator[str]:
    """Yields how many look-ups the SPF record needs, and then its terms; before each, how many were used up to it."""
    used = max(line.lookups for line in tree)
    over = f", {used - MOST_LOOKUPS} too many" if used > MOST_LOOKUPS else ""
    yield f"SPF: {format_count(used, 'look-up', 'look-ups')} of at most {MOST_LOOKUPS}{over}"
    for line in tree:
        note = f"  ← {make_visible(line.note)}" if line.note else ""
        yield f"{line.lookups:>3}  {'  ' * min(line.depth, 20)}{record_text(line.text)}{note}"


def _question_blocks(transcript: Sequence[Seen]) -> Iterator[Block]:
    """Yields one block a check: each question with what came back."""
    for check in dict.fromkeys([*EVERY_CHECK, *(question.check for question in transcript)]):
        questions = [question for question in transcript if question.check == check]
        if questions:
            title = f"{check_label(check)}: {format_count(len(questions), 'question', 'questions')}"
            lines = [
                line for question in questions if question.answer != _NO_SUCH_NAME for line in _answer_lines(question)
            ]
            absent = [question for question in questions if question.answer == _NO_SUCH_NAME]
            yield kit.titled(title, *kit.preformatted_pieces([*lines, *_absent_lines(absent)]))


def _absent_lines(questions: Sequence[Seen]) -> Iterator[str]:
    """Yields names that do not exist, each once: most of them are guesses, and they would bury the rest."""
    if questions:
        yield "no such name:"
    for name in dict.fromkeys(question.name for question in questions):
        types = " ".join(make_visible(question.type) for question in questions if question.name == name)
        yield f"    {make_visible(name)} {types}"


def _answer_lines(question: Seen) -> Iterator[str]:
    yield f"{make_visible(question.name)} {make_visible(question.type)}"
    for text in question.answer:
        yield f"    {record_text(text)}"
