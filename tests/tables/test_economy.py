"""What markets, treasuries, nations and levers did, as tables and as totals of a run."""

from datetime import date

import polars as pl
import pytest

from simlab.tables.economy import levers, nations, sectors, world
from simlab.tables.economy_totals import TOTALS, economy_totals, follower_lag_days
from simlab.tables.outcomes import outcome, outcome_schema
from simlab.tables.series import monthly_series
from simlab.trace import events as e
from simlab.trace.recorder import Trace

START = date(2025, 1, 1)
WORDS = {
    "lab": ("north", "south"),
    "area": ("data", "optimiser"),
    "nation": ("here", "there"),
    "sector": ("software", "care"),
    "lever": ("tax", "tax", "export_control"),
}
YEAR_DAYS = 365.25


@pytest.fixture
def words():
    return WORDS


@pytest.fixture
def economy(trace):
    """The trace of two labs, in a world of two nations and two sectors of work, over four clearings."""
    for quarter in range(4):
        day = 91.0 * quarter
        for nation, size in ((0, 300.0), (1, 100.0)):
            stock = size * (1 + quarter)
            held = stock / 2, stock / 4, 0.0
            power = 1.5 * stock, stock
            rent = 2.0 + nation
            trace.record(e.NationMetered(day, nation, size, 0.0, stock, 0.75 * stock, *held, *power, rent, 1.0))
        if quarter:
            made = 300.0, 400.0, 600.0, 0.0
            limits = 500.0, 400.0, 700.0
            trace.record(e.ChipsMetered(day, *made, *limits, 2e4, e.Scarce.PACKAGING))
    for month in range(1, 10):
        day = 30.0 * month
        spending = 1e11 * month
        trace.record(e.SpendingMetered(day, spending, 1e14, spending / 1e14, 0.02))
        for nation in (0, 1):
            for sector in (0, 1):
                shares = 0.5, 0.4, 0.03 * month
                trace.record(e.SectorMetered(day, nation, sector, *shares, 2e10, 1e9 * month, 2e3, 1e3))
    for month in (1, 2, 3):
        books = 5e8, 2e8, 3e8, 1e8, 0.0, 5e7, 1e7
        trace.record(e.MoneyMetered(30.0 * month, 0, *books, 4e6, 1.5e6, 900.0))
        trace.record(e.PriceMetered(30.0 * month - 1.0, 0, 1.5, 4.0, 0.6))
    return trace


def test_the_world_is_the_sum_of_its_nations(economy):
    table = world(economy, WORDS, START)
    assert table["time_days"].to_list() == [0.0, 91.0, 182.0, 273.0]
    assert table["date"][1] == date(2025, 4, 2)
    assert table["stock_h100e"].to_list() == [400.0, 800.0, 1200.0, 1600.0]
    assert table["power_mw"].to_list() == [600.0, 1200.0, 1800.0, 2400.0]
    by_nation = (
        nations(economy, WORDS, START).group_by("time_days").agg(stock=pl.col("stock_h100e").sum()).sort("time_days")
    )
    assert by_nation["stock"].to_list() == table["stock_h100e"].to_list()


def test_the_worlds_rent_is_weighted_by_what_is_installed(economy):
    assert world(economy, WORDS, START)["mean_rent_usd2025_per_h100e_hour"].to_list() == pytest.approx([2.25] * 4)


def test_chip_makers_are_told_from_their_first_reading_on(economy):
    table = world(economy, WORDS, START)
    assert table["scarce"].to_list() == [None, "packaging", "packaging", "packaging"]
    assert table["made_h100e"].to_list() == [None, 400.0, 400.0, 400.0]


def test_spending_is_that_of_the_reading_before(economy):
    table = world(economy, WORDS, START)
    assert table["spending_fraction"].to_list() == [None, 0.003, 0.006, 0.009]
    assert table["ceiling_fraction"].to_list() == [None, 0.02, 0.02, 0.02]


def test_sectors_are_told_every_third_reading(economy):
    table = sectors(economy, WORDS, START)
    assert table["time_days"].unique(maintain_order=True).to_list() == [30.0, 120.0, 210.0]
    assert table.height == 3 * 4
    assert table.row(0, named=True)["nation"] == "here"
    assert table["automated_fraction"].to_list()[::4] == pytest.approx([0.03, 0.12, 0.21])


def test_what_is_not_there_has_no_rows(trace):
    for table in (world, nations, sectors, levers):
        assert table(trace, WORDS, START).height == 0


def test_levers_are_told_by_their_kind(trace):
    trace.record(lever_pulled(100.0, 2))
    trace.record(lever_pulled(200.0, 1))
    table = levers(trace, WORDS, START)
    assert table["kind"].to_list() == ["export_control", "tax"]
    assert table["date"].to_list() == [date(2025, 4, 11), date(2025, 7, 20)]


def lever_pulled(day, number):
    """An act of a lever on nobody in particular, whatever other fields there are."""
    values = {"time_days": day, "lever": number, "amount": 1.0}
    return e.LeverPulled(*(values.get(name, -1) for name in e.LeverPulled._fields))


def test_the_series_has_the_books_of_labs_that_have_any(economy):
    series = monthly_series(economy, WORDS, START)
    north, south = (series.filter(lab=lab) for lab in WORDS["lab"])
    assert north["cash_usd2025"].to_list() == [5e8] * 3
    assert north["raised_usd2025"].to_list() == [3e8] * 3
    assert south["cash_usd2025"].null_count() == south.height


def test_a_price_reviewed_between_readings_is_that_of_the_next(economy):
    north = monthly_series(economy, WORDS, START).filter(lab="north")
    assert north["markup"].to_list() == [1.5] * 3
    assert north["customers_fraction"].to_list() == [0.6] * 3


def test_the_totals_are_how_things_stand_at_the_end(economy):
    row = economy_totals(economy, WORDS, YEAR_DAYS)
    assert row["stock_h100e"] == 1600.0
    assert row["installed_h100e"] == 1200.0
    assert row["rent_usd2025_per_h100e_hour"] == pytest.approx(2.25)
    assert row["spending_fraction"] == 0.009
    assert row["raised_usd2025"] == 9e8
    assert row["cash_usd2025"] == 5e8
    assert row["automated_wages_usd2025_per_year"] == 4 * 9e9
    assert row["automated_wages_fraction"] == pytest.approx(9 / 20)


def test_the_totals_are_null_where_there_is_nothing(trace, words):
    row = outcome(trace, words, {}, YEAR_DAYS)
    absent = set(TOTALS) - {"follower_lag_days", "landed_read_fraction", "landed_twice_fraction", "n_leaked"}
    absent -= {"n_codiscovered", "codiscovered_fraction"}
    assert {row[name] for name in absent} == {None}
    assert set(row) == set(outcome_schema({}))


def test_the_followers_lag_counts_from_the_day_somebody_stood_there(trace):
    # North begins with 1e26 and has 4e26 from day 50 on; south ends with the 1e26 that both begin with.
    assert follower_lag_days(trace, 90.0) == 90.0
    trace.record(model_like(trace, 70.0, 1, 3e26))
    assert follower_lag_days(trace, 90.0) == 40.0


def test_a_lab_alone_has_no_follower(trace):
    alone = Trace()
    alone.record(trace.of(e.ModelReleased)[0])
    assert follower_lag_days(alone, 90.0) is None


def model_like(trace, day, lab, effective_flop):
    return trace.of(e.ModelReleased)[0]._replace(time_days=day, lab=lab, generation=2, effective_flop=effective_flop)
