"""Where a number comes from."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Written:
    """A number as its author wrote it, in the author's unit."""

    value: float | date
    unit: str
    low: float | date | None = None
    high: float | date | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """One number: its value in the canonical unit, its 80% interval, and who says so, where.

    A date's value, low and high are days since the scenario's start; `unit` is then "date".
    """

    path: str
    value: float
    unit: str
    source: str
    low: float | None
    high: float | None
    dist: str | None
    """The family the interval is read as; None without an interval."""
    note: str
    file: str
    line: int
    written: Written
    about: str = ""
    """The sentence below the parameter's declaration."""
    overrode: tuple["Origin", ...] = ()
    """What it replaced, nearest first: the same number in the files this scenario extends."""
    as_of: date | None = None
    """The day the number describes, where its record says so."""
    known_since: date | None = None
    """The day it was announced, where its record says so."""
