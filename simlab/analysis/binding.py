"""What binds: where an idea's life goes.

Of all the days that ideas spend alive, the share spent in each stage. What is scarce shows where ideas wait:
for compute, for hands, for the next frontier run. A share is taken within each run first and then averaged
over the runs, so a run with many ideas weighs no more than one with few, and the shares still sum to one.
The wait for somebody to verify automated work is told apart from the wait for other people.
"""

import polars as pl

from simlab.analysis.study import TOTAL

STAGES = (
    "thinking",
    "building",
    "reading",
    "waiting_people",
    "waiting_verifier",
    "waiting_compute",
    "running",
    "waiting_run",
)
"""The stages of an idea's life: people's work, the wait for people, machines, the wait for the next run."""

VERIFIER = "waiting_verifier_days"
"""A part of waiting_people_days in the series; null, or not there at all, where nobody verifies."""


def stage_shares(series: pl.LazyFrame) -> pl.DataFrame:
    """A row a lab (and TOTAL) and quarter: n_runs and `<stage>_fraction` of the idea-days of that quarter.

    Runs without any idea alive in a quarter are not in its mean.
    """
    days = [pl.col(f"{stage}_days").sum() for stage in STAGES]
    quarters = _stages(series, quarter().alias("quarter"))
    of_labs = quarters.group_by("run_id", "lab", "quarter", maintain_order=True).agg(days)
    of_all = of_labs.group_by("run_id", "quarter", maintain_order=True).agg(pl.col("^.*_days$").sum())
    return _mean_shares(_with_total(of_labs, of_all), "lab", "quarter")


def life_shares(series: pl.LazyFrame) -> pl.DataFrame:
    """The same over the whole time: a row a lab (and TOTAL)."""
    days = [pl.col(f"{stage}_days").sum() for stage in STAGES]
    of_labs = _stages(series).group_by("run_id", "lab", maintain_order=True).agg(days)
    of_all = of_labs.group_by("run_id", maintain_order=True).agg(pl.col("^.*_days$").sum())
    return _mean_shares(_with_total(of_labs, of_all), "lab")


def _stages(series: pl.LazyFrame, *more: pl.Expr) -> pl.DataFrame:
    """The columns this is about, in memory: sums over a frame still on disk depend on how threads cut it."""
    verifier = pl.col(VERIFIER).fill_null(0.0) if VERIFIER in series.collect_schema() else pl.lit(0.0)
    apart = series.with_columns(verifier.alias(VERIFIER), waiting_people_days=pl.col("waiting_people_days") - verifier)
    return apart.select("run_id", "lab", *(f"{stage}_days" for stage in STAGES), *more).collect()


def _with_total(of_labs: pl.DataFrame, of_all: pl.DataFrame) -> pl.DataFrame:
    lab = pl.lit(TOTAL).cast(of_labs.schema["lab"])
    return pl.concat([of_all.with_columns(lab=lab), of_labs], how="diagonal")


def quarter() -> pl.Expr:
    """The quarter a reading tells about: readings look back, so that of 1 April belongs to the first."""
    return pl.col("date").cast(pl.Date).dt.offset_by("-1d").dt.truncate("1q")


def _mean_shares(days: pl.DataFrame, *by: str) -> pl.DataFrame:
    total = pl.sum_horizontal(f"{stage}_days" for stage in STAGES)
    shares = [(pl.col(f"{stage}_days") / total).alias(f"{stage}_fraction") for stage in STAGES]
    alive = days.filter(total > 0).select("run_id", *by, *shares)
    means = [pl.col(f"{stage}_fraction").mean() for stage in STAGES]
    return alive.group_by(*by, maintain_order=True).agg(pl.len().alias("n_runs"), *means).sort(*by)
