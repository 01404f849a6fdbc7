"""The section on AI workers and serving: told where a scenario has them, and only there."""

from datetime import date

import polars as pl
import pytest

from simlab.analysis.automation import AUTOMATED, PARTS
from simlab.analysis.fans import BANDS
from simlab.analysis.verification import SETTLED
from simlab.report import write_report
from simlab.report.figures.automation import automation_figure, plan_figure
from simlab.report.figures.verification import verification_figure

FIGURES = {"automation", "plan", "customers", "verification"}
DAYS = [date(2025 + n, 1, 31) for n in range(4)]


@pytest.fixture(scope="module")
def page(study_folder, read):
    return read(study_folder / "report.html")


@pytest.fixture(scope="module")
def series(study_folder):
    return pl.read_parquet(study_folder / "series" / "part-*.parquet").filter(pl.col("policy") == "baseline")


def numbers(cells):
    return [float(cell) for cell in cells]


def fan(*medians):
    columns = {band: list(medians) for band in BANDS}
    return pl.DataFrame({"date": DAYS[: len(medians)], "n_runs": [7] * len(medians)} | columns)


def test_a_study_without_the_rooms_has_no_such_section(tmp_path, synthetic, read):
    folder = synthetic.write_synthetic_study(tmp_path / "study", 3, with_workers=False)
    html = write_report(folder).read_text()
    figures = read(folder / "report.html").figures
    assert not FIGURES & figures.keys()
    assert "AI workers and serving" not in html
    assert "waiting for a verifier" not in html


def test_a_study_of_before_these_columns_is_reported_all_the_same(tmp_path, synthetic, read):
    folder = synthetic.write_synthetic_study(tmp_path / "study", 3, with_workers=False)
    path = folder / "series" / "part-000.parquet"
    old = pl.read_parquet(path)
    old.select(column for column in old if column.null_count() < column.len()).write_parquet(path)
    write_report(folder)
    assert not FIGURES & read(folder / "report.html").figures.keys()


def test_the_section_has_its_figures_and_the_wait_for_a_verifier_is_told(page):
    assert page.figures.keys() >= FIGURES
    assert "waiting for a verifier, %" in page.figures["binding"].rows[0]


def test_the_steps_are_the_leading_labs(page, series):
    figure = page.figures["automation"]
    best = series.filter(pl.col("effective_flop") == pl.col("effective_flop").max().over("run_id", "date"))
    building = best.group_by("date").agg(pl.col("building_automated_fraction").quantile(0.5, "linear"))
    expected = dict(building.select(pl.col("date").cast(pl.String), "building_automated_fraction").iter_rows())
    rows = zip(figure.column("step"), figure.column("date"), figure.column("50% of runs below, %"), strict=True)
    shown = {day: float(median) for step, day, median in rows if step == "building them"}
    assert len(shown) == 40
    assert shown == pytest.approx({day: 100 * expected[day] for day in shown}, rel=1e-3)


def test_a_plan_fills_the_whole(page):
    figure = page.figures["plan"]
    assert set(figure.column("lab")) == {"leader", "follower"}
    for row in figure.rows[1:]:
        assert sum(numbers(row[2:-1])) == pytest.approx(100, abs=0.1)


def test_the_revenue_is_that_of_all_labs(page, series):
    figure = page.figures["customers"]
    of_all = series.group_by("run_id", "date").agg(pl.col("revenue_usd2025").sum() * 12)
    last = of_all.filter(pl.col("date") == series["date"].max())["revenue_usd2025"].median()
    rows = zip(figure.column("what"), numbers(figure.column("50% of runs below")), strict=True)
    assert [median for what, median in rows if what == "revenue"][-1] == pytest.approx(last, rel=1e-3)


def test_what_became_of_automated_work_sums_to_all_of_it(page):
    figure = page.figures["verification"]
    by_day: dict[str, float] = {}
    for day, mean in zip(figure.column("from"), figure.column("mean over runs, %"), strict=True):
        if mean != "–":
            by_day[day] = by_day.get(day, 0.0) + float(mean)
    assert by_day
    assert list(by_day.values()) == pytest.approx([100.0] * len(by_day), abs=0.1)


def test_the_first_month_with_half_of_the_work_is_told():
    fans = dict.fromkeys(AUTOMATED, fan(0.1, 0.4, 0.55, 0.8))
    assert "half of it done by them first in Jan 2027." in automation_figure(fans).takeaway
    fans["automated_work_fraction"] = fan(0.1, 0.2)
    assert "never has half" in automation_figure(fans).takeaway


def plan(*shares):
    rows = [dict(zip(PARTS, row, strict=True)) for row in shares]
    table = pl.DataFrame([{f"{part}_fraction": share for part, share in row.items()} for row in rows])
    return table.with_columns(lab=pl.lit("leader"), quarter=pl.Series(DAYS[: len(rows)]), n_runs=7)


def test_a_plan_is_told_by_what_grows_and_what_shrinks():
    figure = plan_figure(plan((0.3, 0.3, 0.0, 0.1, 0.3), (0.2, 0.3, 0.0, 0.3, 0.2)))
    assert "leader, the share of AI workers (10% to 30%) grows most and that of" in figure.takeaway


def test_a_plan_that_stays_is_told_so():
    shares = (0.3, 0.3, 0.0, 0.1, 0.3)
    assert "leader, the shares of day 0 stay." in plan_figure(plan(shares, shares)).takeaway


def test_what_never_happens_to_automated_work_has_no_colour():
    shares = pl.DataFrame({f"{end}_fraction": [0.0, 0.0] for end in SETTLED} | {"quarter": DAYS[:2], "n_runs": [7, 7]})
    shares = shares.with_columns(passed_fraction=pl.lit(1.0))
    fans = {"slipped": fan(0.1, 0.2), "harmful": fan(0.1)}
    figure = verification_figure(shares, fans, {"verified": 1.0, "refuted": 0.0, "slipped": None})
    assert [words for words, _ in figure.swatches] == ["verified and believed"]
    assert len(figure.panels) == 2  # a year alone is no drawing
    assert "let through" not in figure.takeaway
