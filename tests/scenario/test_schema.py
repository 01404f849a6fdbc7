"""The schema an editor reads: it knows the shipped files, and the mistakes of structure."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simlab.scenario import scenario_schema

ROOT = Path(__file__).parents[2]
STRUCTURAL = [
    "name_of_parameter", "name_of_group", "name_at_top", "name_in_record", "bare_number", "quoted_number",
    "truth_value", "number_for_group", "list_for_number", "dist_unknown", "lever_unknown", "levers_not_a_list",
    "record_without_source", "study_with_text", "format_missing", "correlation_of_three", "date_as_days",
]  # fmt: skip


@pytest.fixture(scope="module")
def schema_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("schema") / "scenario.schema.json"
    file.write_text(json.dumps(scenario_schema()), encoding="utf-8")
    return file


def checked(schema_file, files) -> tuple[int, str]:
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema_file), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_shipped_scenarios_are_accepted(schema_file):
    code, said = checked(schema_file, sorted((ROOT / "scenarios").glob("*.yaml")))
    assert code == 0, said


def test_mistakes_of_structure_are_rejected(schema_file, tmp_path):
    (tmp_path / "study_with_text.yaml").write_text(
        "format: 1\nextends: x.yaml\nstudy: {samples: many}\n", encoding="utf-8"
    )
    broken = ROOT / "tests" / "scenario" / "broken"
    files = [
        next(folder / f"{name}.yaml" for folder in (tmp_path, broken) if (folder / f"{name}.yaml").exists())
        for name in STRUCTURAL
    ]
    code, said = checked(schema_file, files)
    assert code == 1
    assert [file.name for file in files if file.name not in said] == []


def test_what_an_editor_shows_is_the_sentence_below_the_declaration(small_world):
    definitions = scenario_schema(small_world)["$defs"]
    repair = definitions["ClusterParams"]["properties"]["repair_days"]
    assert repair["description"] == "Until a failed machine is back. [day, at least 0]"
    assert definitions["LabParams"]["properties"]["launch"]["enum"] == ["cadence", "readiness"]
