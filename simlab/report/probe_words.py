"""Numbers of the probes as words: values, intervals, what is published."""

import math


def number(value: float | None) -> str:
    """Three significant digits; what has no end says so.

    >>> number(2.345), number(1234.5), number(float("inf")), number(None)
    ('2.35', '1,230', 'no end', '')
    """
    if value is None:
        return ""
    if not math.isfinite(value):
        return "no end"
    value = float(f"{value:.3g}")
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"


def interval(low: float | None, high: float | None) -> str:
    """From low to high.

    >>> interval(1.0, 2.5)
    '1 to 2.5'
    """
    return "" if low is None and high is None else f"{number(low)} to {number(high)}"


def published(central: float | None, low: float | None, high: float | None, source: str) -> str:
    """One source's number.

    >>> published(2.8, 1.7, 5.6, "somebody-2025")
    '2.8 (1.7 to 5.6) somebody-2025'
    """
    span = interval(low, high)
    told = f"{number(central)} ({span})" if central is not None and span else number(central) or span
    return f"{told} {source}"
