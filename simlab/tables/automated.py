"""What AI workers did and who checked it: months and totals, off the meters of workers, verifiers and oversight.

Work on ideas is counted in days of a person: what people's hands spent, and the work that AI workers did in the time a
person would have taken for it, looking over their own with audit tools included. What people spend on verifying is not
in it.
"""

import polars as pl

from simlab.tables.serving import share
from simlab.tables.tidy import table
from simlab.tables.words import Words
from simlab.trace.events import LabMetered, OversightMetered, VerificationMetered, WorkersMetered
from simlab.trace.recorder import Trace

KEYS = ("time_days", "lab")

WORKERS = ("n_workers", "workers_served_fraction", "thinking_automated_fraction", "building_automated_fraction")
WORKERS += ("reading_automated_fraction", "thinking_decades", "reliable_horizon_minutes", "n_automated_teams")

MONTHS = 3
"""Readings over which the share of work is taken: hands book a piece of work when it is done, so one says little."""

WORK = ("people_days", "worker_people_days", "automated_work_fraction")

SETTLED = ("n_passed", "n_refuted", "n_adopted_unverified", "n_discarded")
"""What can become of automated work that was handed in for verification and not withdrawn."""
VERIFICATION = ("n_handed_in", *SETTLED, "n_verification_waiting", "n_slipped", "verified_fraction")
VERIFICATION += ("waiting_verifier_days",)

OVERSIGHT = ("features_found_fraction", "flaw_detection_fraction")

TOTALS: dict[str, pl.DataType] = {
    "building_automated_fraction": pl.Float64(),
    "worker_people_days": pl.Float64(),
    "automated_work_fraction": pl.Float64(),
    "n_automated_teams": pl.Int64(),
    "verified_fraction": pl.Float64(),
    "n_slipped": pl.Int64(),
}
"""What is told of a whole run, and its type."""


def workers(trace: Trace, words: Words) -> pl.DataFrame:
    """How many AI workers there were and what they could do: a row a lab and reading."""
    served = pl.col("served_fraction").alias("workers_served_fraction")
    return table(trace, WorkersMetered, words).with_columns(served).select(*KEYS, *WORKERS)


def work(trace: Trace, words: Words) -> pl.DataFrame:
    """Who did the work on ideas: a row a lab and reading. What is of AI workers is null where a lab has none.

    The share that AI workers did is of this reading and the MONTHS - 1 before it.
    """
    labs = table(trace, LabMetered, words).sort(*KEYS, maintain_order=True)
    period = pl.col("time_days") - pl.col("time_days").shift(1, fill_value=0.0).over("lab")
    hands = (pl.col("hands_busy_fraction") * pl.col("n_people") * period).alias("people_days")
    theirs = table(trace, WorkersMetered, words).select(*KEYS, "worker_people_days")
    both = labs.select(*KEYS, hands).join(theirs, on=KEYS, how="left", maintain_order="left")
    theirs, peoples = (_recent(pl.col(name)) for name in ("worker_people_days", "people_days"))
    return both.with_columns(automated_work_fraction=share(theirs, theirs + peoples)).select(*KEYS, *WORK)


def _recent(days: pl.Expr) -> pl.Expr:
    """The sum of the last readings of a lab, without a running total that would gather rounding errors."""
    return sum((days.shift(n, fill_value=0.0).over("lab") for n in range(1, MONTHS)), start=days)


def verification(trace: Trace, words: Words) -> pl.DataFrame:
    """What became of automated work that was handed in: a row a lab and reading."""
    waiting = pl.col("n_waiting").alias("n_verification_waiting"), pl.col("waiting_days").alias("waiting_verifier_days")
    return table(trace, VerificationMetered, words).with_columns(waiting).select(*KEYS, *VERIFICATION)


def oversight(trace: Trace, words: Words) -> pl.DataFrame:
    """What is known of the models in use, and how well flaws are found: a row a lab and reading."""
    return table(trace, OversightMetered, words).select(*KEYS, *OVERSIGHT)


def automated_totals(trace: Trace, words: Words, leader: str | None) -> dict[str, float | int | None]:
    """TOTALS of a run: the building share is the leader's at the end, all else is of all labs; null where absent."""
    seen, checked = workers(trace, words), table(trace, VerificationMetered, words)
    row: dict[str, float | int | None] = dict.fromkeys(TOTALS)
    if not seen.is_empty():
        row |= _work_totals(trace, words)
        row["n_automated_teams"] = seen.select(pl.col("n_automated_teams").sum().over("time_days").max()).item()
        leaders = seen.filter(pl.col("lab").cast(pl.String) == leader).sort("time_days")
        row["building_automated_fraction"] = leaders.select(pl.col("building_automated_fraction").last()).item()
    if not checked.is_empty():
        row |= checked.select(pl.col("n_slipped").sum(), _verified()).row(0, named=True)
    return row


def _work_totals(trace: Trace, words: Words) -> dict[str, float | None]:
    """Shares of the work of labs that have AI workers and of those that have none, all together."""
    total = work(trace, words).select(pl.col("people_days", "worker_people_days").sum())
    theirs = pl.col("worker_people_days")
    fraction = share(theirs, theirs + pl.col("people_days")).alias("automated_work_fraction")
    return total.select("worker_people_days", fraction).row(0, named=True)


def _verified() -> pl.Expr:
    looked_at = pl.col("n_passed").sum() + pl.col("n_refuted").sum()
    return share(looked_at, pl.sum_horizontal(pl.col(*SETTLED).sum())).alias("verified_fraction")
