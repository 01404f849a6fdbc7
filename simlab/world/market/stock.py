"""A nation's accelerators, vintage by vintage: what they draw, how good they are, when they wear out."""

import math
from typing import NamedTuple

from simlab.world.market.params import AcceleratorParams


class Vintage(NamedTuple):
    """Accelerators that came at the same time."""

    day: float
    h100e: float
    mw_per_h100e: float
    quality_fraction: float
    """Speed for the newest algorithms, relative to free trade's."""


class Stock:
    """Vintages in order of what they draw, the least first: where power binds, the last are idle first."""

    def __init__(self, params: AcceleratorParams) -> None:
        self.params = params
        self.vintages: list[Vintage] = []

    @property
    def h100e(self) -> float:
        """All of them."""
        return math.fsum(v.h100e for v in self.vintages)

    @property
    def mw(self) -> float:
        """What all of them would draw."""
        return math.fsum(v.h100e * v.mw_per_h100e for v in self.vintages)

    def add(self, vintage: Vintage) -> None:
        """Take in new accelerators."""
        if vintage.h100e > 0.0:
            self.vintages = sorted([*self.vintages, vintage], key=lambda v: v.mw_per_h100e)

    def retire(self, day: float, days: float) -> float:
        """Let `days` go by: some fail at a constant rate, those past their life go. Returns how many went."""
        before, kept = self.h100e, math.exp(-self.params.failures_per_day * days)
        alive = [v for v in self.vintages if day - v.day < self.params.life_days]
        self.vintages = [v._replace(h100e=kept * v.h100e) for v in alive]
        return before - self.h100e

    def powered(self, mw: float) -> list[Vintage]:
        """What runs on so much power."""
        run: list[Vintage] = []
        for vintage in self.vintages:
            share = min(mw / (vintage.h100e * vintage.mw_per_h100e), 1.0)
            if share <= 0.0:
                break
            run.append(vintage._replace(h100e=share * vintage.h100e))
            mw = mw - vintage.h100e * vintage.mw_per_h100e if share == 1.0 else 0.0
        return run
