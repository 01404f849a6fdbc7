"""The outcome of a run: one row of numbers, the dates of the milestones first.

Columns:

    <milestone>_days                days from the start until any lab reached the threshold (see
                                    `simlab.tables.milestones`); null when none did before the end (later
                                    than the horizon, not never)
    leader                          the lab with the most effective model at the end
    generation, run_flop, effective_flop, algorithmic_gain_nats, horizon_50_minutes, horizon_80_minutes,
    hour_task_success_fraction, chain_success_fraction,
    text_penalty_nats, size_penalty_nats, reinforcement_gain_nats                   of that model
    algorithmic_gain_nats_per_year  its gain since the start, per year
    effective_nats_per_year         growth of the frontier's effective compute since the start, per year
    n_releases                      models released after the start
    n_proposed, n_adopted, n_buried ideas, all labs
    adopted_fraction                adopted share of the ideas whose life ended before the end
    n_experiments, experiments_flop, people_days                                    of all ideas' lives
    capacity_h100e_days             of all research clusters
    utilisation_fraction, frontier_fraction, experiments_fraction                   shares of it
    waiting_compute_fraction, waiting_people_fraction, waiting_run_fraction         shares of all idea-days
    n_good_buried, n_bad_adopted    ended ideas of true gain above 0 not adopted; adopted ones below 0
    n_refuted, n_unverified         ideas buried because verification refuted them, or because nobody had time for it
    n_published                     ideas that became known outside
    revenue_usd2025                 from customers, all labs
    customers_unserved_fraction     of the tokens that customers asked for
    building_automated_fraction     share of building work that AI workers do in the leader's lab at the end
    worker_people_days              work on ideas that AI workers did, all labs, in days of a person
    automated_work_fraction         share of the work on ideas in all labs that AI workers did
    n_automated_teams               all labs together, in the month that had most of them
    verified_fraction               of the automated work that was settled, looked at by somebody
    n_slipped                       flawed automated work that was passed, or adopted unverified
    follower_lag_days               at the end, time since any lab first had the effective compute that the second-best
                                    lab has; it counts back to the start at most; null with one lab
    n_codiscovered                  ideas that became known outside when several labs had found them on their own
    codiscovered_fraction           of those that became known outside
    landed_read_fraction, landed_twice_fraction
                                    of the ideas kept in frontier models, all labs: those read from another lab, and
                                    those that another lab found as well (see `simlab.tables.origins`)
    n_leaked                        models that came into the hands of another lab
    stock_h100e, installed_h100e    accelerators in the world at the end: delivered, and of these the powered
    power_mw                        power that there is for them at the end
    rent_usd2025_per_h100e_hour     at the end, mean over the world’s installed accelerators
    mean_rent_usd2025_per_h100e_hour                                the same over the whole time
    spending_fraction               of world product spent on AI at the end
    raised_usd2025, cash_usd2025    of all labs: raised over the whole time, cash at the end
    automated_wages_usd2025_per_year, automated_wages_fraction
                                    labour cost of the work outside labs that AI does at the end: in all, and of the
                                    sectors’ whole
    n_events                        rows recorded, classes of detail left out

A share of nothing is null, and so is what a scenario's labs do not have: customers, AI workers, verification,
markets, money, sectors. All are null for a run that did not end well (see `simlab.sweep`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.tables import automated, economy_totals, serving
from simlab.tables.milestones import Milestone, milestone_days
from simlab.tables.tidy import fields
from simlab.tables.words import Words
from simlab.trace.events import (
    EVENT_CLASSES,
    Cause,
    ClusterMetered,
    Event,
    IdeaEnded,
    IdeaPublished,
    LabMetered,
    ModelReleased,
    VerificationMetered,
)
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR

MODEL = ("generation", "run_flop", "effective_flop", "algorithmic_gain_nats", "horizon_50_minutes")
MODEL += ("horizon_80_minutes", "hour_task_success_fraction", "chain_success_fraction")
MODEL += ("text_penalty_nats", "size_penalty_nats", "reinforcement_gain_nats")

FRACTIONS = ("utilisation_fraction", "frontier_fraction", "experiments_fraction")
WAITS = ("waiting_compute", "waiting_people", "waiting_run")
STAGES = ("thinking", "building", "running", "reading", *WAITS)

Row = dict[str, Any]


def outcome(trace: Trace, words: Words, milestones: Mapping[str, Milestone], horizon_days: float) -> Row:
    """The outcome of one run of `horizon_days`.

    Raises:
        ValueError: a milestone measures what nothing is measured by.
    """
    frontier = _frontier(trace, words, horizon_days / DAYS_PER_YEAR)
    return {
        **milestone_days(trace, words, milestones),
        **frontier,
        **_ideas(trace),
        **_clusters(trace),
        **_waits(trace),
        **serving.serving_totals(trace, words),
        **automated.automated_totals(trace, words, frontier["leader"]),
        **dict.fromkeys(economy_totals.TOTALS),
        **economy_totals.economy_totals(trace, words, horizon_days),
        "n_published": trace.n_rows(IdeaPublished),
        "n_events": sum(trace.n_rows(kind) for kind in EVENT_CLASSES if not kind.detail),
    }


def outcome_schema(milestones: Iterable[str]) -> dict[str, pl.DataType]:
    """Column to type, in order."""
    return {f"{name}_days": pl.Float64() for name in milestones} | _SCHEMA


def _frontier(trace: Trace, words: Words, years: float) -> Row:
    """The most effective model at the end, and how far the frontier came."""
    models = fields(trace, ModelReleased)
    row: Row = dict.fromkeys(("leader", *MODEL, "algorithmic_gain_nats_per_year", "effective_nats_per_year"))
    row["n_releases"] = int((models["generation"] > 0).sum())
    effective = models["effective_flop"]
    if not effective.size:
        return row
    best = int(effective.argmax())
    row |= {name: float(models[name][best]) for name in MODEL}
    row["generation"] = int(models["generation"][best])
    row["leader"] = words["lab"][int(models["lab"][best])]
    row["algorithmic_gain_nats_per_year"] = float(models["algorithmic_gain_nats"][best]) / years
    at_start = effective[models["generation"] == 0]
    if at_start.size:
        row["effective_nats_per_year"] = float(np.log(effective[best] / at_start.max())) / years
    return row


def _ideas(trace: Trace) -> Row:
    labs, lives = fields(trace, LabMetered), fields(trace, IdeaEnded)
    adopted, gain = lives["cause"] == Cause.ADOPTED, lives["true_gain_nats"]
    ended = lives["cause"] != Cause.IN_FLIGHT
    return {
        "n_proposed": int(labs["n_proposed"].sum()),
        "n_adopted": int(labs["n_adopted"].sum()),
        "n_buried": int(labs["n_buried"].sum()),
        "adopted_fraction": _share(adopted.sum(), ended.sum()),
        "n_experiments": int(lives["n_experiments"].sum()),
        "experiments_flop": float(lives["flop"].sum()),
        "people_days": float(lives["people_days"].sum()),
        "n_good_buried": int((ended & ~adopted & (gain > 0.0)).sum()),
        "n_bad_adopted": int((adopted & (gain < 0.0)).sum()),
        **_unproven(trace, lives["cause"]),
    }


def _unproven(trace: Trace, causes: NDArray[np.float64]) -> Row:
    """Ideas buried by verification, or for want of it."""
    ends = {"n_refuted": Cause.REFUTED, "n_unverified": Cause.UNVERIFIED}
    if not trace.n_rows(VerificationMetered):
        return dict.fromkeys(ends)
    return {name: int((causes == cause).sum()) for name, cause in ends.items()}


def _clusters(trace: Trace) -> Row:
    total = _totals(trace, ClusterMetered)
    capacity = total["capacity_h100e_days"]
    held = (
        capacity - total["idle_h100e_days"],
        total["frontier_h100e_days"],
        total["experiments_h100e_days"],
    )
    shares = {name: _share(part, capacity) for name, part in zip(FRACTIONS, held, strict=True)}
    return {"capacity_h100e_days": capacity, **shares}


def _waits(trace: Trace) -> Row:
    total = _totals(trace, LabMetered)
    alive_days = sum(total[f"{stage}_days"] for stage in STAGES)
    return {f"{wait}_fraction": _share(total[f"{wait}_days"], alive_days) for wait in WAITS}


def _totals(trace: Trace, kind: type[Event]) -> dict[str, float]:
    return {name: float(values.sum()) for name, values in fields(trace, kind).items()}


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0.0 else None


_SCHEMA: dict[str, pl.DataType] = {
    "leader": pl.String(),
    "generation": pl.Int64(),
    **{name: pl.Float64() for name in MODEL[1:]},
    "algorithmic_gain_nats_per_year": pl.Float64(),
    "effective_nats_per_year": pl.Float64(),
    **{name: pl.Int64() for name in ("n_releases", "n_proposed", "n_adopted", "n_buried")},
    "adopted_fraction": pl.Float64(),
    "n_experiments": pl.Int64(),
    **{name: pl.Float64() for name in ("experiments_flop", "people_days", "capacity_h100e_days", *FRACTIONS)},
    **{f"{wait}_fraction": pl.Float64() for wait in WAITS},
    **{name: pl.Int64() for name in ("n_good_buried", "n_bad_adopted", "n_refuted", "n_unverified")},
    **{name: pl.Float64() for name in serving.TOTALS},
    **automated.TOTALS,
    **economy_totals.TOTALS,
    **{name: pl.Int64() for name in ("n_published", "n_events")},
}
