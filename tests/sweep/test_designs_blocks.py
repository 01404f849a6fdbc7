"""Saltelli's blocks and Morris's trajectories: what analyses are promised of them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.scenario import DesignSpec
from simlab.scenario.design import MORRIS, SALTELLI, Factor
from simlab.sweep.designs import block_size, changed_factor, n_points, points

FACTORS = (Factor("x"), Factor("switch", 3), Factor("held", is_held=True), Factor("y"), Factor("z"))
FREE = {"x": 0, "switch": 3, "y": 0, "z": 0}


def blocks(spec, seed, n):
    """For each block the draws of its points and what changed in them, "" where nothing did."""
    size = block_size(spec)
    rows = [point.uniforms for point in points(spec, seed, 0, n_points(spec, n))]
    changed = [changed_factor(spec, seed, number) or "" for number in range(len(rows))]
    return [(rows[i : i + size], changed[i : i + size]) for i in range(0, len(rows), size)]


def differing(one, other):
    return [path for path in one if one[path] != other[path]]


@given(st.integers(0, 2**32))
def test_a_saltelli_block_is_a_b_and_a_with_each_draw_of_b(seed):
    for (a, b, *mixed), changed in blocks(DesignSpec(SALTELLI, FACTORS), seed, 8):
        assert changed == ["", "", *FREE]
        assert mixed == [{**a, path: b[path]} for path in FREE]
        assert differing(a, b) == list(FREE)


def test_columns_of_a_and_b_are_stratified_and_uncorrelated():
    found = blocks(DesignSpec(SALTELLI, FACTORS), 3, 256)
    table = np.array([[*a.values(), *b.values()] for (a, b, *_), _ in found])
    assert (np.sort(np.floor(table * 256), axis=0) == np.arange(256)[:, None]).all()
    assert np.abs(np.asarray(np.corrcoef(table.T))[np.triu_indices(8, 1)]).max() < 0.05


def ishigami(u):
    x = np.pi * (2.0 * u - 1.0)
    return np.sin(x[..., 0]) + 7.0 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


@pytest.mark.parametrize(("n", "tolerance"), [(256, 0.05), (4096, 0.005)])
def test_jansens_estimators_find_ishigamis_indices_on_saltellis_blocks(n, tolerance):
    spec = DesignSpec(SALTELLI, (Factor("x"), Factor("y"), Factor("z")))
    draws = np.array([list(point.uniforms.values()) for point in points(spec, 1, 0, n_points(spec, n))])
    outcome = ishigami(draws).reshape(n, 5)
    a, b, mixed = outcome[:, 0], outcome[:, 1], outcome[:, 2:]
    variance = np.var(outcome[:, :2])
    first = 1.0 - ((b[:, None] - mixed) ** 2).mean(axis=0) / (2.0 * variance)
    total = ((a[:, None] - mixed) ** 2).mean(axis=0) / (2.0 * variance)
    assert first == pytest.approx(ISHIGAMI_FIRST, abs=tolerance)
    assert total == pytest.approx(ISHIGAMI_TOTAL, abs=tolerance)


@given(st.integers(0, 2**32), st.sampled_from([2, 4, 6, 10]))
def test_a_trajectory_changes_each_factor_once_a_number_by_half_a_switch_to_another_option(seed, n_levels):
    for rows, changed in blocks(DesignSpec(MORRIS, FACTORS, n_levels), seed, 4):
        assert changed[0] == ""
        assert sorted(changed[1:]) == sorted(FREE)
        for before, after, path in zip(rows[:-1], rows[1:], changed[1:], strict=True):
            assert differing(before, after) == [path]
            if FREE[path]:
                assert int(before[path] * FREE[path]) != int(after[path] * FREE[path])
            else:
                assert abs(after[path] - before[path]) == pytest.approx(0.5)


def test_trajectories_start_on_every_level_and_option_go_both_ways_and_in_every_order():
    found = blocks(DesignSpec(MORRIS, FACTORS), 1, 1200)
    starts, ends = ([rows[place] for rows, _ in found] for place in (0, -1))
    assert_even(Counter(start["x"] for start in starts), [0.125, 0.375, 0.625, 0.875])
    assert_even(Counter(end["x"] for end in ends), [0.125, 0.375, 0.625, 0.875])
    moves = [(int(start["switch"] * 3), int(end["switch"] * 3)) for start, end in zip(starts, ends, strict=True)]
    assert_even(Counter(moves), [(one, other) for one in range(3) for other in range(3) if one != other])
    assert_even(Counter(changed[1] for _, changed in found), list(FREE))
    assert_even(Counter(start["x"] < end["x"] for start, end in zip(starts, ends, strict=True)), [False, True])
    both = Counter((start["x"] < 0.5, start["y"] < 0.5) for start in starts)
    assert_even(both, [(one, other) for one in (False, True) for other in (False, True)])


def assert_even(counts, expected):
    """Each of `expected` was met, nothing else, and all about as often."""
    assert set(counts) == set(expected)
    fair = sum(counts.values()) / len(expected)
    assert max(abs(count - fair) for count in counts.values()) < 5.0 * np.sqrt(fair)


def test_a_switch_with_one_option_stays_where_it_is():
    ((rows, changed),) = blocks(DesignSpec(MORRIS, (Factor("a"), Factor("only", 1))), 1, 1)
    assert {row["only"] for row in rows} == {0.5}
    assert sorted(changed[1:]) == ["a", "only"]


def test_the_order_of_turns_among_old_factors_outlives_a_new_one():
    few, more = (DesignSpec(MORRIS, (*FACTORS, *new)) for new in ((), (Factor("new"),)))
    for (_, old), (_, now) in zip(blocks(few, 1, 20), blocks(more, 1, 20), strict=True):
        assert [path for path in now if path != "new"] == old


def test_elementary_effects_of_a_line_are_its_slopes():
    slopes = {"x": 2.0, "switch": 0.0, "y": -3.0, "z": 0.5}
    for rows, changed in blocks(DesignSpec(MORRIS, FACTORS), 5, 6):
        outcomes = [sum(slopes[path] * draw for path, draw in row.items()) for row in rows]
        for i, path in enumerate(changed[1:], 1):
            step = rows[i][path] - rows[i - 1][path]
            assert (outcomes[i] - outcomes[i - 1]) / step == pytest.approx(slopes[path])
