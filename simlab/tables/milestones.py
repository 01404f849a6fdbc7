"""When milestones come: the first day on which a measure is at least the threshold (see `simlab.tables.measures`)."""

from collections.abc import Mapping
from typing import Protocol

import polars as pl

from simlab.tables.measures import measured
from simlab.tables.words import Words
from simlab.trace.recorder import Trace


class Milestone(Protocol):
    """A threshold somebody wants the date of."""

    @property
    def measure(self) -> str:
        """A field of ModelReleased, or one of `simlab.tables.measures`."""
        ...

    @property
    def threshold(self) -> float:
        """In the measure's unit."""
        ...


def milestone_days(trace: Trace, words: Words, milestones: Mapping[str, Milestone]) -> dict[str, float | None]:
    """`<milestone>_days` of each: days from the start, None where nothing gets there or nothing is measured.

    Raises:
        ValueError: a milestone measures what nothing is measured by.
    """
    tables: dict[str, pl.DataFrame] = {}
    days: dict[str, float | None] = {}
    for name, milestone in milestones.items():
        measure = milestone.measure
        if measure not in tables:
            tables[measure] = _table(trace, words, name, measure)
        there = tables[measure].filter(pl.col(measure) >= milestone.threshold)["time_days"].to_list()
        days[f"{name}_days"] = min(there, default=None)
    return days


def _table(trace: Trace, words: Words, milestone: str, measure: str) -> pl.DataFrame:
    try:
        return measured(trace, words, measure)
    except ValueError as error:
        raise ValueError(f"milestone {milestone}: {error}") from error
