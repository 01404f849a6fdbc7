"""What happens around labs, off the meters of markets, treasuries and nations: months of labs, quarters of the world.

Tables of a run, each empty where the scenario has nothing of the kind. A row's `date` is the calendar day on which it
was read; what is not said to be of a moment is of the time since the reading before.

`world`: a row a clearing of the market for accelerators, in order of time.

    ordered_h100e, made_h100e, backlog_h100e, cancelled_h100e       what chip makers did; backlog at that moment
    wafer_limit_h100e, packaging_limit_h100e, memory_limit_h100e    what could have been made with that alone
    chip_price_usd2025_per_h100e
    scarce                  what held chip making back: orders (nothing did), wafers, packaging or memory
    delivered_h100e, retired_h100e                                  all nations together
    stock_h100e, installed_h100e, labs_h100e, others_h100e, reserved_h100e, power_mw, used_mw
                            all nations together, at that moment
    mean_rent_usd2025_per_h100e_hour                                over nations, weighted by what is installed
    spending_usd2025_per_year, world_product_usd2025_per_year, spending_fraction, ceiling_fraction
                            what the world spends on AI, as last read; null before that and without capital

`nations`: a row a nation and clearing, with the fields of `simlab.trace.economy.NationMetered`.

`sectors`: a row a nation, sector of work and quarter of a year (the first reading and every third from there on), with
the fields of `simlab.trace.economy.SectorMetered`, all as they stand at that moment.

`levers`: a row an act of a policy's lever: time_days, date, lever (its place in the policy's list), kind (what lever it
is), lab and nation (null where it acts on all or on the other), amount (what it set, in the lever's own unit).
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from simlab.tables.serving import KEYS, share
from simlab.tables.tidy import dated, table
from simlab.tables.words import Words
from simlab.trace.events import (
    ChipsMetered,
    LeverPulled,
    MoneyMetered,
    NationMetered,
    PriceMetered,
    SectorMetered,
    SpendingMetered,
)
from simlab.trace.recorder import Trace

MONEY = ("cash_usd2025", "raised_usd2025", "rent_usd2025", "taxes_usd2025", "wages_usd2025", "other_costs_usd2025")
MONEY += ("compute_budget_usd2025_per_day", "wage_usd2025_per_year", "n_affordable")
"""What the series has of a lab's books; what customers pay is in it already, off the fleet's meters."""

PRICES = ("markup", "price_usd2025_per_million_tokens", "customers_fraction")

CHIPS = ("ordered_h100e", "made_h100e", "backlog_h100e", "cancelled_h100e")
CHIPS += ("wafer_limit_h100e", "packaging_limit_h100e", "memory_limit_h100e")
CHIPS += ("chip_price_usd2025_per_h100e", "scarce")

SUMS = ("delivered_h100e", "retired_h100e", "stock_h100e", "installed_h100e", "labs_h100e", "others_h100e")
SUMS += ("reserved_h100e", "power_mw", "used_mw")

SPENDING = ("spending_usd2025_per_year", "world_product_usd2025_per_year", "spending_fraction", "ceiling_fraction")

READINGS_PER_QUARTER = 3


def money(trace: Trace, words: Words) -> pl.DataFrame:
    """What labs earned, raised, paid and have: a row a lab and reading."""
    return table(trace, MoneyMetered, words).select(*KEYS, *MONEY)


def prices(trace: Trace, words: Words) -> pl.DataFrame:
    """What labs charge and who comes: a row a review of prices."""
    return table(trace, PriceMetered, words).select(*KEYS, *PRICES)


def world(trace: Trace, words: Words, start: date) -> pl.DataFrame:
    """Chips, power, rent and spending of the whole world."""
    nations = table(trace, NationMetered, words)
    sums = [pl.col(name).sum() for name in SUMS]
    whole = nations.group_by("time_days", maintain_order=True).agg(*sums, mean_rent()).sort("time_days")
    chips = table(trace, ChipsMetered, words).select("time_days", *CHIPS)
    spending = table(trace, SpendingMetered, words).select("time_days", *SPENDING)
    both = whole.join(chips, on="time_days", how="left", maintain_order="left")
    rows = both.join_asof(spending.sort("time_days", maintain_order=True), on="time_days")
    return dated(rows.select("time_days", *CHIPS, pl.exclude("time_days", *CHIPS)), start)


def mean_rent() -> pl.Expr:
    """Mean rent of what is installed."""
    installed = pl.col("installed_h100e")
    paid = (pl.col("rent_usd2025_per_h100e_hour") * installed).sum()
    return share(paid, installed.sum()).alias("mean_rent_usd2025_per_h100e_hour")


def nations(trace: Trace, words: Words, start: date) -> pl.DataFrame:
    """Chips, power and rent, nation by nation."""
    return dated(table(trace, NationMetered, words).sort("time_days", "nation", maintain_order=True), start)


def sectors(trace: Trace, words: Words, start: date) -> pl.DataFrame:
    """Work outside labs, quarter by quarter."""
    readings = table(trace, SectorMetered, words)
    number = pl.col("time_days").rank("dense")
    rows = readings.filter((number - 1) % READINGS_PER_QUARTER == 0).sort("time_days", "nation", "sector")
    return dated(rows, start)


def levers(trace: Trace, words: Words, start: date) -> pl.DataFrame:
    """What levers did."""
    pulls = table(trace, LeverPulled, words)
    kinds = _named(pulls["lever"].to_list(), words.get("lever", ()))
    return dated(pulls.with_columns(kind=pl.Series(kinds, dtype=pl.String)), start)


def _named(numbers: Sequence[int], names: Sequence[str]) -> list[str | None]:
    return [names[number] if number < len(names) else None for number in numbers]
