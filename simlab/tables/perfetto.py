"""A run as a timeline for https://ui.perfetto.dev or chrome://tracing: the Chrome trace event format.

Each lab's cluster is a process. Its experiments and frontier runs are slices; slices that overlap in time get
lanes (threads) of their own. Deliveries, plans, releases, deployments, interruptions, publications and levers are
instants; what clusters and fleets did are counters. One simulated day is shown as one second.

A slice begins its run_days before its end: an experiment that was interrupted waited in between, which shows
as an earlier wait, not as a gap.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

import polars as pl

from simlab.tables.words import team_name

MICROSECONDS_PER_DAY = 1e6

Tables = Mapping[str, pl.DataFrame]
Entry = dict[str, Any]

INSTANTS = (
    "compute_delivered",
    "plan_changed",
    "model_released",
    "model_deployed",
    "job_interrupted",
    "idea_published",
    "lever_pulled",
    "staff_changed",
)
"""Tables whose rows are shown as instants."""

FLEET = ("customers", "workers", "lent", "switching", "idle")

NOBODY = "world"
"""The process of what happens to no lab."""


def timeline(tables: Tables) -> dict[str, Any]:
    """The timeline as plain data, ready for JSON."""
    pids = _pids(tables)
    events = [_name(pid, "process_name", lab) for lab, pid in pids.items()]
    for lab, pid in pids.items():
        events += _slices(pid, _of(tables["experiment_ended"], lab), _frontier_runs(tables, lab))
    for table in INSTANTS:
        events += [_instant(pids[row["lab"] or NOBODY], table, row) for row in tables[table].iter_rows(named=True)]
    events += _counters(tables["cluster_metered"], pids, "H100e-days", ("frontier", "experiments", "idle"))
    events += _counters(tables["fleet_metered"], pids, "H100e-days of the fleet", FLEET)
    return {
        "traceEvents": events,
        "displayTimeUnit": "ms",
        "otherData": {"one_second_is": "one simulated day"},
    }


def write_timeline(tables: Tables, path: Path) -> None:
    """Write the timeline of a run to a file."""
    path.write_text(json.dumps(timeline(tables), separators=(",", ":"), allow_nan=False), encoding="utf-8")


def _pids(tables: Tables) -> dict[str, int]:
    """Process number of each lab; 0 is nobody's."""
    labs = tables["experiment_ended"].schema["lab"]
    assert isinstance(labs, pl.Enum)
    return {NOBODY: 0} | {lab: number + 1 for number, lab in enumerate(labs.categories)}


def _of(table: pl.DataFrame, lab: str) -> pl.DataFrame:
    return table.filter(pl.col("lab").cast(pl.String) == lab)


def _frontier_runs(tables: Tables, lab: str) -> pl.DataFrame:
    """Frontier runs with their start and end; one that was not over has no end and is left out."""
    started = _of(tables["frontier_run_started"], lab)
    released = _of(tables["model_released"], lab).select("generation", end_days="time_days", run_flop="run_flop")
    return started.join(released, on="generation", how="inner", maintain_order="left")


def _slices(pid: int, experiments: pl.DataFrame, runs: pl.DataFrame) -> Iterator[Entry]:
    """Frontier runs in lane 1, experiments in as many lanes as run at once."""
    yield _name(pid, "thread_name", "frontier runs", 1)
    for row in runs.iter_rows(named=True):
        yield _slice(pid, 1, f"frontier run {row['generation']}", row["time_days"], row["end_days"], row)
    rows = experiments.filter(pl.col("run_days") > 0.0).with_columns(start=pl.col("time_days") - pl.col("run_days"))
    spans = rows.sort("start", "time_days", maintain_order=True).rows(named=True)
    lanes = list(lanes_of((row["start"], row["time_days"]) for row in spans))
    for lane in range(max(lanes, default=-1) + 1):
        yield _name(pid, "thread_name", f"experiments {lane + 1}", lane + 2)
    for row, lane in zip(spans, lanes, strict=True):
        name = f"{row['area']} {row['idea']} rung {row['rung']}"
        yield _slice(pid, lane + 2, name, row["start"], row["time_days"], row)


def lanes_of(spans: Iterable[tuple[float, float]]) -> Iterator[int]:
    """The lowest free lane for each span, given in order of their starts.

    >>> list(lanes_of([(0, 3), (1, 2), (2, 4), (3, 5)]))
    [0, 1, 1, 0]
    """
    busy: list[tuple[float, int]] = []
    free: list[int] = []
    for start, end in spans:
        while busy and busy[0][0] <= start:
            heappush(free, heappop(busy)[1])
        lane = heappop(free) if free else len(busy)
        heappush(busy, (end, lane))
        yield lane


def _slice(pid: int, lane: int, name: str, start_days: float, end_days: float, row: Entry) -> Entry:
    ts, end = _moment(start_days), _moment(end_days)
    return {"ph": "X", "pid": pid, "tid": lane, "name": name, "ts": ts, "dur": end - ts, "args": _args(row)}


def _instant(pid: int, table: str, row: Entry) -> Entry:
    ts = _moment(row["time_days"])
    return {
        "ph": "i",
        "s": "p",
        "pid": pid,
        "tid": 0,
        "name": table.replace("_", " "),
        "ts": ts,
        "args": _args(row),
    }


def _counters(metered: pl.DataFrame, pids: Mapping[str, int], name: str, uses: Iterable[str]) -> Iterator[Entry]:
    """What machines were used for, in H100e-days of each reading."""
    for row in metered.iter_rows(named=True):
        used = {use: row[f"{use}_h100e_days"] for use in uses}
        ts = _moment(row["time_days"])
        yield {"ph": "C", "pid": pids[row["lab"]], "tid": 0, "name": name, "ts": ts, "args": used}


def _name(pid: int, what: str, name: str, tid: int = 0) -> Entry:
    return {"ph": "M", "pid": pid, "tid": tid, "name": what, "args": {"name": name}}


def _moment(time_days: float) -> int:
    return round(time_days * MICROSECONDS_PER_DAY)


def _args(row: Entry) -> Entry:
    """What is told of an event when it is clicked on: its own fields, to six digits, which halves the file."""
    shown = {name: value for name, value in row.items() if name not in ("lab", "time_days", "start", "end_days")}
    if "team" in shown:
        shown["team"] = team_name(shown["team"])
    return {name: float(f"{v:.6g}") if isinstance(v, float) else v for name, v in shown.items()}
