import polars as pl
import pytest

from simlab.analysis.clusters import mean_use


def test_use_is_weighted_by_capacity_and_then_by_run(labs):
    rows = [("a", "leader", 100.0, 1.0), ("a", "leader", 300.0, 0.0), ("b", "leader", 1.0, 0.75)]
    frame = pl.DataFrame(rows, schema=["run_id", "lab", "capacity_h100e", "utilisation_fraction"], orient="row")
    more = {name: pl.lit(0.1) for name in ("frontier_fraction", "experiments_fraction", "mean_queue_jobs")}
    found = mean_use(labs(frame.with_columns(**more))).row(0, named=True)
    assert found["utilisation_fraction"] == pytest.approx((0.25 + 0.75) / 2)
    assert found["n_runs"] == 2
