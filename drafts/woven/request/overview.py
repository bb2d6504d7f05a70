"""One sentence for all the mail: what is sent and to whom."""

import re

from drafts.woven.request.recipients import names, plainly, short
from drafts.woven.request.told import Told
from drafts.woven.text.phrase import and_list
from drafts.woven.text.words import RELATIVES

_COUNTS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}


def summary(streams: tuple[Told, ...], lead: str) -> list[str]:
    """One sentence that opens with `lead`; none where no stream has a name."""
    named = [t for t in streams if t.subject]
    if not named:
        return []
    if len(named) > 3 or len(named) < len(streams):
        return [f"{lead}{_many(streams)}."]
    if len(streams) == 1:
        to = plainly(named[0].to) if short(named[0].to) else ""
        return [f"{lead}{named[0].a}{f' to {to}' if to and not names(named[0].subject, to) else ''}."]
    return [f"{lead}{_few(named)}."]


def _few(named: list[Told]) -> str:
    groups: list[tuple[list[str], str]] = []
    nobody = False
    for one in named:
        to = "" if names(one.subject, one.to) else short(one.to)
        if re.match(r"the same\b", one.to) and groups:
            to = groups[-1][1]
        nobody |= not one.to
        if groups and groups[-1][1] == to:
            groups[-1][0].append(one.a)
        else:
            groups.append(([one.a], to))
    if nobody and len(groups) > 1:
        groups.sort(key=lambda group: not group[1])
    parts = [f"{_and(what)} to {to}" if to else _and(what) for what, to in groups]
    if nobody and len(groups) > 1 and not groups[-1][1]:
        return f"{and_list(parts[:-1])}, as well as {parts[-1]}"
    if len(parts) == 2:
        comma = (
            "," if any(" and " in p for p in parts) or set(groups[0][1].split()) & RELATIVES or not groups[0][1] else ""
        )
        return f"{parts[0]}{comma} and {parts[1]}"
    return and_list(parts)


def _and(what: list[str]) -> str:
    if len(what) == 2 and any(", " in w for w in what):
        return f"{what[0]}, as well as {what[1]},"
    return and_list(what)


def _many(streams: tuple[Told, ...]) -> str:
    """Four kinds and more, or some without a name: their number, and everybody who gets one."""
    to = list(dict.fromkeys(short(t.to) for t in streams if t.to and short(t.to)))
    kinds = f"{_COUNTS.get(len(streams), str(len(streams)))} kinds of mail"
    return f"{kinds}, to {and_list(to)}" if to else kinds
