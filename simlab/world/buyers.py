"""Who rents accelerators: what the market needs to know of them."""

from collections.abc import Callable
from typing import NamedTuple


class Buyer(NamedTuple):
    """A lab, or everybody else in a nation."""

    account: str
    """Its name in the books."""
    nation: int
    budget_usd2025_per_day: Callable[[], float]
    """What it would spend on accelerators from now on; asked once at every clearing."""
    receive: Callable[[float, float], None]
    """Told how many accelerators, in H100e, it has from now on, and the rent, in USD of 2025 per H100e-hour."""
    initial_h100e: float
    """What it has on day 0."""
