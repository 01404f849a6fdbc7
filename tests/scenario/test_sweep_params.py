"""What a sweep file makes of its scenario: the world at a point, and the row of a table that says so."""

import pickle
from datetime import date

import pytest

from simlab.errors import ScenarioError
from simlab.scenario import DesignSpec, Factor, StudyParams

N = "world.labs.leader.cluster.n_h100e"
REPAIR = "world.labs.leader.cluster.repair_days"
PATIENCE = "world.labs.leader.people.patience_days"
LAUNCH = "world.labs.leader.launch"
CAP = "policies.cap.levers.0.max_h100e"
ELASTICITY = "world.elasticity"


# -- switches


def test_a_draw_of_a_switch_stands_for_an_option(swept):
    scenario = swept(f"factors: [{LAUNCH}: [readiness, cadence]]")
    launches = [scenario.params(uniforms={LAUNCH: u}).labs["leader"].launch for u in (0.0, 0.49, 0.51, 1.0)]
    assert launches == ["readiness", "readiness", "cadence", "cadence"]


def test_a_switch_that_is_not_drawn_is_as_the_scenario_has_it(swept):
    scenario = swept(f"factors: [{LAUNCH}: [cadence, as_is]]")
    assert scenario.params().labs["leader"].launch == "readiness"
    assert scenario.params(uniforms={LAUNCH: 0.9}).labs["leader"].launch == "readiness"
    assert scenario.options == {LAUNCH: ("cadence", "readiness")}


def test_a_group_is_there_or_is_not(swept):
    scenario = swept("factors: [world.insurance: [as_is, null]]")
    there, gone = ({"world.insurance": u} for u in (0.25, 0.75))
    assert scenario.params(uniforms=there) == scenario.params()
    assert scenario.params(uniforms=gone).insurance is None
    assert scenario.values("baseline", there)["world.insurance"] == "as_is"
    assert scenario.values("baseline", gone)["world.insurance"] == "left_out"
    assert "world.insurance.usd2025_per_day" in scenario.values("baseline", there)
    assert "world.insurance.usd2025_per_day" not in scenario.values("baseline", gone)


def test_flags_and_counts_are_switches_too(swept):
    scenario = swept("factors: [world.n_areas: [3, 5, 7], world.labs.leader.is_open: [true, false]]")
    uniforms = {"world.n_areas": 0.5, "world.labs.leader.is_open": 0.9}
    world = scenario.params(uniforms=uniforms)
    assert (world.n_areas, world.labs["leader"].is_open) == (5, False)
    assert scenario.quantile_values(uniforms) == {"world.n_areas": 5, "world.labs.leader.is_open": "false"}


def test_what_a_policy_sets_wins_over_a_switch_and_is_null_in_its_rows(swept):
    scenario = swept(f"factors: [{LAUNCH}: [readiness, cadence]]")
    assert scenario.params("patient", {LAUNCH: 0.1}).labs["leader"].launch == "cadence"
    assert scenario.values("patient", {LAUNCH: 0.1}).get(LAUNCH) is None
    assert scenario.values("cap", {LAUNCH: 0.9})[LAUNCH] == "cadence"


def test_a_policy_keeps_the_group_that_it_sets_something_in(swept):
    scenario = swept("set: {world.insurance: null}\nfactors: [world.audit: [as_is, null]]")
    gone = {"world.audit": 0.9}
    assert scenario.params("baseline", gone).audit is None
    assert scenario.params("strict", gone).audit.people_fraction == 0.5
    assert scenario.values("strict", gone).get("world.audit") is None
    assert scenario.values("strict", gone)["world.audit.people_fraction"] == 0.5


def test_the_words_of_a_policy_s_levers_can_be_switched(swept):
    with pytest.raises(
        ScenarioError, match=r"contradicts the scenario under policy cap: levers\.0\.lab: there is no lab"
    ):
        swept("factors: [policies.cap.levers.0.lab: [leader, nobody]]")


def test_options_that_contradict_one_another_are_told_when_they_are_drawn(swept):
    text = f"policies: [baseline, cap]\nfactors: [{LAUNCH}: [readiness, cadence], world.audit.rule: [sample, all]]"
    scenario = swept(text)
    assert scenario.params(uniforms={LAUNCH: 0.9, "world.audit.rule": 0.1}).labs["leader"].launch == "cadence"
    with pytest.raises(ScenarioError, match=r"policy baseline: audit\.rule: nobody can look at all of it in time"):
        scenario.params(uniforms={LAUNCH: 0.9, "world.audit.rule": 0.9})


# -- numbers


def test_given_values_are_taken_in_the_canonical_unit(swept):
    scenario = swept(f"factors: [{PATIENCE}: {{values: [1, 2, 4], unit: week}}]")
    drawn = [scenario.values("baseline", {PATIENCE: u})[PATIENCE] for u in (0.1, 0.5, 0.9)]
    assert drawn == [7.0, 14.0, 28.0]
    assert scenario.options == {PATIENCE: (7.0, 14.0, 28.0)}
    assert scenario.design.factors == (Factor(PATIENCE, 3),)
    assert scenario.params("patient", {PATIENCE: 0.1}).labs["leader"].people.patience_days == 100.0


def test_a_number_that_was_certain_can_take_given_values(swept):
    scenario = swept("factors: [world.rungs_flop.0: {values: [1e17, 1e18], unit: FLOP}]")
    assert scenario.params().rungs_flop[0] == 1e18
    assert scenario.params(uniforms={"world.rungs_flop.0": 0.2}).rungs_flop[0] == 1e17


def test_an_interval_of_the_sweep_keeps_the_scenario_s_value_whatever_the_unit(swept):
    scenario = swept(f"factors: [{PATIENCE}: {{low: 10, high: 20, unit: day, source: choice, note: why}}]")
    drawn = [scenario.values("baseline", {PATIENCE: u})[PATIENCE] for u in (0.1, 0.5, 0.9)]
    assert drawn == pytest.approx([10.0, 14.0, 20.0])
    [origin] = [origin for origin in scenario.origins if origin.path == PATIENCE]
    assert (origin.source, origin.file.endswith("sweep.yaml")) == ("choice", True)


def test_an_interval_of_the_sweep_may_have_its_own_value_and_shape(swept):
    record = "{value: 30, low: 20, high: 40, dist: uniform, unit: day, source: measured}"
    scenario = swept(f"factors: [{PATIENCE}: {record}]")
    assert scenario.values()[PATIENCE] == 30.0
    assert scenario.quantile_values({PATIENCE: 0.3})[PATIENCE] == pytest.approx(25.0)


def test_numbers_of_policies_are_factors_where_the_policy_is(swept):
    scenario = swept(f"factors: [{CAP}, policies.cap.levers.0.start_day: {{values: [2025-02-01, 2025-03-01]}}]")
    drawn = scenario.params("cap", {CAP: 0.9, "policies.cap.levers.0.start_day": 0.9}).levers[0]
    assert (drawn.max_h100e, drawn.start_day) == (pytest.approx(6e4), 59.0)
    assert CAP not in scenario.values("baseline", {CAP: 0.9})


def test_what_a_policy_sets_in_the_world_can_be_a_factor(swept):
    path = "policies.strict.set.audit.people_fraction"
    scenario = swept(f"factors: [{path}: {{values: [0.3, 0.4]}}]")
    assert scenario.params("strict", {path: 0.1}).audit.people_fraction == 0.3
    assert scenario.params("baseline", {path: 0.1}).audit.people_fraction == 0.1


def test_what_is_no_factor_stays_at_its_own_value_though_it_is_correlated(swept):
    alone = swept(f"factors: [{ELASTICITY}]").values("baseline", {ELASTICITY: 0.99})
    assert alone[PATIENCE] == 14.0
    joint = swept(f"factors: [{ELASTICITY}, {PATIENCE}]").values("baseline", {ELASTICITY: 0.99, PATIENCE: 0.5})
    assert joint[PATIENCE] > 14.0


@pytest.mark.parametrize("kind", ["grid", "one_at_a_time", "saltelli", "morris"])
def test_designs_that_take_factors_apart_know_no_correlations(kind, swept):
    scenario = swept(f"design: {{kind: {kind}}}\nfactors: [{ELASTICITY}, {PATIENCE}]")
    assert scenario.values("baseline", {ELASTICITY: 0.99, PATIENCE: 0.5})[PATIENCE] == 14.0


def test_a_draw_for_what_cannot_vary_is_refused(swept):
    with pytest.raises(ValueError, match=r"not uncertain in scenario sweep: world\.rungs_flop\.0"):
        swept(f"factors: [{N}]").params(uniforms={"world.rungs_flop.0": 0.5})


# -- the design


def test_factors_keep_their_order_and_a_held_one_its_place(swept):
    scenario = swept(f"factors: [{REPAIR}, {N}: held, world.audit: held, {LAUNCH}: [readiness, cadence]]")
    assert scenario.design == DesignSpec(
        "sobol",
        (Factor(REPAIR), Factor(N, is_held=True), Factor("world.audit", is_held=True), Factor(LAUNCH, 2)),
    )


def test_uncertain_means_everything_that_has_a_range_in_the_file_s_order(swept):
    scenario = swept("factors: uncertain\ndesign: {kind: latin_hypercube}")
    paths = [factor.path for factor in scenario.design.factors]
    assert paths[:2] == [N, REPAIR]
    assert sorted(paths) == list(scenario.uncertain)
    without = swept("factors: uncertain\npolicies: [baseline, strict]")
    assert set(paths) - {factor.path for factor in without.design.factors} == {CAP}


def test_what_the_design_leaves_out_is_that_of_the_scenario(swept):
    assert swept(f"factors: [{N}]").study == StudyParams(samples=4, replicates=1, seed=0)
    study = swept(f"factors: [{N}]\ndesign: {{n: 64, replicates: 2, seed: 9}}").study
    assert study == StudyParams(samples=64, replicates=2, seed=9)
    assert swept(f"factors: [{N}]\ndesign: {{kind: grid, levels: 6}}").design.n_levels == 6


def test_policies_are_those_that_are_named_in_the_scenario_s_order(swept):
    assert swept(f"factors: [{N}]").policies == ("baseline", "cap", "patient", "strict")
    assert swept(f"factors: [{N}]\npolicies: [patient, baseline]").policies == ("baseline", "patient")


def test_name_title_and_prose_are_the_sweep_s_own(swept):
    scenario = swept(f"title: A trial\nfactors: [{N}]")
    assert (scenario.name, scenario.title, scenario.about) == ("sweep", "A trial", "")
    assert swept(f"name: other\nfactors: [{N}]").name == "other"


def test_set_changes_the_world_the_head_and_groups(swept):
    scenario = swept(f"""
        set:
          end: 2025-03-01
          {PATIENCE}: {{value: 3, unit: day, source: choice, note: soon}}
          world.insurance: null
          policies.cap.levers.0.lab: leader
        factors: [{N}]
        """)
    assert (scenario.end, scenario.params().insurance) == (date(2025, 3, 1), None)
    assert scenario.values()[PATIENCE] == 3.0


def test_a_factor_that_the_command_line_fixes_is_held(swept):
    text = f"factors: [{N}, {LAUNCH}: [readiness, cadence], {REPAIR}]"
    scenario = swept(text, [f"{N}=5", f"{LAUNCH}=cadence", f"{REPAIR}={{value: 2, low: 1, high: 3}}"])
    assert scenario.design.factors == (Factor(N, is_held=True), Factor(LAUNCH, is_held=True), Factor(REPAIR))
    assert scenario.params().labs["leader"].launch == "cadence"
    assert scenario.quantile_values({REPAIR: 0.9})[REPAIR] == pytest.approx(3.0)


def test_the_command_line_changes_the_study(swept):
    assert swept(f"factors: [{N}]\ndesign: {{n: 64}}", ["study.samples=8"]).study.samples == 8


def test_a_sweep_travels_to_a_worker_and_back(swept):
    scenario = swept(f"factors: [{LAUNCH}: [readiness, cadence], {PATIENCE}: {{values: [1, 2], unit: week}}]")
    packed = pickle.dumps(scenario)
    twin, uniforms = pickle.loads(packed), {LAUNCH: 0.9, PATIENCE: 0.1}
    assert twin == scenario
    assert twin.params("cap", uniforms) == scenario.params("cap", uniforms)
    assert twin.values("cap", uniforms) == scenario.values("cap", uniforms)
