"""Publication: when an idea becomes known, to whom, and what the readers make of it."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from simlab.trace.events import IdeaPublished
from simlab.world.experiments import Experiments
from simlab.world.ideas import transfer_correlation
from simlab.world.knowledge import Knowledge
from simlab.world.publication import Press, PublicationParams, Reader

OPEN = PublicationParams(published_fraction=1.0, lag_days=100.0, leaks_per_day=0.01)


@dataclass
class Labs:
    """Labs that share a pool and a press; lab 0 is the bench itself."""

    bench: object
    press: Press
    knowledge: list[Knowledge]
    experiments: list[Experiments]
    scooped: list[tuple[int, object]]

    def adopt(self, lab: int, idea: int, *, params: PublicationParams = OPEN, **kwargs):
        bench, knowledge = self.bench, self.knowledge[lab]
        project = bench.project(idea=idea, **kwargs)  # pyright: ignore[reportAttributeAccessIssue]
        bench.knowledge._leave_flight(project)  # pyright: ignore[reportAttributeAccessIssue]
        knowledge.begin(project)
        knowledge.adopt(project)
        self.press.hear_of(project, lab, params)
        return project


@pytest.fixture
def new_labs(new_bench):
    def make(n: int = 3, changes=None, targets=(1e26, 1e26, 1e26)) -> Labs:
        bench = new_bench(changes)
        press = Press(bench.stage, bench.pool)
        scooped: list[tuple[int, object]] = []
        labs = Labs(bench, press, [], [], scooped)
        for number in range(n):
            knowledge = (
                bench.knowledge if number == 0 else Knowledge(bench.stage, bench.params.knowledge, bench.pool, number)
            )
            experiments = Experiments(
                bench.stage,
                bench.params.experiments,
                bench.params.ideas,
                bench.params.throughput,
                bench.cluster,
                number,
            )
            experiments.aim(targets[number])
            labs.knowledge.append(knowledge)
            labs.experiments.append(experiments)
            reader = Reader(knowledge, experiments, lambda project, lab=number: scooped.append((lab, project)))
            press.subscribe(number, f"lab-{number}", reader)
        return labs

    return make


def test_a_published_idea_reaches_every_other_labs_literature_once(new_labs):
    labs = new_labs()
    labs.adopt(0, 11, area=2)
    labs.bench.stage.env.run()
    assert [[(r.area, r.idea) for r in knowledge.literature] for knowledge in labs.knowledge] == [
        [],
        [(2, 11)],
        [(2, 11)],
    ]
    assert labs.bench.pool.areas[2].public[11] == 1
    (row,) = labs.bench.stage.trace.of(IdeaPublished)
    assert (row.lab, row.area, row.idea, row.n_labs_that_had_it) == (0, 2, 11, 1)


def test_an_idea_is_published_once_and_a_co_discovery_is_counted(new_labs):
    labs = new_labs()
    labs.adopt(0, 11)
    labs.adopt(1, 11)
    labs.bench.stage.env.run()
    (row,) = labs.bench.stage.trace.of(IdeaPublished)
    assert row.n_labs_that_had_it == 2
    # the lab that had found it on its own does not read it, the third does
    assert [len(knowledge.literature) for knowledge in labs.knowledge] == [0, 0, 1]


def test_a_reverted_idea_is_not_published(new_labs):
    labs = new_labs()
    project = labs.adopt(0, 11)
    labs.knowledge[0].revert(project)
    labs.bench.stage.env.run()
    assert labs.bench.stage.trace.n_rows(IdeaPublished) == 0
    assert labs.knowledge[1].literature == []


def test_publication_scoops_those_who_work_on_it_elsewhere(new_labs):
    labs = new_labs()
    labs.adopt(0, 11)
    rival, bystander = labs.bench.project(idea=11), labs.bench.project(idea=12)
    for project in (rival, bystander):
        labs.knowledge[0]._leave_flight(project)
        labs.knowledge[2].begin(project)
    labs.bench.stage.env.run()
    assert labs.scooped == [(2, rival)]


@pytest.mark.parametrize("published_fraction", [0.0, 0.3, 1.0])
def test_lags_have_their_means_and_the_published_their_share(new_labs, published_fraction):
    labs, n = new_labs(1), 3000
    params = PublicationParams(published_fraction=published_fraction, lag_days=50.0, leaks_per_day=0.002)
    for idea in range(n):
        labs.adopt(0, idea, params=params)
    labs.bench.stage.env.run()
    days = np.array([row.time_days for row in labs.bench.stage.trace.of(IdeaPublished)])
    assert len(days) == n
    mean = published_fraction * 50.0 + (1.0 - published_fraction) * 500.0
    square = 2.0 * (published_fraction * 50.0**2 + (1.0 - published_fraction) * 500.0**2)
    assert float(np.mean(days)) == pytest.approx(mean, abs=4.0 * math.sqrt((square - mean**2) / n))
    by_50 = published_fraction * (1.0 - math.exp(-1.0)) + (1.0 - published_fraction) * (1.0 - math.exp(-0.1))
    assert float(np.mean(days < 50.0)) == pytest.approx(by_50, abs=4.0 * math.sqrt(by_50 * (1.0 - by_50) / n))


def test_evidence_between_labs_of_one_scale_arrives_whole(new_labs):
    labs = new_labs()
    day_0_gain = labs.bench.pool.areas[0].gain_nats(11)
    labs.adopt(0, 11, true_gain_nats=day_0_gain, believed=(0.07, 0.02))
    labs.bench.stage.env.run()
    (reading,) = labs.knowledge[1].literature
    assert (reading.mean_nats, reading.sd_nats) == pytest.approx((0.07, 0.02))


def test_evidence_loses_certainty_over_the_decades_between_two_labs(new_labs):
    labs = new_labs(targets=(1e26, 1e24, 1e27), changes={"ideas.transfer_spread_ratio": 1.0})
    labs.adopt(0, 11, true_gain_nats=labs.bench.pool.areas[0].gain_nats(11), believed=(0.07, 0.02))
    labs.bench.stage.env.run()
    for lab, decades in ((1, 2.0), (2, 1.0)):
        (reading,) = labs.knowledge[lab].literature
        rho = transfer_correlation(decades, labs.bench.params.ideas)
        slip2 = (1.0 / rho**2 - 1.0) * (0.07**2 + 0.02**2)
        assert reading.mean_nats == pytest.approx(0.07)
        assert reading.sd_nats == pytest.approx(math.sqrt(0.02**2 + slip2))


def test_a_reader_takes_the_idea_as_it_was_before_the_author_had_adopted_anything(new_labs):
    """Found when the author's stock had halved all gains, published when it had taken three quarters of them."""
    labs = new_labs(changes={"ideas.difficulty_exponent": 1.0})
    day_0_gain = labs.bench.pool.areas[0].gain_nats(11)
    labs.adopt(0, 11, true_gain_nats=0.5 * day_0_gain, believed=(0.5 * day_0_gain, 1e-6))
    missing = math.log(4.0) / 5.0 - labs.knowledge[0].stock_nats[0]
    labs.adopt(0, 12, true_gain_nats=missing)
    assert labs.knowledge[0].difficulty[0] == pytest.approx(0.25)
    labs.bench.stage.env.run()
    (reading,) = (r for r in labs.knowledge[1].literature if r.idea == 11)
    assert reading.mean_nats == pytest.approx(day_0_gain)
    assert reading.sd_nats == pytest.approx(2e-6)


# -- what levers say ------------------------------------------------------------------------------------------------


def published_days(labs, params, n: int = 400) -> np.ndarray:
    for idea in range(n):
        labs.adopt(0, idea, params=params)
    labs.bench.stage.env.run()
    return np.array([row.time_days for row in labs.bench.stage.trace.of(IdeaPublished)])


def test_what_is_adopted_under_a_rule_follows_it_for_good(new_labs):
    labs = new_labs(1)
    closed = PublicationParams(published_fraction=0.0, lag_days=1e6, leaks_per_day=1e-9)
    rules = labs.press.openness[0]
    rules.least_fractions.put(0, 1.0)
    rules.most_lags_days.put(0, 10.0)
    open_project = labs.adopt(0, 11, params=closed)
    rules.least_fractions.lift(0)
    rules.most_lags_days.lift(0)
    labs.adopt(0, 12, params=closed)
    labs.bench.stage.env.run(until=1000.0)
    assert [row.idea for row in labs.bench.stage.trace.of(IdeaPublished)] == [open_project.idea]


def test_a_rule_publishes_the_ideas_that_a_lab_of_that_openness_would_have_published(new_labs):
    ruled, own = new_labs(1), new_labs(1)
    ruled.press.openness[0].least_fractions.put(0, 0.6)
    ruled.press.openness[0].most_lags_days.put(0, 50.0)
    wanted = PublicationParams(published_fraction=0.6, lag_days=50.0, leaks_per_day=0.002)
    days = published_days(ruled, wanted.model_copy(update={"published_fraction": 0.1, "lag_days": 90.0}))
    assert np.array_equal(days, published_days(own, wanted))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_secrecy_wins_over_openness_in_any_order(new_labs, order):
    rules = new_labs(1).press.openness[0]
    puts = (lambda: rules.least_fractions.put(0, 0.8)), (lambda: rules.most_fractions.put(1, 0.3))
    for number in order:
        puts[number]()
    assert rules.published_fraction(0.5) == 0.3
    rules.most_fractions.lift(1)
    assert rules.published_fraction(0.5) == 0.8
    rules.least_fractions.lift(0)
    assert rules.published_fraction(0.5) == 0.5
