"""The page of `simlab compare`, from a made-up study and from made-up tables."""

import json
from dataclasses import replace

import polars as pl
import pytest

from simlab.analysis.alternatives import alternatives_of, on_common_ground
from simlab.analysis.comparison import Wanted, found
from simlab.analysis.policies import SCHEMA as DIFFERENCES
from simlab.analysis.precision import SCHEMA as NEEDED
from simlab.analysis.regret import SCHEMA as REGRETS
from simlab.analysis.regret import Preference
from simlab.analysis.study import load_study
from simlab.report.compare import Facts, write_comparison
from simlab.report.figures.compared import chances_figure
from simlab.report.figures.needed import needed_figure
from simlab.report.figures.numbers import differing, numbers_figure
from simlab.report.figures.policies import policies_figure
from simlab.report.figures.regret import regret_figure

MONTH = 365.25 / 12
TITLES = {"day_days": "A day", "year_days": "A year"}


def rows(schema, *entries):
    return pl.DataFrame(list(entries), schema=schema)


def difference(**changes):
    row = {"policy": "cap", "outcome": "day_days", "is_milestone": True, "n_pairs": 10, "n_samples": 10}
    row |= {"mean_difference": 2 * MONTH, "low": MONTH, "high": 3 * MONTH, "paired_sd": 50.0, "unpaired_sd": 500.0}
    row |= {"lower_fraction": 0.1, "same_fraction": 0.2, "higher_fraction": 0.7}
    return row | {"reached_difference": -0.1, "reached_low": -0.3, "reached_high": 0.1} | changes


@pytest.fixture(scope="module")
def comparison(study_folder):
    return on_common_ground(alternatives_of([load_study(study_folder)]))


@pytest.fixture(scope="module")
def tables(comparison):
    first = comparison.alternatives[0].study
    wishes = [Preference("horizon_month_days", True, first.horizon_days), Preference("final_effective_flop", False)]
    return found(comparison, Wanted(wishes))


@pytest.fixture(scope="module")
def page(comparison, tables, tmp_path_factory, read):
    lock = comparison.alternatives[0].study.lock
    path = tmp_path_factory.mktemp("page") / "compare.html"
    notes = replace(tables, notes=["Mind <b>this</b>."])
    return read(write_comparison(path, Facts(lock, [("A <b>study</b>", "its runs")]), notes))


def test_the_page_has_all_that_was_found(page):
    # no figure of numbers: here none is sure to differ
    assert list(page.figures) == ["policies", "reached", "chances", "regret", "needed"]
    for key, figure in page.figures.items():
        assert figure.takeaway.strip(), key
        assert len(figure.rows) > 1, key
        assert {len(row) for row in figure.rows} == {len(figure.rows[0])}, key


def test_the_page_asks_no_network_for_anything(page):
    addresses = [known[name] for _, known in page.tags for name in ("href", "src") if name in known]
    assert addresses
    assert all(address.startswith("#") for address in addresses)


def test_the_curves_table_is_what_was_found(page, tables):
    figure = page.figures["reached"]
    last = tables.curves.filter(pl.col("milestone") == "horizon_month").group_by("alternative").last()
    for name, share in last.select("alternative", "reached_fraction").iter_rows():
        told = [row for row in figure.rows if row[1] == name and "working month" in row[0] and "four" not in row[0]]
        assert float(told[-1][3]) == pytest.approx(100 * share, abs=0.051)


def test_the_regrets_table_is_what_was_found(page, tables):
    figure = page.figures["regret"]
    assert [float(cell) for cell in figure.column("largest")] == pytest.approx(
        tables.regrets["max_regret"].to_list(), rel=1e-3
    )


def test_chances_are_told_of_the_most_one_sided_milestone():
    still = difference(outcome="year_days", lower_fraction=0.0, same_fraction=1.0, higher_fraction=0.0)
    figure = chances_figure(rows(DIFFERENCES, difference(), still), TITLES, "baseline")
    assert figure.takeaway == "Most one-sided: under “cap”, “A day” comes later in 70% of 10 pairs."
    (panel,) = figure.panels
    assert [list(bars["y"]) for bars in panel.spec["data"]] == [["A day"]] * 3
    assert [list(bars["x"]) for bars in panel.spec["data"]] == [[10.0], [20.0], [70.0]]
    assert [row[1] for row in figure.table.rows] == ["A day", "A year"]


def test_where_nothing_moves_there_is_nothing_to_draw():
    still = difference(lower_fraction=0.0, same_fraction=1.0, higher_fraction=0.0)
    figure = chances_figure(rows(DIFFERENCES, still), TITLES, "baseline")
    assert figure.panels == []
    assert figure.takeaway == "No milestone comes more often earlier than later anywhere."


def test_the_draws_of_an_unpaired_alternative_have_no_full_dots():
    row = {"policy": "cap", "outcome": "day_days", "is_milestone": True, "half_width": MONTH, "n_samples": 12}
    alone = row | {"n_draws_unpaired": 700, "n_sign_unpaired": 90}
    pairs = row | {"policy": "tax", "n_draws": 9, "n_draws_unpaired": 700, "saved_factor": 81.0}
    figure = needed_figure(rows(NEEDED, alone, pairs), TITLES)
    assert figure.takeaway.startswith(
        "The draws so far are enough for 1 of 1 shift of milestones that differ. Pairs save"
    )
    assert "is a month to either side" in figure.caption
    full = [panel.spec["data"][-1]["x"] for panel in figure.panels]
    assert [list(x) for x in full] == [[None], [9]]
    assert json.dumps(figure.panels[0].spec, default=list)


def test_one_draw_has_a_dot_and_no_interval():
    row = difference(low=None, high=None, n_pairs=1, n_samples=1, paired_sd=None, unpaired_sd=None)
    dates = pl.DataFrame({"milestone": ["day", "year"], "title": ["A day", "A year"]})
    figure = policies_figure(rows(DIFFERENCES, row), dates, "baseline")
    assert "90% interval: unknown, from one draw" in figure.takeaway
    assert list(figure.panels[0].spec["data"][1]["error_x"]["array"]) == [0.0]


def test_numbers_that_differ_most_in_spreads_come_first():
    number = {"is_milestone": False, "low": 0.5, "high": 1.5, "mean_difference": 1.0}
    table = rows(
        DIFFERENCES,
        difference(**number, outcome="n_few", unpaired_sd=10.0),
        difference(**number, outcome="n_many", unpaired_sd=1.0),
        difference(**(number | {"low": -0.5}), outcome="n_unsure", unpaired_sd=0.1),
    )
    found = differing(table)
    assert found["outcome"].to_list() == ["n_many", "n_few"]
    assert found["spreads"][0] == pytest.approx(2**0.5)
    figure = numbers_figure(found, pl.DataFrame({"outcome": ["n_many", "n_few"], "mean": [4.0, 7.0]}))
    assert (
        "2 numbers at the end are sure to differ; most of all number of many under “cap”, from 4 to 5"
        in figure.takeaway
    )


def test_who_is_sorry_least_is_told_over_all_worlds():
    row = {"outcome": "day_days", "is_less": False, "n_futures": 8, "n_left_out": 2, "best_fraction": 0.5}
    amounts = [("a", "calm", 1), ("a", "all worlds", 6), ("b", "calm", 9), ("b", "all worlds", 3)]
    entries = [
        row | {"alternative": name, "world": world, "mean_regret": 0.0, "p90_regret": 0.0, "max_regret": n * MONTH}
        for name, world, n in amounts
    ]
    figure = regret_figure(rows(REGRETS, *entries), TITLES)
    assert figure.takeaway == "A day: later is better. “b” falls behind least: at most 3.0 months."
    assert "2 futures at most left out" in figure.caption
    assert [panel.title for panel in figure.panels] == [
        "A day: later is better, calm (months)",
        "A day: later is better, all worlds (months)",
    ]


def test_a_future_that_nobody_finished_makes_no_regret():
    row = {"outcome": "day_days", "is_less": True, "alternative": "a", "world": "all", "n_futures": 0, "n_left_out": 3}
    figure = regret_figure(rows(REGRETS, row), TITLES)
    assert figure.takeaway == "No future was finished under all alternatives."
    assert figure.panels == []


def test_titles_cannot_smuggle_anything_in(comparison, tables, tmp_path):
    lock = comparison.alternatives[0].study.lock
    told = tuple(milestone._replace(title=f"<i>{milestone.title}</i>") for milestone in lock.milestones)
    evil = replace(lock, title="<script>alert(1)</script>", milestones=told)
    text = write_comparison(tmp_path / "compare.html", Facts(evil, []), tables).read_text(encoding="utf-8")
    assert "<script>alert(1)" not in text
    assert "<i>AI does" not in text
