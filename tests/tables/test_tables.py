"""Tables say what was recorded, in words and with units."""

from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from simlab.tables.graveyard import graveyard
from simlab.tables.outcomes import outcome, outcome_schema
from simlab.tables.series import monthly_series
from simlab.tables.tidy import first_non_finite, table, tidy
from simlab.trace import events as e
from simlab.trace.recorder import Trace

START = date(2025, 12, 1)


class Milestone(NamedTuple):
    measure: str
    threshold: float


MILESTONES = {
    "half_hour": Milestone("horizon_50_minutes", 30.0),
    "month": Milestone("horizon_50_minutes", 1e4),
    "start": Milestone("effective_flop", 1e26),
}


def test_every_class_has_a_table_with_its_fields_even_when_nothing_happened(trace, words):
    full, empty = tidy(trace, words), tidy(Trace(), words)
    assert len(full) == len(e.EVENT_CLASSES)
    for kind, name in zip(e.EVENT_CLASSES, full, strict=True):
        assert tuple(full[name].columns) == kind._fields
        assert full[name].schema == empty[name].schema
        assert full[name].height == trace.n_rows(kind)
        assert empty[name].height == 0


def test_a_table_gives_back_every_number_and_word(trace, words):
    for kind in e.EVENT_CLASSES:
        frame = table(trace, kind, words)
        recorded = trace.of(kind)
        assert frame["time_days"].to_list() == [event.time_days for event in recorded]
        if "lab" in kind._fields:
            assert frame["lab"].to_list() == [words["lab"][int(event.lab)] for event in recorded]
    lives = table(trace, e.IdeaEnded, words)
    assert lives["cause"].to_list() == ["adopted", "no_gain_seen", "no_gain_seen", "in_flight"]
    assert lives["area"].to_list() == ["optimiser", "data", "optimiser", "data"]
    assert lives.schema["cause"] == pl.Enum([cause.name.lower() for cause in e.Cause])
    assert lives.schema["idea"] == pl.Int64
    assert lives.schema["flop"] == pl.Float64


def test_tables_survive_parquet(trace, words, tmp_path):
    for name, frame in tidy(trace, words).items():
        frame.write_parquet(tmp_path / name)
        back = pl.read_parquet(tmp_path / name)
        assert back.schema == frame.schema
        assert back.equals(frame)


def test_nobody_is_null_and_an_unknown_number_is_refused(words):
    trace = Trace()
    trace.record(e.LeverPulled(1.0, -1, 0, 2.0))
    assert table(trace, e.LeverPulled, words)["lab"].to_list() == [None]
    trace.record(e.LeverPulled(1.0, 2, 0, 2.0))
    with pytest.raises(ValueError, match="lab: numbers -1 to 2 for 2 words"):
        table(trace, e.LeverPulled, words)


def test_the_series_has_a_row_a_lab_and_month(trace, words):
    series = monthly_series(trace, words, START)
    assert series["time_days"].to_list() == [30.0, 30.0, 60.0, 60.0, 90.0, 90.0]
    assert series["lab"].to_list() == ["north", "south"] * 3
    assert series["date"][0] == date(2025, 12, 31)
    north = series.filter(pl.col("lab") == "north")
    assert north["capacity_h100e"].to_list() == pytest.approx([100.0] * 3)
    assert north["utilisation_fraction"].to_list() == pytest.approx([0.8] * 3)
    assert north["frontier_fraction"].to_list() == pytest.approx([0.5] * 3)
    assert north["experiments_fraction"].to_list() == pytest.approx([0.3] * 3)
    assert north["mean_queue_jobs"].to_list() == pytest.approx([2.0] * 3)
    assert north["generation"].to_list() == [0, 1, 1]


def test_the_series_keeps_the_best_model_when_a_worse_one_follows(trace, words):
    south = monthly_series(trace, words, START).filter(pl.col("lab") == "south")
    assert south["generation"].to_list() == [0, 0, 0]
    assert south["effective_flop"].to_list() == [1e26] * 3


def test_the_graveyard_adds_up_to_the_lives(trace, words):
    table_of_graves = graveyard(trace, words, START)
    lives = table(trace, e.IdeaEnded, words)
    assert table_of_graves["n_ideas"].sum() == lives.height
    for name in ("flop", "people_days", "running_days", "true_gain_nats"):
        assert table_of_graves[name].sum() == pytest.approx(lives[name].sum())
    assert table_of_graves["truly_good_nats"].sum() == pytest.approx(0.04 + 0.02 + 0.01)
    assert table_of_graves["truly_bad_nats"].sum() == pytest.approx(-0.05)
    assert set(table_of_graves["year"]) == {2026}


def test_an_empty_graveyard_has_the_same_columns(trace, words):
    assert graveyard(Trace(), words, START).schema == graveyard(trace, words, START).schema


def test_the_outcome_dates_the_milestones_and_names_the_leader(trace, words):
    row = outcome(trace, words, MILESTONES, 365.25)
    assert (row["half_hour_days"], row["month_days"], row["start_days"]) == (50.0, None, 0.0)
    assert row["leader"] == "north"
    assert row["effective_nats_per_year"] == pytest.approx(np.log(4))
    assert row["adopted_fraction"] == pytest.approx(1 / 3)
    assert row["experiments_fraction"] == pytest.approx(0.2)
    assert (row["n_good_buried"], row["n_bad_adopted"], row["n_releases"]) == (1, 0, 2)
    assert set(outcome_schema(MILESTONES)) == set(row)


def test_the_outcome_of_nothing_has_every_column(words):
    row = outcome(Trace(), words, MILESTONES, 365.25)
    assert set(row) == set(outcome_schema(MILESTONES))
    assert row["leader"] is None


def test_the_outcome_does_not_depend_on_detail(trace, words):
    plain = Trace()
    for kind in e.EVENT_CLASSES:
        if not kind.detail:
            for event in trace.of(kind):
                plain.record(event)
    assert outcome(plain, words, MILESTONES, 90.0) == outcome(trace, words, MILESTONES, 90.0)


def test_an_unknown_measure_is_refused(trace, words):
    with pytest.raises(ValueError, match="no beauty"):
        outcome(trace, words, {"x": Milestone("beauty", 1.0)}, 90.0)


def test_the_first_number_that_is_none_is_named(trace):
    assert first_non_finite(trace) is None
    trace.record(e.StaffChanged(70.0, 0, 1, 0, float("nan")))  # pyright: ignore[reportArgumentType]
    assert first_non_finite(trace) == "staff_changed.n_people is nan at day 70.00"
