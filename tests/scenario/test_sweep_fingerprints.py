"""What changes the hash of a study, and of one policy alone: all that its outcomes hang on, and nothing else."""

import pytest

from simlab.scenario import load_scenario

PATIENCE = "world.labs.leader.people.patience_days"
CAP = "policies.cap.levers.0.max_h100e"
SWEEP = """# a comment
title: A trial
about: To see.
set: {end: 2025-07-01, world.n_areas: 4}
policies: [baseline, cap]
design: {kind: sobol, n: 64, replicates: 1, seed: 1}
factors:
  - world.elasticity
  - world.labs.leader.cluster.repair_days: {low: 1, high: 4, unit: day, source: choice, note: wide}
  - world.labs.leader.people.patience_days: {values: [1, 2], unit: week}
  - world.labs.leader.launch: [readiness, cadence]
  - world.insurance: [as_is, null]
  - world.audit.people_fraction: held
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# a comment", "# another"),
        ("title: A trial", "title: Another"),
        ("about: To see.", "about: To look."),
        ("note: wide", "note: very"),
        ("source: choice", "source: measured"),
        ("{end: 2025-07-01, world.n_areas: 4}", "{world.n_areas: 4, end: 2025-07-01}"),
        ("low: 1, high: 4, unit: day", "low: 24, high: 96, unit: hour"),
        ("values: [1, 2], unit: week", "values: [7, 14], unit: day, note: two"),
        ("n: 64, replicates: 1", "n: 128, replicates: 3"),
        ("policies: [baseline, cap]", "policies: [baseline, cap, strict]"),
        ("  - world.audit.people_fraction: held\n", ""),
    ],
)
def test_what_moves_no_point_changes_no_fingerprint(old, new, swept):
    assert old in SWEEP
    one, other = swept(SWEEP), swept(SWEEP.replace(old, new))
    assert one.fingerprint == other.fingerprint
    for policy in one.policies:
        assert one.policy_fingerprint(policy) == other.policy_fingerprint(policy)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("end: 2025-07-01", "end: 2025-08-01"),
        ("world.n_areas: 4", "world.n_areas: 5"),
        ("kind: sobol", "kind: saltelli"),
        ("seed: 1", "seed: 2"),
        ("high: 4", "high: 5"),
        ("source: choice", "source: choice, dist: uniform"),
        ("values: [1, 2]", "values: [1, 3]"),
        ("values: [1, 2]", "values: [2, 1]"),
        ("[readiness, cadence]", "[cadence, readiness]"),
        ("world.insurance: [as_is, null]", "world.insurance: held"),
        ("  - world.elasticity\n", "  - world.elasticity: held\n"),
        ("  - world.elasticity\n", ""),
        ("fraction: held", "fraction"),
    ],
)
def test_what_moves_a_point_changes_the_fingerprint_of_the_study_and_of_every_policy(old, new, swept):
    assert old in SWEEP
    one, other = swept(SWEEP), swept(SWEEP.replace(old, new))
    assert one.fingerprint != other.fingerprint
    for policy in one.policies:
        assert one.policy_fingerprint(policy) != other.policy_fingerprint(policy)


def test_levels_count_where_there_are_any(swept):
    grid = SWEEP.replace("kind: sobol, n: 64", "kind: grid, levels: 4")
    assert swept(grid).fingerprint != swept(grid.replace("levels: 4", "levels: 6")).fingerprint


def test_the_order_of_factors_counts_save_in_a_latin_hypercube(swept):
    first, second = "  - world.elasticity\n", "  - world.insurance: [as_is, null]\n"
    turned = SWEEP.replace(first, "").replace(second, second + first)
    assert swept(turned).fingerprint != swept(SWEEP).fingerprint
    latin = "latin_hypercube"
    assert swept(turned.replace("sobol", latin)).fingerprint == swept(SWEEP.replace("sobol", latin)).fingerprint


def changed(swept, sweep: str, old: str, new: str, base: str) -> set[str]:
    """The policies whose fingerprint a change of the scenario below the sweep changes."""
    assert old in base
    one, other = swept(sweep, over=base), swept(sweep, over=base.replace(old, new))
    found = {p for p in one.policies if one.policy_fingerprint(p) != other.policy_fingerprint(p)}
    assert bool(found) == (one.fingerprint != other.fingerprint)
    return found


@pytest.fixture
def base(small_file) -> str:
    """All that is swept in one file, so that a change of one policy is a change of this text."""
    return small_file.read_text(encoding="utf-8")


EVERY = {"baseline", "cap", "patient"}


@pytest.mark.parametrize(
    ("old", "new", "whose"),
    [
        ("max_h100e: {value: 5e4", "max_h100e: {value: 5.1e4", {"cap"}),
        ("start_day: 2025-07-01", "start_day: 2025-07-02", {"cap"}),
        ("patience_days: {value: 100", "patience_days: {value: 101", {"patient"}),
        ("patience_days: {value: 2, unit", "patience_days: {value: 3, unit", {"baseline", "cap"}),
        ("launch: readiness", "launch: cadence", {"baseline", "cap"}),
        ("busy_fraction: {value: 80", "busy_fraction: {value: 81", EVERY),
        ("{value: 167, unit: hour", "{value: 168, unit: hour", EVERY),
        (
            "busy_fraction: {value: 80, unit: percent, low: 60",
            "busy_fraction: {value: 80, unit: percent, low: 61",
            set(),
        ),
        ("low: 4e4, high: 6e4", "low: 3e4, high: 6e4", set()),
        ("about: No more accelerators.", "about: None.", set()),
        ("note: they wait", "note: they do", set()),
    ],
)
def test_a_policy_s_fingerprint_sees_what_its_own_runs_hang_on(old, new, whose, swept, base):
    assert changed(swept, "factors: [world.elasticity]", old, new, base) == whose


@pytest.mark.parametrize(("kind", "whose"), [("sobol", {"cap"}), ("latin_hypercube", {"cap"}), ("grid", EVERY)])
def test_a_lever_s_number_as_a_new_last_factor_reruns_its_policy_where_no_points_are_added(kind, whose, swept, base):
    one = swept(f"design: {{kind: {kind}}}\nfactors: [world.elasticity]", over=base)
    other = swept(f"design: {{kind: {kind}}}\nfactors: [world.elasticity, {CAP}]", over=base)
    assert {p for p in one.policies if one.policy_fingerprint(p) != other.policy_fingerprint(p)} == whose


def test_correlations_count_where_both_numbers_are_drawn(swept, base):
    both = f"factors: [world.elasticity, {PATIENCE}]"
    assert changed(swept, "factors: [world.elasticity]", "rank: 0.5", "rank: 0.6", base) == set()
    assert changed(swept, both, "rank: 0.5", "rank: 0.6", base) == {"baseline", "cap"}


def test_a_plain_scenario_has_fingerprints_of_its_policies_too(written):
    one, other = written(), written("policies: {patient: {set: {n_areas: 5}}}")
    assert {p for p in one.policies if one.policy_fingerprint(p) != other.policy_fingerprint(p)} == {"patient"}
    assert one.fingerprint != other.fingerprint


def test_a_resolved_sweep_read_back_is_the_same(swept, tmp_path):
    from simlab.scenario.writing import as_file
    from tests.scenario.conftest import SweptWorld

    scenario = swept(SWEEP, ["world.labs.leader.cluster.n_h100e=9", "world.elasticity=0.5"])
    (tmp_path / "again.yaml").write_text(as_file(scenario), encoding="utf-8")
    again = load_scenario(tmp_path / "again.yaml", model=SweptWorld)
    assert again.fingerprint == scenario.fingerprint
    assert (again.design, again.policies, again.study) == (scenario.design, scenario.policies, scenario.study)
    uniforms = {factor.path: 0.9 for factor in scenario.design.factors if not factor.is_held}
    assert again.values("cap", uniforms) == scenario.values("cap", uniforms)
