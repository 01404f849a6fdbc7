"""People, compute and the speed of research: numbers beside published ranges, and the curves they were read off."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any

import polars as pl

from simlab.report.figures.fan import short, ticks
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.theme import ACCENT, ACCENT_BAND, DASHES, INK, LINES, SOFT_INK, axis, spec
from simlab.report.probe_words import interval, number

MULTIPLES = (0.1, 1.0 / 3.0, 1.0, 3.0, 10.0)
SAID = ("1/10", "1/3", "1", "3", "10")
COMPUTE_BAND, PEOPLE_BAND = (0.4, 0.7), (0.15, 0.7)
"""Published exponents: of compute (2.5 to 5 times for ten times), and of people."""
HIGHEST, LOWEST = 1e5, 1e-2


def numbers_figure(found: pl.DataFrame) -> Figure:
    """Each number, its interval over luck, and the published range."""
    known = found.filter(pl.col("is_inside").is_not_null())
    n_inside = int(known["is_inside"].sum())
    outside = known.filter(~pl.col("is_inside"))["title"].to_list()
    hidden = [row["title"] for row in found.iter_rows(named=True) if not _is_drawn(row)]
    return Figure(
        key="numbers",
        title="What comes out, and what is published",
        takeaway=f"{n_inside} of {known.height} numbers lie in the range of what is published."
        + (f" Outside: {'; '.join(outside)}." if outside else ""),
        caption="Bands: from the least to the largest published number. Points: what the simulation gives, with the "
        "90% interval over luck. All on one logarithmic scale."
        + (f" In the table only, because they do not fit it: {'; '.join(hidden)}." if hidden else ""),
        panels=[_range_panel([row for row in found.iter_rows(named=True) if _is_drawn(row)])],
        table=_number_table(found),
        swatches=[("published", ACCENT_BAND), ("simulated", ACCENT)],
    )


def _is_drawn(row: Mapping[str, Any]) -> bool:
    ends = (row["value"], row["band_low"], row["band_high"])
    return all(end is None or (LOWEST <= end <= HIGHEST) for end in ends)


def _range_panel(rows: Sequence[Mapping[str, Any]]) -> Panel:
    titles = ["<br>".join(escape(line) for line in wrap(row["title"], 26)) for row in rows]
    bands = [_band(row, title) for row, title in zip(rows, titles, strict=True) if row["band_low"] is not None]
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": short(pl.Series([row["value"] for row in rows])),
        "y": titles,
        "error_x": {
            "symmetric": False,
            "array": [_held(row["high"]) - row["value"] for row in rows],
            "arrayminus": [row["value"] - _held(row["low"]) for row in rows],
            "color": ACCENT,
            "thickness": 1.5,
            "width": 3,
        },
        "marker": {"color": ACCENT, "size": 8},
        "text": [f"{number(row['value'])} ({interval(row['low'], row['high'])})" for row in rows],
        "hovertemplate": "<b>%{y}</b><br>%{text}<extra></extra>",
    }
    drawn = spec(
        [*bands, points],
        margin={"l": 8, "r": 14, "t": 6, "b": 8},
        xaxis=axis(type="log", **ticks([0.01, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4], number)),
        yaxis=axis(autorange="reversed", showgrid=False, tickfont={"size": 12, "color": INK}, categoryarray=titles),
    )
    return Panel(drawn, 44 * len(rows) + 50)


def _held(end: float) -> float:
    return min(max(end, LOWEST), HIGHEST)


def _band(row: Mapping[str, Any], title: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [row["band_low"], row["band_high"]],
        "y": [title, title],
        "line": {"color": ACCENT_BAND, "width": 13},
        "hoverinfo": "skip",
    }


def _number_table(found: pl.DataFrame) -> Table:
    columns = ["number", "formula", "here", "90% of luck", "published", "sources", "inside"]
    said = {True: "yes", False: "no", None: ""}
    rows = [
        [
            row["title"],
            row["formula"],
            number(row["value"]),
            interval(row["low"], row["high"]),
            interval(row["band_low"], row["band_high"]),
            row["sources"],
            said[row["is_inside"]],
        ]
        for row in found.iter_rows(named=True)
    ]
    return Table(columns, rows)


def lines_figure(speeds: pl.DataFrame) -> Figure:
    """Speed against compute, a line each number of people; and the other way round."""
    grid = speeds.filter(pl.col("without") == "")
    up = _times(grid, 1.0, 10.0)
    crowd = _times(grid, 10.0, 1.0)
    return Figure(
        key="speed",
        title="Speed of research",
        takeaway=f"Ten times the compute makes research {number(up)} times as fast, ten times the people "
        f"{number(crowd)} times, both {number(_times(grid, 10.0, 10.0))} times.",
        caption="Speed relative to the baseline’s point, on logarithmic scales, mean over seeds with 90% intervals. "
        "Grey: what published exponents say of the baseline’s line, the thick one: 0.4 to 0.7 for compute, 0.15 to "
        "0.7 for people.",
        panels=[
            _lines_panel(grid, "compute", "people", COMPUTE_BAND, "against compute, a line each number of people"),
            _lines_panel(grid, "people", "compute", PEOPLE_BAND, "against people, a line each amount of compute"),
        ],
        table=_speed_table(speeds),
        swatches=[(f"{said} times", colour) for said, colour in zip(SAID, LINES, strict=False)],
    )


def _times(grid: pl.DataFrame, people: float, compute: float) -> float:
    return float(grid.filter((pl.col("people") == people) & (pl.col("compute") == compute))["times"].item())


def _lines_panel(grid: pl.DataFrame, along: str, apart: str, exponents: tuple[float, float], title: str) -> Panel:
    lines = [_published(exponents)]
    for multiple, colour, dash in zip(MULTIPLES, LINES, DASHES, strict=False):
        line = grid.filter((pl.col(apart) == multiple) & (pl.col("times") > 0.0)).sort(along)
        lines.append(_line(line, along, colour, dash, is_base=multiple == 1.0))
    marks = ticks(MULTIPLES, lambda value: SAID[MULTIPLES.index(value)])
    drawn = spec(
        lines,
        margin={"l": 8, "r": 12, "t": 8, "b": 8},
        xaxis=axis(type="log", range=[-1.1, 1.1], showgrid=False, **marks),
        yaxis=axis(type="log", **ticks([0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0], number)),
    )
    return Panel(drawn, 340, title)


def _published(exponents: tuple[float, float]) -> dict[str, Any]:
    """The wedge between two powers through the baseline's point."""
    low, high = exponents
    x = [0.1, 1.0, 10.0, 10.0, 1.0, 0.1]
    y = [0.1**low, 1.0, 10.0**high, 10.0**low, 1.0, 0.1**high]
    shape = {"type": "scatter", "mode": "lines", "x": x, "y": y, "fill": "toself", "fillcolor": "rgba(90,102,115,0.16)"}
    return shape | {"line": {"width": 0}, "hoverinfo": "skip"}


def _line(line: pl.DataFrame, along: str, colour: str, dash: str, *, is_base: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": line[along].to_list(),
        "y": short(line["times"]),
        "error_y": {"array": short(line["half"]), "color": colour, "thickness": 1, "width": 2},
        "line": {"color": colour, "width": 3.5 if is_base else 1.5, "dash": dash},
        "marker": {"color": colour, "size": 6},
        "text": [
            f"{number(row['people'])} times the people, {number(row['compute'])} times the compute: "
            f"{number(row['times'])} times as fast"
            for row in line.iter_rows(named=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def without_figure(speeds: pl.DataFrame) -> Figure:
    """Speed against compute with one mechanism taken out at a time."""
    lines = [("as it is", speeds.filter((pl.col("without") == "") & (pl.col("people") == 1.0)))]
    names = speeds.filter(pl.col("without") != "")["without"].unique(maintain_order=True)
    lines += [(_without(name), speeds.filter(pl.col("without") == name)) for name in names]
    told = [f"{words} {number(_last(line))}" for words, line in lines]
    data: list[dict[str, Any]] = [_published(COMPUTE_BAND)]
    for (words, line), colour, dash in zip(lines, LINES, DASHES, strict=False):
        data.append(_line(line.filter(pl.col("times") > 0.0).sort("compute"), "compute", colour, dash, is_base=False))
        data[-1]["hovertemplate"] = f"<b>{escape(words)}</b><br>%{{text}}<extra></extra>"
    marks = ticks(MULTIPLES, lambda value: SAID[MULTIPLES.index(value)])
    drawn = spec(
        data,
        margin={"l": 8, "r": 12, "t": 8, "b": 8},
        xaxis=axis(type="log", range=[-1.1, 1.1], showgrid=False, **marks),
        yaxis=axis(type="log", **ticks([0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0], number)),
    )
    return Figure(
        key="without",
        title="Which mechanism does it",
        takeaway=f"Ten times the compute makes research so many times as fast: {'; '.join(told)}.",
        caption="Speed against compute, each line relative to its own middle, with one mechanism all but taken out at "
        "a time. Where ideas get harder, each lab stands at the stock it has reached. Grey: exponents of 0.4 to 0.7.",
        panels=[Panel(drawn, 340)],
        table=_speed_table(speeds.filter(pl.col("without") != "")),
        swatches=[(words, colour) for (words, _), colour in zip(lines, [*LINES, SOFT_INK], strict=False)],
    )


def _without(name: str) -> str:
    return f"with {name}" if name.startswith("ideas that") else f"without {name}"


def _last(line: pl.DataFrame) -> float:
    found = line.filter(pl.col("compute") == 10.0)["times"]
    return float(found.item()) if found.len() == 1 else math.nan


_COLUMNS = {
    "people": "times the people",
    "compute": "times the compute",
    "without": "without",
    "times": "speed, times",
    "half": "±",
    "nats_per_year": "nats a year",
    "busy_fraction": "machines busy",
    "proposed_per_year": "ideas begun a year",
    "adopted_per_year": "adopted a year",
    "thinking_fraction": "of an idea’s life: thinking",
    "building_fraction": "building",
    "waiting_people_fraction": "waiting for people",
    "waiting_compute_fraction": "waiting for compute",
    "running_fraction": "running",
    "reading_fraction": "reading",
}


def _speed_table(speeds: pl.DataFrame) -> Table:
    return table_of(speeds, _COLUMNS)
