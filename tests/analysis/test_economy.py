"""The world around labs, over the runs: shares, sums over labs, twelve months of money."""

from datetime import date, timedelta

import polars as pl
import pytest

from simlab.analysis.economy import (
    SCARCE,
    WORLD,
    has,
    money_bands,
    names,
    nation_bands,
    nation_shares,
    scarce_shares,
    spending_bands,
    supply_bands,
    world_bands,
)

START = date(2025, 1, 1)
NATIONS = pl.Enum(["here", "there"])


def on(days):
    return START + timedelta(days=days)


@pytest.fixture
def nations():
    """Two runs of two nations; all of the second run's compute goes over to `there`."""
    rows = [
        {"run_id": run, "time_days": day, "date": on(day), "nation": nation, "installed_h100e": size}
        for run, sizes in {"a": (3.0, 1.0, 3.0, 1.0), "b": (30.0, 10.0, 0.0, 80.0)}.items()
        for (day, nation), size in zip([(d, n) for d in (0.0, 91.0) for n in ("here", "there")], sizes, strict=True)
    ]
    return pl.DataFrame(rows).with_columns(pl.col("nation").cast(NATIONS))


def test_a_nations_share_is_taken_in_each_run_and_then_averaged(nations):
    shares = nation_shares(nations, "installed_h100e")
    assert shares["here_fraction"].to_list() == pytest.approx([0.75, 0.375])
    assert shares["there_fraction"].to_list() == pytest.approx([0.25, 0.625])
    assert (names(nations), shares["n_runs"].to_list()) == (["here", "there"], [2, 2])


def test_nations_have_bands_of_their_own(nations):
    fans = nation_bands(nations, "installed_h100e").filter(pl.col("nation") == "there")
    assert fans["p50"].to_list() == pytest.approx([5.5, 40.5])


def test_what_was_scarce_is_a_share_of_the_runs_that_tell():
    rows = [("a", 0.0, None), ("b", 0.0, None), ("a", 91.0, "wafers"), ("b", 91.0, "memory"), ("a", 182.0, "orders")]
    world = pl.DataFrame(rows, schema=["run_id", "time_days", "scarce"], orient="row")
    world = world.with_columns(date=pl.lit(START) + pl.duration(days=pl.col("time_days")))
    shares = scarce_shares(world)
    assert shares.height == 2
    assert shares.row(0, named=True)["wafers_fraction"] == shares.row(0, named=True)["memory_fraction"] == 0.5
    assert shares["n_runs"].to_list() == [2, 1]
    for row in shares.select(f"{what}_fraction" for what in SCARCE).iter_rows():
        assert sum(row) == pytest.approx(1.0)


def test_what_no_run_has_is_not_there():
    world = pl.DataFrame({"time_days": [0.0], "date": [START], "spending_fraction": [None]})
    assert not has(world, "spending_fraction")
    assert not has(pl.DataFrame(), "spending_fraction")
    assert world_bands(world, WORLD) == {}
    assert spending_bands(world) == {}


def test_spending_is_told_beside_each_runs_own_ceiling():
    moment = {"run_id": ["a", "b"], "time_days": [0.0, 0.0], "date": [START, START]}
    world = pl.DataFrame(moment | {"spending_fraction": [0.01, 0.03], "ceiling_fraction": [0.02, 0.1]})
    assert spending_bands(world)["filled_fraction"]["p50"].to_list() == pytest.approx([0.4])


def test_money_is_of_twelve_months_and_of_all_labs_with_books():
    rows = [
        {
            "run_id": run,
            "lab": lab,
            "time_days": 30.0 * n,
            "date": on(30.0 * n),
            "period_days": 30.0,
            "cash_usd2025": None if lab == "academia" else 1.0,
            "revenue_usd2025": None if lab == "academia" else 10.0,
            "raised_usd2025": 365.25 if lab == "leader" and n == 8 else 0.0,
            "rent_usd2025": 0.0,
            "wages_usd2025": 0.0,
        }
        for run in ("a", "b")
        for lab in ("leader", "follower", "academia")
        for n in range(1, 25)
    ]
    fans = money_bands(pl.LazyFrame(rows))
    assert fans["revenue_usd2025_per_year"].height == 13
    assert fans["revenue_usd2025_per_year"]["p50"].to_list() == pytest.approx([20.0 * 365.25 / 30.0] * 13)
    raised = fans["raised_usd2025_per_year"]["p50"].to_list()
    assert raised == pytest.approx([365.25 * 365.25 / 360.0] * 8 + [0.0] * 5)


def test_what_has_no_power_is_a_share_of_each_runs_own_stock():
    rows = [("a", 10.0, 10.0), ("b", 10.0, 5.0), ("c", 1000.0, 900.0), ("d", 0.0, 0.0)]
    world = pl.DataFrame(rows, schema=["run_id", "stock_h100e", "installed_h100e"], orient="row")
    found = supply_bands(world.with_columns(time_days=0.0, date=pl.lit(START)))["unpowered_fraction"]
    assert found["p50"].to_list() == pytest.approx([0.1])
    assert found["n_runs"].to_list() == [3]
