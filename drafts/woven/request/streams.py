"""Each kind of mail in sentences of its own: what it is, what triggers it, who gets it, how often and how many."""

import re
from dataclasses import dataclass, replace

from drafts.woven.numbers import respelled
from drafts.woven.request.counts import counts, often_in, slashes
from drafts.woven.request.recipients import names, short, whole_in_overview
from drafts.woven.request.told import Told
from drafts.woven.request.triggers import Trigger, is_point_in_time, trigger_in
from drafts.woven.request.voice import Voice
from drafts.woven.text.nouns import be
from drafts.woven.text.phrase import upper_first
from drafts.woven.text.reading import Unit, closed
from drafts.woven.text.shape import Shape
from drafts.woven.text.tidy import flat
from drafts.woven.text.words import RELATIVES
from model import MailType

_INSTANT = re.compile(
    r"(?P<word>instant|immediate|automatic)(?:ly)?(?:\s*[,;]\s*(?P<rest>\S.*))?", re.IGNORECASE | re.DOTALL
)
_NAMES_THEM = re.compile(r"\b(?:they|them|their|he|she|his|her)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:that|this|those|these|their|his|her) \w|\b(?:them|whom)\b", re.IGNORECASE)
_SHORT_CLAUSE = re.compile(r"(?:when|as soon as|after|once|whenever)\b(?!.*,)", re.DOTALL)
_FRONTED, _TRAILING, _SHORT = 13, 9, 3
"""Words of a trigger that may open a sentence, of recipients that may close it after a comma, and that need none."""


def sentences(one: Told, index: int, voice: Voice, *, alone: bool, overview: bool) -> list[str]:
    """Everything about one stream. `alone`: it is the only one, and the overview has just named it with its recipients;
    `overview`: the overview stands before all streams."""
    state = _begin(one, voice, alone, overview)
    main, state = _main(one, index, state)
    result = main
    if len(one.what) > 1 and any(u.shape is Shape.SENTENCE for u in one.what):
        result += closed(one.what[1:])
    result += list(state.trigger.rest)
    result += _recipients(one)
    number = () if one.counted else voice.read(slashes(respelled(flat(one.stream.number))))
    return _after(result, counts(state.rhythm, number, one, state.to, voice), one, voice)


def _after(told: list[str], counted: list[str], one: Told, voice: Voice) -> list[str]:
    """The counts after what was told: "It is written by the curator and goes out monthly.", and "we send them" where
    "go out" has just been said."""
    they = upper_first(one.they)
    out = re.match(rf"{they} (?P<how>[a-z]+ly )?{one.go} out ", counted[0]) if counted else None
    if not told or out is None:
        return told + counted
    if told[-1].startswith(f"{they} {'are' if one.plural else 'is'} ") and "," not in told[-1]:
        return [*told[:-1], f"{told[-1][:-1]} and {counted[0].removeprefix(f'{they} ')}", *counted[1:]]
    if " out " in told[-1]:
        them = "them" if one.plural else "it"
        return [
            *told,
            f"{upper_first(voice.we)} {out['how'] or ''}send {them} {counted[0][out.end() :]}",
            *counted[1:],
        ]
    return told + counted


@dataclass(frozen=True, slots=True)
class _Left:
    """What of one stream is still to be said: `subject` as it is called now, `to` its recipients where the overview has
    not said them, its `trigger` and its `rhythm`."""

    subject: str
    to: str
    trigger: Trigger
    rhythm: tuple[Unit, ...]


def _begin(one: Told, voice: Voice, alone: bool, overview: bool) -> _Left:
    named = bool(short(one.to)) and not names(one.subject, one.to)
    said = (alone and named) or (overview and whole_in_overview(one.to, one.subject))
    trigger, rhythm = trigger_in(one, voice), one.stream.rhythm
    if flat(rhythm).lower() == "whenever" and trigger.when.startswith("when "):
        trigger, rhythm = replace(trigger, when=f"whenever {trigger.when[5:]}"), ""
    instant = _INSTANT.fullmatch(flat(rhythm))
    if instant and re.match(r"(?:when|as soon as|after|once)\b", trigger.when):
        trigger = replace(trigger, when=f"{instant['word'].lower()}ly {trigger.when}")
        rhythm = instant["rest"] or ""
    told_before = _said_before(rhythm, one.stream.what, one.stream.trigger)
    pieces = () if told_before else voice.read(slashes(rhythm))
    return _Left(one.they if alone else one.the, "" if said else one.to, trigger, pieces)


def _main(one: Told, index: int, left: _Left) -> tuple[list[str], _Left]:
    """The sentence with the subject (none where only sentences were given), and what is still to be said."""
    if one.subject is None:
        return closed(one.what), replace(left, to="")
    subject = upper_first(left.subject) + ("," if _open_aside(left.subject) else "")
    trigger, to, go = left.trigger, left.to, one.go
    if trigger.about:
        verb = re.sub(r"^(?:are|is)\b", be(one.subject), trigger.about)
        return [f"{subject} {verb}"], replace(left, trigger=replace(trigger, about=""))
    if trigger.cause:
        how = "prompted" if one.stream.kind is MailType.MARKETING else "triggered"
        ending = f" and {go} to {to}" if to else ""
        return [f"{subject} {be(one.subject)} {how} by {trigger.cause}{ending}."], replace(left, to="")
    when, done = trigger.when, replace(left, to="")
    if not when:
        return _by_rhythm(subject, to, go, left)
    if not to:
        often, rhythm = _joining(when, left.rhythm)
        if often and is_point_in_time(when) and often.endswith("ly"):
            when, often = often, when
        return [f"{subject} {go} out {when}{', ' + often if often else ''}."], replace(done, rhythm=rhythm)
    if _NAMES_THEM.search(when):
        return [f"{subject} {go} to {to} {when}."], done
    clause = bool(_SHORT_CLAUSE.match(when)) and len(when.split()) <= _FRONTED
    again = re.fullmatch(r"the (\w+)", to)
    named = bool(again and re.search(rf"\ban? {again[1]}\b", when))
    if clause and len(to.split()) <= _SHORT and not named and not _POINTS_BACK.search(to):
        return [f"{subject} {go} to {to} {when}."], done
    if clause and (index % 2 == 0 or named or _POINTS_BACK.search(to)):
        return [f"{upper_first(when)}, {left.subject} {go} to {to}."], done
    if "," not in when and len(to.split()) <= _TRAILING:
        return [f"{subject} {go} out {when}, to {to}."], done
    return [f"{subject} {go} out {when}."], left


def _by_rhythm(subject: str, to: str, go: str, left: _Left) -> tuple[list[str], _Left]:
    """The main sentence of a stream that nothing triggers, or only what is told apart."""
    often, rhythm = often_in(left.rhythm)
    if not to and not often:
        return [], left
    done = replace(left, to="", rhythm=rhythm)
    if not to or not often:
        return [f"{subject} {f'{go} to {to}' if to else f'{go} out {often}'}."], done
    if re.fullmatch(r"\w+ly", often):
        comma = "," if set(to.split()) & RELATIVES else ""
        return [f"{subject} {go} out {often}{comma} to {to}."], done
    if len(to.split()) > _TRAILING or set(to.split()) & RELATIVES:
        return [f"{subject} {go} out {often}, to {to}."], done
    return [f"{subject} {go} to {to}, {often}."], done


def _joining(when: str, rhythm: tuple[Unit, ...]) -> tuple[str, tuple[Unit, ...]]:
    """A short rhythm that stands beside the trigger: "when I have news, about once a month"."""
    often, left = often_in(rhythm)
    if not often or "," in when or len(often.split()) > 5:
        return "", rhythm
    return ("", rhythm) if re.match(r"(?:as|when|if) ", often) else (often, left)


def _open_aside(subject: str) -> bool:
    """Whether a subject ends inside an aside: "the letter, with recipes and offers"."""
    return bool(re.search(r", (?:with|including|which|who|for|about)\b", subject)) and not subject.endswith(")")


def _recipients(one: Told) -> list[str]:
    """What the phrase after "to" does not say of who gets it."""
    if not one.to:
        return closed(one.recipients)
    if one.subject is None:
        told_whole = one.recipients[0].shape is Shape.SENTENCE
        return closed(one.recipients) if told_whole else [f"{upper_first(one.they)} {one.go} to {one.to}."]
    return closed(one.recipients[1:])


def _said_before(text: str, *earlier: str) -> bool:
    """Whether every word of an answer stands in the answers before it."""
    words = set(re.findall(r"\w+", text.lower()))
    return bool(words) and any(words <= set(re.findall(r"\w+", e.lower())) for e in earlier)
