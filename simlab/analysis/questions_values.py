"""Numbers and dates as a question writes them."""

from datetime import date

PREFIXES = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}


def number_of(text: str) -> float:
    """The number: with a power of ten, an SI prefix, or in percent.

    >>> [number_of(text) for text in ("0.5", "1e28", "300k", "-2", "5%")]
    [0.5, 1e+28, 300000.0, -2.0, 0.05]
    """
    if text.endswith("%"):
        return number_of(text[:-1].rstrip()) / 100
    if text[-1] in PREFIXES:
        return number_of(text[:-1]) * PREFIXES[text[-1]]
    return float(text)


def time_days_of(text: str, start: date, end: date) -> float:
    """Days from `start` to the day; a month or a year stands for its first day.

    >>> [time_days_of(text, date(2025, 1, 1), date(2035, 1, 1)) for text in ("2025-02-01", "2026")]
    [31.0, 365.0]

    Raises:
        ValueError: no such day, or the study knows nothing about it.
    """
    day = _day_of(text)
    if day < start:
        raise ValueError(f"the study begins on {start}: nothing comes before that")
    if day > end:
        raise ValueError(f"the study ends on {end} and knows nothing later; what has not come by then is 'never'")
    return float((day - start).days)


def _day_of(text: str) -> date:
    parts = text.split("-")
    if not all(part.isdecimal() for part in parts) or len(parts[0]) != 4:
        raise ValueError("a date is needed here, like 2031-01-01")
    year, month, day = (int(part) for part in (*parts, "1", "1")[:3])
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no day {text}") from None
