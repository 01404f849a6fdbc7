"""What all designs have in common: they grow without moving a point, and their points are addressed by number."""

import tracemalloc
from contextlib import contextmanager
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.errors import StudyError
from simlab.scenario import DesignSpec
from simlab.scenario.design import GRID, KINDS, LATIN_HYPERCUBE, MORRIS, ONE_AT_A_TIME, SALTELLI, SOBOL, Factor
from simlab.sweep.designs import block_size, changed_factor, latin_hypercube, n_points, point, points

FACTORS = (Factor("b"), Factor("switch", 3), Factor("a"), Factor("pair", 2))
GROWING = (LATIN_HYPERCUBE, SOBOL, SALTELLI, MORRIS)
KNOWN = {
    LATIN_HYPERCUBE: [[0.5333900661062216, 0.766314141525072], [0.8481503664370393, 0.5925662005756749]],
    SOBOL: [[0.9293258968973532, 0.6294987675501034], [0.42932589689735323, 0.12949876755010337]],
    SALTELLI: [[0.9049996108515188, 0.4649592967471108], [0.03771210403647274, 0.9762457219185308]],
    MORRIS: [[0.625, 0.8333333333333334], [0.125, 0.8333333333333334]],
}
REPEATED = (GRID, ONE_AT_A_TIME)


def spec_of(kind, *more):
    return DesignSpec(kind, (*FACTORS, *more))


@contextmanager
def small_pieces(n_cells):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(point, "CELLS_AT_ONCE", n_cells)
        patch.setattr(latin_hypercube, "CELLS_AT_ONCE", n_cells)
        yield


def whole(spec, seed=1, n=32):
    return list(points(spec, seed, 0, n_points(spec, n)))


def columns(spec, path, seed=1, n=32):
    """The draws of a factor, by block, without the points that are there because of another factor."""
    keep = [changed_factor(spec, seed, number) in {None, path} for number in range(n_points(spec, n))]
    return [row.uniforms[path] for row, is_kept in zip(whole(spec, seed, n), keep, strict=True) if is_kept]


@pytest.mark.parametrize("kind", GROWING)
def test_a_design_of_256_begins_with_that_of_128_bit_for_bit(kind):
    spec = spec_of(kind)
    assert whole(spec, n=256)[: n_points(spec, 128)] == whole(spec, n=128)


@pytest.mark.parametrize("kind", REPEATED)
def test_a_design_without_n_is_the_same_for_every_n(kind):
    assert n_points(spec_of(kind), 1) == n_points(spec_of(kind), 10**6) == len(whole(spec_of(kind)))


@given(st.sampled_from(KINDS), st.integers(0, 2**40), st.data())
def test_any_slice_is_the_slice_of_the_whole(kind, seed, data):
    spec = spec_of(kind)
    every = whole(spec, seed)
    begin = data.draw(st.integers(0, len(every)))
    end = data.draw(st.integers(begin, len(every)))
    assert list(points(spec, seed, begin, end)) == every[begin:end]


@given(st.lists(st.integers(0, 400), min_size=2, max_size=5).map(sorted))
@settings(max_examples=25)
def test_pieces_in_which_large_designs_are_made_do_not_show(cuts):
    with small_pieces(150):
        small = {kind: list(points(spec_of(kind), 3, cuts[0], cuts[-1])) for kind in GROWING}
    assert small == {kind: list(points(spec_of(kind), 3, cuts[0], cuts[-1])) for kind in GROWING}


@pytest.mark.parametrize("kind", GROWING)
def test_a_factor_at_the_end_moves_no_other(kind):
    few, more = spec_of(kind), spec_of(kind, Factor("aardvark"), Factor("z", 4))
    for factor in FACTORS:
        assert columns(few, factor.path) == columns(more, factor.path)


@pytest.mark.parametrize("kind", GROWING)
def test_holding_a_factor_moves_no_other(kind):
    held = DesignSpec(kind, tuple(f._replace(is_held=f.path == "switch") for f in FACTORS))
    assert all("switch" not in row.uniforms for row in whole(held))
    for path in ("a", "b", "pair"):
        assert columns(held, path) == columns(spec_of(kind), path)


@pytest.mark.parametrize("kind", GROWING)
def test_points_are_the_same_on_every_machine_and_with_every_release(kind):
    rows = points(DesignSpec(kind, (Factor("b"), Factor("switch", 3))), 1, 4, 6)
    assert [list(row.uniforms.values()) for row in rows] == KNOWN[kind]


@pytest.mark.parametrize("kind", GROWING)
def test_another_seed_draws_something_else(kind):
    assert columns(spec_of(kind), "a", seed=1) != columns(spec_of(kind), "a", seed=2)


@pytest.mark.parametrize("kind", GROWING)
def test_another_name_draws_something_else(kind):
    renamed = DesignSpec(kind, tuple(f._replace(path="c") if f.path == "a" else f for f in FACTORS))
    assert columns(renamed, "c") != columns(spec_of(kind), "a")


@pytest.mark.parametrize("kind", REPEATED)
def test_a_design_that_leaves_nothing_to_chance_is_the_same_for_all_seeds(kind):
    assert whole(spec_of(kind), seed=1) == whole(spec_of(kind), seed=2)


@pytest.mark.parametrize("kind", KINDS)
def test_draws_are_inside_the_unit_interval_and_in_the_order_of_the_file(kind):
    for uniforms, _ in whole(spec_of(kind), n=64):
        assert all(0.0 < draw < 1.0 for draw in uniforms.values())
        assert list(uniforms) == [factor.path for factor in FACTORS if factor.path in uniforms]


@pytest.mark.parametrize("kind", KINDS)
def test_points_of_a_block_share_their_luck_and_blocks_do_not(kind):
    spec = spec_of(kind)
    lucks = [row.luck for row in whole(spec)]
    assert lucks == [number // block_size(spec) for number in range(len(lucks))]
    assert n_points(spec, 32) % block_size(spec) == 0


def test_blocks_are_as_large_as_they_are_said_to_be():
    sizes = {kind: block_size(spec_of(kind)) for kind in KINDS}
    assert sizes == {
        LATIN_HYPERCUBE: 1,
        SOBOL: 1,
        GRID: 4 * 3 * 4 * 2,
        ONE_AT_A_TIME: 1 + 2 + 3 + 2 + 2,
        SALTELLI: 2 + 4,
        MORRIS: 1 + 4,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_design_in_which_all_is_held_has_points_without_draws(kind):
    held = DesignSpec(kind, tuple(f._replace(is_held=True) for f in FACTORS))
    for spec in (held, DesignSpec(kind, ())):
        assert {tuple(row.uniforms) for row in whole(spec)} == {()}


@pytest.mark.parametrize("kind", GROWING)
def test_many_points_take_no_more_memory_than_few(kind):
    spec = DesignSpec(kind, tuple(Factor(f"f{i}") for i in range(40)))
    list(points(spec, 1, 0, 1))  # modules and tables that are kept
    with small_pieces(2**15):
        tracemalloc.start()
        try:
            n_read = sum(1 for _ in points(spec, 1, 0, 20_000))
            peak_bytes = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert n_read == 20_000
    assert peak_bytes < 2e6, "the draws alone of all points are 6.4 MB, as dicts ten times that"


@pytest.mark.parametrize("kind", GROWING)
def test_a_point_far_down_needs_none_of_those_before(kind):
    far = points(spec_of(kind), 1, 10**6, 10**6 + 10)
    assert len(list(far)) == 10


@pytest.mark.parametrize("kind", REPEATED)
def test_a_number_past_the_end_is_refused(kind):
    spec = spec_of(kind)
    size = block_size(spec)
    assert len(list(points(spec, 1, size - 1, size))) == 1
    with pytest.raises(StudyError, match=f"no point {size}: this {kind} design has {size}"):
        points(spec, 1, size, size + 1)


@pytest.mark.parametrize(("kind", "most"), [(SOBOL, 21_201), (SALTELLI, 10_600)])
def test_too_many_factors_for_the_sequence_are_refused_before_anything_is_done(kind, most):
    def spec(n):
        return DesignSpec(kind, tuple(Factor(f"f{i}") for i in range(n)))

    (row,) = islice(points(spec(most), 1, 0, 1), 1)
    assert len(row.uniforms) == most
    for ask in (lambda: points(spec(most + 1), 1, 0, 1), lambda: n_points(spec(most + 1), 8)):
        with pytest.raises(
            StudyError, match=f"can have {most:,} factors, held ones included; this one has {most + 1:,}"
        ):
            ask()


def test_a_grid_beyond_all_means_is_refused():
    spec = DesignSpec(GRID, tuple(Factor(f"f{i}") for i in range(482)))
    with pytest.raises(StudyError, match=r"482 factors has about 10\^290 points"):
        n_points(spec, 1)


@pytest.mark.parametrize("n_levels", [-2, 0, 1, 3])
def test_odd_levels_are_refused_in_a_morris_design(n_levels):
    with pytest.raises(StudyError, match=f"even number of levels, 4 for example; this one has {n_levels}"):
        n_points(DesignSpec(MORRIS, FACTORS, n_levels), 1)


def test_a_grid_without_levels_is_refused():
    with pytest.raises(StudyError, match="at least 1 level"):
        n_points(DesignSpec(GRID, FACTORS, 0), 1)
