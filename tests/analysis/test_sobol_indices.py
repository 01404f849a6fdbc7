import numpy as np
import pytest

from simlab.analysis.sobol_indices import in_blocks, sobol_indices
from simlab.errors import StudyError
from simlab.scenario import DesignSpec
from simlab.scenario.design import Factor
from simlab.sweep.designs import points

A, B = 7.0, 0.1
NAMES = ("x1", "x2", "x3")


def ishigami(draws):
    x = np.pi * (2.0 * draws - 1.0)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def analytic():
    """First order and total of Ishigami's function (Ishigami and Homma 1990)."""
    first = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    second = A**2 / 8
    mixed = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = first + second + mixed
    return np.array([first, second, 0.0]) / variance, np.array([first + mixed, second, mixed]) / variance


def saltelli(n_blocks, names=NAMES, seed=3):
    """The draws of our own design, shape (n_points, n_factors)."""
    spec = DesignSpec("saltelli", tuple(Factor(name) for name in names))
    found = points(spec, seed, 0, n_blocks * (len(names) + 2))
    return np.array([[point.uniforms[name] for name in names] for point in found])


def column(table, name, names=NAMES):
    return np.array([table.filter(factor=factor)[name].item() for factor in names], dtype=float)


def indices(draws, values, names=NAMES, **more):
    return sobol_indices(in_blocks(draws, values), names, **more)


@pytest.fixture(scope="module")
def sample():
    draws = saltelli(4096)
    return draws, ishigami(draws)


def test_ishigamis_indices_are_the_analytic_ones(sample):
    table, (first, total) = indices(*sample), analytic()
    assert np.abs(column(table, "first_order") - first).max() < 0.02
    assert np.abs(column(table, "total") - total).max() < 0.02
    assert table["n_blocks"].to_list() == [4096] * 3


def test_every_interval_holds_its_estimate(sample):
    table = indices(*sample)
    for name, ends in (("first_order", "first"), ("total", "total")):
        assert (column(table, f"{ends}_low") < column(table, name)).all()
        assert (column(table, name) < column(table, f"{ends}_high")).all()


def test_salib_finds_the_same_in_the_same_sample(sample):
    from SALib.analyze import sobol

    draws, values = sample
    # SALib wants A, AB_1, ..., AB_d, B.
    theirs = values.reshape(-1, 5)[:, [0, 2, 3, 4, 1]].ravel()
    problem = {"num_vars": 3, "names": list(NAMES), "bounds": [[0, 1]] * 3}
    found = sobol.analyze(problem, theirs, calc_second_order=False, num_resamples=2)
    table = indices(draws, values)
    assert np.abs(column(table, "first_order") - found["S1"]).max() < 0.02
    assert np.abs(column(table, "total") - found["ST"]).max() < 0.02


def test_two_percent_of_failed_runs_move_no_total_index(sample):
    draws, values = sample
    whole = column(indices(draws, values), "total")
    for seed in range(5):
        is_failed = np.random.default_rng(seed).random(values.size) < 0.02
        table = indices(draws, np.where(is_failed, np.nan, values))
        assert np.abs(column(table, "total") - whole).max() < 0.02
        expected = 4096 * 0.98**3
        assert table["n_blocks"].to_list() == pytest.approx([expected] * 3, rel=0.02)


def test_a_failed_run_costs_only_the_factors_that_need_it():
    draws = saltelli(64)
    values = ishigami(draws)
    values[2] = np.nan  # AB of x1 in the first block
    assert column(indices(draws, values), "n_blocks").tolist() == [63, 64, 64]
    values[5] = np.nan  # A of the second
    assert column(indices(draws, values), "n_blocks").tolist() == [62, 63, 63]


def test_a_block_with_a_failed_run_is_as_if_it_had_never_been():
    draws = saltelli(64)
    values = ishigami(draws)
    without = indices(draws[5:], values[5:])
    values[0] = np.nan  # A of the first block
    assert column(indices(draws, values), "total") == pytest.approx(column(without, "total"), rel=1e-9)
    assert column(indices(draws, values), "first_order") == pytest.approx(column(without, "first_order"), rel=1e-9)


@pytest.mark.parametrize(
    ("values", "reason"),
    [(np.full(320, 4.2), "the same in all runs"), (np.full(320, np.nan), "no run has this number")],
)
def test_what_is_not_defined_is_null_and_says_why(values, reason):
    table = indices(saltelli(64), values)
    for name in ("first_order", "first_low", "first_high", "total", "total_low", "total_high"):
        assert table[name].to_list() == [None] * 3
    assert all(reason in why for why in table["reason"])


def test_a_rare_event_that_a_and_b_never_meet_has_no_index():
    draws = saltelli(16)
    values = np.zeros(len(draws))
    values[3] = 1.0
    table = indices(draws, values)
    assert table["total"].to_list() == table["first_high"].to_list() == [None] * 3
    assert all("A and B of the blocks" in why for why in table["reason"])


def test_a_handful_of_blocks_is_no_index():
    draws = saltelli(4)
    table = indices(draws, ishigami(draws))
    assert table["total"].to_list() == [None] * 3
    assert set(table["reason"]) == {"too few finished runs"}


def test_a_factor_without_effect_is_a_zero_with_no_reason():
    draws = saltelli(128)
    table = indices(draws, draws[:, 0])
    row = table.filter(factor="x3").row(0, named=True)
    assert (row["total"], row["reason"]) == (0.0, None)


def test_large_numbers_lose_no_digits():
    draws = saltelli(512)
    small = indices(draws, ishigami(draws))
    large = indices(draws, 1e12 + 1e3 * ishigami(draws))
    assert column(large, "total") == pytest.approx(column(small, "total"), abs=1e-6)


def test_intervals_cover_the_truth_as_often_as_they_say():
    weights = np.array([3.0, 2.0, 1.0])
    true = weights**2 / (weights**2).sum()
    hits = []
    for repeat in range(200):
        rng = np.random.default_rng(repeat)
        a, b = rng.random((2, 200, 3))
        own = np.eye(3, dtype=bool)
        mixed = np.where(own, b[:, None], a[:, None])
        draws = np.concatenate([a[:, None], b[:, None], mixed], axis=1).reshape(-1, 3)
        table = indices(draws, draws @ weights, n_resamples=200, seed=repeat)
        for ends in ("first", "total"):
            hits.append((column(table, f"{ends}_low") <= true) & (true <= column(table, f"{ends}_high")))
    assert np.mean(hits) == pytest.approx(0.9, abs=0.04)


def test_other_points_are_no_blocks():
    with pytest.raises(StudyError, match="not the Saltelli blocks"):
        in_blocks(np.random.default_rng(0).random((50, 3)), np.zeros(50))
