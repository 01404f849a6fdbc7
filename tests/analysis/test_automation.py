import math
from datetime import date

import polars as pl
import pytest

from simlab.analysis.automation import AUTOMATED, PARTS, automation_bands, is_known, leading, plan_shares

DAYS = {30.0: date(2025, 2, 1), 60.0: date(2025, 3, 2), 120.0: date(2025, 5, 1)}


def row(run, lab, days, effective, share=None, **plan):
    keys = {"run_id": run, "lab": lab, "time_days": days, "date": DAYS[days], "effective_flop": effective}
    shares = {f"plan_{part}_fraction": plan.get(part, 0.0) for part in PARTS}
    return keys | dict.fromkeys(AUTOMATED, share) | shares


def frame(labs, *rows):
    return labs(pl.DataFrame(rows, infer_schema_length=None))


def test_the_leading_lab_is_the_one_with_the_best_model_of_the_month(labs):
    series = frame(
        labs,
        row("r0", "leader", 30.0, 2e26),
        row("r0", "follower", 30.0, 1e26),
        row("r0", "leader", 60.0, 2e26),
        row("r0", "follower", 60.0, 3e26),
        row("r1", "leader", 60.0, 9e26),
        row("r1", "follower", 60.0, 8e26),
    )
    found = leading(series).sort("run_id", "time_days").collect()
    assert found.select("run_id", "lab").rows() == [("r0", "leader"), ("r0", "follower"), ("r1", "leader")]


def test_of_equal_labs_one_leads(labs):
    series = frame(labs, row("r0", "leader", 30.0, 1e26), row("r0", "follower", 30.0, 1e26))
    assert leading(series).collect()["lab"].to_list() == ["leader"]


def test_the_bands_are_those_of_the_leading_lab(labs):
    rows = [row(f"r{n}", "leader", 30.0, 2e26, n / 100) for n in range(101)]
    rows += [row(f"r{n}", "follower", 30.0, 1e26, 1.0) for n in range(101)]
    fans = automation_bands(frame(labs, *rows))
    assert set(fans) == set(AUTOMATED)
    assert fans["building_automated_fraction"].select("p10", "p50", "p90").row(0) == pytest.approx((0.1, 0.5, 0.9))


def test_a_plan_is_averaged_over_runs_and_the_months_of_a_quarter(labs):
    rows = [
        row("r0", "leader", 30.0, 1e26, frontier=0.5, customers=0.5),
        row("r0", "leader", 60.0, 1e26, frontier=0.3, customers=0.7),
        row("r1", "leader", 30.0, 1e26, frontier=0.9, workers=0.1),
        row("r1", "leader", 60.0, 1e26, frontier=0.9, workers=0.1),
        row("r0", "leader", 120.0, 1e26, experiments=1.0),
    ]
    shares = plan_shares(frame(labs, *rows))
    assert shares["quarter"].to_list() == [date(2025, 1, 1), date(2025, 4, 1)]
    assert shares["n_runs"].to_list() == [2, 1]
    first = shares.row(0, named=True)
    assert first["frontier_fraction"] == pytest.approx((0.5 + 0.3 + 0.9 + 0.9) / 4)
    assert first["customers_fraction"] == pytest.approx(1.2 / 4)
    for quarter in shares.iter_rows(named=True):
        assert math.fsum(quarter[f"{part}_fraction"] for part in PARTS) == pytest.approx(1.0)


def test_a_lab_that_only_does_research_has_no_plan_to_show(labs):
    rows = [row("r0", "leader", 30.0, 1e26, frontier=0.5, workers=0.5)]
    rows += [row("r0", "academia", 30.0, 1e24, frontier=0.5, experiments=0.5)]
    assert plan_shares(frame(labs, *rows))["lab"].to_list() == ["leader"]


def test_a_room_is_known_by_a_number_of_any_lab(labs):
    series = frame(labs, row("r0", "leader", 30.0, 1e26, 0.1), row("r0", "academia", 30.0, 1e24))
    assert is_known(series, "building_automated_fraction")
    assert not is_known(series.filter(pl.col("lab") == "academia"), "building_automated_fraction")
    assert not is_known(series, "a_column_of_other_years")
