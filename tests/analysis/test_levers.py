"""What levers did and when."""

from datetime import date

import polars as pl

from simlab.analysis.levers import acts

COLUMNS = ["run_id", "policy", "time_days", "date", "lab", "lever", "amount", "nation", "kind"]


def pulled(*rows):
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    return frame.with_columns(pl.col("lab").cast(pl.String), pl.col("amount").cast(pl.Float64))


def row(run, year, lever=0, amount: float | None = 1.0, policy="cap", kind="tax"):
    return run, policy, 365.0 * (year - 2025), date(year, 1, 1), None, lever, amount, "here", kind


def test_a_lever_lasts_from_its_first_act_to_its_last():
    found = acts(pulled(row("a", 2027), row("a", 2029, amount=None)))
    assert found.height == 1
    told = found.row(0, named=True)
    assert (told["begins"], told["ends"], told["amount"]) == (date(2027, 1, 1), date(2029, 1, 1), 1.0)


def test_a_lever_that_acts_once_has_no_end():
    assert acts(pulled(row("a", 2027)))["ends"].to_list() == [None]


def test_dates_that_differ_between_runs_are_told_by_the_median():
    found = acts(pulled(*(row(run, year) for run, year in zip("abcde", (2026, 2027, 2028, 2029, 2033), strict=True))))
    told = found.row(0, named=True)
    assert (told["begins_p10"], told["begins"], told["begins_p90"]) == tuple(date(y, 1, 1) for y in (2026, 2028, 2033))
    assert told["n_runs"] == 5


def test_two_levers_of_a_kind_are_two_and_in_the_order_of_their_dates():
    found = acts(pulled(row("a", 2029, lever=0), row("a", 2027, lever=1), row("b", 2028, policy="more")))
    assert found["begins"].dt.year().to_list() == [2027, 2028, 2029]
    assert found["policy"].to_list() == ["cap", "more", "cap"]
