"""Typed text on its way into a letter: made safe, split at its sentences, shortened, finished; and phrase lists.

Nothing here changes a word. White space, the first capital of a sentence and its final full stop are all that a text
may lose or gain. Every expression is linear in the text: no input makes it slow.

A phrase is plain text in lower case. `*` at its end takes any end of the word ("bounc*"); ` … ` between two parts takes
up to 60 characters of the same sentence.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

CUT = "[…]"
"""Marks the place where something was left out."""
_ABBREVIATIONS = frozenset({
    "e.g", "i.e", "eg", "etc", "approx", "vs", "ca", "incl", "excl", "max", "min", "mr", "mrs", "dr", "st", "inc",
    "ltd", "co", "z.b", "d.h", "u.a", "bzw", "ggf", "p.ej", "p.ex", "no", "nr", "fig", "art", "abs",
})  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s|\Z)|[。！？｡।॥؟]++[」』）”]*+|\n++")
_ITEM = re.compile(r"\s*(?:[-*•·–]|\d{1,3}[.)])\s")
_INITIALS = frozenset({"sns", "sqs", "ses", "aws", "api", "dns", "spf", "dkim", "dmarc", "crm", "id"})
"""Names in capitals: a first capital alone would make "Sns" of one."""
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff00-\uff60]")


@lru_cache(maxsize=512)
def clean(text: str) -> str:
    """Returns the text without control characters and lone surrogates; spaces collapsed, blank lines single, edges
    trimmed."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    whole = _CONTROL.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [" ".join(line.split()) for line in whole.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def slot(text: str, most: int = 100) -> str:
    """Returns a short answer (a name, a place, a URL) as one line without its full stop; a longer one is cut with a
    sign."""
    line = clean(text).replace("\n", " ").rstrip("。 ")
    last = line.removesuffix(".").rsplit(" ", 1)[-1]
    if len(last) > 4 and "." not in last:  # "Inc." and "e.V." keep theirs
        line = line.removesuffix(".")
    return line if len(line) <= most else f"{line[: most - len(CUT) - 1].rstrip()} {CUT}"


@lru_cache(maxsize=512)
def ends(text: str) -> tuple[int, ...]:
    """Returns where the sentences of a clean text end, the last at its end."""
    found = [at.end() for at in _END.finditer(text) if not _abbreviated(text, at.start())]
    return tuple(found) if found and found[-1] == len(text) else (*found, len(text))


def sentences(text: str, most: int = 100_000) -> list[str]:
    """Returns the sentences of a text; a line break ends one too. Neighbors are joined where there are more than
    `most`."""
    text = clean(text)
    pieces = [text[start:end].strip() for start, end in zip((0, *ends(text)), ends(text), strict=False)]
    pieces = [piece for piece in pieces if piece]
    together = -(-len(pieces) // most)
    return pieces if together <= 1 else [" ".join(pieces[at : at + together]) for at in range(0, len(pieces), together)]


def shorten(text: str, most: int) -> str:
    """As many whole sentences as `most` characters hold, and a sign where any are left out."""
    text = clean(text)
    if len(text) <= most:
        return text
    end = max(ends(text[: max(most - len(CUT) - 1, 0)])[:-1], default=0)
    return f"{text[:end].rstrip()} {CUT}".strip()


@lru_cache(maxsize=256)
def finish(text: str, *, first: bool = True) -> str:
    """Returns the text with a capital at the start of its sentences and a full stop at its end.

    Without `first` the first sentence begins as typed: it goes on after a colon.
    """
    text = clean(text)
    if not text:
        return ""
    starts = [0, *(end for end in ends(text)[:-1] if text[end - 1] != "\n")]
    edges = zip(starts, [*starts[1:], len(text)], strict=True)
    return _stopped("".join(capital(text[a:b]) if a or first else text[a:b] for a, b in edges))


def join(texts: Iterable[str]) -> str:
    """Sentences to one paragraph: a space between them, none in Japanese, a new line after a text of lines."""
    whole = last = ""
    for text in filter(None, texts):
        gap = "\n" if "\n" in last else "" if wide(last[-1:]) or last[-1:] == "。" else " "
        whole, last = f"{whole}{gap}{text}" if whole else text, text
    return whole


def key(text: str) -> str:
    """Returns what two clean texts have in common where only white space, case and final punctuation differ."""
    return "".join(text.casefold().split()).rstrip(".。!?！？")


def wide(text: str) -> bool:
    """Tells whether the text is written in Japanese or Chinese characters."""
    return _WIDE.search(text) is not None


def _abbreviated(text: str, at: int) -> bool:
    if text[at] != ".":
        return False
    if text[at - 1 : at].isdigit():  # "am 1. des Monats": an ordinal, where the next word is no new sentence
        return not text[max(0, at - 3) : at].isdigit() and text[at + 1 : at + 3].lstrip(" ")[:1].islower()
    if not text[at - 1 : at].isalpha():
        return False
    word = text[max(0, at - 12) : at].lower().replace("\n", " ").rpartition(" ")[2].rpartition("(")[2]
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "i")


def capital(piece: str) -> str:
    """With a first capital, where the first word is a plain one: no address, no name such as iPad."""
    lead = len(piece) - len(piece.lstrip())
    if not piece[lead : lead + 1].islower():
        return piece
    word = piece[lead : lead + 40].split(" ", maxsplit=1)[0].split("\n", maxsplit=1)[0]
    if word.strip("'’-,;:.!?") in _INITIALS or not all(c.islower() or c in "'’-,;:" for c in word.rstrip(".!?")):
        return piece
    return f"{piece[:lead]}{piece[lead].upper()}{piece[lead + 1 :]}"


def _stopped(text: str) -> str:
    last_line = text[text.rfind("\n") + 1 :]
    if _ITEM.match(last_line) and "\n" in text:
        return text
    core = text.rstrip("\"'”’»)]」』）")
    if text.endswith(CUT) or (core and core[-1] in ".!?…。！？｡।॥؟"):
        return text
    if text[-1] in ",;:、，":
        text = text[:-1].rstrip()
    return f"{text}{'。' if wide(text[-1:]) else '.'}" if text else ""


_DATA = Path(__file__).parent / "data"
_GAP = 60
_CLAUSE = 160
"""Characters around a phrase in which a denial counts."""
_MOST_PLACES = 20
"""Places of a sentence that are looked at: a text that repeats itself costs no more than one that does not."""
_SAME = str.maketrans({"’": "'", "‘": "'", "‑": "-", "‐": "-", "–": "-", "—": "-", "“": '"', "”": '"', "　": " "})


@cache
def load(name: str) -> dict[str, Any]:
    """Returns the table of `data/<name>.toml`, read once."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Returns a text as phrases are compared with it: lower case, straight quotes, plain hyphens."""
    return text.lower() if text.isascii() else text.translate(_SAME).lower()


def occurrences(folded: str, phrases: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yields where a folded text says one of the phrases: start and end."""
    for phrase in phrases:
        first, rest = _parts(phrase)
        if first.rstrip("*") not in folded:
            continue
        for start, end in _places(folded, first):
            if not rest:
                yield start, end
                continue
            after = next(_places(folded[end : end + _GAP], rest), None)
            if after and not any(c in folded[end : end + after[0]] for c in ".!?\n。"):
                yield start, end + after[1]


def present(text: str, phrases: Iterable[str]) -> list[str]:
    """Returns the phrases that a text may say: those whose first letters are in it. Cheap, to look closer at few."""
    folded = fold(text)
    return [phrase for phrase in phrases if _parts(phrase)[0].rstrip("*") in folded]


def mentions(text: str, phrases: Iterable[str]) -> bool:
    """Tells whether a text says one of the phrases, in any case."""
    return next(occurrences(fold(text), phrases), None) is not None


def affirmed(sentence: str, phrases: Iterable[str]) -> str:
    """Returns the first phrase that a sentence says and does not deny ("we never buy lists"), as it is there; else
    empty."""
    folded = fold(sentence)
    places = islice(occurrences(folded, phrases), _MOST_PLACES)
    return next((folded[start:end] for start, end in places if not _denied(folded, start, end)), "")


@cache
def _parts(phrase: str) -> tuple[str, str]:
    first, _, rest = phrase.partition(" … ")
    return first, rest


def _places(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    core, open_end = (phrase[:-1], True) if phrase.endswith("*") else (phrase, False)
    at = text.find(core)
    while at >= 0:
        end = at + len(core)
        if _bounded(text, at, end, core, open_end):
            yield at, end
        at = text.find(core, at + 1)


def _bounded(text: str, start: int, end: int, core: str, open_end: bool) -> bool:
    """Tells whether a place is a whole word. Scripts without spaces have no bounds to look for."""
    if _letter(core[0]) and start and _letter(text[start - 1]):
        return False
    return open_end or not (_letter(core[-1]) and end < len(text) and _letter(text[end]))


def _letter(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"


def _denied(folded: str, start: int, end: int) -> bool:
    """Tells whether the clause around a place denies it: a denial before it, or one after it in the same run of
    words."""
    words = load("negation")
    before = folded[max(0, start - _CLAUSE) : start]
    before = before[_last(before, words["clause"]) :]
    for exception in words["not_a_denial"]:
        before = before.replace(exception, " ")
    if mentions(before, words["before"]):
        return True
    rest = folded[end : end + _CLAUSE]
    after = rest[: _first(rest, [*words["clause"], *words["relative"]])]
    return mentions(after, words["after"])


def _last(text: str, marks: Sequence[str]) -> int:
    return max((text.rfind(mark) + len(mark) for mark in marks if mark in text), default=0)


def _first(text: str, marks: Sequence[str]) -> int:
    return min((text.find(mark) for mark in marks if mark in text), default=len(text))
