"""Labs beside one another: how far the second is behind, and where the ideas in their models came from."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.fans import BANDS, QUANTILES, bands

WAYS = ("alone", "twice", "read")
"""How a lab came by an idea that it kept: it alone found it, another lab found it as well, it read of it."""


def lags(series: pl.LazyFrame) -> pl.DataFrame:
    """A row a run and month: run_id, time_days, date, lag_days.

    The lag is the time since the frontier first stood where the second-best lab stands. It is null where it stood there
    already at the first reading, and where fewer than two labs have a model.
    """
    models = series.select("run_id", "time_days", "date", "effective_flop").drop_nulls().sort("run_id", "time_days")
    two = pl.col("effective_flop").top_k(2)
    months = models.collect().group_by("run_id", "time_days", "date", maintain_order=True).agg(two.alias("two"))
    months = months.filter(pl.col("two").list.len() == 2)
    months = months.with_columns(best=pl.col("two").list.max(), second=pl.col("two").list.min())
    runs = [_with_lags(run) for run in months.partition_by("run_id", maintain_order=True)]
    return pl.concat(runs) if runs else pl.DataFrame()


def _with_lags(run: pl.DataFrame) -> pl.DataFrame:
    days = run["time_days"].to_numpy()
    found = _lag_days(days, run["best"].to_numpy(), run["second"].to_numpy())
    return run.select("run_id", "time_days", "date", lag_days=pl.Series(found)).with_columns(
        pl.col("lag_days").fill_nan(None)
    )


def _lag_days(days: NDArray[np.float64], best: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Time since `best` first was what `second` is, shape (n_months,); NaN where it was so from the first day on."""
    then = np.searchsorted(np.maximum.accumulate(best), second, side="left")
    return np.where(then > 0, days - days[then], np.nan)


def lag_bands(series: pl.LazyFrame) -> pl.DataFrame:
    """The bands of the lag over the runs, days (see `simlab.analysis.fans.bands`); empty with one lab."""
    found = lags(series)
    return bands(found.lazy(), "lag_days") if found.width else found


def origin_shares(series: pl.LazyFrame) -> pl.DataFrame:
    """A row a lab: n_runs, n_landed a run, and `<way>_fraction` of the ideas it kept, means over the runs."""
    sums = pl.col("n_landed", "n_landed_read", "n_landed_twice").sum()
    rows = series.select("run_id", "lab", "n_landed", "n_landed_read", "n_landed_twice").collect()
    runs = rows.group_by("run_id", "lab", maintain_order=True).agg(sums).filter(pl.col("n_landed") > 0)
    landed = pl.col("n_landed")
    alone = landed - pl.col("n_landed_read") - pl.col("n_landed_twice")
    shares = [
        (part / landed).mean().alias(f"{way}_fraction")
        for way, part in zip(WAYS, (alone, pl.col("n_landed_twice"), pl.col("n_landed_read")), strict=True)
    ]
    table = runs.group_by("lab", maintain_order=True).agg(pl.len().alias("n_runs"), landed.mean(), *shares)
    return table.sort("lab")


def quantiles(outcomes: pl.DataFrame, column: str) -> dict[str, float] | None:
    """BANDS of a column of the outcomes over the runs; None where no run has a number there."""
    known = outcomes[column].drop_nulls() if column in outcomes.columns else pl.Series([], dtype=pl.Float64)
    if known.is_empty():
        return None
    return (
        known.to_frame()
        .select(pl.col(column).quantile(q, "linear").alias(band) for band, q in zip(BANDS, QUANTILES, strict=True))
        .row(0, named=True)
    )
