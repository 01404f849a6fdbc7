"""The sections on labs and the world around them: told where a scenario has them, exact, and only there."""

from datetime import date

import polars as pl
import pytest

from simlab.analysis.fans import BANDS
from simlab.report import write_report
from simlab.report.conditions import not_modelled
from simlab.report.figures.levers import levers_figure
from simlab.report.figures.lines import lines_panel
from simlab.report.figures.money import NAMES, money_figure
from simlab.report.figures.supply import scarce_figure
from simlab.report.terms import terms
from simlab.report.words import percent

MONEY = {"money", "spending", "prices"}
SUPPLY = {"stock", "rents", "scarce", "nations"}
WORK = {"sectors", "work"}
LABS = {"labs", "lag", "origins"}


@pytest.fixture(scope="module")
def page(study_folder, read):
    return read(study_folder / "report.html")


def table(folder, name):
    return pl.read_parquet(folder / name / "part-*.parquet").filter(pl.col("policy") == "baseline")


def numbers(cells):
    return [float(cell) for cell in cells]


def test_every_section_has_its_figures(page):
    assert page.figures.keys() >= MONEY | SUPPLY | WORK | LABS | {"levers"}


def test_a_study_without_an_economy_has_none_of_it_but_the_labs(tmp_path, synthetic, read):
    folder = synthetic.write_synthetic_study(tmp_path / "study", 3)
    html = write_report(folder).read_text()
    figures = read(folder / "report.html").figures
    assert not (MONEY | SUPPLY | WORK | {"levers", "origins"}) & figures.keys()
    assert figures.keys() >= {"labs", "lag"}
    assert "Work outside labs" not in html
    assert "Installed" not in html


def test_the_stock_is_the_parquets(page, study_folder):
    figure, world = page.figures["stock"], table(study_folder, "world")
    shown = [
        float(median)
        for what, median in zip(figure.column("what"), figure.column("50% of runs below"), strict=True)
        if what == "installed, H100e"
    ]
    medians = world.group_by("date").agg(pl.col("installed_h100e").cast(pl.Float64).median()).sort("date")
    assert shown == pytest.approx(medians["installed_h100e"].to_list(), rel=1e-3)


def test_what_has_no_power_is_told_run_by_run(page, study_folder):
    world = table(study_folder, "world")
    last = world.filter(pl.col("date") == pl.col("date").max())
    dark = 1 - last["installed_h100e"].cast(pl.Float64) / last["stock_h100e"].cast(pl.Float64)
    low, middle, high = (percent(float(dark.quantile(q, "linear") or 0)) for q in (0.1, 0.5, 0.9))
    told = f"Delivered and without power are then {middle} in the median run (80% of the runs: {low} to {high})."
    assert page.figures["stock"].takeaway.endswith(told)


def test_what_was_scarce_fills_the_whole(page):
    figure = page.figures["scarce"]
    assert len(figure.rows) == 41
    for row in figure.rows[1:]:
        assert sum(numbers(row[1:-1])) == pytest.approx(100, abs=0.1)


def test_money_is_a_years_of_all_labs(page, study_folder):
    figure, series = page.figures["money"], table(study_folder, "series")
    last_year = series.filter(pl.col("date") > pl.col("date").max().dt.offset_by("-1y"))
    of_run = last_year.group_by("run_id").agg(pl.col("revenue_usd2025").sum())
    rows = zip(figure.column("what"), numbers(figure.column("50% of runs below, USD a year")), strict=True)
    shown = [median for what, median in rows if what == "revenue"]
    assert shown[-1] == pytest.approx(of_run["revenue_usd2025"].median(), rel=1e-3)


def test_the_ceiling_is_beside_the_spending(page):
    figure = page.figures["spending"]
    assert len(set(figure.column("what"))) == 3
    assert "of what it would spend at most." in figure.takeaway


def test_what_labs_hand_back_is_not_raised():
    fans = {name: bands(fan(4e9, 4e9)) for name in NAMES} | {"raised_usd2025_per_year": bands(fan(1e9, -2e9))}
    figure = money_figure(fans)
    assert "hand $2 billion back to investors" in figure.takeaway
    marks = figure.panels[1].spec["layout"]["yaxis"]["ticktext"]
    assert marks[0].startswith("−$")
    assert "$0" in marks


def bands(medians):
    return medians.with_columns(n_runs=pl.lit(3), **{band: pl.col("p50") for band in BANDS})


def test_sectors_stand_in_the_order_in_which_they_are_automated(page):
    takeaway = page.figures["sectors"].takeaway
    places = [takeaway.index(sector) for sector in ("software", "office work", "science", "health care", "physical")]
    assert places == sorted(places)


def test_origins_fill_the_whole(page):
    for row in page.figures["origins"].rows[1:]:
        assert sum(numbers(row[2:5])) == pytest.approx(100)


def test_levers_are_told_with_their_policy_and_dates(page):
    figure = page.figures["levers"]
    assert figure.column("policy") == ["cap", "cap"]
    assert figure.column("begins, median") == ["2027-01-01", "2027-06-20"]
    assert "compute cap on United States from Jan 2027 to Jan 2029 (cap)" in figure.takeaway


TYPES = {"ends": pl.Date, "amount": pl.Float64, "nation": pl.String}


def lever(**changes):
    row = {"policy": "p", "lever": 0, "kind": "weight_leak", "lab": "leader", "nation": None, "n_runs": 3}
    days = {"begins": date(2027, 1, 1), "begins_p10": date(2027, 1, 1), "begins_p90": date(2027, 1, 1)}
    return row | days | {"ends": None, "amount": None} | changes


def test_a_lever_that_acts_once_is_a_point():
    acts = pl.DataFrame([lever()], schema_overrides=TYPES)
    figure = levers_figure(acts, date(2025, 1, 1), date(2035, 1, 1))
    assert figure.takeaway == "In the order of their dates: weight leak on leader from Jan 2027 (p)."
    assert len(figure.panels[0].spec["data"][0]["x"]) == 1


def test_many_levers_are_told_by_the_first_few():
    acts = pl.DataFrame([lever(lever=n) for n in range(7)], schema_overrides=TYPES)
    assert levers_figure(acts, date(2025, 1, 1), date(2035, 1, 1)).takeaway.endswith(", and 3 more levers.")


def test_where_nothing_was_short_it_is_said():
    shares = pl.DataFrame({"quarter": [date(2025, 4, 2), date(2025, 7, 2)], "n_runs": [5, 5]}).with_columns(
        orders_fraction=1.0, wafers_fraction=0.0, packaging_fraction=0.0, memory_fraction=0.0
    )
    assert scarce_figure(shares).takeaway.startswith("In no quarter of any run was anything short")


def fan(*medians):
    days = [date(2025 + n, 1, 1) for n in range(len(medians))]
    return pl.DataFrame({"date": days, "p50": [float(median) for median in medians]})


def test_a_line_that_is_never_above_nothing_has_no_place_on_a_log_axis():
    panel = lines_panel({"some": fan(1, 10, 100), "none": fan(0, 0, 0)}, str, log=True, height_px=200)
    assert len(panel.spec["data"]) == 1
    assert [label["text"] for label in panel.spec["layout"]["annotations"]] == ["some"]


def test_words_are_told_where_the_scenario_has_what_they_are_about():
    bare = {term.word for term in terms({"world": {}})}
    whole = {term.word for term in terms({"world": {"market": {}, "capital": {}, "deployment": {}}})}
    assert "H100e" in bare
    assert whole - bare == {"Installed", "Money", "Work outside labs"}


def test_a_world_with_a_market_leaves_out_neither_chips_nor_power():
    left = not_modelled({"world": {"market": {}}}, 2)
    assert not any("power" in words or "making of chips" in words for words in left)
    assert any("weaker chips" in words for words in left)
