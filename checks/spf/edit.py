"""Amendments of SPF records: the same record with one thing changed, its other terms as they were written.

A record is changed only where whoever owns the domain can change it, and only into a record that is valid.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from checks.answers import Records
from checks.autocorrect import LONGEST
from checks.near_miss import is_at_or_below
from checks.spf.autocorrect import autocorrect
from checks.spf.facts import Page, SpfFacts, amended, page_at
from checks.spf.parse import parse
from checks.spf.syntax import VERSION, Term

Texts: TypeAlias = Mapping[str, str]
"""Name to the SPF record that is to stand there."""


@dataclass(frozen=True, slots=True)
class Change:
    """Put `words` in the place of one term (none: leave it out), or at the record's end where `term` is None."""

    page: str
    term: Term | None
    words: tuple[str, ...] = ()


def is_editable(facts: SpfFacts, page: Page) -> bool:
    """True for a valid record of ours that stands at its own name: beside an alias nothing can be published."""
    if page.record is None or page.record.flaws or len(page.texts[0]) > LONGEST:
        return False
    return isinstance(page.answer, Records) and not page.answer.aliases and is_at_or_below(page.name, facts.domain)


def texts_after(facts: SpfFacts, changes: Iterable[Change]) -> Texts | None:
    """The records after the changes; None when one cannot be made, or there are none."""
    texts: dict[str, str] = {}
    wanted = list(changes)
    for name in dict.fromkeys(change.page for change in wanted):
        page = page_at(facts, name)
        if page.record is None or not is_editable(facts, page):
            return None
        here = [change for change in wanted if change.page == name]
        replaced = {change.term.position: change.words for change in here if change.term is not None}
        words = [word for term in page.record.terms for word in replaced.get(term.position, (term.text,))]
        words += [word for change in here if change.term is None for word in change.words]
        text = " ".join((VERSION, *words))
        if parse(text).flaws:
            return None
        texts[name] = text
    return texts or None


def readable(facts: SpfFacts) -> SpfFacts:
    """The facts with the domain's own record as it was surely meant, where it breaks the grammar: what else is wrong
    with it is told, and mended, on top of that."""
    root = page_at(facts, facts.domain)
    if root.record is None or not root.record.flaws:
        return facts
    meant = autocorrect(root.texts[0])
    return facts if meant is None else amended(facts, {facts.domain: meant})
