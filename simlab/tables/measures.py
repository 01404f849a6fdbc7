"""What milestones are thresholds of: each measure a table of times and values, off the events of a run.

    a column of ModelReleased       of every model, dated by its release
    automated_work_fraction         share of a lab's work on ideas that its AI workers do (`simlab.tables.automated`)
    progress_nats_per_day           algorithmic progress of the best lab over a year's readings
    world_h100e                     accelerators delivered and powered, all nations together
    spending_fraction               of world product: what the world spends on AI compute and people
    tokens_unserved_fraction        of the tokens asked of all fleets, by customers and by AI workers, over a quarter
    stock_unpowered_fraction        of the accelerators delivered to all nations: those without power
    orders_unmade_fraction          of the accelerators that makers had orders for in a quarter: those still to be made
    work_unverified_fraction        of the automated work settled over a quarter or waiting at its end, thirty pieces
                                    or more: work that nobody looked at

A quarter is three readings of the monthly meters. A run without the events behind a measure has an empty table, and so
has one that ends before the first quarter or year is over: nothing is measured, and nothing is wrong.
"""

from collections.abc import Callable, Mapping

import polars as pl

from simlab.tables.automated import MONTHS, SETTLED, work
from simlab.tables.serving import share
from simlab.tables.tidy import table
from simlab.tables.words import Words
from simlab.trace.events import (
    ChipsMetered,
    LabMetered,
    ModelReleased,
    NationMetered,
    RequestsMetered,
    SpendingMetered,
    VerificationMetered,
)
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR

TIME, LAB = "time_days", "lab"
FEWEST = 30
"""Pieces of automated work below which a share of them would be luck."""


def measured(trace: Trace, words: Words, measure: str) -> pl.DataFrame:
    """The table of a measure: time_days and the measure, a row a reading (and lab, or model).

    Raises:
        ValueError: there is no such measure.
    """
    if measure in MEASURES:
        return MEASURES[measure](trace, words)
    models = table(trace, ModelReleased, words)
    if measure not in models.columns:
        raise ValueError(f"there is no {measure}")
    return models


def progress(trace: Trace, words: Words) -> pl.DataFrame:
    """Nats that the best lab's algorithms gained per day, between a reading and one at least a year before it.

    The best lab is the one whose ideas adopted, with what it had on day 0, come to most: who leads may change.
    """
    readings = table(trace, LabMetered, words).select(TIME, LAB, "adopted_true_nats")
    on_day_0 = table(trace, ModelReleased, words).filter(pl.col("generation") == 0)
    both = readings.join(on_day_0.select(LAB, "algorithmic_gain_nats"), on=LAB, how="left", maintain_order="left")
    nats = pl.col("adopted_true_nats") + pl.col("algorithmic_gain_nats").fill_null(0.0)
    best = both.group_by(TIME).agg(nats.max().alias("nats")).sort(TIME)
    before = best.select((pl.col(TIME) + DAYS_PER_YEAR).alias(TIME), pl.col(TIME).alias("then"), nats_then="nats")
    pairs = best.join_asof(before, on=TIME).drop_nulls()
    days = pl.col(TIME) - pl.col("then")
    return pairs.select(TIME, progress_nats_per_day=(pl.col("nats") - pl.col("nats_then")) / days)


def world_h100e(trace: Trace, words: Words) -> pl.DataFrame:
    """Accelerators installed in the world."""
    return _nations(trace, words).select(TIME, world_h100e="installed_h100e")


def unpowered(trace: Trace, words: Words) -> pl.DataFrame:
    """Share of the world's accelerators that have no power."""
    unused = pl.col("stock_h100e") - pl.col("installed_h100e")
    return _nations(trace, words).select(TIME, stock_unpowered_fraction=share(unused, pl.col("stock_h100e")))


def _nations(trace: Trace, words: Words) -> pl.DataFrame:
    """All nations together, a row a reading."""
    both = pl.col("installed_h100e", "stock_h100e").sum()
    return table(trace, NationMetered, words).group_by(TIME).agg(both).sort(TIME)


def spending(trace: Trace, words: Words) -> pl.DataFrame:
    """What the world spends on AI, as a share of its product."""
    return table(trace, SpendingMetered, words).select(TIME, "spending_fraction")


def unserved(trace: Trace, words: Words) -> pl.DataFrame:
    """Share of the tokens asked of all fleets over a quarter that were turned away or given up waiting for."""
    missed = pl.col("abandoned_tokens") + pl.col("lost_tokens")
    sums = table(trace, RequestsMetered, words).group_by(TIME)
    months = sums.agg(missed.sum().alias("missed"), pl.col("offered_tokens").sum()).sort(TIME)
    return months.select(TIME, tokens_unserved_fraction=share(_quarter("missed"), _quarter("offered_tokens")))


def unmade(trace: Trace, words: Words) -> pl.DataFrame:
    """Share of a quarter's open orders that was not made in it; 0 where nothing but orders held makers back."""
    wanted = pl.col("made_h100e") + pl.col("backlog_h100e")
    return table(trace, ChipsMetered, words).select(
        TIME, orders_unmade_fraction=share(pl.col("backlog_h100e"), wanted).fill_null(0.0)
    )


def unverified(trace: Trace, words: Words) -> pl.DataFrame:
    """Share of automated work that was adopted or thrown away over a quarter without a look, or waits for one.

    Null where there was too little of it to tell a share by.
    """
    counts = ("n_adopted_unverified", "n_discarded", *SETTLED, "n_waiting")
    sums = table(trace, VerificationMetered, words).group_by(TIME).agg(pl.col(*dict.fromkeys(counts)).sum()).sort(TIME)
    unseen = _quarter("n_adopted_unverified") + _quarter("n_discarded") + pl.col("n_waiting")
    whole = pl.sum_horizontal(_quarter(name) for name in SETTLED) + pl.col("n_waiting")
    told = _quarter("n_passed").is_not_null() & (whole >= FEWEST)
    whole = pl.when(told).then(whole).otherwise(None)
    return sums.select(TIME, work_unverified_fraction=share(unseen, whole))


def _quarter(column: str) -> pl.Expr:
    """The sum of the last three readings; null before there are as many."""
    months = [pl.col(column).shift(n) for n in range(1, MONTHS)]
    return sum(months, start=pl.col(column))


MEASURES: Mapping[str, Callable[[Trace, Words], pl.DataFrame]] = {
    "automated_work_fraction": work,
    "progress_nats_per_day": progress,
    "world_h100e": world_h100e,
    "spending_fraction": spending,
    "tokens_unserved_fraction": unserved,
    "stock_unpowered_fraction": unpowered,
    "orders_unmade_fraction": unmade,
    "work_unverified_fraction": unverified,
}
"""What is measured besides released models."""
