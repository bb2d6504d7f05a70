"""How long tests wait for an event before they call it missing: long enough that a busy machine is no fault."""

PATIENCE = 180.0
"""Seconds. No test measures with it; one that fails takes so long, one that passes never does."""
