"""The modal "Details" of a report: every question asked of DNS, and the SPF tree.

What did not fit into the message is here in full, as far as a modal's own limits allow.
"""

from collections.abc import Iterator, Sequence

from handlers.views import blocks as kit
from handlers.views.escape import record_text, visible
from handlers.views.message import Block, View
from handlers.views.naming import counted, label, short, written
from handlers.views.report import figures, finding_blocks
from handlers.views.words import modal
from model import Outcome, Seen, ShownReport, TreeLine
from model.checks import EVERY_CHECK

_NO_SUCH_NAME = ("no such name",)
MOST_LOOKUPS = 10
"""RFC 7208 section 4.6.4."""


def details_modal(shown: ShownReport) -> View:
    """What the verdict rests on."""
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
        drawn.append(kit.context(kit.plain("\n".join(visible(note) for note in checked.notes))))
    return modal("Details", *drawn)


def tree_block(tree: Sequence[TreeLine]) -> Block:
    """The SPF record with its includes."""
    title, *lines = tree_lines(tree)
    return kit.rich([kit.line(kit.bold(title)), *kit.pres(lines)])


def tree_lines(tree: Sequence[TreeLine]) -> Iterator[str]:
    """How many look-ups the SPF record needs, and then its terms; before each, how many were used up to it."""
    used = max(one.lookups for one in tree)
    over = f", {used - MOST_LOOKUPS} too many" if used > MOST_LOOKUPS else ""
    yield f"SPF: {counted(used, 'look-up', 'look-ups')} of at most {MOST_LOOKUPS}{over}"
    for one in tree:
        note = f"  ← {visible(one.note)}" if one.note else ""
        yield f"{one.lookups:>3}  {'  ' * min(one.depth, 20)}{record_text(one.text)}{note}"


def _questions(seen: Sequence[Seen]) -> Iterator[Block]:
    """One block a check: each question with what came back."""
    order = list(dict.fromkeys([*EVERY_CHECK, *(one.check for one in seen)]))
    for check in order:
        asked = [one for one in seen if one.check == check]
        if asked:
            title = f"{label(check)}: {counted(len(asked), 'question', 'questions')}"
            lines = [text for one in asked if one.answer != _NO_SUCH_NAME for text in _answer(one)]
            absent = [one for one in asked if one.answer == _NO_SUCH_NAME]
            yield kit.rich([kit.line(kit.bold(title)), *kit.pres([*lines, *_absent(absent)])])


def _absent(asked: Sequence[Seen]) -> Iterator[str]:
    """Names that do not exist, each once: most of them are guesses, and they would bury the rest."""
    if asked:
        yield "no such name:"
    for name in dict.fromkeys(one.name for one in asked):
        types = " ".join(visible(one.type) for one in asked if one.name == name)
        yield f"    {visible(name)} {types}"


def _answer(one: Seen) -> Iterator[str]:
    yield f"{visible(one.name)} {visible(one.type)}"
    for text in one.answer:
        yield f"    {record_text(text)}"
