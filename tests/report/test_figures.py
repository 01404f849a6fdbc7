from datetime import date

import polars as pl
import pytest

from simlab.analysis.binding import STAGES
from simlab.analysis.graveyard import VERDICTS
from simlab.report.figures.binding import STAGE_COLOURS, STAGE_WORDS, binding_figure
from simlab.report.figures.fans import horizon_figure
from simlab.report.figures.graveyard import CAUSE_WORDS, VERDICT_COLOURS, rung_words
from simlab.report.figures.theme import end_labels, years


def fan(*medians):
    """Bands a tenth to ten times around the medians, a year apart."""
    days = [date(2025 + n, 1, 1) for n in range(len(medians))]
    around = {"p10": 0.1, "p25": 0.5, "p50": 1.0, "p75": 2.0, "p90": 10.0}
    columns = {band: [factor * median for median in medians] for band, factor in around.items()}
    return pl.DataFrame({"date": days, "n_runs": [64] * len(medians)} | columns)


def axis_of(figure, name):
    return figure.panels[0].spec["layout"][name]


def test_the_ticks_of_a_horizon_are_spans_of_work():
    ticks = axis_of(horizon_figure(fan(60.0, 480.0, 10_000.0)), "yaxis")
    assert ticks["type"] == "log"
    assert {"1 hour", "1 day", "1 week", "1 month"} <= set(ticks["ticktext"])
    assert len(ticks["ticktext"]) <= 8


def test_even_a_horizon_of_an_age_has_few_ticks_and_all_in_words():
    words = axis_of(horizon_figure(fan(1.0, 1e6, 1e12)), "yaxis")["ticktext"]
    assert 3 <= len(words) <= 8
    assert all(any(unit in word for unit in ("second", "minute", "hour", "day", "month", "year")) for word in words)


def test_a_takeaway_is_made_from_the_last_month():
    said = horizon_figure(fan(60.0, 480.0)).takeaway
    expected = "the median run stands at 1 work-day; 80% of the runs lie between 48 minutes and 2 work-weeks."
    assert said == f"In Jan 2026 {expected}"


def test_labels_at_the_ends_keep_apart_and_inside():
    ends = [("a", 0.98, "#000000"), ("b", 0.99, "#000000"), ("c", 1.0, "#000000"), ("d", 0.1, "#000000")]
    heights = {label["text"]: label["y"] for label in end_labels(ends, (0.0, 1.0))}
    assert heights["d"] == pytest.approx(0.1)
    assert heights["c"] <= 1.0
    assert heights["c"] - heights["b"] >= 0.0749
    assert heights["b"] - heights["a"] >= 0.0749


@pytest.mark.parametrize(("n_years", "most"), [(10, 6), (3, 6), (40, 6)])
def test_a_time_axis_marks_new_years(n_years, most):
    marks = years(pl.Series([date(2025, 1, 31), date(2025 + n_years, 1, 1)]), most)["ticktext"]
    assert len(marks) <= most
    assert marks == sorted(marks)


def test_a_time_axis_of_a_year_is_left_to_its_months():
    assert "ticktext" not in years(pl.Series([date(2025, 1, 31), date(2026, 1, 1)]), 6)


def test_thick_areas_carry_their_name_and_thin_ones_do_not():
    quarters = [date(2025 + n // 4, 3 * (n % 4) + 1, 1) for n in range(24)]
    shares = dict.fromkeys((f"{stage}_fraction" for stage in STAGES), 0.01) | {"building_fraction": 0.94}
    table = pl.DataFrame({"lab": ["all labs"] * 24, "quarter": quarters, "n_runs": [3] * 24}).with_columns(
        **{name: pl.lit(share) for name, share in shares.items()}
    )
    figure = binding_figure(table, table.drop("quarter").head(1))
    assert [label["text"] for label in axis_of(figure, "annotations")] == ["building"]
    assert "building: 94%" in figure.takeaway


def test_every_stage_cause_and_verdict_has_its_words_and_colour():
    assert set(STAGE_WORDS) == set(STAGE_COLOURS) == set(STAGES)
    assert set(CAUSE_WORDS) == set(VERDICTS)
    assert set(VERDICTS.values()) < set(VERDICT_COLOURS)


def test_rungs_are_told_from_the_smallest_up():
    assert [rung_words(rung, [-1, 0, 1, 2]) for rung in (-1, 0, 1, 2)] == [
        "never tested",
        "rung 1 (smallest)",
        "rung 2",
        "rung 3 (largest)",
    ]
