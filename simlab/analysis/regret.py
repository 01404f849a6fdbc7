"""Regret: how far each alternative falls behind the best one there is, future by future.

A future is a sample and replicate (in a named world, where several studies make different assumptions). In each, the
best alternative has regret 0 and the others what they are worse by, in the outcome's unit; what is better is the
analyst's choice. Only futures in which all alternatives ended well count (Savage, J. Am. Stat. Assoc. 46, 1951).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from simlab.analysis.differences import PAIR

ALL_WORLDS = "all worlds"
QUANTILE = 0.9


class Preference(NamedTuple):
    """Which way an outcome is better."""

    outcome: str
    """A column of the outcomes."""
    is_less: bool
    """Sooner, or lower, is better."""
    horizon_days: float | None = None
    """Of a milestone: what is not reached counts as then."""


Worlds = Mapping[str, Mapping[str, pl.DataFrame]]
"""World to alternative to the outcomes of its finished runs."""


def regrets(worlds: Worlds, preference: Preference) -> pl.DataFrame:
    """A row a future and alternative: world, sample, replicate, alternative, value, regret_amount (0 or more).

    Only futures that count; the same alternatives must be in every world.
    """
    tables = [_of_world(name, alternatives, preference) for name, alternatives in worlds.items()]
    return pl.concat(tables)


def _of_world(world: str, alternatives: Mapping[str, pl.DataFrame], preference: Preference) -> pl.DataFrame:
    value = pl.col(preference.outcome).cast(pl.Float64)
    if preference.horizon_days is not None:
        value = pl.min_horizontal(value.fill_null(preference.horizon_days), preference.horizon_days)
    known = [
        outcomes.select(*PAIR, world=pl.lit(world), alternative=pl.lit(name), value=value).drop_nulls("value")
        for name, outcomes in alternatives.items()
    ]
    table = pl.concat(known)
    best = pl.col("value").min() if preference.is_less else pl.col("value").max()
    return (
        table.filter(pl.len().over(PAIR) == len(alternatives))
        .with_columns(regret_amount=(pl.col("value") - best.over(PAIR)).abs())
        .sort(*PAIR, maintain_order=True)
        .select("world", *PAIR, "alternative", "value", "regret_amount")
    )


def regret_table(worlds: Worlds, preferences: Sequence[Preference]) -> pl.DataFrame:
    """A row an outcome, alternative and world; where there are several worlds also one of all of them.

    outcome, is_less (better), alternative, world; n_futures that count and n_left_out, those that only some of the
    alternatives have; mean_regret, p90_regret (that 90% of the futures do not exceed) and max_regret in the outcome's
    unit, null where no future counts;
    best_fraction of the futures in which no other is better (several may be).
    """
    rows = [row for preference in preferences for row in _rows(worlds, preference)]
    return pl.DataFrame(rows, schema=SCHEMA)


SCHEMA = {
    "outcome": pl.String,
    "is_less": pl.Boolean,
    "alternative": pl.String,
    "world": pl.String,
    "n_futures": pl.Int64,
    "n_left_out": pl.Int64,
    **dict.fromkeys(("mean_regret", "p90_regret", "max_regret", "best_fraction"), pl.Float64),
}


def _rows(worlds: Worlds, preference: Preference) -> list[dict[str, Any]]:
    found = regrets(worlds, preference)
    groups = {name: [name] for name in worlds}
    groups |= {ALL_WORLDS: list(worlds)} if len(worlds) > 1 else {}
    alternatives = list(next(iter(worlds.values())))
    return [
        {"outcome": preference.outcome, "is_less": preference.is_less, "alternative": alternative, "world": name}
        | _left_out({world: worlds[world] for world in group}, found.filter(pl.col("world").is_in(group)))
        | _summary(found.filter(pl.col("world").is_in(group), pl.col("alternative") == alternative))
        for alternative in alternatives
        for name, group in groups.items()
    ]


def _left_out(worlds: Worlds, found: pl.DataFrame) -> dict[str, int]:
    """Futures that some alternative has and that do not count, because not all have them."""
    n_known = sum(pl.concat(o.select(PAIR) for o in of_world.values()).n_unique() for of_world in worlds.values())
    n_futures = found.select("world", *PAIR).n_unique()
    return {"n_futures": n_futures, "n_left_out": n_known - n_futures}


def _summary(mine: pl.DataFrame) -> dict[str, float]:
    if mine.is_empty():
        return {}
    regret = mine["regret_amount"].sort()
    return {
        "mean_regret": float(regret.to_numpy().mean()),
        "p90_regret": regret[math.ceil(QUANTILE * regret.len() - 1e-9) - 1],
        "max_regret": regret[-1],
        "best_fraction": float((regret == 0).to_numpy().mean()),
    }
