"""One answer of a good draft put otherwise, and what lint then says of it."""

from drafts.woven import fill, lint
from model import Answers, Remark
from model.draft import Known
from tests.support.businesses import SHOP


def remarks(rule: str, values: dict[str, str], base: Answers = SHOP, known: Known | None = None) -> list[Remark]:
    """The remarks of one rule on `base` with some answers replaced."""
    return [r for r in lint(fill(base, values), known) if r.rule == rule]


def remark(rule: str, field: str, text: str, base: Answers = SHOP, known: Known | None = None) -> Remark | None:
    """The remark of one rule at one field, None where the rule keeps silent about it."""
    return next((r for r in remarks(rule, {field: text}, base, known) if r.field == field), None)
