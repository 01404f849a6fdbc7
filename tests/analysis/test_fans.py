from datetime import date

import polars as pl

from simlab.analysis.fans import BANDS, frontier_fan, lab_fans


def series(rows):
    return pl.DataFrame(rows, schema=["run_id", "lab", "time_days", "date", "gain"], orient="row")


def test_bands_of_0_to_100_are_their_own_percent(labs):
    rows = [(f"r{n}", "leader", 30.0, date(2025, 1, 31), float(n)) for n in range(101)]
    fan = frontier_fan(labs(series(rows)), "gain")
    assert fan.select(BANDS).row(0) == (10.0, 25.0, 50.0, 75.0, 90.0)
    assert fan["n_runs"].to_list() == [101]


def test_the_frontier_is_the_best_lab_of_each_run_and_month(labs):
    months = [(30.0, date(2025, 1, 31)), (60.0, date(2025, 3, 2))]
    values = {("leader", 30.0): 3.0, ("follower", 30.0): 1.0, ("leader", 60.0): 3.0, ("follower", 60.0): 5.0}
    rows = [("r0", lab, days, day, values[lab, days]) for days, day in months for lab in ("leader", "follower")]
    assert frontier_fan(labs(series(rows)), "gain")["p50"].to_list() == [3.0, 5.0]


def test_a_run_without_a_model_yet_is_in_no_quantile_and_is_not_counted(labs):
    rows = [("r0", "leader", 30.0, date(2025, 1, 31), None), ("r1", "leader", 30.0, date(2025, 1, 31), 7.0)]
    fan = frontier_fan(labs(series(rows)), "gain")
    assert fan.select("n_runs", "p10", "p90").row(0) == (1, 7.0, 7.0)


def test_labs_keep_the_scenarios_order(labs):
    rows = [("r0", lab, 30.0, date(2025, 1, 31), 1.0) for lab in ("zeta", "alpha")]
    assert lab_fans(labs(series(rows)), "gain")["lab"].to_list() == ["zeta", "alpha"]
