"""Trace to tables: one table an event class, one row an event, in the order of recording.

The columns are the fields of the class in `simlab.trace.events`. Enums are words in lower case, LabNumber and the other
numbers that count in the scenario's names are those names (polars Enum), int is Int64, float is Float64, and a
NumberOrNone that is NaN is null. A class of which nothing was recorded has an empty table of the same schema.
"""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.tables.words import Words, columns_of, snake_case
from simlab.trace.events import EVENT_CLASSES, Event
from simlab.trace.recorder import Trace


def tidy(trace: Trace, words: Words) -> dict[str, pl.DataFrame]:
    """All tables of a run by name (idea_ended, model_released, ...)."""
    return {snake_case(kind): table(trace, kind, words) for kind in EVENT_CLASSES}


def table(trace: Trace, kind: type[Event], words: Words) -> pl.DataFrame:
    """The table of one event class."""
    rows = matrix(trace, kind)
    if not rows.size:
        return pl.DataFrame(schema={column.name: column.dtype(words) for column in columns_of(kind)})
    return pl.DataFrame([column.series(rows[i], words) for i, column in enumerate(columns_of(kind))])


def dated(frame: pl.DataFrame, start: date) -> pl.DataFrame:
    """The table with the calendar day of each row behind `time_days`, for a run whose day 0 is `start`."""
    calendar = pl.lit(start) + pl.duration(days=pl.col("time_days").floor().cast(pl.Int64))
    return frame.select("time_days", calendar.cast(pl.Date).alias("date"), pl.exclude("time_days"))


def matrix(trace: Trace, kind: type[Event]) -> NDArray[np.float64]:
    """All rows of a class as numbers, shape (n_fields, n_rows): one contiguous row a field."""
    flat = np.frombuffer(trace.values(kind), dtype=np.float64)
    return flat.reshape(-1, len(kind._fields)).T.copy()  # a copy, so that the trace may grow again


def fields(trace: Trace, kind: type[Event]) -> dict[str, NDArray[np.float64]]:
    """The numbers of a class by field, shape (n_rows,) each."""
    return dict(zip(kind._fields, matrix(trace, kind), strict=True))


def first_non_finite(trace: Trace) -> str | None:
    """Where the first infinity or NaN stands, as `table.column at day x`, or None. A NumberOrNone may be NaN.

    Classes of detail are left out, so that the answer does not depend on whether they were kept.
    """
    for kind in EVENT_CLASSES:
        rows = np.empty((0, 0)) if kind.detail else matrix(trace, kind)
        if not np.isfinite(rows).all() and (wrong := np.argwhere(_is_wrong(kind, rows))).size:
            field, row = wrong[0]
            return f"{snake_case(kind)}.{kind._fields[field]} is {rows[field, row]} at day {rows[0, row]:.2f}"
    return None


def _is_wrong(kind: type[Event], rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    allowed = np.array([column.may_be_none for column in columns_of(kind)])
    return ~np.isfinite(rows) & ~(np.isnan(rows) & allowed[:, None])
