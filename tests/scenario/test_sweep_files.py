"""The shipped sweeps pass the gate and can be run; verbs and editors know sweep files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simlab.cli import main
from simlab.randomness import Streams
from simlab.run import simulate
from simlab.scenario import load_scenario, sweep_schema
from simlab.scenario.design import KINDS
from simlab.scenario.writing import as_file
from simlab.sweep.designs import n_points, points
from simlab.tables.tidy import first_non_finite
from simlab.trace.events import ModelReleased

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "scenarios" / "sweeps").glob("*.yaml"))
BROKEN = ROOT / "tests" / "scenario" / "broken"
DAYS = 45.0


@pytest.fixture
def simlab(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        said = capsys.readouterr()
        return (stop.value.code if isinstance(stop.value.code, int) else 0), said.out, said.err

    return call


def test_every_kind_of_design_is_shipped():
    assert {load_scenario(file).design.kind for file in FILES} == set(KINDS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_sweep_passes_the_strict_check(file, simlab):
    code, said, error = simlab("check", "--strict", str(file.relative_to(ROOT)))
    assert (code, error) == (0, "")
    assert f": fine. A {load_scenario(file).design.kind} design of " in said


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_two_points_of_a_shipped_sweep_run(file):
    scenario = load_scenario(file)
    seed, last = scenario.study.seed, n_points(scenario.design, scenario.study.samples) - 1
    for number, policy in ((0, scenario.policies[0]), (min(last, 40), scenario.policies[-1])):
        [point] = points(scenario.design, seed, number, number + 1)
        trace = simulate(scenario.params(policy, point.uniforms), DAYS, Streams(seed, point.luck))
        assert first_non_finite(trace) is None
        assert trace.n_rows(ModelReleased) > 0


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_sweep_survives_resolving(file, tmp_path):
    scenario = load_scenario(file)
    (tmp_path / "again.yaml").write_text(as_file(scenario), encoding="utf-8")
    again = load_scenario(tmp_path / "again.yaml")
    assert again.fingerprint == scenario.fingerprint
    assert (again.name, again.design) == (scenario.name, scenario.design)


def test_check_says_how_large_a_sweep_is(simlab):
    out = simlab("check", "scenarios/sweeps/policy-grid.yaml")[1]
    assert "A grid design of 4 factors: 36 points, 3 policies, 432 runs." in out


def test_explain_says_what_a_sweep_does_with_a_path(simlab):
    def last_line(path: str) -> str:
        return simlab("explain", "scenarios/sweeps/policy-grid.yaml", path)[1].splitlines()[-1].split(maxsplit=1)[1]

    assert last_line("ceiling_fraction") == "factor 3 of 4: 0.005, 0.02, 0.15"
    assert last_line("world.inference.priority") == "factor 1 of 4: customers_first, by_plan"
    assert last_line("memory_days") == "no factor: as it is in every run"
    told = simlab("explain", "scenarios/sweeps/policy-grid.yaml", "world.automation")[1]
    assert told.splitlines()[1].split() == ["sweep", "factor", "4", "of", "4:", "as_is,", "left_out"]


def test_diff_tells_the_sweep_from_its_scenario(simlab):
    out = simlab("diff", "scenarios/baseline.yaml", "scenarios/sweeps/research-sobol.yaml")[1]
    assert {"end", "sweep.design.kind", "sweep.factors.0", "world.experiments.noise_nats"} <= {
        line.split()[0] for line in out.splitlines()
    }


@pytest.fixture(scope="module")
def schema_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("schema") / "sweep.schema.json"
    file.write_text(json.dumps(sweep_schema()), encoding="utf-8")
    return file


def checked(schema_file, files) -> tuple[int, str]:
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema_file), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_an_editor_accepts_the_shipped_sweeps(schema_file):
    code, said = checked(schema_file, FILES)
    assert code == 0, said


STRUCTURAL = [
    "empty_factors", "extends", "factors_as_names", "factors_one_word", "held_misspelt", "kind_misspelt",
    "names_unknown", "no_factors", "nothing_asked", "of_nothing", "one_option", "path_unknown",
]  # fmt: skip


def test_an_editor_rejects_mistakes_of_structure(schema_file):
    files = [BROKEN / f"sweep_{name}.yaml" for name in STRUCTURAL]
    code, said = checked(schema_file, files)
    assert code == 1
    assert [file.name for file in files if file.name not in said] == []


def test_the_schema_of_sweeps_can_be_printed(simlab):
    assert json.loads(simlab("schema", "--sweep")[1]) == sweep_schema()
