"""Saturation: what people would pay without a limit, and what they pay under one.

    paid = ceiling w / (ceiling + w),  w = wanted / (1 - initial / ceiling of day 0)

which is a logistic curve in the logarithm of what is wanted: next to the ceiling all wishes count for little, far below
it they count in full, and the ceiling is never reached. The factor in w makes day 0 come out as it is.
"""

from simlab.errors import WorldError


class Saturation:
    """A soft ceiling that lets day 0's spending through as it is."""

    def __init__(self, what: str, initial: float, ceiling: float, now: float) -> None:
        if not initial < ceiling:
            raise WorldError(f"{what} spend {initial:.4g} USD a day, beyond their ceiling of {ceiling:.4g}", now)
        self._scale = 1.0 / (1.0 - initial / ceiling)

    def paid_fraction(self, wanted: float, ceiling: float) -> float:
        """Share of what is wanted that is paid; paid_fraction * wanted < ceiling."""
        return ceiling / (ceiling / self._scale + wanted)
