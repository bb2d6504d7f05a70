"""Words, stems, links and clauses of a text, as the guard compares a model's sentence with its sources."""

import re
from collections.abc import Iterable
from functools import lru_cache

from drafts.phrases import fold, load
from drafts.wording import clean, wide

_LINK = re.compile(
    r"https?://[^\s<>()\"”“]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?<![\w.@-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}(?![\w-])(?:/[^\s<>()\"”“]*)?",
    re.IGNORECASE,
)
WORD = re.compile(
    r"[\u3400-\u9fff]+|[\u30a1-\u30ff]{2,}|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+(?:['-][^\W\d_\u3040-\u30ff\u3400-\u9fff]+)*"
)


def links_of(text: str) -> set[str]:
    found = (match[0].rstrip(".,;:!?。、/") for match in _LINK.finditer(clean(text)))
    return {link.removeprefix("https://").removeprefix("http://").removeprefix("www.").lower() for link in found}


def links_text(text: str) -> str:
    return " ".join(links_of(text))


def without_links(text: str) -> str:
    return _LINK.sub(" ", clean(text))


def clauses_of(sentence: str) -> list[str]:
    """The sentence at the places where a new subject begins."""
    subjects = "|".join(load("guard")["subjects"])
    return [
        part
        for part in re.split(
            rf"(?:[,;:] (?:and |but |so )?| and | but | because | while | so )(?=(?:{subjects})\b)", sentence
        )
        if part.strip()
    ]


def words_of(text: str) -> list[str]:
    return [fold(match[0]) for match in WORD.finditer(without_links(text))]


@lru_cache(maxsize=256)
def stems_of(text: str) -> frozenset[str]:
    return frozenset(stem_of(word) for word in words_of(text))


def content_of(text: str) -> set[str]:
    """The stems of a text's words that are not plain ones."""
    return {stem_of(word) for word in words_of(text) if word not in plain_words() and (len(word) > 1 or wide(word))}


def is_known(stem: str, stems: Iterable[str]) -> bool:
    if stem in stems:
        return True
    if wide(stem):
        return any(stem in other or other in stem for other in stems)
    return len(stem) >= 4 and any(
        len(other) >= 4 and (other.startswith(stem) or stem.startswith(other)) for other in stems
    )


def stem_of(word: str) -> str:
    word = re.sub(r"^un(?=confirm|verif|tick|click|check|ask)", "", word.removesuffix("'s"))
    bare = re.sub(r"(?:ings?|ed|ies|es|s|y|ly|ion|ions|ation|ations|ment|e)$", "", word) if len(word) > 3 else word
    bare = bare[:-1] if bare != word and bare[-2:-1] == bare[-1:] else bare  # "logging" and "logs"
    return bare if len(bare) >= 3 else word


@lru_cache(maxsize=1)
def plain_words() -> frozenset[str]:
    return frozenset(load("guard")["plain"])
