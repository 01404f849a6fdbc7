"""Files over files, policies over files, the command line over everything."""

from pathlib import Path

from simlab.scenario import load_scenario

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"
PATIENCE = "world.labs.leader.people.patience_days"


def origin(scenario, path):
    return next(origin for origin in scenario.origins if origin.path == path)


def test_a_variant_states_only_what_differs(written):
    base, variant = written(), written("world: {n_areas: 5}")
    assert variant.params().n_areas == 5
    assert variant.values() == base.values()
    assert variant.fingerprint != base.fingerprint


def test_a_record_replaces_the_inherited_one_whole(written):
    record = "{value: 21, unit: day, source: choice, note: three weeks}"
    changed = origin(
        written(f"world: {{labs: {{leader: {{people: {{patience_days: {record}}}}}}}}}\ncorrelations: []"), PATIENCE
    )
    assert (changed.value, changed.low, changed.note) == (21.0, None, "three weeks")
    assert [(o.value, o.low, o.source, o.line) for o in changed.overrode] == [(14.0, 7.0, "assumption", 18)]
    assert changed.overrode[0].file.endswith("base.yaml")


def test_a_unit_is_inherited_where_it_is_canonical_and_asked_for_where_not(written, problems):
    n = "world: {labs: {leader: {cluster: {n_h100e: {value: 7e4, source: measured}}}}}"
    assert written(n).params().labs["leader"].cluster.n_h100e == 7e4
    patience = "world: {labs: {leader: {people: {patience_days: {value: 3, source: measured}}}}}"
    assert "is in week, so say which unit is meant" in problems(patience)[0]


def test_lists_are_replaced_whole(written):
    rung = "{value: 1e19, unit: FLOP, source: choice, note: one}"
    assert written(f"world: {{rungs_flop: [{rung}]}}").params().rungs_flop == (1e19,)


def test_name_title_and_prose_are_never_inherited(written):
    scenario = written()
    assert (scenario.name, scenario.title, scenario.about) == ("file", "file", "")


def test_names_below_an_alias_can_be_overwritten(written):
    scenario = written(
        """
        policies:
          half: &half
            about: Half.
            levers:
              - &cap
                lever: compute_cap
                lab: leader
                start_day: 2025-02-01
                max_h100e: {value: 5e4, unit: H100e, source: choice, note: half}
          early:
            <<: *half
            levers: [{<<: *cap, start_day: 2025-01-11}]
        """
    )
    assert scenario.params("half").levers[0].start_day == 31.0
    assert scenario.params("early").levers[0].start_day == 10.0


def test_the_command_line_wins_and_says_so(written):
    scenario = written(
        "", [f"{PATIENCE}=3 week", "study.samples=9", "world.labs.leader.launch=cadence", "end=2025-02-01"]
    )
    changed = origin(scenario, PATIENCE)
    assert (changed.value, changed.source, changed.file, changed.line) == (21.0, "command line", "--set", 1)
    assert changed.overrode[0].source == "assumption"
    assert (scenario.study.samples, scenario.horizon_days) == (9, 31.0)
    assert scenario.params().labs["leader"].launch == "cadence"


def test_an_override_without_a_unit_is_in_the_canonical_one(written):
    assert written("", [f"{PATIENCE}=3"]).values()[PATIENCE] == 3.0


def test_an_override_may_be_a_whole_record(written):
    scenario = written("", [f"{PATIENCE}={{value: 3, low: 1, high: 9, unit: week}}"])
    assert origin(scenario, PATIENCE).high == 63.0


def test_overrides_reach_into_lists_and_policies(written):
    scenario = written(
        "",
        [
            "world.rungs_flop.1=3e20",
            "policies.cap.levers.0.max_h100e=1e4",
            "policies.patient.set.labs.leader.launch=readiness",
        ],
    )
    assert scenario.params().rungs_flop == (1e18, 3e20)
    assert scenario.params("cap").levers[0].max_h100e == 1e4
    assert scenario.params("patient").labs["leader"].launch == "readiness"


def test_an_override_that_changes_nothing_keeps_the_rest(written):
    assert written("", ["world.n_areas=3"]).fingerprint == written().fingerprint


def test_an_override_of_what_does_not_exist_is_an_error_with_a_suggestion(problems):
    found = problems(
        "",
        [
            "world.labs.leader.people.patience_day=3",
            "world.labs.leadr.is_open=true",
            "patience_days=3",
            "world.rungs_flop.7=1",
        ],
    )
    assert f"Did you mean '{PATIENCE}'?" in found[0]
    assert "Did you mean 'world.labs.leader.is_open'?" in found[1]
    assert f"Did you mean '{PATIENCE}'?" in found[2]
    assert "no '7' below 'world.rungs_flop'" in found[3]


def test_overrides_are_checked_like_files(problems):
    found = problems(
        "",
        [
            f"{PATIENCE}=-3",
            "world.n_areas=many",
            f"{PATIENCE}.value=3",
            "world.labs.leader=3",
            "world.n_areas",
            "world={",
        ],
    )
    assert "it must be above 0" in found[0]
    assert "'many' is not a whole number" in found[1]
    assert "is a number and has nothing below it" in found[2]
    assert "a group; set one of cluster, people" in found[3]
    assert "write path=value" in found[4]
    assert "never ends" in found[5]
    assert all(text.startswith("--set:") for text in found)


def test_a_number_that_was_fixed_since_correlates_with_nothing(written):
    scenario = written("", [f"{PATIENCE}=20"])
    assert scenario.parts.copula.paths == ()
    assert scenario.resolved()["correlations"] == []


def test_strict_asks_for_a_range_or_a_reason(written, problems):
    record = "{value: 0.4, unit: '1', source: measured}"
    written(f"world: {{elasticity: {record}}}\ncorrelations: []")
    found = problems(f"world: {{elasticity: {record}}}\ncorrelations: []", strict=True)
    assert len(found) == 1
    assert "world.elasticity: no low and high, and no note that says why" in found[0]


def test_all_that_is_missing_is_named(problems):
    found = problems("format: 1\nstart: 2025-01-01\nend: 2026-01-01\nworld: {labs: {x: {}}, n_areas: 3}", extends=False)
    assert any("missing 'study' (a group with samples, replicates, seed)" in text for text in found)
    assert any("world: missing 'rungs_flop', 'elasticity'" in text for text in found)
    assert any(
        "missing 'cluster' (a group with n_h100e, repair_days, busy_fraction), 'people'" in text for text in found
    )


def test_words_and_flags_are_checked(problems):
    found = problems("world: {labs: {leader: {launch: readyness, is_open: perhaps}}}")
    assert "'readyness' is none of: cadence, readiness. Did you mean 'readiness'?" in found[0]
    assert "'perhaps' is not true or false" in found[1]


def test_whole_numbers_stay_whole(problems):
    found = problems("world: {labs: {leader: {people: {n_people: {value: 2.5, unit: person, source: measured}}}}}")
    assert "value is 2.5; it must be a whole number" in found[0]


def test_rules_between_parameters_are_told_at_the_right_place(problems):
    text = """
    policies:
      cap:
        levers:
          - lab: leadr
            lever: compute_cap
            start_day: 2025-07-01
            max_h100e: {value: 1, unit: H100e, source: measured}
    """
    (found,) = problems(text)
    assert "file.yaml:7:14: policies.cap.levers.0.lab: there is no lab 'leadr'; labs are leader" in found


def test_a_name_set_to_null_is_taken_out(written, problems):
    before = set(written().milestones)
    gone = sorted(before)[0]
    assert set(written(f"milestones: {{{gone}: null}}").milestones) == before - {gone}
    assert "missing" in problems("world: {labs: {leader: {people: null}}}")[0]


def test_inherited_correlations_lapse_where_their_numbers_are_gone(tmp_path):
    growth = "{from_day: 2025-01-01, factor_per_year: {value: 2, unit: '1', source: choice, note: doubling}}"
    file = tmp_path / "variant.yaml"
    file.write_text(f"format: 1\nextends: {BASELINE}\nname: x\nworld: {{chips: {{growth: [{growth}]}}}}\n")
    before, after = load_scenario(BASELINE).resolved(), load_scenario(file).resolved()
    assert len(before["correlations"]) == 3
    assert len(after["correlations"]) == 1
