"""The messages of a pasted thread, newest first, without quote marks, headers, signatures and footers."""

import re
from functools import cache

from drafts.phrases import fold, load, mentions, present
from drafts.wording import clean, wide

MOST_CHARACTERS, MOST_LINES = 12_000, 2_000
"""AWS writes at most 8,000 characters a message, and the newest message of a thread is on top."""
_QUOTE = re.compile(r"\s{0,20}(?:[>|]\s?){1,20}")
ITEM = re.compile(r"\s{0,20}(?:[-*•·・●▪–]|\(?\d{1,2}[.)、．]|[①-⑳]|[a-z]\))\s{0,5}(?=\S)")
_LONG_LINE = 60
_GOODBYE = 40


def messages(pasted: str) -> list[str]:
    """Each message of the thread as a text of unwrapped lines."""
    found: list[tuple[int, list[str]]] = [(0, [])]
    depth, in_headers = 0, False
    text = clean(pasted[:MOST_CHARACTERS])
    footers = present(text, load("refusal")["thread"]["footers"])
    for line in text.split("\n")[:MOST_LINES]:
        quote = _QUOTE.match(line)
        marks = line[: quote.end()] if quote else ""
        bare = line[len(marks) :].strip()
        now = marks.count(">") + marks.count("|")
        header, opens, goodbye = _starts(bare, "headers"), _opens(bare), _goodbye(bare)
        if (now != depth and bare) or opens or goodbye:
            found.append((now, []))
            depth, in_headers = now, header or opens
            if in_headers or goodbye:
                continue
        if in_headers and header:
            continue
        in_headers = in_headers and not bare
        if not (footers and mentions(bare, footers)):
            found[-1][1].append(bare)
    texts = (_unwrapped(lines) for _, lines in sorted(found, key=lambda one: one[0]))  # an answer below what it quotes
    return [text for text in texts if text]


@cache
def _openings(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The beginnings of a list, and their first letters."""
    words = tuple(fold(start) for start in load("refusal")["thread"][name])
    return words, frozenset(word[0] for word in words)


def _starts(line: str, name: str) -> bool:
    words, first = _openings(name)
    return line[:1].lower() in first and fold(line[:40]).startswith(words)


def _opens(line: str) -> bool:
    if len(line) < 4:
        return False
    wrote = line[-1] in ":：た" and len(line) < 160 and fold(line).endswith(_openings("wrote")[0])
    return wrote or _starts(line, "opens")


def _goodbye(line: str) -> bool:
    return len(line) < _GOODBYE and _starts(line, "goodbyes") and not line.endswith((".", "?"))


def _unwrapped(lines: list[str]) -> str:
    """Lines joined where a mail program broke them in the middle of a sentence."""
    whole: list[str] = []
    last, width = "", 0
    for line in lines:
        long = width >= (_LONG_LINE // 2 if wide(last[-1:]) else _LONG_LINE)
        broken = last and line and last not in ".!?:。？！：;" and (long or line[0].islower()) and not ITEM.match(line)
        if broken and whole:
            whole[-1] += f"{'' if wide(last) else ' '}{line}"
        else:
            whole.append(line)
        last, width = line[-1:], len(line)
    return clean("\n".join(whole))
