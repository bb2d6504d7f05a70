"""Draws reports, and the lines of the doctor, for a terminal: text for people, JSON or CSV for programs.

Text from outside is never read as markup, and signs that could move the cursor are shown as escapes. A value to copy is
one unbroken line; prose is wrapped only on a terminal.
"""

import csv
import io
import json
import sys
import textwrap
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from handlers.views.escape import make_visible, record_text
from handlers.views.naming import check_label, format_count, format_domain, host_field, join_words, shorten
from handlers.views.report import (
    HEADINGS,
    describe_host_field,
    figures_line,
    list_labels,
    passed_lines,
    select_by_outcome,
    tree_lines,
    verdict_line,
)
from model import Checked, Finding, Fix, Outcome, Record, Report, TreeLine, Verdict
from model.checks import DECIDING, reason_of
from model.diagnosis import Diagnosis, Health
from model.zone import quoted_strings

COLUMNS = ("domain", "verdict", "check", "outcome", "code", "summary", "step")
_WIDEST = 100
_MARKS = {
    Outcome.FAIL: ("✗", "red"),
    Outcome.UNKNOWN: ("?", "magenta"),
    Outcome.WARN: ("!", "yellow"),
    Outcome.PASS: ("✓", "green"),
}
_VERDICTS = {
    Verdict.READY: ("✓ ready", "green"),
    Verdict.FIX_FIRST: ("✗ fix first", "red"),
    Verdict.CANNOT_TELL: ("? unknown", "magenta"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""


def report_to_json(report: Report, only: Collection[str] | None = None) -> str:
    """Writes a report as one line of JSON, with the names of `model.report`; `checks` where some were chosen. ASCII,
    because a record may hold signs that end a line or move the cursor."""
    chosen = {"checks": list(only)} if only is not None else {}
    return json.dumps({**asdict(report), **chosen})


def report_to_csv(report: Report) -> str:
    """Writes a report as lines of CSV, one a finding, with `COLUMNS`; a report without findings has one line."""
    rows = [
        (finding.check, str(finding.outcome), finding.code, finding.summary, finding.fix.step if finding.fix else "")
        for finding in report.findings
    ]
    empty = ("", "", "", "", "")
    return "".join(csv_line((report.domain, str(report.verdict), *row)) for row in rows or [empty])


def csv_line(cells: Sequence[str]) -> str:
    """Writes one line of CSV (RFC 4180); no cell can be read as a formula."""
    out = io.StringIO()
    safe = [make_visible(cell) for cell in cells]
    csv.writer(out, lineterminator="\n").writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in safe])
    return out.getvalue()


def draw_report(checked: Checked, console: Console, only: Collection[str] | None = None) -> None:
    """Draws the report on one domain: the verdict first, then what to fix and how, then the rest."""
    pen = _Pen(console)
    pen.write_prose(Text(headline(checked.report, only), "bold underline"))
    pen.write_prose(Text(figures_line(checked.report), "dim"))
    records_given: dict[Record, int] = {}
    number = 0
    for outcome, heading in HEADINGS.items():
        for index, finding in enumerate(select_by_outcome(checked.report, outcome)):
            number += 1
            pen.write_gap()
            if index == 0:
                pen.write_prose(Text(heading, "bold"))
            _draw_finding(pen, finding, checked.zone, number, records_given)
    if any(host_field(record.name, checked.zone) for record in records_given):
        pen.write_gap()
        pen.write_prose(Text(describe_host_field(checked.zone), "dim"))
    closing = [*passed_lines(checked.report), *(make_visible(note) for note in checked.notes)]
    if closing:
        pen.write_gap()
        for line in closing:
            pen.write_prose(Text(line, "dim"))
    spf_outcomes = {finding.outcome for finding in checked.report.findings if finding.check == "spf"}
    if checked.tree and spf_outcomes - {Outcome.PASS}:
        pen.write_gap()
        _draw_tree(pen, checked.tree)
    pen.write_gap()


def draw_summary(reports: Sequence[Report], unread: Sequence[str], console: Console) -> None:
    """Draws one line a domain: its verdict, and the checks to fix."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Domain", "Verdict", "To fix", "Unknown"):
        table.add_column(name, no_wrap=True, overflow="ignore" if not console.is_terminal else "ellipsis")
    for report in reports:
        words, style = _VERDICTS[report.verdict]
        table.add_row(
            Text(shorten(format_domain(report.domain))),
            Text(words, style),
            Text(", ".join(list_labels(select_by_outcome(report, Outcome.FAIL)))),
            Text(", ".join(list_labels(select_by_outcome(report, Outcome.UNKNOWN)))),
        )
    numbers = Counter(report.verdict for report in reports)
    counts = [f"{numbers[verdict]:,} {words[2:]}" for verdict, (words, _) in _VERDICTS.items() if numbers[verdict]]
    counts += [f"{format_count(len(unread), 'line', 'lines')} not read"] if unread else []
    title = f"{format_count(len(reports), 'domain', 'domains')}: {', '.join(counts)}"
    console.print(Text(title, "bold"))
    console.print(table, soft_wrap=not console.is_terminal, crop=console.is_terminal)


def headline(report: Report, only: Collection[str] | None = None) -> str:
    """Writes the verdict in one sentence. Where only some checks were asked for, it says which, and never "ready"."""
    name = shorten(format_domain(report.domain))
    restriction = "" if only is None else f" (checked: only {join_words([check_label(check) for check in only])})"
    match report.verdict:
        case Verdict.READY if restriction:
            return f"{name}: nothing to fix here{restriction}"
        case Verdict.CANNOT_TELL:
            return f"{name}: no verdict yet, {_describe_unknown(report)}{restriction}"
    return f"{verdict_line(report, shortened=True)}{restriction}"


def _describe_unknown(report: Report) -> str:
    if not report.findings:
        return "no check was finished"
    unknown_findings = select_by_outcome(report, Outcome.UNKNOWN)
    deciding = [finding for finding in unknown_findings if finding.check in DECIDING] or unknown_findings
    return f"{join_words(list_labels(deciding))} could not be checked"


def _draw_finding(pen: "_Pen", finding: Finding, zone: str, number: int, records_given: dict[Record, int]) -> None:
    mark, color = _MARKS[finding.outcome]
    summary = f"{number}. {check_label(finding.check)}: {make_visible(finding.summary)}"
    pen.write_prose(Text.assemble((f"{mark} ", color), (summary, "bold")))
    if why := reason_of(finding.code):
        pen.write_prose(Text(why))
    if finding.evidence:
        pen.write_prose(Text("Seen:"))
        for line in finding.evidence:
            pen.write_value(record_text(line))
    if finding.fix:
        _draw_fix(pen, finding.fix, zone, number, records_given)


def _draw_fix(pen: "_Pen", fix: Fix, zone: str, number: int, records_given: dict[Record, int]) -> None:
    """Draws what to delete, what to publish, and the step. A record that an earlier finding gave is not repeated."""
    edited = {(record.type, record.name) for record in fix.records}
    earlier = sorted({records_given[record] for record in (*fix.remove, *fix.records) if record in records_given})
    for record in fix.remove:
        if record not in records_given:
            more = ", or edit it into the one below" if (record.type, record.name) in edited else ""
            pen.write_prose(Text.assemble(("Delete", "bold"), f" {_describe_record(record, zone)}{more}"))
            pen.write_value(record_text(record.value) or "(empty)")
    for record in fix.records:
        if record not in records_given:
            pen.write_prose(Text.assemble(("Publish", "bold"), f" {_describe_record(record, zone)}"))
            pen.write_value(record_text(record.value) or "(empty)")
            if record.type == "TXT" and len(strings := quoted_strings(record.value)) > 1:
                pen.write_prose(Text("The same value as quoted strings of at most 255 octets:"))
                pen.write_value(" ".join(strings))
    for record in (*fix.remove, *fix.records):
        records_given.setdefault(record, number)
    if earlier:
        pen.write_prose(Text(f"See also the records under {join_words([str(number) for number in earlier])}."))
    if fix.step:
        lead = "Then: " if fix.records or fix.remove else "To do: "
        pen.write_prose(Text.assemble((lead, "bold"), make_visible(fix.step)))


def _describe_record(record: Record, zone: str) -> str:
    host = host_field(record.name, zone)
    parts = [make_visible(record.type)]
    parts += [f"host {make_visible(host)}"] if host else []
    parts.append(f"full name {make_visible(record.name)}")
    if record.priority is not None:
        parts.append(f"priority {record.priority}")
    if host is None:
        parts.append(f"outside the zone {make_visible(zone)}")
    return " · ".join(parts)


def _draw_tree(pen: "_Pen", tree: Sequence[TreeLine]) -> None:
    """Draws the SPF record with its includes."""
    title, *lines = tree_lines(tree)
    pen.write_prose(Text(title, "bold"))
    for line in lines:
        pen.write_value(line)


class _Pen:
    def __init__(self, console: Console) -> None:
        self._console = console

    def write_gap(self) -> None:
        self._console.print()

    def write_prose(self, text: Text) -> None:
        """Writes a paragraph, wrapped between words on a terminal."""
        width = min(self._console.width, _WIDEST)
        if self._console.is_terminal and len(text) > width > 20:
            lines = textwrap.wrap(text.plain, width, break_long_words=False, break_on_hyphens=False)
            ends, at = [], 0
            for line in lines[:-1]:
                at = text.plain.index(line, at) + len(line)
                ends.append(at)
            for piece in text.divide(ends):
                self._write(piece[len(piece.plain) - len(piece.plain.lstrip()) :])
        else:
            self._write(text)

    def write_value(self, text: str) -> None:
        """Writes a value to copy: one line, however long."""
        self._write(Text(f"    {text}", "cyan"))

    def _write(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True, highlight=False)


_CODES = {Health.GOOD: 0, Health.WARNING: 1, Health.BAD: 2}


async def show_diagnoses(lines: AsyncIterator[Diagnosis], *, as_json: bool) -> int:
    """Prints each line as it comes; return 0 when all is good, 1 with a warning, 2 where the bot cannot work."""
    worst = 0
    async for diagnosis in lines:
        worst = max(worst, _CODES[diagnosis.health])
        line = json.dumps(asdict(diagnosis), ensure_ascii=False) if as_json else _diagnosis_line(diagnosis)
        print(line, flush=True)  # noqa: T201 - the terminal is what this writes to
    if not as_json:
        words = ("All is well.", "It works; the lines with ! could be better.", "Fix the lines with ✗.")
        print(words[worst], file=sys.stderr)  # noqa: T201 - as above
    return worst


def _diagnosis_line(diagnosis: Diagnosis) -> str:
    todo = f" → {diagnosis.todo}" if diagnosis.todo else ""
    line = f"{diagnosis.health.mark} {diagnosis.what}: {diagnosis.words}{todo}"
    return "".join(c if c.isprintable() else " " for c in line)
