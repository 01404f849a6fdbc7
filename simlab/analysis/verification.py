"""Verification: what becomes of automated work, and what gets through that should not.

Shares are taken within each run first, all labs together, and then averaged over the runs, so a run with much automated
work weighs no more than one with little. Only simulation knows what was flawed.
"""

import polars as pl

from simlab.analysis.binding import quarter
from simlab.analysis.fans import bands
from simlab.analysis.graveyard import ADOPTED
from simlab.analysis.parts import Table, by_part

SETTLED = ("passed", "refuted", "adopted_unverified", "discarded")
"""What can become of automated work that is handed in."""

COUNTS = tuple(f"n_{end}" for end in SETTLED)


def settled_shares(series: pl.LazyFrame) -> pl.DataFrame:
    """A row a quarter: n_runs in which any automated work was settled, and `<end>_fraction` of it."""
    quarters = _sums(series, "quarter").filter(pl.sum_horizontal(COUNTS) > 0)
    means = [pl.col(f"{end}_fraction").mean() for end in SETTLED]
    return quarters.group_by("quarter", maintain_order=True).agg(pl.len().alias("n_runs"), *means).sort("quarter")


def slipped_bands(series: pl.LazyFrame) -> pl.DataFrame:
    """Bands over the runs, year by year: share of the automated work let through that was flawed."""
    let_through = pl.col("n_passed") + pl.col("n_adopted_unverified")
    years = _sums(series, "year").filter(let_through > 0).with_columns(slipped=pl.col("n_slipped") / let_through)
    return bands(_dated(years), "slipped")


def whole_shares(series: pl.LazyFrame) -> dict[str, float | None]:
    """Over the whole time, mean over the runs; None where there was nothing.

    Shares verified and refuted of the work settled, and the share slipped, which was flawed, of that let through.
    """
    let_through = pl.col("n_passed") + pl.col("n_adopted_unverified")
    verified = pl.col("passed_fraction") + pl.col("refuted_fraction")
    slipped = pl.when(let_through > 0).then(pl.col("n_slipped") / let_through)
    runs = _sums(series).filter(pl.sum_horizontal(COUNTS) > 0)
    shares = runs.select(verified=verified, refuted=pl.col("refuted_fraction"), slipped=slipped).mean()
    return shares.row(0, named=True)


def backlog(series: pl.LazyFrame) -> dict[str, float | None]:
    """Pieces of automated work, all labs together, mean over the months and then the runs.

    settled: a quarter; waiting: at a moment, for somebody to look.
    """
    known = series.filter(pl.col("n_handed_in").is_not_null())
    settled, waiting = pl.sum_horizontal(COUNTS).alias("settled"), pl.col("n_verification_waiting").alias("waiting")
    rows = known.select("run_id", "date", settled, waiting).collect()
    months = rows.group_by("run_id", "date", maintain_order=True).agg(pl.col("settled", "waiting").sum())
    runs = months.group_by("run_id", maintain_order=True).agg(pl.col("settled").mean() * 3, pl.col("waiting").mean())
    return runs.select(pl.col("settled", "waiting").mean()).row(0, named=True)


def harmful_bands(graveyard: Table) -> pl.DataFrame:
    """Bands over the runs, year by year: share of the ideas adopted, by whomever, that truly harm."""
    columns, sums = ["run_id", "year", "cause", "n_ideas", "n_truly_bad"], pl.col("n_ideas", "n_truly_bad").sum()

    def reduce(part: pl.DataFrame) -> pl.DataFrame:
        adopted = part.filter(pl.col("cause").str.to_lowercase() == ADOPTED)
        return adopted.group_by("run_id", "year", maintain_order=True).agg(sums)

    years = by_part(graveyard, columns, reduce)
    shares = years.filter(pl.col("n_ideas") > 0).with_columns(harmful=pl.col("n_truly_bad") / pl.col("n_ideas"))
    return bands(_dated(shares), "harmful")


def _dated(years: pl.DataFrame) -> pl.LazyFrame:
    """The years with their middle as the date."""
    return years.with_columns(date=pl.date("year", 7, 1), time_days=pl.col("year")).lazy()


def _sums(series: pl.LazyFrame, *by: str) -> pl.DataFrame:
    """Counts of each run (and `by`), and `<end>_fraction` of what was settled."""
    rows = series.filter(pl.col("n_handed_in").is_not_null())
    when = quarter().alias("quarter"), quarter().dt.year().cast(pl.Int64).alias("year")
    known = rows.select("run_id", *when, *COUNTS, "n_slipped").collect()
    sums = known.group_by("run_id", *by, maintain_order=True).agg(pl.col(*COUNTS, "n_slipped").sum())
    total = pl.sum_horizontal(COUNTS)
    return sums.with_columns((pl.col(f"n_{end}") / total).alias(f"{end}_fraction") for end in SETTLED)
