"""A timeline that ui.perfetto.dev and chrome://tracing accept."""

import json
from collections import defaultdict
from itertools import pairwise

import pytest

from simlab.tables.perfetto import MICROSECONDS_PER_DAY, lanes_of, timeline, write_timeline
from simlab.tables.tidy import tidy

REQUIRED = {
    "X": {"pid", "tid", "name", "ts", "dur", "args"},
    "i": {"pid", "tid", "name", "ts", "s"},
    "C": {"pid", "name", "ts", "args"},
    "M": {"pid", "name", "args"},
}


def check(shown):
    """Raises AssertionError where the trace event format is broken."""
    events = shown["traceEvents"]
    named = {event["pid"] for event in events if event["ph"] == "M" and event["name"] == "process_name"}
    lanes = {(e["pid"], e["tid"]) for e in events if e["ph"] == "M" and e["name"] == "thread_name"}
    by_lane = defaultdict(list)
    for event in events:
        assert REQUIRED[event["ph"]] <= set(event)
        assert event["pid"] in named
        if event["ph"] == "X":
            assert event["dur"] >= 0
            assert (event["pid"], event["tid"]) in lanes
            by_lane[event["pid"], event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    for spans in by_lane.values():
        spans.sort()
        assert all(earlier[1] <= later[0] + 1 for earlier, later in pairwise(spans))


def test_the_timeline_keeps_to_the_format(trace, words, tmp_path):
    write_timeline(tidy(trace, words), tmp_path / "trace.json")
    check(json.loads((tmp_path / "trace.json").read_text()))


def test_labs_are_processes_and_experiments_slices(trace, words):
    events = timeline(tidy(trace, words))["traceEvents"]
    processes = {e["args"]["name"]: e["pid"] for e in events if e["ph"] == "M" and e["name"] == "process_name"}
    assert set(processes) == {"world", "north", "south"}
    slices = {e["name"]: e for e in events if e["ph"] == "X"}
    assert set(slices) == {"optimiser 7 rung 0", "frontier run 1"}
    experiment = slices["optimiser 7 rung 0"]
    assert experiment["pid"] == processes["north"]
    assert experiment["ts"] == 6 * MICROSECONDS_PER_DAY
    assert experiment["dur"] == 3 * MICROSECONDS_PER_DAY
    assert slices["frontier run 1"]["dur"] == 30 * MICROSECONDS_PER_DAY
    instants = [e["name"] for e in events if e["ph"] == "i"]
    assert instants.count("compute delivered") == 3
    assert instants.count("model released") == 4


def test_overlapping_slices_get_lanes_of_their_own():
    assert list(lanes_of([(0.0, 5.0), (1.0, 2.0), (1.5, 9.0), (2.0, 3.0), (6.0, 7.0)])) == [0, 1, 2, 1, 0]


@pytest.mark.parametrize("n_spans", [0, 1])
def test_few_slices_need_few_lanes(n_spans):
    assert list(lanes_of([(0.0, 1.0)] * n_spans)) == [0] * n_spans
