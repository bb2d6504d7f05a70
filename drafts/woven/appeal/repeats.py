"""What AWS has read already: the same text is never sent twice."""

import re
from collections.abc import Collection, Iterable

from drafts.woven.text.tidy import lines, sentences

_NEARLY = 0.85
"""Share of its words that a sentence has in common with an earlier one when it says nothing new."""
_FEWEST = 6
"""Words under which a sentence repeats another only when it is the same."""


class Read:
    """The sentences that AWS has read."""

    def __init__(self, texts: Iterable[str]) -> None:
        pieces = [s for text in texts for s in pieces_of(text)]
        self._whole = frozenset(map(plain, pieces))
        self._words = [set(_words(s)) for s in pieces]

    def __bool__(self) -> bool:
        return bool(self._whole)

    def knows(self, sentence: str) -> bool:
        """Whether the sentence was sent before, or hardly differs from one that was. A new number makes it new."""
        if plain(sentence) in self._whole:
            return True
        own = set(_words(sentence))
        numbers = {w for w in own if w[0].isdigit()}
        return len(own) >= _FEWEST and any(
            len(own & known) >= _NEARLY * len(own) and numbers <= known for known in self._words
        )

    def unread(self, head: Iterable[str], kept: Collection[str] = ()) -> list[str]:
        """The sentences of a point that AWS has not read, and those `kept`; a fragment goes with what it follows."""
        found: list[str] = []
        gone = False
        for sentence in head:
            fragment = gone and len(_words(sentence)) < _FEWEST
            gone = sentence not in kept and (fragment or self.knows(sentence))
            if not gone:
                found.append(sentence)
        return found

    def knows_most(self, text: str) -> bool:
        """Whether more than half of a longer text was sent before."""
        known = [self.knows(s) for s in pieces_of(text)]
        return bool(known) and sum(known) * 2 > len(known)


def pieces_of(text: str) -> list[str]:
    return [s for _, line in lines(text) for s in sentences(line)]


def plain(sentence: str) -> str:
    """A sentence by its letters and digits alone."""
    return re.sub(r"\W+", "", sentence).casefold()


def _words(sentence: str) -> list[str]:
    return re.findall(r"\w+(?:[.,]\d+)*", sentence.casefold())
