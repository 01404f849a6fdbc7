"""Groups that a scenario may go without: left out in a file, on the command line, or by one policy alone."""

from pathlib import Path

import pytest

from simlab.errors import ScenarioError
from simlab.scenario import load_scenario
from simlab.world.world_params import NEEDS, WorldParams

SCENARIOS = Path(__file__).parents[2] / "scenarios"
BASELINE = SCENARIOS / "baseline.yaml"
OPTIONAL = [name for name, field in WorldParams.model_fields.items() if not field.is_required()]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "variant.yaml"
    path.write_text(f"format: 1\nextends: {BASELINE}\n{text}\n")
    return path


def test_the_baseline_has_every_group_that_may_be_left_out():
    params = load_scenario(BASELINE).params()
    assert len(OPTIONAL) == 16
    assert all(getattr(params, name) is not None for name in OPTIONAL)


@pytest.mark.parametrize("name", sorted(set(OPTIONAL) - set(NEEDS.values())))
def test_null_leaves_a_group_out_in_a_file_and_on_the_command_line(tmp_path, name):
    in_a_file = load_scenario(written(tmp_path, f"world: {{{name}: null}}"))
    said = load_scenario(BASELINE, (f"world.{name}=null",))
    assert getattr(said.params(), name) is None
    assert said.params() == in_a_file.params()
    assert not any(path.startswith(f"world.{name}.") for path in said.values())


def test_a_policy_alone_may_do_without(tmp_path):
    text = "policies: {by_hand: {about: Teams of people only., set: {automation: null}}}"
    scenario = load_scenario(written(tmp_path, text))
    assert scenario.params("by_hand").automation is None
    assert scenario.params("by_hand").workers == scenario.params().workers
    assert scenario.params().automation is not None


def test_what_others_need_cannot_be_left_out_alone_and_all_of_them_are_told():
    with pytest.raises(ScenarioError) as error:
        load_scenario(BASELINE, ("world.workers=null",))
    assert "world.thinking: needs 'workers'" in str(error.value)
    assert "so do verification, automation" in str(error.value)


def test_a_group_that_must_be_there_stays():
    with pytest.raises(ScenarioError, match="training: a group; set one of launch"):
        load_scenario(BASELINE, ("world.training=null",))


def test_the_shipped_variant_differs_by_ai_workers_alone():
    scenario = load_scenario(SCENARIOS / "without-ai-workers.yaml")
    alone, base = scenario.params("people_alone"), scenario.params()
    gone = {name for name in WorldParams.model_fields if getattr(alone, name) != getattr(base, name)}
    assert gone == {"workers", "thinking", "verification", "automation"}
