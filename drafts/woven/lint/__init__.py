"""What a reviewer would stumble over in a draft, each with its sentence and what to write instead.

`lint` judges answers that may be half filled in: with `fields` it speaks only of those, as a step of a modal needs it.
The rules are those of the project's verdict page; each function names the one it is.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol

from drafts.woven.lint import business, figures, form, leaving, optin, wording
from drafts.woven.request.voice import voice_of
from drafts.woven.text.tongue import Tongue
from model import Answers, Remark, Severity
from model.draft import Known

__all__ = ["in_order", "lint", "stops"]


class _Rule(Protocol):
    def __call__(self, answers: Answers, known: Known, /) -> Iterator[Remark]: ...


_RULES: tuple[_Rule, ...] = (
    wording.secret,
    wording.placeholder,
    optin.third_party,
    optin.cold,
    leaving.unsub_missing,
    form.contacts,
    business.business_vague,
    business.mail_vague,
    business.frequency_ambiguous,
    figures.number_none,
    figures.number_range,
    form.site_bad,
    form.site_mismatch,
    optin.no_mechanism,
    optin.preticked,
    optin.imported,
    optin.others_addresses,
    leaving.unsub_slow,
    leaving.unsub_false,
    leaving.bounce_vague,
    leaving.bounce_future,
    figures.volume_arithmetic,
    figures.volume_peak,
    figures.volume_basis,
    figures.rate_bulk,
    form.type_conflict,
    figures.type_majority,
    form.language,
    business.sample_missing,
    wording.claims_check,
    wording.tone,
)
_NEEDS_ENGLISH = frozenset(
    {
        "business.vague",
        "mail.vague",
        "optin.no-mechanism",
        "unsub.missing",
        "bounce.vague",
        "claims.check",
        "volume.basis",
    }
)
"""Rules that miss English words: on an answer in another language they would speak of what may well be there."""
_ORDER = {Severity.STOP: 0, Severity.ASK: 1, Severity.WARN: 2}


def lint(answers: Answers, known: Known | None = None, fields: Collection[str] | None = None) -> tuple[Remark, ...]:
    """Every remark on `answers`: stops first, then questions to ask again, then warnings.

    `known` holds facts from outside; a rule whose fact is missing keeps silent. `fields` limits the remarks to those
    that stand at one of these paths, or below one ("streams.0" covers "streams.0.trigger").
    """
    told = known or Known()
    foreign = voice_of(answers).tongue is Tongue.OTHER
    found = dict.fromkeys(
        r for rule in _RULES for r in rule(answers, told) if not (foreign and r.sentence and r.rule in _NEEDS_ENGLISH)
    )
    if fields is not None:
        found = dict.fromkeys(r for r in found if any(r.field == f or r.field.startswith(f"{f}.") for f in fields))
    return in_order(found)


def in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Each remark once: stops, then questions, then warnings, otherwise as they came."""
    return tuple(sorted(dict.fromkeys(remarks), key=lambda r: _ORDER[r.severity]))


def stops(remarks: Collection[Remark]) -> bool:
    """Whether one of the remarks forbids sending."""
    return any(r.severity is Severity.STOP for r in remarks)
