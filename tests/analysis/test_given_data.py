import numpy as np
import pytest

from simlab.analysis.given_data import bins_of, first_order, given_data
from simlab.sweep.designs.latin_hypercube import samples


def lhs(n, d, seed=1):
    names = [f"x{i + 1}" for i in range(d)]
    return np.array([[row[name] for name in names] for row in samples(seed, names, n)]), names


def ishigami(draws):
    x = np.pi * (2.0 * draws - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def table_of(draws, values, names):
    return given_data(draws, values, names, [0] * len(names), [True] * len(names))


def row(table, factor):
    return table.filter(factor=factor).row(0, named=True)


def test_ishigamis_first_order_indices_come_out_of_a_plain_sample():
    draws, names = lhs(4096, 3)
    table = table_of(draws, ishigami(draws), names)
    for name, true in zip(names, (0.3139, 0.4424, 0.0), strict=True):
        assert row(table, name)["first_order"] == pytest.approx(true, abs=0.03)
    assert row(table, "x2")["stands_out"]
    # Its mean goes up and down with x2: no direction, which is why the index is there.
    assert abs(row(table, "x2")["rank_correlation"]) < row(table, "x2")["rank_floor"]
    assert not row(table, "x3")["stands_out"]


def test_a_factor_without_effect_has_an_index_of_zero_on_average():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(48, 4000))
    found = first_order(bins_of(rng.random(48)), values)
    assert found.mean() == pytest.approx(0.0, abs=0.005)
    assert found.max() > 0.2  # and what luck alone can make of 48 runs


def test_hundreds_of_factors_and_few_runs_do_not_make_confident_nonsense():
    n_wrong = 0
    for repeat in range(20):
        draws, names = lhs(48, 330, seed=repeat)
        values = np.random.default_rng(repeat).normal(size=48)
        n_wrong += bool(table_of(draws, values, names)["stands_out"].any())
    assert n_wrong <= 4  # one is expected: 5 of 100


def test_a_strong_factor_stands_out_among_hundreds():
    draws, names = lhs(48, 330)
    values = 4.0 * draws[:, 7] + np.random.default_rng(0).normal(0.0, 0.4, size=48)
    table = table_of(draws, values, names)
    assert table.filter("stands_out")["factor"].to_list() == ["x8"]
    top = row(table, "x8")
    assert not top["is_partial"]
    assert top["rank_low"] < top["rank_correlation"] < top["rank_high"]


def test_partial_correlations_see_behind_other_factors():
    draws, names = lhs(200, 3)
    table = table_of(draws, 10.0 * draws[:, 0] - 1.0 * draws[:, 1], names)
    found = row(table, "x2")
    assert found["is_partial"]
    assert found["rank_correlation"] < -0.8
    assert abs(np.corrcoef(draws[:, 1], draws[:, 0] * 10 - draws[:, 1])[0, 1]) < 0.3


def test_rank_intervals_cover_the_truth_as_often_as_they_say():
    rho, hits = 0.5, []
    rank_rho = 6.0 / np.pi * np.arcsin(rho / 2.0)
    for repeat in range(200):
        x, e = np.random.default_rng(repeat).normal(size=(2, 30))
        draws = np.column_stack([x, np.random.default_rng(900 + repeat).random((30, 40))])
        table = table_of(draws, rho * x + np.sqrt(1 - rho**2) * e, [f"x{i}" for i in range(41)])
        found = row(table, "x0")
        hits.append(found["rank_low"] <= rank_rho <= found["rank_high"])
    assert np.mean(hits) == pytest.approx(0.9, abs=0.05)


def test_a_switch_has_its_options_as_bins_and_no_order():
    draws, names = lhs(300, 2)
    values = np.choose(np.floor(draws[:, 0] * 3).astype(int), [0.0, 5.0, 1.0]) + draws[:, 1]
    table = given_data(draws, values, names, [3, 0], [False, True])
    assert row(table, "x1")["rank_correlation"] is None
    assert row(table, "x1")["first_order"] > 0.9
    assert row(table, "x1")["stands_out"]


def test_a_grids_levels_are_its_bins():
    levels = np.repeat([0.125, 0.375, 0.625, 0.875], 16)
    assert np.unique(bins_of(levels)).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("value", "reason"), [(1.5, "the same in all runs"), (np.nan, "no run has this number")])
def test_what_is_not_defined_is_null_and_says_why(value, reason):
    draws, names = lhs(64, 2)
    table = table_of(draws, np.full(64, value), names)
    assert table["first_order"].to_list() == table["stands_out"].to_list() == [None, None]
    assert all(reason in why for why in table["reason"])


def test_samples_without_a_number_are_left_out():
    draws, names = lhs(256, 2)
    values = draws[:, 0].copy()
    values[:40] = np.nan
    table = table_of(draws, values, names)
    assert table["n_samples"].to_list() == [216, 216]
    assert row(table, "x1")["first_order"] > 0.95
