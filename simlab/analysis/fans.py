"""Fans: quantile bands over the runs, month by month.

A band is read across the runs at one date; no single run walks along its edge.
"""

import polars as pl

QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)
BANDS = tuple(f"p{100 * q:.0f}" for q in QUANTILES)
"""The columns of every band table: p10, p25, p50, p75, p90."""


def frontier(series: pl.LazyFrame, measure: str) -> pl.LazyFrame:
    """The best lab's `measure` per run and month: run_id, time_days, date, `measure`."""
    return series.group_by("run_id", "time_days", "date", maintain_order=True).agg(pl.col(measure).max())


def bands(frame: pl.LazyFrame, measure: str, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Quantiles over the runs: a row a month (and value of `by`), in the unit of `measure`.

    Columns: `by`, time_days, date, n_runs, p10, p25, p50, p75, p90. Runs without a value that month (no model
    yet) are not in the quantiles, and n_runs says how many were.
    """
    known = frame.select(*by, "time_days", "date", measure).filter(pl.col(measure).is_not_null())
    quantiles = [pl.col(measure).quantile(q, "linear").alias(name) for q, name in zip(QUANTILES, BANDS, strict=True)]
    table = known.group_by(*by, "time_days", "date", maintain_order=True).agg(pl.len().alias("n_runs"), *quantiles)
    return table.sort(*by, "time_days").collect()


def frontier_fan(series: pl.LazyFrame, measure: str) -> pl.DataFrame:
    """The fan of the best lab's `measure`: see `bands`."""
    return bands(frontier(series, measure), measure)


def lab_fans(series: pl.LazyFrame, measure: str) -> pl.DataFrame:
    """The fan of each lab's own `measure`: see `bands`, with a column lab."""
    return bands(series, measure, by=("lab",))
