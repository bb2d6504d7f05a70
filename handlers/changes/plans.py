"""Opening a plan: a modal that reads the account first, and says so while it does."""

from collections.abc import Coroutine
from typing import Any

from handlers.listeners import Asker
from handlers.services import Services
from handlers.slack_api import open_when_ready
from handlers.views.changes import words_view
from handlers.views.message import View

NOT_READ = "What is known of the accounts could not be read just now. Nothing was sent. Try again in a moment."
_FAILED = "The plan could not be made. Nothing was sent. Try again in a moment."


async def open_plan(
    services: Services, asker: Asker, title: str, preparing: Coroutine[Any, Any, View], *, reading: str = "the account"
) -> None:
    """Open the plan that `preparing` gives. Where that takes time, a modal first says what is being read."""
    loading, failed = words_view(title, f"Reading {reading}…"), words_view(title, _FAILED)
    await open_when_ready(services.slack, asker.trigger_id, preparing, loading=loading, failed=failed)
