"""What is told of a whole run about labs and the world around them: totals, and how things stand at the end."""

import polars as pl

from simlab.tables import economy
from simlab.tables.origins import origins
from simlab.tables.serving import share
from simlab.tables.tidy import fields, table
from simlab.tables.words import Words
from simlab.trace.events import (
    IdeaPublished,
    ModelReleased,
    MoneyMetered,
    NationMetered,
    SecretLeaked,
    SectorMetered,
    SpendingMetered,
)
from simlab.trace.recorder import Trace

TOTALS: dict[str, pl.DataType] = {
    "follower_lag_days": pl.Float64(),
    "n_codiscovered": pl.Int64(),
    "codiscovered_fraction": pl.Float64(),
    "landed_read_fraction": pl.Float64(),
    "landed_twice_fraction": pl.Float64(),
    "n_leaked": pl.Int64(),
    "stock_h100e": pl.Float64(),
    "installed_h100e": pl.Float64(),
    "power_mw": pl.Float64(),
    "rent_usd2025_per_h100e_hour": pl.Float64(),
    "mean_rent_usd2025_per_h100e_hour": pl.Float64(),
    "spending_fraction": pl.Float64(),
    "raised_usd2025": pl.Float64(),
    "cash_usd2025": pl.Float64(),
    "automated_wages_usd2025_per_year": pl.Float64(),
    "automated_wages_fraction": pl.Float64(),
}
"""What is told of a whole run, and its type."""

Row = dict[str, float | int | None]

STOOD = ("stock_h100e", "installed_h100e", "power_mw")


def economy_totals(trace: Trace, words: Words, horizon_days: float) -> Row:
    """TOTALS of a run; null where a scenario has nothing of the kind."""
    return {
        "follower_lag_days": follower_lag_days(trace, horizon_days),
        **_ideas(trace, words),
        "n_leaked": trace.n_rows(SecretLeaked),
        **_market(trace, words),
        "spending_fraction": _last(table(trace, SpendingMetered, words), "spending_fraction"),
        **_money(trace, words),
        **_work(trace, words),
    }


def follower_lag_days(trace: Trace, horizon_days: float) -> float | None:
    """Days since any lab first had the effective compute that the second-best lab has at the end.

    None with one lab alone. A lag that reaches back to day 0 may be longer.
    """
    models = fields(trace, ModelReleased)
    best: dict[float, float] = {}
    for lab, effective in zip(models["lab"], models["effective_flop"], strict=True):
        best[lab] = max(best.get(lab, 0.0), effective)
    if len(best) < 2:
        return None
    second = sorted(best.values())[-2]
    return float(horizon_days - models["time_days"][models["effective_flop"] >= second].min())


def _ideas(trace: Trace, words: Words) -> Row:
    had, ideas = fields(trace, IdeaPublished)["n_labs_that_had_it"], origins(trace, words)
    n_codiscovered, n_landed = int((had > 1).sum()), ideas.height
    return {
        "n_codiscovered": n_codiscovered,
        "codiscovered_fraction": n_codiscovered / had.size if had.size else None,
        "landed_read_fraction": int(ideas["is_read"].sum()) / n_landed if n_landed else None,
        "landed_twice_fraction": int(ideas["is_twice"].sum()) / n_landed if n_landed else None,
    }


def _market(trace: Trace, words: Words) -> Row:
    """How things stood at the last clearing, and the mean rent over all clearings."""
    nations = table(trace, NationMetered, words)
    if nations.is_empty():
        return {}
    last = nations.filter(pl.col("time_days") == pl.col("time_days").max())
    now = last.select(*(pl.col(name).sum() for name in STOOD), _rent("rent_usd2025_per_h100e_hour"))
    whole = nations.select(_rent("mean_rent_usd2025_per_h100e_hour"))
    return now.row(0, named=True) | whole.row(0, named=True)


def _rent(name: str) -> pl.Expr:
    return economy.mean_rent().alias(name)


def _money(trace: Trace, words: Words) -> Row:
    """All labs that have a treasury."""
    books = table(trace, MoneyMetered, words)
    if books.is_empty():
        return {}
    cash = pl.col("cash_usd2025").filter(pl.col("time_days") == pl.col("time_days").max()).sum()
    return books.select(pl.col("raised_usd2025").sum(), cash).row(0, named=True)


def _last(readings: pl.DataFrame, name: str) -> float | None:
    return None if readings.is_empty() else readings.sort("time_days")[name][-1]


def _work(trace: Trace, words: Words) -> Row:
    """What AI does of the work outside labs at the end."""
    work = table(trace, SectorMetered, words)
    if work.is_empty():
        return {}
    last = work.filter(pl.col("time_days") == pl.col("time_days").max())
    automated, wages = pl.col("automated_wages_usd2025_per_year").sum(), pl.col("wages_usd2025_per_year").sum()
    return last.select(automated, share(automated, wages).alias("automated_wages_fraction")).row(0, named=True)
