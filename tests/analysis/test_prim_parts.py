"""The steps of a search for boxes, each on its own."""

from math import comb

import numpy as np
import polars as pl
import pytest

from simlab.analysis.prim_chance import chance_of, half, likelihood_gain, screened, shuffled
from simlab.analysis.prim_levels import MOST_LEVELS, Runs, levels_of
from simlab.analysis.prim_peel import Region, paste, peel


def runs_of(columns, is_case, groups=None) -> Runs:
    factors = pl.DataFrame(columns)
    return Runs(levels_of(factors), np.asarray(is_case, bool), np.arange(factors.height) if groups is None else groups)


def test_the_binomial_tail_is_the_sum_of_its_terms():
    by_hand = sum(comb(20, k) * 0.3**k * 0.7 ** (20 - k) for k in range(11, 21))
    assert chance_of(np.array([11.0, 0.0]), 20, np.array([0.3, 0.3])) == pytest.approx([by_hand, 1.0])


def test_a_split_explains_as_much_as_its_likelihoods_say():
    by_hand = np.log(8 / 10) * 8 + np.log(2 / 10) * 2 + np.log(1 / 10) + np.log(9 / 10) * 9
    by_hand -= np.log(9 / 20) * 9 + np.log(11 / 20) * 11
    assert likelihood_gain(10, 8, 20, 9) == pytest.approx(by_hand)
    assert likelihood_gain(10, 1, 20, 9) == 0.0  # fewer cases inside than outside
    assert likelihood_gain(20, 9, 20, 9) == 0.0


def test_levels_hold_equally_many_runs_and_keep_their_order():
    values = np.random.default_rng(0).lognormal(size=10_000)
    (codes,) = levels_of(pl.DataFrame({"x": values})).codes
    assert np.ptp(np.bincount(codes)) <= 1
    assert np.bincount(codes).size == MOST_LEVELS
    assert (np.diff(codes[np.argsort(values)]) >= 0).all()


def test_equal_values_are_never_on_two_sides_of_a_cut():
    values = np.random.default_rng(0).integers(0, 400, 5_000).astype(float)
    (codes,) = levels_of(pl.DataFrame({"x": values})).codes
    assert all(np.unique(codes[values == value]).size == 1 for value in np.unique(values))


def test_each_peel_takes_the_slice_whose_loss_raises_the_density_most():
    rng = np.random.default_rng(1)
    columns = {"x": rng.random(300), "y": rng.random(300), "mode": rng.choice(["a", "b", "c"], 300)}
    is_case = (columns["x"] > 0.5) & (columns["mode"] != "c")
    runs = runs_of(columns, is_case)
    regions = list(peel(runs, 0.1, 10))
    densities = [is_case[region.inside(runs.levels)].mean() for region in regions]
    assert densities == sorted(densities)
    assert not regions[0].allowed
    cut = {"mode": is_case[columns["mode"] != "c"].mean()}
    for name in ("x", "y"):
        for side in (1, -1):
            kept = np.argsort(side * columns[name])[30:]
            cut[f"{name} {side}"] = is_case[kept].mean()
    rates = {name: (d - is_case.mean()) / (100 if name == "mode" else 30) for name, d in cut.items()}
    best = max(rates, key=lambda name: rates[name])
    assert densities[1] == pytest.approx(cut[best], abs=0.03)


def test_pasting_gives_back_what_raises_the_density_and_no_more():
    x = np.arange(100.0)
    is_case = (x >= 30) & (x < 60)
    runs = runs_of({"x": x, "y": x[::-1]}, is_case)
    narrow = Region({0: (x >= 20) & (x < 50)})
    wide = paste(narrow, runs, 0.05)
    inside = wide.inside(runs.levels)
    assert inside[20:60].all()
    assert inside.sum() <= 42


def test_the_screen_keeps_what_tells_most_alone():
    rng = np.random.default_rng(2)
    columns = {f"x{i}": rng.random(400) for i in range(60)} | {"mode": rng.choice(["a", "b"], 400)}
    is_case = (abs(columns["x37"] - 0.5) < 0.2) | (columns["mode"] == "a")  # no trend in x37: only its middle
    kept = screened(runs_of(columns, is_case), 5)
    names = [scale.name for scale in kept.levels.scales]
    assert len(names) == 5
    assert {"x37", "mode"} <= set(names)


def test_shuffles_keep_the_outcomes_of_a_group_together():
    groups = np.repeat(np.arange(50), 4)
    is_case = np.repeat(np.arange(50) < 20, 4)
    order = np.random.default_rng(3).permutation(200)
    runs = runs_of({"x": np.arange(200.0)}, is_case[order], groups[order])
    other = shuffled(runs, np.random.default_rng(4))
    shares = [other.is_case[runs.groups == group].mean() for group in range(50)]
    assert sorted(set(shares)) == [0.0, 1.0]
    assert sum(shares) == 20
    assert not np.array_equal(other.is_case, runs.is_case)


def test_a_half_has_half_of_the_groups_whole():
    groups = np.repeat(np.arange(10), 3)
    found = half(runs_of({"x": np.arange(30.0)}, np.arange(30) < 15, groups), np.random.default_rng(0))
    assert found.n_runs == 15
    assert (np.bincount(found.groups)[np.unique(found.groups)] == 3).all()
