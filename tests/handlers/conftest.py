"""What the tests of the handlers share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.draft_app import DraftApp, drafting


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[DraftApp]:
    """People who draft; a module with people who do something else has an app of its own."""
    async with drafting(tmp_path) as app:
        yield app
