"""Who speaks in a text: a team that says "we", or one person who says "I"."""

import re
import zlib
from dataclasses import astuple, dataclass

from drafts.woven.text.reading import Unit, read
from drafts.woven.text.tidy import flat
from drafts.woven.text.tongue import Tongue, tongue
from drafts.woven.text.written import PROPER
from model import Answers

_ALONE = re.compile(
    r"\b(?:solo (?:developer|founder|maker|project|business)|sole (?:trader|proprietor)|self-employed"
    r"|(?:independent|indie) developer)\b|\bone-(?:man|woman|person)\b"
    r"|^(?:an? )?(?:\w+ )?freelance (?:\w+ ){0,2}\w+(?:er|or|ist|ach|ect|ant|ian)\b|^(?:an? )?freelancer\b",
    re.IGNORECASE,
)
_START = re.compile(r"^\s*(?P<word>[A-Z][a-z]+)(?=(?: [a-z][\w-]+| \(|[.]?\s*$))")
"""The first word of an answer whose capital may be only that of a sentence."""
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")


@dataclass(frozen=True, slots=True)
class Voice:
    """The writer's pronouns, the `name` of the business, the `tongue` of the frame, and a `seed` that picks among
    frames that say the same."""

    name: str
    alone: bool
    tongue: Tongue
    seed: int
    names: frozenset[str] | None = None
    """Words that keep a capital at the start of an answer; None where answers were not typed with capitals there, so
    that every capital is meant."""

    @property
    def we(self) -> str:
        return "I" if self.alone else "we"

    @property
    def our(self) -> str:
        return "my" if self.alone else "our"

    @property
    def are(self) -> str:
        return "am" if self.alone else "are"

    def read(self, text: str, *, subjects: bool = True) -> tuple[Unit, ...]:
        """The pieces of an answer, read in the language of the whole."""
        names = self.names
        if self.tongue is Tongue.ENGLISH and names is not None:
            text = _START.sub(lambda m: m[0] if m["word"] in names else m[0].lower(), text)
        return read(text, name=self.name, english=self.tongue is Tongue.ENGLISH, subjects=subjects)

    def pick(self, *frames: str) -> str:
        """One of several frames of the same meaning, always the same one for the same answers."""
        return frames[self.seed % len(frames)]


def said(answers: Answers) -> list[str]:
    """Every prose answer, in the order of the questions."""
    streams = [text for s in answers.streams for text in (s.what, s.trigger, s.recipients, s.rhythm, s.number)]
    return [
        answers.business, answers.place, answers.since, *streams, answers.opt_in, answers.unconfirmed, answers.leaving,
        answers.bounces, answers.complaints, answers.monthly, answers.basis, answers.busiest,
    ]  # fmt: skip


def voice_of(answers: Answers) -> Voice:
    """The voice that the answers themselves use; "we" where they do not tell."""
    prose = said(answers)
    text = _QUOTED.sub("", "\n".join(prose))
    singular = len(re.findall(r"\b(?:I|I'm|I’m|my|My|me|mine|myself)\b(?!\.)", text))
    plural = len(re.findall(r"\b(?:[Ww]e|[Oo]urs?|us)\b", text))
    plural += 9 * len(re.findall(r"\b[Mm]e and my\b|\b[Mm]y \w+ and (?:me|[Ii])\b", text))
    alone = singular > plural or (not singular and not plural and bool(_ALONE.search(answers.business)))
    seed = zlib.crc32(repr(astuple(answers)[:4]).encode("utf-8", "replace"))
    return Voice(flat(answers.name), alone, tongue("\n".join(prose)), seed, _names(answers, prose))


def _names(answers: Answers, prose: list[str]) -> frozenset[str] | None:
    """Words with a capital in the midst of a sentence or in the name, where answers mostly open with a capital."""
    starts = [p.strip()[0] for p in prose if p.strip() and p.strip()[0].isalpha()]
    if sum(c.isupper() for c in starts) * 2 < len(starts):
        return None
    midst = re.findall(r"(?<=[\w,] )[A-Z][\w’']*", " \n".join([*prose, f"x {answers.name}", f"x {answers.place}"]))
    return frozenset(midst) | {w.capitalize() for w in PROPER}
