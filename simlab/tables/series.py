"""The monthly series of a run: a row a lab and reading of its meters, in order of time and lab.

A reading at `time_days` tells about the time since the reading before (or the start). Columns:

    lab                     Enum of the scenario's labs
    time_days, date         when it was read; `date` is that calendar day
    capacity_h100e          size of the research cluster, mean over the period (what serves customers is not in it)
    period_days             time the reading covers
    utilisation_fraction    share of the capacity-days held by any job
    frontier_fraction, experiments_fraction                 by frontier runs, by experiments
    mean_queue_jobs         jobs waiting for the cluster, mean over the period
    n_people, n_teams, n_in_flight, mean_taste_bits         at that moment
    hands_busy_fraction     over the period
    n_proposed, n_adopted, n_buried                         ideas, in the period
    thinking_days, building_days, waiting_compute_days, running_days, reading_days, waiting_people_days,
    waiting_run_days        idea-days spent in each stage, in the period
    adopted_true_nats, adopted_believed_nats                of all ideas standing adopted
    generation, run_flop, effective_flop, algorithmic_gain_nats, horizon_50_minutes, horizon_80_minutes,
    hour_task_success_fraction, chain_success_fraction
                            of the lab's best model released so far (most effective compute); null before its
                            first. Generation 0 is the state at the start

Shares are null where there was no capacity.
"""

from datetime import date

import polars as pl

from simlab.tables.tidy import table
from simlab.tables.words import Words
from simlab.trace.events import ClusterMetered, LabMetered, ModelReleased
from simlab.trace.recorder import Trace

KEYS = ["time_days", "lab"]

COUNTS = ["n_people", "n_teams", "n_in_flight", "mean_taste_bits", "hands_busy_fraction"]
COUNTS += ["n_proposed", "n_adopted", "n_buried"]

STAGES = ["thinking_days", "building_days", "waiting_compute_days", "running_days", "reading_days"]
STAGES += ["waiting_people_days", "waiting_run_days"]

ADOPTED = ["adopted_true_nats", "adopted_believed_nats"]

MODEL = ["generation", "run_flop", "effective_flop", "algorithmic_gain_nats", "horizon_50_minutes"]
MODEL += ["horizon_80_minutes", "hour_task_success_fraction", "chain_success_fraction"]

CLUSTER = [
    "capacity_h100e",
    "period_days",
    "utilisation_fraction",
    "frontier_fraction",
    "experiments_fraction",
    "mean_queue_jobs",
]


def monthly_series(trace: Trace, words: Words, start: date) -> pl.DataFrame:
    """The series of one run whose day 0 is `start`."""
    people = table(trace, LabMetered, words).select(*KEYS, *COUNTS, *STAGES, *ADOPTED)
    readings = people.join(_cluster(trace, words), on=KEYS, how="left").sort(KEYS, maintain_order=True)
    readings = _as_of(readings, _best_models(trace, words), MODEL)
    calendar = pl.lit(start) + pl.duration(days=pl.col("time_days").floor().cast(pl.Int64))
    columns = [*CLUSTER, *COUNTS, *STAGES, *ADOPTED, *MODEL]
    return readings.select("lab", "time_days", calendar.cast(pl.Date).alias("date"), *columns)


def _cluster(trace: Trace, words: Words) -> pl.DataFrame:
    """How large the research clusters were, and what they did, as shares of their capacity-days."""
    readings = table(trace, ClusterMetered, words).sort(KEYS, maintain_order=True)
    period = pl.col("time_days") - pl.col("time_days").shift(1, fill_value=0.0).over("lab")
    capacity = pl.col("capacity_h100e_days")
    return readings.with_columns(period_days=period).select(
        *KEYS,
        _share(capacity, pl.col("period_days")).alias("capacity_h100e"),
        "period_days",
        _share(capacity - pl.col("idle_h100e_days"), capacity).alias("utilisation_fraction"),
        _share(pl.col("frontier_h100e_days"), capacity).alias("frontier_fraction"),
        _share(pl.col("experiments_h100e_days"), capacity).alias("experiments_fraction"),
        _share(pl.col("queue_job_days"), pl.col("period_days")).alias("mean_queue_jobs"),
    )


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0.0).then(part / whole)


def _best_models(trace: Trace, words: Words) -> pl.DataFrame:
    """The releases that beat everything the same lab had released before."""
    models = table(trace, ModelReleased, words)
    is_best = pl.col("effective_flop") >= pl.col("effective_flop").cum_max().over("lab")
    return models.filter(is_best)


def _as_of(readings: pl.DataFrame, changes: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Each reading with the lab's last change at or before it."""
    latest = changes.select(*KEYS, *columns).sort("time_days", maintain_order=True)
    joined = readings.sort("time_days", maintain_order=True)
    return joined.join_asof(latest, on="time_days", by="lab", check_sortedness=False)
