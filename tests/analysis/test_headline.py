import math
from datetime import date

import polars as pl
import pytest

from simlab.analysis.headline import growth, told_milestone

H = "horizon_50_minutes"
SCHEMA = ["run_id", "lab", "time_days", "date", "effective_flop", "algorithmic_gain_nats"]


def test_growth_is_told_in_decades_a_year_and_split_from_first_to_last(labs):
    rows = [
        ("r0", "leader", 0.0, date(2025, 1, 1), 1e25, 0.0),
        ("r0", "follower", 0.0, date(2025, 1, 1), 1e24, 0.0),
        ("r0", "leader", 730.5, date(2027, 1, 1), 1e27, math.log(10)),
        ("r0", "follower", 730.5, date(2027, 1, 1), 1e26, math.log(1000)),
    ]
    found = growth(labs(pl.DataFrame(rows, schema=SCHEMA, orient="row")))
    assert found is not None
    assert found.decades_per_year == pytest.approx(1.0)
    assert found.algorithm_fraction == pytest.approx(0.5)


def test_nothing_released_has_no_growth(labs):
    frame = pl.DataFrame([("r0", "leader", 1.0, date(2025, 1, 2), None, None)], schema=SCHEMA, orient="row")
    assert growth(labs(frame.with_columns(pl.col("effective_flop", "algorithmic_gain_nats").cast(pl.Float64)))) is None


def dates(*rows):
    schema = {"milestone": pl.String, "measure": pl.String, "p50_days": pl.Float64, "never_fraction": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_the_farthest_milestone_that_half_of_the_runs_reach_is_told():
    found = told_milestone(
        dates(
            ("now", H, 0.0, 0.0),
            ("soon", H, 50.0, 0.0),
            ("far", H, 900.0, 0.4),
            ("big", "run_flop", 2000.0, 0.1),
            ("never", H, None, 0.8),
        )
    )
    assert found is not None
    assert found["milestone"] == "far"


def test_where_no_median_is_ahead_the_likeliest_is_told():
    found = told_milestone(dates(("hard", H, None, 0.9), ("easier", H, None, 0.6)))
    assert found is not None
    assert found["milestone"] == "easier"
    assert told_milestone(dates()) is None
