"""What AI workers do of research, and how labs divide their compute to have it done."""

import polars as pl

from simlab.analysis.binding import quarter
from simlab.analysis.fans import bands

STEPS = ("thinking", "building", "reading")
"""The steps of research that hands do."""

AUTOMATED = tuple(f"{step}_automated_fraction" for step in STEPS)
AUTOMATED += ("automated_work_fraction",)
"""Share of the human work of each step that AI workers do, and of all work on ideas in three months."""

PARTS = ("frontier", "experiments", "oversight", "workers", "customers")
"""What a lab's plan divides its accelerators among."""


def is_known(series: pl.LazyFrame, column: str) -> bool:
    """Whether any lab of the study ever had a number there: whether its scenario has the room that gives it."""
    if column not in series.collect_schema():
        return False
    return series.select(pl.col(column).is_not_null().any()).collect().item()


def leading(series: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of the lab that has the best model, run by run and month by month; the first of equals."""
    order = pl.col("effective_flop").rank("ordinal", descending=True).over("run_id", "time_days")
    return series.filter(order == 1)


def automation_bands(series: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    """For each of AUTOMATED the bands over the runs of the leading lab's month (see `simlab.analysis.fans.bands`)."""
    rows = leading(series.select("run_id", "time_days", "date", "effective_flop", *AUTOMATED)).collect().lazy()
    return {measure: bands(rows, measure) for measure in AUTOMATED}


def plan_shares(series: pl.LazyFrame) -> pl.DataFrame:
    """A row a lab and quarter: n_runs and `<part>_fraction` of its accelerators by plan, mean over the runs.

    Labs that neither serve nor oversee at any time are left out: what they have is all for research.
    """
    shares = [pl.col(f"plan_{part}_fraction").alias(f"{part}_fraction") for part in PARTS]
    plans = series.select("run_id", "lab", quarter().alias("quarter"), *shares).drop_nulls().collect()
    means = [pl.col(f"{part}_fraction").mean() for part in PARTS]
    table = plans.group_by("lab", "quarter", maintain_order=True).agg(
        pl.col("run_id").n_unique().alias("n_runs"), *means
    )
    elsewhere = pl.sum_horizontal(f"{part}_fraction" for part in PARTS[2:])
    return table.filter(elsewhere.max().over("lab") > 0).sort("lab", "quarter")
