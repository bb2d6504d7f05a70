"""The messages of a pasted thread, newest first, without quote marks, headers, signatures and footers."""

import re

from drafts.phrases import fold, load, mentions
from drafts.wording import clean, wide

MOST_CHARACTERS = 20_000
_QUOTE = re.compile(r"\s{0,20}(?:[>|]\s?){1,20}")
ITEM = re.compile(r"\s{0,20}(?:[-*•·・●▪–]|\(?\d{1,2}[.)、．]|[①-⑳]|[a-z]\))\s{0,5}(?=\S)")
_LONG_LINE = 60
_GOODBYE = 40


def messages(pasted: str) -> list[str]:
    """Each message of the thread as a text of unwrapped lines."""
    found: list[list[str]] = [[]]
    depth, in_headers = 0, False
    for line in clean(pasted[:MOST_CHARACTERS]).split("\n"):
        quote = _QUOTE.match(line)
        now = line[: quote.end()].count(">") + line[: quote.end()].count("|") if quote else 0
        bare = line[quote.end() :] if quote else line
        header = _starts(bare, "headers")
        if (now != depth and bare) or _opens(bare) or _goodbye(bare):
            in_headers = header or _opens(bare)
            found.append([])
            depth = now
            if in_headers or _goodbye(bare):
                continue
        if in_headers and header:
            continue
        in_headers = in_headers and not bare.strip()
        if not _starts_footer(bare):
            found[-1].append(bare)
    texts = (_unwrapped(lines) for lines in found)
    return [text for text in texts if text]


def _opens(line: str) -> bool:
    folded = fold(line).strip()
    words = load("refusal")["thread"]
    wrote = len(folded) < 160 and any(folded.endswith(fold(end)) for end in words["wrote"])
    return wrote or any(folded.startswith(start) for start in words["opens"])


def _starts(line: str, name: str) -> bool:
    folded = fold(line).strip()
    return any(folded.startswith(start) for start in load("refusal")["thread"][name])


def _goodbye(line: str) -> bool:
    return len(line) < _GOODBYE and _starts(line, "goodbyes") and not line.rstrip().endswith((".", "?"))


def _starts_footer(line: str) -> bool:
    return mentions(line, load("refusal")["thread"]["footers"])


def _unwrapped(lines: list[str]) -> str:
    """Lines joined where a mail program broke them in the middle of a sentence."""
    whole: list[str] = []
    for line in lines:
        bare = line.strip()
        last = whole[-1] if whole else ""
        long = len(last.rsplit("\n", 1)[-1]) >= (_LONG_LINE // 2 if wide(last) else _LONG_LINE)
        broken = last and bare and not ITEM.match(line) and last[-1] not in ".!?:。？！：;"
        if broken and (long or bare[0].islower()):
            whole[-1] = f"{last}{'' if wide(last[-1]) else ' '}{bare}"
        else:
            whole.append(bare)
    return clean("\n".join(whole))
