"""The description within its limit: whole sentences are left out, and it is said which."""

from drafts.woven.request.description import Paragraph, joined, paragraphs
from drafts.woven.text.tidy import sentences
from model import Answers, Remark, Severity

LIMIT = 5_000
"""Characters of a use case description (PutAccountDetails, UseCaseDescription)."""
READABLE = 400
"""Words that a reviewer reads to the end."""
_SAMPLE = 600
"""Characters of an example message that stay when room is short."""


def write_description(answers: Answers) -> str:
    """The description alone, within its limit."""
    return fitted(paragraphs(answers))[0]


def fitted(whole: list[Paragraph], limit: int = LIMIT) -> tuple[str, tuple[Remark, ...]]:
    """The text in at most `limit` characters, and a remark for what was left out. Every paragraph keeps its first
    sentence."""
    kept = [list(p) for p in whole]
    text = _text(kept)
    if len(text) <= limit:
        return text, _length(text)
    left_out = _shorten_sample(kept)
    while len(_text(kept)) > limit:
        longest = max((p for p in kept if len(p) > 1), key=lambda p: len(joined(p)), default=None)
        if longest is None:
            left_out += _cut_longest(kept, limit)
            break
        left_out.append(longest.pop())
    first = left_out[-1] if left_out else ""
    advice = (
        f"The answers make {len(text):,} characters; the field takes {limit:,}. {len(left_out)} sentences were left"
        " out, this one among them. Shorten the longest answer and say the rest in the case."
    )
    return _text(kept), (Remark("text.too-long", Severity.WARN, "description", first[:300], advice),)


def _length(text: str) -> tuple[Remark, ...]:
    count = len(text.split())
    if count <= READABLE:
        return ()
    advice = f"The text has {count} words; a reviewer reads about {READABLE}. Keep the facts and drop what repeats."
    return (Remark("text.long", Severity.WARN, "description", "", advice),)


def _text(paragraphs: list[Paragraph]) -> str:
    return "\n\n".join(joined(p) for p in paragraphs)


def _shorten_sample(kept: list[Paragraph]) -> list[str]:
    """Cut a long example message to whole lines or sentences."""
    for paragraph in kept:
        body = paragraph[0]
        if "\n\n" not in body or len(body) <= _SAMPLE:
            continue
        pieces = [s for line in body.split("\n") for s in [*_with_break(line)]]
        text = ""
        while pieces and len(text) + len(pieces[0]) <= _SAMPLE:
            text += pieces.pop(0)
        if text.strip() and pieces:
            paragraph[0] = text.rstrip()
            return [p.strip() for p in pieces if p.strip()]
    return []


def _with_break(line: str) -> list[str]:
    found = [s + " " for s in sentences(line)]
    return [*found[:-1], found[-1].rstrip() + "\n"] if found else ["\n"]


def _cut_longest(kept: list[Paragraph], limit: int) -> list[str]:
    """Single sentences that are too long together: each is cut at a word, the longest first."""
    left_out = []
    while len(_text(kept)) > limit:
        longest = max(kept, key=lambda p: len(p[0]))
        over = len(_text(kept)) - limit
        room = max(len(longest[0]) - over - 2, 40)
        if room >= len(longest[0]) - 1:
            kept.remove(longest)
            left_out.append(longest[0])
            continue
        cut = longest[0][:room]
        cut = cut[: cut.rindex(" ")] if " " in cut[room // 2 :] else cut
        left_out.append(longest[0][len(cut) :].strip())
        longest[0] = cut.rstrip(" ,;:") + " …"
    return left_out
