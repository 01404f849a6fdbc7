"""Sharing accelerators over a day: what can wait fills the valleys that customers leave; the line is shared fairly."""

from collections.abc import Sequence


def fill_valleys(amount: float, base: Sequence[float], room: Sequence[float]) -> list[float]:
    """Put `amount` (mean over the day) where the load is lowest: min(room, max(0, level - base)) in each segment.

    The level is the one at which all of it, or all there is room for, is placed.
    """
    wanted, n = amount * len(base), len(base)
    if wanted >= sum(room):
        return list(room)
    turns = sorted([(base[j], 1) for j in range(n)] + [(base[j] + room[j], -1) for j in range(n)])
    level, slope, placed = turns[0][0], 0, 0.0
    for at, change in turns:
        step = slope * (at - level)
        if placed + step >= wanted:
            break
        placed, level, slope = placed + step, at, slope + change
    if slope:
        level += (wanted - placed) / slope
    return [min(free, max(0.0, level - load)) for load, free in zip(base, room, strict=True)]


def share(needs: Sequence[float], capacity: float) -> list[float]:
    """Divide `capacity` over `needs`: each its own if there is enough, else in proportion to them."""
    total = sum(needs)
    if total <= capacity:
        return list(needs)
    part = capacity / total
    return [part * need for need in needs]
