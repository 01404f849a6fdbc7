"""Many milestones: drawn in groups, each small enough to read."""

import json
from datetime import date

import polars as pl

from simlab.analysis.lock import Lock, Milestone
from simlab.report.figures.milestone_kinds import KINDS
from simlab.report.figures.milestones import milestones_figure
from simlab.report.figures.reached import reached_figures
from simlab.scenario.file_shape import MEASURES

START, END = date(2025, 1, 1), date(2035, 1, 1)


def lock_of(measures):
    milestones = tuple(Milestone(f"m{i}", f"Mark {i}", measure, 1.0) for i, measure in enumerate(measures))
    words = "name", "title", "about", START, END, 1, "abc", {}, ("baseline",)
    return Lock(*words, milestones, (), {}, {})


def dates_of(lock):
    quantiles = {f"p{q}_days": 100.0 + q for q in (10, 25, 50, 75, 90)}
    shares = {"never_fraction": 0.1, "never_low_fraction": 0.05, "never_high_fraction": 0.2, "n_runs": 10}
    rows = [{"milestone": m.name, "title": m.title, "measure": m.measure} | shares | quantiles for m in lock.milestones]
    return pl.DataFrame(rows)


def curves_of(lock):
    days = {"time_days": [0.0, 1800.0, 3652.0], "reached_fraction": [0.0, 0.4, 0.9]}
    days |= {"low_fraction": [0.0, 0.3, 0.8], "high_fraction": [0.1, 0.5, 1.0]}
    return pl.concat(pl.DataFrame({"milestone": [m.name] * 3} | days) for m in lock.milestones)


def test_every_measure_of_a_scenario_has_its_kind():
    assert set(MEASURES) == set(KINDS)


def test_milestones_stand_in_panels_by_what_they_are_about():
    lock = lock_of(["stock_unpowered_fraction", "run_flop", "spending_fraction", "horizon_50_minutes"])
    figure = milestones_figure(dates_of(lock), lock)
    assert [panel.title for panel in figure.panels] == ["Models", "Compute and money", "What binds"]
    assert figure.panels[0].height_px > figure.panels[1].height_px
    assert len(figure.table.rows) == 4
    assert json.dumps(figure.panels[0].spec)


def test_milestones_of_one_kind_need_no_heading():
    lock = lock_of(["run_flop", "horizon_50_minutes"])
    (panel,) = milestones_figure(dates_of(lock), lock).panels
    (reached,) = reached_figures(curves_of(lock), lock, 10)
    assert panel.title == ""
    assert (reached.key, reached.title) == ("reached", "How likely by when")


def test_each_kind_has_a_figure_of_its_own_curves():
    lock = lock_of(["run_flop", "work_unverified_fraction", "run_flop", "world_h100e"])
    figures = reached_figures(curves_of(lock), lock, 10)
    assert [figure.key for figure in figures] == ["reached", "reached-compute-and-money", "reached-what-binds"]
    assert [[words for words, _ in figure.swatches] for figure in figures] == [
        ["Mark 0", "Mark 2"],
        ["Mark 3"],
        ["Mark 1"],
    ]
    assert len(figures[0].table.columns) == 3
