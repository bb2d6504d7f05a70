"""Which language an answer is in, as far as a frame must know: English, Japanese, or neither.

English grammar is only ever applied to English; everything else is carried over as it stands.
"""

import re
from enum import StrEnum

from drafts.woven.text.bag import bag

_ENGLISH = bag(
    """the a an of to in for and on is are we our with by at from who they their after when every each per or not no
    through via people customers users email emails mail once week weekly month about only all it if"""
)
_OTHERS = bag(
    """der die das und wir ist sind mit für auf ein eine einen einer nach nicht von zu bei sich werden wird wenn jede
    jeden le la les des et nous un une du pour dans sur avec qui chaque est sont par aux el los las y una para con
    por que se del cada cuando son nuestros il gli che per con sono ogni quando della nostri di ai o os e um uma
    para com que cada quando são nossos het een en van voor met wij zijn op elke wordt als niet och att vi som är
    med till på varje i na z do się są w po nie og vi til er hver med på"""
)


class Tongue(StrEnum):
    ENGLISH = "english"
    JAPANESE = "japanese"
    OTHER = "other"


def tongue(text: str) -> Tongue:
    """The language of `text`; a text too short to tell, in Latin letters, counts as English."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return Tongue.ENGLISH
    kana = sum("\u3040" <= c <= "\u30ff" for c in letters)
    han = sum("\u4e00" <= c <= "\u9fff" for c in letters)
    if (kana + han) * 3 > len(letters) and kana:
        return Tongue.JAPANESE
    if sum(c < "\u0250" for c in letters) * 2 < len(letters):
        return Tongue.OTHER
    words = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(w in _ENGLISH for w in words)
    others = sum(w in _OTHERS and w not in _ENGLISH for w in words)
    marked = sum(any(c > "\x7f" for c in w) for w in words)
    if others > english and (others >= 2 or others + marked >= 2):
        return Tongue.OTHER
    return Tongue.ENGLISH


def is_dense(text: str) -> bool:
    """Whether most letters are of a script that writes no blanks between words, so that words cannot be counted."""
    letters = [c for c in text if c.isalpha()]
    dense = sum("\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" or "\u0e00" <= c <= "\u0eff" for c in letters)
    return dense * 2 > len(letters)
