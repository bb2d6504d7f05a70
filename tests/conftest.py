"""Databases for whoever asks: `database_url` is an empty one of either kind, `postgres` a server.

Property tests look at the same examples in every run and have all the time they need: a busy machine is no fault.
"""

from hypothesis import HealthCheck, settings

from tests.support.databases import database_url, postgres

__all__ = ["database_url", "postgres"]

settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")
