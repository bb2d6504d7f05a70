"""What a draft is about, as typed after `/ses-appeal` or `/ses-draft`, or as a button carries it.

Typed text and button values go through this one parser, so a button's value is never trusted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from model import AccountRegion, AccountRegionStatus

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
    place: AccountRegion | None = None
    draft: str = ""


def subject_of(text: str, places: Sequence[AccountRegionStatus]) -> AppealSubject:
    """What typed text, or a button's value, is about: a case, an account, a region, or several; else `BadSubject`.

    An account must be one of `places`, unless none are known, or case and region say enough: news may be older than the
    accounts file.
    """
    if len(text) > _LONGEST:
        raise BadSubject(f"That is {len(text):,} characters. {_HOW}")
    typed = text.split()
    if len(typed) == 1 and _ID.fullmatch(typed[0]):
        return AppealSubject(draft=typed[0])
    accounts = _accounts(places)
    case = account = region = ""
    strangers = []
    for word in typed:
        bare = word.removeprefix("#")
        if bare.casefold() in accounts and not account:
            account = accounts[bare.casefold()]
        elif is_region(bare) and not region:
            region = bare.lower()
        elif _CASE.fullmatch(bare) and not case:
            case = bare
        else:
            strangers.append(bare)
    if len(strangers) == 1 and not account and _ACCOUNT.fullmatch(strangers[0]) and (not places or (case and region)):
        account = strangers.pop()
    if strangers:
        raise BadSubject(f"“{strangers[0][:60]}” is neither a case nor an account that is watched. {_HOW}")
    return AppealSubject(case, AccountRegion(account, region) if account or region else None)


def split_place(text: str, places: Sequence[AccountRegionStatus]) -> tuple[str, AccountRegion | None]:
    """Typed text without the account and region in it, and those. An account counts beside a region alone: any word may
    be an account, and without a region it names no place to ask for."""
    words = text[:_LONGEST].split()
    region = next((word for word in words if is_region(word)), None)
    if region is None:
        return text, None
    words.remove(region)
    accounts = _accounts(places)
    account = next((w for w in words if w.casefold() in accounts or (not places and _is_name(w))), None)
    if account is not None:
        words.remove(account)
    return " ".join(words), AccountRegion(accounts.get(account.casefold(), account) if account else "", region.lower())


def is_region(word: str) -> bool:
    """Whether a word has the shape of an AWS region: `eu-west-1`."""
    return _REGION.fullmatch(word.lower()) is not None


def _is_name(word: str) -> bool:
    """An account's name, as long as it may not be a domain."""
    return "." not in word and not is_region(word) and _ACCOUNT.fullmatch(word) is not None


def _accounts(places: Sequence[AccountRegionStatus]) -> dict[str, str]:
    """Each account's name by what it may be called: its name, in any case, or its number."""
    return {
        name.casefold(): one.place.account for one in places for name in (one.place.account, one.account_id) if name
    }
