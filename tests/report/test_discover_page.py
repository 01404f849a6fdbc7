"""The figures of `simlab discover`: the way to the region, its limits, the runs."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from simlab.analysis.discover import discover
from simlab.analysis.lock import Lock, Milestone, Origin
from simlab.analysis.prim import Settings
from simlab.analysis.questions import ask
from simlab.analysis.study import Study
from simlab.report.discover import write_discover
from simlab.report.figures.box_scatter import MOST_POINTS, scatter_figure
from simlab.report.figures.boxes import boxes_figure, trajectory_figure

SOME = Settings(n_shuffles=9, n_halves=2)


def made_up(n=500) -> Study:
    rng = np.random.default_rng(0)
    factors: dict[str, Any] = {f"world.x{i}": rng.lognormal(0.0, 2.0, n) for i in range(4)}
    factors["world.mode"] = rng.choice(["<a>", "b", "c"], n)
    late = (factors["world.x0"] > 1.0) & (factors["world.x1"] < 2.0) & (factors["world.mode"] != "b")
    keys = pl.DataFrame({"run_id": [f"r{i:05d}" for i in range(n)], "policy": "baseline", "sample": range(n)})
    keys = keys.with_columns(replicate=pl.lit(0))
    states = keys.with_columns(state=pl.lit("ok"), error=pl.lit(None, pl.String), seconds=pl.lit(1.0))
    lock = Lock(
        name="toy",
        title="A toy <study>",
        about="",
        start=date(2025, 1, 1),
        end=date(2035, 1, 1),
        seed=0,
        fingerprint="f",
        versions={},
        policies=("baseline",),
        milestones=(Milestone("day", "A day’s work", "horizon_50_minutes", 480.0),),
        origins=tuple(Origin(path, 1.0, "day", "choice", None, None, "", "", "", 1, "", "") for path in factors),
        sources={},
        scenario={},
    )
    days = pl.Series(np.where(late, 3000.0, 10.0))
    return Study(
        folder=Path("toy"),
        lock=lock,
        design=keys.with_columns(**{name: pl.Series(values) for name, values in factors.items()}),
        runs=states,
        outcomes=keys.with_columns(day_days=days),
        series=pl.LazyFrame(),
        graveyard=pl.DataFrame(),
    )


@pytest.fixture(scope="module")
def study():
    return made_up()


@pytest.fixture(scope="module")
def found(study):
    return discover(study, ask("day > 2031-01-01", study), SOME)


def test_every_point_of_the_way_is_a_row_of_its_table(found, study):
    figure = trajectory_figure(found, study.lock)
    (points,) = figure.panels[0].spec["data"]
    numbers = [row[figure.table.columns.index("number")] for row in figure.table.rows]
    assert len(points["x"]) == len(numbers) == len(found.discovery.searches[0].trajectory)
    assert numbers == [str(i) for i in range(len(numbers))]
    assert points["x"][0] == 100.0
    assert points["y"][-1] > points["y"][0]
    told = [row[figure.table.columns.index("told")] for row in figure.table.rows]
    assert told.index("True") == found.discovery.searches[0].step
    assert points["text"][told.index("True")] == str(found.discovery.searches[0].step)


def test_the_limits_are_drawn_within_the_whole(found, study):
    figure = boxes_figure(found, study.lock)
    (panel,) = figure.panels
    inside = [trace["x"] for trace in panel.spec["data"] if trace["line"]["color"] != "#dfe3e6"]
    share = float((found.factors["world.x0"] < 1.0).mean())
    assert [100.0 * share, 100.0] in [pytest.approx(x, abs=4.0) for x in inside]
    assert figure.takeaway == found.sentences[0]
    assert {row[2] for row in figure.table.rows} == {"world.x0", "world.x1", "world.mode"}


def test_the_runs_are_stacked_by_the_other_conditions(found, study):
    figure = scatter_figure(found, study.lock)
    assert [panel.title for panel in figure.panels] == ["where the other conditions hold", "where they do not"]
    drawn = sum(len(trace["x"]) for panel in figure.panels for trace in panel.spec["data"])
    assert drawn == found.n_runs
    yes = [len(panel.spec["data"][1]["x"]) for panel in figure.panels]
    assert yes == [found.n_cases, 0] or yes[0] > 0.9 * found.n_cases


def test_words_of_the_study_are_escaped_in_drawings(found, study):
    panels = [*boxes_figure(found, study.lock).panels, *scatter_figure(found, study.lock).panels]
    assert "<a>" not in str([panel.spec for panel in panels])
    assert "&lt;a&gt;" in str([panel.spec for panel in panels])


def test_very_many_runs_are_thinned_and_the_caption_says_so():
    study = made_up(3 * MOST_POINTS)
    found = discover(study, ask("day > 2031-01-01", study), SOME)
    figure = scatter_figure(found, study.lock)
    assert sum(len(trace["x"]) for panel in figure.panels for trace in panel.spec["data"]) <= MOST_POINTS
    assert "are drawn" in figure.caption


def test_a_region_of_one_factor_is_drawn_as_two_lanes(study):
    alone = study.outcomes.with_columns(day_days=pl.when(study.design["world.x0"] > 3.0).then(3000.0).otherwise(10.0))
    one = replace(study, outcomes=alone)
    found = discover(one, ask("day > 2031-01-01", one), SOME)
    (panel,) = scatter_figure(found, one.lock).panels
    assert panel.spec["layout"]["yaxis"]["ticktext"] == ["no", "yes"]


def test_a_page_without_a_region_says_why(study, tmp_path):
    rng = np.random.default_rng(3)
    noise = replace(study, outcomes=study.outcomes.with_columns(day_days=pl.Series(3000.0 * (rng.random(500) < 0.3))))
    found = discover(noise, ask("day > 2031-01-01", noise), SOME)
    page = write_discover(tmp_path / "page.html", noise, found, SOME).read_text()
    assert "No region stands out" in page
    assert 'id="fig-boxes"' not in page
    assert 'id="fig-trajectory"' in page
