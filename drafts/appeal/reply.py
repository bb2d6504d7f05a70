"""The reply to a refusal: four points in order, under 500 words, nothing sent twice."""

import re
from dataclasses import dataclass

from drafts.appeal.confirmation import propose_confirmation
from drafts.appeal.points import Points, gather
from drafts.appeal.reading import Refusal, read_refusal
from drafts.appeal.remarks import Case, remarks_on
from drafts.appeal.words import Words, words_for
from drafts.request.description import joined
from drafts.request.fit import write_description
from drafts.request.kinds import kind_of
from drafts.request.voice import voice_of
from drafts.text.tidy import clean, flat, lines, sentences
from drafts.text.tongue import is_dense
from model import Answers, Appeal, AppealAnswers, Concern, MailType

LIMIT = 500
"""Words that a reply stays under."""
_SAMPLE = 150
"""Words of the sample mail."""
_CONSOLE = "https://console.aws.amazon.com/support/home#/case/?displayId="


def write_appeal(appeal: AppealAnswers, draft: Answers) -> Appeal:
    """The reply to what AWS wrote, from the appeal's answers and the draft, and where to send it.

    `remarks` name what is missing, what is only proposed, and every question of AWS's that nothing answers.
    """
    refusal = read_refusal(appeal.refusal)
    voice = voice_of(draft)
    words = words_for(voice)
    points = gather(appeal, draft, refusal, words, voice)
    second = refusal.second or appeal.refused_before
    read_before = [*appeal.earlier, *([write_description(draft)] if second else [])]
    earlier = frozenset(_plain(s) for s in _pieces("\n".join(read_before)))
    if second:
        _only_new(points, refusal, earlier, words)
    points.sample = _cut_sample(points.sample)
    transactional = all(kind_of(s) is MailType.TRANSACTIONAL for s in draft.streams)
    letter = _Letter(
        words,
        words.answers_head if refusal.concerns[:1] == (Concern.QUESTIONS,) else words.heads[0],
        words.receipt_head if transactional or not appeal.confirmation.strip() else words.heads[2],
        words.second_closing if second else words.closing,
        voice.name,
    )
    proposal = propose_confirmation(draft)
    proposed = proposal is not None and clean(appeal.confirmation) == clean(proposal.text)
    found = remarks_on(appeal, draft, Case(refusal, second, transactional, proposed, earlier), points)
    asked = tuple(q.text for q in refusal.questions)
    return Appeal(_fit(points, letter), refusal.concerns, asked, second, where_to_send(appeal), found)


@dataclass(frozen=True, slots=True)
class _Letter:
    """The frame of one reply: its words, the heads of points 1 and 3, its closing and who signs."""

    words: Words
    first_head: str
    sample_head: str
    closing: str
    name: str

    def written(self, points: Points) -> str:
        parts = [self.words.greeting, f"{self.first_head} {joined(points.concern)}"]
        if points.opt_in:
            parts.append(f"{self.words.heads[1]} {joined(points.opt_in)}")
        if points.sample:
            apart = "\n\n" if len(points.sample) > 90 or "\n" in points.sample else " "
            parts.append(f"{self.sample_head}{apart}{points.sample}")
        if points.links:
            parts.append(f"{self.words.heads[3]} {joined(points.links)}")
        return "\n\n".join([*parts, self.closing, *([self.name] if self.name else [])])


def where_to_send(appeal: AppealAnswers) -> str:
    """In the case of the refusal, in the Support Center; a new case only where that one is closed."""
    case = flat(appeal.case_id)
    link = f"{_CONSOLE}{case}" if re.fullmatch(r"[\w-]{1,64}", case) else "https://console.aws.amazon.com/support/home"
    named = f"case {case}" if case else "the case that holds the refusal"
    if appeal.case_closed:
        return (
            f"{named[0].upper()}{named[1:]} is closed. Reopen it in the AWS Support Center if it lets you; otherwise"
            f" open a new case there and name the old one in its first line: {link}"
        )
    return (
        f"Reply in {named} in the AWS Support Center: {link}. The mail comes from an address that takes no answers."
        " Do not open a new case, unless this one is closed or gone; a new one then has to name it."
    )


def _only_new(points: Points, refusal: Refusal, earlier: frozenset[str], words: Words) -> None:
    """A second reply asks for a secondary review and repeats nothing that AWS has read."""
    fresh = [s for s in points.concern if _plain(s) not in earlier and s not in words.concerns.values()]
    answers = fresh if refusal.questions else [s for s in fresh if not s.startswith(words.slower[:12])]
    points.concern = [words.second, *answers]
    points.offered = points.offered and any(s.startswith(words.slower[:12]) for s in points.concern)
    points.opt_in = [s for s in points.opt_in if _plain(s) not in earlier] or [words.said_before[0]]
    points.links = [s for s in points.links if _plain(s) not in earlier] or [words.said_before[2]]
    known = sum(_plain(s) in earlier for s in _pieces(points.sample))
    if points.sample and known * 2 > len(_pieces(points.sample)):
        points.sample = words.said_before[1]


def _fit(points: Points, letter: _Letter) -> str:
    """The reply under its limit: the longest point gives up its last sentences first."""
    while True:
        reply = letter.written(points)
        if count_words(reply) < LIMIT:
            return reply
        longest = max((points.concern, points.opt_in, points.links), key=lambda p: count_words(joined(p)))
        if len(longest) > 1:
            longest.pop()
        elif count_words(points.sample) > 20:
            points.sample = _cut_sample(points.sample, count_words(points.sample) * 2 // 3)
        else:
            longest[0] = _first_words(longest[0], count_words(longest[0]) * 2 // 3)


def count_words(text: str) -> int:
    """Words as a reader counts them; where a script writes no blanks, two characters make one."""
    return len(text.split()) if not is_dense(text) else sum(c.isalpha() for c in text) // 2


def _cut_sample(sample: str, most: int = _SAMPLE) -> str:
    """The sample in at most so many words, cut at a line."""
    if count_words(sample) <= most:
        return sample
    kept: list[str] = []
    for line in sample.split("\n"):
        if kept and count_words("\n".join([*kept, line])) > most:
            break
        kept.append(line)
    text = "\n".join(kept).strip()
    return text if count_words(text) <= most else _first_words(text, most)


def _first_words(text: str, most: int) -> str:
    words = text.split(" ")
    cut = " ".join(words[:most]) if len(words) > most else text[: max(most * 2, 20)]
    return cut.rstrip(" ,;") + " …"


def _pieces(text: str) -> list[str]:
    return [s for _, line in lines(text) for s in sentences(line)]


def _plain(sentence: str) -> str:
    return re.sub(r"\W+", "", sentence).casefold()
