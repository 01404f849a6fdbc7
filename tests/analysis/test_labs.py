"""How far the second lab is behind, and where ideas came from."""

from datetime import date, timedelta

import polars as pl
import pytest

from simlab.analysis.labs import WAYS, lag_bands, lags, origin_shares, quantiles

START = date(2025, 1, 1)


def series(labs):
    rows = [
        {
            "run_id": "a",
            "lab": lab,
            "time_days": 30.0 * n,
            "date": START + timedelta(days=30 * n),
            "effective_flop": value,
        }
        for lab, path in labs.items()
        for n, value in enumerate(path, 1)
    ]
    return pl.LazyFrame(rows)


def test_the_lag_is_the_time_since_the_frontier_stood_there():
    found = lags(series({"north": [2.0, 4.0, 8.0, 16.0], "south": [1.0, 3.0, 4.0, 8.0]}))
    # South's 1 is below all that the frontier ever was; its 3 was passed this month; 4 and 8 a month ago.
    assert found["lag_days"].to_list() == [None, 0.0, 30.0, 30.0]


def test_the_frontier_may_change_hands():
    found = lags(series({"north": [1.0, 2.0, 2.0, 2.0], "south": [0.5, 1.5, 6.0, 9.0]}))
    assert found["lag_days"].to_list() == [None, 0.0, 30.0, 60.0]


def test_only_the_two_best_count():
    two = {"north": [2.0, 4.0, 8.0], "south": [1.0, 3.0, 4.0]}
    assert lags(series(two))["lag_days"].to_list() == lags(series(two | {"east": [0.1] * 3}))["lag_days"].to_list()


def test_a_lab_alone_has_no_lag():
    assert lag_bands(series({"north": [1.0, 2.0]})).is_empty()


def test_a_month_without_a_second_model_has_no_lag():
    found = lags(series({"north": [1.0, 2.0, 3.0], "south": [None, None, 2.0]}))
    assert found["time_days"].to_list() == [90.0]


def test_origins_are_shares_of_what_each_lab_kept(labs):
    frame = pl.DataFrame(
        {
            "run_id": ["a", "a", "a", "b"],
            "lab": ["north", "north", "south", "north"],
            "n_landed": [5, 5, 0, 4],
            "n_landed_read": [1, 1, 0, 0],
            "n_landed_twice": [2, 0, 0, 4],
        }
    )
    shares = origin_shares(labs(frame))
    assert shares["lab"].to_list() == ["north"]
    row = shares.row(0, named=True)
    assert [row[f"{way}_fraction"] for way in WAYS] == pytest.approx([0.3, 0.6, 0.1])
    assert (row["n_landed"], row["n_runs"]) == (7.0, 2)


def test_quantiles_of_what_no_run_has_are_none(outcomes):
    runs = outcomes(codiscovered_fraction=[0.1, 0.2, 0.3], nothing=[None, None, None])
    found = quantiles(runs, "codiscovered_fraction")
    assert found is not None
    assert found["p50"] == pytest.approx(0.2)
    assert quantiles(runs, "nothing") is None
    assert quantiles(runs, "unheard_of") is None
