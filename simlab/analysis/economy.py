"""The world around labs over time: chips, power, rents, spending, money; bands over the runs, quarter by quarter."""

from collections.abc import Sequence

import polars as pl

from simlab.analysis.fans import bands
from simlab.analysis.parts import Table, by_part, has
from simlab.units import DAYS_PER_YEAR

WORLD = ("stock_h100e", "installed_h100e", "power_mw", "used_mw", "mean_rent_usd2025_per_h100e_hour")
"""What the market leaves at each clearing, all nations together."""

SPENDING = ("spending_fraction", "ceiling_fraction", "filled_fraction")
"""What the world spends on AI, of world product; the most it would spend; and the one over the other."""

QUARTER = pl.col("date").alias("quarter")
"""Clearings keep quarters of 91 days, not the calendar's: each is told by its day."""

SCARCE = ("orders", "wafers", "packaging", "memory")
"""What can hold the making of accelerators back; `orders` is nothing but the want of them."""

FLOWS = {
    "revenue_usd2025_per_year": "revenue_usd2025",
    "raised_usd2025_per_year": "raised_usd2025",
    "rent_usd2025_per_year": "rent_usd2025",
    "wages_usd2025_per_year": "wages_usd2025",
}
"""Money of all labs over twelve months, and the column of the series that it is the sum of."""


def world_bands(world: Table, measures: Sequence[str]) -> dict[str, pl.DataFrame]:
    """For each of the measures the bands over the runs (see `simlab.analysis.fans.bands`)."""
    return {measure: bands(world.lazy(), measure) for measure in measures if has(world, measure)}


def spending_bands(world: Table) -> dict[str, pl.DataFrame]:
    """For each of SPENDING the bands over the runs; nothing where no run has them."""
    if not has(world, "spending_fraction"):
        return {}
    filled = pl.col("spending_fraction") / pl.col("ceiling_fraction")
    return world_bands(world.lazy().with_columns(filled_fraction=filled), SPENDING)


def supply_bands(world: Table) -> dict[str, pl.DataFrame]:
    """For each of WORLD, and `unpowered_fraction`, the share of what is delivered that has no power, the bands."""
    stock, installed = pl.col("stock_h100e"), pl.col("installed_h100e")
    unpowered = pl.when(stock > 0).then((stock - installed) / stock)
    return world_bands(world.lazy().with_columns(unpowered_fraction=unpowered), (*WORLD, "unpowered_fraction"))


def nation_bands(nations: Table, measure: str) -> pl.DataFrame:
    """The bands of a nation's own `measure`, with a column nation."""
    return bands(nations.lazy(), measure, by=("nation",))


def scarce_shares(world: Table) -> pl.DataFrame:
    """A row a reading: quarter (its date), n_runs and `<what>_fraction`, the share of runs in which that was scarce."""
    rows = world.lazy().select("date", "scarce").collect()
    known = rows.filter(pl.col("scarce").is_not_null()).with_columns(QUARTER, pl.col("scarce").cast(pl.String))
    shares = [(pl.col("scarce") == what).mean().alias(f"{what}_fraction") for what in SCARCE]
    return known.group_by("quarter", maintain_order=True).agg(pl.len().alias("n_runs"), *shares).sort("quarter")


def nation_shares(nations: Table, measure: str) -> pl.DataFrame:
    """A row a reading: quarter, n_runs and `<nation>_fraction` of the world's `measure`, mean over the runs."""
    whole = pl.col(measure).sum().over("run_id", "time_days")
    nation, share = pl.col("nation").cast(pl.String), (pl.col(measure) / whole).alias("share")
    rows = nations.lazy().select("run_id", "time_days", "date", "nation", measure).collect()
    shares = rows.filter(whole > 0).with_columns(QUARTER, nation, share)
    means = [
        pl.col("share").filter(pl.col("nation") == name).mean().alias(f"{name}_fraction") for name in names(nations)
    ]
    n_runs = pl.col("run_id").n_unique().alias("n_runs")
    return shares.group_by("quarter", maintain_order=True).agg(n_runs, *means).sort("quarter")


def names(nations: Table) -> list[str]:
    """The nations, in the scenario's order."""
    found = by_part(nations, ["nation"], lambda part: part.unique(maintain_order=True))
    return found["nation"].cast(pl.String).unique(maintain_order=True).to_list()


def money_bands(series: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    """For each of FLOWS the bands over the runs: labs with a treasury together, over the twelve months before."""
    columns = ("run_id", "time_days", "date", "period_days", *FLOWS.values())
    labs = series.filter(pl.col("cash_usd2025").is_not_null()).select(columns).collect()
    sums = [pl.col(column).sum().alias(flow) for flow, column in FLOWS.items()]
    months = labs.group_by("run_id", "time_days", "date", maintain_order=True).agg(*sums, pl.col("period_days").first())
    days = pl.col("period_days").rolling_sum(12).over("run_id")
    yearly = [pl.col(flow).rolling_sum(12).over("run_id") / days * DAYS_PER_YEAR for flow in FLOWS]
    years = months.with_columns(yearly).drop_nulls().lazy()
    return {flow: bands(years, flow) for flow in FLOWS}
