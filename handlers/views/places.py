"""Which account and region is meant, where a domain is at several."""

from collections.abc import Sequence

from handlers.views import blocks as kit
from handlers.views.changes import words_view
from handlers.views.message import View
from handlers.views.standing import place_words
from model import AccountRegion


def places_view(title: str, action: str, places: Sequence[tuple[AccountRegion, str | None]], subject: str) -> View:
    """A modal that asks for the account region: a button for each, with `subject` before its region and account."""
    buttons = [
        kit.button(f"{action}{number}", place_words(place, account_id), f"{subject} {place.region} {place.account}")
        for number, (place, account_id) in enumerate(places)
    ]
    return words_view(title, "In which account and region?", kit.actions(buttons, "change_places"))
