"""The few numbers a reader takes home."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from simlab.analysis import economy, sectors
from simlab.analysis.binding import STAGES, life_shares
from simlab.analysis.fans import frontier_fan
from simlab.analysis.graveyard import ADOPTED, accounts
from simlab.analysis.milestones import milestone_dates
from simlab.analysis.parts import Table
from simlab.analysis.study import TOTAL, Study
from simlab.units import DAYS_PER_YEAR, NATS_PER_DECADE

SKILL = "horizon_"
"""How the names of measures of what a model can do begin; the others measure what went into it."""

Row = Mapping[str, Any]

WORLD = ("installed_h100e", "mean_rent_usd2025_per_h100e_hour", "spending_fraction")
"""Of the world around labs: accelerators that run, their rent, and spending on AI as a share of world product."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How fast the frontier moves, mean over the runs, from its first to its last month."""

    decades_per_year: float
    """Of effective compute."""
    algorithm_fraction: float | None
    """The part of it that came from algorithms; the rest came from compute. None where nothing grew."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What the first screen says."""

    milestone: dict[str, Any] | None
    """The row of `milestone_dates` that is told: see `told_milestone`."""
    final_horizon: dict[str, Any] | None
    """The last row of the fan of the 50% task horizon, minutes."""
    growth: Growth | None
    buried_fraction: float | None
    """Of the lives of ideas that ended."""
    crash_fraction: float | None
    """Of the H100e-days of the lives that ended."""
    decision_fraction: float | None
    binding: tuple[tuple[str, float], ...]
    """The stages of an idea's life, all labs together, with their shares, the largest first."""
    world: Mapping[str, tuple[Row, Row]] = field(default_factory=dict)
    """For each of WORLD that the runs have: the first and the last row of its fan."""


def headline(study: Study) -> Headline:
    """The headline of a study with one policy."""
    causes = dict(accounts(study.graveyard, "cause").select("cause", "n_ideas_fraction").iter_rows())
    costs = _verdict_costs(study.graveyard)
    return Headline(
        milestone=told_milestone(milestone_dates(study)),
        final_horizon=_last(frontier_fan(study.series, "horizon_50_minutes")),
        growth=growth(study.series),
        buried_fraction=1 - causes.get(ADOPTED, 0.0) if causes else None,
        crash_fraction=costs.get("crash", 0.0) if costs else None,
        decision_fraction=costs.get("decision", 0.0) if costs else None,
        binding=_binding(study.series),
        world=_world(study),
    )


def told_milestone(dates: pl.DataFrame) -> dict[str, Any] | None:
    """The farthest milestone that at least half of the runs reach after the start, else the likeliest one.

    Farthest: the latest median. What models can do is told before what it took to make them, and what is already so at
    the start is no news.
    """
    skills = dates.filter(pl.col("measure").str.starts_with(SKILL))
    for choice in (skills, dates):
        ahead = choice.filter(pl.col("p50_days") > 0)
        if not ahead.is_empty():
            return ahead.sort("p50_days").row(-1, named=True)
    likeliest = (dates if skills.is_empty() else skills).sort("never_fraction")
    return None if likeliest.is_empty() else likeliest.row(0, named=True)


def growth(series: pl.LazyFrame) -> Growth | None:
    """Growth of the frontier's effective compute and the part that algorithms have in it.

    Per run: from the first month with a model to the last, of the best lab's model each month.
    """
    best = pl.col("effective_flop") == pl.col("effective_flop").max().over("run_id", "time_days")
    models = series.filter(pl.col("effective_flop") > 0).filter(best).sort("time_days")
    ends = [_rise(name) for name in ("time_days", "algorithmic_gain_nats")]
    decades = _rise_of(pl.col("effective_flop").log10()).alias("decades")
    table = models.group_by("run_id", maintain_order=True).agg(*ends, decades).filter(pl.col("time_days") > 0).collect()
    if table.is_empty():
        return None
    years, total = table["time_days"] / DAYS_PER_YEAR, math.fsum(table["decades"])
    algorithms = math.fsum(table["algorithmic_gain_nats"]) / NATS_PER_DECADE
    return Growth(math.fsum(table["decades"] / years) / table.height, algorithms / total if total > 0 else None)


def _rise(name: str) -> pl.Expr:
    return _rise_of(pl.col(name)).alias(name)


def _rise_of(values: pl.Expr) -> pl.Expr:
    return values.last() - values.first()


def _world(study: Study) -> dict[str, tuple[Row, Row]]:
    fans = economy.world_bands(study.world, WORLD)
    if economy.has(study.sectors, sectors.DONE):
        fans[sectors.DONE] = sectors.whole_bands(study.sectors)
    return {name: (fan.row(0, named=True), fan.row(-1, named=True)) for name, fan in fans.items()}


def _binding(series: pl.LazyFrame) -> tuple[tuple[str, float], ...]:
    total = life_shares(series).filter(pl.col("lab") == TOTAL)
    shares = [(stage, total[f"{stage}_fraction"][0]) for stage in STAGES] if total.height else []
    return tuple(sorted(shares, key=lambda pair: -pair[1]))


def _verdict_costs(graveyard: Table) -> dict[str, float]:
    table = accounts(graveyard, "verdict")
    return dict(table.select("verdict", "used_h100e_days_fraction").iter_rows())


def _last(fan: pl.DataFrame) -> dict[str, Any] | None:
    return None if fan.is_empty() else fan.row(-1, named=True)
