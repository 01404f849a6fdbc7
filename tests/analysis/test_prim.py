"""Boxes: what was planted is found, and where there is nothing, nothing is told."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from simlab.analysis.prim import Settings, find_boxes

SOME = Settings(n_shuffles=19, n_halves=6)


def made_up(seed, n_runs=1000, n_numbers=9):
    """Numbers, a list and two switches."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {f"x{i}": rng.lognormal(size=n_runs) for i in range(n_numbers)}
    columns["mode"] = rng.choice(["by_plan", "by_worth", "by_age"], n_runs)
    columns["place"] = rng.choice(["here", "there"], n_runs)
    columns["rungs"] = rng.integers(1, 7, n_runs)
    return pl.DataFrame(columns), rng


def planted(seed, n_runs=1000, n_numbers=9, wrong=0.01):
    """Cases where two numbers and a switch are right, with a few wrong answers."""
    factors, rng = made_up(seed, n_runs, n_numbers)
    truly = ((factors["x1"] > 0.8) & (factors["x4"] < 1.5) & (factors["mode"] != "by_worth")).to_numpy()
    return factors, truly, truly ^ (rng.random(n_runs) < wrong)


@pytest.mark.parametrize(("seed", "n_runs", "n_numbers"), [(0, 1000, 9), (1, 1000, 17), (2, 1500, 9), (3, 2000, 17)])
def test_a_planted_box_of_two_numbers_and_a_switch_is_found(seed, n_runs, n_numbers):
    factors, truly, is_case = planted(seed, n_runs, n_numbers)
    (box,) = find_boxes(factors, is_case, settings=SOME).boxes
    inside = box.inside(factors)
    assert {each.factor for each in box.restrictions} == {"x1", "x4", "mode"}
    assert box.coverage >= 0.9
    assert box.density >= 0.9
    assert (inside & truly).sum() / truly.sum() >= 0.9
    assert (inside & truly).sum() / inside.sum() >= 0.9


def test_the_limits_are_those_that_were_planted():
    factors, _, is_case = planted(5, 2000)
    (box,) = find_boxes(factors, is_case, settings=SOME).boxes
    of = {each.factor: each for each in box.restrictions}
    assert of["x1"].low == pytest.approx(0.8, rel=0.05)
    assert of["x1"].high is None
    assert of["x4"].high == pytest.approx(1.5, rel=0.05)
    assert of["x4"].low is None
    assert of["mode"].options == ("by_age", "by_plan")
    assert of["mode"].n_options == 3


def test_what_a_box_says_of_itself_is_what_its_limits_give():
    factors, _, is_case = planted(6)
    (box,) = find_boxes(factors, is_case, settings=SOME).boxes
    inside = box.inside(factors)
    assert inside.sum() == box.n_runs
    assert is_case[inside].sum() == box.n_cases
    assert (box.coverage, box.density) == (box.n_cases / is_case.sum(), box.n_cases / box.n_runs)


@pytest.mark.parametrize("seed", range(10, 16))
def test_noise_has_no_box(seed):
    factors, rng = made_up(seed, n_numbers=15)
    found = find_boxes(factors, rng.random(factors.height) < 0.3)
    assert found.boxes == ()
    assert found.searches[0].reason.startswith("no region stands out")


def test_noise_that_passes_the_binomial_test_is_caught_by_shuffles():
    factors, rng = made_up(1)
    is_case = rng.random(factors.height) < 0.3
    anything = Settings(chance_limit=1e9, n_halves=2)  # every restriction stays
    (search,) = find_boxes(factors, is_case, settings=anything).searches
    assert search.trajectory[-1].restrictions
    assert search.box is None
    assert "shuffle" in search.reason


def test_the_same_data_give_the_same_box_whatever_the_order_of_the_columns():
    factors, _, is_case = planted(7)
    (one,) = find_boxes(factors, is_case, settings=SOME).boxes
    (other,) = find_boxes(factors.select(reversed(factors.columns)), is_case, settings=SOME).boxes
    assert {r.factor: (r.low, r.high, r.options) for r in one.restrictions} == {
        r.factor: (r.low, r.high, r.options) for r in other.restrictions
    }


def test_values_and_draws_give_the_same_box():
    factors, _, is_case = planted(8)
    draws = factors.with_columns(pl.selectors.float().rank() / (factors.height + 1))
    (by_value,) = find_boxes(factors, is_case, settings=SOME).boxes
    (by_draw,) = find_boxes(draws, is_case, settings=SOME).boxes
    assert np.array_equal(by_value.inside(factors), by_draw.inside(draws))


def test_a_list_is_limited_by_its_own_values():
    factors, rng = made_up(9)
    is_case = (factors["rungs"] >= 4).to_numpy() ^ (rng.random(factors.height) < 0.01)
    (box,) = find_boxes(factors, is_case, settings=SOME).boxes
    (only,) = box.restrictions
    assert (only.factor, only.low, only.high, only.is_listed) == ("rungs", 4.0, None, True)


def test_a_second_box_is_looked_for_among_the_runs_that_are_left():
    factors, _ = made_up(11, 2000)
    is_case = ((factors["x1"] > 2.0) | (factors["x5"] < 0.4)).to_numpy()
    found = find_boxes(factors, is_case, settings=Settings(n_shuffles=19, n_halves=2, n_boxes=2))
    first, second = found.boxes
    assert {first.restrictions[0].factor, second.restrictions[0].factor} == {"x1", "x5"}
    assert found.searches[1].n_runs == factors.height - first.n_runs
    assert found.searches[1].n_cases == is_case.sum() - first.n_cases


def test_of_the_boxes_as_dense_as_asked_the_one_with_most_cases_is_told():
    factors, rng = made_up(12, 2000)
    is_case = rng.random(factors.height) < np.clip(factors["x2"].to_numpy() / 3.0, 0.0, 0.95)
    (box,) = find_boxes(factors, is_case, settings=Settings(density=0.88, n_shuffles=19, n_halves=2)).boxes
    (search,) = find_boxes(factors, is_case, settings=SOME).searches
    dense = [other.coverage for other in search.trajectory if other.density >= 0.88]
    assert box.density >= 0.88
    assert box.coverage == max(dense)
    assert search.box is not None
    assert search.box.density < 0.88
    assert search.box.coverage > box.coverage


def test_a_density_that_no_box_has_is_refused_with_the_largest_there_is():
    factors, rng = made_up(13)
    is_case = rng.random(factors.height) < np.where(factors["x2"] > 1.0, 0.7, 0.1)
    (search,) = find_boxes(factors, is_case, settings=Settings(density=0.999)).searches
    assert search.box is None
    assert search.reason.startswith("no region is as dense as 100%; the densest has")


def test_a_box_of_the_trajectory_can_be_asked_for_by_its_number():
    factors, _, is_case = planted(14)
    (search,) = find_boxes(factors, is_case, settings=Settings(step=3, n_shuffles=19, n_halves=2)).searches
    assert search.step == 3
    assert search.box is not None
    assert search.box.n_runs == search.trajectory[3].n_runs
    (beyond,) = find_boxes(factors, is_case, settings=Settings(step=999)).searches
    assert beyond.reason == f"the trajectory has boxes 1 to {len(search.trajectory) - 1}"


def test_of_hundreds_of_factors_those_that_matter_are_found():
    factors, rng = made_up(15, n_numbers=330)
    truly = ((factors["x100"] > 0.8) & (factors["x300"] < 1.5) & (factors["mode"] != "by_worth")).to_numpy()
    is_case = truly ^ (rng.random(factors.height) < 0.01)
    found = find_boxes(factors, is_case, settings=SOME)
    assert {each.factor for each in found.boxes[0].restrictions} == {"x100", "x300", "mode"}
    assert len(found.factors) == 333


def test_planted_factors_come_back_in_halves_and_others_hardly_do():
    factors, _, is_case = planted(16)
    (search,) = find_boxes(factors, is_case, settings=Settings(n_shuffles=9)).searches
    others = [share for name, share in search.returned.items() if name not in {"x1", "x4", "mode"}]
    assert search.box is not None
    assert [each.returned_fraction for each in search.box.restrictions] == [1.0, 1.0, 1.0]
    assert all(share < 0.3 for share in others)


def test_columns_that_do_not_vary_or_are_not_known_everywhere_are_left_out():
    factors, _, is_case = planted(17)
    more = factors.with_columns(still=pl.lit(1.0), torn=pl.when(pl.col("x0") > 1.0).then("x0"))
    assert find_boxes(more, is_case, settings=SOME).unusable == ("still", "torn")


@pytest.mark.parametrize(
    ("n_cases", "said"), [(3, "3 of 200 runs are cases"), (197, "all but 3 of 200 runs are cases")]
)
def test_too_few_cases_or_others_are_no_ground_for_a_box(n_cases, said):
    factors = pl.DataFrame({"x": np.arange(200.0)})
    (search,) = find_boxes(factors, np.arange(200) < n_cases).searches
    assert search.box is None
    assert search.reason.startswith(said)


def test_runs_that_all_have_the_same_factors_have_no_box():
    factors = pl.DataFrame({"x": np.ones(100)})
    assert find_boxes(factors, np.arange(100) < 50).searches[0].reason == "nothing varies between these runs"


def test_replicates_of_few_samples_are_no_evidence():
    rng = np.random.default_rng(0)
    samples = np.repeat(np.arange(24), 50)
    factors = pl.DataFrame({f"x{i}": rng.random(24)[samples] for i in range(12)})
    is_case = (rng.random(24) < 0.4)[samples]  # luck of the sample, which its replicates share
    as_draws = find_boxes(factors, is_case, settings=SOME)
    as_groups = find_boxes(factors, is_case, samples, SOME)
    assert as_draws.boxes
    assert as_groups.boxes == ()
