"""The frames in the language of the answers: Japanese, and English for every other."""

from drafts.appeal.english import english
from drafts.appeal.japanese import JAPANESE
from drafts.appeal.words import Words
from drafts.request.voice import Voice
from drafts.text.tongue import Tongue


def words_for(voice: Voice) -> Words:
    """The fixed sentences in the voice of the answers."""
    return JAPANESE if voice.tongue is Tongue.JAPANESE else english(voice)
