"""Clients of boto3: one for each service and region, made one at a time, and no more of them than the bound."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config

from aws.clients import Clients


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Clients]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr("aws.clients.MOST_CLIENTS", 2)
    return lambda: Clients(Config())


def test_the_one_who_asks_at_the_same_time_gets_the_same_one(made: Callable[[], Clients]) -> None:
    clients = made()
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda _: clients.get("sesv2", "eu-west-1"), range(16)))
    assert len({id(client) for client in given}) == 1


def test_the_one_that_was_not_used_for_longest_goes_first(made: Callable[[], Clients]) -> None:
    clients = made()
    old, kept = clients.get("sesv2", "eu-west-1"), clients.get("sesv2", "us-east-1")
    assert clients.get("sesv2", "eu-west-1") is old
    clients.get("sts", "us-east-1")
    assert clients.get("sesv2", "eu-west-1") is old
    assert clients.get("sesv2", "us-east-1") is not kept, "there were three, and two may be kept"


def test_a_thread_that_breaks_off_signs_as_no_one_afterwards(made: Callable[[], Clients]) -> None:
    """The credentials of a role are those of one call, not of the one who comes next in the same thread."""
    clients = made()
    with pytest.raises(OSError, match="the line is cut"), clients.signing_as(object()):
        raise OSError("the line is cut")
    assert clients._signing.credentials is None
