"""Shot calling: what comes to mind, what is left out, and what taste is good for."""

import math

import numpy as np
import pytest

from simlab.world.candidates import pick
from simlab.world.gains import taste_correlation
from simlab.world.knowledge import Reading

N = 6


def taste(team, bits: float) -> None:
    """Give the team so many bits, whatever its people have seen."""
    team.skills = team.skills._replace(talent=team.skills.talent * bits / team.taste_bits)


def small_areas(n_ideas: int = 12) -> dict:
    names = ("architecture", "optimiser", "data", "reinforcement_learning", "systems")
    return {f"ideas.areas.{name}.n_open_ideas": n_ideas for name in names}


def test_nothing_known_is_ever_picked(new_bench):
    bench = new_bench(small_areas())
    team, pool, knowledge = bench.team(), bench.pool, bench.knowledge
    for area in range(5):
        for idea in range(0, 12, 3):
            knowledge.remember(area, idea)
            pool.areas[area].public[idea + 1] = 1
            team.tried.add((area, idea + 2))
    left = {(area, idea) for area in range(5) for idea in range(12)}
    left -= {(area, idea + k) for area in range(5) for idea in range(0, 12, 3) for k in range(3)}
    assert left == set()
    picks = [pick(team, pool, knowledge, N) for _ in range(200)]
    assert picks == [None] * 200
    team.tried.discard((3, 5))
    picked = {(c.area.number, c.idea) for c in (pick(team, pool, knowledge, N) for _ in range(400)) if c}
    assert picked == {(3, 5)}


def test_every_open_idea_of_every_area_comes_to_mind(new_bench):
    bench = new_bench(small_areas(5))
    team = bench.team()
    taste(team, 1e-9)
    counts: dict[tuple[int, int], int] = {}
    for _ in range(5000):
        candidate = pick(team, bench.pool, bench.knowledge, 1)
        assert candidate is not None
        key = candidate.area.number, candidate.idea
        counts[key] = counts.get(key, 0) + 1
    assert len(counts) == 25
    chance = 1.0 / 25.0
    error = math.sqrt(5000 * chance * (1.0 - chance))
    assert all(abs(n - 5000 * chance) < 4.5 * error for n in counts.values())  # 25 counts, so a little wider


def test_more_taste_picks_better_truth(new_bench):
    means = []
    for bits in (0.01, 0.7, 2.5):
        bench = new_bench()
        team = bench.team()
        taste(team, bits)
        picked = [pick(team, bench.pool, bench.knowledge, N) for _ in range(1500)]
        means.append(np.mean([c.area.scores[c.idea] for c in picked if c]))
    assert means[0] + 0.2 < means[1] < means[2] - 0.2


@pytest.mark.parametrize("bits", [0.3, 1.5])
def test_the_best_of_six_by_taste_is_the_expected_largest_of_six_times_the_correlation(new_bench, params, bits):
    # Priors rise with the signal, and areas alike have the same prior: the pick is the largest of N signals.
    alike, n = params.ideas.areas["architecture"].model_dump(), 3000
    bench = new_bench({"ideas.areas": dict.fromkeys(params.ideas.areas, alike)})
    team = bench.team()
    taste(team, bits)
    scores = []
    for _ in range(n):
        candidate = pick(team, bench.pool, bench.knowledge, N)
        assert candidate is not None
        scores.append(candidate.area.scores[candidate.idea])
    largest_of_six = 1.2672  # expected maximum of six standard normals
    r = taste_correlation(bits)
    assert float(np.mean(scores)) == pytest.approx(r * largest_of_six, abs=4.0 * float(np.std(scores)) / n**0.5)


def test_a_pick_says_what_the_prior_says_at_the_labs_difficulty(new_bench):
    picks = []
    for stock in (0.0, 0.1):
        bench = new_bench()
        bench.knowledge.adopt(bench.project(true_gain_nats=stock, area=0))
        bench.knowledge.difficulty = [bench.knowledge.difficulty[0]] * 5
        picks.append(pick(bench.team(), bench.pool, bench.knowledge, N))
    assert (picks[0].area.number, picks[0].idea) == (picks[1].area.number, picks[1].idea)
    ratio = math.exp(-bench.params.ideas.difficulty_exponent * 5 * 0.1)
    for field in ("mean_nats", "sd_nats", "upside_nats"):
        assert getattr(picks[1], field) / getattr(picks[0], field) == pytest.approx(ratio)


def test_a_mined_out_area_is_left_for_a_rich_one(new_bench):
    bench = new_bench()
    bench.knowledge.difficulty = [1e-6, 1.0, 1e-6, 1e-6, 1e-6]
    team = bench.team()
    areas = [c.area.number for c in (pick(team, bench.pool, bench.knowledge, N) for _ in range(500)) if c]
    # with six candidates, one or more are of the rich area with chance 1 - 0.8^6
    share, expected = areas.count(1) / len(areas), 1.0 - 0.8**6
    assert share == pytest.approx(expected, abs=4.0 * math.sqrt(expected * (1.0 - expected) / len(areas)))


def test_a_promising_paper_is_taken_up_before_ones_own_ideas(new_bench):
    bench = new_bench()
    bench.knowledge.read(Reading(2, 77, 50.0, 1.0))
    candidate = pick(bench.team(), bench.pool, bench.knowledge, N)
    assert candidate is not None
    assert (candidate.area.number, candidate.idea, candidate.published) == (2, 77, True)
    assert (candidate.mean_nats, candidate.sd_nats) == (50.0, 1.0)


def test_a_paper_of_no_promise_is_left_lying(new_bench):
    bench = new_bench()
    bench.knowledge.read(Reading(2, 77, -50.0, 1e-3))
    candidate = pick(bench.team(), bench.pool, bench.knowledge, N)
    assert candidate is not None
    assert not candidate.published
    assert len(bench.knowledge.literature) == 1


def test_a_paper_is_taken_up_by_one_team_of_a_lab(new_bench):
    bench = new_bench()
    bench.knowledge.read(Reading(2, 77, 50.0, 1.0))
    first = pick(bench.team(), bench.pool, bench.knowledge, N)
    assert first is not None
    bench.knowledge.remember(first.area.number, first.idea)  # as every team does that takes up a paper
    second = pick(bench.team(number=1), bench.pool, bench.knowledge, N)
    assert second is not None
    assert not second.published
    assert bench.knowledge.literature == []


def test_the_best_of_several_papers_is_read_first(new_bench):
    bench = new_bench()
    for idea, mean in enumerate((20.0, 50.0, 30.0)):
        bench.knowledge.read(Reading(1, idea, mean, 1.0))
    team, order = bench.team(), []
    for _ in range(3):
        candidate = pick(team, bench.pool, bench.knowledge, N)
        assert candidate is not None
        bench.knowledge.remember(candidate.area.number, candidate.idea)
        order.append(candidate.idea)
    assert order == [1, 2, 0]


def test_a_papers_gain_shrinks_with_what_its_reader_has_adopted(new_bench):
    bench = new_bench()
    bench.knowledge.difficulty[2] = 0.25
    bench.knowledge.read(Reading(2, 77, 50.0, 4.0))
    candidate = pick(bench.team(), bench.pool, bench.knowledge, N)
    assert candidate is not None
    assert (candidate.mean_nats, candidate.sd_nats) == (12.5, 1.0)
