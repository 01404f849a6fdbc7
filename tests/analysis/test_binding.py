from datetime import date

import polars as pl
import pytest

from simlab.analysis.binding import STAGES, life_shares, stage_shares
from simlab.analysis.study import TOTAL


def reading(run, lab, day, **days):
    return {"run_id": run, "lab": lab, "date": day} | {f"{stage}_days": days.get(stage, 0.0) for stage in STAGES}


def shares_of(table, lab):
    return table.filter(pl.col("lab") == lab).row(0, named=True)


def test_a_run_with_many_ideas_weighs_no_more_than_one_with_few(labs):
    day = date(2025, 2, 1)
    rows = [reading("busy", "leader", day, thinking=1000.0), reading("quiet", "leader", day, running=1.0)]
    shares = shares_of(life_shares(labs(pl.DataFrame(rows))), "leader")
    assert (shares["thinking_fraction"], shares["running_fraction"]) == (0.5, 0.5)


def test_within_a_run_days_add_up_over_the_labs(labs):
    day = date(2025, 2, 1)
    rows = [reading("r0", "leader", day, thinking=30.0), reading("r0", "academia", day, waiting_compute=10.0)]
    shares = shares_of(life_shares(labs(pl.DataFrame(rows))), TOTAL)
    assert (shares["thinking_fraction"], shares["waiting_compute_fraction"]) == (0.75, 0.25)


def test_shares_sum_to_one(labs):
    rows = [
        reading(f"r{n}", lab, date(2025, month, 1), **{stage: float(n + place) for place, stage in enumerate(STAGES)})
        for n in range(5)
        for lab in ("leader", "follower")
        for month in range(2, 12)
    ]
    table = stage_shares(labs(pl.DataFrame(rows)))
    sums = table.select(pl.sum_horizontal(f"{stage}_fraction" for stage in STAGES)).to_series()
    assert sums.to_list() == pytest.approx([1.0] * table.height)
    assert table["lab"].unique(maintain_order=True).to_list() == [TOTAL, "leader", "follower"]


def test_the_reading_of_the_first_of_april_tells_about_the_first_quarter(labs):
    rows = [
        reading("r0", "leader", date(2025, 4, 1), thinking=1.0),
        reading("r0", "leader", date(2025, 5, 1), running=1.0),
    ]
    table = stage_shares(labs(pl.DataFrame(rows))).filter(pl.col("lab") == "leader")
    assert table["quarter"].to_list() == [date(2025, 1, 1), date(2025, 4, 1)]


def test_a_quarter_without_ideas_is_no_share(labs):
    rows = [reading("r0", "leader", date(2025, 2, 1)), reading("r1", "leader", date(2025, 2, 1), reading=2.0)]
    shares = shares_of(stage_shares(labs(pl.DataFrame(rows))), "leader")
    assert (shares["n_runs"], shares["reading_fraction"]) == (1, 1.0)


def test_the_wait_for_a_verifier_is_taken_out_of_the_wait_for_people(labs):
    rows = [reading("r0", "leader", date(2025, 2, 1), waiting_people=30.0, waiting_verifier=20.0, running=10.0)]
    shares = shares_of(life_shares(labs(pl.DataFrame(rows))), "leader")
    assert (shares["waiting_people_fraction"], shares["waiting_verifier_fraction"]) == (0.25, 0.5)


@pytest.mark.parametrize("nobody", [pl.lit(None, pl.Float64).alias("waiting_verifier_days"), None])
def test_where_nobody_verifies_all_of_it_is_for_people(labs, nobody):
    rows = pl.DataFrame([reading("r0", "leader", date(2025, 2, 1), waiting_people=30.0)]).drop("waiting_verifier_days")
    shares = shares_of(life_shares(labs(rows if nobody is None else rows.with_columns(nobody))), "leader")
    assert (shares["waiting_people_fraction"], shares["waiting_verifier_fraction"]) == (1.0, 0.0)
