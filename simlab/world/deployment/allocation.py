"""Compute goes where it saves most: to the sector whose wages per accelerator are highest, then to the next."""

from collections.abc import Sequence


def allot(wanted_h100e: Sequence[float], worth_per_h100e: Sequence[float], available_h100e: float) -> list[float]:
    """Accelerators that each gets of what it wants, the one of most worth first; of equals, the first in the list."""
    used, left = [0.0] * len(wanted_h100e), available_h100e
    for i in sorted(range(len(used)), key=lambda i: -worth_per_h100e[i]):
        used[i] = min(wanted_h100e[i], left)
        left -= used[i]
    return used
