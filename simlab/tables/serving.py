"""What served models and what customers made of it: months and totals, off the fleets' meters."""

import polars as pl

from simlab.tables.tidy import table
from simlab.tables.words import Words
from simlab.trace.events import FleetMetered, PlanChanged, RequestsMetered
from simlab.trace.recorder import Trace

KEYS = ("time_days", "lab")

OWN = "ai_workers"
"""The class of requests that no customer makes."""

FLEET = ("fleet_h100e", "fleet_customers_fraction", "fleet_workers_fraction", "fleet_lent_fraction")
FLEET += ("fleet_peak_load_fraction", "cost_usd2025_per_million_tokens")

CUSTOMERS = ("customers_offered_tokens", "customers_served_tokens", "customers_unserved_fraction")
CUSTOMERS += ("revenue_usd2025", "lost_revenue_usd2025", "customers_latency_seconds")

PLAN = tuple(f"plan_{part}_fraction" for part in ("frontier", "experiments", "workers", "customers", "oversight"))

TOTALS = ("revenue_usd2025", "customers_unserved_fraction")
"""What is told of a whole run."""


def fleets(trace: Trace, words: Words) -> pl.DataFrame:
    """How large the fleets were and whom they served, as shares of their capacity-days: a row a lab and reading."""
    readings = table(trace, FleetMetered, words).sort(*KEYS, maintain_order=True)
    period = pl.col("time_days") - pl.col("time_days").shift(1, fill_value=0.0).over("lab")
    capacity, uses = pl.col("capacity_h100e_days"), ("customers", "workers", "lent")
    shares = [share(pl.col(f"{use}_h100e_days"), capacity).alias(f"fleet_{use}_fraction") for use in uses]
    peak = pl.col("peak_load_fraction").alias("fleet_peak_load_fraction")
    of_all = share(capacity, period).alias("fleet_h100e")
    return readings.select(*KEYS, of_all, *shares, peak, "cost_usd2025_per_million_tokens")


def customers(trace: Trace, words: Words) -> pl.DataFrame:
    """What customers asked for, got and paid, all their classes together: a row a lab and reading."""
    sums = [pl.col(f"{name}_tokens").sum().alias(f"customers_{name}_tokens") for name in ("offered", "served")]
    money = [pl.col(name).sum() for name in ("revenue_usd2025", "lost_revenue_usd2025")]
    table_ = _customers_requests(trace, words).group_by(*KEYS, maintain_order=True)
    return table_.agg(*sums, _unserved(), *money, _latency()).select(*KEYS, *CUSTOMERS)


def plans(trace: Trace, words: Words) -> pl.DataFrame:
    """How labs divided their compute: a row a change."""
    changes = table(trace, PlanChanged, words)
    return changes.select(*KEYS, *(pl.col(name.removeprefix("plan_")).alias(name) for name in PLAN))


def serving_totals(trace: Trace, words: Words) -> dict[str, float | None]:
    """TOTALS of a run, all labs together; null where nobody serves customers."""
    asked = _customers_requests(trace, words)
    if asked.is_empty():
        return dict.fromkeys(TOTALS)
    return asked.select(pl.col("revenue_usd2025").sum(), _unserved()).row(0, named=True)


def _customers_requests(trace: Trace, words: Words) -> pl.DataFrame:
    return table(trace, RequestsMetered, words).filter(pl.col("request").cast(pl.String) != OWN)


def _unserved() -> pl.Expr:
    """Tokens of those who gave up waiting or were turned away, of all that were asked for."""
    lost = pl.col("abandoned_tokens").sum() + pl.col("lost_tokens").sum()
    return share(lost, pl.col("offered_tokens").sum()).alias("customers_unserved_fraction")


def _latency() -> pl.Expr:
    """Mean over the classes that were served, weighted by their tokens."""
    tokens = pl.when(pl.col("latency_seconds").is_not_null()).then(pl.col("served_tokens"))
    total = (tokens * pl.col("latency_seconds")).sum()
    return share(total, tokens.sum()).alias("customers_latency_seconds")


def share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """A part of a whole; null where the whole is nothing."""
    return pl.when(whole > 0.0).then(part / whole)
