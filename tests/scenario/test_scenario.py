"""What a scenario gives to the rest of the program."""

import pickle
from datetime import date

import pytest

from simlab.errors import ScenarioError

PATIENCE = "world.labs.leader.people.patience_days"
N = "world.labs.leader.cluster.n_h100e"


def test_the_world_gets_plain_floats_in_canonical_units(written):
    leader = written().params().labs["leader"]
    assert leader.cluster.repair_days == 1.5
    assert leader.cluster.busy_fraction == pytest.approx(0.8)
    assert leader.people.patience_days == 14.0
    assert leader.people.drift_per_day == pytest.approx(0.03 / 365.25, rel=1e-12)
    assert isinstance(leader.people.n_people, int)


def test_dates_become_days_since_the_start(written):
    scenario = written()
    assert scenario.horizon_days == 365.0
    assert scenario.params("cap").levers[0].start_day == 181.0


def test_policies_change_what_they_say_and_the_baseline_is_first(written):
    scenario = written()
    assert scenario.policies == ("baseline", "cap", "patient")
    assert scenario.params().levers == ()
    assert scenario.params("patient").labs["leader"].people.patience_days == 100.0
    assert scenario.params("patient").labs["leader"].launch == "cadence"
    assert scenario.params("cap").labs == scenario.params().labs
    with pytest.raises(KeyError):
        scenario.params("capp")


def test_draws_move_uncertain_numbers_and_only_those(written):
    scenario = written()
    low = scenario.values("baseline", dict.fromkeys(scenario.uncertain, 0.1))
    central = scenario.values("baseline")
    assert low[N] == pytest.approx(5e4)
    assert {path for path in central if central[path] != low[path]} == {
        path for path in scenario.uncertain if path.startswith("world.")
    }


def test_a_draw_of_one_number_leaves_the_others_central(written):
    scenario = written()
    drawn = scenario.values("baseline", {N: 0.9})
    assert drawn[N] == pytest.approx(3e5)
    assert {path for path, value in drawn.items() if value != scenario.values()[path]} == {N}


def test_values_name_what_a_policy_sets_by_its_path_in_the_world(written):
    scenario = written()
    u = dict.fromkeys(scenario.uncertain, 0.9)
    assert scenario.values("patient", u)[PATIENCE] == 100.0
    assert scenario.values("cap", u)["policies.cap.levers.0.max_h100e"] == pytest.approx(6e4)
    assert set(scenario.values("patient", u)) == set(scenario.values("baseline", u))


def test_correlated_numbers_move_together(written):
    scenario = written()
    drawn = scenario.values("baseline", {"world.elasticity": 0.999, PATIENCE: 0.5})
    other = scenario.values("baseline", {"world.elasticity": 0.5, PATIENCE: 0.999})
    assert drawn[PATIENCE] > 14.0
    assert other["world.elasticity"] == pytest.approx(0.5)


def test_a_probability_for_a_certain_number_is_refused(written):
    with pytest.raises(ValueError, match=r"not uncertain in scenario small: world\.rungs_flop\.0"):
        written("name: small").params("baseline", {"world.rungs_flop.0": 0.5})


def test_draws_that_contradict_one_another_say_so(written):
    scenario = written()
    broken = scenario.parts.plans["cap"]
    broken["levers"][0]["lab"] = "nobody"
    with pytest.raises(ScenarioError, match=r"policy cap: levers\.0\.lab: there is no lab 'nobody'"):
        scenario.params("cap")


def test_milestones_know_measure_and_threshold(written):
    month = written().milestones["month"]
    assert (month.title, month.measure, month.threshold) == ("A month of work", "horizon_50_minutes", 10020.0)


def test_every_number_has_an_origin(written):
    origins = {origin.path: origin for origin in written().origins}
    origin = origins["world.labs.leader.cluster.repair_days"]
    assert (origin.value, origin.unit, origin.low, origin.high) == (1.5, "day", 0.5, 3.0)
    assert (origin.written.value, origin.written.unit, origin.written.low) == (36, "hour", 12)
    assert (origin.source, origin.dist, origin.line) == ("measured", "lognormal", 14)
    assert origin.file.endswith("base.yaml")
    assert origin.about == "Until a failed machine is back."
    assert origins["policies.cap.levers.0.start_day"].written.value == date(2025, 7, 1)


def test_a_range_of_dates_is_normal_in_days(written):
    text = """
    policies:
      later:
        levers:
          - lever: subsidy
            start_day: {value: 2025-03-01, low: 2025-02-01, high: 2025-06-01, source: measured}
            usd2025_per_day: {value: 1, unit: kUSD2025/day, source: measured}
    """
    scenario = written(text)
    path = "policies.later.levers.0.start_day"
    assert scenario.values("later")[path] == 59.0
    assert scenario.values("later", {path: 0.9})[path] == pytest.approx(151.0)
    assert scenario.params("later").levers[0].usd2025_per_day == 1000.0


def test_a_scenario_travels_to_a_worker_and_back():
    from pathlib import Path

    from simlab.scenario import load_scenario

    scenario = load_scenario(Path(__file__).parents[2] / "scenarios" / "baseline.yaml")
    twin = pickle.loads(pickle.dumps(scenario))
    assert twin == scenario
    u = dict.fromkeys(scenario.uncertain, 0.3)
    assert twin.params("baseline", u) == scenario.params("baseline", u)


def test_quantile_values_are_the_draws_by_path(written):
    scenario = written()
    assert scenario.quantile_values({N: 0.1, "world.elasticity": 0.9}) == pytest.approx(
        {N: 5e4, "world.elasticity": 0.8}
    )
