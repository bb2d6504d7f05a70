"""Makes typed text safe for a letter: cleans, splits, shortens and finishes it; and finds phrases in it.

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
def clean_text(text: str) -> str:
    """Cleans a text: no control characters or lone surrogates; spaces collapsed, blank lines single, edges trimmed."""
    cleaned = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    cleaned = _CONTROL.sub("", cleaned.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [" ".join(line.split()) for line in cleaned.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str, most: int = 100) -> str:
    """Puts a short answer (a name, a place, a URL) on one line without its full stop; a longer one is cut with a
    mark."""
    line = clean_text(text).replace("\n", " ").rstrip("。 ")
    last = line.removesuffix(".").rsplit(" ", 1)[-1]
    if len(last) > 4 and "." not in last:  # "Inc." and "e.V." keep theirs
        line = line.removesuffix(".")
    return line if len(line) <= most else f"{line[: most - len(CUT) - 1].rstrip()} {CUT}"


@lru_cache(maxsize=512)
def sentence_ends(text: str) -> tuple[int, ...]:
    """Returns where the sentences of a clean text end, the last at its end."""
    ends = [match.end() for match in _END.finditer(text) if not _is_abbreviation(text, match.start())]
    return tuple(ends) if ends and ends[-1] == len(text) else (*ends, len(text))


def split_sentences(text: str, most: int = 100_000) -> list[str]:
    """Splits a text into sentences; a line break ends one too. Neighbors are joined where there are more than
    `most`."""
    text = clean_text(text)
    ends = sentence_ends(text)
    pieces = [piece for start, end in zip((0, *ends), ends, strict=False) if (piece := text[start:end].strip())]
    size = -(-len(pieces) // most)
    return pieces if size <= 1 else [" ".join(pieces[at : at + size]) for at in range(0, len(pieces), size)]


def shorten_text(text: str, most: int) -> str:
    """Shortens a text to as many whole sentences as `most` characters hold, with a mark where any are left out."""
    text = clean_text(text)
    if len(text) <= most:
        return text
    end = max(sentence_ends(text[: max(most - len(CUT) - 1, 0)])[:-1], default=0)
    return f"{text[:end].rstrip()} {CUT}".strip()


@lru_cache(maxsize=256)
def finish_sentences(text: str, *, capitalize_first: bool = True) -> str:
    """Gives the sentences of a text a capital at their start, and the last one a full stop.

    Without `capitalize_first` the first sentence begins as typed: it goes on after a colon.
    """
    text = clean_text(text)
    if not text:
        return ""
    starts = [0, *(end for end in sentence_ends(text)[:-1] if text[end - 1] != "\n")]
    edges = zip(starts, [*starts[1:], len(text)], strict=True)
    return _add_full_stop("".join(capitalize(text[a:b]) if a or capitalize_first else text[a:b] for a, b in edges))


def join_sentences(texts: Iterable[str]) -> str:
    """Joins sentences to one paragraph: a space between them, none in Japanese, a new line after a text of lines."""
    paragraph = last = ""
    for text in filter(None, texts):
        gap = "\n" if "\n" in last else "" if is_wide(last[-1:]) or last[-1:] == "。" else " "
        paragraph, last = f"{paragraph}{gap}{text}" if paragraph else text, text
    return paragraph


def text_key(text: str) -> str:
    """Returns a key that two clean texts share where only white space, case and final punctuation differ."""
    return "".join(text.casefold().split()).rstrip(".。!?！？")


def is_wide(text: str) -> bool:
    """Tells whether the text is written in Japanese or Chinese characters."""
    return _WIDE.search(text) is not None


def _is_abbreviation(text: str, position: int) -> bool:
    if text[position] != ".":
        return False
    previous = text[position - 1 : position]
    if previous.isdigit():  # "am 1. des Monats": an ordinal, where the next word is no new sentence
        is_lower_next = text[position + 1 : position + 3].lstrip(" ")[:1].islower()
        return is_lower_next and not text[max(0, position - 3) : position].isdigit()
    if not previous.isalpha():
        return False
    word = text[max(0, position - 12) : position].lower().replace("\n", " ").rpartition(" ")[2].rpartition("(")[2]
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "i")


def capitalize(piece: str) -> str:
    """Capitalizes the first word, where it is a plain one: no address, no name such as iPad."""
    indent = len(piece) - len(piece.lstrip())
    if not piece[indent : indent + 1].islower():
        return piece
    word = piece[indent : indent + 40].split(" ", maxsplit=1)[0].split("\n", maxsplit=1)[0]
    if word.strip("'’-,;:.!?") in _INITIALS or not all(c.islower() or c in "'’-,;:" for c in word.rstrip(".!?")):
        return piece
    return f"{piece[:indent]}{piece[indent].upper()}{piece[indent + 1 :]}"


def _add_full_stop(text: str) -> str:
    last_line = text[text.rfind("\n") + 1 :]
    if _ITEM.match(last_line) and "\n" in text:
        return text
    core = text.rstrip("\"'”’»)]」』）")
    if text.endswith(CUT) or (core and core[-1] in ".!?…。！？｡।॥؟"):
        return text
    if text[-1] in ",;:、，":
        text = text[:-1].rstrip()
    return f"{text}{'。' if is_wide(text[-1:]) else '.'}" if text else ""


_DATA = Path(__file__).parent / "data"
_GAP = 60
_CLAUSE = 160
"""Characters around a phrase in which a denial counts."""
_MOST_OCCURRENCES = 20
"""Places of a sentence that are looked at: a text that repeats itself costs no more than one that does not."""
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "‑": "-", "‐": "-", "–": "-", "—": "-", "“": '"', "”": '"', "　": " "})


@cache
def load_table(name: str) -> dict[str, Any]:
    """Loads the table of `data/<name>.toml`, once."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)
def fold_text(text: str) -> str:
    """Folds a text for comparison with phrases: lower case, straight quotes, plain hyphens."""
    return text.lower() if text.isascii() else text.translate(_TYPOGRAPHY).lower()


def find_occurrences(folded: str, phrases: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yields the start and end of each place where a folded text says one of the phrases."""
    for phrase in phrases:
        first, rest = _split_phrase(phrase)
        if first.rstrip("*") not in folded:
            continue
        for start, end in _find_places(folded, first):
            if not rest:
                yield start, end
                continue
            after = next(_find_places(folded[end : end + _GAP], rest), None)
            if after and not any(c in folded[end : end + after[0]] for c in ".!?\n。"):
                yield start, end + after[1]


def find_present(text: str, phrases: Iterable[str]) -> list[str]:
    """Finds the phrases that a text may say: those whose first part is in it. Cheap, to look closer at few."""
    folded = fold_text(text)
    return [phrase for phrase in phrases if _split_phrase(phrase)[0].rstrip("*") in folded]


def mentions(text: str, phrases: Iterable[str]) -> bool:
    """Tells whether a text says one of the phrases, in any case."""
    return next(find_occurrences(fold_text(text), phrases), None) is not None


def find_affirmed(sentence: str, phrases: Iterable[str]) -> str:
    """Finds the first phrase that a sentence says and does not deny ("we never buy lists"), as it stands there; else
    empty."""
    folded = fold_text(sentence)
    occurrences = islice(find_occurrences(folded, phrases), _MOST_OCCURRENCES)
    return next((folded[start:end] for start, end in occurrences if not _is_denied(folded, start, end)), "")


@cache
def _split_phrase(phrase: str) -> tuple[str, str]:
    first, _, rest = phrase.partition(" … ")
    return first, rest


def _find_places(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    core, open_end = (phrase[:-1], True) if phrase.endswith("*") else (phrase, False)
    start = text.find(core)
    while start >= 0:
        end = start + len(core)
        if _is_whole_word(text, start, end, core, open_end):
            yield start, end
        start = text.find(core, start + 1)


def _is_whole_word(text: str, start: int, end: int, core: str, open_end: bool) -> bool:
    """Tells whether a whole word stands at a place. Scripts without spaces have no bounds to look for."""
    if _is_letter(core[0]) and start and _is_letter(text[start - 1]):
        return False
    return open_end or not (_is_letter(core[-1]) and end < len(text) and _is_letter(text[end]))


def _is_letter(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"


def _is_denied(folded: str, start: int, end: int) -> bool:
    """Tells whether the clause around a place denies it: a denial before it, or one after it in the same run of
    words."""
    words = load_table("negation")
    before = folded[max(0, start - _CLAUSE) : start]
    before = before[_end_of_last(before, words["clause"]) :]
    for exception in words["not_a_denial"]:
        before = before.replace(exception, " ")
    if mentions(before, words["before"]):
        return True
    rest = folded[end : end + _CLAUSE]
    after = rest[: _start_of_first(rest, [*words["clause"], *words["relative"]])]
    return mentions(after, words["after"])


def _end_of_last(text: str, marks: Sequence[str]) -> int:
    return max((text.rfind(mark) + len(mark) for mark in marks if mark in text), default=0)


def _start_of_first(text: str, marks: Sequence[str]) -> int:
    return min((text.find(mark) for mark in marks if mark in text), default=len(text))
