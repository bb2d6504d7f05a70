"""The letter as prose by a model, where one is set: both versions are shown, and the person picks."""

from handlers.drafts.listeners import Listeners

LISTENERS = Listeners()
