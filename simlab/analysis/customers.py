"""Customers: what they cannot get, what they pay for it, what it costs, all labs of a run together."""

import polars as pl

from simlab.analysis.fans import BANDS, QUANTILES, bands
from simlab.units import DAYS_PER_YEAR

QUANTILE = dict(zip(BANDS, QUANTILES, strict=True))

MEASURES = ("unserved_fraction", "price_usd2025", "cost_usd2025", "revenue_usd2025_per_year")
"""Share of the tokens asked for that nobody served; what customers pay for a million tokens served, mean over them,
and what accelerators take in rent for a million of their tokens, likewise; what customers pay in all."""


MOMENT = ("run_id", "time_days", "date", "period_days")
COLUMNS = ("customers_offered_tokens", "customers_served_tokens", "customers_unserved_fraction")
COLUMNS += ("revenue_usd2025", "cost_usd2025_per_million_tokens")
"""Of the series, what this is about."""


def market(series: pl.LazyFrame) -> pl.DataFrame:
    """A row a run and month: MEASURES, all labs with customers together. Null where nothing was asked for or served."""
    offered, served = pl.col("customers_offered_tokens"), pl.col("customers_served_tokens")
    revenue = pl.col("revenue_usd2025")
    unserved = (pl.col("customers_unserved_fraction") * offered).sum()
    cost = (pl.col("cost_usd2025_per_million_tokens") * served).sum()
    asked = series.filter(offered.is_not_null()).select(*MOMENT, *COLUMNS).collect()
    return asked.group_by("run_id", "time_days", "date", maintain_order=True).agg(
        _ratio(unserved, offered.sum()).alias("unserved_fraction"),
        _ratio(1e6 * revenue.sum(), served.sum()).alias("price_usd2025"),
        _ratio(cost, served.sum()).alias("cost_usd2025"),
        (revenue / pl.col("period_days") * DAYS_PER_YEAR).sum().alias("revenue_usd2025_per_year"),
    )


def market_bands(series: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    """For each of MEASURES the bands over the runs (see `simlab.analysis.fans.bands`)."""
    months = market(series).lazy()
    return {measure: bands(months, measure) for measure in MEASURES}


def whole_unserved(series: pl.LazyFrame) -> dict[str, float]:
    """Share of all tokens asked for over the whole time that nobody served: BANDS over the runs."""
    offered = pl.col("customers_offered_tokens")
    unserved = (pl.col("customers_unserved_fraction") * offered).sum()
    rows = series.select("run_id", "customers_offered_tokens", "customers_unserved_fraction").filter(
        offered.is_not_null()
    )
    runs = rows.collect().group_by("run_id", maintain_order=True)
    shares = runs.agg(share=_ratio(unserved, offered.sum()))
    return shares.select(pl.col("share").quantile(q, "linear").alias(name) for name, q in QUANTILE.items()).row(
        0, named=True
    )


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
