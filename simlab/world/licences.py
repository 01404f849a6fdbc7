"""Licences: which frontier runs may not start at once, and how long they wait."""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

NEVER_DAYS: Final = math.inf
"""How long a licence takes that is not to be had."""


class Licence(NamedTuple):
    """A rule about runs above a size."""

    above_flop: float
    days: float
    """From application to licence."""


class Licences:
    """The licences a lab's runs need, by lever. All of them are applied for at once."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._rules: dict[int, Licence] = {}
        self._changed = changed

    def put(self, lever: int, licence: Licence) -> None:
        """Demand a licence in the name of lever number `lever`."""
        self._rules[lever] = licence
        self._changed()

    def lift(self, lever: int) -> None:
        """Demand it no longer."""
        del self._rules[lever]
        self._changed()

    def threshold_flop(self) -> float:
        """The largest run that needs no licence; NaN where none ever does."""
        return min((rule.above_flop for rule in self._rules.values()), default=math.nan)

    def most_flop(self) -> float:
        """The largest run that may start at all: beyond it, a licence is not to be had."""
        return min((r.above_flop for r in self._rules.values() if r.days == NEVER_DAYS), default=math.inf)

    def wait_days(self, flop: float) -> float:
        """Days from application to the last licence that a run of this size needs."""
        return max((rule.days for rule in self._rules.values() if flop > rule.above_flop), default=0.0)
