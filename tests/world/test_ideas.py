"""Ideas: how they show themselves below the target, how they open, and how they run out."""

import math

import numpy as np
import pytest

from simlab.randomness import normal_cdf
from simlab.world.ideas import transfer_correlation

LADDER_DECADES = (4.0, 3.0, 2.0, 1.0)


@pytest.fixture
def flat_ideas():
    """Parameters by which an idea's gain is as likely a harm, and nothing depends on the scale but transfer."""
    area = {"helpful_fraction": 0.5, "helpful_median_nats": 0.01, "helpful_log_sd": 0.5}
    area |= {"harm_median_nats": 0.01, "harm_log_sd": 0.5, "n_open_ideas": 12_000, "raises": "training"}
    return {
        "ideas.areas": {"only": area},
        "ideas.scale_dependent_fraction": 0.0,
        "ideas.transfer_spread_ratio": 1.0,
        "ideas.transfer_floor_fraction": 0.3,
        "ideas.transfer_decades": 2.0,
        "experiments.noise_nats": 0.0,
    }


def seen(bench, n_ideas: int, rung: int) -> tuple[np.ndarray, np.ndarray]:
    """(truth, what a campaign at `rung` shows of it, climbing through all rungs below) of each of `n_ideas` ideas."""
    truths, shown = [], []
    experiments = bench.experiments
    team = bench.team()
    for idea in range(n_ideas):
        truth = bench.pool.areas[0].gain_nats(idea)
        project = bench.project(idea=idea, true_gain_nats=truth, team=team)
        for number in range(rung + 1):
            experiments.enter(project, number)
        before = project.belief.moments()
        bench.test(project)
        bench.stage.env.run()
        after = project.belief.moments()
        # The estimate, from prior and posterior: weights are precisions.
        p0, p1 = before[1] ** -2, after[1] ** -2
        truths.append(truth)
        shown.append((after[0] * p1 - before[0] * p0) / (p1 - p0))
    return np.array(truths), np.array(shown)


def test_the_correlation_is_one_at_the_target_and_falls_to_the_floor(params):
    p = params.ideas
    assert transfer_correlation(0.0, p) == 1.0
    assert transfer_correlation(1e9, p) == pytest.approx(p.transfer_floor_fraction)
    at_l = transfer_correlation(p.transfer_decades, p)
    assert at_l == pytest.approx(p.transfer_floor_fraction + (1.0 - p.transfer_floor_fraction) / math.e)
    falls = [transfer_correlation(d, p) for d in range(20)]
    assert falls == sorted(falls, reverse=True)


@pytest.mark.parametrize("rung", [0, 3])
def test_what_a_rung_shows_correlates_with_the_truth_as_the_law_says(new_bench, flat_ideas, rung):
    bench, n = new_bench(flat_ideas), 3000
    truth, shown = seen(bench, n, rung)
    # Around zero, because the law is about the size of gains; the error of r by 20 independent parts of the sample.
    parts = [
        np.sum(t * s) / math.sqrt(np.sum(t * t) * np.sum(s * s))
        for t, s in zip(np.split(truth, 20), np.split(shown, 20), strict=True)
    ]
    law = transfer_correlation(LADDER_DECADES[rung], bench.params.ideas)
    assert np.mean(parts) == pytest.approx(law, abs=4.0 * float(np.std(parts)) / math.sqrt(20) + 1.0 / n)


def test_neighbouring_rungs_err_alike(new_bench, flat_ideas):
    bench, n = new_bench(flat_ideas), 4000
    paths, team = [], bench.team()
    for idea in range(n):
        project = bench.project(idea=idea, team=team)
        path = []
        for number in range(4):
            bench.experiments.enter(project, number)
            path.append(project.transfer_path)
        paths.append(path)
    z = np.array(paths)
    assert np.var(z, axis=0) == pytest.approx(1.0, abs=4.0 * math.sqrt(2.0 / n))
    for a in range(4):
        for b in range(a + 1, 4):
            law = math.exp(-(LADDER_DECADES[a] - LADDER_DECADES[b]) / bench.params.ideas.transfer_decades)
            assert np.mean(z[:, a] * z[:, b]) == pytest.approx(law, abs=4.0 * math.sqrt((1.0 + law**2) / n))


def test_two_labs_see_the_same_slip_of_the_same_idea(new_bench, flat_ideas):
    one, other = new_bench(flat_ideas), new_bench(flat_ideas, capacity_h100e=100.0)
    paths = []
    for bench in (one, other):
        project = bench.project(idea=17)
        bench.experiments.enter(project, 0)
        bench.experiments.enter(project, 1)
        paths.append(project.transfer_path)
    assert paths[0] == paths[1]


def test_a_scale_dependent_idea_shows_nothing_below_its_scale(new_bench, flat_ideas):
    bench = new_bench(flat_ideas | {"ideas.scale_dependent_fraction": 1.0, "ideas.emergence_decades": 2.5})
    _, shown = seen(bench, 400, 0)
    area, p = bench.pool.areas[0], bench.params.ideas
    reach = np.array([area.shows_down_to_decades(idea, p) for idea in range(400)])
    assert np.all(shown[reach < 4.0] == pytest.approx(0.0, abs=1e-12))
    assert np.all(np.abs(shown[reach >= 4.0]) > 1e-9)
    assert 20 < np.sum(reach >= 4.0) < 380


def test_the_scales_of_scale_dependent_ideas_are_exponential(new_bench, flat_ideas):
    bench, n = new_bench(flat_ideas | {"ideas.scale_dependent_fraction": 0.25, "ideas.emergence_decades": 1.5}), 12_000
    area, p = bench.pool.areas[0], bench.params.ideas
    reach = np.array([area.shows_down_to_decades(idea, p) for idea in range(n)])
    finite = reach[np.isfinite(reach)]
    assert len(finite) / n == pytest.approx(0.25, abs=4.0 * math.sqrt(0.25 * 0.75 / n))
    assert np.mean(finite) == pytest.approx(1.5, abs=4.0 * 1.5 / math.sqrt(len(finite)))
    assert np.mean(finite > 3.0) == pytest.approx(math.exp(-2.0), abs=4.0 * math.sqrt(0.117 / len(finite)))


def test_scores_are_standard_normal(new_bench, flat_ideas):
    scores = np.array(new_bench(flat_ideas).pool.areas[0].scores)
    n = len(scores)
    assert np.mean(scores) == pytest.approx(0.0, abs=4.0 / math.sqrt(n))
    assert np.var(scores) == pytest.approx(1.0, abs=4.0 * math.sqrt(2.0 / n))
    assert np.mean(scores < 1.0) == pytest.approx(normal_cdf(1.0), abs=4.0 * math.sqrt(0.134 / n))


def test_difficulty_is_the_jones_law_of_the_efficiency_adopted(new_bench):
    # balanced research: each of n areas has stock s, efficiency is A = e^(n s), what is left is A^-beta
    pool = new_bench({"ideas.difficulty_exponent": 0.5}).pool
    n = len(pool.areas)
    for stock in (0.0, 0.1, 0.7):
        assert pool.difficulty(0, stock) == pytest.approx(math.exp(n * stock) ** -0.5)
    assert pool.difficulty(0, -0.3) == 1.0


def test_a_laggard_is_lower_on_the_same_curve(new_bench):
    # what counts is the efficiency A = e^(n s + initial): a nat behind, with a nat adopted, is where the leader opened
    pool = new_bench({"ideas.difficulty_exponent": 0.5}).pool
    n = len(pool.areas)
    assert pool.difficulty(0, 0.0, -1.0) == pytest.approx(math.exp(0.5))
    assert pool.difficulty(0, 1.0 / n, -1.0) == pytest.approx(1.0)
    assert pool.difficulty(0, 0.2, 0.6) == pytest.approx(pool.difficulty(0, 0.2 + 0.6 / n))


def test_without_the_exponent_ideas_never_get_harder(new_bench):
    assert new_bench({"ideas.difficulty_exponent": 0.0}).pool.difficulty(0, 5.0) == 1.0


def test_a_tenfold_larger_run_opens_a_decade_of_ideas_in_every_area(new_bench):
    bench = new_bench({"ideas.opened_per_decade_fraction": 0.25})
    before = [area.n_open for area in bench.pool.areas]
    bench.pool.reach(1e26)
    assert [area.n_open for area in bench.pool.areas] == before  # the first run only says where the scale begins
    bench.pool.reach(1e27)
    bench.pool.reach(3e26)  # smaller than the largest so far
    bench.pool.reach(1e28)
    opened = [area.n_open / n - 1.0 for area, n in zip(bench.pool.areas, before, strict=True)]
    assert opened == pytest.approx([0.5] * len(before))
    assert [len(area.public) for area in bench.pool.areas] == [int(area.n_open) for area in bench.pool.areas]
    assert all(len(area.scores) == len(area.public) for area in bench.pool.areas)


def test_opening_by_fractions_is_opening_at_once(new_bench):
    bits, whole = new_bench().pool.areas[0], new_bench().pool.areas[0]
    for _ in range(16):
        bits.open(0.75)
    whole.open(12.0)
    assert bits.scores == whole.scores


def test_a_published_idea_is_public_and_opens_others_in_its_area_alone(new_bench):
    pool = new_bench({"ideas.opened_per_adoption": 5.0}).pool
    before = [area.n_open for area in pool.areas]
    pool.publish(1, 42)
    assert [area.n_open - n for area, n in zip(pool.areas, before, strict=True)] == [0.0, 5.0, 0.0, 0.0, 0.0]
    assert [sum(area.public) for area in pool.areas] == [0, 1, 0, 0, 0]
    assert pool.areas[1].public[42] == 1


def test_an_ideas_truth_does_not_depend_on_how_many_are_open(new_bench):
    few = new_bench({"ideas.areas.data.n_open_ideas": 10}).pool.areas[2]
    many = new_bench({"ideas.areas.data.n_open_ideas": 5000}).pool.areas[2]
    assert few.name == many.name == "data"
    assert few.scores == many.scores[:10]
