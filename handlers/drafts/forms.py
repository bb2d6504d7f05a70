"""What a person hands in about a draft, as values: a modal and the answers that it changes, or the words after
`/ses-appeal` and `/ses-draft`, which a button's value goes through as well.

Slack's payload is JSON from outside: whatever is missing or of another type than documented is left out, and text loses
the characters that no text needs (NUL, other controls, lone surrogates). Source: Slack, "View submission payload".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from handlers.payloads import Payload
from handlers.views.drafts.fields import INPUT, MOST_KINDS, NO, NO_CHOICE, YES, Value, path_of
from handlers.views.drafts.reply import join_message
from model import AccountRegion, AccountRegionStatus
from model.request import Answers, ContactLanguage, Leaving, MailKind, MailType, ReplyAnswers, Rhythm, Unconfirmed

Typed: TypeAlias = Mapping[str, Value]
"""Path to what is in its field; a field left empty is there with an empty text, or without ticks."""
_METADATA = re.compile(r"([0-9a-f]{16}) ([a-z_]{1,16}(?:\.\d{1,2})?)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_TEXTS = (
    *("name", "place", "since", "business", "website", "privacy_policy", "domain", "account", "region", "opt_in"),
    *("opt_in_page", "unsubscribe_page", "bounces", "busiest_when", "example", "anything_else"),
)
_NUMBERS = ("unconfirmed_days", "busiest")
_KIND_TEXTS = ("name", "sentence", "leaving_words")
_REPLY_TEXTS = (
    *("about", "changed", "opt_in", "confirmation", "privacy_policy", "unsubscribe_page", "comparison"),
    *("question", "case_id"),
)
_SEPARATORS = re.compile(r"[\s,;，；、]+")
_MOST_CONTACTS = 50
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
NO_WHOLE_NUMBER = "Type a whole number in digits, such as 6400."
NO_NUMBER = "Type a number in digits, such as 1.5."


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A modal handed in, or one of its buttons pressed. `draft` and `step` are what its private_metadata says; empty
    where it says neither. `blocks` gives the block_id of each path."""

    draft: str
    step: str
    typed: Typed
    blocks: Mapping[str, str]
    view_id: str


def parse_form(payload: Payload) -> DraftForm:
    """Returns the form of a view_submission, or of a press in a modal."""
    view = payload.get("view")
    view = view if isinstance(view, dict) else {}
    draft, step = parse_metadata(view.get("private_metadata"))
    typed, blocks = _read_state(view)
    view_id = view.get("id")
    return DraftForm(draft, step, typed, blocks, view_id if isinstance(view_id, str) else "")


def parse_metadata(text: object) -> tuple[str, str]:
    """Returns the draft and the step that a modal or a button carries; empty for anything else."""
    match = _METADATA.fullmatch(text) if isinstance(text, str) else None
    return (match[1], match[2]) if match else ("", "")


def _read_state(view: Mapping[str, Any]) -> tuple[dict[str, Value], dict[str, str]]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    typed: dict[str, Value] = {}
    blocks: dict[str, str] = {}
    for block_id, fields in values.items() if isinstance(values, dict) else ():
        for action, field in fields.items() if isinstance(fields, dict) else ():
            if isinstance(field, dict) and isinstance(action, str) and path_of(str(block_id)) == action:
                value = _read_value(field)
                keeps_ends = isinstance(value, tuple) or action.startswith("message.")
                typed[action] = value if keeps_ends else str(value).strip()
                blocks[action] = str(block_id)
    return typed, blocks


def _read_value(field: Mapping[str, Any]) -> Value:
    several = field.get("selected_options")
    if isinstance(several, list):
        chosen = (option.get("value") for option in several if isinstance(option, dict))
        return tuple(strip_controls(value) for value in chosen if isinstance(value, str))
    value = field.get("value")
    option = field.get("selected_option")
    if isinstance(option, dict):
        value = option.get("value")
    return strip_controls(value)[:INPUT] if isinstance(value, str) else ""


def strip_controls(text: str) -> str:
    """Returns the text without what cannot be seen or stored; line ends are `\\n`."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def find_number_errors(typed: Typed) -> dict[str, str]:
    """Returns an error for each field of a number that holds something else. Slack's own field refuses that first."""
    errors = {}
    for path, value in typed.items():
        name = path.rpartition(".")[2]
        if name == "per_event" and value and _read_decimal(value) is None:
            errors[path] = NO_NUMBER
        elif name in (*_NUMBERS, "times_a_week", "count") and value and _read_whole_number(value) is None:
            errors[path] = NO_WHOLE_NUMBER
    return errors


def merge_request(answers: Answers, typed: Typed) -> Answers:
    """Returns the answers with what was typed in their place; a path that was not in the form stays as it is."""
    changed: dict[str, Any] = {name: typed[name] for name in _TEXTS if name in typed}
    changed |= {name: _read_whole_number(typed[name]) for name in _NUMBERS if name in typed}
    if "contacts" in typed:
        changed["contacts"] = tuple(filter(None, _SEPARATORS.split(str(typed["contacts"]))))[:_MOST_CONTACTS]
    if typed.get("language") in list(ContactLanguage):
        changed["language"] = ContactLanguage(str(typed["language"]))
    if "mail_type" in typed:
        changed["mail_type"] = _read_member(MailType, typed["mail_type"])
    if "confirmed" in typed:
        changed["confirmed"] = _read_yes_or_no(typed["confirmed"])
    if "unconfirmed" in typed:
        changed["unconfirmed"] = _read_member(Unconfirmed, typed["unconfirmed"])
    if (account_region := read_account_region(typed)) is not None:
        changed |= {"account": account_region.account, "region": account_region.region}
    return replace(answers, **changed, kinds=_merge_kinds(answers.kinds, typed))


def read_account_region(typed: Typed) -> AccountRegion | None:
    """Returns the account and region: typed, else chosen from the menu. None where the form asks for neither."""
    if not {"at", "region", "account"} & typed.keys():
        return None
    region, _, account = str(typed.get("at", "")).partition(" ")
    if typed.get("region") or region in ("", NO_CHOICE):
        return AccountRegion(str(typed.get("account", "")), str(typed.get("region", "")))
    return AccountRegion(account, region)


def _merge_kinds(kinds: Sequence[MailKind], typed: Typed) -> tuple[MailKind, ...]:
    merged = list(kinds)
    for number in range(MOST_KINDS):
        prefix = f"kinds.{number}."
        typed_kind = {path.removeprefix(prefix): value for path, value in typed.items() if path.startswith(prefix)}
        if typed_kind:
            index = min(number, len(merged))  # a number beyond the next one is the next one
            kind = merged[index] if index < len(merged) else MailKind()
            merged[index : index + 1] = [_merge_kind(kind, typed_kind)]
    return tuple(merged)


def _merge_kind(kind: MailKind, typed: Mapping[str, Value]) -> MailKind:
    changed: dict[str, Any] = {name: typed[name] for name in _KIND_TEXTS if name in typed}
    readers: Mapping[str, Callable[[Value], object]] = {
        "mail_type": lambda value: _read_member(MailType, value),
        "rhythm": lambda value: _read_member(Rhythm, value),
        "times_a_week": _read_whole_number,
        "count": _read_whole_number,
        "per_event": _read_decimal,
        "leaving": lambda value: tuple(leaving for leaving in Leaving if leaving in value),
    }
    changed |= {name: read(typed[name]) for name, read in readers.items() if name in typed}
    return replace(kind, **changed)


def _read_member(kind: Any, value: Value) -> Any:
    return kind(value) if value in list(kind) else None


def _read_whole_number(value: Value) -> int | None:
    typed = str(value).replace(",", "")
    return int(typed) if _WHOLE.fullmatch(typed) else None


def _read_decimal(value: Value) -> float | None:
    typed = str(value).replace(",", "")
    return float(typed) if _DECIMAL.fullmatch(typed) else None


def _read_yes_or_no(value: Value) -> bool | None:
    return {YES: True, NO: False}.get(str(value))


def merge_reply(answers: ReplyAnswers, typed: Typed) -> ReplyAnswers:
    """Returns the answers of a reply with what was typed in their place. The fields of AWS's questions are `answers.0`,
    `answers.1`, … in AWS's order."""
    changed: dict[str, Any] = {name: typed[name] for name in _REPLY_TEXTS if name in typed}
    parts = sorted((path for path in typed if re.fullmatch(r"message\.\d", path)), key=lambda path: path[-1])
    if parts:
        changed["message"] = join_message([str(typed[path]) for path in parts])
    for name in ("refused_before", "case_closed"):
        if name in typed:
            changed[name] = _read_yes_or_no(typed[name])
    numbered = {int(path[8:]): str(typed[path]) for path in typed if re.fullmatch(r"answers\.\d{1,2}", path)}
    if numbered:
        merged = [*answers.answers, *[""] * (max(numbered) + 1 - len(answers.answers))]
        for number, text in numbered.items():
            merged[number] = text
        changed["answers"] = tuple(merged)
    return replace(answers, **changed)


_ID = re.compile(r"[0-9a-f]{16}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d{1,2}")
_CASE = re.compile(r"(?:case[-\w]{4,60}|\d{6,20})", re.IGNORECASE | re.ASCII)
_ACCOUNT = re.compile(r"[^\s<>&`|]{1,64}")
"""As the accounts file takes it."""
_LONGEST = 200
_HOW = "Name a support case by its number, or an account and a region. Example: /ses-appeal main us-east-1"


class BadSubject(ValueError):
    """What was typed names neither a case nor an account. Its text is for the person, and repeats what they typed."""


@dataclass(frozen=True, slots=True)
class AppealSubject:
    """What an appeal is about, as far as it was said. `draft` is the id of one that exists."""

    case_id: str = ""
    account_region: AccountRegion | None = None
    draft: str = ""


def parse_subject(text: str, account_regions: Sequence[AccountRegionStatus]) -> AppealSubject:
    """Returns what typed text, or a button's value, is about: a case, an account, a region, or several; else
    `BadSubject`. An account must be one of `account_regions`, unless none are known, or case and region say enough:
    news may be older than the accounts file."""
    if len(text) > _LONGEST:
        raise BadSubject(f"That is {len(text):,} characters. {_HOW}")
    typed = text.split()
    if len(typed) == 1 and _ID.fullmatch(typed[0]):
        return AppealSubject(draft=typed[0])
    accounts = _accounts_by_name(account_regions)
    case = account = region = ""
    unknown = []
    for word in typed:
        bare = word.removeprefix("#")
        if bare.casefold() in accounts and not account:
            account = accounts[bare.casefold()]
        elif is_region(bare) and not region:
            region = bare.lower()
        elif _CASE.fullmatch(bare) and not case:
            case = bare
        else:
            unknown.append(bare)
    may_be_unlisted = not account and (not account_regions or (case and region))
    if len(unknown) == 1 and may_be_unlisted and _ACCOUNT.fullmatch(unknown[0]):
        account = unknown.pop()
    if unknown:
        raise BadSubject(f"“{unknown[0][:60]}” is neither a case nor an account that is watched. {_HOW}")
    return AppealSubject(case, AccountRegion(account, region) if account or region else None)


def split_account_region(text: str, account_regions: Sequence[AccountRegionStatus]) -> tuple[str, AccountRegion | None]:
    """Returns typed text without the account and region in it, and those. An account counts only beside a region: any
    word may be an account, and without a region it names nothing to ask for."""
    words = text[:_LONGEST].split()
    region = next((word for word in words if is_region(word)), None)
    if region is None:
        return text, None
    words.remove(region)
    accounts = _accounts_by_name(account_regions)
    names = (word for word in words if word.casefold() in accounts or (not account_regions and _may_be_account(word)))
    account = next(names, None)
    if account is not None:
        words.remove(account)
    return " ".join(words), AccountRegion(accounts.get(account.casefold(), account) if account else "", region.lower())


def is_region(word: str) -> bool:
    """Tells whether a word has the shape of an AWS region: `eu-west-1`."""
    return _REGION.fullmatch(word.lower()) is not None


def _may_be_account(word: str) -> bool:
    """Tells whether a word may name an account, which a domain may not."""
    return "." not in word and not is_region(word) and _ACCOUNT.fullmatch(word) is not None


def _accounts_by_name(account_regions: Sequence[AccountRegionStatus]) -> dict[str, str]:
    """Returns each account's name by what it may be called: its name, in any case, or its number."""
    return {
        name.casefold(): watched.account_region.account
        for watched in account_regions
        for name in (watched.account_region.account, watched.account_id)
        if name
    }
