"""Typed text made clean, and cut into lines and sentences, in any script.

Cleaning takes away what no reader sees (control characters, bidirectional overrides, stray blanks) and never a word.
"""

import re
import unicodedata

from drafts.woven.text.bag import bag

_OVERRIDES = dict.fromkeys(map(ord, "\u202d\u202e\ufeff\u2028\u2029"))
_BLANKS = re.compile(r"[^\S\n]+")
_BULLET = re.compile(r"^(?:[-*•‣◦▪·–—]+\s+|[-*•‣◦▪·](?=[^\W\d])|[・●○■□※①-⑳]\s*|\(?(?:\d{1,2}|[a-z])[.)]\s+)")
_ARROW = re.compile(r"\s*(?:->|=>|→|⇒)\s*")
_CASE = re.compile(r"bounce|complain|unsubscri|confirm|\bif\b|\bwhen\b", re.IGNORECASE)
_END = re.compile(r"(?P<mark>[.!?…]+)(?P<close>[\"'”’»)\]]*)(?=\s|$)|(?P<wide>[。！？؟।]+[」』）]*)")
_NEVER_LAST = bag("""e.g i.e approx incl vs mr mrs ms dr prof st eg ie no nr ca resp excl fig tel al ref""")
"""Abbreviations that no sentence ends with."""
_SELDOM_LAST = bag(
    """etc inc ltd co corp llc gmbh max min a.m p.m am pm u.s u.k e.u b.v jr sr est dept sec hr hrs mo"""
)
"""Abbreviations that end a sentence only when a capital follows."""
_QUOTES = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("'", "'"))


def clean(text: str) -> str:
    """The text in NFC with single blanks, `\\n` as the only line break, and without characters that nobody sees."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").translate(_OVERRIDES)
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co"})
    return "\n".join(line.strip() for line in _BLANKS.sub(" ", kept).split("\n")).strip()


def flat(text: str) -> str:
    """The clean text on one line, without the quotes that enclose the whole of it."""
    line = " ".join(clean(text).split())
    for opening, closing in _QUOTES:
        inner = line[1:-1]
        if len(line) > 2 and line[0] == opening and line[-1] == closing and not {opening, closing} & set(inner):
            return inner.strip()
    return line


def lines(text: str) -> list[tuple[bool, str]]:
    """The lines that the writer meant, each with whether it was a bullet; wrapped lines are put together again."""
    meant: list[tuple[bool, str]] = []
    fresh = True
    for raw in clean(text).split("\n"):
        bullet = _BULLET.match(raw)
        line = raw[bullet.end() :].strip() if bullet else raw
        if not line:
            fresh = True
            continue
        if meant and not bullet and not fresh and _wraps(meant[-1][1], line):
            meant[-1] = (meant[-1][0], f"{meant[-1][1]} {line}")
        else:
            meant.append((bullet is not None, line))
        fresh = False
    return meant


def _wraps(before: str, line: str) -> bool:
    return before[-1] not in ".!?:;。！？" and (line[0].islower() or before[-1] in ",–-(&")


def sentences(line: str) -> list[str]:
    """The sentences of one line, each with its closing mark; `3.5`, `acme.com` and `e.g.` end none."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(line):
        if end["wide"] is None and not _ends(line, end.start(), end.end(), end["mark"]):
            continue
        piece = line[start : end.end()].strip()
        if piece:
            found.append(piece)
        start = end.end()
    rest = line[start:].strip()
    return [*found, rest] if rest else found


def _ends(line: str, at: int, after: int, mark: str) -> bool:
    """Whether the mark between `at` and `after` closes a sentence."""
    if mark[-1] in "!?":
        return True
    following = line[after:].lstrip()
    if not following:
        return True
    word = re.split(r"[\s(\"“„/]", line[max(at - 40, 0) : at])[-1].lower()
    if mark == ".":
        if word in _NEVER_LAST or (len(word) == 1 and word.isalpha() and line[at - 1].isupper()):
            return False
        if word in _SELDOM_LAST:
            return following[0].isupper()
        if word.isdigit() and len(word) < 3 and not following[0].isupper():
            return False
        return following[0].isalnum() or following[0] in "\"'“„«(["
    return following[0].isupper()


def unmarked(piece: str) -> str:
    """The piece without the mark that closes it; a closing bracket, quote or question mark stays."""
    bare = re.sub(r"[\s.!…,;:。！]+$", "", piece)
    if re.search(r"\b(?:etc|[Ii]nc|[Ll]td|[Cc]o|[Cc]orp|Jr|Sr|[ap]\.m|U\.S|U\.K)$", bare) and piece[
        len(bare) :
    ].startswith("."):
        return bare + "."
    return bare or piece.strip()


def arrows_as_words(line: str) -> str:
    """`hard bounce -> removed` as "hard bounce: removed", `SNS -> suppress` as "SNS, then suppress"."""
    first = _ARROW.search(line)
    if first and _CASE.search(line[: first.start()]) and len(line[: first.start()].split()) < 5:
        line = f"{line[: first.start()]}: {line[first.end() :]}"
    return _ARROW.sub(", then ", line)


def with_period(piece: str) -> str:
    """The piece closed as a sentence: exclamation marks and trailing dots become one full stop."""
    piece = piece.strip()
    if not piece:
        return ""
    if piece[-1] in "。？！؟।?":
        return piece.rstrip("！") + "。" if piece[-1] == "！" else piece
    bare = unmarked(piece)
    if not bare:
        return piece
    if bare[-1] in "\"'”’»" and len(bare) > 1 and bare[-2] in ".?!":
        return bare
    return bare if bare[-1] == "." else bare + ("。" if is_wide(bare[-1]) else ".")


def is_wide(character: str) -> bool:
    """Whether the character belongs to Chinese or Japanese text, which closes a sentence with 。"""
    return "\u3040" <= character <= "\u30ff" or "\u4e00" <= character <= "\u9fff"
