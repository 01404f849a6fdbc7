"""When a sensitivity is not defined: the reason in words, so that no table shows a zero for what nobody knows."""

import numpy as np
from numpy.typing import NDArray

NO_NUMBER = "no run has this number"
CONSTANT = "the outcome is the same in all runs"
TOO_FEW = "too few finished runs"


def why_undefined(values: NDArray[np.float64]) -> str | None:
    """Why nothing can drive these values; None where something can. NaN is a run without a number.

    >>> why_undefined(np.array([1.0, 1.0, np.nan]))
    'the outcome is the same in all runs'
    """
    known = values[np.isfinite(values)]
    if known.size == 0:
        return NO_NUMBER
    # A mean of equal numbers may differ from them in its last bit.
    return CONSTANT if np.ptp(known) <= 1e-12 * np.abs(known).max() else None


def or_none(number: float) -> float | None:
    """A number for a table, null where it is not defined."""
    return float(number) if np.isfinite(number) else None
