"""The points as a letter, and the letter within its limit."""

import re
from dataclasses import dataclass

from drafts.woven.appeal.points import Points
from drafts.woven.appeal.words import Words
from drafts.woven.request.description import joined
from drafts.woven.text.tongue import is_dense

LIMIT = 500
"""Words that a reply stays under."""
_SAMPLE = 150
"""Words of a mail that is shown."""
_FEWEST = 20
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Letter:
    """The frame of one reply: its opening, the heads of its points, its closing and who signs."""

    words: Words
    opening: str
    heads: tuple[str, str, str, str]
    closing: str
    name: str

    def written(self, points: Points) -> str:
        """The whole reply. A point of which nothing is known is left out, and the others are counted through."""
        first = "\n\n".join(filter(None, map(joined, points.first)))
        bodies = (first, joined(points.opt_in), self._mails(points), joined(points.links))
        told = [(head, body) for head, body in zip(self.heads, bodies, strict=True) if body]
        numbered = [f"{at}. {head}\n{body}" for at, (head, body) in enumerate(told, start=1)]
        return "\n\n".join(
            [f"{self.words.hello}\n\n{self.opening}", *numbered, self.closing, *filter(None, [self.name])]
        )

    def _mails(self, points: Points) -> str:
        if points.sample_known:
            return points.sample
        shown = [_shown(points.sample)] if points.sample else []
        if points.example:
            shown += [self.words.also_sent, _shown(points.example)]
        return "\n\n".join(shown)


def fit(points: Points, letter: Letter) -> tuple[str, list[str]]:
    """The reply under its limit, and the sentences that had to be left out: facts first, never an acknowledgement."""
    points.sample, points.example = cut_mail(points.sample), cut_mail(points.example)
    left_out = [s for head in (points.concern, points.opt_in, points.links) for s in _beyond(head)]
    while count_words(reply := letter.written(points)) >= LIMIT:
        longest = max((points.concern, points.opt_in, points.links), key=lambda p: count_words(joined(p)))
        if len(longest) > 1:
            left_out.append(longest.pop())
        elif count_words(points.example) > _FEWEST:
            points.example = ""
        elif count_words(points.sample) > _FEWEST:
            points.sample = cut_mail(points.sample, count_words(points.sample) * 2 // 3)
        else:
            left_out += _cut_longest(points)
    return reply, left_out


def _beyond(head: list[str]) -> list[str]:
    """Take from a point what goes beyond a whole letter by itself."""
    words = 0
    for at, sentence in enumerate(head):
        words += count_words(sentence)
        if at and words > LIMIT:
            over, head[at:] = head[at:], []
            return over
    return []


def _cut_longest(points: Points) -> list[str]:
    """Shorten what is left where single answers are too long, the longest first."""
    lists = (points.acknowledged, points.changed, points.concern, points.opt_in, points.links)
    longest = max(lists, key=lambda p: count_words(joined(p)))
    if len(longest) > 1:
        return [longest.pop()]
    whole = longest[0]
    longest[0] = _first_words(whole, count_words(whole) * 2 // 3)
    return [whole]


def count_words(text: str) -> int:
    """Words as a reader counts them; where a script writes no blanks, two characters make one."""
    return len(text.split()) if not is_dense(_URL.sub("", text)) else sum(c.isalpha() for c in text) // 2


def cut_mail(text: str, most: int = _SAMPLE) -> str:
    """A mail in at most so many words, cut at a line."""
    if count_words(text) <= most:
        return text
    kept: list[str] = []
    for line in text.split("\n"):
        if kept and count_words("\n".join([*kept, line])) > most:
            break
        kept.append(line)
    cut = "\n".join(kept).strip()
    return f"{cut}\n…" if count_words(cut) <= most else _first_words(cut, most)


def _shown(mail: str) -> str:
    """A mail set apart from the letter around it, line by line, as mail quotes mail."""
    return "\n".join(f"> {line}".rstrip() for line in mail.split("\n"))


def _first_words(text: str, most: int) -> str:
    words = text.split(" ")
    cut = " ".join(words[:most]) if len(words) > most else text[: max(most * 2, 20)]
    return cut.rstrip(" ,;") + " …"
