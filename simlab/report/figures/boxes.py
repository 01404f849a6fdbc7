"""Regions that answer a question: the limits of each box, and the way to it."""

from html import escape
from textwrap import wrap
from typing import Any

import numpy as np
import polars as pl

from simlab.analysis.discover import Answered
from simlab.analysis.discover_tables import box_table, trajectory_table
from simlab.analysis.discover_words import share, value_of
from simlab.analysis.lock import Lock
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.theme import ACCENT, INK, LINES, RULE, SOFT_INK, axis, note, spec
from simlab.report.words import n_of

CHOSEN = LINES[1]
APART = 0.035
"""Points nearer to one another than this share of the figure have no room for two numbers."""
PERCENT = {"tickmode": "array", "tickvals": [0, 25, 50, 75, 100], "ticktext": ["0%", "25%", "50%", "75%", "100%"]}


def boxes_figure(found: Answered, lock: Lock) -> Figure:
    """Each restricted factor's limits within its whole."""
    table = box_table(found, lock)
    boxes = found.discovery.boxes
    return Figure(
        key="boxes",
        title="Where it is so" if len(boxes) == 1 else "The regions where it is so",
        takeaway=" ".join(found.sentences),
        caption="Grey: all runs that answer, from the lowest value of the factor to the highest, by share of runs; the "
        "options of a switch side by side. Blue: what lies inside the region. The condition that chance could least "
        "stand for comes first.",
        panels=[_box_panel(found, lock, number) for number in range(1, len(boxes) + 1)],
        table=_box_cells(table),
        swatches=[("inside", ACCENT), ("outside", RULE)],
    )


def _box_panel(found: Answered, lock: Lock, number: int) -> Panel:
    rows = list(box_table(found, lock).filter(pl.col("box") == number).iter_rows(named=True))
    box = found.discovery.boxes[number - 1]
    bars, notes = [], []
    for place, (row, restriction) in enumerate(zip(rows, box.restrictions, strict=True)):
        column = found.factors[row["factor"]]
        spans = _options(column, restriction.options) if restriction.options else [_numbers(column, row)]
        bars += [_bar(place, 0.0, 100.0, RULE), *(_bar(place, low, high, ACCENT) for low, high, _ in spans)]
        title = "<br>".join(escape(line) for line in wrap(row["condition"], 90))
        notes.append(note(title, 0, place - 0.34, xanchor="left", xshift=-4, align="left"))
        notes += [_mark(text, at, place) for text, at in _ends(row, spans, lock)]
    drawn = spec(
        bars,
        margin={"l": 12, "r": 20, "t": 4, "b": 8},
        xaxis=axis(range=[0, 100], showgrid=False, **PERCENT),
        yaxis=axis(range=[len(rows) - 0.35, -0.6], visible=False),
        annotations=notes,
    )
    said = f"Region {number}: {share(box.density)} of {n_of(box.n_runs, 'run')}, {share(box.coverage)} of the cases"
    return Panel(drawn, 74 * len(rows) + 50, said)


def _numbers(column: pl.Series, row: dict[str, Any]) -> tuple[float, float, str]:
    """From where to where the limits reach, in percent of the runs."""
    values = np.sort(column.cast(pl.Float64).to_numpy())
    low = 0.0 if row["low"] is None else np.searchsorted(values, row["low"], side="left") / values.size
    high = 1.0 if row["high"] is None else np.searchsorted(values, row["high"], side="right") / values.size
    return 100.0 * float(low), 100.0 * float(high), ""


def _options(column: pl.Series, inside: tuple[str, ...]) -> list[tuple[float, float, str]]:
    """Equal parts of the bar, one an option."""
    known = sorted(column.cast(pl.String).unique().to_list())
    part = 100.0 / len(known)
    return [(part * i + 0.4, part * (i + 1) - 0.4, option) for i, option in enumerate(known) if option in inside]


def _bar(place: int, low: float, high: float, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 12}
    return {"type": "scatter", "mode": "lines", "x": [low, high], "y": [place] * 2, "line": line, "hoverinfo": "skip"}


def _ends(row: dict[str, Any], spans: list[tuple[float, float, str]], lock: Lock) -> list[tuple[str, float]]:
    if row["options"]:
        return [(option, (low + high) / 2) for low, high, option in spans]
    ((low, high, _),) = spans
    limits = ((row["low"], low), (row["high"], high))
    return [(value_of(value, row["factor"], row["unit"], lock), at) for value, at in limits if value is not None]


def _mark(text: str, at: float, place: int) -> dict[str, Any]:
    side = "left" if at < 8 else "right" if at > 92 else "center"
    return note(escape(text), at, place + 0.3, xanchor=side, font={"size": 11, "color": SOFT_INK})


def _box_cells(table: pl.DataFrame) -> Table:
    columns = {
        "box": "region",
        "name": "factor",
        "factor": "path",
        "low": "from",
        "high": "to",
        "options": "options",
        "unit": "unit",
        "whole_low": "lowest",
        "whole_high": "highest",
        "chance": "quasi-p",
        "returned_fraction": "found again in halves",
        "density": "density",
        "coverage": "coverage",
        "mass": "share of runs",
        "n_runs": "runs inside",
    }
    return table_of(table, columns)


def trajectory_figure(found: Answered, lock: Lock) -> Figure:
    """Coverage against density, a point a box on the way."""
    table = trajectory_table(found, lock)
    searches = found.discovery.searches
    panels = [
        _trajectory_panel(table.filter(pl.col("box") == number), f"Search {number}" if len(searches) > 1 else "")
        for number, search in enumerate(searches, 1)
        if search.trajectory
    ]
    return Figure(
        key="trajectory",
        title="The way to the region",
        takeaway=_way(found),
        caption="From right to left slices of at least 5% of the runs are cut off and conditions that chance could "
        "stand for are dropped, so each point is a region that could be told. Its number is the one that --step asks "
        "for, and the row in the table. Dashed: the share of cases among all runs.",
        panels=panels,
        table=_trajectory_cells(table),
        swatches=[("a region", ACCENT), ("the one that is told", CHOSEN)],
    )


def _way(found: Answered) -> str:
    first = found.discovery.searches[0]
    if first.box is None:
        return f"{first.reason[:1].upper()}{first.reason[1:]}."
    box = first.box
    return (
        f"Number {first.step} of {len(first.trajectory) - 1} is told: {share(box.density)} of its runs are cases, and "
        f"{share(box.coverage)} of the cases lie in it. None of {first.n_shuffles} shuffles of the outcomes gave as "
        "good a region."
    )


def _trajectory_panel(table: pl.DataFrame, title: str) -> Panel:
    told = [_hover(row) for row in table.iter_rows(named=True)]
    chosen = table["is_chosen"].to_list()
    base = 100.0 * float(table["density"][0])
    points = {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": (100.0 * table["coverage"]).round(2).to_list(),
        "y": (100.0 * table["density"]).round(2).to_list(),
        "line": {"color": ACCENT, "width": 1.5},
        "marker": {
            "color": [CHOSEN if is_it else ACCENT for is_it in chosen],
            "size": [13 if is_it else 8 for is_it in chosen],
        },
        "text": _numbered(table),
        "textposition": "top right",
        "textfont": {"size": 11, "color": SOFT_INK},
        "customdata": told,
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    dashed = {
        "type": "line",
        "x0": 0,
        "x1": 102,
        "y0": base,
        "y1": base,
        "line": {"color": SOFT_INK, "width": 1, "dash": "dash"},
    }
    drawn = spec(
        [points],
        margin={"l": 8, "r": 14, "t": 8, "b": 8},
        xaxis=axis(range=[0, 106], title=_titled("coverage: share of the cases inside"), **PERCENT),
        yaxis=axis(range=[0, 108], title=_titled("density: share of the runs inside"), **PERCENT),
        shapes=[dashed],
    )
    return Panel(drawn, 400, title)


def _numbered(table: pl.DataFrame) -> list[str]:
    """The numbers of the points, but for those that would lie on one another."""
    places = table.select("coverage", "density").to_numpy()
    shown: list[int] = table.filter("is_chosen")["step"].to_list()
    for step in table["step"]:
        if all(abs(places[step] - places[other]).max() >= APART for other in shown):
            shown.append(step)
    return [str(step) if step in shown else "" for step in table["step"]]


def _titled(text: str) -> dict[str, Any]:
    return {"text": text, "font": {"size": 12, "color": INK}}


def _hover(row: dict[str, Any]) -> str:
    conditions = "<br>".join(escape(each) for each in row["conditions"].split("; "))
    counts = f"{share(row['density'])} of {n_of(row['n_runs'], 'run')}, {share(row['coverage'])} of the cases"
    return f"<b>{row['step']}</b>: {counts}<br>{conditions}"


def _trajectory_cells(table: pl.DataFrame) -> Table:
    columns = {
        "box": "search",
        "step": "number",
        "coverage": "coverage",
        "density": "density",
        "mass": "share of runs",
        "n_restricted": "conditions",
        "n_runs": "runs inside",
        "n_cases": "cases inside",
        "likelihood_gain_nats": "split explains, nats",
        "is_chosen": "told",
        "conditions": "which",
    }
    return table_of(table, columns)
