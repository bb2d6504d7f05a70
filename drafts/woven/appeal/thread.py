"""AWS's own words out of what was pasted: without the thread quoted below them, and without the usual footers."""

import re

from drafts.woven.text.tidy import clean

_QUOTED = re.compile(r"^\s*[>|]")
_CUT = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message|reply above)\b|on .{6,120}\bwrote:\s*$|[-=_*]{10,}\s*$"
    r"|from:\s.{0,80}(?:@|<)|sent from my\b|.{0,60}さんは?書きました|-{2,}\s*元のメッセージ|差出人[:：])",
    re.IGNORECASE,
)
_ENOUGH = 40
"""Letters from which what stands above a quoted thread counts as a message."""
_FOOTER = re.compile(
    r"\bvalue your feedback\b|\brat(?:e|ing) (?:this|a) (?:and other )?correspondence|\bselecting the stars\b"
    r"|\bdo not reply (?:directly )?to this\b|\bno-reply\b|\bto contact us again\b|\bplease return to the aws support"
    r"|\bamazon web services, inc\. is a subsidiary\b|\bthis message was produced and distributed\b"
    r"|\bhow did we\b|\bmet your (?:needs|expectations)\b|フィードバック|配信専用",
    re.IGNORECASE,
)


def newest(pasted: str) -> str:
    """The newest message of a pasted thread, clean. The whole of it where nothing stands above the quotes."""
    text = clean(pasted)
    kept: list[str] = []
    for line in text.split("\n"):
        if _CUT.match(line) and _letters(kept) >= _ENOUGH:
            break
        if not _QUOTED.match(line) and not _FOOTER.search(line):
            kept.append(line)
    if _letters(kept) >= _ENOUGH:
        return "\n".join(kept).strip()
    return clean("\n".join(line.lstrip(" >|") for line in text.split("\n") if not _FOOTER.search(line)))


def _letters(lines: list[str]) -> int:
    return sum(c.isalpha() for line in lines for c in line)
