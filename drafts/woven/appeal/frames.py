"""The frames in the language of the answers: Japanese, and English for every other."""

from drafts.woven.appeal.english import english
from drafts.woven.appeal.japanese import JAPANESE
from drafts.woven.appeal.words import Words
from drafts.woven.request.voice import Voice
from drafts.woven.text.tongue import Tongue


def words_for(voice: Voice) -> Words:
    """The fixed sentences in the voice of the answers."""
    return JAPANESE if voice.tongue is Tongue.JAPANESE else english(voice)
