"""The monthly series of a run: a row a lab and reading of its meters, in order of time and lab.

A reading at `time_days` tells about the time since the reading before (or the start). Columns:

    lab                     Enum of the scenario's labs
    time_days, date         when it was read; `date` is that calendar day
    capacity_h100e          size of the research cluster, mean over the period (what serves models is not in it)
    period_days             time the reading covers
    utilisation_fraction    share of the capacity-days held by any job
    frontier_fraction, experiments_fraction                 by frontier runs, by experiments
    mean_queue_jobs         jobs waiting for the cluster, mean over the period
    n_people, n_teams, n_in_flight, mean_taste_bits         at that moment
    hands_busy_fraction     over the period
    n_proposed, n_adopted, n_buried                         ideas, in the period
    n_landed, n_landed_read, n_landed_twice                 ideas kept in frontier models, in the period; of them those
                            read from another lab, and those that another lab found as well (`simlab.tables.origins`)
    thinking_days, building_days, waiting_compute_days, running_days, reading_days, waiting_people_days,
    waiting_run_days        idea-days spent in each stage, in the period
    adopted_true_nats, adopted_believed_nats                of all ideas standing adopted
    generation, run_flop, effective_flop, algorithmic_gain_nats, horizon_50_minutes, horizon_80_minutes,
    hour_task_success_fraction, chain_success_fraction
                            of the lab's best model released so far (most effective compute); null before its
                            first. Generation 0 is the state at the start
    plan_frontier_fraction, plan_experiments_fraction, plan_workers_fraction, plan_customers_fraction,
    plan_oversight_fraction
                            how the lab means to divide its accelerators, at that moment; they add up to 1

What serves models (null where a lab has no fleet; the customers' columns null where it has no customers):

    fleet_h100e             size of the fleet, mean over the period
    fleet_customers_fraction, fleet_workers_fraction, fleet_lent_fraction
                            shares of it that served customers, served AI workers, were lent to research
    fleet_peak_load_fraction                                offered over available in the busiest part of the last day
    cost_usd2025_per_million_tokens                         rent behind a million output tokens for customers
    customers_offered_tokens, customers_served_tokens       output tokens asked for and given, in the period
    customers_unserved_fraction                             of what was asked for: given up waiting, or turned away
    revenue_usd2025, lost_revenue_usd2025                   in the period; lost: of what was not served
    customers_latency_seconds                               from asking to the last token, mean over tokens served

What AI workers do (null where a lab has none; but for people_days), verification and oversight (the same):

    n_workers               human-speed workers that the tokens served to them were
    workers_served_fraction share of the tokens they wanted that they got
    thinking_automated_fraction, building_automated_fraction, reading_automated_fraction
                            share of the human work of each step that they do, at that moment
    thinking_decades        test-time compute on a task above the reference's
    reliable_horizon_minutes                                longest task they are trusted to do alone
    n_automated_teams       at that moment
    people_days, worker_people_days                         work on ideas by people's hands and by AI workers
    automated_work_fraction share of that work done by AI workers, of this period and the two before it
    n_handed_in             automated work handed in for verification, in the period
    n_passed, n_refuted, n_adopted_unverified, n_discarded  what became of such work, in the period
    n_verification_waiting  of it, at that moment
    n_slipped               flawed work among the passed and the adopted unverified
    verified_fraction       of the work settled, looked at by somebody; null where none was settled
    waiting_verifier_days   the part of waiting_people_days that ideas waited for a verifier
    features_found_fraction share of the deployed model's features that interpretability knows
    flaw_detection_fraction chance that the tools of oversight find a flaw in automated work

Money (null where a lab has no treasury), prices (null without competition), in US dollars of 2025:

    cash_usd2025            at that moment
    raised_usd2025, rent_usd2025, taxes_usd2025, wages_usd2025, other_costs_usd2025
                            in the period: cash before + revenue + raised - rent - taxes - wages - other costs = cash;
                            what is handed back to investors counts against what is raised
    compute_budget_usd2025_per_day, wage_usd2025_per_year, n_affordable
                            at that moment: what it would spend on accelerators, a researcher’s cost, heads it can pay
    markup, price_usd2025_per_million_tokens, customers_fraction
                            as last reviewed: price over rent at full load, price of the mean output token, share of all
                            customers' demand that comes to this lab

Shares are null where there is nothing to share.
"""

from datetime import date

import polars as pl

from simlab.tables import automated, economy, serving
from simlab.tables.origins import landed
from simlab.tables.serving import KEYS, share
from simlab.tables.tidy import dated, table
from simlab.tables.words import Words
from simlab.trace.events import ClusterMetered, LabMetered, ModelReleased
from simlab.trace.recorder import Trace

COUNTS = ["n_people", "n_teams", "n_in_flight", "mean_taste_bits", "hands_busy_fraction"]
COUNTS += ["n_proposed", "n_adopted", "n_buried"]

STAGES = ["thinking_days", "building_days", "waiting_compute_days", "running_days", "reading_days"]
STAGES += ["waiting_people_days", "waiting_run_days"]

ADOPTED = ["adopted_true_nats", "adopted_believed_nats"]

MODEL = ["generation", "run_flop", "effective_flop", "algorithmic_gain_nats", "horizon_50_minutes"]
MODEL += ["horizon_80_minutes", "hour_task_success_fraction", "chain_success_fraction"]

ROOMS = (
    serving.fleets,
    serving.customers,
    automated.workers,
    automated.work,
    automated.verification,
    automated.oversight,
    landed,
    economy.money,
)
"""What is read beside the clusters and the people: each a table with a row a lab and reading."""

PLAIN = ["lab", "time_days", "date"]


def monthly_series(trace: Trace, words: Words, start: date) -> pl.DataFrame:
    """The series of one run whose day 0 is `start`."""
    readings = _cluster(trace, words)
    people = table(trace, LabMetered, words).select(*KEYS, *COUNTS, *STAGES, *ADOPTED)
    readings = people.select(KEYS).join(readings, on=KEYS, how="left").join(people, on=KEYS, how="left")
    readings = readings.sort(KEYS, maintain_order=True)
    readings = _as_of(readings, _best_models(trace, words).select(*KEYS, *MODEL))
    readings = _as_of(readings, serving.plans(trace, words))
    for room in ROOMS:
        readings = readings.join(room(trace, words), on=KEYS, how="left", maintain_order="left")
    readings = _as_of(readings, economy.prices(trace, words))
    return dated(readings, start).select(*PLAIN, pl.exclude(PLAIN))


def _cluster(trace: Trace, words: Words) -> pl.DataFrame:
    """How large the research clusters were, and what they did, as shares of their capacity-days."""
    readings = table(trace, ClusterMetered, words).sort(KEYS, maintain_order=True)
    period = pl.col("time_days") - pl.col("time_days").shift(1, fill_value=0.0).over("lab")
    capacity = pl.col("capacity_h100e_days")
    return readings.with_columns(period_days=period).select(
        *KEYS,
        share(capacity, pl.col("period_days")).alias("capacity_h100e"),
        "period_days",
        share(capacity - pl.col("idle_h100e_days"), capacity).alias("utilisation_fraction"),
        share(pl.col("frontier_h100e_days"), capacity).alias("frontier_fraction"),
        share(pl.col("experiments_h100e_days"), capacity).alias("experiments_fraction"),
        share(pl.col("queue_job_days"), pl.col("period_days")).alias("mean_queue_jobs"),
    )


def _best_models(trace: Trace, words: Words) -> pl.DataFrame:
    """The releases that beat everything the same lab had released before."""
    models = table(trace, ModelReleased, words)
    is_best = pl.col("effective_flop") >= pl.col("effective_flop").cum_max().over("lab")
    return models.filter(is_best)


def _as_of(readings: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Each reading with the lab's last change at or before it."""
    latest = changes.sort("time_days", maintain_order=True)
    return readings.join_asof(latest, on="time_days", by="lab", check_sortedness=False)
