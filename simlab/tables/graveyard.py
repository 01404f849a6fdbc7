"""The graveyard of a run: ended ideas (the adopted and the still living too), added up.

A row a lab, area, cause, rung and calendar year of the end, sorted by these. Columns:

    lab, area, cause        Enums (causes: simlab.trace.events.Cause in lower case, in_flight among them)
    rung                    highest rung the ideas were tested at; -1 never tested
    year                    calendar year of the end
    n_ideas                 lives of ideas: one that two labs tried is two
    n_experiments, flop, used_h100e_days, people_days                               sums over these lives
    thinking_days, building_days, waiting_compute_days, running_days, reading_days, waiting_people_days,
    waiting_run_days        sums of the days in each stage
    believed_gain_nats, true_gain_nats                                              sums
    n_truly_good, truly_good_nats       those with a true gain above 0, and the sum of these gains
    n_truly_bad, truly_bad_nats         those with a true gain below 0, and the sum of these gains (negative)
"""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.tables.tidy import fields
from simlab.tables.words import Words, columns_of
from simlab.trace.events import IdeaEnded
from simlab.trace.recorder import Trace

BY = ("lab", "area", "cause", "rung", "year")

COUNTS = ("n_ideas", "n_experiments", "n_truly_good", "n_truly_bad")

SUMS = ("flop", "used_h100e_days", "people_days", "thinking_days", "building_days", "waiting_compute_days")
SUMS += ("running_days", "reading_days", "waiting_people_days", "waiting_run_days", "believed_gain_nats")
SUMS += ("true_gain_nats", "truly_good_nats", "truly_bad_nats")


def graveyard(trace: Trace, words: Words, start: date) -> pl.DataFrame:
    """The graveyard of one run whose day 0 is `start`."""
    lives = _judged(fields(trace, IdeaEnded), start)
    keys = np.stack([lives[key] for key in BY], axis=1)
    groups, group_of_life = np.unique(keys, axis=0, return_inverse=True)
    # Added up row by row with bincount: a threaded sum would leave the last bits to the number of threads.
    sums = {name: np.bincount(group_of_life, lives[name], len(groups)).astype(np.float64) for name in (*COUNTS, *SUMS)}
    return pl.DataFrame([*_keys(groups, words), *_sums(sums)])


def _judged(lives: dict[str, NDArray[np.float64]], start: date) -> dict[str, NDArray[np.float64]]:
    """The lives with their year and with the true gain split by its sign."""
    gain = lives["true_gain_nats"]
    first_day = np.datetime64(start, "D")
    years = (first_day + np.floor(lives["time_days"]).astype("timedelta64[D]")).astype("datetime64[Y]")
    return lives | {
        "year": years.astype(np.float64) + 1970.0,
        "n_ideas": np.ones_like(gain),
        "n_truly_good": (gain > 0.0).astype(np.float64),
        "n_truly_bad": (gain < 0.0).astype(np.float64),
        "truly_good_nats": np.maximum(gain, 0.0),
        "truly_bad_nats": np.minimum(gain, 0.0),
    }


def _keys(groups: NDArray[np.float64], words: Words) -> list[pl.Series]:
    columns = {column.name: column for column in columns_of(IdeaEnded)}
    worded = [columns[key].series(groups[:, i], words) for i, key in enumerate(BY[:-1])]
    return [*worded, pl.Series("year", groups[:, -1].astype(np.int64))]


def _sums(sums: dict[str, NDArray[np.float64]]) -> list[pl.Series]:
    counts = [pl.Series(name, sums[name].astype(np.int64)) for name in COUNTS]
    return [*counts, *(pl.Series(name, sums[name]) for name in SUMS)]
