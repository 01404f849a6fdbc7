"""Citations: where they are looked for, and that every number has one."""

from pathlib import Path

import pytest

from simlab.errors import ScenarioError
from simlab.scenario import known_sources, load_scenario
from simlab.scenario.sources import SPECIAL, read_sources

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_every_number_of_the_shipped_scenarios_has_a_source_and_a_range_or_a_reason(file):
    scenario = load_scenario(file, strict=True)
    sources = known_sources()
    for origin in scenario.origins:
        assert origin.source in sources or origin.source in SPECIAL, origin.path


def test_sources_are_found_above_and_beside_a_file(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sources.yaml").write_text("above: {title: Above, kind: data}\n", encoding="utf-8")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "sources.yaml").write_text("beside: {title: Beside, kind: data}\n", encoding="utf-8")
    found = known_sources([tmp_path / "deep" / "er" / "file.yaml"])
    assert {"above", "beside"} <= set(found)
    assert set(known_sources()) <= set(found)


def test_a_citation_is_one_line(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text(
        "a: {title: On Things, author: A. Person, year: 2020, url: 'https://x.org', kind: paper}\n", encoding="utf-8"
    )
    assert read_sources(str(file))["a"].cite() == "A. Person, 2020. On Things. https://x.org"


def test_everything_wrong_with_a_list_of_sources_is_told(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text("a: {titel: On Things, kind: papr}\nb: 3\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as found:
        read_sources(str(file))
    texts = "\n".join(found.value.problems)
    for said in (
        "a: 'title' is missing",
        "unknown name 'titel'. Did you mean 'title'?",
        "unknown kind 'papr'",
        "b: a source is",
    ):
        assert said in texts
