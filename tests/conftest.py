"""Property tests look at the same examples in every run and have all the time they need: a busy machine is no fault."""

from hypothesis import HealthCheck, settings

settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")
