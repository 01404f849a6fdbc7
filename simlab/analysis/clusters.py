"""Use of the machines, and the queue in front of them."""

import polars as pl

from simlab.analysis.fans import lab_fans

MEASURES = ("utilisation_fraction", "mean_queue_jobs", "capacity_h100e")
"""What is shown of a cluster: share of its H100e held, mean number of waiting jobs, its size."""


def cluster_bands(series: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    """For each of MEASURES the bands over the runs, per lab and month (see `simlab.analysis.fans.bands`)."""
    return {measure: lab_fans(series, measure) for measure in MEASURES}


def mean_use(series: pl.LazyFrame) -> pl.DataFrame:
    """A row a lab: utilisation, and the shares of capacity held by frontier runs and experiments.

    Weighted by capacity within each run, then averaged over the runs.
    """
    shares = ("utilisation_fraction", "frontier_fraction", "experiments_fraction")
    capacity = pl.col("capacity_h100e")
    weighted = [((pl.col(share) * capacity).sum() / capacity.sum()).alias(share) for share in shares]
    weighted.append(pl.col("mean_queue_jobs").mean())
    rows = series.select("run_id", "lab", "capacity_h100e", "mean_queue_jobs", *shares).filter(capacity > 0).collect()
    per_run = rows.group_by("run_id", "lab", maintain_order=True).agg(weighted)
    means = pl.col(*shares, "mean_queue_jobs").mean()
    return per_run.group_by("lab", maintain_order=True).agg(pl.len().alias("n_runs"), means).sort("lab")
