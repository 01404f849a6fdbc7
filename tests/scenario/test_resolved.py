"""A resolved file is the same scenario; the fingerprint sees content and nothing else."""

import random
import re
from pathlib import Path

import pytest

from simlab.scenario import load_scenario
from simlab.scenario.writing import as_yaml

ROOT = Path(__file__).parents[2]


def shuffled(thing, rng):
    if isinstance(thing, dict):
        names = list(thing)
        rng.shuffle(names)
        return {name: shuffled(thing[name], rng) for name in names}
    return [shuffled(item, rng) for item in thing] if isinstance(thing, list) else thing


@pytest.fixture
def reread(tmp_path, small_world):
    (tmp_path / "sources.yaml").write_text("measured: {title: A measurement, kind: data}\n", encoding="utf-8")

    def load(data_or_text, model=small_world):
        text = data_or_text if isinstance(data_or_text, str) else as_yaml(data_or_text)
        (tmp_path / "again.yaml").write_text(text, encoding="utf-8")
        return load_scenario(tmp_path / "again.yaml", model=model)

    return load


def test_a_resolved_variant_read_back_is_the_same(written, reread):
    scenario = written(
        "world: {elasticity: {value: 40, unit: percent, low: 30, high: 50, source: choice, note: 'a: b # c'}}",
        ["world.n_areas=7", "world.labs.leader.people.patience_days=3 week", "correlations=[]"],
    )
    again = reread(scenario.resolved())
    assert again.fingerprint == scenario.fingerprint
    assert again.name == scenario.name
    assert again.values("cap") == scenario.values("cap")


@pytest.mark.parametrize("file", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda file: file.stem)
def test_shipped_scenarios_survive_resolving(file, tmp_path):
    scenario = load_scenario(file)
    (tmp_path / "again.yaml").write_text(as_yaml(scenario.resolved()), encoding="utf-8")
    assert load_scenario(tmp_path / "again.yaml").fingerprint == scenario.fingerprint


def test_key_order_changes_nothing(small_file, small_world, reread):
    scenario = load_scenario(small_file, model=small_world)
    for seed in range(5):
        again = reread(shuffled(scenario.resolved(), random.Random(seed)))
        assert again.fingerprint == scenario.fingerprint
        assert again.uncertain == scenario.uncertain


def test_comments_notes_titles_and_spelling_of_units_change_nothing(small_file, small_world, reread):
    text = small_file.read_text(encoding="utf-8")
    other = re.sub(r"note: [^}]*}", "note: another}", text) + "\n# a comment\n"
    other = other.replace("title: A small world", "title: Small").replace(
        "{value: 36, unit: hour, low: 12, high: 72,", "{value: 1.5, unit: day, low: 0.5, high: 3,"
    )
    assert other != text
    assert reread(other).fingerprint == load_scenario(small_file, model=small_world).fingerprint


@pytest.mark.parametrize(
    "change",
    [
        ("value: 36", "value: 37"),
        ("low: 12", "low: 11"),
        ("rank: 0.5", "rank: 0.4"),
        ("seed: 0", "seed: 1"),
        ("end: 2026-01-01", "end: 2026-01-02"),
        ("launch: readiness", "launch: cadence"),
        ("value: 167", "value: 168"),
        ("max_h100e: {value: 5e4", "max_h100e: {value: 5.1e4"),
        ("start_day: 2025-07-01", "start_day: 2025-07-02"),
        ("unit: hour, low: 12, high: 72,", "unit: hour, low: 12, high: 72, dist: loguniform,"),
    ],
    ids=lambda change: change[1],
)
def test_everything_that_can_change_an_outcome_changes_the_fingerprint(change, small_file, small_world, reread):
    text = small_file.read_text(encoding="utf-8")
    assert change[0] in text
    assert reread(text.replace(*change)).fingerprint != load_scenario(small_file, model=small_world).fingerprint


def test_a_larger_study_of_the_same_scenario_has_the_same_fingerprint(small_file, small_world, reread):
    text = small_file.read_text(encoding="utf-8")
    larger = text.replace("samples: 4, replicates: 1", "samples: 400, replicates: 3")
    assert larger != text
    assert reread(larger).fingerprint == load_scenario(small_file, model=small_world).fingerprint
