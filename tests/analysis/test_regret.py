"""Regret by hand, and what holds of it whatever the numbers."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.analysis.regret import ALL_WORLDS, Preference, regret_table, regrets

SOONER = Preference("day_days", is_less=True, horizon_days=365.0)


def runs(*values, first=0):
    column = pl.Series("day_days", values, dtype=pl.Float64)
    samples = pl.Series("sample", range(first, first + len(values)), dtype=pl.Int64)
    return pl.DataFrame([samples, column]).with_columns(replicate=pl.lit(0, pl.Int64))


def of(table, alternative, world="w"):
    (row,) = table.filter(pl.col("alternative") == alternative, pl.col("world") == world).rows(named=True)
    return row


def test_regret_is_the_distance_from_the_best_in_each_future():
    world = {"w": {"a": runs(10.0, 50.0, 100.0), "b": runs(20.0, 20.0, 100.0)}}
    table = regret_table(world, [SOONER])
    a, b = of(table, "a"), of(table, "b")
    assert (a["mean_regret"], a["max_regret"], a["best_fraction"]) == (10.0, 30.0, pytest.approx(2 / 3))
    assert (b["mean_regret"], b["max_regret"], b["best_fraction"]) == (
        pytest.approx(10 / 3),
        10.0,
        pytest.approx(2 / 3),
    )


def test_what_is_better_is_the_analysts_choice():
    world = {"w": {"a": runs(10.0, 50.0), "b": runs(20.0, 20.0)}}
    later = regret_table(world, [SOONER._replace(is_less=False)])
    assert (of(later, "a")["max_regret"], of(later, "b")["max_regret"]) == (10.0, 30.0)


def test_a_milestone_not_reached_counts_as_then():
    table = regret_table({"w": {"a": runs(None, 400.0), "b": runs(300.0, 365.0)}}, [SOONER])
    assert (of(table, "a")["max_regret"], of(table, "a")["mean_regret"]) == (65.0, 32.5)


def test_nine_futures_in_ten_do_not_exceed_the_quantile():
    table = regret_table({"w": {"a": runs(*map(float, range(1, 11))), "b": runs(*[0.0] * 10)}}, [SOONER])
    assert of(table, "a")["p90_regret"] == 9.0


def test_only_futures_in_which_all_ended_well_count_and_the_others_are_counted():
    world = {"w": {"a": runs(10.0, 50.0, 70.0), "b": runs(20.0, 20.0)}}
    assert (
        of(regret_table(world, [SOONER]), "a")["n_futures"],
        of(regret_table(world, [SOONER]), "a")["n_left_out"],
    ) == (2, 1)
    table = regret_table(world | {"w": {"a": runs(1.0), "b": runs(1.0, first=5)}}, [SOONER])
    assert (of(table, "a")["n_futures"], of(table, "a")["max_regret"]) == (0, None)


def test_each_named_world_has_its_rows_and_all_together_one():
    worlds = {
        "calm": {"a": runs(10.0, 10.0), "b": runs(20.0, 20.0)},
        "storm": {"a": runs(90.0), "b": runs(30.0)},
    }
    table = regret_table(worlds, [SOONER])
    assert [of(table, "a", world)["max_regret"] for world in ("calm", "storm", ALL_WORLDS)] == [0.0, 60.0, 60.0]
    assert of(table, "b", ALL_WORLDS)["mean_regret"] == pytest.approx(20 / 3)
    assert of(table, "b", ALL_WORLDS)["n_futures"] == 3


values = st.one_of(st.none(), st.floats(0.0, 365.0))
futures = st.lists(st.tuples(values, values, values), min_size=1, max_size=12)


@given(futures, st.booleans())
def test_no_regret_is_negative_and_the_best_has_none(table, is_less):
    columns = dict(zip("abc", zip(*table, strict=True), strict=True))
    world = {"w": {name: runs(*column) for name, column in columns.items()}}
    found = regrets(world, SOONER._replace(is_less=is_less))
    assert (found["regret_amount"] >= 0).all()
    best = found.group_by("sample").agg(pl.col("regret_amount").min())
    assert best.height == len(table)
    assert (best["regret_amount"] == 0).all()


@given(futures, st.permutations("abc"))
def test_the_order_of_the_alternatives_changes_nothing(table, order):
    columns = dict(zip("abc", zip(*table, strict=True), strict=True))
    first = regret_table({"w": {name: runs(*column) for name, column in columns.items()}}, [SOONER])
    again = regret_table({"w": {name: runs(*columns[name]) for name in order}}, [SOONER])
    assert first.sort("alternative").equals(again.sort("alternative"))
