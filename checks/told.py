"""The former name of `checks.tristate`, for the modules that still use it."""

from checks.tristate import SesSetup as SesStanding
from checks.tristate import Tristate as Told

__all__ = ["SesStanding", "Told"]
