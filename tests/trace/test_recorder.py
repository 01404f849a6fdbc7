"""The notebook: rows in, the same rows out; what is left out without detail and before day 0; what a row costs."""

from pathlib import Path

import pytest

from simlab.randomness import Streams
from simlab.run import simulate
from simlab.scenario import load_scenario
from simlab.trace.events import (
    EVENT_CLASSES,
    ComputeDelivered,
    IdeaDecided,
    IdeaProposed,
    LeverPulled,
    Outcome,
    StaffChanged,
)
from simlab.trace.recorder import Trace

BYTES_A_NUMBER = 8


def test_what_was_recorded_comes_back_in_its_order():
    trace = Trace()
    rows = [StaffChanged(1.0, 0, 3, 1, 12), StaffChanged(2.5, 1, 0, 2, 10), StaffChanged(2.5, 0, 1, 0, 13)]
    for row in rows:
        trace.record(row)
    assert trace.of(StaffChanged) == rows
    assert trace.n_rows(StaffChanged) == 3
    assert trace.values(StaffChanged).tolist() == [number for row in rows for number in row]


def test_classes_do_not_mix():
    trace = Trace()
    trace.record(StaffChanged(1.0, 0, 3, 1, 12))
    trace.record(LeverPulled(2.0, 1, 0, 5.0))
    assert (trace.n_rows(StaffChanged), trace.n_rows(LeverPulled)) == (1, 1)
    assert trace.of(LeverPulled) == [LeverPulled(2.0, 1, 0, 5.0)]


@pytest.mark.parametrize("kind", EVENT_CLASSES)
def test_a_class_of_which_nothing_happened_is_an_empty_table(kind):
    trace = Trace()
    assert (trace.n_rows(kind), trace.of(kind), len(trace.values(kind))) == (0, [], 0)


def test_what_lies_before_day_0_is_dropped_and_day_0_is_kept():
    trace = Trace(detail=True)
    for day in (-270.0, -1e-9, 0.0, 1.0):
        trace.record(StaffChanged(day, 0, 1, 0, 12))
    assert [row.time_days for row in trace.of(StaffChanged)] == [0.0, 1.0]


def test_a_row_costs_eight_bytes_a_number():
    trace = Trace()
    for k in range(1000):
        trace.record(ComputeDelivered(float(k), 0, 1.0, 2.0))
    assert trace.n_bytes == 1000 * len(ComputeDelivered._fields) * BYTES_A_NUMBER


@pytest.mark.parametrize("kind", EVENT_CLASSES)
def test_no_row_is_larger_than_a_buried_idea_may_cost(kind):
    assert len(kind._fields) * BYTES_A_NUMBER <= 200


def test_enums_become_their_numbers():
    trace = Trace()
    trace.record(LeverPulled(1.0, 0, Outcome.DIVERGED, 1.0))
    assert trace.of(LeverPulled)[0].lever == Outcome.DIVERGED.value


def test_detail_is_asked_for():
    assert [Trace(detail=True).wants(kind) for kind in EVENT_CLASSES] == [True] * len(EVENT_CLASSES)
    assert [Trace().wants(kind) for kind in EVENT_CLASSES] == [not kind.detail for kind in EVENT_CLASSES]
    assert IdeaProposed.detail
    assert IdeaDecided.detail


def test_without_detail_only_the_detailed_tables_are_missing():
    params = load_scenario(Path(__file__).parents[2] / "scenarios" / "baseline.yaml").params()
    full, short = (simulate(params, 60.0, Streams(2), detail=detail) for detail in (True, False))
    for kind in EVENT_CLASSES:
        if kind.detail:
            assert short.n_rows(kind) == 0
        else:
            assert short.values(kind).tobytes() == full.values(kind).tobytes()
    assert full.n_rows(IdeaProposed) > 0
    assert short.n_bytes < full.n_bytes
