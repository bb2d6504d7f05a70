"""Fetches web pages of strangers by one guarded GET, for the website check and for RDAP.

`Fetcher.fetch` follows redirects as a browser does and ends, whatever happens, in `Fetched` or `Failed`. No connection
is made to an address that is not public, unless its network was allowed.
"""

from typing import TYPE_CHECKING, Any

from checks.fetch.urls import Failed, Failure, Fetched, Hop, Tls

if TYPE_CHECKING:
    from checks.fetch.fetcher import Fetcher

__all__ = ["Failed", "Failure", "Fetched", "Fetcher", "Hop", "Tls"]


def __getattr__(name: str) -> Any:
    """Imports the fetcher, and with it an HTTP library, when it is first used."""
    if name != "Fetcher":
        raise AttributeError(name)
    from checks.fetch.fetcher import Fetcher  # noqa: PLC0415 - as said

    return Fetcher
