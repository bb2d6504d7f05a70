"""What all tests share: databases, patience, and property tests that look at the same examples in every run.

A busy machine is no fault: property tests have all the time they need, and the fake Slack gives the bot minutes where
the real one gives three seconds.
"""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import demo.bot_process
import fakes.slack.socket_mode
import fakes.slack.tickets
import handlers.socket_mode
from tests.support import forking
from tests.support.databases import database_url, empty_database_url, postgres
from tests.support.patience import PATIENCE

__all__ = ["database_url", "empty_database_url", "postgres"]

settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")
_FAKES = Path(__file__).parent / "fakes"


@pytest.fixture(scope="session", autouse=True)
def forked_bots() -> Iterator[None]:
    """Has each bot forked where it would be started anew; where `python -m demo` starts it, it is."""
    demo.bot_process.spawn = forking.spawn
    yield
    forking.close()


@pytest.fixture(autouse=True)
def patient_slack(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives acknowledgements and triggers minutes, on both sides, except where the fake Slack itself is tested."""
    if not request.path.is_relative_to(_FAKES):
        monkeypatch.setattr(handlers.socket_mode, "_ANSWERING", PATIENCE)
        monkeypatch.setattr(fakes.slack.socket_mode, "ACK_SECONDS", PATIENCE)
        monkeypatch.setattr(fakes.slack.tickets, "TRIGGER_SECONDS", PATIENCE)


def pytest_collection_finish() -> None:
    """Keeps the collector of garbage from looking through thousands of tests again and again."""
    gc.collect()
    gc.freeze()
