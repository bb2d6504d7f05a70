"""What a person handed in by a modal, as values; and what of it becomes an answer.

Slack's payload is JSON from outside: whatever is missing or of another type than documented is left out, and text loses
the characters that no text needs (NUL, other controls, lone surrogates). Source: Slack, "View submission payload".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.payloads import Payload
from handlers.views.drafts.appeal import joined
from handlers.views.drafts.fields import INPUT, path_of
from handlers.views.drafts.steps import MOST_STREAMS, NO, YES
from model import Answers, AppealAnswers, ContactLanguage, MailType, Place, Stream

Typed = Mapping[str, str]
"""Path to what stands in its field; a field left empty is there with an empty text."""
_MARK = re.compile(r"([0-9a-f]{16}) ([a-z]{1,16}(?:\.\d{1,2})?)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_TEXTS = ("name", "business", "place", "since", "website", "domain", "opt_in", "unconfirmed", "leaving", "bounces")
_MORE_TEXTS = ("complaints", "monthly", "basis", "busiest", "sample", "account", "region")
_STREAM_TEXTS = ("what", "trigger", "recipients", "rhythm", "number")
_APPEAL_TEXTS = ("opt_in", "confirmation", "privacy", "unsubscribe", "changed", "case_id")
_BETWEEN = re.compile(r"[\s,;，；、]+")
_MOST_CONTACTS = 50


@dataclass(frozen=True, slots=True)
class Form:
    """A modal handed in, or one of its buttons pressed. `draft` and `step` are what its private_metadata says; empty
    where it says neither. `blocks` gives the block_id of each path."""

    draft: str
    step: str
    typed: Typed
    blocks: Mapping[str, str]
    view_id: str


def form_of(payload: Payload) -> Form:
    """The form of a view_submission, or of a press in a modal."""
    view = payload.get("view")
    view = view if isinstance(view, dict) else {}
    draft, step = mark_of(view.get("private_metadata"))
    typed, blocks = _state(view)
    view_id = view.get("id")
    return Form(draft, step, typed, blocks, view_id if isinstance(view_id, str) else "")


def mark_of(text: object) -> tuple[str, str]:
    """The draft and the step that a modal or a button carries; empty for anything else."""
    found = _MARK.fullmatch(text) if isinstance(text, str) else None
    return (found[1], found[2]) if found else ("", "")


def _state(view: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    typed: dict[str, str] = {}
    blocks: dict[str, str] = {}
    for block_id, fields in values.items() if isinstance(values, dict) else ():
        for action, field in fields.items() if isinstance(fields, dict) else ():
            if isinstance(field, dict) and isinstance(action, str) and path_of(str(block_id)) == action:
                text = _value(field)
                typed[action] = text if action.startswith("refusal.") else text.strip()
                blocks[action] = str(block_id)
    return typed, blocks


def _value(field: Mapping[str, Any]) -> str:
    value = field.get("value")
    option = field.get("selected_option")
    if isinstance(option, dict):
        value = option.get("value")
    return clean(value)[:INPUT] if isinstance(value, str) else ""


def clean(text: str) -> str:
    """The text without what cannot be seen or stored; line ends are `\\n`."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def request_with(answers: Answers, typed: Typed) -> Answers:
    """The answers with what was typed in their place; a path that was not in the form stays as it is."""
    changed: dict[str, Any] = {name: typed[name] for name in (*_TEXTS, *_MORE_TEXTS) if name in typed}
    if "contacts" in typed:
        changed["contacts"] = tuple(one for one in _BETWEEN.split(typed["contacts"]) if one)[:_MOST_CONTACTS]
    if typed.get("language") in list(ContactLanguage):
        changed["language"] = ContactLanguage(typed["language"])
    if "mail_type" in typed:
        changed["mail_type"] = _mail_type(typed["mail_type"])
    if "at" in typed:
        place = place_of(typed["at"])
        changed |= {"account": place.account, "region": place.region}
    return replace(answers, **changed, streams=_streams(answers.streams, typed))


def place_of(value: str) -> Place:
    """The account and region of a menu's option; both empty for "none of these"."""
    region, _, account = value.partition(" ")
    return Place(account, region) if region != "-" else Place("", "")


def _streams(streams: Sequence[Stream], typed: Typed) -> tuple[Stream, ...]:
    found = list(streams)
    for number in range(MOST_STREAMS):
        at = f"streams.{number}."
        given = {name: typed[at + name] for name in _STREAM_TEXTS if at + name in typed}
        if given or at + "kind" in typed:
            if number >= len(found):
                found.append(Stream())
                number = len(found) - 1  # noqa: PLW2901 - a number beyond the next one is the next one
            kind = _mail_type(typed[at + "kind"]) if at + "kind" in typed else found[number].kind
            found[number] = replace(found[number], **given, kind=kind)
            if typed.get("more") == NO:
                return tuple(found[: number + 1])
    return tuple(found)


def _mail_type(value: str) -> MailType | None:
    return MailType(value) if value in list(MailType) else None


def appeal_with(answers: AppealAnswers, typed: Typed, questions: Sequence[str] = ()) -> AppealAnswers:
    """The same for an appeal. `questions` are AWS's own, in the order of the fields for their answers."""
    changed: dict[str, Any] = {name: typed[name] for name in _APPEAL_TEXTS if name in typed}
    parts = sorted((path for path in typed if re.fullmatch(r"refusal\.\d", path)), key=lambda path: path[-1])
    if parts:
        changed["refusal"] = joined([typed[path] for path in parts])
    if "refused_before" in typed:
        changed["refused_before"] = typed["refused_before"] == YES
    if "case_closed" in typed:
        changed["case_closed"] = {YES: True, NO: False}.get(typed["case_closed"])
    if any(path.startswith("replies.") for path in typed):
        given = ((question, typed.get(f"replies.{number}", "")) for number, question in enumerate(questions))
        changed["replies"] = tuple((question, answer) for question, answer in given if answer)
    return replace(answers, **changed)
