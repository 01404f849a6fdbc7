"""Decisions: climb while it pays, adopt on the top rung only, bury the rest; and the name of the grave."""

import pytest

from simlab.trace.events import Cause, Decision
from simlab.world.decisions import REPEATS, Choice, Rule, cause_of_burial
from simlab.world.experiments import MAX_CAMPAIGNS
from simlab.world.projects import Project

TOP = 3
CHEAP = {"knowledge.expected_gain_nats_per_day": 1e-9}
"""New ideas promise next to nothing: every test pays that tells something."""
DEAR = {"knowledge.expected_gain_nats_per_day": 1e9}
"""New ideas promise so much that no test pays."""


def ruled(bench, n_people: float = 10.0, experiment_h100e: float = 1000.0) -> Rule:
    bench.knowledge.price(n_people, experiment_h100e)
    return Rule(bench.experiments, bench.knowledge, reading_people_days=30.0, step_people_days=36.0)


def looked_at(bench, mean: float, sd: float, rung: int = 0, n_experiments: int = 1) -> Project:
    """A project that believes this, and stands on `rung`."""
    project = bench.project(believed=(mean, sd))
    project.rung, project.n_experiments = rung, n_experiments
    rungs = bench.experiments.rungs
    project.belief.enter_rung(rungs[rung].transfer_ratio * (mean**2 + sd**2), rungs[rung].noise_var, 1.0)
    return project


def test_what_promises_more_than_a_new_idea_climbs(new_bench):
    bench = new_bench(CHEAP)
    choice = ruled(bench).decide(looked_at(bench, 0.05, 0.05), 1.0)
    assert choice.decision is Decision.NEXT_RUNG
    assert choice.n_repeats in REPEATS
    assert choice.value_nats_per_day > choice.new_idea_nats_per_day


def test_below_the_top_an_idea_climbs_or_is_buried(new_bench):
    for rung in range(TOP):
        for changes in (CHEAP, DEAR):
            bench = new_bench(changes)
            rule = ruled(bench)
            for mean in (-0.5, -0.01, 0.01, 0.5):
                choice = rule.decide(looked_at(bench, mean, 0.02, rung), 1.0)
                assert choice.decision in (Decision.NEXT_RUNG, Decision.BURY)


def test_an_idea_that_no_test_pays_for_is_adopted_on_the_top_rung_if_it_convinces(new_bench):
    bench = new_bench(DEAR)
    rule = ruled(bench)
    for mean, paranoia, decision in (
        (0.05, 1.0, Decision.ADOPT),
        (0.05, 3.0, Decision.BURY),
        (0.019, 1.0, Decision.BURY),
        (-0.05, 0.0, Decision.BURY),
    ):
        assert rule.decide(looked_at(bench, mean, 0.02, TOP), paranoia).decision is decision


def test_paranoia_buys_evidence(new_bench):
    """Convinced, a lead adopts; one who wants more standard errors has the same evidence repeated."""

    def choices(new_idea_nats_per_day: float) -> list[Choice]:
        bench = new_bench({"knowledge.expected_gain_nats_per_day": new_idea_nats_per_day})
        return [ruled(bench).decide(looked_at(bench, 0.06, 0.02, TOP), paranoia) for paranoia in (0.1, 2.9)]

    calm, paranoid = (choice.value_nats_per_day for choice in choices(1e-12))
    assert calm < 0.1 * paranoid
    assert [choice.decision for choice in choices(0.5 * (calm + paranoid))] == [Decision.ADOPT, Decision.REPEAT]


def test_the_last_campaign_is_the_last(new_bench):
    bench = new_bench(CHEAP)
    rule = ruled(bench)
    for rung, mean, decision in ((0, 0.5, Decision.BURY), (TOP, 0.5, Decision.ADOPT), (TOP, -0.5, Decision.BURY)):
        project = looked_at(bench, mean, 0.1, rung, n_experiments=MAX_CAMPAIGNS)
        assert rule.decide(project, 1.0).decision is decision


def test_hopeless_ideas_are_buried_however_cheap_a_test(new_bench):
    bench = new_bench(CHEAP)
    assert ruled(bench).decide(looked_at(bench, -1.0, 0.01), 1.0).decision is Decision.BURY


def test_a_choice_says_what_was_believed(new_bench):
    bench = new_bench(CHEAP)
    choice = ruled(bench).decide(looked_at(bench, 0.03, 0.04), 1.0)
    assert (choice.believed_nats, choice.sd_nats) == pytest.approx((0.03, 0.04))


def test_the_value_of_a_climb_falls_with_what_it_takes(new_bench):
    values = []
    for runs in (1.0, 4.0, 16.0):
        bench = new_bench(CHEAP | {"experiments.runs_per_repeat": runs})
        values.append(ruled(bench).decide(looked_at(bench, 0.05, 0.05), 1.0).value_nats_per_day)
    assert values == sorted(values, reverse=True)


def test_values_are_rates_so_a_lab_of_ten_times_the_means_finds_all_tests_ten_times_as_rich(new_bench):
    bench = new_bench(CHEAP)
    project = looked_at(bench, 0.05, 0.05)
    small = ruled(bench, 10.0, 1000.0).decide(project, 1.0).value_nats_per_day
    large = ruled(bench, 100.0, 10_000.0).decide(project, 1.0).value_nats_per_day
    assert large == pytest.approx(10.0 * small)


def test_better_means_and_wider_beliefs_make_a_climb_worth_more(new_bench):
    bench = new_bench(CHEAP)
    rule = ruled(bench)
    by_mean = [rule.decide(looked_at(bench, m, 0.05), 1.0).value_nats_per_day for m in (-0.05, 0.0, 0.05, 0.1)]
    by_spread = [rule.decide(looked_at(bench, -0.02, sd), 1.0).value_nats_per_day for sd in (0.01, 0.03, 0.1)]
    assert by_mean == sorted(by_mean)
    assert by_spread == sorted(by_spread)


@pytest.mark.parametrize(
    ("believed", "rung", "best", "cause"),
    [
        (-0.1, 0, 0.0, Cause.NO_GAIN_SEEN),
        (-0.1, 2, 0.0, Cause.NO_GAIN_SEEN),
        (-0.1, 0, 0.2, Cause.NO_GAIN_SEEN),
        (-0.1, 1, 0.2, Cause.DID_NOT_TRANSFER),
        (0.1, 0, 0.2, Cause.NOT_CONVINCING),
        (0.1, 3, 0.2, Cause.NOT_CONVINCING),
    ],
)
def test_the_evidence_names_the_grave(new_bench, believed, rung, best, cause):
    project = new_bench().project()
    project.rung, project.best_believed_nats = rung, best
    assert cause_of_burial(project, Choice(Decision.BURY, 0, believed, 0.1, 0.0, 0.0)) is cause


def test_a_decision_remembers_the_best_an_idea_ever_looked(new_bench):
    bench = new_bench(DEAR)
    rule = ruled(bench)
    project = looked_at(bench, 0.2, 0.001)
    rule.decide(project, 1.0)
    project.belief.see(-5.0, 100_000)
    rule.decide(project, 1.0)
    assert project.best_believed_nats == pytest.approx(0.2)


# -- beginning ------------------------------------------------------------------------------------------------------


def beginning(bench, hurdle_fraction: float, people_fraction: float = 1.0) -> Rule:
    bench.knowledge.price(10.0, 1000.0)
    people = (lambda team, step: people_fraction), 60.0, 180.0
    return Rule(bench.experiments, bench.knowledge, 30.0, 36.0, *people, hurdle_fraction)


def test_what_no_campaign_could_tell_from_nothing_is_not_begun(new_bench):
    bench = new_bench()
    rule, team = beginning(bench, 0.001), bench.team()
    assert rule.is_worth_beginning(team, 0.05, 0.05)
    assert not rule.is_worth_beginning(team, -0.05, 0.005)
    assert not rule.is_worth_beginning(team, 0.0, 1e-9)


def test_without_a_hurdle_everything_is_begun(new_bench):
    bench = new_bench(DEAR)
    assert beginning(bench, 0.0).is_worth_beginning(bench.team(), -0.5, 0.001)


def test_the_least_promise_that_is_begun_rises_with_the_hurdle_and_with_what_ideas_yield(new_bench):
    def least(bench, hurdle_fraction: float) -> float:
        rule, team = beginning(bench, hurdle_fraction), bench.team()
        return next(sd for sd in (1.1**k * 1e-4 for k in range(400)) if rule.is_worth_beginning(team, 0.0, sd))

    yields_little, yields_much = (new_bench({"knowledge.expected_gain_nats_per_day": y}) for y in (1e-4, 1e-2))
    assert least(yields_little, 0.001) < least(yields_little, 0.1) < least(yields_little, 1.0)
    assert least(yields_little, 0.1) < least(yields_much, 0.1)


def test_ai_workers_make_more_ideas_worth_beginning(new_bench):
    """What clears the hurdle when nine tenths of the work is off people's hands includes all that did before."""
    bench = new_bench({"knowledge.expected_gain_nats_per_day": 1e-3, "experiments.runs_per_repeat": 1.0})
    team, spreads = bench.team(), [1.1**k * 1e-3 for k in range(120)]
    alone, helped = (
        {sd for sd in spreads if beginning(bench, 0.1, fraction).is_worth_beginning(team, 0.0, sd)}
        for fraction in (1.0, 0.1)
    )
    assert alone
    assert alone < helped
