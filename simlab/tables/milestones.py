"""When milestones come: the first day on which any lab's measure is at least the threshold.

A measure is a field of a released model, dated by the release, or `automated_work_fraction`: the share of a lab's work
on ideas that its AI workers do, over three readings (`simlab.tables.automated.work`), dated by the last of them. A lab
without AI workers has no such share.
"""

from collections.abc import Mapping
from typing import Protocol

import polars as pl

from simlab.tables.automated import work
from simlab.tables.tidy import table
from simlab.tables.words import Words
from simlab.trace.events import ModelReleased
from simlab.trace.recorder import Trace

AUTOMATED = "automated_work_fraction"


class Milestone(Protocol):
    """A threshold somebody wants the date of."""

    @property
    def measure(self) -> str:
        """A field of ModelReleased, or AUTOMATED."""
        ...

    @property
    def threshold(self) -> float:
        """In the measure's unit."""
        ...


def milestone_days(trace: Trace, words: Words, milestones: Mapping[str, Milestone]) -> dict[str, float | None]:
    """`<milestone>_days` of each: days from the start, None where no lab gets there.

    Raises:
        ValueError: a milestone measures what nothing is measured by.
    """
    measures = {milestone.measure for milestone in milestones.values()}
    models = table(trace, ModelReleased, words)
    works = work(trace, words) if AUTOMATED in measures else models
    days: dict[str, float | None] = {}
    for name, milestone in milestones.items():
        measured = works if milestone.measure == AUTOMATED else models
        if milestone.measure not in measured.columns:
            raise ValueError(f"milestone {name}: there is no {milestone.measure}")
        there = measured.filter(pl.col(milestone.measure) >= milestone.threshold)["time_days"].to_list()
        days[f"{name}_days"] = min(there, default=None)
    return days
