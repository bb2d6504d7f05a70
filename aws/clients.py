"""boto3 clients, few and cheap: one for each service and region, for all accounts.

A client holds sockets, a TLS context and a model of the service. One for every account and region would be thousands,
so the account's credentials go with each call instead: botocore signs a request with `request_credentials` where its
signing context names some. Creating clients is not thread-safe in boto3, so that is done one at a time.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError

from model.bounded import BoundedCache

MOST_CLIENTS = 64
"""SES has fewer regions than that."""
_LOOK_AGAIN = 30.0
"""Seconds until ambient credentials are looked for again: on EC2 that goes over the network, and may fail for once."""


class Clients:
    """Hands out clients, the least recently used dropped beyond `MOST_CLIENTS`. For threads."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._session = boto3.session.Session()
        self._lock = threading.Lock()
        self._kept: BoundedCache[tuple[str, str], Any] = BoundedCache(MOST_CLIENTS)
        self._signing = threading.local()
        self._look_again_at = 0.0

    def get(self, service: str, region: str) -> Any:
        """The client of a service (`sesv2`, `sts`) in a region; NoCredentialsError where there are no ambient ones."""
        key = (service, region)
        with self._lock:
            client = self._kept.get(key)
            if client is None:
                self._look_for_credentials()
                client = self._session.client(service, region_name=region, config=self._config)
                client.meta.events.register("before-sign", self._sign)
                self._kept.keep(key, client)
        return client

    @contextmanager
    def signing_as(self, credentials: Credentials | None) -> Iterator[None]:
        """Calls of this thread are signed with these credentials; None: with the ambient ones."""
        self._signing.credentials = credentials
        try:
            yield
        finally:
            self._signing.credentials = None

    def home_of(self, region: str) -> str:
        """A region of the same partition that is always on, where STS knows every credential."""
        return _HOMES.get(self.partition_of(region), region)

    def partition_of(self, region: str) -> str:
        """The partition of a region, as its ARNs name it."""
        return str(self._session.get_partition_for_region(region))

    def _look_for_credentials(self) -> None:
        """A client made without credentials would never have any."""
        if time.monotonic() < self._look_again_at:
            raise NoCredentialsError
        if self._session.get_credentials() is None:
            self._look_again_at = time.monotonic() + _LOOK_AGAIN
            raise NoCredentialsError

    def _sign(self, request: Any, **_: Any) -> None:
        credentials = getattr(self._signing, "credentials", None)
        if credentials is not None:
            request.context["signing"] = {**request.context.get("signing", {}), "request_credentials": credentials}


_HOMES = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-eusc": "eusc-de-east-1",
}


def known_regions() -> tuple[str, ...]:
    """Where SES exists, in every partition, as boto3 knows it."""
    session = boto3.session.Session()
    partitions = session.get_available_partitions()
    return tuple(region for one in partitions for region in session.get_available_regions("sesv2", one))
