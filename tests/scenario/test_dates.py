"""What a scenario may know: states of the first day, and hindcasts."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from simlab.cli.scenario import explain
from simlab.errors import ScenarioError
from simlab.parameters import Params, State
from simlab.scenario import known_sources, load_scenario
from simlab.scenario.dates import Cited, Cutoff
from simlab.scenario.moments import last_day
from simlab.scenario.sources import SourceEntry, read_sources
from simlab.world.build import WorldParams

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
START = date(2025, 1, 1)
SOURCES = {
    entry.key: entry
    for entry in (
        SourceEntry("old", "Of the year before", "data", date="2024-06-30"),
        SourceEntry("new", "Of the year after", "data", date="2025-11"),
        SourceEntry("census", "A count of the last day, told a year later", "data", date="2026", as_of="2024-12-31"),
        SourceEntry("later-census", "A count of a later day", "data", date="2026", as_of="2025-12-31"),
        SourceEntry(
            "sheet", "What was announced before it was for sale", "data", date="2025-06", announced="2024-11-20"
        ),
        SourceEntry("today", "Of the first day itself", "data", date="2025-01-01"),
        SourceEntry("undated", "Whenever", "talk"),
        SourceEntry("of-a-year", "Of a year, no more is known", "paper", year="2024"),
    )
}


def told(cited: Cited, *, hindcast: bool = False) -> list[str]:
    """The names of the record with which something is wrong."""
    return [found.name for found in Cutoff(START, hindcast, SOURCES).objections(cited)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-12-31", date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2023", date(2023, 12, 31)),
        ("2024-13", None),
        ("2024-02-30", None),
        ("last winter", None),
        ("", None),
    ],
)
def test_of_a_month_or_a_year_the_last_day_counts(text: str, day: date | None):
    assert last_day(text) == day


@pytest.mark.parametrize(
    ("source", "as_of", "wrong"),
    [
        ("old", None, []),
        ("today", None, []),
        ("new", None, ["source"]),
        ("new", date(2024, 12, 31), []),
        ("new", START, []),
        ("new", date(2025, 1, 2), ["as_of"]),
        ("census", None, []),
        ("later-census", None, ["source"]),
        ("later-census", date(2024, 12, 31), []),
        ("sheet", None, []),
        ("undated", None, ["source"]),
        ("undated", date(2024, 12, 31), []),
        ("of-a-year", None, []),
        ("assumption", None, []),
        ("assumption", date(2025, 6, 30), ["as_of"]),
        ("definition", None, []),
    ],
)
def test_the_state_of_the_first_day_is_not_that_of_a_later_one(source: str, as_of: date | None, wrong: Sequence[str]):
    assert told(Cited(source, "Why.", as_of=as_of, is_state=True)) == wrong


@pytest.mark.parametrize("source", [*SOURCES, "assumption", "choice", "definition"])
def test_what_is_no_state_may_rest_on_a_source_of_any_day(source: str):
    assert told(Cited(source, "Why.")) == []


def test_nothing_is_told_before_it_was():
    assert told(Cited("old", as_of=date(2024, 12, 31))) == ["as_of"]
    assert told(Cited("old", as_of=date(2024, 6, 30))) == []


@pytest.mark.parametrize("is_state", [False, True])
@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("old", []),
        ("today", ["source"]),
        ("new", ["source"]),
        ("census", ["source"]),
        ("sheet", []),
        ("undated", ["source"]),
        ("of-a-year", []),
        ("assumption", []),
        ("definition", []),
    ],
)
def test_a_hindcast_knows_no_source_of_its_first_day_or_later(source: str, wrong: Sequence[str], is_state: bool):
    assert told(Cited(source, "Why.", is_state=is_state), hindcast=True) == wrong


def test_saying_which_day_it_describes_does_not_make_a_count_known_in_a_hindcast():
    assert told(Cited("new", "Why.", as_of=date(2024, 12, 31), is_state=True), hindcast=True) == ["source"]


@pytest.mark.parametrize("is_state", [False, True])
def test_an_announcement_known_then_passes_and_says_whose_it_was(is_state: bool):
    day = date(2024, 5, 28)
    assert told(Cited("new", "Told by its maker.", known_since=day, is_state=is_state), hindcast=True) == []
    assert told(Cited("new", "", known_since=day, is_state=is_state), hindcast=True) == ["known_since"]
    assert told(Cited("new", "Its maker.", known_since=START, is_state=is_state), hindcast=True) == ["known_since"]


def test_an_assumption_of_a_hindcast_does_not_argue_from_what_came_later():
    assert told(Cited("assumption", "As new found."), hindcast=True) == ["note"]
    assert told(Cited("assumption", "As old found, renewed."), hindcast=True) == []
    assert told(Cited("assumption", "As new found.")) == []


def test_everything_wrong_with_the_dates_of_a_source_is_told(tmp_path: Path):
    file = tmp_path / "sources.yaml"
    lines = [
        "a: {title: A, kind: data, date: yesterday}",
        "b: {title: B, kind: data, year: 2024, date: 2025-03}",
        "c: {title: C, kind: data, date: 2025-03, as_of: 2025-04-01}",
        "d: {title: D, kind: data, date: 2025-03-01, announced: 2025}",
        "e: {title: E, kind: data, date: 2025-03-01, as_of: 2024-12-31, announced: 2025-02, year: 2025}",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ScenarioError) as found:
        read_sources(str(file))
    firsts = [problem.splitlines()[0].partition("sources.yaml:")[2] for problem in found.value.problems]
    assert firsts == [
        "1:33: a.date: 'yesterday' is not a date; write a day like 2025-03-19, a month like 2025-03, or a year",
        "2:33: b.year: 2024 is not the year of date 2025-03",
        "3:49: c.as_of: as_of 2025-04-01 is after date 2025-03, on which the source became public",
        "4:56: d.announced: announced 2025 is after date 2025-03-01, on which the source became public",
    ]


def test_every_shipped_source_says_when_it_became_public():
    entries = read_sources(str(ROOT / "data" / "sources.yaml"))
    assert [key for key, entry in entries.items() if not entry.date] == []
    assert len(entries) > 90


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_no_shipped_scenario_starts_from_a_later_day(file: Path):
    scenario = load_scenario(file)
    assert scenario.origins


def test_the_baseline_is_no_hindcast_of_its_own_start(tmp_path: Path):
    """It may know later structure, and does."""
    (tmp_path / "history_2025.yaml").write_text(
        f"format: 1\nextends: {ROOT / 'scenarios' / 'baseline.yaml'}\nhindcast: true\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as found:
        load_scenario(tmp_path / "history_2025.yaml")
    assert len(found.value.problems) > 50


def test_a_variant_of_a_hindcast_is_one(tmp_path: Path):
    head = f"format: 1\nextends: {ROOT / 'scenarios' / 'history_2022.yaml'}\n"
    later = 'world: {throughput: {mfu_fraction: {value: 0.4, unit: "1", source: epoch-notable-models, note: x}}}\n'
    (tmp_path / "variant.yaml").write_text(head + later, encoding="utf-8")
    with pytest.raises(ScenarioError, match="this is a hindcast"):
        load_scenario(tmp_path / "variant.yaml")
    (tmp_path / "today.yaml").write_text(head + "hindcast: false\n" + later, encoding="utf-8")
    assert load_scenario(tmp_path / "today.yaml").origins


def test_explain_shows_the_days(capsys: pytest.CaptureFixture[str]):
    explain(ROOT / "scenarios" / "baseline.yaml", "world.labs.leader.initial_h100e")
    said = capsys.readouterr().out
    assert "as of      2024-12-31" in said
    assert f"Epoch AI, {known_sources()['epoch-ai-compute-users'].date}." in said


def test_the_resolved_file_keeps_the_days():
    scenario = load_scenario(ROOT / "scenarios" / "baseline.yaml")
    record = scenario.resolved()["world"]["labs"]["leader"]["initial_h100e"]
    assert record["as_of"] == date(2024, 12, 31)
    assert load_scenario(ROOT / "scenarios" / "history_2022.yaml").resolved()["hindcast"] is True


NOT_OF_THE_FIRST_DAY = {"AutomationParams.initial_ideas"}
"""What an AI worker has learnt before its first idea, whenever it is switched on."""


def groups(root: type[Params]) -> list[type[Params]]:
    """`root` and every group of parameters below it."""
    found = [root]
    for group in found:
        for field in group.model_fields.values():
            found += [part for part in below(field.annotation) if part not in found]
    return found


def below(annotation: object) -> list[type[Params]]:
    if isinstance(annotation, type) and issubclass(annotation, Params):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in below(part)]


def test_what_is_called_initial_is_declared_a_state():
    forgotten = [
        f"{group.__name__}.{name}"
        for group in groups(WorldParams)
        for name, field in group.model_fields.items()
        if name.startswith("initial_") and not any(isinstance(item, State) for item in field.metadata)
    ]
    assert set(forgotten) <= NOT_OF_THE_FIRST_DAY
    assert len(groups(WorldParams)) > 20
