"""Web pages of strangers: one guarded GET, for the website check and for RDAP.

`Fetcher.fetch` follows redirects as a browser does and ends, whatever happens, in `Fetched` or `Failed`. No connection
is made to an address that is not public, unless its network was allowed.
"""

from checks.fetch.fetcher import Fetcher
from checks.fetch.values import Failed, Failure, Fetched, Hop, Tls

__all__ = ["Failed", "Failure", "Fetched", "Fetcher", "Hop", "Tls"]
