"""A modal asks which account and region is meant, where a domain is at several."""

from collections.abc import Sequence

from handlers.views import blocks as kit
from handlers.views.changes import words_view
from handlers.views.message import View
from handlers.views.standing import place_words
from model import AccountRegion, SesRegionView

MOST_PLACES = 10
"""More are not offered: a modal is not a list."""


def places_view(title: str, action: str, places: Sequence[SesRegionView], subject: str) -> View:
    """A modal that asks for the account region: a button for each, whose value `parse_place` reads."""
    buttons = [
        kit.button(
            f"{action}{number}",
            place_words(one.place, one.account_id),
            f"{subject} {one.place.region} {one.place.account}",
        )
        for number, one in enumerate(places[:MOST_PLACES])
    ]
    return words_view(title, "In which account and region?", kit.actions(buttons, "change_places"))


def parse_place(value: str) -> tuple[str, AccountRegion]:
    """The subject and the account region of a button in `places_view`. An account's name may hold spaces."""
    subject, _, place = value.partition(" ")
    region, _, account = place.partition(" ")
    return subject, AccountRegion(account, region)
