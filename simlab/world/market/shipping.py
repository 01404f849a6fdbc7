"""Shipping: every accelerator goes where it will be worth most, given those that go there before it.

They go out in lots, one after another. A lot lowers the rent it will meet and takes power; so lots spread until the
next one is worth the same everywhere, or as nearly so as caps on shipments let it. A cap turns lots elsewhere.
"""

from dataclasses import dataclass
from typing import Final

from simlab.world.market.worth import Site, Worth

_LOTS: Final = 32


@dataclass(slots=True)
class Place:
    """A nation as shippers see it, on the day the accelerators will arrive."""

    budget_usd2025_per_hour: float
    supply_h100e: float
    """What runs there and what is on its way."""
    free_mw: float
    mw_per_h100e: float
    """What one of these accelerators draws there."""
    marginal_mw_per_h100e: float
    """What the least efficient one draws that runs there."""
    room_h100e: float
    """What may still be shipped there."""
    given_h100e: float = 0.0

    def worth(self, worth: Worth, h100e: float) -> float:
        """Of each accelerator of the next lot."""
        rent = self.budget_usd2025_per_hour / (self.supply_h100e + self.given_h100e + h100e)
        fits = h100e * self.mw_per_h100e <= self.free_mw
        return worth.usd2025_per_h100e(rent, Site(self.mw_per_h100e, None if fits else self.marginal_mw_per_h100e))

    def give(self, h100e: float) -> None:
        """Send a lot there."""
        self.given_h100e += h100e
        self.room_h100e -= h100e
        self.free_mw -= h100e * self.mw_per_h100e


def ship(h100e: float, places: list[Place], worth: Worth) -> float:
    """Send accelerators out. Returns what may be shipped nowhere."""
    lot = h100e / _LOTS
    while h100e > 0.0:
        allowed = [place for place in places if place.room_h100e > 0.0]
        if not allowed:
            break
        best = max(allowed, key=lambda place: place.worth(worth, lot))
        given = min(h100e if h100e < 1.5 * lot else lot, best.room_h100e)
        best.give(given)
        h100e -= given
    return h100e
