"""Every shipped scenario loads, explains its numbers, runs, and a history file knows nothing of its own future."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest

from simlab.cli.scenario import check
from simlab.randomness import Streams
from simlab.run import simulate
from simlab.scenario import Origin, Scenario, Written, known_sources, load_scenario
from simlab.scenario.sources import SPECIAL, SourceEntry
from simlab.tables.tidy import first_non_finite
from simlab.trace.events import EVENT_CLASSES, LeverPulled, ModelReleased

FILES = sorted((Path(__file__).parents[1] / "scenarios").glob("*.yaml"))
HISTORY = [path for path in FILES if path.stem.startswith("history")]
DAYS = 60.0
SAID = "measured later"
"""What the note of a number says that is a state of the start, learnt afterwards."""
PACE = re.compile(r"(growth|per_year|per_doubling|cadence|expected_gain|difficulty)", re.IGNORECASE)
"""Numbers by which a scenario moves on from its start."""


def named(path: Path) -> str:
    return path.stem


@cache
def loaded(path: Path) -> Scenario:
    return load_scenario(path)


@cache
def sources(path: Path) -> dict[str, SourceEntry]:
    return known_sources([path])


@pytest.mark.parametrize("path", FILES, ids=named)
def test_it_passes_the_strict_check(path: Path, capsys: pytest.CaptureFixture[str]):
    check([path], strict=True)
    assert "fine" in capsys.readouterr().out


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_source_exists(path: Path):
    cited = {origin.source for origin in loaded(path).origins}
    assert cited - set(SPECIAL) <= set(sources(path))


@pytest.mark.parametrize("path", FILES, ids=named)
@pytest.mark.parametrize("sample", [None, 0, 1])
def test_it_runs_with_and_without_a_draw(path: Path, sample: int | None):
    scenario = loaded(path)
    places = Random(sample)
    drawn = None if sample is None else {name: places.random() for name in scenario.uncertain}
    trace = simulate(scenario.params(scenario.policies[-1], drawn), DAYS, Streams(7, sample or 0))
    assert first_non_finite(trace) is None
    assert trace.n_rows(ModelReleased) > 0
    assert sum(map(trace.n_rows, EVENT_CLASSES)) > 20


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_policy_of_it_runs_to_the_end_and_its_levers_act(path: Path):
    scenario = loaded(path)
    days = (scenario.end - scenario.start).days
    for policy in scenario.policies:
        params = scenario.params(policy)
        trace = simulate(params, days, Streams(7))
        assert first_non_finite(trace) is None
        acts = [
            day for lever in params.levers for day in (lever.start_day, getattr(lever, "end_day", days)) if day < days
        ]
        assert sorted(row.time_days for row in trace.of(LeverPulled)) == sorted(acts)


def test_there_are_variants_and_sides_of_disagreements():
    variants = [path for path in FILES if len(loaded(path).policies) > 1]
    sides = [path for path in FILES if path.stem.startswith("assumes")]
    assert len(variants) >= 10
    assert len(sides) >= 6


def last_year(start: date) -> int:
    """The last year of which anything was known on the first morning."""
    return (start - timedelta(days=1)).year


def hindsight(origin: Origin, start: date, known: dict[str, SourceEntry]) -> list[str]:
    """Sources and years of a number that lie past `start`; a source without a year may."""
    last = last_year(start)
    words = set(re.findall(r"[\w-]+", f"{origin.source} {origin.note}"))
    keys = [key for key, entry in known.items() if key in words and (not entry.year or int(entry.year) > last)]
    return [*keys, *(year for year in years(origin.note) if int(year) > last)]


def years(note: str) -> list[str]:
    return re.findall(r"(?<![\w.,-])(?:19|20)\d\d(?![\w,])", note)


def untold(origins: Sequence[Origin], start: date, known: dict[str, SourceEntry]) -> Iterator[str]:
    """Numbers of a history file that use what came after its start, against the rule.

    A number may rest on a later source only if its note says that it was measured later. A pace may, beyond that,
    rest on later collections of earlier rows only: its note says up to which year, and names no later one.
    """
    last = last_year(start)
    for origin in origins:
        found, note = hindsight(origin, start, known), origin.note
        if found and SAID not in note.lower():
            yield f"{origin.path}: {', '.join(found)}, not said to be measured later"
        if found and PACE.search(origin.path):
            if any(int(year) > last for year in years(note)):
                yield f"{origin.path}: a pace that knows of {', '.join(years(note))}"
            if f"rows to {last}" not in note:
                yield f"{origin.path}: a pace from a later source, not said to use rows to {last} only"


@pytest.mark.parametrize("path", HISTORY, ids=named)
def test_a_history_file_knows_nothing_later_than_its_start(path: Path):
    assert list(untold(loaded(path).origins, loaded(path).start, sources(path))) == []


@pytest.mark.parametrize("path", HISTORY, ids=named)
def test_a_history_file_ends_early_enough_to_be_scored(path: Path):
    scenario = loaded(path)
    assert scenario.start.isoformat()[:4] in path.stem
    assert scenario.end <= date(2026, 1, 1)


START = date(2022, 1, 1)
KNOWN = {
    "old": SourceEntry("old", "Known", "paper", year="2021"),
    "new": SourceEntry("new", "Not yet", "paper", year="2022"),
    "undated": SourceEntry("undated", "Whenever", "talk"),
}


def number(path: str, source: str, note: str) -> Origin:
    return Origin(path, 1.0, "1", source, None, None, None, note, "", 1, Written(1.0, "1"))


@pytest.mark.parametrize(
    ("path", "source", "note", "n_complaints"),
    [
        ("world.a", "old", "A fit of 2021.", 0),
        ("world.a", "new", "A fit.", 1),
        ("world.a", "undated", "A fit.", 1),
        ("world.a", "new", "Measured later.", 0),
        ("world.a", "old", "Grew until 2023.", 1),
        ("world.a", "assumption", "As in new.", 1),
        ("world.a", "assumption", "A new-ish 2,048 or newer.", 0),
        ("world.growth", "new", "Rows to 2021.", 2),
        ("world.growth", "new", "Measured later, rows to 2021.", 0),
        ("world.growth", "new", "Measured later, rows to 2021, and 2024.", 1),
        ("world.growth", "assumption", "A guess.", 0),
    ],
)
def test_the_rule_for_history_files(path: str, source: str, note: str, n_complaints: int):
    assert len(list(untold([number(path, source, note)], START, KNOWN))) == n_complaints


def test_the_baseline_would_break_it():
    baseline = loaded(next(path for path in FILES if path.stem == "baseline"))
    known = known_sources([Path(__file__).parents[1] / "scenarios" / "baseline.yaml"])
    assert len(list(untold(baseline.origins, START, known))) > 20
